"""Requests that come again, stores that are busy and replies that are lost: one effect, and never "saved" too early."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.storage.memory import MemoryStore
from adapters.storage.sealing import Keyring
from adapters.storage.sqlite import SqliteStore
from bot.compiled import Knowledge
from bot.errors import Conflict
from bot.people import Directory
from tests.slack.fake_api import broken
from tests.slack.office import Office, open_office, user_of
from tests.slack.screen import Screen, reports, reviews

LAD, LEAD, OWNER = "lad.high@bakery.example", "lead.high@bakery.example", "owner@bakery.example"
QUESTION = "Can I wear my watch while I knead?"


class Moody(MemoryStore):
    """A store that is busy or broken when the test says so, and that can be held before it commits."""

    raises: Exception | None = None

    def __init__(self) -> None:
        super().__init__()
        self.committing = threading.Event()
        self.may_commit = threading.Event()
        self.may_commit.set()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self.raises:
            raise self.raises
        with super().transaction():
            yield
            self.committing.set()
            assert self.may_commit.wait(10)


@pytest.fixture
async def office(bakery: Knowledge) -> AsyncIterator[Office]:
    """The bakery on Slack, with a store that has moods."""
    async with open_office(bakery, Moody()) as office:
        yield office


@pytest.fixture
def store(office: Office) -> Moody:
    """The store with moods."""
    assert isinstance(office.store, Moody)
    return office.store


@pytest.fixture
def lad(office: Office) -> Screen:
    """The shop lad's screen."""
    return Screen(office, LAD)


# --- the same request again (checks 2 and 13)


async def test_the_same_press_fifty_times_across_restarts_makes_one_report(bakery: Knowledge, tmp_path: Path) -> None:
    def opened() -> SqliteStore:
        return SqliteStore(tmp_path / "candour.db", Keyring.of([bytes(32)]), serving=True)

    store = opened()
    async with open_office(bakery, store) as office:
        lad = Screen(office, LAD)
        await reviews(lad, "injury")
        [send] = [value for value in lad.values if ":send:" in value]
        said = set()
        for number in range(50):
            await lad.picks(send, key="one press")
            said.add(lad.answered.status)
            if number % 10 == 9:
                store.close()
                store = opened()
                await office.restarts(store)
        await office.posts()

        assert said == {200}
        assert len(office.slack.inbox(user_of(LEAD))) == 1
        await lad.says("my reports")
        assert lad.hears.count("Reference:") == 1
    store.close()


async def test_a_question_that_slack_sends_again_is_answered_once(office: Office, lad: Screen) -> None:
    ts = office.slack.writes(lad.user, QUESTION)
    for retry in (0, 1, 2, 3):
        await office.sends.says(lad.user, QUESTION, lad.direct, ts, retry=retry, event_id="Ev1")
    await office.settles()

    assert len(office.slack.inbox(lad.user)) == 1


async def test_eleven_events_for_one_message_are_answered_once(office: Office, lad: Screen) -> None:
    ts = office.slack.writes(lad.user, QUESTION)
    await asyncio.gather(*(office.sends.says(lad.user, QUESTION, lad.direct, ts) for _ in range(11)))
    await office.settles()

    assert len(office.slack.inbox(lad.user)) == 1


async def test_a_retry_that_is_the_only_delivery_is_answered(office: Office, lad: Screen) -> None:
    ts = office.slack.writes(lad.user, QUESTION)

    await office.sends.says(lad.user, QUESTION, lad.direct, ts, retry=3)

    await office.settles()
    assert len(office.slack.inbox(lad.user)) == 1


async def test_send_pressed_twice_shows_the_first_reference_again(office: Office, lad: Screen) -> None:
    await reviews(lad, "injury")
    [send] = [value for value in lad.values if ":send:" in value]

    first = (await lad.picks(send)).hears
    again = (await lad.picks(send)).hears
    await office.posts()

    assert "Reference " in first
    assert first.partition("Reference ")[2][:9] == again.partition("Reference ")[2][:9]
    assert len(office.slack.inbox(user_of(LEAD))) == 1


