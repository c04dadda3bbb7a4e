"""Answers are shown, changed in place and hidden; what cannot be is said, and nothing of other people is touched."""

from __future__ import annotations

import json

from adapters.slack.failing import Failed
from bot.messages import Message, Paragraph
from bot.ports import Never
from tests.slack.conftest import ANNE, Wired
from tests.slack.fake_api import BOT_ID, FakeSlack, refuses

ALERT = Message(summary="A report waits for you.", blocks=(Paragraph(text="A report waits for you."),))
LONG = Message(
    summary="A long notice.", blocks=tuple(Paragraph(text=f"Line {number}. " + "word " * 500) for number in range(12))
)
HIDDEN = {"text": "Hidden.", "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "Hidden."}}]}


async def test_hiding_replaces_what_the_assistant_said_and_nothing_else(wired: Wired, slack: FakeSlack) -> None:
    await wired.platform.send("bakery", ANNE, ALERT)
    slack.writes("U0ANNE", "my own words")
    channel = slack.direct("U0ANNE")
    slack.messages[channel].append({"type": "message", "bot_id": "B0OTHER", "text": "another app", "ts": "1.0"})
    await wired.platform.send("bakery", ANNE, LONG)

    assert await wired.api.hide(channel, HIDDEN) is None

    ours = [message for message in slack.messages[channel] if message.get("bot_id") == BOT_ID]
    assert {(message["text"], json.dumps(message["blocks"])) for message in ours} == {
        ("Hidden.", json.dumps(HIDDEN["blocks"]))
    }
    others = [message["text"] for message in slack.messages[channel] if message.get("bot_id") != BOT_ID]
    assert others == ["my own words", "another app"]


async def test_what_is_hidden_already_is_not_hidden_again(wired: Wired, slack: FakeSlack) -> None:
    await wired.platform.send("bakery", ANNE, ALERT)
    channel = slack.direct("U0ANNE")

    await wired.api.hide(channel, HIDDEN)
    await wired.api.hide(channel, HIDDEN)

    assert len(slack.called("chat.update")) == 1


async def test_one_message_that_cannot_be_hidden_does_not_keep_the_others_from_it(
    wired: Wired, slack: FakeSlack
) -> None:
    for _ in range(3):
        await wired.platform.send("bakery", ANNE, ALERT)
    slack.meets("chat.update", refuses("edit_window_closed"))

    left = await wired.api.hide(slack.direct("U0ANNE"), HIDDEN)

    assert isinstance(left, Failed)
    assert [message["text"] for message in slack.inbox("U0ANNE")] == ["Hidden.", "Hidden.", ALERT.summary]


async def test_a_card_is_replaced_in_place(wired: Wired, slack: FakeSlack) -> None:
    channel = slack.direct("U0ANNE")
    posted = await wired.api.post(channel, {"text": "Before", "blocks": HIDDEN["blocks"]})
    assert not isinstance(posted, Failed)

    await wired.api.update(channel, posted["ts"], {**HIDDEN, "text": "After"})

    (message,) = slack.inbox("U0ANNE")
    assert (message["text"], message["ts"]) == ("After", posted["ts"])


async def test_an_answer_in_a_thread_stays_there_and_an_aside_is_seen_by_one(wired: Wired, slack: FakeSlack) -> None:
    channel = slack.shares("C0STAFF")

    await wired.api.post(channel, HIDDEN, thread="1795.1")
    await wired.api.post_ephemeral(channel, "U0ANNE", HIDDEN)

    assert [message["thread_ts"] for message in slack.messages[channel]] == ["1795.1"]
    assert [shown["user"] for shown in slack.ephemeral] == ["U0ANNE"]


async def test_windows_open_change_and_expire(wired: Wired, slack: FakeSlack) -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Report"}, "blocks": HIDDEN["blocks"]}

    opened = await wired.api.open_view("trigger.1", view)
    assert not isinstance(opened, Failed)
    changed = await wired.api.update_view(opened["view"]["id"], view)
    again = await wired.api.open_view("trigger.1", view)
    home = await wired.api.publish_home("U0ANNE", {"type": "home", "blocks": HIDDEN["blocks"]})

    assert not isinstance(changed, Failed)
    assert isinstance(again, Failed)
    assert again.outcome == Never("gone")
    assert not isinstance(home, Failed)
    assert slack.homes["U0ANNE"]["blocks"] == HIDDEN["blocks"]
