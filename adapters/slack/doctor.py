"""Looks at everything that Slack needs, and says what is wrong and how to mend it. For the operator, on the terminal.

It may name people of the directory, because the operator imported them; it never shows a token or a secret.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, Set
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api import BOT_TOKEN, SlackApi, web_client
from adapters.slack.failing import TOKEN, Failed
from adapters.slack.manifest import DOOR, SCOPES
from adapters.slack.people import Reason, Refused, email_of
from adapters.slack.setup import APP_TOKEN, SIGNING_SECRET, TEAMS, URL, SlackSetup
from bot.people import Directory
from bot.ports import Again

PATIENCE = timedelta(seconds=30)
"""How long one answer may take: the list of everybody in a large workspace takes Slack a while."""

_TO_SEE_PEOPLE = {"users:read", "users:read.email"}
_PAGE = 200
_WAITS = 20
_INSTALL = 'Install the app again under "Install App" in its settings at Slack'

_WHY_NOT: Mapping[Reason, str] = {
    "guest": "is a guest in Slack",
    "bot": "is a bot",
    "deactivated": "is deactivated in Slack",
    "stranger": "is of another workspace",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `remedy` says how to mend it; without one, it is well."""

    what: str
    remedy: str = ""

    @property
    def well(self) -> bool:
        """Whether there is nothing to mend."""
        return not self.remedy

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}".strip()


