"""What is followed while it changes: knowledge in its files, kept as it was when a change has faults; the directory."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterable, Callable
from datetime import timedelta
from pathlib import Path

from bot.compiled import Knowledge
from bot.compiling import open_knowledge
from bot.errors import Conflict, Damaged, KnowledgeError, SettingsError
from bot.people import Directory
from bot.ports import Store

Report = Callable[[str], None]

DIRECTORY_KEPT = timedelta(seconds=5)
"""How long an import may take to be noticed by a process that serves."""


class LiveKnowledge:
    """The knowledge in use. `faults` says what is wrong with the files now, empty when all is well."""

    def __init__(self, folder: Path, cache: Path, report: Report) -> None:
        """Open the knowledge; raises KnowledgeError, because there is nothing older to answer from."""
        self._folder = folder
        self._cache = cache
        self._report = report
        self.current: Knowledge = open_knowledge(folder, cache, report)
        self.faults: tuple[str, ...] = ()

    def reload(self) -> None:
        """Take over changed files. If they have faults, say so and go on answering from the earlier knowledge."""
        try:
            self.current = open_knowledge(self._folder, self._cache, self._report)
        except (KnowledgeError, SettingsError, OSError) as error:
            self.faults = tuple(str(error).splitlines())
            self._report(f"The change to {self._folder} has faults; the earlier version goes on answering.")
            for fault in self.faults:
                self._report(f"  {fault}")
            return
        if self.faults:
            self._report("The faults are mended.")
        self.faults = ()
        self._report(f"Knowledge reloaded ({self.current.version}).")

    async def follow(self, changes: AsyncIterable[object]) -> None:
        """Reload after every change, beside the conversations."""
        async for _ in changes:
            await asyncio.to_thread(self.reload)


class LiveDirectory:
    """The people of an organisation as they are now, for whoever has no time to wait for the store."""

    def __init__(self, store: Store, organisation: str) -> None:
        """Read them; raises Conflict if the store is busy."""
        self._store = store
        self._organisation = organisation
        self.current: Directory = self._read()

    async def follow(self, stopped: asyncio.Event) -> None:
        """Read them again every few seconds, beside the conversations; while the store is busy they stay as known."""
        while not stopped.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopped.wait(), DIRECTORY_KEPT.total_seconds())
            with contextlib.suppress(Conflict, Damaged):
                self.current = await asyncio.to_thread(self._read)

    def _read(self) -> Directory:
        with self._store.transaction():
            return self._store.directory(self._organisation)
