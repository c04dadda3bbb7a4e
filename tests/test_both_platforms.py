"""One organisation on Slack and on Teams at once: one service, one store, one outbox, and one person on both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.directory import read_people
from adapters.storage.memory import MemoryStore
from bot.compiled import Knowledge
from bot.delivery import Delivery
from bot.messages import TextBox, Ticks
from bot.ports import Platform
from tests.conftest import BAKERY, SCHOOL
from tests.fakes import FakeClock
from tests.sample_people import HEAD, HR, MANAGER, TEACHER
from tests.slack.office import Office as SlackOffice
from tests.slack.office import open_office as open_slack
from tests.slack.screen import Screen as SlackScreen
from tests.teams.office import Office as TeamsOffice
from tests.teams.screen import Screen as TeamsScreen

DECIDED = "It is decided to keep copies."

LAD, LEAD, OWNER = "lad.high@bakery.example", "lead.high@bakery.example", "owner@bakery.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Both offices over one service and one store, and the one delivery that serves them."""

    slack: SlackOffice
    teams: TeamsOffice
    delivery: Delivery

    async def posts(self) -> None:
        """Deliver every letter that is due."""
        while await self.delivery.round():
            pass

    def alerts(self, person: str) -> int:
        """How many alerts somebody has, wherever."""
        slack, teams = SlackScreen(self.slack, person), TeamsScreen(self.teams, person)
        shown = [message["text"] for message in self.slack.slack.inbox(slack.user)]
        shown += [message["summary"] for message in teams.inbox]
        return shown.count("An urgent report is waiting for you.")


@asynccontextmanager
async def open_house(knowledge: Knowledge, people: Path, first: str) -> AsyncIterator[House]:
    """An organisation on both platforms; `first` is where letters are tried first."""
    store, clock = MemoryStore(), FakeClock()
    async with open_slack(knowledge, store, people=people) as slack:
        teams = await TeamsOffice(lambda: knowledge, store, clock, service=slack.service).opens()
        await teams.moves_in(read_people(people / "sample-people.csv", knowledge.library.roles))
        platforms: dict[str, Platform] = {"slack": slack.runtime, "teams": teams.platform}
        if first == "teams first":
            platforms = dict(reversed(platforms.items()))
        reports = [*slack.reports]
        delivery = Delivery(store, slack.service, platforms, clock, reports.append, worker="house")
        try:
            yield House(slack=slack, teams=teams, delivery=delivery)
            assert not [line for line in reports + slack.reports + teams.reports if "broke" in line]
        finally:
            await teams.closes()


FIRST = ["slack first", "teams first"]


@pytest.fixture(params=FIRST)
async def house(request: pytest.FixtureRequest, bakery: Knowledge) -> AsyncIterator[House]:
    """The bakery on both platforms; letters are tried on one or the other first."""
    async with open_house(bakery, BAKERY, request.param) as house:
        yield house


@pytest.fixture(params=FIRST)
async def academies(request: pytest.FixtureRequest, school: Knowledge) -> AsyncIterator[House]:
    """The school: the Head is on Slack and has no app in Teams yet, the HR Manager is in Teams alone."""
    async with open_house(school, SCHOOL, request.param) as house:
        house.teams.teams.installed.discard(TeamsScreen(house.teams, HEAD).user)
        house.slack.slack.joins(SlackScreen(house.slack, HR).user, HR, deleted=True)
        await TeamsScreen(house.teams, HR).installs()
        yield house


async def test_a_report_is_begun_on_slack_and_sent_on_teams_opened_on_slack_and_taken_on_teams(house: House) -> None:
    at_work, at_home = SlackScreen(house.slack, LAD), TeamsScreen(house.teams, LAD)
    await at_work.picks("begin:rude-customer")
    await at_work.presses("No")
    await at_work.presses("I saw or heard it")
    await at_work.presses("Write it in private")
    await at_work.writes("As it was, told on Slack.")

    await at_home.says("carry on")
    await finishes(at_home)
    assert at_home.hears.startswith("Saved at ")
    ref = at_home.hears.partition("Reference ")[2][:9]
    await house.posts()

    store = house.slack.store
    with store.transaction():
        kept = store.case("test", ref)
    assert kept is not None
    assert kept.reporter == LAD
    handler = kept.handlers[0].person
    on_slack, on_teams = SlackScreen(house.slack, handler), TeamsScreen(house.teams, handler)
    await on_slack.picks(f"case:open:{ref}")
    assert "As it was, told on Slack." in on_slack.hears
    await on_teams.picks(f"case:open:{ref}")
    assert "As it was, told on Slack." in on_teams.hears
    await on_teams.presses("I take responsibility")

    await on_slack.picks(f"case:open:{ref}")
    assert "I take responsibility" not in [option.label for option in on_slack.options]
    for screen in (at_work, at_home):
        await screen.says("my reports")
        assert screen.hears.count("Reference:") == 1
        assert ref in screen.hears


async def test_the_same_question_has_the_same_answer_on_both(house: House) -> None:
    at_work, at_home = SlackScreen(house.slack, LAD), TeamsScreen(house.teams, LAD)

    await at_work.says("Can I wear my watch while I knead?")
    await at_home.says("Can I wear my watch while I knead?")

    assert at_work.values == at_home.values
    assert at_work.shown[0].summary == at_home.shown[0].summary


