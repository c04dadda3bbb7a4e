"""Who receives a report at the invented bakery, who is told next, and who is never told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bot.cases import Recipient, Route
from bot.flows import RouteRule
from bot.knowledge import RoleId
from bot.people import Directory, Person
from bot.routing import holds, permitted, reachable, receiving, route
from tests.made_up import AWAY, TODAY, role, rule

BAKERY_ROLES = {
    found.id: found
    for found in (
        role("mentor", "manager", "shift_lead"),
        role("shift_lead", "academy", "owner"),
        role("buyer", "trust", "owner"),
        role("owner", "trust", "accountant"),
        role("accountant", "trust"),
    )
}

STAFF: dict[str, dict[str, Any]] = {
    "lad": {"academies": ("High Street",), "manager": "baker"},
    "baker": {"academies": ("High Street",), "manager": "lead"},
    "lead": {"academies": ("High Street",), "roles": ("shift_lead",), "manager": "owner", "deputy": "baker"},
    "mill_lead": {"academies": ("Mill Lane",), "roles": ("shift_lead",), "manager": "owner"},
    "buyer": {"roles": ("buyer",), "manager": "owner"},
    "owner": {"roles": ("owner",), "manager": "accountant", "deputy": "buyer"},
    "accountant": {"roles": ("accountant",)},
}


def staff(**changes: dict[str, Any]) -> Directory:
    """The bakery's people, some of them changed."""
    people = {**STAFF, **{id_: {**STAFF.get(id_, {}), **change} for id_, change in changes.items()}}
    return Directory({id_: Person(id=id_, name=id_, **about) for id_, about in people.items()})


def sent(
    by_rule: RouteRule,
    directory: Directory,
    *,
    reporter: str = "lad",
    academy: str = "High Street",
    about: str = "",
    answers: Mapping[str, tuple[str, ...]] | None = None,
    chosen: tuple[RoleId, ...] = (),
) -> Route:
    return route(
        by_rule,
        BAKERY_ROLES,
        directory,
        reporter=reporter,
        academy=academy,
        barred=frozenset({about} if about else ()),
        answers=answers or {},
        chosen=chosen,
        day=TODAY,
    )


def names(recipients: tuple[Recipient, ...]) -> list[str]:
    return [recipient.person for recipient in recipients]


def test_a_report_goes_to_the_holder_of_the_role_at_the_reporters_academy() -> None:
    decided = sent(rule("all", "shift_lead"), staff(), academy="Mill Lane")

    assert decided.recipients == (Recipient(person="mill_lead", role="shift_lead"),)
    assert decided.because == ("the rule",)


def test_a_role_that_is_everybodys_own_manager_goes_to_the_reporters() -> None:
    assert names(sent(rule("all", "mentor"), staff()).recipients) == ["baker"]


def test_whoever_it_is_about_is_passed_over_and_so_is_the_deputy_they_chose() -> None:
    decided = sent(rule("all", "shift_lead"), staff(), about="lead")

    assert names(decided.recipients) == ["owner"]
    assert decided.recipients[0].role == "owner"
    assert decided.barred == ("lad", "lead")


def test_the_search_for_a_stand_in_ends_at_whoever_it_is_about() -> None:
    directory = staff(lead={"away": AWAY}, baker={"deputy": "friend"}, friend={"academies": ("High Street",)})

    decided = sent(rule("all", "shift_lead"), directory, about="baker")

    assert names(decided.recipients) == ["owner"]


def test_the_reporter_never_receives_their_own_report() -> None:
    decided = sent(rule("all", "shift_lead"), staff(), reporter="lead")

    assert names(decided.recipients) == ["owner"]
    assert "lead" not in [person for group in decided.then for person in names(group)]


def test_somebody_who_is_away_is_replaced_at_once_by_their_deputy() -> None:
    decided = sent(rule("all", "shift_lead"), staff(lead={"away": AWAY}))

    assert decided.recipients == (Recipient(person="baker", role="shift_lead", for_person="lead"),)


def test_somebody_who_left_is_replaced_by_their_deputys_deputy_when_the_deputy_is_away() -> None:
    directory = staff(lead={"active": False}, baker={"away": AWAY, "deputy": "buyer"})

    decided = sent(rule("all", "shift_lead"), directory)

    assert decided.recipients == (Recipient(person="buyer", role="shift_lead", for_person="lead"),)


def test_deputies_who_stand_in_for_each_other_and_are_all_away_lead_to_the_role_above() -> None:
    directory = staff(lead={"away": AWAY}, baker={"away": AWAY, "deputy": "lead"})

    assert names(sent(rule("all", "shift_lead"), directory).recipients) == ["owner"]


def test_a_second_holder_who_is_here_makes_the_deputy_of_the_first_a_stand_in_beside_them() -> None:
    directory = staff(lead={"away": AWAY}, second={"academies": ("High Street",), "roles": ("shift_lead",)})

    assert names(sent(rule("all", "shift_lead"), directory).recipients) == ["second", "baker"]


def test_a_deputy_who_holds_the_role_too_receives_it_as_its_holder() -> None:
    directory = staff(lead={"away": AWAY}, baker={"roles": ("shift_lead",)})

    decided = sent(rule("all", "shift_lead"), directory)

    assert decided.recipients == (Recipient(person="baker", role="shift_lead"),)


