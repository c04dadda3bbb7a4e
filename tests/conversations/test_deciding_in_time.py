"""Deciding together, or not in time: reminders, what is over, and where nothing can come of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.deciding import (
    KEEP,
    WHY,
    agrees,
    asked,
    case_of,
    declines,
    goes_by,
    no_say,
    proposal,
    proposed,
    proposes,
    reported,
    seen_by_handler,
    steps,
    took,
)
from tests.sample_people import CEO, GROUP_IT, HEAD, HR, TEACHER
from tests.talking import Place

# --- time passes


def test_half_way_those_who_have_said_nothing_are_reminded_once(academies: Place) -> None:
    ref = proposed(academies)
    declines(academies, GROUP_IT, ref, "It is not public.")

    goes_by(academies, timedelta(hours=23))
    before = [asked(academies, who) for who in (HEAD, HR, CEO, GROUP_IT)]
    goes_by(academies, timedelta(days=4))

    assert before == [0, 1, 1, 1]
    assert [asked(academies, who) for who in (HEAD, HR, CEO, GROUP_IT)] == [0, 2, 2, 1]


def test_after_two_days_at_work_without_enough_of_them_it_is_over(academies: Place) -> None:
    ref = proposed(academies)
    assert "Until: 25 November 2026, 09:00" in academies.talk(HR).presses_in_letter().hears

    academies.passes(timedelta(days=1))
    academies.passes(timedelta(days=1) - timedelta(minutes=1))
    assert "I agree" in academies.talk(HR).presses_in_letter().hears
    academies.passes(timedelta(minutes=1))

    assert no_say(academies, HR, ref)
    goes_by(academies, timedelta(days=2))
    assert steps(academies, ref).count("not-decided") == 1
    assert "25 November 2026, 09:00: Not decided" in seen_by_handler(academies, HEAD, ref)


def test_after_it_is_decided_nobody_is_reminded_and_nothing_expires(academies: Place) -> None:
    ref = proposed(academies)
    agrees(academies, HR, ref)

    goes_by(academies, timedelta(days=3))

    assert asked(academies, CEO) == 1
    assert "not-decided" not in steps(academies, ref)


def test_after_a_long_silence_of_the_clock_nobody_is_reminded_of_what_is_over(academies: Place) -> None:
    ref = proposed(academies)

    academies.passes(timedelta(days=9))

    assert no_say(academies, CEO, ref)
    assert asked(academies, CEO) == 1


@pytest.mark.parametrize("ending", ["decided", "declined", "expired"])
def test_another_can_be_proposed_when_one_is_over_and_nobody_counts_for_it_from_before(
    academies: Place, ending: str
) -> None:
    ref = proposed(academies)
    match ending:
        case "decided":
            agrees(academies, HR, ref)
        case "declined":
            for who in (HR, CEO, GROUP_IT):
                declines(academies, who, ref, "No.")
        case _:
            academies.passes(timedelta(days=1))
            academies.passes(timedelta(days=1))
    assert proposal(academies, ref).ended == ending
    academies.passes(timedelta(minutes=5))

    assert "The others are asked." in proposes(academies, HEAD, ref).hears

    assert "Persons still needed who agree: 1." in academies.talk(HR).presses_in_letter().hears
    assert [known.ended for known in case_of(academies, ref).proposals] == [ending, ""]


def test_while_one_is_open_no_other_can_be_proposed(academies: Place) -> None:
    ref = proposed(academies)
    head = academies.talk(HEAD).picks(f"case:open:{ref}").presses("More")
    assert KEEP not in [option.label for option in head.options]

    head.sends(f"case:propose:{ref}", fields={name: (words,) for name, words in WHY.items()})

    assert "That cannot be done just now." in head.hears
    assert len(case_of(academies, ref).proposals) == 1


# --- where nothing can come of it


@pytest.mark.parametrize("ending", ["closed", "withdrawn"])
def test_a_proposal_does_not_stay_open_for_ever_when_the_report_is_over(academies: Place, ending: str) -> None:
    ref = proposed(academies)
    if ending == "closed":
        head = academies.talk(HEAD).picks(f"case:open:{ref}").presses("Close it")
        head.fills(outcome="Dealt with", line="It was dealt with.")
    else:
        academies.talk(TEACHER).picks(f"mine:withdraw-yes:{ref}")

    for _ in range(6):
        academies.passes(timedelta(days=1))

    assert proposal(academies, ref).ended
    assert ref not in academies.talk(CEO).looks_home().hears


def test_nothing_more_is_decided_on_a_report_that_is_closed(academies: Place) -> None:
    ref = proposed(academies)
    head = academies.talk(HEAD).picks(f"case:open:{ref}").presses("Close it")
    head.fills(outcome="Dealt with", line="It was dealt with.")

    academies.talk(HR).picks(f"decide:agree:{ref}")

    assert proposal(academies, ref).ended != "decided"


def test_where_too_few_could_decide_it_is_not_offered(academies: Place) -> None:
    academies.leaves(HR, GROUP_IT)
    ref = reported(academies, "head_of_school", about=(CEO,))
    head = took(academies, HEAD, ref)

    assert "Keep copies of a public profile" not in [option.label for option in head.presses("More").options]
    assert "That cannot be done just now." in head.picks(f"case:propose:{ref}").hears


def test_only_kinds_of_report_for_which_the_policy_says_so_are_decided_on_together(academies: Place) -> None:
    ref = academies.talk(TEACHER).reports("policy-exception")
    head = took(academies, HEAD, ref)

    head.sends(f"case:propose:{ref}", fields={name: (words,) for name, words in WHY.items()})

    assert "That cannot be done just now." in head.hears
    assert case_of(academies, ref).proposals == ()
