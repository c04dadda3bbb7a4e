"""The staff's words for the organisation's ideas: which concepts a sentence speaks of.

The words are data (`knowledge/lexicon.yaml`); this file only finds them, longest phrase first, so that
"former student" is never also read as "student".
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.matching.text import normalise, stem

_BRACES = re.compile(r"\{([^{}]*)\}")


def expand(phrase: str) -> list[str]:
    """Write out "{a,b} c" as "a c" and "b c"; an empty alternative leaves the word out."""
    parts = _BRACES.split(phrase)
    choices = [part.split(",") if index % 2 else [part] for index, part in enumerate(parts)]
    return [" ".join("".join(pick).split()) for pick in itertools.product(*choices)]


@dataclass(frozen=True, slots=True)
class Found:
    """A concept seen in a sentence, at the words `start` to `stop`."""

    concept: str
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Concepts by their first stem, longest phrase first. Build with `build`."""

    spellings: Mapping[str, str]
    phrases: Mapping[str, Sequence[tuple[tuple[str, ...], str]]]
    vocabulary: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def build(cls, spellings: Mapping[str, str], concepts: Mapping[str, Iterable[str]]) -> Lexicon:
        """Compile the lexicon of the knowledge; every phrase is normalised as a question would be."""
        phrases: dict[str, set[tuple[tuple[str, ...], str]]] = {}
        vocabulary: set[str] = set()
        for concept, written in concepts.items():
            for phrase in itertools.chain.from_iterable(map(expand, written)):
                words = normalise(phrase, spellings)
                if not words:
                    continue
                vocabulary.update(words)
                stems = tuple(map(stem, words))
                phrases.setdefault(stems[0], set()).add((stems, concept))
        ordered = {
            first: sorted(found, key=lambda item: (-len(item[0]), item[0], item[1])) for first, found in phrases.items()
        }
        return cls(spellings=spellings, phrases=ordered, vocabulary=frozenset(vocabulary))

    def find(self, stems: Sequence[str]) -> list[Found]:
        """All concepts in a sentence of stems; inside a matched phrase only phrases that start later count."""
        found: list[Found] = []
        position = 0
        while position < len(stems):
            longest = 0
            for phrase, concept in self.phrases.get(stems[position], ()):
                size = len(phrase)
                if size < longest:
                    break
                if tuple(stems[position : position + size]) == phrase:
                    found.append(Found(concept, position, position + size))
                    longest = size
            position += max(longest, 1)
        return found
