"""Who may do what with a case: the one table, cell by cell, in every state that a case can be in, by real presses.

One world has somebody for each way of standing to a case. Whoever may not is answered byte for byte as if there were no
such case; whoever may can do it as long as the case is in a state for it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256

import pytest

from adapters.storage.audit import verify
from adapters.storage.memory import MemoryStore
from bot.case_windows import mark
from bot.cases import Case, Step
from bot.compiled import Knowledge
from bot.decisions import deciders
from bot.messages import Choices, Form, TextBox, Ticks
from bot.people import Person
from bot.permissions import MAY, Relation, may, relations
from bot.ports import Store
from bot.service import Service
from bot.shelves import SHELVES
from tests.conftest import SCHOOL
from tests.talking import ORGANISATION, Given, Place, Talk

NORTH = "North Academy"
ADDRESS = "https://candour.example"
ABSENT = "0000-0000"


def at(name: str) -> str:
    """Somebody's address."""
    return f"{name}@sample.example"


TEACHER, MANAGER, HEAD, CEO = at("consultant.north"), at("department.north"), at("head.north"), at("ceo")
ICT, SECOND_ICT, HR, GROUP_IT = at("ict.north"), at("second.ict.north"), at("hr"), at("group.it")
DEPUTY, SECOND_DEPUTY, LEAD = at("deputy.north"), at("second.deputy.north"), at("safeguarding.north")
CHAIR, VICE_CHAIR, GOVERNOR, HEAD_OF_SOUTH = at("chair"), at("vice.chair"), at("governor.north"), at("head.south")

NO_DANGER: Given = {"danger": "no", "child-at-risk": "no", "close": ()}
ABOUT_THE_HEAD: Given = {
    **NO_DANGER,
    "about": (HEAD, CEO),
    "recipients": ("line_manager", "ict_network_supervisor"),
}


# --- the world


@dataclass
class World:
    """A case in one of its states, and somebody for each way of standing to it that there is in that state."""

    place: Place
    ref: str
    people: Mapping[Relation, str] = field(default_factory=dict)

    @property
    def store(self) -> MemoryStore:
        assert isinstance(self.place.store, MemoryStore)
        return self.place.store

    @property
    def case(self) -> Case:
        """The case as it is kept."""
        return case_of(self.place, self.ref)

    def talk(self, relation: Relation) -> Talk:
        """The conversation of whoever stands so to the case."""
        return self.place.talk(self.people[relation])

    def stands(self, person: str) -> frozenset[Relation]:
        """How somebody stands to the case."""
        library, case, directory = self.place.knowledge.library, self.case, self.place.directory
        rule = library.casework.decision
        pool = deciders(case, rule, directory, library.roles) if rule and case.proposals else {}
        return relations(case, person, directory, library.roles, frozenset(pool))

    @property
    def written(self) -> tuple[object, ...]:
        """Everything that is kept besides the audit chain and the conversations."""
        far = self.place.now + timedelta(days=365)
        kept = {mark: (case.version, case.plain) for mark, case in self.store.books(ORGANISATION).cases.items()}
        return kept, self.store.letters_waiting(far), self.store.feedback(ORGANISATION)

    @property
    def rows(self) -> list[str]:
        """What the audit chain says was done, from the first row on."""
        return [row.action for row in self.store.books(ORGANISATION).rows]


def case_of(place: Place, ref: str) -> Case:
    """A case as it is kept."""
    with place.store.transaction():
        case = place.store.case(ORGANISATION, ref)
    assert case
    return case


def at_work(school: Knowledge, store: Store | None = None) -> Place:
    """The school with its sample people and a few more, and an address for pages."""
    place = Place(school, SCHOOL / "sample-people.csv", store)
    numbers = itertools.count()
    place.service = Service(
        lambda: place.knowledge,
        place.store,
        chance=lambda: sha256(f"{next(numbers)}".encode()).digest()[:16],
        address=lambda: ADDRESS,
    )
    return place.changes(
        Person(id=SECOND_ICT, name="Second ICT", academies=(NORTH,), roles=("ict_network_supervisor",)),
        Person(id=SECOND_DEPUTY, name="Second Deputy", academies=(NORTH,), roles=("senior_leadership",)),
        Person(id=VICE_CHAIR, name="Vice Chair", roles=("chair_of_trustees",)),
    )


