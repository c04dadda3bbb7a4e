"""The bakery's playground as `candour run` builds it, on a database file of its own; and the pages that talk to it.

Nothing is left out: store, service, delivery, HTTP. Only time is the test's own: letters leave when it says so.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias

import aiohttp
from aiohttp import web

from adapters.directory import read_people
from adapters.storage.audit import Books
from adapters.storage.keys import open_keyring
from adapters.storage.sqlite import SqliteStore
from adapters.web.runtime import Clock, Mailbox, build
from bot.delivery import Delivery
from bot.live import LiveKnowledge
from bot.ports import Store
from bot.service import Service
from tests.conftest import BAKERY

Json: TypeAlias = dict[str, Any]
Given: TypeAlias = Mapping[str, str | tuple[str, ...]]
"""Answers to a guided conversation: question → an option, what to tick, or words to write."""

LAD, SATURDAY, DRIVER = "lad.high@bakery.example", "saturday.mill@bakery.example", "driver@bakery.example"
LEAD, BAKER = "lead.high@bakery.example", "baker.high@bakery.example"
OWNER, ACCOUNTANT = "owner@bakery.example", "accountant@bakery.example"


class Shop:
    """A playground in this process, serving on loopback. `said` is what the operator was told."""

    def __init__(self, folder: Path, live: LiveKnowledge) -> None:
        self.folder = folder
        self.said: list[str] = []
        self.clock = Clock()
        self._live = live
        self._database = folder / "candour.db"

    async def opens(self) -> Shop:
        """Start as `candour run` does, with what is on disk."""
        keyring, _ = open_keyring(self.folder / "candour.key", None, self._database)
        self._store: Store = SqliteStore(self._database, keyring, serving=True)
        with self._store.transaction():
            if not self._store.directory("test").people:
                roles = self._live.current.library.roles
                self._store.keep_directory("test", read_people(BAKERY / "sample-people.csv", roles))
        self.mailbox = Mailbox()
        service = Service(lambda: self._live.current, self._store)
        self._delivery = Delivery(
            self._store, service, {"playground": self.mailbox}, self.clock, self.said.append, worker="front-door"
        )
        application = build(service, self._live, self._store, "test", self.mailbox, self.clock)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port: int = self._runner.addresses[0][1]
        self.http = aiohttp.ClientSession(f"http://127.0.0.1:{self.port}/")
        return self

    async def closes(self) -> None:
        """Stop; what was not written is gone."""
        await self.http.close()
        await self._runner.cleanup()
        self._store.close()

    async def restarts(self) -> None:
        """Begin again with nothing but what is on disk."""
        await self.closes()
        await self.opens()

    async def delivers(self) -> list[Json]:
        """Let every letter that is due leave; all letters that were handed over since the start."""
        while await self._delivery.round():
            pass
        return self.mailbox.letters(0)

    async def waits(self, minutes: int) -> list[Json]:
        """Move the playground's clock, and let what became due happen."""
        async with self.http.post("api/clock", json={"minutes": minutes}) as answer:
            assert answer.status == 200
        return await self.delivers()

    def page(self, person: str) -> Page:
        """A page on which this person is played."""
        return Page(self.http, person)

    def books(self) -> Books:
        """The audit chain and the cases as they are on disk, read as `candour verify` reads them."""
        keyring, _ = open_keyring(self.folder / "candour.key", None, self._database)
        with closing(SqliteStore(self._database, keyring)) as store:
            return store.books("test")


class Page:
    """One person's page: what was last shown, and what can be done with it. `heard` is everything that was shown."""

    _numbers = itertools.count(1)

    def __init__(self, http: aiohttp.ClientSession, person: str) -> None:
        self.person = person
        self.replies: Sequence[Json] = ()
        self.heard: list[Json] = []
        self._http = http

    def event(self, **what: object) -> Json:
        """An event with a key of its own, as the page makes it."""
        return {"person": self.person, "key": f"front-door-{next(self._numbers):08}", **what}

    async def posts(self, event: object) -> int:
        """Post an event, made before or by hand; the status."""
        async with self._http.post("api/event", data=json.dumps(event).encode()) as answer:
            shown = await answer.json()
            if answer.status == 200:
                self.replies = shown["replies"]
                self.heard += self.replies
            return answer.status

    async def does(self, **what: object) -> Page:
        """Do something once, and be answered."""
        status = await self.posts(self.event(**what))
        assert status == 200, f"{what} was refused with {status}"
        return self

    async def picks(self, value: str) -> Page:
        """Press the button with this value, whether it is shown or not."""
        return await self.does(kind="choice", value=value)

    async def says(self, text: str) -> Page:
        """Type something into the chat."""
        return await self.does(kind="text", text=text)

    async def writes(self, text: str) -> Page:
        """Fill in the text box that is shown, and send it."""
        [box] = self.blocks("textbox")
        return await self.does(kind="form", form=box["form"], text=text)

    def value(self, part: str) -> str:
        """The value of the button shown that has this in it."""
        return next(value for value in self.values if part in value)

    async def reviews(self, flow: str, given: Given, otherwise: str = "As it was.") -> Page:
        """Go through a report to its review; `otherwise` is written wherever else words are asked for."""
        await self.picks(f"begin:{flow}")
        for _ in range(40):
            if any(":review" in value for value in self.values):
                return await self.picks(self.value(":review"))
            await self._answers(given, otherwise)
        raise AssertionError("the questions never end")

    async def reports(self, flow: str, given: Given, otherwise: str = "As it was.") -> str:
        """Go through a report and send it. Its reference."""
        await self.reviews(flow, given, otherwise)
        await self.picks(self.value(":send:"))
        assert self.ref, f"not sent: {self.text}"
        return self.ref

    @property
    def values(self) -> list[str]:
        """The values of all buttons shown."""
        return [o["value"] for kind in ("choices", "written") for block in self.blocks(kind) for o in block["options"]]

    @property
    def text(self) -> str:
        """Everything that is shown, in every field."""
        return json.dumps(self.replies, ensure_ascii=False)

    @property
    def ref(self) -> str:
        """The reference in what is shown, or nothing."""
        _, _, after = self.text.partition("Reference ")
        return after[:9]

    def blocks(self, kind: str) -> list[Json]:
        """The blocks of one type that are shown."""
        return [block for reply in self.replies for block in reply["blocks"] if block["type"] == kind]

    async def _answers(self, given: Given, otherwise: str) -> None:
        if write := [value for value in self.values if ":write:" in value]:
            await self.picks(write[0])
        if boxes := self.blocks("textbox"):
            await self.writes(str(given.get(_asked(boxes[0]["form"]), otherwise)))
        elif lists := self.blocks("ticks"):
            options = [option["value"] for option in lists[0]["options"]]
            people = "@" in options[0]
            ticked = given.get(_asked(lists[0]["form"]), () if people else (options[0],))
            await self.does(kind="form", form=lists[0]["form"], ticked=list(ticked))
        else:
            picks = [value for value in self.values if ":pick:" in value]
            answer = given.get(picks[0].split(":")[3])
            await self.picks(picks[-1] if answer is None else next(p for p in picks if p.endswith(f":{answer}")))


def _asked(form: str) -> str:
    return form.split(":")[2]
