"""A case from the alert to its outcome in the real page: three people, the clock moved, the record opened and kept."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acting import Player, moves_clock
from tests.sample_people import CEO, HEAD, HR

pytestmark = pytest.mark.chromium

CONDUCT = {
    "flow": "colleague-conduct",
    "reporter-is": "witness",
    "account": "A quokka on his public page insults students.",
    "recipients": "head_of_school",
}


def test_a_case_goes_from_the_alert_to_an_outcome_that_its_reporter_reads(page: Page) -> None:
    teacher, head = Player(page), Player(page, HEAD)
    hr = Player(page, HR).joins("HR Manager")
    ref = teacher.has_reported(**CONDUCT)

    # The Head of School opens the alert, takes responsibility, reads, writes to the reporter, who answers.
    head.opens(head.is_sent("A report is waiting for you.")).presses_inside("I take responsibility")
    head.reads("You have taken responsibility.").presses_inside("Write to the reporter")
    head.fills(text="Thank you for telling us. Is the page still there?").presses_inside("Send it")
    head.reads("Sent. The reporter is told that there is something to read.").closes()
    teacher.opens(teacher.is_sent("There is news about a report that you sent."))
    teacher.reads("From the Head of School", "Is the page still there?").presses_inside("Answer, or add something")
    teacher.fills_in("It was this morning.")
    head.opens(head.is_sent("There is news about a report that you received.")).reads("It was this morning.")

    # A second manager and she decide together to keep copies of a public profile.
    head.presses_inside("More").presses_inside("Keep copies of a public profile")
    head.fills(purpose="To see whether it breaks the standards.", viewed="His public page.", why="It may be deleted.")
    head.presses_inside("Ask the others").reads("The others are asked.").closes()
    hr.opens(hr.is_sent("A decision is waiting for you.")).reads(
        "It may be deleted.", "Persons still needed who agree: 1."
    )
    expect(hr.window).not_to_contain_text("quokka")
    hr.presses_inside("I agree").reads("It is decided to keep copies.").closes()

    # She closes it with an outcome that the reporter reads.
    head.opens_in_list(ref).reads("Agreed: HR Manager", "It is decided to keep copies.").presses_inside("Close it")
    head.fills(outcome="Substantiated", line="We have spoken with everybody concerned.").presses_inside("Close it")
    head.reads("It is closed, and the reporter is told.").closes()
    teacher.opens(teacher.is_sent("There is news about a report that you sent."))
    teacher.reads("action was taken", "We have spoken with everybody concerned.").presses_inside("How did it go?")
    teacher.fills(heard="Yes", again="Yes").presses_inside("Send")
    teacher.sees("Thank you. That is only counted, and nobody is shown your answers.")
    expect(head.panel).not_to_contain_text("quokka")


def test_a_reminder_an_escalation_and_what_follows_when_a_case_is_left_lying(page: Page) -> None:
    teacher, head = Player(page), Player(page, HEAD)
    ceo = Player(page, CEO).joins("CEO")
    teacher.has_reported(**{"danger": "yes", **CONDUCT})
    head.is_sent("An urgent report is waiting for you.")

    moves_clock(page, "+15 min")
    ceo.opens(ceo.is_sent("An urgent report is waiting for you.")).presses_inside("I take responsibility")
    ceo.reads("You have taken responsibility.").closes()
    moves_clock(page, "+4 h")
    ceo.is_sent("A report that you took responsibility for is waiting for a step.")
    moves_clock(page, "+4 h")

    expect(head.letters.filter(has_text="An urgent report is waiting for you.")).to_have_count(2)
    teacher.opens(teacher.is_sent("There is news about a report that you sent."))
    teacher.reads("Nothing was done for long, so the CEO has it no longer")


def test_the_record_of_a_case_opens_once_in_a_page_of_its_own(page: Page) -> None:
    teacher, head = Player(page), Player(page, HEAD)
    ref = teacher.has_reported(**CONDUCT)
    head.opens(head.is_sent("A report is waiting for you.")).presses_inside("I take responsibility")
    head.reads("You have taken responsibility.").presses_inside("More").presses_inside("Make a record")

    head.fills(words="insults").presses_inside("Make the link")
    with page.expect_popup() as opened:
        head.window.get_by_role("link", name="Open it").click()
    record = opened.value
    record.get_by_role("button").first.click()

    expect(record.locator("body")).to_contain_text(ref)
    expect(record.locator("body")).not_to_contain_text("insults")
    expect(record.locator("body")).to_contain_text(re.compile("█"))
    record.goto(record.url)
    record.get_by_role("button").first.click()
    expect(record.locator("body")).not_to_contain_text(ref)
