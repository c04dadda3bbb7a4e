"""Slack's side of our door: signs what people do, as Slack does, and posts it over HTTP, once or once more."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlencode

import aiohttp

from tests.slack.fake_api import BOT_USER, TEAM

Json: TypeAlias = dict[str, Any]

SECRET = "0123456789abcdef0123456789abcdef"


def signed(body: bytes, timestamp: str, secret: str = SECRET) -> dict[str, str]:
    """The headers that Slack signs a request with."""
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


@dataclass(frozen=True, slots=True)
class Answered:
    """What our door answered: the status, and the body decoded if it is JSON."""

    status: int
    body: Any


class SlackSender:
    """Sends what people do to `door`, the full URL, over `session`. `clock` gives seconds since 1970.

    Every method returns what the door answered. `retry` is the number of the attempt after the first, from 1, and
    sends the very same event again: keep what tells events apart (`ts`, `trigger`, `event_id`, `hash`) equal.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        door: str,
        clock: Callable[[], float],
        *,
        secret: str = SECRET,
        team: str = TEAM,
        enterprise: str = "",
        response_url: str = "",
    ) -> None:
        self.session = session
        self.door = door
        self._clock = clock
        self._secret = secret
        self._team = team
        self._enterprise = enterprise
        self._response_url = response_url
        self._numbers = itertools.count(1)

    async def send(self, body: bytes, content_type: str, *, retry: int = 0, **headers: str) -> Answered:
        """Post a signed body as it is; `headers` (with underscores for hyphens) replace or add to the usual ones."""
        given = {"Content-Type": content_type, **signed(body, str(int(self._clock())), self._secret)}
        if retry:
            given |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.post(self.door, data=body, headers=given) as answer:
            text = await answer.text()
            return Answered(answer.status, json.loads(text) if answer.content_type == "application/json" else text)

    async def event(self, event: Mapping[str, Any], *, event_id: str = "", retry: int = 0, **more: Any) -> Answered:
        """Something of the Events API; `event` is the inner one."""
        authorization = {"team_id": self._team, "enterprise_id": self._enterprise or None, "user_id": BOT_USER}
        payload = {
            "type": "event_callback",
            "team_id": self._team,
            "enterprise_id": self._enterprise or None,
            "api_app_id": "A0CANDOUR",
            "event_id": event_id or self._next("Ev"),
            "event_time": int(self._clock()),
            "authorizations": [{**authorization, "is_bot": True, "is_enterprise_install": False}],
            "event": dict(event),
            **more,
        }
        return await self.send(json.dumps(payload).encode(), "application/json", retry=retry)

    async def says(
        self, user: str, text: str, channel: str, ts: str, *, retry: int = 0, event_id: str = "", **more: Any
    ) -> Answered:
        """A person writes to us in a direct conversation."""
        event = {"type": "message", "channel_type": "im", "user": user, "text": text, "channel": channel, "ts": ts}
        told = {**event, "event_ts": ts, "team": self._team, **more}
        return await self.event(told, retry=retry, event_id=event_id)

    async def mentions(self, user: str, text: str, channel: str, ts: str, *, retry: int = 0) -> Answered:
        """A person names us in a channel."""
        event = {"type": "app_mention", "user": user, "text": f"<@{BOT_USER}> {text}", "channel": channel, "ts": ts}
        return await self.event({**event, "event_ts": ts, "team": self._team}, retry=retry)

    async def opens_home(self, user: str, channel: str, ts: str, *, tab: str = "home") -> Answered:
        """A person opens a tab of the app's home: "home" or "messages"."""
        event = {"type": "app_home_opened", "user": user, "channel": channel, "tab": tab, "event_ts": ts}
        return await self.event(event)

    async def changes(self, member: Json, ts: str) -> Answered:
        """Slack tells that something about a member changed."""
        return await self.event({"type": "user_change", "user": member, "event_ts": ts})

    async def command(
        self, user: str, text: str, channel: str, *, trigger: str = "", retry: int = 0, command: str = "/candour"
    ) -> Answered:
        """A person types a command."""
        said = {
            "command": command,
            "text": text,
            "user_id": user,
            "team_id": self._team,
            "enterprise_id": self._enterprise,
            "channel_id": channel,
            "trigger_id": trigger or self._next("trigger."),
            "response_url": self._response_url,
        }
        return await self._form(said, retry=retry)

    async def presses(
        self, user: str, action: Mapping[str, Any], channel: str, ts: str, *, action_ts: str = "", **more: Any
    ) -> Answered:
        """A person uses a button or a list of a message; `action` is the element as it was sent, with what was picked.

        For one in a modal or the home, give `view=` (and `container=`) as well.
        """
        payload = {
            "type": "block_actions",
            "channel": {"id": channel},
            "container": {"type": "message", "channel_id": channel, "message_ts": ts},
            "actions": [{**action, "action_ts": action_ts or self._next("1795000000.")}],
            "response_url": self._response_url,
            "trigger_id": self._next("trigger."),
            **more,
        }
        return await self.interacts(user, payload)

    async def submits(self, user: str, view: Json, values: Json, *, retry: int = 0) -> Answered:
        """A person sends a modal; `view` as the fake keeps it, `values` by block and action as Slack shapes them."""
        sent = {**view, "state": {"values": values}}
        return await self.interacts(user, {"type": "view_submission", "view": sent}, retry=retry)

    async def closes(self, user: str, view: Json) -> Answered:
        """A person closes a modal without sending it."""
        return await self.interacts(user, {"type": "view_closed", "view": view, "is_cleared": False})

    async def uses_shortcut(self, user: str, callback_id: str, channel: str, message: Json) -> Answered:
        """A person uses a shortcut on somebody's message."""
        payload = {
            "type": "message_action",
            "callback_id": callback_id,
            "channel": {"id": channel},
            "message": message,
            "message_ts": message.get("ts"),
            "response_url": self._response_url,
            "trigger_id": self._next("trigger."),
        }
        return await self.interacts(user, payload)

    async def types_ahead(self, user: str, action_id: str, text: str) -> Answered:
        """A person types into a list that asks us what to suggest."""
        payload = {"type": "block_suggestion", "action_id": action_id, "block_id": action_id, "value": text}
        return await self.interacts(user, payload)

    async def interacts(self, user: str, payload: Mapping[str, Any], *, retry: int = 0) -> Answered:
        """Anything interactive: who and where are filled in."""
        known = {
            "user": {"id": user, "team_id": self._team},
            "team": {"id": self._team, "domain": "bakery"},
            "enterprise": {"id": self._enterprise} if self._enterprise else None,
            "api_app_id": "A0CANDOUR",
        }
        return await self._form({"payload": json.dumps({**known, **payload})}, retry=retry)

    async def _form(self, said: Mapping[str, str], *, retry: int) -> Answered:
        return await self.send(urlencode(said).encode(), "application/x-www-form-urlencoded", retry=retry)

    def _next(self, prefix: str) -> str:
        return f"{prefix}{next(self._numbers):06}"
