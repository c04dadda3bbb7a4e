"""Who somebody in Teams is in the directory. Nobody is ever guessed.

Teams says who a person is there; the directory says who works here. Only the name to sign in with, or the e-mail
address, connects the two; what an activity says of its sender is not enough, so the connector is asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias
from weakref import WeakValueDictionary

from adapters.teams.connector import Connector
from adapters.teams.failing import Failed
from bot.people import Directory
from bot.ports import Again

REMEMBERED = timedelta(hours=1)
"""How long Teams' word on a person holds."""

BOT = "28:"
"""How the ids of bots begin; those of people begin with "29:"."""

Reason = Literal["guest", "bot", "stranger", "no-email", "not-in-directory", "unreachable"]
"""Why nobody is known. `stranger`: of another tenant; `unreachable`: Teams did not say."""


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody in the directory, by its id."""

    person: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Nobody that we talk to."""

    reason: Reason


Found: TypeAlias = Known | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who did something, as the activity tells it: the user, their Entra object id if told, and where it was."""

    user: str
    entra: str
    tenant: str
    service_url: str
    conversation: str
    bot: str


def names_of(member: Mapping[str, Any], tenant: str, entra: str = "") -> frozenset[str] | Refused:
    """What a member of a conversation goes by, in small letters, or why they are nobody to talk to.

    `tenant` is the tenant that they must be of, and `entra` the Entra object id that they must have, if known.
    """
    name, role = _text(member, "userPrincipalName"), _text(member, "userRole")
    ids = {_text(member, "aadObjectId"), _text(member, "objectId")} - {""}
    if _text(member, "id").startswith(BOT) or role == "bot":
        return Refused("bot")
    if _text(member, "tenantId") != tenant.lower() or (entra and ids != {entra.lower()}):
        return Refused("stranger")
    # Somebody invited from another organisation is of our tenant as well, by a name like "ben_other.org#ext#@ours.org".
    if role not in ("", "user") or "#ext#" in name:
        return Refused("guest")
    names = frozenset({name, _text(member, "email")} - {""})
    return names or Refused("no-email")


class TeamsPeople:
    """Looks people up. `directory` gives the people as they are now, `tenants` are ours, `clock` tells the time."""

    def __init__(
        self,
        connector: Connector,
        directory: Callable[[], Directory],
        tenants: Set[str],
        clock: Callable[[], datetime],
    ) -> None:
        self._connector = connector
        self._directory = directory
        self._tenants = frozenset(tenants)
        self._clock = clock
        self._names: dict[tuple[str, str], tuple[frozenset[str] | Refused, datetime]] = {}
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def person(self, sender: Sender) -> Found:
        """Who this is. Teams is asked at most once an hour, and not at all about somebody from elsewhere."""
        if sender.user.startswith(BOT):
            return Refused("bot")
        if sender.tenant.lower() not in self._tenants or not sender.user:
            return Refused("stranger")
        who = (sender.tenant.lower(), sender.entra.lower() or sender.user)
        async with self._turns.setdefault(who, asyncio.Lock()):
            names = await self._named(who, sender)
        if isinstance(names, Refused):
            return names
        directory = self._directory().people
        people = [directory[name] for name in names if name in directory]
        # Two people of the directory under one account: whoever of them it is, it is not for us to say.
        known = len(people) == 1 and people[0].active
        return Known(people[0].id) if known else Refused("not-in-directory")

    async def _named(self, who: tuple[str, str], sender: Sender) -> frozenset[str] | Refused:
        known = self._names.get(who)
        if known and timedelta() <= self._clock() - known[1] < REMEMBERED:
            return known[0]
        member = await self._member(sender)
        if isinstance(member, Failed):
            return Refused("unreachable" if isinstance(member.outcome, Again) else "stranger")
        names = names_of(member, sender.tenant, sender.entra)
        self._names[who] = (names, self._clock())
        return names

    async def _member(self, sender: Sender) -> Mapping[str, Any] | Failed:
        """What Teams says of the sender: where it was done, or in their own chat with us if we are not in there."""
        member = await self._connector.member(sender.service_url, sender.conversation, sender.user)
        if not isinstance(member, Failed) or isinstance(member.outcome, Again):
            return member
        chat = await self._connector.open_chat(sender.service_url, sender.tenant, sender.bot, sender.user)
        if isinstance(chat, Failed):
            return chat
        return await self._connector.member(sender.service_url, chat, sender.user)


def _text(part: Mapping[str, Any], name: str) -> str:
    found = part.get(name)
    return found.strip().lower() if isinstance(found, str) else ""
