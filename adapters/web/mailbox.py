"""The playground's platform: takes every letter, and keeps what it was handed so that anyone can look at it raw.

In memory only, and nothing but what was handed over: the place to see that an alert says nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from adapters.web.clock import Clock
from adapters.web.outbound import to_json
from bot.messages import Message
from bot.ports import Outcome, Taken


class Mailbox:
    """See `bot.ports.Platform`."""

    def __init__(self) -> None:
        self._clock: Callable[[], datetime] = Clock()
        self._letters: list[dict[str, Any]] = []

    def follow(self, clock: Callable[[], datetime]) -> None:
        """Tell by this clock when a letter was taken."""
        self._clock = clock

    async def send(self, organisation: str, person: str, message: Message) -> Outcome:
        """See `Platform.send`. Takes everything."""
        shown = to_json(message)
        payload = {"organisation": organisation, "to": person, "message": shown}
        letter = {"n": len(self._letters) + 1, "at": self._clock().isoformat(), "to": person, "message": shown}
        self._letters.append({**letter, "payload": payload})
        return Taken()

    def letters(self, after: int) -> list[dict[str, Any]]:
        """The letters numbered above `after`, oldest first, as JSON: n (from 1), at, to, message, payload."""
        return self._letters[max(after, 0) :]
