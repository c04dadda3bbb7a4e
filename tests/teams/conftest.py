"""A small Microsoft on loopback, and our side of the Bot Connector."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from adapters.storage.memory import MemoryStore
from adapters.teams.bearer import Bearer
from adapters.teams.connector import TIMEOUT, Connector
from adapters.teams.people import Sender, TeamsPeople
from adapters.teams.platform import TeamsPlatform
from adapters.teams.references import Reference, References
from bot.people import Directory, Person
from tests.fakes import FakeClock
from tests.teams.fake_connector import BOT, TENANT, FakeTeams

ANNE, BEN, CLEO = "anne@bakery.example", "ben@bakery.example", "cleo@bakery.example"
"""People of the bakery, by directory id. In Teams they are 29:anne, 29:ben and 29:cleo."""

IMPATIENT = timedelta(seconds=1)
"""How long one call may take, in tests that leave it without an answer."""


def user_of(person: str) -> str:
    """Who this person is in Teams."""
    return f"29:{person.partition('@')[0]}"


@pytest.fixture
async def teams() -> AsyncIterator[FakeTeams]:
    """A tenant in which Anne, Ben and Cleo work, and have the app."""
    async with FakeTeams() as teams:
        for email in (ANNE, BEN, CLEO):
            teams.joins(user_of(email), email)
        yield teams


@dataclass(slots=True)
class Wired:
    """Our side: what was built, what the operator was told, and the directory, which tests may change."""

    session: aiohttp.ClientSession
    teams: FakeTeams
    clock: FakeClock = field(default_factory=FakeClock)
    store: MemoryStore = field(default_factory=MemoryStore)
    reports: list[str] = field(default_factory=list)
    directory: Directory = field(default_factory=Directory)
    tenants: frozenset[str] = frozenset({TENANT})
    bearer: Bearer = field(init=False)
    connector: Connector = field(init=False)
    people: TeamsPeople = field(init=False)
    references: References = field(init=False)
    platform: TeamsPlatform = field(init=False)

    def __post_init__(self) -> None:
        self.directory = Directory({email: Person(id=email, name=email[:4].title()) for email in (ANNE, BEN, CLEO)})
        self.starts()

    def starts(self, timeout: timedelta = TIMEOUT, **settings: Any) -> None:
        """Build it, or build it once more as after a restart, with these settings changed."""
        setup = replace(self.teams.setup, tenants=self.tenants, **settings)
        self.bearer = Bearer(self.session, setup, self.clock, timeout)
        report = self.reports.append
        self.connector = Connector(self.session, self.bearer, report, loopback=setup.loopback, timeout=timeout)
        self.people = TeamsPeople(self.connector, lambda: self.directory, self.tenants, self.clock)
        self.references = References(self.store, "bakery")
        self.platform = TeamsPlatform(self.connector, self.references, setup, "bakery")

    def sender(self, person: str = ANNE, **told: Any) -> Sender:
        """Somebody who does something in their own chat with us, as the activity tells it; `told` replaces that."""
        user = user_of(person)
        usual = {
            "user": user,
            "entra": self.teams.people[user]["aadObjectId"],
            "tenant": TENANT,
            "service_url": self.teams.service_url,
            "conversation": self.teams.chat(user),
            "bot": BOT,
        }
        return Sender(**{**usual, **told})

    def reference(self, person: str = ANNE, **told: Any) -> Reference:
        """Where somebody can be written to; `told` replaces that."""
        user = user_of(person)
        usual = {"service_url": self.teams.service_url, "tenant": TENANT, "bot": BOT, "user": user}
        return Reference(**{**usual, "conversation": self.teams.chat(user), **told})

    async def met(self, *people: str) -> None:
        """These people have written to us before."""
        for person in people:
            await self.references.learn(person, self.reference(person))


@pytest.fixture
async def wired(teams: FakeTeams) -> AsyncIterator[Wired]:
    """Our side of the connector, connected to `teams`."""
    async with aiohttp.ClientSession() as session:
        yield Wired(session, teams)
