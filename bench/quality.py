"""How good the answers are, beside two plain methods on the same phrasings

`dev` are the labelled questions of staff in `tests/data`; `calibrate` and `judge` are our own examples, of which only
the first part sets thresholds. *first* is how often the first candidate is right when nothing may be refused;
*useful* and *misleading* are the share of all messages handled rightly, and answered wrongly. The plain methods take
the phrasing that is nearest: they refuse below the threshold that gives them the same share of misleading answers
as Candour has on `calibrate`, so that all are judged at the same risk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from rapidfuzz import fuzz, process, utils

from adapters.cli import answer_json
from bench.scoring import load as load_questions
from bench.scoring import score
from bot.answering import Finding, find
from bot.compiled import Knowledge
from bot.compiling import open_knowledge
from bot.knowledge import Example
from bot.loading import load
from bot.matching.decide import rank
from bot.matching.text import clean
from bot.settings import read_settings

_QUESTIONS = Path(__file__).parents[1] / "tests" / "data" / "questions_dev.jsonl"

Nearest = Callable[[str], tuple[str, float]]


def main() -> None:
    """Print the figures."""
    settings = read_settings()
    knowledge = open_knowledge(settings.knowledge, settings.cache, lambda _: None)
    examples = load(settings.knowledge).examples
    parts = {
        "calibrate": [example for file in examples for example in file.calibrate],
        "judge": [example for file in examples for example in file.judge],
    }
    questions = load_questions(_QUESTIONS)
    answers = [answer_json(knowledge, question["id"], question["q"]) for question in questions]
    print("dev  " + "  ".join(f"{name} {value}" for name, value in score(questions, answers).items()))
    for name, part in parts.items():
        useful, misleading = _judge(knowledge, part)
        print(f"{name:9}  {len(part)} messages  useful {useful:.3f}  misleading {misleading:.4f}")
    _compare(knowledge, parts)


def _judge(knowledge: Knowledge, examples: Sequence[Example]) -> tuple[float, float]:
    found = [(example, find(knowledge, clean(example.q).text)) for example in examples]
    useful = sum(_useful(knowledge, example, finding) for example, finding in found)
    misleading = sum(_misleads(knowledge, example, finding) for example, finding in found)
    return useful / len(found), misleading / len(found)


def _taken_for(finding: Finding) -> list[str]:
    """What a finding takes the message for, as targets."""
    match finding.kind:
        case "report":
            return [f"report:{finding.report}"]
        case "smalltalk":
            return [f"smalltalk:{finding.smalltalk}"]
        case "answer" | "multi":
            return [f"entry:{a.entry}" if a.entry else f"silence:{a.silence}" for a in finding.answers]
        case "unknown":
            return ["unknown"]
        case _:
            return []


def _useful(knowledge: Knowledge, example: Example, finding: Finding) -> bool:
    taken = _taken_for(finding)
    wanted = [example.expect, *([example.and_expect] if example.and_expect else [])]
    urgent_enough = finding.urgent or not any(target.endswith("!") for target in example.expect)
    return urgent_enough and all(any(knowledge.meets(t, e) for t in taken for e in expected) for expected in wanted)


def _misleads(knowledge: Knowledge, example: Example, finding: Finding) -> bool:
    if finding.kind not in ("answer", "multi"):
        return False
    expected = (*example.expect, *example.and_expect)
    if any(target.startswith("report:") for target in expected):
        return False
    answered = [target for target in _taken_for(finding) if target.startswith("entry:")]
    return not any(knowledge.meets(target, e) for target in answered for e in expected)


def _compare(knowledge: Knowledge, parts: dict[str, list[Example]]) -> None:
    methods = {
        "Candour": _candour(knowledge),
        "rapidfuzz WRatio": _wratio(knowledge),
        "SQLite FTS5": _fts5(knowledge),
    }
    _, allowed = _judge(knowledge, parts["calibrate"])
    print(f"\n{'every second of judge':34} {'first':>7} {'useful':>7} {'misleading':>11}")
    for name, nearest in methods.items():
        marks = {part: [_mark(knowledge, nearest, e) for e in parts[part][::2] if not e.and_expect] for part in parts}
        threshold = _threshold(marks["calibrate"], allowed)
        judged = marks["judge"]
        first = sum(right for right, _, _ in judged) / len(judged)
        useful = sum(right and (sure >= threshold or not entry) for right, sure, entry in judged) / len(judged)
        wrong = sum(not right and sure >= threshold and entry for right, sure, entry in judged) / len(judged)
        print(f"{name:34} {first:7.3f} {useful:7.3f} {wrong:11.4f}")


def _mark(knowledge: Knowledge, nearest: Nearest, example: Example) -> tuple[bool, float, bool]:
    """Whether the first is right, how sure the method is of it, and whether it would be a verdict."""
    target, sure = nearest(clean(example.q).text)
    return any(knowledge.meets(target, e) for e in example.expect), sure, target.startswith("entry:")


def _threshold(marks: Sequence[tuple[bool, float, bool]], allowed: float) -> float:
    wrong = sorted((sure for right, sure, entry in marks if entry and not right), reverse=True)
    may = round(allowed * len(marks))
    return wrong[may] + 1e-9 if len(wrong) > may else 0.0


def _candour(knowledge: Knowledge) -> Nearest:
    def nearest(text: str) -> tuple[str, float]:
        weights = knowledge.library.thresholds.confidence
        ranking = rank(knowledge.index, knowledge.guard, knowledge.same_answer, weights, text)
        return (ranking.candidates[0].target, ranking.confidence) if ranking.candidates else ("unknown", 0.0)

    return nearest


def _wratio(knowledge: Knowledge) -> Nearest:
    pairs = [(target, text) for target, texts in knowledge.library.phrasings().items() for text in texts]
    texts = [utils.default_process(text) for _, text in pairs]

    def nearest(text: str) -> tuple[str, float]:
        found = process.extractOne(utils.default_process(text), texts, scorer=fuzz.WRatio, processor=None)
        return (pairs[found[2]][0], found[1] / 100) if found else ("unknown", 0.0)

    return nearest


def _fts5(knowledge: Knowledge) -> Nearest:
    database = sqlite3.connect(":memory:")
    database.execute("create virtual table said using fts5(target unindexed, text, tokenize = 'porter unicode61')")
    for target, texts in knowledge.library.phrasings().items():
        database.executemany("insert into said values (?, ?)", [(target, text) for text in texts])

    def nearest(text: str) -> tuple[str, float]:
        words = [word for word in utils.default_process(text).split() if word.isascii()]
        if not words:
            return "unknown", 0.0
        query = " OR ".join(f'"{word}"' for word in words)
        row = database.execute(
            "select target, rank from said where text match ? order by rank limit 1", (query,)
        ).fetchone()
        return (row[0], -row[1]) if row else ("unknown", 0.0)

    return nearest
