"""Cases in the embedded store: each sealed whole under a key of its own, so that erasing the key erases the case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from adapters.storage.audit import Books, KeptCase, digest_of
from adapters.storage.sealing import Place, new_key, seal, unseal
from adapters.storage.sqlite_audit import Chain
from adapters.storage.sqlite_counts import Counts
from adapters.storage.sqlite_file import SqliteFile
from adapters.storage.sqlite_vault import Vault
from adapters.storage.stored_state import cases
from bot.cases import Case
from bot.clocks import FAR
from bot.errors import Damaged
from bot.events import Actor
from bot.shelves import Shelf, shelves
from bot.turn import CaseWritten

_BEYOND = 1 << 62


class Cases:
    """Reports that were sent. Within a transaction."""

    def __init__(self, file: SqliteFile, vault: Vault, chain: Chain, counts: Counts) -> None:
        self._file = file
        self._vault = vault
        self._chain = chain
        self._counts = counts

    def one(self, organisation: str, ref: str) -> Case | None:
        """A case by its reference. Raises Damaged if it was altered, moved or cut."""
        rows = self._file.rows(
            "select version, wrapped, sealed from cases where organisation = ? and ref = ?", (organisation, ref)
        )
        return cases.read(self._plain(organisation, ref, *rows[0])) if rows else None

    def of(self, actor: Actor, shelf: Shelf, limit: int | None, after: str) -> tuple[Case, ...]:
        """One of a person's lists, newest first. Raises Damaged also if a case was put into it outside."""
        person = self._person(actor.organisation, actor.person)
        before = self._place_in(actor.organisation, person, shelf, after)
        # "cross" keeps the order: a person's few cases first, never all that the organisation has.
        rows = self._file.rows(
            "select ref, version, wrapped, sealed from case_shelves cross join cases using (organisation, ref) "
            "where organisation = ? and person = ? and shelf = ? and case_shelves.position < ? "
            "order by case_shelves.position desc limit ?",
            (
                actor.organisation,
                person,
                shelf,
                before,
                -1 if limit is None else limit,
            ),
        )
        found = tuple(self._readable(actor.organisation, rows))
        if any((actor.person, shelf) not in shelves(case) for case in found):
            raise Damaged("A case was found for a person that it does not know.")
        return found

    def after(self, organisation: str, after: str, limit: int) -> tuple[Case, ...]:
        """All cases in order, from the one that follows."""
        start = self._position(organisation, after) if after else 0
        rows = self._file.rows(
            "select ref, version, wrapped, sealed from cases where organisation = ? and position > ? "
            "order by position limit ?",
            (organisation, start, limit),
        )
        return tuple(self._readable(organisation, rows))

    def on_shelf(self, organisation: str, shelf: Shelf) -> tuple[str, ...]:
        """The references in a list of anybody, each once."""
        rows = self._file.rows(
            "select distinct position, ref from case_shelves where organisation = ? and shelf = ? order by position",
            (organisation, shelf),
        )
        return tuple(ref for _, ref in rows)

    def shelve_all(self) -> None:
        """Put cases into lists that are in none: an earlier version kept whose they are in another way."""
        for organisation, ref, position, *stored in self._file.rows(
            "select organisation, ref, position, version, wrapped, sealed from cases where not exists "
            "(select 1 from case_shelves where organisation = cases.organisation and ref = cases.ref)"
        ):
            for case in self._readable(organisation, [(ref, *stored)]):
                self._shelve(organisation, case, position)

    def keep(self, organisation: str, at: datetime, record: CaseWritten) -> None:
        """Write a case as it is now, with its row in the audit chain. Raises Damaged if its key was altered."""
        case, plain = record.case, cases.write(record.case)
        wake = case.wake.timestamp() if case.wake else None
        version, position, wrapped = self._stands(organisation, case.ref)
        key = self._vault.unwrap(wrapped, wrapped_place(organisation, case.ref))
        sealed = seal(key, _sealed_place(organisation, case.ref, version + 1), plain)
        self._file.run(
            "insert into cases values (?, ?, ?, ?, ?, ?, ?) on conflict (organisation, ref) do update "
            "set version = excluded.version, sealed = excluded.sealed, wake = excluded.wake",
            (organisation, case.ref, position, version + 1, wrapped, sealed, wake),
        )
        self._shelve(organisation, case, position)
        self._chain.enter(
            organisation, at, record.step, ref=case.ref, by=record.by, digest=digest_of(record.step, case, plain)
        )

    def asleep_until(self, at: datetime) -> tuple[tuple[str, str], ...]:
        """Cases that want looking at. One that was altered is passed over, and the operator told, once."""
        due = []
        # Two ranges of the index, joined: with "or" all of it would be gone through.
        for organisation, ref, *stored, _ in self._file.rows(
            "select organisation, ref, version, wrapped, sealed, wake from cases where wake <= ? union all "
            "select organisation, ref, version, wrapped, sealed, wake from cases where wake > ? order by wake",
            (at.timestamp(), (at + FAR).timestamp()),
        ):
            try:
                cases.read(self._plain(organisation, ref, *stored))
                due.append((organisation, ref))
            except Damaged:
                self._counts.worry(organisation, "damaged")
                self._file.run("update cases set wake = null where organisation = ? and ref = ?", (organisation, ref))
        return tuple(due)

    def books(self, organisation: str) -> Books:
        """Everything that an audit compares."""
        kept: dict[str, KeptCase] = {}
        for ref, version, *stored in self._file.rows(
            "select ref, version, wrapped, sealed from cases where organisation = ?", (organisation,)
        ):
            mark = self._chain.mark(organisation, "case", ref)
            try:
                plain = self._plain(organisation, ref, version, *stored)
                kept[mark] = KeptCase(mark=mark, version=version, plain=plain, case=cases.read(plain))
            except Damaged:
                kept[mark] = KeptCase(mark=mark, version=version, plain=None, case=None)
        return Books(key=self._chain.key(organisation), rows=self._chain.rows(organisation), cases=kept)

    def _shelve(self, organisation: str, case: Case, position: int) -> None:
        self._file.run("delete from case_shelves where organisation = ? and ref = ?", (organisation, case.ref))
        for person, shelf in shelves(case):
            values = (organisation, self._person(organisation, person), shelf, position, case.ref)
            self._file.run("insert into case_shelves values (?, ?, ?, ?, ?)", values)

    def _readable(self, organisation: str, rows: Iterable[tuple[Any, ...]]) -> Iterator[Case]:
        """Those that were not altered: one that was must not hide the others, and the operator is told."""
        for row in rows:
            try:
                yield cases.read(self._plain(organisation, *row))
            except Damaged:
                self._counts.worry(organisation, "damaged")

    def _place_in(self, organisation: str, person: bytes, shelf: Shelf, ref: str) -> int:
        """Where a case stands in a person's list; behind its end if it is not in it, so that nothing is told of it."""
        rows = self._file.rows(
            "select position from case_shelves where organisation = ? and person = ? and shelf = ? and ref = ?",
            (organisation, person, shelf, ref),
        )
        return int(rows[0][0]) if rows else _BEYOND

    def _position(self, organisation: str, ref: str) -> int:
        """Where a case stands in the order in which they were sent; before all if there is none."""
        rows = self._file.rows("select position from cases where organisation = ? and ref = ?", (organisation, ref))
        return int(rows[0][0]) if rows else 0

    def _stands(self, organisation: str, ref: str) -> tuple[int, int, bytes]:
        """How often a case was written, its position and its wrapped key; for a new one, what these will be."""
        rows = self._file.rows(
            "select version, position, wrapped from cases where organisation = ? and ref = ?", (organisation, ref)
        )
        if rows:
            version, position, wrapped = rows[0]
            return version, position, wrapped
        [[last]] = self._file.rows("select max(position) from cases where organisation = ?", (organisation,))
        return 0, (last or 0) + 1, self._vault.wrap(new_key(), wrapped_place(organisation, ref))

    def _plain(self, organisation: str, ref: str, version: int, wrapped: object, sealed: object) -> bytes:
        key = self._vault.unwrap(wrapped, wrapped_place(organisation, ref))
        return unseal(key, _sealed_place(organisation, ref, version), sealed)

    def _person(self, organisation: str, person: str) -> bytes:
        return self._vault.mark(organisation, "person", person)


def wrapped_place(organisation: str, ref: str) -> Place:
    """Where a case's own key belongs."""
    return Place(organisation=organisation, table="cases", row=ref, field="wrapped")


def _sealed_place(organisation: str, ref: str, version: int) -> Place:
    return Place(organisation=organisation, table="cases", row=ref, field="sealed", version=version)
