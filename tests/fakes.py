"""Small working stand-ins for what is outside: a clock that the test moves, a platform that answers as it is told."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.errors import Conflict, Damaged
from bot.events import Event
from bot.messages import Message
from bot.ports import Again, Outcome, Posted, Taken
from bot.turn import Letter


class FakeClock:
    """Says the time that it was set to. Call it, as one calls a clock."""

    def __init__(self, now: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def moves(self, time: timedelta) -> None:
        """Let time pass, or put the clock back."""
        self.now += time


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A message that was handed to a platform, and when."""

    organisation: str
    person: str
    message: Message
    at: datetime


class FakePlatform:
    """Takes every message, unless it was told to answer a person otherwise.

    `tried` are all messages handed to it, `taken` those that it took.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.tried: list[Handed] = []
        self.taken: list[Handed] = []
        self.most_at_once = 0
        self.most_at_once_to_one = 0
        self._clock = clock
        self._answers: defaultdict[str, deque[Outcome | Exception]] = defaultdict(deque)
        self._always: dict[str, Outcome | Exception] = {}
        self._held: set[str] = set()
        self._busy: Counter[str] = Counter()
        self._changed = asyncio.Condition()
        self.unplugged = False

    def answers(self, person: str, *answers: Outcome | Exception) -> None:
        """Answer the next messages to this person so, one after the other; an exception is raised."""
        self._answers[person].extend(answers)

    def always_answers(self, person: str, answer: Outcome | Exception) -> None:
        """Answer every message to this person so."""
        self._always[person] = answer

    def holds(self, *people: str) -> None:
        """Leave whoever sends to one of these waiting."""
        self._held.update(people)

    async def releases(self) -> None:
        """Let all who wait go on."""
        async with self._changed:
            self._held.clear()
            self._changed.notify_all()

    async def tries(self, count: int) -> None:
        """Wait until so many messages were handed over. Fails after ten seconds, so that no test waits for ever."""
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: len(self.tried) >= count)

    async def send(self, organisation: str, person: str, message: Message) -> Outcome:
        """See `Platform.send`. Nothing comes of it when the platform is `unplugged`, as from a process that is gone."""
        if self.unplugged:
            await asyncio.Future()
        handed = Handed(organisation=organisation, person=person, message=message, at=self._clock())
        self._busy[person] += 1
        self.most_at_once = max(self.most_at_once, self._busy.total())
        self.most_at_once_to_one = max(self.most_at_once_to_one, self._busy[person])
        try:
            async with self._changed:
                self.tried.append(handed)
                self._changed.notify_all()
                await self._changed.wait_for(lambda: person not in self._held)
        finally:
            self._busy[person] -= 1
        answer = self._answers[person].popleft() if self._answers[person] else self._always.get(person, Taken())
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Taken):
            self.taken.append(handed)
        return answer


class Killed(BaseException):
    """The process ends here."""


@dataclass
class _Kept:
    posted: Posted
    due: datetime
    worker: str = ""
    until: datetime | None = None


class Outbox:
    """The part of a store that delivery uses; it can be gone, and the process be killed at its door.

    `settle_raises` are what the next calls of settle raise, if anything; `spoilt` letters can never be settled.
    """

    def __init__(self, clock: FakeClock) -> None:
        self.gone = False
        self.settle_raises: list[BaseException | None] = []
        self.spoilt: set[str] = set()
        self.dies: Callable[[], None] = lambda: None
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()
        self._count = 0

    def post(self, letter: Letter) -> None:
        """Put a letter in."""
        self._count += 1
        posted = Posted(id=f"letter-{self._count:04}", organisation="north", letter=letter, attempts=0)
        self._kept[posted.id] = _Kept(posted, self._clock())

    @property
    def left(self) -> list[Posted]:
        """The letters that are not settled for good."""
        return [kept.posted for kept in self._kept.values()]

    def claim(self, now: datetime, lease: timedelta, limit: int, worker: str) -> Sequence[Posted]:
        """See `Store.claim`."""
        if self.gone:
            raise Conflict
        with self._lock:
            due = [kept for kept in self._kept.values() if kept.due <= now and (not kept.until or kept.until <= now)]
            for kept in due[:limit]:
                kept.worker, kept.until = worker, now + lease
            return [kept.posted for kept in due[:limit]]

    def settle(self, letter: str, worker: str, now: datetime, outcome: Outcome) -> bool:
        """See `Store.settle`."""
        if self.gone:
            raise Conflict
        if letter in self.spoilt:
            raise Damaged
        if self.settle_raises and (error := self.settle_raises.pop(0)):
            if isinstance(error, Killed):
                self.dies()  # at once, and not only when the loop next looks
            raise error
        kept = self._kept.get(letter)
        if kept is None or kept.worker != worker:
            return False
        if isinstance(outcome, Again):
            kept.posted = replace(kept.posted, attempts=kept.posted.attempts + 1)
            kept.due, kept.until = now + outcome.after, None
        else:
            del self._kept[letter]
        return True


class Ear:
    """Keeps what it is told, as the service would; posts letters of its own when swept."""

    def __init__(self, outbox: Outbox) -> None:
        self.told: dict[str, Event] = {}
        self.swept: list[datetime] = []
        self.raises: list[Exception] = []
        self.due: list[Letter] = []
        self._outbox = outbox

    def receive(self, event: Event) -> None:
        """See `Service.receive`."""
        if self.raises:
            raise self.raises.pop(0)
        self.told.setdefault(event.key, event)

    def sweep(self, now: datetime) -> int:
        """See `Service.sweep`."""
        self.swept.append(now)
        due, self.due = self.due, []
        for letter in due:
            self._outbox.post(letter)
        return len(due)
