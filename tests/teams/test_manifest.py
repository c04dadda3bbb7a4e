"""Teams would take the app package, it asks for no permission, and it names what the code does, and nothing else."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped, unused-ignore]
import pytest

from adapters.teams import inbound
from adapters.teams.icons import FOLDER, color_icon, outline_icon
from adapters.teams.manifest import DOOR, teams_package
from bot.errors import SettingsError
from tests.teams.fake_connector import APP_ID

URL = "https://candour.example.org"
SCHEMA = Path(__file__).parent / "schemas" / "teams-manifest-1.17.json"
"""As Microsoft publishes it with its package `@microsoft/app-manifest` (MIT)."""

README = Path(__file__).parents[2] / "manifest" / "README.md"
COMMANDS = Path(__file__).parents[2] / "knowledge" / "report-wording.yaml"


def unpacked(**given: str) -> dict[str, bytes]:
    """The files of a package."""
    with zipfile.ZipFile(io.BytesIO(teams_package(**{"app_id": APP_ID, "url": URL, **given}))) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def manifest(**given: str) -> dict[str, Any]:
    return dict(json.loads(unpacked(**given)["manifest.json"]))


def pixels(png: bytes) -> tuple[int, list[tuple[int, int, int, int]]]:
    """The width of a square picture, and its pixels as red, green, blue and opacity. Checks what it reads."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, rest = {}, png[8:]
    while rest:
        size, name = struct.unpack(">I4s", rest[:8])
        chunks[name] = rest[8 : 8 + size]
        assert struct.unpack(">I", rest[8 + size : 12 + size]) == (zlib.crc32(name + chunks[name]),)
        rest = rest[12 + size :]
    width, height, *kind = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (width, kind) == (height, [8, 6, 0, 0, 0])
    raw, line = zlib.decompress(chunks[b"IDAT"]), width * 4 + 1
    rows = [raw[start : start + line] for start in range(0, len(raw), line)]
    assert len(rows) == height
    assert all(len(row) == line and row[0] == 0 for row in rows)
    return width, [(row[at], row[at + 1], row[at + 2], row[at + 3]) for row in rows for at in range(1, line, 4)]


# -- What Teams takes


@pytest.mark.parametrize(
    "given", [{}, {"developer": "The Bakery", "privacy": "https://bakery.example/privacy"}], ids=str
)
def test_microsofts_schema_finds_nothing_wrong(given: dict[str, str]) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))

    faults = jsonschema.Draft4Validator(schema).iter_errors(manifest(**given))

    assert [fault.message for fault in faults] == []


def test_the_package_holds_the_manifest_and_its_two_icons_and_nothing_else() -> None:
    told = manifest()

    assert list(unpacked()) == ["manifest.json", told["icons"]["color"], told["icons"]["outline"]]


def test_the_same_app_gives_the_same_package() -> None:
    assert teams_package(APP_ID, URL) == teams_package(APP_ID, URL)


def test_everything_is_filled_in() -> None:
    told = manifest(developer="The Bakery", website="https://bakery.example")

    assert told["id"] == told["bots"][0]["botId"] == told["composeExtensions"][0]["botId"] == APP_ID
    assert told["developer"]["name"] == "The Bakery"
    assert told["developer"]["privacyUrl"] == "https://bakery.example"
    assert not re.search(r"\{\w+\}", json.dumps(told))


