"""Puts the keys in the database under the newest master key, a few in one transaction; what they sealed stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from adapters.storage.sealing import Place
from adapters.storage.sqlite_cases import wrapped_place
from adapters.storage.sqlite_file import SqliteFile
from adapters.storage.sqlite_vault import Vault, key_place
from bot.errors import Damaged

_TOGETHER = 50

_TABLES: dict[str, tuple[str, Callable[[str, str], Place]]] = {
    "keys": ("purpose", key_place),
    "cases": ("ref", wrapped_place),
}
"""Tables with wrapped keys: the column that tells an organisation's apart, and the place each is bound to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrapped:
    """How many keys were put under the newest master key, and how many could not be, because they were altered."""

    rewrapped: int
    damaged: int


def rewrap(file: SqliteFile, vault: Vault, progress: Callable[[int], None]) -> Rewrapped:
    """Go through all keys that are not under the newest. `progress` is told how many are, after each transaction."""
    rewrapped = damaged = 0
    for table, old in _old_keys(file, vault):
        name, place_of = _TABLES[table]
        with file.transaction():
            for organisation, row, wrapped in old:
                try:
                    new = vault.rewrap(wrapped, place_of(organisation, row))
                except Damaged:
                    damaged += 1
                    continue
                file.run(
                    f"update {table} set wrapped = ? where organisation = ? and {name} = ?", (new, organisation, row)
                )
                rewrapped += 1
        progress(rewrapped)
    return Rewrapped(rewrapped=rewrapped, damaged=damaged)


def _old_keys(file: SqliteFile, vault: Vault) -> Iterator[tuple[str, list[tuple[str, str, bytes]]]]:
    """Portions of keys that are under an older master key, as (organisation, row, wrapped key), with their table."""
    for table, (name, _) in _TABLES.items():
        with file.transaction():
            found = file.rows(
                f"select organisation, {name}, wrapped from {table} where substr(wrapped, 1, ?) != ?",
                (len(vault.newest_id), vault.newest_id),
            )
        for start in range(0, len(found), _TOGETHER):
            yield table, found[start : start + _TOGETHER]
