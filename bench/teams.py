"""Teams: signed policy questions, each answered with one card, beside echo bots on two of Microsoft's SDKs

All three check the token of every activity; Candour also looks the answer up, and has it on disk before it says that it
took the question. The measured server has one core; the fast stand-in for Microsoft and the sender are other processes.
Candour serves Slack as well throughout. An activity is done when its answer has arrived at the connector.
"""

from __future__ import annotations

import asyncio
import csv
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bench import slack_load
from bench.slack_load import Asked
from bench.slack_servers import SECRET, Started, resident, spent, started
from bench.slack_servers import TOKEN as SLACK_TOKEN
from bench.teams_api import APP_ID, KEYS, OPENID, SERVICE, TENANT, TOKEN
from bench.teams_load import Signer, TeamsLine, activities
from bot.answering import find
from bot.compiled import Knowledge
from bot.compiling import open_knowledge
from bot.loading import load
from bot.matching.text import clean
from bot.settings import Settings, read_settings

_PEOPLE = 400
"""As many as are asked for in the steady run, so that each asks once there and an answer too many shows."""

_WARM_UP = _PEOPLE  # everybody has asked once: who they are is known, as on any day but the first
_LONGEST_WAIT = 20.0  # seconds until a message that has not arrived counts as lost
_SLOW = "asyncio: WARNING"  # all that `quiet_libraries` leaves of "Executing … took 0.1 seconds"
_OTHERS = Path(__file__).with_name("teams_others")
_BUILD = Path("build") / "bench-teams"


def main() -> None:
    """Print the figures."""
    settings = read_settings()
    knowledge = open_knowledge(settings.knowledge, settings.cache, lambda _: None)
    signer = Signer()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        emails, keys = _people(settings, folder), folder / "keys.json"
        keys.write_text(json.dumps(signer.keys), encoding="utf-8")
        microsoft = started("-m", "bench.teams_api", str(emails), str(keys))
        with microsoft as api, started("-m", "bench.slack_api", str(emails)) as slack:
            service = f"{api.url}{SERVICE}"
            questions = _verdict_questions(settings, knowledge)
            asked = activities(questions, _PEOPLE, service, signer.token(service))
            bench = _Bench(settings, folder, api, slack, asked, questions)
            cold = sorted(asyncio.run(bench.cold_start()) for _ in range(3))[1]
            print(f"cold start of both platforms to the first acknowledgement: {cold:.2f} s, median of 3  (goal 3)")
            asyncio.run(bench.figures(_others()))


def _people(settings: Settings, folder: Path) -> Path:
    """The sample people, and colleagues of one of them, may ask. Returns the file of the colleagues' addresses."""
    with settings.sample_people.open(encoding="utf-8", newline="") as file:
        sample = list(csv.DictReader(file))
    colleague = next(row for row in sample if not row["roles"])
    added = [{**colleague, "email": f"{number}.{colleague['email']}", "deputy": ""} for number in range(_PEOPLE)]
    with (folder / "people.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(colleague))
        writer.writeheader()
        writer.writerows([*sample, *added])
    emails = folder / "emails"
    emails.write_text("\n".join(row["email"] for row in added), encoding="utf-8")
    return emails


def _verdict_questions(settings: Settings, knowledge: Knowledge) -> list[str]:
    examples = [example.q for file in load(settings.knowledge).examples for example in file.judge]
    return [question for question in examples if find(knowledge, clean(question).text).kind == "answer"]


def _others() -> Path | None:
    """A Python that has both SDKs, in an environment of its own; None if it cannot be made here."""
    requirements = (_OTHERS / "requirements.txt").read_text(encoding="utf-8")
    python, made = _BUILD / "bin" / "python", _BUILD / "requirements.txt"
    if made.exists() and made.read_text(encoding="utf-8") == requirements:
        return python
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]
    print("installing what the echo bots beside us need, once", flush=True)
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(_BUILD)], check=True, capture_output=True)
        command = [str(python), *install, str(_OTHERS / "requirements.txt")]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
    except (OSError, subprocess.SubprocessError):
        return None
    made.write_text(requirements, encoding="utf-8")
    return python


@dataclass(frozen=True)
class _Pace:
    """Activities a second, and the milliseconds of processor that each took: these hold on a busy machine as well."""

    rate: float
    processor: float

    def __str__(self) -> str:
        return f"{self.rate:.0f} a second, {self.processor:.2f} ms of processor each"


