"""Reports through the playground's door: private windows, letters, the clock, and what a page is told when it fails."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.directory import read_people
from adapters.storage.memory import MemoryStore
from adapters.web.inbound import BadRequest, to_event
from adapters.web.runtime import Clock, Mailbox, build
from bot.errors import Conflict, Damaged
from bot.events import Actor, FormSent
from bot.live import LiveKnowledge
from bot.messages import Message, Paragraph
from bot.people import Directory
from bot.service import Service
from bot.turn import Turn
from tests.conftest import BAKERY

Client: TypeAlias = TestClient[web.Request, web.Application]
Json: TypeAlias = dict[str, Any]

LAD, OWNER = "lad.high@bakery.example", "owner@bakery.example"


class Store(MemoryStore):
    """A store that fails when the test says so: busy when it is written to, or damaged when it is read."""

    busy = damaged = False

    def write(self, actor: Actor, key: str, at: datetime, turn: Turn) -> None:
        """See `Store.write`."""
        if self.busy:
            raise Conflict("busy")
        super().write(actor, key, at, turn)

    def directory(self, organisation: str) -> Directory:
        """See `Store.directory`."""
        if self.damaged:
            raise Damaged("a page of the file was altered")
        return super().directory(organisation)


class Shop:
    """The bakery's playground, and the page that talks to it."""

    def __init__(self, live: LiveKnowledge) -> None:
        self.store = Store()
        self.clock = Clock()
        self.mailbox = Mailbox()
        self._keys = itertools.count(1)
        with self.store.transaction():
            self.store.keep_directory("test", read_people(BAKERY / "sample-people.csv", live.current.library.roles))
        service = Service(lambda: live.current, self.store)
        self.client: Client = TestClient(TestServer(build(service, live, self.store, "test", self.mailbox, self.clock)))

    async def post(self, **event: object) -> tuple[int, Json]:
        """Send an event of the shop lad's under a key of its own; status and answer."""
        body = {"person": LAD, "key": f"key-{next(self._keys):08}", **event}
        response = await self.client.post("/api/event", json=body)
        return response.status, await response.json()

    async def press(self, value: str) -> Json:
        """Press a button; the whole answer."""
        status, answer = await self.post(kind="choice", value=value)
        assert status == 200, answer
        return answer

    async def about(self, query: str = "") -> Json:
        """What the page asks for every few seconds."""
        response = await self.client.get(f"/api/playground{query}")
        answer: Json = await response.json()
        return answer

    async def move(self, minutes: object) -> tuple[int, Json]:
        """Move the clock."""
        response = await self.client.post("/api/clock", json={"minutes": minutes})
        return response.status, await response.json()

    async def opens_a_story(self) -> Json:
        """Begin a report and go on until a private window is offered; the private message."""
        answer = await self.press("begin:rude-customer")
        for _ in range(10):
            values = [value for reply in answer["replies"] for value in pressable(reply)]
            if write := next((value for value in values if ":write:" in value), None):
                [window] = (await self.press(write))["replies"]
                assert isinstance(window, dict)
                return window
            answer = await self.press(next(value for value in values if ":pick:" in value))
        raise AssertionError("no private window was offered")


def pressable(message: Json) -> list[str]:
    """The values of a message's buttons."""
    return [option["value"] for block in message["blocks"] for option in block.get("options", [])]


def said(text: str) -> Message:
    """A message as it is delivered."""
    return Message(summary=text, blocks=(Paragraph(text=text),))


@pytest.fixture
async def shop(cache: Path) -> AsyncIterator[Shop]:
    """A playground that is being served."""
    shop = Shop(LiveKnowledge(BAKERY, cache, print))
    async with shop.client:
        yield shop


async def test_a_story_is_asked_for_in_a_private_window_with_a_box(shop: Shop) -> None:
    window = await shop.opens_a_story()

    assert window["private"] is True
    [box] = [block for block in window["blocks"] if block["type"] == "textbox"]
    assert box["limit"] > 0
    assert box["send"]


async def test_what_is_sent_in_a_private_window_is_taken_and_the_next_question_comes_into_the_chat(shop: Shop) -> None:
    window = await shop.opens_a_story()
    form = next(block["form"] for block in window["blocks"] if block["type"] == "textbox")

    status, answer = await shop.post(kind="form", form=form, text="He shouted: 'Ω ü 火'.")

    assert status == 200
    assert not any(reply["private"] for reply in answer["replies"])
    assert "He shouted" not in str(answer)


async def test_a_form_of_forty_thousand_characters_comes_back_with_its_text(shop: Shop) -> None:
    window = await shop.opens_a_story()
    form = next(block["form"] for block in window["blocks"] if block["type"] == "textbox")

    status, answer = await shop.post(kind="form", form=form, text="a" * 40_000)

    [again] = answer["replies"]
    assert status == 200
    assert again["private"]
    assert "aaaa" in next(block["text"] for block in again["blocks"] if block["type"] == "textbox")


