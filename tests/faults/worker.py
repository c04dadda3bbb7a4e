"""The process that is killed: the real service, the real store on disk, the real delivery, and people who use them.

`python -m tests.faults.worker DATA SEED` says on standard output, line by line, what has happened so far:

    begun KEY EVENT                     an event is about to be handled; EVENT is JSON
    acknowledged WHAT ABOUT PERSON KEY  it was handled, and the person was told so
    refused KEY                         it was answered "not saved"
    handed PERSON REF alert|news        the platform outside has a letter
    settled                             a letter that the platform has left the outbox for good
    rest                                everything that was due at the start is done

It reads events to send again from standard input, then an empty line. After `rest`, "go on" lets people play until the
next line; an empty line ends it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.directory import read_people
from adapters.storage.keys import open_keyring
from adapters.web.inbound import to_event
from adapters.web.outbound import to_json
from bot.compiling import open_knowledge
from bot.delivery import Delivery
from bot.errors import Conflict, SettingsError
from bot.service import Service
from tests.faults.player import NotSaved, Payload, Player, Replies, promised
from tests.faults.steps import STEPS, Outside, SteppedService, SteppedStore, Steps

ORGANISATION = "faults"
BAKERY = Path(__file__).parents[1] / "bakery"
DATABASE, KEY_FILE = "candour.db", "candour.key"

FIRST_START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BETWEEN_STARTS = timedelta(hours=2)
"""Longer than any lease, than an urgent report may wait, and than people can jump within one start."""
JUMP = timedelta(minutes=16)
JUMPS_MAX = 6
REPORTS_BEFORE_A_JUMP = 4


class Clock:
    """Real time, moved on by two hours with each start, and by a quarter of an hour now and then."""

    def __init__(self, start: int) -> None:
        self._from = FIRST_START + start * BETWEEN_STARTS
        self._began = time.monotonic()
        self._jumps = 0

    def __call__(self) -> datetime:
        return self._from + self._jumps * JUMP + timedelta(seconds=time.monotonic() - self._began)

    def jump(self) -> None:
        """Let an urgent report that nobody took become due."""
        self._jumps = min(self._jumps + 1, JUMPS_MAX)


def say(*words: str) -> None:
    """Tell the parent. One short write to a pipe is whole, and outlives this process."""
    os.write(1, (" ".join(words) + "\n").encode())


class Shop:
    """The bakery at work in this process."""

    def __init__(self, options: argparse.Namespace) -> None:
        knowledge = open_knowledge(BAKERY, options.cache, lambda _: None)
        deadly = (options.die[0], int(options.die[1])) if options.die else None
        self._steps = Steps(deadly, options.start)
        self._clock = Clock(options.start)
        self._mark = f"{options.seed}:{options.start}"
        self._alerts: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self._sent = 0
        self._store = _open(options.data)
        self._store.steps, self._store.settled = self._steps, lambda: say("settled")
        people = read_people(BAKERY / "sample-people.csv", knowledge.library.roles)
        self._people = [person.id for person in people.people.values() if person.active]
        with self._store.transaction():
            self._store.keep_directory(ORGANISATION, people)
        self._service = Service(lambda: knowledge, self._store, posted=lambda: self.delivery.poke())
        self.delivery = Delivery(
            self._store,
            SteppedService(self._service, self._steps),
            {"outside": Outside(self._steps, self._handed, options.start)},
            self._clock,
            lambda line: print(line, file=sys.stderr, flush=True),
            worker=secrets.token_hex(8),
            side_by_side=options.at_once,
        )

    async def rests(self) -> None:
        """Do what is due, and all that follows from it."""
        with self._steps.sweep():
            await asyncio.to_thread(self._service.sweep, self._clock())
        while await self.delivery.round():
            pass
        say("rest")

    async def sends_again(self, payload: Payload) -> None:
        """An event of an earlier start arrives once more, and yet once more."""
        for _ in range(2):
            self._hears(payload, await self._post(payload))

    async def plays(self, ended: asyncio.Event) -> None:
        """People report, open, take and add until it is ended; what they do then is done to its end."""
        handlers = asyncio.create_task(self._handle())
        await asyncio.gather(*(self._report(person, ended) for person in self._people))
        handlers.cancel()

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()

    async def _report(self, person: str, ended: asyncio.Event) -> None:
        player = self._player(person, "reporter")
        while not ended.is_set():
            ref = await player.reports()
            self._sent += bool(ref)
            if ref and self._sent % REPORTS_BEFORE_A_JUMP == 0:
                self._clock.jump()
            if ref and player.sometimes(0.3):
                await player.adds(ref)

    async def _handle(self) -> None:
        players = {person: self._player(person, "handler") for person in self._people}
        while True:
            person, ref = await self._alerts.get()
            if players[person].sometimes(0.6):
                await players[person].handles(ref)

    def _player(self, person: str, part: str) -> Player:
        return Player(person, f"{self._mark}:{part}", self._post, self._begins, self._hears)

    def _handed(self, person: str, ref: str, alert: bool) -> None:
        say("handed", person, ref, "alert" if alert else "news")
        if alert:
            self._alerts.put_nowait((person, ref))

    async def _post(self, payload: Payload) -> Replies:
        event = to_event(payload, ORGANISATION, frozenset(self._people), self._clock(), "the till screen")
        try:
            turn = await self._service.submit(event)
        except Conflict as conflict:
            say("refused", payload["key"])
            raise NotSaved from conflict
        return [to_json(reply) for reply in turn.replies]

    def _begins(self, payload: Payload) -> None:
        say("begun", payload["key"], json.dumps(payload))

    def _hears(self, payload: Payload, replies: Replies) -> None:
        if kept := promised(payload, replies):
            say("acknowledged", *kept, payload["person"], payload["key"])


def _open(data: Path) -> SteppedStore:
    data.mkdir(parents=True, exist_ok=True)
    keyring, _ = open_keyring(data / KEY_FILE, None, data / DATABASE)
    return SteppedStore(data / DATABASE, keyring, serving=True)


async def work(options: argparse.Namespace) -> None:
    """One life of the process."""
    told = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(told), sys.stdin)
    shop = Shop(options)
    while line := (await told.readline()).strip():
        await shop.sends_again(json.loads(line))
    await shop.rests()
    ended = asyncio.Event()
    if (await told.readline()).strip():
        delivering = asyncio.create_task(shop.delivery.run(ended))
        playing = asyncio.create_task(shop.plays(ended))
        reading = asyncio.create_task(told.readline())  # the parent's word, or its end
        await asyncio.wait((reading, playing, delivering), return_when=asyncio.FIRST_COMPLETED)
        ended.set()
        await asyncio.gather(playing, delivering)
        await shop.rests()
    shop.close()


def main() -> int:
    """Returns the exit status: 1 if it cannot start, with the reason on stderr."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.worker", description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of the database and its key")
    parser.add_argument("seed", help="what people do follows from it")
    parser.add_argument("--cache", type=Path, required=True, help="the folder of the compiled knowledge")
    parser.add_argument("--start", type=int, default=0, help="the number of this start on the same data, from 0")
    parser.add_argument("--die", nargs=2, metavar=("STEP", "COUNT"), help=f"one of {', '.join(STEPS)}; the passage")
    parser.add_argument("--at-once", type=int, default=1, help="how many letters are sent side by side")
    try:
        asyncio.run(work(parser.parse_args()))
    except (SettingsError, Conflict) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