@dataclass(frozen=True)
class _Bench:
    """Candour in a folder, against stand-ins for both platforms. Activities come from one stream: none comes twice."""

    settings: Settings
    folder: Path
    api: Started
    slack: Started
    asked: Iterator[Asked]
    questions: Sequence[str]

    async def cold_start(self) -> float:
        """Seconds from starting the process to its first acknowledgement."""
        with self._candour() as server:
            line, first = TeamsLine(server.url), [next(self.asked)]
            await line.flat_out(first)
            taken = time.perf_counter() - server.since
            await self._arrived(first)
            line.close()
        return taken

    async def figures(self, python: Path | None) -> None:
        """Run all servers and print what was measured; without `python`, ours alone."""
        with self._candour() as server:
            ours = await self._flat_out(server, 3_000)
            print(f"questions: {ours}  (load average of the machine {os.getloadavg()[0]:.1f})", flush=True)
            await self._compared(ours, python)
            await self._steady(server, rate=20, seconds=_PEOPLE // 20)
            await self._ask_in_slack(server, 1_000)
            print(f"memory of both platforms after the run: {resident(server.process):.0f} MiB  (goal 200)", flush=True)
        await self._slow_callbacks()

    async def _compared(self, ours: _Pace, python: Path | None) -> None:
        stock = ("the stock CloudAdapter's echo bot", "cloud_adapter.py", OPENID, 300, "8 times its rate")
        agents = ("the Agents SDK's echo bot", "agents_sdk.py", KEYS, 1_500, "more than its rate")
        for name, script, keys, count, goal in (stock, agents):
            if python is None:
                print(f"{name}: skipped, its requirements could not be installed")
                continue
            # The environment of the others is another Python; it takes the place of the process that was started.
            turn_into = "import os, sys; os.execv(sys.argv[1], sys.argv[1:])"
            command = (str(python), str(_OTHERS / script), APP_ID, f"{self.api.url}{keys}")
            with started("-c", turn_into, *command, core=_core()) as other:
                theirs = await self._flat_out(other, count)
            times, spared = ours.rate / theirs.rate, theirs.processor / ours.processor
            print(f"{name}: {theirs}")
            print(f"    ours is {times:.1f} times that, {spared:.1f} by processor  (goal: {goal})", flush=True)

    async def _flat_out(self, server: Started, count: int) -> _Pace:
        """Activities that come as fast as they are acknowledged."""
        line = TeamsLine(server.url)
        for number in (_WARM_UP, count):
            asked = list(itertools.islice(self.asked, number))
            start, before = time.perf_counter(), spent(server.process)
            await line.flat_out(asked)
            lost, doubled, last = await self._arrived(asked)
            if lost or doubled:
                print(f"flat out: lost {lost}, doubled {doubled}")
        line.close()
        return _Pace(count / (last - start), (spent(server.process) - before) / count * 1000)

    async def _steady(self, server: Started, rate: int, seconds: int) -> None:
        line = TeamsLine(server.url)
        asked = list(itertools.islice(self.asked, rate * seconds))
        times = sorted(await line.at_rate(asked, rate))
        lost, doubled, _ = await self._arrived(asked)
        line.close()
        p50, p99 = (times[len(times) * part // 100] * 1000 for part in (50, 99))
        print(f"{rate} a second for {seconds} s: acknowledged p50 {p50:.0f} ms  p99 {p99:.0f} ms  (goal 300)")
        print(f"    lost {lost}, doubled {doubled}  (goals 0, 0)", flush=True)

    async def _slow_callbacks(self) -> None:
        """How often asyncio complains of a callback of more than 100 ms once it serves; debugging slows all of them."""
        print("with asyncio's debugging, which slows everything:", flush=True)
        with self._candour({"PYTHONASYNCIODEBUG": "1"}) as server:
            at_start = _complaints(server)
            print(f"    questions: {await self._flat_out(server, 600)}")
            await self._steady(server, rate=20, seconds=10)
            await self._ask_in_slack(server, 300)
            slow = _complaints(server) - at_start
        print(f"    callbacks of more than 100 ms, flat out and steady: {slow}  (goal 0)")

    async def _ask_in_slack(self, server: Started, count: int) -> None:
        """The other platform of the same process has as much to do."""
        line = slack_load.Line(server.url)
        await line.flat_out(list(itertools.islice(slack_load.events(self.questions, _PEOPLE), count)))
        await asyncio.sleep(1)  # the last answers are on their way
        line.close()

    async def _arrived(self, asked: Sequence[Asked]) -> tuple[int, int, float]:
        """How many of the answers are lost, and how many came more than once; and when the last one came."""
        until = time.perf_counter() + _LONGEST_WAIT
        async with aiohttp.ClientSession(self.api.url) as session:
            while time.perf_counter() < until:
                async with session.get("arrived") as answer:
                    if await answer.json() >= len(asked):
                        break
                await asyncio.sleep(0.02)
            async with session.get("count") as answer:
                counted = await answer.json()
        due, posts = Counter(one.channel for one in asked), Counter(counted["posts"])
        return (due - posts).total(), (posts - due).total(), counted["last"]

    @contextmanager
    def _candour(self, more: dict[str, str] | None = None) -> Iterator[Started]:
        """`candour run` for both platforms, over the compiled knowledge and a database that holds the people only."""
        with tempfile.TemporaryDirectory(dir=self.folder) as data:
            (Path(data) / "compiled").symlink_to(self.settings.cache.resolve())
            environment = {
                "CANDOUR_DATA": data,
                "CANDOUR_KNOWLEDGE": str(self.settings.knowledge),
                "CANDOUR_SLACK_BOT_TOKEN": SLACK_TOKEN,
                "CANDOUR_SLACK_SIGNING_SECRET": SECRET,
                "CANDOUR_SLACK_API_URL": f"{self.slack.url}api/",
                "CANDOUR_TEAMS_APP_ID": APP_ID,
                "CANDOUR_TEAMS_APP_SECRET": "bench",
                "CANDOUR_TEAMS_TENANTS": TENANT,
                "CANDOUR_TEAMS_OPENID_URL": f"{self.api.url}{OPENID}",
                "CANDOUR_TEAMS_TOKEN_URL": f"{self.api.url}{TOKEN}",
            }
            people = [sys.executable, "-m", "adapters.cli", "people", str(self.folder / "people.csv")]
            subprocess.run(people, env={**os.environ, **environment}, capture_output=True, check=True)
            command = ("-m", "adapters.cli", "run", "--port", "0")
            with started(*command, environment={**environment, **(more or {})}, core=_core()) as server:
                yield server


def _complaints(server: Started) -> int:
    """How many warnings of asyncio a process has written so far."""
    return Path(f"/proc/{server.process}/fd/2").read_text(encoding="utf-8").count(_SLOW)


def _core() -> int:
    """The core that the measured process has; the others are left to the rest."""
    return max(os.sched_getaffinity(0))


if __name__ == "__main__":
    main()
