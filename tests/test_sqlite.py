"""What the embedded store promises beyond the contract: it survives, it is private, and it never overwrites."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from adapters.storage.sqlite import SqliteConversations
from bot.compiled import Knowledge
from bot.errors import Conflict, SettingsError
from tests.contracts.test_store import ANNE, NINE, asked
from tests.talking import Talk


def test_a_conversation_survives_a_restart(school: Knowledge, tmp_path: Path) -> None:
    before = SqliteConversations(tmp_path / "candour.db")
    Talk(school, before).says("can I give a student my mobile number?")
    before.close()

    after = SqliteConversations(tmp_path / "candour.db")
    talk = Talk(school, after)

    assert talk.says("what about parents?", key="after-restart").verdict == "No"
    after.close()


def test_a_file_that_is_no_database_stops_the_start_and_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "candour.db"
    path.write_bytes(b"minutes of the staff meeting" * 100)

    with pytest.raises(SettingsError, match="CANDOUR_DATA"):
        SqliteConversations(path)

    assert path.read_bytes().startswith(b"minutes")


def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    SqliteConversations(tmp_path / "candour.db").close()

    assert (tmp_path / "candour.db").stat().st_mode & 0o077 == 0


def test_a_locked_database_is_a_conflict_and_writes_nothing(tmp_path: Path) -> None:
    from bot.turn import Turn

    store = SqliteConversations(tmp_path / "candour.db")
    other = sqlite3.connect(tmp_path / "candour.db", isolation_level=None)
    other.execute("begin exclusive")

    with pytest.raises(Conflict):
        store.commit(ANNE, "event-1", NINE, Turn(state=asked("mine")))

    other.execute("rollback")
    other.close()
    assert store.commit(ANNE, "event-1", NINE, Turn(state=asked("mine"))) is True
    store.close()


def test_an_erased_question_is_not_left_in_the_file(school: Knowledge, tmp_path: Path) -> None:
    from datetime import timedelta

    store = SqliteConversations(tmp_path / "candour.db")
    talk = Talk(school, store).says("can I add a student called needleworth on facebook?")
    assert b"needleworth" in (tmp_path / "candour.db").read_bytes()

    talk.waits(timedelta(minutes=11)).says("hello")
    store.close()

    assert b"needleworth" not in (tmp_path / "candour.db").read_bytes()
