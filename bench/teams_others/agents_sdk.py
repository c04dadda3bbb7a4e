"""The other yardstick of issue 5: an echo bot on the Microsoft 365 Agents SDK, which decides nothing and keeps nothing.

`python agents_sdk.py APP_ID KEYS_URL`. It checks tokens as the SDK does; what it calls with is a fixed word, so that it
never waits for a token. It is the SDK's plainest kind of agent, which is its fastest.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from aiohttp import web
from microsoft_agents.hosting.aiohttp import (  # type: ignore[import-not-found]
    CloudAdapter,
    jwt_authorization_middleware,
)
from microsoft_agents.hosting.core import ActivityHandler, TurnContext  # type: ignore[import-not-found]
from microsoft_agents.hosting.core.authorization import (  # type: ignore[import-not-found]
    AgentAuthConfiguration,
    AnonymousTokenProvider,
    AuthenticationConstants,
    ConnectionManager,
)
from microsoft_agents.hosting.core.authorization._entra_issuers import (  # type: ignore[import-not-found]
    BOTFRAMEWORK_JWKS_URIS,
)


class _Echo(ActivityHandler):  # type: ignore[misc]
    async def on_message_activity(self, turn_context: TurnContext) -> None:
        await turn_context.send_activity(f"Nothing was looked up: {turn_context.activity.text}")


class _Token(AnonymousTokenProvider):  # type: ignore[misc]
    async def get_access_token(self, *_: Any, **__: Any) -> str:
        return "bench"


async def _serve(app_id: str, keys_url: str) -> None:
    BOTFRAMEWORK_JWKS_URIS[AuthenticationConstants.AGENTS_SDK_TOKEN_ISSUER] = keys_url
    configuration = AgentAuthConfiguration(client_id=app_id, connection_name="SERVICE_CONNECTION")
    adapter = CloudAdapter(
        connection_manager=ConnectionManager(lambda _: _Token(), {"SERVICE_CONNECTION": configuration})
    )
    bot = _Echo()

    async def receive(request: web.Request) -> web.StreamResponse:
        answer: web.StreamResponse = await adapter.process(request, bot)
        return answer

    application = web.Application(middlewares=[jwt_authorization_middleware])
    application["agent_configuration"] = configuration
    application.router.add_post("/api/messages", receive)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}/", file=sys.stderr, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(*sys.argv[1:]))
