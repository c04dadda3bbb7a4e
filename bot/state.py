"""Where a person stands. Asking leaves no trace of the asker, so this is little and soon forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

REMEMBERED = timedelta(minutes=10)
"""How long a question is kept, so that "what about parents?" is understood; after that it is erased."""


EVENTS_KEPT = timedelta(hours=24)
"""How long the key of an event is kept, so that one that is sent again has no second effect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The last question: its words, when, what was answered, and what else it could have meant."""

    text: str
    at: datetime
    shown: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One person's conversation, the same on every device and platform."""

    asked: Asked | None = None

    def fresh(self, at: datetime) -> Asked | None:
        """The last question, if it was asked within the time that it is remembered."""
        return self.asked if self.asked and timedelta() <= at - self.asked.at <= REMEMBERED else None