def sent(place: Place, flow: str, given: Given, who: str = TEACHER) -> str:
    """The reference of a report that somebody sent."""
    ref = place.talk(who).reports(flow, given)
    place.post()
    return ref


def taken(place: Place, ref: str, who: str) -> Talk:
    """Whoever took responsibility for a case."""
    talk = place.talk(who).picks(f"case:take:{ref}")
    assert case_of(place, ref).taken_by == who
    return talk


OUTSIDE: Mapping[Relation, str] = {
    "none": GOVERNOR,
    "other-academy": HEAD_OF_SOUTH,
    "role-without-case": LEAD,
    "chair": VICE_CHAIR,
    "operator": "",
    "reporter": TEACHER,
}


def waiting(school: Knowledge) -> World:
    """The third concern about the Head and the CEO. Nobody took it yet, and one who was told has lost the role."""
    place = at_work(school)
    ref = [sent(place, "colleague-conduct", ABOUT_THE_HEAD) for _ in range(3)][-1]
    place.changes(replace(place.directory.people[SECOND_ICT], roles=()))
    own: Mapping[Relation, str] = {
        "handler": ICT,
        "former-handler": SECOND_ICT,
        "signalled": CHAIR,
        "subject": HEAD,
    }
    return World(place, ref, {**OUTSIDE, **own})


def in_hand(school: Knowledge) -> World:
    """Somebody took it."""
    world = waiting(school)
    taken(world.place, world.ref, MANAGER)
    return replace(world, people={**world.people, "responsible": MANAGER})


def proposed(school: Knowledge) -> World:
    """Somebody took it, and asked others to decide. Here is somebody for every way of standing to a case."""
    world = in_hand(school)
    sends(world, "responsible", "case:propose")
    return replace(world, people={**world.people, "decider": HR})


def decided(school: Knowledge) -> World:
    """Those who were asked have agreed."""
    world = proposed(school)
    for who in (HR, GROUP_IT):
        world.place.talk(who).picks(f"decide:agree:{world.ref}")
    return world


def closed(school: Knowledge) -> World:
    """It is over."""
    world = in_hand(school)
    sends(world, "responsible", "case:close")
    return world


def reopened(school: Knowledge) -> World:
    """It was over, and its reporter says that it is not: it waits again."""
    world = closed(school)
    sends(world, "reporter", "mine:reopen")
    return replace(world, people={who: person for who, person in world.people.items() if who != "responsible"})


def withdrawn(school: Knowledge) -> World:
    """Its reporter withdrew it, and somebody took it all the same."""
    world = in_hand(school)
    world.talk("reporter").picks(f"mine:withdraw-yes:{world.ref}")
    return world


def urgent(school: Knowledge) -> World:
    """Whoever took it made it urgent, and answered its reporter."""
    world = in_hand(school)
    world.talk("responsible").picks(f"case:urgent:{world.ref}")
    sends(world, "responsible", "case:message")
    return world


def with_the_head(school: Knowledge) -> World:
    """A concern about nobody in particular, taken by the Head, who answers the harm test."""
    place = at_work(school)
    given: Given = {**NO_DANGER, "about": (), "recipients": ("head_of_school", "hr_manager")}
    ref = sent(place, "colleague-conduct", given)
    taken(place, ref, HEAD)
    return World(place, ref, {**OUTSIDE, "handler": HR, "responsible": HEAD})


def declared(school: Knowledge) -> World:
    """A declaration, which somebody took."""
    place = at_work(school)
    ref = sent(place, "declare-contact", {})
    place.changes(replace(place.directory.people[SECOND_DEPUTY], roles=()))
    taken(place, ref, DEPUTY)
    own: Mapping[Relation, str] = {"responsible": DEPUTY, "former-handler": SECOND_DEPUTY}
    return World(place, ref, {**OUTSIDE, **own})


def registered(school: Knowledge) -> World:
    """A declaration that is in the register."""
    world = declared(school)
    sends(world, "responsible", "case:check")
    return world


STAGES: Mapping[str, Callable[[Knowledge], World]] = {
    stage.__name__: stage
    for stage in (
        *(waiting, in_hand, proposed, decided, closed, reopened, withdrawn, urgent),
        *(with_the_head, declared, registered),
    )
}
"""Every state that a case can be brought into → a world in it."""

