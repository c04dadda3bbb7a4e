"""What is stuck is noticed and named, and so is whoever should notice: the auditor, heartbeats, /health (check 20)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.health import add_to
from adapters.storage.memory import MemoryStore
from bot.auditing import LETTERS_AFTER, STUCK_AFTER, Auditor
from bot.health import PATIENCE, Heartbeats
from tests.contracts.samples import NINE, a_case, a_letter, file_case, keep, stepped
from tests.fakes import FakeClock

NEEDLE = "They shouted at me."


class Watched:
    """A store, an auditor over it, and what the operator reads."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.clock = FakeClock(NINE)
        self.seconds = 0.0
        self.said: list[str] = []
        self.hearts = Heartbeats(lambda: self.seconds)
        self.auditor = Auditor(self.store, "north", self.clock, self.said.append, self.hearts)

    async def health(self) -> tuple[int, dict[str, object]]:
        """What the door says."""
        application = web.Application()
        add_to(application, self.auditor)
        async with TestClient(TestServer(application)) as client, client.get("/health") as answer:
            return answer.status, await answer.json()


@pytest.fixture
def watched() -> Watched:
    """All is well."""
    return Watched()


async def test_all_is_well_while_everybody_is_heard_of(watched: Watched) -> None:
    file_case(watched.store, a_case())

    watched.auditor.look()

    assert await watched.health() == (200, {"well": True, "silent": [], "stuck": []})
    assert watched.said == []


@pytest.mark.parametrize("worker", ["letters", "deadlines", "auditor"])
async def test_a_worker_that_falls_silent_is_named_and_the_operator_told_once(watched: Watched, worker: str) -> None:
    watched.seconds = max(PATIENCE.values()).total_seconds() + 1
    for other in PATIENCE:
        if other != worker:
            watched.hearts.beat(other)

    status, said = await watched.health()
    await watched.health()

    assert (status, said["silent"]) == (503, [worker])
    assert len(watched.said) == 1
    assert "kind=worker-silent" in watched.said[0]


async def test_a_case_that_is_due_and_that_nobody_looks_at_is_stuck(watched: Watched) -> None:
    file_case(watched.store, a_case(due=NINE))
    watched.clock.moves(STUCK_AFTER)
    assert watched.auditor.look().cases == 1
    watched.auditor.look()

    assert await watched.health() == (503, {"well": False, "silent": [], "stuck": ["cases"]})
    assert len([line for line in watched.said if "kind=cases-stuck" in line]) == 1


async def test_letters_that_lie_are_stuck_and_cases_that_are_late_are_told(watched: Watched) -> None:
    keep(watched.store, "letter", letters=(a_letter(),))
    late = replace(stepped(a_case(), "nobody-left"), due=None)
    file_case(watched.store, late)
    watched.clock.moves(LETTERS_AFTER + timedelta(seconds=1))

    watched.auditor.look()

    assert (await watched.health())[1]["stuck"] == ["letters"]
    assert [line.rpartition("kind=")[2] for line in watched.said] == ["cases-late count=1]", "letters-stuck count=1]"]


def test_the_operator_reads_numbers_and_nothing_of_a_case(watched: Watched) -> None:
    file_case(watched.store, stepped(a_case(due=NINE), "escalated"))
    watched.clock.moves(timedelta(days=1))

    watched.auditor.look()

    said = " ".join(watched.said)
    assert said
    for secret in (NEEDLE, a_case().ref, "anne", "ben", "rude", "shift"):
        assert secret not in said
