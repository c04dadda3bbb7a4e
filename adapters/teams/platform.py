"""Letters to people in Teams, each into the chat that they have with us. The outbox decides when; this file sends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeAlias

from adapters.teams.addresses import EVERYWHERE
from adapters.teams.connector import Connector
from adapters.teams.failing import Failed
from adapters.teams.outbound import to_activities
from adapters.teams.people import BOT, Refused, names_of
from adapters.teams.references import Reference, References
from adapters.teams.setup import TeamsSetup
from bot.errors import Conflict, Damaged
from bot.messages import Message
from bot.ports import Again, Never, Outcome, Taken

Draw: TypeAlias = Callable[[Message, str], list[dict[str, Any]]]
"""How a message becomes activities for one user; the user's id is for cards that are refreshed for them.

Raises ValueError for what may stand only in private messages.
"""

_CHAT_IS_GONE = frozenset({"gone", "not-found", "not-installed"})
"""Reasons that may hold for one chat only: with another, the person can be reached."""


@dataclass(slots=True)
class _Begun:
    """A letter on its way: how many of its activities Teams has."""

    sent: int = 0


class TeamsPlatform:
    """See `bot.ports.Platform`. For one organisation; letters of any other are not delivered.

    A letter that was begun is continued where it stopped, as long as the process lives; one person's letters must not
    be sent at the same time.
    """

    def __init__(
        self,
        connector: Connector,
        references: References,
        setup: TeamsSetup,
        organisation: str,
        draw: Draw = lambda message, _: to_activities(message),
    ) -> None:
        self._connector = connector
        self._references = references
        self._setup = setup
        self._organisation = organisation
        self._draw = draw
        self._begun: dict[tuple[str, Message], _Begun] = {}

    async def send(self, organisation: str, person: str, message: Message) -> Outcome:
        """See `Platform.send`."""
        if organisation != self._organisation:
            return Never("no-platform")
        letter = (person, message)
        try:
            self._draw(message, "")
        except ValueError:
            return Never("refused")  # private by mistake: whoever comes next is told that there is something
        outcome = await self._send(person, message, self._begun.setdefault(letter, _Begun()))
        if not isinstance(outcome, Again):
            self._begun.pop(letter, None)
        return outcome

    async def _send(self, person: str, message: Message, begun: _Begun) -> Outcome:
        """Send into the chat that is remembered; if it is gone, or there is none yet, into one that is opened now."""
        try:
            reference = await self._references.of(person)
        except (Conflict, Damaged):
            return Again(timedelta())
        if reference and reference.tenant not in self._setup.tenants:
            reference = None  # of a tenant that is ours no more
        if reference and reference.conversation:
            outcome = await self._hand_over(reference, message, begun)
            if not isinstance(outcome, Never) or outcome.reason not in _CHAT_IS_GONE:
                return outcome
        opened = await self._reopened(person, reference) if reference else await self._met(person)
        return await self._hand_over(opened, message, begun) if isinstance(opened, Reference) else opened

    async def _hand_over(self, to: Reference, message: Message, begun: _Begun) -> Outcome:
        activities = self._draw(message, to.user)
        while begun.sent < len(activities):
            answer = await self._connector.send(to.service_url, to.conversation, activities[begun.sent])
            if isinstance(answer, Failed):
                return answer.outcome
            begun.sent += 1
        return Taken()

    async def _reopened(self, person: str, known: Reference) -> Reference | Outcome:
        """The chat with somebody whom we have met: opened, and remembered."""
        chat = await self._connector.open_chat(known.service_url, known.tenant, known.bot, known.user)
        if isinstance(chat, Failed):
            return chat.outcome
        return await self._learnt(person, replace(known, conversation=chat))

    async def _met(self, person: str) -> Reference | Outcome:
        """The chat with somebody whom we have never met: Teams is asked to open it, by the name they sign in with.

        Whoever it opens the chat with must be that person: only then is anything said there.
        """
        doorway = await self._doorway()
        if doorway is None:
            return Never("not-found")
        chat = await self._connector.open_chat(doorway.service_url, doorway.tenant, doorway.bot, person)
        if isinstance(chat, Failed):
            return chat.outcome if isinstance(chat.outcome, Again) else Never("not-found")
        members = await self._connector.members(doorway.service_url, chat)
        if isinstance(members, Failed):
            return members.outcome if isinstance(members.outcome, Again) else Never("not-found")
        people = [member for member in members if not str(member.get("id", "")).startswith(BOT)]
        names = names_of(people[0], doorway.tenant) if len(people) == 1 else Refused("stranger")
        if isinstance(names, Refused) or person not in names:
            return Never("not-found")
        return await self._learnt(person, replace(doorway, conversation=chat, user=str(people[0].get("id", ""))))

    async def _doorway(self) -> Reference | None:
        """Through which address to look for somebody: the last that worked in our tenant, else Microsoft's for all."""
        try:
            known = await self._references.doorway(self._setup.home)
        except (Conflict, Damaged):
            known = None
        if known or self._setup.loopback:
            return known
        return Reference(service_url=EVERYWHERE, tenant=self._setup.home, bot=f"{BOT}{self._setup.app_id}")

    async def _learnt(self, person: str, reference: Reference) -> Reference:
        try:
            await self._references.learn(person, reference)
        except (Conflict, Damaged):
            return reference  # it is good for this letter; the next one asks again
        return reference
