"""The outbox in the embedded store: letters, sealed, from the turn that wrote them until a platform has them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

from adapters.storage.sealing import Place
from adapters.storage.sqlite_counts import Counts
from adapters.storage.sqlite_file import SqliteFile
from adapters.storage.sqlite_vault import Vault
from adapters.storage.stored_state import letters
from bot.errors import Damaged
from bot.ports import Again, Never, Outcome, Posted, Taken
from bot.turn import Letter


class Outbox:
    """Letters that wait. Within a transaction."""

    def __init__(self, file: SqliteFile, vault: Vault, counts: Counts) -> None:
        self._file = file
        self._vault = vault
        self._counts = counts

    def post(self, organisation: str, key: str, at: datetime, written: Sequence[Letter]) -> None:
        """Put the letters of one turn into the outbox. The same event makes the same letters, and none twice."""
        for number, letter in enumerate(written):
            name = f"{self._vault.mark(organisation, 'event', key).hex()}:{number}"
            sealed = self._vault.seal("outbox", _place(organisation, name), letters.write(letter))
            self._file.run(
                "insert or ignore into outbox (organisation, letter, sealed, due, attempts) values (?, ?, ?, ?, 0)",
                (organisation, name, sealed, at.timestamp()),
            )

    def claim(self, now: datetime, lease: timedelta, limit: int, worker: str) -> list[Posted]:
        """Letters that are due and nobody's, oldest first; this worker's until the lease runs out."""
        claimed: list[Posted] = []
        found = self._file.rows(
            "select organisation, letter, sealed, attempts from outbox "
            "where due <= ? and (leased_until is null or leased_until <= ?) order by rowid limit ?",
            (now.timestamp(), now.timestamp(), limit),
        )
        for organisation, name, sealed, attempts in found:
            try:
                letter = letters.read(self._vault.unseal("outbox", _place(organisation, name), sealed))
            except Damaged:
                self._set_aside(organisation, name)
                continue
            self._file.run(
                "update outbox set worker = ?, leased_until = ? where organisation = ? and letter = ?",
                (worker, (now + lease).timestamp(), organisation, name),
            )
            claimed.append(Posted(id=name, organisation=organisation, letter=letter, attempts=attempts))
        return claimed

    def settle(self, name: str, worker: str, now: datetime, outcome: Outcome) -> bool:
        """Remove a letter or put it off; False, and nothing changed, if it is not this worker's."""
        match outcome:
            case Taken() | Never():
                return bool(self._file.run("delete from outbox where letter = ? and worker = ?", (name, worker)))
            case Again():
                return bool(
                    self._file.run(
                        "update outbox set due = ?, attempts = attempts + 1, worker = null, leased_until = null "
                        "where letter = ? and worker = ?",
                        ((now + outcome.after).timestamp(), name, worker),
                    )
                )
            case _:
                assert_never(outcome)

    def waiting(self, before: datetime) -> int:
        """How many letters have been waiting since before this time."""
        [[count]] = self._file.rows("select count(*) from outbox where due < ?", (before.timestamp(),))
        return int(count)

    def _set_aside(self, organisation: str, name: str) -> None:
        """A letter that was altered is never due again: it must not hold up the others. The operator is told."""
        self._counts.worry(organisation, "damaged")
        self._file.run("update outbox set due = 9e999 where organisation = ? and letter = ?", (organisation, name))


def _place(organisation: str, name: str) -> Place:
    return Place(organisation=organisation, table="outbox", row=name, field="sealed")
