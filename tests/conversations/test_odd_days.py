"""Deadlines over weekends, holidays, the end of term and clock changes, and by the days of single academies."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.compiled import Knowledge
from bot.flows import OwnDays
from tests.conftest import SCHOOL
from tests.passing import DAY, IN_DANGER, MINUTE, QUARTER, TO_MANAGER, by, days, passing, sends, steps, there
from tests.sample_people import MANAGER, TEACHER, TEACHER_SOUTH
from tests.talking import MORNING, Place

# --- over the days that are no ordinary days


CROSSED = [
    pytest.param("2026-11-27", "14:00", "Fri 27 Nov 16:00", "Mon 30 Nov 09:00", id="a weekend"),
    pytest.param("2026-11-27", "19:30", "Mon 30 Nov 10:00", "Mon 30 Nov 12:00", id="a Friday evening"),
    pytest.param("2026-10-23", "16:00", "Mon 02 Nov 09:00", "Mon 02 Nov 11:00", id="half term, and the clocks go back"),
    pytest.param("2026-10-28", "11:00", "Mon 02 Nov 10:00", "Mon 02 Nov 12:00", id="within half term"),
    pytest.param("2026-12-18", "15:30", "Mon 04 Jan 08:30", "Mon 04 Jan 10:30", id="Christmas"),
    pytest.param("2026-12-25", "10:00", "Mon 04 Jan 10:00", "Mon 04 Jan 12:00", id="on Christmas Day"),
    pytest.param("2027-03-25", "16:30", "Mon 12 Apr 09:30", "Mon 12 Apr 11:30", id="Easter, and the clocks go forward"),
    pytest.param("2027-04-30", "16:00", "Tue 04 May 09:00", "Tue 04 May 11:00", id="a bank holiday in term"),
    pytest.param("2027-07-21", "16:55", "Thu 22 Jul 09:55", "Thu 22 Jul 11:55", id="the day after the last known term"),
    pytest.param("2027-08-27", "16:00", "Tue 31 Aug 09:00", "Tue 31 Aug 11:00", id="a bank holiday after it"),
    pytest.param(
        "2027-10-29", "16:00", "Mon 01 Nov 09:00", "Mon 01 Nov 11:00", id="a weekend in which the clocks go back"
    ),
    pytest.param("2028-03-24", "16:00", "Mon 27 Mar 09:00", "Mon 27 Mar 11:00", id="one in which they go forward"),
    pytest.param("2028-02-28", "16:00", "Tue 29 Feb 09:00", "Tue 29 Feb 11:00", id="a leap day"),
    pytest.param("2028-02-29", "16:00", "Wed 01 Mar 09:00", "Wed 01 Mar 11:00", id="the end of a leap day"),
]


@pytest.mark.parametrize(("day", "clock", "reminded", "passed_on"), CROSSED)
def test_the_reminder_and_the_next_come_after_their_hours_at_work_and_as_the_receipt_says(
    academies: Place, day: str, clock: str, reminded: str, passed_on: str
) -> None:
    academies.now = there(day, clock)
    teacher = academies.talk(TEACHER)
    teacher.reports("cyberbullying", TO_MANAGER)
    academies.post()
    told: list[str] = []
    while len(told) < 3:
        told += passing(academies, academies.now + DAY)

    assert told[:3] == [
        f"{reminded} department.north: reminder",
        f"{passed_on} consultant.north: news",
        f"{passed_on} head.north: alert",
    ]
    _, number, month, time = passed_on.split()
    assert f"If nobody confirms by {int(number)} {_long(month)} 20" in teacher.hears
    assert f"{time} we tell the Head of School" in teacher.hears


def _long(month: str) -> str:
    return f"{datetime.strptime(f'1 {month} 2026', '%d %b %Y').replace(tzinfo=UTC):%B}"


def test_the_last_five_minutes_of_the_summer_term_go_on_in_september_once_the_next_terms_are_known(
    academies: Place,
) -> None:
    terms = (*academies.knowledge.library.calendar.terms, *days(("2027-09-02", "2027-10-22")))
    sends(by(academies, terms=terms), at=there("2027-07-21", "16:55"))

    told = passing(academies, there("2027-09-02", "12:00"))

    assert told == [
        "Thu 02 Sep 09:55 department.north: reminder",
        "Thu 02 Sep 11:55 consultant.north: news",
        "Thu 02 Sep 11:55 head.north: alert",
    ]


def test_the_whole_way_up_over_christmas_takes_no_step_in_the_holidays(academies: Place) -> None:
    ref = sends(academies, at=there("2026-12-17", "15:00"))

    told = passing(academies, there("2027-01-29", "17:00"))

    assert [line for line in told if "alert" in line or "news" in line] == [
        "Fri 18 Dec 10:00 consultant.north: news",
        "Fri 18 Dec 10:00 head.north: alert",
        "Fri 18 Dec 14:00 ceo: alert",
        "Fri 18 Dec 14:00 consultant.north: news",
        "Mon 04 Jan 09:00 chair: alert",
        "Mon 04 Jan 09:00 consultant.north: news",
        "Mon 04 Jan 13:00 consultant.north: news",
    ]
    assert steps(academies, ref) == ["sent", *["reminded", "escalated"] * 3, "reminded", "nobody-left"]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        pytest.param(
            datetime(2026, 10, 25, 0, 50, tzinfo=UTC),
            ["Sun 25 Oct 01:58 department.north: reminder", "Sun 25 Oct 01:05 head.north: urgent alert"],
            id="an hour that comes twice",
        ),
        pytest.param(
            datetime(2027, 3, 28, 0, 50, tzinfo=UTC),
            ["Sun 28 Mar 00:58 department.north: reminder", "Sun 28 Mar 02:05 head.north: urgent alert"],
            id="an hour that never comes",
        ),
    ],
)
def test_something_urgent_in_the_night_of_a_clock_change_has_its_real_minutes(
    academies: Place, sent: datetime, expected: list[str]
) -> None:
    sends(academies, given=IN_DANGER, at=sent)

    told = passing(academies, sent + QUARTER, MINUTE)

    assert [line for line in told if "consultant" not in line] == expected


# --- each academy has its own days


def with_own_days(place: Place, **own: object) -> Place:
    return by(place, academies={"South Academy": OwnDays.model_validate(own)})


def test_a_closed_day_of_one_academy_moves_its_own_deadlines_and_no_others(academies: Place) -> None:
    with_own_days(academies, closed=[{"first": "2026-11-24", "last": "2026-11-24"}])
    late = there("2026-11-23", "15:00")
    sends(academies, at=late)
    sends(academies, at=late, who=TEACHER_SOUTH)

    told = passing(academies, there("2026-11-25", "10:30"))

    alerts = [line for line in told if line.endswith(": alert")]
    assert alerts == [
        "Tue 24 Nov 10:00 head.north: alert",
        "Tue 24 Nov 14:00 ceo: alert",
        "Wed 25 Nov 09:00 chair: alert",
        "Wed 25 Nov 10:00 head.south: alert",
    ]


def test_a_closed_day_of_one_academy_gives_whoever_took_a_case_there_a_day_more(academies: Place) -> None:
    with_own_days(academies, closed=[{"first": "2026-11-24", "last": "2026-11-24"}])
    north = sends(academies)
    south = sends(academies, who=TEACHER_SOUTH)
    academies.talk(MANAGER).picks(f"case:take:{north}")
    academies.talk("department.south@sample.example").picks(f"case:take:{south}")
    academies.post()

    assert passing(academies, there("2026-11-26", "12:00")) == [
        "Wed 25 Nov 09:00 department.north: step wanted",
        "Thu 26 Nov 09:00 department.south: step wanted",
    ]


def test_what_is_said_on_sending_and_in_the_reminder_is_by_the_academys_own_days(academies: Place) -> None:
    with_own_days(academies, closed=[{"first": "2026-11-24", "last": "2026-11-24"}])
    academies.now = there("2026-11-23", "15:00")
    teacher = academies.talk(TEACHER_SOUTH)
    teacher.reports("cyberbullying", TO_MANAGER)
    academies.post()
    passing(academies, there("2026-11-23", "17:00"))

    assert "If nobody confirms by 25 November 2026, 10:00 we tell" in teacher.hears
    reminder = academies.letters["department.south@sample.example"][-1]
    assert "If nobody has by 25 November 2026, 10:00" in repr(reminder)


def test_something_urgent_does_not_wait_for_an_academy_to_open(academies: Place) -> None:
    with_own_days(academies, closed=[{"first": "2026-11-23", "last": "2026-11-24"}])
    sends(academies, given=IN_DANGER, who=TEACHER_SOUTH)

    told = passing(academies, MORNING + QUARTER, MINUTE)

    assert "Mon 23 Nov 09:15 head.south: urgent alert" in told


def test_a_training_day_of_one_academy_does_not_take_its_bank_holidays_away(academies: Place) -> None:
    # As the example in calendar.yaml writes it: only the day that differs.
    with_own_days(academies, closed=[{"first": "2027-06-25", "last": "2027-06-25"}])
    sends(academies, at=there("2027-04-30", "16:00"), who=TEACHER_SOUTH)

    told = passing(academies, there("2027-05-04", "12:00"))

    assert told == [
        "Tue 04 May 09:00 department.south: reminder",
        "Tue 04 May 11:00 consultant.south: news",
        "Tue 04 May 11:00 head.south: alert",
    ]


def test_the_calendar_that_is_delivered_has_the_dates_that_these_tests_count_on(school: Knowledge) -> None:
    calendar = school.library.calendar

    assert (calendar.opens, calendar.closes) == ("08:00", "17:00")
    assert (calendar.reminder_hours, calendar.working_hours, calendar.idle_hours) == (2, 4, 18)
    assert (calendar.urgent_reminder_minutes, calendar.urgent_minutes, calendar.urgent_idle_minutes) == (8, 15, 240)
    assert max(term.last for term in calendar.terms) == date(2027, 7, 21), f"edit the dates here: {SCHOOL}"
