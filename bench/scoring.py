"""How answers are scored against labelled questions: the measure that `make bench` and the tests quote.

A question is handled usefully when the right clause is cited, silence is admitted, or the right report is offered;
an answer misleads when it cites a wrong clause or answers although the policy is silent. Shares are from 0 to 1.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def load(path: Path) -> list[Row]:
    """Read one JSON object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _cited(prediction: Row) -> list[tuple[str, str]]:
    return [(a.get("clause"), a.get("verdict")) for a in prediction.get("answers") or []]


def judge(question: Row, prediction: Row | None) -> tuple[bool, bool, Row]:
    """Whether one prediction is useful, whether it misleads, and the details that figures are made of."""
    if prediction is None:
        return False, False, {"missing": True}
    kind, said = question["kind"], prediction.get("kind")
    answered = said in ("answer", "multi")
    cites = _cited(prediction) if answered else []
    if kind == "answer":
        gold = set(question["clauses"])
        first = cites[0] if cites else (None, None)
        right = first[0] in gold or (said == "multi" and any(c in gold for c, _ in cites))
        verdict = any(c in gold and v == question["verdict"] for c, v in (cites if said == "multi" else cites[:1]))
        offered = [s.get("clause") for s in (prediction.get("suggestions") or [])[:3]]
        reach = right or (said == "clarify" and any(c in gold for c in offered))
        return right, answered and not right, {"right": right, "verdict": verdict, "reach": reach}
    if kind == "multi":
        parts = [set(part["clauses"]) for part in question["parts"] if part.get("clauses")]
        got = sum(any(c in part for c, _ in cites) for part in parts)
        return got == len(parts), answered and got == 0, {"parts": (got, len(parts))}
    if kind == "unknown":
        return said == "unknown", answered, {}
    if kind == "report":
        named = prediction.get("report")
        heard = said == "report" and named is not None
        typed = heard and (named == question["report"] or question["report"] == "unsure")
        urgent = bool(prediction.get("urgent"))
        useful = typed and (urgent or not question.get("urgent"))
        return useful, False, {"offered": heard, "type": typed, "urgent": urgent}
    return said == "smalltalk", answered, {}


def score(questions: list[Row], predictions: list[Row]) -> Row:
    """All figures over a question set."""
    by_id = {p["id"]: p for p in predictions}
    rows = []
    for q in questions:
        p = by_id.get(q["id"])
        useful, misleading, details = judge(q, p)
        rows.append({"q": q, "p": p, "useful": useful, "misleading": misleading, **details})

    def share(of: list[Row], key: Callable[[Row], object]) -> float | None:
        return round(sum(bool(key(r)) for r in of) / len(of), 4) if of else None

    kinds = {k: [r for r in rows if r["q"]["kind"] == k] for k in ("answer", "unknown", "report", "multi", "smalltalk")}
    parts = [r["parts"] for r in kinds["multi"] if "parts" in r]
    urgent = [r for r in kinds["report"] if r["q"].get("urgent")]
    calm = [r for r in rows if r["q"]["kind"] != "report"]
    figures = {
        "items": len(rows),
        "unanswered_ids": sum(r["p"] is None for r in rows),
        "useful": share(rows, lambda r: r["useful"]),
        "misleading": share(rows, lambda r: r["misleading"]),
        "answer@1": share(kinds["answer"], lambda r: r.get("right")),
        "verdict@1": share(kinds["answer"], lambda r: r.get("verdict")),
        "reach@3": share(kinds["answer"], lambda r: r.get("reach")),
        "unknown": share(kinds["unknown"], lambda r: r["useful"]),
        "report": share(kinds["report"], lambda r: r.get("offered")),
        "type": share(kinds["report"], lambda r: r.get("type")),
        "urgent": share(urgent, lambda r: r.get("urgent") and r.get("offered")),
        "false_report": share(calm, lambda r: r["p"] and r["p"].get("kind") == "report"),
        "multi": round(sum(g for g, _ in parts) / sum(n for _, n in parts), 4) if parts else None,
        "smalltalk": share(kinds["smalltalk"], lambda r: r["useful"]),
    }
    return figures
