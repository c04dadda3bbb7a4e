"""Letters reach their people once and in time, whatever platforms do meanwhile."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.delivery import back_off
from bot.errors import Damaged
from bot.events import LetterDelivered, LetterFailed
from bot.ports import Again, Never, Outcome
from tests.post_office import ANNE, BEN, CARA, CASE, NEEDLE, PostOffice, alert, people, second


@pytest.fixture
def world() -> PostOffice:
    """An empty outbox and two platforms that take everything."""
    return PostOffice()


async def test_a_letter_is_sent_once_and_its_case_is_told(world: PostOffice) -> None:
    world.posts(ANNE)

    settled = [await world.round_after(), await world.round_after(3600)]

    assert settled == [1, 0]
    assert people(world.first.taken) == [ANNE]
    assert world.second.tried == []
    assert list(world.ear.told) == ["letter-0001:delivered"]
    [event] = world.ear.told.values()
    assert isinstance(event, LetterDelivered)
    assert (event.actor.organisation, event.actor.person, event.case) == ("north", ANNE, CASE)


async def test_a_letter_about_no_case_is_sent_and_told_to_nobody(world: PostOffice) -> None:
    world.posts(ANNE, case="")

    await world.round_after()

    assert people(world.first.taken) == [ANNE]
    assert world.ear.told == {}


async def test_what_is_sent_is_the_letters_message_and_nothing_more(world: PostOffice) -> None:
    world.posts(ANNE)

    await world.round_after()

    [handed] = world.first.taken
    assert handed.message == alert()


# -- A platform that wants to wait (checks 15 and 16)


async def test_a_person_with_a_retry_time_waits_exactly_as_long_while_the_others_go_on(world: PostOffice) -> None:
    world.first.answers(ANNE, Again(second(30)))
    world.posts(ANNE, ANNE, BEN, CARA)

    await world.round_after()
    at_once = people(world.first.taken)
    world.posts(ANNE)
    early = await world.round_after(29.9)
    await world.round_after(0.1)

    assert at_once == [BEN, CARA]
    assert early == 1  # the new letter, which joins those that wait
    assert people(world.first.taken) == [BEN, CARA, ANNE, ANNE, ANNE]
    assert len(world.first.tried) == 6
    assert world.second.tried == []


async def test_a_platform_that_wants_a_rest_has_one_and_the_other_goes_on(world: PostOffice) -> None:
    world.first.answers(ANNE, Again(second(60), everyone=True))
    world.second.always_answers(ANNE, Never("not-found"))
    world.posts(ANNE)
    await world.round_after()

    world.posts(BEN)
    await world.round_after(59)
    resting = (people(world.first.taken), people(world.second.taken))
    world.posts(CARA)
    await world.round_after(1)

    assert resting == ([], [BEN])
    assert sorted(people(world.first.taken)) == sorted([ANNE, CARA])
    assert world.told(LetterFailed) == []


async def test_a_rest_does_not_outlive_a_clock_that_is_put_back(world: PostOffice) -> None:
    world.first.answers(ANNE, Again(second(60), everyone=True))
    world.posts(ANNE)
    await world.round_after()

    world.clock.moves(timedelta(days=-1))
    world.posts(BEN)
    await world.round_after()

    assert people(world.first.taken) == [BEN]


async def test_of_two_rests_that_a_platform_asks_for_the_longer_holds(world: PostOffice) -> None:
    alone = world.starts(platforms={"first": world.first})
    world.first.answers(ANNE, Again(second(60), everyone=True))
    world.first.answers(BEN, Again(second(10), everyone=True))
    world.first.holds(ANNE, BEN)
    world.posts(ANNE, BEN)
    sending = asyncio.create_task(alone.round())
    await world.first.tries(2)
    await world.first.releases()
    await sending

    world.posts(CARA)
    world.clock.moves(second(59))
    await alone.round()

    assert sorted(people(world.first.tried)) == [ANNE, BEN]


async def test_a_platform_that_asks_for_years_is_asked_again_after_a_day(world: PostOffice) -> None:
    world.first.answers(ANNE, Again(timedelta(days=3650)))
    world.posts(ANNE)

    await world.round_after()
    await world.round_after(24 * 3600)

    assert people(world.first.taken) == [ANNE]


@pytest.mark.parametrize(
    "trouble",
    [
        Again(timedelta()),
        Again(timedelta(), everyone=True),
        ConnectionResetError(NEEDLE),
        TimeoutError(),
        KeyError(NEEDLE),
    ],
    ids=["5xx", "5xx for everyone", "reset", "time-out", "not what was expected"],
)
async def test_a_platform_in_trouble_is_tried_again_and_takes_the_letter_once(
    world: PostOffice, trouble: Outcome | Exception
) -> None:
    world.second.always_answers(ANNE, Never("not-found"))
    world.first.answers(ANNE, trouble, trouble, trouble)
    world.posts(ANNE)

    for _ in range(12):
        await world.round_after(0.5)

    tries = [handed.at - world.first.tried[0].at for handed in world.first.tried]
    assert tries == [second(0), second(0.5), second(1.5), second(3.5)]
    assert people(world.first.taken) == [ANNE]
    assert world.told(LetterDelivered) == [ANNE]


async def test_trouble_with_one_letter_does_not_hold_up_the_next_one_to_the_same_person(world: PostOffice) -> None:
    world.first.answers(ANNE, ValueError(NEEDLE))
    world.posts(ANNE, ANNE)

    await world.round_after()

    assert people(world.first.taken) == [ANNE]


async def test_a_platform_that_hangs_is_let_go_and_tried_again(world: PostOffice) -> None:
    impatient = world.starts(platforms={"first": world.first}, send_timeout=timedelta(milliseconds=10))
    world.first.holds(ANNE)
    world.posts(ANNE)

    await impatient.round()
    await world.first.releases()
    world.clock.moves(second(1))
    await impatient.round()

    assert len(world.first.tried) == 2
    assert people(world.first.taken) == [ANNE]


def test_waits_double_up_to_a_quarter_of_an_hour_and_chance_shortens_them_by_half_at_most() -> None:
    assert [back_off(attempts, 0.0).total_seconds() for attempts in (0, 1, 2, 10, 11, 5000)] == [
        0.5,
        1,
        2,
        512,
        900,
        900,
    ]
    assert back_off(11, 1.0) == timedelta(minutes=7.5)


async def test_the_operator_is_told_once_and_by_type_only_that_a_platform_breaks_off(world: PostOffice) -> None:
    world.first.answers(ANNE, *[ConnectionResetError(NEEDLE)] * 5)
    world.posts(ANNE)

    for _ in range(5):
        await world.round_after(900)

    [line] = world.reports
    assert "kind=platform-broke reason=ConnectionResetError" in line


async def test_the_operator_is_told_again_when_a_platform_was_well_in_between(world: PostOffice) -> None:
    world.first.answers(ANNE, TimeoutError(), Again(second(1)), TimeoutError())
    world.posts(ANNE)

    for _ in range(4):
        await world.round_after(900)

    assert len(world.reports) == 2


# -- A person who cannot be reached (check 17)


@pytest.mark.parametrize("reason", ["not-found", "inactive", "archived", "restricted", "forbidden"])
async def test_who_cannot_be_reached_on_one_platform_is_reached_on_the_next_at_once(
    world: PostOffice, reason: str
) -> None:
    world.first.always_answers(ANNE, Never(reason))
    world.posts(ANNE)

    await world.round_after()

    assert people(world.second.taken) == [ANNE]
    assert world.told(LetterDelivered) == [ANNE]
    assert world.reports == []


async def test_who_can_be_reached_nowhere_is_given_up_at_once_and_the_operator_is_told(world: PostOffice) -> None:
    world.first.always_answers(ANNE, Never("inactive"))
    world.second.always_answers(ANNE, Never("not-found"))
    world.posts(ANNE)

    settled = [await world.round_after(), await world.round_after(3600)]

    assert settled == [1, 0]
    [event] = world.ear.told.values()
    assert isinstance(event, LetterFailed)
    assert (event.key, event.actor.person, event.case, event.reason) == (
        "letter-0001:failed",
        ANNE,
        CASE,
        "not-found",
    )
    [line] = world.reports
    assert "kind=letter-failed reason=not-found" in line


async def test_a_reason_with_content_in_it_goes_no_further(world: PostOffice) -> None:
    world.first.always_answers(ANNE, Never(f"no such person {NEEDLE}"))
    world.second.always_answers(ANNE, Never(f"no such person {NEEDLE}"))
    world.posts(ANNE)

    await world.round_after()

    [event] = world.ear.told.values()
    assert isinstance(event, LetterFailed)
    assert event.reason == "other"
    assert NEEDLE not in "".join(world.reports)


async def test_a_person_of_the_resting_platform_is_not_given_up_because_the_other_does_not_know_them(
    world: PostOffice,
) -> None:
    world.first.answers(ANNE, Again(second(600), everyone=True))
    world.second.always_answers(ANNE, Never("not-found"))
    world.posts(ANNE)

    await world.round_after()
    await world.round_after(600)

    assert people(world.first.taken) == [ANNE]
    assert world.reports == []


async def test_without_any_platform_the_operator_is_told(world: PostOffice) -> None:
    alone = world.starts(platforms={})
    world.posts(ANNE)

    await alone.round()

    assert world.told(LetterFailed) == [ANNE]
    assert "reason=no-platform" in world.reports[0]


# -- Nothing leaks (check 22)


async def test_nothing_of_a_letter_is_told_to_the_operator_whatever_goes_wrong(world: PostOffice) -> None:
    for trouble in (ValueError(f"{ANNE} {CASE}"), Never(NEEDLE), Again(second(1), everyone=True)):
        world.first.answers(ANNE, trouble)
        world.second.answers(ANNE, trouble)
    world.ear.raises = [RuntimeError(CASE)]
    world.outbox.settle_raises = [Damaged(CASE), None]
    world.posts(ANNE, ANNE, ANNE)

    for _ in range(10):
        await world.round_after(31)

    assert world.outbox.left == []
    assert world.reports
    assert NEEDLE not in "".join(world.reports)
