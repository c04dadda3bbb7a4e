"""Campaigns of kills: one data folder, a process that is killed again and again, and a count after each kill."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.faults.child import PATIENCE_SECONDS, Child, Place
from tests.faults.counting import Tally, count, read, sound
from tests.faults.steps import Step
from tests.faults.transcript import Transcript
from tests.faults.worker import ORGANISATION

PASSAGES: dict[Step, int] = {
    "before-transaction": 200,
    "before-commit": 25,
    "after-commit": 25,
    "after-claim": 15,
    "after-send": 40,
    "settle": 40,
    "sweep": 8,
}
"""The step is the last one at one of so many passages: what a start gets through in about a second."""

OUTSIDE_SECONDS = 1.5
"""A kill from outside comes within this time after the start, or after people began to play."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """One kill: at a passage of a step; or from outside, so many seconds after the start or after people began."""

    at: tuple[Step, int] | None = None
    of_start_seconds: float | None = None
    of_playing_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a campaign came to. `failed`: what did not go as it had to, in words for whoever runs this."""

    tally: Tally
    transcript: Transcript
    failed: tuple[str, ...]


def kills_at(step: Step, times: int, seed: int) -> list[Kill]:
    """So many kills at a named step, each at another passage of it."""
    chance = random.Random(f"{step}:{seed}")
    return [Kill(at=(step, chance.randint(1, PASSAGES[step]))) for _ in range(times)]


def kills_at_random(times: int, seed: int) -> list[Kill]:
    """So many kills from outside: one in four while it starts and catches up, the others while people play."""
    chance = random.Random(seed)
    seconds = [chance.uniform(0.1, OUTSIDE_SECONDS) for _ in range(times)]
    return [Kill(of_playing_seconds=s) if number % 4 else Kill(of_start_seconds=s) for number, s in enumerate(seconds)]


def campaign(place: Place, kills: Sequence[Kill], at_once: int = 1) -> Outcome:
    """Kill, start again on the same data, let it come to rest, and count; at last without a kill."""
    transcript, tally, failed = Transcript(), Tally(), []
    again: list[dict[str, Any]] = []
    for start, kill in enumerate([*kills, None]):
        child = Child(place, transcript, start, again, die=kill.at if kill else None, at_once=at_once)
        if child.says("rest", seconds=(kill and kill.of_start_seconds) or PATIENCE_SECONDS):
            tally = tally.worst(count(read(place.data, ORGANISATION), transcript))
            child.tell("go on" if kill else "")
            if kill and kill.of_playing_seconds:
                time.sleep(kill.of_playing_seconds)
        if kill and not kill.at:
            child.kill()
        status = child.end()
        if status != (-9 if kill else 0) or "It hung." in child.complaints:
            failed.append(f"start {start}, {kill}: exit status {status}. {child.complaints.strip()[-400:]}")
        again = transcript.end(crashed=bool(kill))
    broken = not sound(place.data, ORGANISATION)
    return Outcome(tally=tally.worst(Tally(broken=int(broken))), transcript=transcript, failed=tuple(failed))
