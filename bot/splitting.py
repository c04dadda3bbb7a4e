"""A message in its parts: two questions in one, and the sentences that tell rather than ask.

How questions begin is heard by `bot/matching/ear.py`.
"""

from __future__ import annotations

import re

from bot.matching.ear import Ear

_SHORTEST = 3  # words; "is that ok?" alone asks nothing
_SENTENCE_END = re.compile(r"(?<=[.?!;])\s+|\n+")
_CLAUSE_END = re.compile(r"[.?!;:,]\s+|\n+|\s-\s")
_LEADING_JOIN = re.compile(r"^\W*(?:and|also|plus|so|but|then|oh)\b\W*", re.IGNORECASE)
_JOIN = re.compile(
    r"(?:[,;-]\s*|\s)(?P<join>and also|and then|and|also|plus|as well as|then|but|or)\s+|[,:]\s+|\s-\s", re.IGNORECASE
)


def questions(ear: Ear, text: str) -> list[str]:
    """The questions in a message: sentences, and clauses joined by "and" that begin a question of their own.

    What asks nothing goes with the question it leads up to, or follows.
    """
    found: list[str] = []
    lead = ""
    for sentence in _sentences(text):
        for piece in _clauses(sentence, ear):
            if sentence.endswith("?") or ear.within(piece):
                found.append(f"{lead} {piece}".strip())
                lead = ""
            elif found:
                found[-1] = f"{found[-1]} {piece}"
            else:
                lead = f"{lead} {piece}"
    return [question for question in found if len(question.split()) >= _SHORTEST]


def statements(ear: Ear, text: str) -> list[str]:
    """The sentences of a message that ask nothing, when it has more than one sentence."""
    sentences = _sentences(text)
    return [s for s in sentences if not s.endswith("?") and not ear.begins(s)] if len(sentences) > 1 else []


def sentences_that_ask(ear: Ear, text: str) -> list[str]:
    """The sentences of a message that ask, when it has more than one sentence."""
    sentences = _sentences(text)
    return [s for s in sentences if s.endswith("?") or ear.begins(s)] if len(sentences) > 1 else []


def opens(ear: Ear, text: str) -> bool:
    """Whether the message, or a clause of it, opens with who, what, where and their like."""
    return any(ear.opens(_LEADING_JOIN.sub("", clause)) for clause in _CLAUSE_END.split(text))


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE_END.split(text) if sentence]


def _clauses(sentence: str, ear: Ear) -> list[str]:
    """The clauses of a sentence that ask on their own: what follows "and", or a comma after another question."""
    clauses = [""]
    rest = _LEADING_JOIN.sub("", sentence)
    while found := _JOIN.search(rest):
        before, after = rest[: found.start()], rest[found.end() :]
        clauses[-1] += before
        joined = found["join"] is not None
        if clauses[-1].strip() and ear.begins(after) and (joined or ear.begins(clauses[-1])):
            clauses.append("")
        else:
            clauses[-1] += found[0]
        rest = after
    clauses[-1] += rest
    return [clause.strip(" ,:;-") for clause in clauses if clause.strip(" ,:;-")]
