"""Reports through the whole service with SQLite: turns a second, waiting at half that load, alerts, size of a case"""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.directory import read_people
from adapters.storage.keys import open_keyring
from adapters.storage.sqlite import SqliteStore
from bot.compiled import Knowledge
from bot.compiling import open_knowledge
from bot.delivery import Delivery
from bot.events import Actor, ChoicePicked, Event, FormSent, TextReceived
from bot.loading import load
from bot.messages import Choices, Message, TextBox, Ticks
from bot.ports import Outcome, Taken
from bot.service import Service
from bot.settings import read_settings
from bot.turn import Turn

_SIDE_BY_SIDE = 64  # people who talk at once
_LEASE = timedelta(minutes=5)
_STORY = "A student in my form wrote something unkind about me on a public page, and others joined in. " * 4


def main() -> None:
    """Print the figures."""
    settings = read_settings()
    knowledge = open_knowledge(settings.knowledge, settings.cache, print)
    questions = [example.q for file in load(settings.knowledge).examples for example in file.judge]
    with tempfile.TemporaryDirectory() as folder:
        office = _Office(knowledge, Path(folder), settings.sample_people)
        reports, cases = asyncio.run(office.reports(seconds=10))
        size = sum(path.stat().st_size for path in Path(folder).glob("candour.db*"))
        print(f"report turns: {reports.rate:.0f} a second  (goal 400), {cases} cases sent")
        print(f"a case with its history: {(size - office.empty) / max(cases, 1) / 1000:.1f} kB  (goal 25)")
        asked = asyncio.run(office.questions(questions, seconds=10))
        print(f"ask turns: {asked.rate:.0f} a second  (goal 1,000)")
        half = asyncio.run(office.at_rate(questions, rate=asked.rate / 2, seconds=10))
        print(f"at half that load: p50 {half.percentile(50):.1f} ms  p99 {half.percentile(99):.1f} ms  (goal 25)")
        alerts = asyncio.run(office.alerts(count=100))
        waited = f"p50 {alerts.percentile(50):.0f} ms  p99 {alerts.percentile(99):.0f} ms"
        print(f"commit to alert handed to the platform: {waited}  (goal 1,000)")
        office.close()


