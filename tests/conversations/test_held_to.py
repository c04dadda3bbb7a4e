"""What must hold whatever happens to the directory, the academy or the draft between the first question and the end."""

from __future__ import annotations

from datetime import timedelta

from tests.talking import Place

TEACHER, HEAD, CEO = "assistant@sample.example", "head.north@sample.example", "ceo@sample.example"
LAD, LEAD, OWNER = "lad.high@bakery.example", "lead.high@bakery.example", "owner@bakery.example"


def test_whoever_was_ticked_stays_barred_when_the_academy_is_changed_there_and_back(academies: Place) -> None:
    teacher = academies.talk(TEACHER).reviews(
        "cyberbullying", {"academy": "North Academy", "about": (HEAD,), "recipients": "ceo"}
    )
    [change] = [o.value for o in teacher.options if o.value.endswith(":change:academy")]
    for academy in ("South Academy", "North Academy"):
        teacher.picks(change).presses(academy)

    assert "Head of School, North" in teacher.hears
    teacher.presses("Send")
    academies.post()
    academies.passes(timedelta(days=9))

    assert HEAD not in academies.told


def test_a_report_about_somebody_who_has_left_meanwhile_can_still_be_sent(shop: Place) -> None:
    lad = shop.talk(LAD).reviews("shift-lead-conduct", {"danger": "safe", "about": (OWNER,)})
    shop.leaves(OWNER)

    for _ in range(3):
        if not lad.ref:
            lad.presses("Send")

    assert lad.ref


def test_the_next_in_line_is_told_although_everybody_was_told_of_who_has_left(shop: Place) -> None:
    lad = shop.talk(LAD)
    lad.reports("rude-customer", {"danger": "safe", "tell": "shift_lead"})
    shop.post()
    shop.leaves(OWNER)

    shop.passes(timedelta(days=2))

    assert OWNER not in shop.told
    assert shop.told - {LAD, LEAD}


def test_an_alert_that_waits_is_not_sent_to_who_has_left_before_it_goes(shop: Place) -> None:
    shop.talk(LAD).reports("rude-customer", {"danger": "safe", "tell": "shift_lead"})
    shop.leaves(LEAD)

    [posted] = shop.store.claim(shop.now, timedelta(minutes=1), 5, "test")

    assert shop.service.still(posted) == "never"


def test_an_old_button_to_begin_another_report_does_not_wipe_the_one_that_is_being_written(shop: Place) -> None:
    lad = shop.talk(LAD).begins("rude-customer").presses("No")
    lad.picks("begin:injury")
    [replace] = [option.value for option in lad.options if option.value.startswith("replace:")]
    lad.picks(replace).answers_one({"danger": "safe"})
    before = lad.waiting

    lad.picks(replace)

    assert lad.waiting == before


def test_an_old_delete_it_asks_again(shop: Place) -> None:
    lad = shop.talk(LAD).begins("rude-customer").presses("No").says("cancel")
    [delete] = [option.value for option in lad.options if option.value.endswith(":cancel-yes")]
    lad.presses("Keep it")

    lad.picks(delete)

    assert "Delete this report?" in lad.hears
