"""`candour run` as a process of its own, over the compiled knowledge and an empty database."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.settings import Settings


@contextmanager
def serving(settings: Settings) -> Iterator[tuple[str, int]]:
    """Serve the playground on any free port: its address and its process id."""
    with tempfile.TemporaryDirectory() as data:
        (Path(data) / "compiled").symlink_to(settings.cache.resolve())
        environment = {**os.environ, "CANDOUR_DATA": data, "CANDOUR_KNOWLEDGE": str(settings.knowledge)}
        command = [sys.executable, "-m", "adapters.cli", "run", "--port", "0"]
        with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as server:
            assert server.stderr is not None
            yield next(found[0] for line in server.stderr if (found := re.search(r"http://\S+/", line))), server.pid
            server.terminate()
