"""Questions that found no answer, kept so that the policy owner sees the gap, without anybody in them.

Only words that the knowledge itself uses are kept. A name, a number, an address or a misspelling is not among them,
so nothing has to be recognised as personal before it is left out. First names and titles occur in phrasings too;
they are listed in `knowledge/lexicon.yaml` and never kept.
"""

from __future__ import annotations

import re

from bot.compiled import Knowledge
from bot.matching.text import normalise

_HIDDEN = "[…]"
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[^\w\s]|_")
_FEW = 3  # a word that phrasings use less often may be somebody's name


def mask(knowledge: Knowledge, text: str) -> str:
    """The text with every word left out that the knowledge does not commonly use, and all numbers."""
    library = knowledge.library
    names = frozenset(library.lexicon.names)
    counts = knowledge.index.speller.counts
    kept: list[str] = []
    for token in _WORD.findall(text):
        if not token[0].isalnum():
            continue
        words = normalise(token, library.lexicon.spellings)
        common = words and all(counts.get(w, 0) >= _FEW and w not in names and not _numeric(w) for w in words)
        if common:
            kept.append(token.casefold())
        elif not kept or kept[-1] != _HIDDEN:
            kept.append(_HIDDEN)
    return " ".join(kept)


def _numeric(word: str) -> bool:
    return any(c.isdigit() for c in word)
