"""What else a case waits for: an authority outside, a decision of several, a declaration that is confirmed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.passing import (
    DAY,
    HARMED,
    LONDON,
    MINUTE,
    NO_HARM,
    PROPOSED,
    QUARTER,
    TOLD_OUTSIDE,
    UNSURE,
    case,
    conduct,
    does,
    passing,
    sends,
    steps,
    there,
)
from tests.sample_people import CEO, DEPUTY, HEAD, HR, TEACHER
from tests.talking import MORNING, ORGANISATION, Given, Place

# --- somebody outside must be told within a working day


OUTSIDE_BY = [
    pytest.param("2026-11-23", "09:00", "2026-11-24", "09:00", id="a day in term"),
    pytest.param("2026-11-27", "16:00", "2026-11-30", "16:00", id="a weekend"),
    pytest.param("2026-11-29", "20:00", "2026-11-30", "17:00", id="a Sunday evening"),
    pytest.param("2026-10-23", "15:00", "2026-10-26", "15:00", id="half term, and the clocks go back"),
    pytest.param("2026-12-18", "15:00", "2026-12-21", "15:00", id="the last day of the autumn term"),
    pytest.param("2026-12-24", "15:00", "2026-12-29", "15:00", id="Christmas and its bank holidays"),
    pytest.param("2026-12-31", "12:00", "2027-01-04", "12:00", id="New Year"),
    pytest.param("2027-03-25", "10:00", "2027-03-30", "10:00", id="Easter, and the clocks go forward"),
    pytest.param("2027-07-21", "16:55", "2027-07-22", "16:55", id="the last day of the summer term"),
    pytest.param("2027-08-27", "12:00", "2027-08-31", "12:00", id="August, and its bank holiday"),
]


@pytest.mark.parametrize(("day", "clock", "due_day", "due_clock"), OUTSIDE_BY)
def test_the_time_to_tell_the_authority_runs_over_school_holidays_but_not_over_days_when_nobody_is_there(
    academies: Place, day: str, clock: str, due_day: str, due_clock: str
) -> None:
    due = there(due_day, due_clock)
    ref = conduct(academies, there(day, clock))
    talk = does(academies, HEAD, "case:test", ref, HARMED)
    assert f"by {due.astimezone(LONDON):%-d %B %Y, %H:%M}" in talk.hears

    assert passing(academies, due - MINUTE) == []
    assert "advice-late" not in academies.store.operator_told(ORGANISATION)
    assert passing(academies, due) == [f"{due.astimezone(LONDON):%a %d %b %H:%M} head.north: step wanted"]
    assert academies.store.operator_told(ORGANISATION)["advice-late"] == 1


@pytest.mark.parametrize(("answers", "late"), [(HARMED, 1), (UNSURE, 1), (NO_HARM, 0)], ids=["yes", "unsure", "no"])
def test_a_yes_or_an_unsure_starts_that_time_and_a_no_does_not(academies: Place, answers: Given, late: int) -> None:
    ref = conduct(academies)
    does(academies, HEAD, "case:test", ref, answers)

    passing(academies, MORNING + DAY)

    assert academies.store.operator_told(ORGANISATION).get("advice-late", 0) == late


def test_until_the_authority_is_told_there_is_a_reminder_each_working_day_and_the_operator_is_told(
    academies: Place,
) -> None:
    ref = conduct(academies, there("2026-11-26", "09:00"))
    does(academies, HEAD, "case:test", ref, HARMED)
    told: list[str] = []
    for day in ("2026-11-26", "2026-11-27", "2026-11-30", "2026-12-01", "2026-12-02"):
        told += passing(academies, there(day, "12:00"))
        does(academies, HEAD, "case:note", ref, {"text": f"Nothing yet on {day}."})

    assert told == [
        "Fri 27 Nov 09:00 head.north: step wanted",
        "Mon 30 Nov 09:00 head.north: step wanted",
        "Tue 01 Dec 09:00 head.north: step wanted",
        "Wed 02 Dec 09:00 head.north: step wanted",
    ]
    assert academies.store.operator_told(ORGANISATION) == {"advice-late": 4}


def test_telling_that_authority_stops_its_time(academies: Place) -> None:
    ref = conduct(academies)
    does(academies, HEAD, "case:test", ref, HARMED)
    passing(academies, MORNING + timedelta(hours=5))
    does(academies, HEAD, "case:refer", ref, TOLD_OUTSIDE)

    assert passing(academies, there("2026-11-25", "13:00")) == []
    assert academies.store.operator_told(ORGANISATION) == {}


def test_telling_somebody_else_outside_does_not_stop_it(academies: Place) -> None:
    ref = conduct(academies)
    does(academies, HEAD, "case:test", ref, HARMED)
    passing(academies, MORNING + timedelta(hours=5))
    does(academies, HEAD, "case:refer", ref, {**TOLD_OUTSIDE, "whom": "police-101"})

    assert passing(academies, MORNING + DAY) == ["Tue 24 Nov 09:00 head.north: step wanted"]


def test_answering_the_test_again_gives_no_more_time(academies: Place) -> None:
    ref = conduct(academies)
    does(academies, HEAD, "case:test", ref, HARMED)
    passing(academies, MORNING + timedelta(hours=7))
    does(academies, HEAD, "case:test", ref, UNSURE)

    assert passing(academies, MORNING + DAY) == ["Tue 24 Nov 09:00 head.north: step wanted"]


def test_a_case_handed_over_still_has_the_authority_told_in_the_same_time(academies: Place) -> None:
    ref = conduct(academies)
    does(academies, HEAD, "case:test", ref, HARMED)
    does(academies, HEAD, "case:hand-over", ref, {"reason": "It is theirs."})
    [new] = [handler.person for handler in case(academies, ref).handlers]
    academies.talk(new).picks(f"case:take:{ref}")
    academies.post()

    assert passing(academies, MORNING + DAY) == [f"Tue 24 Nov 09:00 {new.split('@')[0]}: step wanted"]


def test_a_case_that_nobody_has_any_more_still_has_the_operator_told_that_the_authority_was_not(
    academies: Place,
) -> None:
    ref = conduct(academies)
    does(academies, HEAD, "case:test", ref, HARMED)

    passing(academies, there("2026-12-01", "12:00"))

    assert "lapsed" in steps(academies, ref)
    assert academies.store.operator_told(ORGANISATION)["advice-late"] == 6


def test_after_a_week_in_which_nothing_ran_there_is_one_reminder_and_the_next_a_day_later(academies: Place) -> None:
    ref = conduct(academies, there("2026-12-18", "09:00"))
    does(academies, HEAD, "case:test", ref, HARMED)
    academies.now = there("2026-12-29", "10:00") - QUARTER

    assert passing(academies, there("2026-12-30", "12:00")) == [
        "Tue 29 Dec 10:00 head.north: step wanted",
        "Wed 30 Dec 10:00 head.north: step wanted",
    ]


# --- several decide together


def test_those_who_have_not_decided_are_reminded_once_half_way_and_then_it_ends_once(academies: Place) -> None:
    ref = conduct(academies)
    does(academies, HEAD, "case:propose", ref, PROPOSED)
    does(academies, HR, "decide:decline", ref, {"reason": "It is not needed."})

    told = passing(academies, there("2026-11-26", "17:00"))

    assert told == [
        "Tue 24 Nov 09:00 ceo: decision",
        "Tue 24 Nov 09:00 group.it: decision",
        "Wed 25 Nov 09:00 head.north: step wanted",
        "Wed 25 Nov 09:00 hr: decision over",
    ]
    assert steps(academies, ref).count("not-decided") == 1


def test_a_decision_over_christmas_has_its_time_at_work(academies: Place) -> None:
    ref = conduct(academies, there("2026-12-18", "09:00"))
    does(academies, HEAD, "case:propose", ref, PROPOSED)

    told = passing(academies, there("2027-01-05", "12:00"))

    assert [line for line in told if "ceo" in line or "head" in line] == [
        "Mon 04 Jan 09:00 ceo: decision",
        "Tue 05 Jan 09:00 head.north: step wanted",
    ]


def test_what_is_decided_is_not_reminded_of(academies: Place) -> None:
    ref = conduct(academies)
    does(academies, HEAD, "case:propose", ref, PROPOSED)
    does(academies, CEO, "decide:agree", ref)
    assert "decided" in steps(academies, ref)

    told = passing(academies, there("2026-11-26", "17:00"))

    assert not [line for line in told if "decision" in line]
    assert "not-decided" not in steps(academies, ref)


def test_after_an_outage_nobody_is_asked_for_a_decision_whose_time_is_over(academies: Place) -> None:
    ref = conduct(academies)
    does(academies, HEAD, "case:propose", ref, PROPOSED)
    academies.now = there("2026-11-26", "10:00") - QUARTER

    told = passing(academies, there("2026-11-26", "10:00"))

    assert told == ["Thu 26 Nov 10:00 head.north: step wanted"]


# --- what was declared is asked about again


def declared(place: Place, at: datetime = MORNING) -> str:
    """A declaration that is in the register. Its reference."""
    ref = sends(place, "declare-contact", {"transport": "no"}, at)
    place.talk(DEPUTY).picks(f"case:take:{ref}")
    does(place, DEPUTY, "case:check", ref, {"same-class": "yes", "acknowledged": "yes"})
    return ref


def test_what_was_declared_is_asked_about_after_a_year_and_its_handlers_told_when_nobody_answers(
    academies: Place,
) -> None:
    ref = declared(academies)

    told = passing(academies, MORNING + timedelta(days=380), DAY)

    assert told == [
        "Tue 23 Nov 09:00 consultant.north: confirm",
        "Tue 07 Dec 09:00 deputy.north: news to handlers",
    ]
    assert ref in academies.talk(DEPUTY).picks("list:register").hears


def test_it_still_holds_starts_the_year_anew(academies: Place) -> None:
    ref = declared(academies)
    passing(academies, MORNING + timedelta(days=370), DAY)

    heard = academies.talk(TEACHER).presses_in_letter().presses("It still holds").hears

    assert "You are asked again in a year." in heard
    academies.post()
    assert passing(academies, MORNING + timedelta(days=740), DAY) == ["Mon 27 Nov 09:00 consultant.north: confirm"]
    assert steps(academies, ref).count("confirmed") == 1


def test_it_has_ended_ends_it(academies: Place) -> None:
    ref = declared(academies)
    passing(academies, MORNING + timedelta(days=370), DAY)

    academies.talk(TEACHER).presses_in_letter().presses("It has ended")

    academies.post()
    assert passing(academies, MORNING + timedelta(days=1200), DAY) == []
    assert ref not in academies.talk(DEPUTY).picks("list:register").hears
    assert ref in academies.talk(DEPUTY).picks("list:closed").hears


def test_an_answer_that_comes_late_counts_and_nobody_is_asked_twice(academies: Place) -> None:
    declared(academies)
    passing(academies, MORNING + timedelta(days=385), DAY)
    academies.talk(TEACHER).presses_in_letter().presses("It still holds")
    academies.post()

    told = passing(academies, MORNING + timedelta(days=385 + 364), DAY)

    assert told == []


def test_what_was_declared_on_a_leap_day_is_asked_about_within_the_next_year(academies: Place) -> None:
    declared(academies, there("2028-02-29", "09:00"))

    told = passing(academies, there("2029-03-02", "09:00"), DAY)

    assert told == ["Wed 28 Feb 09:00 consultant.north: confirm"]
