"""Letters reach their people once and in order, whatever the process, the store and other workers do meanwhile."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import timedelta

import pytest

from bot.errors import Conflict, Damaged
from bot.events import LetterDelivered, LetterFailed
from bot.ports import Never
from bot.turn import Letter
from tests.fakes import Killed
from tests.post_office import ANNE, BEN, CASE, NEEDLE, PostOffice, alert, people, second


@pytest.fixture
def world() -> PostOffice:
    """An empty outbox and two platforms that take everything."""
    return PostOffice()


# -- Crashes, and several workers (check 21)


async def test_a_crash_between_sending_and_noting_sends_once_more_when_the_lease_is_over(world: PostOffice) -> None:
    world.outbox.settle_raises = [Killed()]
    world.posts(ANNE)
    with pytest.raises(Killed):
        await world.round_after()

    world.delivery = world.starts("worker-2")
    before = await world.round_after(29)
    after = await world.round_after(1)

    assert (before, after) == (0, 1)
    assert people(world.first.taken) == [ANNE, ANNE]
    assert list(world.ear.told) == ["letter-0001:delivered"]


@pytest.mark.parametrize("side_by_side", [1, 20])
async def test_crashes_lose_nothing_and_double_only_what_was_sent_and_not_yet_noted(
    world: PostOffice, side_by_side: int
) -> None:
    chance = random.Random(7)
    world.outbox.settle_raises = [Killed() if chance.random() < 0.02 else None for _ in range(600)]
    everybody = [f"person-{number}@example.org" for number in range(400)]
    world.posts(*everybody)
    crashes = 0

    while world.outbox.left:
        world.delivery = world.starts(f"worker-{crashes}", side_by_side=side_by_side)
        try:
            while world.outbox.left:
                await world.round_after(31)
        except Killed:
            crashes += 1
            await nothing_runs_on()

    taken = Counter(people(world.first.taken))
    assert crashes >= 5
    assert set(taken) == set(everybody)
    assert taken.total() - len(everybody) <= crashes * side_by_side


async def nothing_runs_on() -> None:
    """With the process, everything that ran in it has ended."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def test_four_workers_without_a_crash_send_every_letter_once(world: PostOffice) -> None:
    workers = [world.starts(f"worker-{number}") for number in range(4)]
    everybody = [f"person-{number}@example.org" for number in range(300)]
    world.posts(*everybody)

    while world.outbox.left:
        await asyncio.gather(*(worker.round() for worker in workers))

    assert sorted(people(world.first.taken)) == sorted(everybody)


async def test_a_letter_is_not_sent_again_because_the_store_was_away_when_it_should_be_noted(world: PostOffice) -> None:
    world.outbox.settle_raises = [Conflict(), Conflict(), Damaged(NEEDLE)]
    world.posts(ANNE)

    settled = [await world.round_after(31) for _ in range(5)]

    assert settled == [0, 0, 0, 1, 0]
    assert people(world.first.taken) == [ANNE]
    assert world.outbox.left == []


async def test_a_letter_that_cannot_be_noted_does_not_keep_the_others_from_it(world: PostOffice) -> None:
    world.outbox.settle_raises = [Conflict(), Conflict()]
    world.posts(ANNE, BEN)
    await world.round_after()

    world.outbox.spoilt = {"letter-0001"}
    for _ in range(5):
        await world.round_after(1)

    assert [posted.letter.to for posted in world.outbox.left] == [ANNE]
    assert len(world.first.tried) == 2
    [line] = world.reports
    assert "kind=not-noted reason=Damaged" in line


async def test_a_store_that_is_away_is_told_to_the_caller_and_changes_nothing(world: PostOffice) -> None:
    world.posts(ANNE)
    world.outbox.gone = True
    with pytest.raises(Conflict):
        await world.round_after()

    world.outbox.gone = False

    assert await world.round_after() == 1


async def test_an_outcome_that_no_case_can_be_told_does_not_send_the_letter_again(world: PostOffice) -> None:
    world.ear.raises = [RuntimeError(NEEDLE)]
    world.posts(ANNE)

    settled = [await world.round_after(31) for _ in range(3)]

    assert settled == [1, 0, 0]
    assert people(world.first.taken) == [ANNE]
    assert "kind=note-failed reason=RuntimeError" in world.reports[0]


async def test_a_failure_that_its_case_cannot_be_told_is_not_forgotten(world: PostOffice) -> None:
    world.first.always_answers(ANNE, Never("not-found"))
    world.second.always_answers(ANNE, Never("not-found"))
    world.ear.raises = [RuntimeError(NEEDLE), Conflict()]
    world.posts(ANNE)

    for _ in range(4):
        await world.round_after(1)

    assert world.told(LetterFailed) == [ANNE]
    assert world.outbox.left == []


# -- One after the other, side by side


async def test_letters_to_one_person_arrive_one_at_a_time_in_order(world: PostOffice) -> None:
    for number in range(5):
        world.outbox.post(Letter(to=ANNE, message=alert(f"number {number}")))
        world.outbox.post(Letter(to=BEN, message=alert(f"number {number}")))

    await world.round_after()

    assert world.first.most_at_once_to_one == 1
    arrived = [handed.message.summary for handed in world.first.taken if handed.person == ANNE]
    assert arrived == [f"number {number}" for number in range(5)]


