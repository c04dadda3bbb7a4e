"""Activities that come again, stores that are busy and letters that Teams does not take: one effect, nothing lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.storage.sealing import Keyring
from adapters.storage.sqlite import SqliteStore
from bot.compiled import Knowledge
from bot.errors import Conflict
from tests.fakes import FakeClock
from tests.slack.fake_api import broken
from tests.slack.test_replays import LAD, LEAD, OWNER, QUESTION, Moody
from tests.teams.fake_connector import refuses, too_often
from tests.teams.office import Office, open_office, user_of
from tests.teams.screen import Screen, reports, reviews


@pytest.fixture
async def office(bakery: Knowledge) -> AsyncIterator[Office]:
    """The bakery on Teams, with a store that has moods."""
    async with open_office(bakery, Moody(), clock=FakeClock()) as office:
        yield office


@pytest.fixture
def store(office: Office) -> Moody:
    """The store with moods."""
    assert isinstance(office.store, Moody)
    return office.store


@pytest.fixture
def clock(office: Office) -> FakeClock:
    """The time, which the test moves."""
    assert isinstance(office.clock, FakeClock)
    return office.clock


@pytest.fixture
async def lad(office: Office) -> AsyncIterator[Screen]:
    """The shop lad's screen."""
    lad = Screen(office, LAD)
    yield lad
    assert not lad.faults


# --- the same again (check 13)


async def test_the_same_press_thirty_times_across_restarts_makes_one_report(bakery: Knowledge, tmp_path: Path) -> None:
    def opened() -> SqliteStore:
        return SqliteStore(tmp_path / "candour.db", Keyring.of([bytes(32)]), serving=True)

    store = opened()
    async with open_office(bakery, store) as office:
        lad, said = Screen(office, LAD), set()
        await reviews(lad, "injury")
        [send] = [value for value in lad.values if ":send:" in value]
        for number in range(30):
            await lad.picks(send, key="one press")
            said.add(lad.answered.status)
            if number % 10 == 9:
                store.close()
                store = opened()
                await office.restarts(store)
        await office.posts()

        assert said == {200}
        assert len(office.teams.inbox(user_of(LEAD))) == 1
        await lad.says("my reports")
        assert lad.hears.count("Reference:") == 1
    store.close()


async def test_a_question_that_teams_sends_again_is_answered_once(office: Office, lad: Screen) -> None:
    activity = office.sends.activity(lad.user, lad.chat, "message", text=QUESTION)

    answers = await asyncio.gather(*(office.sends.send(activity) for _ in range(11)))
    await office.settles()

    assert {answer.status for answer in answers} == {202}
    assert len(lad.inbox) == 1


async def test_send_pressed_twice_shows_the_first_reference_again(office: Office, lad: Screen) -> None:
    await reviews(lad, "injury")
    [send] = [value for value in lad.values if ":send:" in value]

    first = (await lad.picks(send)).hears
    again = (await lad.picks(send)).hears
    await office.posts()

    assert "Reference " in first
    assert first.partition("Reference ")[2][:9] == again.partition("Reference ")[2][:9]
    assert len(office.teams.inbox(user_of(LEAD))) == 1


async def test_nothing_is_acknowledged_before_it_is_on_disk(store: Moody, lad: Screen) -> None:
    await lad.says("report")
    store.committing.clear()
    store.may_commit.clear()

    request = asyncio.create_task(lad.picks("begin:injury"))
    assert await asyncio.to_thread(store.committing.wait, 10)
    before = request.done()
    store.may_commit.set()
    await request

    assert not before
    assert lad.answered.status == 200
    assert lad.values


async def test_not_saved_is_said_in_the_dialog_with_the_text_still_in_it_and_later_it_is_saved_once(
    store: Moody, lad: Screen
) -> None:
    await lad.says("report")
    await lad.picks("report:rude-customer")
    await lad.picks("begin:rude-customer")
    await lad.presses("No")
    await lad.presses("I saw or heard it")
    await lad.presses("Write it in private")

    store.raises = Conflict()
    await lad.writes("needle-words")
    assert lad.dialog
    assert "NOT saved. Your text is still in the form. Try again, or call " in lad.hears
    [box] = [element for element in lad.dialog["card"]["content"]["body"] if element["type"] == "Input.Text"]
    assert box["value"] == "needle-words"
    store.raises = None
    assert "needle-words" not in repr(vars(store))

    await lad.writes("needle-words")
    assert lad.dialog is None
    assert repr(vars(store)).count("needle-words") == 1


