"""Builds everything; the only file that knows every part."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys

from aiohttp import web
from watchfiles import awatch

from adapters.storage.sqlite import SqliteConversations
from adapters.web import runtime
from bot.errors import SettingsError
from bot.live import LiveKnowledge
from bot.service import Service
from bot.settings import Settings


def report(line: str) -> None:
    """Tell the operator, on the terminal."""
    print(line, file=sys.stderr, flush=True)


def run(settings: Settings, host: str, port: int) -> None:
    """Serve the playground until interrupted. Raises KnowledgeError or SettingsError before it listens."""
    runtime.check_loopback(host)
    if not 0 <= port <= 65535:
        raise SettingsError(f"--port {port}: name a port from 1 to 65535, or 0 for any free one.")
    live = LiveKnowledge(settings.knowledge, settings.cache, report)
    conversations = SqliteConversations(settings.database)
    try:
        asyncio.run(_serve(settings, live, conversations, host, port))
    finally:
        conversations.close()


async def _serve(
    settings: Settings, live: LiveKnowledge, conversations: SqliteConversations, host: str, port: int
) -> None:
    service = Service(lambda: live.current, conversations)
    runner = web.AppRunner(runtime.build(service, live, settings.organisation), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    await site.start()
    shown = runner.addresses[0]
    name = f"[{shown[0]}]" if ":" in shown[0] else shown[0]
    report(f"This is the playground, for this machine only: http://{name}:{shown[1]}/")
    report("Ctrl-C stops it. Changes to the knowledge are taken over as you save them.")
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    following = asyncio.create_task(live.follow(awatch(settings.knowledge, stop_event=stopped)))
    await stopped.wait()
    following.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await following
    await runner.cleanup()
