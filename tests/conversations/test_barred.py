"""Whoever a report is about never gets it, whatever is answered, whoever they are; and somebody else always does.

Every flow is walked along every combination of the options that lead its path or its route, past every person who
could be barred, through the same door that people use.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeAlias

import pytest

from bot.compiled import Knowledge
from bot.flows import Flow, Question
from bot.library import Library
from bot.messages import Facts, Ticks
from bot.people import Directory, Person
from tests.sample_people import CEO, CHAIR, DEPUTY, HEAD, MANAGER, TEACHER
from tests.talking import Place, Talk

LAD = "lad.high@bakery.example"
BAKER = "baker.high@bakery.example"
LEAD = "lead.high@bakery.example"
OWNER = "owner@bakery.example"
ACCOUNTANT = "accountant@bakery.example"
DRIVER = "driver@bakery.example"


BAKERY_FLOWS = ["rude-customer", "injury", "shift-lead-conduct", "declare-allergy"]
SCHOOL_FLOWS = [
    "cyberbullying",
    "indecent-images",
    "unsuitable-material",
    "colleague-conduct",
    "student-contact",
    "declare-contact",
    "information-exposure",
    "policy-exception",
    "unsure",
    "share-contact-details",
]


# --- walking


def questions(library: Library, flow: Flow) -> list[Question]:
    """The questions of a flow, shared ones looked up."""
    return [library.questions[q] if isinstance(q, str) else q for q in flow.questions]


Answers: TypeAlias = dict[str, str | tuple[str, ...]]
"""Answers to a guided conversation, by question."""


def walks(library: Library, flow: str) -> Iterator[Answers]:
    """Answers for every way through a flow: every combination of options where they lead somewhere else.

    They do in questions that a later question or the route depends on, and where they make it urgent; of the others
    each option is met in some walk.
    """
    asked = questions(library, library.flows[flow])
    rule = library.routes[flow]
    conditions = [q.when for q in asked] + [addition.when for addition in rule.also]
    leading = {question for when in conditions for question in when}
    ways: list[list[tuple[str, str | tuple[str, ...]]]] = []
    for question in asked:
        ids = [option.id for option in question.options]
        if question.kind == "choice":
            decides = question.id in leading or any(option.urgent for option in question.options)
            ways.append([(question.id, option) for option in (ids if decides else ids[:1])])
        elif question.kind == "many":
            picks = [(option,) for option in ids] + [tuple(ids)]
            ways.append([(question.id, pick) for pick in (picks if question.id in leading else picks[-1:])])
        elif question.kind == "recipients":
            ways.append([(question.id, role) for role in rule.receive])
    yield from (dict(way) for way in itertools.product(*ways))


def barred_people(place: Place, reporter: str, flow: str) -> list[str]:
    """Everybody whom the reporter could name, as the window offers them; empty if the flow does not ask."""
    talk = place.talk(reporter).begins(flow)
    while talk.waiting not in ("about", ""):
        talk.answers_one()
    if talk.waiting:
        talk.presses("Choose in private")
    offered = [o.value for block in talk.blocks if isinstance(block, Ticks) for o in block.options]
    talk.says("cancel").presses("Delete it")
    return offered


def chooses(talk: Talk, given: Answers) -> None:
    """Answer to the end; where the wanted recipient is not offered, take the first."""
    while talk.waiting:
        wanted = given
        for question in ("recipients", "tell"):
            ticks = [o.value for block in talk.blocks if isinstance(block, Ticks) for o in block.options]
            picks = [o.value.split(":")[-1] for o in talk.options_of_draft if f":pick:{question}:" in o.value]
            if talk.waiting == question and given.get(question) not in (offered := picks or ticks):
                wanted = {**given, question: offered[0]}
        talk.answers_one(wanted)


def goes_past(knowledge: Knowledge, people: Directory, reporter: str, flow: str, barred: str, given: Answers) -> None:
    """Send one report past one person, let every deadline pass, and look for the person everywhere."""
    place = Place(knowledge, people)
    talk = place.talk(reporter).begins(flow)
    chooses(talk, {**given, "about": (barred,)} if barred else given)
    talk.presses("Read it and send")
    case = (flow, reporter, barred, given)
    named = people.people[barred].name if barred else reporter
    assert named not in str([block for block in talk.blocks if isinstance(block, Facts)]), case

    ref = talk.presses("Send").ref
    place.post()
    assert place.told - {reporter} or "Nobody inside the organisation may receive it" in talk.hears, case
    for _ in range(9):
        place.passes(timedelta(days=4))

    assert barred not in place.told, case
    assert all("about a report that you sent" in letter.summary for letter in place.letters[reporter]), case
    assert "Nobody inside is left to tell." in talk.picks(f"mine:show:{ref}").hears, case
    for person in {barred, reporter} - {""}:
        assert "not yours to open" in place.talk(person).picks(f"case:open:{ref}").hears, case
        assert "Received by you" not in place.talk(person).looks_home().hears, case


def goes_past_everybody(place: Place, reporter: str, flow: str, most: int) -> None:
    """Send reports past each person who could be barred, and past nobody: `most` walks each, never the same ones."""
    ways = list(walks(place.knowledge.library, flow))
    stride = max(1, len(ways) // most)
    for number, barred in enumerate(["", *barred_people(place, reporter, flow)]):
        for given in ways[number % stride :: stride]:
            goes_past(place.knowledge, place.directory, reporter, flow, barred, given)


# --- every walk


@pytest.mark.parametrize("flow", BAKERY_FLOWS)
@pytest.mark.parametrize(("reporter", "most"), [(LAD, 40), (LEAD, 10), (OWNER, 10), ("new.starter@bakery.example", 2)])
def test_every_walk_of_every_flow_past_everybody_reaches_somebody_else(
    shop: Place, reporter: str, most: int, flow: str
) -> None:
    goes_past_everybody(shop, reporter, flow, most)


@pytest.mark.parametrize("flow", SCHOOL_FLOWS)
@pytest.mark.parametrize(("reporter", "most"), [(TEACHER, 6), (HEAD, 3), (CEO, 2), ("assistant@sample.example", 2)])
def test_every_report_of_the_school_past_everybody_reaches_somebody_else(
    academies: Place, reporter: str, most: int, flow: str
) -> None:
    goes_past_everybody(academies, reporter, flow, most)


def test_the_flows_walked_are_all_that_are_sent(school: Knowledge, bakery: Knowledge) -> None:
    assert sorted(school.library.routes) == sorted(SCHOOL_FLOWS)
    assert sorted(bakery.library.routes) == sorted(BAKERY_FLOWS)


def test_the_review_does_not_say_that_a_barred_role_is_told_as_well(academies: Place) -> None:
    teacher = academies.talk(TEACHER).reviews(
        "cyberbullying", {"danger": "no", "child-at-risk": "yes", "about": ("safeguarding.north@sample.example",)}
    )

    assert "the safeguarding lead is told as well" not in teacher.hears


# --- everybody at once, and the highest


def test_with_everybody_barred_the_outside_contact_is_shown_and_nobody_is_told(shop: Place) -> None:
    everybody = tuple(barred_people(shop, LAD, "shift-lead-conduct"))
    lad = shop.talk(LAD).reviews("shift-lead-conduct", {"danger": "danger", "about": everybody})
    assert "Nobody inside the organisation may receive this." in lad.hears

    lad.presses("Send")
    shop.passes(timedelta(days=9))

    assert "Call The shop workers' helpline" in lad.hears
    assert shop.told == set()
    assert shop.store.operator_told("test") == {"nobody-left": 1}


@pytest.mark.parametrize(
    ("about", "told"),
    [
        ((), {HEAD}),
        ((HEAD,), {CEO}),
        ((HEAD, DEPUTY), {CEO}),
        ((HEAD, CEO), {CHAIR}),
    ],
)
def test_a_report_about_the_head_climbs_to_the_next_above(
    academies: Place, about: tuple[str, ...], told: set[str]
) -> None:
    academies.talk(TEACHER).reports("unsuitable-material", {"danger": "no", "about": about})
    academies.post()

    assert academies.told == told


def test_a_head_who_reports_is_passed_over_and_so_is_the_ceo(academies: Place) -> None:
    academies.talk(HEAD).reports("policy-exception")
    academies.post()
    assert academies.told == {CEO}

    academies.talk(CEO).reports("information-exposure", {"academy": "North Academy", "danger": "no"})
    academies.post()
    assert CEO in academies.told
    assert len(academies.letters[CEO]) == 1


def test_a_line_manager_it_is_about_is_no_recipient_to_choose(academies: Place) -> None:
    teacher = academies.talk(TEACHER).begins("cyberbullying")
    while teacher.waiting != "recipients":
        teacher.answers_one({"danger": "no", "child-at-risk": "no", "about": (MANAGER,)})

    assert [o.label for o in teacher.options if ":pick:recipients:" in o.value] == ["Head of School", "CEO"]


def test_relatives_and_friends_of_the_accused_are_passed_over_as_well(shop: Place) -> None:
    shop.talk(LAD).reports("rude-customer", {"danger": "safe", "about": (LEAD,), "close": (OWNER,)})
    for _ in range(9):
        shop.passes(timedelta(days=1))

    assert shop.told - {LAD} == {ACCOUNTANT}


def test_the_accused_ones_own_stand_in_is_not_told_either(shop: Place) -> None:
    lead = shop.directory.people[LEAD]
    shop.changes(replace(lead, away=((date(2026, 11, 1), date(2026, 12, 31)),)))

    shop.talk(LAD).reports("injury", {"danger": "safe", "about": (LEAD,)})
    shop.passes(timedelta(days=9))

    assert BAKER not in shop.told
    assert LEAD not in shop.told


# --- ways round


def test_an_alert_that_cannot_be_delivered_does_not_fall_to_the_accused(shop: Place) -> None:
    shop.unreachable = {LEAD, ACCOUNTANT}
    shop.talk(LAD).reports("injury", {"danger": "safe", "about": (OWNER,)})
    shop.passes(timedelta(days=9))

    assert OWNER not in shop.told


def test_the_accused_who_becomes_the_holder_of_a_higher_role_afterwards_is_still_not_told(shop: Place) -> None:
    shop.talk(LAD).reports("rude-customer", {"danger": "safe", "about": (LEAD,), "tell": "owner"})
    lead = shop.directory.people[LEAD]
    shop.changes(replace(lead, roles=("shift_lead", "owner", "accountant")))

    for _ in range(9):
        shop.passes(timedelta(days=1))

    assert LEAD not in shop.told


def test_the_accused_who_holds_two_roles_is_barred_in_both(shop: Place) -> None:
    shop.changes(
        replace(shop.directory.people[LEAD], roles=("shift_lead", "owner")),
        replace(shop.directory.people[OWNER], roles=()),
    )
    lad = shop.talk(LAD).reviews("injury", {"danger": "safe", "about": (LEAD,)})

    assert "Told at once: accountant" in lad.hears


def test_the_accused_who_presses_a_forwarded_alert_is_told_nothing(shop: Place) -> None:
    ref = shop.talk(LAD).reports("injury", {"about": (LEAD,)})
    lead = shop.talk(LEAD)

    for value in (f"case:open:{ref}", f"case:take:{ref}", f"mine:show:{ref}", f"mine:withdraw-yes:{ref}"):
        assert lead.picks(value).hears == "There is no such report, or it is not yours to open."


def test_a_forged_choice_of_the_accused_as_recipient_is_not_taken(shop: Place) -> None:
    lad = shop.talk(LAD).begins("rude-customer")
    while lad.waiting != "tell":
        lad.answers_one({"danger": "safe", "about": (LEAD,), "damage": ("broken",)})
        if lad.waiting == "name":
            break
    draft = lad.options_of_draft[0].value.split(":")[1]

    lad.picks(f"draft:{draft}:pick:tell:shift_lead")
    lad.sends(f"draft:{draft}:tell", ticked=("shift_lead",))
    lad.says("carry on").answers().presses("Read it and send").presses("Send")
    shop.passes(timedelta(days=9))

    assert LEAD not in shop.told


def test_a_person_who_came_after_the_question_was_answered_is_seen_before_sending(shop: Place) -> None:
    lad = shop.talk(LAD).begins("injury").answers({"danger": "safe"}).says("later")
    shop.changes(Person(id="new.owner@bakery.example", name="New owner", roles=("owner",)))

    lad.says("carry on").presses("Read it and send")

    assert "New owner" in lad.hears


def test_who_the_accused_is_shows_only_to_those_who_receive_it(shop: Place) -> None:
    lad = shop.talk(LAD)
    lad.reports("injury", {"about": (LEAD,)})
    shop.post()

    owner = shop.talk(OWNER).presses_in_letter()

    assert "shift lead (Shift lead, High Street)" in owner.hears
    assert "Shift lead, High Street" not in lad.overheard + shop.posted + owner.overheard


def test_somebody_away_comes_back_and_is_still_barred(shop: Place) -> None:
    """People who are away can be named, because they come back."""
    today = date(2026, 11, 23)
    shop.changes(replace(shop.directory.people[OWNER], away=((today, today),)))
    assert OWNER in barred_people(shop, LAD, "rude-customer")

    shop.talk(LAD).reports("rude-customer", {"danger": "safe", "about": (OWNER,)})
    for _ in range(9):
        shop.passes(timedelta(days=1))

    assert OWNER not in shop.told


def test_a_driver_of_both_shops_reports_to_the_shop_it_is_about(shop: Place) -> None:
    shop.talk(DRIVER).reports("rude-customer", {"danger": "safe", "shop": "Mill Lane", "tell": "shift_lead"})
    shop.post()

    assert shop.told == {"lead.mill@bakery.example"}
