"""The manifest asks for what the code uses, and for nothing else; and Slack would take it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.slack import api, doctor, inbound, people, platform
from adapters.slack.manifest import COMMANDS, DOOR, EVENTS, NO_SCOPE, SCOPES, SHORTCUTS, slack_manifest
from bot.errors import SettingsError
from tests.slack.fake_api import NEEDS

URL = "https://candour.example.org"
README = Path(__file__).parents[2] / "manifest" / "README.md"
SOURCES = [Path(str(module.__file__)).read_text(encoding="utf-8") for module in (api, doctor, people, platform)]

LENGTHS = {  # from the schema that Slack publishes
    "name": (1, 35),
    "description": (1, 140),
    "long_description": (175, 4000),
}


def manifest(url: str | None = URL) -> dict[str, Any]:
    return dict(yaml.safe_load(slack_manifest(url)))


def called() -> set[str]:
    """The methods of the Web API that the code calls, by Slack's names."""
    names = {name for source in SOURCES for name in re.findall(r"client\.([a-z]+_\w+)\(", source)}
    return {name.replace("_", ".") for name in names}


# -- Both ways


def test_every_event_is_asked_for_and_every_one_asked_for_is_used() -> None:
    assert sorted(manifest()["settings"]["event_subscriptions"]["bot_events"]) == sorted(EVENTS)


def test_every_command_is_asked_for_and_every_one_asked_for_is_used() -> None:
    assert [command["command"] for command in manifest()["features"]["slash_commands"]] == list(COMMANDS)


def test_every_shortcut_is_asked_for_and_every_one_asked_for_is_used() -> None:
    assert [shortcut["callback_id"] for shortcut in manifest()["features"]["shortcuts"]] == list(SHORTCUTS)


def test_every_scope_is_asked_for_and_every_one_asked_for_is_used() -> None:
    assert manifest()["oauth_config"]["scopes"] == {"bot": sorted(SCOPES)}


def test_every_method_that_is_called_has_its_scope_and_no_other_has_one() -> None:
    allowed = {use for uses in SCOPES.values() for use in uses} | NO_SCOPE
    methods = {use for use in allowed if re.fullmatch(r"[a-z]+\.(?!im$)[a-z]+[A-Z]?\w*(\.\w+)?", use)}

    assert called() == methods


def test_the_scopes_are_those_that_slack_would_ask_for() -> None:
    for method in called() & NEEDS.keys():
        assert method in SCOPES[NEEDS[method]]


def test_everything_that_a_scope_is_for_is_in_the_manifest_or_the_code() -> None:
    features = {"agent_view"} & manifest()["features"].keys()
    known = {*EVENTS, *COMMANDS, *SHORTCUTS, *called(), *features}

    assert {use for uses in SCOPES.values() for use in uses} <= known


def test_the_code_reads_every_event_and_shortcut_that_the_manifest_names() -> None:
    source = Path(str(inbound.__file__)).read_text(encoding="utf-8")

    for event in EVENTS:
        assert f'"{event.partition(".")[0]}"' in source


def test_nothing_can_read_channels_or_files() -> None:
    assert not [scope for scope in SCOPES if scope.startswith(("channels", "groups", "files", "search", "mpim"))]


def test_each_scope_has_its_reason_in_the_readme_and_no_other_is_there() -> None:
    rows = re.findall(r"^\| `([^`]+)` \| (.+) \|$", README.read_text(encoding="utf-8"), re.MULTILINE)

    assert [scope for scope, reason in rows if reason.strip()] == sorted(SCOPES)


def test_setting_it_up_takes_ten_steps_at_most() -> None:
    steps = re.findall(r"^(\d+)\. ", README.read_text(encoding="utf-8"), re.MULTILINE)

    assert 1 <= len(steps) <= 10


# -- Filling it in


@pytest.mark.parametrize("given", [URL, f"{URL}/", f" {URL} ", f"{URL}{DOOR}"])
def test_with_an_address_everything_comes_to_one_door(given: str) -> None:
    filled = manifest(given)

    door = f"{URL}{DOOR}"
    assert filled["settings"]["event_subscriptions"]["request_url"] == door
    assert filled["settings"]["interactivity"]["request_url"] == door
    assert filled["settings"]["interactivity"]["message_menu_options_url"] == door
    assert [command["url"] for command in filled["features"]["slash_commands"]] == [door]
    assert filled["settings"]["socket_mode_enabled"] is False


def test_an_address_below_another_is_kept_whole() -> None:
    assert f"{URL}/staff/candour{DOOR}" in slack_manifest(f"{URL}/staff/candour")


def test_without_an_address_there_is_none_in_it_and_socket_mode_is_on() -> None:
    filled = manifest(None)

    assert filled["settings"]["socket_mode_enabled"] is True
    assert "://" not in slack_manifest(None)
    assert "{url}" not in slack_manifest(None) + slack_manifest(URL)
    assert filled["settings"]["event_subscriptions"]["bot_events"] == list(EVENTS)
    assert filled["settings"]["interactivity"] == {"is_enabled": True}


@pytest.mark.parametrize(
    "given", ["", "candour.example.org", "http://candour.example.org", "https://", "https://a.example/?b", "ftp://a"]
)
def test_an_address_that_slack_would_not_send_to_is_refused_by_name(given: str) -> None:
    with pytest.raises(SettingsError, match="https://candour"):
        slack_manifest(given)


# -- What Slack takes


@pytest.mark.parametrize("url", [URL, None])
def test_slack_takes_every_length_and_every_property(url: str | None) -> None:
    assert list(faults(manifest(url))) == []


def faults(filled: dict[str, Any]) -> Iterator[str]:
    """What the schema that Slack publishes would find wrong."""
    shown, features = filled["display_information"], filled["features"]
    for name, (least, most) in LENGTHS.items():
        if not least <= len(shown[name].strip()) <= most:
            yield f"display_information.{name} has {len(shown[name])} characters"
    if not re.fullmatch(r"#[0-9a-f]{6}", shown["background_color"]):
        yield "background_color"
    agent = features["agent_view"]
    if len(agent["agent_description"]) > 300 or len(agent["suggested_prompts"]) > 4:
        yield "agent_view"
    yield from (f"prompt {prompt}" for prompt in agent["suggested_prompts"] if prompt.keys() != {"title", "message"})
    for shortcut in features["shortcuts"]:
        if shortcut.keys() != {"name", "type", "callback_id", "description"} or shortcut["type"] != "message":
            yield f"shortcut {shortcut}"
        if len(shortcut["name"]) > 24 or len(shortcut["description"]) > 150 or len(shortcut["callback_id"]) > 255:
            yield f"shortcut {shortcut['name']} is too long"
    for command in features["slash_commands"]:
        if not command["command"].startswith("/") or len(command["command"]) > 32 or "description" not in command:
            yield f"command {command}"
    yield from _unknown(filled, {"_metadata", "display_information", "features", "oauth_config", "settings"})
    yield from _unknown(features, {"app_home", "bot_user", "agent_view", "shortcuts", "slash_commands"})
    settings = {"event_subscriptions", "interactivity", "org_deploy_enabled", "socket_mode_enabled"}
    yield from _unknown(filled["settings"], settings | {"token_rotation_enabled"})


def _unknown(part: dict[str, Any], known: set[str]) -> Iterator[str]:
    return (f"unknown property {name}" for name in part.keys() - known)
