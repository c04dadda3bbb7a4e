"""The parent's side of a process: started, listened to, killed by its own id, and its words kept in the transcript."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.transcript import Transcript

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60.0
"""How long anything may take before it counts as hanging."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where processes work: the data of one campaign, and the compiled knowledge that all share."""

    data: Path
    cache: Path
    seed: str


class Child:
    """A worker process (see `worker`). What it says is heard in the background, as it says it."""

    def __init__(
        self,
        place: Place,
        transcript: Transcript,
        start: int,
        again: Sequence[Mapping[str, Any]] = (),
        *,
        die: tuple[str, int] | None = None,
        at_once: int = 1,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        command = [sys.executable, "-m", "tests.faults.worker", str(place.data), place.seed]
        command += ["--cache", str(place.cache), "--start", str(start), "--at-once", str(at_once)]
        command += ["--die", die[0], str(die[1])] if die else []
        self._transcript = transcript
        self._heard = threading.Condition()
        self._lines: list[str] = []
        self._ended = False
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
        )
        self._complaints: list[str] = []
        self._ears = [threading.Thread(target=ear, daemon=True) for ear in (self._listen, self._listen_to_complaints)]
        for ear in self._ears:
            ear.start()
        self.tell("\n".join([*map(json.dumps, again), ""]))

    @property
    def complaints(self) -> str:
        """What it said on standard error."""
        return "".join(self._complaints)

    def tell(self, line: str) -> None:
        """A line for its standard input; it may be gone by now."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()

    def says(self, word: str, times: int = 1, seconds: float = PATIENCE_SECONDS) -> bool:
        """Wait until it has said so many lines that begin so. False when it ended before, or took longer."""
        with self._heard:
            self._heard.wait_for(lambda: self._ended or self._count(word) >= times, timeout=seconds)
            return self._count(word) >= times

    def said(self, word: str) -> int:
        """How many lines that begin so it has said until now."""
        with self._heard:
            return self._count(word)

    def kill(self) -> None:
        """SIGKILL, to this process alone."""
        self._process.send_signal(signal.SIGKILL)

    def end(self, seconds: float = PATIENCE_SECONDS) -> int:
        """Wait for its end, and for its last words. Its exit status; one that hangs is killed, which is -9 as well."""
        until = time.monotonic() + seconds
        try:
            status = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            status = self._process.wait()
            self._complaints.append("It hung.\n")
        for ear in self._ears:
            ear.join(max(until - time.monotonic(), 1))
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert pipe is not None
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
        return status

    def _count(self, word: str) -> int:
        return sum(line.startswith(word) for line in self._lines)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._heard:
                self._transcript.hear(line.rstrip("\n"))
                self._lines.append(line)
                self._heard.notify_all()
        with self._heard:
            self._ended = True
            self._heard.notify_all()

    def _listen_to_complaints(self) -> None:
        assert self._process.stderr is not None
        self._complaints.extend(self._process.stderr)
