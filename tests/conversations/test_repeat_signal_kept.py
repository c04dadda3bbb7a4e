"""What is kept of concerns about one person: marks, which name nobody."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.compiled import Knowledge
from bot.events import Actor
from tests.concerns import case_of, concern, names, taken, told_alone
from tests.conftest import SCHOOL
from tests.contracts.samples import open_sqlite
from tests.sample_people import ASSISTANT, HEAD, HR, ICT, TEACHER, TEACHER_SOUTH
from tests.talking import ORGANISATION, Place


def everything_in(folder: Path) -> bytes:
    """Every byte of every file."""
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_the_name_of_whom_a_handler_named_is_kept_nowhere(kept: Place, tmp_path: Path) -> None:
    refs = []
    for _ in range(3):
        hr, ref = taken(kept)
        names(hr, ref, "Teaching Assistant, North and South")
        refs.append(ref)
    assert told_alone(kept) == [HEAD]

    on_disk = everything_in(tmp_path).lower()
    with kept.store.transaction():
        state = kept.store.state(Actor(organisation=ORGANISATION, person=HR))
    opened = repr(([case_of(kept, ref) for ref in refs], state, kept.letters)).lower()
    for name in (ASSISTANT, "assistant", "teaching"):
        assert name.encode() not in on_disk
        assert name not in opened


def test_of_whom_a_report_is_about_nothing_can_be_read_in_the_file(kept: Place, tmp_path: Path) -> None:
    for _ in range(3):
        concern(kept)
    names(*taken(kept), HEAD)

    on_disk = everything_in(tmp_path).lower()
    for name in (ICT, "network supervisor", HEAD, "head of school"):
        assert name.encode() not in on_disk


def test_the_table_of_concerns_holds_marks_that_stand_nowhere_else(kept: Place, tmp_path: Path) -> None:
    concern(kept)
    names(*taken(kept), ICT)
    names(*taken(kept, TEACHER_SOUTH), TEACHER)  # who is marked elsewhere as well, having reported something

    with closing(sqlite3.connect(tmp_path / "candour.db")) as db:
        rows = db.execute("select person, case_mark, at from concerns").fetchall()
        tables = [name for (name,) in db.execute("select name from sqlite_master where type = 'table'")]
        others = [
            value.lower() if isinstance(value, str) else value
            for table in tables
            if table != "concerns"
            for row in db.execute(f"select * from [{table}]")
            for value in row
        ]
    assert [[type(value) for value in row] for row in rows] == [[bytes, bytes, float]] * 3
    assert len({person for person, _, _ in rows}) == 2
    assert len({case for _, case, _ in rows}) == 3
    marks = {mark for person, case, _ in rows for mark in (person, case)}
    assert {len(mark) for mark in marks} == {16}
    assert not marks & {value for value in others if isinstance(value, bytes)}
    assert not {mark.hex() for mark in marks} & {value for value in others if isinstance(value, str)}


def test_what_was_counted_counts_after_a_restart(school: Knowledge, tmp_path: Path) -> None:
    with closing(open_sqlite(tmp_path)) as before:
        place = Place(school, SCHOOL / "sample-people.csv", before)
        concern(place)
        concern(place)

    with closing(open_sqlite(tmp_path)) as after:
        place.store = after
        place.restarts()
        concern(place)

        assert told_alone(place) == [HEAD]
