"""A fast Microsoft for the benchmarks: keys, a token, members and a Bot Connector that counts what it is sent.

`python -m bench.teams_api EMAILS KEYS`: a file with one e-mail address a line (the user `29:0` has the first), and one
with the JWKS that tokens are checked with. It checks nothing itself.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from aiohttp import web

APP_ID = "c0ffee00-0000-4000-8000-00000000cafe"
TENANT = "ba4e0000-0000-4000-8000-000000000001"
OPENID = "openid"
KEYS = "keys"
TOKEN = "token"
SERVICE = "connector/"


def entra(number: int) -> str:
    """The Entra object id of the user of this number."""
    return f"0b1ec700-0000-4000-8000-{number:012}"


class _Microsoft:
    """Users by number, and how many messages each conversation was sent since it was last asked."""

    def __init__(self, emails: list[str], keys: dict[str, Any]) -> None:
        self._emails = emails
        self._keys = keys
        self._posts: Counter[str] = Counter()
        self._last = 0.0

    async def openid(self, request: web.Request) -> web.Response:
        """Where the keys are."""
        return web.json_response({"jwks_uri": str(request.url.with_path(f"/{KEYS}"))})

    async def keys(self, _: web.Request) -> web.Response:
        """The keys."""
        return web.json_response(self._keys)

    async def token(self, request: web.Request) -> web.Response:
        """A token for whoever wants one."""
        await request.read()
        return web.json_response({"token_type": "Bearer", "expires_in": 3600, "access_token": "bench"})

    async def post(self, request: web.Request) -> web.Response:
        """A message arrives, as a reply or by itself."""
        await request.read()
        self._posts[request.match_info["chat"]] += 1
        self._last = time.perf_counter()
        return web.json_response({"id": f"{self._last:.6f}"})

    async def member(self, request: web.Request) -> web.Response:
        """Who somebody is."""
        user = request.match_info["user"]
        number = int(user.removeprefix("29:"))
        email = self._emails[number]
        facts = {"id": user, "aadObjectId": entra(number), "tenantId": TENANT, "userRole": "user"}
        return web.json_response({**facts, "name": "Made Up", "email": email, "userPrincipalName": email})

    async def count(self, _: web.Request) -> web.Response:
        """How many messages each conversation was sent, and when the last one came; counting begins anew."""
        posts, self._posts = self._posts, Counter()
        return web.json_response({"posts": posts, "last": self._last})

    async def arrived(self, _: web.Request) -> web.Response:
        """How many messages came since they were last counted."""
        return web.json_response(self._posts.total())


async def _serve(emails: list[str], keys: dict[str, Any]) -> None:
    microsoft = _Microsoft(emails, keys)
    application = web.Application()
    chat = f"/{SERVICE}v3/conversations/{{chat}}"
    application.router.add_post(f"{chat}/activities", microsoft.post)
    application.router.add_post(f"{chat}/activities/{{message}}", microsoft.post)
    application.router.add_get(f"{chat}/members/{{user}}", microsoft.member)
    application.router.add_get(f"/{OPENID}", microsoft.openid)
    application.router.add_get(f"/{KEYS}", microsoft.keys)
    application.router.add_post(f"/{TOKEN}", microsoft.token)
    application.router.add_get("/count", microsoft.count)
    application.router.add_get("/arrived", microsoft.arrived)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}/", file=sys.stderr, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    _emails, _keys = (Path(name).read_text(encoding="utf-8") for name in sys.argv[1:])
    asyncio.run(_serve(_emails.split(), json.loads(_keys)))
