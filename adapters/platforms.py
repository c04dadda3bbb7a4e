"""The commands about platforms: `manifest` prints what one wants to know of us, `doctor` finds what is wrong."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import SettingsError
from bot.people import Directory
from bot.ports import Store
from bot.settings import Settings

if TYPE_CHECKING:
    from aiohttp import ClientSession


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add these commands to the parser of `candour`."""
    manifest = commands.add_parser("manifest", help="make a platform's manifest", description=_manifest.__doc__)
    manifest.add_argument("platform", choices=["slack", "teams"], help="the platform")
    manifest.add_argument("--url", help="the public https address of this server; for Slack, without it, Socket Mode")
    manifest.add_argument("--developer", default="", help="Teams: the name of your organisation, as the app shows it")
    manifest.add_argument("--out", type=Path, default=Path("candour-teams.zip"), help="Teams: the package to write")
    manifest.set_defaults(command=_manifest)

    doctor = commands.add_parser("doctor", help="find what is wrong with a set-up", description=_doctor.__doc__)
    doctor.set_defaults(command=_doctor)


def _manifest(options: argparse.Namespace, settings: Settings) -> int:
    """Print the manifest to paste into Slack, or write the package to upload to Teams, filled in for this server."""
    if options.platform == "slack":
        from adapters.slack.manifest import slack_manifest

        print(slack_manifest(options.url), end="")
        return 0
    from adapters.teams.manifest import teams_package
    from adapters.teams.setup import APP_ID

    if not options.url or not settings.teams.get(APP_ID):
        raise SettingsError(f"Teams needs --url https://… and {APP_ID}: manifest/README.md says where to find them.")
    package = teams_package(settings.teams[APP_ID], options.url, developer=options.developer or "Candour")
    options.out.write_bytes(package)
    print(f"{options.out}: upload it in the Teams admin centre.")
    return 0


def _doctor(_: argparse.Namespace, settings: Settings) -> int:
    """Look at tokens, permissions, the way in and the directory, and say what is wrong and how to mend it."""
    if not settings.slack and not settings.teams:
        raise SettingsError("No platform is set up: manifest/README.md shows how.")
    return asyncio.run(_look(settings))


async def _look(settings: Settings) -> int:
    import aiohttp

    from adapters.main import open_store

    findings: list[tuple[bool, str]] = []
    with open_store(settings) as store:
        with store.transaction():
            directory = store.directory(settings.organisation)
        async with aiohttp.ClientSession() as session:
            if settings.slack:
                findings += await _look_at_slack(settings, directory, session)
            if settings.teams:
                findings += await _look_at_teams(settings, directory, store, session)
    for well, said in findings:
        print(f"{'well ' if well else 'WRONG'}  {said}", file=sys.stdout if well else sys.stderr)
    return 0 if all(well for well, _ in findings) else 1


async def _look_at_slack(settings: Settings, directory: Directory, session: ClientSession) -> list[tuple[bool, str]]:
    from adapters.slack.doctor import doctor
    from adapters.slack.setup import read_setup

    setup = read_setup(settings.slack)
    found = await doctor(setup, directory, session, time.time, api_url=setup.api_url)
    return [(finding.well, str(finding)) for finding in found]


async def _look_at_teams(
    settings: Settings, directory: Directory, store: Store, session: ClientSession
) -> list[tuple[bool, str]]:
    from adapters.teams.doctor import doctor
    from adapters.teams.references import References
    from adapters.teams.setup import read_setup

    setup = read_setup(settings.teams, "127.0.0.1")
    references = References(store, settings.organisation)
    found = await doctor(setup, directory, references, session, lambda: datetime.now(UTC))
    return [(finding.well, str(finding)) for finding in found]
