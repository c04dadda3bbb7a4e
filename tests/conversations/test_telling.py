"""Telling of something that happened: first steps and the offer at once, never just an answer."""

from __future__ import annotations

import pytest

from bot.compiled import Knowledge
from tests.talking import Talk


def offered(talk: Talk) -> list[str]:
    """The kinds of report that the last replies offer."""
    return [option.value.removeprefix("report:") for option in talk.options if option.value.startswith("report:")]


@pytest.mark.parametrize(
    ("told", "flow"),
    [
        ("some year 9s made a fake account of me and it has 300 followers", "cyberbullying"),
        ("I found porn on a laptop a colleague handed back", "unsuitable-material"),
        ("our supply teacher has half of year 11 on his snapchat", "colleague-conduct"),
        ("a pupil just texted my own phone, no idea how she got my number", "student-contact"),
        ("letting you know my nephew starts in year 7 in september", "declare-contact"),
        ("I left my phone on the train with work email on it", "information-exposure"),
        ("I rang a parent off my own mobile because the office phones were down, telling you so it is known", None),
        ("I need to report something but I am not sure what it is", "unsure"),
    ],
)
def test_a_telling_is_offered_the_matching_report(school: Knowledge, told: str, flow: str | None) -> None:
    talk = Talk(school).says(told)

    assert talk.verdict == ""
    assert (flow or "policy-exception") in offered(talk)


@pytest.mark.parametrize(
    "told",
    [
        "a pupil sent me a nude",
        "a girl in my form messaged me that she is going to kill herself tonight",
        "one of the coaches has been sending a year 10 girl love messages and told her not to tell anyone",
        "a dad posted that he will be waiting for me with a knife",
    ],
)
def test_danger_leads_with_999_and_the_safeguarding_lead(school: Knowledge, told: str) -> None:
    talk = Talk(school).says(told)

    first = talk.notices[0]
    assert first.urgent
    assert "999" in first.text
    assert "101" in first.text
    assert "safeguarding lead" in first.text
    assert offered(talk)


def test_a_question_about_an_event_gets_the_answer_and_the_offer(school: Knowledge) -> None:
    talk = Talk(school).says("what do I do if a pupil sends me a nude?")

    assert talk.verdict == "What the policy says"
    assert "police" in talk.hears
    assert offered(talk) == ["indecent-images"]


def test_indecent_images_are_never_to_be_looked_at_copied_or_sent(school: Knowledge) -> None:
    heard = Talk(school).says("I have found naked pictures of a child on a school laptop").hears

    assert "Do not open, copy, screenshot, send, print or delete anything" in heard


def test_cyber_bullying_is_to_be_kept_not_deleted(school: Knowledge) -> None:
    heard = Talk(school).says("parents are writing vile things about me on facebook").hears

    assert "do not delete anything" in heard
    assert "screen prints" in heard


def test_pressing_the_offer_begins_with_safety_and_with_what_the_chat_shows(school: Knowledge) -> None:
    talk = Talk(school).says("parents are writing vile things about me on facebook").presses("Report cyber bullying")

    assert "do not delete anything" in talk.hears
    assert "Please don't type what happened here" in talk.hears


def test_what_was_told_is_not_kept(school: Knowledge) -> None:
    talk = Talk(school).says("Mr Brindlewick hit a pupil and filmed it on his phone")

    assert talk.place.store.unanswered("test") == {}
    assert "Brindlewick" not in talk.says("what about parents?").hears


def test_notifications_about_a_report_say_that_and_never_what(school: Knowledge) -> None:
    talk = Talk(school).says("one of the coaches has been sending a year 10 girl love messages")

    assert "coach" not in talk.replies[0].summary
    assert "girl" not in talk.replies[0].summary
