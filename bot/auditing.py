"""Looks for what is stuck: cases whose time has come and that nobody looked at, that nobody has, and letters that lie.

The operator is told how many, and finds them with `candour cases`; never what they are about or whose they are.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import Conflict
from bot.health import Heartbeats, Worker
from bot.logs import Kind, operator_line
from bot.ports import Store

EVERY = timedelta(minutes=5)
STUCK_AFTER = timedelta(minutes=10)
"""How long something that is due may lie before it counts as stuck: deadlines are looked at every few seconds."""

LETTERS_AFTER = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """How many cases nobody looked at though they are due, how many are late, and how many letters lie."""

    cases: int
    late: int
    letters: int


class Auditor:
    """Looks every few minutes, and says what has changed for the worse."""

    def __init__(
        self,
        store: Store,
        organisation: str,
        clock: Callable[[], datetime],
        report: Callable[[str], None],
        hearts: Heartbeats,
    ) -> None:
        self._store = store
        self._organisation = organisation
        self._clock = clock
        self._report = report
        self._hearts = hearts
        self._silent: tuple[Worker, ...] = ()
        self.found = Stuck(cases=0, late=0, letters=0)

    def look(self) -> Stuck:
        """Look once, and tell the operator what there is more of than before. Raises Conflict if the store is busy."""
        now = self._clock()
        with self._store.transaction():
            _, due = self._store.asleep_until(now - STUCK_AFTER)
            late = self._store.on_shelf(self._organisation, "overdue")
            letters = self._store.letters_waiting(now - LETTERS_AFTER)
        before, self.found = self.found, Stuck(cases=len(due), late=len(late), letters=letters)
        kinds: tuple[tuple[Kind, int, int], ...] = (
            ("cases-stuck", before.cases, self.found.cases),
            ("cases-late", before.late, self.found.late),
            ("letters-stuck", before.letters, self.found.letters),
        )
        for kind, then, number in kinds:
            if number > then:
                self._report(operator_line(kind, count=number))
        self._hearts.beat("auditor")
        return self.found

    def listen(self) -> tuple[Worker, ...]:
        """Who is silent; the operator is told when somebody falls silent."""
        silent = self._hearts.silent()
        if set(silent) - set(self._silent):
            self._report(operator_line("worker-silent", count=len(silent)))
        self._silent = silent
        return silent

    async def run(self, stopped: asyncio.Event) -> None:
        """Look again and again until stopped; what goes wrong once is looked at the next time."""
        while not stopped.is_set():
            try:
                await asyncio.to_thread(self.look)
            except Conflict:
                self._report(operator_line("store-busy"))
            except Exception as error:
                self._report(operator_line("auditor-broke", reason=type(error)))
            self.listen()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopped.wait(), EVERY.total_seconds())
