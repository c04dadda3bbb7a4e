"""Every way into the assistant in Teams, from the signed activity to what the person sees, and what others do not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.compiled import Knowledge
from bot.messages import Ticks
from tests.slack.test_runtime import EVENT, IN_PRIVATE, LAD, LEAD, QUESTION
from tests.teams.fake_connector import ELSEWHERE, refuses
from tests.teams.office import Office, open_office, user_of
from tests.teams.reading import actions, card_of
from tests.teams.screen import Screen, reports

CHANNEL = "19:bakers@thread.tacv2"
LINK = f"https://teams.microsoft.com/l/message/{CHANNEL}/1795424300000"
SOMEBODYS: dict[str, Any] = {
    "id": "1795424300000",
    "linkToMessage": LINK,
    "from": {"user": {"id": "0", "displayName": "Made Up"}},
    "body": {"contentType": "html", "content": f"<p>{QUESTION} needle-of-somebody-else</p>"},
}


@pytest.fixture
async def office(bakery: Knowledge) -> AsyncIterator[Office]:
    """The bakery on Teams, in memory."""
    async with open_office(bakery) as office:
        office.teams.group(CHANNEL, user_of(LAD), user_of(LEAD))
        yield office
        assert not [line for line in office.reports if "request-broke" in line or "reply-lost" in line]


@pytest.fixture
async def lad(office: Office) -> AsyncIterator[Screen]:
    """The shop lad's screen."""
    lad = Screen(office, LAD)
    yield lad
    assert not lad.faults


def everything_said(office: Office) -> str:
    """All that was sent to Teams, to whomever."""
    return repr([call.body for call in office.teams.called("send", "update")])


def in_channel(office: Office) -> list[dict[str, Any]]:
    """What everybody in the channel can read of us."""
    return office.teams.messages[CHANNEL]


# --- the chat


async def test_a_question_in_the_chat_is_answered_there(lad: Screen) -> None:
    await lad.says(QUESTION)

    assert lad.answered.status == 202
    assert len(lad.shown) == 1
    assert lad.shown[0].summary
    assert lad.dialog is None


async def test_a_file_is_neither_fetched_nor_kept_and_safe_steps_are_shown(office: Office, lad: Screen) -> None:
    await lad.offers_a_file()

    assert lad.hears.startswith("I have not opened or kept that file.")
    assert "needle-picture" not in repr(vars(office.store)) + everything_said(office)


async def test_hide_replaces_what_we_said(lad: Screen) -> None:
    await lad.says(QUESTION)
    await lad.says("report")
    await lad.says("hide")

    assert lad.hid
    assert len({message["summary"] for message in lad.inbox}) == 1
    assert not [pressed for message in lad.inbox for pressed in actions(card_of(message))]


async def test_hide_typed_after_a_restart_still_brings_the_neutral_line(office: Office, lad: Screen) -> None:
    await lad.says(QUESTION)
    await office.restarts()

    await lad.says("hide")

    assert len(lad.shown) == 1


async def test_installing_the_app_greets_once_with_questions_to_try(lad: Screen) -> None:
    await lad.installs()
    first = lad.hears
    await lad.installs()
    await lad.does("conversationUpdate", {"membersAdded": [{"id": lad.bot}]})

    assert len(lad.inbox) == 1
    assert "Report something" in first
    assert len([action for action in actions(card_of(lad.inbox[0])) if "sample:" in str(action)]) == 3


async def test_removing_the_app_is_answered_with_nothing(lad: Screen) -> None:
    await lad.does("installationUpdate", {"action": "remove"})

    assert (lad.answered.status, lad.inbox) == (202, [])


# --- cards and dialogs


async def test_a_pressed_card_becomes_what_it_led_to(lad: Screen) -> None:
    await lad.says("report")
    [menu] = [message["id"] for message in lad.inbox]
    await lad.picks("report:injury")
    await lad.picks("begin:injury")

    assert [message["id"] for message in lad.inbox] == [menu]
    assert [value for value in lad.values if value.startswith("draft:")]
    assert "report:" not in repr(lad.inbox)