in_each_stage = pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)


# --- pressing and sending


def filled(world: World, action: str) -> tuple[str, dict[str, tuple[str, ...]]]:
    """What a client could send in the window of an action: its text box, and its fields."""
    case, library = world.case, world.place.knowledge.library
    test = library.casework.harm_test
    assert test
    given: dict[str, dict[str, str]] = {
        "case:message": {"text": "Some words."},
        "case:note": {"text": "A note."},
        "case:hand-over": {"to": mark(case, ICT if case.taken_by != ICT else MANAGER), "reason": "Away."},
        "case:conflict": {"reason": "A friend."},
        "case:retype": {"flow": "unsure", "reason": "It is something else."},
        "case:include": {"to": mark(case, HR)},
        "case:exclude": {"who": mark(case, ICT), "reason": "Need not have it."},
        "case:refer": {"whom": "other", "who": "Somebody", "when": "Today", "advice": "Go on."},
        "case:speak": {"text": "We spoke."},
        "case:look": {"text": "We looked."},
        "case:test": {question.id: "no" for question in test.questions},
        "case:check": {"same-class": "yes", "second-adult": "yes", "acknowledged": "yes"},
        "case:name": {"person": LEAD},
        "case:propose": {"purpose": "For the record.", "viewed": "A page.", "why": "It may go."},
        "case:close": {"outcome": "resolved", "line": "It is over."},
        "case:reopen": {"reason": "More came."},
        "case:export": {"without": "reporter"},
        "decide:decline": {"reason": "No need."},
        "mine:rate": {"heard": "yes", "again": "yes"},
        "mine:reopen": {"reason": "It goes on."},
    }
    text = "More words." if action == "mine:add" else ""
    return text, {name: (value,) for name, value in given.get(action, {}).items()}


def sends(world: World, relation: Relation, action: str, ref: str = "") -> Talk:
    """Have whoever stands so to the case send the window of an action, shown or not."""
    text, fields = filled(world, action)
    return world.talk(relation).sends(f"{action}:{ref or world.ref}", text=text, fields=fields)


def not_yours(world: World) -> str:
    """The one answer to whoever may not, byte for byte."""
    return repr(world.place.talk(GOVERNOR).picks(f"case:open:{ABSENT}").replies)


def is_told_to_take_it(world: World, talk: Talk) -> bool:
    """Whether somebody was shown the case and told to take responsibility first."""
    return [notice.text for notice in talk.notices[:1]] == [world.place.knowledge.library.case_wording.take_first]


# --- the table


def test_somebody_stands_to_the_case_in_every_way_that_there_is(school: Knowledge) -> None:
    world = proposed(school)

    assert {relation: world.stands(person) for relation, person in world.people.items()} == {
        relation: {relation} for relation in RELATIONS
    }


RELATIONS: tuple[Relation, ...] = (
    *("none", "other-academy", "role-without-case", "chair", "operator"),
    *("handler", "responsible", "former-handler", "decider", "signalled", "subject", "reporter"),
)


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
        "decide:open": (proposed, None),
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


ON_THE_COMMAND_LINE = {"operator:states"}
"""Rows that no button leads to: `candour cases` shows states and ages."""


def test_every_cell_that_allows_something_is_done_in_a_test() -> None:
    cells = {(action, relation) for action, row in MAY.items() for relation in row if action not in ON_THE_COMMAND_LINE}

    assert {(doing.action, doing.relation) for doing in doings()} == cells


@pytest.mark.parametrize("doing", list(doings()), ids=str)
def test_whoever_may_can_do_it(school: Knowledge, doing: Doing) -> None:
    world = doing.stage(school)
    before, refusal = world.case.ledger, not_yours(world)

    talk = world.talk(doing.relation).picks(f"{doing.action}:{world.ref}")
    assert repr(talk.replies) != refusal
    assert not is_told_to_take_it(world, talk)
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


ACCOUNT = "As it was."
"""What reports in these tests tell."""


# --- what screens offer


