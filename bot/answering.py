"""From a cleaned message to what is answered: an answer, several, a choice, "the policy does not say", or a report.

A verdict comes only from an entry that we are sure enough of. In doubt the person is asked which they mean, and
below that the policy is said not to answer, with the nearest clauses as reading and a person to ask.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from bot.compiled import Knowledge
from bot.knowledge import Entry, Form, Verdict
from bot.matching.decide import Candidate, Ranking, rank
from bot.splitting import opens, questions, sentences_that_ask, statements
from bot.triage import Telling, may_ask, telling

Kind = Literal["answer", "clarify", "unknown", "report", "multi", "smalltalk"]

_CHOICES = 3
_PARTS = 4
_NEAR = 0.5  # margin behind the first within which a rule may be what a telling was about
_SURELY_TOLD = 0.6
_DOUBT = 0.25  # margin behind the first within which a message may be telling after all


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One matter that the message asks about: an entry or, where the policy is silent, a silence."""

    entry: str | None
    silence: str | None
    verdict: Verdict | None
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
    """Decide what a cleaned message means and what it is answered with.

    A sign of danger anywhere in the message makes whatever is found urgent.
    """
    whole = _rank(knowledge, text)
    if may_ask(whole) and _asks_surely(knowledge, whole, text):
        whole = _rank(knowledge, text, without="report")
    if not whole.sentence.words:
        return Finding(kind="unknown")
    single = _single(knowledge, whole, text)
    alarmed = single.urgent or bool(set(knowledge.library.lexicon.danger) & set(whole.sentence.concepts))
    found = _told_aside(knowledge, text, single) or _several(knowledge, text) or _short_of_it(knowledge, text, single)
    return replace(found, urgent=found.urgent or alarmed, inverted=_inverted(knowledge, whole))


def _rank(knowledge: Knowledge, text: str, context: str = "", without: str = "") -> Ranking:
    weights = knowledge.library.thresholds.confidence
    return rank(knowledge.index, knowledge.guard, knowledge.same_answer, weights, text, context, without)


def _tells(knowledge: Knowledge, ranking: Ranking, text: str) -> Telling | None:
    asks = _asks(knowledge, ranking, text)
    return telling(ranking, knowledge.library.thresholds, frozenset(knowledge.library.lexicon.danger), asks)


def _single(knowledge: Knowledge, ranking: Ranking, text: str) -> Finding:
    thresholds = knowledge.library.thresholds
    told = _tells(knowledge, ranking, text)
    if told and told.sure:
        return _report(ranking, told)
    first = ranking.candidates[0]
    others = tuple(c.id for c in ranking.candidates[1:] if c.kind == "entry")[:_CHOICES]
    match first.kind:
        case "smalltalk" if ranking.confidence >= thresholds.smalltalk:
            return Finding(kind="smalltalk", smalltalk=first.id)
        case "silence" if ranking.confidence >= thresholds.clarify:
            return Finding(kind="unknown", silence=first.id, suggestions=others)
        case "entry" if ranking.confidence >= thresholds.answer:
            answer = _answer(knowledge, first, ranking, text)
            flow = knowledge.library.entries[first.id].report
            return Finding(kind="answer", answers=(answer,), report=flow, others=others)
        case "entry" | "report" if ranking.confidence >= thresholds.clarify:
            offered = _distinct(knowledge, [c for c in ranking.candidates if c.kind == "entry"])
            flow = told.flow if told else _near_report(ranking)
            return Finding(kind="clarify", suggestions=offered, report=flow, urgent=bool(told and told.urgent))
        case _:
            return Finding(kind="unknown", suggestions=others, report=told.flow if told else None)


def _answer(knowledge: Knowledge, first: Candidate, ranking: Ranking, text: str) -> Answer:
    if first.kind != "entry":
        return Answer(entry=None, silence=first.id, verdict=None, score=ranking.confidence)
    verdict = _verdict(knowledge, knowledge.library.entries[first.id], ranking, text)
    return Answer(entry=first.id, silence=None, verdict=verdict, score=ranking.confidence)


def _verdict(knowledge: Knowledge, entry: Entry, ranking: Ranking, text: str) -> Verdict:
    """The entry's verdict, fitted to how it was asked: "which address do I use?" asks for no "You must"."""
    lexicon = knowledge.library.lexicon
    form: Form | None = None
    if set(lexicon.duty) & set(ranking.sentence.concepts):
        form = "duty"
    elif opens(knowledge.ear, text):
        form = "open"
    if form and form in entry.if_asked:
        return entry.if_asked[form]
    return "info" if form == "open" and entry.verdict in ("must", "conditional") else entry.verdict


