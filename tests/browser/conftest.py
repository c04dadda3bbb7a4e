"""The real page in the real browser, served by the real command."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bot.compiled import Knowledge
from tests.conftest import SCHOOL

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
        self.launch()

    def launch(self) -> None:
        """Begin to serve, on the same port as before if there was one."""
        command = [sys.executable, "-m", "adapters.cli", "run", "--port", self._port]
        self._process = subprocess.Popen(command, env=self._environment, stderr=subprocess.PIPE, text=True)

    def wait(self) -> None:
        """Return once it serves."""
        assert self._process.stderr is not None
        said = ""
        for line in self._process.stderr:
            said += line
            if found := re.search(r"http://127\.0\.0\.1:(\d+)/", line):
                self.url, self._port = found[0], found[1]
                return
        raise AssertionError(f"candour run did not start: {said}")

    def start(self) -> None:
        """Serve again."""
        self.launch()
        self.wait()

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


@pytest.fixture(scope="session")
def next_playground(
    tmp_path_factory: pytest.TempPathFactory, cache: Path, school: Knowledge
) -> Iterator[Callable[[], Playground]]:
    """A new playground at each call, over a copy of the knowledge, compiled already.

    The one after it begins to start meanwhile, so that no test but the first waits for its server.
    """

    def launched() -> Playground:
        folder = tmp_path_factory.mktemp("playground")
        knowledge = Path(shutil.copytree(SCHOOL, folder / "knowledge"))
        data = folder / "data"
        data.mkdir()
        (data / "compiled").symlink_to(cache)
        return Playground(data, knowledge)

    starting = [launched()]

    def take() -> Playground:
        starting.append(launched())
        taken = starting.pop(0)
        taken.wait()
        return taken

    yield take
    starting[0].wait()
    starting[0].stop()


@pytest.fixture
def playground(next_playground: Callable[[], Playground]) -> Iterator[Playground]:
    """A playground of the test's own, with nothing in it."""
    served = next_playground()
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
    # Without smooth scrolling: the driver waits for a button to stand still before it presses it.
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    opened = context.new_page()
    foreign: list[str] = []
    opened.on("request", lambda r: foreign.append(r.url) if not r.url.startswith(playground.url) else None)
    opened.goto(playground.url)
    yield opened
    context.close()
    assert foreign == [], "the page asked somebody else for something"
