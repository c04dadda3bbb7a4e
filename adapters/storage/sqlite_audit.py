"""The audit chain in the embedded store."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from adapters.storage.audit import AuditRow, next_row
from adapters.storage.sqlite_file import SqliteFile
from adapters.storage.sqlite_vault import Vault
from bot.cases import Step
from bot.ports import AuditCode

_COLUMNS = "number, at, action, case_mark, by_mark, digest, previous, hash"


class Chain:
    """The rows of each organisation's chain. Within a transaction."""

    def __init__(self, file: SqliteFile, vault: Vault) -> None:
        self._file = file
        self._vault = vault

    def enter(
        self, organisation: str, at: datetime, action: Step | Literal["refused"], *, ref: str, by: str, digest: str
    ) -> None:
        """Add a row. `ref` and `by` are kept as marks."""
        rows = self._file.rows(
            f"select {_COLUMNS} from audit where organisation = ? order by number desc limit 1", (organisation,)
        )
        row = next_row(
            self.key(organisation),
            organisation,
            _row(rows[0]) if rows else None,
            at=at,
            action=action,
            case=self.mark(organisation, "case", ref),
            by=self.mark(organisation, "person", by),
            digest=digest,
        )
        values = (row.number, row.at, row.action, row.case, row.by, row.digest, row.previous, row.hash)
        self._file.run(
            f"insert into audit (organisation, {_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)", (organisation, *values)
        )

    def rows(self, organisation: str) -> tuple[AuditRow, ...]:
        """All rows, first to last, as they are in the database: not one of them is known to be right."""
        found = self._file.rows(f"select {_COLUMNS} from audit where organisation = ? order by number", (organisation,))
        return tuple(map(_row, found))

    def codes(self, organisation: str, ref: str) -> tuple[AuditCode, ...]:
        """The rows about one case, first to last."""
        found = self._file.rows(
            "select number, at, action, hash from audit where organisation = ? and case_mark = ? order by number",
            (organisation, self.mark(organisation, "case", ref)),
        )
        return tuple(AuditCode(number=number, at=at, action=action, hash=known) for number, at, action, known in found)

    def key(self, organisation: str) -> bytes:
        """The key of the chain."""
        return self._vault.key(organisation, "audit")

    def mark(self, organisation: str, kind: Literal["case", "person"], value: str) -> str:
        """How a case or a person stands in a row; empty for nobody."""
        return self._vault.mark(organisation, kind, value).hex() if value else ""


def _row(found: tuple[int, str, str, str, str, str, str, str]) -> AuditRow:
    number, at, action, case, by, digest, previous, known = found
    return AuditRow(number=number, at=at, action=action, case=case, by=by, digest=digest, previous=previous, hash=known)
