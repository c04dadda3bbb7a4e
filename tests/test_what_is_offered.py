"""What screens offer is what the table allows, to those it allows it to, in the states in which it can be done."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from bot.case_windows import mark
from bot.compiled import Knowledge
from bot.messages import Form
from bot.permissions import MAY, may
from tests.offered import OF_A_CASE, Offers, offers
from tests.sample_people import CEO, DEPUTY, GOVERNOR, HEAD, HEAD_SOUTH, HR, ICT, MANAGER, SAFEGUARDING, TEACHER, at
from tests.standing import (
    NO_DANGER,
    ON_THE_COMMAND_LINE,
    STAGES,
    World,
    at_work,
    closed,
    filled,
    in_each_stage,
    in_hand,
    proposed,
    sends,
    sent,
    taken,
    with_the_head,
)
from tests.talking import Given

# --- what screens offer


ELSEWHERE = re.compile(
    r"menu|home|mine|hide|figures|none|(?:list|draft|report|begin|who|not-now|replace|entry|feedback|sample):.+"
)
"""Buttons that are about no case of the table."""

Screens = Mapping[str, Mapping[str, Offers]]


@pytest.fixture(scope="module")
def screens(school: Knowledge) -> Screens:
    """State of a case → person → what is offered."""
    found: dict[str, dict[str, Offers]] = {}
    for name, stage in STAGES.items():
        place = stage(school).place
        found[name] = {person: offers(place, person) for person in ("", *place.directory.people)}
    return found


def test_every_action_that_a_screen_offers_has_a_row_and_every_row_is_offered(screens: Screens) -> None:
    found = {action for people in screens.values() for offered in people.values() for action in offered.actions}

    assert found | ON_THE_COMMAND_LINE == MAY.keys()


def test_every_other_button_is_about_no_case(screens: Screens) -> None:
    values = {value for people in screens.values() for offered in people.values() for value in offered.values}

    assert [
        value for value in sorted(values) if not OF_A_CASE.fullmatch(value) and not ELSEWHERE.fullmatch(value)
    ] == []


def test_what_a_screen_offers_to_somebody_is_not_refused_to_them(screens: Screens) -> None:
    refused = {
        (stage, person, value)
        for stage, people in screens.items()
        for person, offered in people.items()
        for value in offered.refused
    }

    assert refused == set()


@in_each_stage
def test_what_is_offered_is_what_the_table_allows(
    school: Knowledge, screens: Screens, stage: Callable[[Knowledge], World]
) -> None:
    world = stage(school)

    for person, offered in screens[stage.__name__].items():
        letters = {"case:open", "decide:open"}  # a letter stays where it is when what it is about has changed
        allowed = {action for action in MAY if may(action, world.stands(person))}
        assert offered.of(world.ref) - letters <= allowed, person


# --- in which state


AT_ANY_TIME = {
    "case:open",
    "case:more",
    "case:note",
    "case:export",
    "case:conflict",
    "mine:show",
    "mine:add",
    "decide:open",
}
"""What is done also where no button offers it just now: what somebody has written already is not thrown away."""


@in_each_stage
def test_what_is_not_offered_just_now_changes_nothing(
    school: Knowledge, screens: Screens, stage: Callable[[Knowledge], World]
) -> None:
    world = stage(school)
    before = world.written

    for relation, person in world.people.items():
        offered = screens[stage.__name__][person].of(world.ref)
        for action in MAY.keys() - offered - AT_ANY_TIME:
            world.talk(relation).picks(f"{action}:{world.ref}")
            sends(world, relation, action)
            assert world.written == before, f"{action} by {relation}"


def test_a_case_that_is_over_is_not_said_to_be_withdrawn(school: Knowledge) -> None:
    world = closed(school)

    heard = world.talk("reporter").picks(f"mine:withdraw-yes:{world.ref}").hears

    assert not world.case.withdrawn
    assert world.place.knowledge.library.report_wording.withdrawn_reply.format(ref=world.ref) not in heard


@pytest.mark.parametrize("step", ["case:close", "mine:withdraw-yes"])
def test_a_proposal_does_not_stay_open_for_ever_whatever_becomes_of_the_case(school: Knowledge, step: str) -> None:
    world = proposed(school)

    if step == "case:close":
        sends(world, "responsible", step)
        sends(world, "responsible", "case:reopen")
    else:
        world.talk("reporter").picks(f"{step}:{world.ref}")

    assert world.case.proposal is None or "expire" in world.case.clocks


def test_withdrawing_a_report_does_not_stop_the_clock_of_those_who_must_be_told_outside(school: Knowledge) -> None:
    world = with_the_head(school)
    _, fields = filled(world, "case:test")
    world.talk("responsible").sends(f"case:test:{world.ref}", fields={**fields, "harmed": ("yes",)})
    due = world.case.clocks["advice"]

    world.talk("reporter").picks(f"mine:withdraw-yes:{world.ref}")

    assert world.case.clocks.get("advice") == due


def test_nobody_is_asked_to_decide_about_a_case_that_is_over(school: Knowledge) -> None:
    world = proposed(school)
    sends(world, "responsible", "case:close")
    before = world.written

    world.talk("decider").picks(f"decide:agree:{world.ref}")

    assert world.written == before
    assert world.ref not in world.talk("decider").looks_home().hears


CONCERN = {"case:close", "case:refer", "case:speak", "case:look"}

OFFERED: Mapping[str, tuple[str, set[str]]] = {
    "cyberbullying": (HEAD, CONCERN),
    "indecent-images": (HEAD, {"case:refer", "case:test"}),
    "unsuitable-material": (HEAD, {"case:refer", "case:test", "case:name"}),
    "colleague-conduct": (HEAD, {*CONCERN, "case:test", "case:name", "case:propose"}),
    "student-contact": (HEAD, {*CONCERN, "case:test", "case:name"}),
    "unsure": (HEAD, {*CONCERN, "case:test"}),
    "policy-exception": (HEAD, CONCERN),
    "information-exposure": (ICT, CONCERN),
    "declare-contact": (DEPUTY, {"case:check"}),
    "share-contact-details": (DEPUTY, {"case:check"}),
}
"""Kind of report → who takes it, and what of all that depends on the kind can be done with it."""

BY_KIND = {action for _, actions in OFFERED.values() for action in actions}


def test_every_kind_of_report_is_in_the_table_of_what_can_be_done_with_it(school: Knowledge) -> None:
    assert OFFERED.keys() == school.library.routes.keys()


@pytest.mark.parametrize("flow", OFFERED)
def test_what_can_be_done_depends_on_the_kind_of_report(school: Knowledge, flow: str) -> None:
    place, (who, expected) = at_work(school), OFFERED[flow]
    calm: Given = {**NO_DANGER, "about": (), "sexual": "no", "recipients": "head_of_school", "transport": "yes"}
    world = World(place, sent(place, flow, calm), {"responsible": who})
    taken(place, world.ref, who)

    assert offers(place, who).of(world.ref) & BY_KIND == expected

    before = world.written
    for action in BY_KIND - expected:
        world.talk("responsible").picks(f"{action}:{world.ref}")
        sends(world, "responsible", action)
        assert world.written == before, action


# --- to whom a case can be given


def may_be_given(world: World, action: str = "case:hand-over") -> dict[str, str]:
    """To whom the window of an action offers to give the case: person → as they are called there."""
    talk = world.talk("responsible").picks(f"{action}:{world.ref}")
    [form] = [block for block in talk.blocks if isinstance(block, Form)]
    labels = {option.value: option.label for option in form.fields[0].options}
    people = {mark(world.case, person): person for person in world.place.directory.people}
    return {people[value]: label for value, label in labels.items()}


def test_a_case_can_be_given_to_nobody_who_sent_it_is_barred_or_is_elsewhere(school: Knowledge) -> None:
    world = in_hand(school)
    sends(world, "responsible", "case:exclude")
    nobody = {TEACHER, HEAD, CEO, ICT, HEAD_SOUTH, at("ict.south"), GOVERNOR, MANAGER}
    nobody -= set(world.case.former) - world.case.barred  # whoever had it before may have it again

    for action in ("case:hand-over", "case:include"):
        given = may_be_given(world, action)
        assert HR in given
        assert not nobody & given.keys(), given
        for person in nobody:
            before = world.written
            fields = {"to": (mark(world.case, person),), "reason": ("Away.",)}
            world.talk("responsible").sends(f"{action}:{world.ref}", fields=fields)
            assert world.written == before, (action, person)


def test_a_case_cannot_be_given_to_whoever_stands_in_for_somebody_it_is_about(school: Knowledge) -> None:
    world = in_hand(school)
    world.place.changes(replace(world.place.directory.people[SAFEGUARDING], deputy=None))
    assert world.place.directory.people[HEAD].deputy == DEPUTY

    assert DEPUTY not in may_be_given(world, "case:include")
    assert DEPUTY not in may_be_given(world)


@pytest.mark.parametrize("change", [{"roles": ()}, {"active": False}], ids=["lost the role", "left"])
def test_a_case_cannot_be_handed_over_to_a_handler_who_may_open_it_no_more(
    school: Knowledge, change: dict[str, bool]
) -> None:
    world = in_hand(school)
    world.place.changes(replace(world.place.directory.people[ICT], **change))  # type: ignore[arg-type]

    assert ICT not in may_be_given(world)
