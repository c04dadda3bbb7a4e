"""Every way into the assistant in Slack, from the signed request to what the person sees, and what others do not."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.compiled import Knowledge
from tests.slack.fake_api import TEAM
from tests.slack.office import Office, open_office, user_of
from tests.slack.reading import elements
from tests.slack.screen import Screen, reports

LAD, LEAD, OWNER = "lad.high@bakery.example", "lead.high@bakery.example", "owner@bakery.example"
QUESTION = "Can I wear my watch while I knead?"
EVENT = "a customer threw his roll at me and shouted zanzibar"
CHANNEL = "C0BAKERS"
IN_PRIVATE = "Let's talk about that in private"


@pytest.fixture
async def office(bakery: Knowledge) -> AsyncIterator[Office]:
    """The bakery on Slack, in memory."""
    async with open_office(bakery) as office:
        office.slack.shares(CHANNEL)
        yield office
        assert office.slack.faults == []


@pytest.fixture
def lad(office: Office) -> Screen:
    """The shop lad's screen."""
    return Screen(office, LAD)


def everything_said(office: Office) -> str:
    """All that was sent to Slack, to whomever."""
    return repr([call.arguments for call in office.slack.calls]) + repr(office.slack.responses)


# --- the chat


async def test_a_question_in_the_chat_is_answered_there(lad: Screen) -> None:
    await lad.says(QUESTION)

    assert len(lad.shown) == 1
    assert lad.shown[0].summary
    assert not lad.window


async def test_a_file_is_neither_fetched_nor_kept_and_safe_steps_are_shown(office: Office, lad: Screen) -> None:
    await lad.offers_a_file()

    assert lad.hears.startswith("I have not opened or kept that file.")
    assert "files.download" not in [call.method for call in office.slack.calls]
    assert "F0FILE" not in repr(vars(office.store))


async def test_hide_replaces_what_we_said_and_nothing_else(office: Office, lad: Screen) -> None:
    await lad.says(QUESTION)
    await lad.says("hide")

    assert lad.hid
    ours = {message["text"] for message in office.slack.inbox(lad.user)}
    assert len(ours) == 1
    assert QUESTION in [message["text"] for message in office.slack.messages[lad.direct]]


async def test_opening_the_messages_greets_once(office: Office, lad: Screen) -> None:
    await lad.opens("messages")

    assert len(office.slack.inbox(lad.user)) == 1
    assert "Report something" in repr(lad.shown)


# --- the home


async def test_the_home_has_a_box_for_questions_topics_a_way_to_report_and_what_is_mine(
    office: Office, lad: Screen
) -> None:
    await reports(lad, "injury")
    await lad.opens("home")

    home = office.slack.homes[lad.user]
    assert {part["action_id"].partition(":")[0] for _, part in elements(home)} >= {"ask", "find", "choice"}
    values = [str(part.get("value")) for _, part in elements(home)]
    assert "menu" in values
    assert [value for value in values if value.startswith("mine:show:")]


async def test_what_is_asked_on_the_home_is_answered_in_the_chat(office: Office, lad: Screen) -> None:
    await lad.opens("home")
    home = office.slack.homes[lad.user]

    await lad.acts({"type": "plain_text_input", "action_id": "ask", "value": QUESTION}, view=home)

    assert len(office.slack.inbox(lad.user)) == 1


async def test_topics_are_suggested_while_somebody_types_and_the_picked_one_is_answered(
    office: Office, bakery: Knowledge, lad: Screen
) -> None:
    await lad.opens("home")
    title = next(iter(bakery.library.entries.values())).title

    answer = await office.sends.types_ahead(lad.user, "find", title[:6])
    picked = next(option for option in answer.body["options"] if option["text"]["text"] == title[:75])
    element = {"type": "external_select", "action_id": "find", "selected_option": picked}
    await lad.acts(element, view=office.slack.homes[lad.user])

    assert len(office.slack.inbox(lad.user)) == 1


async def test_the_home_of_who_is_told_shows_what_waits_without_being_opened_again(office: Office, lad: Screen) -> None:
    lead = await Screen(office, LEAD).opens("home")
    assert "Urgent" not in repr(office.slack.homes[lead.user])

    await reports(lad, "injury")
    await office.posts()

    assert "Urgent" in repr(office.slack.homes[lead.user])


# --- the command


async def test_a_question_behind_the_command_is_answered_to_the_person_alone(office: Office, lad: Screen) -> None:
    await lad.commands(QUESTION, CHANNEL)

    assert lad.answered.body["response_type"] == "ephemeral"
    assert office.slack.messages[CHANNEL] == []
    assert lad.shown


async def test_report_behind_the_command_in_a_channel_leads_into_the_private_chat(office: Office, lad: Screen) -> None:
    await lad.commands("report", CHANNEL)

    assert office.slack.messages[CHANNEL] == []
    [menu] = office.slack.inbox(lad.user)
    assert any("report:" in str(part) for _, part in elements(menu))
    assert office.slack.responses[-1]["text"].startswith(IN_PRIVATE)


async def test_my_reports_and_help_and_nothing_behind_the_command_are_answered_in_private(
    office: Office, lad: Screen
) -> None:
    for text in ("my reports", "help", ""):
        await lad.commands(text, CHANNEL)
        assert lad.answered.status == 200
        assert lad.shown, text

    assert office.slack.messages[CHANNEL] == []


async def test_a_story_behind_the_command_is_kept_nowhere_and_never_said_aloud(office: Office, lad: Screen) -> None:
    await lad.commands(EVENT, CHANNEL)

    assert office.slack.messages[CHANNEL] == []
    assert "zanzibar" not in repr(vars(office.store)) + everything_said(office)


