"""Encryption of what is kept: AES-256-GCM under keys that are themselves kept wrapped, the master keys outside.

Each sealed value is bound to the place it belongs to, so one that is moved to another row opens no more than one that
was altered. Nothing here reads or writes files, and no key may enter a message, a log or a `repr`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import Damaged

KEY_BYTES = 32
_NONCE_BYTES = (
    12  # random; safe for four thousand million values under one key, and a school writes some millions a year
)
_TAG_BYTES = 16
_ID_BYTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a sealed value belongs. `version` counts the values that stood there one after the other, or is 0."""

    organisation: str
    table: str
    row: str
    field: str
    version: int = 0

    def in_bytes(self) -> bytes:
        """One spelling for each place: a part that ends early cannot run into the next."""
        return json.dumps([self.organisation, self.table, self.row, self.field, self.version]).encode()


def new_key() -> bytes:
    """A random key of 32 bytes."""
    return secrets.token_bytes(KEY_BYTES)


def seal(key: bytes, place: Place, plain: bytes) -> bytes:
    """Encrypt for this place: nonce, text and tag."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, place.in_bytes())


def unseal(key: bytes, place: Place, sealed: object) -> bytes:
    """What was sealed for this place. Raises Damaged if it was altered, moved or cut, or the key is another."""
    if not isinstance(sealed, bytes) or len(sealed) < _NONCE_BYTES + _TAG_BYTES:
        raise Damaged("Something that was sealed has been cut or replaced.")
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.in_bytes())
    except InvalidTag:
        raise Damaged("Something that was sealed has been altered or moved, or the key is another.") from None


def mark(key: bytes, kind: str, value: str) -> bytes:
    """A name for a value, by which it is found again and from which nobody without the key learns it. 16 bytes."""
    named = json.dumps([kind, value]).encode()
    return hmac.digest(key, named, "sha256")[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """The master keys, newest first, and where they were found. They wrap other keys, and nothing else."""

    masters: tuple[bytes, ...] = field(repr=False)
    source: str

    @classmethod
    def of(cls, masters: Sequence[bytes], source: str = "CANDOUR_KEY") -> Keyring:
        """A keyring of one or more keys of 32 bytes, newest first."""
        if not masters or any(len(key) != KEY_BYTES for key in masters):
            raise ValueError("A keyring needs keys of 32 bytes.")
        return cls(masters=tuple(masters), source=source)

    def wrap(self, key: bytes, place: Place) -> bytes:
        """A key under the newest master key; begins with that one's id."""
        return _id_of(self.masters[0]) + seal(self.masters[0], place, key)

    def unwrap(self, wrapped: object, place: Place) -> bytes:
        """The key that was wrapped for this place. Raises Damaged if it was altered or its master key is not here."""
        if not isinstance(wrapped, bytes):
            raise Damaged("A wrapped key has been replaced.")
        for master in self.masters:
            if wrapped.startswith(_id_of(master)):
                return unseal(master, place, wrapped[_ID_BYTES:])
        raise Damaged("A key is wrapped under a master key that is not here.")

    @property
    def newest_id(self) -> bytes:
        """How keys begin that are wrapped under the newest master key. 8 bytes; says nothing about the key."""
        return _id_of(self.masters[0])


def _id_of(master: bytes) -> bytes:
    return hashlib.sha256(b"candour master key id" + master).digest()[:_ID_BYTES]