OF_A_CASE = re.compile(r"((?:case|mine|decide|signal|operator|alert):[^:]*):([0-9A-Z-]+)")
ELSEWHERE = re.compile(
    r"menu|home|mine|hide|figures|none|(?:list|draft|report|begin|who|not-now|replace|entry|feedback|sample):.+"
)
"""Buttons that are about no case of the table."""

AT_ONCE = {"case:take", "case:urgent", "case:normal", "decide:agree", "mine:withdraw-yes", "mine:confirm", "mine:ended"}
"""Buttons that change something as soon as they are pressed."""


@dataclass(frozen=True)
class Offers:
    """What a person was offered on all screens and in all letters: values of buttons, and forms."""

    values: frozenset[str]
    refused: frozenset[str]

    @property
    def actions(self) -> set[str]:
        """What can be done with cases, as the table calls it."""
        return {found[1] for value in self.values if (found := OF_A_CASE.fullmatch(value))}

    def of(self, ref: str) -> set[str]:
        """What can be done with one case."""
        return {found[1] for value in self.values if (found := OF_A_CASE.fullmatch(value)) and found[2] == ref}


def offers(place: Place, person: str) -> Offers:
    """Go through all lists, letters, cases and windows of a person, and press all that only shows something."""
    refusal = place.talk(GOVERNOR).picks(f"case:open:{ABSENT}").replies
    ways = ["home", "mine", *(f"list:{shelf}" for shelf in SHELVES)]
    found: set[str] = set()
    refused: set[str] = set()
    for value in ways:
        talk = place.talk(person).picks(value)
        shown = [*(option.value for option in talk.options), *forms_of(talk)]
        found.update(shown)
        if talk.replies == refusal:
            refused.add(value)
        about_a_case = (value for value in shown if OF_A_CASE.fullmatch(value) or value.startswith("list:"))
        ways += [
            new for new in dict.fromkeys(about_a_case) if new not in ways and new.rpartition(":")[0] not in AT_ONCE
        ]
    buttons = [
        o.value
        for message in place.letters[person]
        for b in message.blocks
        if isinstance(b, Choices)
        for o in b.options
    ]
    return Offers(frozenset({*found, *buttons}), frozenset(refused))


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


AT_ANY_TIME = {"case:open", "case:more", "case:note", "case:export", "case:conflict", "mine:show", "mine:add"}
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
    "indecent-images": (HEAD, {"case:close", "case:refer", "case:test"}),
    "unsuitable-material": (HEAD, {"case:close", "case:refer", "case:test", "case:name"}),
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


# --- advice first


ASKED_OUTSIDE = {"case:speak", "case:look"}


def may_act(world: World) -> bool:
    """Whether whoever has the case can speak to the person and look into it: offered both, and let in by both."""
    talk = world.talk("responsible")
    more = {option.value for option in talk.picks(f"case:more:{world.ref}").options}
    before = world.case.ledger
    windows = {action for action in ASKED_OUTSIDE if forms_of(talk.picks(f"{action}:{world.ref}"))}
    assert windows == {action for action in ASKED_OUTSIDE if f"{action}:{world.ref}" in more}
    assert windows in (set(), ASKED_OUTSIDE)
    if not windows:
        for action in ASKED_OUTSIDE:
            sends(world, "responsible", action)
        assert world.case.ledger == before
    return bool(windows)


def asks_outside(world: World, advice: str) -> None:
    """Somebody outside was told, and said this."""
    fields = {"whom": "local-authority-officer", "who": "Somebody", "when": "Today", "advice": advice}
    given = {name: (value,) for name, value in fields.items() if value}
    world.talk("responsible").sends(f"case:refer:{world.ref}", fields=given)
    assert world.case.ledger[-1].step == "referred"


@pytest.mark.parametrize("flow", ["unsuitable-material", "indecent-images"])
def test_of_such_material_nobody_speaks_to_anybody_before_advice_is_on_the_record(school: Knowledge, flow: str) -> None:
    place = at_work(school)
    world = World(place, sent(place, flow, NO_DANGER), {"responsible": HEAD})
    taken(place, world.ref, HEAD)
    assert not may_act(world)

    asks_outside(world, advice="")
    assert not may_act(world)

    asks_outside(world, advice="Go on.")
    assert may_act(world)


