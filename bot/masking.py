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
_WHOLE = re.compile(r"\S*@\S*|\S+\.\w{2,}\S*")  # e-mail addresses, handles, web addresses: never word by word
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_PLAIN = re.compile(r"[a-z'’]+")
_FEW = 3  # a word that phrasings use less often may be somebody's name


def mask(knowledge: Knowledge, text: str) -> str:
    """The text with every word left out that the knowledge does not commonly use, all numbers, names and addresses."""
    words = _WORD.findall(_WHOLE.sub(" 0 ", text))
    lexicon = knowledge.library.lexicon
    hidden = [not _common(knowledge, word) for word in words]
    for place, word in enumerate(words):
        plain = word.casefold()
        if plain in lexicon.name_follows and place + 1 < len(words):
            hidden[place + 1] = True
        if plain in lexicon.name_precedes and place:
            hidden[place - 1] = True
    kept: list[str] = []
    for word, hide in zip(words, hidden, strict=True):
        if not hide:
            kept.append(word.casefold())
        elif not kept or kept[-1] != _HIDDEN:
            kept.append(_HIDDEN)
    return " ".join(kept)


def _common(knowledge: Knowledge, word: str) -> bool:
    if not _PLAIN.fullmatch(word.casefold()):
        return False
    lexicon, counts = knowledge.library.lexicon, knowledge.index.speller.counts
    read = normalise(word, lexicon.spellings)
    return bool(read) and all(counts.get(w, 0) >= _FEW and w not in lexicon.names for w in read)
