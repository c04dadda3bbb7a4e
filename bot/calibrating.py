"""Measure on examples how sure is sure enough, and write it where it belongs: with the knowledge.

Thresholds are never set by hand. Sureness is a logistic model over the signs of `bot/matching/decide.py`, and each
threshold is the lowest that keeps its kind of mistake as rare as promised, on the examples marked "calibrate".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.compiled import Knowledge
from bot.compiling import open_knowledge
from bot.errors import Fault, KnowledgeError
from bot.folder import THRESHOLDS
from bot.knowledge import Example, Thresholds
from bot.loading import load
from bot.matching.decide import SIGNS, rank, sureness
from bot.matching.text import clean
from bot.settings import Settings

_MISLEADING = 0.013  # of all questions: answered with the wrong clause, or although the policy is silent
_FALSE_REPORT = 0.01  # of all messages that tell of nothing: taken for a report
_PART = 0.7  # a part has fewer words to be sure by; measured: 10 points more double questions, no more mistakes
_FLOOR = 0.2
_NEEDED = 100  # examples, below which a calibration would be chance


@dataclass(frozen=True, slots=True)
class _Seen:
    """One example as the matcher sees it: signs, the kind of its first, and whether the first is right."""

    signs: tuple[float, ...]
    kind: str
    right: bool
    telling: bool


def calibrate(settings: Settings, progress: Callable[[str], None]) -> str:
    """Write `thresholds.yaml` and return what was measured. Raises KnowledgeError if there are too few examples."""
    library = load(settings.knowledge)
    examples = [example for file in library.examples for example in file.calibrate if not example.and_expect]
    if len(examples) < _NEEDED:
        remedy = f"Write at least {_NEEDED} sentences under calibrate."
        raise KnowledgeError([Fault("examples/", "", f"{len(examples)} examples are too few to calibrate", remedy)])
    knowledge = open_knowledge(settings.knowledge, settings.cache, progress)
    seen = [_see(knowledge, example) for example in examples]
    weights = _fit([s.signs for s in seen], [s.right for s in seen])
    thresholds = _thresholds(seen, weights)
    text = "# Written by `candour calibrate` from examples/; change the examples, not this file.\n" + "".join(
        f"{name}: {value if not isinstance(value, tuple) else list(value)}\n"
        for name, value in thresholds.model_dump().items()
    )
    (settings.knowledge / THRESHOLDS).write_text(text, encoding="utf-8")
    right = sum(s.right for s in seen) / len(seen)
    return f"Measured {len(seen)} examples; the first is right in {right:.1%}.\n{text}"


def _see(knowledge: Knowledge, example: Example) -> _Seen:
    ranking = rank(knowledge.index, knowledge.guard, knowledge.same_answer, (), clean(example.q).text)
    if not ranking.candidates:
        return _Seen((0.0,) * len(SIGNS), "", False, False)
    first = ranking.candidates[0]
    return _Seen(
        signs=ranking.signs,
        kind=first.kind,
        right=any(knowledge.meets(first.target, expected) for expected in example.expect),
        telling=example.expect[0].startswith("report:"),
    )


def _fit(signs: Sequence[Sequence[float]], right: Sequence[bool]) -> tuple[float, ...]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=10.0, fit_intercept=False, max_iter=2000)
    model.fit(np.array(signs), np.array(right))
    return tuple(round(float(weight), 4) for weight in model.coef_[0])


def _thresholds(seen: Sequence[_Seen], weights: tuple[float, ...]) -> Thresholds:
    sure = [sureness(s.signs, weights) for s in seen]
    scored = list(zip(seen, sure, strict=True))
    entries = [(c, s.right) for s, c in scored if s.kind == "entry"]
    reports = [(c, s.telling) for s, c in scored if s.kind == "report"]
    talk = [(c, s.right) for s, c in scored if s.kind == "smalltalk"]
    calm = sum(not s.telling for s in seen)
    answer = max(_lowest(entries, round(_MISLEADING * len(seen))), 2 * _FLOOR)
    return Thresholds(
        confidence=weights,
        answer=answer,
        clarify=round(answer / 2, 3),
        report=_lowest(reports, round(_FALSE_REPORT * calm)),
        smalltalk=_lowest(talk, 1),
        part=round(answer * _PART, 3),
    )


def _lowest(scored: Sequence[tuple[float, bool]], mistakes: int) -> float:
    """The lowest threshold above which at most so many are wrong, but never below `_FLOOR`: examples that happen to
    be easy are no reason to answer whatever is asked."""
    wrong = sorted((sure for sure, right in scored if not right), reverse=True)
    found = wrong[mistakes] + 0.001 if len(wrong) > mistakes else _FLOOR
    return round(min(max(found, _FLOOR), 0.99), 3)
