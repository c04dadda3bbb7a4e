"""What can go wrong, by whose fault it is. A person's odd message is not an error; it is an ordinary turn."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in the knowledge: where it is, what it is, and how to mend it."""

    file: str
    place: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        place = f", {self.place}" if self.place else ""
        return f"{self.file}{place}: {self.problem}. {self.remedy}"


class KnowledgeError(Exception):
    """The author's to mend: the knowledge has faults. `faults` holds all of them, never only the first."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


class SettingsError(Exception):
    """The operator's to mend: a setting is missing or unsafe. The message names it and says what to do."""


class Conflict(Exception):
    """Somebody else wrote first, or the store is busy; nothing was written and the same call may be tried again."""


class Damaged(Exception):
    """What was stored was altered, moved or cut outside of Candour, or the key does not fit. Nothing of it is shown."""
