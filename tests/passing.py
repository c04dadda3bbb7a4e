"""Time as tests of deadlines tell it: somebody sends, somebody does, time passes, and who was sent what, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.cases import Case
from bot.compiled import Knowledge
from bot.flows import Calendar, Days
from bot.messages import Field, Form
from tests.sample_people import HEAD, TEACHER
from tests.talking import MORNING, ORGANISATION, Given, Place, Talk

LONDON = ZoneInfo("Europe/London")
QUARTER = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


TO_MANAGER: Given = {"danger": "no", "child-at-risk": "no", "recipients": "line_manager"}
TO_HEAD: Given = {"danger": "no", "child-at-risk": "no", "recipients": "head_of_school"}
TO_BOTH: Given = {"danger": "no", "child-at-risk": "no", "recipients": ("hr_manager", "head_of_school")}
IN_DANGER: Given = {"danger": "yes", "child-at-risk": "no", "recipients": "line_manager"}

HARMED: Given = {"harmed": "yes", "offence": "no", "risk": "no", "suitable": "no"}
UNSURE: Given = {"harmed": "no", "offence": "no", "risk": "unsure", "suitable": "no"}
NO_HARM: Given = {"harmed": "no", "offence": "no", "risk": "no", "suitable": "no"}

TOLD_OUTSIDE: Given = {"whom": "local-authority-officer", "who": "The officer", "when": "Today"}
ADVISED: Given = {**TOLD_OUTSIDE, "advice": "Wait for our call."}
PROPOSED: Given = {"purpose": "To show it.", "viewed": "The public page.", "why": "It may be gone tomorrow."}


def there(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=LONDON).astimezone(UTC)


def sends(
    place: Place,
    flow: str = "cyberbullying",
    given: Given = TO_MANAGER,
    at: datetime = MORNING,
    who: str = TEACHER,
) -> str:
    """Somebody sends a report at this time, and its alerts are delivered. Its reference."""
    place.now = at
    ref = place.talk(who).reports(flow, given)
    place.post()
    return ref


def conduct(place: Place, at: datetime = MORNING, given: Given = TO_HEAD) -> str:
    """A concern about a colleague that the Head of School has taken. Its reference."""
    ref = sends(place, "colleague-conduct", given, at)
    place.talk(HEAD).picks(f"case:take:{ref}")
    place.post()
    return ref


def does(place: Place, who: str, action: str, ref: str, given: Given | None = None) -> Talk:
    """Do something to a case through its window; where something must be chosen and is not given, the first."""
    talk = place.talk(who).picks(f"{action}:{ref}")
    if given is not None:
        [form] = [block for block in talk.blocks if isinstance(block, Form)]
        talk.fills(**{field.name: value for field in form.fields if (value := given.get(field.name) or _first(field))})
    place.post()
    return talk


def _first(field: Field) -> str:
    return "" if field.optional or not field.options else field.options[0].value


def case(place: Place, ref: str) -> Case:
    with place.store.transaction():
        found = place.store.case(ORGANISATION, ref)
    assert found
    return found


def steps(place: Place, ref: str) -> list[str]:
    """What happened to a case, without who received and opened it."""
    return [line.step for line in case(place, ref).ledger if line.step not in ("delivered", "opened")]


def passing(place: Place, until: datetime, step: timedelta = QUARTER) -> list[str]:
    """Let time pass in small steps: what everybody is sent, in order."""
    met = {who: len(letters) for who, letters in place.letters.items()}
    told: list[str] = []
    while place.now < until:
        place.passes(min(step, until - place.now))
        for who, letters in sorted(place.letters.items()):
            told += [
                f"{_clock(place)} {who.split('@')[0]}: {_kind(place, m.summary)}" for m in letters[met.get(who, 0) :]
            ]
            met[who] = len(letters)
    return told


def _clock(place: Place) -> str:
    return f"{place.now.astimezone(LONDON):%a %d %b %H:%M}"


def _kind(place: Place, summary: str) -> str:
    words, more = place.knowledge.library.report_wording, place.knowledge.library.case_wording
    kinds = {
        words.alert: "alert",
        words.alert_urgent: "urgent alert",
        words.notice: "news",
        words.handler_notice: "news to handlers",
        more.reminder: "reminder",
        more.reminder_taken: "step wanted",
        more.decision_notice: "decision",
        more.decision_over: "decision over",
        more.confirm_notice: "confirm",
    }
    return kinds.get(summary, summary)


def by(place: Place, **changes: object) -> Place:
    """The same people by another calendar."""
    calendar = place.knowledge.library.calendar.model_copy(update=changes)
    place.knowledge = _with(place.knowledge, calendar)
    return place


def _with(knowledge: Knowledge, calendar: Calendar) -> Knowledge:
    return replace(knowledge, library=knowledge.library.model_copy(update={"calendar": calendar}))


def away(place: Place, who: str, first: str, last: str) -> None:
    """Somebody is away on these days, and nobody stands in."""
    span = (date.fromisoformat(first), date.fromisoformat(last))
    place.changes(replace(place.directory.people[who], away=(span,), deputy=None))


def days(*spans: tuple[str, str]) -> tuple[Days, ...]:
    return tuple(Days(first=date.fromisoformat(first), last=date.fromisoformat(last)) for first, last in spans)
