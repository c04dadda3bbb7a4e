"""Somebody leaves or loses a role: the cases they had go to others at once, and nobody else's are touched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.cases import Case
from bot.events import Actor, DirectoryChanged
from bot.people import Directory
from tests.talking import ORGANISATION, Given, Place, Talk

TEACHER = "consultant.north@sample.example"
MANAGER = "department.north@sample.example"
HEAD = "head.north@sample.example"
DEPUTY = "deputy.north@sample.example"
LEAD = "safeguarding.north@sample.example"
HR = "hr@sample.example"
CEO = "ceo@sample.example"
CHAIR = "chair@sample.example"

NEEDLE = "needle-story"
TO_HEAD: Given = {"danger": "no", "child-at-risk": "no", "recipients": "head_of_school", "account": NEEDLE}
TO_BOTH: Given = {**TO_HEAD, "recipients": ("hr_manager", "head_of_school")}
TO_MANAGER: Given = {**TO_HEAD, "recipients": "line_manager"}

ALERT = "A report is waiting for you."
NEWS = "There is news about a report that you sent."

Change = Callable[[Place, str], object]


def leaves(place: Place, who: str) -> None:
    place.leaves(who)


def is_deleted(place: Place, who: str) -> None:
    place.moves_in(Directory({id: person for id, person in place.directory.people.items() if id != who}))


def loses_the_role(place: Place, who: str) -> None:
    place.changes(replace(place.directory.people[who], roles=()))


def moves_to_another_academy(place: Place, who: str) -> None:
    place.changes(replace(place.directory.people[who], academies=("South Academy",)))


GONE = [leaves, is_deleted, loses_the_role, moves_to_another_academy]


def goes_away(place: Place, who: str) -> None:
    place.changes(replace(place.directory.people[who], away=((date(2026, 11, 23), date(2026, 11, 27)),)))


def gets_another_role_too(place: Place, who: str) -> None:
    person = place.directory.people[who]
    place.changes(replace(person, roles=(*person.roles, "safeguarding_lead")))


def is_renamed(place: Place, who: str) -> None:
    place.changes(replace(place.directory.people[who], name="Somebody, Married", manager=None, deputy=None))


STILL_HERE = [goes_away, gets_another_role_too, is_renamed]


def sends(place: Place, given: Given = TO_HEAD, flow: str = "colleague-conduct") -> str:
    """A report that was sent and its alerts delivered. Its reference."""
    ref = place.talk(TEACHER).reports(flow, given)
    place.post()
    return ref


def takes(place: Place, who: str, ref: str) -> None:
    place.talk(who).picks(f"case:take:{ref}")
    place.post()


def notices(place: Place, *refs: str, key: str = "changed") -> dict[str, list[str]]:
    """The case is looked at because the directory changed. Who is told what by that."""
    met = {who: len(letters) for who, letters in place.letters.items()}
    nobody = Actor(organisation=ORGANISATION, person="")
    for ref in refs:
        place.service.receive(DirectoryChanged(actor=nobody, key=f"{key}:{ref}", at=place.now, case=ref))
    place.post()
    new = {who: [m.summary for m in letters[met.get(who, 0) :]] for who, letters in place.letters.items()}
    return {who: summaries for who, summaries in new.items() if summaries}


def case(place: Place, ref: str) -> Case:
    with place.store.transaction():
        found = place.store.case(ORGANISATION, ref)
    assert found
    return found


def mine(place: Place, ref: str) -> str:
    return place.talk(TEACHER).picks(f"mine:show:{ref}").hears


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

    assert notices(academies, ref) == {LEAD: ["An urgent report is waiting for you."], TEACHER: [NEWS]}


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


def handed(window: Talk, label: str) -> None:
    window.fills(to=label, reason="It is theirs.")
    window.place.post()


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


# --- not gone


@pytest.mark.parametrize("change", STILL_HERE)
@pytest.mark.parametrize("taken", [True, False], ids=["taken", "not taken"])
def test_whoever_is_only_away_or_changes_in_another_way_keeps_it(academies: Place, change: Change, taken: bool) -> None:
    ref = sends(academies)
    if taken:
        takes(academies, HEAD, ref)
    before = case(academies, ref)
    change(academies, HEAD)

    assert notices(academies, ref) == {}
    assert case(academies, ref) == before


def test_a_reporter_who_leaves_changes_nothing(academies: Place) -> None:
    ref = sends(academies)
    takes(academies, HEAD, ref)
    before = case(academies, ref)
    academies.leaves(TEACHER)

    assert notices(academies, ref) == {}
    assert case(academies, ref) == before


# --- over


@pytest.mark.parametrize("change", GONE)
def test_a_leavers_closed_cases_are_left_alone(academies: Place, change: Change) -> None:
    ref = sends(academies)
    takes(academies, HEAD, ref)
    academies.talk(HEAD).picks(f"case:close:{ref}").fills(outcome="resolved", line="It is settled.")
    academies.post()
    before = case(academies, ref)
    change(academies, HEAD)

    assert notices(academies, ref) == {}
    assert case(academies, ref) == before


def test_a_leavers_case_that_was_withdrawn_is_left_alone(academies: Place) -> None:
    ref = sends(academies)
    takes(academies, HEAD, ref)
    academies.talk(TEACHER).picks(f"mine:withdraw-yes:{ref}")
    academies.post()
    before = case(academies, ref)
    academies.leaves(HEAD)

    assert notices(academies, ref) == {}
    assert case(academies, ref) == before


def test_a_leavers_declarations_in_the_register_are_left_alone(academies: Place) -> None:
    ref = sends(academies, {"transport": "no"}, "declare-contact")
    takes(academies, DEPUTY, ref)
    academies.talk(DEPUTY).picks(f"case:check:{ref}").fills(same_class="yes", acknowledged="yes")
    academies.post()
    before = case(academies, ref)
    academies.leaves(DEPUTY)

    assert notices(academies, ref) == {}
    assert case(academies, ref) == before


def test_a_leavers_closed_case_that_the_reporter_opens_again_goes_to_the_next(academies: Place) -> None:
    ref = sends(academies)
    takes(academies, HEAD, ref)
    academies.talk(HEAD).picks(f"case:close:{ref}").fills(outcome="resolved", line="It is settled.")
    academies.post()
    academies.leaves(HEAD)

    academies.talk(TEACHER).picks(f"mine:reopen:{ref}").fills(reason="It goes on.")
    academies.passes(timedelta(minutes=1))

    assert [letter.summary for letter in academies.letters[CEO]] == [ALERT]


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


def test_a_change_about_a_case_that_does_not_exist_changes_nothing(academies: Place) -> None:
    assert notices(academies, "0000-0000") == {}


# --- found by themselves


def test_every_open_case_of_a_leaver_is_found_and_no_closed_one(academies: Place) -> None:
    closed, taken, waiting = sends(academies), sends(academies), sends(academies)
    takes(academies, HEAD, closed)
    academies.talk(HEAD).picks(f"case:close:{closed}").fills(outcome="resolved", line="It is settled.")
    takes(academies, HEAD, taken)
    academies.leaves(HEAD)

    found = academies.service.directory_changed(ORGANISATION, academies.now)

    academies.post()
    assert found == 2
    assert [letter.summary for letter in academies.letters[CEO]] == [ALERT, ALERT]
    assert case(academies, taken).handler(CEO)
    assert case(academies, waiting).handler(CEO)
    assert not case(academies, closed).handler(CEO)


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
