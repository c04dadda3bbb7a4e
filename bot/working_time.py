"""How long people have to take responsibility: minutes at any hour, or hours of the time they are at work.

Counted in real time between the school's opening and closing, so that no clock change gives or takes an hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from bot.flows import Calendar, Days, OwnDays, Weekday

_WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


def deadline(calendar: Calendar, at: datetime, *, urgent: bool) -> datetime:
    """When the time to take responsibility for something sent at `at` is over, in UTC."""
    if urgent:
        return at.astimezone(UTC) + timedelta(minutes=calendar.urgent_minutes)
    return after_work(calendar, at, timedelta(hours=calendar.working_hours))


def after_work(calendar: Calendar, at: datetime, time: timedelta) -> datetime:
    """When so much time at work has passed since `at`, in UTC.

    After the last term that the calendar knows every weekday counts, holidays or not: a year that nobody entered yet
    must not stop the clock. The calendar's hours must have some length (`bot/checking_routes.py` sees to it).
    """
    at, left = at.astimezone(UTC), time
    open_times = _open_times(calendar, local(calendar, at).date())
    while True:
        opens, closes = next(open_times)
        opens = max(opens, at)
        if opens + left <= closes:
            return opens + left
        left -= max(closes - opens, timedelta())


def time_at_work(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """How much time at work lies between two moments."""
    passed = timedelta()
    for opens, closes in _open_times(calendar, local(calendar, start).date()):
        if opens >= end:
            return passed
        passed += max(min(closes, end) - max(opens, start), timedelta())
    raise AssertionError("the times at work never end")


def next_working_day(calendar: Calendar, at: datetime) -> datetime:
    """When one working day has passed for authorities outside, who work through the school's holidays, in UTC."""
    outside = calendar.model_copy(update={"terms": ()})
    opens, closes = next(_open_times(outside, date(2001, 1, 1)))
    return after_work(outside, at, closes - opens)


def calendar_of(calendar: Calendar, academy: str) -> Calendar:
    """The calendar as it is for one academy: its own hours and terms, and its closed days beside those of all."""
    own = calendar.academies.get(academy)
    return calendar.model_copy(update=_own(calendar, own)) if own else calendar


def _own(calendar: Calendar, own: OwnDays) -> dict[str, object]:
    found = {name: value for name in OwnDays.model_fields if (value := getattr(own, name)) is not None}
    return {**found, "closed": (*calendar.closed, *(own.closed or ()))}


def local(calendar: Calendar, at: datetime) -> datetime:
    """The time as the clocks show it where the organisation is."""
    return at.astimezone(ZoneInfo(calendar.timezone))


def _open_times(calendar: Calendar, day: date) -> Iterator[tuple[datetime, datetime]]:
    """The times at work from this day on, as moments in UTC."""
    while True:
        if _at_work(calendar, day):
            yield _moment(calendar, day, calendar.opens), _moment(calendar, day, calendar.closes)
        day += timedelta(days=1)


def _at_work(calendar: Calendar, day: date) -> bool:
    in_term = not calendar.terms or _within(calendar.terms, day) or day > max(term.last for term in calendar.terms)
    return in_term and _WEEKDAYS[day.weekday()] in calendar.weekdays and not _within(calendar.closed, day)


def _within(spans: tuple[Days, ...], day: date) -> bool:
    return any(span.first <= day <= span.last for span in spans)


def _moment(calendar: Calendar, day: date, clock: str) -> datetime:
    there = datetime.combine(day, time.fromisoformat(clock), ZoneInfo(calendar.timezone))
    return there.astimezone(UTC)
