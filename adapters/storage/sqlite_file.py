"""The database file: one writing connection with settings that keep promises, and transactions that are all or nothing.

What is in the tables is no matter of this file. Any error of SQLite's becomes a Conflict: nothing was written, and the
same may be tried again.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from adapters.storage import files
from adapters.storage.sqlite_schema import from_later_release, migrations
from bot.errors import Conflict, SettingsError

# Durable and forgetful: EXTRA survives power loss with a rollback journal, secure_delete overwrites what is erased,
# and WAL is avoided because SQLite before 3.51.3 can corrupt it. The time to wait comes first: the others may have to.
PRAGMAS = {
    "busy_timeout": 2000,
    "journal_mode": "delete",
    "synchronous": 3,
    "secure_delete": 1,
    "foreign_keys": 1,
    "trusted_schema": 0,
    "temp_store": 2,
}

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


class SqliteFile:
    """An open database. `undone` is called whenever something written was taken back, to drop what was remembered.

    Makes the file if there is none. Raises SettingsError if the file is not a sound database of ours, which it leaves
    as it is, or when `serving` and another process serves it; Conflict if it is busy.
    """

    def __init__(self, path: Path, undone: Callable[[], None], *, serving: bool) -> None:
        self._path = path
        self._undone = undone
        self._lock = threading.RLock()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._served = _serve_alone(path) if serving else None
        self._connection: sqlite3.Connection | None = None
        self._closed = False
        try:
            if not path.exists():
                _make(path)
            self._connection = open_sound(path)
            path.chmod(0o600)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """BEGIN IMMEDIATE … COMMIT; everything is taken back if the body raises."""
        with self._lock, _conflicts():
            if self._connection is not None and self._connection.in_transaction:
                raise RuntimeError("A transaction was begun within a transaction.")
            self._begin()
            try:
                yield
                self._within().execute("commit")
            except BaseException:
                self._undo()
                raise

    @contextmanager
    def part(self) -> Iterator[None]:
        """A savepoint within the transaction: only what the body wrote is taken back if it raises."""
        with _conflicts():
            self._within().execute("savepoint part")
            try:
                yield
                self._within().execute("release part")
            except BaseException:
                self._undone()
                # After some errors SQLite has taken back everything already; whatever comes next is then a Conflict.
                if self._connection is not None and self._connection.in_transaction:
                    self._connection.execute("rollback to part")
                    self._connection.execute("release part")
                raise

    def run(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Write within the transaction; returns how many rows were concerned."""
        with _conflicts():
            return self._within().execute(statement, values).rowcount

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Read within the transaction."""
        with _conflicts():
            return self._within().execute(statement, values).fetchall()

    def close(self) -> None:
        """Close the file, and let another process serve it."""
        with self._lock:
            self._drop()
            self._closed = True
            if self._served is not None:
                os.close(self._served)
                self._served = None

    def _begin(self) -> None:
        if self._closed:
            raise Conflict("The database was closed; nothing was written.")
        if self._connection is None:
            self._connection = connect(self._path)
        self._connection.execute("begin immediate")

    def _within(self) -> sqlite3.Connection:
        if self._connection is None or not self._connection.in_transaction:
            raise Conflict("The transaction has ended; nothing was written.")
        return self._connection

    def _undo(self) -> None:
        self._undone()
        try:
            if self._connection is not None and self._connection.in_transaction:
                self._connection.execute("rollback")
        except sqlite3.Error:
            # A connection that is closed, or the next that is opened, takes back what was not committed.
            self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def connect(path: Path) -> sqlite3.Connection:
    """A connection to a database that exists, with every setting made and seen to hold."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, check_same_thread=False
    )
    # Text altered outside may be none; it is to be found wrong, not to end the search.
    connection.text_factory = partial(str, encoding="utf-8", errors="replace")
    try:
        for name, value in PRAGMAS.items():
            connection.execute(f"pragma {name} = {value}")
        for name, value in PRAGMAS.items():
            held = connection.execute(f"pragma {name}").fetchone()[0]
            if held != value:
                raise SettingsError(f"SQLite did not accept {name} = {value} (it says {held}); the start is stopped.")
    except BaseException:
        connection.close()
        raise
    return connection


def open_sound(path: Path) -> sqlite3.Connection:
    """A connection to a database that was looked through and has the newest schema.

    Raises SettingsError if the file is no database, damaged, or cut to nothing, and leaves it as it is.
    """
    connection = _look_through(path)
    with _at_the_door(path, connection):
        _migrate(connection)
    return connection


def holds_keys(path: Path) -> bool:
    """Whether a key was ever used with this database. Raises SettingsError if the file is no sound database."""
    if not path.exists():
        return False
    connection = _look_through(path)
    with _at_the_door(path, connection), closing(connection):
        table = connection.execute("select 1 from sqlite_master where name = 'keys'").fetchall()
        return bool(table and connection.execute("select 1 from keys limit 1").fetchall())


def _look_through(path: Path) -> sqlite3.Connection:
    if path.stat().st_size == 0:
        raise _unusable(path, "it is empty; it was cut, or never written")
    with _at_the_door(path):
        connection = connect(path)
    with _at_the_door(path, connection):
        [[found], *_] = connection.execute("pragma integrity_check(1)").fetchall()
        [[pages]], [[size]] = (connection.execute(f"pragma {name}").fetchall() for name in ("page_count", "page_size"))
        # SQLite takes a last page that was cut for one that ends in zeros.
        if found != "ok" or path.stat().st_size < pages * size:
            raise _unusable(path, "it is damaged")
        if from_later_release(Database(connection, execute_plugins=False)):
            raise _unusable(path, "a later version of Candour wrote it")
    return connection


@contextmanager
def _at_the_door(path: Path, connection: sqlite3.Connection | None = None) -> Iterator[None]:
    """Say what is wrong with a file that cannot be opened, and let go of it."""
    try:
        yield
    except (sqlite3.Error, SettingsError) as error:
        if connection is not None:
            connection.close()
        if isinstance(error, SettingsError):
            raise
        if getattr(error, "sqlite_errorcode", None) in _BUSY:
            raise Conflict("The database is in use by another program; nothing was written.") from error
        raise _unusable(path, str(error)) from error


def _unusable(path: Path, problem: str) -> SettingsError:
    remedy = "Move the file away or restore a backup; it was left as it is."
    return SettingsError(f"CANDOUR_DATA: {path} cannot be used as the database ({problem}). {remedy}")


def _migrate(connection: sqlite3.Connection) -> None:
    """Everything that is missing in one transaction: a second process waits, and a kill leaves the schema of before."""
    database = Database(connection, execute_plugins=False)
    if migrations.pending(database):
        connection.execute("begin immediate")
        migrations.apply(database)
        connection.execute("commit")


def _make(path: Path) -> None:
    """Make a database under another name and give it its own when it is whole, so that an empty one is never ours."""
    made = files.beside(path)
    os.close(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with _at_the_door(path), closing(connect(made)) as connection:
            _migrate(connection)
        files.put_file(made, path)
    finally:
        made.unlink(missing_ok=True)


def _serve_alone(path: Path) -> int:
    """Hold the lock by which one process serves a database; it falls with the process. Raises SettingsError."""
    descriptor = os.open(path.with_name(f"{path.name}.lock"), os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        problem = f"CANDOUR_DATA: another process serves {path} already."
        raise SettingsError(f"{problem} Stop it first, or name another folder.") from error
    return descriptor


@contextmanager
def _conflicts() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise Conflict(f"The database is busy, full or unavailable ({error}); nothing was written.") from error
