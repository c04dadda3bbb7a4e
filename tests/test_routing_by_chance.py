"""Who receives a report in ten thousand organisations that chance made up: never anybody barred, always somebody."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings

from bot.cases import Recipient, Route
from bot.knowledge import RoleId
from bot.people import Person
from bot.routing import permitted, reachable
from tests.made_up import TODAY, Made, by_chance, made, organisations


def everybody_alerted(decided: Route) -> list[Recipient]:
    return [*decided.recipients, *(recipient for group in decided.then for recipient in group)]


def can_be_alerted(org: Made, wanted: RoleId) -> set[str]:
    """Written again, from the promise: whom a role comes to, past everybody who is out, with nobody of theirs."""
    people, found = org.directory.people, set()
    for one in people.values():
        reporter = people.get(org.seen["reporter"])
        scope = org.roles[wanted].scope
        if scope == "manager":
            holds_it = reporter is not None and reporter.manager == one.id
        else:
            holds_it = wanted in one.roles and (scope == "trust" or org.seen["academy"] in one.academies)
        at: Person | None = one if holds_it else None
        for _ in range(len(people)):
            if at is None or at.id in org.out:
                break
            if at.active and not at.away:
                found.add(at.id)
                break
            at = people.get(at.deputy or "")
    return found


def up_from(org: Made, several: tuple[RoleId, ...]) -> set[RoleId]:
    """The roles and all above them."""
    found: set[RoleId] = set(several)
    for _ in org.roles:
        found |= {above for one in found if (above := org.roles[one].above)}
    return found


@settings(by_chance, max_examples=10_000)
@given(organisations)
def test_nobody_barred_is_ever_told_and_somebody_always_is_who_can_be(org: Made) -> None:
    decided = org.route()

    told = everybody_alerted(decided)
    assert not {recipient.person for recipient in told} & org.out
    assert set(decided.barred) == org.out
    named = (*org.by_rule.receive, *(a.role for a in org.by_rule.also if org.answers))
    somebody = {one for step in up_from(org, named) for one in can_be_alerted(org, step)}
    assert bool(decided.recipients) == bool(somebody)
    assert all(recipient.person in can_be_alerted(org, recipient.role) for recipient in told)


@settings(by_chance, max_examples=2_000)
@given(organisations)
def test_nobody_is_told_twice(org: Made) -> None:
    told = [recipient.person for recipient in everybody_alerted(org.route())]

    assert len(told) == len(set(told))


@settings(by_chance, max_examples=2_000)
@given(organisations)
def test_nobody_stands_in_for_somebody_barred_or_for_somebody_who_is_here(org: Made) -> None:
    replaced = {recipient.for_person for recipient in everybody_alerted(org.route())} - {""}

    assert not replaced & org.out
    assert not any(org.directory.people[absent].here(TODAY) for absent in replaced)


@settings(by_chance, max_examples=2_000)
@given(organisations)
def test_all_who_can_be_told_in_the_highest_roles_and_above_are_told_in_the_end(org: Made) -> None:
    decided = org.route()

    told = {recipient.person for recipient in everybody_alerted(decided)}
    came_to = tuple(recipient.role for recipient in decided.recipients)
    highest = tuple(one for one in came_to if not up_from(org, (one,)) & (set(came_to) - {one}))
    assert {one for step in up_from(org, highest) for one in can_be_alerted(org, step)} <= told


@settings(by_chance, max_examples=2_000)
@given(organisations)
def test_whoever_is_told_was_among_those_offered_when_asked_whom_it_is_about(org: Made) -> None:
    offered = {found.person for found in reachable(org.by_rule, org.roles, org.directory, **org.seen)}

    assert {recipient.person for recipient in everybody_alerted(org.route())} <= offered
    assert org.seen["reporter"] not in offered


@settings(by_chance, max_examples=2_000)
@given(organisations)
def test_what_can_be_chosen_is_what_has_somebody_in_it_and_is_honoured(org: Made) -> None:
    allowed = permitted(org.by_rule, org.roles, org.directory, **org.seen, barred=org.barred)

    assert allowed == tuple(one for one in org.by_rule.receive if can_be_alerted(org, one))
    if org.by_rule.how == "some":
        chosen = {one for one in org.chosen if one in allowed}
        told = {recipient.person for recipient in org.route().recipients}
        assert all(can_be_alerted(org, one) <= told for one in chosen)


def test_chance_makes_up_organisations_of_every_kind() -> None:
    """If all were empty, or none, the tests above would prove nothing."""
    chance = Random(4)
    crowds = [made(chance.randbytes(140)) for _ in range(2000)]
    routes = [org.route() for org in crowds]

    assert any(not decided.recipients for decided in routes)
    assert any(len(decided.then) > 1 for decided in routes)
    assert any(recipient.for_person for decided in routes for recipient in decided.recipients)
    assert any(org.seen["reporter"] in org.barred for org in crowds)
    assert any(one.manager == one.id for org in crowds for one in org.directory.people.values())