# --- kept before it is acknowledged, and said afterwards


async def test_nothing_is_acknowledged_before_it_is_on_disk(office: Office, store: Moody, lad: Screen) -> None:
    await lad.says("report")
    store.committing.clear()
    store.may_commit.clear()

    request = asyncio.create_task(lad.picks("begin:injury"))
    assert await asyncio.to_thread(store.committing.wait, 10)
    before = (request.done(), len(office.slack.inbox(lad.user)))
    store.may_commit.set()
    await request

    assert before == (False, 1)
    assert lad.answered.status == 200
    assert len(office.slack.inbox(lad.user)) == 2


async def test_what_could_not_be_handled_is_not_acknowledged_and_counts_once_when_it_comes_again(
    office: Office, store: Moody, lad: Screen
) -> None:
    store.raises = RuntimeError("needle")
    await lad.picks("begin:injury", key="one press")
    assert (lad.answered.status, lad.shown) == (503, [])

    store.raises = None
    await lad.picks("begin:injury", key="one press")

    assert lad.answered.status == 200
    assert lad.shown
    assert "needle" not in repr(office.reports)


async def test_a_reply_may_be_lost_and_the_report_is_not(office: Office, lad: Screen) -> None:
    await reviews(lad, "injury")
    office.slack.meets("chat.postMessage", broken(500))
    office.slack.meets("views.update", broken(500))

    await lad.presses("Send")
    await office.posts()

    assert len(office.slack.inbox(user_of(LEAD))) == 1
    assert "Reference:" in (await lad.says("my reports")).hears


async def test_what_is_still_to_be_said_is_said_before_the_process_ends(office: Office, lad: Screen) -> None:
    ts = office.slack.writes(lad.user, QUESTION)
    await office.sends.says(lad.user, QUESTION, lad.direct, ts)

    await office.restarts()

    assert len(office.slack.inbox(lad.user)) == 1


# --- a busy store (check 10)


async def at_the_box(lad: Screen) -> None:
    """Up to the window in which the story is written."""
    await lad.picks("begin:rude-customer")
    await lad.presses("No")
    await lad.presses("I saw or heard it")
    await lad.presses("Write it in private")


async def test_not_saved_is_said_in_the_window_with_the_text_still_in_it_and_later_it_is_saved_once(
    store: Moody, bakery: Knowledge, lad: Screen
) -> None:
    await at_the_box(lad)
    window, box = lad.window, lad.view["blocks"][-1]["block_id"]
    values = {box: {"text:0": {"type": "plain_text_input", "value": "needle-words"}}}

    store.raises = Conflict()
    await lad.submits(lad.view, values, key="one submission")
    answer = lad.answered.body
    assert lad.window == window
    assert answer["response_action"] == "errors"
    assert answer["errors"][box].startswith("NOT saved. Your text is still in the form. Try again, or call ")
    store.raises = None
    assert "needle-words" not in repr(vars(store))

    await lad.submits(lad.view, values, key="one submission")
    assert not lad.window
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
    assert office.slack.inbox(user_of(LEAD)) == []

    await lad.picks(send, key="one press")
    await office.posts()
    assert len(office.slack.inbox(user_of(LEAD))) == 1


# --- old buttons (check 28)


@pytest.mark.parametrize("change", [{"roles": ()}, {"active": False}], ids=["lost the role", "left"])
async def test_the_button_of_an_alert_opens_nothing_for_who_lost_the_role(
    office: Office, lad: Screen, change: dict[str, object]
) -> None:
    await reports(lad, "injury", "needle-words")
    await office.posts()
    lead = Screen(office, LEAD)
    [alert] = office.slack.inbox(lead.user)
    [value] = [e["value"] for block in alert["blocks"] for e in block.get("elements", ()) if "value" in e]
    people = office.directory.current.people
    await office.moves_in(Directory({**people, LEAD: replace(people[LEAD], **change)}))  # type: ignore[arg-type]

    await lead.picks(value)

    assert "needle-words" not in repr(lead.shown) + repr(office.slack.views.get(lead.window))
