"""What the embedded store promises beyond the contract: it survives, it is private, and it never overwrites."""

from __future__ import annotations

import base64
import resource
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.storage.audit import verify
from adapters.storage.sqlite import SqliteStore
from adapters.storage.sqlite_file import PRAGMAS, connect
from bot.errors import Conflict, SettingsError
from bot.state import Conversation
from bot.turn import AccessRefused, CaseWritten, QuestionUnanswered, Turn
from tests.contracts.killing import kills
from tests.contracts.samples import (
    ANNE,
    BEN,
    KEY,
    NINE,
    OTHER_KEY,
    PEOPLE,
    a_case,
    a_letter,
    asked,
    case_of,
    drafting,
    file_case,
    keep,
    open_sqlite,
    seen,
    state_of,
    stepped,
    tampering,
    that_fails,
)


def test_what_was_written_survives_a_restart(tmp_path: Path) -> None:
    with closing(open_sqlite(tmp_path)) as before:
        keep(before, "event-1", state=drafting("They shouted."), letters=(a_letter(),))
        file_case(before, a_case())
        with before.transaction():
            before.keep_directory("north", PEOPLE)

    with closing(open_sqlite(tmp_path)) as after:
        assert state_of(after, ANNE) == drafting("They shouted.")
        assert case_of(after, a_case().ref) == a_case()
        assert seen(after, "event-1")
        assert [posted.letter for posted in after.claim(NINE, timedelta(minutes=1), 10, "one")] == [a_letter()]
        with after.transaction():
            assert after.directory("north") == PEOPLE


def test_what_is_written_after_a_part_that_failed_is_readable_after_a_restart(tmp_path: Path) -> None:
    with closing(open_sqlite(tmp_path)) as before, before.transaction():
        with that_fails(before.part()):  # takes back the keys that were made in it, too
            before.write(ANNE, "event-1", NINE, Turn(state=drafting("They shouted.")))
        with before.part():
            before.write(ANNE, "event-2", NINE, Turn(state=drafting("They shouted twice.")))

    with closing(open_sqlite(tmp_path)) as after:
        assert state_of(after, ANNE) == drafting("They shouted twice.")


def test_a_kill_at_any_step_of_a_turn_leaves_all_of_it_or_nothing(tmp_path: Path) -> None:
    with closing(open_sqlite(tmp_path)) as store:
        keep(store, "event-1", state=drafting("They shouted."))
    shutil.copytree(tmp_path, tmp_path / "as-before")
    written = CaseWritten(case=a_case(), step="sent", by=ANNE.person)

    def work() -> None:
        keep(open_sqlite(tmp_path / "killed"), "event-2", records=(written,), letters=(a_letter(),))

    (tmp_path / "killed").mkdir()
    shutil.copy(tmp_path / "as-before/candour.db", tmp_path / "killed/candour.db")
    for _ in kills(work):
        with closing(open_sqlite(tmp_path / "killed", serving=True)) as store:
            assert state_of(store, ANNE) == drafting("They shouted.")
            assert case_of(store, a_case().ref) is None
            assert not seen(store, "event-2")
            assert store.claim(NINE, timedelta(minutes=1), 10, "one") == []
            assert verify(store, "north").rows == 0

    with closing(open_sqlite(tmp_path / "killed")) as store:
        assert state_of(store, ANNE) == Conversation()
        assert case_of(store, a_case().ref) == a_case()
        assert len(store.claim(NINE, timedelta(minutes=1), 10, "one")) == 1
        assert verify(store, "north").fault is None


@pytest.mark.parametrize(
    "content", [b"minutes of the staff meeting" * 100, b""], ids=["something else", "cut to nothing"]
)
def test_a_file_that_is_no_database_stops_the_start_and_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "candour.db"
    path.write_bytes(content)

    with pytest.raises(SettingsError, match="CANDOUR_DATA"):
        open_sqlite(tmp_path, serving=True)

    assert path.read_bytes() == content


@pytest.mark.parametrize("missing", [1, 10, 4096, 8192])
def test_a_database_that_was_cut_stops_the_start_and_is_left_as_it_is(tmp_path: Path, missing: int) -> None:
    path = tmp_path / "candour.db"
    open_sqlite(tmp_path).close()
    cut = path.read_bytes()[:-missing]
    path.write_bytes(cut)

    with pytest.raises(SettingsError, match="CANDOUR_DATA"):
        open_sqlite(tmp_path)

    assert path.read_bytes() == cut


def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    open_sqlite(tmp_path, serving=True).close()

    for path in tmp_path.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path.name


def test_nothing_else_is_left_beside_a_new_database(tmp_path: Path) -> None:
    open_sqlite(tmp_path).close()

    assert [path.name for path in tmp_path.iterdir()] == ["candour.db"]


