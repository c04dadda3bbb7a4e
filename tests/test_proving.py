"""What the operator is told before anybody reports: which reports would reach nobody, and who would get the others."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from bot.flows import RouteRule
from bot.people import Directory, Person
from bot.proving import Row, holes, who
from bot.routing import reachable
from tests.made_up import AWAY, TODAY, Made, by_chance, organisations, role, rule

ROLES = {
    found.id: found
    for found in (
        role("mentor", "manager", "shift_lead"),
        role("shift_lead", "academy", "owner"),
        role("owner", "trust", "accountant"),
        role("accountant", "trust"),
    )
}
LAD = Person(id="lad", name="Lad Loaf", academies=("High Street",), manager="lead")
LEAD = Person(
    id="lead", name="Lena Lead", academies=("High Street",), roles=("shift_lead",), manager="owner", deputy="lad"
)
OWNER = Person(id="owner", name="Olive Owner", roles=("owner",))
ACCOUNTANT = Person(id="accountant", name="Abel Abacus", roles=("accountant",))
SECOND = Person(id="second", name="Sana Second", roles=("accountant",))


def people(*several: Person) -> Directory:
    return Directory({person.id: person for person in several})


def read(by_rule: RouteRule, directory: Directory) -> list[str]:
    """The holes as the operator reads them."""
    return [str(hole) for hole in holes({"injury": by_rule}, ROLES, directory, TODAY)]


def test_with_two_people_at_the_top_every_report_reaches_somebody() -> None:
    assert read(rule("all", "mentor"), people(LAD, LEAD, OWNER, ACCOUNTANT, SECOND)) == []


def test_a_single_person_at_the_top_leaves_the_reports_that_the_two_highest_make_about_each_other() -> None:
    assert read(rule("all", "owner"), people(LAD, LEAD, OWNER, ACCOUNTANT)) == [
        "injury, High Street: a report by Olive Owner (owner) about Abel Abacus (accountant) reaches nobody "
        "(owner: Olive Owner reports it; accountant: Abel Abacus is whom it is about).",
        "injury, High Street: a report by Abel Abacus (accountant) about Olive Owner (owner) reaches nobody "
        "(owner: Olive Owner is whom it is about; accountant: Abel Abacus reports it).",
    ]


def test_a_role_that_nobody_holds_is_named_once_for_all_reporters_and_academies() -> None:
    mill = replace(LAD, id="mill", academies=("Mill Lane",))

    assert read(rule("all", "accountant"), people(LAD, LEAD, mill, OWNER)) == [
        "injury, High Street, Mill Lane: a report by anybody reaches nobody (accountant: nobody holds it)."
    ]


def test_whoever_is_away_or_gone_without_anybody_to_stand_in_is_named() -> None:
    directory = people(LAD, LEAD, replace(OWNER, away=AWAY), replace(ACCOUNTANT, active=False))

    assert read(rule("all", "owner"), directory) == [
        "injury, High Street: a report by anybody reaches nobody (owner: Olive Owner is away and nobody can stand in; "
        "accountant: Abel Abacus has left and nobody can stand in)."
    ]


def test_a_hole_that_only_some_reporters_meet_says_who() -> None:
    alone = {one.id: one for one in ROLES.values()} | {"mentor": role("mentor", "manager")}
    directory = people(LAD, replace(LEAD, manager=None))

    found = holes({"injury": rule("all", "mentor")}, alone, directory, TODAY)

    assert [(hole.reporter, hole.subject, hole.why) for hole in found] == [
        ("anybody", "Lena Lead (shift_lead)", "mentor: Lena Lead is whom it is about"),
        ("Lena Lead (shift_lead)", "", "mentor: no manager is entered"),
    ]


def test_without_any_people_every_report_is_a_hole() -> None:
    assert read(rule("all", "owner"), Directory()) == [
        "injury: a report by anybody reaches nobody (owner: nobody holds it; accountant: nobody holds it)."
    ]


def unreached(org: Made, academy: str, reporter: Person) -> set[str]:
    """About whom this reporter could report and reach nobody: tried one by one, without the short cuts of the proof."""
    seen = {"reporter": reporter.id, "academy": academy, "day": TODAY}
    able = reachable(org.by_rule, org.roles, org.directory, **seen)  # type: ignore[arg-type]
    tried = {
        subject: replace(org, seen=seen, barred=frozenset(filter(None, (subject,))), answers={}, chosen=()).route()
        for subject in ("", *(found.person for found in able))
    }
    nobody = {subject for subject, decided in tried.items() if not decided.recipients}
    return {""} if "" in nobody else nobody


@settings(by_chance, max_examples=1_000)
@given(organisations)
def test_the_holes_are_those_that_trying_every_reporter_and_every_subject_finds(org: Made) -> None:
    everybody = [one for one in org.directory.people.values() if one.active]
    places = {
        academy: [one for one in everybody if academy in one.academies or not one.academies]
        for academy in org.directory.academies() or ("",)
    }
    tried = {
        (academy, subject)
        for academy, staff in places.items()
        for one in staff
        for subject in unreached(org, academy, one)
    }

    found = holes({"injury": org.by_rule}, org.roles, org.directory, TODAY)

    named = {(academy, hole.subject.partition(" ")[0]) for hole in found for academy in hole.academy.split(", ")}
    assert {(academy, subject) for academy, subject in named if places[academy]} == tried


def test_who_would_get_it_is_told_role_by_role_with_names_and_who_comes_after() -> None:
    directory = people(LAD, replace(LEAD, away=AWAY), OWNER, ACCOUNTANT, SECOND)
    also = ({"when": {"hurt": ["me"]}, "role": "owner", "because": "somebody was hurt"},)

    rows = who(rule("all", "mentor", "shift_lead", also=also), ROLES, directory, academy="High Street", day=TODAY)

    assert rows == (
        Row(role=ROLES["mentor"], step=0),
        Row(role=ROLES["shift_lead"], step=0, person="Lad Loaf", standing_in_for="Lena Lead"),
        Row(role=ROLES["owner"], step=0, person="Olive Owner", only_if="somebody was hurt"),
        Row(role=ROLES["owner"], step=1, person="Olive Owner"),
        Row(role=ROLES["accountant"], step=2, person="Abel Abacus"),
        Row(role=ROLES["accountant"], step=2, person="Sana Second"),
    )


def test_who_would_get_it_from_one_reporter_names_their_manager() -> None:
    directory = people(LAD, LEAD, OWNER, ACCOUNTANT)

    rows = who(rule("all", "mentor"), ROLES, directory, academy="High Street", day=TODAY, reporter="lad")

    assert [(row.step, row.role.id, row.person) for row in rows] == [
        (0, "mentor", "Lena Lead"),
        (1, "owner", "Olive Owner"),
        (2, "accountant", "Abel Abacus"),
    ]


def test_a_role_that_nobody_can_be_alerted_in_is_shown_empty_with_the_role_above_at_once() -> None:
    rows = who(rule("all", "shift_lead"), ROLES, people(LAD, OWNER), academy="High Street", day=TODAY)

    assert [(row.step, row.role.id, row.person) for row in rows] == [
        (0, "shift_lead", ""),
        (0, "owner", "Olive Owner"),
    ]


@settings(by_chance, max_examples=1_000)
@given(organisations)
def test_what_the_operator_is_told_is_what_happens(org: Made) -> None:
    by_rule = org.by_rule.model_copy(update={"how": "all", "also": ()})
    decided = replace(org, by_rule=by_rule, barred=frozenset()).route()

    rows = who(by_rule, org.roles, org.directory, **org.seen)

    told = [(row.step, row.person) for row in rows if row.person]
    groups = enumerate((decided.recipients, *decided.then))
    assert told == [(step, org.directory.people[one.person].name) for step, group in groups for one in group]
