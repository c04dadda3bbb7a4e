"""Receiving a report: who may open it at that moment, who takes it on, and who is told when nobody does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.people import Person
from tests.sample_people import CEO, HEAD, MANAGER, TEACHER
from tests.talking import Place, Talk

LAD = "lad.high@bakery.example"
BAKER = "baker.high@bakery.example"
LEAD = "lead.high@bakery.example"
OWNER = "owner@bakery.example"
ACCOUNTANT = "accountant@bakery.example"

CALM = {"danger": "safe", "tell": "shift_lead", "words": "Rude words."}


def sent(shop: Place, **more: str | tuple[str, ...]) -> tuple[Talk, str]:
    """Somebody who sent a report that can wait to the shift lead; and its reference."""
    lad = shop.talk(LAD)
    ref = lad.reports("rude-customer", {**CALM, **more})
    shop.post()
    return lad, ref


def refused(shop: Place, who: str, ref: str) -> bool:
    """Whether somebody is refused the case, in the very words and bytes in which an absent one is refused."""
    talk = shop.talk(who)
    return all(
        repr(talk.picks(f"case:{action}:{ref}").replies) == repr(talk.picks(f"case:{action}:0000-0000").replies)
        for action in ("open", "take")
    )


# --- opening


def test_opening_is_entered_each_time_and_is_not_taking_responsibility(shop: Place) -> None:
    lad, ref = sent(shop)
    lead = shop.talk(LEAD).presses_in_letter()
    shop.passes(timedelta(minutes=1))
    lead.presses_in_letter()

    assert lead.hears.count(": Opened by the shift lead") == 2
    seen = lad.picks(f"mine:show:{ref}").hears
    assert "09:00: Opened by the shift lead" in seen
    assert "09:01: Opened by the shift lead" in seen
    shop.passes(timedelta(hours=6))
    assert OWNER in shop.told


def test_the_case_says_why_it_came_and_how_the_name_is_to_be_treated(shop: Place) -> None:
    sent(shop, name="confidential")

    heard = shop.talk(LEAD).presses_in_letter().hears

    assert "Why you: Our policy says to call the shift lead" in heard
    assert "Confidential: do not pass the name on." in heard


def test_the_case_opens_in_a_private_window_only(shop: Place) -> None:
    sent(shop)

    lead = shop.talk(LEAD).presses_in_letter()

    assert lead.private
    assert lead.chat == ""


# --- taking responsibility


def test_one_press_takes_it_on_and_a_second_presser_sees_who_and_when(shop: Place) -> None:
    lad = shop.talk(LAD)
    ref = lad.reports("injury", {"danger": "safe"})
    shop.post()
    shop.talk(LEAD).presses_in_letter().presses("I take responsibility")
    shop.passes(timedelta(minutes=2))

    owner = shop.talk(OWNER).picks(f"case:take:{ref}")

    assert "Responsibility taken by shift lead (Shift lead, High Street) on 23 November 2026, 09:00." in owner.hears
    assert "Responsibility taken by the owner" not in lad.picks(f"mine:show:{ref}").hears


def test_two_presses_of_one_person_are_one(shop: Place) -> None:
    lad, ref = sent(shop)
    lead = shop.talk(LEAD)
    for _ in range(3):
        lead.picks(f"case:take:{ref}")
    shop.post()

    assert lad.picks(f"mine:show:{ref}").hears.count("09:00: Responsibility taken") == 1
    assert len(shop.letters[LAD]) == 1


def test_the_reporter_is_told_that_there_is_news_and_reminders_stop(shop: Place) -> None:
    sent(shop)
    shop.talk(LEAD).presses_in_letter().presses("I take responsibility")

    for _ in range(2):
        shop.passes(timedelta(days=1))

    assert [letter.summary for letter in shop.letters[LAD]] == ["There is news about a report that you sent."]
    assert OWNER not in shop.told


def test_a_case_taken_shows_who_has_it_in_the_list_of_what_was_received(shop: Place) -> None:
    _, ref = sent(shop)
    lead = shop.talk(LEAD).looks_home()
    assert ref in lead.hears

    lead.presses("Open").presses("I take responsibility").looks_home()

    assert f"Yours Reference: {ref}" in lead.hears
    assert "Waiting for somebody" not in lead.hears


# --- who may, at this moment


@pytest.mark.parametrize("who", [LAD, BAKER, OWNER, ACCOUNTANT, "saturday.mill@bakery.example", "nobody@x.example"])
def test_whoever_was_not_told_of_it_is_refused_as_if_there_were_none(shop: Place, who: str) -> None:
    _, ref = sent(shop)

    assert refused(shop, who, ref)


@pytest.mark.parametrize("change", [{"roles": ()}, {"active": False}], ids=["lost the role", "left"])
def test_whoever_lost_the_role_or_left_is_refused_also_with_the_letter_in_hand(
    shop: Place, change: dict[str, object]
) -> None:
    lad, ref = sent(shop)
    shop.changes(replace(shop.directory.people[LEAD], **change))  # type: ignore[arg-type]

    assert refused(shop, LEAD, ref)
    assert "Rude words." not in shop.talk(LEAD).presses_in_letter().hears
    assert "Opened" not in lad.picks(f"mine:show:{ref}").hears


@pytest.mark.parametrize("change", [{"roles": ()}, {"active": False}], ids=["lost the role", "left"])
def test_whoever_lost_the_role_or_left_has_the_case_listed_no_more(shop: Place, change: dict[str, object]) -> None:
    _, ref = sent(shop)
    shop.changes(replace(shop.directory.people[LEAD], **change))  # type: ignore[arg-type]

    assert ref not in shop.talk(LEAD).looks_home().hears


def test_whoever_left_gets_no_more_news_of_the_case(shop: Place) -> None:
    lad, ref = sent(shop)
    shop.leaves(LEAD)

    lad.picks(f"mine:add:{ref}").writes("More.")
    shop.post()

    assert len(shop.letters[LEAD]) == 1


def test_a_new_holder_of_the_role_does_not_inherit_the_case(shop: Place) -> None:
    _, ref = sent(shop)
    shop.changes(
        Person(id="new.lead@bakery.example", name="New lead", academies=("High Street",), roles=("shift_lead",))
    )

    assert refused(shop, "new.lead@bakery.example", ref)


def test_a_stand_in_may_open_it_as_long_as_the_one_they_stand_in_for_holds_the_role(shop: Place) -> None:
    away = replace(shop.directory.people[LEAD], away=((date(2026, 11, 20), date(2026, 11, 27)),))
    shop.changes(away)
    _, ref = sent(shop)
    assert shop.told == {BAKER}
    assert "Rude words." in shop.talk(BAKER).presses_in_letter().hears

    shop.changes(replace(away, roles=()))

    assert refused(shop, BAKER, ref)


def test_guessed_references_are_all_refused_alike(shop: Place) -> None:
    _, ref = sent(shop)
    owner = shop.talk(OWNER)
    guesses = [ref, ref.lower(), ref.replace("-", ""), "0000-0000", "ZZZZ-ZZZZ", "", "*", "' or 1=1", "../" * 9]

    answers = {repr(owner.picks(f"case:open:{guess}").replies) for guess in guesses}

    assert len(answers) == 1


def test_an_action_that_does_not_exist_is_refused_also_to_the_one_who_may_open_it(shop: Place) -> None:
    _, ref = sent(shop)

    assert "not yours to open" in shop.talk(LEAD).picks(f"case:delete:{ref}").hears


# --- nobody takes it on


def line(shop: Place, start: set[str]) -> list[set[str]]:
    """Who is told after `start`, step by step, while the deadlines pass."""
    steps, told = [], set(start)
    for _ in range(14 * 24 * 4):
        shop.passes(timedelta(minutes=15))
        if new := shop.told - told - {LAD, TEACHER}:
            steps.append(new)
            told |= new
    return steps


def test_each_group_is_told_once_in_order_and_then_the_contact_outside_is_shown(shop: Place) -> None:
    lad, ref = sent(shop)

    assert line(shop, {LEAD}) == [{OWNER}, {ACCOUNTANT}]

    alerts = [
        [letter.summary for letter in shop.letters[who]].count("A report is waiting for you.")
        for who in (LEAD, OWNER, ACCOUNTANT)
    ]
    assert alerts == [1, 1, 1]
    heard = lad.picks(f"mine:show:{ref}").hears
    assert "Nobody inside is left to tell. Call The shop workers' helpline: 08081 570123" in heard
    assert len(shop.letters[LAD]) == 3
    assert shop.store.operator_told("test") == {"deadline-passed": 2, "nobody-left": 1}


def test_an_urgent_report_at_night_is_passed_on_after_a_quarter_of_an_hour(shop: Place) -> None:
    shop.now = datetime(2026, 11, 28, 23, 30, tzinfo=UTC)
    shop.talk(LAD).reports("injury", {"danger": "danger"})
    shop.post()

    shop.passes(timedelta(minutes=14))
    assert shop.told == {LEAD, OWNER}
    shop.passes(timedelta(minutes=1))
    assert shop.told == {LEAD, OWNER, ACCOUNTANT, LAD}


def test_a_report_of_friday_afternoon_waits_over_the_weekend(academies: Place) -> None:
    academies.now = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
    academies.talk(TEACHER).reports(
        "cyberbullying", {"danger": "no", "child-at-risk": "no", "recipients": "line_manager"}
    )
    academies.post()

    academies.passes(datetime(2026, 11, 30, 9, 59, tzinfo=UTC) - academies.now)
    assert academies.told == {MANAGER}
    academies.passes(timedelta(minutes=1))
    assert academies.told == {MANAGER, HEAD, TEACHER}


def test_a_long_silence_of_the_clock_tells_one_group_at_a_time(shop: Place) -> None:
    sent(shop)

    shop.passes(timedelta(days=9))

    assert shop.told == {LEAD, OWNER, LAD}


def test_those_who_left_meanwhile_are_passed_over(shop: Place) -> None:
    sent(shop)
    shop.leaves(OWNER)

    assert line(shop, {LEAD}) == [{ACCOUNTANT}]


def test_whoever_is_away_from_midnight_is_passed_over_from_midnight_there(shop: Place) -> None:
    shop.now = datetime(2026, 8, 11, 22, 50, tzinfo=UTC)  # ten to midnight by the bakery's clock
    shop.changes(replace(shop.directory.people[OWNER], away=((date(2026, 8, 12), date(2026, 8, 14)),)))
    sent(shop, danger="danger")

    shop.passes(timedelta(minutes=15))

    assert shop.told == {LEAD, ACCOUNTANT, LAD}


def test_those_told_later_can_open_it_and_take_it_on(shop: Place) -> None:
    lad, ref = sent(shop)
    shop.passes(timedelta(hours=9))

    shop.talk(OWNER).presses_in_letter().presses("I take responsibility")

    assert "Responsibility taken by the owner" in lad.picks(f"mine:show:{ref}").hears
    shop.passes(timedelta(days=2))
    assert ACCOUNTANT not in shop.told


def test_it_can_still_be_taken_on_after_nobody_was_left(shop: Place) -> None:
    lad, ref = sent(shop)
    line(shop, {LEAD})

    shop.talk(LEAD).picks(f"case:take:{ref}")

    assert "Where it stands: Responsibility taken by the shift lead" in lad.picks(f"mine:show:{ref}").hears


# --- somebody who cannot be reached


def test_when_an_alert_reaches_nobody_the_next_are_told_in_the_same_minute_and_the_operator_too(shop: Place) -> None:
    shop.unreachable = {LEAD}
    lad, ref = sent(shop)

    assert shop.told == {OWNER, LAD}
    assert shop.store.operator_told("test") == {"not-delivered": 1}
    assert "Could not be delivered to the shift lead; somebody else is told" in lad.picks(f"mine:show:{ref}").hears


def test_when_nobody_can_be_reached_the_reporter_is_given_the_contact_outside_at_once(shop: Place) -> None:
    shop.unreachable = {LEAD, OWNER, ACCOUNTANT}
    lad, ref = sent(shop)

    assert "Nobody inside is left to tell. Call The shop workers' helpline" in lad.picks(f"mine:show:{ref}").hears


def test_somebody_told_later_who_cannot_be_reached_is_passed_over_in_the_same_minute(shop: Place) -> None:
    shop.unreachable = {OWNER}
    sent(shop)

    shop.passes(timedelta(hours=9))

    assert ACCOUNTANT in shop.told


def test_the_operator_is_told_of_an_alert_that_failed_beside_one_that_arrived(shop: Place) -> None:
    shop.unreachable = {OWNER}
    shop.talk(LAD).reports("injury")
    shop.post()

    assert shop.store.operator_told("test").get("not-delivered") == 1


def test_two_recipients_who_cannot_be_reached_are_followed_by_one_step_up(academies: Place) -> None:
    academies.unreachable = {"safeguarding.north@sample.example", HEAD}
    academies.talk(TEACHER).reports("indecent-images")
    academies.post()

    assert academies.told - {TEACHER} == {CEO}
