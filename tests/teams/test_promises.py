"""What is promised to people, held in Teams: the exact words, nothing outside dialogs, nothing in any log."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.compiled import Knowledge
from bot.messages import Ticks, Written
from bot.people import Directory
from tests.conftest import SCHOOL
from tests.conversations.test_reporting import CONFIDENTIAL, FILE_OFFERED, START
from tests.sample_people import TEACHER
from tests.slack.fake_api import broken
from tests.slack.test_promises import at_debug as at_debug  # a fixture
from tests.slack.test_replays import LAD, LEAD, QUESTION
from tests.teams.fake_connector import APP_SECRET, refuses
from tests.teams.office import Office, open_office
from tests.teams.reading import actions, card_of
from tests.teams.screen import Screen, reports

NEEDLE = "zx81-quokka"
HOSTILE = f"{NEEDLE} <at>you</at> **b** [bank](https://evil.example) <b>x</b> ${{x}} {{{{DATE(2026)}}}} =1+1 &lt; @all"


@pytest.fixture
async def office(bakery: Knowledge) -> AsyncIterator[Office]:
    """The bakery on Teams, in memory."""
    async with open_office(bakery) as office:
        yield office


@pytest.fixture
async def lad(office: Office) -> AsyncIterator[Screen]:
    """The shop lad's screen."""
    lad = Screen(office, LAD)
    yield lad
    assert not lad.faults


async def whole_story(office: Office) -> tuple[Screen, Screen, str]:
    """Somebody reports in hostile words, somebody opens and takes it, and the first adds to it.

    The two screens, and the words as the second one read them.
    """
    lad, lead = Screen(office, LAD), Screen(office, LEAD)
    await reports(lad, "injury", HOSTILE)
    await office.posts()
    await lead.picks(opening(lead))
    read = repr([b.text for message in lead.shown for b in message.blocks if isinstance(b, Written)])
    await lead.presses("I take responsibility")
    await office.posts()
    await lad.says("my reports")
    await lad.presses("Open")
    await lad.presses("Add something")
    await lad.writes(HOSTILE)
    await office.posts()
    await lad.says("my reports")
    await lad.says("home")
    assert not lad.faults + lead.faults
    return lad, lead, read


def opening(reader: Screen) -> str:
    """What the button of the first alert carries."""
    [pressed] = actions(card_of(reader.inbox[0]))
    return str(pressed["data"]["candour"]["value"])


# --- the exact words (check 47)


async def test_what_the_chat_shows_is_said_before_the_first_question(school: Knowledge) -> None:
    async with open_office(school, people=SCHOOL) as office:
        teacher = Screen(office, TEACHER)
        await teacher.says("report")
        await teacher.picks("report:cyberbullying")

        assert START.format(platform="Microsoft Teams") in teacher.hears


async def test_confidential_is_explained_in_the_chat(office: Office, lad: Screen) -> None:
    before, _, after = CONFIDENTIAL.partition("{recipients}")
    seen = ""
    await lad.picks("begin:injury")
    while not any(":review" in value for value in lad.values):
        ways = (":skip:", ":write:", ":pick:")
        await lad.picks(next(value for way in ways for value in lad.values if way in value))
        if lad.dialog:
            await lad.writes("As it was.")
        elif form := [b.form for m in lad.shown for b in m.blocks if isinstance(b, Ticks)]:
            await lad.sends(form[0], ticked=("burn",))
        seen += lad.hears

    assert before in seen
    assert after in seen


async def test_saved_is_said_with_the_time_the_roles_the_reference_and_who_is_next(lad: Screen) -> None:
    await reports(lad, "injury")

    assert lad.hears.startswith("Saved at 23 November 2026, 09:00. Told: ")
    assert "If nobody confirms by 23 November 2026, " in lad.hears
    assert " we tell " in lad.hears


