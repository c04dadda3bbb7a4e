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


@dataclass(frozen=True, slots=True)
class Telling:
    """Somebody tells of an event: which kind of report it is, whether it is urgent, and how sure that is."""

    flow: str
    urgent: bool
    sure: bool


def telling(ranking: Ranking, thresholds: Thresholds, danger: frozenset[str]) -> Telling | None:
    """The event that a message tells of, or None when it asks or chats.

    `danger` are the concepts that make any telling urgent (the lexicon's `danger`). `sure` is False when the
    message may also be a question; then the caller offers both.
    """
    first = ranking.best("report")
    if first is None or not ranking.candidates or ranking.candidates[0].kind != "report":
        return None
    urgent = first.urgent or _urgent_behind(ranking, first) or bool(danger & set(ranking.sentence.concepts))
    return Telling(flow=first.id, urgent=urgent, sure=ranking.confidence >= thresholds.report)


def _urgent_behind(ranking: Ranking, first: Candidate) -> bool:
    return any(c.urgent and first.margin - c.margin <= _URGENT_BEHIND for c in ranking.candidates)