def test_with_a_child_at_risk_danger_or_anything_sexual_advice_comes_first(school: Knowledge) -> None:
    place = at_work(school)
    asked = ("danger", "child-at-risk", "sexual")

    for answers in itertools.product(("yes", "no", "not-sure"), repeat=3):
        place.now += timedelta(hours=1)  # nobody sends that many within an hour
        given: Given = {**dict(zip(asked, answers, strict=True)), "about": (), "recipients": "head_of_school"}
        world = World(place, sent(place, "student-contact", given), {"responsible": HEAD})
        taken(place, world.ref, HEAD)

        assert may_act(world) == (set(answers) == {"no"}), answers
        asks_outside(world, advice="Go on.")
        assert may_act(world), answers


def test_any_yes_or_not_sure_in_the_harm_test_puts_advice_first(school: Knowledge) -> None:
    world = with_the_head(school)
    test = world.place.knowledge.library.casework.harm_test
    assert test
    asked = [question.id for question in test.questions]
    assert len(asked) == 4

    for answers in itertools.product(("yes", "unsure", "no"), repeat=4):
        world.place.now += timedelta(minutes=5)  # the same answers a moment later would be a double press
        given = {name: (answer,) for name, answer in zip(asked, answers, strict=True)}
        heard = world.talk("responsible").sends(f"case:test:{world.ref}", fields=given).hears

        assert may_act(world) == (set(answers) == {"no"}), answers
        assert (test.met in heard) == (set(answers) != {"no"}), answers
        assert (test.not_met in heard) == (set(answers) == {"no"}), answers

    asks_outside(world, advice="Go on.")
    sends(world, "responsible", "case:test")
    assert may_act(world)


@pytest.mark.parametrize(
    ("who", "tests"),
    [(MANAGER, False), (ICT, False), (GROUP_IT, False), (HR, False), (LEAD, False), (HEAD, True), (CEO, True)],
)
def test_the_harm_test_is_for_those_who_lead(school: Knowledge, who: str, tests: bool) -> None:
    place = at_work(school)
    everybody = ("line_manager", "ict_network_supervisor", "group_it_manager", "hr_manager", "head_of_school", "ceo")
    given: Given = {"danger": "no", "child-at-risk": "yes", "about": (), "close": (), "recipients": everybody}
    world = World(place, sent(place, "colleague-conduct", given), {"responsible": who})
    taken(place, world.ref, who)

    assert ("case:test" in offers(place, who).of(world.ref)) == tests
    assert bool(forms_of(world.talk("responsible").picks(f"case:test:{world.ref}"))) == tests
    sends(world, "responsible", "case:test")
    assert (world.case.ledger[-1].step == "tested") == tests


def test_the_chair_who_is_told_last_has_the_harm_test_too(school: Knowledge) -> None:
    place = at_work(school)
    given: Given = {**NO_DANGER, "about": (), "recipients": ("ceo",)}
    world = World(place, sent(place, "colleague-conduct", given), {"responsible": CHAIR})
    place.passes(timedelta(days=3))
    taken(place, world.ref, CHAIR)

    assert "case:test" in offers(place, CHAIR).of(world.ref)


# --- to whom a case can be given


def may_be_given(world: World, action: str = "case:hand-over") -> dict[str, str]:
    """To whom the window of an action offers to give the case: person → as they are called there."""
    talk = world.talk("responsible").picks(f"{action}:{world.ref}")
    [form] = [block for block in talk.blocks if isinstance(block, Form)]
    labels = {option.value: option.label for option in form.fields[0].options}
    people = {mark(world.case, person): person for person in world.place.directory.people}
    return {people[value]: label for value, label in labels.items()}


def test_a_case_can_be_given_to_nobody_who_sent_it_is_barred_had_it_before_or_is_elsewhere(school: Knowledge) -> None:
    world = in_hand(school)
    sends(world, "responsible", "case:exclude")
    nobody = {TEACHER, HEAD, CEO, ICT, HEAD_OF_SOUTH, at("ict.south"), GOVERNOR, MANAGER}

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
    world.place.changes(replace(world.place.directory.people[LEAD], deputy=None))
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


def forms_of(talk: Talk) -> list[str]:
    """The forms in the last replies."""
    return [block.form for block in talk.blocks if isinstance(block, Form | TextBox | Ticks)]
