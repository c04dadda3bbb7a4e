"""What the tests' own Slack sends is signed as Slack signs, and is read as what it stands for."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.signature import SignatureVerifier

from adapters.slack.inbound import CHECK_SHORTCUT, REPORT_SHORTCUT, Inbound, read_event
from tests.slack.fake_api import TEAM
from tests.slack.sender import SECRET, SlackSender

NOW = 1_795_000_000.0


class Clock:
    """The verifier's clock, which the SDK lets be exchanged."""

    def now(self) -> float:
        """Seconds since 1970."""
        return NOW


@dataclass(slots=True)
class Door:
    """Lets in what Slack's own verifier accepts, and reads it."""

    sender: SlackSender
    read: list[Inbound | None] = field(default_factory=list)
    retries: list[str] = field(default_factory=list)


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    """A door, and Slack in front of it."""
    verifier = SignatureVerifier(SECRET, Clock())  # type: ignore[arg-type]

    async def enter(request: web.Request) -> web.Response:
        body = await request.read()
        if not verifier.is_valid_request(body, dict(request.headers)):
            return web.Response(status=401)
        opened.retries.append(request.headers.get("X-Slack-Retry-Num", ""))
        opened.read.append(read_event(await _payload(request)))
        return web.json_response({})

    application = web.Application()
    application.router.add_post("/", enter)
    async with TestServer(application) as server, aiohttp.ClientSession() as session:
        opened = Door(SlackSender(session, str(server.make_url("/")), lambda: NOW))
        yield opened


async def _payload(request: web.Request) -> Any:
    if request.content_type == "application/json":
        return await request.json()
    form = dict(await request.post())
    return json.loads(str(form["payload"])) if "payload" in form else form


async def test_every_kind_of_thing_that_people_do_is_let_in_and_read(door: Door) -> None:
    sender = door.sender
    view = {"id": "V1", "type": "modal", "hash": "1.1", "callback_id": "note", "app_installed_team_id": TEAM}
    button = {"type": "button", "action_id": "choice:0", "value": "menu"}

    await sender.says("U0ANNE", "can I", "D1", "1.1")
    await sender.mentions("U0ANNE", "can I", "C1", "1.2")
    await sender.opens_home("U0ANNE", "D1", "1.3")
    await sender.changes({"id": "U0ANNE", "team_id": TEAM}, "1.4")
    await sender.command("U0ANNE", "can I", "C1")
    await sender.presses("U0ANNE", button, "D1", "1.5")
    await sender.submits("U0ANNE", view, {})
    await sender.closes("U0ANNE", view)
    await sender.uses_shortcut("U0ANNE", CHECK_SHORTCUT, "C1", {"text": "is this", "ts": "1.6"})
    await sender.uses_shortcut("U0ANNE", REPORT_SHORTCUT, "C1", {"text": "is this", "ts": "1.6"})
    await sender.types_ahead("U0ANNE", "find", "photo")

    read = [(inbound.kind, inbound.door) for inbound in door.read if inbound]
    assert read == [
        ("text", "message"),
        ("text", "mention"),
        ("home", "home"),
        ("changed", "profile"),
        ("text", "command"),
        ("choice", "message"),
        ("form", "modal"),
        ("closed", "modal"),
        ("check", "shortcut"),
        ("choice", "shortcut"),
        ("suggest", "message"),
    ]
    assert {(inbound.user, inbound.team) for inbound in door.read if inbound} == {("U0ANNE", TEAM)}


async def test_what_is_sent_again_says_so_and_is_the_same_thing(door: Door) -> None:
    for attempt in range(3):
        await door.sender.says("U0ANNE", "can I", "D1", "1.1", retry=attempt)

    assert door.retries == ["", "1", "2"]
    assert len({inbound.key for inbound in door.read if inbound}) == 1


async def test_what_is_signed_with_another_secret_or_at_another_time_stays_outside(door: Door) -> None:
    stranger = SlackSender(door.sender.session, door.sender.door, lambda: NOW, secret="f" * 32)
    late = SlackSender(door.sender.session, door.sender.door, lambda: NOW - 301)

    assert (await stranger.says("U0ANNE", "can I", "D1", "1.1")).status == 401
    assert (await late.says("U0ANNE", "can I", "D1", "1.1")).status == 401
    assert door.read == []
