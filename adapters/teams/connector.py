"""Every call to Teams' Bot Connector: with a time limit, and with what goes wrong as a value.

Nothing is sent again here; letters are, from the outbox. Teams cannot be asked whether a message arrived, so one whose
answer was lost may be there twice afterwards; that is why there is nothing in an alert but that something waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeAlias
from urllib.parse import quote

import aiohttp
from yarl import URL

from adapters.teams.addresses import is_trusted
from adapters.teams.bearer import Bearer
from adapters.teams.failing import UNAUTHORISED, Failed, refused, unanswered
from adapters.teams.reading import NOT_JSON, read_json
from bot.logs import operator_line
from bot.ports import Again, Never

TIMEOUT = timedelta(seconds=4)
"""How long Teams may take over one call. A letter mostly takes one, and the outbox waits ten seconds."""

Json: TypeAlias = Mapping[str, Any]
Answer: TypeAlias = Any | Failed
"""What Teams answered to a call that succeeded, or how it failed."""


class Connector:
    """The Bot Connector, over one pooled `session`. No method raises for what Teams or the network may do.

    `report` tells the operator that our token is refused: once, and once more if it was accepted in between.
    `loopback`: the connector is on this machine (see `is_trusted`).
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        bearer: Bearer,
        report: Callable[[str], None],
        *,
        loopback: bool = False,
        timeout: timedelta = TIMEOUT,
    ) -> None:
        self._session = session
        self._bearer = bearer
        self._report = report
        self._loopback = loopback
        self._timeout_seconds = timeout.total_seconds()
        self._told = False

    async def send(self, service_url: str, conversation: str, activity: Json) -> str | Failed:
        """Post an activity into a conversation. Returns the id that names it there."""
        answer = await self._ask("POST", service_url, ("conversations", conversation, "activities"), activity)
        return answer if isinstance(answer, Failed) else _text(answer, "id")

    async def update(self, service_url: str, conversation: str, message: str, activity: Json) -> Failed | None:
        """Put an activity in the place of one of ours."""
        path = ("conversations", conversation, "activities", message)
        answer = await self._ask("PUT", service_url, path, {**activity, "id": message})
        return answer if isinstance(answer, Failed) else None

    async def delete(self, service_url: str, conversation: str, message: str) -> Failed | None:
        """Delete one of our messages."""
        answer = await self._ask("DELETE", service_url, ("conversations", conversation, "activities", message))
        return answer if isinstance(answer, Failed) else None

    async def open_chat(self, service_url: str, tenant: str, bot: str, user: str) -> str | Failed:
        """The id of the chat between us and one person, who must have the app. Opened again, it is the same chat."""
        wanted = {
            "isGroup": False,
            "bot": {"id": bot},
            "members": [{"id": user}],
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }
        answer = await self._ask("POST", service_url, ("conversations",), wanted)
        if isinstance(answer, Failed):
            return answer
        return _text(answer, "id") or Failed(outcome=Again(timedelta()))

    async def member(self, service_url: str, conversation: str, user: str) -> Json | Failed:
        """What Teams says of one member of a conversation that we are in."""
        answer = await self._ask("GET", service_url, ("conversations", conversation, "members", user))
        return answer if isinstance(answer, Failed | Mapping) else Failed(outcome=Again(timedelta()))

    async def members(self, service_url: str, conversation: str) -> list[Json] | Failed:
        """What Teams says of all members of a chat; not for channels, which have too many."""
        answer = await self._ask("GET", service_url, ("conversations", conversation, "members"))
        if isinstance(answer, Failed):
            return answer
        whole = isinstance(answer, list) and all(isinstance(member, Mapping) for member in answer)
        return answer if whole else Failed(outcome=Again(timedelta()))

    async def _ask(self, method: str, service_url: str, path: tuple[str, ...], body: Json | None = None) -> Answer:
        """One call; a token that ran out meanwhile is renewed, because then nothing was done."""
        if not is_trusted(service_url, loopback=self._loopback):
            return Failed(outcome=Never("refused"))
        url = URL("/".join([f"{service_url.rstrip('/')}/v3", *(quote(part, safe="") for part in path)]), encoded=True)
        answer = await self._with_token(method, url, body)
        if isinstance(answer, Failed) and answer.status == UNAUTHORISED:
            answer = await self._with_token(method, url, body)
        return self._noted(answer)

    async def _with_token(self, method: str, url: URL, body: Json | None) -> Answer:
        token = await self._bearer.current()
        if isinstance(token, Failed):
            return token
        answer = await self._call(method, url, token, body)
        if isinstance(answer, Failed) and answer.status == UNAUTHORISED:
            self._bearer.forget(token)
        return answer

    async def _call(self, method: str, url: URL, token: str, body: Json | None) -> Answer:
        headers = {"Authorization": f"Bearer {token}"}
        try:
            async with (
                asyncio.timeout(self._timeout_seconds),
                self._session.request(method, url, json=body, headers=headers, allow_redirects=False) as answer,
            ):
                status, said = answer.status, await read_json(answer)
        except Exception as error:  # a network can fail in more ways than its library has exceptions for
            return unanswered(error)
        if 200 <= status < 300 and said is not NOT_JSON:
            return said
        return refused(status, said, answer.headers.get("Retry-After", ""))

    def _noted(self, answer: Answer) -> Answer:
        """The answer; the operator is told if it means that our token or secret is no good."""
        failed = isinstance(answer, Failed)
        if failed and answer.token:
            if not self._told:
                self._told = True
                self._report(operator_line("token-refused", setting="CANDOUR_TEAMS_APP_SECRET"))
        elif not failed:
            self._told = False
        return answer


def _text(part: Any, name: str) -> str:
    found = part.get(name) if isinstance(part, Mapping) else None
    return found if isinstance(found, str) else ""
