"""An office on Slack: the service, its store and delivery behind our own door, and the people who work there.

Nothing is left out but Slack itself, which is `FakeSlack` on loopback. Time is the test's own; letters leave when it
says so.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from secrets import token_bytes
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.directory import read_people
from adapters.slack.api import SlackApi, web_client
from adapters.slack.door import BODY_MAX
from adapters.slack.manifest import DOOR
from adapters.slack.people import SlackPeople
from adapters.slack.platform import SlackPlatform
from adapters.slack.runtime import SlackRuntime
from adapters.slack.speaking import Speaker
from adapters.storage.memory import MemoryStore
from bot.compiled import Knowledge
from bot.delivery import Delivery
from bot.live import LiveDirectory
from bot.people import Directory
from bot.ports import Store
from bot.service import Service
from tests.conftest import BAKERY
from tests.fakes import FakeClock
from tests.slack.fake_api import APP_TOKEN, TEAM, TOKEN, FakeSlack
from tests.slack.sender import SECRET, SlackSender

ORGANISATION = "test"


def user_of(person: str) -> str:
    """The Slack id that somebody of the directory has here."""
    return "U0" + re.sub(r"[^A-Z0-9]", "", person.upper())[:40]


class Office:
    """Use as `office = await Office(...).opens()` and `await office.closes()`.

    `reports` is what the operator was told. `knowledge` and `clock` are asked for each time they are needed.
    """

    def __init__(
        self,
        knowledge: Callable[[], Knowledge],
        store: Store,
        clock: Callable[[], datetime],
        chance: Callable[[], bytes] | None = None,
        *,
        by_socket: bool = False,
        service: type[Service] = Service,
    ) -> None:
        self.knowledge = knowledge
        self.store = store
        self.clock = clock
        self.slack = FakeSlack()
        self.reports: list[str] = []
        self._chance = chance
        self._by_socket = by_socket
        self._service = service

    async def opens(self) -> Office:
        """Start Slack, and our side."""
        await self.slack.__aenter__()
        told = {"response_url": self.slack.response_url}
        self._http = aiohttp.ClientSession()
        self.sends = SlackSender(self._http, "", lambda: self.clock().timestamp(), **told)
        await self._starts()
        return self

    async def closes(self) -> None:
        """Stop both."""
        await self._stops()
        await self._http.close()
        await self.slack.__aexit__(None, None, None)

    async def restarts(self, store: Store | None = None) -> None:
        """Begin again with nothing but what is stored; Slack goes on meanwhile."""
        await self._stops()
        self.store = store or self.store
        await self._starts()

    async def moves_in(self, directory: Directory) -> None:
        """Have these people, and nobody else, work here; all of them are in Slack."""
        with self.store.transaction():
            self.store.keep_directory(ORGANISATION, directory)
        self.directory = LiveDirectory(self.store, ORGANISATION)
        for person in directory.people:
            if user_of(person) not in self.slack.users:
                self.slack.joins(user_of(person), person)

    async def settles(self) -> None:
        """Wait until all that is to be said was said."""
        await self.runtime.stop()

    async def posts(self) -> None:
        """Deliver every letter that is due."""
        while await self.delivery.round():
            pass
        await self.settles()

    def sender(self, **changed: str) -> SlackSender:
        """Slack's side of our door; `secret=`, `team=` and the like make it somebody else's."""
        told = {"response_url": self.slack.response_url, **changed}
        return SlackSender(self._http, str(self._server.make_url(DOOR)), lambda: self.clock().timestamp(), **told)

    async def _starts(self) -> None:
        self.directory = LiveDirectory(self.store, ORGANISATION)
        self._outward = aiohttp.ClientSession()
        chance = self._chance or (lambda: token_bytes(16))
        self.service = self._service(self.knowledge, self.store, lambda: self.delivery.poke(), chance=chance)
        api = SlackApi(web_client(TOKEN, self._outward, self.slack.url), self.reports.append)
        people = SlackPeople(api, lambda: self.directory.current, frozenset({TEAM}), self.clock)
        marks = (f"mark{number}" for number in range(1_000_000))
        self.runtime = SlackRuntime(
            Speaker(api),
            SlackPlatform(api, people, ORGANISATION, lambda: next(marks)),
            people,
            self.service,
            self.knowledge,
            ORGANISATION,
            self.clock,
            self.reports.append,
            signing_secret="" if self._by_socket else SECRET,
            app_token=APP_TOKEN if self._by_socket else "",
        )
        self.delivery = Delivery(
            self.store, self.service, {"slack": self.runtime}, self.clock, self.reports.append, worker="office"
        )
        application = web.Application(client_max_size=BODY_MAX)
        self.runtime.add_to(application)
        self._server = TestServer(application)
        await self._server.start_server(access_log=None)
        await self.runtime.start()
        self.sends.door = str(self._server.make_url(DOOR))

    async def _stops(self) -> None:
        await self.runtime.stop()
        await self._server.close()
        await self._outward.close()


@asynccontextmanager
async def open_office(
    knowledge: Knowledge,
    store: Store | None = None,
    *,
    people: Path = BAKERY,
    by_socket: bool = False,
    service: type[Service] = Service,
) -> AsyncIterator[Office]:
    """An organisation on Slack, with everybody of its sample people; in memory unless there is a store."""
    options: dict[str, Any] = {"by_socket": by_socket, "service": service}
    office = await Office(lambda: knowledge, store or MemoryStore(), FakeClock(), **options).opens()
    try:
        await office.moves_in(read_people(people / "sample-people.csv", knowledge.library.roles))
        yield office
    finally:
        await office.closes()
