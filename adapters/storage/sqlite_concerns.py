"""How many concerns there are about somebody, in the embedded store: keyed hashes of persons and cases, nothing else.

They are made with a word of their own, so that they can be told together with no other mark in the database.
"""

from __future__ import annotations

from datetime import datetime

from adapters.storage.sqlite_file import SqliteFile
from adapters.storage.sqlite_vault import Vault


class Concerns:
    """What was counted. Within a transaction."""

    def __init__(self, file: SqliteFile, vault: Vault) -> None:
        self._file = file
        self._vault = vault

    def count(self, organisation: str, person: str, ref: str, at: datetime) -> None:
        """Count a case for a person, once."""
        marks = self._marks(organisation, person, ref)
        self._file.run("insert or ignore into concerns values (?, ?, ?, ?)", (organisation, *marks, at.timestamp()))

    def drop(self, organisation: str, ref: str) -> None:
        """Have a case count for nobody."""
        _, case = self._marks(organisation, "", ref)
        self._file.run("delete from concerns where organisation = ? and case_mark = ?", (organisation, case))

    def number(self, organisation: str, person: str, since: datetime, but: str) -> int:
        """How many beside one case were counted since a time."""
        about, case = self._marks(organisation, person, but)
        [[number]] = self._file.rows(
            "select count(*) from concerns where organisation = ? and person = ? and case_mark != ? and at >= ?",
            (organisation, about, case, since.timestamp()),
        )
        return int(number)

    def _marks(self, organisation: str, person: str, ref: str) -> tuple[bytes, bytes]:
        return (
            self._vault.mark(organisation, "concern about", person),
            self._vault.mark(organisation, "concern in", ref),
        )
