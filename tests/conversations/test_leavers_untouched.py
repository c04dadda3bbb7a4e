"""Cases that stay as they are when somebody leaves, loses a role, or is only away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.cases import Case
from tests.leaving import ALERT, GONE, STILL_HERE, Change, case, notices, sends, takes
from tests.sample_people import CEO, DEPUTY, HEAD, TEACHER
from tests.talking import Place


def assert_goes_on(place: Place, before: Case) -> None:
    """Once the directory has changed nobody is told, the case is as it was, and whoever has it can open it."""
    assert notices(place, before.ref) == {}
    after = case(place, before.ref)
    assert (after.outcome, after.clocks, after.withdrawn) == (before.outcome, before.clocks, before.withdrawn)
    assert "not yours" not in place.talk(after.taken_by).picks(f"case:open:{before.ref}").hears


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

    assert_goes_on(academies, before)


# --- over


@pytest.mark.parametrize("change", GONE)
def test_a_leavers_closed_cases_go_to_others_without_a_word(academies: Place, change: Change) -> None:
    ref = sends(academies)
    takes(academies, HEAD, ref)
    academies.talk(HEAD).picks(f"case:close:{ref}").fills(outcome="resolved", line="It is settled.")
    academies.post()
    before = case(academies, ref)
    change(academies, HEAD)

    assert_goes_on(academies, before)


def test_a_leavers_case_that_was_withdrawn_goes_to_others_without_a_word(academies: Place) -> None:
    ref = sends(academies)
    takes(academies, HEAD, ref)
    academies.talk(TEACHER).picks(f"mine:withdraw-yes:{ref}")
    academies.post()
    before = case(academies, ref)
    academies.leaves(HEAD)

    assert_goes_on(academies, before)


def test_a_leavers_declarations_in_the_register_go_to_others_without_a_word(academies: Place) -> None:
    ref = sends(academies, {"transport": "no"}, "declare-contact")
    takes(academies, DEPUTY, ref)
    academies.talk(DEPUTY).picks(f"case:check:{ref}").fills(same_class="yes", acknowledged="yes")
    academies.post()
    before = case(academies, ref)
    academies.leaves(DEPUTY)

    assert_goes_on(academies, before)


def test_a_leavers_closed_case_that_the_reporter_opens_again_goes_to_the_next(academies: Place) -> None:
    ref = sends(academies)
    takes(academies, HEAD, ref)
    academies.talk(HEAD).picks(f"case:close:{ref}").fills(outcome="resolved", line="It is settled.")
    academies.post()
    academies.leaves(HEAD)

    academies.talk(TEACHER).picks(f"mine:reopen:{ref}").fills(reason="It goes on.")
    academies.passes(timedelta(minutes=1))

    assert [letter.summary for letter in academies.letters[CEO]] == [ALERT]


def test_a_change_about_a_case_that_does_not_exist_changes_nothing(academies: Place) -> None:
    assert notices(academies, "0000-0000") == {}