async def test_no_more_than_twenty_are_sent_at_once(world: PostOffice) -> None:
    everybody = [f"person-{number}@example.org" for number in range(50)]
    world.first.holds(*everybody)
    world.posts(*everybody)

    sending = asyncio.create_task(world.delivery.round())
    await world.first.tries(20)
    await world.first.releases()

    assert await sending == 50
    assert world.first.most_at_once == 20


async def test_a_letter_whose_time_is_nearly_over_is_left_to_whoever_claims_it_next(world: PostOffice) -> None:
    world.first.holds(ANNE)
    world.posts(ANNE, ANNE)

    sending = asyncio.create_task(world.delivery.round())
    await world.first.tries(1)
    world.clock.moves(second(25))
    await world.first.releases()

    assert await sending == 1
    assert len(world.first.tried) == 1
    assert await world.round_after(10) == 1


# -- Running


async def stops(world: PostOffice, running: asyncio.Task[None], stopped: asyncio.Event) -> None:
    """End what runs, and see that it ends."""
    stopped.set()
    async with asyncio.timeout(10):
        await running


async def test_a_letter_leaves_when_delivery_is_poked_from_another_thread_while_a_slow_one_still_waits(
    world: PostOffice,
) -> None:
    stopped = asyncio.Event()
    running = asyncio.create_task(world.delivery.run(stopped))
    world.first.holds(ANNE)
    world.posts(ANNE)
    await world.first.tries(1)

    world.posts(BEN)
    await asyncio.to_thread(world.delivery.poke)
    await world.first.tries(2)
    beside = people(world.first.tried)
    await world.first.releases()
    await stops(world, running, stopped)

    assert beside == [ANNE, BEN]
    assert people(world.first.taken) in ([ANNE, BEN], [BEN, ANNE])


async def test_what_is_being_sent_when_delivery_stops_is_finished_and_noted(world: PostOffice) -> None:
    stopped = asyncio.Event()
    running = asyncio.create_task(world.delivery.run(stopped))
    world.first.holds(ANNE)
    world.posts(ANNE)
    await world.first.tries(1)

    stopped.set()
    ended, _ = await asyncio.wait({running}, timeout=0.2)
    await world.first.releases()
    await stops(world, running, stopped)

    assert not ended
    assert people(world.first.taken) == [ANNE]
    assert world.outbox.left == []
    assert world.told(LetterDelivered) == [ANNE]


async def test_more_letters_than_can_be_claimed_at_once_all_leave(world: PostOffice) -> None:
    everybody = [f"person-{number}@example.org" for number in range(200)]
    world.posts(*everybody)
    stopped = asyncio.Event()

    running = asyncio.create_task(world.delivery.run(stopped))
    await world.first.tries(200)
    await stops(world, running, stopped)

    assert sorted(people(world.first.taken)) == sorted(everybody)


async def test_the_outbox_is_looked_at_without_poking_too(world: PostOffice) -> None:
    stopped = asyncio.Event()
    running = asyncio.create_task(world.starts(tick=timedelta(milliseconds=1)).run(stopped))
    world.posts(ANNE)
    await world.first.tries(1)

    world.posts(BEN)
    await world.first.tries(2)
    await stops(world, running, stopped)

    assert people(world.first.taken) == [ANNE, BEN]


async def test_what_has_become_due_is_handled_and_its_letters_leave(world: PostOffice) -> None:
    world.ear.due = [Letter(to=ANNE, message=alert(), case=CASE)]
    stopped = asyncio.Event()

    running = asyncio.create_task(world.delivery.run(stopped))
    await world.first.tries(1)
    await stops(world, running, stopped)

    assert people(world.first.taken) == [ANNE]


@pytest.mark.parametrize("jump", [second(5), timedelta(days=3650), timedelta(days=-1)])
async def test_what_is_due_is_looked_at_every_five_seconds_however_the_clock_moves(
    world: PostOffice, jump: timedelta
) -> None:
    stopped = asyncio.Event()
    running = asyncio.create_task(world.delivery.run(stopped))
    world.posts(ANNE)
    await world.first.tries(1)
    world.clock.moves(second(4))
    world.posts(ANNE)
    world.delivery.poke()
    await world.first.tries(2)
    early = len(world.ear.swept)

    world.clock.moves(jump - second(4))
    world.ear.due = [Letter(to=ANNE, message=alert())]
    world.delivery.poke()
    await world.first.tries(3)
    await stops(world, running, stopped)

    assert early == 1
    assert len(world.ear.swept) == 2


async def test_delivery_survives_a_store_that_goes_away_and_comes_back(world: PostOffice) -> None:
    stopped = asyncio.Event()
    world.outbox.gone = True
    world.posts(ANNE)
    running = asyncio.create_task(world.delivery.run(stopped))
    async with asyncio.timeout(10):
        await world.reported.wait()

    world.outbox.gone = False
    world.delivery.poke()
    await world.first.tries(1)
    await stops(world, running, stopped)

    assert people(world.first.taken) == [ANNE]
    [line] = world.reports
    assert "kind=store-busy" in line


def test_poking_when_nothing_runs_does_nothing(world: PostOffice) -> None:
    world.delivery.poke()

    assert world.first.tried == []
