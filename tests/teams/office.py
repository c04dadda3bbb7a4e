"""An office on Teams: the service, its store and delivery behind our own door, and the people, each with their own app.

Nothing is left out but Microsoft itself, which is `FakeTeams` on loopback, and which signs what people do. Time is the
test's own; letters leave when it says so.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.directory import read_people
from adapters.storage.memory import MemoryStore
from adapters.teams.bearer import Bearer
from adapters.teams.connector import Connector
from adapters.teams.door import BODY_MAX, TokenCheck
from adapters.teams.keys import SigningKeys
from adapters.teams.people import TeamsPeople
from adapters.teams.platform import TeamsPlatform
from adapters.teams.references import References
from adapters.teams.replying import Replies, drawn
from adapters.teams.runtime import DOOR, TeamsRuntime
from bot.compiled import Knowledge
from bot.delivery import Delivery
from bot.live import LiveDirectory
from bot.people import Directory
from bot.ports import Store
from bot.service import Service
from tests.conftest import BAKERY
from tests.fakes import FakeClock
from tests.teams.fake_connector import FakeTeams
from tests.teams.sender import TeamsSender, public_key

ORGANISATION = "test"


def user_of(person: str) -> str:
    """The Teams id that somebody of the directory has here."""
    return f"29:{person}"


class Office:
    """Use as `office = await Office(...).opens()` and `await office.closes()`.

    `reports` is what the operator was told. `knowledge` and `clock` are asked for each time they are needed. With a
    `service`, it is that of another office, which is in the same house.
    """

    def __init__(
        self,
        knowledge: Callable[[], Knowledge],
        store: Store,
        clock: Callable[[], datetime],
        chance: Callable[[], bytes] | None = None,
        *,
        service: Service | None = None,
    ) -> None:
        self.knowledge = knowledge
        self.store = store
        self.clock = clock
        self.teams = FakeTeams()
        self.reports: list[str] = []
        self._chance = chance
        self._shared_service = service

    async def opens(self) -> Office:
        """Start Microsoft, and our side."""
        await self.teams.__aenter__()
        self.teams.keys = [public_key()]
        self._http = aiohttp.ClientSession()
        self.entra: dict[str, str] = {}
        self.sends = TeamsSender(self._http, "", self.teams.service_url, entra=self.entra)
        await self._starts()
        return self

    async def closes(self) -> None:
        """Stop both."""
        await self._stops()
        await self._http.close()
        await self.teams.__aexit__(None, None, None)

    async def restarts(self, store: Store | None = None) -> None:
        """Begin again with nothing but what is stored; Microsoft goes on meanwhile."""
        await self._stops()
        self.store = store or self.store
        await self._starts()

    async def moves_in(self, directory: Directory) -> None:
        """Have these people, and nobody else, work here; all of them are in Teams and have the app."""
        with self.store.transaction():
            self.store.keep_directory(ORGANISATION, directory)
        self.directory = LiveDirectory(self.store, ORGANISATION)
        for person in directory.people:
            self.joins(person)

    def joins(self, person: str, *, installed: bool = True, **facts: object) -> str:
        """Somebody is in the tenant; `facts` are what Teams says of them. Their user id."""
        user = user_of(person)
        if facts or user not in self.teams.people:
            entra = f"{sha256(person.encode()).hexdigest()[:8]}-0000-4000-8000-000000000000"
            member = self.teams.joins(user, person, installed=installed, **{"aadObjectId": entra, **facts})
            self.entra[user] = member["aadObjectId"]
        return user

    async def settles(self) -> None:
        """Wait until all that is to be said was said."""
        await self.runtime.stop()

    async def posts(self) -> None:
        """Deliver every letter that is due."""
        while await self.delivery.round():
            pass
        await self.settles()

    async def _starts(self) -> None:
        self.directory = LiveDirectory(self.store, ORGANISATION)
        self._outward = aiohttp.ClientSession()
        chance = self._chance or (lambda: token_bytes(16))
        self.service = self._shared_service or Service(
            self.knowledge, self.store, lambda: self.delivery.poke(), chance=chance
        )
        setup, report = self.teams.setup, self.reports.append
        self._keys = SigningKeys(self._outward, self.clock, setup.openid_url)
        self._bearer = Bearer(self._outward, setup, self.clock)
        connector = Connector(self._outward, self._bearer, report, loopback=setup.loopback)
        people = TeamsPeople(connector, lambda: self.directory.current, setup.tenants, self.clock)
        references = References(self.store, ORGANISATION)
        replies = Replies(connector, people, references, self.service, self.knowledge, ORGANISATION, self.clock, report)
        check = TokenCheck(setup.app_id, setup.tenants, self._keys, loopback=setup.loopback)
        self.runtime = TeamsRuntime(check, replies, report)
        self.platform = TeamsPlatform(connector, references, setup, ORGANISATION, drawn)
        self.delivery = Delivery(
            self.store, self.service, {"teams": self.platform}, self.clock, report, worker="office"
        )
        application = web.Application(client_max_size=BODY_MAX)
        self.runtime.add_to(application)
        self._server = TestServer(application)
        await self._server.start_server()
        self.sends.door = str(self._server.make_url(DOOR))

    async def _stops(self) -> None:
        await self.runtime.stop()
        await self._keys.stop()
        await self._bearer.stop()
        await self._server.close()
        await self._outward.close()


@asynccontextmanager
async def open_office(
    knowledge: Knowledge, store: Store | None = None, *, people: Path = BAKERY, clock: FakeClock | None = None
) -> AsyncIterator[Office]:
    """An organisation on Teams, with everybody of its sample people; in memory unless there is a store."""
    office = await Office(lambda: knowledge, store or MemoryStore(), clock or FakeClock()).opens()
    try:
        await office.moves_in(read_people(people / "sample-people.csv", knowledge.library.roles))
        yield office
    finally:
        await office.closes()