@dataclass(frozen=True)
class _Measured:
    """How long each turn took, in seconds, and how long all took together."""

    times: list[float]
    seconds: float

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds

    def percentile(self, part: int) -> float:
        """In milliseconds."""
        ranked = sorted(self.times)
        return ranked[min(len(ranked) - 1, len(ranked) * part // 100)] * 1000


class _Phone:
    """A platform that takes every letter at once, and notes when."""

    def __init__(self) -> None:
        self.took = asyncio.Event()
        self.last = 0.0

    async def send(self, organisation: str, person: str, message: Message) -> Outcome:
        if not self.took.is_set():
            self.last = time.perf_counter()
        self.took.set()
        return Taken()


class _Office:
    """The service with its store in a folder, and many people who talk to it."""

    def __init__(self, knowledge: Knowledge, folder: Path, people: Path) -> None:
        keyring, _ = open_keyring(folder / "key", None, folder / "candour.db")
        self.store = SqliteStore(folder / "candour.db", keyring)
        self.knowledge = knowledge
        self.phone = _Phone()
        self.service = Service(lambda: knowledge, self.store, posted=lambda: self.posted())
        self.posted: Callable[[], None] = lambda: None
        self._keys = itertools.count()
        directory = read_people(people, knowledge.library.roles)
        with self.store.transaction():
            self.store.keep_directory("bench", directory)
        self.staff = [person.id for person in directory.people.values()]
        self.empty = sum(path.stat().st_size for path in folder.glob("candour.db*"))

    def close(self) -> None:
        self.store.close()

    async def reports(self, seconds: float) -> tuple[_Measured, int]:
        """As many whole reports as there is time for, by people side by side."""
        times: list[float] = []
        until = time.perf_counter() + seconds
        start = time.perf_counter()
        sent = await asyncio.gather(*(self._reporter(number, until, times) for number in range(_SIDE_BY_SIDE)))
        return _Measured(times, time.perf_counter() - start), sum(sent)

    async def questions(self, questions: list[str], seconds: float) -> _Measured:
        """As many questions as there is time for."""
        times: list[float] = []
        stream = itertools.cycle(questions)
        start = time.perf_counter()

        async def ask(number: int) -> None:
            while time.perf_counter() < start + seconds:
                await self._timed(self._text(f"asker-{number}", next(stream)), times)

        await asyncio.gather(*(ask(number) for number in range(_SIDE_BY_SIDE)))
        return _Measured(times, time.perf_counter() - start)

    async def at_rate(self, questions: list[str], rate: float, seconds: float) -> _Measured:
        """Questions at a steady rate, whether the earlier ones were answered or not."""
        times: list[float] = []
        stream = itertools.cycle(questions)
        start, tasks = time.perf_counter(), set()
        for number in range(int(rate * seconds)):
            wait = start + number / rate - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            tasks.add(asyncio.create_task(self._timed(self._text(f"asker-{number % 500}", next(stream)), times)))
        await asyncio.gather(*tasks)
        return _Measured(times, time.perf_counter() - start)

    async def alerts(self, count: int) -> _Measured:
        """From the moment that "send" was answered to the moment that the platform had the alert."""
        while self.store.claim(datetime.now(UTC), _LEASE, 500, "earlier"):
            pass  # the letters of the reports before are not measured
        delivery = Delivery(
            self.store, self.service, {"phone": self.phone}, lambda: datetime.now(UTC), lambda _: None, worker="bench"
        )
        self.posted = delivery.poke
        stopped = asyncio.Event()
        running = asyncio.create_task(delivery.run(stopped))
        times: list[float] = []
        start = time.perf_counter()
        for number in range(count):
            self.phone.took.clear()
            await self._report(f"alarm-{number}", [])
            sent = time.perf_counter()
            async with asyncio.timeout(10):
                await self.phone.took.wait()
            times.append(max(0.0, self.phone.last - sent))
        seconds = time.perf_counter() - start
        stopped.set()
        await running
        return _Measured(times, seconds)

    async def _reporter(self, number: int, until: float, times: list[float]) -> int:
        sent = 0
        while time.perf_counter() < until:
            await self._report(f"reporter-{number}-{sent}", times)
            sent += 1
        return sent

    async def _report(self, person: str, times: list[float]) -> None:
        """One report of whatever kind has most to choose, answered as it asks."""
        turn = await self._timed(self._choice(person, "begin:cyberbullying"), times)
        while event := self._next(person, turn):
            turn = await self._timed(event, times)

    def _next(self, person: str, turn: Turn) -> Event | None:
        """What somebody does who wants to be done: the first thing offered that leads on."""
        blocks = [block for reply in turn.replies for block in reply.blocks]
        for block in blocks:
            if isinstance(block, TextBox):
                return FormSent(actor=self._actor(person), key=self._key(), at=_now(), form=block.form, text=_STORY)
            if isinstance(block, Ticks):
                return FormSent(actor=self._actor(person), key=self._key(), at=_now(), form=block.form)
        values = [option.value for value in self._choices(blocks) for option in value.options]
        wanted = next((v for v in values if v.endswith((":send", ":review"))), None)
        if wanted is None and values and values[0].startswith("draft:"):
            wanted = values[min(1, len(values) - 1)] if ":pick:" in values[0] else values[0]
        return self._choice(person, wanted) if wanted else None

    def _choices(self, blocks: Sequence[object]) -> Iterator[Choices]:
        return (block for block in blocks if isinstance(block, Choices) and not block.quiet)

    async def _timed(self, event: Event, times: list[float]) -> Turn:
        start = time.perf_counter()
        turn = await self.service.submit(event)
        times.append(time.perf_counter() - start)
        return turn

    def _text(self, person: str, text: str) -> Event:
        return TextReceived(actor=self._actor(person), key=self._key(), at=_now(), text=text)

    def _choice(self, person: str, value: str) -> Event:
        return ChoicePicked(actor=self._actor(person), key=self._key(), at=_now(), value=value)

    def _actor(self, person: str) -> Actor:
        return Actor(organisation="bench", person=person)

    def _key(self) -> str:
        return f"bench-{next(self._keys)}"


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    main()
