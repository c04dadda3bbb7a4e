"""Knowledge for tests, compiled once a session.

`bakery` is the invented organisation that tests of the core are written against; `school` is the knowledge that is
delivered. CANDOUR_TEST_CACHE names a folder that keeps compiled knowledge from one run to the next.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.compiled import Knowledge
from bot.compiling import open_knowledge

TESTS = Path(__file__).parent
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
