"""The yardstick: a Bolt app that decides nothing and keeps nothing, and answers each message with one of its own.

`python -m bench.slack_listener API_URL`. Mounted on aiohttp as Candour is, with one session for all calls; what Bolt
does by default, it does: it verifies the signature, and acknowledges before the listener has run.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bench.slack_servers import SECRET, TOKEN


async def _serve(api: str) -> None:
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(TOKEN, base_url=api, session=session)
        app = AsyncApp(client=client, signing_secret=SECRET)

        @app.event("message")
        async def answer(event: dict[str, Any]) -> None:
            await client.chat_postMessage(channel=event["channel"], text="Nothing was looked up.")

        async def receive(request: web.Request) -> web.Response:
            return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

        application = web.Application()
        application.router.add_post("/slack/events", receive)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(f"http://127.0.0.1:{runner.addresses[0][1]}/", file=sys.stderr, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1]))
