"""Whatever arrives, the reply is kind and sensible, and never an exception."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.compiled import Knowledge
from tests.talking import Talk

ODD = {
    "empty": "",
    "only spaces": " \t\n  ",
    "NUL and controls": "can i\x00 add\x07 a\x1b[31m student",
    "only controls": "\x00\x01\x02",
    "a lone surrogate": "can i add a student \ud83d on insta",
    "bidi marks": "can i \u202eadd a student\u202c on insta",
    "zero-width": "can i a\u200bd\u200dd a stu\ufeffdent",
    "only emoji": "😀🙏🏽👨‍👩‍👧",
    "arabic": "هل يمكنني إضافة طالب",
    "chinese": "我可以加学生为好友吗",
    "punjabi": "ਕੀ ਮੈਂ ਵਿਦਿਆਰਥੀ ਨੂੰ ਜੋੜ ਸਕਦਾ ਹਾਂ",
    "one letter": "x",
    "punctuation": "?!?!...",
    "markup": "<script>alert(1)</script> <!channel> ${7*7} {policy}",
    "braces": "{0} {role} %s",
    "a hundred thousand characters": "a" * 100_000,
    "a hundred thousand words": "can i add a student " * 5_000,
    "only digits": "0121 496 0000",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_every_odd_message_gets_one_sensible_reply(school: Knowledge, text: str) -> None:
    talk = Talk(school).says(text)

    assert len(talk.replies) == 1
    assert len(talk.hears) > 20
    assert talk.replies[0].summary


def test_an_empty_message_is_met_with_an_example(school: Knowledge) -> None:
    assert "Type a question such as" in Talk(school).says("   ").hears


def test_another_script_is_met_with_an_honest_limit(school: Knowledge) -> None:
    assert "only English" in Talk(school).says(ODD["chinese"]).hears


@pytest.mark.parametrize("name", ["NUL and controls", "a lone surrogate", "bidi marks", "zero-width"])
def test_invisible_characters_do_not_change_the_answer(school: Knowledge, name: str) -> None:
    assert Talk(school).says(ODD[name]).verdict == "No"


def test_a_very_long_message_is_answered_and_the_person_told_that_it_was_cut(school: Knowledge) -> None:
    talk = Talk(school).says("can i add a student on instagram? " + "it was a long day and the rain fell. " * 40)

    assert "first 500 characters" in talk.notices[0].text


@given(text=st.text(max_size=700))
@settings(max_examples=150, deadline=None)
def test_no_text_at_all_makes_it_fail(bakery: Knowledge, text: str) -> None:
    assert Talk(bakery).says(text).replies
