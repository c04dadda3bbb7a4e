"""A sentence as countable features, in three blocks: its words, its concepts, and the letters of its words.

Words carry the meaning, concepts join the many words for one idea, letters forgive spelling. The blocks and
their weights follow what was measured on public data and again on ours (`make bench`).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.matching.lexicon import Lexicon
from bot.matching.text import normalise, stem

BLOCKS = ("word", "concept", "letter")
Features = dict[str, list[str]]
"""Block → the features of a sentence in it, repeated as often as they occur."""

_LETTERS = (4,)
_WORDS_READ = 100  # a message of 500 characters rarely has more


@dataclass(frozen=True, slots=True)
class Sentence:
    """A cleaned message, read: its words, their stems, and the concepts it speaks of (in order, once each)."""

    words: tuple[str, ...]
    stems: tuple[str, ...]
    concepts: tuple[str, ...]


def read(text: str, lexicon: Lexicon, corrections: Mapping[str, str] | None = None) -> Sentence:
    """Read cleaned text with the organisation's lexicon; `corrections` mends misspelt words first."""
    words = normalise(text, lexicon.spellings)[:_WORDS_READ]
    if corrections:
        words = [corrections.get(word, word) for word in words]
    stems = tuple(map(stem, words))
    concepts = tuple(dict.fromkeys(found.concept for found in lexicon.find(stems)))
    return Sentence(words=tuple(words), stems=stems, concepts=concepts)


def features(sentence: Sentence) -> Features:
    """What a sentence shows of itself, by block."""
    stems = ("^", *sentence.stems, "$")
    concepts = sorted(sentence.concepts)
    return {
        "word": [f"w:{s}" for s in sentence.stems] + [f"w:{a} {b}" for a, b in itertools.pairwise(stems)],
        "concept": [f"c:{c}" for c in concepts] + [f"c:{a}+{b}" for a, b in itertools.combinations(concepts, 2)],
        "letter": [f"l:{gram}" for word in sentence.words for gram in _grams(word)],
    }


def _grams(word: str) -> Sequence[str]:
    padded = f" {word} "
    return [padded[i : i + n] for n in _LETTERS for i in range(len(padded) - n + 1)]
