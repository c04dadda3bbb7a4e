"""Who may do what with a case: the one table, cell by cell, in every state that a case can be in, by real presses.

One world has somebody for each way of standing to a case. Whoever may not is answered byte for byte as if there were no
such case; whoever may can do it as long as the case is in a state for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest

from adapters.storage.audit import verify
from bot.cases import Step
from bot.compiled import Knowledge
from bot.permissions import MAY, Relation, may
from tests.sample_people import ICT
from tests.standing import (
    ABSENT,
    ACCOUNT,
    ON_THE_COMMAND_LINE,
    RELATIONS,
    World,
    closed,
    declared,
    forms_of,
    in_each_stage,
    in_hand,
    is_told_to_take_it,
    not_yours,
    proposed,
    registered,
    sends,
    urgent,
    waiting,
    with_the_head,
)
from tests.talking import ORGANISATION

# --- the table


def test_somebody_stands_to_the_case_in_every_way_that_there_is(school: Knowledge) -> None:
    world = proposed(school)

    assert {relation: world.stands(person) for relation, person in world.people.items()} == {
        relation: {relation} for relation in RELATIONS
    }


def test_every_relation_that_the_table_names_is_one_that_is_tested(school: Knowledge) -> None:
    assert {relation for row in MAY.values() for relation in row} <= set(RELATIONS)
    assert set(Relation.__args__) == set(RELATIONS)  # type: ignore[attr-defined]


def test_each_kind_of_row_is_for_those_it_was_meant_for() -> None:
    any_handler = {"case:open", "case:take", "case:more", "case:note", "case:conflict"}
    meant: Mapping[str, set[Relation]] = {
        "case": {"responsible"},
        "decide": {"decider"},
        "signal": {"signalled"},
        "mine": {"reporter"},
        "operator": {"operator"},
    }

    for action, row in MAY.items():
        more: set[Relation] = {"handler"} if action in any_handler else set()
        assert row == meant[action.partition(":")[0]] | more, action


@in_each_stage
def test_whoever_may_not_is_answered_as_if_there_were_no_such_case(
    school: Knowledge, stage: Callable[[Knowledge], World]
) -> None:
    world = stage(school)
    before, refusal = world.written, not_yours(world)

    for relation, person in world.people.items():
        assert world.stands(person) == {relation}, relation
        for action in MAY:
            if may(action, frozenset({relation})):
                continue
            pressed, sent_in = world.talk(relation).picks(f"{action}:{world.ref}"), sends(world, relation, action)
            cell = f"{action} by {relation}"
            if relation == "handler" and may(action, frozenset({"responsible"})):
                assert is_told_to_take_it(world, pressed), cell
                assert is_told_to_take_it(world, sent_in), cell
                continue
            pressed_absent = world.talk(relation).picks(f"{action}:{ABSENT}")
            sent_absent = sends(world, relation, action, ABSENT)
            assert repr(pressed.replies) == repr(pressed_absent.replies), cell
            assert repr(sent_in.replies) == repr(sent_absent.replies), cell
            if action != "operator:states":
                assert repr(pressed.replies) == refusal, cell
            if action.startswith(("case:", "decide:", "mine:")):
                assert repr(sent_in.replies) == refusal, cell
        assert world.written == before, relation


@in_each_stage
def test_each_refusal_is_a_row_of_the_audit_chain_and_nothing_else(
    school: Knowledge, stage: Callable[[Knowledge], World]
) -> None:
    world = stage(school)

    for relation in world.people:
        for action in MAY:
            told_to_take_it = relation == "handler" and may(action, frozenset({"responsible"}))
            if may(action, frozenset({relation})) or told_to_take_it or action == "operator:states":
                continue
            world.place.now += timedelta(hours=1)  # of many refusals within an hour only some are entered
            before = world.rows
            world.talk(relation).picks(f"{action}:{world.ref}")
            if action.startswith(("case:", "decide:", "mine:")):
                sends(world, relation, action)
            added = world.rows[len(before) :]
            assert set(added) == {"refused"}, f"{action} by {relation}"
            assert len(added) == (1 if action.startswith("signal:") else 2), f"{action} by {relation}"


def test_a_refusal_is_entered_with_who_asked_and_for_which_case(school: Knowledge) -> None:
    world = proposed(school)
    world.talk("none").picks(f"case:open:{world.ref}")
    world.talk("none").picks(f"case:open:{ABSENT}")
    world.talk("chair").picks(f"case:open:{world.ref}")

    first, absent, chair = world.store.books(ORGANISATION).rows[-3:]

    assert first.case in world.store.books(ORGANISATION).cases
    assert chair.case == first.case != absent.case
    assert first.by == absent.by != chair.by


# --- whoever may, does


@dataclass(frozen=True)
class Doing:
    """What can be done by whom in which state, and which step is entered then; none if it only shows something."""

    action: str
    relation: Relation
    stage: Callable[[Knowledge], World]
    step: Step | None

    def __str__(self) -> str:
        return f"{self.action} by {self.relation}"


def doings() -> Iterator[Doing]:
    """A state for every action, for everybody who may."""
    everywhere: Mapping[str, tuple[Callable[[Knowledge], World], Step | None]] = {
        "case:open": (in_hand, "opened"),
        "case:take": (waiting, "taken"),
        "case:more": (in_hand, None),
        "case:note": (in_hand, "note"),
        "case:conflict": (in_hand, "conflict"),
        "case:message": (in_hand, "message"),
        "case:hand-over": (in_hand, "handed-over"),
        "case:retype": (in_hand, "retyped"),
        "case:include": (in_hand, "included"),
        "case:exclude": (in_hand, "excluded"),
        "case:urgent": (in_hand, "urgent"),
        "case:normal": (urgent, "normal"),
        "case:refer": (in_hand, "referred"),
        "case:speak": (in_hand, "spoke"),
        "case:look": (in_hand, "looked"),
        "case:test": (with_the_head, "tested"),
        "case:check": (declared, "checked"),
        "case:name": (in_hand, "named"),
        "case:propose": (in_hand, "proposed"),
        "case:close": (in_hand, "closed"),
        "case:reopen": (closed, "reopened"),
        "case:export": (in_hand, "link-made"),
        "decide:open": (proposed, "proposal-opened"),
        "decide:agree": (proposed, "agreed"),
        "decide:decline": (proposed, "declined"),
        "signal:open": (proposed, None),
        "mine:show": (in_hand, None),
        "mine:add": (in_hand, "added"),
        "mine:withdraw": (in_hand, None),
        "mine:withdraw-yes": (in_hand, "withdrawn"),
        "mine:confirm": (registered, "confirmed"),
        "mine:ended": (registered, "ended"),
        "mine:rate": (closed, "rated"),
        "mine:reopen": (closed, "reopened"),
    }
    for action, (stage, step) in everywhere.items():
        for relation in RELATIONS:
            if relation in MAY[action]:
                pressed_again = (action, relation) == ("case:take", "responsible")
                yield Doing(action, relation, *((in_hand, None) if pressed_again else (stage, step)))


def test_every_cell_that_allows_something_is_done_in_a_test() -> None:
    cells = {(action, relation) for action, row in MAY.items() for relation in row if action not in ON_THE_COMMAND_LINE}

    assert {(doing.action, doing.relation) for doing in doings()} == cells


@pytest.mark.parametrize("doing", list(doings()), ids=str)
def test_whoever_may_can_do_it(school: Knowledge, doing: Doing) -> None:
    world = doing.stage(school)
    before, refusal = world.case.ledger, not_yours(world)

    talk = world.talk(doing.relation).picks(f"{doing.action}:{world.ref}")
    assert repr(talk.replies) != refusal
    has_it_already = (doing.action, doing.relation) == ("case:take", "responsible")
    assert is_told_to_take_it(world, talk) == has_it_already
    if forms := forms_of(talk):
        assert forms == [f"{doing.action}:{world.ref}"]
        assert world.case.ledger == before
        assert repr(sends(world, doing.relation, doing.action).replies) != refusal

    steps = [line.step for line in world.case.ledger[len(before) :]]
    assert steps[:1] == ([doing.step] if doing.step else [])


@pytest.mark.parametrize("doing", list(doings()), ids=str)
def test_the_audit_chain_fits_the_case_whatever_was_done_with_it(school: Knowledge, doing: Doing) -> None:
    world = doing.stage(school)

    world.talk(doing.relation).picks(f"{doing.action}:{world.ref}")
    sends(world, doing.relation, doing.action)

    assert verify(world.store, ORGANISATION).fault is None


@pytest.mark.parametrize("way", ["another's press", "another's form", "a late press"])
def test_every_reading_is_entered_whichever_way_the_case_is_shown(school: Knowledge, way: str) -> None:
    world = in_hand(school)
    before = len(world.case.ledger)

    match way:
        case "another's press":
            talk = world.talk("handler").picks(f"case:message:{world.ref}")
        case "another's form":
            talk = sends(world, "handler", "case:message")
        case _:
            talk = world.talk("handler").picks(f"case:take:{world.ref}")

    if ACCOUNT in talk.hears:
        assert [(line.step, line.person) for line in world.case.ledger[before:]] == [("opened", ICT)]
