"""Where people can be written to on a platform. Within a transaction."""

from __future__ import annotations

from adapters.storage.sealing import Place
from adapters.storage.sqlite_file import SqliteFile
from adapters.storage.sqlite_vault import Vault


class Addresses:
    """Addresses by platform and person; neither person nor address is readable."""

    def __init__(self, file: SqliteFile, vault: Vault) -> None:
        self._file = file
        self._vault = vault

    def keep(self, organisation: str, platform: str, person: str, address: str) -> None:
        """Put an address in the place of an earlier one."""
        row = self._row(organisation, platform, person)
        sealed = self._vault.seal("directory", _place(organisation, platform, row), address.encode())
        self._file.run("insert or replace into addresses values (?, ?, ?, ?)", (organisation, platform, row, sealed))

    def of(self, organisation: str, platform: str, person: str) -> str | None:
        """The address, or None. Raises Damaged if it was altered."""
        row = self._row(organisation, platform, person)
        found = self._file.rows(
            "select sealed from addresses where organisation = ? and platform = ? and person = ?",
            (organisation, platform, row),
        )
        if not found:
            return None
        return self._vault.unseal("directory", _place(organisation, platform, row), found[0][0]).decode()

    def _row(self, organisation: str, platform: str, person: str) -> bytes:
        return self._vault.mark(organisation, "person", f"{platform}:{person}")


def _place(organisation: str, platform: str, row: bytes) -> Place:
    return Place(organisation=organisation, table="addresses", row=f"{platform}:{row.hex()}", field="sealed", version=1)
