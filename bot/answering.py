"""From a cleaned message to what is answered: an answer, several, a choice, "the policy does not say", or a report.

A verdict comes only from an entry that we are sure enough of. In doubt the person is asked which they mean, and
below that the policy is said not to answer, with the nearest clauses as reading and a person to ask.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from bot.compiled import Knowledge
from bot.matching.decide import Candidate, Ranking, rank
from bot.matching.text import normalise
from bot.triage import telling

Kind = Literal["answer", "clarify", "unknown", "report", "multi", "smalltalk"]

_CHOICES = 3
_PARTS = 4
_SHORTEST_PART = 3  # words; "is that ok?" alone asks nothing
_SENTENCE_END = re.compile(r"(?<=[.?!;])\s+|\n+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One matter that the message asks about: an entry or, where the policy is silent, a silence."""

    entry: str | None
    silence: str | None
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a message means, decided once and shown in any form (text, JSON, cards)."""

    kind: Kind
    answers: tuple[Answer, ...] = ()
    suggestions: tuple[str, ...] = ()
    silence: str | None = None
    smalltalk: str | None = None
    report: str | None = None
    urgent: bool = False
    inverted: bool = False
    others: tuple[str, ...] = ()


def find(knowledge: Knowledge, text: str) -> Finding:
    """Decide what a cleaned message means and what it is answered with."""
    whole = _rank(knowledge, text)
    if not whole.sentence.words:
        return Finding(kind="unknown")
    single = _single(knowledge, whole)
    if single.kind == "report":
        return single
    several = _several(knowledge, text)
    return several or replace(single, inverted=_inverted(knowledge, whole))


def _rank(knowledge: Knowledge, text: str) -> Ranking:
    weights = knowledge.library.thresholds.confidence
    return rank(knowledge.index, knowledge.guard, knowledge.same_answer, weights, text)


def _single(knowledge: Knowledge, ranking: Ranking) -> Finding:
    thresholds = knowledge.library.thresholds
    danger = frozenset(knowledge.library.lexicon.danger)
    alarmed = bool(danger & set(ranking.sentence.concepts))
    told = telling(ranking, thresholds, danger)
    others = tuple(c.id for c in ranking.candidates[1:] if c.kind == "entry")[:_CHOICES]
    if told and told.sure:
        return Finding(kind="report", report=told.flow, urgent=told.urgent, suggestions=others)
    first = ranking.candidates[0]
    match first.kind:
        case "smalltalk" if ranking.confidence >= thresholds.smalltalk:
            return Finding(kind="smalltalk", smalltalk=first.id)
        case "silence" if ranking.confidence >= thresholds.clarify:
            return Finding(kind="unknown", silence=first.id, suggestions=others, urgent=alarmed)
        case "entry" if ranking.confidence >= thresholds.answer:
            answer = Answer(entry=first.id, silence=None, score=ranking.confidence)
            flow = knowledge.library.entries[first.id].report
            return Finding(kind="answer", answers=(answer,), report=flow, urgent=alarmed, others=others)
        case "entry" | "report" if ranking.confidence >= thresholds.clarify:
            offered = _distinct(knowledge, [c for c in ranking.candidates if c.kind == "entry"])
            flow = told.flow if told else None
            return Finding(kind="clarify", suggestions=offered, report=flow, urgent=bool(told and told.urgent))
        case _:
            return Finding(kind="unknown", suggestions=others, urgent=alarmed, report=told.flow if told else None)


def _distinct(knowledge: Knowledge, candidates: list[Candidate]) -> tuple[str, ...]:
    """The first few entries that would give different answers: choosing between twins helps nobody."""
    kept: list[Candidate] = []
    for candidate in candidates:
        if not any(knowledge.same_answer(candidate.target, other.target) for other in kept):
            kept.append(candidate)
    return tuple(c.id for c in kept[:_CHOICES])


def _several(knowledge: Knowledge, text: str) -> Finding | None:
    """Two or more questions in one message, each answered; None when the message asks one thing."""
    parts = [part for part in split(knowledge, text) if len(part.split()) >= _SHORTEST_PART][:_PARTS]
    if len(parts) < 2:
        return None
    sure = knowledge.library.thresholds.part
    found: list[Candidate] = []
    answers: list[Answer] = []
    for part in parts:
        ranking = _rank(knowledge, part)
        if not ranking.candidates or ranking.confidence < sure:
            continue
        first = ranking.candidates[0]
        if first.kind not in ("entry", "silence") or any(_twins(knowledge, first, seen) for seen in found):
            continue
        found.append(first)
        is_entry = first.kind == "entry"
        answers.append(
            Answer(
                entry=first.id if is_entry else None,
                silence=None if is_entry else first.id,
                score=ranking.confidence,
            )
        )
    if len(found) < 2 or not any(answer.entry for answer in answers):
        return None
    flow = next((f for a in answers if a.entry and (f := knowledge.library.entries[a.entry].report)), None)
    return Finding(kind="multi", answers=tuple(answers), report=flow)


def _twins(knowledge: Knowledge, one: Candidate, other: Candidate) -> bool:
    return one.target == other.target or knowledge.same_answer(one.target, other.target)


def split(knowledge: Knowledge, text: str) -> list[str]:
    """The questions in a message: sentences, and clauses joined by "and" that begin a question of their own."""
    starts = tuple(tuple(s.split()) for s in knowledge.library.lexicon.question_starts)
    spellings = knowledge.library.lexicon.spellings
    questions: list[str] = []
    for sentence in _SENTENCE_END.split(text):
        for piece in _clauses(sentence):
            words = normalise(piece, spellings)
            asks = any(tuple(words[: len(start)]) == start for start in starts)
            if asks or not questions or (piece.endswith("?") and piece == sentence):
                questions.append(piece)
            else:
                questions[-1] = f"{questions[-1]} {piece}"
    return questions


_JOINS = re.compile(r"(?:,|\s-)?\s+(?:and|also|plus|then)\s+(?:also\s+)?|,\s+|:\s+", re.IGNORECASE)


def _clauses(sentence: str) -> Iterator[str]:
    yield from (piece for piece in _JOINS.split(sentence) if piece.strip())


def _inverted(knowledge: Knowledge, ranking: Ranking) -> bool:
    """Whether "no" could be read the wrong way round: "is it against the rules to…?" asks for a yes."""
    said = f" {' '.join(ranking.sentence.words)} "
    return any(f" {phrase} " in said for phrase in knowledge.library.lexicon.inverted)
