"""Where the master keys come from: the environment, or a file that is made once, for the owner alone, and explained.

A lost key loses every report, so none is ever made beside a database that was sealed with another, and no file that
exists is overwritten but to put a newer key before those in it.
"""

from __future__ import annotations

import base64
import binascii
import stat
from pathlib import Path

from adapters.storage import files
from adapters.storage.sealing import KEY_BYTES, Keyring, new_key
from adapters.storage.sqlite_file import holds_keys
from bot.errors import SettingsError

_EXPLAINED = (
    "# The key of Candour's database. Without it no report can be read again, by anyone.\n"
    "# Keep a copy apart from the database and its backups. Newest first; older ones open older backups.\n"
)


def open_keyring(key_file: Path, environment: str | None, database: Path) -> tuple[Keyring, bool]:
    """The master keys, and whether the first one was made just now.

    `environment` is the value of CANDOUR_KEY, or None: base64 of 32 bytes, or several with commas between, newest
    first; it goes before the file. Raises SettingsError if a key is malformed, others may read the file, or the
    database was sealed and there is no key; Conflict if the database is busy.
    """
    if environment is not None:
        return _keyring(environment.split(","), "CANDOUR_KEY"), False
    made_now = False
    if not key_file.exists():
        if holds_keys(database):
            raise SettingsError(
                f"CANDOUR_KEY is not set and there is no key file {key_file}, but {database} was sealed with a key. "
                "The reports in it cannot be read without that key. Put the file back, or set CANDOUR_KEY; nothing "
                "was changed, and no other key was made."
            )
        made_now = files.put(key_file, _in_file((new_key(),)))
    return _read(key_file), made_now


def add_key(key_file: Path) -> Keyring:
    """Make a new master key the newest in the file; the older ones stay, they open older backups."""
    keyring = _read(key_file)
    masters = (new_key(), *keyring.masters)
    files.replace(key_file, _in_file(masters))
    return Keyring.of(masters, str(key_file))


def _read(key_file: Path) -> Keyring:
    try:
        mode = key_file.stat().st_mode
        if not stat.S_ISREG(mode):
            raise SettingsError(f"The key file {key_file} is no file. Put the key there, or set CANDOUR_KEY.")
        if mode & 0o077:
            raise SettingsError(
                f"Others may read or change the key file {key_file}. Make it yours alone: chmod 600 {key_file}"
            )
        text = key_file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The key file {key_file} cannot be read. Put it back from its copy, or set CANDOUR_KEY."
        ) from error
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return _keyring(lines, str(key_file))


def _keyring(spelt: list[str], source: str) -> Keyring:
    try:
        masters = [base64.b64decode(key.strip(), validate=True) for key in spelt]
    except (binascii.Error, ValueError):
        masters = []
    if not masters or any(len(key) != KEY_BYTES for key in masters):
        # The text itself is not shown: most of it may be the key.
        raise SettingsError(
            f"{source} does not hold a key: it must be the base64 of {KEY_BYTES} bytes, or several, newest first. "
            "Put it back from its copy; it was left as it is."
        )
    return Keyring.of(masters, source)


def _in_file(masters: tuple[bytes, ...]) -> bytes:
    return (_EXPLAINED + "".join(f"{base64.b64encode(key).decode()}\n" for key in masters)).encode()
