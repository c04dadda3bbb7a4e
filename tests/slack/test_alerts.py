"""Alerts in the chat: one from which a case is opened shows who has taken it by now; nothing else is replaced."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from bot.compiled import Knowledge
from bot.errors import Conflict
from bot.events import ChoicePicked, Event
from bot.service import Service
from bot.turn import Turn
from tests.fakes import FakeClock
from tests.slack.fake_api import Trouble, broken, refuses, reset
from tests.slack.office import Office, open_office
from tests.slack.reading import elements
from tests.slack.screen import Screen, reports

LAD, LEAD, OWNER = "lad.high@bakery.example", "lead.high@bakery.example", "owner@bakery.example"
NEEDLE = "zx81-quokka"
WAITING, TAKEN = "An urgent report is waiting for you.", "Somebody has taken responsibility for this report."


class Busy(Service):
    """Too busy to look at alerts, if the test says so. `looks` counts how often it was asked."""

    busy, looks = False, 0

    async def submit(self, event: Event) -> Turn:
        """See `Service.submit`."""
        if isinstance(event, ChoicePicked) and event.value.startswith("alert:"):
            self.looks += 1
            if self.busy:
                raise Conflict
        return await super().submit(event)


@pytest.fixture
async def office(bakery: Knowledge) -> AsyncIterator[Office]:
    """The bakery on Slack, where somebody has reported an injury and all who are told have their alert."""
    async with open_office(bakery, service=Busy) as office:
        await reports(Screen(office, LAD), "injury", NEEDLE)
        await office.posts()
        yield office
        assert office.slack.faults == []
        assert not [line for line in office.reports if "broke" in line or "lost" in line]


@pytest.fixture
def lead(office: Office) -> Screen:
    """The shift lead's screen."""
    return Screen(office, LEAD)


def alert(of: Screen) -> dict[str, Any]:
    """The first letter that somebody has, as it stands in the chat now."""
    return of.office.slack.inbox(of.user)[0]


async def opens(of: Screen, message: Mapping[str, Any]) -> None:
    """Press the button of a message."""
    [button] = [part for _, part in elements(message)]
    await of.acts(button, ts=message["ts"], message=dict(message))


async def takes(person: str, office: Office) -> None:
    """Somebody takes the case."""
    of = Screen(office, person)
    await opens(of, alert(of))
    await of.presses("I take responsibility")


async def test_an_alert_shows_who_took_the_report_as_soon_as_it_is_opened_from_there(
    office: Office, lead: Screen
) -> None:
    await takes(OWNER, office)
    assert alert(lead)["text"] == WAITING

    await opens(lead, alert(lead))

    assert alert(lead)["text"] == TAKEN
    assert "taken by the owner" in repr(alert(lead)["blocks"])
    assert NEEDLE in lead.hears
    assert NEEDLE not in repr(alert(lead))


async def test_an_alert_shown_anew_can_be_opened_again_and_is_still_known_as_the_letter_it_was(
    office: Office, lead: Screen
) -> None:
    await takes(OWNER, office)
    mark = alert(lead)["blocks"][0]["block_id"]

    for _ in range(2):
        await opens(lead, alert(lead))
        assert NEEDLE in lead.hears

    assert alert(lead)["blocks"][0]["block_id"] == mark
    assert mark.startswith("letter:")


async def test_the_window_opens_before_the_alert_is_looked_at(office: Office, lead: Screen) -> None:
    await takes(OWNER, office)

    await opens(lead, alert(lead))

    assert [call.method for call in office.slack.calls][-2:] == ["views.open", "chat.update"]


async def test_an_alert_of_a_report_that_still_waits_is_left_alone(office: Office, lead: Screen) -> None:
    await opens(lead, alert(lead))

    assert NEEDLE in lead.hears
    assert office.slack.called("chat.update") == []


async def test_a_reminder_shows_who_took_the_report_as_well(office: Office, bakery: Knowledge, lead: Screen) -> None:
    assert isinstance(office.clock, FakeClock)
    office.clock.moves(timedelta(minutes=10))
    office.service.sweep(office.clock())
    await office.posts()
    [reminder] = [m for m in office.slack.inbox(lead.user) if m["text"] == bakery.library.case_wording.reminder]
    await takes(OWNER, office)

    await opens(lead, reminder)

    assert reminder["text"] == TAKEN


@pytest.mark.parametrize("trouble", [broken(500), refuses("message_not_found"), refuses("ratelimited"), reset()])
async def test_an_alert_that_cannot_be_shown_anew_stays_and_nobody_is_told(
    office: Office, lead: Screen, trouble: Trouble
) -> None:
    await takes(OWNER, office)
    office.slack.meets("chat.update", trouble)

    await opens(lead, alert(lead))

    assert (lead.answered.status, alert(lead)["text"]) == (200, WAITING)
    assert NEEDLE in lead.hears


async def test_a_busy_store_leaves_the_alert_as_it_is(office: Office, lead: Screen) -> None:
    assert isinstance(office.service, Busy)
    await takes(OWNER, office)
    office.service.busy = True

    await opens(lead, alert(lead))

    assert (office.service.looks, alert(lead)["text"]) == (2, WAITING)
    assert NEEDLE in lead.hears


async def test_news_about_a_case_stays_news_when_it_is_opened(office: Office, lead: Screen) -> None:
    lad = Screen(office, LAD)
    await opens(lead, alert(lead))
    await lad.says("my reports")
    await lad.presses("Open")
    await lad.presses("Add something")
    await lad.writes("And one thing more.")
    await office.posts()
    [news] = [m for m in office.slack.inbox(lead.user) if m["text"].startswith("There is news about a report")]

    await opens(lead, news)

    assert NEEDLE in lead.hears
    assert news["text"].startswith("There is news about a report")


async def test_a_list_of_cases_in_the_chat_stays_a_list_when_one_is_opened(office: Office, lead: Screen) -> None:
    await lead.says("home")
    before = [dict(message) for message in office.slack.inbox(lead.user)]
    [value] = [value for value in lead.values if value.startswith("case:open:")]

    await lead.picks(value)

    assert NEEDLE in lead.hears
    assert office.slack.inbox(lead.user) == before


async def test_nothing_is_looked_at_for_somebody_who_may_not_open_the_case(office: Office, lead: Screen) -> None:
    assert isinstance(office.service, Busy)
    stranger = Screen(office, "driver@bakery.example")
    [button] = [part for _, part in elements(alert(lead))]

    await stranger.acts(button, ts=alert(lead)["ts"], message=alert(lead))

    assert office.service.looks == 0
    assert NEEDLE not in repr(stranger.shown)
