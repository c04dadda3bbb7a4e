"""The same core in another organisation's own words: what its policy leaves out, small talk, nothing of ours."""

from __future__ import annotations

import re

import pytest

from bot.compiled import Knowledge
from bot.core import handle
from bot.events import ConversationOpened
from bot.messages import Paragraph, Verdict
from bot.turn import FeedbackGiven, QuestionUnanswered
from tests.conftest import BAKERY
from tests.shop_floor import LAD, NOON, blocks, picks, reply, says, scene, values, words

NOT_OURS = re.compile(
    "student|pupil|school|academ|teacher|classroom|safeguard|governor|line manager|head of|social media|candour",
    re.IGNORECASE,
)


# --- silence


@pytest.mark.parametrize(
    ("question", "silence"),
    [
        ("can my dog come in the shop", "dogs"),
        ("where are we allowed to vape", "smoking"),
        ("how much do i get paid", "holiday"),
        ("can i have the radio on low", "music"),
        ("what discount do workers get", "staff-discount"),
    ],
)
def test_what_the_policy_does_not_say_is_admitted_without_a_verdict(
    bakery: Knowledge, question: str, silence: str
) -> None:
    message = reply(says(bakery, question))

    assert message.summary == bakery.library.silences[silence].headline
    assert not blocks(message, Verdict)


def test_a_silence_names_the_person_to_ask(bakery: Knowledge) -> None:
    message = reply(says(bakery, "how much holiday will i get"))

    assert Paragraph(text="Ask the accountant before you do it.") in message.blocks


def test_a_question_without_an_answer_is_kept_without_the_name_in_it(bakery: Knowledge) -> None:
    turn = says(bakery, "can Bartholomew have his dog in the shop")

    (record,) = turn.records
    assert isinstance(record, QuestionUnanswered)
    assert "dog" in record.masked
    assert "bartholomew" not in record.masked.casefold()


# --- the assistant's own words


def test_a_visitor_is_welcomed_in_the_bakerys_words(bakery: Knowledge) -> None:
    turn = handle(bakery, scene(), ConversationOpened(actor=LAD, key="k", at=NOON))

    message = reply(turn)
    assert message.summary.startswith("Ask me what the bakery's policy says")
    assert values(message) == ["sample:0", "sample:1", "sample:2", "menu"]


@pytest.mark.parametrize(("sample", "entry"), [(0, "hairnet"), (1, "take-bread-home"), (2, "own-phone-on-shift")])
def test_every_sample_question_has_an_answer(bakery: Knowledge, sample: int, entry: str) -> None:
    message = reply(picks(bakery, f"sample:{sample}"))

    assert [v.headline for v in blocks(message, Verdict)] == [bakery.library.entries[entry].headline]


@pytest.mark.parametrize(
    ("said", "talk"),
    [("good morning crumbs", "greeting"), ("thanks very much", "thanks"), ("tell me a joke pal", "joke")],
)
def test_small_talk_gets_the_bakerys_own_reply(bakery: Knowledge, said: str, talk: str) -> None:
    message = reply(says(bakery, said))

    assert message.summary == bakery.library.smalltalk[talk].say


@pytest.mark.parametrize(("typed", "said"), [("   ", "no words"), ("面包可以带回家吗", "only English")])
def test_what_cannot_be_read_is_said_kindly_with_a_question_that_fits_a_bakery(
    bakery: Knowledge, typed: str, said: str
) -> None:
    message = reply(says(bakery, typed))

    assert said in message.summary
    assert "do I need a hairnet?" in message.summary


def test_feedback_is_counted_for_the_matter_and_thanked_for(bakery: Knowledge) -> None:
    turn = picks(bakery, "feedback:helpful:hairnet")

    assert turn.records == (FeedbackGiven(matter="hairnet", opinion="helpful"),)
    assert reply(turn).summary == "Ta. That is counted without your name."


def test_no_reply_has_a_word_of_another_organisation(bakery: Knowledge) -> None:
    said = [phrasing for phrasings in bakery.library.phrasings().values() for phrasing in phrasings[:4]]
    typed = [*said, "", "面包", "what is the capital of france", "phone", "hairnet? " * 90]
    pressed = [*(f"report:{f}" for f in bakery.library.flows), "none", "sample:9", "feedback:not-meant:hairnet"]
    pressed += [f"entry:{entry}" for entry in bakery.library.entries]

    turns = [*(says(bakery, text) for text in typed), *(picks(bakery, value) for value in pressed)]

    found = {text for turn in turns for text in words(turn.replies) if NOT_OURS.search(text)}
    assert not found


def test_no_file_of_the_bakery_has_a_word_of_another_organisation() -> None:
    files = [path for path in BAKERY.rglob("*") if path.is_file()]

    # "academy" is also how files name the place somebody works at: a column, and a kind of question.
    texts = {path.name: re.sub(r",academy,|kind: academy", "", path.read_text(encoding="utf-8")) for path in files}
    held = {name: NOT_OURS.findall(text) for name, text in texts.items()}

    assert files
    assert not {name: found for name, found in held.items() if found}
