"""What the audit chain finds: whatever is changed in it or beside it, in which row."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.storage.audit import Receipt, Verdict, verify, verify_code
from adapters.storage.sqlite import SqliteStore
from bot.turn import AccessRefused
from tests.contracts.samples import BEN, CARA, NINE, a_case, case_of, file_case, keep, open_sqlite, stepped, tampering

ROWS = 8
FIRST, SECOND = a_case("AAAA-1111"), a_case("BBBB-2222", words="They laughed at me.")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two cases and a refusal, in eight rows: sent, sent, opened, refused, taken, opened, added, refused."""
    folder = tmp_path_factory.mktemp("written")
    with closing(open_sqlite(folder)) as made:
        first, second = FIRST, SECOND
        file_case(made, first)
        file_case(made, second)
        file_case(made, first := stepped(first, "opened"), "opened", BEN.person, NINE + timedelta(minutes=1))
        keep(made, "refused-1", CARA, records=(AccessRefused(ref="AAAA-1111", by=CARA.person),))
        file_case(made, stepped(first, "taken", taken_by=BEN.person), "taken", BEN.person, NINE + timedelta(minutes=2))
        file_case(made, second := stepped(second, "opened"), "opened", BEN.person, NINE + timedelta(minutes=3))
        file_case(made, stepped(second, "added"), "added", at=NINE + timedelta(minutes=4))
        keep(made, "refused-2", CARA, records=(AccessRefused(ref="ZZZZ-9999", by=CARA.person),))
    return folder / "candour.db"


@pytest.fixture
def store(written: Path, tmp_path: Path) -> Iterator[SqliteStore]:
    """A copy of it of one's own, to spoil."""
    shutil.copy(written, tmp_path / "candour.db")
    with closing(open_sqlite(tmp_path)) as opened:
        yield opened


def alter(folder: Path, statements: str) -> None:
    """Change the database as somebody could who has the file and not the key."""
    with tampering(folder) as raw:
        raw.executescript(statements)


def fault_row(verdict: Verdict | Receipt | None) -> int | None:
    """The row that is named, or None."""
    return verdict.fault.row if verdict and verdict.fault else None


def test_an_untouched_chain_has_no_fault(store: SqliteStore) -> None:
    verdict = verify(store, "north")

    assert (verdict.rows, verdict.head[0], verdict.fault) == (ROWS, ROWS, None)
    assert verify(store, "north", published=verdict.head).fault is None
    assert verify(store, "north", published=(0, "")).fault is None


def test_nobody_and_no_reference_is_readable_in_the_chain(store: SqliteStore, tmp_path: Path) -> None:
    with tampering(tmp_path) as raw:
        chain = repr(raw.execute("select * from audit").fetchall())

    for word in ("AAAA", "ben@", "cara@", "shouted"):
        assert word not in chain


@pytest.mark.parametrize("column", ["at", "action", "case_mark", "by_mark", "digest", "previous", "hash"])
@pytest.mark.parametrize("row", [1, ROWS])
@pytest.mark.parametrize("value", ["'x'", "x'ff00'", "7", "'7' || char(0)", "cast(x'ff' as text)"])
def test_an_edited_row_is_named(store: SqliteStore, tmp_path: Path, column: str, row: int, value: str) -> None:
    alter(tmp_path, f"update audit set {column} = {value} where number = {row}")

    assert fault_row(verify(store, "north")) == row


@pytest.mark.parametrize("row", range(1, ROWS))
def test_a_deleted_row_is_named(store: SqliteStore, tmp_path: Path, row: int) -> None:
    alter(tmp_path, f"delete from audit where number = {row}")

    assert fault_row(verify(store, "north")) == row


@pytest.mark.parametrize("row", range(1, ROWS))
def test_a_deleted_row_whose_place_was_closed_up_is_named(store: SqliteStore, tmp_path: Path, row: int) -> None:
    closing_up = "; ".join(f"update audit set number = {n - 1} where number = {n}" for n in range(row + 1, ROWS + 1))
    alter(tmp_path, f"delete from audit where number = {row}; {closing_up}")

    assert fault_row(verify(store, "north")) == row


def test_two_rows_that_changed_places_are_found_at_the_first(store: SqliteStore, tmp_path: Path) -> None:
    swap = "update audit set number = {} where number = {}"
    alter(tmp_path, "; ".join(swap.format(*pair) for pair in ((99, 3), (3, 6), (6, 99))))

    assert fault_row(verify(store, "north")) == 3


def test_an_added_row_is_named(store: SqliteStore, tmp_path: Path) -> None:
    alter(
        tmp_path,
        "insert into audit select organisation, 9, at, action, case_mark, by_mark, digest, hash, hash from audit "
        "where number = 8",
    )

    assert fault_row(verify(store, "north")) == ROWS + 1


def test_a_row_of_another_organisation_does_not_fit(store: SqliteStore, tmp_path: Path) -> None:
    alter(
        tmp_path,
        "insert into audit select 'south', number, at, action, case_mark, by_mark, digest, previous, hash from audit",
    )

    assert fault_row(verify(store, "south")) == 1
    assert verify(store, "north").fault is None