def test_a_second_process_cannot_serve_the_same_database(tmp_path: Path) -> None:
    first = open_sqlite(tmp_path, serving=True)
    keep(first, "event-1", state=drafting("They shouted."))

    with pytest.raises(SettingsError, match="CANDOUR_DATA"):
        open_sqlite(tmp_path, serving=True)

    assert state_of(first, ANNE) == drafting("They shouted.")
    first.close()
    open_sqlite(tmp_path, serving=True).close()


def test_the_command_line_reads_and_writes_beside_the_server(tmp_path: Path) -> None:
    with closing(open_sqlite(tmp_path, serving=True)) as server, closing(open_sqlite(tmp_path)) as command:
        with command.transaction():
            command.keep_directory("north", PEOPLE)
        keep(server, "event-1", records=(QuestionUnanswered(masked="parking", nearest=""),))

        assert command.unanswered("north") == {"parking": 1}
        with server.transaction():
            assert server.directory("north") == PEOPLE


def test_another_key_stops_the_start_and_changes_nothing(tmp_path: Path) -> None:
    with closing(open_sqlite(tmp_path, KEY)) as store:
        file_case(store, a_case())
    before = (tmp_path / "candour.db").read_bytes()

    with pytest.raises(SettingsError, match="CANDOUR_KEY"):
        open_sqlite(tmp_path, OTHER_KEY)

    assert (tmp_path / "candour.db").read_bytes() == before
    with closing(open_sqlite(tmp_path, KEY)) as store:
        assert case_of(store, a_case().ref) == a_case()


def test_a_key_check_that_was_removed_is_not_made_again_with_another_key(tmp_path: Path) -> None:
    with closing(open_sqlite(tmp_path, KEY)) as store:
        file_case(store, a_case())
    with tampering(tmp_path) as raw:
        raw.execute("delete from keys where purpose = 'check'")

    with pytest.raises(SettingsError, match="CANDOUR_KEY"):
        open_sqlite(tmp_path, OTHER_KEY)


def test_a_locked_database_is_a_conflict_and_the_same_event_is_written_once_later(tmp_path: Path) -> None:
    store = open_sqlite(tmp_path)
    other = sqlite3.connect(tmp_path / "candour.db", isolation_level=None)
    other.execute("begin exclusive")

    with pytest.raises(Conflict):
        keep(store, "event-1", records=(CaseWritten(case=a_case(), step="sent", by=ANNE.person),))

    other.execute("rollback")
    other.close()
    assert not seen(store, "event-1")
    keep(store, "event-1", records=(CaseWritten(case=a_case(), step="sent", by=ANNE.person),))
    assert case_of(store, a_case().ref) == a_case()
    assert verify(store, "north").rows == 1
    store.close()


def test_a_full_disk_is_a_conflict_and_nothing_of_the_turn_is_kept(tmp_path: Path) -> None:
    store = open_sqlite(tmp_path)
    keep(store, "event-1", state=drafting("They shouted."))

    with disk_full_at((tmp_path / "candour.db").stat().st_size), pytest.raises(Conflict):
        keep(store, "event-2", state=drafting("x" * 1_000_000), letters=(a_letter(),))

    assert state_of(store, ANNE) == drafting("They shouted.")
    keep(store, "event-2", state=drafting("They shouted twice."), letters=(a_letter(),))
    assert state_of(store, ANNE) == drafting("They shouted twice.")
    store.close()
    with closing(open_sqlite(tmp_path)) as again:
        assert len(again.claim(NINE, timedelta(minutes=1), 10, "one")) == 1


def test_after_a_disk_error_nothing_more_of_the_same_transaction_is_written(tmp_path: Path) -> None:
    store = open_sqlite(tmp_path)

    with disk_full_at((tmp_path / "candour.db").stat().st_size), pytest.raises(Conflict), store.transaction():
        fill(store)

    assert state_of(store, ANNE) == state_of(store, BEN) == Conversation()
    store.close()


@pytest.mark.parametrize("how", ["removed", "replaced"])
def test_a_file_that_was_taken_away_under_the_server_is_a_conflict(tmp_path: Path, how: str) -> None:
    store = open_sqlite(tmp_path)
    shutil.copy(tmp_path / "candour.db", tmp_path / "copy.db")
    (tmp_path / "candour.db").unlink()
    if how == "replaced":
        (tmp_path / "copy.db").rename(tmp_path / "candour.db")

    with pytest.raises(Conflict):
        keep(store, "event-1", state=drafting("They shouted."))

    store.close()


def test_a_store_that_was_closed_is_a_conflict(tmp_path: Path) -> None:
    store = open_sqlite(tmp_path)
    store.close()

    with pytest.raises(Conflict):
        keep(store, "event-1", state=drafting("They shouted."))


