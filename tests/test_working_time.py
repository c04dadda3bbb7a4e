"""How long people have to take responsibility, by the calendar of an invented school."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.flows import Calendar
from bot.working_time import deadline, local

LONDON = ZoneInfo("Europe/London")

SCHOOL = Calendar.model_validate(
    {
        "timezone": "Europe/London",
        "weekdays": ["mon", "tue", "wed", "thu", "fri"],
        "opens": "08:00",
        "closes": "17:00",
        "terms": [
            {"first": "2030-01-07", "last": "2030-04-05"},
            {"first": "2030-04-23", "last": "2030-07-19"},
            {"first": "2030-09-03", "last": "2030-12-20"},
        ],
        "closed": [
            {"first": "2030-05-06", "last": "2030-05-06"},
            {"first": "2030-10-28", "last": "2030-11-01"},
        ],
    }
)

ROUND_THE_CLOCK = Calendar.model_validate(
    {
        "timezone": "Europe/London",
        "weekdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        "opens": "00:00",
        "closes": "23:59",
    }
)


def there(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=LONDON)


def by(day: str, clock: str) -> datetime:
    """When it is due, in local time, for something sent then."""
    return local(SCHOOL, deadline(SCHOOL, there(day, clock), urgent=False))


def test_four_hours_within_one_school_day_end_on_that_day() -> None:
    assert by("2030-01-08", "09:10") == there("2030-01-08", "13:10")


def test_hours_that_just_fit_end_when_the_school_closes() -> None:
    assert by("2030-01-08", "13:00") == there("2030-01-08", "17:00")


def test_what_is_left_in_the_evening_is_counted_from_the_next_morning() -> None:
    assert by("2030-01-08", "15:30") == there("2030-01-09", "10:30")


@pytest.mark.parametrize("clock", ["06:30", "00:00"])
def test_before_opening_the_hours_begin_with_the_school_day(clock: str) -> None:
    assert by("2030-01-08", clock) == there("2030-01-08", "12:00")


def test_friday_evening_is_due_on_monday() -> None:
    assert by("2030-01-11", "18:00") == there("2030-01-14", "12:00")


def test_a_bank_holiday_is_passed_over() -> None:
    assert by("2030-05-03", "16:00") == there("2030-05-07", "11:00")


def test_half_term_is_passed_over() -> None:
    assert by("2030-10-25", "15:00") == there("2030-11-04", "10:00")


def test_the_last_five_minutes_of_the_summer_term_are_followed_by_the_first_day_of_the_next() -> None:
    assert by("2030-07-19", "16:55") == there("2030-09-03", "11:55")


def test_a_report_in_the_holidays_waits_for_the_term() -> None:
    assert by("2030-08-10", "10:00") == there("2030-09-03", "12:00")


def test_after_the_last_term_that_was_entered_every_weekday_counts() -> None:
    assert by("2030-12-20", "16:00") == there("2030-12-23", "11:00")
    assert by("2033-08-02", "10:00") == there("2033-08-02", "14:00")


def test_a_calendar_without_terms_counts_all_year() -> None:
    all_year = SCHOOL.model_copy(update={"terms": ()})

    due = deadline(all_year, there("2030-08-13", "10:00"), urgent=False)

    assert due == there("2030-08-13", "14:00")


def test_something_urgent_has_fifteen_minutes_at_any_hour() -> None:
    assert deadline(SCHOOL, there("2030-08-11", "03:00"), urgent=True) == there("2030-08-11", "03:15")


def test_over_a_weekend_in_which_the_clocks_change_the_hours_on_the_wall_stay_the_same() -> None:
    assert by("2030-03-29", "16:00") == there("2030-04-01", "11:00")
    assert by("2030-10-25", "16:00") == there("2030-11-04", "11:00")


def test_an_hour_that_happens_twice_counts_twice() -> None:
    sent = datetime(2030, 10, 26, 23, 30, tzinfo=UTC)  # 00:30 in summer time; the clocks go back at 02:00

    due = deadline(ROUND_THE_CLOCK, sent, urgent=False)

    assert due - sent == timedelta(hours=4)
    assert f"{local(ROUND_THE_CLOCK, due):%H:%M}" == "03:30"


def test_an_hour_that_never_happens_is_not_counted() -> None:
    sent = there("2030-03-31", "00:30")  # the clocks go from 01:00 to 02:00

    due = deadline(ROUND_THE_CLOCK, sent, urgent=False)

    assert f"{local(ROUND_THE_CLOCK, due):%H:%M}" == "05:30"


def test_a_night_that_is_an_hour_short_still_gives_four_hours() -> None:
    sent = there("2030-03-30", "23:59")

    due = deadline(ROUND_THE_CLOCK, sent, urgent=False)

    assert due == datetime(2030, 3, 31, 4, 0, tzinfo=UTC)


def test_urgent_minutes_over_a_clock_change_are_real_minutes() -> None:
    sent = datetime(2030, 10, 27, 0, 50, tzinfo=UTC)

    assert deadline(SCHOOL, sent, urgent=True) == datetime(2030, 10, 27, 1, 5, tzinfo=UTC)


def test_the_time_is_given_in_utc_and_shown_as_on_the_wall() -> None:
    due = deadline(SCHOOL, there("2030-06-04", "09:00"), urgent=False)

    assert due.tzinfo is UTC
    assert (f"{due:%H:%M}", f"{local(SCHOOL, due):%H:%M}") == ("12:00", "13:00")


@pytest.mark.parametrize("minutes", range(0, 7 * 24 * 60, 97))
def test_whenever_it_is_sent_it_is_due_within_opening_hours_of_a_school_day(minutes: int) -> None:
    sent = datetime.fromtimestamp(datetime(2030, 10, 21, tzinfo=UTC).timestamp() + 60 * minutes, UTC)

    due = local(SCHOOL, deadline(SCHOOL, sent, urgent=False))

    assert "08:00" < f"{due:%H:%M}" <= "17:00"
    assert due.weekday() < 5
    assert not there("2030-10-28", "00:00") <= due < there("2030-11-02", "00:00")
