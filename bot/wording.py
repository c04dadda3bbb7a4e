"""Every sentence the assistant says that is not about one matter: read from `knowledge/wording.yaml`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.knowledge import Label, Line, Shape


class VerdictLabels(Shape):
    """The word shown first, one for each kind of verdict."""

    no: Label
    yes: Label
    conditional: Label
    must: Label
    info: Label
    advised_against: Label
    advised: Label
    forbidden: Label


class FactLabels(Shape):
    """The names of the facts in a policy's head."""

    policy_owner: Label
    ratified_by: Label
    date: Label
    next_review: Label


class Wording(Shape):
    """The fixed sentences. `{…}` is filled in; `PLACES` tells which names may stand where."""

    assistant: Label
    welcome: Line
    sample_questions: tuple[Label, ...]
    verdicts: VerdictLabels
    silent: Label
    source: Line  # {section} {title} {paragraph}
    version: Line  # {policy} {date}
    review_overdue: Line  # {policy} {date} {due}
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
    one_of: Label
    all_of: Label
    also_a_question: Line
    cut: Line  # {limit}
    empty: Line
    unreadable: Line
    stale_choice: Line
    search: Label
    topics: Label
    refused: Line
    refused_for_now: Line
    reload_fault: Line
    facts: FactLabels
    months: Annotated[tuple[Label, ...], Field(min_length=12, max_length=12)]


PLACES: dict[str, frozenset[str]] = {
    "source": frozenset({"section", "title", "paragraph"}),
    "version": frozenset({"policy", "date"}),
    "review_overdue": frozenset({"policy", "date", "due"}),
    "also": frozenset({"sources"}),
    "unknown_ask": frozenset({"role"}),
    "multi": frozenset({"count"}),
    "report_tell": frozenset({"roles"}),
    "cut": frozenset({"limit"}),
}
"""Which names in braces each sentence may hold; none elsewhere."""
