"""Advice from outside comes before anybody speaks or looks into it, and the harm test is for those who lead."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from bot.compiled import Knowledge
from tests.offered import offers
from tests.sample_people import CEO, CHAIR, GROUP_IT, HEAD, HR, ICT, MANAGER, SAFEGUARDING
from tests.standing import NO_DANGER, World, at_work, forms_of, sends, sent, taken, with_the_head
from tests.talking import Given

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
    test = school.library.casework.harm_test
    assert test
    asked = [question.id for question in test.questions]
    assert len(asked) == 4

    for answers in itertools.product(("yes", "unsure", "no"), repeat=4):
        world = with_the_head(school)
        given = {name: (answer,) for name, answer in zip(asked, answers, strict=True)}
        heard = world.talk("responsible").sends(f"case:test:{world.ref}", fields=given).hears

        assert may_act(world) == (set(answers) == {"no"}), answers
        assert (test.met in heard) == (set(answers) != {"no"}), answers
        assert (test.not_met in heard) == (set(answers) == {"no"}), answers


def test_a_later_no_takes_back_nothing_and_only_that_authority_s_advice_does(school: Knowledge) -> None:
    assert school.library.casework.harm_test
    asked = [question.id for question in school.library.casework.harm_test.questions]
    world = with_the_head(school)
    for answer in ("yes", "no"):
        world.place.now += timedelta(minutes=5)
        world.talk("responsible").sends(f"case:test:{world.ref}", fields=dict.fromkeys(asked, (answer,)))
        assert world.case.ledger[-1].step == "tested"
        assert not may_act(world)

    asks_outside(world, advice="Go on.")
    assert may_act(world)


@pytest.mark.parametrize(
    ("who", "tests"),
    [(MANAGER, False), (ICT, False), (GROUP_IT, False), (HR, False), (SAFEGUARDING, False), (HEAD, True), (CEO, True)],
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
