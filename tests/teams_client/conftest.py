"""Microsoft's client and Chromium around the real command, with the sample people as the cast."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bot.compiled import Knowledge
from tests.browser.conftest import CHROMIUM
from tests.conftest import SCHOOL
from tests.operating import candour, serving
from tests.sample_people import CEO, HEAD, TEACHER
from tests.teams_client.client import Client, Desk

CAST = (
    TEACHER,
    HEAD,
    CEO,
    "department.north@sample.example",
    "safeguarding.north@sample.example",
    "assistant@sample.example",
)
"""The client insists on six people."""

_FONTS = "https://res-1.cdn.office.net/"
"""Microsoft's page asks for its fonts there. It gets nothing, and uses others."""


@dataclass(slots=True)
class Staff:
    """The people of the test, each with a client of their own beside the same assistant."""

    folder: Path
    bot_url: str
    browser: Browser
    clients: list[Client] = field(default_factory=list)
    asked_elsewhere: list[str] = field(default_factory=list)

    def sits_down(self, *users: str) -> list[Desk]:
        """Open the client of each of these people."""
        begun = []
        for user in users:
            folder = self.folder / user
            folder.mkdir()
            begun.append(Client(folder, self.bot_url, _cast(), user))
        self.clients += begun
        assert all(client.is_ready() for client in begun)
        return [self._opened(client) for client in begun]

    def _opened(self, client: Client) -> Desk:
        context = self.browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        page: Page = context.new_page()
        page.route(lambda url: not url.startswith(client.url) and url.startswith("http"), lambda route: route.abort())
        page.on("request", lambda asked: self._note(asked.url, client.url))
        page.goto(client.url)
        page.get_by_role("treeitem", name="Personal Chat").wait_for()
        return Desk(page)

    def _note(self, url: str, own: str) -> None:
        if not url.startswith((own, _FONTS, "data:", "blob:")):
            self.asked_elsewhere.append(url)


@pytest.fixture(scope="module")
def teams_browser() -> Iterator[Browser]:
    """A headless Chromium for these tests; closed before the page's own tests open theirs."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(CHROMIUM))
        yield launched
        launched.close()


@pytest.fixture
def staff(
    tmp_path: Path, cache: Path, school: Knowledge, monkeypatch: pytest.MonkeyPatch, teams_browser: Browser
) -> Iterator[Staff]:
    """`candour run` for Microsoft's client, over the delivered knowledge and the sample people."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "compiled").symlink_to(cache.resolve(), target_is_directory=True)
    monkeypatch.setenv("CANDOUR_DATA", str(data))
    for unset in ("CANDOUR_KNOWLEDGE", "CANDOUR_ORGANISATION", "CANDOUR_KEY", "CANDOUR_KEY_FILE"):
        monkeypatch.delenv(unset, raising=False)
    assert candour("people", str(SCHOOL / "sample-people.csv")).returncode == 0
    with serving(environment={"CANDOUR_TEAMS_PLAYGROUND": "1"}) as server:
        staff = Staff(tmp_path, server.url, teams_browser)
        yield staff
        for client in staff.clients:
            client.stops()
    assert staff.asked_elsewhere == []


def _cast() -> dict[str, str]:
    with (SCHOOL / "sample-people.csv").open(encoding="utf-8", newline="") as people:
        return {row["email"]: row["name"] for row in csv.DictReader(people) if row["email"] in CAST}
