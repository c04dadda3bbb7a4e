"""The organisations' own keys, kept wrapped in the database, and what is done with them: marks and sealing.

Random, made at first use, never changed: a new master key rewraps them and touches nothing that they sealed.
"""

from __future__ import annotations

from typing import Literal

from adapters.storage.sealing import Keyring, Place, mark, new_key, seal, unseal
from adapters.storage.sqlite_file import SqliteFile
from bot.errors import Damaged, SettingsError

Purpose = Literal["lookup", "state", "outbox", "directory", "audit", "links", "check"]


class Vault:
    """Keys by organisation and purpose. Within a transaction."""

    def __init__(self, file: SqliteFile, keyring: Keyring) -> None:
        self._file = file
        self._keyring = keyring
        self._keys: dict[tuple[str, Purpose], bytes] = {}

    def check(self) -> None:
        """Raise SettingsError unless the keyring is this database's. The first one to come is."""
        try:
            if self._file.rows("select 1 from keys where purpose = 'check'") or not self._file.rows(
                "select 1 from keys"
            ):
                self.key("", "check")
                return
        except Damaged:
            pass
        source = self._keyring.source
        raise SettingsError(
            f"CANDOUR_KEY: the key in {source} is not the one that this database was sealed with. "
            "Give the right key; without it the reports cannot be read. Nothing was changed."
        )

    def forget(self) -> None:
        """Remember no key: one that was made may have been taken back."""
        self._keys.clear()

    def key(self, organisation: str, purpose: Purpose) -> bytes:
        """A key of 32 bytes. Raises Damaged if it was altered."""
        if known := self._keys.get((organisation, purpose)):
            return known
        place = key_place(organisation, purpose)
        rows = self._file.rows(
            "select wrapped from keys where organisation = ? and purpose = ?", (organisation, purpose)
        )
        if rows:
            key = self._keyring.unwrap(rows[0][0], place)
        else:
            key = new_key()
            self._file.run("insert into keys values (?, ?, ?)", (organisation, purpose, self._keyring.wrap(key, place)))
        self._keys[organisation, purpose] = key
        return key

    def mark(self, organisation: str, kind: str, value: str) -> bytes:
        """By what something is found again that must not be readable. 16 bytes."""
        return mark(self.key(organisation, "lookup"), kind, value)

    def seal(self, purpose: Purpose, place: Place, plain: bytes) -> bytes:
        """Seal under the organisation's key."""
        return seal(self.key(place.organisation, purpose), place, plain)

    def unseal(self, purpose: Purpose, place: Place, sealed: object) -> bytes:
        """What was sealed there. Raises Damaged."""
        return unseal(self.key(place.organisation, purpose), place, sealed)

    def wrap(self, key: bytes, place: Place) -> bytes:
        """A key of something's own, to be kept beside it."""
        return self._keyring.wrap(key, place)

    def unwrap(self, wrapped: object, place: Place) -> bytes:
        """The key that was wrapped for this place. Raises Damaged."""
        return self._keyring.unwrap(wrapped, place)

    def rewrap(self, wrapped: object, place: Place) -> bytes:
        """The same key under the newest master key. Raises Damaged."""
        return self._keyring.wrap(self._keyring.unwrap(wrapped, place), place)

    @property
    def newest_id(self) -> bytes:
        """How keys begin that are wrapped under the newest master key."""
        return self._keyring.newest_id


def key_place(organisation: str, purpose: str) -> Place:
    """Where an organisation's key belongs."""
    return Place(organisation=organisation, table="keys", row=purpose, field="wrapped")
