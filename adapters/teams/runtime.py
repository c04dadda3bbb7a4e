"""The HTTP door of Teams, and the only file that loads botbuilder.

Of the SDK we keep what activities are and how they are told apart; its token check and its way of sending are left out,
because they block the loop, trust too much and answer some seventy messages a second.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from aiohttp import web
from botbuilder.core import ActivityHandler, BotAdapter, InvokeResponse, TurnContext
from botbuilder.schema import Activity, ActivityTypes, ConversationReference, ResourceResponse

from adapters.teams.door import BODY_MAX, Claims, Refused, TokenCheck
from adapters.teams.inbound import Inbound, read_activity
from adapters.teams.replying import Replies
from bot.logs import operator_line

DOOR = "/api/messages"
_INBOUND = "candour.inbound"
_ANSWER = "candour.answer"


class TeamsRuntime:
    """Teams for one organisation. Without a `check` nothing that arrives is doubted: for the playground on loopback."""

    def __init__(self, check: TokenCheck | None, replies: Replies, report: Callable[[str], None]) -> None:
        self._check = check
        self._replies = replies
        self._report = report
        self._adapter = _Adapter()
        self._handler = _Handler(replies)

    def add_to(self, application: web.Application) -> None:
        """Open the door of this application."""
        application.router.add_post(DOOR, self.receive)

    async def stop(self) -> None:
        """Say what is still to be said."""
        await self._replies.stop()

    async def receive(self, request: web.Request) -> web.Response:
        """One activity. 401 unless Microsoft signed it for us; never 5xx for what is in it: Teams would go silent."""
        if request.content_length is not None and request.content_length > BODY_MAX:
            return web.Response(status=413)
        try:
            activity = json.loads((await request.read()).decode("utf-8"))
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413)
        except Exception:  # whatever is wrong with the body, nobody is known who sent it
            return web.Response(status=400)
        if not isinstance(activity, dict):
            return web.Response(status=400)
        checked = await self._checked(request, activity)
        if isinstance(checked, Refused):
            return web.Response(status=checked.status)
        inbound = read_activity(activity)
        if inbound is None:
            return web.json_response({}) if activity.get("type") == "invoke" else web.Response(status=202)
        try:
            return await self._turn(activity, inbound)
        except Exception as error:  # a 5xx would have Teams cut us off from everybody
            self._report(operator_line("request-broke", reason=type(error)))
            return web.Response(status=400)

    async def _checked(self, request: web.Request, activity: dict[str, Any]) -> Claims | Refused | None:
        if self._check is None:
            return None
        return await self._check.claims(request.headers.get("Authorization", ""), activity)

    async def _turn(self, activity: dict[str, Any], inbound: Inbound) -> web.Response:
        context = TurnContext(self._adapter, Activity().deserialize(activity))
        context.turn_state[_INBOUND] = inbound
        await self._adapter.run_pipeline(context, self._handler.on_turn)
        if inbound.door in ("chat", "install"):
            return web.Response(status=202)
        return web.json_response(context.turn_state.get(_ANSWER) or {})


class _Handler(ActivityHandler):  # type: ignore[misc]
    """What kinds of activities there are, as the SDK tells them apart."""

    def __init__(self, replies: Replies) -> None:
        self._replies = replies

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        """Something typed, a file, or a button of an older client."""
        await self._answer(turn_context)

    async def on_conversation_update_activity(self, turn_context: TurnContext) -> None:
        """Somebody came; only our own arrival is answered."""
        await self._answer(turn_context)

    async def on_installation_update(self, turn_context: TurnContext) -> None:
        """The app was added or removed."""
        await self._answer(turn_context)

    async def on_invoke_activity(self, turn_context: TurnContext) -> InvokeResponse:
        """A button, a dialog or a search: answered in the response itself."""
        await self._answer(turn_context)
        return InvokeResponse(status=200, body=turn_context.turn_state.get(_ANSWER))

    async def _answer(self, turn_context: TurnContext) -> None:
        turn_context.turn_state[_ANSWER] = await self._replies.answer(turn_context.turn_state[_INBOUND])


class _Adapter(BotAdapter):  # type: ignore[misc]
    """The SDK's idea of a way to Teams. Messages go through our own connector, so nothing is sent through here."""

    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> list[ResourceResponse]:
        """Take the answer to an invoke, which is in the turn's state already; anything else is a mistake of ours."""
        if any(activity.type != ActivityTypes.invoke_response for activity in activities):
            raise NotImplementedError("Messages are sent through the connector.")
        return [ResourceResponse(id="") for _ in activities]

    async def update_activity(self, context: TurnContext, activity: Activity) -> None:
        """Never called: see the class."""
        raise NotImplementedError("Messages are changed through the connector.")

    async def delete_activity(self, context: TurnContext, reference: ConversationReference) -> None:
        """Never called: see the class."""
        raise NotImplementedError("Messages are deleted through the connector.")
