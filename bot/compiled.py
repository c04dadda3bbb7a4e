"""Knowledge as the core uses it: the library with its trained index and guard, and the cache that keeps them.

The index depends on phrasings and lexicon only, so changing a headline or a threshold never trains again.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from bot.knowledge import Entry
from bot.library import Library
from bot.matching.ear import Ear
from bot.matching.index import Index
from bot.matching.lexicon import Lexicon
from bot.matching.qualify import Guard
from bot.matching.spelling import Speller


@dataclass(frozen=True)
class Knowledge:
    """Everything `core.handle` needs to know about an organisation. Frozen; a reload makes a new one."""

    library: Library
    index: Index
    version: str = ""

    @cached_property
    def guard(self) -> Guard:
        """The qualifier guard of this organisation."""
        library = self.library
        about = {f"entry:{e.id}": e.about for e in library.entries.values() if e.about}
        about |= {f"silence:{s.id}": s.about for s in library.silences.values() if s.about}
        qualifiers = {q.id: q.values for q in library.qualifiers}
        permissive = frozenset(f"entry:{e.id}" for e in library.entries.values() if e.verdict in ("yes", "conditional"))
        return Guard.build(qualifiers, about, permissive, library.lexicon.spellings)

    @cached_property
    def ear(self) -> Ear:
        """How questions begin here."""
        return Ear(self.library.lexicon)

    @cached_property
    def swaps(self) -> dict[str, Lexicon]:
        """Sorts of things besides the qualifiers that a follow-up may exchange: another app, another place."""
        lexicon = self.library.lexicon
        return {
            sort: Lexicon.build(lexicon.spellings, {f"{sort}-{word}": [word] for word in words})
            for sort, words in lexicon.swaps.items()
        }

    def same_answer(self, one: str, other: str) -> bool:
        """Whether two targets lead a person to the same answer: the same clause and verdict, silence, or report."""
        if one.rstrip("!") == other.rstrip("!"):
            return True
        kind, _, first = one.partition(":")
        other_kind, _, second = other.partition(":")
        if kind != other_kind:
            return False
        if kind != "entry":
            return kind in ("silence", "smalltalk")
        a, b = self.library.entries[first], self.library.entries[second]
        return a.verdict == b.verdict and bool(_cited(a) & _cited(b))

    def meets(self, target: str, expected: str) -> bool:
        """Whether a target is what an example expects: the same answer, the same clause, or a silence as well."""
        if silent(target) or silent(expected):
            return silent(target) and silent(expected)
        entries = self.library.entries
        one, other = entries.get(target.removeprefix("entry:")), entries.get(expected.removeprefix("entry:"))
        return self.same_answer(target, expected) or bool(one and other and one.clause == other.clause)


def silent(target: str) -> bool:
    """Whether a target, or an expectation, gives no verdict."""
    return target == "unknown" or target.startswith("silence:")


def _cited(entry: Entry) -> set[str]:
    return {clause for clause in (entry.clause, *entry.also[:1]) if clause}


def index_digest(library: Library) -> str:
    """A name for what an index is trained from: phrasings, lexicon, and the code that trains and keeps it."""
    hashed = hashlib.sha256()
    hashed.update(json.dumps(library.phrasings(), sort_keys=True).encode())
    hashed.update(library.lexicon.model_dump_json(include={"spellings", "concepts"}).encode())
    for source in (Path(__file__), *sorted((Path(__file__).parent / "matching").glob("*.py"))):
        hashed.update(source.read_bytes())
    return hashed.hexdigest()[:24]


def lexicon_of(library: Library) -> Lexicon:
    """The compiled lexicon of an organisation."""
    return Lexicon.build(library.lexicon.spellings, library.lexicon.concepts)


def save_index(index: Index, folder: Path) -> None:
    """Write an index as JSON and plain arrays (never pickled: a cache file must not be able to run code)."""
    folder.mkdir(parents=True, exist_ok=True)
    words = {
        "targets": index.targets,
        "features": list(index.vocabulary),
        "phrasings": index.phrasings,
        "counts": dict(index.speller.counts),
        "lexicon": {
            "spellings": dict(index.lexicon.spellings),
            "phrases": dict(index.lexicon.phrases),
            "vocabulary": sorted(index.lexicon.vocabulary),
        },
    }
    (folder / "words.json").write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")
    np.savez(
        folder / "arrays.npz",
        idf=np.array(index.idf, np.float32),
        starts=index.starts,
        posted_targets=index.posted_targets,
        posted_weights=index.posted_weights,
        intercept=index.intercept,
    )


def open_index(folder: Path) -> Index:
    """Read an index written by `save_index`."""
    words = json.loads((folder / "words.json").read_text(encoding="utf-8"))
    with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
        lexicon = words["lexicon"]
        return Index(
            targets=tuple(words["targets"]),
            vocabulary={feature: row for row, feature in enumerate(words["features"])},
            idf=arrays["idf"].tolist(),
            rarest=float(arrays["idf"].max(initial=1.0)),
            starts=arrays["starts"],
            posted_targets=arrays["posted_targets"],
            posted_weights=arrays["posted_weights"],
            intercept=arrays["intercept"],
            phrasings=tuple(map(tuple, words["phrasings"])),
            lexicon=Lexicon(lexicon["spellings"], lexicon["phrases"], frozenset(lexicon["vocabulary"])),
            speller=Speller.of(words["counts"]),
        )
