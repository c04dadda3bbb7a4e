"""Every sentence the assistant says that is not about one matter: read from `knowledge/wording.yaml`."""

from __future__ import annotations

from bot.knowledge import Label, Line, Shape, VerdictWord


class Wording(Shape):
    """The fixed sentences. `{…}` is filled in; which names may stand there is told per field."""

    assistant: Label
    welcome: Line
    sample_questions: tuple[Label, ...]
    verdicts: dict[VerdictWord, Label]
    quote_source: Line  # {policy} {version}
    version: Line  # {date}
    review_overdue: Line  # {due}
    also: Line  # {sources}
    instead: Line
    report_offer: Line
    feedback_prompt: Line
    helpful: Label
    not_helpful: Label
    not_meant: Label
    feedback_thanks: Line
    feedback_sorry: Line
    not_meant_choices: Line
    not_meant_nothing: Line
    clarify: Line
    none_of_these: Label
    none_of_these_reply: Line
    unknown: Line
    unknown_ask: Line  # {role}
    unknown_near: Line
    unknown_rephrase: Line
    multi: Line  # {count}
    report_heard: Line
    report_urgent: Line
    report_tell: Line  # {roles}
    report_started: Line
    also_a_question: Line
    cut: Line  # {limit}
    empty: Line
    unreadable: Line
    stale_choice: Line
    reload_fault: Line
    facts: dict[str, Label]