def test_a_row_out_of_another_copy_of_the_database_is_found_by_the_row_after_it(
    store: SqliteStore, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    shutil.copy(tmp_path / "candour.db", tmp_path / "other")
    with closing(open_sqlite(tmp_path / "other")) as other:
        file_case(other, a_case("CCCC-3333"))
    file_case(store, a_case("DDDD-4444"))
    keep(store, "refused-3", CARA, records=(AccessRefused(ref="ZZZZ-9999", by=CARA.person),))
    alter(
        tmp_path,
        f"delete from audit where number = {ROWS + 1}; attach '{tmp_path / 'other' / 'candour.db'}' as other; "
        f"insert into audit select * from other.audit where number = {ROWS + 1}",
    )

    assert fault_row(verify(store, "north")) == ROWS + 2


@pytest.mark.parametrize("left", range(1, ROWS - 1))
def test_a_tail_that_was_cut_off_is_found_by_the_cases_it_leaves_behind(
    store: SqliteStore, tmp_path: Path, left: int
) -> None:
    alter(tmp_path, f"delete from audit where number > {left}")

    assert verify(store, "north").fault is not None


@pytest.mark.parametrize("left", range(ROWS))
def test_a_tail_that_was_cut_off_is_named_against_a_published_head(
    store: SqliteStore, tmp_path: Path, left: int
) -> None:
    published = verify(store, "north").head
    alter(tmp_path, f"delete from audit where number > {left}")

    assert fault_row(verify(store, "north", published)) == left + 1


def test_a_file_that_was_replaced_by_an_older_one_is_found_against_a_published_head(tmp_path: Path) -> None:
    with closing(open_sqlite(tmp_path)) as store:
        file_case(store, FIRST)
    shutil.copy(tmp_path / "candour.db", tmp_path / "older.db")
    with closing(open_sqlite(tmp_path)) as store:
        file_case(store, stepped(FIRST, "opened"), "opened", BEN.person)
        published = verify(store, "north").head
    shutil.copy(tmp_path / "older.db", tmp_path / "candour.db")

    with closing(open_sqlite(tmp_path)) as store:
        assert verify(store, "north").fault is None
        assert fault_row(verify(store, "north", published)) == 2
        file_case(store, stepped(FIRST, "withdrawn", withdrawn=True), "withdrawn")
        assert fault_row(verify(store, "north", published)) == 2


def test_a_case_that_was_put_back_to_an_earlier_time_is_found(store: SqliteStore, tmp_path: Path) -> None:
    ref = SECOND.ref
    with tampering(tmp_path) as raw:
        before = raw.execute("select version, wrapped, sealed from cases where ref = ?", (ref,)).fetchone()
        file_case(store, stepped(SECOND, "withdrawn", withdrawn=True), "withdrawn")
        raw.execute("update cases set version = ?, wrapped = ?, sealed = ? where ref = ?", (*before, ref))

    assert fault_row(verify(store, "north")) == ROWS + 1
    assert case_of(store, ref) is not None


@pytest.mark.parametrize(
    ("alteration", "row"),
    [
        ("update cases set sealed = zeroblob(400) where ref = 'AAAA-1111'", 5),
        ("delete from cases where ref = 'AAAA-1111'", 5),
        ("delete from cases where ref = 'BBBB-2222'", 7),
        ("update cases set ref = 'CCCC-3333' where ref = 'BBBB-2222'", 7),
    ],
)
def test_a_case_that_was_altered_or_removed_is_named_by_its_last_row(
    store: SqliteStore, tmp_path: Path, alteration: str, row: int
) -> None:
    alter(tmp_path, alteration)

    assert fault_row(verify(store, "north")) == row


def test_a_chain_that_was_removed_whole_is_found_by_the_cases(store: SqliteStore, tmp_path: Path) -> None:
    alter(tmp_path, "delete from audit")

    assert fault_row(verify(store, "north")) == 1


def test_a_chain_whose_key_was_removed_is_found(store: SqliteStore, tmp_path: Path) -> None:
    store.close()
    alter(tmp_path, "delete from keys where purpose = 'audit'")

    with closing(open_sqlite(tmp_path)) as again:
        assert fault_row(verify(again, "north")) == 1


def test_the_chain_goes_on_after_an_altered_row_and_the_fault_stays_found(store: SqliteStore, tmp_path: Path) -> None:
    alter(tmp_path, f"update audit set digest = 'x' where number = {ROWS}")

    file_case(store, a_case("CCCC-3333"))

    assert verify(store, "north").rows == ROWS + 1
    assert fault_row(verify(store, "north")) == ROWS


def test_a_receipt_stands_although_rows_before_it_were_altered(store: SqliteStore, tmp_path: Path) -> None:
    alter(tmp_path, "update audit set by_mark = 'x' where number = 1")

    receipt = verify_code(store, "north", SECOND.code)

    assert receipt == Receipt(row=2, at=NINE, fault=None)


@pytest.mark.parametrize(
    ("alteration", "row"),
    [
        ("update audit set by_mark = 'x' where number = 2", 2),
        ("update audit set digest = 'x' where number = 2", 2),
        ("update audit set at = 'never' where number = 2", 2),
        ("update audit set by_mark = 'x' where number = 6", 6),
        ("delete from audit where number = 4", 4),
        ("update cases set sealed = zeroblob(400) where ref = 'BBBB-2222'", 7),
    ],
)
def test_a_receipt_names_the_row_that_was_altered_from_it_to_the_head(
    store: SqliteStore, tmp_path: Path, alteration: str, row: int
) -> None:
    alter(tmp_path, alteration)

    assert fault_row(verify_code(store, "north", SECOND.code)) == row
