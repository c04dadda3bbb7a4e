"""Slack's own SDK, and the way of one request: verified, understood, decided and kept, acknowledged, then answered.

The only file that loads Bolt. It answers nothing before the turn is on disk; what is said goes out afterwards, beside
the next requests, because Slack waits three seconds and its Web API may need longer.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from adapters.slack.door import BODY_MAX, Signature
from adapters.slack.inbound import Inbound, read_event, to_core
from adapters.slack.manifest import DOOR
from adapters.slack.outbound import to_message, to_modal, to_options
from adapters.slack.people import Refused, SlackPeople
from adapters.slack.speaking import Speaker, waits
from bot import consulting
from bot.compiled import Knowledge
from bot.errors import Conflict
from bot.events import Actor, ChoicePicked, HomeOpened
from bot.library import Library
from bot.logs import operator_line
from bot.messages import Message
from bot.ports import Outcome, Platform, Taken
from bot.service import Service
from bot.speaking import say
from bot.turn import Turn
from bot.words import contact

_EVERYTHING = re.compile(".*", re.DOTALL)
_DRAIN_SECONDS = 15.0
_OPEN = "case:open:"

Ack = Callable[..., Coroutine[Any, Any, Any]]


class _NotHandled(Exception):
    """Ours failed, not what Slack sent: it may come again."""


class SlackRuntime:
    """Slack for one organisation. `signing_secret` opens the HTTP door, `app_token` Socket Mode; one is needed."""

    def __init__(
        self,
        speaker: Speaker,
        platform: Platform,
        people: SlackPeople,
        service: Service,
        knowledge: Callable[[], Knowledge],
        organisation: str,
        clock: Callable[[], datetime],
        report: Callable[[str], None],
        *,
        signing_secret: str = "",
        app_token: str = "",
    ) -> None:
        self._speaker = speaker
        self._platform = platform
        self._people = people
        self._service = service
        self._knowledge = knowledge
        self._organisation = organisation
        self._clock = clock
        self._report = report
        self._signature = Signature(signing_secret, lambda: clock().timestamp()) if signing_secret else None
        self._app_token = app_token
        self._socket: AsyncSocketModeHandler | None = None
        self._talking: set[asyncio.Task[None]] = set()
        self._app = self._bolt()

    def add_to(self, application: web.Application) -> None:
        """Open the HTTP door of this application, if there is a signing secret."""
        if self._signature:
            application.router.add_post(DOOR, self.receive)

    async def start(self) -> None:
        """Connect in Socket Mode, if there is no HTTP door."""
        if self._app_token and not self._signature:
            self._socket = AsyncSocketModeHandler(self._app, self._app_token)
            await self._socket.connect_async()  # type: ignore[no-untyped-call]

    async def stop(self) -> None:
        """Take nothing more, and say what is still to be said."""
        if self._socket:
            await self._socket.close_async()  # type: ignore[no-untyped-call]
        if self._talking:
            await asyncio.wait(self._talking, timeout=_DRAIN_SECONDS)

    async def receive(self, request: web.Request) -> web.Response:
        """One request from Slack. 401 unless Slack signed it; 400 and no effect if nothing can be made of it.

        503 if something of ours failed: then Slack sends it again, and nothing counts twice.
        """
        if request.content_length is not None and request.content_length > BODY_MAX:
            return web.Response(status=413)
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413)
        if self._signature is None or not self._signature.holds(body, request.headers):
            return web.Response(status=401)
        try:
            return await to_aiohttp_response(await self._app.async_dispatch(await to_bolt_request(request)))
        except Exception as error:  # signed and broken: whatever Bolt makes of it, sending it again will not help
            self._report(operator_line("request-broke", reason=type(error)))
            return web.Response(status=400)

    async def send(self, organisation: str, person: str, message: Message) -> Outcome:
        """See `Platform.send`. The person's home, which counts what waits, is shown anew afterwards."""
        outcome = await self._platform.send(organisation, person, message)
        if isinstance(outcome, Taken):
            self._later(self._refresh_home(person))
        return outcome

    async def _refresh_home(self, person: str) -> None:
        user = await self._people.address(person)
        if not isinstance(user, str):
            return
        now = self._clock()
        actor = Actor(organisation=self._organisation, person=person)
        turn = await self._service.submit(HomeOpened(actor=actor, key=f"home:{person}:{now.isoformat()}", at=now))
        await self._speaker.show_home(user, turn, self._knowledge().library)

    def _bolt(self) -> AsyncApp:
        app = AsyncApp(
            client=self._speaker.api.client,
            process_before_response=True,  # otherwise events are acknowledged before anything is kept
            raise_error_for_unhandled_request=True,  # otherwise Bolt logs what people typed
            request_verification_enabled=False,  # done before Bolt sees it, with no exception for odd headers
        )
        for listen in (app.event, app.command, app.action, app.view, app.view_closed, app.shortcut, app.options):
            listen(_EVERYTHING)(self._listener)
        app.error(self._broke)  # Bolt's own way answers 500 and logs the request
        return app

    async def _broke(self, error: Exception) -> BoltResponse:
        ours = isinstance(error, _NotHandled)
        self._report(operator_line("request-broke", reason=type(error.__cause__ if ours else error)))
        return BoltResponse(status=503 if ours else 400)

    async def _listener(self, body: dict[str, Any], ack: Ack) -> None:
        try:
            await self._hear(body, ack)
        except Exception as error:
            raise _NotHandled from error

    async def _hear(self, body: dict[str, Any], ack: Ack) -> None:
        inbound = read_event(body)
        if inbound is None:
            await ack()
        elif inbound.kind == "changed":
            self._people.forget(inbound.user)
            await ack()
        elif inbound.kind == "suggest":
            await ack(**to_options(consulting.suggest(self._knowledge(), inbound.text)))
        else:
            await self._act(inbound, body, ack)

    async def _act(self, inbound: Inbound, body: Mapping[str, Any], ack: Ack) -> None:
        team, enterprise = inbound.team, inbound.enterprise
        found = await self._people.person(inbound.user, team, user_team=inbound.user_team, enterprise=enterprise)
        if isinstance(found, Refused):
            await self._refuse(inbound, found, body, ack)
            return
        actor = Actor(organisation=self._organisation, person=found.person)
        if inbound.kind == "check":
            await ack()
            self._later(self._speaker.beside(inbound, consulting.look(self._knowledge(), self._clock(), inbound.text)))
            return
        try:
            turn = await self._service.submit(to_core(inbound, actor, self._clock()))
        except Conflict:
            await self._not_saved(inbound, body, ack)
            return
        await self._acknowledge(inbound, actor, turn, ack)

    async def _acknowledge(self, inbound: Inbound, actor: Actor, turn: Turn, ack: Ack) -> None:
        """Tell Slack that it is kept; what a window shows next, and answers to a command, go with it."""
        private = next((reply for reply in turn.replies if reply.private), None)
        if inbound.submitted and private:
            await ack(response_action="update", view=to_modal(private))
        elif inbound.door == "command" and inbound.kind == "text" and not private and turn.replies:
            await ack(**_ephemeral(turn.replies[0]))
            turn = Turn(state=turn.state, replies=turn.replies[1:])
        else:
            await ack()
        self._later(self._speak(inbound, actor, turn))

    async def _speak(self, inbound: Inbound, actor: Actor, turn: Turn) -> None:
        """Say what was decided. Afterwards an alert out of which a case was opened shows who has taken it by now."""
        library = self._knowledge().library
        await self._speaker.speak(inbound, turn, library)
        if any(reply.private for reply in turn.replies) and _in_alert(inbound, library):
            value = inbound.value.replace(_OPEN, "alert:", 1)
            look = ChoicePicked(actor=actor, key=f"{inbound.key}:alert", at=self._clock(), value=value)
            with contextlib.suppress(Conflict):  # the alert stays as it is
                await self._speaker.show_anew(inbound, await self._service.submit(look), library)

    async def _not_saved(self, inbound: Inbound, body: Mapping[str, Any], ack: Ack) -> None:
        """Nothing was written: said where the text still is."""
        library = self._knowledge().library
        said = library.report_wording.not_saved.format(contact=contact(library))
        field = _first_input(body)
        if inbound.submitted and field:
            await ack(response_action="errors", errors={field: said})
            return
        await ack()
        self._later(self._speaker.beside(inbound, say(said)))

    async def _refuse(self, inbound: Inbound, refused: Refused, body: Mapping[str, Any], ack: Ack) -> None:
        """A polite no, without a word of content."""
        said, field = _refusal(self._knowledge().library, refused), _first_input(body)
        if refused.reason == "unreachable" and inbound.submitted and field:
            # Who it is cannot be found out just now: what was written must not be lost by that.
            await ack(response_action="errors", errors={field: said})
            return
        await ack()
        if inbound.kind in ("text", "choice", "form", "check", "file"):
            self._later(self._speaker.beside(inbound, say(said)))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._talking.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._talking.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._report(operator_line("reply-lost", reason=type(error)))


def _ephemeral(message: Message) -> dict[str, Any]:
    shown = to_message(message)
    return {"text": shown["text"], "blocks": shown["blocks"], "response_type": "ephemeral"}


def _refusal(library: Library, refused: Refused) -> str:
    wording = library.wording
    return wording.refused_for_now if refused.reason == "unreachable" else wording.refused


def _in_alert(inbound: Inbound, library: Library) -> bool:
    """Whether a case was opened with the button of an alert; news about a case has the same, and stays news."""
    opens = inbound.kind == "choice" and inbound.door == "message" and inbound.value.startswith(_OPEN)
    settled = (library.report_wording.alert_taken, library.case_wording.alert_closed)
    return opens and bool(inbound.letter) and (waits(inbound.title, library) or inbound.title in settled)


def _first_input(body: Mapping[str, Any]) -> str:
    view = body.get("view")
    blocks = view.get("blocks", []) if isinstance(view, Mapping) else []
    return next((str(block.get("block_id", "")) for block in blocks if block.get("type") == "input"), "")
