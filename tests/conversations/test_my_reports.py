"""What becomes of a report, as its writer sees it: followed step by step, added to, withdrawn; told by role only."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.people import Directory
from tests.talking import Place, Talk

LAD = "lad.high@bakery.example"
BAKER = "baker.high@bakery.example"
LEAD = "lead.high@bakery.example"
OWNER = "owner@bakery.example"
ACCOUNTANT = "accountant@bakery.example"


def sent(shop: Place, who: str = LAD) -> tuple[Talk, str]:
    """Somebody who sent a report that can wait to the shift lead; and its reference."""
    lad = shop.talk(who)
    ref = lad.reports("rude-customer", {"danger": "safe", "tell": "shift_lead", "words": "Rude words."})
    shop.post()
    return lad, ref


def shown(lad: Talk, ref: str) -> str:
    """The writer's own report, as it stands now."""
    return lad.picks(f"mine:show:{ref}").hears


def test_every_step_is_followed_by_role_and_never_by_name(shop: Place) -> None:
    lad, ref = sent(shop)
    shop.talk(LEAD).presses_in_letter().presses("I take responsibility")

    seen = shown(lad, ref)

    steps = [
        "Sent",
        "Delivered to the shift lead",
        "Opened by the shift lead",
        "Responsibility taken by the shift lead",
    ]
    assert [seen.index(f"09:00: {step}") for step in steps] == sorted(seen.index(f"09:00: {step}") for step in steps)
    assert "High Street" not in seen
    assert LEAD not in seen


def test_until_somebody_takes_it_on_the_time_of_the_next_step_is_shown(shop: Place) -> None:
    lad, ref = sent(shop)
    assert "If nobody takes responsibility by 23 November 2026, 13:00, the next in line is told." in shown(lad, ref)

    shop.talk(LEAD).presses_in_letter().presses("I take responsibility")

    assert "the next in line is told" not in shown(lad, ref)


def test_the_code_of_the_receipt_is_found_again_with_the_report(shop: Place) -> None:
    lad, ref = sent(shop)
    code = lad.hears.split("This code proves what you sent: ")[1].split(".")[0]

    shop.passes(timedelta(days=3)).restarts()

    assert code in shown(lad, ref)


def test_what_was_sent_can_be_read_again_and_cannot_be_changed(shop: Place) -> None:
    lad, ref = sent(shop)

    assert "Rude words." in shown(lad, ref)
    assert {option.label for option in lad.options} == {"Add something", "Withdraw"}


def test_references_do_not_count_and_do_not_repeat(shop: Place) -> None:
    refs = []
    for _ in range(30):
        refs.append(sent(shop)[1])
        shop.passes(timedelta(hours=1))

    assert len(set(refs)) == 30
    assert refs != sorted(refs)


def test_several_reports_are_listed_the_newest_first(shop: Place) -> None:
    lad, first = sent(shop)
    shop.passes(timedelta(minutes=5))
    _, second = sent(shop)

    heard = lad.says("my reports").hears

    assert heard.index(second) < heard.index(first)


# --- added to


def test_what_is_added_reaches_the_handlers_as_news_and_is_read_in_the_case(shop: Place) -> None:
    lad, ref = sent(shop)
    lad.picks(f"mine:add:{ref}").writes("And he came back.\nTwice.")
    assert f"Added to {ref}" in lad.hears

    shop.post()

    assert shop.letters[LEAD][-1].summary == "There is news about a report that you received."
    lead = shop.talk(LEAD).presses_in_letter()
    assert "And he came back.\nTwice." in lead.written.values()
    assert "And he came back." in shown(lad, ref)


@pytest.mark.parametrize("typed", ["", " \n ", "\u200b"])
def test_nothing_is_not_added(shop: Place, typed: str) -> None:
    lad, ref = sent(shop)

    lad.picks(f"mine:add:{ref}").writes(typed)

    assert "There was nothing in the window." in lad.hears
    assert "Something was added" not in shown(lad, ref)


def test_an_addition_that_is_too_long_stays_in_the_window(shop: Place) -> None:
    lad, ref = sent(shop)

    lad.picks(f"mine:add:{ref}").writes("more " * 700)

    assert "3499 characters, and an answer can hold 3000" in lad.hears
    assert "more more more" in lad.hears
    assert "Something was added" not in shown(lad, ref)


def test_an_addition_delivered_twice_is_added_once(shop: Place) -> None:
    lad, ref = sent(shop)

    for _ in range(3):
        lad.sends(f"mine:add:{ref}", "Once.", key="one sending")
        shop.restarts()

    assert shown(lad, ref).count("09:00: Something was added") == 1


def test_an_addition_sent_twice_by_a_double_press_is_added_once(shop: Place) -> None:
    lad, ref = sent(shop)
    lad.picks(f"mine:add:{ref}").writes("Once.")

    lad.sends(f"mine:add:{ref}", "Once.")

    assert shown(lad, ref).count("09:00: Something was added") == 1


# --- withdrawn


