"""What a case waits for, and until when: set here by the calendar of its academy, acted on in `bot/deadlines.py`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.cases import Case, Clock
from bot.flows import Calendar
from bot.working_time import after_work, calendar_of, deadline, next_working_day

FAR = timedelta(days=400)
"""Nothing that a case waits for is further away than this."""

UNCONFIRMED = timedelta(days=14)
"""How long a reporter has to say whether a declaration still holds, before its handlers are told that nobody did."""


def waits_for_somebody(case: Case, calendar: Calendar, at: datetime) -> Case:
    """Nobody has it: its handlers are reminded before the time is over, and then the next are told.

    Of a case that was withdrawn nobody is reminded.
    """
    if case.withdrawn:
        return replace(stopped(case, "remind", "idle", "lapse"), due=None)
    own = calendar_of(calendar, case.academy)
    if case.urgent:
        remind = at.astimezone(UTC) + timedelta(minutes=own.urgent_reminder_minutes)
    else:
        remind = after_work(own, at, timedelta(hours=own.reminder_hours))
    clocks = {**_without(case, "remind", "idle", "lapse"), "remind": remind}
    return replace(case, due=deadline(own, at, urgent=case.urgent), clocks=clocks)


def waits_for_handler(case: Case, calendar: Calendar, at: datetime) -> Case:
    """Somebody has it, and has just done something: reminded when nothing follows, unless it was withdrawn."""
    if case.withdrawn:
        return replace(stopped(case, "remind", "idle", "lapse"), due=None)
    clocks = {**_without(case, "remind", "idle", "lapse"), "idle": _idle(case, calendar, at)}
    return replace(case, due=None, clocks=clocks)


def waits_once_more(case: Case, calendar: Calendar, at: datetime) -> Case:
    """Whoever has it was reminded: after as long again they lose it."""
    return replace(case, clocks={**_without(case, "idle"), "lapse": _idle(case, calendar, at)})


def waits_for_advice(case: Case, calendar: Calendar, at: datetime) -> Case:
    """Somebody outside must be told within a working day of theirs, whatever days the academy has of its own."""
    due = next_working_day(calendar, at)
    return replace(case, clocks={**case.clocks, "advice": due})


def waits_for_decision(case: Case, calendar: Calendar, at: datetime, hours: int) -> Case:
    """Several persons must decide within so many hours at work; half way there they are reminded."""
    own, time = calendar_of(calendar, case.academy), timedelta(hours=hours)
    times: dict[Clock, datetime] = {"decide": after_work(own, at, time / 2), "expire": after_work(own, at, time)}
    return replace(case, clocks={**case.clocks, **times})


def waits_for_confirmation(case: Case, at: datetime, days: int) -> Case:
    """What was declared holds until it is asked again."""
    return replace(case, due=None, clocks={"confirm": at.astimezone(UTC) + timedelta(days=days)})


def planned_anew(case: Case, calendar: Calendar, at: datetime, confirm_days: int) -> Case:
    """What was set by a clock that was far ahead, and has been put right since, counts from now."""
    clocks = {kind: when for kind, when in case.clocks.items() if when - at < FAR}
    lost = case.clocks.keys() - clocks.keys()
    parked = case.due is not None and case.due - at >= FAR
    case = replace(case, clocks=clocks)
    if case.waits and (parked or "remind" in lost):
        return waits_for_somebody(case, calendar, at)
    if lost & {"idle", "lapse"}:
        case = waits_for_handler(case, calendar, at)
    if "advice" in lost:
        case = waits_for_advice(case, calendar, at)
    if lost & {"decide", "expire"}:
        case = replace(case, clocks={**case.clocks, "expire": at + UNCONFIRMED})
    if lost & {"confirm", "unconfirmed"}:
        case = waits_for_confirmation(case, at, confirm_days)
    return case


def waits_for_nothing(case: Case) -> Case:
    """Nothing is due any more."""
    return replace(case, due=None, clocks={})


def stopped(case: Case, *kinds: Clock) -> Case:
    """The case without these clocks."""
    return replace(case, clocks=_without(case, *kinds))


def _without(case: Case, *kinds: Clock) -> dict[Clock, datetime]:
    return {kind: at for kind, at in case.clocks.items() if kind not in kinds}


def _idle(case: Case, calendar: Calendar, at: datetime) -> datetime:
    """Whoever took something urgent and has done nothing yet has minutes, at any hour; after that, time at work."""
    own = calendar_of(calendar, case.academy)
    if not case.urgent:
        return after_work(own, at, timedelta(hours=own.idle_hours))
    minutes = timedelta(minutes=own.urgent_idle_minutes)
    return after_work(own, at, minutes) if _begun(case) else at.astimezone(UTC) + minutes


def _begun(case: Case) -> bool:
    """Whether whoever has it has taken any step since they took it."""
    for line in reversed(case.ledger):
        if line.person == case.taken_by and line.step not in ("opened", "reminded", "delivered"):
            return line.step != "taken"
    return False
