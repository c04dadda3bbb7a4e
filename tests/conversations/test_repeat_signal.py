"""Several small concerns about one person: counted without a name, and told to one person alone.

Nobody who reports, handles or is named learns what it adds up to.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.compiled import Knowledge
from bot.people import Person
from tests.concerns import ACCOUNTANT, LAD, LEAD, OWNER, absent, concern, names, opens, taken, told_alone
from tests.conftest import SCHOOL
from tests.sample_people import ASSISTANT, CEO, DEPUTY, GROUP_IT, HEAD, HEAD_SOUTH, HR, ICT, SAFEGUARDING, TEACHER_SOUTH
from tests.talking import Place

# --- one person is told


def test_the_third_concern_about_one_person_is_told_to_the_head_alone(academies: Place) -> None:
    concern(academies)
    concern(academies)
    assert told_alone(academies) == []

    ref = concern(academies)

    assert told_alone(academies) == [HEAD]
    heard = academies.talk(HEAD).presses_in_letter().hears
    assert "This is concern number 3 about the same person within a year." in heard
    assert f"The latest is {ref}; it was received by the HR Manager." in heard


def test_a_fourth_is_told_again_with_its_own_number(academies: Place) -> None:
    for _ in range(4):
        ref = concern(academies)

    assert told_alone(academies) == [HEAD, HEAD]
    assert "This is concern number 4" in opens(academies, HEAD, ref).hears


def test_concerns_of_every_kind_and_from_whomever_count_together(academies: Place) -> None:
    concern(academies, (SAFEGUARDING,))
    concern(academies, (SAFEGUARDING,), DEPUTY, "student-contact")
    concern(academies, (SAFEGUARDING,), ICT, "unsuitable-material")

    assert told_alone(academies) == [HEAD]


def test_concerns_about_different_people_do_not_add_up(academies: Place) -> None:
    for about in (ICT, HR, GROUP_IT, SAFEGUARDING):
        concern(academies, (about,), flow="colleague-conduct", recipients=("ceo",))

    assert told_alone(academies) == []


def test_the_head_of_the_academy_of_the_latest_is_told_also_when_the_others_were_elsewhere(academies: Place) -> None:
    concern(academies, (GROUP_IT,))
    concern(academies, (GROUP_IT,))
    ref = concern(academies, (GROUP_IT,), TEACHER_SOUTH)

    assert told_alone(academies) == [HEAD_SOUTH]
    assert absent(academies, HEAD, ref)


@pytest.mark.parametrize(
    "more", [{"about": (HEAD,)}, {"close": (HEAD,)}, {"by": HEAD}], ids=["it is about them", "close", "reporter"]
)
def test_when_the_head_may_not_be_told_the_ceo_is(academies: Place, more: dict[str, Any]) -> None:
    for _ in range(3):
        ref = concern(academies, **more)

    assert told_alone(academies) == [CEO]
    assert "This is concern number 3" in academies.talk(CEO).presses_in_letter().hears
    assert absent(academies, HEAD, ref)


def test_when_a_handler_names_the_head_the_ceo_is_told(academies: Place) -> None:
    for _ in range(3):
        hr, ref = taken(academies)
        names(hr, ref, HEAD)

    assert told_alone(academies) == [CEO]
    assert absent(academies, HEAD, ref)


def test_where_there_is_no_head_the_ceo_is_told(academies: Place) -> None:
    academies.leaves(HEAD)
    for _ in range(3):
        concern(academies)

    assert told_alone(academies) == [CEO]


def test_a_head_who_is_away_is_told_and_nobody_in_their_place(academies: Place) -> None:
    away = ((date(2026, 11, 1), date(2027, 1, 31)),)
    academies.changes(replace(academies.directory.people[HEAD], away=away))
    for _ in range(3):
        ref = concern(academies)

    assert told_alone(academies) == [HEAD]
    assert absent(academies, DEPUTY, ref)


def test_in_the_bakery_the_owner_who_handles_it_is_told_by_letter_and_not_in_the_case(shop: Place) -> None:
    for _ in range(3):
        shop.now += timedelta(days=10)
        ref = shop.talk(LAD).reports("shift-lead-conduct", {"tell": ("owner",)})
        owner = names(shop.talk(OWNER).picks(f"case:take:{ref}"), ref, LEAD)

    assert told_alone(shop) == [OWNER]
    assert "Number 3" not in owner.picks(f"case:open:{ref}").hears
    assert f"Number 3 about one person within a year. The latest is {ref}" in opens(shop, OWNER, ref).hears


def test_in_the_bakery_the_accountant_is_told_about_the_owner(shop: Place) -> None:
    for _ in range(3):
        shop.now += timedelta(days=10)
        answers = {"tell": ("accountant",), "about": (OWNER,)}
        shop.talk(LAD).reports("shift-lead-conduct", answers)
    shop.post()

    assert told_alone(shop) == [ACCOUNTANT]


# --- nobody else learns of it


def test_nobody_else_can_open_it_or_finds_it_anywhere(academies: Place) -> None:
    for _ in range(3):
        ref = concern(academies)

    for who in (*academies.directory.people.keys() - {HEAD}, "nobody@x.example", ""):
        assert absent(academies, who, ref), who
        assert "concern number" not in repr(academies.talk(who).looks_home().past)


def test_who_is_told_can_not_open_the_report_by_that(academies: Place) -> None:
    for _ in range(3):
        ref = concern(academies)
    head = academies.talk(HEAD)

    shown = [repr(head.picks(f"case:open:{to}").replies) for to in (ref, "0000-0000")]

    assert shown[0] == shown[1]


def test_the_letter_says_only_that_something_waits(academies: Place) -> None:
    for _ in range(3):
        ref = concern(academies)

    letter = repr(academies.letters[HEAD][-1])
    assert ref in letter
    for secret in (ICT, "ICT", "concern", "number", "three", "3 ", "HR", "person"):
        assert secret not in letter


def test_reporter_and_handler_read_byte_for_byte_what_they_would_read_of_a_first_concern(school: Knowledge) -> None:
    def heard(earlier: str) -> str:
        """Everything that both hear of a report about one person, after two about this one."""
        place = Place(school, SCHOOL / "sample-people.csv")
        concern(place, (earlier,))
        concern(place, (earlier,))
        ref = concern(place, (ICT,), DEPUTY)
        handler, reporter = place.talk(HR), place.talk(DEPUTY)
        for event in ("case:open", "alert", "case:take", "case:more", "signal:open"):
            handler.picks(f"{event}:{ref}")
        names(handler, ref, ICT)
        reporter.picks(f"mine:show:{ref}")
        assert told_alone(place)[:1] == ([HEAD] if earlier == ICT else [])
        return repr((handler.past, reporter.past, place.letters[HR], place.letters[DEPUTY]))

    assert heard(ICT) == heard(GROUP_IT)


def test_the_handler_who_names_somebody_is_told_nothing_about_the_count(school: Knowledge) -> None:
    def heard(earlier: str) -> str:
        """What the handler hears who names one person, after two cases in which this one was named."""
        place = Place(school, SCHOOL / "sample-people.csv")
        for name in (earlier, earlier):
            names(*taken(place), name)
        hr, ref = taken(place)
        names(hr, ref, ASSISTANT).picks(f"case:open:{ref}")
        assert told_alone(place) == ([HEAD] if earlier == ASSISTANT else [])
        return repr((hr.past, place.letters[HR]))

    assert heard(ASSISTANT) == heard(SAFEGUARDING)
    assert "It is counted." in heard(ASSISTANT)


@pytest.mark.parametrize(
    "change", [{"roles": ()}, {"active": False}, {"academies": ("South Academy",)}], ids=["lost it", "left", "moved"]
)
def test_whoever_was_told_can_open_it_no_more_without_the_role(academies: Place, change: dict[str, object]) -> None:
    for _ in range(3):
        ref = concern(academies)
    academies.changes(replace(academies.directory.people[HEAD], **change))  # type: ignore[arg-type]

    assert absent(academies, HEAD, ref)


def test_a_new_head_does_not_inherit_what_the_one_before_was_told(academies: Place) -> None:
    for _ in range(3):
        ref = concern(academies)
    new = Person(id="new@sample.example", name="New", academies=("North Academy",), roles=("head_of_school",))
    academies.changes(new)

    assert absent(academies, new.id, ref)
