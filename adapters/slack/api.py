"""Every call to Slack's Web API: with a time limit, and with what goes wrong as a value. Nothing is tried again here.

The SDK can send again by itself, also what Slack may have taken; what is sent twice here was sent twice to a person.
So its handlers are left out: letters are tried again from the outbox, which asks first whether they arrived.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, TypeAlias

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack.failing import NO_PERMISSION, TOKEN, Failed, failed
from bot.logs import Kind, operator_line

TIMEOUT = timedelta(seconds=4)
"""How long Slack may take over one call. A letter takes three calls at most, and the outbox waits ten seconds."""

BOT_TOKEN = "CANDOUR_SLACK_BOT_TOKEN"
"""The setting that a refused token is in."""

LATEST = 50
"""How many of the last messages are looked at, to hide them or to find one."""

Json: TypeAlias = Mapping[str, Any]
Answer: TypeAlias = Json | Failed
"""Slack's answer to a call that succeeded, or how it failed."""

_LITERAL = {"link_names": False, "unfurl_links": False, "unfurl_media": False}


def web_client(token: str, session: aiohttp.ClientSession, base_url: str = AsyncWebClient.BASE_URL) -> AsyncWebClient:
    """The SDK's client as `SlackApi` wants it: one session for all calls, and nothing sent again behind our back."""
    return AsyncWebClient(token=token, session=session, base_url=base_url, retry_handlers=[])


class SlackApi:
    """Slack's Web API, for one workspace or organisation. No method raises for what Slack or the network may do.

    `report` tells the operator that Slack refuses our token or our permissions: once, and of a token
    once more if it was accepted in between.
    """

    def __init__(self, client: AsyncWebClient, report: Callable[[str], None], timeout: timedelta = TIMEOUT) -> None:
        self.client = client
        self._report = report
        self._timeout_seconds = timeout.total_seconds()
        self._told: set[Kind] = set()
        self._me: Json | None = None

    async def ask(self, call: Awaitable[AsyncSlackResponse]) -> Answer:
        """Wait for a call of the SDK's client, and return its answer or how it failed."""
        answer = await self._wait_for(call)
        if isinstance(answer, Failed):
            return answer
        return answer.data if isinstance(answer.data, dict) else {}

    async def _wait_for(self, call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse | Failed:
        try:
            async with asyncio.timeout(self._timeout_seconds):
                answer = await call
        except Exception as error:  # the SDK also raises AttributeError and the like for bodies that are not its JSON
            failure = failed(error)
            self._tell(failure.word)
            return failure
        self._told.discard("token-refused")
        return answer

    async def me(self) -> Answer:
        """Who we are: `team_id`, `user_id`, `bot_id` and `enterprise_id`, asked for until it is known."""
        if self._me is not None:
            return self._me
        answer = await self.ask(self.client.auth_test())
        if not isinstance(answer, Failed):
            self._me = answer
        return answer

    async def scopes(self) -> frozenset[str] | Failed:
        """The scopes that our token was given; Slack tells them in a header."""
        answer = await self._wait_for(self.client.auth_test())
        if isinstance(answer, Failed):
            return answer
        told = next((value for name, value in answer.headers.items() if name.lower() == "x-oauth-scopes"), "")
        return frozenset(filter(None, (scope.strip() for scope in told.split(","))))

    async def post(self, channel: str, payload: Json, *, thread: str = "") -> Answer:
        """Post a message of `outbound`, under the message `thread` if given. The answer's `ts` names it.

        Whatever the payload says, nothing in the text becomes a link, a preview or a mention.
        """
        under = {"thread_ts": thread} if thread else {}
        return await self.ask(self.client.chat_postMessage(channel=channel, **{**payload, **_LITERAL, **under}))

    async def post_ephemeral(self, channel: str, user: str, payload: Json, *, thread: str = "") -> Answer:
        """Show a message to one person only, in a channel that they and we are in."""
        under = {"thread_ts": thread} if thread else {}
        shown = {**_shown(payload), "link_names": False, **under}
        return await self.ask(self.client.chat_postEphemeral(channel=channel, user=user, **shown))

    async def respond(self, url: str, payload: Json) -> Failed | None:
        """Show a message to the person who did what this response URL came with; it holds for half an hour."""
        webhook = AsyncWebhookClient(url, session=self.client.session, retry_handlers=[])
        shown = _shown(payload)
        try:
            async with asyncio.timeout(self._timeout_seconds):
                await webhook.send(**shown, response_type="ephemeral", replace_original=False)
        except Exception as error:  # as for every other call
            return failed(error)
        return None

    async def update(self, channel: str, ts: str, payload: Json) -> Answer:
        """Put a message of `outbound` in the place of one of ours."""
        return await self.ask(self.client.chat_update(channel=channel, ts=ts, link_names=False, **_shown(payload)))

    async def open_view(self, trigger: str, view: Json) -> Answer:
        """Open a modal in answer to something done less than three seconds ago. The answer's `view` has its `id`."""
        return await self.ask(self.client.views_open(trigger_id=trigger, view=dict(view)))

    async def update_view(self, view_id: str, view: Json) -> Answer:
        """Put something else into an open modal."""
        return await self.ask(self.client.views_update(view_id=view_id, view=dict(view)))

    async def publish_home(self, user: str, view: Json) -> Answer:
        """Show a person's home."""
        return await self.ask(self.client.views_publish(user_id=user, view=dict(view)))

    async def latest(self, channel: str) -> list[Json] | Failed:
        """The last messages of a conversation with us, newest first."""
        answer = await self.ask(self.client.conversations_history(channel=channel, limit=LATEST))
        return answer if isinstance(answer, Failed) else [*answer.get("messages", ())]

    async def hide(self, channel: str, payload: Json) -> Failed | None:
        """Put `payload` in the place of our last messages in a conversation. None: all of them were replaced.

        Messages of others stay, because nobody can replace those. One that cannot be replaced does not keep the
        others from it. Done once more, it replaces nothing that is hidden already.
        """
        me, messages = await self.me(), await self.latest(channel)
        if isinstance(me, Failed):
            return me
        if isinstance(messages, Failed):
            return messages
        left: Failed | None = None
        for message in messages:
            ours = message.get("bot_id") and message.get("bot_id") == me.get("bot_id")
            if ours and message.get("text") != payload.get("text"):
                answer = await self.update(channel, str(message.get("ts")), payload)
                left = answer if isinstance(answer, Failed) else left
        return left

    def _tell(self, word: str) -> None:
        kind: Kind = "permission-missing" if word == NO_PERMISSION else "token-refused"
        if word in TOKEN and kind not in self._told:
            self._told.add(kind)
            self._report(operator_line(kind, setting=BOT_TOKEN))


def _shown(payload: Json) -> dict[str, Any]:
    """What is seen of a message. Without blocks of its own, a changed message would keep those it had."""
    return {"text": payload.get("text", ""), "blocks": payload.get("blocks", [])}