async def test_a_file_is_refused_in_the_exact_words(bakery: Knowledge, office: Office, lad: Screen) -> None:
    library = bakery.library
    lead = library.report_wording.the_role.format(role=library.roles[library.safety_lead].title)

    await lad.offers_a_file()

    assert lad.hears.startswith(FILE_OFFERED.format(lead=lead))
    assert {call.method for call in office.teams.calls} <= {"metadata", "keys", "token", "member", "send"}
    assert "files.example.org" not in repr(vars(office.store)) + repr(office.teams.messages)


async def test_the_words_that_notifications_show_tell_that_and_never_what(office: Office) -> None:
    await whole_story(office)
    flow = office.knowledge().library.flows["injury"]

    sent = [call.body for call in office.teams.called("send", "update")]
    shown = [body["summary"] for body in sent]
    cards = [body["attachments"][0]["content"] for body in sent]
    assert all(shown)
    assert {card["fallbackText"] for card in cards} <= set(shown)
    assert not [text for text in shown if NEEDLE in text or flow.title.casefold() in text.casefold()]


# --- where the story is, and where it never is (checks 22, 28, 35)


async def test_what_was_written_never_becomes_a_chat_message_and_is_read_as_it_was_typed(office: Office) -> None:
    _, _, read = await whole_story(office)

    assert NEEDLE not in repr(office.teams.calls) + repr(office.teams.messages)
    assert HOSTILE in read


@pytest.mark.parametrize("change", [{"roles": ()}, {"active": False}], ids=["lost the role", "left"])
async def test_the_button_of_an_alert_opens_nothing_for_who_lost_the_role(
    office: Office, lad: Screen, change: dict[str, Any]
) -> None:
    await reports(lad, "injury", NEEDLE)
    await office.posts()
    lead, people = Screen(office, LEAD), office.directory.current.people
    value = opening(lead)
    await office.moves_in(Directory({**people, LEAD: replace(people[LEAD], **change)}))

    await lead.refreshes(lead.inbox[0])
    assert NEEDLE not in repr(lead.shown)
    await lead.picks(value)

    assert NEEDLE not in repr(lead.shown) + repr(lead.dialog)


# --- whatever arrives (check 33)


async def test_no_activity_with_a_valid_signature_makes_the_door_fail(office: Office, lad: Screen) -> None:
    chance = random.Random(33)
    await lad.says("report")
    whole = office.sends.activity(
        lad.user, lad.chat, "invoke", name="adaptiveCard/action", value={"action": {"verb": "choice", "data": {}}}
    )
    odd: list[Any] = [None, 0, -1, 1e308, "", "x" * 5000, [], {}, [[[]]], {"id": {}}, "\0", "\ud800", True]
    names = ["text", "type", "name", "value", "from", "recipient", "conversation", "entities", "attachments", "id"]
    statuses = set()
    for _ in range(300):
        broken_one = json.loads(json.dumps(whole)) | {
            name: chance.choice(odd) for name in chance.sample(names, chance.randint(1, 3))
        }
        statuses.add((await office.sends.send(broken_one)).status)
    await office.settles()

    assert max(statuses) < 500
    await lad.says(QUESTION)
    assert lad.answered.status == 202
    assert lad.shown


# --- logs (check 44)


async def test_at_the_lowest_level_no_log_holds_a_word_an_id_an_address_or_a_token(
    at_debug: list[str], bakery: Knowledge
) -> None:
    async with open_office(bakery) as office:
        lad, lead, _ = await whole_story(office)
        await lad.says(f"{NEEDLE} what")
        await office.sends.send({"type": NEEDLE}, "Bearer not.a.token")
        for trouble in (broken(500), refuses(403, NEEDLE), refuses(401)):
            office.teams.meets("send", trouble)
            await lad.says("report")
        tokens = {call.token for call in office.teams.calls if call.token}
        told = repr(at_debug) + repr(office.reports)

    assert at_debug
    secret = [NEEDLE, lad.user, lead.user, lad.chat, LAD, LEAD, APP_SECRET, office.entra[lad.user], *tokens]
    assert not [found for found in secret if found in told]