def _report(ranking: Ranking, told: Telling) -> Finding:
    """A report, with the rules that the person may only have asked about, if any come near and nothing is urgent."""
    if told.urgent:
        return Finding(kind="report", report=told.flow, urgent=True)
    best = ranking.candidates[0].margin
    near = [c.id for c in ranking.candidates if c.kind == "entry" and best - c.margin <= _NEAR]
    return Finding(kind="report", report=told.flow, suggestions=tuple(near[:_CHOICES]))


def _near_report(ranking: Ranking) -> str | None:
    """In doubt between a question and a telling, both are offered."""
    told = ranking.best("report")
    return told.id if told and ranking.candidates[0].margin - told.margin <= _DOUBT else None


def _told_aside(knowledge: Knowledge, text: str, single: Finding) -> Finding | None:
    """An urgent event told beside a question, which must not be lost behind the answer."""
    if single.kind == "report":
        return single if single.urgent else None
    for statement in statements(knowledge.ear, text):
        ranking = _rank(knowledge, statement)
        told = _tells(knowledge, ranking, statement) if ranking.candidates else None
        if told and told.urgent and ranking.candidates[0].kind == "report" and ranking.confidence >= _SURELY_TOLD:
            asked = tuple(answer.entry for answer in single.answers if answer.entry)
            return Finding(kind="report", report=told.flow, urgent=True, suggestions=asked)
    return None


def _short_of_it(knowledge: Knowledge, text: str, single: Finding) -> Finding:
    """What a long story asks, where the story hides it: the one sentence with the question, if that is sure."""
    asking = sentences_that_ask(knowledge.ear, text)
    if single.kind not in ("clarify", "unknown") or single.silence or len(asking) != 1:
        return single
    ranking = _rank(knowledge, asking[0], context=text)
    found = _single(knowledge, ranking, asking[0]) if ranking.candidates else single
    return found if found.kind == "answer" or found.silence else single


def _distinct(knowledge: Knowledge, candidates: list[Candidate]) -> tuple[str, ...]:
    """The first few entries that would give different answers: choosing between twins helps nobody."""
    kept: list[Candidate] = []
    for candidate in candidates:
        if not any(knowledge.same_answer(candidate.target, other.target) for other in kept):
            kept.append(candidate)
    return tuple(c.id for c in kept[:_CHOICES])


def _several(knowledge: Knowledge, text: str) -> Finding | None:
    """Two or more questions in one message, each answered; None when it asks one thing, or tells of something."""
    parts = questions(knowledge.ear, text)[:_PARTS]
    if len(parts) < 2:
        return None
    found: list[Candidate] = []
    answers: list[Answer] = []
    for part in parts:
        ranking = _rank(knowledge, part, context=text)
        if not ranking.candidates:
            continue
        first = ranking.candidates[0]
        if first.kind == "report":
            return None
        sure = ranking.confidence >= knowledge.library.thresholds.part
        if first.kind == "smalltalk" or not sure or any(_twins(knowledge, first, other) for other in found):
            continue
        found.append(first)
        answers.append(_answer(knowledge, first, ranking, part))
    if len(found) < 2 or not any(answer.entry for answer in answers):
        return None
    flow = next((f for a in answers if a.entry and (f := knowledge.library.entries[a.entry].report)), None)
    return Finding(kind="multi", answers=tuple(answers), report=flow)


def _twins(knowledge: Knowledge, one: Candidate, other: Candidate) -> bool:
    return one.target == other.target or knowledge.same_answer(one.target, other.target)


def _asks_surely(knowledge: Knowledge, whole: Ranking, text: str) -> bool:
    """Whether a message begins as a question, or holds one sentence that surely asks for a rule that comes near."""
    if knowledge.ear.begins(text):
        return True
    rule, asking = whole.best("entry"), sentences_that_ask(knowledge.ear, text)
    if rule is None or len(asking) != 1:
        return False
    alone = _rank(knowledge, asking[0])
    sure = alone.confidence >= knowledge.library.thresholds.answer
    return sure and bool(alone.candidates) and alone.candidates[0].target == rule.target


def _asks(knowledge: Knowledge, ranking: Ranking, text: str) -> bool:
    """Whether a message has any sign of a question: a question mark, or words that ask."""
    lexicon = knowledge.library.lexicon
    if not lexicon.asking:
        return "?" in text or knowledge.ear.within(text)
    return "?" in text or bool(set(lexicon.asking) & set(ranking.sentence.concepts))


def asks(knowledge: Knowledge, text: str) -> bool:
    """Whether a message has the form of a question, whatever it is about."""
    return _asks(knowledge, _rank(knowledge, text), text) or knowledge.ear.begins(text)


def _inverted(knowledge: Knowledge, ranking: Ranking) -> bool:
    """Whether "no" could be read the wrong way round: "is it against the rules to…?" asks for a yes."""
    said = f" {' '.join(ranking.sentence.words)} "
    return any(f" {phrase} " in said for phrase in knowledge.library.lexicon.inverted)
