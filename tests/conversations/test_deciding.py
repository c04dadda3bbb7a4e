"""Deciding together: two different persons who may, asked without the story, and carried out once.

Who decides need not handle the report. They read what was proposed and nothing else of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.people import Person
from tests.deciding import (
    ACCOUNTANT,
    DECIDED,
    LAD,
    LEAD,
    STEP,
    WHY,
    absent,
    agrees,
    asked,
    declines,
    goes_by,
    no_say,
    proposal,
    proposed,
    seen_by_handler,
    steps,
)
from tests.sample_people import CEO, DEPUTY, GROUP_IT, HEAD, HEAD_SOUTH, HR, ICT, MANAGER, TEACHER
from tests.talking import Place

# --- two who may


def test_whoever_proposes_and_may_decide_counts_as_the_first(academies: Place) -> None:
    ref = proposed(academies)

    asked = academies.talk(HR).presses_in_letter()

    assert "Agreed: Head of School (Head of School, North), 23 November 2026, 09:00" in asked.hears
    assert "Persons still needed who agree: 1." in asked.hears
    assert proposal(academies, ref).ended == ""


def test_with_the_second_it_is_decided_and_both_are_shown_that(academies: Place) -> None:
    proposed(academies)

    second = academies.talk(HR).presses_in_letter().presses("I agree")

    academies.post()
    assert DECIDED in second.hears
    assert academies.letters[HEAD][-1].summary == STEP
    assert DECIDED in academies.talk(HEAD).presses_in_letter().hears


def test_the_record_holds_what_for_what_was_looked_at_why_who_and_when(academies: Place) -> None:
    nine = academies.now
    ref = proposed(academies)
    academies.passes(timedelta(minutes=95))

    agrees(academies, HR, ref)

    done = proposal(academies, ref)
    assert (done.purpose, done.viewed, done.why) == tuple(WHY.values())
    assert [(press.person, press.role, press.at - nine) for press in done.agreed] == [
        (HEAD, "head_of_school", timedelta()),
        (HR, "hr_manager", timedelta(minutes=95)),
    ]
    seen = seen_by_handler(academies, HEAD, ref)
    assert all(words in seen for words in WHY.values())
    assert "Agreed: HR Manager, 23 November 2026, 10:35" in seen
    assert "10:35: The HR Manager agreed" in seen
    assert "10:35: Decided" in seen


def test_the_same_person_twice_is_one(academies: Place) -> None:
    ref = proposed(academies)

    again = academies.talk(HEAD).picks(f"decide:agree:{ref}")

    assert "Persons still needed who agree: 1." in again.hears
    assert DECIDED not in again.hears
    assert steps(academies, ref).count("agreed") == 1


def test_one_person_on_two_platforms_is_one(academies: Place) -> None:
    ref = proposed(academies, MANAGER, "line_manager")
    in_one_chat, in_another = academies.talk(HR), academies.talk(HR)

    in_one_chat.picks(f"decide:agree:{ref}")
    in_another.picks(f"decide:agree:{ref}")

    assert "Persons still needed who agree: 1." in in_another.hears
    assert DECIDED in agrees(academies, GROUP_IT, ref).hears


@pytest.mark.parametrize(("who", "role"), [(MANAGER, "line_manager"), (ICT, "ict_network_supervisor")])
def test_who_may_receive_it_and_not_decide_proposes_without_being_counted(
    academies: Place, who: str, role: str
) -> None:
    ref = proposed(academies, who, role)

    assert absent(academies, who, ref)
    assert "Persons still needed who agree: 2." in academies.talk(HR).presses_in_letter().hears


def test_in_the_bakery_others_decide_and_the_accountant_has_no_name(shop: Place) -> None:
    calm = {"danger": "safe", "tell": "shift_lead", "words": "Rude words."}
    ref = shop.talk(LAD).reports("rude-customer", calm)
    lead = shop.talk(LEAD).picks(f"case:take:{ref}").presses("More").presses("Keep the till video")
    lead.fills(purpose="For the insurer.", viewed="The till, last night.", why="It shows it.")

    shop.talk(ACCOUNTANT).picks(f"decide:open:{ref}").presses("I agree")

    seen = lead.picks(f"case:open:{ref}").hears
    assert "Agreed: accountant, 23 November 2026, 09:00" in seen
    assert "The video is kept." in seen


# --- who has no part in it


@pytest.mark.parametrize("who", [HEAD, CEO, HR, GROUP_IT])
@pytest.mark.parametrize("question", ["about", "close"])
def test_whom_it_is_about_or_who_is_close_to_them_is_told_nothing_and_shown_nothing(
    academies: Place, who: str, question: str
) -> None:
    who_not: dict[str, Any] = {question: (who,)}
    ref = proposed(academies, ICT, "ict_network_supervisor", **who_not)

    assert who not in academies.told
    assert absent(academies, who, ref)
    assert ref not in academies.talk(who).looks_home().hears


@pytest.mark.parametrize("who", [HEAD, CEO, HR, GROUP_IT])
def test_whoever_reported_it_is_not_asked_and_has_no_say(academies: Place, who: str) -> None:
    ref = proposed(academies, ICT, "ict_network_supervisor", by=who)

    assert absent(academies, who, ref)
    assert asked(academies, who) == 0


@pytest.mark.parametrize("who", [TEACHER, DEPUTY, HEAD_SOUTH, "chair@sample.example", "nobody@x.example"])
def test_whoever_holds_none_of_the_roles_here_is_answered_as_if_there_were_nothing(academies: Place, who: str) -> None:
    ref = proposed(academies)

    assert absent(academies, who, ref)


def test_nobody_decides_in_the_place_of_somebody_who_is_away(academies: Place) -> None:
    away = ((date(2026, 11, 20), date(2026, 11, 27)),)
    academies.changes(replace(academies.directory.people[HEAD], away=away))
    ref = proposed(academies, DEPUTY)

    assert absent(academies, DEPUTY, ref)
    assert "Persons still needed who agree: 2." in academies.talk(HR).presses_in_letter().hears


def test_whoever_says_afterwards_that_they_have_a_conflict_is_counted_no_more(academies: Place) -> None:
    ref = proposed(academies)
    academies.talk(HEAD).picks(f"case:conflict:{ref}").fills(reason="She is my sister.")

    second = agrees(academies, HR, ref)

    assert "Persons still needed who agree: 1." in second.hears
    assert absent(academies, HEAD, ref)


@pytest.mark.parametrize(
    "change", [{"roles": ()}, {"active": False}, {"academies": ("South Academy",)}], ids=["lost it", "left", "moved"]
)
def test_whoever_may_decide_no_more_when_the_next_one_presses_does_not_count(
    academies: Place, change: dict[str, object]
) -> None:
    ref = proposed(academies)
    academies.changes(replace(academies.directory.people[HEAD], **change))  # type: ignore[arg-type]

    assert "Persons still needed who agree: 1." in agrees(academies, HR, ref).hears
    assert absent(academies, HEAD, ref)
    assert DECIDED in agrees(academies, GROUP_IT, ref).hears


def test_whoever_was_asked_and_has_the_role_no_more_finds_it_nowhere_and_is_not_reminded(academies: Place) -> None:
    ref = proposed(academies)
    academies.changes(replace(academies.directory.people[HR], roles=()))
    goes_by(academies, timedelta(days=1))

    assert absent(academies, HR, ref)
    assert ref not in academies.talk(HR).looks_home().hears
    assert asked(academies, HR) == 1


def test_whom_it_turns_out_to_be_about_has_no_say_and_what_they_said_does_not_count(academies: Place) -> None:
    ref = proposed(academies, ICT, "ict_network_supervisor")
    agrees(academies, CEO, ref)

    academies.talk(ICT).picks(f"case:name:{ref}").fills(person=CEO)

    assert absent(academies, CEO, ref)
    assert "Persons still needed who agree: 1." in agrees(academies, HR, ref).hears


def test_whoever_comes_into_the_role_meanwhile_may_decide(academies: Place) -> None:
    ref = proposed(academies)
    academies.leaves(HR).changes(Person(id="new.hr@sample.example", name="New", roles=("hr_manager",)))

    assert DECIDED in agrees(academies, "new.hr@sample.example", ref).hears


def test_it_can_be_decided_when_somebody_who_had_agreed_has_the_role_again(academies: Place) -> None:
    head = academies.directory.people[HEAD]
    ref = proposed(academies)
    academies.changes(replace(head, roles=()))
    agrees(academies, HR, ref)
    academies.changes(head)

    for who in (HR, HEAD):
        academies.talk(who).picks(f"decide:agree:{ref}")

    assert proposal(academies, ref).ended == "decided"


# --- those who do not agree


def test_a_no_is_on_the_record_with_its_reason_and_others_may_still_decide(academies: Place) -> None:
    ref = proposed(academies)

    declines(academies, GROUP_IT, ref, "It is not public.")

    line = "Not agreed: Group IT Manager, 23 November 2026, 09:00. It is not public."
    assert line in seen_by_handler(academies, HEAD, ref)
    assert line in academies.talk(HR).presses_in_letter().hears
    assert DECIDED in agrees(academies, HR, ref).hears
    assert line in seen_by_handler(academies, HEAD, ref)


def test_when_too_few_are_left_who_could_agree_it_ends_undecided(academies: Place) -> None:
    ref = proposed(academies)

    for who in (GROUP_IT, HR):
        assert "There is nothing to decide" not in declines(academies, who, ref, "No.").hears
    assert "There is nothing to decide here any more." in declines(academies, CEO, ref, "Nor I.").hears

    assert proposal(academies, ref).ended == "declined"
    assert "Not decided" in seen_by_handler(academies, HEAD, ref)
    assert no_say(academies, HR, ref)


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 1001], ids=["empty", "blank", "too long"])
def test_a_no_without_a_reason_that_fits_is_asked_for_again_and_what_was_written_is_still_there(
    academies: Place, reason: str
) -> None:
    ref = proposed(academies)

    group_it = declines(academies, GROUP_IT, ref, reason)

    assert proposal(academies, ref).declined == ()
    assert group_it.notices
    assert "There is nothing to decide" not in group_it.fills(reason="It is not public.").hears
    assert [press.reason for press in proposal(academies, ref).declined] == ["It is not public."]


def test_a_no_may_become_a_yes_and_a_yes_a_no(academies: Place) -> None:
    ref = proposed(academies)
    declines(academies, HR, ref, "Not sure.")
    declines(academies, HEAD, ref, "I was wrong.")

    assert "Persons still needed who agree: 1." in agrees(academies, HR, ref).hears
    assert DECIDED in agrees(academies, HEAD, ref).hears
