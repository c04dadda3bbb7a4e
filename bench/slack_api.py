"""A fast Slack for the benchmarks: it answers what is asked, checks nothing, and counts the messages that arrive.

`python -m bench.slack_api EMAILS`: a file with one e-mail address a line; the member `U000` has the first.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qs

from aiohttp import web

from bench.slack_servers import BOT, TEAM


class _Workspace:
    """Members by number, and how many messages each channel was sent since it was last asked."""

    def __init__(self, emails: list[str]) -> None:
        self._emails = emails
        self._posts: Counter[str] = Counter()
        self._last = 0.0

    async def answer(self, request: web.Request) -> web.Response:
        """One call of the Web API."""
        body = await request.read()
        match request.match_info["method"]:
            case "chat.postMessage":
                channel = json.loads(body)["channel"]
                self._posts[channel] += 1
                self._last = time.perf_counter()
                said = {"ok": True, "channel": channel, "ts": f"{self._last:.6f}", "message": {}}
            case "auth.test":
                said = {"ok": True, "team_id": TEAM, "user_id": BOT, "bot_id": "B0CANDOUR", "url": "", "team": ""}
            case "users.info":
                user = parse_qs(body.decode())["user"][0] if body else request.query["user"]
                profile = {"email": self._emails[int(user.removeprefix("U"))]}
                said = {"ok": True, "user": {"id": user, "team_id": TEAM, "profile": profile}}
            case _:
                said = {"ok": True}
        return web.json_response(said)

    async def count(self, _: web.Request) -> web.Response:
        """How many messages each channel was sent, and when the last one came; counting begins anew."""
        posts, self._posts = self._posts, Counter()
        return web.json_response({"posts": posts, "last": self._last})

    async def arrived(self, _: web.Request) -> web.Response:
        """How many messages came since they were last counted."""
        return web.json_response(self._posts.total())


async def _serve(emails: list[str]) -> None:
    workspace = _Workspace(emails)
    application = web.Application()
    application.router.add_route("*", "/api/{method}", workspace.answer)
    application.router.add_get("/count", workspace.count)
    application.router.add_get("/arrived", workspace.arrived)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}/", file=sys.stderr, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]).read_text(encoding="utf-8").split()))
