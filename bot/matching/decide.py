"""From margins to a ranking, and to how sure we may be that its first is right.

A margin alone says little: a long story scores low everywhere, a short one high. So sureness is a small logistic
model over what separates right from wrong firsts. Its numbers are the organisation's own, measured on
`knowledge/examples` by `candour calibrate` and kept with the knowledge.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.matching.features import Sentence
from bot.matching.index import Index
from bot.matching.qualify import Guard

SIGNS = ("bias", "margin", "lead", "kind lead", "likeness", "known", "length")
"""What sureness is judged by; the order of `thresholds.confidence`."""

_UNCALIBRATED = (-4.5, -0.5, 4.8, 0.7, 4.2, 2.0, 0.0)
# What the first organisation's examples gave, a little more careful: a start for one that has not calibrated yet.
_RANKED = 12
_CONTEXT = 0.5  # how much the whole message counts beside its part; measured on double questions

SameAnswer = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something the sentence may mean. `target` is "entry:…", "silence:…", "report:…" or "smalltalk:…"."""

    target: str
    margin: float

    @property
    def kind(self) -> str:
        """entry, silence, report or smalltalk."""
        return self.target.partition(":")[0]

    @property
    def id(self) -> str:
        """The id within its kind, without the mark of urgency."""
        return self.target.partition(":")[2].rstrip("!")

    @property
    def urgent(self) -> bool:
        """Whether the candidate is an urgent report."""
        return self.target.endswith("!")


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a sentence may mean, best first, with reasons: how sure, and the phrasing that is nearest to it."""

    sentence: Sentence
    candidates: tuple[Candidate, ...]
    signs: tuple[float, ...]
    confidence: float
    nearest: str

    def best(self, *kinds: str) -> Candidate | None:
        """The first candidate of any of these kinds, if one was ranked."""
        return next((c for c in self.candidates if c.kind in kinds), None)


def rank(
    index: Index,
    guard: Guard,
    same: SameAnswer,
    weights: Sequence[float],
    text: str,
    context: str = "",
    without: str = "",
) -> Ranking:
    """Rank what a cleaned message may mean. `same` tells whether two targets would give the same answer.

    A target that contradicts a qualifier in the message is left out, whatever its score, and so is the kind
    `without`. `context` is the message that the text is a part of: "and can I film them?" depends on what was said
    before.
    """
    sentence = index.read(text)
    scores = index.score(sentence)
    if context:
        scores = ((scores + _CONTEXT * index.score(index.read(context))) / (1 + _CONTEXT)).astype(np.float32)
    named = guard.find(sentence)
    kept: list[Candidate] = []
    numbers: list[int] = []
    for number in np.argsort(-scores):
        candidate = Candidate(index.targets[number], float(scores[number]))
        if candidate.kind != without and not guard.contradicts(candidate.target, named):
            kept.append(candidate)
            numbers.append(int(number))
        if len(kept) == _RANKED:
            break
    if not kept:
        return Ranking(sentence, (), (), 0.0, "")
    nearest, likeness = index.nearest_phrasing(numbers[0], sentence)
    known = index.known_share(sentence)
    signs = _signs(kept, same, likeness, known, len(sentence.words))
    return Ranking(sentence, tuple(kept), signs, sureness(signs, weights), nearest)


def sureness(signs: Sequence[float], weights: Sequence[float]) -> float:
    """How likely the first is right, 0 to 1, with the organisation's calibration or, before it, a careful guess."""
    used = weights if len(weights) == len(signs) else _UNCALIBRATED
    total = sum(w * s for w, s in zip(used, signs, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def _signs(
    candidates: Sequence[Candidate], same: SameAnswer, likeness: float, known: float, words: int
) -> tuple[float, ...]:
    first = candidates[0]
    rival = next((c for c in candidates[1:] if not same(first.target, c.target)), candidates[-1])
    other_kind = next((c for c in candidates[1:] if c.kind != first.kind), candidates[-1])
    lead = min(first.margin - rival.margin, 2.0)
    kind_lead = min(first.margin - other_kind.margin, 2.0)
    return (1.0, first.margin, lead, kind_lead, likeness, known, math.log1p(words))
