"""Slack: verdict questions by signed event, each answered with one message, beside a Bolt listener that only answers

Candour, the fast stand-in for Slack and the sender are a process each; Candour, and the listener in its turn, have one
core. An event is done when its message has arrived at Slack.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from adapters.directory import read_people
from bench.slack_load import Asked, Line, events
from bench.slack_servers import SECRET, TOKEN, Started, resident, spent, started
from bot.answering import find
from bot.compiled import Knowledge
from bot.compiling import open_knowledge
from bot.loading import load
from bot.matching.text import clean
from bot.settings import Settings, read_settings

_FLAT_OUT = 3_000  # events, after as many as warm the server up
_WARM_UP = 300
_LONGEST_WAIT = 20.0  # seconds until a message that has not arrived counts as lost


def main() -> None:
    """Print the figures."""
    settings = read_settings()
    knowledge = open_knowledge(settings.knowledge, settings.cache, lambda _: None)
    with tempfile.TemporaryDirectory() as folder:
        emails = _people(settings, knowledge, Path(folder))
        with started("-m", "bench.slack_api", str(emails)) as api:
            asked = events(_verdict_questions(settings, knowledge), len(emails.read_text(encoding="utf-8").split()))
            bench = _Bench(settings, Path(folder), api, asked)
            cold = sorted(asyncio.run(bench.cold_start()) for _ in range(3))[1]
            print(f"cold start to the first acknowledgement: {cold:.2f} s, median of 3  (goal 2.5)", flush=True)
            asyncio.run(bench.figures())


def _people(settings: Settings, knowledge: Knowledge, folder: Path) -> Path:
    """Everybody at work may ask: their addresses, one a line."""
    people = read_people(settings.sample_people, knowledge.library.roles).people.values()
    emails = folder / "emails"
    emails.write_text("\n".join(person.id for person in people if person.active), encoding="utf-8")
    return emails


def _verdict_questions(settings: Settings, knowledge: Knowledge) -> list[str]:
    examples = [example.q for file in load(settings.knowledge).examples for example in file.judge]
    return [question for question in examples if find(knowledge, clean(question).text).kind == "answer"]


@dataclass(frozen=True)
class _Pace:
    """Events a second, and the milliseconds of processor that each took: these hold on a busy machine as well."""

    rate: float
    processor: float

    def __str__(self) -> str:
        return f"{self.rate:.0f} a second, {self.processor:.2f} ms of processor each"


@dataclass(frozen=True)
class _Bench:
    """Candour in a folder, against one stand-in for Slack. Events come from one stream, so that none comes twice."""

    settings: Settings
    folder: Path
    api: Started
    asked: Iterator[Asked]

    async def cold_start(self) -> float:
        """Seconds from starting the process to its first acknowledgement."""
        with self._candour() as server:
            line = Line(server.url)
            await line.flat_out([next(self.asked)])
            taken = time.perf_counter() - server.since
            await self._arrived(1)
            line.close()
        return taken

    async def figures(self) -> None:
        """Run both servers and print what was measured."""
        with started("-m", "bench.slack_listener", f"{self.api.url}api/", core=_core()) as listener:
            yardstick = await self._flat_out(listener)
        with self._candour() as server:
            ours = await self._flat_out(server)
            print(f"questions: {ours}\nthe listener that only answers: {yardstick}")
            print(f"share of the listener's rate: {ours.rate / yardstick.rate:.0%}  (goal 50 %)", flush=True)
            await self._steady(server, rate=20, seconds=20)
            await self._steady(server, rate=50, seconds=60)
            print(f"memory after the run: {resident(server.process):.0f} MiB  (goal 160)")

    async def _flat_out(self, server: Started) -> _Pace:
        """Events that come as fast as they are acknowledged."""
        line = Line(server.url)
        for count in (_WARM_UP, _FLAT_OUT):
            asked = list(itertools.islice(self.asked, count))
            start, before = time.perf_counter(), spent(server.process)
            await line.flat_out(asked)
            lost, doubled, last = await self._arrived(count)
            if lost or doubled:
                print(f"flat out: lost {lost}, doubled {doubled}")
        line.close()
        return _Pace(_FLAT_OUT / (last - start), (spent(server.process) - before) / _FLAT_OUT * 1000)

    async def _steady(self, server: Started, rate: int, seconds: int) -> None:
        line = Line(server.url)
        asked = list(itertools.islice(self.asked, rate * seconds))
        times = sorted(await line.at_rate(asked, rate))
        lost, doubled, _ = await self._arrived(len(asked))
        line.close()
        p50, p99 = (times[len(times) * part // 100] * 1000 for part in (50, 99))
        print(f"{rate} events a second for {seconds} s: acknowledged p50 {p50:.0f} ms  p99 {p99:.0f} ms  (goal 300)")
        print(f"    lost {lost}, doubled {doubled}  (goals 0, 0)", flush=True)

    async def _arrived(self, count: int) -> tuple[int, int, float]:
        """How many of as many answers are lost, and how many came more than once; and when the last one came."""
        until = time.perf_counter() + _LONGEST_WAIT
        async with aiohttp.ClientSession(self.api.url) as session:
            while time.perf_counter() < until:
                async with session.get("arrived") as answer:
                    if await answer.json() >= count:
                        break
                await asyncio.sleep(0.02)
            async with session.get("count") as answer:
                counted = await answer.json()
        posts = counted["posts"]
        return count - len(posts), sum(times - 1 for times in posts.values()), counted["last"]

    @contextmanager
    def _candour(self) -> Iterator[Started]:
        """`candour run` for Slack, over the compiled knowledge and a database that holds the directory only."""
        with tempfile.TemporaryDirectory(dir=self.folder) as data:
            (Path(data) / "compiled").symlink_to(self.settings.cache.resolve())
            environment = {
                "CANDOUR_DATA": data,
                "CANDOUR_KNOWLEDGE": str(self.settings.knowledge),
                "CANDOUR_SLACK_BOT_TOKEN": TOKEN,
                "CANDOUR_SLACK_SIGNING_SECRET": SECRET,
                "CANDOUR_SLACK_API_URL": f"{self.api.url}api/",
            }
            people = [sys.executable, "-m", "adapters.cli", "people", str(self.settings.sample_people)]
            subprocess.run(people, env={**os.environ, **environment}, capture_output=True, check=True)
            command = ("-m", "adapters.cli", "run", "--port", "0")
            with started(*command, environment=environment, core=_core()) as server:
                yield server


def _core() -> int:
    """The core that the measured process has; the others are left to the rest."""
    return max(os.sched_getaffinity(0))


if __name__ == "__main__":
    main()
