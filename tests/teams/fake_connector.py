"""A small working Microsoft on loopback: the Bot Connector, who is in which chat, and the servers of keys and tokens.

It can be told to fail in every way that Teams and networks fail, before or after it has done what it was asked.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeAlias

from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.teams.bearer import SCOPE
from adapters.teams.setup import TeamsSetup
from tests.slack.fake_api import Trouble

Json: TypeAlias = dict[str, Any]

APP_ID = "c0ffee00-0000-4000-8000-00000000cafe"
APP_SECRET = "made-up~secret"
TENANT = "ba4e0000-0000-4000-8000-000000000001"
ELSEWHERE = "ba4e0000-0000-4000-8000-000000000002"
BOT = f"28:{APP_ID}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that arrived: what was asked of whom, what with, and the token that it carried."""

    method: str
    about: tuple[str, ...]
    body: Json
    token: str


def refuses(status: int, word: str = "") -> Trouble:
    """A status, with Microsoft's word for why."""
    return Trouble(status=status, body=json.dumps({"error": {"code": word, "message": "Made up."}}))


def too_often(seconds: int | str) -> Trouble:
    """429, with the time that Teams wants to be left alone."""
    body = json.dumps({"error": {"code": "TooManyRequests"}})
    return Trouble(status=429, body=body, headers={"Retry-After": str(seconds)})


def no_token(error: str, number: str = "") -> Trouble:
    """What Entra says instead of a token."""
    told = {"error": error, "error_description": f"{number}: Made up. Trace ID: 0000"}
    return Trouble(status=401, body=json.dumps(told))