async def test_a_press_that_could_not_be_saved_says_so_and_counts_later(
    office: Office, store: Moody, lad: Screen
) -> None:
    await reviews(lad, "injury")
    [send] = [value for value in lad.values if ":send:" in value]

    store.raises = Conflict()
    await lad.picks(send, key="one press")
    assert "NOT saved." in lad.hears
    store.raises = None
    await office.posts()
    assert office.teams.inbox(user_of(LEAD)) == []

    await lad.picks(send, key="one press")
    await office.posts()
    assert len(office.teams.inbox(user_of(LEAD))) == 1


# --- letters, when Teams does not take them (checks 15 to 18)


@pytest.mark.parametrize(
    "trouble", [too_often(30), refuses(412), broken(500), broken(502)], ids=["429", "412", "500", "502"]
)
async def test_an_alert_that_teams_does_not_take_now_arrives_once_later_and_others_go_on(
    office: Office, clock: FakeClock, lad: Screen, trouble: Any
) -> None:
    lead = Screen(office, LEAD)
    office.teams.meets("send", trouble, chat=lead.chat)
    await reports(lad, "injury")
    await office.posts()
    assert lead.inbox == []
    assert office.teams.inbox(user_of(OWNER))

    clock.moves(timedelta(minutes=1))
    await office.posts()

    assert len(lead.inbox) == 1


async def test_when_somebody_has_removed_the_app_the_next_person_is_told_and_the_operator(
    office: Office, lad: Screen
) -> None:
    office.teams.installed &= {user_of(LAD), user_of("accountant@bakery.example")}

    await reports(lad, "injury")
    await office.posts()

    assert office.teams.inbox(user_of("accountant@bakery.example"))
    assert "letter" in repr(office.reports)


async def test_an_alert_reaches_somebody_met_before_a_restart_and_somebody_never_met(
    office: Office, lad: Screen
) -> None:
    lead = Screen(office, LEAD)
    await lead.says(QUESTION)
    await reports(lad, "injury")
    await office.restarts()

    await office.posts()

    assert "An urgent report is waiting for you." in [message["summary"] for message in lead.inbox]
    opened = [call.body["members"][0]["id"] for call in office.teams.called("open")]
    assert OWNER in opened
    assert not {LEAD, lead.user} & set(opened)
    assert office.teams.inbox(user_of(OWNER))


async def test_a_search_in_somebody_elses_chat_does_not_lead_alerts_there(office: Office, lad: Screen) -> None:
    lead = Screen(office, LEAD)
    await lead.says(QUESTION)
    theirs = office.teams.group("19:two-colleagues@unq.gbl.spaces", user_of(LEAD))
    query = {"commandId": "search", "parameters": [{"name": "question", "value": "watch"}]}
    await office.sends.invokes(lead.user, "composeExtension/query", query, theirs)

    await reports(lad, "injury")
    await office.posts()

    assert office.teams.messages[theirs] == []
    assert "An urgent report is waiting for you." in [message["summary"] for message in lead.inbox]


async def test_after_a_day_without_teams_everybody_has_their_alert_once(
    office: Office, clock: FakeClock, lad: Screen
) -> None:
    await reports(lad, "injury")
    office.teams.meets("open", *[broken(503)] * 40)
    for _ in range(50):
        await office.posts()
        clock.moves(timedelta(hours=1))

    alerts = [message["summary"] for message in office.teams.inbox(user_of(LEAD))]
    assert alerts == ["An urgent report is waiting for you."]
    assert len(office.teams.called("open")) > 40


async def test_an_alert_goes_out_with_a_new_token_when_the_old_one_was_revoked(office: Office, lad: Screen) -> None:
    await reports(lad, "injury")
    office.teams.revoke()

    await office.posts()

    assert len(office.teams.inbox(user_of(LEAD))) == 1
