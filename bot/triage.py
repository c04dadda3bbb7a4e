"""Is this a question, or is somebody telling us that something happened?

"A pupil sent me a nude" gets the first safe steps at once; "what do I do if a pupil sends me a nude" gets the
answer and the offer. The ranking has learnt the difference from the tellings in `knowledge/flows`; what is decided
here is how much doubt is allowed, and whether it is urgent, where doubt counts as yes.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.knowledge import Thresholds
from bot.matching.decide import Candidate, Ranking

_URGENT_BEHIND = 0.25
"""An urgent report this close behind a calm one is taken as urgent: the first steps for urgent ones do no harm."""

_TOLD_BEHIND = {False: 0.2, True: 0.5}
"""How far a report (calm, urgent) may lie behind an answer when the message asks nothing at all.

On our examples the first finds 6 of 11 tellings that would be missed and takes 11 of 2,600 others for one.
"""


@dataclass(frozen=True, slots=True)
class Telling:
    """Somebody tells of an event: which kind of report it is, whether it is urgent, and how sure that is."""

    flow: str
    urgent: bool
    sure: bool


_ASKS_BEHIND = 0.5
"""How far a rule may lie behind a calm report in a message that begins as a question."""

_FAINT = -0.75
"""A report that sounds fainter than this is no telling: anything strange sounds a little like something."""


def telling(ranking: Ranking, thresholds: Thresholds, danger: frozenset[str], asks: bool) -> Telling | None:
    """The event that a message tells of, or None when it asks or chats.

    `danger` are the concepts that make any telling urgent; `asks` says that the message has the form of a question.
    `sure` is False when it may also be a question; then the caller offers both.
    """
    told = ranking.best("report")
    if told is None or told.margin < _FAINT:
        return None
    behind = ranking.candidates[0].margin - told.margin
    if behind > 0 and (asks or behind > _TOLD_BEHIND[told.urgent] or ranking.candidates[0].kind == "smalltalk"):
        return None
    urgent = told.urgent or _urgent_behind(ranking, told) or bool(danger & set(ranking.sentence.concepts))
    return Telling(flow=told.id, urgent=urgent, sure=behind > 0 or ranking.confidence >= thresholds.report)


def may_ask(ranking: Ranking) -> bool:
    """Whether what sounds like a calm report may be a question after all, because a rule comes close.

    "Is it against the rules to give a pupil my number?" sounds like owning up to it.
    """
    told, rule = ranking.best("report"), ranking.best("entry")
    if not (told and rule) or told != ranking.candidates[0] or told.urgent:
        return False
    return told.margin - rule.margin < _ASKS_BEHIND


def _urgent_behind(ranking: Ranking, told: Candidate) -> bool:
    return any(c.urgent and told.margin - c.margin <= _URGENT_BEHIND for c in ranking.candidates)
