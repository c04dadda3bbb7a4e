"""How questions begin in the language of an organisation.

The words are data: `question_starts`, `statement_words` and `open_words` in `knowledge/lexicon.yaml`.
"""

from __future__ import annotations

from bot.knowledge import LexiconFile
from bot.matching.text import normalise


class Ear:
    """Built once with the knowledge; every message is listened to several times."""

    def __init__(self, lexicon: LexiconFile) -> None:
        self._spellings = lexicon.spellings
        self._starts = frozenset(tuple(start.split()) for start in lexicon.question_starts)
        self._longest = max(map(len, self._starts), default=0)
        self._statement = frozenset(lexicon.statement_words)
        self._open_words = frozenset(lexicon.open_words)

    def begins(self, piece: str) -> bool:
        """Whether a piece of text begins as a question does: "can I…", but not "can be seen"."""
        return self._at(normalise(piece, self._spellings), 0)

    def within(self, piece: str) -> bool:
        """Whether a question begins anywhere in a piece of text."""
        words = normalise(piece, self._spellings)
        return any(self._at(words, place) for place in range(len(words)))

    def opens(self, piece: str) -> bool:
        """Whether a piece of text opens with who, what, where and their like."""
        return bool(self._open_words.intersection(normalise(piece, self._spellings)[:1]))

    def _at(self, words: list[str], place: int) -> bool:
        if any(tuple(words[place : place + size]) in self._starts for size in range(2, self._longest + 1)):
            return True
        following = words[place + 1 : place + 2]
        return tuple(words[place : place + 1]) in self._starts and not self._statement.intersection(following)