def test_nothing_is_written_or_read_outside_of_a_transaction(tmp_path: Path) -> None:
    with closing(open_sqlite(tmp_path)) as store:
        with pytest.raises(Conflict):
            store.write(ANNE, "event-1", NINE, Turn(state=drafting("They shouted.")))
        with pytest.raises(Conflict):
            store.state(ANNE)

        assert state_of(store, ANNE) == Conversation()


def test_every_connection_has_the_settings_that_keep_promises(tmp_path: Path) -> None:
    open_sqlite(tmp_path).close()

    with closing(connect(tmp_path / "candour.db")) as connection:
        held = {name: connection.execute(f"pragma {name}").fetchone()[0] for name in PRAGMAS}

    promised = {"journal_mode": "delete", "synchronous": 3, "secure_delete": 1, "foreign_keys": 1}
    assert held == promised | {"trusted_schema": 0, "temp_store": 2, "busy_timeout": 2000}


def test_no_needle_is_found_in_any_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "temp").mkdir()
    monkeypatch.setenv("SQLITE_TMPDIR", str(tmp_path / "temp"))
    needle = replace(ANNE, person="needle-person@north.example")
    case = replace(a_case(reporter=needle.person, handlers=("needle-handler",), words="needle-words"), academy="needle")
    with closing(open_sqlite(tmp_path, serving=True)) as store:
        for turn in range(3):
            with store.transaction():
                store.keep_directory("north", PEOPLE)
                written = CaseWritten(case=case, step="sent" if turn == 0 else "added", by=needle.person)
                refused = AccessRefused(ref="needle-ref", by=needle.person)
                letters = (a_letter("needle-recipient", "needle-case"),)
                state = drafting("needle-draft " * 500) if turn else asked("needle-question")
                done = Turn(state=state, records=(written, refused), letters=letters)
                store.write(needle, f"needle-key:{needle.person}:{turn}", NINE, done)
                found_in(tmp_path, "needle", "Invented", "Made-Up", "example")  # the journal, if there is one by now
        store.claim(NINE, timedelta(minutes=1), 1, "one")
        found_in(tmp_path, "needle", "Invented", "Made-Up", "example")
        keep(store, "later", at=NINE + timedelta(days=2))

    found_in(tmp_path, "needle", "Invented", "Made-Up", "example")
    assert list((tmp_path / "temp").iterdir()) == []


def test_an_erased_question_leaves_no_byte_of_what_was_sealed(tmp_path: Path) -> None:
    with closing(open_sqlite(tmp_path)) as store:
        keep(store, "event-1", state=asked("can I add a student?"))
        with closing(connect(tmp_path / "candour.db")) as raw:
            [[sealed]] = raw.execute("select sealed from conversations").fetchall()
        assert sealed in (tmp_path / "candour.db").read_bytes()

        keep(store, "event-2", BEN, at=NINE + timedelta(minutes=11))

    assert sealed[:32] not in (tmp_path / "candour.db").read_bytes()


def test_a_case_with_ten_steps_takes_at_most_25_kilobytes(tmp_path: Path) -> None:
    with closing(open_sqlite(tmp_path)) as store:
        keep(store, "first")
        empty = (tmp_path / "candour.db").stat().st_size
        for number in range(40):
            case = a_case(f"CASE-{number:04}", words="They shouted at me in front of everybody. " * 60)
            file_case(store, case)
            for _ in range(9):
                case = stepped(case, "opened")
                file_case(store, case, "opened", BEN.person)

    grown = (tmp_path / "candour.db").stat().st_size - empty
    assert grown / 40 <= 25_000


def found_in(folder: Path, *needles: str) -> None:
    """Fail if one of these words is in one of the files, however it is spelt."""
    for path in (path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes().lower()
        for needle in needles:
            for spelt in spellings(needle):
                assert spelt.lower() not in content, f"{needle} is in {path.name}"


def spellings(word: str) -> Iterator[bytes]:
    """A word in UTF-8 and UTF-16, as it is, in hexadecimal, and in base64 at each of its three offsets."""
    for plain in (word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be")):
        yield plain
        yield plain.hex().encode()
        for offset in range(3):
            inner = base64.b64encode(b"\0" * offset + plain)
            yield inner[offset + (offset > 0) : -4]


@contextmanager
def disk_full_at(size: int) -> Iterator[None]:
    """No file can grow beyond this size, in bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def fill(store: SqliteStore) -> None:
    """Write until the disk refuses, and on, as somebody would who does not notice."""
    for number in range(20):
        with suppress(Conflict), store.part():
            store.write(ANNE, f"event-{number}", NINE, Turn(state=drafting("x" * 1_000_000)))
    store.write(BEN, "last", NINE, Turn(state=drafting("They shouted.")))
