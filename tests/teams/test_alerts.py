"""Alerts in Teams: what they show once somebody looks at them again, or has pressed their button, and to whom."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.compiled import Knowledge
from bot.people import Directory
from tests.slack.test_runtime import LAD, LEAD, OWNER, QUESTION
from tests.teams.office import Office, open_office, user_of
from tests.teams.reading import actions, card_of
from tests.teams.screen import Screen, reports

CHANNEL = "19:bakers@thread.tacv2"


@pytest.fixture
async def office(bakery: Knowledge) -> AsyncIterator[Office]:
    """The bakery on Teams, in memory."""
    async with open_office(bakery) as office:
        office.teams.group(CHANNEL, user_of(LAD))
        yield office
        assert not [line for line in office.reports if "request-broke" in line or "reply-lost" in line]


@pytest.fixture
async def lad(office: Office) -> AsyncIterator[Screen]:
    """The shop lad's screen."""
    lad = Screen(office, LAD)
    yield lad
    assert not lad.faults


async def test_an_alert_shows_its_reader_who_took_it_meanwhile(office: Office, lad: Screen) -> None:
    await reports(lad, "injury")
    lead, owner = Screen(office, LEAD), Screen(office, OWNER)
    await office.posts()
    [alert] = lead.inbox
    await lead.refreshes(alert)
    assert "Somebody has taken responsibility" not in lead.hears

    [opens] = lead.values
    await lead.picks(opens)
    await lead.presses("I take responsibility")

    for reader, seen in ((lead, alert), (lead, alert), (owner, owner.inbox[0])):
        await reader.refreshes(seen)
        assert "Somebody has taken responsibility" in reader.hears


async def test_an_alert_says_who_took_it_once_its_button_was_pressed(office: Office, lad: Screen) -> None:
    await reports(lad, "injury")
    lead, owner = Screen(office, LEAD), Screen(office, OWNER)
    await office.posts()
    opens = _opens(lead)
    await lead.picks(opens)
    await lead.presses("I take responsibility")
    assert "Somebody has taken responsibility" not in repr(lead.inbox) + repr(owner.inbox)

    for reader in (owner, lead):
        await reader.picks(opens)

        assert reader.dialog
        [changed] = reader.changed
        assert "Somebody has taken responsibility" in repr(changed)
        assert card_of(changed)["refresh"]["userIds"] == [reader.user]
        assert _opens(reader) == opens


@pytest.mark.parametrize("how", ["looks at it", "presses it"])
async def test_an_alert_of_a_case_that_is_theirs_no_more_becomes_a_line_without_buttons(
    office: Office, bakery: Knowledge, lad: Screen, how: str
) -> None:
    await reports(lad, "injury")
    lead, people = Screen(office, LEAD), office.directory.current.people
    await office.posts()
    opens, not_yours = _opens(lead), bakery.library.report_wording.not_yours
    await office.moves_in(Directory({**people, LEAD: replace(people[LEAD], roles=())}))

    await (lead.refreshes(lead.inbox[0]) if how == "looks at it" else lead.picks(opens))

    assert lead.hears == not_yours
    assert lead.values == []
    [alert] = lead.inbox
    assert alert["summary"] == not_yours
    assert not list(actions(card_of(alert)))


def _opens(reader: Screen) -> str:
    """What the button of the one alert carries."""
    [pressed] = actions(card_of(reader.inbox[0]))
    return str(pressed["data"]["candour"]["value"])


@pytest.mark.parametrize("shared", [True, False])
async def test_a_button_that_says_it_is_of_an_alert_brings_nothing_else_up_to_date(
    office: Office, lad: Screen, shared: bool
) -> None:
    await lad.says(QUESTION)
    before = repr(lad.inbox) + repr(office.teams.messages[CHANNEL])
    [answer] = lad.inbox

    for shows in ("mine", "begin:injury", "alert:AB12-CD34" if shared else "alert"):
        data = {"msteams": {"type": "task/fetch"}, "candour": {"value": "mine:show:AB12-CD34", "shows": shows}}
        await lad.invokes("task/fetch", {"data": data}, chat=CHANNEL if shared else "", replyToId=answer["id"])

    assert repr(lad.inbox) + repr(office.teams.messages[CHANNEL]) == before


async def test_what_a_client_asks_for_as_a_refresh_changes_nothing(office: Office, lad: Screen) -> None:
    await lad.picks("begin:injury")
    [cancel, *_] = [value for value in lad.values if value.startswith("draft:")]
    before = repr(vars(office.store))

    for value in (cancel, "mine", "begin:rude-customer", "case:open:AB12-CD34", "draft:x:write:y", "hide"):
        action = {"type": "Action.Execute", "verb": "refresh", "data": {"candour": {"value": value}}}
        await lad.invokes("adaptiveCard/action", {"action": action, "trigger": "automatic"})
        assert lad.answered.status == 200

    assert repr(vars(office.store)) == before
