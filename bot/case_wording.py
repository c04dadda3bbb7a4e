"""Every sentence of casework, for handlers, deciders and at the end for reporters: `knowledge/case-wording.yaml`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bot.knowledge import Id, Label, Line, Shape
from bot.shelves import Shelf

Action = Literal[
    "take",
    "more",
    "message",
    "note",
    "hand-over",
    "conflict",
    "retype",
    "include",
    "exclude",
    "urgent",
    "normal",
    "refer",
    "speak",
    "look",
    "test",
    "check",
    "name",
    "propose",
    "agree",
    "decline",
    "close",
    "reopen",
    "export",
    "add",
    "rate",
    "reopen-own",
    "confirm",
    "ended",
    "figures",
]


class FieldWords(Shape):
    """A field of a window: its label, and what helps to fill it in."""

    label: Line
    help: Line | None = None


class ActionWords(Shape):
    """What can be done: the button, and where a window is needed, what stands in it and what is said afterwards."""

    label: Label
    intro: Line | None = None
    send: Label | None = None
    done: Line | None = None
    fields: dict[Id, FieldWords] = Field(default={})


class CaseWording(Shape):
    """The fixed sentences of casework. `{…}` is filled in; `CASE_PLACES` tells which names may stand where."""

    actions: dict[Action, ActionWords]
    shelves: dict[Shelf, Label]
    # Lists
    home_empty: Line
    none_here: Line
    lists: Line
    older: Label
    back_home: Label
    late: Label
    late_here: Label
    # The open case
    only_handlers: Label
    to_reporter: Label  # {role} {time}
    from_reporter: Label  # {time}
    note_by: Label  # {role} {time}
    written_by: Label  # {step} {role} {time}
    earlier: Line  # {count}
    how_on: Line
    take_first: Line
    next_step: Line  # {due}
    no_closing: Line
    harm_by: Line  # {roles}
    not_now: Line
    already: Line
    advice_first: Line  # {because}
    advice_due: Line  # {contact} {due}
    harm_met: Label
    outcome: Label
    referred: Label
    referred_to: Line  # {whom} {who} {when}
    reference_was: Line  # {reference}
    advice_was: Line  # {advice}
    # Filling in
    fill_in: Line  # {field}
    too_long: Line  # {field} {count} {limit}
    choose_one: Line  # {field}
    not_found: Line
    other: Label
    answer_yes: Label
    answer_unsure: Label
    answer_no: Label
    answer_not_yet: Label
    # Two-person decisions
    proposal: Label
    purpose: Label
    viewed: Label
    why: Label
    proposed_by: Line  # {who} {time}
    agreed_by: Line  # {who} {time}
    declined_by: Line  # {who} {time} {reason}
    needed: Line  # {count}
    proposal_over: Line
    until: Label
    # Records and figures
    parts: dict[Literal["reporter", "handlers", "notes", "outside"], Label]
    link_ready: Line  # {minutes}
    link_label: Label
    no_pages: Line
    # What the reporter reads
    how_it_ended: Line
    their_message: Label  # {role} {time}
    your_words: Label  # {time}
    rated: Line
    # Letters: they say that, and never what
    alert_closed: Line
    reminder: Line
    reminder_taken: Line
    reminder_many: Line  # {count}
    wanted: Label
    wanted_take: Line  # {due}
    wanted_step: Line
    wanted_or_lapses: Line  # {due}
    confirm_notice: Line
    decision_notice: Line
    decision_over: Line
    signal_notice: Line
    no_longer_yours: Line

    def answer(self, value: str) -> str:
        """What was answered to a test or a check, as it was shown; anything else as it is."""
        shown = {"yes": self.answer_yes, "unsure": self.answer_unsure, "no": self.answer_no}
        return {**shown, "not-yet": self.answer_not_yet}.get(value, value)


_NAMES = {
    "next_step": "due",
    "harm_by": "roles",
    "to_reporter": "role time",
    "from_reporter": "time",
    "note_by": "role time",
    "written_by": "step role time",
    "earlier": "count",
    "advice_first": "because",
    "advice_due": "contact due",
    "referred_to": "whom who when",
    "reference_was": "reference",
    "advice_was": "advice",
    "fill_in": "field",
    "too_long": "field count limit",
    "choose_one": "field",
    "proposed_by": "who time",
    "agreed_by": "who time",
    "declined_by": "who time reason",
    "needed": "count",
    "link_ready": "minutes",
    "their_message": "role time",
    "your_words": "time",
    "reminder_many": "count",
    "wanted_take": "due",
    "wanted_or_lapses": "due",
}
_NAMES |= {f"actions.{action}.done": "ref" for action in ("hand-over", "conflict", "reopen-own")}
CASE_PLACES: dict[str, frozenset[str]] = {key: frozenset(names.split()) for key, names in _NAMES.items()}
"""Which names in braces each sentence may hold; none elsewhere."""

FIELDS: dict[Action, tuple[str, ...]] = {
    "message": ("text",),
    "note": ("text",),
    "hand-over": ("to", "reason"),
    "conflict": ("reason",),
    "retype": ("flow", "reason"),
    "include": ("to",),
    "exclude": ("who", "reason"),
    "refer": ("whom", "who", "when", "reference", "advice"),
    "speak": ("text",),
    "look": ("text",),
    "check": ("note",),
    "name": ("person",),
    "propose": ("purpose", "viewed", "why"),
    "decline": ("reason",),
    "close": ("outcome", "line"),
    "reopen": ("reason",),
    "reopen-own": ("reason",),
    "export": ("without", "words"),
}
"""The fields that each window has, and that the wording must therefore name."""
