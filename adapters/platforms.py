"""The commands about platforms: `manifest` prints what one wants to know of us, `doctor` finds what is wrong."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time

from bot.errors import SettingsError
from bot.settings import Settings


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add these commands to the parser of `candour`."""
    manifest = commands.add_parser("manifest", help="print a platform's manifest", description=_manifest.__doc__)
    manifest.add_argument("platform", choices=["slack"], help="the platform")
    manifest.add_argument("--url", help="the public https address of this server; without it, Socket Mode")
    manifest.set_defaults(command=_manifest)

    doctor = commands.add_parser(
        "doctor", help="find what is wrong with a platform's set-up", description=_doctor.__doc__
    )
    doctor.set_defaults(command=_doctor)


def _manifest(options: argparse.Namespace, _: Settings) -> int:
    """Print the manifest to paste into the platform, filled in for this server."""
    from adapters.slack.manifest import slack_manifest

    print(slack_manifest(options.url), end="")
    return 0


def _doctor(_: argparse.Namespace, settings: Settings) -> int:
    """Look at tokens, permissions, the way in and the directory, and say what is wrong and how to mend it."""
    if not settings.slack:
        raise SettingsError("No platform is set up: manifest/README.md shows how, in ten steps.")
    return asyncio.run(_look(settings))


async def _look(settings: Settings) -> int:
    import aiohttp

    from adapters.main import open_store
    from adapters.slack.doctor import doctor
    from adapters.slack.setup import read_setup

    setup = read_setup(settings.slack)
    with open_store(settings) as store, store.transaction():
        directory = store.directory(settings.organisation)
    async with aiohttp.ClientSession() as session:
        findings = await doctor(setup, directory, session, time.time, api_url=setup.api_url)
    for finding in findings:
        print(f"{'well ' if finding.well else 'WRONG'}  {finding}", file=sys.stdout if finding.well else sys.stderr)
    return 0 if all(finding.well for finding in findings) else 1
