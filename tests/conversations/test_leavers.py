"""Somebody leaves or loses a role: the cases they had go to others at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.leaving import (
    ALERT,
    GONE,
    NEEDLE,
    NEWS,
    TO_BOTH,
    TO_HEAD,
    TO_MANAGER,
    Change,
    case,
    goes_away,
    handed,
    is_deleted,
    loses_the_role,
    mine,
    notices,
    sends,
    takes,
)
from tests.sample_people import CEO, CHAIR, DEPUTY, HEAD, HR, MANAGER, SAFEGUARDING, TEACHER
from tests.talking import ORGANISATION, Place

# --- whoever took it


@pytest.mark.parametrize("change", GONE)
def test_the_next_and_the_reporter_are_told_at_once_when_whoever_took_it_is_gone(
    academies: Place, change: Change
) -> None:
    ref = sends(academies)
    takes(academies, HEAD, ref)
    change(academies, HEAD)

    assert notices(academies, ref) == {CEO: [ALERT], TEACHER: [NEWS]}


@pytest.mark.parametrize("change", GONE)
def test_those_who_were_told_with_whoever_took_it_are_told_again(academies: Place, change: Change) -> None:
    ref = sends(academies, TO_BOTH)
    takes(academies, HEAD, ref)
    change(academies, HEAD)

    assert notices(academies, ref) == {HR: [ALERT], TEACHER: [NEWS]}


def test_an_urgent_case_of_a_leaver_is_told_on_as_urgent(academies: Place) -> None:
    ref = sends(academies, {}, "indecent-images")
    takes(academies, HEAD, ref)
    academies.leaves(HEAD)

    assert notices(academies, ref) == {SAFEGUARDING: ["An urgent report is waiting for you."], TEACHER: [NEWS]}


def test_whoever_has_it_then_has_the_whole_time_from_then_on(academies: Place) -> None:
    ref = sends(academies)
    takes(academies, HEAD, ref)
    academies.passes(timedelta(hours=6))
    academies.leaves(HEAD)
    notices(academies, ref)

    academies.passes(
        timedelta(hours=4, minutes=-1)
    )  # to 18:59; two working hours, until the next morning at 8, and two
    assert CHAIR not in academies.told
    academies.passes(timedelta(hours=15))
    assert CHAIR not in academies.told
    academies.passes(timedelta(minutes=1))

    assert CHAIR in academies.told


def test_the_reminder_that_whoever_took_it_would_have_had_comes_no_more(academies: Place) -> None:
    ref = sends(academies)
    takes(academies, HEAD, ref)
    academies.leaves(HEAD)
    notices(academies, ref)
    takes(academies, CEO, ref)

    for _ in range(8):
        academies.passes(timedelta(hours=6))

    assert [letter.summary for letter in academies.letters[HEAD]] == [ALERT]
    assert case(academies, ref).taken_by == CEO


def test_the_reporter_sees_by_role_what_happened_and_no_name(academies: Place) -> None:
    ref = sends(academies)
    takes(academies, HEAD, ref)
    academies.leaves(HEAD)
    notices(academies, ref)

    heard = mine(academies, ref)

    assert "The Head of School is no longer there, so it waits for somebody again" in heard
    assert "CEO" in heard
    assert "Head of School, North" not in heard
    assert "sample.example" not in heard


def test_the_letters_say_that_and_never_what(academies: Place) -> None:
    ref = sends(academies)
    takes(academies, HEAD, ref)
    academies.letters.clear()
    academies.leaves(HEAD)

    notices(academies, ref)

    assert ref in academies.posted
    for word in (NEEDLE, "colleague", "conduct", "Learning Consultant", "Head of School", "sample.example"):
        assert word not in academies.posted


def test_whoever_is_told_then_can_open_it_and_take_it_and_the_leaver_cannot(academies: Place) -> None:
    ref = sends(academies)
    takes(academies, HEAD, ref)
    academies.leaves(HEAD)
    notices(academies, ref)

    assert "not yours to open" in academies.talk(HEAD).picks(f"case:open:{ref}").hears
    ceo = academies.talk(CEO).presses_in_letter()
    assert NEEDLE in ceo.hears
    ceo.presses("I take responsibility")
    assert case(academies, ref).taken_by == CEO


def test_nobody_whom_it_is_about_is_told_in_a_leavers_place(academies: Place) -> None:
    ref = sends(academies, {**TO_HEAD, "about": (CEO,)})
    takes(academies, HEAD, ref)
    academies.leaves(HEAD)

    assert notices(academies, ref) == {CHAIR: [ALERT], TEACHER: [NEWS]}


def test_with_nobody_left_the_reporter_has_the_contact_outside_and_the_operator_is_told(academies: Place) -> None:
    ref = sends(academies)
    takes(academies, HEAD, ref)
    academies.leaves(HEAD, DEPUTY, CEO, CHAIR)

    assert notices(academies, ref) == {TEACHER: [NEWS]}
    assert "Nobody inside is left to tell. Call" in mine(academies, ref)
    assert academies.store.operator_told(ORGANISATION) == {"nobody-left": 1}


def test_whoever_handed_it_to_the_leaver_does_not_get_it_back(academies: Place) -> None:
    ref = sends(academies)
    takes(academies, HEAD, ref)
    window = academies.talk(HEAD).picks(f"case:hand-over:{ref}")
    handed(window, "HR Manager")
    takes(academies, HR, ref)
    academies.leaves(HR)

    assert notices(academies, ref) == {CEO: [ALERT], TEACHER: [NEWS]}


def test_a_leaver_who_comes_back_does_not_have_it_back(academies: Place) -> None:
    ref = sends(academies)
    takes(academies, HEAD, ref)
    head = academies.directory.people[HEAD]
    academies.leaves(HEAD)
    notices(academies, ref)
    takes(academies, CEO, ref)

    academies.changes(head)

    assert notices(academies, ref, key="again") == {}
    assert case(academies, ref).taken_by == CEO


# --- nobody took it yet


@pytest.mark.parametrize("change", GONE)
def test_when_the_only_one_who_was_told_is_gone_the_next_is_told_at_once(academies: Place, change: Change) -> None:
    ref = sends(academies)
    change(academies, HEAD)

    assert notices(academies, ref) == {CEO: [ALERT], TEACHER: [NEWS]}


def test_when_the_manager_who_was_told_has_left_the_head_is_told_at_once(academies: Place) -> None:
    ref = sends(academies, TO_MANAGER)
    academies.leaves(MANAGER)

    assert notices(academies, ref) == {HEAD: [ALERT], TEACHER: [NEWS]}


@pytest.mark.parametrize("change", GONE)
def test_when_one_of_several_is_gone_the_others_have_it_as_before(academies: Place, change: Change) -> None:
    ref = sends(academies, TO_BOTH)
    academies.passes(timedelta(hours=1))
    before = case(academies, ref)
    change(academies, HEAD)

    assert notices(academies, ref) == {}
    assert case(academies, ref) == before
    academies.passes(timedelta(hours=1))
    assert len(academies.letters[HEAD]) == 1
    assert len(academies.letters[HR]) == 2


@pytest.mark.parametrize("change", GONE)
def test_when_one_who_did_not_take_it_is_gone_whoever_took_it_has_it_as_before(
    academies: Place, change: Change
) -> None:
    ref = sends(academies, TO_BOTH)
    takes(academies, HR, ref)
    before = case(academies, ref)
    change(academies, HEAD)

    assert notices(academies, ref) == {}
    assert case(academies, ref) == before


def test_when_all_who_were_told_leave_together_the_next_is_told_once(academies: Place) -> None:
    ref = sends(academies, TO_BOTH)
    academies.leaves(HR, HEAD)

    assert notices(academies, ref) == {CEO: [ALERT], TEACHER: [NEWS]}


def test_when_the_one_who_could_be_reached_leaves_the_next_is_told_at_once(academies: Place) -> None:
    academies.unreachable = {HR}
    ref = sends(academies, TO_BOTH)
    academies.leaves(HEAD)

    assert notices(academies, ref) == {CEO: [ALERT], TEACHER: [NEWS]}


# --- once


def test_looking_again_and_again_tells_nobody_twice(academies: Place) -> None:
    ref = sends(academies)
    takes(academies, HEAD, ref)
    academies.leaves(HEAD)
    notices(academies, ref)

    assert notices(academies, ref) == {}
    assert notices(academies, ref, key="once more") == {}
    academies.restarts()
    assert notices(academies, ref, key="after a restart") == {}
    academies.passes(timedelta(minutes=1))
    assert [letter.summary for letter in academies.letters[CEO]] == [ALERT]


def test_with_nobody_left_the_reporter_is_told_once(academies: Place) -> None:
    ref = sends(academies)
    academies.leaves(HEAD, DEPUTY, CEO, CHAIR)
    assert notices(academies, ref) == {TEACHER: [NEWS]}

    assert notices(academies, ref, key="once more") == {}


# --- found by themselves


def test_every_case_of_a_leaver_is_found_and_only_open_ones_are_told_of(academies: Place) -> None:
    closed, taken, waiting = sends(academies), sends(academies), sends(academies)
    takes(academies, HEAD, closed)
    academies.talk(HEAD).picks(f"case:close:{closed}").fills(outcome="resolved", line="It is settled.")
    takes(academies, HEAD, taken)
    academies.leaves(HEAD)

    found = academies.service.directory_changed(ORGANISATION, academies.now)

    academies.post()
    assert found == 3
    assert [letter.summary for letter in academies.letters[CEO]] == [ALERT, ALERT]
    assert case(academies, taken).handler(CEO)
    assert case(academies, waiting).handler(CEO)
    assert case(academies, closed).taken_by not in ("", HEAD)  # its record must still be read by somebody


@pytest.mark.parametrize("change", [is_deleted, loses_the_role])
def test_a_case_of_somebody_who_stood_in_for_the_leaver_is_found_too(academies: Place, change: Change) -> None:
    goes_away(academies, HEAD)
    ref = sends(academies)
    takes(academies, DEPUTY, ref)
    change(academies, HEAD)
    assert "not yours to open" in academies.talk(DEPUTY).picks(f"case:open:{ref}").hears

    academies.service.directory_changed(ORGANISATION, academies.now)

    academies.post()
    assert [letter.summary for letter in academies.letters[CEO]] == [ALERT]
