"""What time does to a case that somebody has and lets lie, and to one that is withdrawn or closed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.passing import (
    ADVISED,
    HARMED,
    IN_DANGER,
    MINUTE,
    NO_HARM,
    PROPOSED,
    TO_BOTH,
    TO_HEAD,
    TO_MANAGER,
    TOLD_OUTSIDE,
    case,
    conduct,
    does,
    passing,
    sends,
    steps,
    there,
)
from tests.sample_people import HEAD, HR, TEACHER
from tests.talking import MORNING, Given, Place

# --- somebody has it and lets it lie


def test_whoever_took_it_and_takes_no_step_is_reminded_once_and_then_it_goes_on_without_them(academies: Place) -> None:
    ref = conduct(academies, given=TO_BOTH)

    told = passing(academies, there("2026-11-27", "10:45"))

    assert told == [
        "Wed 25 Nov 09:00 head.north: step wanted",
        "Fri 27 Nov 09:00 ceo: alert",
        "Fri 27 Nov 09:00 consultant.north: news",
        "Fri 27 Nov 09:00 hr: alert",
    ]
    assert steps(academies, ref) == ["sent", "taken", "reminded", "lapsed", "escalated"]


def test_whoever_opens_what_lies_reads_until_when_they_have_it(academies: Place) -> None:
    ref = conduct(academies)
    passing(academies, there("2026-11-25", "10:00"))

    assert "Take a step by 27 November 2026, 09:00" in academies.talk(HEAD).picks(f"case:open:{ref}").hears


def test_the_reporter_sees_by_role_that_it_lies_and_goes_on(academies: Place) -> None:
    ref = conduct(academies)
    passing(academies, there("2026-11-27", "10:00"))

    heard = academies.talk(TEACHER).picks(f"mine:show:{ref}").hears

    assert "Nothing was done for long, so the Head of School has it no longer" in heard
    assert "so the next was told: CEO" in heard
    assert "sample.example" not in heard
    assert "Head of School, North" not in heard


def test_whoever_let_it_lie_can_take_it_again_and_has_the_whole_time_again(academies: Place) -> None:
    ref = conduct(academies)
    passing(academies, there("2026-11-27", "09:30"))

    head = academies.talk(HEAD).picks(f"case:take:{ref}")

    assert "You have taken responsibility" in head.hears
    academies.post()
    assert passing(academies, there("2026-12-03", "10:00")) == [
        "Tue 01 Dec 09:30 head.north: step wanted",
        "Thu 03 Dec 09:30 ceo: alert",
        "Thu 03 Dec 09:30 chair: alert",
        "Thu 03 Dec 09:30 consultant.north: news",
    ]


def test_something_urgent_that_lies_is_reminded_of_after_four_hours_also_at_night(academies: Place) -> None:
    ref = sends(academies, "colleague-conduct", {**TO_HEAD, "danger": "yes"}, there("2026-12-24", "21:00"))
    academies.talk(HEAD).picks(f"case:take:{ref}")
    academies.post()

    assert passing(academies, there("2026-12-25", "05:00")) == [
        "Fri 25 Dec 01:00 head.north: step wanted",
        "Fri 25 Dec 05:00 ceo: urgent alert",
        "Fri 25 Dec 05:00 consultant.north: news",
    ]


def test_a_case_lies_over_the_holidays_without_anybody_losing_it(academies: Place) -> None:
    conduct(academies, there("2026-12-18", "10:00"))

    assert passing(academies, there("2027-01-05", "18:00")) == ["Tue 05 Jan 10:00 head.north: step wanted"]


STEPS: dict[str, Given] = {
    "message": {"text": "We are looking at it."},
    "note": {"text": "Spoke to nobody yet."},
    "refer": {"whom": "police-101", "who": "The desk", "when": "Today"},
    "speak": {"text": "I spoke to them today."},
    "look": {"text": "I looked at the page."},
    "test": NO_HARM,
    "name": {"person": "Deputy Head, North"},
    "propose": PROPOSED,
    "include": {},
    "exclude": {"reason": "Need not have it."},
    "retype": {"flow": "unsure", "reason": "It is something else."},
}


@pytest.mark.parametrize("step", STEPS)
def test_every_step_of_whoever_has_it_starts_their_time_anew(academies: Place, step: str) -> None:
    ref = conduct(academies, given=TO_BOTH)
    passing(academies, there("2026-11-24", "15:00"))
    does(academies, HEAD, f"case:{step}", ref, STEPS[step])

    told = passing(academies, there("2026-11-26", "16:00"))

    assert [line for line in told if "step wanted" in line] == ["Thu 26 Nov 15:00 head.north: step wanted"]


def test_a_step_after_the_reminder_keeps_it_theirs(academies: Place) -> None:
    ref = conduct(academies)
    passing(academies, there("2026-11-25", "15:00"))
    does(academies, HEAD, "case:note", ref, STEPS["note"])

    assert passing(academies, there("2026-11-27", "16:00")) == ["Fri 27 Nov 15:00 head.north: step wanted"]


def test_a_reminder_that_was_not_sent_yet_when_the_step_was_taken_is_not_sent_any_more(academies: Place) -> None:
    ref = conduct(academies)
    academies.now = there("2026-11-25", "09:00")
    academies.service.sweep(academies.now)
    academies.talk(HEAD).picks(f"case:note:{ref}").fills(text="Seen to.")

    [waiting] = academies.store.claim(academies.now, MINUTE, 10, "worker")

    assert academies.service.still(waiting) == "drop"


def test_whoever_makes_it_urgent_has_the_time_of_something_urgent(academies: Place) -> None:
    ref = conduct(academies)
    does(academies, HEAD, "case:urgent", ref)

    assert passing(academies, MORNING + timedelta(hours=7)) == ["Mon 23 Nov 13:00 head.north: step wanted"]


def test_opening_it_again_is_no_step(academies: Place) -> None:
    ref = conduct(academies)
    passing(academies, there("2026-11-24", "15:00"))
    academies.talk(HEAD).picks(f"case:open:{ref}").picks(f"case:more:{ref}")

    assert passing(academies, there("2026-11-25", "12:00")) == ["Wed 25 Nov 09:00 head.north: step wanted"]


def test_a_note_of_somebody_else_or_a_word_of_the_reporter_is_no_step_of_theirs(academies: Place) -> None:
    ref = conduct(academies, given=TO_BOTH)
    passing(academies, there("2026-11-24", "15:00"))
    does(academies, HR, "case:note", ref, STEPS["note"])
    academies.talk(TEACHER).picks(f"mine:add:{ref}").writes("One more thing.")
    academies.post()

    assert passing(academies, there("2026-11-25", "12:00")) == ["Wed 25 Nov 09:00 head.north: step wanted"]


# --- withdrawn and closed


AFTER_WITHDRAWING: dict[str, Given | None] = {
    "open": None,
    "message": STEPS["message"],
    "note": STEPS["note"],
    "refer": STEPS["refer"],
    "include": {},
    "exclude": STEPS["exclude"],
    "urgent": None,
    "hand-over": {"reason": "It is theirs."},
    "retype": {"flow": "indecent-images", "reason": "It is something else."},
    "conflict": {},
}


@pytest.mark.parametrize("given", [TO_MANAGER, IN_DANGER], ids=["can wait", "urgent"])
def test_a_report_that_was_withdrawn_never_wakes(academies: Place, given: Given) -> None:
    ref = sends(academies, given=given)
    academies.talk(TEACHER).picks(f"mine:withdraw-yes:{ref}")
    academies.post()

    assert passing(academies, there("2026-12-18", "17:00")) == []
    assert case(academies, ref).wake is None


@pytest.mark.parametrize("action", AFTER_WITHDRAWING)
def test_whatever_is_done_with_a_report_that_was_withdrawn_it_never_wakes(academies: Place, action: str) -> None:
    ref = conduct(academies, given=TO_BOTH)
    academies.talk(TEACHER).picks(f"mine:withdraw-yes:{ref}")
    academies.post()

    does(academies, HEAD, f"case:{action}", ref, AFTER_WITHDRAWING[action])

    assert case(academies, ref).wake is None
    assert passing(academies, there("2026-12-18", "17:00")) == []


@pytest.mark.parametrize("action", ["open", "note", "conflict"])
def test_a_case_that_is_closed_never_wakes(academies: Place, action: str) -> None:
    ref = conduct(academies)
    does(academies, HEAD, "case:close", ref, {"outcome": "resolved", "line": "It is settled."})
    given = {"note": STEPS["note"], "conflict": {}}.get(action)

    does(academies, HEAD, f"case:{action}", ref, given)

    assert case(academies, ref).wake is None
    assert passing(academies, there("2026-12-18", "17:00")) == []


def test_a_case_that_is_closed_while_a_decision_waits_never_wakes(academies: Place) -> None:
    ref = conduct(academies)
    does(academies, HEAD, "case:propose", ref, PROPOSED)
    does(academies, HEAD, "case:close", ref, {"outcome": "resolved", "line": "It is settled."})

    assert passing(academies, there("2026-12-18", "17:00")) == []
    assert steps(academies, ref)[-2:] == ["not-decided", "closed"]


def test_a_case_is_not_closed_before_those_outside_who_must_be_told_have_been(academies: Place) -> None:
    ref = conduct(academies)
    head = does(academies, HEAD, "case:test", ref, HARMED)
    assert "Close it" not in [option.label for option in head.options]
    assert "That cannot be done just now." in head.picks(f"case:close:{ref}").hears

    does(academies, HEAD, "case:refer", ref, TOLD_OUTSIDE)
    assert "That cannot be done just now." in academies.talk(HEAD).picks(f"case:close:{ref}").hears

    does(academies, HEAD, "case:refer", ref, ADVISED)
    does(academies, HEAD, "case:close", ref, {"outcome": "resolved", "line": "It is settled."})

    assert steps(academies, ref)[-1] == "closed"


def test_advice_of_anybody_else_does_not_stand_in_for_that_of_the_authority(academies: Place) -> None:
    ref = conduct(academies)
    anybody: Given = {"whom": "other", "who": "A friend", "when": "Today", "advice": "Stay calm."}
    does(academies, HEAD, "case:refer", ref, anybody)
    does(academies, HEAD, "case:test", ref, HARMED)
    does(academies, HEAD, "case:refer", ref, anybody)
    does(academies, HEAD, "case:test", ref, NO_HARM)

    head = academies.talk(HEAD).picks(f"case:open:{ref}")

    assert "Tell the local authority designated officer" in head.hears
    assert "That cannot be done just now." in head.picks(f"case:speak:{ref}").hears


def test_a_case_that_its_reporter_opens_again_waits_for_somebody_from_then_on(academies: Place) -> None:
    ref = conduct(academies)
    does(academies, HEAD, "case:close", ref, {"outcome": "resolved", "line": "It is settled."})
    passing(academies, there("2026-11-24", "09:00"))
    does(academies, TEACHER, "mine:reopen", ref, {"reason": "It goes on."})

    assert passing(academies, there("2026-11-24", "13:00")) == [
        "Tue 24 Nov 11:00 head.north: reminder",
        "Tue 24 Nov 13:00 ceo: alert",
        "Tue 24 Nov 13:00 consultant.north: news",
    ]


def test_a_case_that_its_handler_opens_again_is_theirs_and_waits_for_their_next_step(academies: Place) -> None:
    ref = conduct(academies)
    does(academies, HEAD, "case:close", ref, {"outcome": "resolved", "line": "It is settled."})
    passing(academies, there("2026-11-24", "09:00"))
    does(academies, HEAD, "case:reopen", ref, {"reason": "It goes on."})

    assert passing(academies, there("2026-11-26", "12:00")) == ["Thu 26 Nov 09:00 head.north: step wanted"]


def test_a_report_withdrawn_and_closed_that_its_reporter_opens_again_waits_for_somebody_too(academies: Place) -> None:
    ref = conduct(academies)
    academies.talk(TEACHER).picks(f"mine:withdraw-yes:{ref}")
    does(academies, HEAD, "case:close", ref, {"outcome": "resolved", "line": "It is settled."})
    passing(academies, there("2026-11-24", "09:00"))
    talk = does(academies, TEACHER, "mine:reopen", ref, {"reason": "It goes on."})
    assert "those who received it are told" in talk.hears

    told = passing(academies, there("2026-11-24", "13:00"))

    assert "Tue 24 Nov 13:00 ceo: alert" in told
