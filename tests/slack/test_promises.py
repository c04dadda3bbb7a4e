"""What is promised to people, held in Slack: the exact words, nothing outside private windows, nothing in any log."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.compiled import Knowledge
from bot.logs import quiet_libraries
from tests.conftest import SCHOOL
from tests.conversations.test_reporting import CONFIDENTIAL, FILE_OFFERED, START
from tests.sample_people import TEACHER
from tests.slack.fake_api import APP_TOKEN, TOKEN, broken, refuses
from tests.slack.office import Office, open_office, user_of
from tests.slack.screen import Screen, reports, reviews
from tests.slack.sender import SECRET

LAD, LEAD = "lad.high@bakery.example", "lead.high@bakery.example"
NEEDLE = "zx81-quokka"
HOSTILE = f"{NEEDLE} <!channel> <@U0LEAD> <https://evil.example|bank> *b* ${{x}} <at>you</at> =1+1 &lt; :smile:"
PRIVATE = ("views.open", "views.update")


@pytest.fixture
async def office(bakery: Knowledge) -> AsyncIterator[Office]:
    """The bakery on Slack, in memory."""
    async with open_office(bakery) as office:
        yield office
        assert office.slack.faults == []


@pytest.fixture
def lad(office: Office) -> Screen:
    """The shop lad's screen."""
    return Screen(office, LAD)


async def whole_story(office: Office) -> tuple[Screen, Screen]:
    """Somebody reports in hostile words, somebody opens and takes it, and the first adds to it and withdraws it."""
    lad, lead = Screen(office, LAD), Screen(office, LEAD)
    await reports(lad, "injury", HOSTILE)
    await office.posts()
    [alert] = office.slack.inbox(lead.user)
    [opens] = [e["value"] for block in alert["blocks"] for e in block.get("elements", ()) if "value" in e]
    await lead.picks(opens)
    await lead.presses("I take responsibility")
    await office.posts()
    await lad.says("my reports")
    await lad.presses("Open")
    await lad.presses("Add something")
    await lad.writes(HOSTILE)
    await office.posts()
    await lad.says("my reports")
    await lad.opens("home")
    return lad, lead


# --- the exact words (check 47)


@pytest.fixture
async def teacher(school: Knowledge) -> AsyncIterator[Screen]:
    """A teacher's screen, at the school."""
    async with open_office(school, people=SCHOOL) as office:
        yield Screen(office, TEACHER)


async def test_what_the_chat_shows_is_said_before_the_first_question(teacher: Screen) -> None:
    await teacher.picks("report:cyberbullying")

    assert START.format(platform="Slack") in teacher.hears


async def test_confidential_is_explained_in_the_chat_and_in_the_review(teacher: Screen) -> None:
    before, _, after = CONFIDENTIAL.partition("{recipients}")

    await reviews(teacher, "cyberbullying")

    chat = repr([message["blocks"] for message in teacher.office.slack.inbox(teacher.user)])
    assert before in chat
    assert after in chat.replace("\\'", "'")
    assert before in teacher.hears
    assert after in teacher.hears


async def test_saved_is_said_with_the_time_the_roles_the_reference_and_who_is_next(teacher: Screen) -> None:
    await reports(teacher, "cyberbullying")

    assert re.fullmatch(
        r"Saved at 23 November 2026, 09:00\. Told: [^.]+\. Reference [0-9A-Z]{4}-[0-9A-Z]{4}\. "
        r"If nobody confirms by 23 November 2026, [0-9:]+ we tell [^.]+\..*",
        teacher.hears,
    )


async def test_a_file_is_refused(teacher: Screen) -> None:
    await teacher.offers_a_file()

    assert teacher.hears.startswith(FILE_OFFERED.format(lead="the safeguarding lead"))


async def test_the_words_that_notifications_show_tell_that_and_never_what(office: Office) -> None:
    await whole_story(office)
    flow = office.knowledge().library.flows["injury"]

    shown = [
        message["text"] for messages in office.slack.messages.values() for message in messages if "bot_id" in message
    ]
    assert all(shown)
    assert not [text for text in shown if NEEDLE in text or flow.title.casefold() in text.casefold()]


# --- where the story is, and where it never is (checks 22 and 35)


async def test_what_was_written_leaves_us_only_for_private_windows_and_only_for_slack(office: Office) -> None:
    await whole_story(office)

    ours = urlsplit(office.slack.url).netloc
    assert {call.host for call in office.slack.calls} == {ours}
    aloud = [call.arguments for call in office.slack.calls if call.method not in PRIVATE]
    assert NEEDLE not in repr(aloud) + repr(office.slack.responses) + repr(office.slack.messages)
    assert NEEDLE in repr([call.arguments for call in office.slack.calls if call.method in PRIVATE])


async def test_hostile_words_arrive_as_they_were_typed(office: Office) -> None:
    await whole_story(office)

    read = [call.arguments["view"] for call in office.slack.calls if call.method in PRIVATE]
    assert HOSTILE in [text for view in read for text in texts(view)]


async def test_nothing_is_ever_sent_as_mark_up_or_unfurled(office: Office) -> None:
    await whole_story(office)

    for call in office.slack.calls:
        assert "mrkdwn'" not in repr(call.arguments).replace("'mrkdwn': ", "")
        if call.method == "chat.postMessage":
            flags = [str(call.arguments[name]).casefold() for name in ("unfurl_links", "unfurl_media", "link_names")]
            assert set(flags) <= {"false", "0"}


def texts(part: object) -> Iterator[str]:
    """Every text in a view, as Slack shows it."""
    if isinstance(part, dict):
        if isinstance(part.get("text"), str):
            yield part["text"].removeprefix("\n")
        for value in part.values():
            yield from texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from texts(value)


# --- logs (check 44)


class Kept(logging.Handler):
    """Keeps every record whole."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.getMessage()} {vars(record)} {self.format(record)}")


@pytest.fixture
def at_debug() -> Iterator[list[str]]:
    """Everything that anybody logs, at the lowest level, once libraries were told to be quiet."""
    factory, raises, before = logging.getLogRecordFactory(), logging.raiseExceptions, logging.root.level
    kept = Kept()
    quiet_libraries()
    logging.disable(logging.NOTSET)
    logging.root.addHandler(kept)
    logging.root.setLevel(logging.DEBUG)
    yield kept.lines
    logging.root.removeHandler(kept)
    logging.root.setLevel(before)
    logging.setLogRecordFactory(factory)
    logging.raiseExceptions = raises


async def test_at_the_lowest_level_no_log_holds_a_word_an_id_an_address_or_a_token(
    at_debug: list[str], bakery: Knowledge
) -> None:
    async with open_office(bakery) as office:
        lad, lead = await whole_story(office)
        await lad.says(f"{NEEDLE} what")
        await office.sender(secret="f" * 32).says(lad.user, NEEDLE, lad.direct, "1.1")
        await office.sends.interacts(lad.user, {"type": f"unknown {NEEDLE}"})
        await office.sends.send(f'{{"type":"{NEEDLE}"'.encode(), "application/json")
        for trouble in (broken(500), refuses("token_revoked"), refuses(NEEDLE)):
            office.slack.meets("chat.postMessage", trouble)
            await lad.says("report")
        told = repr(at_debug) + repr(office.reports)

    assert at_debug
    secret: list[Any] = [NEEDLE, lad.user, lead.user, lad.direct, LAD, LEAD, user_of(LAD), TOKEN, APP_TOKEN, SECRET]
    assert not [found for found in secret if found in told]
