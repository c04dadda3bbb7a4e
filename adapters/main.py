"""Builds everything; the only file that knows every part."""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import aiohttp
from aiohttp import web
from watchfiles import awatch

from adapters import health
from adapters.directory import read_people
from adapters.pages import runtime as pages
from adapters.storage.keys import open_keyring
from adapters.storage.sqlite import SqliteStore
from adapters.web import runtime as playground
from bot.auditing import Auditor
from bot.delivery import Delivery
from bot.errors import SettingsError
from bot.health import Heartbeats
from bot.live import LiveDirectory, LiveKnowledge
from bot.logs import operator_line, quiet_libraries
from bot.ports import Platform
from bot.service import Service
from bot.settings import Settings
from bot.turn import Worry


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


def worried(what: Worry) -> None:
    """Tell the operator of something that wants looking after: what, and never whose."""
    report(operator_line(what))


def run(settings: Settings, host: str, port: int) -> None:
    """Serve until interrupted: Slack and Teams as they are set up, the playground if neither is.

    Raises KnowledgeError or SettingsError before it listens.
    """
    if not settings.slack and not settings.teams:
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
    if settings.slack or settings.teams or not settings.sample_people.exists():
        raise SettingsError("Nobody works here yet. Import the directory first: candour people people.csv")
    directory = read_people(settings.sample_people, live.current.library.roles)
    with store.transaction():
        store.keep_directory(settings.organisation, directory)
    report(f"{len(directory.people)} sample people moved in. Your own: candour people people.csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What every platform is built from."""

    settings: Settings
    live: LiveKnowledge
    store: SqliteStore
    service: Service
    directory: LiveDirectory
    clock: Callable[[], datetime]
    application: web.Application
    host: str
    stops: list[Callable[[], Awaitable[None]]]


async def _serve(settings: Settings, live: LiveKnowledge, store: SqliteStore, host: str, port: int) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    clock = playground.Clock()
    # The playground's pages are where its chat is; elsewhere they need an address that browsers can reach.
    address = settings.url if settings.slack or settings.teams else ""
    service = Service(
        lambda: live.current, store, posted=lambda: delivery.poke(), worried=worried, address=lambda: address
    )
    hearts = Heartbeats(time.monotonic)
    auditor = Auditor(store, settings.organisation, clock, report, hearts)
    beside: list[asyncio.Task[None]] = []
    platforms: dict[str, Platform] = {}
    stops: list[Callable[[], Awaitable[None]]] = []
    worker = secrets.token_hex(8)
    delivery = Delivery(
        store,
        service,
        platforms,
        clock,
        report,
        worker,
        chance=random.random,
        still=service.still,
        beat=hearts.beat,
    )
    async with contextlib.AsyncExitStack() as stack:
        if settings.slack or settings.teams:
            directory = LiveDirectory(store, settings.organisation)
            beside.append(asyncio.create_task(directory.follow(stopped)))
            parts = _Parts(
                settings=settings,
                live=live,
                store=store,
                service=service,
                directory=directory,
                clock=clock,
                application=web.Application(client_max_size=1_000_000),
                host=host,
                stops=stops,
            )
            for name, serving in (("slack", _slack), ("teams", _teams)):
                if getattr(settings, name):
                    platforms[name] = await stack.enter_async_context(serving(parts))
            application, says = parts.application, f"Serving {' and '.join(platforms)}"
        else:
            platforms["playground"] = mailbox = playground.Mailbox()
            application = playground.build(service, live, store, settings.organisation, mailbox, clock)
            says = "This is the playground, for this machine only"
        health.add_to(application, auditor)
        pages.add_to(application, service, lambda: live.current, settings.organisation, clock)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, host, port)
        await site.start()
        shown = runner.addresses[0]
        name = f"[{shown[0]}]" if ":" in shown[0] else shown[0]
        report(f"{says}: http://{name}:{shown[1]}/")
        report("Ctrl-C stops it. Changes to the knowledge are taken over as you save them.")
        beside.append(asyncio.create_task(live.follow(awatch(settings.knowledge, stop_event=stopped))))
        beside.append(asyncio.create_task(auditor.run(stopped)))
        delivering = asyncio.create_task(delivery.run(stopped))
        await stopped.wait()
        await runner.cleanup()
        for stop in stops:  # nothing may come in any more when the last letters go out
            await stop()
        await delivering
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)


@contextlib.asynccontextmanager
async def _slack(parts: _Parts) -> AsyncIterator[Platform]:
    # Loaded only when it is used: the SDK costs a second and 20 MiB.
    from adapters.slack.api import SlackApi, web_client
    from adapters.slack.failing import Failed
    from adapters.slack.people import SlackPeople
    from adapters.slack.platform import SlackPlatform
    from adapters.slack.runtime import SlackRuntime
    from adapters.slack.setup import read_setup
    from adapters.slack.speaking import Speaker

    setup = read_setup(parts.settings.slack)
    async with aiohttp.ClientSession() as session:
        api = SlackApi(web_client(setup.bot_token, session, setup.api_url), report)
        me = await api.me()
        if isinstance(me, Failed):
            raise SettingsError("Slack does not accept CANDOUR_SLACK_BOT_TOKEN, or cannot be reached: candour doctor.")
        ours = {str(me.get(name)) for name in ("team_id", "enterprise_id") if me.get(name)}
        people = SlackPeople(api, lambda: parts.directory.current, setup.teams or ours, parts.clock)
        slack = SlackRuntime(
            Speaker(api),
            SlackPlatform(api, people, parts.settings.organisation, lambda: secrets.token_hex(8)),
            people,
            parts.service,
            lambda: parts.live.current,
            parts.settings.organisation,
            parts.clock,
            report,
            signing_secret=setup.signing_secret,
            app_token=setup.app_token,
        )
        slack.add_to(parts.application)
        await slack.start()
        parts.stops.append(slack.stop)
        yield slack


@contextlib.asynccontextmanager
async def _teams(parts: _Parts) -> AsyncIterator[Platform]:
    # Loaded only when it is used: the SDK costs most of a second.
    from adapters.teams.bearer import Bearer
    from adapters.teams.connector import Connector
    from adapters.teams.door import TokenCheck
    from adapters.teams.keys import SigningKeys
    from adapters.teams.people import TeamsPeople
    from adapters.teams.platform import TeamsPlatform
    from adapters.teams.references import References
    from adapters.teams.replying import Replies, drawn, drawn_for_playground
    from adapters.teams.runtime import TeamsRuntime
    from adapters.teams.setup import read_setup

    setup = read_setup(parts.settings.teams, parts.host)
    organisation = parts.settings.organisation
    async with aiohttp.ClientSession() as session:
        keys = SigningKeys(session, parts.clock, setup.openid_url)
        bearer = Bearer(session, setup, parts.clock)
        connector = Connector(session, bearer, report, loopback=setup.loopback)
        people = TeamsPeople(connector, lambda: parts.directory.current, setup.tenants, parts.clock)
        references = References(parts.store, organisation)
        check = TokenCheck(setup.app_id, setup.tenants, keys, loopback=setup.loopback) if setup.app_id else None
        replies = Replies(
            connector,
            people,
            references,
            parts.service,
            lambda: parts.live.current,
            organisation,
            parts.clock,
            report,
        )
        teams = TeamsRuntime(check, replies, report)
        teams.add_to(parts.application)
        parts.stops.extend((teams.stop, keys.stop, bearer.stop))
        draw = drawn_for_playground if setup.playground else drawn
        yield TeamsPlatform(connector, references, setup, organisation, draw)
