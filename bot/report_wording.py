"""Every sentence of the guided conversations and of what follows them: read from `knowledge/report-wording.yaml`."""

from __future__ import annotations

from typing import Literal

from bot.knowledge import Label, Line, Phrasing, Shape

Command = Literal["report", "mine", "home", "back", "skip", "later", "cancel", "hide", "carry-on", "yes", "no"]
"""What can be typed instead of pressed."""


class StepLabels(Shape):
    """The steps of a case's life, as its ledger tells them."""

    sent: Line
    delivered: Line
    not_delivered: Line
    reminded: Line
    asked: Line
    planned: Line
    escalated: Line
    nobody_left: Line
    lapsed: Line
    rerouted: Line
    opened: Line
    taken: Line
    message: Line
    note: Line
    handed_over: Line
    conflict: Line
    included: Line
    excluded: Line
    retyped: Line
    urgent: Line
    normal: Line
    referred: Line
    spoke: Line
    looked: Line
    tested: Line
    checked: Line
    named: Line
    locked_out: Line
    proposed: Line
    proposal_opened: Line
    signal_opened: Line
    agreed: Line
    declined: Line
    decided: Line
    not_decided: Line
    closed: Line
    reopened: Line
    link_made: Line
    exported: Line
    added: Line
    withdrawn: Line
    confirmed: Line
    ended: Line
    rated: Line


class ReportWording(Shape):
    """The fixed sentences about reports. `{…}` is filled in; `REPORT_PLACES` tells which names may stand where."""

    commands: dict[Command, tuple[Phrasing, ...]]
    playground_name: Label
    this_chat: Label
    the_role: Line  # {role}
    # Before it begins
    menu: Line
    start: Line  # {platform}
    start_date: Line
    begin: Label
    who_label: Label
    who_all: Line  # {roles}
    who_choose: Line  # {roles}
    who_then: Line  # {roles}
    not_now: Label
    not_now_reply: Line
    unfinished: Line  # {noun}
    replace: Label
    # The questions
    first_question: Line  # {total}
    next_question: Line  # {number} {total}
    changed_answer: Line  # {question} {answer}
    write: Label
    write_hint: Line
    choose: Label
    choose_hint: Line
    save_text: Label
    save_ticks: Label
    named: Label
    named_words: Line
    confidential: Label
    confidential_words: Line  # {recipients}
    back: Label
    skip: Label
    later: Label
    later_reply: Line  # {noun} {date}
    carry_on: Label
    hide: Label
    hidden: Line
    cancel: Label
    cancel_ask: Line  # {noun} {count}
    cancel_yes: Label
    cancel_no: Label
    cancelled: Line  # {noun}
    support: Line
    typed_story: Line  # {noun}
    form_closed: Line
    form_empty: Line
    nothing_ticked: Line
    form_too_long: Line  # {count} {limit}
    stale_form: Line
    repeated: Line
    in_private: Line
    here_we_are: Line
    open_private: Label
    file_offered: Line  # {lead}
    # The review
    ready: Line  # {noun}
    read_and_send: Label
    review: Label
    review_intro: Line
    review_changed: Line
    link: Label
    change: Label
    remove: Label
    not_answered: Label
    nobody_ticked: Label
    receives: Label
    receives_nobody: Line  # {contact}
    receives_then: Label
    send: Label
    too_many: Line  # {count} {time}
    # The receipt
    saved: Line  # {time} {roles} {ref} {due} {next}
    saved_last: Line  # {time} {roles} {ref} {due} {contact}
    saved_nobody: Line  # {time} {ref} {contact}
    receipt: Line  # {code}
    not_saved: Line  # {contact}
    afterwards: Line
    done_nothing: Line
    done: Line
    # My reports, and the cases that wait
    home: Label
    mine: Label
    mine_none: Line
    report_something: Label
    open: Label
    reference: Label
    urgency: Label
    urgent: Label
    normal: Label
    age: Label
    standing: Label
    ledger: Label
    ledger_line: Line  # {time} {step}
    steps: StepLabels  # {role} {contact} {other}
    next_due: Line  # {due}
    add: Label
    add_label: Line
    added_reply: Line  # {ref}
    added_told: Line
    withdraw: Label
    withdraw_ask: Line
    withdraw_yes: Label
    withdraw_no: Label
    withdrawn_reply: Line  # {ref}
    not_yours: Line
    damaged: Line
    # Letters: they say that, and never what
    alert: Line
    alert_urgent: Line
    alert_taken: Line
    notice: Line
    handler_notice: Line
    nudge: Line  # {date}
    expired: Line
    roles_changed: Line
    # The open case
    case: Label  # {ref}
    kind: Label
    place: Label
    reporter: Label
    reporter_named: Line  # {name}
    reporter_confidential: Line  # {name}
    reporter_hidden: Line
    received_because: Line  # {reasons}
    take: Label
    taken: Line
    taken_by: Line  # {who} {time}
    case_withdrawn: Line
    contact_ask: Line  # {name} {role}
    contact_reach: Line  # {name} {reach}


_BY_ROLE = (
    *("escalated", "lapsed", "rerouted", "opened", "taken", "message", "note", "conflict", "urgent", "normal"),
    *("referred", "spoke", "looked", "tested", "checked", "named", "locked_out", "proposed", "proposal_opened"),
    *("signal_opened", "agreed", "declined"),
    *("closed", "reopened", "link_made", "exported"),
)

_NAMES = {
    "the_role": "role",
    "start": "platform",
    "who_all": "roles",
    "who_choose": "roles",
    "who_then": "roles",
    "unfinished": "noun",
    "first_question": "total",
    "next_question": "number total",
    "changed_answer": "question answer",
    "confidential_words": "recipients",
    "later_reply": "noun date",
    "cancel_ask": "noun count",
    "cancelled": "noun",
    "typed_story": "noun",
    "form_too_long": "count limit",
    "file_offered": "lead",
    "ready": "noun",
    "receives_nobody": "contact",
    "too_many": "count time",
    "saved": "time roles ref due next",
    "saved_last": "time roles ref due contact",
    "saved_nobody": "time ref contact",
    "receipt": "code",
    "not_saved": "contact",
    "ledger_line": "time step",
    "steps.delivered": "role",
    "steps.not_delivered": "role",
    "steps.nobody_left": "contact",
    "steps.handed_over": "role other",
    "steps.included": "role other",
    "steps.excluded": "role other",
    "steps.retyped": "role other",
    **{f"steps.{step}": "role" for step in _BY_ROLE},
    "next_due": "due",
    "added_reply": "ref",
    "withdrawn_reply": "ref",
    "nudge": "date",
    "case": "ref",
    "reporter_named": "name",
    "reporter_confidential": "name",
    "received_because": "reasons",
    "taken_by": "who time",
    "contact_ask": "name role",
    "contact_reach": "name reach",
}
REPORT_PLACES: dict[str, frozenset[str]] = {key: frozenset(names.split()) for key, names in _NAMES.items()}
"""Which names in braces each sentence may hold; none elsewhere. `steps.` stands before the labels of the steps."""
