"""The app's manifest, and what the code uses of Slack. A test holds the two against each other, both ways."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import yaml

from adapters.slack.inbound import CHECK_SHORTCUT, REPORT_SHORTCUT
from bot.errors import SettingsError

DOOR = "/slack/events"
"""The one path that Slack sends everything to."""

EVENTS: Final = ("app_home_opened", "app_mention", "message.im", "user_change")
COMMANDS: Final = ("/candour",)
SHORTCUTS: Final = (CHECK_SHORTCUT, REPORT_SHORTCUT)

SCOPES: Final[Mapping[str, tuple[str, ...]]] = {
    "app_mentions:read": ("app_mention",),
    "assistant:write": ("agent_view",),
    "chat:write": ("chat.postEphemeral", "chat.postMessage", "chat.update"),
    "commands": (*COMMANDS, *SHORTCUTS),
    "im:history": ("conversations.history", "message.im"),
    "im:write": ("conversations.open",),
    "users:read": ("user_change", "users.info", "users.list"),
    "users:read.email": ("users.lookupByEmail",),
}
"""Each scope that the bot's token needs, and what would not work without it: methods, events and features."""

NO_SCOPE: Final = frozenset(
    {"app_home_opened", "apps.connections.open", "auth.test", "views.open", "views.publish", "views.update"}
)
"""What works without a scope."""

_FILE = Path(__file__).parents[2] / "manifest" / "slack.yaml"
_PLACE = "{url}"


def slack_manifest(url: str | None) -> str:
    """The manifest to paste into Slack, as YAML: for HTTPS at this address, or for Socket Mode without one.

    Raises SettingsError for an address that Slack would not send to.
    """
    written = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    filled = _without_addresses(written) if url is None else _with_address(written, _checked(url))
    filled["settings"]["socket_mode_enabled"] = url is None
    return str(yaml.safe_dump(filled, sort_keys=False, allow_unicode=True, width=100))


def _checked(url: str) -> str:
    address = url.strip().rstrip("/").removesuffix(DOOR)
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise SettingsError(
            f"Slack cannot send to {url!r}. Give the public address of the server, like https://candour.example.org, "
            "or none at all for Socket Mode."
        )
    return address


def _with_address(part: Any, address: str) -> Any:
    match part:
        case dict():
            return {name: _with_address(value, address) for name, value in part.items()}
        case list():
            return [_with_address(value, address) for value in part]
        case str():
            return part.replace(_PLACE, address)
        case _:
            return part


def _without_addresses(part: Any) -> Any:
    match part:
        case dict():
            kept = {name: value for name, value in part.items() if not (isinstance(value, str) and _PLACE in value)}
            return {name: _without_addresses(value) for name, value in kept.items()}
        case list():
            return [_without_addresses(value) for value in part]
        case _:
            return part
