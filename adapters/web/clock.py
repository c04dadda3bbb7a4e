"""The playground's clock: the time of the machine, moved on by whoever plays, so that a week passes at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Called, it gives the playground's time: aware, in UTC. It never goes back, and a restart sets it right again."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def move(self, step: timedelta) -> None:
        """Move on. Raises ValueError for a step that is not forward."""
        if step <= timedelta():
            raise ValueError("the clock only moves forward")
        self._ahead += step
