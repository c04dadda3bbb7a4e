"""What processes said before they ended: what people were promised, and which letters the platform has.

Kept outside of the processes, so that what is stored can be held against it.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Promise(NamedTuple):
    """Something that a person was told is kept: "sent", "opened", "taken", "added", "answer" or "cancelled"."""

    what: str
    about: str
    person: str
    key: str


@dataclass(slots=True)
class Transcript:
    """Everything that was said on one data folder, over all starts.

    `between`: crashes that hit a letter between its send and its settlement; `letters_between`: how many letters those
    hit together. `doubled_in_a_run`: alerts handed over twice by one process, without any crash.
    """

    begun: dict[str, dict[str, Any]] = field(default_factory=dict)
    promises: list[Promise] = field(default_factory=list)
    alerts: Counter[tuple[str, str]] = field(default_factory=Counter)
    crashes: int = 0
    between: int = 0
    letters_between: int = 0
    doubled_in_a_run: int = 0
    refused: int = 0
    _begun_now: dict[str, dict[str, Any]] = field(default_factory=dict)
    _alerts_now: Counter[tuple[str, str]] = field(default_factory=Counter)
    _unsettled: int = 0

    def hear(self, line: str) -> None:
        """Take in one line; those that are not told here change nothing."""
        match line.split(" ", 4):
            case ["begun", key, *_]:
                self.begun[key] = self._begun_now[key] = json.loads(line.split(" ", 2)[2])
            case ["acknowledged", what, about, person, key]:
                self.promises.append(Promise(what, about, person, key))
            case ["refused", _]:
                self.refused += 1
            case ["handed", person, ref, kind]:
                self._unsettled += 1
                if kind == "alert":
                    self.alerts[person, ref] += 1
                    self._alerts_now[person, ref] += 1
            case ["settled"]:
                self._unsettled -= 1
            case _:
                pass

    def end(self, *, crashed: bool) -> list[dict[str, Any]]:
        """One process has ended. Returns the events to send again: of each person's doings the last one."""
        self.doubled_in_a_run += sum(count - 1 for count in self._alerts_now.values())
        if crashed:
            self.crashes += 1
            self.between += self._unsettled > 0
            self.letters_between += max(self._unsettled, 0)
        last = {key.rpartition(":")[0]: payload for key, payload in self._begun_now.items()}
        self._begun_now, self._alerts_now, self._unsettled = {}, Counter(), 0
        return list(last.values())

    @property
    def doubled(self) -> int:
        """Alerts that the platform was handed more than once."""
        return sum(count - 1 for count in self.alerts.values())
