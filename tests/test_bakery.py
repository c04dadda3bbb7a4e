"""The same core with another organisation's words: what a worker at Crumb & Sons would notice who asks or tells.

Everything here is answered from `tests/bakery/`. If one of these fails while the delivered knowledge is well, the core
has learnt something about one organisation that it should not know.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.answering import Finding
from bot.compiled import Knowledge
from bot.loading import load
from bot.messages import Facts, Notice, Paragraph, Quote, Steps, Verdict
from bot.state import Conversation
from tests.conftest import BAKERY
from tests.shop_floor import asked, blocks, picks, reply, says, values

# --- answers


@pytest.mark.parametrize(
    ("question", "entry", "verdict"),
    [
        ("do i reely need a hairnt to fetch a tray", "hairnet", "must"),
        ("wot do i do abot a cut finger", "cover-cuts", "must"),
        ("may i tke unsold lofs home", "take-bread-home", "conditional"),
        ("am i aloud in the bakehouse wiv a beenie on", "own-hat", "no"),
        ("what tongs for the almund ones", "nuts-and-tongs", "must"),
        ("custmer wants to no if theres gluten in the rye, can i jus say", "allergen-question", "must"),
        ("can i use my fone on my tea brek", "own-phone-on-break", "yes"),
        ("yesterdays baguetes, can i av em", "day-old-bread", "no"),
        ("been chucking up all nite, do i come in", "stay-away-when-sick", "must"),
        ("whose tips is it, mine or everyones", "tips", "info"),
        ("what do i do if a customer is rude", "refuse-rude-customer", "yes"),
    ],
)
def test_a_fresh_question_with_slips_of_the_thumb_finds_its_verdict(
    bakery: Knowledge, question: str, entry: str, verdict: str
) -> None:
    message = reply(says(bakery, question))

    (shown,) = blocks(message, Verdict)
    assert shown.kind == verdict
    assert shown.headline == bakery.library.entries[entry].headline


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("is it ok not to wear a hairnet", "hairnet"),
        ("i dont have to wear a hairnet do i", "hairnet"),
        ("is it ok if i dont wash me hands after the till", "wash-hands"),
        ("can i not wash my hands if i have gloves on", "wash-hands"),
    ],
)
def test_a_question_that_hopes_to_be_let_off_is_not_let_off(bakery: Knowledge, question: str, entry: str) -> None:
    found = asked(bakery, question)

    assert [answer.entry for answer in found.answers] == [entry]
    assert bakery.library.entries[entry].verdict == "must"


def test_nine_in_ten_of_the_judging_examples_are_taken_for_what_they_are(bakery: Knowledge) -> None:
    judge = [example for file in load(BAKERY).examples for example in file.judge]

    missed = [example.q for example in judge if not taken_for(asked(bakery, example.q)) & set(example.expect)]

    assert len(missed) <= len(judge) / 10, missed


def taken_for(found: Finding) -> set[str]:
    matters = {f"entry:{a.entry}" if a.entry else f"silence:{a.silence}" for a in found.answers}
    if found.silence:
        matters.add(f"silence:{found.silence}")
    if found.kind == "report":
        matters.add(f"report:{found.report}{'!' if found.urgent else ''}")
    return matters


def test_no_is_not_said_to_somebody_who_asks_whether_it_is_against_the_rules(bakery: Knowledge) -> None:
    straight = reply(says(bakery, "can i wear my own cap instead of the net"))
    turned = reply(says(bakery, "is it against the rules to wear my own cap"))

    assert [v.word for v in blocks(straight, Verdict)] == ["Nope"]
    assert [v.word for v in blocks(turned, Verdict)] == ["That is not allowed"]


def test_what_is_only_advised_against_is_not_called_forbidden(bakery: Knowledge) -> None:
    message = reply(says(bakery, "is it against the rules to wear shorts"))

    assert [v.word for v in blocks(message, Verdict)] == ["Best not"]


def test_only_the_sentence_that_answers_is_quoted(bakery: Knowledge) -> None:
    message = reply(says(bakery, "must i have a hairnet on"))

    assert [q.text for q in blocks(message, Quote)] == ["A hairnet must be worn in the bakehouse at all times."]


def test_where_two_rules_meet_the_safer_way_is_said_first_and_both_are_quoted(bakery: Knowledge) -> None:
    message = reply(says(bakery, "can i take home yesterdays baguettes"))

    first = message.blocks[0]
    assert isinstance(first, Notice)
    assert first.text.startswith("Two rules meet here.")
    assert len(blocks(message, Quote)) == 2


def test_the_month_of_the_next_review_is_given_as_people_write_it(bakery: Knowledge) -> None:
    message = reply(says(bakery, "when is the next review of the policy"))

    assert [facts.rows for facts in blocks(message, Facts)] == [(("Looked at again in", "January 2099"),)]


def test_an_answer_says_that_the_review_is_overdue_only_once_it_is(bakery: Knowledge) -> None:
    in_time = reply(says(bakery, "do i need a hairnet"))
    too_late = reply(says(bakery, "do i need a hairnet", at=datetime(2099, 2, 1, tzinfo=UTC)))

    assert [n.text for n in blocks(in_time, Notice)] == ["Food Hygiene Policy of March 2024."]
    assert "January 2099" in blocks(too_late, Notice)[-1].text


def test_two_questions_in_one_message_are_both_answered(bakery: Knowledge) -> None:
    found = asked(bakery, "can i take leftover bread home and do i need a hairnet")

    assert found.kind == "multi"
    assert [answer.entry for answer in found.answers] == ["take-bread-home", "hairnet"]


def test_a_follow_up_about_the_shop_phone_is_not_answered_for_ones_own(bakery: Knowledge) -> None:
    before = says(bakery, "can i use my own phone on the shop floor")
    after = says(bakery, "what about the shop phone", before.state)

    assert [v.kind for v in blocks(reply(before), Verdict)] == ["no"]
    assert [v.kind for v in blocks(reply(after), Verdict)] == ["conditional"]


# --- qualifiers


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("can i tast the doh befor its baked", "taste-raw-dough"),
        ("can i try a bit of the raw dough", "taste-raw-dough"),
        ("can i try the bread when its out of the oven", "taste-baked"),
        ("can i have my own phone at the counter", "own-phone-on-shift"),
        ("can i ring my mum on the shop fone", "shop-phone"),
        ("my lad is 16, is he allowed to load the oven", "under-18-oven"),
        ("i am 18, can i load the oven", "use-oven"),
        ("can i have my nose stud in on shift", "jewellery"),
        ("can i have my wedding ring on on shift", "wedding-ring"),
    ],
)
def test_one_word_that_changes_the_answer_changes_it(bakery: Knowledge, question: str, entry: str) -> None:
    found = asked(bakery, question)

    assert [answer.entry for answer in found.answers] == [entry]


@pytest.mark.parametrize(
    ("forbidden", "thing"),
    [
        ("taste-baked", "raw dough"),
        ("taste-raw-dough", "the baked bread"),
        ("shop-phone", "my own phone"),
        ("own-phone-on-break", "the shop phone"),
        ("use-oven", "the oven, i am only 16"),
        ("wedding-ring", "my engagement ring"),
    ],
)
@pytest.mark.parametrize("asking", ["can i use {}", "is it ok to taste {}", "can i wear {}", "am i allowed {}", "{}"])
def test_an_answer_about_one_thing_is_never_given_for_the_other(
    bakery: Knowledge, forbidden: str, thing: str, asking: str
) -> None:
    found = asked(bakery, asking.format(thing))

    assert forbidden not in [answer.entry for answer in found.answers]
    assert forbidden not in found.suggestions


# --- tellings


@pytest.mark.parametrize(
    ("told", "flow"),
    [
        ("a customer just chucked his coffee at me", "rude-customer"),
        ("some bloke just swore at the saturday girl", "rude-customer"),
        ("the shift lead is nicking off the tip jar", "shift-lead-conduct"),
        ("the shift lead shouts at us all day", "shift-lead-conduct"),
    ],
)
def test_somebody_who_tells_calmly_is_thanked_and_offered_the_right_report(
    bakery: Knowledge, told: str, flow: str
) -> None:
    message = reply(says(bakery, told))

    assert message.blocks[0] == Paragraph(text="Thanks for saying so. Here is what to do first.")
    assert f"report:{flow}" in values(message)
    assert not blocks(message, Verdict)


@pytest.mark.parametrize(
    ("told", "flow"),
    [
        ("kev has burnt his hand and its all blistered", "injury"),
        ("maureen slipped on some flour and cant stand up", "injury"),
        ("stan isnt breathing", "injury"),
        ("the shift lead has hit me", "shift-lead-conduct"),
        ("shift lead wont stop touching me", "shift-lead-conduct"),
    ],
)
def test_what_cannot_wait_is_led_by_what_keeps_people_safe(bakery: Knowledge, told: str, flow: str) -> None:
    message = reply(says(bakery, told))

    alarm, steps = message.blocks[:2]
    assert isinstance(alarm, Notice)
    assert alarm.urgent
    assert "999" in alarm.text
    assert isinstance(steps, Steps)
    assert steps.steps == bakery.library.flows[flow].urgent_steps


def test_a_telling_about_the_shift_lead_never_sends_anybody_to_the_shift_lead(bakery: Knowledge) -> None:
    message = reply(says(bakery, "the shift lead shouts at us all day"))

    assert Paragraph(text="Tell one of these: owner or accountant.") in message.blocks


def test_a_telling_leaves_no_trace(bakery: Knowledge) -> None:
    turn = says(bakery, "the shift lead has hit me")

    assert turn.state == Conversation()
    assert turn.records == ()


def test_the_notification_of_a_telling_does_not_say_what_was_told(bakery: Knowledge) -> None:
    message = reply(says(bakery, "kev has burnt his hand and its all blistered"))

    assert message.summary == bakery.library.wording.report_urgent


def test_asking_what_to_do_about_a_rude_customer_is_answered_and_the_report_offered(bakery: Knowledge) -> None:
    message = reply(says(bakery, "do i have to serve a rude customer who swears"))

    assert [v.kind for v in blocks(message, Verdict)] == ["yes"]
    assert "report:rude-customer" in values(message)


def test_pressing_a_report_keeps_and_sends_nothing_yet(bakery: Knowledge) -> None:
    turn = picks(bakery, "report:injury")

    assert turn.state == Conversation()
    assert not turn.records
    assert not turn.letters


# --- several matters in one message


def test_danger_is_led_first_even_when_two_questions_follow(bakery: Knowledge) -> None:
    message = reply(says(bakery, "kev isnt breathing. can i take bread home and do i need a hairnet"))

    first = message.blocks[0]
    assert isinstance(first, Notice)
    assert first.urgent


def test_a_telling_behind_a_question_is_heard(bakery: Knowledge) -> None:
    found = asked(bakery, "do i need a hairnet? kev has burnt his hand")

    assert found.report == "injury"


def test_a_question_that_names_both_is_not_answered_yes_for_one_of_them(bakery: Knowledge) -> None:
    found = asked(bakery, "can i wear a necklace and my wedding ring")

    assert [answer.entry for answer in found.answers] != ["wedding-ring"]
