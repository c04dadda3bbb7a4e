"""Where a person stands. Asking leaves no trace of the asker, so what was asked is little and soon forgotten."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

REMEMBERED = timedelta(minutes=10)
"""How long a question is kept, so that "what about parents?" is understood; after that it is erased."""


EVENTS_KEPT = timedelta(hours=24)
"""How long the key of an event is kept, so that one that is sent again has no second effect."""

EVENTS_KEPT_ANYHOW = 200
"""So many of the latest are kept longer: a clock that was wrong for a moment must not make room for second effects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The last question: its words, when, what was answered, and what else it could have meant."""

    text: str
    at: datetime
    shown: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A report that is being written. Nobody sees it but its writer.

    `answers`: question → what was picked, or the words written; an empty one was skipped. The question that comes
    next is not kept, it follows from the answers; `revisit` is one that is asked again before it. Once `reviewing`,
    every answer leads back to the review. `leaving`: "delete it?" was asked; `link` leads to a message it is about.
    `warned` counts the letters sent since it was last touched, `reminded` is when the last one was.
    """

    id: str
    flow: str
    touched: datetime
    answers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    revisit: str = ""
    reviewing: bool = False
    leaving: bool = False
    link: str = ""
    warned: int = 0
    reminded: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A draft that became a case: pressing "send" once more leads to the same case."""

    draft: str
    ref: str
    at: datetime


SENT_KEPT = timedelta(days=30)
"""How long a person's state remembers which draft became which case."""


REFUSALS_COUNT = timedelta(hours=1)
"""How long it is remembered that somebody asked for a case that is not theirs."""

REFUSALS_NOTED = 20
"""So many within that time are entered one by one; then the operator is told, and no more are entered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One person's conversation, the same on every device and platform.

    `link` leads to a message that the report about to begin is about. `done` are the guided conversations that keep
    only a date: flow → when it was last gone through. `refused` is when cases were asked for that are not theirs.
    """

    asked: Asked | None = None
    link: str = ""
    draft: Draft | None = None
    sent: tuple[Sent, ...] = ()
    done: dict[str, datetime] = field(default_factory=dict)
    refused: tuple[datetime, ...] = ()

    @property
    def wanted(self) -> bool:
        """Whether there is anything to keep after the last question is forgotten."""
        return bool(self.draft or self.sent or self.done or self.link or self.refused)

    def fresh(self, at: datetime) -> Asked | None:
        """The last question, if it was asked within the time that it is remembered."""
        return self.asked if self.asked and timedelta() <= at - self.asked.at <= REMEMBERED else None
