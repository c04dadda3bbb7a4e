"""Unfinished reports: one question at a time, left and come back to, changed, put off, forgotten, and never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.talking import Given, Place, Talk

LAD = "lad.high@bakery.example"
LEAD = "lead.high@bakery.example"

FULL: Given = {
    "danger": "safe",
    "told-by": "for-somebody",
    "for-whom": "needle-whom",
    "words": "needle-words",
    "day": "needle-day",
    "before": "often",
    "before-how": "needle-before",
    "damage": ("thrown", "broken"),
    "broken-what": "needle-broken",
    "about": (LEAD,),
}


def at_question(shop: Place, wanted: str, who: str = LAD) -> Talk:
    """Somebody whose rude-customer report waits at this question."""
    lad = shop.talk(who).begins("rude-customer")
    while lad.waiting != wanted:
        lad.answers_one(FULL)
    return lad


# --- one question at a time


def test_one_question_is_asked_at_a_time_and_its_number_is_told(shop: Place) -> None:
    lad = shop.talk(LAD).begins("rude-customer")
    assert "Nobody sees anything until you press Send." in lad.hears

    lad.presses("No")

    assert "Question 2 of about" in lad.hears
    assert "saved" in lad.hears
    assert lad.waiting == "told-by"


def test_back_asks_the_question_before_and_keeps_the_answers_behind_it(shop: Place) -> None:
    lad = at_question(shop, "before")

    lad.presses("Back")
    assert lad.waiting == "day"
    lad.presses("Back").presses("Back")
    assert lad.waiting == "for-whom"
    lad.presses("Skip")

    assert lad.waiting == "before"
    assert "needle-words" in lad.answers(FULL).presses("Read it and send").hears


def test_back_at_the_first_question_stays_there(shop: Place) -> None:
    lad = shop.talk(LAD).begins("rude-customer")

    assert "Back" not in [option.label for option in lad.options]
    assert lad.says("back").waiting == "danger"


def test_skip_is_offered_only_where_an_answer_may_be_left_out(shop: Place) -> None:
    lad = at_question(shop, "words")
    assert "Skip" not in [option.label for option in lad.options]
    assert lad.says("skip").waiting == "words"

    lad.answers_one(FULL)

    assert "Skip" in [option.label for option in lad.options]
    assert lad.says("skip").waiting == "before"


@pytest.mark.parametrize(
    ("typed", "waiting"), [("2", "told-by"), ("no", "told-by"), ("No.", "told-by"), ("7", "danger"), ("0", "danger")]
)
def test_an_answer_can_be_typed_by_its_words_or_its_number(shop: Place, typed: str, waiting: str) -> None:
    assert shop.talk(LAD).begins("rude-customer").says(typed).waiting == waiting


def test_several_can_be_typed_where_several_can_be_ticked(shop: Place) -> None:
    lad = at_question(shop, "damage").says("1 and 2")

    assert lad.waiting == "broken-what"


@pytest.mark.parametrize(
    ("flow", "question"), [("declare-allergy", "to-what"), ("shift-lead-conduct", "tell")], ids=["list", "recipients"]
)
def test_a_list_that_needs_an_answer_is_asked_again_when_nothing_is_ticked(
    shop: Place, flow: str, question: str
) -> None:
    lad = shop.talk(LAD).begins(flow)
    while lad.waiting != question:
        lad.answers_one({"danger": "safe", "young": "grown"})

    lad.ticks()

    assert lad.waiting == question


# --- carried on later


def test_carry_on_later_says_until_when_it_is_kept_and_asks_the_same_question_again(shop: Place) -> None:
    lad = at_question(shop, "day").presses("Carry on later")
    assert "kept, encrypted, until 7 December 2026. Nobody has been told of it." in lad.hears
    assert "Talk to your mentor" in lad.hears

    lad.presses("Carry on")

    assert lad.waiting == "day"


@pytest.mark.parametrize("way", ["says", "opens", "menu", "home"])
def test_after_six_days_and_a_restart_it_is_where_it_was_left(shop: Place, way: str) -> None:
    at_question(shop, "day").says("later")
    shop.passes(timedelta(days=6)).restarts()

    lad = shop.talk(LAD)
    if way == "says":
        lad.says("carry on")
    elif way == "opens":
        lad.opens().presses("Carry on")
    elif way == "menu":
        lad.says("report").presses("Report a rude customer").presses("Report")
    else:
        lad.looks_home().presses("Carry on")

    assert lad.waiting == "day"
    assert lad.answers(FULL).presses("Read it and send").written["In their own words"] == "needle-words"


def test_a_report_is_carried_on_on_another_device_in_the_middle(shop: Place) -> None:
    phone = at_question(shop, "day")
    laptop = shop.talk(LAD).says("carry on").presses("Skip").presses("Yes")

    phone.says("carry on")

    assert phone.waiting == laptop.waiting == "before-how"


def test_a_button_of_an_earlier_question_pressed_on_the_other_device_changes_that_answer_only(shop: Place) -> None:
    phone = shop.talk(LAD).begins("rude-customer")
    [yes] = [option.value for option in phone.options if option.label == "Yes"]
    at_question(shop, "before")

    phone.picks(yes)

    assert "Call 999 first" in phone.hears
    assert phone.waiting == "before"


def test_a_draft_outlives_a_restart_after_every_single_answer(shop: Place) -> None:
    lad = shop.talk(LAD).begins("rude-customer")
    while lad.waiting:
        lad.answers_one(FULL)
        shop.restarts()

    assert lad.presses("Read it and send").written["The other times"] == "needle-before"


# --- left lying


def test_it_is_mentioned_after_seven_days_warned_of_after_twelve_and_deleted_after_fourteen(shop: Place) -> None:
    at_question(shop, "day")

    shop.passes(timedelta(days=6, hours=23))
    assert not shop.letters[LAD]
    shop.passes(timedelta(hours=2))
    assert len(shop.letters[LAD]) == 1
    assert "It is deleted on 7 December 2026 unless you carry on." in shop.letters[LAD][-1].summary
    shop.passes(timedelta(days=4))
    assert len(shop.letters[LAD]) == 1
    shop.passes(timedelta(days=1))
    assert len(shop.letters[LAD]) == 2
    assert "7 December 2026" in shop.letters[LAD][-1].summary
    assert "needle-words" in shop.kept

    shop.passes(timedelta(days=2))
    assert "It has been deleted, as announced, and nobody was told of it." in shop.letters[LAD][-1].summary
    assert "needle" not in shop.kept
    shop.passes(timedelta(days=30))
    assert len(shop.letters[LAD]) == 3
    assert shop.told == {LAD}


def test_the_letter_leads_back_to_the_same_question_and_the_days_begin_anew(shop: Place) -> None:
    at_question(shop, "day")
    shop.passes(timedelta(days=8))

    assert shop.talk(LAD).presses_in_letter().waiting == "day"

    shop.passes(timedelta(days=6))
    assert len(shop.letters[LAD]) == 1
    shop.passes(timedelta(days=2))
    assert len(shop.letters[LAD]) == 2


def test_after_a_long_stop_nothing_is_deleted_before_the_day_that_was_announced(shop: Place) -> None:
    at_question(shop, "day")

    shop.passes(timedelta(days=20))
    for _ in range(5):
        shop.passes(timedelta(seconds=5))

    assert "20 December 2026" in shop.letters[LAD][-1].summary
    assert "needle-words" in shop.kept


def test_the_letter_about_a_report_that_is_gone_leads_nowhere_and_says_so(shop: Place) -> None:
    lad = at_question(shop, "day")
    shop.passes(timedelta(days=7))
    lad.says("cancel").presses("Delete it")

    lad.presses_in_letter()

    assert lad.waiting == ""
    assert lad.hears


# --- given up


def test_cancel_asks_once_and_says_what_is_deleted(shop: Place) -> None:
    lad = at_question(shop, "day").presses("Cancel")
    assert "Delete this report? Your answers so far (4) are deleted for good, and nobody is told." in lad.hears

    lad.presses("Delete it")

    assert "Deleted. Nothing of this report was sent or kept." in lad.hears
    assert "Talk to your mentor" in lad.hears
    assert "needle" not in shop.kept


def test_cancel_thought_better_of_asks_the_same_question_again(shop: Place) -> None:
    assert at_question(shop, "day").presses("Cancel").presses("Keep it").waiting == "day"


@pytest.mark.parametrize("typed", ["yes", "no"])
def test_yes_typed_to_the_question_whether_to_delete_is_not_taken_for_an_answer(shop: Place, typed: str) -> None:
    lad = shop.talk(LAD).begins("shift-lead-conduct")
    while lad.waiting != "young":
        lad.answers_one({"danger": "safe"})

    lad.says("cancel").says(typed)

    assert lad.waiting == ("young" if typed == "no" else "")


def test_an_old_cancel_button_does_not_delete_the_next_report(shop: Place) -> None:
    lad = at_question(shop, "day").presses("Cancel")
    [delete] = [option.value for option in lad.options if option.label == "Delete it"]
    lad.picks(delete)
    at_question(shop, "before")

    lad.picks(delete)

    assert "needle-words" in shop.kept


def test_another_report_begun_in_the_middle_asks_what_becomes_of_the_first(shop: Place) -> None:
    lad = at_question(shop, "day").begins("injury")
    assert "You have an unfinished report." in lad.hears
    assert "needle-words" in shop.kept

    lad.presses("Carry on")
    assert lad.waiting == "day"

    lad.begins("injury").presses("Delete it and start this one")
    assert lad.waiting == "danger"
    assert "needle-words" not in shop.kept


def test_another_report_begun_before_anything_was_answered_just_begins(shop: Place) -> None:
    lad = shop.talk(LAD).begins("rude-customer").begins("injury")

    assert "unfinished" not in lad.hears
    assert lad.waiting == "danger"


# --- other things said in the middle


def test_a_policy_question_in_the_middle_is_answered_and_the_same_question_is_asked_again(shop: Place) -> None:
    lad = at_question(shop, "day").says("do i need a hairnet")

    assert lad.verdict
    assert lad.waiting == "day"
    assert lad.answers(FULL).presses("Read it and send").written["In their own words"] == "needle-words"


def test_looking_at_ones_reports_in_the_middle_loses_nothing(shop: Place) -> None:
    lad = at_question(shop, "day").says("my reports").says("home")

    assert "unfinished report" in lad.hears
    assert lad.presses("Carry on").waiting == "day"


def test_a_window_closed_without_sending_loses_nothing_that_was_saved(shop: Place) -> None:
    lad = at_question(shop, "day").presses("Write it in private").closes()

    assert "Everything you saved before is still here." in lad.hears
    assert lad.waiting == "day"


def test_hide_leaves_a_neutral_line_and_keeps_the_draft(shop: Place) -> None:
    lad = at_question(shop, "day").presses("Hide")
    assert lad.hid
    assert not {"report", "question", "private", "saved"} & set(lad.chat.casefold().replace(".", "").split())
    assert lad.options == []

    assert lad.says("carry on").waiting == "day"


def test_hide_can_be_typed_also_when_nothing_is_being_written(shop: Place) -> None:
    assert shop.talk(LAD).says("hide").hid


def test_a_button_of_an_earlier_question_changes_its_answer_and_says_so(shop: Place) -> None:
    lad = shop.talk(LAD).begins("rude-customer")
    earlier = {option.label: option.value for option in lad.options}
    lad.presses("No").presses("I saw or heard it")

    lad.picks(earlier["Yes"])

    assert "Danger now is changed to: Yes." in lad.hears
    assert lad.waiting == "words"
