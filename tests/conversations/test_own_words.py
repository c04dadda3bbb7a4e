"""The story in the person's own words: kept as it was written, in a window that loses nothing."""

from __future__ import annotations

import pytest

from bot.messages import TextBox
from tests.talking import Place, Talk

LAD = "lad.high@bakery.example"
LEAD = "lead.high@bakery.example"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("First line.\r\nSecond line.\n\nLast.", "First line.\nSecond line.\n\nLast."),
        ("nul\x00 bell\x07 esc\x1b[31m", "nul bell esc[31m"),
        ("\u202ereversed\u202c and zero\u200b-width\ufeff", "reversed and zero-width"),
        ("half a pair \ud83d here", "half a pair  here"),
        ("<script>alert(1)</script> <!channel> <@U123> *bold* [a](b) ${7*7} {name} =1+1", None),
        ("café 面包 हिन्दी", None),
    ],
    ids=["lines", "controls", "invisible", "surrogate", "markup", "scripts"],
)
def test_words_are_kept_as_written_but_for_what_cannot_be_seen(shop: Place, typed: str, kept: str | None) -> None:
    lad = shop.talk(LAD).reviews("injury", {"words": typed})
    assert lad.written["In their own words"] == (typed if kept is None else kept)

    lad.presses("Send")
    shop.post()
    lead = shop.talk(LEAD).presses_in_letter()
    assert lead.written["In their own words"] == (typed if kept is None else kept)


def at_words(shop: Place) -> Talk:
    """Somebody whose private window for the story is open."""
    lad = shop.talk(LAD).begins("rude-customer").presses("No").presses("I saw or heard it")
    return lad.presses("Write it in private")


def test_words_that_are_too_long_stay_in_the_window_and_nothing_is_lost(shop: Place) -> None:
    lad = at_words(shop).writes("long " * 700)

    assert lad.private is not None
    assert "3499 characters, and an answer can hold 3000" in lad.hears
    [box] = [block for block in lad.blocks if isinstance(block, TextBox)]
    assert box.text == ("long " * 700).strip()


def test_forty_thousand_characters_stay_in_the_window_whole(shop: Place) -> None:
    lad = at_words(shop).writes("x" * 40_000)

    [box] = [block for block in lad.blocks if isinstance(block, TextBox)]
    assert box.text == "x" * 40_000


@pytest.mark.parametrize("nothing", ["", "  \n\t ", "\x00\u200b\u202e"])
def test_an_empty_window_is_not_taken_for_an_answer(shop: Place, nothing: str) -> None:
    lad = at_words(shop).writes(nothing)

    assert "There was nothing in the window" in lad.hears
    assert lad.waiting == "words"


@pytest.mark.parametrize("key", ["the same key", None])
def test_a_window_that_is_sent_twice_counts_once(shop: Place, key: str | None) -> None:
    lad = at_words(shop)
    [form] = [block.form for block in lad.blocks if isinstance(block, TextBox)]

    lad.sends(form, "He shouted.", key="the same key")
    lad.sends(form, "He shouted.", key=key)

    assert lad.waiting == "day"
    assert lad.answers({"danger": "safe"}).presses("Read it and send").written["In their own words"] == "He shouted."


def test_a_window_of_a_report_that_was_sent_shows_its_receipt_and_changes_nothing(shop: Place) -> None:
    lad = at_words(shop)
    [form] = [block.form for block in lad.blocks if isinstance(block, TextBox)]
    lad.writes("First.").answers().presses("Read it and send").presses("Send")
    ref = lad.ref

    assert lad.sends(form, "Second.").ref == ref
    assert "Second." not in shop.kept


def test_a_window_of_a_report_that_was_deleted_changes_nothing(shop: Place) -> None:
    lad = at_words(shop)
    [form] = [block.form for block in lad.blocks if isinstance(block, TextBox)]
    lad.says("cancel").presses("Delete it")

    lad.sends(form, "Second.")

    assert "belongs to something that is finished" in lad.hears
    assert "Second." not in shop.kept