async def test_one_person_on_both_platforms_is_told_once(house: House) -> None:
    lead_on_slack, lead_on_teams = SlackScreen(house.slack, LEAD), TeamsScreen(house.teams, LEAD)
    await lead_on_slack.says("hello")
    await lead_on_teams.says("hello")
    lad = TeamsScreen(house.teams, LAD)
    await lad.picks("begin:injury")
    await finishes(lad)

    await house.posts()

    assert house.alerts(LEAD) == 1


async def test_two_ids_of_one_person_count_as_one_when_a_report_is_about_them(house: House) -> None:
    lad = TeamsScreen(house.teams, LAD)
    await lad.picks("begin:injury")
    await finishes(lad, LEAD)

    await house.posts()

    assert house.alerts(LEAD) == 0
    assert house.alerts(OWNER) == 1
    for lead in (SlackScreen(house.slack, LEAD), TeamsScreen(house.teams, LEAD)):
        await lead.says("home")
        assert "Reference" not in lead.hears


async def test_what_one_platform_cannot_deliver_the_other_does(house: House) -> None:
    lead = SlackScreen(house.slack, LEAD)
    house.teams.teams.installed.clear()
    house.slack.slack.joins(SlackScreen(house.slack, OWNER).user, OWNER, deleted=True)
    lad = SlackScreen(house.slack, LAD)
    await lad.picks("begin:injury")
    await finishes(lad)

    await house.posts()

    assert house.alerts(LEAD) == 1
    assert len(house.slack.slack.inbox(lead.user)) == 1


async def test_two_decide_together_on_different_platforms_and_an_alert_in_one_shows_who_took_it_in_the_other(
    academies: House,
) -> None:
    ref = await concern(academies, "head_of_school", "hr_manager")
    head, hr = SlackScreen(academies.slack, HEAD), TeamsScreen(academies.teams, HR)
    *_, alert = hr.inbox
    await hr.refreshes(alert)
    assert "waiting for you" in hr.hears

    await head.picks(f"case:open:{ref}")
    await head.presses("I take responsibility")
    await hr.refreshes(alert)
    assert "Somebody has taken responsibility" in hr.hears
    await hr.presses("Open")
    assert "Responsibility taken by the Head of School" in hr.hears

    await proposes(head, ref)
    await academies.posts()
    await hr.picks(f"decide:open:{ref}")
    assert "As it was." not in hr.hears
    await hr.presses("I agree")
    assert DECIDED in hr.hears

    await head.picks(f"case:open:{ref}")
    assert DECIDED in head.hears
    assert "Agreed: Head of School" in head.hears
    assert "Agreed: HR Manager" in head.hears


async def test_somebody_who_agrees_on_slack_and_again_on_teams_is_one_of_two(academies: House) -> None:
    ref = await concern(academies, "line_manager")
    manager = SlackScreen(academies.slack, MANAGER)
    await manager.picks(f"case:take:{ref}")
    await proposes(manager, ref)
    await academies.posts()
    at_work, at_home, hr = (
        SlackScreen(academies.slack, HEAD),
        TeamsScreen(academies.teams, HEAD),
        TeamsScreen(academies.teams, HR),
    )

    await at_work.picks(f"decide:open:{ref}")
    await at_work.presses("I agree")
    await at_home.picks(f"decide:agree:{ref}")

    for head in (at_work, at_home):
        assert "Persons still needed who agree: 1." in head.hears
        assert DECIDED not in head.hears
    await hr.picks(f"decide:open:{ref}")
    await hr.presses("I agree")
    assert DECIDED in hr.hears


async def concern(house: House, *roles: str) -> str:
    """A report about a colleague, sent on Slack to these roles, which have their letters. Its reference."""
    teacher = SlackScreen(house.slack, TEACHER)
    await teacher.picks("begin:colleague-conduct")
    await finishes(teacher, *roles)
    await house.posts()
    return teacher.hears.partition("Reference ")[2][:9]


async def proposes(handler: SlackScreen, ref: str) -> None:
    """Whoever has a case asks the others to decide that copies are kept."""
    await handler.picks(f"case:open:{ref}")
    await handler.presses("More")
    await handler.presses("Keep copies of a public profile")
    await handler.fills(purpose="To speak with her.", viewed="Her page, on Sunday.", why="It breaks the standards.")


async def finishes(writer: SlackScreen | TeamsScreen, *ticked: str) -> None:
    """Answer what is still asked, the shortest way, and send the report. `ticked` are ticked where they can be."""
    close = any("@" in who for who in ticked)
    for _ in range(60):
        if review := [value for value in writer.values if value.endswith(":review")]:
            await writer.picks(review[0])
            await writer.presses("Send")
            return
        ways = (":skip:about", *(() if close else (":skip:close",)), ":write:", ":pick:")
        if asked := [value for way in ways for value in writer.values if way in value]:
            await writer.picks(asked[0])
        for block in [block for message in writer.shown for block in message.blocks]:
            if isinstance(block, TextBox):
                await writer.sends(block.form, "As it was.")
            elif isinstance(block, Ticks):
                values = [option.value for option in block.options]
                chosen = tuple(value for value in values if value in ticked)
                await writer.sends(block.form, ticked=chosen or (values[0],))
    raise AssertionError("the questions never end")