async def test_lines_that_were_ticked_are_gone_once_they_were_sent(lad: Screen) -> None:
    await lad.picks("begin:injury")
    for _ in range(60):
        if any(isinstance(block, Ticks) for message in lad.shown for block in message.blocks):
            break
        await _goes_on(lad)
    [ticks] = [block for message in lad.shown for block in message.blocks if isinstance(block, Ticks)]

    await lad.sends(ticks.form, ticked=(ticks.options[0].value,))

    assert lad.answered.body["type"] == "application/vnd.microsoft.card.adaptive"
    assert ticks.form not in repr(lad.inbox)


async def _goes_on(lad: Screen) -> None:
    values = [value for way in (":skip:about", ":write:", ":pick:") for value in lad.values if way in value]
    await lad.picks(values[0])
    if lad.dialog:
        await lad.writes("As it was.")


async def test_free_text_is_asked_for_in_a_dialog_that_closes_when_it_was_sent(lad: Screen) -> None:
    await lad.picks("begin:rude-customer")
    await lad.presses("No")
    await lad.presses("I saw or heard it")
    await lad.presses("Write it in private")
    assert lad.dialog
    assert lad.shown[0].private

    await lad.writes("needle-words")

    assert lad.dialog is None
    assert lad.answered.body == {}
    assert "needle-words" not in repr(lad.inbox)
    assert "needle-words" in repr(vars(lad.office.store))


async def test_the_button_of_a_client_that_knows_no_execute_is_answered_in_the_chat(lad: Screen) -> None:
    await lad.says("report")
    [pressed] = [action for action in actions(card_of(lad.inbox[0])) if "report:injury" in str(action["data"])]

    await lad.acts(pressed["fallback"], pressed["fallback"]["data"], lad.inbox[0])

    assert len(lad.inbox) == 2
    assert "begin:injury" in lad.values


# --- where others read along


async def test_a_mention_is_answered_there_without_buttons(office: Office, lad: Screen) -> None:
    await lad.mentions(QUESTION, CHANNEL)

    [answer] = in_channel(office)
    assert not list(actions(card_of(answer)))
    assert lad.inbox == []


@pytest.mark.parametrize("told", [EVENT, "he hit me and I am bleeding", "I want to report something that happened"])
async def test_what_comes_near_a_report_is_taken_to_the_private_chat(office: Office, lad: Screen, told: str) -> None:
    await lad.mentions(told, CHANNEL)
    await office.posts()

    [aside] = in_channel(office)
    [way] = aside["attachments"][0]["content"]["actions"]
    assert way["url"].startswith("https://teams.microsoft.com/l/chat/0/0?users=28")
    assert aside["summary"].startswith(IN_PRIVATE)
    assert not list(actions(card_of(aside)))
    [here] = lad.inbox
    assert "menu" in [action["data"]["candour"].get("value") for action in actions(card_of(here))]
    assert "zanzibar" not in repr(vars(office.store)) + everything_said(office)


async def test_a_file_shown_to_everybody_says_nothing_there_of_the_report_that_is_being_written(
    office: Office, lad: Screen
) -> None:
    await lad.picks("begin:injury")
    asked = len(lad.inbox)

    await lad.mentions("", CHANNEL, attachments=[{"contentType": "image/png", "contentUrl": "https://x.example/p"}])

    assert in_channel(office) == []
    assert "I have not opened or kept that file." in repr(lad.inbox[asked:])


async def test_a_button_pressed_where_others_read_along_is_answered_in_the_persons_own_chat(
    office: Office, lad: Screen
) -> None:
    await reports(lad, "injury")

    await lad.does("message", {"value": {"candour": {"value": "mine"}}}, chat=CHANNEL)
    forged = {"type": "Action.Execute", "verb": "choice", "data": {"candour": {"value": "mine"}}}
    await lad.invokes("adaptiveCard/action", {"action": forged}, chat=CHANNEL)

    assert in_channel(office) == []
    assert "Reference" in repr(lad.inbox[-1])


# --- the message extension


