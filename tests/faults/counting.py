"""What was promised, held against what is stored: the figures that have to be nought."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, fields
from pathlib import Path

from adapters.storage.audit import verify
from adapters.storage.keys import open_keyring
from adapters.storage.sqlite import SqliteStore
from bot.cases import Case
from bot.events import Actor
from bot.state import Conversation
from tests.faults.transcript import Promise, Transcript
from tests.faults.worker import DATABASE, KEY_FILE

_STORY = re.compile(r"story-([0-9a-z]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What is wrong at one moment, in numbers; and how many cases and promises there were to look at.

    `lost`: acknowledged and not stored. `unalerted`: cases of which a handler has no alert. `second`: cases too many
    for a draft or an event. `repeated`: steps in a ledger that nobody took twice. `broken`: the file is not sound, or
    the audit chain is not whole. `lapsed` is nothing wrong: alerts sent again because somebody let a case lie.
    """

    cases: int = 0
    promises: int = 0
    lost: int = 0
    unalerted: int = 0
    second: int = 0
    repeated: int = 0
    broken: int = 0
    lapsed: int = 0

    def worst(self, other: Tally) -> Tally:
        """The larger of each figure."""
        return Tally(**{f.name: max(getattr(self, f.name), getattr(other, f.name)) for f in fields(self)})

    def beside(self, other: Tally) -> Tally:
        """The figures of two data folders together."""
        return Tally(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})

    @property
    def faults(self) -> int:
        """How much is wrong."""
        return self.lost + self.unalerted + self.second + self.repeated + self.broken


@dataclass(frozen=True, slots=True)
class Stored:
    """What is on disk: the cases by reference, and where each person stands."""

    cases: Mapping[str, Case]
    states: Mapping[str, Conversation]


def read(data: Path, organisation: str) -> Stored:
    """Everything that is stored, as another process reads it."""
    keyring, _ = open_keyring(data / KEY_FILE, None, data / DATABASE)
    with closing(SqliteStore(data / DATABASE, keyring)) as store, store.transaction():
        actors = [Actor(organisation=organisation, person=person) for person in store.directory(organisation).people]
        cases = {case.ref: case for actor in actors for case in store.cases_of(actor, "sent")}
        return Stored(cases, {actor.person: store.state(actor) for actor in actors})


def sound(data: Path, organisation: str) -> bool:
    """Whether SQLite finds the file in order, and the audit chain is whole and fits the cases."""
    if not (data / DATABASE).exists():
        return False
    with closing(sqlite3.connect(data / DATABASE)) as connection:
        if connection.execute("pragma integrity_check").fetchall() != [("ok",)]:
            return False
    keyring, _ = open_keyring(data / KEY_FILE, None, data / DATABASE)
    with closing(SqliteStore(data / DATABASE, keyring)) as store:
        return verify(store, organisation).fault is None


def count(stored: Stored, transcript: Transcript) -> Tally:
    """Compare what is stored with what was promised; to be called at rest, when nothing is due any more."""
    cases = stored.cases.values()
    return Tally(
        cases=len(stored.cases),
        promises=len(transcript.promises),
        lost=_lost(stored, transcript.promises),
        unalerted=sum(any(not transcript.alerts[h.person, case.ref] for h in case.handlers) for case in cases),
        second=_second(cases, transcript.promises),
        repeated=_repeated(stored.cases, transcript),
        lapsed=sum(len(case.handlers) for case in cases for line in case.ledger if line.step == "lapsed"),
    )


def _lost(stored: Stored, promises: Iterable[Promise]) -> int:
    keys: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    last: dict[str, Promise] = {}
    for promise in promises:
        if promise.what in ("answer", "cancelled"):
            last[promise.person] = promise
        else:
            keys[promise.what, promise.about, promise.person].add(promise.key)
    steps = sum(
        max(0, len(events) - _kept(stored.cases.get(ref), what, person)) for (what, ref, person), events in keys.items()
    )
    return steps + sum(not _answered(stored.states[person], promise) for person, promise in last.items())


def _kept(case: Case | None, what: str, person: str) -> int:
    """How many times a case holds that this person did this."""
    if case is None:
        return 0
    match what:
        case "sent":
            return int(case.reporter == person)
        case _:
            return sum(e.step == what and e.person in ("", person) for e in case.ledger)


def _answered(state: Conversation, promise: Promise) -> bool:
    """Whether the person's last answer is in their draft, or went out with it."""
    draft, _, question = promise.about.partition(":")
    if state.draft and state.draft.id == draft:
        return question in state.draft.answers
    return promise.what == "cancelled" or any(sent.draft == draft for sent in state.sent)


def _second(cases: Iterable[Case], promises: Iterable[Promise]) -> int:
    of_drafts = Counter(
        draft for case in cases for draft in {d for said in case.said for d in _STORY.findall(said.answer)}
    )
    of_events = Counter(key for key, _ in {(p.key, p.about) for p in promises if p.what == "sent"})
    return sum(n - 1 for n in of_drafts.values()) + sum(n - 1 for n in of_events.values())


def _repeated(cases: Mapping[str, Case], transcript: Transcript) -> int:
    tried: Counter[tuple[str, str, str]] = Counter()
    for event in transcript.begun.values():
        match str(event.get("value") or event.get("form")).split(":"):
            case ["case", "open", ref]:
                tried["opened", ref, event["person"]] += 1
            case ["mine", "add", ref]:
                tried["added", ref, ""] += 1
            case _:
                pass
    held = Counter((e.step, ref, e.person) for ref, case in cases.items() for e in case.ledger)
    return sum(
        max(0, n - max(tried[step], 1)) for step, n in held.items() if step[0] not in ("nobody-left", "reminded")
    )
