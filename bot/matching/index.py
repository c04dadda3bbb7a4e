"""Compiled knowledge, ready to score a sentence: plain arrays, no training library, nothing to open.

`bot/matching/train.py` makes it; `bot/loading.py` keeps it on disk. A *target* is what a sentence may be taken
for: "entry:friend-student", "silence:former-students", "report:cyberbullying", the same with "!" when urgent, or
"smalltalk:thanks".
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from bot.matching.features import BLOCKS, Features, Sentence, features, read
from bot.matching.lexicon import Lexicon
from bot.matching.spelling import Speller

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]

BLOCK_WEIGHTS: Mapping[str, float] = {"word": 2.0, "concept": 0.7, "letter": 1.5}
"""How much each block counts; measured with `make bench` on our examples, after public data."""


@dataclass(frozen=True, slots=True)
class Index:
    """A linear model over features, kept as postings: for each feature the targets it speaks for, and how much.

    `starts[f]:starts[f + 1]` is the slice of `posted_targets` and `posted_weights` that belongs to feature `f`.
    """

    targets: tuple[str, ...]
    vocabulary: Mapping[str, int]
    idf: Sequence[float]
    rarest: float  # the greatest idf: the weight of a word never met
    starts: Ints
    posted_targets: npt.NDArray[np.uint16]
    posted_weights: Floats
    intercept: Floats
    phrasings: tuple[tuple[str, ...], ...]
    lexicon: Lexicon
    speller: Speller

    def read(self, text: str) -> Sentence:
        """Read cleaned text with this organisation's words, misspellings mended."""
        sentence = read(text, self.lexicon)
        corrections = self.speller.corrections(sentence.words)
        return read(text, self.lexicon, corrections) if corrections else sentence

    def score(self, sentence: Sentence) -> Floats:
        """One margin a target: above 0 the sentence sounds like it, far below 0 it does not."""
        rows, values = vector(features(sentence), self.vocabulary, self.idf)
        total = self.intercept.astype(np.float64)
        if rows.size:
            begins, ends = self.starts[rows], self.starts[rows + 1]
            sizes = ends - begins
            offsets = np.repeat(begins - np.concatenate(([0], np.cumsum(sizes)[:-1])), sizes)
            where = np.arange(int(sizes.sum())) + offsets
            weights = self.posted_weights[where] * np.repeat(values, sizes)
            total += np.bincount(self.posted_targets[where], weights=weights, minlength=len(self.targets))
        return total.astype(np.float32)

    def nearest_phrasing(self, target: int, sentence: Sentence) -> tuple[str, float]:
        """The phrasing of a target that is most like the sentence, and how like (0 to 1)."""
        said = " ".join(sentence.words)
        found = process.extractOne(said, self.phrasings[target], scorer=fuzz.ratio, processor=None)
        return (found[0], found[1] / 100) if found else ("", 0.0)

    def known_share(self, sentence: Sentence) -> float:
        """The share of the sentence's words, weighed by rarity, that the knowledge has met (0 to 1)."""
        weights = [
            (self.idf[row], True) if (row := self.vocabulary.get(f"w:{s}")) is not None else (self.rarest, False)
            for s in sentence.stems
        ]
        total = sum(weight for weight, _ in weights)
        return sum(weight for weight, known in weights if known) / total if total else 0.0


def vector(by_block: Features, vocabulary: Mapping[str, int], idf: Sequence[float]) -> tuple[Ints, Floats]:
    """The sentence as rows of the vocabulary and their weights: tf-idf, each block at unit length times its weight."""
    rows: list[int] = []
    values: list[float] = []
    for block in BLOCKS:
        counted = Counter(row for f in by_block[block] if (row := vocabulary.get(f)) is not None)
        weights = [idf[row] if count == 1 else (1 + math.log(count)) * idf[row] for row, count in counted.items()]
        length = math.sqrt(sum(w * w for w in weights)) or 1.0
        rows.extend(counted)
        values.extend(w / length * BLOCK_WEIGHTS[block] for w in weights)
    whole = math.sqrt(sum(v * v for v in values)) or 1.0
    return np.array(rows, np.int32), np.array(values, np.float32) / np.float32(whole)


def known_words(sentences: Sequence[Sentence]) -> Counter[str]:
    """How often each word occurs in the phrasings; the speller mends towards these."""
    return Counter(word for sentence in sentences for word in sentence.words)