async def test_searching_from_the_compose_box_shows_answers_to_insert_and_keeps_nothing(
    office: Office, bakery: Knowledge, lad: Screen
) -> None:
    before, title = repr(vars(office.store)), next(iter(bakery.library.entries.values())).title

    await lad.searches(title[:6], CHANNEL)

    found = lad.answered.body["composeExtension"]["attachments"]
    assert title in [result["preview"]["content"]["title"] for result in found]
    assert all(result["content"]["type"] == "AdaptiveCard" and not list(actions(result["content"])) for result in found)
    assert repr(vars(office.store)) == before


async def test_is_this_ok_shows_the_answer_in_a_dialog_and_keeps_nothing(office: Office, lad: Screen) -> None:
    before = repr(vars(office.store))

    await lad.uses_on_message("check-message", SOMEBODYS, CHANNEL)

    assert lad.dialog
    assert lad.shown[0].blocks
    assert in_channel(office) == lad.inbox == []
    assert repr(vars(office.store)) == before


async def test_report_this_message_carries_the_link_and_not_the_text_and_shows_others_nothing(
    office: Office, lad: Screen
) -> None:
    await lad.uses_on_message("report-message", SOMEBODYS, CHANNEL)
    assert "report:rude-customer" in lad.values
    await lad.picks("report:rude-customer")
    assert "begin:rude-customer" in lad.values
    await reports(lad, "rude-customer")

    assert in_channel(office) == []
    assert "Reference " in lad.hears
    assert LINK in repr(vars(office.store))
    assert "needle-of-somebody-else" not in repr(vars(office.store)) + everything_said(office)


async def test_a_report_of_a_message_can_be_made_by_somebody_whom_we_cannot_write_to(
    office: Office, lad: Screen
) -> None:
    office.teams.installed.clear()
    office.teams.meets("send", *[refuses(403, "BotNotInConversationRoster")] * 50)

    await lad.uses_on_message("report-message", SOMEBODYS, CHANNEL)
    await lad.picks("report:rude-customer")
    await reports(lad, "rude-customer")

    assert "Reference " in lad.hears


# --- who is not talked with (check 3)


STRANGERS: dict[str, dict[str, Any]] = {
    "a guest": {"userRole": "guest"},
    "somebody invited": {"userPrincipalName": "stranger_other.example#ext#@bakery.example"},
    "a bot": {"userRole": "bot"},
    "somebody of another tenant": {"tenantId": ELSEWHERE},
    "somebody without an address": {"email": "", "userPrincipalName": ""},
    "somebody who is not in the directory": {"email": "nobody@x.example", "userPrincipalName": "nobody@x.example"},
}


@pytest.mark.parametrize("facts", STRANGERS.values(), ids=STRANGERS.keys())
async def test_somebody_we_do_not_talk_with_makes_no_case_and_sees_no_content(
    office: Office, bakery: Knowledge, facts: dict[str, Any]
) -> None:
    office.joins("stranger@bakery.example", **facts)
    stranger, before = Screen(office, "stranger@bakery.example"), repr(vars(office.store))
    refused = bakery.library.wording.refused

    for does in (
        stranger.says(QUESTION),
        stranger.picks("begin:injury"),
        stranger.picks("case:open:AB12-CD34"),
        stranger.uses_on_message("check-message", SOMEBODYS, CHANNEL),
    ):
        await does
        assert refused in stranger.hears
        assert stranger.values == []
    await stranger.searches("watch")
    assert stranger.answered.body["composeExtension"]["attachments"] == []
    await stranger.installs()
    assert stranger.shown == []
    assert {message["summary"] for message in stranger.inbox} == {refused}

    assert repr(vars(office.store)) == before


async def test_somebody_whom_teams_cannot_tell_of_just_now_is_asked_to_try_again(
    office: Office, bakery: Knowledge, lad: Screen
) -> None:
    office.teams.meets("member", refuses(500), chat=lad.chat)

    await lad.says(QUESTION)
    assert lad.hears == bakery.library.wording.refused_for_now

    await lad.says(QUESTION)
    assert lad.hears != bakery.library.wording.refused_for_now
