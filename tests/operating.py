"""An operator at work: settings made, commands given, in this process or in one of their own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.request import urlopen

import pytest

from adapters.cli import main
from tests.conftest import BAKERY, TESTS

PATIENCE_SECONDS = 60
"""How long a command may take before it counts as hanging."""


def settle_in(folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings for the bakery, already compiled, and an empty folder for its data, which is returned."""
    data = folder / "data"
    data.mkdir()
    (data / "compiled").symlink_to(cache.resolve(), target_is_directory=True)
    monkeypatch.setenv("CANDOUR_KNOWLEDGE", str(BAKERY))
    monkeypatch.setenv("CANDOUR_DATA", str(data))
    monkeypatch.setenv("CANDOUR_ORGANISATION", "test")
    for unset in ("CANDOUR_KEY", "CANDOUR_KEY_FILE"):
        monkeypatch.delenv(unset, raising=False)
    return data


def begins(*arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start the command in a process of its own, with further settings in its environment."""
    command = [sys.executable, "-m", "adapters.cli", *arguments]
    given = {**os.environ, **(environment or {})}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=TESTS.parent, env=given)


def candour(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command as an operator does, in a process of its own, to its end."""
    with begins(*arguments) as child:
        out, err = child.communicate(stdin, timeout=PATIENCE_SECONDS)
    return subprocess.CompletedProcess(child.args, child.returncode, out, err)


class Told:
    """A command given in this process: the status it ended with, and what it printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> None:
        capsys.readouterr()  # what was printed before is of no matter
        self.status = main(list(arguments))
        self.out, self.err = capsys.readouterr()


class Server:
    """`candour run` in a process of its own, listening: at `url`. `said` is what it said until it ended."""

    def __init__(self, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        self._child = begins("run", "--port", "0", *arguments, environment=environment)
        self.said = b""
        self.url = self._listens()

    @property
    def answers(self) -> bool:
        """Whether the page's question is answered now."""
        with urlopen(f"{self.url}api/playground", timeout=PATIENCE_SECONDS) as answer:
            return bool(answer.status == 200)

    def stops(self) -> int:
        """Ask it to end, as Ctrl-C does, unless it has ended. Its exit status."""
        return self.ends(signal.SIGINT)

    def ends(self, sign: signal.Signals) -> int:
        """Send it this signal, unless it has ended, and wait for its end. Its exit status."""
        if self._child.poll() is None:
            self._child.send_signal(sign)
            out, err = self._child.communicate(timeout=PATIENCE_SECONDS)
            self.said += err + out
        return self._child.returncode

    def _listens(self) -> str:
        assert self._child.stderr is not None
        for line in self._child.stderr:
            self.said += line
            if b"http://" in line:
                return line.decode().split()[-1]
        raise AssertionError(f"it did not listen: {self.said.decode()}")


@contextlib.contextmanager
def serving(*arguments: str, environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """A server that is stopped at the end, whatever happens."""
    server = Server(*arguments, environment=environment)
    try:
        yield server
    finally:
        server.stops()
