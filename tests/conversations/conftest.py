"""Organisations at work, for conversations about reports: the bakery, and the school with its sample people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.compiled import Knowledge
from tests.conftest import BAKERY, SCHOOL
from tests.contracts.samples import open_sqlite
from tests.talking import Place


@pytest.fixture
def shop(bakery: Knowledge) -> Place:
    """The bakery with everybody who works there."""
    return Place(bakery, BAKERY / "sample-people.csv")


@pytest.fixture
def academies(school: Knowledge) -> Place:
    """The school with its sample people."""
    return Place(school, SCHOOL / "sample-people.csv")


@pytest.fixture
def kept(school: Knowledge, tmp_path: Path) -> Iterator[Place]:
    """The school, with everything kept in a file in `tmp_path`."""
    with closing(open_sqlite(tmp_path)) as store:
        yield Place(school, SCHOOL / "sample-people.csv", store)
