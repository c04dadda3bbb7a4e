"""`candour run` is told to stop while many people use it: how long it takes, and what is lost or comes twice."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.faults.child import ROOT, Place
from tests.faults.counting import Tally, count, read, sound
from tests.faults.player import NotSaved, Payload, Player, Replies, promised
from tests.faults.transcript import Promise, Transcript
from tests.faults.worker import BAKERY, ORGANISATION

SECONDS_MAX = 20.0
LEASE_SECONDS = 35.0
"""A letter that was claimed and not sent is claimed again after half a minute."""

_ADDRESS = re.compile(r"http://\S+/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """What came of it. `seconds`: from the signal to the end; `doubled`: alerts handed over again after the restart."""

    seconds: float
    tally: Tally
    doubled: int
    failed: tuple[str, ...]


class Gone(Exception):
    """The server does not answer any more."""


@dataclass(slots=True)
class _Served:
    """A `candour run` under way: its process, where it listens, and the letters it was seen to have handed over."""

    process: asyncio.subprocess.Process
    address: str
    letters: dict[int, dict[str, Any]] = field(default_factory=dict)

    async def look(self, session: aiohttp.ClientSession) -> None:
        """Fetch the letters that are new."""
        async with session.get(f"{self.address}api/playground?after={len(self.letters)}") as response:
            for letter in (await response.json())["letters"]:
                self.letters[letter["n"]] = letter

    def alerts(self) -> Counter[tuple[str, str]]:
        """How often each person was alerted to each case."""
        return Counter(filter(None, map(_alert, self.letters.values())))


async def stop_under_load(place: Place, reports: int) -> Stopped:
    """Everybody reports; SIGTERM in the middle of it, after so many reports; a second start shows what was left."""
    transcript, failed = Transcript(), []
    async with aiohttp.ClientSession() as session:
        first = await _serve(place)
        enough = asyncio.Event()
        crowd = asyncio.create_task(_crowd(session, first, transcript, reports, enough))
        await asyncio.wait((crowd, asyncio.create_task(enough.wait())), return_when=asyncio.FIRST_COMPLETED)
        await first.look(session)
        began = time.monotonic()
        first.process.send_signal(signal.SIGTERM)
        status = await first.process.wait()
        seconds = time.monotonic() - began
        await crowd
        if status:
            failed.append(f"exit status {status}")
        told = {
            (entered.person, case.ref)
            for case in read(place.data, ORGANISATION).cases.values()
            for entered in case.ledger
            if entered.step == "delivered"
        }
        second = await _serve(place)
        await _until_all_are_told(session, second, place, told)
        second.process.send_signal(signal.SIGTERM)
        await second.process.wait()
    stored = read(place.data, ORGANISATION)
    again = sum(second.alerts()[alert] for alert in told) + _twice(first.alerts()) + _twice(second.alerts())
    transcript.alerts.update(dict.fromkeys({*told, *first.alerts(), *second.alerts()}, 1))
    tally = count(stored, transcript).worst(Tally(broken=int(not sound(place.data, ORGANISATION))))
    return Stopped(seconds=seconds, tally=tally, doubled=again, failed=tuple(failed))


async def _serve(place: Place) -> _Served:
    settings = {
        "CANDOUR_KNOWLEDGE": str(BAKERY),
        "CANDOUR_DATA": str(place.data),
        "CANDOUR_ORGANISATION": ORGANISATION,
        "PYTHONUNBUFFERED": "1",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "adapters.cli", "run", "--port", "0"),
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, **settings},
    )
    assert process.stderr is not None
    said = []
    async for line in process.stderr:
        said.append(line.decode())
        if found := _ADDRESS.search(said[-1]):
            drained = asyncio.create_task(process.stderr.read())  # so that it never waits to be heard
            drained.add_done_callback(lambda _: None)
            return _Served(process, found[0])
    raise RuntimeError(f"candour run did not start: {''.join(said)[-400:]}")


async def _crowd(
    session: aiohttp.ClientSession, served: _Served, transcript: Transcript, reports: int, enough: asyncio.Event
) -> None:
    """Everybody reports until the server is gone. `enough` is set once so many reports were sent."""
    async with session.get(f"{served.address}api/playground") as response:
        people = [person["id"] for person in (await response.json())["people"]]

    async def post(payload: Payload) -> Replies:
        try:
            async with session.post(f"{served.address}api/event", json=dict(payload)) as response:
                body = await response.json()
        except (aiohttp.ClientError, ConnectionError) as error:
            raise Gone from error
        if response.status == 503:
            raise NotSaved
        if response.status != 200:
            raise AssertionError(f"{response.status}: {body}")
        replies: Replies = body["replies"]
        return replies

    def begins(payload: Payload) -> None:
        transcript.begun[payload["key"]] = dict(payload)

    def hears(payload: Payload, replies: Replies) -> None:
        if kept := promised(payload, replies):
            transcript.promises.append(Promise(*kept, payload["person"], payload["key"]))
        if sum(promise.what == "sent" for promise in transcript.promises) >= reports:
            enough.set()

    async def plays(person: str) -> None:
        player = Player(person, "stopping", post, begins, hears)
        try:
            while True:
                if ref := await player.reports():
                    await player.adds(ref)
        except Gone:
            return

    await asyncio.gather(*map(plays, people))


async def _until_all_are_told(
    session: aiohttp.ClientSession, served: _Served, place: Place, told: Iterable[tuple[str, str]]
) -> None:
    """Wait until every handler of every case has an alert; not longer than a lease."""
    known, until = set(told), time.monotonic() + LEASE_SECONDS
    cases = (await asyncio.to_thread(read, place.data, ORGANISATION)).cases
    wanted = {(handler.person, ref) for ref, case in cases.items() for handler in case.handlers}
    await asyncio.sleep(2)  # whatever was left in the outbox goes at once, and a second time if it ever does
    while time.monotonic() < until:
        await served.look(session)
        if wanted <= known | served.alerts().keys():
            return
        await asyncio.sleep(0.5)


def _alert(letter: dict[str, Any]) -> tuple[str, str] | None:
    """Whom a letter alerts to which case; None if it is no alert, which has an urgency as well as a reference."""
    rows = [row for block in letter["message"]["blocks"] if block["type"] == "facts" for row in block["rows"]]
    return (letter["to"], rows[0][1]) if len(rows) == 2 else None


def _twice(alerts: Counter[tuple[str, str]]) -> int:
    return sum(count - 1 for count in alerts.values())
