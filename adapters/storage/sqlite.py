"""The embedded store: one SQLite file, in which nobody without the key can read who reported what about whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import assert_never

from adapters.storage.audit import Books
from adapters.storage.sealing import Keyring, Place
from adapters.storage.sqlite_addresses import Addresses
from adapters.storage.sqlite_audit import Chain
from adapters.storage.sqlite_cases import Cases
from adapters.storage.sqlite_concerns import Concerns
from adapters.storage.sqlite_conversations import Conversations
from adapters.storage.sqlite_counts import Counts
from adapters.storage.sqlite_file import SqliteFile
from adapters.storage.sqlite_links import Links
from adapters.storage.sqlite_outbox import Outbox
from adapters.storage.sqlite_rewrapping import Rewrapped, rewrap
from adapters.storage.sqlite_vault import Vault
from adapters.storage.stored_state import directories
from bot.cases import Case, Grant
from bot.events import Actor
from bot.people import Directory
from bot.ports import AuditCode, Outcome, Posted
from bot.shelves import Shelf
from bot.state import Conversation
from bot.turn import (
    AccessRefused,
    CaseWritten,
    ConcernCounted,
    ConcernsDropped,
    FeedbackGiven,
    LinkMade,
    LinkUsed,
    OperatorTold,
    QuestionUnanswered,
    Turn,
)


class SqliteStore:
    """See `Store`; all of it in the file at `path`, which is made if it is not there.

    `serving`: for the one process that serves; others share the file with it and wait for each other. Raises
    SettingsError if the file cannot be used, the key is not its own, or it is served already, and changes nothing.
    """

    def __init__(self, path: Path, keyring: Keyring, *, serving: bool = False) -> None:
        self._directories: dict[str, tuple[int, Directory]] = {}
        self._file = SqliteFile(path, self._forget_what_was_read, serving=serving)
        self._vault = Vault(self._file, keyring)
        self._counts = Counts(self._file)
        self._chain = Chain(self._file, self._vault)
        self._conversations = Conversations(self._file, self._vault, self._counts)
        self._cases = Cases(self._file, self._vault, self._chain, self._counts)
        self._outbox = Outbox(self._file, self._vault, self._counts)
        self._addresses = Addresses(self._file, self._vault)
        self._concerns = Concerns(self._file, self._vault)
        self._links = Links(self._file, self._vault)
        try:
            with self.transaction():
                self._vault.check()
                self._cases.shelve_all()
        except BaseException:
            self.close()
            raise

    def transaction(self) -> AbstractContextManager[None]:
        """See `Store.transaction`."""
        return self._file.transaction()

    def part(self) -> AbstractContextManager[None]:
        """See `Store.part`."""
        return self._file.part()

    def seen(self, organisation: str, key: str) -> bool:
        """See `Store.seen`."""
        return self._conversations.seen(organisation, key)

    def state(self, actor: Actor) -> Conversation:
        """See `Store.state`."""
        return self._conversations.state(actor)

    def directory(self, organisation: str) -> Directory:
        """See `Store.directory`."""
        version = self._directory_version(organisation)
        known = self._directories.get(organisation)
        if not known or known[0] != version:
            known = self._directories[organisation] = (version, self._read_directory(organisation, version))
        return known[1]

    def case(self, organisation: str, ref: str) -> Case | None:
        """See `Store.case`."""
        return self._cases.one(organisation, ref)

    def cases_of(self, actor: Actor, shelf: Shelf, limit: int | None = None, after: str = "") -> tuple[Case, ...]:
        """See `Store.cases_of`."""
        return self._cases.of(actor, shelf, limit, after)

    def cases_from(self, organisation: str, after: str, limit: int) -> tuple[Case, ...]:
        """See `Store.cases_from`."""
        return self._cases.after(organisation, after, limit)

    def on_shelf(self, organisation: str, shelf: Shelf) -> tuple[str, ...]:
        """See `Store.on_shelf`."""
        return self._cases.on_shelf(organisation, shelf)

    def concerns(self, organisation: str, person: str, since: datetime, but: str) -> int:
        """See `Store.concerns`."""
        return self._concerns.number(organisation, person, since, but)

    def grant(self, organisation: str, token: str) -> Grant | None:
        """See `Store.grant`."""
        return self._links.to(organisation, token)

    def audit_codes(self, organisation: str, ref: str) -> tuple[AuditCode, ...]:
        """See `Store.audit_codes`."""
        return self._chain.codes(organisation, ref)

    def letters_waiting(self, before: datetime) -> int:
        """See `Store.letters_waiting`."""
        return self._outbox.waiting(before)

    def write(self, actor: Actor, key: str, at: datetime, turn: Turn) -> None:
        """See `Store.write`."""
        organisation = actor.organisation
        self._forget(at)
        self._conversations.see(organisation, key, at)
        self._conversations.keep(actor, turn.state, at, turn.wake)
        for record in turn.records:
            match record:
                case FeedbackGiven():
                    self._counts.judged(organisation, record)
                case QuestionUnanswered():
                    self._counts.unanswered(organisation, record)
                case OperatorTold():
                    self._counts.worry(organisation, record.what)
                case CaseWritten():
                    self._cases.keep(organisation, at, record)
                case ConcernCounted():
                    self._concerns.count(organisation, record.person, record.ref, at)
                case ConcernsDropped():
                    self._concerns.drop(organisation, record.ref)
                case LinkMade():
                    self._links.make(organisation, record.token, record.grant)
                case LinkUsed():
                    self._links.end(organisation, record.token)
                case AccessRefused():
                    self._chain.enter(organisation, at, "refused", ref=record.ref, by=record.by, digest="")
                case _:
                    assert_never(record)
        self._outbox.post(organisation, key, at, turn.letters)

    def keep_directory(self, organisation: str, directory: Directory) -> None:
        """See `Store.keep_directory`."""
        version = self._directory_version(organisation) + 1
        sealed = self._vault.seal("directory", _directory_place(organisation, version), directories.write(directory))
        self._file.run("insert or replace into directories values (?, ?, ?)", (organisation, version, sealed))

    def remember_address(self, organisation: str, platform: str, person: str, address: str) -> None:
        """See `Store.remember_address`."""
        self._addresses.keep(organisation, platform, person, address)

    def address(self, organisation: str, platform: str, person: str) -> str | None:
        """See `Store.address`."""
        return self._addresses.of(organisation, platform, person)

    def asleep_until(self, at: datetime) -> tuple[tuple[Actor, ...], tuple[tuple[str, str], ...]]:
        """See `Store.asleep_until`. Also forgets what is past its time, so that it goes when nobody says anything."""
        self._forget(at)
        return self._conversations.asleep_until(at), self._cases.asleep_until(at)

    def claim(self, now: datetime, lease: timedelta, limit: int, worker: str) -> Sequence[Posted]:
        """See `Store.claim`."""
        with self.transaction():
            return self._outbox.claim(now, lease, limit, worker)

    def settle(self, letter: str, worker: str, now: datetime, outcome: Outcome) -> bool:
        """See `Store.settle`."""
        with self.transaction():
            return self._outbox.settle(letter, worker, now, outcome)

    def feedback(self, organisation: str) -> Mapping[str, Mapping[str, int]]:
        """See `Store.feedback`."""
        with self.transaction():
            return self._counts.judgements(organisation)

    def unanswered(self, organisation: str) -> Mapping[str, int]:
        """See `Store.unanswered`."""
        with self.transaction():
            return self._counts.gaps(organisation)

    def operator_told(self, organisation: str) -> Mapping[str, int]:
        """See `Store.operator_told`."""
        with self.transaction():
            return self._counts.worries(organisation)

    def books(self, organisation: str) -> Books:
        """See `Audited.books`."""
        with self.transaction():
            return self._cases.books(organisation)

    def rewrap(self, progress: Callable[[int], None]) -> Rewrapped:
        """Put every key that is kept under the newest master key; see `adapters/storage/rotation.py`."""
        return rewrap(self._file, self._vault, progress)

    def close(self) -> None:
        """See `Store.close`."""
        self._file.close()

    def _forget(self, at: datetime) -> None:
        self._conversations.forget(at)
        self._links.forget(at)

    def _directory_version(self, organisation: str) -> int:
        rows = self._file.rows("select version from directories where organisation = ?", (organisation,))
        return int(rows[0][0]) if rows else 0

    def _read_directory(self, organisation: str, version: int) -> Directory:
        rows = self._file.rows("select sealed from directories where organisation = ?", (organisation,))
        if not rows:
            return Directory()
        return directories.read(self._vault.unseal("directory", _directory_place(organisation, version), rows[0][0]))

    def _forget_what_was_read(self) -> None:
        self._directories.clear()
        self._vault.forget()


def _directory_place(organisation: str, version: int) -> Place:
    return Place(organisation=organisation, table="directories", row="", field="sealed", version=version)
