"""One contract for every platform that letters go out by. A new platform adds a parameter, not tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import aiohttp
import pytest

from adapters.slack.api import SlackApi, web_client
from adapters.slack.people import SlackPeople
from adapters.slack.platform import SlackPlatform
from adapters.storage.memory import MemoryStore
from adapters.teams.bearer import Bearer
from adapters.teams.connector import Connector
from adapters.teams.platform import TeamsPlatform
from adapters.teams.references import Reference, References
from adapters.teams.replying import drawn
from adapters.web.mailbox import Mailbox
from bot.messages import Choices, Facts, Message, Notice, Option, Paragraph
from bot.people import Directory, Person
from bot.ports import Platform, Taken
from tests.fakes import FakeClock
from tests.slack.fake_api import TEAM, TOKEN, FakeSlack
from tests.teams.fake_connector import BOT, TENANT, FakeTeams

ORGANISATION = "bakery"
ANNE, BEN = "anne@bakery.example", "ben@bakery.example"
NEEDLE = "zx81-quokka"


def alert(number: int = 1) -> Message:
    """A letter about a case."""
    facts = Facts(rows=(("Reference", f"AB12-CD{number:02}"), ("Urgency", "Urgent")))
    opens = Choices(prompt="", options=(Option(label="Open", value=f"case:open:AB12-CD{number:02}"),))
    return Message(summary="An urgent report is waiting for you.", blocks=(facts, opens))


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A platform, and a way to look at all that a person got from it, in order, as one text each."""

    platform: Platform
    got: Callable[[str], list[str]]


@pytest.fixture(params=["playground", "slack", "teams"])
async def posted(request: pytest.FixtureRequest) -> AsyncIterator[Posted]:
    """Each platform, with Anne and Ben on it."""
    if request.param == "playground":
        box = Mailbox()
        yield Posted(platform=box, got=lambda who: [repr(let["message"]) for let in box.letters(0) if let["to"] == who])
        return
    if request.param == "teams":
        async with FakeTeams() as teams, aiohttp.ClientSession() as session:
            members = {who: teams.joins(f"29:{who[:3]}", who)["id"] for who in (ANNE, BEN)}
            bearer = Bearer(session, teams.setup, FakeClock())
            connector = Connector(session, bearer, lambda _: None, loopback=True)
            references = References(MemoryStore(), ORGANISATION)
            for who, user in members.items():
                met = Reference(service_url=teams.service_url, tenant=TENANT, bot=BOT, user=user)
                await references.learn(who, met)
            by_teams = TeamsPlatform(connector, references, teams.setup, ORGANISATION, drawn)
            yield Posted(platform=by_teams, got=lambda who: [repr(each) for each in teams.inbox(members[who])])
        return
    async with FakeSlack() as slack, aiohttp.ClientSession() as session:
        users = {who: slack.joins(f"U0{who[:3].upper()}", who)["id"] for who in (ANNE, BEN)}
        directory = Directory({who: Person(id=who, name=who[:3].title()) for who in users})
        api = SlackApi(web_client(TOKEN, session, slack.url), lambda _: None)
        people = SlackPeople(api, lambda: directory, frozenset({TEAM}), FakeClock())
        platform = SlackPlatform(api, people, ORGANISATION, lambda: "mark")
        yield Posted(platform=platform, got=lambda who: [repr(message) for message in slack.inbox(users[who])])
        assert slack.faults == []


async def test_a_letter_reaches_its_person_and_nobody_else(posted: Posted) -> None:
    outcome = await posted.platform.send(ORGANISATION, ANNE, alert())

    assert outcome == Taken()
    assert len(posted.got(ANNE)) == 1
    assert posted.got(BEN) == []


async def test_a_letter_shows_its_summary_its_facts_and_its_button(posted: Posted) -> None:
    await posted.platform.send(ORGANISATION, ANNE, alert())

    [letter] = posted.got(ANNE)
    for part in ("An urgent report is waiting for you.", "AB12-CD01", "Urgent", "Open", "case:open:AB12-CD01"):
        assert part in letter


async def test_letters_arrive_in_the_order_in_which_they_were_handed_over(posted: Posted) -> None:
    for number in range(5):
        await posted.platform.send(ORGANISATION, ANNE, alert(number))

    assert [f"AB12-CD{number:02}" in letter for number, letter in enumerate(posted.got(ANNE))] == [True] * 5


async def test_the_same_letter_handed_over_twice_arrives_twice(posted: Posted) -> None:
    for _ in range(2):
        assert await posted.platform.send(ORGANISATION, ANNE, alert()) == Taken()

    assert len(posted.got(ANNE)) == 2


async def test_what_was_written_arrives_as_it_was_typed(posted: Posted) -> None:
    typed = f"{NEEDLE} <!channel> *b* & <b>x</b> ${{y}}"

    await posted.platform.send(ORGANISATION, ANNE, Message(summary="Plain.", blocks=(Paragraph(text=typed),)))

    assert typed in posted.got(ANNE)[0]


async def test_a_long_letter_arrives_whole(posted: Posted) -> None:
    words = [f"word{number:05}" for number in range(4_000)]

    letter = Message(summary="Long.", blocks=(Notice(text="First."), Paragraph(text=" ".join(words))))

    assert await posted.platform.send(ORGANISATION, ANNE, letter) == Taken()
    arrived = "".join(posted.got(ANNE))
    assert [word for word in words if word not in arrived] == []


async def test_an_empty_letter_raises_nothing(posted: Posted) -> None:
    assert await posted.platform.send(ORGANISATION, ANNE, Message(summary="Empty.", blocks=())) == Taken()
