"""The whole story in Microsoft's own client: questions, a report, the alert, who takes it, and two who decide."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.sample_people import CEO, HEAD, TEACHER
from tests.teams_client.client import Desk
from tests.teams_client.conftest import Staff

pytestmark = [pytest.mark.agents, pytest.mark.chromium]

_STORY = "A quokka with my face went round Year 9."
_REFERENCE = re.compile(r"Reference ([0-9A-Z]{4}-[0-9A-Z]{4})")


def tells(teacher: Desk) -> str:
    """Report cyber bullying, from the first word to the last button. The reference."""
    teacher.says("report").presses("Report cyber bullying", "What is it about?")
    teacher.presses("Report", "Please don't type what happened here.")
    teacher.presses("No", "Is anyone in danger right now?")
    teacher.presses("It happened to me", "How do you come to know of it?")
    teacher.writes("In your own words, what did you see or hear?", _STORY)
    teacher.presses("Skip", "what have you been able to keep of it?")
    teacher.presses("No", "Is a child at risk, as far as you can tell?")
    teacher.ticks("Is it about one of these people?", "Head of Department, North")
    teacher.ticks("Is one of them a relative, partner or close friend")
    teacher.presses("Skip", "What do you hope will happen")
    teacher.presses("I have not decided", "Do you want to go to the police")
    teacher.presses("Head of School", "Who should receive it?")
    teacher.presses("Keep my name confidential", "How should your name be treated?")
    teacher.presses("Read it and send", "nobody sees it until you press Send")
    teacher.presses("Send", "This is what will be read, word for word.", _STORY, "Head of Department, North")
    found = _REFERENCE.search(teacher.card("Saved at").inner_text())
    assert found
    return found[1]


def accuses(teacher: Desk) -> None:
    """Report a colleague to the Head of School, the shortest way."""
    teacher.says("report").presses("Report a colleague's conduct", "What is it about?")
    teacher.presses("Report", "Do not look into it or question anybody.")
    teacher.presses("No", "Is anyone in danger right now?")
    teacher.presses("I saw or heard it myself", "How do you come to know of it?")
    teacher.writes("In your own words, what did you see or hear?", _STORY)
    teacher.presses("Skip", "When was it")
    teacher.presses("Skip", "Who else knows of it?")
    teacher.presses("No", "Is a child at risk, as far as you can tell?")
    teacher.presses("Skip", "Is it about one of these people?")
    teacher.presses("Skip", "Is one of them a relative, partner or close friend")
    teacher.card("Who should receive it?").get_by_role("checkbox", name="Head of School").check()
    teacher.presses("Save and go on").presses("Keep my name confidential", "How should your name be treated?")
    teacher.presses("Read it and send", "nobody sees it until you press Send")
    teacher.presses("Send", "This is what will be read, word for word.", _STORY).card("Saved at")


def test_teams_own_client_greets_answers_and_asks_back(staff: Staff) -> None:
    [teacher] = staff.sits_down(TEACHER)

    teacher.presses("Can I accept a friend request from a student?", "Ask me what the policy says")
    answer = teacher.card("should never accept", "Section 7, Safer online behaviour (paragraph 5)")
    expect(answer.get_by_role("heading", name="No", exact=True)).to_be_visible()
    teacher.says("can I add a former student on facebook?").card("Not in the policy", "To read, not an answer:")
    teacher.says("facebook").presses("Naming your school or job on a profile", "I am not sure which of these you mean.")
    teacher.card("Did this help?")


def test_a_report_in_teams_own_client_reaches_somebody_who_takes_responsibility(staff: Staff) -> None:
    teacher, head = staff.sits_down(TEACHER, HEAD)

    reference = tells(teacher)
    alert = head.card("A report is waiting for you.", reference)
    expect(alert).not_to_contain_text("quokka")
    head.presses("Open")
    head.presses("I take responsibility", _STORY, "Head of Department, North")

    head.card("You have taken responsibility.")
    expect(head.cards.last.get_by_role("button", name="I take responsibility")).to_have_count(0)
    teacher.card("There is news about a report that you sent.", reference)
    teacher.presses("Open").card("Responsibility taken")


def test_in_teams_own_client_two_decide_together_and_the_second_never_sees_the_story(staff: Staff) -> None:
    teacher, head, ceo = staff.sits_down(TEACHER, HEAD, CEO)
    accuses(teacher)
    head.presses("Open", "A report is waiting for you.").presses("I take responsibility", _STORY)

    head.presses("More", "You have taken responsibility.").presses("Keep copies of a public profile")
    head.fills(
        {
            "What it is needed for": "To speak with her.",
            "What was looked at": "Her public page, on Sunday.",
            "Why it should be kept": "It may be deleted.",
        }
    )
    head.card("The others are asked.")
    ceo.presses("Open", "A decision is waiting for you.")
    ceo.presses("I agree", "Her public page, on Sunday.", "Persons still needed who agree: 1.")

    decided = ceo.card("Agreed: CEO", "It is decided to keep copies.")
    expect(decided.get_by_role("button")).to_have_count(0)
    expect(ceo.page.locator("body")).not_to_contain_text("quokka")
    head.presses("Open", "A report that you took responsibility for is waiting for a step.")
    head.card("Agreed: CEO", "It is decided to keep copies.")
