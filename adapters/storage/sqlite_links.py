"""Links to pages in the embedded store: found by a mark of their token, sealed, and forgotten after their time."""

from __future__ import annotations

from datetime import datetime

from adapters.storage.sealing import Place
from adapters.storage.sqlite_file import SqliteFile
from adapters.storage.sqlite_vault import Vault
from adapters.storage.stored_state import grants
from bot.cases import Grant


class Links:
    """What links lead to. Within a transaction."""

    def __init__(self, file: SqliteFile, vault: Vault) -> None:
        self._file = file
        self._vault = vault

    def make(self, organisation: str, token: str, grant: Grant) -> None:
        """Let a token lead there."""
        name = self._name(organisation, token)
        sealed = self._vault.seal("links", _place(organisation, name), grants.write(grant))
        values = (organisation, name, sealed, grant.until.timestamp())
        self._file.run("insert or replace into links values (?, ?, ?, ?)", values)

    def to(self, organisation: str, token: str) -> Grant | None:
        """What a token leads to. Raises Damaged."""
        name = self._name(organisation, token)
        rows = self._file.rows("select sealed from links where organisation = ? and token = ?", (organisation, name))
        return grants.read(self._vault.unseal("links", _place(organisation, name), rows[0][0])) if rows else None

    def end(self, organisation: str, token: str) -> None:
        """Let a token lead nowhere."""
        name = self._name(organisation, token)
        self._file.run("delete from links where organisation = ? and token = ?", (organisation, name))

    def forget(self, at: datetime) -> None:
        """Erase those whose time is over."""
        self._file.run("delete from links where until <= ?", (at.timestamp(),))

    def _name(self, organisation: str, token: str) -> bytes:
        return self._vault.mark(organisation, "link", token)


def _place(organisation: str, name: bytes) -> Place:
    return Place(organisation=organisation, table="links", row=name.hex(), field="sealed")
