"""The review before sending: read as it will be read, changed and cut there, and sent as it was read."""

from __future__ import annotations

from tests.talking import Given, Place, Talk

LAD = "lad.high@bakery.example"
DRIVER = "driver@bakery.example"
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


def changes(talk: Talk, question: str) -> Talk:
    """Press Change beside this answer in the review."""
    [value] = [option.value for option in talk.options if option.value.endswith(f":change:{question}")]
    return talk.picks(value)


def test_an_answer_changed_in_the_review_leads_back_to_the_review(shop: Place) -> None:
    lad = shop.talk(LAD).reviews("rude-customer", FULL)

    changes(lad, "words").writes("What I meant.")

    assert lad.written["In their own words"] == "What I meant."
    assert "Send" in [option.label for option in lad.options]


def test_answers_off_the_path_no_longer_count_and_are_asked_for_again(shop: Place) -> None:
    lad = shop.talk(LAD).reviews("rude-customer", FULL)

    changes(lad, "before").presses("No, not that I know")
    assert "The other times" not in lad.written
    assert "needle-before" not in shop.kept

    changes(lad, "before").presses("Yes")
    assert lad.waiting == "before-how"
    assert "needle-before" not in lad.hears


def test_what_is_off_the_path_is_not_sent(shop: Place) -> None:
    lad = shop.talk(LAD).reviews("rude-customer", {**FULL, "tell": "owner"})
    changes(lad, "damage").ticks("Something was thrown")
    assert "Told at once: owner" in lad.hears

    lad.presses("Send")
    shop.post()

    assert shop.told == {"owner@bakery.example"}
    assert "needle-broken" not in shop.talk("owner@bakery.example").presses_in_letter().hears


def test_a_passage_can_be_removed_and_is_gone(shop: Place) -> None:
    lad = shop.talk(LAD).reviews("rude-customer", FULL)
    [remove] = [option.value for option in lad.options if option.value.endswith(":remove:words")]

    lad.picks(remove)

    assert lad.written["In their own words"] == "Not answered"
    assert "needle-words" not in shop.kept


def test_barring_the_chosen_recipient_in_the_review_leaves_only_the_others(shop: Place) -> None:
    lad = shop.talk(DRIVER).reviews(
        "rude-customer", {"shop": "High Street", "danger": "safe", "tell": "shift_lead", "words": "x"}
    )
    assert "Told at once: shift lead" in lad.hears

    changes(lad, "about").ticks("shift lead (Shift lead, High Street)")

    assert "Told at once: owner (Owner) Next" in lad.hears


def test_back_and_forth_in_the_review_never_leaves_the_private_window(shop: Place) -> None:
    lad = shop.talk(LAD).reviews("rude-customer", FULL)
    lad.past.clear()

    changes(lad, "before-how").writes("needle-again")
    changes(lad, "damage").ticks("Something was broken").answers(FULL)

    assert "needle" not in lad.overheard


# --- sent as it was read


def test_a_review_read_on_one_device_does_not_send_what_was_changed_on_another(shop: Place) -> None:
    phone = shop.talk(LAD).reviews("injury", {"words": "As I read it."})
    laptop = shop.talk(LAD).says("carry on").presses("Read it and send")
    [change] = [o.value for o in laptop.options if o.value.endswith(":change:words")]
    laptop.picks(change).writes("Something else.")

    phone.presses("Send")

    assert not phone.ref
    assert "Something else." in phone.hears


def test_who_receives_it_is_shown_anew_if_it_is_no_longer_who_was_shown(shop: Place) -> None:
    lad = shop.talk(LAD).reviews("rude-customer", {"danger": "safe", "tell": "shift_lead"})
    assert "shift lead (Shift lead, High Street)" in lad.hears
    shop.leaves(LEAD)

    lad.presses("Send")

    assert not lad.ref
    assert "Told at once" in lad.hears
