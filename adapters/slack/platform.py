"""Letters to people in Slack, each as a direct message. The outbox decides when; this file sends, and never twice.

An answer that is lost does not say that the message was. So each message carries a mark, and before one is sent again
Slack is asked whether it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from adapters.slack.api import SlackApi
from adapters.slack.blocks import LETTER
from adapters.slack.failing import Failed
from adapters.slack.outbound import marked, to_messages
from adapters.slack.people import SlackPeople
from bot.messages import Message
from bot.ports import Again, Never, Outcome, Taken


@dataclass(slots=True)
class _Begun:
    """A letter on its way: how many of its messages Slack has, and whether it may have the next one as well."""

    mark: str
    sent: int = 0
    doubtful: bool = False


class SlackPlatform:
    """See `bot.ports.Platform`. For one organisation; letters of any other are not delivered.

    `marks` gives a random word that nobody else uses. A letter that was begun is continued where it stopped, as long
    as the process lives; one person's letters must not be sent at the same time.
    """

    def __init__(self, api: SlackApi, people: SlackPeople, organisation: str, marks: Callable[[], str]) -> None:
        self._api = api
        self._people = people
        self._organisation = organisation
        self._marks = marks
        self._channels: dict[str, str] = {}
        self._begun: dict[tuple[str, Message], _Begun] = {}

    async def send(self, organisation: str, person: str, message: Message) -> Outcome:
        """See `Platform.send`."""
        if organisation != self._organisation:
            return Never("no-platform")
        try:
            parts = to_messages(message)
        except ValueError:
            return Never("refused")  # private by mistake: whoever comes next is told that there is something
        letter = (person, message)
        outcome = await self._send(person, parts, self._begun.setdefault(letter, _Begun(self._marks())))
        if not isinstance(outcome, Again):
            self._begun.pop(letter, None)
        return outcome

    async def _send(self, person: str, parts: list[dict[str, Any]], begun: _Begun) -> Outcome:
        """Send to the address that is remembered; if there is nobody any more, to the one that Slack has now."""
        outcome: Outcome = Never("not-found")
        for _ in range(2):
            user = await self._people.address(person)
            if not isinstance(user, str):
                return user
            remembered = user in self._channels
            channel = await self._channel(user)
            if isinstance(channel, str):
                outcome = await self._hand_over(channel, parts, begun)
            else:
                outcome = channel.outcome
            if not isinstance(outcome, Never):
                return outcome
            self._people.forget(user)
            self._channels.pop(user, None)
            if not remembered:
                return outcome
        return outcome

    async def _channel(self, user: str) -> str | Failed:
        if user not in self._channels:
            answer = await self._api.ask(self._api.client.conversations_open(users=user))
            if isinstance(answer, Failed):
                return answer
            channel = answer.get("channel")
            if not isinstance(channel, Mapping) or not channel.get("id"):
                return Failed(outcome=Again(timedelta()))
            self._channels[user] = str(channel["id"])
        return self._channels[user]

    async def _hand_over(self, channel: str, parts: list[dict[str, Any]], begun: _Begun) -> Outcome:
        if begun.doubtful:
            there = await self._is_there(channel, begun)
            if isinstance(there, Failed):
                return there.outcome
            begun.sent += there
            begun.doubtful = False
        while begun.sent < len(parts):
            begun.doubtful = True  # until there is an answer; whoever waits for it may give up earlier
            answer = await self._api.post(channel, marked(parts[begun.sent], _mark(begun)))
            if isinstance(answer, Failed):
                begun.doubtful = answer.doubtful
                return answer.outcome
            begun.sent += 1
            begun.doubtful = False
        return Taken()

    async def _is_there(self, channel: str, begun: _Begun) -> bool | Failed:
        """Whether Slack took the message that it gave no answer to."""
        messages = await self._api.latest(channel)
        if isinstance(messages, Failed):
            return messages
        mark = _mark(begun)
        return any(block.get("block_id") == mark for message in messages for block in message.get("blocks", ()))


def _mark(begun: _Begun) -> str:
    return f"{LETTER}{begun.mark}:{begun.sent}"
