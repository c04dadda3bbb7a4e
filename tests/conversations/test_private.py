"""What was told stays where it was told: not in the chat, not in letters, not in notifications, not in what is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.sample_people import HEAD, MANAGER, TEACHER
from tests.talking import Given, Place, Talk

LAD = "lad.high@bakery.example"
LEAD = "lead.high@bakery.example"
OWNER = "owner@bakery.example"

STORIES = {
    "a colleague": "mr brindlewick keeps posting pictures of us on his page and laughing",
    "a customer": "the man with the dog shouted zanzibar at me and threw his roll",
    "a child": "brindlewick from year nine showed me his arm and cried",
    "danger": "kev brindlewick isnt breathing",
    "a question in it": "brindlewick wore no hairnet and swore at me, is that allowed",
    "long": "it began when brindlewick came in on monday. " * 60,
    "another script": "布林德尔威克 打了我",
    "like an answer": "no brindlewick did not, i did",
}


# --- the story typed into the chat


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_a_story_typed_into_the_chat_is_kept_nowhere_and_the_question_is_asked_again(shop: Place, story: str) -> None:
    lad = shop.talk(LAD).begins("rude-customer").presses("No").presses("I saw or heard it")

    lad.says(story)

    assert lad.waiting == "words"
    shop.passes(timedelta(days=8))
    kept = (shop.kept + shop.posted + lad.overheard).casefold()
    assert not any(word in kept for word in ("brindlewick", "zanzibar", "布林德尔威克"))


@pytest.mark.parametrize(
    "which",
    [name for name in STORIES if name != "a question in it"],
)
def test_whoever_types_the_story_is_told_that_the_chat_holds_it_and_where_to_write_it(shop: Place, which: str) -> None:
    lad = shop.talk(LAD).begins("rude-customer").presses("No").presses("I saw or heard it")

    lad.says(STORIES[which])

    assert "That message is part of this chat now" in lad.hears
    assert "I have not kept it or put it into your report." in lad.hears
    assert "Write it in private" in [option.label for option in lad.options]


def test_danger_typed_in_the_middle_of_a_report_is_led_by_what_keeps_people_safe(shop: Place) -> None:
    lad = shop.talk(LAD).begins("rude-customer").presses("No")

    lad.says("kev isnt breathing")

    assert lad.notices
    assert lad.notices[0].urgent
    assert "999" in lad.notices[0].text


def test_a_story_with_a_question_in_it_is_kept_nowhere_before_a_report_is_begun_either(shop: Place) -> None:
    lad = shop.talk(LAD).says("the shift lead brindlewick has hit me")

    assert "brindlewick" not in shop.kept.casefold()
    assert lad.presses("Report the shift lead").waiting == ""


# --- needles in every field, through the whole story


NEEDLES: Given = {
    "told-by": "for-somebody",
    "danger": "safe",
    "for-whom": "needle-whom",
    "words": "needle-words",
    "day": "needle-day",
    "before": "often",
    "before-how": "needle-before",
    "damage": ("thrown", "broken", "followed"),
    "broken-what": "needle-broken",
    "about": (LEAD,),
    "name": "confidential",
}


def whole_story(shop: Place) -> tuple[Talk, Talk]:
    """Somebody reports, adds, and withdraws; somebody else opens and takes it. Both conversations."""
    lad = shop.talk(LAD)
    ref = lad.reports("rude-customer", NEEDLES)
    shop.post()
    owner = shop.talk(OWNER).presses_in_letter().presses("I take responsibility").looks_home()
    shop.post()
    lad.presses_in_letter().presses("Add something").writes("needle-added")
    lad.says("my reports").says("home").picks(f"mine:withdraw:{ref}").presses("Withdraw it").says("my reports")
    shop.post()
    owner.looks_home().presses("Open").looks_home()
    shop.passes(timedelta(days=30))
    return lad, owner


def test_nothing_that_was_written_is_in_any_letter_or_stays_in_the_chat(shop: Place) -> None:
    lad, owner = whole_story(shop)
    kept = shop.kept

    assert "needle-words" in kept  # the search finds what there is
    assert "needle-added" in kept
    assert "needle" not in shop.posted
    assert "needle" not in lad.overheard
    assert "needle" not in owner.overheard


def test_the_one_who_received_it_reads_every_word(shop: Place) -> None:
    _, owner = whole_story(shop)

    read = " ".join(str(message) for message in owner.past if message.private)

    assert all(str(needle) in read for needle in NEEDLES.values() if str(needle).startswith("needle"))
    assert "needle-added" in read


def test_letters_name_no_person_no_role_and_no_kind_of_report(shop: Place) -> None:
    whole_story(shop)
    library = shop.knowledge.library
    telling = [*(person.name for person in shop.directory.people.values()), *shop.directory.people, *library.flows]
    telling += [flow.title for flow in library.flows.values()] + [role.title for role in library.roles.values()]

    assert len(shop.letters[OWNER]) >= 3
    assert not [word for word in telling if word.casefold() in shop.posted.casefold()]


def test_a_letter_says_that_and_nothing_more_in_any_field(shop: Place) -> None:
    ref = shop.talk(LAD).reports("injury")
    shop.post()

    [letter] = shop.letters[LEAD]
    words = {text for block in letter.blocks for text in str(block).split("'")}

    assert letter.summary == "An urgent report is waiting for you."
    assert {"Reference", ref, "Urgency", "Urgent", "Open", f"case:open:{ref}"} <= words
    assert "injury" not in str(letter)
    assert "hurt" not in str(letter)


def test_after_sending_no_name_and_no_kind_of_report_stays_in_the_chat(academies: Place) -> None:
    teacher = academies.talk(TEACHER).reviews(
        "cyberbullying", {"danger": "no", "about": (MANAGER,), "child-at-risk": "no", "recipients": "head_of_school"}
    )
    teacher.past.clear()

    teacher.presses("Send")
    academies.post()
    head = academies.talk(HEAD).presses_in_letter().presses("I take responsibility").looks_home()
    academies.post()
    teacher.presses_in_letter().says("my reports").says("home").presses("Open").presses("Withdraw")

    heard = teacher.overheard + head.overheard
    assert "Cyber bullying" not in heard
    assert "Learning Consultant" not in heard
    assert "Head of Department" not in heard
    assert MANAGER not in heard


def test_no_summary_of_a_whole_report_says_what_it_is_about(academies: Place) -> None:
    for flow in academies.knowledge.library.routes:
        teacher = academies.talk(TEACHER).picks(f"report:{flow}").begins(flow).answers()
        teacher.presses("Read it and send").presses("Send")
        held = academies.knowledge.library.flows[flow]
        shown = " ".join(m.summary for m in teacher.past if not m.private)

        assert held.title.casefold() not in shown.casefold()
        academies.passes(timedelta(hours=2))


def test_what_somebody_ticks_about_persons_is_never_shown_in_the_chat(shop: Place) -> None:
    lad = shop.talk(LAD).reviews("rude-customer", NEEDLES)
    assert "Shift lead, High Street" in str([m for m in lad.past if m.private])

    assert "Shift lead, High Street" not in lad.overheard


def test_the_answers_so_far_are_not_shown_in_the_chat_when_somebody_goes_back(shop: Place) -> None:
    lad = shop.talk(LAD).begins("rude-customer").answers(NEEDLES)

    for _ in range(15):
        lad.says("back")

    assert lad.waiting == "danger"
    assert "needle" not in lad.overheard


def test_my_reports_and_home_of_one_person_hold_nothing_of_anothers(shop: Place) -> None:
    shop.talk(LAD).reports("rude-customer", NEEDLES)
    stranger = shop.talk("saturday.mill@bakery.example")

    assert "You have sent no reports." in stranger.says("my reports").hears
    assert "Reference" not in stranger.looks_home().hears
