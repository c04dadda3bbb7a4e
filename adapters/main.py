"""Builds everything; the only file that knows every part."""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
from aiohttp import web
from watchfiles import awatch

from adapters.directory import read_people
from adapters.storage.keys import open_keyring
from adapters.storage.sqlite import SqliteStore
from adapters.web import runtime as playground
from bot.delivery import Delivery
from bot.errors import SettingsError
from bot.live import LiveDirectory, LiveKnowledge
from bot.logs import quiet_libraries
from bot.ports import Platform
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
    """Serve until interrupted: Slack if it is set up, else the playground.

    Raises KnowledgeError or SettingsError before it listens.
    """
    if not settings.slack:
        playground.check_loopback(host)
    if not 0 <= port <= 65535:
        raise SettingsError(f"--port {port}: name a port from 1 to 65535, or 0 for any free one.")
    quiet_libraries()
    live = LiveKnowledge(settings.knowledge, settings.cache, report)
    with open_store(settings, serving=True) as store:
        _have_people(settings, store, live)
        asyncio.run(_serve(settings, live, store, host, port))


def _have_people(settings: Settings, store: SqliteStore, live: LiveKnowledge) -> None:
    """Somebody to talk with: the directory, or in the playground the sample people until one was imported."""
    with store.transaction():
        if store.directory(settings.organisation).people:
            return
    if settings.slack or not settings.sample_people.exists():
        raise SettingsError("Nobody works here yet. Import the directory first: candour people people.csv")
    directory = read_people(settings.sample_people, live.current.library.roles)
    with store.transaction():
        store.keep_directory(settings.organisation, directory)
    report(f"{len(directory.people)} sample people moved in. Your own: candour people people.csv")


@dataclass(frozen=True, slots=True)
class _Served:
    """What is served, and through which platforms letters go out."""

    application: web.Application
    platforms: Mapping[str, Platform]
    says: str


async def _serve(settings: Settings, live: LiveKnowledge, store: SqliteStore, host: str, port: int) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    clock = playground.Clock()
    service = Service(lambda: live.current, store, posted=lambda: delivery.poke())
    platforms: dict[str, Platform] = {}
    worker = secrets.token_hex(8)
    delivery = Delivery(store, service, platforms, clock, report, worker, chance=random.random)
    serving = _slack if settings.slack else _playground
    async with serving(settings, live, store, service, clock, stopped) as served:
        platforms.update(served.platforms)
        runner = web.AppRunner(served.application, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, host, port)
        await site.start()
        shown = runner.addresses[0]
        name = f"[{shown[0]}]" if ":" in shown[0] else shown[0]
        report(f"{served.says}: http://{name}:{shown[1]}/")
        report("Ctrl-C stops it. Changes to the knowledge are taken over as you save them.")
        delivering = asyncio.create_task(delivery.run(stopped))
        following = asyncio.create_task(live.follow(awatch(settings.knowledge, stop_event=stopped)))
        await stopped.wait()
        await runner.cleanup()
        await delivering
        following.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await following


@contextlib.asynccontextmanager
async def _playground(
    settings: Settings,
    live: LiveKnowledge,
    store: SqliteStore,
    service: Service,
    clock: playground.Clock,
    _: asyncio.Event,
) -> AsyncIterator[_Served]:
    mailbox = playground.Mailbox()
    application = playground.build(service, live, store, settings.organisation, mailbox, clock)
    yield _Served(application, {"playground": mailbox}, "This is the playground, for this machine only")


@contextlib.asynccontextmanager
async def _slack(
    settings: Settings,
    live: LiveKnowledge,
    store: SqliteStore,
    service: Service,
    clock: playground.Clock,
    stopped: asyncio.Event,
) -> AsyncIterator[_Served]:
    # Loaded only when it is used: the SDK costs a second and 20 MiB.
    from adapters.slack.api import SlackApi, web_client
    from adapters.slack.failing import Failed
    from adapters.slack.people import SlackPeople
    from adapters.slack.platform import SlackPlatform
    from adapters.slack.runtime import SlackRuntime
    from adapters.slack.setup import read_setup
    from adapters.slack.speaking import Speaker

    setup = read_setup(settings.slack)
    directory = LiveDirectory(store, settings.organisation)
    async with aiohttp.ClientSession() as session:
        api = SlackApi(web_client(setup.bot_token, session, setup.api_url), report)
        me = await api.me()
        if isinstance(me, Failed):
            raise SettingsError("Slack does not accept CANDOUR_SLACK_BOT_TOKEN, or cannot be reached: candour doctor.")
        ours = {str(me.get(name)) for name in ("team_id", "enterprise_id") if me.get(name)}
        people = SlackPeople(api, lambda: directory.current, setup.teams or ours, clock)
        platform = SlackPlatform(api, people, settings.organisation, lambda: secrets.token_hex(8))
        slack = SlackRuntime(
            Speaker(api),
            platform,
            people,
            service,
            lambda: live.current,
            settings.organisation,
            lambda: datetime.now(UTC),
            report,
            signing_secret=setup.signing_secret,
            app_token=setup.app_token,
        )
        application = web.Application(client_max_size=1_000_000)
        slack.add_to(application)
        following = asyncio.create_task(directory.follow(stopped))
        await slack.start()
        yield _Served(application, {"slack": slack}, "Slack is served")
        await slack.stop()
        await following
