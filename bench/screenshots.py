"""`python -m bench.screenshots`: take the pictures of the README anew, from the real page in Chromium."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.serving import serving
from bot.settings import read_settings

_IMAGES = Path(__file__).parents[1] / "docs" / "images"
_QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


def main() -> None:
    """Write all pictures."""
    with serving(read_settings()) as (url, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(_QUIET))
        _desk(browser, url)
        _phone(browser, url)
        browser.close()


def _desk(browser: Browser, url: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    page.goto(url)
    _ask(page, "learning-consultant", "a yr 10 just added me on insta, ok to accept?")
    _ask(page, "teaching-assistant", "parents are posting vile stuff about me on facebook")
    page.screenshot(path=_IMAGES / "side-by-side.png")
    page.close()


def _phone(browser: Browser, url: str) -> None:
    pictures = {
        "phone-answer": "a yr 10 just added me on insta, ok to accept?",
        "phone-silent": "can I add a former student on facebook?",
        "phone-urgent": "a pupil sent me a nude",
    }
    for name, question in pictures.items():
        page = browser.new_page(viewport={"width": 320, "height": 640}, device_scale_factor=2)
        page.goto(url)
        _ask(page, "learning-consultant", question)
        page.screenshot(path=_IMAGES / f"{name}.png")
        page.close()


def _ask(page: Page, person: str, text: str) -> None:
    panel = page.locator(f'[data-person="{person}"]')
    replies = panel.locator('[data-testid="message"][data-from="assistant"]')
    replies.first.wait_for()
    panel.get_by_test_id("input").fill(text)
    panel.get_by_test_id("send").click()
    replies.nth(1).wait_for()
    page.wait_for_load_state("networkidle")


if __name__ == "__main__":
    main()
