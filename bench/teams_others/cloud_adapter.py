"""The yardstick of issue 5: an echo bot on botbuilder's own `CloudAdapter`, which decides nothing and keeps nothing.

`python cloud_adapter.py APP_ID OPENID_URL`. It checks tokens as the SDK does. What it calls with is a fixed word, where
the SDK would ask for a token in every turn: that makes it faster than it is.
"""

from __future__ import annotations

import asyncio
import sys
from types import SimpleNamespace

from aiohttp import web
from botbuilder.core import ActivityHandler, TurnContext
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication
from botframework.connector.auth import (  # type: ignore[import-untyped]
    ChannelValidation,
    MicrosoftAppCredentials,
    PasswordServiceClientCredentialFactory,
)


class _Echo(ActivityHandler):  # type: ignore[misc]
    async def on_message_activity(self, turn_context: TurnContext) -> None:
        await turn_context.send_activity(f"Nothing was looked up: {turn_context.activity.text}")


class _Credentials(MicrosoftAppCredentials):  # type: ignore[misc]
    def get_access_token(self, force_refresh: bool = False) -> str:
        return "bench"


class _Factory(PasswordServiceClientCredentialFactory):  # type: ignore[misc]
    async def create_credentials(
        self, app_id: str, oauth_scope: str, login_endpoint: str, validate_authority: bool
    ) -> _Credentials:
        return _Credentials(app_id, self.password, oauth_scope=oauth_scope)


async def _serve(app_id: str, openid_url: str) -> None:
    ChannelValidation.open_id_metadata_endpoint = openid_url
    factory = _Factory(app_id, "bench")
    adapter = CloudAdapter(ConfigurationBotFrameworkAuthentication(SimpleNamespace(), credentials_factory=factory))
    bot = _Echo()

    async def receive(request: web.Request) -> web.StreamResponse:
        answer: web.StreamResponse = await adapter.process(request, bot)
        return answer

    application = web.Application()
    application.router.add_post("/api/messages", receive)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}/", file=sys.stderr, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(*sys.argv[1:]))
