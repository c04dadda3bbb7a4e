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
    """Concepts by their phrases, which are stems with a space between. Build with `build`.

    `sizes`: how many stems the phrases have that begin with a stem, longest first.
    """

    spellings: Mapping[str, str]
    phrases: Mapping[str, Sequence[str]]
    vocabulary: frozenset[str] = field(default_factory=frozenset)
    sizes: Mapping[str, tuple[int, ...]] = field(init=False)

    def __post_init__(self) -> None:
        sizes: dict[str, set[int]] = {}
        for phrase in self.phrases:
            stems = phrase.split()
            sizes.setdefault(stems[0], set()).add(len(stems))
        longest_first = {first: tuple(sorted(found, reverse=True)) for first, found in sizes.items()}
        object.__setattr__(self, "sizes", longest_first)

    @classmethod
    def build(cls, spellings: Mapping[str, str], concepts: Mapping[str, Iterable[str]]) -> Lexicon:
        """Compile the lexicon of the knowledge; every phrase is normalised as a question would be."""
        phrases: dict[str, set[str]] = {}
        vocabulary: set[str] = set()
        for concept, written in concepts.items():
            for phrase in itertools.chain.from_iterable(map(expand, written)):
                words = normalise(phrase, spellings)
                if not words:
                    continue
                vocabulary.update(words)
                phrases.setdefault(" ".join(map(stem, words)), set()).add(concept)
        ordered = {phrase: tuple(sorted(found)) for phrase, found in phrases.items()}
        return cls(spellings=spellings, phrases=ordered, vocabulary=frozenset(vocabulary))

    def find(self, stems: Sequence[str]) -> list[Found]:
        """All concepts in a sentence of stems; inside a matched phrase only phrases that start later count."""
        found: list[Found] = []
        position = 0
        while position < len(stems):
            step = 1
            for size in self.sizes.get(stems[position], ()):
                if concepts := self.phrases.get(" ".join(stems[position : position + size])):
                    found.extend(Found(concept, position, position + size) for concept in concepts)
                    step = size
                    break
            position += step
        return found
