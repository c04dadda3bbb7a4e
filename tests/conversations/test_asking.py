"""Asking, as staff of the first organisation do it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.compiled import Knowledge
from tests.talking import Talk


def test_a_friend_request_gets_no_first_then_the_policys_own_words_and_the_way_to_a_report(school: Knowledge) -> None:
    talk = Talk(school).says("a yr 10 just added me on insta, ok to accept?")

    assert talk.verdict == "No"
    assert talk.quotes[0].source == "Section 7, Safer online behaviour (paragraph 5)"
    assert 'never accept an invitation to "friend" a student' in talk.quotes[0].text
    assert "report:student-contact" in [option.value for option in talk.options]


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("can i frend a pupl on facebok", "No"),
        ("CAN I GIVE A STUDENT MY MOBILE NUMBER???", "No"),
        ("do i have to write down my phones imei", "You must"),
        ("can I ring a parent from the office landline", "Yes"),
        ("who do i report online bullying to", "What the policy says"),
        ("may I put my school on my linkedin profile", "Advised against"),
        ("is there any situation where a pupil can have my own number", "Only if"),
    ],
)
def test_the_verdict_is_understood_however_it_is_typed(school: Knowledge, question: str, verdict: str) -> None:
    assert Talk(school).says(question).verdict == verdict


def test_a_question_for_the_opposite_is_not_answered_with_a_bare_no(school: Knowledge) -> None:
    talk = Talk(school).says("is it against the rules to add a student on facebook?")

    assert talk.verdict == "Not allowed"


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("can I add a former student on facebook, she left five years ago", "former"),
        ("can I accept a friend request from a parent on facebook", "parent"),
        ("can I take a photo of my display board on my own phone", "display"),
    ],
)
def test_another_person_or_thing_is_never_answered_with_the_rule_for_students(
    school: Knowledge, question: str, other: str
) -> None:
    talk = Talk(school).says(question)

    assert talk.verdict == ""
    assert "NOT IN THE POLICY" in talk.hears, other


def test_a_silence_is_admitted_with_a_person_to_ask_and_clauses_to_read(school: Knowledge) -> None:
    talk = Talk(school).says("is it ok to add my old student who left years ago on linkedin")

    assert talk.hears.startswith("NOT IN THE POLICY The policy does not say")
    assert "Head of School" in talk.hears
    assert talk.quotes
    assert talk.verdict == ""


def test_two_questions_in_one_message_get_two_answers(school: Knowledge) -> None:
    talk = Talk(school).says("do I need to record my IMEI, and can I share my password with the supply teacher?")

    assert talk.verdicts == ["You must", "No"]


def test_clauses_that_pull_apart_are_both_cited_and_the_safer_speaks_first(school: Knowledge) -> None:
    talk = Talk(school).says("I found something inappropriate on my own page, must I take it down?")
    if talk.verdict == "":
        talk.picks("entry:remove-own-content")

    sources = [quote.source for quote in talk.quotes]
    assert talk.notices[0].text.startswith("First:")
    assert [source.partition(",")[0] for source in sources] == ["Section 13", "Section 11", "Section 12"]


def test_every_answer_says_which_version_it_rests_on_and_that_its_review_is_overdue(school: Knowledge) -> None:
    talk = Talk(school).says("can I follow a student on tiktok")

    assert "Social Networking Policy, version of April 2019. Its review was due in January 2020" in talk.hears


def test_what_about_parents_is_understood_in_the_light_of_the_question_before(school: Knowledge) -> None:
    talk = Talk(school).says("can I give a student my mobile number?").says("what about parents?")

    assert talk.verdict == "No"
    assert "parents" in talk.hears


def test_another_app_is_understood_in_the_light_of_the_question_before(school: Knowledge) -> None:
    talk = Talk(school).says("can I add a student on facebook?").says("and on snapchat?")

    assert talk.verdict == "No"
    assert talk.quotes[0].source.startswith("Section 7")


def test_after_ten_minutes_a_follow_up_stands_alone(school: Knowledge) -> None:
    talk = Talk(school).says("can I give a student my mobile number?")

    talk.waits(timedelta(minutes=11)).says("what about parents?")

    assert talk.verdict == ""


def test_not_what_i_meant_opens_the_next_candidates(school: Knowledge) -> None:
    talk = Talk(school).says("can I add a student on facebook?").presses("Not what I meant")

    assert talk.options[-1].label == "None of these"
    assert len(talk.options) > 1

    talk.presses(talk.options[0].label)
    assert talk.quotes


def test_feedback_is_counted_for_the_answer_without_the_person(school: Knowledge) -> None:
    talk = Talk(school, person="somebody-very-special").says("can I add a student on facebook?").presses("Helpful")

    assert talk.place.store.feedback("test") == {"friend-student": {"helpful": 1}}


def test_an_unanswered_question_is_kept_without_names_numbers_or_addresses(school: Knowledge) -> None:
    talk = Talk(school).says("does Zebedee Quixwood at 12 Elmtree Walk get the staff wifi code, ring 07700 900123")

    kept = " ".join(talk.place.store.unanswered("test"))
    assert "wifi" in kept
    for private in ("zebedee", "quixwood", "12", "elmtree", "07700", "900123"):
        assert private not in kept.lower()


def test_the_sample_questions_offered_at_the_start_are_answered(school: Knowledge) -> None:
    samples = [option.label for option in Talk(school).opens().options if option.value.startswith("sample:")]

    assert len(samples) >= 3
    for sample in samples:
        assert Talk(school).opens().presses(sample).verdict, sample


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("hello", "Ask me"),
        ("thanks, that helps", "welcome"),
        ("are you a robot?", "program"),
        ("is this private?", "without keeping who asked"),
        ("what can you do", "can I"),
        ("who made you", "Candour"),
        ("help", "question"),
    ],
)
def test_small_talk_gets_a_short_kind_reply(school: Knowledge, said: str, heard: str) -> None:
    assert heard in Talk(school).says(said).hears


def test_an_old_button_that_means_nothing_now_is_explained(school: Knowledge) -> None:
    for value in ("entry:no-such-entry", "feedback:helpful:nothing", "sample:99", "report:nothing", "", ":::"):
        assert "Please ask again" in Talk(school).picks(value).hears


def test_a_short_question_is_found_in_a_long_story(school: Knowledge) -> None:
    story = (
        "It has been one of those weeks, the boiler went and I covered three lessons. Then at the bus stop one of the "
        "lads in my form shouted across to me. Can I add a student on Instagram? My wife thinks I worry too much, and "
        "the minibus was late again on top of it all."
    )

    assert Talk(school).says(story).verdict == "No"


@pytest.mark.parametrize(
    "follow_up",
    [
        "what about the school camera",
        "what about swearing on facebook",
        "what about parents adding me on facebook",
        "what about whatsapp groups with parents",
        "and what about accepting a parent's friend request?",
    ],
)
def test_a_follow_up_with_a_matter_of_its_own_is_a_question_of_its_own(school: Knowledge, follow_up: str) -> None:
    alone = Talk(school).says(follow_up).hears

    assert Talk(school).says("can I take photos of the kids on my own phone on the trip").says(follow_up).hears == alone
