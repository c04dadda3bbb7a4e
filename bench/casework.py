"""Casework over 10,000 cases of thirty steps: lists, opening, deadlines, the auditor, memory; and how all this grows

The cases are made up and written whole, many in one transaction, each with as many rows in the audit chain as it has
steps; what a case takes on disk is measured on some that are written step by step. Every figure is of whole events
through the service, with their transactions. Memory is that of `candour run` over the same cases.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import itertools
import os
import re
import tempfile
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import ClientSession

from adapters.directory import read_people
from adapters.storage.keys import open_keyring
from adapters.storage.sqlite import SqliteStore
from bench.made_cases import STEPS, MadeCases
from bench.slack_servers import resident, started
from bot.auditing import Auditor
from bot.cases import Case
from bot.compiled import Knowledge
from bot.compiling import open_knowledge
from bot.events import Actor, ChoicePicked, HomeOpened
from bot.health import Heartbeats
from bot.service import Service
from bot.settings import Settings, read_settings
from bot.state import Conversation
from bot.turn import AccessRefused, CaseWritten, Record, Turn

_SIZES = (1_000, 3_000, 10_000, 30_000)
_MEASURED = 10_000  # the size that the goals are for
_FEW_DUE, _MANY_DUE = 200, 1_000
_STEP_BY_STEP = 100  # cases of which the size on disk is measured
_TOGETHER = 500  # cases in one transaction
_BUSIEST = 5  # people
_EVENTS, _LOOKS = 200, 20  # how often something is measured
_PLOT = Path(__file__).parents[1] / "build" / "casework.svg"


def main() -> None:
    """Print the figures."""
    settings = read_settings()
    knowledge = open_knowledge(settings.knowledge, settings.cache, print)
    with tempfile.TemporaryDirectory() as folder:
        office = _Office(settings, knowledge, Path(folder))
        print(
            f"a case, kept at each of its {STEPS} steps: {office.step_by_step() / 1000:.1f} kB  (goal 25)", flush=True
        )
        print(_HEADS)
        grown = []
        for size in _SIZES:
            office.grow(size)
            grown.append(office.figures())
            print(_row(grown[-1]), flush=True)
        print(f"home, open, sweep 0 and look in ms; sweeps with so many due, and start, in s; {_load()}")
        print(f"the cases were made and written in {office.writing:.0f} s")
        office.close()
    print("\n".join(("", *_in_words(next(found for found in grown if found.cases == _MEASURED)))))
    _plot(grown)


@dataclass(frozen=True, kw_only=True)
class _Times:
    """How long one kind of thing took, in ms: median, 95th percentile, and processor in the mean.

    What takes processor time holds on a busy machine as well.
    """

    p50: float
    p95: float
    processor: float

    def __str__(self) -> str:
        return f"p50 {self.p50:.1f} ms  p95 {self.p95:.1f} ms  processor {self.processor:.1f} ms"


@dataclass(frozen=True, kw_only=True)
class _Sweep:
    """How many cases were due at one look, the seconds that it took, and those of processor."""

    due: int
    seconds: float
    processor: float


@dataclass(frozen=True, kw_only=True)
class _Served:
    """`candour run` over the cases: seconds to its start, MiB then, after the work, and at most."""

    start: float
    before: float
    after: float
    most: float


@dataclass(frozen=True, kw_only=True)
class _Figures:
    """What was measured at one size. `plain` is an event that needs no case, `size` is in bytes."""

    cases: int
    busiest: tuple[int, ...]
    plain: _Times
    home: _Times
    opened: _Times
    empty: _Times
    sweeps: tuple[_Sweep, ...]
    look: _Times
    size: int
    served: _Served


class _Office:
    """A store in a folder that `candour run` can serve, and the service over it in this process."""

    def __init__(self, settings: Settings, knowledge: Knowledge, folder: Path) -> None:
        self._settings = settings
        self._folder = folder
        keyring, _ = open_keyring(folder / "candour.key", None, folder / "candour.db")
        self._store = SqliteStore(folder / "candour.db", keyring)
        (folder / "compiled").symlink_to(settings.cache.resolve())
        self._service = Service(lambda: knowledge, self._store)
        directory = read_people(settings.sample_people, knowledge.library.roles)
        with self._store.transaction():
            self._store.keep_directory(settings.organisation, directory)
        self._now = datetime.now(UTC) + timedelta(days=1)  # so that nothing is due by the clock of the machine
        self._made = MadeCases(knowledge.library, directory, self._now)
        self._count = 0
        self._theirs: defaultdict[str, list[str]] = defaultdict(list)
        self._waves: list[datetime] = []
        self._keys = itertools.count()
        self.writing = 0.0

    def close(self) -> None:
        """Close the store."""
        self._store.close()

    def step_by_step(self) -> float:
        """Write some cases as they come to be, one step after the other. Bytes of the file that each takes."""
        before = self._size()
        written = list(self._made.make(_STEP_BY_STEP, ()))
        self._write([record for case in written for record in _growing(case)])
        self._note(written)
        return (self._size() - before) / _STEP_BY_STEP

    def grow(self, size: int) -> None:
        """Write more cases until there are so many; of the new ones some wait for each of the sweeps to come."""
        start = time.perf_counter()
        numbers = (_FEW_DUE, _MANY_DUE, _MANY_DUE) if size >= _MEASURED else (_FEW_DUE, _FEW_DUE)
        self._waves = [self._tick() for _ in numbers]
        due = [at for number, at in zip(numbers, self._waves, strict=True) for _ in range(number)]
        made = self._made.make(size - self._count, due)
        while portion := list(itertools.islice(made, _TOGETHER)):
            self._write([record for case in portion for record in _whole(case)])
            self._note(portion)
        self.writing += time.perf_counter() - start

    def figures(self) -> _Figures:
        """Measure everything once."""
        auditor = Auditor(
            self._store, self._settings.organisation, lambda: self._now, lambda _: None, Heartbeats(time.monotonic)
        )
        people = itertools.cycle(self._busiest())
        refs = {
            person: itertools.cycle(theirs[:: len(theirs) // _EVENTS + 1]) for person, theirs in self._theirs.items()
        }
        plain = self._times(_EVENTS, lambda: self._press(next(people), "hide"))
        home = self._times(_EVENTS, lambda: self._look_home(next(people)))
        opened = self._times(_EVENTS, lambda: self._open(next(people), refs))
        before = self._now - timedelta(hours=1)
        empty = self._times(_LOOKS, lambda: self._service.sweep(before))
        *now, later = self._waves
        sweeps = tuple(self._swept(at) for at in now)
        look = self._times(_LOOKS, auditor.look)
        # What was posted is nobody's to send, nor the process's that comes now.
        self._store.claim(later, timedelta(days=300), 100_000, "bench")
        return _Figures(
            cases=self._count,
            busiest=tuple(len(self._theirs[person]) for person in self._busiest()),
            plain=plain,
            home=home,
            opened=opened,
            empty=empty,
            sweeps=sweeps,
            look=look,
            size=self._size(),
            served=self._served(later),
        )

    def _times(self, count: int, does: Callable[[], object]) -> _Times:
        times, spent = [], time.process_time()
        for _ in range(count):
            start = time.perf_counter()
            does()
            times.append((time.perf_counter() - start) * 1000)
        processor = (time.process_time() - spent) * 1000 / count
        ranked = sorted(times)
        return _Times(p50=ranked[count // 2], p95=ranked[count * 95 // 100], processor=processor)

    def _swept(self, at: datetime) -> _Sweep:
        start, spent = time.perf_counter(), time.process_time()
        due = self._service.sweep(at)
        return _Sweep(due=due, seconds=time.perf_counter() - start, processor=time.process_time() - spent)

    def _served(self, due: datetime) -> _Served:
        """A fresh process that does the same work."""
        environment = {
            "CANDOUR_DATA": str(self._folder),
            "CANDOUR_KNOWLEDGE": str(self._settings.knowledge),
            "CANDOUR_ORGANISATION": self._settings.organisation,
        }
        with started("-m", "adapters.cli", "run", "--port", "0", environment=environment) as server:
            start = time.perf_counter() - server.since
            before = resident(server.process)
            asyncio.run(self._ask(server.url, due))
            status = Path(f"/proc/{server.process}/status").read_text(encoding="utf-8")
            most = int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024
            return _Served(start=start, before=before, after=resident(server.process), most=most)

    async def _ask(self, url: str, due: datetime) -> None:
        """Look home, open cases, and let time pass until some are due."""
        busiest = self._busiest()
        async with ClientSession(url) as session:
            for number in range(_EVENTS):
                person = busiest[number % len(busiest)]
                ref = self._theirs[person][-1 - number // len(busiest)]
                for did in ({"kind": "home"}, {"kind": "choice", "value": f"case:open:{ref}"}):
                    event = {"person": person, "key": uuid.uuid4().hex, **did}
                    async with session.post("api/event", json=event) as response:
                        assert response.status == 200, await response.text()
            minutes = (due - datetime.now(UTC)) // timedelta(minutes=1) + 1
            async with session.post("api/clock", json={"minutes": minutes}) as response:
                assert response.status == 200, await response.text()

    def _write(self, records: Sequence[Record]) -> None:
        turn = Turn(state=Conversation(), records=tuple(records))
        with self._store.transaction():
            self._store.write(self._actor(""), self._key(), self._now, turn)

    def _note(self, written: Sequence[Case]) -> None:
        self._count += len(written)
        for case in written:
            for handler in case.handlers:
                self._theirs[handler.person].append(case.ref)

    def _busiest(self) -> list[str]:
        counted = Counter({person: len(refs) for person, refs in self._theirs.items()})
        return [person for person, _ in counted.most_common(_BUSIEST)]

    def _tick(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now

    def _look_home(self, person: str) -> None:
        self._service.receive(HomeOpened(actor=self._actor(person), key=self._key(), at=self._now))

    def _open(self, person: str, refs: Mapping[str, Iterator[str]]) -> None:
        turn = self._press(person, f"case:open:{next(refs[person])}")
        assert turn.replies[0].private, turn.replies  # to refuse would be quick

    def _press(self, person: str, value: str) -> Turn:
        event = ChoicePicked(actor=self._actor(person), key=self._key(), at=self._now, value=value)
        return self._service.receive(event)

    def _actor(self, person: str) -> Actor:
        return Actor(organisation=self._settings.organisation, person=person)

    def _key(self) -> str:
        return f"bench-{next(self._keys)}"

    def _size(self) -> int:
        return (self._folder / "candour.db").stat().st_size


def _whole(case: Case) -> list[Record]:
    """A case written once, with a row in the audit chain for each of the steps before."""
    earlier = (AccessRefused(ref=case.ref, by=line.person) for line in case.ledger[:-1])
    return [*earlier, CaseWritten(case=case, step=case.ledger[-1].step, by=case.ledger[-1].person)]


def _growing(case: Case) -> list[Record]:
    """A case written at each of its steps."""
    return [
        CaseWritten(case=replace(case, ledger=case.ledger[: number + 1]), step=line.step, by=line.person)
        for number, line in enumerate(case.ledger)
    ]


def _in_words(found: _Figures) -> Iterator[str]:
    served = found.served
    yield f"of {found.cases:,} cases the busiest people have {', '.join(f'{number:,}' for number in found.busiest)}"
    yield f"an event that needs no case, for comparison: {found.plain}"
    yield f"home with its lists: {found.home}  (goal p95 20)"
    yield f"opening a case: {found.opened}  (goal p95 30)"
    yield f"sweep with nothing due: {found.empty}"
    for sweep in found.sweeps:
        yield f"sweep with {sweep.due:,} due: {sweep.seconds:.2f} s  processor {sweep.processor:.2f} s  (goal 1)"
    yield f"the auditor's look: {found.look}"
    yield f"the file: {found.size / 1e6:.0f} MB"
    yield f"`candour run` over it: starts in {served.start:.1f} s"
    yield (
        f"its memory: {served.before:.0f} MiB at the start, {served.after:.0f} MiB after the same work  (goal 200), "
        f"{served.most:.0f} MiB at most"
    )


_HEADS = (
    f"\n{'cases':>7} {'home p50':>9} {'p95':>6} {'open p50':>9} {'p95':>6} "
    f"{'sweep 0':>8} {_FEW_DUE:>6,} {_MANY_DUE:>6,} {'look':>6} {'MB':>6} {'start':>6} {'MiB':>5}"
)


def _row(found: _Figures) -> str:
    few, many, *_ = (*(f"{sweep.seconds:.2f}" for sweep in found.sweeps), "")
    return (
        f"{found.cases:7,} {found.home.p50:9.1f} {found.home.p95:6.1f} {found.opened.p50:9.1f} {found.opened.p95:6.1f} "
        f"{found.empty.p50:8.2f} {few:>6} {many:>6} {found.look.p50:6.1f} {found.size / 1e6:6.0f} "
        f"{found.served.start:6.1f} {found.served.after:5.0f}"
    )


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f} processes wanted the {len(os.sched_getaffinity(0))} cores in the last minute"


def _plot(grown: Sequence[_Figures]) -> None:
    """The same as a picture, where pygal is installed."""
    with contextlib.suppress(ImportError):
        pygal = importlib.import_module("pygal")
        curves: dict[str, Callable[[_Figures], float]] = {
            "home, p95": lambda found: found.home.p95,
            "open a case, p95": lambda found: found.opened.p95,
            f"sweep with {_FEW_DUE} due": lambda found: found.sweeps[0].seconds * 1000,
            "the auditor's look": lambda found: found.look.p50,
            "start": lambda found: found.served.start * 1000,
        }
        title = "Casework: milliseconds by number of cases"
        chart = pygal.Line(title=title, x_title="cases", logarithmic=True, js=(), legend_at_bottom=True)
        chart.x_labels = [f"{found.cases:,}" for found in grown]
        for name, curve in curves.items():
            chart.add(name, [round(curve(found), 1) for found in grown])
        _PLOT.parent.mkdir(exist_ok=True)
        chart.render_to_file(str(_PLOT))
        print(f"drawn as build/{_PLOT.name}")


if __name__ == "__main__":
    main()
