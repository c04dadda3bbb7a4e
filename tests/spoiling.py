"""Knowledge as a test spoils it: one slip in a bakery of one's own, and the faults that its owner then reads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.errors import Fault, KnowledgeError
from bot.loading import load


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """`old` became `new` in a file; the fault names the line that holds `on`, then `at`.

    `shown` is the file that the fault is shown in, where that is another one.
    """

    file: str
    old: str
    new: str
    shown: str = ""
    on: str
    at: str = ""
    problem: str
    remedy: str

    def make(self, folder: Path) -> tuple[str, str]:
        """Spoil the folder; returns the file and the place that its fault has to name."""
        replace(folder / self.file, self.old, self.new)
        shown = self.shown or self.file
        line = line_of((folder / shown).read_text(encoding="utf-8"), self.on)
        return shown, ", ".join(filter(None, (f"line {line}", self.at)))


def faults_in(folder: Path) -> list[Fault]:
    """What is wrong with a knowledge folder that cannot be loaded."""
    with pytest.raises(KnowledgeError) as raised:
        load(folder)
    return raised.value.faults


def replace(path: Path, old: str, new: str) -> None:
    """Change the first place where `old` stands."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is nowhere in {path}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(text: str, on: str) -> int:
    """The line, from 1, on which something stands."""
    return text[: text.index(on) + len(on) - len(on.lstrip("\n"))].count("\n") + 1