# --- a mention in a channel


async def test_a_mention_is_answered_in_its_thread_without_buttons(office: Office, lad: Screen) -> None:
    await lad.mentions(QUESTION, CHANNEL)

    [answer] = office.slack.messages[CHANNEL]
    assert answer["thread_ts"]
    assert not list(elements(answer))
    assert office.slack.ephemeral == []


@pytest.mark.parametrize("told", [EVENT, "he hit me and I am bleeding", "I want to report something that happened"])
async def test_what_comes_near_a_report_is_taken_to_the_private_chat_and_not_hinted_at(
    office: Office, lad: Screen, told: str
) -> None:
    await lad.mentions(told, CHANNEL)
    await office.posts()

    assert office.slack.messages[CHANNEL] == []
    [aside] = office.slack.ephemeral
    assert (aside["channel"], aside["user"]) == (CHANNEL, lad.user)
    assert aside["text"].startswith(IN_PRIVATE)
    [here] = office.slack.inbox(lad.user)
    assert any(part.get("value") == "menu" for _, part in elements(here))
    assert "zanzibar" not in repr(vars(office.store)) + everything_said(office)


# --- the shortcuts on messages


async def test_is_this_ok_shows_the_answer_to_the_person_alone_and_keeps_nothing(office: Office, lad: Screen) -> None:
    before = repr(vars(office.store))

    await lad.uses_shortcut("check-message", CHANNEL, {"ts": "1795000000.000100", "text": QUESTION})

    assert len(office.slack.responses) == 1
    assert office.slack.messages[CHANNEL] == []
    assert office.slack.inbox(lad.user) == []
    assert repr(vars(office.store)) == before


async def test_report_this_message_carries_the_link_and_not_the_text(office: Office, lad: Screen) -> None:
    message = {"ts": "1795000000.000100", "text": "needle-of-somebody-else", "user": user_of(LEAD)}

    await lad.uses_shortcut("report-message", CHANNEL, message)
    await reports(lad, "rude-customer")

    kept = repr(vars(office.store))
    assert f"https://bakery.slack.com/archives/{CHANNEL}/p1795000000000100" in kept
    assert "needle-of-somebody-else" not in kept + everything_said(office)


# --- who is not talked with (check 3)


STRANGERS = {
    "a guest": {"is_restricted": True},
    "a bot": {"is_bot": True},
    "somebody deactivated": {"deleted": True},
    "somebody of another workspace": {"team_id": "T0OTHER"},
    "somebody without an address": {"profile": {}},
    "somebody who is not in the directory": {"profile": {"email": "nobody@elsewhere.example"}},
}


@pytest.mark.parametrize("facts", STRANGERS.values(), ids=STRANGERS.keys())
async def test_somebody_we_do_not_talk_with_makes_no_case_and_sees_no_content(
    office: Office, bakery: Knowledge, facts: dict[str, object]
) -> None:
    office.slack.joins(user_of("stranger@bakery.example"), "stranger@bakery.example", **facts)
    stranger, before = Screen(office, "stranger@bakery.example"), repr(vars(office.store))

    await stranger.says(QUESTION)
    await stranger.commands("report", CHANNEL)
    await stranger.picks("begin:injury")
    await stranger.opens("home")

    assert repr(vars(office.store)) == before
    refused = {bakery.library.wording.refused, bakery.library.wording.refused_for_now}
    said = [message["text"] for message in [*office.slack.inbox(stranger.user), *office.slack.responses]]
    assert set(said) <= refused
    assert office.slack.homes == {}


async def test_another_workspace_with_a_valid_signature_is_not_talked_with(office: Office, bakery: Knowledge) -> None:
    before = repr(vars(office.store))

    await office.sender(team="T0OTHER").says(user_of(LAD), QUESTION, "D1", "1795000000.000100", user_team=TEAM)
    await office.settles()

    assert repr(vars(office.store)) == before
    assert not [call for call in office.slack.called("chat.postMessage") if "watch" in repr(call.arguments)]


async def test_somebody_whom_slack_says_has_changed_is_looked_up_anew(office: Office, lad: Screen) -> None:
    await lad.says(QUESTION)
    member = office.slack.joins(lad.user, LAD, deleted=True)
    await office.sends.changes(member, office.slack.next_ts())
    await lad.says(QUESTION)

    assert len(office.slack.called("users.info")) == 2


# --- Socket Mode (no HTTP door)


async def test_in_socket_mode_an_event_is_answered_and_its_envelope_acknowledged_once_it_is_kept(
    bakery: Knowledge,
) -> None:
    async with open_office(bakery, by_socket=True) as office:
        ts, user = office.slack.writes(user_of(LAD), "report"), user_of(LAD)
        event = {"type": "message", "channel_type": "im", "user": user, "text": "report", "ts": ts, "team": TEAM}
        payload = {"type": "event_callback", "team_id": TEAM, "event": {**event, "channel": office.slack.direct(user)}}

        await office.slack.socket.hands_over("envelope-1", "events_api", payload)
        await office.slack.socket.is_acknowledged(1)
        await office.slack.socket.hands_over("envelope-2", "events_api", payload, attempt=1)
        await office.slack.socket.is_acknowledged(2)
        await office.settles()

        assert [envelope for envelope, _ in office.slack.socket.acknowledged] == ["envelope-1", "envelope-2"]
        assert len(office.slack.inbox(user)) == 1


async def test_in_socket_mode_there_is_no_http_door(bakery: Knowledge) -> None:
    async with open_office(bakery, by_socket=True) as office:
        answer = await office.sends.says(user_of(LAD), QUESTION, "D1", "1795000000.000100")

        assert answer.status == 404
