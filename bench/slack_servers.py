"""The processes that the figures of Slack need: each tells its address on its standard error, as `candour run` does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SECRET = "bench-signing-secret"
TOKEN = "xoxb-bench"
TEAM = "T0BENCH"
BOT = "U0CANDOUR"

_LONGEST_START = 30.0  # seconds


@dataclass(frozen=True, slots=True)
class Started:
    """A process that serves: where, its id, and the moment before it was started (`time.perf_counter`)."""

    url: str
    process: int
    since: float


@contextmanager
def started(
    *arguments: str, environment: Mapping[str, str] | None = None, core: int | None = None
) -> Iterator[Started]:
    """Run `python ARGUMENTS` until the end of the block, on one core if it is named."""
    allowed = os.sched_getaffinity(0)
    with tempfile.TemporaryFile("w+") as said:
        if core is not None:
            os.sched_setaffinity(0, {core})  # a child keeps the cores of its parent
        since = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments], env={**os.environ, **(environment or {})}, stderr=said, stdout=said
        )
        os.sched_setaffinity(0, allowed)
        try:
            yield Started(_address(process, Path(f"/proc/self/fd/{said.fileno()}")), process.pid, since)
        finally:
            process.terminate()
            process.wait()


def resident(process: int) -> float:
    """The memory that a process holds, in MiB."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024


def spent(process: int) -> float:
    """The processor time that a process has used so far, in seconds."""
    used = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")


def _address(process: subprocess.Popen[bytes], said: Path) -> str:
    until = time.perf_counter() + _LONGEST_START
    while time.perf_counter() < until:
        text = said.read_text(encoding="utf-8")
        if found := re.search(r"http://\S+/", text):
            return found[0]
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended at once: {text}")
        time.sleep(0.005)
    raise RuntimeError(f"{process.args!r} did not start within {_LONGEST_START:.0f} s")
