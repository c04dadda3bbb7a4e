"""A small Slack on loopback, and our side of its Web API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import aiohttp
import pytest

from adapters.slack.api import TIMEOUT, SlackApi, web_client
from adapters.slack.people import SlackPeople
from adapters.slack.platform import SlackPlatform
from bot.people import Directory, Person
from tests.fakes import FakeClock
from tests.slack.fake_api import TEAM, TOKEN, FakeSlack

ANNE, BEN, CLEO = "anne@bakery.example", "ben@bakery.example", "cleo@bakery.example"
"""People of the bakery, by directory id. In Slack they are U0ANNE, U0BEN and U0CLEO."""

IMPATIENT = timedelta(seconds=0.3)
"""How long one call may take, in tests that leave it without an answer."""


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    """A workspace in which Anne, Ben and Cleo work."""
    async with FakeSlack() as slack:
        for email in (ANNE, BEN, CLEO):
            slack.joins(f"U0{email.partition('@')[0].upper()}", email)
        yield slack


@dataclass(slots=True)
class Wired:
    """Our side: what was built, what the operator was told, and the directory, which tests may change."""

    session: aiohttp.ClientSession
    slack: FakeSlack
    clock: FakeClock = field(default_factory=FakeClock)
    reports: list[str] = field(default_factory=list)
    directory: Directory = field(default_factory=Directory)
    teams: frozenset[str] = frozenset({TEAM})
    api: SlackApi = field(init=False)
    people: SlackPeople = field(init=False)
    platform: SlackPlatform = field(init=False)

    def __post_init__(self) -> None:
        self.directory = Directory({email: Person(id=email, name=email[:4].title()) for email in (ANNE, BEN, CLEO)})
        self.starts()

    def starts(self, timeout: timedelta = TIMEOUT) -> None:
        """Build it, or build it once more as after a restart."""
        self.api = SlackApi(web_client(TOKEN, self.session, self.slack.url), self.reports.append, timeout)
        self.people = SlackPeople(self.api, lambda: self.directory, self.teams, self.clock)
        marks = (f"mark{number}" for number in range(1_000_000))
        self.platform = SlackPlatform(self.api, self.people, "bakery", lambda: next(marks))


@pytest.fixture
async def wired(slack: FakeSlack) -> AsyncIterator[Wired]:
    """Our side of the Web API, connected to `slack`."""
    async with aiohttp.ClientSession() as session:
        yield Wired(session, slack)
