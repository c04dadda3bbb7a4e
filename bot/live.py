"""Knowledge that follows its files: reloaded when they change, kept as it was when the change has faults."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Callable
from pathlib import Path

from bot.compiled import Knowledge
from bot.compiling import open_knowledge
from bot.errors import KnowledgeError, SettingsError

Report = Callable[[str], None]


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