async def test_closing_a_window_is_noticed(shop: Shop) -> None:
    await shop.opens_a_story()

    _, answer = await shop.post(kind="closed")

    assert answer["replies"][0]["summary"].startswith("What was in the window was not saved.")


async def test_a_file_is_answered_with_what_to_do_and_nothing_of_it_is_asked_for(shop: Shop) -> None:
    _, answer = await shop.post(kind="file")

    assert answer["replies"][0]["summary"].startswith("I have not opened or kept that file.")


async def test_the_list_of_what_is_ones_own_says_so_when_there_is_nothing(shop: Shop) -> None:
    _, answer = await shop.post(kind="home")

    [home] = answer["replies"]
    assert any(block.get("text") == "You have sent no reports." for block in home["blocks"])
    assert "menu" in pressable(home)


async def test_hiding_tells_the_page_to_replace_what_was_said(shop: Shop) -> None:
    await shop.opens_a_story()

    answer = await shop.press("hide")

    assert answer["hide"] is True
    [line] = answer["replies"]
    assert line["summary"] == "Ask me what the policy says, in your own words."


async def test_other_answers_hide_nothing(shop: Shop) -> None:
    assert (await shop.press("menu"))["hide"] is False


async def test_the_beginning_of_a_report_names_the_chat_that_it_is_pressed_in(shop: Shop) -> None:
    answer = await shop.press("report:rude-customer")

    texts = [block.get("text", "") for block in answer["replies"][0]["blocks"]]
    assert any("the till screen" in text for text in texts)


@pytest.mark.parametrize(
    "event", [{"kind": "form", "form": "draft:1:2", "text": "a"}, {"kind": "choice", "value": "menu"}]
)
async def test_a_report_that_cannot_be_saved_says_so_and_whom_to_call(shop: Shop, event: dict[str, str]) -> None:
    shop.store.busy = True

    status, answer = await shop.post(**event)

    assert status == 503
    assert answer["problem"].startswith("NOT saved. Your text is still in the form.")
    assert "08081 570123" in answer["problem"]


async def test_the_same_form_under_the_same_key_is_saved_once_the_store_is_back(shop: Shop) -> None:
    window = await shop.opens_a_story()
    form = next(block["form"] for block in window["blocks"] if block["type"] == "textbox")
    event = {"kind": "form", "form": form, "text": "He shouted.", "key": "key-of-this-form"}
    shop.store.busy = True
    refused, _ = await shop.post(**event)

    shop.store.busy = False
    taken, answer = await shop.post(**event)

    assert (refused, taken) == (503, 200)
    assert not any(reply["private"] for reply in answer["replies"])


async def test_a_damaged_store_is_told_in_plain_words(shop: Shop) -> None:
    shop.store.damaged = True

    response = await shop.client.get("/api/playground")

    answer = await response.json()
    assert response.status == 500
    assert answer == {
        "problem": "This record cannot be read safely. Nothing of it is shown, and the operator has been told."
    }


async def test_somebody_who_has_left_is_not_played(shop: Shop) -> None:
    people = [person["id"] for person in (await shop.about())["people"]]
    status, answer = await shop.post(person="last.lead@bakery.example", kind="opened")

    assert "last.lead@bakery.example" not in people
    assert (status, list(answer)) == (400, ["problem"])


async def test_every_letter_is_listed_as_it_was_handed_over_once(shop: Shop) -> None:
    await shop.mailbox.send("test", OWNER, said("A report is waiting for you."))
    await shop.mailbox.send("test", LAD, said("There is news."))

    everything = (await shop.about())["letters"]
    since = (await shop.about("?after=1"))["letters"]

    assert [(letter["n"], letter["to"]) for letter in everything] == [(1, OWNER), (2, LAD)]
    assert since == everything[1:]
    assert (await shop.about("?after=2"))["letters"] == []
    assert everything[0]["payload"] == {
        "organisation": "test",
        "to": OWNER,
        "message": {
            "summary": "A report is waiting for you.",
            "private": False,
            "blocks": [{"type": "paragraph", "text": "A report is waiting for you."}],
        },
    }


@pytest.mark.parametrize("after", ["", "-1", "1.5", "one", "٣", "9" * 5000])
async def test_an_odd_place_to_start_from_is_the_beginning(shop: Shop, after: str) -> None:
    await shop.mailbox.send("test", OWNER, said("A report is waiting for you."))

    assert len((await shop.about(f"?after={after}"))["letters"]) == 1


async def test_the_page_can_tell_that_the_playground_was_started_again(shop: Shop, cache: Path) -> None:
    other = Shop(LiveKnowledge(BAKERY, cache, print))
    async with other.client:
        assert (await shop.about())["boot"] == (await shop.about())["boot"]
        assert (await shop.about())["boot"] != (await other.about())["boot"]