def test_somebody_who_is_their_own_manager_is_climbed_past() -> None:
    directory = staff(lead={"manager": "lead"})

    assert names(sent(rule("all", "mentor"), directory, reporter="lead").recipients) == ["owner"]


def test_a_report_about_the_highest_but_one_reaches_the_highest() -> None:
    decided = sent(rule("all", "owner"), staff(), about="owner")

    assert names(decided.recipients) == ["accountant"]
    assert decided.then == ()


def test_with_nobody_left_there_are_no_recipients() -> None:
    decided = sent(rule("all", "owner"), staff(accountant={"active": False}), about="owner")

    assert (decided.recipients, decided.then) == ((), ())


def test_a_person_with_several_roles_is_told_once_in_the_first_of_them() -> None:
    directory = staff(owner={"roles": ("owner", "buyer")}, buyer={"roles": ()})

    decided = sent(rule("all", "owner", "buyer"), directory)

    assert decided.recipients == (Recipient(person="owner", role="owner"),)


def test_the_next_to_be_told_are_one_role_after_the_other_up_to_the_top() -> None:
    decided = sent(rule("all", "mentor"), staff())

    assert [names(group) for group in decided.then] == [["lead"], ["owner"], ["accountant"]]


def test_two_ways_up_meet_before_the_role_above_both() -> None:
    decided = sent(rule("all", "buyer", "mentor"), staff())

    assert [names(group) for group in decided.then] == [["lead"], ["owner"], ["accountant"]]


def test_nobody_below_the_highest_who_received_it_is_told_later() -> None:
    decided = sent(rule("some", "mentor", "owner"), staff(), chosen=("mentor", "owner"))

    assert names(decided.recipients) == ["baker", "owner"]
    assert [names(group) for group in decided.then] == [["accountant"]]


def test_an_answer_adds_a_role_and_its_reason() -> None:
    also = ({"when": {"damage": ["broken"]}, "role": "accountant", "because": "what was broken is paid for"},)
    by_rule = rule("all", "shift_lead", also=also)

    plain = sent(by_rule, staff(), answers={"damage": ("thrown",)})
    added = sent(by_rule, staff(), answers={"damage": ("thrown", "broken")})

    assert names(plain.recipients) == ["lead"]
    assert names(added.recipients) == ["lead", "accountant"]
    assert added.because == ("the rule", "what was broken is paid for")
    assert receiving(by_rule, {}) == ("shift_lead",)
    assert receiving(by_rule, {"damage": ("broken",)}) == ("shift_lead", "accountant")


def test_the_reporter_chooses_among_the_permitted_roles() -> None:
    assert names(sent(rule("one", "shift_lead", "owner"), staff(), chosen=("owner",)).recipients) == ["owner"]


def test_where_one_is_to_be_chosen_a_second_choice_does_not_count() -> None:
    decided = sent(rule("one", "shift_lead", "owner"), staff(), chosen=("owner", "shift_lead"))

    assert names(decided.recipients) == ["lead"]


@pytest.mark.parametrize("chosen", [(), ("buyer",), ("unheard_of",)])
def test_a_choice_that_is_missing_or_not_permitted_becomes_the_first_permitted(chosen: tuple[RoleId, ...]) -> None:
    assert names(sent(rule("some", "shift_lead", "owner"), staff(), chosen=chosen).recipients) == ["lead"]


def test_a_chosen_role_whose_holder_it_turns_out_to_be_about_is_not_used() -> None:
    decided = sent(rule("one", "shift_lead", "owner"), staff(), chosen=("owner",), about="owner")

    assert names(decided.recipients) == ["lead"]


def test_with_no_permitted_role_left_it_climbs_from_the_first_that_leads_to_somebody() -> None:
    directory = staff(accountant={"active": False})

    decided = sent(rule("one", "accountant", "shift_lead"), directory, about="lead")

    assert names(decided.recipients) == ["owner"]


def test_only_roles_with_somebody_in_them_can_be_chosen() -> None:
    found = permitted(
        rule("one", "mentor", "shift_lead", "owner"),
        BAKERY_ROLES,
        staff(owner={"active": False, "deputy": None}),
        reporter="lad",
        academy="High Street",
        barred=frozenset({"lead"}),
        day=TODAY,
    )

    assert found == ("mentor",)


def test_everybody_whom_it_could_reach_is_offered_when_asked_whom_it_is_about() -> None:
    directory = staff(lead={"away": AWAY}, accountant={"active": False}, owner={"deputy": "lad"})

    found = reachable(rule("one", "mentor"), BAKERY_ROLES, directory, reporter="lad", academy="High Street", day=TODAY)

    assert found == (
        Recipient(person="baker", role="mentor"),
        Recipient(person="lead", role="shift_lead"),
        Recipient(person="owner", role="owner"),
    )


def test_a_condition_holds_only_if_every_question_has_one_of_its_options() -> None:
    when = {"hurt": ("me",), "where": ("oven", "till")}

    assert holds({}, {})
    assert holds(when, {"hurt": ("me", "other"), "where": ("till",)})
    assert not holds(when, {"hurt": ("me",), "where": ()})
    assert not holds(when, {"hurt": ("me",)})
