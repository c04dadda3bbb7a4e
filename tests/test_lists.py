"""Lists tell nothing of a case that somebody may not open, not even that there is one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.compiled import Knowledge
from bot.people import Person
from bot.permissions import Relation
from bot.shelves import PAGE, SHELVES
from tests.contracts.samples import open_sqlite
from tests.listed import everything_listed, listed, pages_of, reports, shown_in
from tests.sample_people import CEO, GROUP_IT, HEAD, HR, ICT, MANAGER, SAFEGUARDING, TEACHER
from tests.standing import ABSENT, NORTH, World, at_work, case_of, closed, in_hand, proposed, taken
from tests.talking import Place


@pytest.mark.parametrize("count", [PAGE - 1, PAGE, PAGE + 1, 2 * PAGE, 2 * PAGE + 3])
def test_every_case_is_listed_once_newest_first_however_many_there_are(school: Knowledge, count: int) -> None:
    place = at_work(school)
    refs = reports(place, count, "hr_manager")

    assert listed(place, HR, "waiting") == refs[::-1]
    assert listed(place, TEACHER, "sent") == refs[::-1]
    assert all(len(page.options) <= PAGE + 2 for page in pages_of(place, HR, "waiting"))


def both_roles(school: Knowledge) -> tuple[Place, str]:
    """Somebody in two roles, and the school that they work at."""
    place, both = at_work(school), "both@sample.example"
    roles = ("ict_network_supervisor", "hr_manager")
    return place.changes(Person(id=both, name="Both", academies=(NORTH,), roles=roles)), both


def test_whoever_lost_the_role_finds_no_trace_of_many_cases(school: Knowledge) -> None:
    place, both = both_roles(school)
    blank = everything_listed(place, both)
    refs = reports(place, 2 * PAGE, "ict_network_supervisor")
    assert all(ref in everything_listed(place, both) for ref in refs)

    place.changes(replace(place.directory.people[both], roles=("hr_manager",)))

    assert everything_listed(place, both) == blank


def test_no_button_holds_the_reference_of_a_case_that_one_may_not_open(school: Knowledge) -> None:
    place, both = both_roles(school)
    lost = reports(place, PAGE - 1, "ict_network_supervisor")
    kept = reports(place, PAGE - 1, "hr_manager")
    place.changes(replace(place.directory.people[both], roles=("hr_manager",)))

    shown = everything_listed(place, both)

    assert all(ref in shown for ref in kept)
    assert [ref for ref in lost if ref in shown] == []


@pytest.mark.parametrize("newer", [PAGE - 1, PAGE, PAGE + 5])
def test_cases_that_one_may_not_open_do_not_hide_older_ones_that_one_may(school: Knowledge, newer: int) -> None:
    place, both = both_roles(school)
    kept = reports(place, 3, "hr_manager")
    reports(place, newer, "ict_network_supervisor")
    place.changes(replace(place.directory.people[both], roles=("hr_manager",)))

    assert listed(place, both, "waiting") == kept[::-1]
    assert kept[-1] in shown_in(place.talk(both).looks_home())


@pytest.mark.parametrize("newer", [0, 1])
def test_a_list_goes_on_only_where_there_is_more_that_one_may_open(school: Knowledge, newer: int) -> None:
    place, both = both_roles(school)
    reports(place, 3, "ict_network_supervisor")
    reports(place, PAGE + newer, "hr_manager")
    place.changes(replace(place.directory.people[both], roles=("hr_manager",)))

    first = next(pages_of(place, both, "waiting"))

    assert any(o.value.startswith("list:waiting:") for o in first.options) == bool(newer)


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
@pytest.mark.parametrize("shelf", ["sent", "waiting"])
def test_a_list_after_a_guessed_reference_does_not_tell_whether_there_is_such_a_case(
    school: Knowledge, tmp_path: Path, shelf: str, kind: str
) -> None:
    place = at_work(school, open_sqlite(tmp_path) if kind == "sqlite" else None)
    reports(place, 2, "hr_manager")
    [secret] = reports(place, 1, "line_manager", about=(), who=SAFEGUARDING)
    reports(place, 2, "hr_manager")
    who = TEACHER if shelf == "sent" else HR

    there, absent = (place.talk(who).picks(f"list:{shelf}:{ref}").replies for ref in (secret, ABSENT))

    place.store.close()
    assert repr(there) == repr(absent)


@pytest.mark.parametrize("after", ["", ":", "::", "\0", "\ud800", "*", "x" * 10_000, "%", "' or 1=1"])
def test_a_list_after_nonsense_is_a_list_of_ones_own(school: Knowledge, after: str) -> None:
    place = at_work(school)
    [theirs] = reports(place, 1, "line_manager", who=SAFEGUARDING)
    reports(place, 2, "hr_manager")

    for shelf in SHELVES:
        assert theirs not in shown_in(place.talk(HR).picks(f"list:{shelf}:{after}"))


def test_who_sent_a_report_sees_it_among_their_own_and_nowhere_else(school: Knowledge) -> None:
    place = at_work(school)
    blank = [shown_in(place.talk(ICT).picks(f"list:{shelf}")) for shelf in SHELVES if shelf != "sent"]
    [ref] = reports(place, 1, "ict_network_supervisor", who=ICT)
    taken(place, ref, case_of(place, ref).handlers[0].person)

    assert listed(place, ICT, "sent") == [ref]
    assert [shown_in(place.talk(ICT).picks(f"list:{shelf}")) for shelf in SHELVES if shelf != "sent"] == blank
    assert f"case:open:{ref}" not in shown_in(place.talk(ICT).looks_home())


def test_whom_reports_are_about_finds_no_trace_of_them(school: Knowledge) -> None:
    place = at_work(school)
    blank = {who: everything_listed(place, who) for who in (HEAD, CEO, GROUP_IT)}

    for ref in reports(place, PAGE + 2, "line_manager", "group_it_manager", about=(HEAD, CEO, GROUP_IT)):
        taken(place, ref, MANAGER)

    assert {who: everything_listed(place, who) for who in (HEAD, CEO, GROUP_IT)} == blank


@pytest.mark.parametrize("stage", [in_hand, proposed, closed])
def test_whoever_has_nothing_to_do_with_a_case_finds_no_trace_of_it(
    school: Knowledge, stage: Callable[[Knowledge], World]
) -> None:
    empty, world = at_work(school), stage(school)
    outside: tuple[Relation, ...] = ("none", "other-academy", "role-without-case", "chair", "operator")

    for person in (world.people[relation] for relation in outside):
        assert everything_listed(world.place, person) == everything_listed(empty, person)
