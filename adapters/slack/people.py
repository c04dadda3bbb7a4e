"""Who somebody in Slack is in the directory, and the other way round. Nobody is ever guessed.

Slack says who a person is there; the directory says who works here. Only the e-mail address connects the two.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias
from weakref import WeakValueDictionary

from adapters.slack.api import SlackApi
from adapters.slack.failing import Failed
from bot.people import Directory
from bot.ports import Again, Never

REMEMBERED = timedelta(hours=1)
"""How long Slack's word on a person holds, unless Slack says earlier that it changed."""

Reason = Literal["guest", "bot", "deactivated", "stranger", "no-email", "not-in-directory", "unreachable"]
"""Why nobody is known. `stranger`: of another workspace, also by Slack Connect; `unreachable`: Slack did not say."""


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody in the directory, by its id."""

    person: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Nobody that we talk to."""

    reason: Reason


Found: TypeAlias = Known | Refused

_UNKNOWN_TO_SLACK = frozenset({"user_not_found", "user_not_visible"})
_CANNOT_BE_TOLD: Mapping[Reason, str] = {
    "guest": "forbidden",
    "bot": "forbidden",
    "stranger": "forbidden",
    "deactivated": "inactive",
    "no-email": "not-found",
}


def email_of(user: Mapping[str, Any], teams: Set[str]) -> str | Refused:
    """The e-mail address, in small letters, of a user object of Slack's, or why there is none to go by.

    `teams` are the ids of the workspaces that are ours, or of the whole organisation on Enterprise Grid.
    """
    if user.get("deleted"):
        return Refused("deactivated")
    if user.get("is_bot") or user.get("is_workflow_bot") or user.get("id") == "USLACKBOT":
        return Refused("bot")
    if user.get("is_stranger") or not _teams_of(user) & teams:
        return Refused("stranger")
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Refused("guest")
    email = _map(user, "profile").get("email")
    return email.strip().lower() if isinstance(email, str) and email.strip() else Refused("no-email")


class SlackPeople:
    """Looks people up, both ways. `directory` gives the people as they are now; `clock` tells the time.

    `teams` are the ids of the workspaces that are ours, or of the whole organisation on Enterprise Grid.
    """

    def __init__(
        self,
        api: SlackApi,
        directory: Callable[[], Directory],
        teams: Set[str],
        clock: Callable[[], datetime],
    ) -> None:
        self._api = api
        self._directory = directory
        self._teams = frozenset(teams)
        self._clock = clock
        self._emails: dict[str, tuple[str | Refused, datetime]] = {}
        self._users: dict[str, tuple[str, datetime]] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._changes = 0

    async def person(self, user: str, team: str, *, user_team: str = "", enterprise: str = "") -> Found:
        """Who this is: `team` and `enterprise` are where it happened, `user_team` is the person's own if told.

        Slack is asked at most once an hour, and not at all about somebody from elsewhere.
        """
        if not {team, enterprise} & self._teams:
            return Refused("stranger")
        # Within an organisation of several workspaces, the person's own may be any of them: Slack says whose it is.
        if user_team and user_team not in self._teams and enterprise not in self._teams:
            return Refused("stranger")
        async with self._turns.setdefault(user, asyncio.Lock()):
            email = await self._email(user)
        if isinstance(email, Refused):
            return email
        person = self._directory().people.get(email)
        return Known(person.id) if person and person.active else Refused("not-in-directory")

    async def address(self, person: str) -> str | Again | Never:
        """The Slack user of a person in the directory; or when to ask again, or why there is none to write to."""
        known = self._users.get(person)
        if known and self._holds(known[1]):
            return known[0]
        changes = self._changes
        answer = await self._api.ask(self._api.client.users_lookupByEmail(email=person))
        if isinstance(answer, Failed):
            return answer.outcome
        found = _map(answer, "user")
        email = email_of(found, self._teams)
        if isinstance(email, Refused):
            return Never(_CANNOT_BE_TOLD.get(email.reason, "other"))
        user = found.get("id")
        if email != person or not isinstance(user, str):
            return Never("not-found")
        if changes == self._changes:
            self._users[person] = (user, self._clock())
        return user

    def forget(self, user: str) -> None:
        """Something about this user changed, or an address did not hold: ask Slack again."""
        self._changes += 1  # what is being asked for right now may be the old answer
        self._emails.pop(user, None)
        self._users = {person: known for person, known in self._users.items() if known[0] != user}

    async def _email(self, user: str) -> str | Refused:
        known = self._emails.get(user)
        if known and self._holds(known[1]):
            return known[0]
        changes = self._changes
        answer = await self._api.ask(self._api.client.users_info(user=user))
        if isinstance(answer, Failed):
            return Refused("stranger" if answer.word in _UNKNOWN_TO_SLACK else "unreachable")
        email = email_of(_map(answer, "user"), self._teams)
        if changes == self._changes:
            self._emails[user] = (email, self._clock())
        return email

    def _holds(self, since: datetime) -> bool:
        return timedelta() <= self._clock() - since < REMEMBERED


def _teams_of(user: Mapping[str, Any]) -> set[str]:
    """The workspaces and the organisation that a user belongs to."""
    grid = _map(user, "enterprise_user")
    teams = grid.get("teams")
    named = [user.get("team_id"), grid.get("enterprise_id"), *(teams if isinstance(teams, list) else ())]
    return {team for team in named if isinstance(team, str) and team}


def _map(part: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = part.get(name)
    return found if isinstance(found, Mapping) else {}
