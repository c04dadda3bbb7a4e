"""A small working Slack on loopback: it keeps people, conversations and views, and checks what it is sent.

It can be told to fail in every way that Slack and networks fail, before or after it has done what it was asked.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, TypeAlias

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.slack.block_rules import message_faults, view_faults
from tests.slack.fake_socket import FakeSocket

Json: TypeAlias = dict[str, Any]

TOKEN = "xoxb-made-up-for-tests"
APP_TOKEN = "xapp-made-up-for-tests"
TEAM = "T0BAKERY"
BOT_USER, BOT_ID = "U0CANDOUR", "B0CANDOUR"

NEEDS: Mapping[str, str] = {
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.history": "im:history",
    "conversations.open": "im:write",
    "users.info": "users:read",
    "users.list": "users:read",
    "users.lookupByEmail": "users:read.email",
}
"""The scope without which Slack refuses a method; methods that are not listed need none."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request that arrived: the method, its arguments, and how it was sent."""

    method: str
    arguments: Json
    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One way to fail. `done`: Slack does what it is asked first, and only its answer is lost.

    `reset` breaks the connection, `hangs` never answers; otherwise this status and body are the answer.
    """

    status: int = 200
    body: str = ""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    reset: bool = False
    hangs: bool = False
    done: bool = False


def slow_down(seconds: int) -> Trouble:
    """429, with the time that Slack wants to be left alone."""
    headers = {"Retry-After": str(seconds)}
    return Trouble(status=429, body='{"ok":false,"error":"ratelimited"}', headers=headers)


def refuses(word: str) -> Trouble:
    """`ok: false`, with Slack's word for why."""
    return Trouble(body=json.dumps({"ok": False, "error": word}))


def broken(status: int, *, done: bool = False) -> Trouble:
    """A status of a server or of something in between, without a body."""
    return Trouble(status=status, done=done)


def web_page(*, status: int = 200, done: bool = False) -> Trouble:
    """A page for people, as proxies answer."""
    page = "<html><body>Please log in to the network.</body></html>"
    return Trouble(status=status, body=page, content_type="text/html", done=done)


def reset(*, done: bool = False) -> Trouble:
    """The connection breaks."""
    return Trouble(reset=True, done=done)


def hangs(*, done: bool = False) -> Trouble:
    """No answer comes."""
    return Trouble(hangs=True, done=done)


class _Refused(Exception):
    def __init__(self, word: str, **more: Any) -> None:
        self.answer = {"ok": False, "error": word, **more}


