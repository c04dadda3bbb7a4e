"""The reference store: plain values, nothing on disk. What it does, every other store must do."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import assert_never

from adapters.storage.audit import AuditRow, Books, KeptCase, digest_of, next_row
from adapters.storage.sealing import mark, new_key
from adapters.storage.stored_state import cases as case_shape
from bot.cases import Case, Grant
from bot.clocks import FAR
from bot.events import Actor
from bot.people import Directory
from bot.ports import Again, AuditCode, Never, Outcome, Posted, Taken
from bot.shelves import Shelf, shelves
from bot.state import EVENTS_KEPT, EVENTS_KEPT_ANYHOW, REMEMBERED, Conversation
from bot.turn import (
    AccessRefused,
    CaseWritten,
    ConcernCounted,
    ConcernsDropped,
    FeedbackGiven,
    Letter,
    LinkMade,
    LinkUsed,
    OperatorTold,
    QuestionUnanswered,
    Turn,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """A letter in the outbox."""

    organisation: str
    letter: Letter
    due: datetime
    attempts: int = 0
    worker: str = ""
    leased_until: datetime | None = None


@dataclass(slots=True, kw_only=True)
class _Kept:
    """Everything that is kept. Values are never changed in place, so a copy of the dictionaries is a copy of all."""

    states: dict[Actor, tuple[Conversation, datetime | None]] = field(default_factory=dict)
    seen: dict[tuple[str, str], datetime] = field(default_factory=dict)
    directories: dict[str, Directory] = field(default_factory=dict)
    addresses: dict[tuple[str, str, str], str] = field(default_factory=dict)
    cases: dict[tuple[str, str], tuple[Case, int]] = field(default_factory=dict)
    concerns: dict[tuple[str, str, str], datetime] = field(default_factory=dict)
    grants: dict[tuple[str, str], Grant] = field(default_factory=dict)
    letters: dict[str, _Waiting] = field(default_factory=dict)
    audit: dict[str, tuple[AuditRow, ...]] = field(default_factory=dict)
    feedback: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    unanswered: Counter[tuple[str, str]] = field(default_factory=Counter)
    worries: Counter[tuple[str, str]] = field(default_factory=Counter)

    def copy(self) -> _Kept:
        return _Kept(**{part.name: getattr(self, part.name).copy() for part in fields(self)})


class MemoryStore:
    """See `Store`; for as long as the process lives."""

    def __init__(self) -> None:
        self._kept = _Kept()
        self._key = new_key()
        self._lock = threading.RLock()
        self._within = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """See `Store.transaction`."""
        with self._lock:
            if self._within:
                raise RuntimeError("A transaction was begun within a transaction.")
            self._within = True
            try:
                with self.part():
                    yield
            finally:
                self._within = False

    @contextmanager
    def part(self) -> Iterator[None]:
        """See `Store.part`."""
        before = self._kept.copy()
        try:
            yield
        except BaseException:
            self._kept = before
            raise

    def seen(self, organisation: str, key: str) -> bool:
        """See `Store.seen`."""
        return (organisation, key) in self._kept.seen

    def state(self, actor: Actor) -> Conversation:
        """See `Store.state`."""
        return self._kept.states[actor][0] if actor in self._kept.states else Conversation()

    def directory(self, organisation: str) -> Directory:
        """See `Store.directory`."""
        return self._kept.directories.get(organisation, Directory())

    def case(self, organisation: str, ref: str) -> Case | None:
        """See `Store.case`."""
        return self._kept.cases[organisation, ref][0] if (organisation, ref) in self._kept.cases else None

    def cases_of(self, actor: Actor, shelf: Shelf, limit: int | None = None, after: str = "") -> tuple[Case, ...]:
        """See `Store.cases_of`."""
        newest_first = reversed(self._cases(actor.organisation))
        listed = [case for case in newest_first if (actor.person, shelf) in shelves(case)]
        refs = [case.ref for case in listed]
        start = refs.index(after) + 1 if after in refs else 0
        return tuple(listed[start:])[:limit]

    def cases_from(self, organisation: str, after: str, limit: int) -> tuple[Case, ...]:
        """See `Store.cases_from`."""
        cases = self._cases(organisation)
        refs = [case.ref for case in cases]
        start = refs.index(after) + 1 if after in refs else 0 if not after else len(refs)
        return tuple(cases[start : start + limit])

    def on_shelf(self, organisation: str, shelf: Shelf) -> tuple[str, ...]:
        """See `Store.on_shelf`."""
        return tuple(c.ref for c in self._cases(organisation) if any(name == shelf for _, name in shelves(c)))

    def concerns(self, organisation: str, person: str, since: datetime, but: str) -> int:
        """See `Store.concerns`."""
        counted = self._kept.concerns.items()
        return sum(
            (whose, about) == (organisation, person) and ref != but and at >= since
            for (whose, about, ref), at in counted
        )

    def grant(self, organisation: str, token: str) -> Grant | None:
        """See `Store.grant`."""
        return self._kept.grants.get((organisation, token))

    def audit_codes(self, organisation: str, ref: str) -> tuple[AuditCode, ...]:
        """See `Store.audit_codes`."""
        name = self._mark(organisation, "case", ref)
        rows = self._kept.audit.get(organisation, ())
        return tuple(AuditCode(number=r.number, at=r.at, action=r.action, hash=r.hash) for r in rows if r.case == name)

    def letters_waiting(self, before: datetime) -> int:
        """See `Store.letters_waiting`."""
        return sum(waiting.due < before for waiting in self._kept.letters.values())

    def write(self, actor: Actor, key: str, at: datetime, turn: Turn) -> None:
        """See `Store.write`."""
        kept, organisation = self._kept, actor.organisation
        self._forget(at)
        kept.seen[organisation, key] = at
        self._keep_state(actor, turn, at)
        for record in turn.records:
            match record:
                case FeedbackGiven():
                    kept.feedback[organisation, record.matter, record.opinion] += 1
                case QuestionUnanswered():
                    kept.unanswered[organisation, record.masked] += 1
                case OperatorTold():
                    kept.worries[organisation, record.what] += 1
                case CaseWritten():
                    self._keep_case(organisation, at, record)
                case ConcernCounted():
                    kept.concerns.setdefault((organisation, record.person, record.ref), at)
                case ConcernsDropped():
                    dropped = (organisation, record.ref)
                    kept.concerns = {about: when for about, when in kept.concerns.items() if about[::2] != dropped}
                case LinkMade():
                    kept.grants[organisation, record.token] = record.grant
                case LinkUsed():
                    kept.grants.pop((organisation, record.token), None)
                case AccessRefused():
                    self._enter(organisation, at, "refused", record.ref, record.by, "")
                case _:
                    assert_never(record)
        for number, letter in enumerate(turn.letters):
            name = f"{self._mark(organisation, 'event', key)}:{number}"
            kept.letters.setdefault(name, _Waiting(organisation=organisation, letter=letter, due=at))

    def keep_directory(self, organisation: str, directory: Directory) -> None:
        """See `Store.keep_directory`."""
        self._kept.directories[organisation] = directory

    def remember_address(self, organisation: str, platform: str, person: str, address: str) -> None:
        """See `Store.remember_address`."""
        self._kept.addresses[organisation, platform, person] = address

    def address(self, organisation: str, platform: str, person: str) -> str | None:
        """See `Store.address`."""
        return self._kept.addresses.get((organisation, platform, person))

    def asleep_until(self, at: datetime) -> tuple[tuple[Actor, ...], tuple[tuple[str, str], ...]]:
        """See `Store.asleep_until`."""
        self._forget(at)
        people = sorted(
            ((wake, actor) for actor, (_, wake) in self._kept.states.items() if wake and wake <= at),
            key=lambda due: due[0],
        )
        cases = sorted(
            (
                (case.wake, key)
                for key, (case, _) in self._kept.cases.items()
                if case.wake and (case.wake <= at or case.wake - at > FAR)
            ),
            key=lambda due: due[0],
        )
        return tuple(actor for _, actor in people), tuple(key for _, key in cases)

    def claim(self, now: datetime, lease: timedelta, limit: int, worker: str) -> Sequence[Posted]:
        """See `Store.claim`."""
        with self.transaction():
            free = [
                (name, waiting)
                for name, waiting in self._kept.letters.items()
                if waiting.due <= now and (waiting.leased_until is None or waiting.leased_until <= now)
            ]
            for name, waiting in free[:limit]:
                self._kept.letters[name] = replace(waiting, worker=worker, leased_until=now + lease)
            return [
                Posted(id=name, organisation=waiting.organisation, letter=waiting.letter, attempts=waiting.attempts)
                for name, waiting in free[:limit]
            ]

    def settle(self, letter: str, worker: str, now: datetime, outcome: Outcome) -> bool:
        """See `Store.settle`."""
        with self.transaction():
            waiting = self._kept.letters.get(letter)
            if waiting is None or waiting.worker != worker:
                return False
            match outcome:
                case Taken() | Never():
                    del self._kept.letters[letter]
                case Again():
                    later = replace(waiting, due=now + outcome.after, attempts=waiting.attempts + 1)
                    self._kept.letters[letter] = replace(later, worker="", leased_until=None)
                case _:
                    assert_never(outcome)
            return True

    def feedback(self, organisation: str) -> Mapping[str, Mapping[str, int]]:
        """See `Store.feedback`."""
        found: dict[str, dict[str, int]] = {}
        with self.transaction():
            for (whose, matter, opinion), count in self._kept.feedback.items():
                if whose == organisation:
                    found.setdefault(matter, {})[opinion] = count
        return found

    def unanswered(self, organisation: str) -> Mapping[str, int]:
        """See `Store.unanswered`."""
        with self.transaction():
            mine = {masked: count for (whose, masked), count in self._kept.unanswered.items() if whose == organisation}
        return dict(sorted(mine.items(), key=lambda item: (-item[1], item[0])))

    def operator_told(self, organisation: str) -> Mapping[str, int]:
        """See `Store.operator_told`."""
        with self.transaction():
            return {what: count for (whose, what), count in sorted(self._kept.worries.items()) if whose == organisation}

    def books(self, organisation: str) -> Books:
        """See `Audited.books`."""
        with self.transaction():
            cases = {
                (name := self._mark(organisation, "case", ref)): KeptCase(
                    mark=name, version=version, plain=case_shape.write(case), case=case
                )
                for (whose, ref), (case, version) in self._kept.cases.items()
                if whose == organisation
            }
            return Books(key=self._key, rows=self._kept.audit.get(organisation, ()), cases=cases)

    def close(self) -> None:
        """Nothing to let go of."""

    def _cases(self, organisation: str) -> list[Case]:
        return [case for (whose, _), (case, _) in self._kept.cases.items() if whose == organisation]

    def _keep_state(self, actor: Actor, turn: Turn, at: datetime) -> None:
        state = _without_stale(turn.state, at)
        if state.asked or state.wanted:
            self._kept.states[actor] = (state, turn.wake)
        else:
            self._kept.states.pop(actor, None)

    def _keep_case(self, organisation: str, at: datetime, record: CaseWritten) -> None:
        case = record.case
        _, version = self._kept.cases.get((organisation, case.ref), (case, 0))
        self._kept.cases[organisation, case.ref] = (case, version + 1)
        digest = digest_of(record.step, case, case_shape.write(case))
        self._enter(organisation, at, record.step, case.ref, record.by, digest)

    def _enter(self, organisation: str, at: datetime, action: str, ref: str, by: str, digest: str) -> None:
        rows = self._kept.audit.get(organisation, ())
        case = self._mark(organisation, "case", ref) if ref else ""
        person = self._mark(organisation, "person", by) if by else ""
        last = rows[-1] if rows else None
        row = next_row(self._key, organisation, last, at=at, action=action, case=case, by=person, digest=digest)
        self._kept.audit[organisation] = (*rows, row)

    def _mark(self, organisation: str, kind: str, value: str) -> str:
        return mark(self._key, f"{organisation} {kind}", value).hex()

    def _forget(self, at: datetime) -> None:
        kept = self._kept
        latest = set(list(kept.seen)[-EVENTS_KEPT_ANYHOW:])
        kept.seen = {event: seen for event, seen in kept.seen.items() if at - seen < EVENTS_KEPT or event in latest}
        kept.grants = {link: grant for link, grant in kept.grants.items() if grant.until > at}
        states = {actor: (_without_stale(state, at), wake) for actor, (state, wake) in kept.states.items()}
        kept.states = {actor: (state, wake) for actor, (state, wake) in states.items() if state.asked or state.wanted}


def _without_stale(state: Conversation, at: datetime) -> Conversation:
    return replace(state, asked=None) if state.asked and at - state.asked.at > REMEMBERED else state
