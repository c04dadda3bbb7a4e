"""Organisations at work, for conversations about reports: the bakery, and the school with its sample people."""

from __future__ import annotations

import pytest

from bot.compiled import Knowledge
from tests.conftest import BAKERY, SCHOOL
from tests.talking import Place


@pytest.fixture
def shop(bakery: Knowledge) -> Place:
    """The bakery with everybody who works there."""
    return Place(bakery, BAKERY / "sample-people.csv")


@pytest.fixture
def academies(school: Knowledge) -> Place:
    """The school with its sample people."""
    return Place(school, SCHOOL / "sample-people.csv")
