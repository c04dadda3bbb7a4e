"""The named steps at which a process can end itself: the real store, and a platform outside, each in a thin coat.

A step is passed many times; the process dies, as by `kill -9`, at the passage that it was told.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Literal, get_args

from adapters.storage.sqlite import SqliteStore
from bot.events import Actor, Event
from bot.messages import Choices, Facts, Message
from bot.ports import Outcome, Posted, Taken
from bot.service import Service
from bot.turn import Turn

Step = Literal[
    "before-transaction",
    "before-commit",
    "after-commit",
    "after-claim",
    "after-send",
    "settle",
    "sweep",
]
"""Before anything is read or written; written and not committed; committed and not acknowledged; a letter claimed
and not sent; sent and not settled; while it is being settled; while what has become due is handled."""

STEPS: tuple[Step, ...] = get_args(Step)
SETTLING_SECONDS = 0.002
"""A settlement takes about as long: four writes that wait for the disk."""


def die() -> None:
    """End this process here, as `kill -9` does."""
    os.kill(os.getpid(), signal.SIGKILL)


class Steps:
    """Counts passages. `deadly`: the step to die at, and at which passage of it, from 1; None: the process lives."""

    def __init__(self, deadly: tuple[Step, int] | None = None, seed: int = 0) -> None:
        self._deadly = deadly
        self._chance = random.Random(seed)
        self._passed = 0
        self._lock = threading.Lock()
        self._thread = threading.local()

    def passes(self, step: Step) -> None:
        """The process gets to this step, and perhaps no further."""
        if self.reaches(step):
            die()

    def reaches(self, step: Step) -> bool:
        """Whether this passage is the last one. Within a sweep, every step is one of the sweep's."""
        step = "sweep" if getattr(self._thread, "sweeping", False) else step
        with self._lock:
            if self._deadly is None or step != self._deadly[0]:
                return False
            self._passed += 1
            return self._passed == self._deadly[1]

    def dies_soon(self) -> None:
        """End this process within the next two milliseconds, whatever it is doing then."""
        threading.Timer(self._chance.uniform(0, SETTLING_SECONDS), die).start()

    @contextmanager
    def sweep(self) -> Iterator[None]:
        """What this thread does in here is done by a sweep."""
        self._thread.sweeping = True
        try:
            yield
        finally:
            self._thread.sweeping = False


class SteppedStore(SqliteStore):
    """The real store. `settled` is called after a letter that was taken has left the outbox for good."""

    steps = Steps()
    settled: Callable[[], None] = staticmethod(lambda: None)
    _posts = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """See `Store.transaction`. Only transactions that post letters count: those that people would miss."""
        self.steps.passes("before-transaction")
        with super().transaction():
            self._posts = False
            yield
            posts = self._posts
            if posts:
                self.steps.passes("before-commit")
        if posts:
            self.steps.passes("after-commit")

    def write(self, actor: Actor, key: str, at: datetime, turn: Turn) -> None:
        """See `Store.write`."""
        super().write(actor, key, at, turn)
        self._posts = self._posts or bool(turn.letters)

    def claim(self, now: datetime, lease: timedelta, limit: int, worker: str) -> Sequence[Posted]:
        """See `Store.claim`."""
        claimed = super().claim(now, lease, limit, worker)
        if claimed:
            self.steps.passes("after-claim")
        return claimed

    def settle(self, letter: str, worker: str, now: datetime, outcome: Outcome) -> bool:
        """See `Store.settle`."""
        last = self.steps.reaches("settle")
        if last:
            self.steps.dies_soon()
        settled = super().settle(letter, worker, now, outcome)
        if last:
            die()
        if settled and isinstance(outcome, Taken):
            self.settled()
        return settled

    def asleep_until(self, at: datetime) -> tuple[tuple[Actor, ...], tuple[tuple[str, str], ...]]:
        """See `Store.asleep_until`."""
        people, cases = super().asleep_until(at)
        if people or cases:
            self.steps.passes("sweep")
        return people, cases


class SteppedService:
    """The real service, as delivery sees it."""

    def __init__(self, service: Service, steps: Steps) -> None:
        self._service = service
        self._steps = steps

    def receive(self, event: Event) -> object:
        """See `Service.receive`."""
        return self._service.receive(event)

    def sweep(self, now: datetime) -> int:
        """See `Service.sweep`."""
        with self._steps.sweep():
            return self._service.sweep(now)


class Outside:
    """A platform that takes everything. `handed` is told the person, the reference and whether it is an alert."""

    def __init__(self, steps: Steps, handed: Callable[[str, str, bool], None], seed: int) -> None:
        self._steps = steps
        self._handed = handed
        self._chance = random.Random(seed)

    async def send(self, organisation: str, person: str, message: Message) -> Outcome:
        """See `Platform.send`. Answers some milliseconds after it has the letter, as platforms do."""
        options = [option for block in message.blocks if isinstance(block, Choices) for option in block.options]
        rows = [row for block in message.blocks if isinstance(block, Facts) for row in block.rows]
        of_a_case = bool(options) and options[0].value.startswith("case:open:")
        ref = options[0].value.rpartition(":")[2] if options else ""
        self._handed(person, ref, of_a_case and len(rows) == 2)  # an alert has an urgency as well as a reference
        self._steps.passes("after-send")
        await asyncio.sleep(self._chance.uniform(0, 0.005))
        return Taken()
