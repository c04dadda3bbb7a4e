"""Words that change the answer: an entry about students cannot answer a question about parents, whatever its score.

Which words, and which entries, is data: `knowledge/qualifiers.yaml` and `about` in each entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.matching.features import Sentence
from bot.matching.lexicon import Found, Lexicon

About = Mapping[str, Iterable[str]]
"""Qualifier → values: what an entry is about, or what a sentence names."""


@dataclass(frozen=True, slots=True)
class Guard:
    """The qualifiers of an organisation, one lexicon each so that a phrase in one never hides a phrase in another."""

    lexicons: Mapping[str, Lexicon]
    about: Mapping[str, About]
    permissive: frozenset[str]

    @classmethod
    def build(
        cls,
        qualifiers: Mapping[str, Mapping[str, Iterable[str]]],
        about: Mapping[str, About],
        permissive: frozenset[str],
        spellings: Mapping[str, str],
    ) -> Guard:
        """`qualifiers`: qualifier → value → phrases; `about`: target → what it is about; `permissive`: targets that
        allow something."""
        lexicons = {name: Lexicon.build(spellings, values) for name, values in qualifiers.items()}
        return cls(lexicons=lexicons, about=about, permissive=permissive)

    def find(self, sentence: Sentence) -> dict[str, list[Found]]:
        """Where the sentence names a value of each qualifier."""
        return {name: found for name, lexicon in self.lexicons.items() if (found := lexicon.find(sentence.stems))}

    def contradicts(self, target: str, named: Mapping[str, Iterable[Found]]) -> bool:
        """Whether the sentence names only other values than those the target is about, in any qualifier.

        What allows something must cover every value named: a wrong yes does more harm than a question back.
        """
        for name, values in self.about.get(target, {}).items():
            said = {found.concept for found in named.get(name, ())}
            if said and (not said & set(values) or (target in self.permissive and said - set(values))):
                return True
        return False
