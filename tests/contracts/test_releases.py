"""What the embedded store does with a database of another release, and with one that is only being made."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.state import Conversation
from tests.contracts.killing import kills
from tests.contracts.samples import (
    ANNE,
    BEN,
    a_case,
    case_of,
    file_case,
    open_sqlite,
    state_of,
    stepped,
    tampering,
)

FIRST_RELEASE = """
create table "_sqlite_migrations" ("id" integer primary key, "migration_set" text, "name" text, "applied_at" text);
create unique index "idx__sqlite_migrations_migration_set_name" on "_sqlite_migrations" ("migration_set", "name");
insert into "_sqlite_migrations" values (1, 'candour', 'conversations_and_what_is_counted', '2026-11-01 09:00:00');
create table "conversations" ("organisation" text, "person" text, "state" text not null, "until" real not null,
    primary key ("organisation", "person"));
create table "events_seen" ("organisation" text, "key" text, "at" real not null, primary key ("organisation", "key"));
create table "feedback" ("organisation" text, "matter" text, "opinion" text, "count" integer,
    primary key ("organisation", "matter", "opinion"));
create table "unanswered" ("organisation" text, "masked" text, "count" integer, primary key ("organisation", "masked"));
insert into "conversations" values ('north', 'needle-person', '{"asked": "needle-question"}', 1e12);
insert into "events_seen" values ('north', 'needle-event', 1e12);
insert into "feedback" values ('north', 'gifts', 'helpful', 3), ('north', 'gifts', 'not-meant', 1);
insert into "unanswered" values ('north', 'wifi code', 2), ('south', 'parking', 5);
"""
"""The schema of release 0.1.0 with something in each table. Never changed: it is out there."""

BEFORE_LISTS = """
drop table case_shelves; drop table concerns; drop table links; drop index idx_audit_organisation_case_mark;
create table "case_people" ("organisation" text, "person" blob, "relation" text, "ref" text,
    primary key ("organisation", "person", "relation", "ref"));
delete from _sqlite_migrations where name = 'shelves_concerns_and_links';
"""
"""What makes a database one of the release that knew who had a case, and no lists."""


def test_a_database_of_the_first_release_is_carried_over_with_its_counts(tmp_path: Path) -> None:
    first_release(tmp_path)

    with closing(open_sqlite(tmp_path)) as store:
        file_case(store, a_case())
        assert store.feedback("north") == {"gifts": {"helpful": 3, "not-meant": 1}}
        assert store.unanswered("north") == {"wifi code": 2}
        assert store.unanswered("south") == {"parking": 5}
        assert case_of(store, a_case().ref) == a_case()

    assert b"needle" not in (tmp_path / "candour.db").read_bytes()


def test_a_kill_at_any_step_of_carrying_it_over_loses_no_count(tmp_path: Path) -> None:
    first_release(tmp_path)

    for _ in kills(lambda: open_sqlite(tmp_path)):
        with closing(sqlite3.connect(tmp_path / "candour.db")) as raw:
            assert raw.execute("pragma integrity_check").fetchall() == [("ok",)]
            assert raw.execute("select sum(count) from feedback").fetchall() == [(4,)]
            assert raw.execute("select sum(count) from unanswered").fetchall() == [(7,)]

    with closing(open_sqlite(tmp_path)) as store:
        assert store.feedback("north") == {"gifts": {"helpful": 3, "not-meant": 1}}
        file_case(store, a_case())
        assert case_of(store, a_case().ref) == a_case()


def test_cases_of_a_release_without_lists_are_found_in_them(tmp_path: Path) -> None:
    with closing(open_sqlite(tmp_path)) as store:
        file_case(store, a_case())
        file_case(store, stepped(a_case("TAKE-NNNN"), "taken", taken_by=BEN.person))
    with tampering(tmp_path) as raw:
        raw.executescript(BEFORE_LISTS)

    with closing(open_sqlite(tmp_path)) as store, store.transaction():
        assert [case.ref for case in store.cases_of(ANNE, "sent")] == ["TAKE-NNNN", a_case().ref]
        assert [case.ref for case in store.cases_of(BEN, "waiting")] == [a_case().ref]
        assert [case.ref for case in store.cases_of(BEN, "mine")] == ["TAKE-NNNN"]


def test_a_database_of_a_later_release_stops_the_start(tmp_path: Path) -> None:
    open_sqlite(tmp_path).close()
    with tampering(tmp_path) as raw:
        raw.execute("insert into _sqlite_migrations (migration_set, name) values ('candour', 'telepathy')")

    with pytest.raises(SettingsError, match="later version"):
        open_sqlite(tmp_path)


def test_a_kill_while_a_database_is_made_does_not_stop_the_next_start(tmp_path: Path) -> None:
    for _ in kills(lambda: open_sqlite(tmp_path / "data"), every=7):
        with closing(open_sqlite(tmp_path / "data")) as store:
            assert state_of(store, ANNE) == Conversation()
        shutil.rmtree(tmp_path / "data")


def first_release(folder: Path) -> None:
    """A database as the first release left it."""
    with tampering(folder) as raw:
        raw.executescript(FIRST_RELEASE)