def test_withdrawing_asks_once_and_says_what_stays(shop: Place) -> None:
    lad, ref = sent(shop)

    lad.picks(f"mine:withdraw:{ref}")
    assert "What they have read cannot be unread, the record that it was sent stays" in lad.hears
    assert "Withdrawn" not in lad.presses("Leave it as it is").hears

    lad.picks(f"mine:withdraw:{ref}").presses("Withdraw it")
    shop.post()

    assert f"{ref} is withdrawn." in lad.hears
    assert "Where it stands: Withdrawn by the reporter" in shown(lad, ref)
    assert shop.letters[LEAD][-1].summary == "There is news about a report that you received."


def test_nobody_is_told_next_of_a_withdrawn_report(shop: Place) -> None:
    lad, ref = sent(shop)
    lad.picks(f"mine:withdraw:{ref}").presses("Withdraw it")

    for _ in range(10):
        shop.passes(timedelta(days=1))

    assert OWNER not in shop.told


def test_withdrawing_twice_withdraws_once_and_tells_once(shop: Place) -> None:
    lad, ref = sent(shop)
    for _ in range(3):
        lad.picks(f"mine:withdraw-yes:{ref}")
    shop.post()

    assert shown(lad, ref).count("Withdrawn by the reporter") == 2  # where it stands, and once in the ledger
    assert len(shop.letters[LEAD]) == 2


def test_a_withdrawn_report_can_be_read_by_its_handler_who_sees_that_it_was_withdrawn(shop: Place) -> None:
    lad, ref = sent(shop)
    lad.picks(f"mine:withdraw-yes:{ref}")

    lead = shop.talk(LEAD).picks(f"case:open:{ref}")

    assert "The reporter withdrew this report." in lead.hears


def test_a_withdrawn_report_can_still_be_taken_on_because_somebody_may_have_to_act(shop: Place) -> None:
    lad, ref = sent(shop)
    lad.picks(f"mine:withdraw-yes:{ref}")

    shop.talk(LEAD).picks(f"case:open:{ref}").presses("I take responsibility")

    shop.passes(timedelta(days=30))
    assert [letter.summary for letter in shop.letters[LEAD]].count("A report that you took responsibility for") == 0
    assert OWNER not in shop.told
    assert "Responsibility taken by the shift lead" in shown(lad, ref)


# --- not one's own


@pytest.mark.parametrize("action", ["show", "add", "withdraw", "withdraw-yes", "peek"])
@pytest.mark.parametrize("who", [LEAD, BAKER, OWNER, "stranger@bakery.example"])
def test_nobody_else_sees_adds_or_withdraws_and_the_refusal_tells_nothing(shop: Place, action: str, who: str) -> None:
    lad, ref = sent(shop)
    other = shop.talk(who)

    theirs = other.picks(f"mine:{action}:{ref}").replies
    absent = other.picks(f"mine:{action}:0000-0000").replies

    assert repr(theirs) == repr(absent)
    assert ref not in repr(theirs)
    assert "Withdrawn" not in shown(lad, ref)


def test_nobody_else_adds_through_a_window_of_their_own_making(shop: Place) -> None:
    lad, ref = sent(shop)
    lead = shop.talk(LEAD)

    theirs = lead.sends(f"mine:add:{ref}", "needle").replies
    absent = lead.sends("mine:add:0000-0000", "needle").replies

    assert repr(theirs) == repr(absent)
    assert "needle" not in shop.kept
    assert "needle" not in shown(lad, ref)


# --- nobody inside is left


@pytest.fixture
def empty(shop: Place) -> Place:
    """A bakery where only the lad still works."""
    shop.moves_in(Directory({LAD: shop.directory.people[LAD]}))
    return shop


def test_with_nobody_left_inside_the_outside_contact_is_shown_before_and_after_sending(empty: Place) -> None:
    lad = empty.talk(LAD).reviews("rude-customer", {"danger": "safe"})
    assert "you should call The shop workers' helpline: 08081 570123, day and night." in lad.hears

    lad.presses("Send")
    empty.post()

    assert lad.ref
    assert "Nobody inside the organisation may receive it. Call The shop workers' helpline" in lad.hears
    assert empty.told == set()
    assert empty.store.operator_told("test") == {"nobody-left": 1}
    assert "Rude" not in lad.chat


def test_with_nobody_left_inside_no_promise_is_made_about_who_can_see_the_name(empty: Place) -> None:
    lad = empty.talk(LAD).reviews("rude-customer", {"danger": "safe", "name": "confidential"})

    assert "Only can see it" not in lad.hears


def test_with_nobody_left_inside_an_addition_is_not_said_to_reach_anybody(empty: Place) -> None:
    lad = empty.talk(LAD)
    ref = lad.reports("rude-customer", {"danger": "safe"})

    lad.picks(f"mine:add:{ref}").writes("More.")

    assert "those who received it are told" not in lad.hears


def test_with_nobody_in_the_directory_at_all_a_report_is_kept_and_the_contact_shown(shop: Place) -> None:
    shop.moves_in(Directory())
    lad = shop.talk(LAD)

    lad.reports("injury")

    assert "Call The shop workers' helpline" in lad.hears


def test_somebody_the_directory_does_not_know_is_asked_where_and_can_report(shop: Place) -> None:
    new = shop.talk("new.starter@bakery.example").begins("rude-customer").presses("No")
    assert new.waiting == "shop"

    new.presses("Mill Lane").answers({"tell": "shift_lead"}).presses("Read it and send").presses("Send")
    shop.post()

    assert shop.told == {"lead.mill@bakery.example"}
