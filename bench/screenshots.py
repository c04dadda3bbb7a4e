"""`python -m bench.screenshots`: take the pictures of the README anew, from the real page in Chromium."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from bench.serving import serving
from bot.settings import read_settings
from tests.browser.acting import LINE_MANAGER, Player
from tests.sample_people import HEAD, HR, TEACHER

_IMAGES = Path(__file__).parents[1] / "docs" / "images"
_QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")

_STORY = "Since Monday a picture of me with a pig's face has been going round Year 9. A parent showed it to me."
_CONCERN = "On his public page a colleague makes fun of students whom one can recognise."
_WHY = "It may be taken down."
_ANSWERS = {
    "phone-answer": "a yr 10 just added me on insta, ok to accept?",
    "phone-silent": "can I add a former student on facebook?",
    "phone-urgent": "a pupil sent me a nude",
}


def main() -> None:
    """Write all pictures."""
    with serving(read_settings()) as (url, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(_QUIET))
        for name, question in _ANSWERS.items():
            _take(_asked(_phone(browser, url), question), name)
        _report(browser, url)
        _case(browser, url)
        _side_by_side(browser, url)
        browser.close()


def _report(browser: Browser, url: str) -> None:
    """One report on a phone, from who would get it to the alert on the phone of whoever received it."""
    teacher = Player(_phone(browser, url))
    teacher.says("report").presses("Report cyber bullying", after="What is it about?")
    teacher.presses("Who would get this?", after="Keep the messages").sees("You choose who receives it")
    _take(teacher.page, "phone-who", keep=True)
    teacher.presses("Report").presses("No", after="Is anyone in danger right now?").sees("How do you come to know")
    _take(teacher.page, "phone-question", keep=True)
    teacher.presses("It happened to me").writes("In your own words", _STORY).presses("Skip", after="able to keep of it")
    teacher.presses("Yes", after="Is a child at risk").finishes(LINE_MANAGER).reads(_STORY)
    receives = teacher.window.get_by_text("Told at once")
    receives.evaluate("node => node.closest('dl').scrollIntoView({block: 'start'})")
    _take(teacher.page, "phone-review", keep=True)
    teacher.sends()
    teacher.page.close()
    head = Player(_phone(browser, url, of=HEAD), HEAD)
    head.is_sent("An urgent report is waiting for you.")
    head.letters.last.scroll_into_view_if_needed()
    _take(head.page, "phone-alert")


def _case(browser: Browser, url: str) -> None:
    """A case on a phone: taken, decided on together, and its record."""
    teacher = Player(_phone(browser, url))
    given = {"reporter-is": "witness", "account": _CONCERN, "recipients": "head_of_school"}
    ref = teacher.has_reported("colleague-conduct", **given)
    teacher.page.close()
    head = Player(_phone(browser, url, of=HEAD), HEAD)
    head.opens_in_list(ref).presses_inside("I take responsibility").reads("You have taken responsibility.")
    _take(head.page, "phone-case", keep=True)
    head.presses_inside("More").reads("What do you want to do?")
    _take(head.page, "phone-more", keep=True)
    head.presses_inside("Keep copies of a public profile")
    head.fills(purpose="To see whether it breaks our standards.", viewed="His public page, by me, today.", why=_WHY)
    head.presses_inside("Ask the others").reads("The others are asked.").closes()
    hr = Player(_phone(browser, url, of=HR), HR)
    hr.opens_in_list(ref).reads("Persons still needed who agree: 1.")
    _take(hr.page, "phone-decide")
    head.opens_in_list(ref).presses_inside("More").presses_inside("Make a record")
    head.presses_inside("Make the link").reads("Open it in a browser")
    with head.page.expect_popup() as opened:
        head.window.get_by_role("link", name="Open it").click()
    record = opened.value
    record.set_viewport_size({"width": 900, "height": 1100})
    record.get_by_role("button").first.click()
    expect(record.locator("body")).to_contain_text(ref)
    _take(record, "page-record")
    head.page.close()


def _side_by_side(browser: Browser, url: str) -> None:
    """A report under way beside the alert of the one before."""
    page = browser.new_page(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
    page.goto(url)
    head = Player(page, HEAD)
    head.is_sent("An urgent report is waiting for you.")
    teacher = Player(page).says("report").presses("Report contact from a student", after="What is it about?")
    teacher.presses("Report", after="Please don't type").presses("No", after="Is anyone in danger right now?")
    teacher.sees("Question 2")
    head.letters.last.scroll_into_view_if_needed()
    head.letters.last.get_by_role("button", name="Open").scroll_into_view_if_needed()
    _take(page, "side-by-side")


def _phone(browser: Browser, url: str, of: str = TEACHER) -> Page:
    """A small phone with one person on it."""
    size = {"width": 320, "height": 640}
    page = browser.new_page(viewport=size, device_scale_factor=2, reduced_motion="reduce")  # type: ignore[arg-type]
    page.add_init_script(f"sessionStorage.setItem('candour:open', JSON.stringify(['{of}']))")
    page.goto(url)
    return page


def _asked(page: Page, question: str) -> Page:
    Player(page).says(question)
    expect(page.get_by_test_id("message").nth(2)).to_be_visible()
    return page


def _take(page: Page, name: str, *, keep: bool = False) -> None:
    page.mouse.move(0, 0)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=_IMAGES / f"{name}.png", animations="disabled", caret="hide")
    if not keep:
        page.close()


if __name__ == "__main__":
    main()