async def test_the_clock_moves_forward_by_what_was_asked_for(shop: Shop) -> None:
    before = datetime.fromisoformat((await shop.about())["now"])

    status, answer = await shop.move(60 * 24 * 7)

    moved = datetime.fromisoformat(answer["now"])
    assert status == 200
    assert moved - before >= timedelta(days=7)
    assert datetime.fromisoformat((await shop.about())["now"]) >= moved
    assert moved.tzinfo is not None


@pytest.mark.parametrize("minutes", [0, -15, 1.5, True, "15", None, [15], 60 * 24 * 40 + 1, 10**30])
async def test_the_clock_never_goes_back_or_too_far(shop: Shop, minutes: object) -> None:
    status, answer = await shop.move(minutes)

    assert (status, list(answer)) == (400, ["problem"])
    assert abs(shop.clock() - datetime.now(UTC)) < timedelta(minutes=1)


async def test_an_unfinished_report_is_looked_at_when_the_clock_has_passed_its_time(shop: Shop) -> None:
    await shop.opens_a_story()

    await shop.move(60 * 24 * 8)

    [posted] = shop.store.claim(shop.clock(), timedelta(minutes=1), 10, "worker")
    assert posted.letter.to == LAD
    assert "not finished" in posted.letter.message.summary


async def test_a_letter_tells_the_time_of_the_clock_that_was_moved(shop: Shop) -> None:
    await shop.move(60 * 24)

    await shop.mailbox.send("test", OWNER, said("A report is waiting for you."))

    [letter] = (await shop.about())["letters"]
    assert datetime.fromisoformat(letter["at"]) - datetime.now(UTC) > timedelta(hours=23)


async def test_the_clock_moves_also_while_the_store_is_busy(shop: Shop) -> None:
    await shop.opens_a_story()
    shop.store.busy = True

    status, _ = await shop.move(60 * 24 * 8)

    assert status == 200


def form_sent(**given: object) -> FormSent:
    """A form as the page posts it, read."""
    payload = {"person": LAD, "key": "key-of-this-form", "kind": "form", "form": "decide:say", **given}
    event = to_event(payload, "test", frozenset({LAD}), datetime(2030, 6, 4, tzinfo=UTC), "the till screen")
    assert isinstance(event, FormSent)
    return event


def test_a_form_brings_what_was_filled_in_by_the_names_of_its_fields() -> None:
    event = form_sent(fields={"why": ["He shouted: 'Ω ü 火'."], "told": ["owner", "lead"], "note-2": []})

    assert event.fields == {"why": ("He shouted: 'Ω ü 火'.",), "told": ("owner", "lead"), "note-2": ()}
    assert (event.text, event.ticked) == ("", ())


def test_a_text_box_and_a_list_to_tick_bring_no_fields() -> None:
    assert form_sent(text="He shouted.", ticked=["lead"]).fields == {}


def test_a_form_is_taken_up_to_its_limits() -> None:
    names = {f"{'n' * 57}-{number:02}": ["a" * 1000] for number in range(40)}

    assert len(form_sent(fields=names).fields) == 40
    assert len(form_sent(fields={"told": ["owner"] * 500}).fields["told"]) == 500


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (None, "fields must be an object of at most 40 names"),
        (["why"], "fields must be an object of at most 40 names"),
        ({str(number): [] for number in range(41)}, "fields must be an object of at most 40 names"),
        ({"": ["a"]}, "The name of a field must have 1 to 60 small letters"),
        ({"n" * 61: ["a"]}, "The name of a field must have 1 to 60 small letters"),
        ({"Why": ["a"]}, "The name of a field must have 1 to 60 small letters"),
        ({"why\n": ["a"]}, "The name of a field must have 1 to 60 small letters"),
        ({"why": "Because."}, "Each of the fields must be a list of strings."),
        ({"why": ["Because.", 1]}, "Each of the fields must be a list of strings."),
        ({"why": [["Because."]]}, "Each of the fields must be a list of strings."),
        ({"told": ["a"] * 250, "asked": ["a"] * 251}, "fields must hold at most 500 strings in all."),
        ({"why": ["a" * 20_000], "then": ["a" * 20_001]}, "This has more than 40,000 characters."),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_a_form_that_no_page_sends_is_refused_with_what_was_expected(fields: object, expected: str) -> None:
    with pytest.raises(BadRequest) as refused:
        form_sent(fields=fields)

    assert str(refused.value).startswith(expected)


async def test_a_form_that_is_too_long_is_refused_in_words_that_can_be_shown(shop: Shop) -> None:
    status, answer = await shop.post(kind="form", form="decide:say", fields={"why": ["a" * 40_001]})

    assert status == 400
    assert answer == {"problem": "This has more than 40,000 characters. Shorten it, or send it in parts."}
