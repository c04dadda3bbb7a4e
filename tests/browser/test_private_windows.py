"""What stays out of the chat: private windows, letters as they are handed over, and what "Hide" leaves."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Playground
from tests.browser.test_playground_page import ask, person

pytestmark = pytest.mark.chromium

STORY = "A quokka was drawn on the board."


def press(panel: Locator, name: str) -> None:
    """Press the latest button of this name."""
    panel.get_by_role("button", name=name, exact=True).last.click()


def window(page: Page) -> Locator:
    """The private window that is open."""
    return page.locator("dialog.window[open]")


def open_story(page: Page) -> Locator:
    """Begin a report that asks for a story early, up to its private window."""
    panel = person(page)
    ask(panel, "report")
    press(panel, "Tell the Head of School about an exception")
    press(panel, "Report")
    press(panel, "It has happened already")
    press(panel, "Write it in private")
    expect(window(page).get_by_test_id("textbox")).to_be_visible()
    return window(page)


def remembered(page: Page) -> str:
    """Everything that the tab keeps."""
    return str(page.evaluate("JSON.stringify(sessionStorage)"))


def test_what_is_written_in_private_is_neither_in_the_chat_nor_kept_by_the_tab(page: Page) -> None:
    story = open_story(page)
    expect(story).to_contain_text("Shown in a private window. Nothing of it stays in the chat.")

    story.get_by_test_id("textbox").fill(STORY)
    story.get_by_test_id("send-form").click()

    expect(window(page)).to_have_count(0)
    expect(person(page)).to_contain_text("Question 3")
    assert "quokka" not in page.content()
    assert "quokka" not in remembered(page)


def test_the_window_takes_the_focus_and_gives_it_back(page: Page) -> None:
    story = open_story(page)
    expect(story.get_by_role("heading", level=2)).to_be_focused()

    page.keyboard.press("Escape")

    expect(window(page)).to_have_count(0)
    expect(person(page).get_by_role("button", name="Write it in private").first).to_be_focused()


def test_a_window_closed_with_its_form_unsent_is_noticed_and_forgotten(page: Page) -> None:
    story = open_story(page)
    story.get_by_test_id("textbox").fill(STORY)

    story.get_by_role("button", name="Close").click()

    expect(person(page)).to_contain_text("What was in the window was not saved.")
    assert "quokka" not in page.content()


def test_a_form_that_could_not_be_sent_keeps_its_text_and_is_sent_again(page: Page, playground: Playground) -> None:
    story = open_story(page)
    story.get_by_test_id("textbox").fill(STORY)
    playground.stop()
    story.get_by_test_id("send-form").click()
    expect(story.get_by_role("alert")).to_contain_text("The playground is not answering.")
    expect(story.get_by_test_id("textbox")).to_have_value(STORY)

    playground.start()
    story.get_by_role("button", name="Try again").click()

    expect(window(page)).to_have_count(0)
    expect(person(page)).to_contain_text("Question 3")


def test_hide_leaves_one_neutral_line_also_after_a_reload(page: Page) -> None:
    open_story(page)
    page.keyboard.press("Escape")
    expect(person(page)).to_contain_text("What was in the window was not saved.")

    press(person(page), "Hide")

    log = person(page).get_by_role("log")
    expect(log.get_by_test_id("message")).to_have_count(1)
    page.reload()
    expect(log.get_by_test_id("message")).to_have_count(1)
    expect(log).not_to_contain_text("report")


def test_a_file_is_noticed_and_not_even_its_name_is_taken(page: Page) -> None:
    picker = person(page).get_by_test_id("file")

    picker.set_input_files({"name": "quokka.png", "mimeType": "image/png", "buffer": b"quokka"})

    expect(person(page)).to_contain_text("I have not opened or kept that file.")
    assert "quokka" not in page.content()


def test_the_list_of_reports_begins_one_in_the_chat(page: Page) -> None:
    panel = person(page)
    panel.get_by_test_id("reports-tab").click()
    expect(panel.get_by_test_id("home")).to_contain_text("You have sent no reports.")

    panel.get_by_test_id("home").get_by_role("button", name="Report something").click()

    expect(panel.get_by_test_id("chat-tab")).to_have_attribute("aria-selected", "true")
    expect(panel.get_by_role("log")).to_contain_text("What is it about?")


def test_an_unfinished_report_is_reminded_of_by_a_letter_that_can_be_looked_at_raw(page: Page) -> None:
    story = open_story(page)
    story.get_by_test_id("textbox").fill(STORY)
    story.get_by_test_id("send-form").click()
    expect(window(page)).to_have_count(0)

    page.locator("#clock").click()
    page.get_by_role("button", name="+1 week").click()
    page.get_by_role("button", name="+1 day").click()

    letter = person(page).get_by_test_id("letter")
    expect(letter.first).to_contain_text("Sent to you", timeout=15_000)
    page.locator("#outbox-open").click()
    handed = page.get_by_test_id("handed").first.locator("pre")
    expect(handed).to_contain_text('"to": "consultant.north@sample.example"')
    expect(handed).not_to_contain_text("quokka")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessibility_rules_hold_in_windows_lists_and_the_drawer(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    open_story(page)
    in_window = Axe().run(page)
    page.keyboard.press("Escape")
    person(page).get_by_test_id("reports-tab").click()
    page.locator("#outbox-open").click()

    beside = Axe().run(page)

    assert in_window.violations_count == 0, in_window.generate_report()
    assert beside.violations_count == 0, beside.generate_report()


def test_a_window_fits_a_small_phone(phone: Page) -> None:
    story = open_story(phone)

    expect(story.get_by_test_id("send-form")).to_be_in_viewport()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320
