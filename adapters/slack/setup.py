"""Slack's settings, read from the environment and checked before anything is begun."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from adapters.slack.api import BOT_TOKEN
from bot.errors import SettingsError

SIGNING_SECRET = "CANDOUR_SLACK_SIGNING_SECRET"
APP_TOKEN = "CANDOUR_SLACK_APP_TOKEN"
URL = "CANDOUR_SLACK_URL"
TEAMS = "CANDOUR_SLACK_TEAMS"
API_URL = "CANDOUR_SLACK_API_URL"

SLACK = "https://slack.com/api/"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSetup:
    """What the operator set: tokens and secret, the public address of the server, and whose workspaces are ours."""

    bot_token: str = field(repr=False)
    signing_secret: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    url: str = ""
    teams: frozenset[str] = frozenset()
    api_url: str = SLACK


def read_setup(settings: Mapping[str, str]) -> SlackSetup:
    """The set-up in these settings. Raises SettingsError naming the one that is missing or unsafe."""
    if not settings.get(BOT_TOKEN):
        raise SettingsError(f"Slack is half set up: {BOT_TOKEN} is missing. manifest/README.md says where to find it.")
    if not settings.get(SIGNING_SECRET) and not settings.get(APP_TOKEN):
        raise SettingsError(
            f"Slack has no way in: set {SIGNING_SECRET} for HTTPS, or {APP_TOKEN} for Socket Mode. Without one of them "
            "nothing that arrives could be trusted."
        )
    api_url = settings.get(API_URL, SLACK)
    if api_url != SLACK and not _is_loopback(api_url):
        raise SettingsError(f"{API_URL} is for tests on this machine only, and {api_url} is elsewhere. Unset it.")
    return SlackSetup(
        bot_token=settings[BOT_TOKEN],
        signing_secret=settings.get(SIGNING_SECRET, ""),
        app_token=settings.get(APP_TOKEN, ""),
        url=settings.get(URL, ""),
        teams=frozenset(filter(None, (team.strip() for team in settings.get(TEAMS, "").split(",")))),
        api_url=api_url,
    )


def _is_loopback(url: str) -> bool:
    try:
        return ipaddress.ip_address(urlsplit(url).hostname or "").is_loopback
    except ValueError:
        return False
