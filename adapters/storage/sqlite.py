"""The embedded store: one SQLite file through sqlite-utils, one writing connection, settings that keep promises."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, assert_never

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from adapters.storage.stored_state import from_text, to_text
from bot.errors import Conflict, SettingsError
from bot.events import Actor
from bot.state import EVENTS_KEPT, REMEMBERED, Conversation
from bot.turn import FeedbackGiven, QuestionUnanswered, Turn

# Durable and forgetful: EXTRA survives power loss with a rollback journal, secure_delete overwrites what is erased,
# and WAL is avoided because SQLite before 3.51.3 can corrupt it.
_PRAGMAS = {
    "journal_mode": "delete",
    "synchronous": 3,
    "secure_delete": 1,
    "foreign_keys": 1,
    "trusted_schema": 0,
    "temp_store": 2,
    "busy_timeout": 2000,
}

migrations = Migrations("candour")


@migrations()
def conversations_and_what_is_counted(db: Database) -> None:
    """The first schema: conversations, events seen, feedback counts, unanswered questions."""
    person = ("organisation", "person")
    db.table("conversations").create(
        {"organisation": str, "person": str, "state": str, "until": float}, pk=person, not_null={"state", "until"}
    )
    db.table("events_seen").create(
        {"organisation": str, "key": str, "at": float}, pk=("organisation", "key"), not_null={"at"}
    )
    db.table("feedback").create(
        {"organisation": str, "matter": str, "opinion": str, "count": int}, pk=("organisation", "matter", "opinion")
    )
    db.table("unanswered").create({"organisation": str, "masked": str, "count": int}, pk=("organisation", "masked"))


class SqliteConversations:
    """Conversations in a file. Raises SettingsError if the file is not a database of ours; it is never replaced."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        try:
            connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._db = Database(connection, execute_plugins=False)
            for name, value in _PRAGMAS.items():
                connection.execute(f"PRAGMA {name} = {value}")
            migrations.apply(self._db)
        except sqlite3.DatabaseError as error:
            problem = f"CANDOUR_DATA: {path} cannot be used as the database ({error})."
            raise SettingsError(f"{problem} Move the file away or restore a backup; it was left as it is.") from error
        path.chmod(0o600)
        for name, value in _PRAGMAS.items():
            held = connection.execute(f"PRAGMA {name}").fetchone()[0]
            if held != value:
                raise SettingsError(f"SQLite did not accept {name} = {value} (it says {held}); the start is stopped.")

    def load(self, actor: Actor) -> Conversation:
        """See `Conversations.load`."""
        with self._busy_is_conflict():
            rows = self._rows(
                "select state from conversations where organisation = ? and person = ?",
                (actor.organisation, actor.person),
            )
        return from_text(rows[0][0]) if rows else Conversation()

    def commit(self, actor: Actor, key: str, at: datetime, turn: Turn) -> bool:
        """See `Conversations.commit`."""
        with self._busy_is_conflict(), self._transaction():
            self._forget(at)
            if self._rows("select 1 from events_seen where organisation = ? and key = ?", (actor.organisation, key)):
                return False
            self._run("insert into events_seen values (?, ?, ?)", (actor.organisation, key, at.timestamp()))
            self._keep_state(actor, turn.state)
            for record in turn.records:
                match record:
                    case FeedbackGiven():
                        counted = (actor.organisation, record.matter, record.opinion)
                        self._count("feedback", ("organisation", "matter", "opinion"), counted)
                    case QuestionUnanswered():
                        self._count("unanswered", ("organisation", "masked"), (actor.organisation, record.masked))
                    case _:
                        assert_never(record)
        return True

    def feedback(self, organisation: str) -> Mapping[str, Mapping[str, int]]:
        """See `Conversations.feedback`."""
        found: dict[str, dict[str, int]] = {}
        with self._busy_is_conflict():
            for row in self._db.table("feedback").rows_where("organisation = ?", [organisation]):
                found.setdefault(row["matter"], {})[row["opinion"]] = row["count"]
        return found

    def unanswered(self, organisation: str) -> Mapping[str, int]:
        """See `Conversations.unanswered`."""
        with self._busy_is_conflict():
            rows = self._db.table("unanswered").rows_where(
                "organisation = ?", [organisation], order_by="count desc, masked"
            )
            return {row["masked"]: row["count"] for row in rows}

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def _keep_state(self, actor: Actor, state: Conversation) -> None:
        person = (actor.organisation, actor.person)
        if state.asked is None:
            self._run("delete from conversations where organisation = ? and person = ?", person)
            return
        until = (state.asked.at + REMEMBERED).timestamp()
        self._run("insert or replace into conversations values (?, ?, ?, ?)", (*person, to_text(state), until))

    def _count(self, table: str, columns: tuple[str, ...], values: tuple[str, ...]) -> None:
        names, marks = ", ".join(columns), ", ".join("?" * len(values))
        self._run(
            f"insert into {table} ({names}, count) values ({marks}, 1) "
            f"on conflict ({names}) do update set count = count + 1",
            values,
        )

    def _forget(self, at: datetime) -> None:
        self._run("delete from conversations where until < ?", (at.timestamp(),))
        self._run("delete from events_seen where at <= ?", ((at - EVENTS_KEPT).timestamp(),))

    def _run(self, statement: str, values: tuple[Any, ...] = ()) -> None:
        self._db.conn.execute(statement, values)

    def _rows(self, statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        return self._db.conn.execute(statement, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            self._run("begin immediate")
            try:
                yield
            except BaseException:
                self._run("rollback")
                raise
            self._run("commit")

    @contextmanager
    def _busy_is_conflict(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise Conflict(f"The database is busy or unavailable ({error}); nothing was written.") from error