class FakeTeams:
    """One tenant with an app. Use as `async with FakeTeams() as teams:`.

    `calls` are all requests by what they ask for: "metadata", "keys", "token", "send", "update", "delete", "open",
    "member", "members". `people` (by user id), `chats` (conversation → user ids) and `messages` (conversation →
    activities, oldest first) are the state, in Microsoft's own shapes. `installed` are the users who have the app.
    `keys` is the JWKS. `token_seconds` is how long tokens hold; `revoke` ends all of them. `hanging` is set once
    somebody waits for an answer in vain.
    """

    def __init__(self) -> None:
        self.people: dict[str, Json] = {}
        self.installed: set[str] = set()
        self.chats: dict[str, set[str]] = {}
        self.messages: dict[str, list[Json]] = {}
        self.keys: list[Json] = []
        self.jwks_uri = ""
        self.token_seconds = 3600
        self.calls: list[Call] = []
        self.hanging = asyncio.Event()
        self._closing = asyncio.Event()
        self._tokens: set[str] = set()
        self._troubles: list[tuple[str, str, deque[Trouble]]] = []
        self._numbers = itertools.count(1)
        self._server = TestServer(self._application())

    def _application(self) -> web.Application:
        application = web.Application()
        add, service = application.router.add_route, "/connector/v3/conversations"
        add("GET", "/v1/.well-known/openidconfiguration", self._answering("metadata", self._metadata))
        add("GET", "/v1/.well-known/keys", self._answering("keys", lambda *_: {"keys": self.keys}))
        add("POST", f"/{TENANT}/oauth2/v2.0/token", self._answering("token", self._issue))
        add("POST", service, self._answering("open", self._open))
        add("POST", f"{service}/{{chat}}/activities", self._answering("send", self._send))
        add("PUT", f"{service}/{{chat}}/activities/{{message}}", self._answering("update", self._update))
        add("DELETE", f"{service}/{{chat}}/activities/{{message}}", self._answering("delete", self._delete))
        add("GET", f"{service}/{{chat}}/members", self._answering("members", self._members))
        add("GET", f"{service}/{{chat}}/members/{{user}}", self._answering("member", self._member))
        return application

    async def __aenter__(self) -> FakeTeams:
        await self._server.start_server()
        self.jwks_uri = self._url("/v1/.well-known/keys")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        await self._server.close()

    @property
    def service_url(self) -> str:
        """The address of the connector, as activities name it."""
        return self._url("/connector/")

    @property
    def openid_url(self) -> str:
        """The address of the OpenID metadata."""
        return self._url("/v1/.well-known/openidconfiguration")

    @property
    def setup(self) -> TeamsSetup:
        """What an operator would have set, with these servers for Microsoft's."""
        return TeamsSetup(
            app_id=APP_ID,
            app_secret=APP_SECRET,
            tenants=frozenset({TENANT}),
            home=TENANT,
            loopback=True,
            openid_url=self.openid_url,
            token_url=self._url(f"/{TENANT}/oauth2/v2.0/token"),
        )

    def joins(self, user: str, address: str, *, installed: bool = True, **facts: Any) -> Json:
        """Somebody belongs to the tenant; `facts` replace or add to what Teams says of them."""
        number = sum(map(ord, user))
        member: Json = {
            "id": user,
            "aadObjectId": f"0b1ec700-0000-4000-8000-{number:012}",
            "name": "Made Up",
            "email": address,
            "userPrincipalName": address,
            "tenantId": TENANT,
            "userRole": "user",
            **facts,
        }
        self.people[user] = member
        if installed:
            self.installed.add(user)
        return member

    def chat(self, user: str) -> str:
        """The personal chat between a person and us."""
        return self.group(f"a:chat-with-{user.removeprefix('29:')}", user)

    def group(self, conversation: str, *users: str) -> str:
        """A conversation in which these people and we are."""
        self.chats.setdefault(conversation, set()).update(users)
        self.messages.setdefault(conversation, [])
        return conversation

    def inbox(self, user: str) -> list[Json]:
        """What we have written to a person alone, oldest first, as it stands now."""
        return self.messages.get(f"a:chat-with-{user.removeprefix('29:')}", [])

    def meets(self, method: str, *troubles: Trouble, chat: str = "") -> None:
        """Let the next calls of a method fail, one after the other; with `chat`, only those for it."""
        self._troubles.append((method, chat, deque(troubles)))

    def called(self, *methods: str) -> list[Call]:
        """The requests for these methods, in order."""
        return [call for call in self.calls if call.method in methods]

    def revoke(self) -> None:
        """No token that was issued until now holds any more."""
        self._tokens.clear()

    def _url(self, path: str) -> str:
        return str(self._server.make_url(path))

    def _answering(self, method: str, do: Any) -> Any:
        async def answer(request: web.Request) -> web.StreamResponse:
            about, body = tuple(request.match_info.values()), await _body(request)
            token = request.headers.get("Authorization", "").removeprefix("Bearer ")
            self.calls.append(Call(method=method, about=about, body=body, token=token))
            trouble = self._trouble(method, about[0] if about else "")
            if trouble is None or trouble.done:
                answered = self._do(method, do, about, body, token)
                if trouble is None:
                    return answered
            return await self._fails(request, trouble)

        return answer

    async def _fails(self, request: web.Request, trouble: Trouble) -> web.StreamResponse:
        if trouble.hangs:
            self.hanging.set()
            await self._closing.wait()
        if (trouble.reset or trouble.hangs) and request.transport:
            request.transport.abort()
        status, headers = trouble.status, trouble.headers
        return web.Response(status=status, text=trouble.body, content_type=trouble.content_type, headers=headers)

    def _trouble(self, method: str, chat: str) -> Trouble | None:
        for name, only, troubles in self._troubles:
            if name in (method, "*") and only in ("", chat) and troubles:
                return troubles.popleft()
        return None

    def _do(self, method: str, do: Any, about: tuple[str, ...], body: Json, token: str) -> web.Response:
        if method not in ("metadata", "keys", "token") and token not in self._tokens:
            return _refusal(401, "Unauthorized")
        chat = about[0] if about else ""
        if method in ("send", "update", "delete", "member", "members") and chat not in self.chats:
            return _refusal(404, "ConversationNotFound")
        answered = do(about, body)
        return answered if isinstance(answered, web.Response) else web.json_response(answered)

    def _metadata(self, *_: Any) -> Json:
        return {"issuer": "https://api.botframework.com", "jwks_uri": self.jwks_uri}

    def _issue(self, _: tuple[str, ...], form: Json) -> Json | web.Response:
        wanted = {"grant_type": "client_credentials", "client_id": APP_ID, "scope": SCOPE}
        if not wanted.items() <= form.items() or form.get("client_secret") != APP_SECRET:
            told = {"error": "invalid_client", "error_description": "AADSTS7000215: Made up."}
            return web.json_response(told, status=401)
        token = f"token-{next(self._numbers)}"
        self._tokens.add(token)
        return {"token_type": "Bearer", "expires_in": self.token_seconds, "access_token": token}

    def _open(self, _: tuple[str, ...], body: Json) -> Json | web.Response:
        [member] = body["members"]
        if body["bot"]["id"] != BOT or body["tenantId"] != TENANT or body["channelData"]["tenant"]["id"] != TENANT:
            return _refusal(403, "ForbiddenOperationException")
        known = [
            user
            for user, facts in self.people.items()
            if member["id"] in (user, facts["aadObjectId"], facts["userPrincipalName"])
        ]
        if not known:
            return _refusal(400, "BadSyntax")
        if known[0] not in self.installed:
            return _refusal(403, "BotNotInConversationRoster")
        return {"id": self.chat(known[0])}

    def _send(self, about: tuple[str, ...], body: Json) -> Json:
        message = {**body, "id": f"m{next(self._numbers):06}"}
        self.messages[about[0]].append(message)
        return {"id": message["id"]}

    def _update(self, about: tuple[str, ...], body: Json) -> Json | web.Response:
        messages = self.messages[about[0]]
        place = next((place for place, message in enumerate(messages) if message["id"] == about[1]), None)
        if place is None:
            return _refusal(404, "ActivityNotFoundInConversation")
        messages[place] = body
        return {"id": about[1]}

    def _delete(self, about: tuple[str, ...], _: Json) -> web.Response:
        kept = [message for message in self.messages[about[0]] if message["id"] != about[1]]
        if len(kept) == len(self.messages[about[0]]):
            return _refusal(404, "ActivityNotFoundInConversation")
        self.messages[about[0]] = kept
        return web.Response(status=200)

    def _members(self, about: tuple[str, ...], _: Json) -> list[Json]:
        return [self.people[user] for user in sorted(self.chats[about[0]]) if user in self.people]

    def _member(self, about: tuple[str, ...], _: Json) -> Json | web.Response:
        there = about[1] in self.chats[about[0]] and about[1] in self.people
        return self.people[about[1]] if there else _refusal(404, "MemberNotFoundInConversation")


def _refusal(status: int, word: str) -> web.Response:
    return web.json_response({"error": {"code": word, "message": "Made up."}}, status=status)


async def _body(request: web.Request) -> Json:
    if request.content_type == "application/x-www-form-urlencoded":
        return dict(await request.post())
    said: Mapping[str, Any] = await request.json() if request.can_read_body else {}
    return dict(said)