class FakeSlack:
    """One workspace. Use as `async with FakeSlack() as slack:`; `slack.url` is the base URL for a client.

    `calls` are all requests; `faults` is what was wrong with blocks and views, `responses` what was sent to a
    `response_url`. `users`, `messages` (by channel, oldest first), `ephemeral`, `views` and `homes` (by user) are the
    state, in Slack's own shapes. `revoked` refuses the token; `scopes` are those that the app was given.
    `hanging` is set once somebody waits for an answer in vain.
    """

    def __init__(self, scopes: Iterable[str] = (*NEEDS.values(), "commands")) -> None:
        self.scopes = set(scopes)
        self.revoked = False
        self.users: dict[str, Json] = {}
        self.channels: dict[str, str] = {}
        self.messages: dict[str, list[Json]] = {}
        self.ephemeral: list[Json] = []
        self.views: dict[str, Json] = {}
        self.homes: dict[str, Json] = {}
        self.responses: list[Json] = []
        self.calls: list[Call] = []
        self.faults: list[str] = []
        self._troubles: list[tuple[str, str, deque[Trouble]]] = []
        self._numbers = itertools.count(1)
        self._used_triggers: set[str] = set()
        self.hanging = asyncio.Event()
        self._closing = asyncio.Event()
        application = web.Application()
        application.router.add_route("*", "/api/{method}", self._answer)
        application.router.add_post("/response/{name}", self._respond)
        self.socket = FakeSocket()
        application.router.add_get("/link", self.socket.serve)
        self._server = TestServer(application)
        self._methods: dict[str, Callable[[Json], Json]] = {
            "apps.connections.open": lambda _: {"url": f"ws://{self._server.host}:{self._server.port}/link"},
            "auth.test": self._auth_test,
            "chat.delete": self._delete,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "conversations.history": self._history,
            "conversations.open": self._open,
            "users.info": lambda said: {"user": self._user(said["user"])},
            "users.list": self._list_users,
            "users.lookupByEmail": self._look_up,
            "views.open": self._open_view,
            "views.publish": self._publish,
            "views.push": self._open_view,
            "views.update": self._update_view,
        }

    async def __aenter__(self) -> FakeSlack:
        await self._server.start_server(access_log=None)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        await self.socket.closes()
        await self._server.close()

    @property
    def url(self) -> str:
        """The base URL of the Web API, for the SDK's client."""
        return str(self._server.make_url("/api/"))

    @property
    def response_url(self) -> str:
        """Where answers to a command or an action may be sent, as in their payloads."""
        return str(self._server.make_url("/response/made-up"))

    def joins(self, user: str, email: str, **facts: Any) -> Json:
        """Somebody becomes a member; `facts` replace or add to what Slack says of them."""
        profile: Json = {"email": email} if email else {}
        member: Json = {"id": user, "team_id": TEAM, "deleted": False, "is_bot": False, "profile": profile, **facts}
        self.users[user] = member
        return member

    def direct(self, user: str) -> str:
        """The direct conversation between a person and us."""
        channel = self.channels.setdefault(user, f"D{len(self.channels) + 1:03}{user}")
        self.messages.setdefault(channel, [])
        return channel

    def shares(self, channel: str) -> str:
        """A channel that people and we are in."""
        self.messages.setdefault(channel, [])
        return channel

    def writes(self, user: str, text: str) -> str:
        """A person writes to us. Returns the message's ts; its event is for the caller to send."""
        ts = self.next_ts()
        self.messages[self.direct(user)].append({"type": "message", "user": user, "text": text, "ts": ts})
        return ts

    def inbox(self, user: str) -> list[Json]:
        """What we have written to a person, oldest first, as it stands now."""
        return [message for message in self.messages.get(self.channels.get(user, ""), ()) if "bot_id" in message]

    def shows(self, view_id: str, view: Json) -> None:
        """Put a view into the place of a modal, as an answer to its submission does; see `views`."""
        self.faults += view_faults(view)
        self._keep_view(view_id, view)

    def meets(self, method: str, *troubles: Trouble, channel: str = "") -> None:
        """Let the next calls of a method fail, one after the other; with `channel`, only those for it."""
        self._troubles.append((method, channel, deque(troubles)))

    def called(self, method: str) -> list[Call]:
        """The requests for one method, in order."""
        return [call for call in self.calls if call.method == method]

    def next_ts(self) -> str:
        """A moment that names a message; never the same twice."""
        number = next(self._numbers)
        return f"{1_795_000_000 + number}.{number:06}"

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method, said = request.match_info["method"], await _arguments(request)
        self.calls.append(Call(method, said, request.host))
        trouble = self._trouble(method, str(said.get("channel", "")))
        if trouble is None or trouble.done:
            answer = self._do(request, method, said)
            if trouble is None:
                return web.json_response(answer, headers=self._headers())
        if trouble.hangs:
            self.hanging.set()
            await self._closing.wait()
        if (trouble.reset or trouble.hangs) and request.transport:
            request.transport.abort()
        return web.Response(
            status=trouble.status, text=trouble.body, content_type=trouble.content_type, headers=trouble.headers
        )

    async def _respond(self, request: web.Request) -> web.Response:
        said = await request.json()
        self.faults += message_faults({key: value for key, value in said.items() if key in ("text", "blocks")})
        self.responses.append(said)
        return web.json_response({"ok": True})

    def _headers(self) -> dict[str, str]:
        return {"x-oauth-scopes": ",".join(sorted(self.scopes))}

    def _trouble(self, method: str, channel: str) -> Trouble | None:
        for name, only, troubles in self._troubles:
            if name in (method, "*") and only in ("", channel) and troubles:
                return troubles.popleft()
        return None

    def _do(self, request: web.Request, method: str, said: Json) -> Json:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ") or said.pop("token", "")
        if self.revoked:
            return {"ok": False, "error": "token_revoked"}
        if given != (APP_TOKEN if method == "apps.connections.open" else TOKEN):
            return {"ok": False, "error": "invalid_auth"}
        if method not in self._methods:
            return {"ok": False, "error": "unknown_method"}
        if (needed := NEEDS.get(method)) and needed not in self.scopes:
            return {"ok": False, "error": "missing_scope", "needed": needed, "provided": ",".join(self.scopes)}
        try:
            return {"ok": True, **self._methods[method](said)}
        except _Refused as refused:
            return refused.answer
        except KeyError as missing:
            return {"ok": False, "error": "invalid_arguments", "response_metadata": {"messages": [str(missing)]}}

    def _auth_test(self, _: Json) -> Json:
        return {"url": "https://bakery.example/", "team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT_ID}

    def _user(self, user: str) -> Json:
        if user not in self.users:
            raise _Refused("user_not_found")
        return self.users[user]

    def _look_up(self, said: Json) -> Json:
        for user in self.users.values():
            if user["profile"].get("email", "").lower() == said["email"].lower() and not user["deleted"]:
                return {"user": user}
        raise _Refused("users_not_found")

    def _list_users(self, said: Json) -> Json:
        first, limit = int(said.get("cursor") or 0), int(said.get("limit") or 1000)
        page = list(self.users.values())[first : first + limit]
        more = str(first + limit) if first + limit < len(self.users) else ""
        return {"members": page, "response_metadata": {"next_cursor": more}}

    def _open(self, said: Json) -> Json:
        user = self._user(said["users"])
        if user["deleted"]:
            raise _Refused("user_disabled")
        return {"channel": {"id": self.direct(user["id"])}}

    def _history(self, said: Json) -> Json:
        messages = self._channel(said["channel"])
        return {"messages": messages[::-1][: int(said.get("limit") or 100)]}

    def _channel(self, channel: str) -> list[Json]:
        if channel not in self.messages:
            raise _Refused("channel_not_found")
        return self.messages[channel]

    def _post(self, said: Json) -> Json:
        self._check(message_faults(said))
        messages = self._channel(said["channel"])
        kept: Json = {key: said[key] for key in ("text", "blocks", "thread_ts") if key in said}
        message: Json = {"type": "message", "user": BOT_USER, "bot_id": BOT_ID, "ts": self.next_ts(), **kept}
        messages.append(message)
        return {"channel": said["channel"], "ts": message["ts"], "message": message}

    def _post_ephemeral(self, said: Json) -> Json:
        self._check(message_faults(said))
        self._channel(said["channel"])
        self.ephemeral.append({**said, "user": self._user(said["user"])["id"]})
        return {"message_ts": self.next_ts()}

    def _update(self, said: Json) -> Json:
        self._check(message_faults(said))
        message = self._ours(said)
        message.update({key: said[key] for key in ("text", "blocks") if key in said})
        return {"channel": said["channel"], "ts": said["ts"], "text": message["text"]}

    def _delete(self, said: Json) -> Json:
        self._channel(said["channel"]).remove(self._ours(said))
        return {"channel": said["channel"], "ts": said["ts"]}

    def _ours(self, said: Json) -> Json:
        message = next((one for one in self._channel(said["channel"]) if one["ts"] == said["ts"]), None)
        if message is None:
            raise _Refused("message_not_found")
        if message.get("bot_id") != BOT_ID:
            raise _Refused("cant_update_message")
        return message

    def _open_view(self, said: Json) -> Json:
        if said["trigger_id"] in self._used_triggers:
            raise _Refused("exchanged_trigger_id")
        self._check(view_faults(said["view"]))
        self._used_triggers.add(said["trigger_id"])
        return {"view": self._keep_view(f"V{next(self._numbers):06}", said["view"])}

    def _update_view(self, said: Json) -> Json:
        self._check(view_faults(said["view"]))
        if said["view_id"] not in self.views:
            raise _Refused("not_found")
        return {"view": self._keep_view(said["view_id"], said["view"])}

    def _publish(self, said: Json) -> Json:
        self._check(view_faults(said["view"]))
        user = self._user(said["user_id"])["id"]
        self.homes[user] = self._keep_view(f"V0HOME{user}", said["view"])
        return {"view": self.homes[user]}

    def _keep_view(self, view_id: str, view: Json) -> Json:
        installed = {"id": view_id, "team_id": TEAM, "app_installed_team_id": TEAM, "bot_id": BOT_ID}
        self.views[view_id] = {**view, **installed, "hash": self.next_ts(), "state": {"values": {}}}
        return self.views[view_id]

    def _check(self, faults: list[str]) -> None:
        if faults:
            self.faults += faults
            raise _Refused("invalid_blocks", response_metadata={"messages": faults})


async def _arguments(request: web.Request) -> Json:
    """What a method is given: in the address, as a form, or as JSON; `blocks` and `view` may be JSON in a string."""
    said: Json = dict(request.query)
    if request.content_type == "application/json":
        said |= await request.json()
    elif request.can_read_body:
        said |= dict(await request.post())
    for name in ("blocks", "view"):
        if isinstance(said.get(name), str):
            said[name] = json.loads(said[name])
    return said
