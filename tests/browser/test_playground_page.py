"""What somebody sees and does on the playground page."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from bot.answering import find
from bot.compiled import Knowledge
from bot.loading import load
from tests.browser.conftest import Playground
from tests.conftest import SCHOOL

pytestmark = pytest.mark.chromium

FRIEND_REQUEST = "a yr 10 just added me on insta, ok to accept?"


def person(page: Page, who: str = "consultant.north@sample.example") -> Locator:
    """One person's panel."""
    return page.locator(f'[data-person="{who}"]')


def ask(panel: Locator, text: str) -> Locator:
    """Send a message as this person and return the reply to it."""
    replies = panel.locator('[data-testid="message"][data-from="assistant"]')
    expect(replies.first).to_be_visible()
    before = replies.count()
    panel.get_by_test_id("input").fill(text)
    panel.get_by_test_id("send").click()
    expect(replies).to_have_count(before + 1)
    return replies.last


def test_a_question_is_answered_with_the_verdict_the_policys_words_and_a_way_to_report(page: Page) -> None:
    reply = ask(person(page), FRIEND_REQUEST)

    expect(reply.get_by_test_id("verdict")).to_contain_text("No")
    expect(reply.get_by_test_id("quote").first).to_contain_text("Section 7, Safer online behaviour (paragraph 5)")
    expect(reply.get_by_role("button", name="Report contact from a student")).to_be_visible()


def test_a_vague_question_is_asked_back_and_the_choice_answers_it(page: Page, school: Knowledge) -> None:
    examples = [example.q for file in load(SCHOOL).examples for example in file.judge]
    vague = next(words for words in examples if find(school, words).kind == "clarify")
    reply = ask(person(page), vague)
    expect(reply.get_by_role("button", name="None of these")).to_be_visible()

    reply.get_by_test_id("choices").first.get_by_role("button").first.click()

    last = person(page).locator('[data-testid="message"][data-from="assistant"]').last
    expect(last.get_by_test_id("verdict")).to_be_visible()


def test_feedback_is_thanked_for(page: Page) -> None:
    reply = ask(person(page), FRIEND_REQUEST)

    reply.get_by_role("button", name="Helpful", exact=True).click()

    expect(person(page)).to_contain_text("counted without your name")


def test_a_follow_up_is_understood(page: Page) -> None:
    ask(person(page), "can I give a student my mobile number?")

    reply = ask(person(page), "what about parents?")

    expect(reply.get_by_test_id("verdict")).to_contain_text("No")
    expect(reply).to_contain_text("parents")


def test_two_people_side_by_side_have_conversations_of_their_own(page: Page) -> None:
    people = page.locator("[data-person]")
    expect(people).to_have_count(2)
    second = people.nth(1)

    ask(person(page), FRIEND_REQUEST)
    reply = ask(second, "what about parents?")

    expect(second).not_to_contain_text("yr 10")
    expect(reply.get_by_test_id("verdict")).to_have_count(0)


def test_a_reload_after_a_restart_keeps_the_conversation_and_what_it_was_about(
    page: Page, playground: Playground
) -> None:
    ask(person(page), "can I give a student my mobile number?")
    playground.stop()
    playground.start()

    page.reload()
    reply = ask(person(page), "what about parents?")

    expect(person(page)).to_contain_text("can I give a student my mobile number?")
    expect(reply.get_by_test_id("verdict")).to_contain_text("No")


def test_a_message_sent_while_the_server_is_away_is_kept_and_can_be_sent_again(
    page: Page, playground: Playground
) -> None:
    panel = person(page)
    expect(panel.locator('[data-testid="message"]').first).to_be_visible()
    playground.stop()
    panel.get_by_test_id("input").fill(FRIEND_REQUEST)
    panel.get_by_test_id("send").click()
    expect(panel).to_contain_text("Not sent")
    expect(panel).to_contain_text(FRIEND_REQUEST)

    playground.start()
    panel.get_by_role("button", name="Try again").click()

    expect(panel.get_by_test_id("verdict")).to_contain_text("No")


def test_everything_can_be_done_with_the_keyboard(page: Page) -> None:
    expect(person(page).locator('[data-testid="message"]').first).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the skip link leads to the question box
    page.keyboard.type(FRIEND_REQUEST)
    page.keyboard.press("Enter")
    expect(person(page).get_by_test_id("verdict")).to_contain_text("No")

    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip().startswith("Report contact"):
            break
    page.keyboard.press("Enter")

    expect(person(page)).to_contain_text("Please don't type what happened here.")


def test_a_small_phone_shows_one_person_without_scrolling_sideways(phone: Page) -> None:
    reply = ask(person(phone), FRIEND_REQUEST)

    expect(reply.get_by_test_id("verdict")).to_be_in_viewport()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320
    expect(phone.locator("[data-person]:visible")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessibility_rules_hold(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    ask(person(page), FRIEND_REQUEST)
    ask(person(page), "a pupil sent me a nude")
    ask(person(page), "how long must a password be")

    found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()


def test_a_broken_change_of_the_knowledge_is_shown_and_the_old_answers_go_on(
    page: Page, playground: Playground
) -> None:
    expect(person(page).locator('[data-testid="message"]').first).to_be_visible()
    wording = playground.knowledge / "wording.yaml"
    good = wording.read_text(encoding="utf-8")

    wording.write_text(good.replace("assistant:", "asistant:"), encoding="utf-8")

    expect(page.get_by_test_id("banner")).to_contain_text("wording.yaml", timeout=15_000)
    expect(ask(person(page), FRIEND_REQUEST).get_by_test_id("verdict")).to_contain_text("No")

    wording.write_text(good, encoding="utf-8")
    expect(page.get_by_test_id("banner")).to_have_count(0, timeout=15_000)


def test_what_somebody_types_is_shown_as_text(page: Page) -> None:
    panel = person(page)

    ask(panel, '<img src=x onerror="document.title=1"> <b>hello</b>')

    expect(panel).to_contain_text("<b>hello</b>")
    expect(page).to_have_title("Candour playground")
