"""What time does to a case that nobody has, or that was handed over: reminded, then told to the next, each once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.messages import Form
from tests.passing import (
    DAY,
    IN_DANGER,
    MINUTE,
    TO_BOTH,
    TO_HEAD,
    TO_MANAGER,
    away,
    case,
    conduct,
    does,
    passing,
    sends,
    steps,
    there,
)
from tests.sample_people import CEO, CHAIR, HEAD, HR, MANAGER, TEACHER
from tests.talking import MORNING, ORGANISATION, Given, Place

# --- nobody takes it


def test_whoever_has_it_is_reminded_before_the_time_is_over_and_then_the_next_is_told(academies: Place) -> None:
    ref = sends(academies)

    told = passing(academies, there("2026-12-11", "17:00"))

    assert told == [
        "Mon 23 Nov 11:00 department.north: reminder",
        "Mon 23 Nov 13:00 consultant.north: news",
        "Mon 23 Nov 13:00 head.north: alert",
        "Mon 23 Nov 15:00 department.north: reminder",
        "Mon 23 Nov 15:00 head.north: reminder",
        "Mon 23 Nov 17:00 ceo: alert",
        "Mon 23 Nov 17:00 consultant.north: news",
        "Tue 24 Nov 10:00 ceo: reminder",
        "Tue 24 Nov 10:00 department.north: reminder",
        "Tue 24 Nov 10:00 head.north: reminder",
        "Tue 24 Nov 12:00 chair: alert",
        "Tue 24 Nov 12:00 consultant.north: news",
        "Tue 24 Nov 14:00 ceo: reminder",
        "Tue 24 Nov 14:00 chair: reminder",
        "Tue 24 Nov 14:00 department.north: reminder",
        "Tue 24 Nov 14:00 head.north: reminder",
        "Tue 24 Nov 16:00 consultant.north: news",
    ]
    assert case(academies, ref).wake is None


def test_something_urgent_is_reminded_of_after_eight_minutes_and_goes_on_after_fifteen(academies: Place) -> None:
    sends(academies, given=IN_DANGER, at=there("2026-12-26", "23:40"))

    told = passing(academies, there("2026-12-27", "02:00"), MINUTE)

    assert [line for line in told if "consultant" not in line] == [
        "Sat 26 Dec 23:48 department.north: reminder",
        "Sat 26 Dec 23:55 head.north: urgent alert",
        "Sun 27 Dec 00:03 department.north: reminder",
        "Sun 27 Dec 00:03 head.north: reminder",
        "Sun 27 Dec 00:10 ceo: urgent alert",
        "Sun 27 Dec 00:18 ceo: reminder",
        "Sun 27 Dec 00:18 department.north: reminder",
        "Sun 27 Dec 00:18 head.north: reminder",
        "Sun 27 Dec 00:25 chair: urgent alert",
        "Sun 27 Dec 00:33 ceo: reminder",
        "Sun 27 Dec 00:33 chair: reminder",
        "Sun 27 Dec 00:33 department.north: reminder",
        "Sun 27 Dec 00:33 head.north: reminder",
    ]


@pytest.mark.parametrize("given", [TO_MANAGER, IN_DANGER], ids=["can wait", "urgent"])
def test_each_step_is_in_the_record_once_and_in_order(academies: Place, given: Given) -> None:
    ref = sends(academies, given=given)

    passing(academies, MORNING + timedelta(hours=2), MINUTE)
    passing(academies, there("2026-12-04", "17:00"))

    assert steps(academies, ref) == ["sent", *["reminded", "escalated"] * 3, "reminded", "nobody-left"]
    assert academies.store.operator_told(ORGANISATION) == {"deadline-passed": 3, "nobody-left": 1}


def test_a_reminder_goes_only_to_those_whom_the_alert_reached(academies: Place) -> None:
    academies.unreachable = {HR}
    sends(academies, "colleague-conduct", TO_BOTH)
    academies.unreachable = set()

    told = passing(academies, there("2026-11-23", "12:00"))

    assert told == ["Mon 23 Nov 11:00 head.north: reminder"]


def test_an_alert_that_no_platform_has_taken_yet_is_not_followed_by_a_reminder(academies: Place) -> None:
    academies.talk(TEACHER).reports("cyberbullying", TO_MANAGER)
    academies.now += timedelta(hours=2)
    academies.service.sweep(academies.now)

    academies.post()

    assert [letter.summary for letter in academies.letters[MANAGER]] == ["A report is waiting for you."]


def test_whoever_did_not_get_the_alert_but_opened_it_at_home_is_reminded(academies: Place) -> None:
    academies.unreachable = {HR}
    ref = sends(academies, "colleague-conduct", TO_BOTH)
    academies.unreachable = set()
    academies.talk(HR).picks(f"case:open:{ref}")

    told = passing(academies, there("2026-11-23", "12:00"))

    assert told == ["Mon 23 Nov 11:00 head.north: reminder", "Mon 23 Nov 11:00 hr: reminder"]


def test_nobody_who_is_barred_or_sent_it_is_ever_told(academies: Place) -> None:
    sends(academies, "cyberbullying", {**TO_MANAGER, "about": (HEAD,), "close": (CEO,)})

    passing(academies, there("2026-12-04", "17:00"))

    assert academies.told == {MANAGER, CHAIR, TEACHER}
    assert {letter.summary for letter in academies.letters[TEACHER]} == {"There is news about a report that you sent."}


def test_opening_it_any_number_of_times_stops_nothing(academies: Place) -> None:
    ref = sends(academies)
    manager = academies.talk(MANAGER)
    told: list[str] = []
    for hours in (1, 2, 3, 4):
        told += passing(academies, MORNING + timedelta(hours=hours))
        manager.picks(f"case:open:{ref}")

    assert told == [
        "Mon 23 Nov 11:00 department.north: reminder",
        "Mon 23 Nov 13:00 consultant.north: news",
        "Mon 23 Nov 13:00 head.north: alert",
    ]


def test_taking_it_stops_everybodys_reminders(academies: Place) -> None:
    ref = sends(academies, "colleague-conduct", TO_BOTH)
    passing(academies, MORNING + timedelta(minutes=90))
    academies.talk(HR).picks(f"case:take:{ref}")
    academies.post()

    assert passing(academies, MORNING + DAY) == []


def test_a_reminder_that_was_not_sent_yet_when_somebody_took_it_is_not_sent_any_more(academies: Place) -> None:
    ref = sends(academies, "colleague-conduct", TO_BOTH)
    academies.now += timedelta(hours=2)
    academies.service.sweep(academies.now)
    academies.talk(HEAD).picks(f"case:take:{ref}")

    waiting = academies.store.claim(academies.now, MINUTE, 10, "worker")

    about = {item.letter.to: academies.service.still(item) for item in waiting if item.letter.reminder}
    assert about == {HR: "drop", HEAD: "drop"}


def test_after_nobody_is_left_whoever_was_told_may_take_it_and_is_reminded_of_a_step_again(academies: Place) -> None:
    ref = sends(academies)
    passing(academies, there("2026-11-25", "09:00"))
    academies.talk(MANAGER).picks(f"case:take:{ref}")
    academies.post()

    assert passing(academies, there("2026-11-27", "12:00")) == ["Fri 27 Nov 09:00 department.north: step wanted"]


def test_somebody_who_comes_back_from_leave_after_nobody_was_left_is_told_then(academies: Place) -> None:
    academies.leaves(CEO, CHAIR)
    away(academies, HEAD, "2026-11-24", "2026-11-25")
    sends(academies, at=there("2026-11-23", "15:00"))

    told = passing(academies, there("2026-11-26", "15:00"))

    assert [line for line in told if "head" in line] == [
        "Thu 26 Nov 12:00 head.north: alert",
        "Thu 26 Nov 14:00 head.north: reminder",
    ]


def test_somebody_who_was_away_when_it_was_sent_is_told_before_it_is_said_that_nobody_is_left(academies: Place) -> None:
    away(academies, HEAD, "2026-11-23", "2026-11-23")
    sends(academies, at=there("2026-11-23", "16:00"))

    passing(academies, there("2026-11-25", "17:00"))

    assert HEAD in academies.told


@pytest.mark.parametrize("again", ["case:hand-over", "mine:reopen"])
def test_a_case_that_nobody_takes_a_second_time_ends_with_the_contact_outside_a_second_time(
    academies: Place, again: str
) -> None:
    ref = sends(academies, "colleague-conduct", TO_HEAD)
    passing(academies, there("2026-11-26", "09:00"))
    academies.talk(HEAD).picks(f"case:take:{ref}")
    if again == "mine:reopen":
        does(academies, HEAD, "case:close", ref, {"outcome": "resolved", "line": "It is settled."})
    does(academies, TEACHER if again == "mine:reopen" else HEAD, again, ref, {"reason": "It goes on."})

    told = passing(academies, there("2026-11-30", "09:00"))

    assert "Thu 26 Nov 13:00 consultant.north: news" in told
    assert ref in academies.talk(CEO).picks("list:overdue").hears


# --- handed over


def handed_over(place: Place, to: str = HR, given: Given = TO_HEAD) -> str:
    """A case that the Head of School took and handed over an hour later. Its reference."""
    ref = conduct(place, given=given)
    passing(place, MORNING + timedelta(hours=1))
    name = place.directory.people[to].name
    talk = place.talk(HEAD).picks(f"case:hand-over:{ref}")
    [form] = [block for block in talk.blocks if isinstance(block, Form)]
    label = next(option.label for option in form.fields[0].options if name in option.label)
    talk.fills(to=label, reason="It is theirs.")
    place.post()
    return ref


def test_a_case_handed_over_waits_for_the_new_one_from_then_on(academies: Place) -> None:
    handed_over(academies)

    told = passing(academies, MORNING + timedelta(hours=6))

    assert told == [
        "Mon 23 Nov 12:00 hr: reminder",
        "Mon 23 Nov 14:00 ceo: alert",
        "Mon 23 Nov 14:00 consultant.north: news",
    ]


def test_once_the_new_one_takes_it_their_time_counts_and_not_that_of_whoever_had_it(academies: Place) -> None:
    ref = handed_over(academies)
    passing(academies, MORNING + timedelta(hours=2))
    academies.talk(HR).picks(f"case:take:{ref}")
    academies.post()

    assert passing(academies, there("2026-11-25", "12:00")) == ["Wed 25 Nov 11:00 hr: step wanted"]


def test_whoever_handed_it_over_is_never_told_of_it_again(academies: Place) -> None:
    handed_over(academies)

    told = passing(academies, there("2026-12-04", "17:00"))

    assert not [line for line in told if "head.north" in line]
    assert [line.split(" ", 4)[4] for line in told if "alert" in line] == ["ceo: alert", "chair: alert"]


def test_a_case_handed_over_to_somebody_who_cannot_be_reached_goes_on_in_the_same_minute(academies: Place) -> None:
    academies.unreachable = {HR}

    handed_over(academies)

    assert CEO in academies.told
