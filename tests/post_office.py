"""A post office as a test tells it: letters go in, platforms stand ready, and the clock is the test's."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, cast

from bot.delivery import Delivery
from bot.events import Event
from bot.messages import Choices, Message, Option, Paragraph
from bot.ports import Store
from bot.turn import Letter
from tests.fakes import Ear, FakeClock, FakePlatform, Handed, Outbox

NEEDLE = "zx81-quokka"
ANNE, BEN, CARA = f"anne.{NEEDLE}@example.org", "ben@example.org", "cara@example.org"
HOUR = timedelta(hours=1)
CASE = f"CASE-{NEEDLE}"


def second(count: float) -> timedelta:
    """So many seconds."""
    return timedelta(seconds=count)


def alert(text: str = "Something waits for you.") -> Message:
    """A message as it is posted."""
    button = Choices(prompt="", options=(Option(label="Open", value=f"open:{CASE}"),))
    return Message(summary=text, blocks=(Paragraph(text=text), button))


def people(handed: Sequence[Handed]) -> list[str]:
    """Whom the messages were for, in order."""
    return [each.person for each in handed]


class PostOffice:
    """Two platforms that take everything, an outbox, and a process that delivers. The operator reads `reports`."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.outbox = Outbox(self.clock)
        self.ear = Ear(self.outbox)
        self.first = FakePlatform(self.clock)
        self.second = FakePlatform(self.clock)
        self.reports: list[str] = []
        self.reported = asyncio.Event()
        self.outbox.dies = lambda: self._plugged(False)
        self.delivery = self.starts()

    def starts(
        self, worker: str = "worker-1", platforms: Mapping[str, FakePlatform] | None = None, **options: Any
    ) -> Delivery:
        """A process begins to deliver. Left running, it looks at the outbox only when it is poked."""
        self._plugged(True)
        both = {"first": self.first, "second": self.second}
        chosen = both if platforms is None else platforms
        outbox = cast(Store, self.outbox)
        return Delivery(outbox, self.ear, chosen, self.clock, self._report, worker, **{"tick": HOUR, **options})

    def posts(self, *people: str, case: str = CASE) -> None:
        """Put a letter for each of them into the outbox."""
        for person in people:
            self.outbox.post(Letter(to=person, message=alert(), case=case))

    async def round_after(self, seconds: float = 0) -> int:
        """Let time pass, and send what is due then."""
        self.clock.moves(second(seconds))
        return await self.delivery.round()

    def told(self, kind: type[Event]) -> list[str]:
        """Who an event of this kind was about, in order."""
        return [event.actor.person for event in self.ear.told.values() if isinstance(event, kind)]

    def _plugged(self, plugged: bool) -> None:
        for platform in (self.first, self.second):
            platform.unplugged = not plugged

    def _report(self, line: str) -> None:
        self.reports.append(line)
        self.reported.set()
