"""The shapes of everything about reports in `knowledge/`: flows, their questions, routes, contacts, calendar.

Flows are the guided conversations, routes say who receives them and why. Shapes of answers are in `bot/knowledge.py`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from bot.knowledge import ClauseId, Id, Label, Line, Phrasing, RoleId, Shape

QuestionKind = Literal["choice", "many", "text", "people", "recipients", "identity", "academy"]
"""`people`, `recipients`, `identity` and `academy` get their options from the directory and the route, not from data.

choice: one option; many: any number; text: the person's own words, in a form; people: whom of those who could receive
it the report is about, or close to; recipients: whom of the permitted roles to tell; identity: named or confidential;
academy: where, asked only if the directory does not settle it.
"""

When = dict[Id, tuple[Id, ...]]
"""A condition: for each question named, one of these options was picked. All must hold; empty always holds."""


class AnswerOption(Shape):
    """An answer to pick. `urgent` makes the report urgent; `steps` are said at once when it is picked."""

    id: Id
    label: Label
    urgent: bool = False
    steps: tuple[Line, ...] = ()


class Question(Shape):
    """One question of a guided conversation. `short` names its answer in the review and to the reader of the report.

    `when` looks only backwards, to `choice` and `many` questions. `bars` (people only): whoever is picked never
    receives or opens the report. `limit` is in characters.
    """

    id: Id
    kind: QuestionKind
    ask: Line
    short: Label
    help: Line | None = None
    options: tuple[AnswerOption, ...] = ()
    when: When = Field(default={})
    optional: bool = False
    bars: bool = False
    limit: int = Field(default=3000, ge=1, le=3000)  # Slack's text inputs end at 3,000 characters


class QuestionFile(Shape):
    """The file `questions.yaml`: questions that several flows ask, named in a flow by id."""

    questions: tuple[Question, ...] = ()


class Flow(Shape):
    """A guided conversation: how people tell of it, the safe first steps, and what is asked.

    `noun` is what it is called ("report", "declaration"); `neutral`: it is never styled as a concern; `keeps` is what
    is left of it in the end: a case that is sent to somebody, or only the date. `support` is shown at the end and to
    those who give up half way.
    """

    id: Id
    policy: Id
    title: Label
    offer: Label
    noun: Label = "report"
    neutral: bool = False
    keeps: Literal["case", "date"] = "case"
    clauses: tuple[ClauseId, ...] = Field(min_length=1)
    first_steps: tuple[Line, ...] = Field(min_length=1)
    urgent_steps: tuple[Line, ...] = Field(min_length=1)
    always_urgent: bool = False
    questions: tuple[Id | Question, ...] = Field(min_length=1)
    afterwards: tuple[Line, ...] = ()
    support: tuple[Line, ...] = ()
    tellings: tuple[Phrasing, ...] = ()
    urgent_tellings: tuple[Phrasing, ...] = ()


class Addition(Shape):
    """A role that receives a report as well when some answers were given, and why."""

    when: When = Field(min_length=1)
    role: RoleId
    because: Line


class RouteRule(Shape):
    """Who may receive a kind of report. `how`: all of `receive`, or the reporter picks one, or one or more."""

    receive: tuple[RoleId, ...] = Field(min_length=1)
    how: Literal["all", "one", "some"]
    because: Line
    clauses: tuple[ClauseId, ...] = ()
    also: tuple[Addition, ...] = ()


class RouteFile(Shape):
    """The file `routes.yaml`: a rule for each flow that is sent, and the contact when nobody inside is left."""

    outside: Id
    routes: dict[Id, RouteRule]


class Contact(Shape):
    """Somebody outside. Without `reach` it is not filled in yet, and staff are told to ask `ask`."""

    id: Id
    name: Line
    reach: Line | None = None
    ask: RoleId | None = None
    checked: Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")] | None = None


class ContactFile(Shape):
    """The file `contacts.yaml`."""

    contacts: tuple[Contact, ...] = Field(min_length=1)


Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Days(Shape):
    """A span of days, both included."""

    first: date
    last: date


class OwnDays(Shape):
    """What one academy has otherwise than the others; what is left out is as for all. `closed` are days besides."""

    weekdays: tuple[Weekday, ...] | None = Field(default=None, min_length=1)
    opens: Clock | None = None
    closes: Clock | None = None
    terms: tuple[Days, ...] | None = None
    closed: tuple[Days, ...] | None = None


class Calendar(Shape):
    """The file `calendar.yaml`: when people are at work, and how long they have.

    `terms` empty means all year round. Times are local to `timezone`. `academies` are those with days of their own.
    Whoever has not taken a report is reminded before the time is over; whoever took one and does nothing is reminded
    after `idle_hours` at work, or `urgent_idle_minutes`, and loses it after as long again.
    """

    timezone: Line
    weekdays: tuple[Weekday, ...] = Field(min_length=1)
    opens: Clock
    closes: Clock
    terms: tuple[Days, ...] = ()
    closed: tuple[Days, ...] = ()
    academies: dict[Line, OwnDays] = Field(default={})
    urgent_minutes: int = Field(default=15, ge=1)
    working_hours: int = Field(default=4, ge=1)
    urgent_reminder_minutes: int = Field(default=8, ge=1)
    reminder_hours: int = Field(default=2, ge=1)
    urgent_idle_minutes: int = Field(default=240, ge=1)
    idle_hours: int = Field(default=18, ge=1)
    draft_nudge_days: int = Field(default=7, ge=1)
    draft_warning_days: int = Field(default=12, ge=1)
    draft_days: int = Field(default=14, ge=2)
