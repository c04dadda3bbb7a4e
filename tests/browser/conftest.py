"""The real page in the real browser, served by the real command."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bot.compiled import Knowledge

# Debian's Chromium; no sandbox because CI runs as root, and nothing that calls home.
CHROMIUM = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


class Playground:
    """`candour run` as a process of its own, which can be stopped and started again on the same data."""

    def __init__(self, data: Path, knowledge: Path) -> None:
        self.knowledge = knowledge
        self._environment = {**os.environ, "CANDOUR_DATA": str(data), "CANDOUR_KNOWLEDGE": str(knowledge)}
        self._port = "0"
        self.url = ""
        self.start()

    def start(self) -> None:
        """Start serving, on the same port as before if there was one."""
        command = [sys.executable, "-m", "adapters.cli", "run", "--port", self._port]
        self._process = subprocess.Popen(command, env=self._environment, stderr=subprocess.PIPE, text=True)
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if found := re.search(r"http://127\.0\.0\.1:(\d+)/", line):
                self.url, self._port = found[0], found[1]
                return
        raise AssertionError("candour run did not start")

    def stop(self) -> None:
        """Stop serving, as an operator does."""
        self._process.terminate()
        self._process.communicate(timeout=20)

    def kill(self) -> None:
        """Stop serving at once, in the middle of whatever it does: as a power cut would."""
        self._process.kill()
        self._process.communicate(timeout=20)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all tests."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(CHROMIUM))
        yield launched
        launched.close()


@pytest.fixture
def playground(tmp_path: Path, cache: Path, school: Knowledge) -> Iterator[Playground]:
    """The playground over a copy of the knowledge, compiled already."""
    import shutil

    folder = Path(shutil.copytree(Path(__file__).parents[2] / "knowledge", tmp_path / "knowledge"))
    data = tmp_path / "data"
    data.mkdir()
    (data / "compiled").symlink_to(cache)
    served = Playground(data, folder)
    yield served
    served.stop()


@pytest.fixture
def page(browser: Browser, playground: Playground) -> Iterator[Page]:
    """A desk: the page at 1280 × 800."""
    yield from _page(browser, playground, 1280, 800)


@pytest.fixture
def phone(browser: Browser, playground: Playground) -> Iterator[Page]:
    """A small phone: the page at 320 × 640."""
    yield from _page(browser, playground, 320, 640)


def _page(browser: Browser, playground: Playground, width: int, height: int) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": height})
    opened = context.new_page()
    foreign: list[str] = []
    opened.on("request", lambda r: foreign.append(r.url) if not r.url.startswith(playground.url) else None)
    opened.goto(playground.url)
    yield opened
    context.close()
    assert foreign == [], "the page asked somebody else for something"
