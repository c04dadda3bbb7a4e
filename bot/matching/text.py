"""Text as it arrives, made safe once; and text as the matcher sees it.

`clean` runs at the door for everything a person types. `normalise` and `tokens` run on cleaned text only.
No words of any organisation live here: chat spellings come from `knowledge/lexicon.yaml`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

QUESTION_MAX = 500  # characters; rapidfuzz takes seconds on 100,000 (reference: docs of the security checks)

_KEPT_CONTROLS = {"\n", "\t"}
_INVISIBLE = {
    # Marks that change how text looks or joins but say nothing: zero-width, bidi, soft hyphen, BOM, tags.
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
    *range(0xE0000, 0xE0080),
    0x00AD,
    0x034F,
    0x061C,
    0x115F,
    0x1160,
    0x180E,
    0x3164,
    0xFEFF,
    0xFFA0,
}
_REPEATED = re.compile(r"([a-z])\1{2,}")
_TOKEN = re.compile(r"[a-z0-9]+")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "′": "'"})
_CONTRACTIONS = (
    (re.compile(r"\bcan't\b"), "can not"),
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"\bshan't\b"), "shall not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"'ll\b"), " will"),
    (re.compile(r"'re\b"), " are"),
    (re.compile(r"'ve\b"), " have"),
    (re.compile(r"'m\b"), " am"),
    (re.compile(r"'d\b"), " would"),
    (re.compile(r"\b(it|that|what|who|where|how|there|he|she|when|why|here)'s\b"), r"\1 is"),
    (re.compile(r"'s\b"), ""),
    (re.compile(r"'"), ""),
)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What a person typed, safe to store, match and show; `cut` says that the end was left off."""

    text: str
    cut: bool


def clean(raw: str, limit: int = QUESTION_MAX) -> Cleaned:
    """Make typed text safe: NFC, no control, bidi, zero-width or surrogate characters, at most `limit` long."""
    cut = len(raw) > limit
    # Work on a bounded piece: normalising 100,000 characters to keep 500 would let one message hold up everybody.
    piece = raw[: limit * 2]
    if piece.isascii() and piece.isprintable():  # most messages by far: there is nothing to take out
        kept = piece
    else:
        kept = unicodedata.normalize("NFC", "".join(c if _visible(c) else " " if c.isspace() else "" for c in piece))
    text = " ".join(kept.split())
    if len(text) > limit:
        text, cut = text[:limit].rsplit(" ", 1)[0], True
    return Cleaned(text=text, cut=cut)


STORY_MAX = 40_000
"""Characters of a form that are looked at; what is longer is refused whole, so nothing of it is cut off."""


def tidy(raw: str) -> str:
    """A person's own account, made safe as by `clean` but with its lines, and never shortened."""
    lines = raw.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c if _visible(c) else " " if c.isspace() else "" for c in lines)
    return unicodedata.normalize("NFC", kept).strip()


def _visible(character: str) -> bool:
    if character in _KEPT_CONTROLS:
        return True
    return ord(character) not in _INVISIBLE and unicodedata.category(character) not in ("Cc", "Cs", "Co", "Cn")


def normalise(text: str, spellings: Mapping[str, str]) -> list[str]:
    """Turn cleaned text into plain lower-case words, contractions and chat spellings opened.

    `spellings` maps one word, or two with a space, to what they stand for: "dont msg" → do, not, message.
    """
    lowered = unicodedata.normalize("NFKC", text).casefold().translate(_APOSTROPHES)
    if "'" in lowered:
        for pattern, opened in _CONTRACTIONS:
            lowered = pattern.sub(opened, lowered)
    found = _TOKEN.findall(_REPEATED.sub(r"\1\1", _strip_accents(lowered)))
    words: list[str] = []
    opened_already = False
    for word, following in zip(found, (*found[1:], ""), strict=False):
        if opened_already:
            opened_already = False
        elif pair := spellings.get(f"{word} {following}"):
            words.extend(pair.split())
            opened_already = True
        else:
            words.extend(spellings[word].split() if word in spellings else (word,))
    return words


def _strip_accents(text: str) -> str:
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


_stemmer = Stemmer.Stemmer("english")


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The word without its ending, so that "posting" and "posts" meet."""
    return str(_stemmer.stemWord(word))
