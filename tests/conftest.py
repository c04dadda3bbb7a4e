"""Knowledge for tests, compiled once a session.

`bakery` is the invented organisation that tests of the core are written against; `school` is the knowledge that is
delivered. CANDOUR_TEST_CACHE names a folder that keeps compiled knowledge from one run to the next.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.compiled import Knowledge
from bot.compiling import open_knowledge

NEEDS = {"chromium": "chromium", "node": "node", "agents": "agentsplayground"}
"""Suites that need a program which is no Python package: mark → program."""

TESTS = Path(__file__).parent
PROGRAMS = TESTS / "teams_client" / "node_modules" / ".bin"
"""Where `npm ci --prefix tests/teams_client` puts Microsoft's client."""

BAKERY = TESTS / "bakery"
SCHOOL = TESTS.parent / "knowledge"


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where compiled knowledge is kept."""
    kept = os.environ.get("CANDOUR_TEST_CACHE")
    return Path(kept) if kept else tmp_path_factory.mktemp("compiled")


@pytest.fixture(scope="session")
def bakery(cache: Path) -> Knowledge:
    """Crumb & Sons, an invented bakery."""
    return open_knowledge(BAKERY, cache, _quiet)


@pytest.fixture(scope="session")
def school(cache: Path) -> Knowledge:
    """The knowledge in `knowledge/`."""
    return open_knowledge(SCHOOL, cache, _quiet)


def _quiet(_: str) -> None:
    """Progress is for people who wait at a terminal."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--nothing-left-out` makes a missing program a failure instead of a suite left out."""
    parser.addoption("--nothing-left-out", action="store_true", help="fail if a suite cannot run here")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the suites whose program is missing, by name, and drive the browser last.

    Playwright's synchronous driver keeps an event loop running, in which tests of coroutines could not start theirs.
    Microsoft's client comes before our own page, whose browser stays open to the end.
    """
    items.sort(key=lambda item: (_is(item, "chromium"), not _is(item, "agents")))
    for mark in _missing():
        left_out = [item for item in items if item.get_closest_marker(mark)]
        if left_out and config.getoption("--nothing-left-out") and mark != "agents":
            raise pytest.UsageError(f"The {mark} suite would be left out: {NEEDS[mark]} is not installed.")
        for item in left_out:
            item.add_marker(pytest.mark.skip(reason=f"{NEEDS[mark]} is not installed"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which suites were left out."""
    for mark in _missing():
        terminalreporter.write_line(f"LEFT OUT: the {mark} suite, because {NEEDS[mark]} is not installed.")


def _is(item: pytest.Item, mark: str) -> bool:
    return item.get_closest_marker(mark) is not None


def _missing() -> Iterator[str]:
    found = os.pathsep.join([os.environ.get("PATH", os.defpath), str(PROGRAMS)])
    return (mark for mark, program in NEEDS.items() if shutil.which(program, path=found) is None)