async def doctor(
    setup: SlackSetup,
    directory: Directory,
    session: aiohttp.ClientSession,
    now: Callable[[], float],
    *,
    api_url: str = AsyncWebClient.BASE_URL,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> list[Finding]:
    """Look at the token, its scopes, the workspace, the way in, and everybody in the directory, in this order.

    What cannot be looked at because something before it is wrong is left out. `now` gives seconds since 1970;
    `pause` waits for as many seconds as Slack asks for. Changes nothing.
    """
    api = SlackApi(web_client(setup.bot_token, session, api_url), _say_nothing, PATIENCE)
    shape = _token_shape(setup.bot_token)
    me = Failed(outcome=Again(timedelta())) if shape else await api.me()
    findings = [shape or _token(me), *await _way_in(setup, session, now, api_url)]
    if isinstance(me, Failed):
        return findings
    granted = await api.scopes()
    if isinstance(granted, Failed):
        return findings
    findings[1:1] = [_workspace(me, setup.teams), *_scopes(granted)]
    if not granted >= _TO_SEE_PEOPLE:
        return findings
    teams = setup.teams or {str(me.get("enterprise_id") or me.get("team_id"))}
    return [*findings, *await _people(api, directory, teams, pause)]


def _say_nothing(_: str) -> None:
    """The doctor reports by its findings."""


def _token_shape(token: str) -> Finding | None:
    where = 'Copy the "Bot User OAuth Token" (xoxb-…) from "OAuth & Permissions" in the app\'s settings at Slack.'
    if not token:
        return Finding(f"{BOT_TOKEN} is not set.", where)
    if token != token.strip():
        return Finding(f"{BOT_TOKEN} begins or ends with a space.", "Remove it.")
    if not token.startswith("xoxb-"):
        return Finding(f"{BOT_TOKEN} is not the token of a bot: it does not begin with xoxb-.", where)
    return None


def _token(me: Mapping[str, Any] | Failed) -> Finding:
    if not isinstance(me, Failed):
        return Finding(f"The bot token is accepted by {me.get('team') or me.get('team_id')}.")
    if me.word in TOKEN:
        return Finding(f"Slack refuses {BOT_TOKEN} ({me.word}).", f"{_INSTALL}, and copy the token once more.")
    return Finding(
        "Slack does not answer as it should.", "Look at the network and its proxy: the server must reach slack.com."
    )


def _workspace(me: Mapping[str, Any], teams: Set[str]) -> Finding:
    ids = [str(me[name]) for name in ("team_id", "enterprise_id") if me.get(name)]
    if not teams or teams & set(ids):
        return Finding(f"Trusted: people of {', '.join(sorted(teams) or ids[-1:])}.")
    problem = f"{TEAMS} does not name the workspace that the app is installed in, so everybody is refused."
    return Finding(problem, f"Add {ids[-1]}, or leave it empty.")


def _scopes(granted: Set[str]) -> list[Finding]:
    missing, more = sorted(SCOPES.keys() - granted), sorted(granted - SCOPES.keys())
    again = 'Take the manifest of `candour manifest slack` over under "App Manifest". ' + f"{_INSTALL}."
    findings = [
        Finding(f"The scope {scope} is missing; without it there is no {', '.join(SCOPES[scope])}.", again)
        for scope in missing
    ]
    findings += [
        Finding(f"The app may do more than it needs: {scope}.", 'Remove it under "OAuth & Permissions".')
        for scope in more
    ]
    return findings or [Finding("The app has the scopes that it needs, and no others.")]


async def _way_in(
    setup: SlackSetup, session: aiohttp.ClientSession, now: Callable[[], float], api_url: str
) -> list[Finding]:
    """By HTTPS if there is a signing secret, else by Socket Mode."""
    if setup.signing_secret:
        shape = _secret(setup.signing_secret)
        return [shape] if not shape.well else [shape, await _address(setup, session, now)]
    if setup.app_token:
        return [await _socket(setup.app_token, session, api_url)]
    problem = f"Slack has no way in: neither {SIGNING_SECRET} nor {APP_TOKEN} is set."
    return [Finding(problem, 'Copy the "Signing Secret" from "Basic Information", or an app-level token from there.')]


def _secret(secret: str) -> Finding:
    if re.fullmatch(r"[0-9a-f]{32}", secret):
        return Finding("The signing secret has the right shape.")
    problem = f"{SIGNING_SECRET} is not a signing secret: those are 32 digits and letters from a to f."
    return Finding(problem, 'Copy the "Signing Secret" from "Basic Information", not the client secret or a token.')


async def _address(setup: SlackSetup, session: aiohttp.ClientSession, now: Callable[[], float]) -> Finding:
    """Whether our own door lets Slack in there, and nobody else."""
    if not setup.url:
        return Finding(f"{URL} is not set, so the way to the server was not tried.", "Set it to the public address.")
    door = setup.url.rstrip("/").removesuffix(DOOR) + DOOR
    challenge = secrets.token_hex(12)
    body = json.dumps({"type": "url_verification", "challenge": challenge, "token": ""}).encode()
    moment = str(int(now()))
    digest = hmac.new(setup.signing_secret.encode(), f"v0:{moment}:".encode() + body, hashlib.sha256).hexdigest()
    signed = {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={digest}"}
    try:
        status, text = await _post(session, door, body, signed)
        unsigned, _ = await _post(session, door, body, {})
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        problem = f"Nobody answers at {door} ({type(error).__name__})."
        return Finding(problem, "Start Candour, and look at the name, the certificate and the proxy before it.")
    if status == 401:
        problem = f"Candour at {door} refuses what is signed with {SIGNING_SECRET}."
        return Finding(problem, "Start it again with the same secret, and look at the clocks of both machines.")
    if status != 200 or challenge not in text:
        return Finding(f"At {door} something else answers (status {status}).", f"Have the proxy pass {DOOR} on.")
    if unsigned != 401:
        problem = f"What answers at {door} takes requests without a signature."
        return Finding(problem, "Stop it. Something before Candour answers for it, or it is not Candour.")
    return Finding(f"Slack can reach Candour at {door}.")


async def _post(session: aiohttp.ClientSession, url: str, body: bytes, signed: dict[str, str]) -> tuple[int, str]:
    headers = {"Content-Type": "application/json", **signed}
    limit = aiohttp.ClientTimeout(total=10)
    async with session.post(url, data=body, headers=headers, timeout=limit, allow_redirects=False) as answer:
        return answer.status, await answer.text(errors="replace")


async def _socket(token: str, session: aiohttp.ClientSession, api_url: str) -> Finding:
    where = 'Generate one with the scope connections:write under "App-Level Tokens" in "Basic Information".'
    if not token.startswith("xapp-"):
        return Finding(f"{APP_TOKEN} is not an app-level token: it does not begin with xapp-.", where)
    api = SlackApi(web_client(token, session, api_url), _say_nothing, PATIENCE)
    answer = await api.ask(api.client.apps_connections_open(app_token=token))
    if isinstance(answer, Failed):
        return Finding(f"Slack does not open a connection with {APP_TOKEN} ({answer.word or 'no answer'}).", where)
    return Finding("Candour can connect to Slack by Socket Mode.")


async def _people(
    api: SlackApi, directory: Directory, teams: Set[str], pause: Callable[[float], Awaitable[None]]
) -> list[Finding]:
    """Everybody in the directory who would not get an alert in Slack."""
    members = await _members(api, pause)
    if members is None:
        return [Finding("Slack did not list its members, so the directory was not compared.", "Try again later.")]
    found: dict[str, str | Refused] = {}
    for member in members:
        profile = member.get("profile")
        email = profile.get("email") if isinstance(profile, Mapping) else None
        if isinstance(email, str) and not isinstance(found.get(email.strip().lower()), str):
            found[email.strip().lower()] = email_of(member, teams)
    awaited = [person.id for person in directory.people.values() if person.active]
    findings = [finding for email in sorted(awaited) if (finding := _missing(email, found.get(email)))]
    if not awaited:
        return [Finding("There is nobody in the directory.", "Import the people: candour people people.csv")]
    return findings or [Finding(f"All {len(awaited)} people of the directory are in the workspace.")]


def _missing(email: str, found: str | Refused | None) -> Finding | None:
    if isinstance(found, str):
        return None
    if found is None:
        return Finding(f"{email} is not in the workspace.", "Invite them, or correct the address in people.csv.")
    return Finding(f"{email} {_WHY_NOT.get(found.reason, found.reason)}.", "They get no alert and no answer in Slack.")


async def _members(api: SlackApi, pause: Callable[[float], Awaitable[None]]) -> list[Mapping[str, Any]] | None:
    """Everybody in the workspace, page by page, as slowly as Slack asks; None if it does not say."""
    members: list[Mapping[str, Any]] = []
    cursor, waits = "", 0
    while True:
        answer = await api.ask(api.client.users_list(limit=_PAGE, cursor=cursor))
        if isinstance(answer, Failed):
            waits += 1
            asked = answer.outcome.after if isinstance(answer.outcome, Again) else timedelta()
            if answer.word != "ratelimited" or waits > _WAITS:
                return None
            await pause(asked.total_seconds())
            continue
        members += answer.get("members", ())
        following = answer.get("response_metadata")
        cursor = str(following.get("next_cursor") or "") if isinstance(following, Mapping) else ""
        if not cursor:
            return members
