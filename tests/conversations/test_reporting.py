"""Reports as their writers live them: from the first word to the ledger, and sent once whatever is pressed twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from adapters.storage.memory import MemoryStore
from bot.compiled import Knowledge
from bot.errors import Conflict
from tests.conftest import BAKERY
from tests.sample_people import HEAD, MANAGER, TEACHER
from tests.talking import Place, Talk

LAD = "lad.high@bakery.example"
DRIVER = "driver@bakery.example"
LEAD = "lead.high@bakery.example"
OWNER = "owner@bakery.example"

START = (
    "This chat runs on {platform}. Your organisation's administrators may be able to see that you used it, and to read "
    "messages in it, even deleted ones. Please don't type what happened here. Press Report: your answers go to "
    "Candour's own store, not into the chat."
)
CONFIDENTIAL = (
    "Your name is kept, encrypted. Only {recipients} can see it, and each time one of them opens your report it is "
    "recorded. If someone is in danger, or the law requires it, they may have to share it. They will tell you first "
    "if they can."
)
FILE_OFFERED = (
    "I have not opened or kept that file. If it may show a child: don't open, copy, forward or delete it. Call the "
    "police (999 if someone is in danger, else 101) and tell {lead} now."
)
NOT_SAVED = "NOT saved. Your text is still in the form. Try again, or call {contact}."


# --- the whole story


def test_a_teacher_tells_of_cyberbullying_and_it_goes_past_the_line_manager_it_is_about(academies: Place) -> None:
    teacher = academies.talk(TEACHER).says("parents are writing vile things about me on facebook")

    teacher.presses("Report cyber bullying").presses("Who would get this?")
    assert "line manager, Head of School or CEO" in teacher.hears

    teacher.presses("Report").presses("No").presses("It happened to me")
    teacher.presses("Write it in private").writes("My head of department shares them in the staff group.")
    teacher.presses("Skip").presses("No")
    teacher.presses("Choose in private").ticks("line manager (Head of Department, North)")
    teacher.presses("Skip").presses("Skip").presses("No")
    assert "line manager" not in [option.label for option in teacher.options]

    teacher.presses("Head of School").presses("Keep my name confidential").presses("Read it and send")
    assert teacher.written["What was seen or heard"] == "My head of department shares them in the staff group."
    assert "Told at once: Head of School (Head of School, North)" in teacher.hears
    assert academies.told == set()

    teacher.presses("Send")
    academies.post()
    assert "Told: Head of School. Reference " in teacher.hears
    assert academies.told == {HEAD}

    teacher.says("my reports").presses("Open")
    assert re.search(r"09:00: Sent .*09:00: Delivered to the Head of School", teacher.hears)


def test_the_head_opens_it_and_takes_it_on_and_the_teacher_follows_each_step(academies: Place) -> None:
    teacher = academies.talk(TEACHER)
    teacher.reports("cyberbullying", {"account": "Vile posts.", "about": (MANAGER,), "recipients": "head_of_school"})
    academies.post()

    head = academies.talk(HEAD).presses_in_letter()
    assert head.written["What was seen or heard"] == "Vile posts."
    assert "Opened by the Head of School" in teacher.says("my reports").presses("Open").hears
    assert "Responsibility taken" not in teacher.hears

    head.presses("I take responsibility")
    academies.post()
    teacher.presses_in_letter()
    assert "Where it stands: Responsibility taken by the Head of School" in teacher.hears


def test_the_guided_flow_asks_safety_first_and_then_for_the_persons_own_words(academies: Place) -> None:
    for flow, held in academies.knowledge.library.flows.items():
        if held.keeps == "date" or flow in ("declare-contact", "share-contact-details", "policy-exception"):
            continue
        teacher = academies.talk(TEACHER).begins(flow)
        asked: list[str] = []
        while teacher.waiting and len(asked) < 4:
            asked.append(teacher.waiting)
            teacher.answers_one()

        assert asked[0] == "danger", flow
        teacher.says("cancel").presses("Delete it")


def test_danger_is_answered_with_what_to_do_before_the_next_question(shop: Place) -> None:
    lad = shop.talk(LAD).begins("rude-customer").presses("Yes")

    assert lad.hears.index("Call 999 first") < lad.hears.index("How do you come to know of it?")


# --- words that are promised


def test_what_the_chat_shows_is_said_before_the_first_question_in_the_exact_words(academies: Place) -> None:
    teacher = academies.talk(TEACHER).picks("report:cyberbullying")

    assert START.format(platform="a chat service") in teacher.hears


def test_confidential_is_explained_in_the_exact_words_where_it_is_chosen_and_in_the_review(academies: Place) -> None:
    teacher = academies.talk(TEACHER).begins("cyberbullying")
    while teacher.waiting != "identity":
        teacher.answers_one({"danger": "no", "child-at-risk": "no", "recipients": "head_of_school"})
    promised = CONFIDENTIAL.format(recipients="the Head of School, the CEO and the chair of trustees")

    assert promised in teacher.hears
    assert promised in teacher.presses("Keep my name confidential").presses("Read it and send").hears


def test_saved_is_said_in_the_exact_words(academies: Place) -> None:
    teacher = academies.talk(TEACHER)
    ref = teacher.reports(
        "cyberbullying", {"danger": "no", "child-at-risk": "no", "recipients": "head_of_school", "account": "x"}
    )

    assert teacher.hears.startswith(
        f"Saved at 23 November 2026, 09:00. Told: Head of School. Reference {ref}. "
        "If nobody confirms by 23 November 2026, 13:00 we tell the CEO."
    )


def test_a_file_is_refused_in_the_exact_words_and_the_same_question_is_asked_again(academies: Place) -> None:
    teacher = academies.talk(TEACHER).begins("indecent-images")
    asked = teacher.waiting

    teacher.offers_a_file()

    assert teacher.hears.startswith(FILE_OFFERED.format(lead="the safeguarding lead"))
    assert teacher.waiting == asked


def test_not_saved_is_worded_as_promised(academies: Place) -> None:
    assert academies.knowledge.library.report_wording.not_saved == NOT_SAVED


def test_indecent_images_are_never_asked_to_be_described_or_shown(academies: Place) -> None:
    flow = academies.knowledge.library.flows["indecent-images"]
    shared = academies.knowledge.library.questions
    asked = [shared[q] if isinstance(q, str) else q for q in flow.questions]

    said = " ".join(f"{q.ask} {q.help or ''}" for q in asked).casefold()

    assert not re.search(r"\b(describe|upload|attach|send us|what (do|does|did) (it|they) show)\b", said)


# --- sent once


def test_send_pressed_twice_makes_one_report_and_the_second_press_shows_the_first_reference(shop: Place) -> None:
    lad = shop.talk(LAD).reviews("injury")
    [send] = [option.value for option in lad.options if option.label == "Send"]

    first = lad.picks(send).ref
    again = lad.picks(send).ref
    shop.post()

    assert again == first
    assert len(shop.letters[LEAD]) == len(shop.letters[OWNER]) == 1


def test_two_devices_that_press_send_make_one_report(shop: Place) -> None:
    phone = shop.talk(LAD).reviews("injury")
    laptop = shop.talk(LAD).says("carry on").presses("Read it and send")

    phone.presses("Send")
    laptop.presses("Send")
    shop.post()

    assert laptop.ref == phone.ref
    assert len(shop.letters[LEAD]) == 1


def test_the_same_press_delivered_fifty_times_across_restarts_has_one_effect(shop: Place) -> None:
    lad = shop.talk(LAD).reviews("injury")
    [send] = [option.value for option in lad.options if option.label == "Send"]

    refs = set()
    for _ in range(50):
        refs.add(lad.picks(send, key="the same press").ref)
        shop.restarts()
    shop.post()

    assert len(refs) == 1
    assert len(shop.letters[LEAD]) == 1
    assert lad.says("my reports").hears.count("Reference:") == 1


def test_send_is_remembered_for_weeks_while_other_reports_are_sent(shop: Place) -> None:
    lad = shop.talk(LAD).reviews("injury")
    [send] = [option.value for option in lad.options if option.label == "Send"]
    first = lad.picks(send).ref

    shop.passes(timedelta(days=20))
    lad.reports("injury")

    assert lad.picks(send).ref == first


class Moody(MemoryStore):
    """A store that is busy when the test says so."""

    busy = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self.busy:
            raise Conflict
        with super().transaction():
            yield


def test_sending_through_a_busy_store_keeps_nothing_half_and_the_same_press_sends_later(bakery: Knowledge) -> None:
    store = Moody()
    shop = Place(bakery, BAKERY / "sample-people.csv", store)
    lad = shop.talk(LAD).reviews("injury")
    [send] = [option.value for option in lad.options if option.label == "Send"]

    store.busy = True
    with pytest.raises(Conflict):
        lad.picks(send, key="one press")
    store.busy = False
    shop.post()
    assert shop.told == set()

    lad.picks(send, key="one press")
    shop.post()
    assert lad.ref
    assert len(shop.letters[LEAD]) == 1


# --- limits that never block a first or an urgent report


def calm(talk: Talk) -> Talk:
    """A report that can wait, up to the press of Send."""
    return talk.reviews("rude-customer", {"danger": "safe", "words": "Rude."}).presses("Send")


def test_the_sixth_report_within_an_hour_is_kept_and_can_be_sent_later(shop: Place) -> None:
    lad = shop.talk(LAD)
    for _ in range(5):
        assert calm(lad).ref
    assert not calm(lad).ref
    assert "You have sent 5 reports within an hour. This one is kept and not sent" in lad.hears

    shop.passes(timedelta(minutes=61))
    lad.presses("Read it and send")
    assert lad.written["In their own words"] == "Rude."
    assert lad.presses("Send").ref
    assert lad.says("my reports").hears.count("Reference:") == 6


def test_an_urgent_report_goes_however_many_were_sent(shop: Place) -> None:
    lad = shop.talk(LAD)
    for _ in range(5):
        calm(lad)

    assert lad.reports("injury")


def test_a_report_held_back_goes_at_once_when_its_first_answer_becomes_danger(shop: Place) -> None:
    lad = shop.talk(LAD)
    for _ in range(6):
        calm(lad)

    lad.presses("Read it and send")
    [change] = [o.value for o in lad.options if o.value.endswith(":change:danger")]
    lad.picks(change).presses("Yes")

    assert lad.presses("Send").ref


def test_somebody_elses_first_report_is_not_held_back(shop: Place) -> None:
    lad = shop.talk(LAD)
    for _ in range(6):
        calm(lad)

    assert calm(shop.talk(DRIVER)).ref


# --- the check-up


def test_a_check_up_keeps_the_day_and_none_of_the_answers(shop: Place) -> None:
    lad = shop.talk(LAD).begins("kitchen-check")
    lad.answers({"hands": "mostly", "worn": ("watch", "hat"), "watch-where": "none", "promise": "needle-promise"})

    assert "Ask the shift lead for a locker." in lad.hears
    assert "Just the day is kept" in lad.hears
    assert not any(needle in shop.kept for needle in ("needle-promise", "'mostly'", "'watch'", "'hands'"))
    shop.post()
    assert shop.told == set()


def test_the_schools_check_up_keeps_the_day_and_says_what_to_put_right(academies: Place) -> None:
    flow = academies.knowledge.library.flows["profile-check-up"]
    shared = academies.knowledge.library.questions
    asked = [shared[q] if isinstance(q, str) else q for q in flow.questions]
    teacher = academies.talk(TEACHER).begins(flow.id).answers()

    assert "Only today's date was kept, none of your answers." in teacher.hears
    assert not [question.id for question in asked if f"'{question.id}'" in academies.kept]
    assert teacher.says("my reports").hears == "You have sent no reports."


def test_a_check_up_has_nobody_to_be_sent_to(shop: Place) -> None:
    lad = shop.talk(LAD).picks("report:kitchen-check")
    assert "Who would get this?" not in [option.label for option in lad.options]

    lad.begins("kitchen-check").answers()

    assert "Send" not in [option.label for option in lad.options]


def test_a_declaration_is_under_its_writers_name_without_asking(shop: Place) -> None:
    lad = shop.talk(LAD).begins("declare-allergy")
    lad.answers({"to-what": ("nuts",), "how-bad": "mild"}).presses("Read it and send")
    assert "those who receive it see your name" in lad.hears

    lad.presses("Send")
    shop.post()

    assert "Shop lad, High Street. The name may be used." in shop.talk(OWNER).presses_in_letter().hears
