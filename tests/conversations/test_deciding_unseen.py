"""Deciding together without the story: nobody reads more than they must, in a window, in a letter or at home."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.permissions import MAY
from tests.deciding import STORY, WHY, agrees, declines, proposed
from tests.sample_people import CEO, GROUP_IT, HR, TEACHER
from tests.talking import Place


@pytest.mark.parametrize("name", MAY)
@pytest.mark.parametrize("how", ["pressed", "sent as a form"])
def test_who_only_decides_never_sees_the_story_whatever_they_send(academies: Place, name: str, how: str) -> None:
    ref = proposed(academies)
    ceo = academies.talk(CEO).presses_in_letter()

    if how == "pressed":
        ceo.picks(f"{name}:{ref}")
    else:
        ceo.sends(f"{name}:{ref}", text="x", fields={"reason": ("No.",), "text": ("x",)})

    heard = repr(ceo.past) + ceo.looks_home().hears
    assert WHY["purpose"] in heard
    for secret in (STORY, "Learning Consultant", TEACHER, "Something a colleague did"):
        assert secret not in heard


def test_what_the_deciders_have_before_them_shows_at_home_until_they_have_said_something(academies: Place) -> None:
    ref = proposed(academies)

    assert f"Waiting for your decision Reference: {ref} Sent:" in academies.talk(CEO).looks_home().hears
    declines(academies, CEO, ref, "No need.")
    assert ref not in academies.talk(CEO).looks_home().hears
    agrees(academies, HR, ref)
    assert ref not in academies.talk(GROUP_IT).looks_home().hears


def test_letters_about_a_decision_hold_nothing_of_it(academies: Place) -> None:
    ref = proposed(academies)
    declines(academies, GROUP_IT, ref, "No need.")
    academies.passes(timedelta(days=1))
    agrees(academies, HR, ref)
    academies.post()

    for secret in (*WHY.values(), STORY, "No need.", "copies", "profile", "agree", "Head of School", "colleague"):
        assert secret not in academies.posted


def test_the_reporter_reads_nothing_of_it(academies: Place) -> None:
    ref = proposed(academies)
    declines(academies, GROUP_IT, ref, "No need.")
    agrees(academies, HR, ref)

    seen = academies.talk(TEACHER).picks(f"mine:show:{ref}").hears

    for secret in (*WHY.values(), "No need.", "ecision", "agreed", "declined", "Decided"):
        assert secret not in seen


def test_everything_about_it_is_said_in_a_private_window(academies: Place) -> None:
    ref = proposed(academies)

    group_it = declines(academies, GROUP_IT, ref, "No need.")
    hr = agrees(academies, HR, ref)

    assert not any(words in group_it.overheard + hr.overheard for words in (*WHY.values(), "No need."))
