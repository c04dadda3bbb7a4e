"""A new master key: put before the others first, then the keys that it is to wrap, a few at a time.

Killed at any line, everything stays readable, because both keys are held; the next run finishes.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from adapters.storage.keys import add_key, open_keyring
from adapters.storage.sqlite import SqliteStore
from adapters.storage.sqlite_rewrapping import Rewrapped
from bot.errors import SettingsError


def rotate(
    key_file: Path, environment: str | None, database: Path, progress: Callable[[int], None] = lambda _: None
) -> Rewrapped:
    """Have everything under a new master key, or finish doing so; `progress` is told how many keys were rewrapped.

    The older master keys stay where they are, for older backups. Raises SettingsError while the database is served,
    and when the key comes from the environment and no new one stands before it.
    """
    keyring, _ = open_keyring(key_file, environment, database)
    with closing(SqliteStore(database, keyring, serving=True)) as store:
        finished = store.rewrap(progress)
        if finished.rewrapped:
            return finished
        if environment is not None:
            raise SettingsError(
                "CANDOUR_KEY: everything is under its first key already. Put a new one before it, with a comma between "
                "(base64 of 32 random bytes), and run this again."
            )
        keyring = add_key(key_file)
    with closing(SqliteStore(database, keyring, serving=True)) as store:
        return store.rewrap(progress)
