"""The same story on a small phone, with nothing but a keyboard, and by the rules of accessibility."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.acting import LINE_MANAGER, STORY, Player, moves_clock
from tests.sample_people import HEAD

pytestmark = pytest.mark.chromium

MOST_TABS = 60


def test_a_check_up_of_ones_profiles_on_a_small_phone_keeps_only_its_date(phone: Page) -> None:
    teacher = Player(phone).says("report").presses("Check my own profiles", after="What is it about?")
    teacher.presses("Check my own profiles", after="Your answers are deleted at the end, and only the date is kept.")

    teacher.presses("No", after="as somebody would who does not know you?")
    teacher.presses("Yes", after="Can others see your address, home phone or mobile number")
    for question in ("Is everything that is public", "Is there a photograph", "Does any profile say what your job is"):
        teacher.presses("No", after=question)
    for question in ("Do you know who can see what you post", "IMEI number", "Is your phone locked"):
        teacher.presses("Yes", after=question)

    teacher.sees("Only today's date was kept, none of your answers.", "Sign out and search for your name.")
    teacher.sees("Take your address and phone numbers off", "Correct what is wrong")
    fits(phone)
    expect(teacher.looks_at_reports()).to_contain_text("You have sent no reports.")


def test_a_report_fits_a_small_phone_from_its_list_to_its_receipt(phone: Page) -> None:
    teacher = Player(phone).has_begun(up_to="about")
    teacher.presses("Choose in private", after="Is it about one of these people?")
    expect(teacher.window.get_by_test_id("ticks")).to_be_visible()
    fits(phone)
    teacher.ticks_inside(LINE_MANAGER).finishes_after_about()
    expect(teacher.window.get_by_role("button", name="Send", exact=True)).to_be_in_viewport()
    fits(phone)
    reference = teacher.sends()
    fits(phone)

    teacher.opens_in_list(reference).reads(STORY)

    expect(teacher.window.get_by_role("button", name="Withdraw")).to_be_in_viewport()
    fits(phone)


def test_a_whole_report_with_nothing_but_the_keyboard(page: Page) -> None:
    teacher, keys = Player(page), Keys(page)
    keys.reaches("Skip to the question box").enter().types("report").enter()
    teacher.sees("What is it about?")
    keys.reaches("Report cyber bullying").enter()
    teacher.sees("Please don't type what happened here.")
    keys.reaches("Report").enter()
    teacher.sees("Is anyone in danger right now?")
    keys.reaches("No").enter()
    teacher.sees("How do you come to know of it?")
    keys.reaches("It happened to me").enter()
    teacher.sees("In your own words")
    keys.reaches("Write it in private").enter()
    expect(teacher.window.get_by_role("heading", level=2)).to_be_focused()
    keys.reaches("In your own words, what did you see or hear?").types(STORY).reaches("Save this answer").enter()
    teacher.sees("what have you been able to keep of it?")
    keys.reaches("Skip").enter()
    teacher.sees("Is a child at risk")
    keys.reaches("No").enter()
    teacher.sees("Is it about one of these people?")
    keys.reaches("Choose in private").enter()
    expect(teacher.window).to_be_visible()
    keys.reaches(LINE_MANAGER).space().reaches("Save and go on").enter()
    teacher.sees("relative, partner or close friend")
    keys.reaches("Skip").enter()
    teacher.sees("What do you hope will happen")
    keys.reaches("Skip").enter()
    teacher.sees("Do you want to go to the police")
    keys.reaches("No").enter()
    teacher.sees("Who should receive it?")
    keys.reaches("Head of School").enter()
    teacher.sees("How should your name be treated?")
    keys.reaches("Use my name").enter()
    teacher.sees("nobody sees it until you press Send")
    keys.reaches("Read it and send").enter()
    teacher.reads(STORY, LINE_MANAGER)
    keys.reaches("Send").enter()

    teacher.sees("Saved at", "Told: Head of School.")
    Player(page, HEAD).is_sent("A report is waiting for you.")


def test_accessibility_rules_hold_in_every_view_of_a_report(page: Page) -> None:
    teacher, head, views = Player(page), Player(page, HEAD), Views(page)
    teacher.says("report").presses("Report cyber bullying", after="What is it about?")
    teacher.presses("Who would get this?", after="Please don't type").presses("Report", after="You choose who")
    teacher.sees("Is anyone in danger right now?")
    views.check("menu, beginning, who would get this, first question")
    teacher.tells(danger="Not sure", child="Yes").presses("Choose in private", after="Is it about one of these people?")
    views.check("list to tick")
    teacher.ticks_inside(LINE_MANAGER).finishes_after_about().reads(STORY)
    views.check("review")
    reference = teacher.sends()
    alert = head.is_sent("An urgent report is waiting for you.")
    views.check("receipt beside the alert")
    head.opens(alert).reads(STORY)
    views.check("open case")
    head.presses_inside("I take responsibility").reads("You have taken responsibility.")
    views.check("responsibility taken")
    head.closes().looks_at_reports()
    teacher.is_sent("There is news about a report that you sent.")
    expect(teacher.looks_at_reports()).to_contain_text(reference)
    moves_clock(page, "+15 min")
    views.check("both lists and the clock")
    teacher.opens_in_list(reference).reads("What has happened").presses_inside("Withdraw").reads("cannot be unread")
    views.check("withdrawing")

    assert views.faults == {}


class Keys:
    """Somebody who has a keyboard and no mouse."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def reaches(self, name: str) -> Keys:
        """Go forward with Tab until something of this name has the focus."""
        for _ in range(MOST_TABS):
            self._page.keyboard.press("Tab")
            if self._focused() == name:
                return self
        raise AssertionError(f"{MOST_TABS} times Tab, and {name!r} was not reached")

    def types(self, text: str) -> Keys:
        self._page.keyboard.type(text)
        return self

    def enter(self) -> Keys:
        self._page.keyboard.press("Enter")
        return self

    def space(self) -> Keys:
        self._page.keyboard.press("Space")
        return self

    def _focused(self) -> str:
        labelled = "(node => (node.labels?.[0] ?? node).textContent.trim())(document.activeElement)"
        return str(self._page.evaluate(labelled))


class Views:
    """What the rules of accessibility find, view by view, in light and in dark."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.faults: dict[str, str] = {}

    def check(self, view: str) -> None:
        """Try both colour schemes on what is shown now."""
        for scheme in ("light", "dark"):
            self._page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            found = Axe().run(self._page)
            if found.violations_count:
                self.faults[f"{view}, {scheme}"] = found.generate_report()


def fits(page: Page) -> None:
    """Nothing has to be scrolled sideways."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    wide = "[...document.querySelectorAll('.log, .scroller, .home')].filter(n => n.scrollWidth > n.clientWidth).length"
    assert page.evaluate(wide) == 0
