"""Misspelt words, mended against the words that the knowledge itself uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

_SHORTEST = 4  # letters; three-letter words are one slip away from too many others
_LIKENESS = 0.79  # measured on public data with typing errors


@dataclass(frozen=True, slots=True)
class Speller:
    """Known words with their counts, by first letter, so that a look-up reads a small part of them."""

    counts: Mapping[str, int]
    _by_letter: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> Speller:
        """Build from the words of the knowledge and how often each occurs."""
        by_letter: dict[str, list[str]] = {}
        # Frequent words first: rapidfuzz keeps the earlier of two equally near ones.
        for word in sorted(counts, key=lambda w: (-counts[w], w)):
            if len(word) >= _SHORTEST:
                by_letter.setdefault(word[0], []).append(word)
        return cls(counts, by_letter)

    def knows(self, word: str) -> bool:
        """Whether the knowledge uses this word."""
        return word in self.counts

    def corrections(self, words: Iterable[str]) -> dict[str, str]:
        """What to read instead of each unknown word that is nearly a known one."""
        found: dict[str, str] = {}
        for word in words:
            if len(word) < _SHORTEST or word in self.counts or any(c.isdigit() for c in word):
                continue
            near = process.extractOne(
                word,
                [w for w in self._by_letter.get(word[0], ()) if abs(len(w) - len(word)) <= 2],
                scorer=OSA.normalized_similarity,
                processor=None,
                score_cutoff=_LIKENESS,
            )
            if near:
                found[word] = near[0]
        return found
