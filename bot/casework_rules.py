"""The shape of `knowledge/casework.yaml`: how cases are worked on, as far as the organisation and its policy decide."""

from __future__ import annotations

from pydantic import Field

from bot.flows import When
from bot.knowledge import Id, Label, Line, RoleId, Shape


class Outcome(Shape):
    """How a case can end. `label` is for handlers and figures, `told` is what the reporter reads.

    `pick`: whether it can be picked when a case is closed; others follow from what was checked. `counts`: whether a
    case that ended so still counts as a concern about somebody.
    """

    id: Id
    label: Label
    told: Line
    pick: bool = True
    counts: bool = True


OTHER = "other"
"""Somebody outside whom the contacts do not name; never an id of a contact."""


class AdviceFirst(Shape):
    """When nobody may speak to the person or look into it before somebody outside has given advice.

    For these `flows`; and where any of the questions in `when` was answered so. `whom`: whose advice counts, or that
    of any contact. `because` is said to handlers.
    """

    flows: tuple[Id, ...] = ()
    when: dict[Id, tuple[Id, ...]] = Field(default={})
    whom: tuple[Id, ...] = ()
    because: Line


class HarmQuestion(Shape):
    """One question of the harm test, answered with yes, unsure or no."""

    id: Id
    ask: Line


class HarmTest(Shape):
    """The questions that show whether somebody outside must be told, for `roles` who work on cases of these `flows`.

    Any "yes" or "unsure" starts a clock of one working day, holidays of the school or not, until `contact` is told.
    """

    label: Label
    intro: Line
    flows: tuple[Id, ...] = Field(min_length=1)
    roles: tuple[RoleId, ...] = Field(min_length=1)
    questions: tuple[HarmQuestion, ...] = Field(min_length=1, max_length=8)
    contact: Id
    met: Line
    not_met: Line


class Check(Shape):
    """Something that must be so before a declaration or request is settled; asked only `when` it applies."""

    id: Id
    ask: Line
    short: Label
    when: When = Field(default={})


class Checklist(Shape):
    """What is checked of one kind of report that is no concern: a declaration, a request.

    All "yes" ends it with the outcome `met`, a "no" with `refused` if there is one. With `confirm_days` it is kept in
    a register, and its reporter is asked again after so many days whether it still holds.
    """

    label: Label
    questions: tuple[Check, ...] = Field(min_length=1, max_length=8)
    met: Id
    refused: Id | None = None
    confirm_days: int | None = Field(default=None, ge=1, le=366)


class TwoPersonDecision(Shape):
    """A step that takes `needed` different persons out of `roles`, for cases of these `flows`.

    It ends after `working_hours` without enough of them; half way there they are reminded.
    """

    label: Label
    intro: Line
    decided: Line
    flows: tuple[Id, ...] = Field(min_length=1)
    roles: tuple[RoleId, ...] = Field(min_length=1)
    needed: int = Field(default=2, ge=2)
    working_hours: int = Field(default=18, ge=1)


class Repeat(Shape):
    """When several concerns about one person are noticed: the `count`-th within `days`, told to `tell` alone.

    Counted for these `flows`; of whom a concern is about are those ticked in `questions`, and whom a handler names.
    """

    flows: tuple[Id, ...] = Field(min_length=1)
    questions: tuple[Id, ...] = ()
    count: int = Field(default=3, ge=2)
    days: int = Field(default=365, ge=1)
    tell: RoleId
    label: Label
    intro: Line
    told: Line  # {count} {ref} {roles}


class OpinionOption(Shape):
    """An answer to a question about how it went."""

    id: Id
    label: Label


class Opinion(Shape):
    """One of the questions that a reporter is asked at the end; the answers are counted, without the case."""

    id: Id
    ask: Line
    short: Label
    options: tuple[OpinionOption, ...] = Field(min_length=2, max_length=5)


class CaseworkRules(Shape):
    """The file `casework.yaml`. `referrals` are contacts that can be told; `figures` are roles that see the figures.

    In figures nothing is counted out that concerns fewer than `smallest` cases.
    """

    outcomes: tuple[Outcome, ...] = Field(min_length=1)
    advice_first: AdviceFirst | None = None
    referrals: tuple[Id, ...] = ()
    harm_test: HarmTest | None = None
    checklists: dict[Id, Checklist] = Field(default={})
    decision: TwoPersonDecision | None = None
    repeat: Repeat | None = None
    how_it_went: tuple[Opinion, ...] = ()
    figures: tuple[RoleId, ...] = ()
    smallest: int = Field(default=5, ge=2)

    def outcome(self, name: str) -> Outcome | None:
        """An outcome by its id."""
        return next((outcome for outcome in self.outcomes if outcome.id == name), None)
