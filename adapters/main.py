"""Builds everything; the only file that knows every part."""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
import signal
import sys
from collections.abc import Iterator

from aiohttp import web
from watchfiles import awatch

from adapters.directory import read_people
from adapters.storage.keys import open_keyring
from adapters.storage.sqlite import SqliteStore
from adapters.web import runtime
from bot.delivery import Delivery
from bot.errors import SettingsError
from bot.live import LiveKnowledge
from bot.logs import quiet_libraries
from bot.service import Service
from bot.settings import Settings


def report(line: str) -> None:
    """Tell the operator, on the terminal."""
    print(line, file=sys.stderr, flush=True)


@contextlib.contextmanager
def open_store(settings: Settings, *, serving: bool = False) -> Iterator[SqliteStore]:
    """The embedded store, with its key. Says where a new key is, once. Raises SettingsError if either does not fit."""
    keyring, made_now = open_keyring(settings.key_file, settings.key, settings.database)
    if made_now:
        report(f"A key was made: {settings.key_file}. Without it no report can be read again, by anyone. Keep a copy")
        report("in another place than the database and its backups, where only the operator can read it.")
    store = SqliteStore(settings.database, keyring, serving=serving)
    try:
        yield store
    finally:
        store.close()


def run(settings: Settings, host: str, port: int) -> None:
    """Serve the playground until interrupted. Raises KnowledgeError or SettingsError before it listens."""
    runtime.check_loopback(host)
    if not 0 <= port <= 65535:
        raise SettingsError(f"--port {port}: name a port from 1 to 65535, or 0 for any free one.")
    quiet_libraries()
    live = LiveKnowledge(settings.knowledge, settings.cache, report)
    with open_store(settings, serving=True) as store:
        _have_people(settings, store, live)
        asyncio.run(_serve(settings, live, store, host, port))


def _have_people(settings: Settings, store: SqliteStore, live: LiveKnowledge) -> None:
    """Somebody to play: the sample people, until a directory was imported."""
    with store.transaction():
        empty = not store.directory(settings.organisation).people
    if not empty:
        return
    if not settings.sample_people.exists():
        raise SettingsError("Nobody works here yet. Import the directory first: candour people people.csv")
    directory = read_people(settings.sample_people, live.current.library.roles)
    with store.transaction():
        store.keep_directory(settings.organisation, directory)
    report(f"{len(directory.people)} sample people moved in. Your own: candour people people.csv")


async def _serve(settings: Settings, live: LiveKnowledge, store: SqliteStore, host: str, port: int) -> None:
    clock = runtime.Clock()
    mailbox = runtime.Mailbox()
    service = Service(lambda: live.current, store, posted=lambda: delivery.poke())
    delivery = Delivery(
        store,
        service,
        {"playground": mailbox},
        clock,
        report,
        worker=secrets.token_hex(8),
        chance=random.random,
    )
    application = runtime.build(service, live, store, settings.organisation, mailbox, clock)
    runner = web.AppRunner(application, access_log=None)
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
    delivering = asyncio.create_task(delivery.run(stopped))
    following = asyncio.create_task(live.follow(awatch(settings.knowledge, stop_event=stopped)))
    await stopped.wait()
    await runner.cleanup()
    await delivering
    following.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await following
