"""Whether everything that must go on by itself goes on: each worker says so, and whoever is silent is named.

Holds names of workers and times, nothing of what they work on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Literal, get_args

Worker = Literal["letters", "deadlines", "auditor"]
"""What must go on: sending letters, looking at what is due, and looking for what is stuck."""

PATIENCE: Mapping[Worker, timedelta] = {
    "letters": timedelta(minutes=1),
    "deadlines": timedelta(minutes=1),
    "auditor": timedelta(minutes=15),
}
"""How long a worker may say nothing before it counts as silent."""


class Heartbeats:
    """When each worker was last heard of. `clock` never goes back, whatever is done to the machine's time."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        start = clock()
        self._heard: dict[Worker, float] = dict.fromkeys(get_args(Worker), start)

    def beat(self, worker: Worker) -> None:
        """A worker has come round once more, and all was well."""
        self._heard[worker] = self._clock()

    def silent(self) -> tuple[Worker, ...]:
        """Who has not been heard of for too long."""
        now = self._clock()
        return tuple(w for w, heard in self._heard.items() if now - heard > PATIENCE[w].total_seconds())
