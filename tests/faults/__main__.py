"""`python -m tests.faults`: kills, failing disks and stops, with real processes; one line for each check.

Exits with 1 if any check fails. The data of a failed check is kept, and named.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from bot.compiling import open_knowledge
from tests.faults.child import Place
from tests.faults.counting import Tally
from tests.faults.disk import compiler, endure, spoil
from tests.faults.kills import Kill, Outcome, campaign, kills_at, kills_at_random
from tests.faults.steps import STEPS
from tests.faults.stopping import SECONDS_MAX, stop_under_load
from tests.faults.worker import BAKERY

TOGETHER = 2
"""Campaigns side by side: as many as a small machine has cores."""
MANY_AT_ONCE = 20
"""Letters sent side by side, as when serving."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line: what was checked, its figures, and what failed, in words."""

    name: str
    figures: str
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much to do. `campaigns`: name → its kills, and how many letters are sent side by side.

    `every`: of a failing disk, every n-th call fails, for each n. `reports`: how many are sent before SIGTERM.
    """

    campaigns: Mapping[str, tuple[Sequence[Kill], int]]
    every: tuple[int, ...]
    reports: int


def whole(seed: int) -> Plan:
    """Twenty kills at each named step and 150 at random times: about ten minutes on two cores."""
    steps = {f"killed at {step}": (kills_at(step, 20, seed), 1) for step in STEPS}
    one, many = kills_at_random(75, seed), kills_at_random(75, seed + 1)
    at_random = {"killed at random": (one, 1), "killed at random, 20 letters at once": (many, MANY_AT_ONCE)}
    return Plan(campaigns=at_random | steps, every=(1, 2, 3, 5, 7), reports=150)


def quick(seed: int) -> Plan:
    """Two kills at each step and ten at random: within a minute."""
    at_steps = [kill for step in STEPS for kill in kills_at(step, 2, seed)]
    at_random = kills_at_random(10, seed)
    campaigns = {"killed at every step": (at_steps, 1), "killed at random": (at_random, MANY_AT_ONCE)}
    return Plan(campaigns=campaigns, every=(1, 3), reports=25)


def checks(plan: Plan, folder: Path, seed: int) -> Iterator[Check]:
    """Do it all, and tell each check as soon as it is done."""
    cache = folder / "compiled"
    open_knowledge(BAKERY, cache, lambda _: None)

    def place(name: str) -> Place:
        data = folder / "".join(letter if letter.isalnum() else "-" for letter in name)
        return Place(data=data, cache=cache, seed=str(seed))

    with ThreadPoolExecutor(TOGETHER) as pool:
        runs = {
            name: pool.submit(campaign, place(name), kills, at_once)
            for name, (kills, at_once) in plan.campaigns.items()
        }
        later = [
            pool.submit(_disk, place("failing disk"), plan.every),
            pool.submit(_stopped, place("stopped"), plan.reports),
        ]
        for name, run in runs.items():
            yield _killed(name, run.result(), plan.campaigns[name][1])
        yield _together([run.result() for run in runs.values()])
        yield _spoilt(place("spoilt file"), place(next(iter(runs))))
        yield from (check.result() for check in later)


def _killed(name: str, outcome: Outcome, at_once: int) -> Check:
    """Sent one at a time, a crash doubles one letter at most; side by side, as many as were under way."""
    said = outcome.transcript
    hit = f"{said.between} crashes between send and settle"
    allowed, hit = (
        (said.between, hit) if at_once == 1 else (said.letters_between, f"{said.letters_between} hit by {hit}")
    )
    failed = [*outcome.failed, *_faults(outcome.tally)]
    if said.doubled > allowed + outcome.tally.lapsed:
        failed.append(f"{said.doubled} doubled alerts for {allowed}")
    if said.doubled_in_a_run:
        failed.append(f"{said.doubled_in_a_run} alerts doubled without a crash")
    figures = f"{said.crashes} kills; {_told(outcome.tally)}; doubled alerts {said.doubled} <= {hit}"
    return Check(name=name, figures=figures, failed=tuple(failed))


def _together(outcomes: Sequence[Outcome]) -> Check:
    tally = reduce(Tally.beside, (outcome.tally for outcome in outcomes))
    kills = sum(outcome.transcript.crashes for outcome in outcomes)
    return Check(name="all kills", figures=f"{kills} kills; {_told(tally)}", failed=tuple(_faults(tally)))


def _disk(place: Place, every: tuple[int, ...]) -> Check:
    name = "full disk, write and fsync errors"
    if compiler() is None:
        return Check(name=name, figures="LEFT OUT, because there is no C compiler (cc) to make the failing disk with")
    endured = endure(place, every)
    figures = f"refused {endured.refused} times; {_told(endured.tally)}; it works again afterwards"
    return Check(name=name, figures=figures, failed=(*endured.failed, *_faults(endured.tally)))


def _spoilt(place: Place, sound: Place) -> Check:
    ways, failed = spoil(place, sound.data)
    figures = f"{ways} ways; each time the start stops, and the file is left as it is"
    return Check(name="damaged file", figures=figures, failed=tuple(failed))


def _stopped(place: Place, reports: int) -> Check:
    stopped = asyncio.run(stop_under_load(place, reports))
    failed = [*stopped.failed, *_faults(stopped.tally)]
    if stopped.seconds > SECONDS_MAX:
        failed.append(f"it took longer than {SECONDS_MAX:.0f} s")
    if stopped.doubled:
        failed.append(f"{stopped.doubled} alerts came twice")
    figures = f"drained in {stopped.seconds:.1f} s; {_told(stopped.tally)}; doubled alerts {stopped.doubled}"
    return Check(name="SIGTERM under load", figures=figures, failed=tuple(failed))


def _told(tally: Tally) -> str:
    return (
        f"{tally.promises} acknowledged, lost {tally.lost}; {tally.cases} cases, without alerts {tally.unalerted}, "
        f"twice {tally.second}, steps twice {tally.repeated}; unsound files {tally.broken}"
    )


def _faults(tally: Tally) -> list[str]:
    return [_told(tally)] if tally.faults else []


def main() -> int:
    """Print each check; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few kills of each kind, within a minute")
    parser.add_argument("--seed", type=int, default=3, help="what people do follows from it, and where it ends")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="candour-faults-"))
    began, well = time.monotonic(), True
    for check in checks((quick if options.quick else whole)(options.seed), folder, options.seed):
        print(f"{'FAILED' if check.failed else 'ok':6}  {check.name}: {check.figures}", flush=True)
        for line in check.failed:
            print(f"          {line}", flush=True)
        well = well and not check.failed
    print(f"{time.monotonic() - began:.0f} s. {'' if well else f'The data is kept in {folder}.'}".rstrip())
    if well:
        shutil.rmtree(folder)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
