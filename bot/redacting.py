"""What gives way in a record: names to roles, words to a black bar, wherever they stand. Pure.

A bar always has the same length, so that it does not tell how long the word was. A word is blacked out whole where
only a part of it was named, because the rest of "planned" would tell that it was "ann".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

BLACK = "█████"

_BETWEEN = r"[\s,._-]{1,3}"
_LIKE = {"'": "['‘’`´]", "’": "['‘’`´]", "-": "[-‐‑–]"}


@dataclass(frozen=True, slots=True)
class Mask:
    """What gives way to what."""

    pattern: re.Pattern[str]
    by: str


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    by: str


class Redaction:
    """Takes out of texts what `masks` and `words` name. Words win where both meet."""

    def __init__(self, masks: Iterable[Mask], words: Iterable[str]) -> None:
        self._masks = tuple(masks)
        self._words = tuple(_words(_normal(word)) for word in words if word.strip())

    def text(self, text: str) -> str:
        """A text without them."""
        if not text or not (self._masks or self._words):
            return text
        text = _normal(text)
        found = [_Found(*match.span(), mask.by) for mask in self._masks for match in mask.pattern.finditer(text)]
        found = [_Found(hit.start, hit.end, self._blackened(hit.by)) for hit in found]
        return _replaced(text, found + list(self._named(text)))

    def tree(self, value: Any, exact: Collection[str]) -> Any:
        """The same plain data without them; what stands under the keys in `exact` stays as it is."""
        match value:
            case str():
                return self.text(value)
            case dict():
                return {key: kept if key in exact else self.tree(kept, exact) for key, kept in value.items()}
            case list():
                return [self.tree(item, exact) for item in value]
            case _:
                return value

    def _blackened(self, by: str) -> str:
        return _replaced(by, list(self._named(by)))

    def _named(self, text: str) -> Iterable[_Found]:
        for pattern in self._words:
            for match in pattern.finditer(text):
                start, end = match.span()
                while start > 0 and text[start].isalnum() and text[start - 1].isalnum():
                    start -= 1
                while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
                    end += 1
                yield _Found(start, end, BLACK)


def name_masks(name: str, by: str, spare: Collection[str]) -> Iterable[Mask]:
    """A name gives way to `by`; a part of it that stands alone to a bar, because that may be somebody else's.

    `spare` are words that are no names, in small letters.
    """
    parts = [part for part in re.split(r"[\s,]+", _normal(name)) if part]
    if not parts:
        return
    # "Bloggs, Jo" is also "Jo Bloggs".
    for order in (parts, [*parts[1:], parts[0]], [parts[-1], *parts[:-1]]):
        whole = _BETWEEN.join(_loose(part) for part in order)
        yield Mask(re.compile(rf"{_loose(by)} \({whole}\)", re.IGNORECASE), by)
        yield Mask(re.compile(rf"(?<!\w){whole}(?!\w)", re.IGNORECASE), by)
    for part in parts if len(parts) > 1 else ():
        if len(part.strip(".")) > 1 and part[0].isupper() and part.strip(".").casefold() not in spare:
            how = re.IGNORECASE if len(part) > 2 else re.NOFLAG
            yield Mask(re.compile(rf"(?<!\w){_loose(part)}(?!\w)", how), BLACK)


def address_mask(person: str, by: str) -> Mask:
    """The address by which somebody is known gives way."""
    return Mask(re.compile(rf"(?<!\w){re.escape(person)}(?!\w)", re.IGNORECASE), by)


def _replaced(text: str, found: list[_Found]) -> str:
    """The text with what was found replaced; where several overlap, a bar wins, else the longest."""
    done, last = [], 0
    for group in _overlapping(sorted(found, key=lambda hit: (hit.start, -hit.end))):
        start, end = group[0].start, max(hit.end for hit in group)
        longest = max(group, key=lambda hit: hit.end - hit.start)
        covered = (longest.start, longest.end) == (start, end)
        black = any(hit.by == BLACK and not _within(hit, longest) for hit in group) or not covered
        done += [text[last:start], BLACK if black else longest.by]
        last = end
    return "".join([*done, text[last:]])


def _within(hit: _Found, other: _Found) -> bool:
    return other.by != BLACK and other.start <= hit.start and hit.end <= other.end


def _overlapping(found: list[_Found]) -> Iterable[list[_Found]]:
    group: list[_Found] = []
    for hit in found:
        if group and hit.start >= max(known.end for known in group):
            yield group
            group = []
        group.append(hit)
    if group:
        yield group


def _words(words: str) -> re.Pattern[str]:
    return re.compile(r"\s+".join(_loose(word) for word in words.split()), re.IGNORECASE)


def _loose(word: str) -> str:
    """A word however its apostrophes and hyphens were typed."""
    return "".join(_LIKE.get(letter) or re.escape(letter) for letter in word)


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text)
