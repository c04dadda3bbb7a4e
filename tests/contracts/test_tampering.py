"""What the embedded store does with a database that was in somebody else's hands: it shows nothing, and goes on."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import Damaged
from tests.contracts.samples import (
    ANNE,
    BEN,
    CARA,
    NINE,
    a_case,
    a_letter,
    case_of,
    drafting,
    file_case,
    keep,
    open_sqlite,
    state_of,
    tampering,
)


@pytest.mark.parametrize(
    "alteration",
    [
        "update cases set sealed = (select sealed from cases where ref = 'BBBB-2222') where ref = 'AAAA-1111'",
        "update cases set wrapped = (select wrapped from cases where ref = 'BBBB-2222') where ref = 'AAAA-1111'",
        "update cases set (sealed, wrapped) = (select sealed, wrapped from cases where ref = 'BBBB-2222') "
        "where ref = 'AAAA-1111'",
        "update cases set sealed = substr(sealed, 1, length(sealed) - 1) where ref = 'AAAA-1111'",
        "update cases set sealed = substr(sealed, 1, 40) || x'00' || substr(sealed, 42) where ref = 'AAAA-1111'",
        "update cases set sealed = cast('text' as text) where ref = 'AAAA-1111'",
        "update cases set sealed = 7, wrapped = 7 where ref = 'AAAA-1111'",
        "update cases set version = version + 1 where ref = 'AAAA-1111'",
        "delete from cases where ref = 'AAAA-1111'; update cases set ref = 'AAAA-1111' where ref = 'BBBB-2222'",
    ],
)
def test_a_case_that_was_altered_moved_or_cut_is_damage_and_not_shown(tmp_path: Path, alteration: str) -> None:
    with closing(open_sqlite(tmp_path)) as store:
        file_case(store, a_case("AAAA-1111", words="The first."))
        file_case(store, a_case("BBBB-2222", words="The second."))
        with tampering(tmp_path) as raw:
            raw.executescript(alteration)

        with pytest.raises(Damaged):
            case_of(store, "AAAA-1111")


def test_a_case_that_was_altered_wakes_nobody_and_the_operator_is_told_once(tmp_path: Path) -> None:
    due = NINE + timedelta(hours=5)
    with closing(open_sqlite(tmp_path)) as store:
        file_case(store, a_case("AAAA-1111"))
        file_case(store, a_case("BBBB-2222"))
        with tampering(tmp_path) as raw:
            raw.execute("update cases set sealed = zeroblob(400) where ref = 'AAAA-1111'")

        for _ in range(2):
            with store.transaction():
                assert store.asleep_until(due) == ((), (("north", "BBBB-2222"),))
        assert store.operator_told("north") == {"damaged": 1}


def test_a_case_made_somebodys_from_outside_is_not_shown_to_them(tmp_path: Path) -> None:
    with closing(open_sqlite(tmp_path)) as store:
        file_case(store, a_case("AAAA-1111"))
        file_case(store, a_case("BBBB-2222", handlers=(CARA.person,)))
        with tampering(tmp_path) as raw:
            raw.execute("update case_shelves set ref = 'AAAA-1111' where ref = 'BBBB-2222' and shelf = 'waiting'")

        with store.transaction(), pytest.raises(Damaged):
            store.cases_of(CARA, "waiting")


def test_a_conversation_moved_to_another_person_is_damage(tmp_path: Path) -> None:
    with closing(open_sqlite(tmp_path)) as store:
        keep(store, "event-1", state=drafting("They shouted."))
        keep(store, "event-2", BEN, state=drafting("I shouted."))
        with tampering(tmp_path) as raw:
            first, second = (row[0] for row in raw.execute("select sealed from conversations order by rowid"))
            raw.execute("update conversations set sealed = ? where sealed = ?", (first, second))

        assert state_of(store, ANNE) == drafting("They shouted.")
        with store.transaction(), pytest.raises(Damaged):
            store.state(BEN)


def test_a_conversation_that_was_altered_does_not_stop_the_others(tmp_path: Path) -> None:
    with closing(open_sqlite(tmp_path)) as store:
        keep(store, "event-1", state=drafting("They shouted."), wake=NINE)
        with tampering(tmp_path) as raw:
            raw.execute("update conversations set sealed = zeroblob(400), until = 1")
        keep(store, "event-2", BEN, state=drafting("So did they."), wake=NINE)

        with store.transaction():
            assert store.asleep_until(NINE) == ((BEN,), ())
        with store.transaction(), pytest.raises(Damaged):
            store.state(ANNE)


def test_a_letter_that_was_altered_does_not_hold_up_the_others(tmp_path: Path) -> None:
    with closing(open_sqlite(tmp_path)) as store:
        keep(store, "event-1", letters=(a_letter("a@north.example"), a_letter("b@north.example")))
        with tampering(tmp_path) as raw:
            raw.execute(
                "update outbox set sealed = (select sealed from outbox where letter like '%:1') where letter like '%:0'"
            )

        claimed = store.claim(NINE, timedelta(minutes=1), 1, "one") or store.claim(NINE, timedelta(minutes=1), 1, "one")

        assert [posted.letter.to for posted in claimed] == ["b@north.example"]
        assert store.claim(NINE + timedelta(days=365), timedelta(minutes=1), 10, "two")[1:] == []
        assert store.operator_told("north") == {"damaged": 1}
