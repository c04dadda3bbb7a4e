"""Letters reach their person in Slack once, however Slack and the network behave, and nothing else leaves with them."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest

from adapters.slack.failing import TOKEN_WAIT
from bot.messages import Choices, Message, Option, Paragraph, TextBox
from bot.people import Directory, Person
from bot.ports import Again, Never, Taken
from tests.slack.conftest import ANNE, BEN, IMPATIENT, Wired
from tests.slack.fake_api import FakeSlack, Trouble, broken, hangs, refuses, reset, slow_down, web_page

ALERT = Message(
    summary="A report waits for you: R-7K2M.",
    blocks=(
        Paragraph(text="A report waits for you. Reference R-7K2M."),
        Choices(prompt="", options=(Option(label="Open", value="open:R-7K2M"),)),
    ),
)
LONG = Message(
    summary="A long notice.", blocks=tuple(Paragraph(text=f"Line {number}. " + "word " * 500) for number in range(12))
)
LATER = timedelta()


# -- It arrives


async def test_a_letter_arrives_as_a_direct_message(wired: Wired, slack: FakeSlack) -> None:
    assert await wired.platform.send("bakery", ANNE, ALERT) == Taken()

    (message,) = slack.inbox("U0ANNE")
    assert message["text"] == ALERT.summary
    assert "Open" in json.dumps(message["blocks"])
    assert slack.inbox("U0BEN") == []
    assert slack.faults == []


async def test_nothing_in_a_letter_becomes_a_preview_or_a_mention(wired: Wired, slack: FakeSlack) -> None:
    hostile = "<!channel> <@U0BEN> https://evil.example *bold* &amp;"
    await wired.platform.send("bakery", ANNE, Message(summary=hostile, blocks=(Paragraph(text=hostile),)))

    (call,) = slack.called("chat.postMessage")
    assert [call.arguments[name] for name in ("unfurl_links", "unfurl_media", "link_names")] == [False] * 3
    assert "<!channel>" not in call.arguments["text"]
    assert "<@U0BEN>" not in call.arguments["text"]


async def test_the_conversation_is_opened_once(wired: Wired, slack: FakeSlack) -> None:
    for _ in range(3):
        await wired.platform.send("bakery", ANNE, ALERT)

    assert len(slack.inbox("U0ANNE")) == 3
    assert len(slack.called("conversations.open")) == 1


async def test_a_letter_of_another_organisation_goes_nowhere(wired: Wired, slack: FakeSlack) -> None:
    assert await wired.platform.send("butcher", ANNE, ALERT) == Never("no-platform")
    assert slack.calls == []


async def test_what_is_private_never_becomes_a_chat_message(wired: Wired, slack: FakeSlack) -> None:
    box = TextBox(form="note", label="Note", send="Save", text="secret", limit=100)
    private = Message(summary="A note", blocks=(box,), private=True)

    assert await wired.platform.send("bakery", ANNE, private) == Never("refused")
    assert slack.calls == []


# -- 429 (check 15)


async def test_a_conversation_that_is_written_to_too_fast_waits_and_the_others_go_on(
    wired: Wired, slack: FakeSlack
) -> None:
    slack.meets("chat.postMessage", slow_down(12), channel=slack.direct("U0ANNE"))

    assert await wired.platform.send("bakery", ANNE, ALERT) == Again(timedelta(seconds=12))
    assert await wired.platform.send("bakery", BEN, ALERT) == Taken()
    assert await wired.platform.send("bakery", ANNE, ALERT) == Taken()
    assert len(slack.inbox("U0ANNE")) == len(slack.inbox("U0BEN")) == 1


@pytest.mark.parametrize("method", ["users.lookupByEmail", "conversations.open"])
async def test_looking_somebody_up_too_fast_waits_as_well(wired: Wired, slack: FakeSlack, method: str) -> None:
    slack.meets(method, slow_down(5))

    assert await wired.platform.send("bakery", ANNE, ALERT) == Again(timedelta(seconds=5))
    assert await wired.platform.send("bakery", ANNE, ALERT) == Taken()


@pytest.mark.parametrize("asked", ["", "soon", "-3", "1.5", "²", "9" * 400])
async def test_a_time_to_wait_that_makes_no_sense_breaks_nothing(wired: Wired, slack: FakeSlack, asked: str) -> None:
    slack.meets("chat.postMessage", Trouble(status=429, body="{}", headers={"Retry-After": asked}))

    outcome = await wired.platform.send("bakery", ANNE, ALERT)

    assert isinstance(outcome, Again)
    assert timedelta() <= outcome.after <= timedelta(days=1)


# -- Trouble that passes (check 16)

PASSING = {
    "500": broken(500),
    "503": broken(503),
    "412": broken(412),
    "page": web_page(),
    "forbidden page": web_page(status=403),
    "reset": reset(),
    "internal": refuses("internal_error"),
    "fatal": refuses("fatal_error"),
    "unavailable": refuses("service_unavailable"),
    "request time-out": refuses("request_timeout"),
    "ratelimited": refuses("ratelimited"),
    "unheard of": refuses("an_error_of_next_year"),
    "list": Trouble(body="[]"),
    "half": Trouble(body='{"ok": tr'),
    "text": Trouble(body="upstream connect error", content_type="text/plain"),
}


@pytest.mark.parametrize("method", ["users.lookupByEmail", "conversations.open", "chat.postMessage"])
@pytest.mark.parametrize("trouble", PASSING.values(), ids=PASSING)
async def test_after_trouble_that_passes_the_letter_is_delivered_once(
    wired: Wired, slack: FakeSlack, method: str, trouble: Trouble
) -> None:
    slack.meets(method, trouble, trouble)

    outcomes = [await wired.platform.send("bakery", ANNE, ALERT)]
    while outcomes[-1] != Taken() and len(outcomes) < 3:
        outcomes.append(await wired.platform.send("bakery", ANNE, ALERT))

    # What is only read, the HTTP library itself asks for once more when a connection breaks: one outcome less.
    assert outcomes in ([Again(LATER), Again(LATER), Taken()], [Again(LATER), Taken()])
    assert len(slack.inbox("U0ANNE")) == 1
    assert wired.reports == []


@pytest.mark.parametrize(
    "trouble",
    [broken(500, done=True), broken(504, done=True), web_page(done=True), reset(done=True)],
    ids=["500", "504", "page", "reset"],
)
async def test_a_letter_whose_answer_was_lost_is_not_sent_twice(
    wired: Wired, slack: FakeSlack, trouble: Trouble
) -> None:
    slack.meets("chat.postMessage", trouble)

    assert await wired.platform.send("bakery", ANNE, ALERT) == Again(LATER)
    assert await wired.platform.send("bakery", ANNE, ALERT) == Taken()
    assert len(slack.inbox("U0ANNE")) == 1


async def test_a_letter_that_slack_never_answered_is_not_sent_twice(wired: Wired, slack: FakeSlack) -> None:
    wired.starts(IMPATIENT)
    slack.meets("chat.postMessage", hangs(done=True), hangs())

    assert await wired.platform.send("bakery", ANNE, ALERT) == Again(LATER)
    assert await wired.platform.send("bakery", ANNE, ALERT) == Taken()
    assert await wired.platform.send("bakery", BEN, ALERT) == Again(LATER)
    assert await wired.platform.send("bakery", BEN, ALERT) == Taken()
    assert len(slack.inbox("U0ANNE")) == len(slack.inbox("U0BEN")) == 1


async def test_a_send_that_is_cut_off_is_not_repeated_if_slack_has_it(wired: Wired, slack: FakeSlack) -> None:
    slack.meets("chat.postMessage", hangs(done=True))
    sending = asyncio.create_task(wired.platform.send("bakery", ANNE, ALERT))
    await slack.hanging.wait()
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)

    assert await wired.platform.send("bakery", ANNE, ALERT) == Taken()
    assert len(slack.inbox("U0ANNE")) == 1


async def test_two_letters_that_read_the_same_are_both_delivered(wired: Wired, slack: FakeSlack) -> None:
    await wired.platform.send("bakery", ANNE, ALERT)
    slack.meets("chat.postMessage", reset())

    assert await wired.platform.send("bakery", ANNE, ALERT) == Again(LATER)
    assert await wired.platform.send("bakery", ANNE, ALERT) == Taken()
    assert len(slack.inbox("U0ANNE")) == 2


async def test_nothing_is_sent_again_while_slack_does_not_say_whether_it_has_it(wired: Wired, slack: FakeSlack) -> None:
    slack.meets("chat.postMessage", reset(done=True))
    slack.meets("conversations.history", broken(503))

    assert await wired.platform.send("bakery", ANNE, ALERT) == Again(LATER)
    assert await wired.platform.send("bakery", ANNE, ALERT) == Again(LATER)
    assert await wired.platform.send("bakery", ANNE, ALERT) == Taken()
    assert len(slack.inbox("U0ANNE")) == 1


@pytest.mark.parametrize("done", [True, False], ids=["arrived", "lost"])
async def test_a_letter_of_several_messages_goes_on_where_it_stopped(
    wired: Wired, slack: FakeSlack, done: bool
) -> None:
    await wired.platform.send("bakery", BEN, LONG)
    whole = [message["text"] for message in slack.inbox("U0BEN")]
    assert len(whole) > 1
    slack.meets("conversations.open", broken(503))
    assert await wired.platform.send("bakery", ANNE, LONG) == Again(LATER)
    slack.meets("chat.postMessage", slow_down(1))
    await wired.platform.send("bakery", ANNE, LONG)
    slack.meets("chat.postMessage", reset(done=done))
    await wired.platform.send("bakery", ANNE, LONG)

    assert await wired.platform.send("bakery", ANNE, LONG) == Taken()

    shown = [[_plain(message["blocks"]) for message in slack.inbox(user)] for user in ("U0ANNE", "U0BEN")]
    assert shown[0] == shown[1]


async def test_an_address_where_nobody_listens_is_tried_again(wired: Wired, slack: FakeSlack) -> None:
    wired.api.client.base_url = "http://127.0.0.1:1/"

    assert await wired.platform.send("bakery", ANNE, ALERT) == Again(LATER)


# -- Trouble that stays (check 17)


@pytest.mark.parametrize(
    ("method", "word", "reason"),
    [
        ("users.lookupByEmail", "users_not_found", "not-found"),
        ("conversations.open", "user_not_found", "not-found"),
        ("conversations.open", "user_disabled", "inactive"),
        ("conversations.open", "cannot_dm_bot", "forbidden"),
        ("chat.postMessage", "channel_not_found", "not-found"),
        ("chat.postMessage", "is_archived", "archived"),
        ("chat.postMessage", "restricted_action", "restricted"),
        ("chat.postMessage", "restricted_action_read_only_channel", "restricted"),
        ("chat.postMessage", "not_in_channel", "gone"),
        ("chat.postMessage", "messages_tab_disabled", "not-installed"),
        ("chat.postMessage", "invalid_blocks", "refused"),
    ],
)
async def test_who_cannot_be_reached_is_said_so_at_once(
    wired: Wired, slack: FakeSlack, method: str, word: str, reason: str
) -> None:
    slack.meets(method, refuses(word))

    assert await wired.platform.send("bakery", ANNE, ALERT) == Never(reason)
    assert slack.inbox("U0ANNE") == []


async def test_a_conversation_that_is_gone_is_opened_anew(wired: Wired, slack: FakeSlack) -> None:
    await wired.platform.send("bakery", ANNE, ALERT)
    slack.meets("chat.postMessage", refuses("channel_not_found"))

    assert await wired.platform.send("bakery", ANNE, ALERT) == Taken()
    assert len(slack.inbox("U0ANNE")) == 2


async def test_who_got_a_new_account_is_reached_there(wired: Wired, slack: FakeSlack) -> None:
    await wired.platform.send("bakery", ANNE, ALERT)
    slack.joins("U0ANNE", ANNE, deleted=True)
    slack.joins("U0ANNE2", ANNE)
    slack.meets("chat.postMessage", refuses("channel_not_found"))

    assert await wired.platform.send("bakery", ANNE, ALERT) == Taken()
    assert len(slack.inbox("U0ANNE2")) == 1


# -- The token (check 18)


@pytest.mark.parametrize("word", ["invalid_auth", "token_revoked", "account_inactive", "token_expired"])
async def test_when_the_token_is_refused_everybody_waits_and_the_operator_is_told_once(
    wired: Wired, slack: FakeSlack, word: str
) -> None:
    slack.meets("*", refuses(word), refuses(word))

    assert await wired.platform.send("bakery", ANNE, ALERT) == Again(TOKEN_WAIT, everyone=True)
    assert await wired.platform.send("bakery", BEN, ALERT) == Again(TOKEN_WAIT, everyone=True)
    (told,) = wired.reports
    assert "CANDOUR_SLACK_BOT_TOKEN" in told
    assert "candour doctor" in told

    assert await wired.platform.send("bakery", ANNE, ALERT) == Taken()
    assert len(slack.inbox("U0ANNE")) == 1


async def test_a_token_that_is_refused_again_later_is_told_again(wired: Wired, slack: FakeSlack) -> None:
    for _ in range(2):
        slack.revoked = True
        await wired.platform.send("bakery", ANNE, ALERT)
        slack.revoked = False
        await wired.platform.send("bakery", ANNE, ALERT)

    assert len(wired.reports) == 2


async def test_a_missing_permission_is_told_as_what_it_is(wired: Wired, slack: FakeSlack) -> None:
    slack.scopes.discard("chat:write")

    for _ in range(3):
        assert await wired.platform.send("bakery", ANNE, ALERT) == Again(TOKEN_WAIT, everyone=True)

    (told,) = wired.reports
    assert "kind=permission-missing" in told


# -- What leaves (check 22)


async def test_no_request_goes_anywhere_else_or_says_more_than_the_letter(wired: Wired, slack: FakeSlack) -> None:
    wired.directory = Directory({ANNE: Person(id=ANNE, name="Quokka Needle", roles=("quokka",))})
    slack.meets("chat.postMessage", reset(), broken(500))
    for _ in range(3):
        await wired.platform.send("bakery", ANNE, ALERT)

    assert {call.host for call in slack.calls} == {slack.url.split("/")[2]}
    asked = {call.method: set(call.arguments) for call in slack.calls}
    assert asked["users.lookupByEmail"] == {"email"}
    assert asked["conversations.open"] == {"users"}
    assert asked["conversations.history"] == {"channel", "limit"}
    assert "quokka" not in json.dumps([call.arguments for call in slack.calls]).lower()


async def test_the_operator_reads_no_person_and_no_reference(wired: Wired, slack: FakeSlack) -> None:
    slack.revoked = True

    await wired.platform.send("bakery", ANNE, ALERT)

    assert not any(word in "".join(wired.reports) for word in (ANNE, "U0ANNE", "R-7K2M", "xoxb"))


def _plain(blocks: list[dict[str, object]]) -> str:
    """Blocks without the marks that tell one letter from another."""
    return json.dumps([{key: value for key, value in block.items() if key != "block_id"} for block in blocks])
