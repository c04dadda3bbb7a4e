"""What a report holds is read by those who received it, and stands nowhere else: not in letters, logs, files, headers.

A needle, a word that nobody else uses, is planted in every field of a report and in everything done with it; then all
that came out is searched. Logging is turned up as far as it goes, as a careless operator would.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import logging
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from adapters.directory import read_people
from adapters.storage.memory import MemoryStore
from adapters.web.runtime import Clock, Mailbox, build
from bot.compiled import Knowledge
from bot.live import LiveKnowledge
from bot.logs import quiet_libraries
from bot.service import Service
from tests.conftest import BAKERY
from tests.front_door import ACCOUNTANT, BAKER, DRIVER, LAD, LEAD, OWNER, SATURDAY, Given, Json, Page, Shop
from tests.operating import serving, settle_in

_NUMBERS = itertools.count(1)
PEOPLE = (LAD, LEAD, BAKER, SATURDAY, DRIVER, OWNER, ACCOUNTANT)
MARKUP = (
    "<!channel> <@U024BE7LH> <!here|now>",
    "@everyone <at>Owner</at> [cash](https://evil.example/?a=1)",
    "*bold* _slanted_ ~gone~ `code` > quoted # heading | table |",
    "<script>alert(1)</script><img src=https://evil.example/x onerror=alert(1)>",
    "${7*7} {{7*7}} {ref} {0.__class__} %s %(text)s #{7*7}",
    "=HYPERLINK(\"https://evil.example\") +1+1 -1+1 @SUM(1) =cmd|' /C calc'!A0",
    "https://evil.example/beacon.png mailto:a@evil.example file:///etc/passwd",
)
SURE = 8  # letters of base64 that do not come about by chance
HEADERS = "first\r\nSet-Cookie: a=b\r\n\r\nHTTP/1.1 200 OK\r\nBcc: a@evil.example"
reached: list[object] = []
"""Every address that this process connected to or looked up, once a test has begun to listen."""


def _listen(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        reached.append(arguments[1] if event == "socket.connect" else arguments[0])


@pytest.fixture(scope="module")
def listening() -> list[object]:
    """Hear of every connection and look-up in this process; Python offers no way to stop listening."""
    sys.addaudithook(_listen)
    return reached


@pytest.fixture(scope="module")
def live(cache: Path) -> LiveKnowledge:
    """The bakery, as it is served."""
    return LiveKnowledge(BAKERY, cache, print)


@pytest.fixture
async def shop(tmp_path: Path, live: LiveKnowledge) -> AsyncIterator[Shop]:
    """A playground that is being served."""
    shop = await Shop(tmp_path, live).opens()
    yield shop
    await shop.closes()


@pytest.fixture
def records() -> Iterator[list[str]]:
    """Everything that any logger of the process is told, at every level, with everything that hangs on it."""
    kept: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            kept.append(repr(vars(record)) + self.format(record))

    factory, disabled, raises = logging.getLogRecordFactory(), logging.root.manager.disable, logging.raiseExceptions
    loggers = [logging.getLogger(), *map(logging.getLogger, logging.root.manager.loggerDict)]
    levels = [(logger, logger.level) for logger in loggers]
    keeper = Keeper()
    quiet_libraries()
    logging.disable(logging.NOTSET)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    logging.getLogger().addHandler(keeper)
    yield kept
    logging.getLogger().removeHandler(keeper)
    for logger, level in levels:
        logger.setLevel(level)
    logging.setLogRecordFactory(factory)
    logging.disable(disabled)
    logging.raiseExceptions = raises


def needle() -> str:
    """A word that stands nowhere else."""
    return f"Qx{next(_NUMBERS):03}zebrafinch"


def spelt(word: str) -> set[bytes]:
    """The ways in which a word can lie in a file and still be read."""
    plain = [word.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be")]
    shifted = [base64.b64encode(b"x" * shift + plain[0]) for shift in range(3)]
    # What a neighbour shares of a group of four letters is left off.
    inner = [raw[4 : len(raw) // 4 * 4 - 4] for raw in shifted]
    return {*plain, *(raw.hex().encode() for raw in plain), *(part for part in inner if len(part) >= SURE)}


def found(words: Iterable[str], where: bytes) -> list[str]:
    """Which of the words can be read there, in any way; written out, also in capitals or small letters."""
    small = where.lower()
    return [w for w in words if w.lower().encode() in small or any(way in where for way in spelt(w))]


def files(folder: Path) -> bytes:
    """Every byte beside the database, but for the key and the compiled knowledge."""
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file() and path.suffix != ".key")


class Story:
    """A report from its beginning to its end, with needles in every field, in words typed astray and in odd requests.

    `needles` are all that were planted, `secrets` what else must not come out: references, codes, keys of events.
    """

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self.needles: list[str] = []
        self.secrets: list[str] = []
        self.refs: list[str] = []
        self.lad, self.owner = Page(http, LAD), Page(http, OWNER)
        self.baker = Page(http, BAKER)

    def plant(self) -> str:
        """A new needle, in a sentence."""
        self.needles.append(needle())
        return f"It was {self.needles[-1]}, I heard."

    async def is_told(self) -> None:
        """Report, with every question answered, all mistakes made on the way, and the first recipient barred."""
        await self.lad.says(f"a customer called {self.plant()} just swore at me")
        given: Given = {
            **{"danger": "safe", "told-by": "for-somebody", "before": "often", "damage": ("broken",), "tell": "owner"},
            **{"about": (LEAD,), "name": "confidential"},
            **{question: self.plant() for question in ("for-whom", "words", "day", "before-how", "broken-what")},
        }
        await self.lad.reviews("rude-customer", given)
        send = self.lad.value(":send:")
        await self.lad.says(self.plant())
        await self.lad.does(kind="file", name=self.plant(), url=f"https://evil.example/{self.plant()}")
        await self.lad.does(kind="form", form=f"draft:{send.split(':')[1]}:day", text=self.plant() * 20)
        await self.lad.does(kind="closed", text=self.plant())
        await self.lad.posts({"person": self.plant(), "key": "12345678", "kind": "text", "text": self.plant()})
        await self.lad.posts({**self.lad.event(), "kind": self.plant()})
        await self.lad.picks(self.plant())
        await self.lad.picks(send)
        self.refs.append(self.lad.ref)
        _, _, after = self.lad.text.partition("proves what you sent: ")
        self.secrets += [self.lad.ref, after.split(".")[0]]

    async def goes_on(self) -> None:
        """Added to, opened, refused, taken, withdrawn; a second one that is urgent, for which nobody takes."""
        [ref] = self.refs
        await self.lad.does(kind="form", form=f"mine:add:{ref}", text=self.plant())
        await self.baker.picks(f"case:open:{ref}")
        await self.baker.picks(f"case:open:{needle()[:9]}")
        await self.owner.picks(f"case:open:{ref}")
        await self.owner.picks(f"case:take:{ref}")
        await self.lad.picks(f"mine:withdraw-yes:{ref}")
        second: Given = {
            "danger": "danger",
            "hurt": "me",
            "kind-of": ("cut",),
            "about": (OWNER,),
            "machine": self.plant(),
        }
        self.refs.append(await self.lad.reports("injury", second, otherwise=self.plant()))
        self.secrets.append(self.refs[-1])


def contents_of(letters: Iterable[Json]) -> str:
    """Everything that a platform is handed in letters, but for the person it is for."""
    return json.dumps([[letter["message"], letter["payload"]["message"]] for letter in letters])


async def test_a_whole_report_at_every_level_of_logging_is_read_in_no_letter_log_or_file(
    shop: Shop, records: list[str], capfd: pytest.CaptureFixture[str], listening: list[object]
) -> None:
    asyncio.get_running_loop().set_debug(True)
    listening.clear()
    story = Story(shop.http)

    await story.is_told()
    await shop.delivers()
    await story.goes_on()
    letters = await shop.waits(60 * 24 * 3)
    logging.getLogger("aiohttp.server").error("one record at least")
    asyncio.get_running_loop().set_debug(False)

    assert set(story.needles[1:6]) <= set(found(story.needles, json.dumps(story.owner.heard).encode()))
    assert {letter["to"] for letter in letters} >= {LAD, OWNER, ACCOUNTANT}
    posted = contents_of(letters).encode()
    assert found([*story.needles, *PEOPLE, story.secrets[1], "customer"], posted) == []
    logged = " ".join((*records, *shop.said, *capfd.readouterr())).encode()
    assert records
    assert found([*story.needles, *PEOPLE, *story.secrets, "front-door-0"], logged) == []
    assert found([*story.needles, *PEOPLE, "front-door-0"], files(shop.folder)) == []
    assert {address[0] for address in listening if isinstance(address, tuple)} <= {"127.0.0.1"}
    assert [name for name in listening if isinstance(name, str) and name != "127.0.0.1"] == []


async def test_a_whole_report_to_a_server_in_a_process_of_its_own_leaves_nothing_on_its_terminal_or_in_its_files(
    tmp_path: Path, cache: Path, bakery: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bakery.version
    data = settle_in(tmp_path, cache, monkeypatch)
    with serving(environment={"PYTHONASYNCIODEBUG": "1", "PYTHONWARNINGS": "default"}) as server:
        async with aiohttp.ClientSession(server.url) as http:
            story = Story(http)
            await story.is_told()
            await story.goes_on()
            async with http.get("api/playground") as answer:
                letters = (await answer.json())["letters"]
        assert await asyncio.to_thread(server.stops) == 0

    assert found([*story.needles, *PEOPLE, story.secrets[1]], contents_of(letters).encode()) == []
    assert found([*story.needles, *PEOPLE, *story.secrets, "front-door-0"], server.said) == []
    assert found([*story.needles, *PEOPLE, "front-door-0"], files(data)) == []


async def test_an_error_within_says_nothing_of_what_it_was_about(
    records: list[str], capfd: pytest.CaptureFixture[str], live: LiveKnowledge
) -> None:
    word = needle()
    store = MemoryStore()

    def broken() -> Knowledge:
        raise RuntimeError(f"while handling {word}")

    application = build(Service(broken, store), live, store, "test", Mailbox(), Clock())
    with store.transaction():
        store.keep_directory("test", read_people(BAKERY / "sample-people.csv", live.current.library.roles))
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}/") as http:
        event = {"person": LAD, "key": "12345678", "kind": "text", "text": word}
        async with http.post("api/event", json=event) as answer:
            said = await answer.text()
    await runner.cleanup()

    assert answer.status == 500
    assert any("RuntimeError" in record for record in records)
    assert found([word], " ".join((said, *records, *capfd.readouterr())).encode()) == []


@pytest.mark.parametrize("words", MARKUP, ids=lambda words: words[:12])
async def test_markup_mentions_links_and_formulas_are_read_as_they_were_typed(shop: Shop, words: str) -> None:
    lad = await shop.page(LAD).reviews("rude-customer", {"danger": "safe", "tell": "owner"}, otherwise=words)
    reviewed = {block["text"] for block in lad.blocks("written")}
    await lad.picks(lad.value(":send:"))
    ref = lad.ref

    owner = await shop.page(OWNER).picks(f"case:open:{ref}")

    assert words in reviewed
    assert any(words in (block.get("text"), *itertools.chain(*block.get("rows", ()))) for block in all_blocks(owner))
    assert {block["type"] for block in all_blocks(owner)} <= {
        "paragraph",
        "facts",
        "written",
        "choices",
        "steps",
        "notice",
    }
    assert found([words], contents_of(await shop.delivers()).encode()) == []


def all_blocks(page: Page) -> list[Json]:
    """Every block that is shown."""
    return [block for reply in page.replies for block in reply["blocks"]]


async def test_line_ends_in_a_story_add_no_header_to_any_answer(shop: Shop) -> None:
    lad = await shop.page(LAD).reviews("rude-customer", {"danger": "safe"}, otherwise=HEADERS)
    plain = shop.page(LAD).event(kind="opened")
    odd = lad.event(kind="text", text=HEADERS, person=LAD)
    async with shop.http.post("api/event", json=plain) as answer:
        usual = set(answer.headers)

    async with shop.http.post("api/event", json=odd) as answer:
        assert set(answer.headers) == usual
    async with shop.http.post("api/event", json={**odd, "person": HEADERS}) as answer:
        assert set(answer.headers) == usual
        assert "evil" not in await answer.text()


FILE: dict[str, object] = {
    "kind": "file",
    "files": [{"mimetype": "image/png"}],
    "content": "data:image/png;base64,AAAA",
}


@pytest.mark.parametrize("draft", [True, False], ids=["during a report", "out of the blue"])
async def test_a_file_is_never_fetched_and_nothing_of_it_is_kept(
    shop: Shop, listening: list[object], draft: bool
) -> None:
    word = needle()
    asked: list[object] = []
    host = await asyncio.start_server(lambda reader, writer: asked.append(writer), "127.0.0.1", 0)
    port = host.sockets[0].getsockname()[1]
    address = f"http://127.0.0.1:{port}/{word}.png"
    lad = shop.page(LAD)
    if draft:
        await lad.picks("begin:rude-customer")
    waiting = lad.values
    before = shop.books()
    listening.clear()

    await lad.does(**FILE, name=f"{word}.png", url=address, url_private=address, text=address)

    host.close()
    assert asked == []
    assert ("127.0.0.1", port) not in listening
    assert "I have not opened or kept that file." in lad.text
    assert "don't open, copy, forward or delete it" in lad.text
    assert word not in lad.text
    assert not draft or set(waiting) <= set(lad.values)
    assert found([word], files(shop.folder)) == []
    assert shop.books() == before


async def test_an_upload_is_refused_and_nothing_of_it_is_kept(shop: Shop) -> None:
    word = needle()
    form = aiohttp.FormData()
    form.add_field("person", LAD)
    form.add_field("file", word.encode() * 1000, filename=f"{word}.png", content_type="image/png")

    async with shop.http.post("api/event", data=form) as answer:
        assert answer.status == 400
        assert word not in await answer.text()

    assert found([word], files(shop.folder)) == []
