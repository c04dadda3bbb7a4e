"""Pages as tests come to them: a case that was worked on, a link to its record or to the figures, and what it opens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from adapters.pages.runtime import add_to
from adapters.storage.memory import MemoryStore
from bot.cases import Case
from bot.compiled import Knowledge
from bot.errors import Conflict, Damaged
from bot.events import Actor, PageAsked
from bot.figures import Shown, Table
from bot.messages import Link
from bot.ports import AuditCode, Store
from bot.service import Service
from bot.turn import Worry
from tests.conftest import BAKERY
from tests.talking import ORGANISATION, Given, Place, Talk

LAD, LEAD, BAKER = "lad.high@bakery.example", "lead.high@bakery.example", "baker.high@bakery.example"
OWNER, ACCOUNTANT = "owner@bakery.example", "accountant@bakery.example"
STORY = "He swore at the Saturday girl."
CONDUCT: Given = {
    "danger": "safe",
    "shop": "high-street",
    "told-by": "saw",
    "words": STORY,
    "young": "grown",
    "tell": "owner",
}


class Office(Place):
    """The bakery, with pages, and people who have names. `worries`: what the operator was told."""

    def __init__(self, knowledge: Knowledge, store: Store | None = None) -> None:
        super().__init__(knowledge, BAKERY / "sample-people.csv", store)
        self.worries: list[Worry] = []
        self.called(LAD, "Jo Bloggs").called(OWNER, "Dot Crumb").called(ACCOUNTANT, "Stan O'Neill")
        self.opens_pages()

    def opens_pages(self) -> Office:
        """Serve pages from now on."""
        self.service = Service(
            lambda: self.knowledge, self.store, chance=self._chance, address=lambda: "", worried=self.worries.append
        )
        return self

    def called(self, person: str, name: str) -> Office:
        """Have somebody go by this name."""
        self.changes(replace(self.directory.people[person], name=name))
        return self

    def case(self, ref: str) -> Case:
        """A case as it is kept."""
        with self.store.transaction():
            case = self.store.case(ORGANISATION, ref)
        assert case is not None
        return case

    def reported(self, flow: str = "shift-lead-conduct", given: Given = CONDUCT, by: str = LAD) -> str:
        """Have a report sent. Its reference."""
        return self.talk(by).reports(flow, given)

    def taken(self, ref: str, by: str = OWNER) -> Talk:
        """Have somebody take it on."""
        return self.talk(by).picks(f"case:take:{ref}")

    def token(self, talk: Talk, ref: str = "", **fields: str | tuple[str, ...]) -> str:
        """A link, made in the conversation: to the record of a case, or to the figures. Its token."""
        if ref:
            talk.picks(f"case:export:{ref}").fills(**fields)
        else:
            talk.picks("figures")
        [url] = [block.url for block in talk.blocks if isinstance(block, Link)]
        return url.removeprefix("/link/")

    def record(self, ref: str, by: str = OWNER, **fields: str | tuple[str, ...]) -> dict[str, Any]:
        """The record of a case, through the link."""
        turn = self.service.receive(self.asked(self.token(self.talk(by), ref, **fields)))
        assert turn.granted is not None
        found = self.service.record(ORGANISATION, turn.granted, self.now)
        assert found is not None
        return found

    def figures(self, by: str = OWNER) -> Shown:
        """The figures, through the link."""
        turn = self.service.receive(self.asked(self.token(self.talk(by))))
        assert turn.granted is not None
        found = self.service.figures(ORGANISATION, turn.granted, self.now)
        assert found is not None
        return found

    def asked(self, token: str) -> PageAsked:
        """The button behind a link was pressed."""
        return PageAsked(actor=Actor(organisation=ORGANISATION, person=""), key=self.key(), at=self.now, token=token)


def works_on(place: Office, ref: str) -> Talk:
    """Take a case on and do about everything with it that can be done, up to its end."""
    owner = place.taken(ref)
    place.passes(timedelta(minutes=20))
    owner.picks(f"case:note:{ref}").fills(
        text="Rang Jo Bloggs. She was planned for Ann's shift.\nHer word: <b>rude</b>."
    )
    owner.picks(f"case:message:{ref}").fills(text="When was it?")
    place.passes(timedelta(minutes=5))
    place.talk(LAD).picks(f"mine:add:{ref}").writes("At noon, says lad.high@bakery.example.")
    owner.picks(f"case:refer:{ref}").fills(
        whom="helpline", who="Ms Hale, adviser", when="Today, 10:00", reference="H-77", advice="Write it down."
    )
    owner.picks(f"case:test:{ref}").fills(hurt="no", law="unsure")
    owner.picks(f"case:propose:{ref}").fills(purpose="To see who was there", viewed="The till video", why="Proof")
    place.passes(timedelta(minutes=30))
    place.talk(ACCOUNTANT).picks(f"decide:agree:{ref}")
    return owner.picks(f"case:close:{ref}").fills(outcome="sorted", line="We have spoken with him.")


def table(shown: Shown, title: str) -> Table:
    """One of the tables."""
    return next(found for found in shown.tables if found.title == title)


def told(found: Table) -> dict[str, tuple[str, ...]]:
    """What a table tells: label → the texts of its line."""
    return {row.label: tuple(cell.text for cell in row.cells) for row in found.rows}


def words_in(html: str) -> str:
    """What a page says, without its marks."""
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.S).split())


class Moody(MemoryStore):
    """A store that can be busy, at once or half way, or find what it holds altered."""

    busy = busy_half_way = damaged = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self.busy:
            raise Conflict
        with super().transaction():
            yield

    def audit_codes(self, organisation: str, ref: str) -> tuple[AuditCode, ...]:
        if self.busy_half_way:
            raise Conflict
        if self.damaged:
            raise Damaged
        return super().audit_codes(organisation, ref)

    def cases_from(self, organisation: str, after: str, limit: int) -> tuple[Case, ...]:
        if self.busy_half_way:
            raise Conflict
        return super().cases_from(organisation, after, limit)


class Browser:
    """Somebody who follows links to the office's pages."""

    def __init__(self, place: Office, store: Moody) -> None:
        self.place, self.store = place, store
        application = web.Application()
        application.on_response_prepare.append(_headers_of_others)
        add_to(application, place.service, lambda: place.knowledge, ORGANISATION, lambda: place.now)
        self._client: TestClient[Any, Any] = TestClient(TestServer(application))

    async def starts(self) -> Browser:
        await self._client.start_server()
        return self

    async def stops(self) -> None:
        await self._client.close()

    async def follows(self, token: str) -> tuple[int, bytes]:
        """Follow the link: what a scanner of links does too."""
        response = await self._client.get(f"/link/{token}")
        return response.status, await response.read()

    async def opens(self, token: str, **headers: str) -> tuple[int, bytes]:
        """Press the button behind the link."""
        response = await self.answer(token, **headers)
        return response.status, await response.read()

    async def answer(self, token: str, method: str = "POST", **headers: str) -> ClientResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self._client.request(method, f"/link/{token}", headers=named)

    async def reads(self, token: str) -> str:
        """The page that the link opens."""
        status, page = await self.opens(token)
        assert status == 200
        return page.decode()


async def _headers_of_others(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update({"Content-Security-Policy": "default-src *", "Cache-Control": "public"})


class Reader(HTMLParser):
    """A page as a browser takes it: its tags, attributes and words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.everything = page
        self.tags: dict[str, int] = {}
        self.attributes: set[str] = set()
        self.addresses: set[str] = set()
        self.data = ""
        self._words: list[str] = []
        self.feed(page)

    @property
    def text(self) -> str:
        return "".join(self._words)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] = self.tags.get(tag, 0) + 1
        for name, value in attrs:
            self.attributes.add(name)
            if name in ("href", "src", "action", "xlink:href"):
                self.addresses.add(str(value).partition(":")[0])
                self.data = str(value).partition("base64,")[2]

    def handle_data(self, data: str) -> None:
        self._words.append(data)