@pytest.mark.parametrize("given", [f"{URL}/", f" {URL} ", f"{URL}{DOOR}"])
def test_the_address_may_be_given_in_any_way(given: str) -> None:
    assert manifest(url=given) == manifest()


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"app_id": "candour"}, "CANDOUR_TEAMS_APP_ID"),
        ({"app_id": ""}, "CANDOUR_TEAMS_APP_ID"),
        ({"url": "http://candour.example.org"}, "https://candour"),
        ({"url": ""}, "https://candour"),
        ({"privacy": "bakery.example"}, "https://candour"),
        ({"developer": ""}, "developer"),
        ({"developer": "x" * 33}, "developer"),
    ],
    ids=str,
)
def test_what_teams_would_not_take_is_refused_by_name(given: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        unpacked(**given)


# -- The icons


def test_the_colour_icon_is_large_and_without_holes() -> None:
    width, points = pixels(unpacked()["color.png"])

    assert width == 192
    assert {opacity for *_, opacity in points} == {255}
    assert len({point[:3] for point in points}) > 2


def test_the_outline_icon_is_small_and_white_on_nothing() -> None:
    width, points = pixels(unpacked()["outline.png"])

    assert width == 32
    assert {point[:3] for point in points} == {(255, 255, 255)}
    opacities = [opacity for *_, opacity in points]
    assert opacities.count(0) > len(opacities) / 2
    assert opacities.count(255) > 50
    edge = [opacities[place] for place in range(len(opacities)) if place % 32 in (0, 31) or place // 32 in (0, 31)]
    assert set(edge) == {0}


def test_the_icons_are_those_that_we_draw() -> None:
    assert pixels((FOLDER / "color.png").read_bytes()) == pixels(color_icon())
    assert pixels((FOLDER / "outline.png").read_bytes()) == pixels(outline_icon())


# -- What it asks for


def test_it_asks_for_no_permission_no_files_and_no_place_of_its_own() -> None:
    told = manifest()

    asked = {"permissions", "devicePermissions", "authorization", "webApplicationInfo", "validDomains", "staticTabs"}
    assert not asked & told.keys()
    assert told["bots"][0]["supportsFiles"] is False


def test_every_action_on_a_message_is_known_to_the_code_and_the_other_way_round() -> None:
    commands = manifest()["composeExtensions"][0]["commands"]

    assert {command["id"] for command in commands if command["type"] == "action"} == {
        inbound.CHECK_COMMAND,
        inbound.REPORT_COMMAND,
    }
    for command in commands:
        assert (command["type"] == "action") == command.get("fetchTask", False)
        assert command["context"] == (["message"] if command["type"] == "action" else ["compose", "commandBox"])


def test_what_the_search_sends_is_read_by_the_code() -> None:
    [search] = [each for each in manifest()["composeExtensions"][0]["commands"] if each["type"] == "query"]
    [parameter] = search["parameters"]
    told = {"commandId": search["id"], "parameters": [{"name": parameter["name"], "value": "lend money"}]}

    read = inbound.read_activity(
        {
            "type": "invoke",
            "name": "composeExtension/query",
            "value": told,
            "from": {"id": "29:anne"},
            "recipient": {"id": f"28:{APP_ID}"},
            "conversation": {"id": "19:group", "conversationType": "groupChat"},
        }
    )

    assert read is not None
    assert (read.kind, read.text) == ("search", "lend money")


def test_every_command_can_be_typed_in_the_chats_it_is_shown_in() -> None:
    known = COMMANDS.read_text(encoding="utf-8")

    lists = {tuple(each["scopes"]): each["commands"] for each in manifest()["bots"][0]["commandLists"]}

    assert [command["title"] for command in lists["team", "groupChat"]] == ["help"]
    for command in lists["personal",]:
        assert command["title"] == "help" or re.search(rf"\[(.*, )?{command['title']}[,\]]", known)


# -- The page about it


def test_setting_it_up_takes_ten_steps_at_most() -> None:
    chapter = README.read_text(encoding="utf-8").partition("## Teams: set it up")[2].partition("\n## ")[0]
    steps = re.findall(r"^(\d+)\) ", chapter, re.MULTILINE)

    assert 1 <= len(steps) <= 10


def test_every_setting_is_on_the_page() -> None:
    page = README.read_text(encoding="utf-8")

    for name in ("APP_ID", "APP_SECRET", "TENANTS", "URL", "PLAYGROUND"):
        assert f"`CANDOUR_TEAMS_{name}`" in page
