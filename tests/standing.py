"""People who stand to a case in every way there is, and the case in every state it can be in: worlds for tests.

One world has somebody for each relation of `bot/permissions.py`; each stage brings the case into another state, by real
presses.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256

import pytest

from adapters.storage.memory import MemoryStore
from bot.case_windows import mark
from bot.cases import Case
from bot.compiled import Knowledge
from bot.decisions import deciders
from bot.messages import Form, TextBox, Ticks
from bot.people import Person
from bot.permissions import Relation, relations
from bot.ports import Store
from bot.service import Service
from tests.conftest import SCHOOL
from tests.sample_people import (
    CEO,
    CHAIR,
    DEPUTY,
    GOVERNOR,
    GROUP_IT,
    HEAD,
    HEAD_SOUTH,
    HR,
    ICT,
    MANAGER,
    SAFEGUARDING,
    TEACHER,
    at,
)
from tests.talking import ORGANISATION, Given, Place, Talk

NORTH = "North Academy"
ADDRESS = "https://candour.example"

ABSENT = "0000-0000"
"""A reference that no case has."""

ACCOUNT = "As it was."
"""What reports in these tests tell."""


SECOND_ICT, SECOND_DEPUTY, VICE_CHAIR = at("second.ict.north"), at("second.deputy.north"), at("vice.chair")

NO_DANGER: Given = {"danger": "no", "child-at-risk": "no", "close": ()}
ABOUT_THE_HEAD: Given = {
    **NO_DANGER,
    "about": (HEAD, CEO),
    "recipients": ("line_manager", "ict_network_supervisor"),
}

RELATIONS: tuple[Relation, ...] = (
    *("none", "other-academy", "role-without-case", "chair", "operator"),
    *("handler", "responsible", "former-handler", "decider", "signalled", "subject", "reporter"),
)
"""Every way of standing to a case."""

ON_THE_COMMAND_LINE = {"operator:states"}
"""Rows that no button leads to: `candour cases` shows states and ages."""


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
    "other-academy": HEAD_SOUTH,
    "role-without-case": SAFEGUARDING,
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
        "case:name": {"person": SAFEGUARDING},
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
    """Whether somebody was told to take responsibility first, or who has it; and shown nothing of the case."""
    said = [notice.text for notice in talk.notices[:1]]
    taken = bool(said) and said[0].startswith("Responsibility taken by ")
    return (taken or said == [world.place.knowledge.library.case_wording.take_first]) and not talk.written


def forms_of(talk: Talk) -> list[str]:
    """The forms in the last replies."""
    return [block.form for block in talk.blocks if isinstance(block, Form | TextBox | Ticks)]
