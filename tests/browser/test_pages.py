"""The record and the figures in the real browser: on a desk, on a small phone, in the dark and on paper."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from adapters.pages.runtime import add_to
from bot.compiled import Knowledge
from tests.paging import CONDUCT, OWNER, STORY, Office, works_on
from tests.talking import ORGANISATION

pytestmark = pytest.mark.chromium

LONG = "Word after word of what was seen that day, as it was told. " * 45


class Served:
    """The office's pages on loopback, served from a thread of their own: the browser's driver needs this one."""

    def __init__(self, place: Office) -> None:
        self.place = place
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._runner: web.AppRunner
        self._thread = threading.Thread(target=self._loop.run_forever)

    def starts(self) -> Served:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._serve(), self._loop).result(10)
        return self

    def stops(self) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    async def _serve(self) -> None:
        application = web.Application()
        add_to(application, self.place.service, lambda: self.place.knowledge, ORGANISATION, lambda: self.place.now)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    def record(self) -> str:
        """The link to the record of a case with a long life and long texts."""
        ref = self.place.reported(given={**CONDUCT, "words": f"{STORY}\n{LONG}"})
        works_on(self.place, ref)
        owner = self.place.talk(OWNER)
        for number in range(6):
            owner.picks(f"case:note:{ref}").fills(text=f"{number}. {LONG}{'x' * 200}")
        return f"{self.url}/link/{self.place.token(owner, ref)}"

    def figures(self) -> str:
        """The link to figures in which something can be told."""
        for _ in range(6):
            self.place.reported()
            self.place.reported("rude-customer", {"danger": "safe", "tell": "owner"})
            self.place.passes(timedelta(hours=2))
        return f"{self.url}/link/{self.place.token(self.place.talk(OWNER))}"


@pytest.fixture
def served(bakery: Knowledge) -> Iterator[Served]:
    started = Served(Office(bakery)).starts()
    yield started
    started.stops()


@pytest.fixture(params=["record", "figures"])
def link(served: Served, request: pytest.FixtureRequest) -> str:
    """A link to either page."""
    return str(getattr(served, request.param)())


def opened(browser: Browser, link: str, width: int = 1280, scheme: str = "light") -> Page:
    """The page behind a link, once its button was pressed."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name="Open it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        "Record of report" if "Record" in page.title() else "Figures"
    )
    return page


def sound(page: Page) -> None:
    """Nothing that the rules of accessibility object to."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_button_opens_the_record_and_nothing_else_is_asked_for(browser: Browser, served: Served) -> None:
    page = browser.new_page()
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    link = served.record()

    page.goto(link)
    sound(page)
    page.get_by_role("button", name="Open it").click()

    expect(page.get_by_text(STORY)).to_be_visible()
    assert requests == [link, link]
    assert complaints == []
    page.goto(link)
    page.get_by_role("button", name="Open it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This link opens nothing")
    sound(page)
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_pages_are_accessible_by_day_and_by_night(browser: Browser, link: str, scheme: str) -> None:
    page = opened(browser, link, scheme=scheme)

    sound(page)
    page.context.close()


def test_nothing_is_wider_than_a_small_phone(browser: Browser, link: str) -> None:
    page = opened(browser, link, width=320)

    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    sound(page)
    page.context.close()


def test_the_style_of_the_page_is_the_one_that_is_used(browser: Browser, link: str) -> None:
    page = opened(browser, link, scheme="dark")

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(14, 18, 24)"
    page.context.close()


def test_both_pages_print_on_paper(browser: Browser, link: str, tmp_path: Path) -> None:
    page = opened(browser, link, scheme="dark")
    kept = tmp_path / "page.pdf"

    page.pdf(path=kept, prefer_css_page_size=True)
    page.emulate_media(media="print", color_scheme="dark")

    assert kept.read_bytes().startswith(b"%PDF")
    assert b"/MediaBox [0 0 594.95996 841.91998]" in kept.read_bytes() or b"/MediaBox [0 0 595" in kept.read_bytes()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    expect(page.get_by_role("link", name="Download the record")).to_be_hidden()
    page.context.close()


def test_the_record_can_be_kept_as_a_file(browser: Browser, served: Served) -> None:
    page = opened(browser, served.record())

    with page.expect_download() as download:
        page.get_by_role("link", name="Download the record").click()

    assert download.value.suggested_filename.startswith("record-")
    assert STORY in Path(download.value.path()).read_text(encoding="utf-8")
    page.context.close()
