"""How fast: one turn, a batch, the start, and compiling"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bot.compiled import Knowledge
from bot.compiling import open_knowledge
from bot.core import handle
from bot.events import Actor, TextReceived
from bot.loading import load
from bot.scene import Scene
from bot.settings import Settings, read_settings
from bot.state import Conversation

_ACTOR = Actor(organisation="bench", person="somebody")


def main() -> None:
    """Print the figures."""
    settings = read_settings()
    knowledge = open_knowledge(settings.knowledge, settings.cache, lambda _: None)
    questions = [example.q for file in load(settings.knowledge).examples for example in file.judge]
    p50, p95 = turn_times(knowledge, questions)
    print(f"one turn, in process, without storage: p50 {p50:.2f} ms  p95 {p95:.2f} ms  (goals 1.5, 4)")
    print(f"batch, candour ask --jsonl: {_batch(settings, questions):.0f} questions a second  (goal 300)")
    print(f"start to first answer, compiled: {_start(settings):.2f} s, median of 5  (goal 0.6)")
    print(f"compiling after a change: {_compile(settings):.1f} s  (goal 10)")


def turn_times(knowledge: Knowledge, questions: list[str]) -> tuple[float, float]:
    """Median and 95th percentile of one whole turn, in milliseconds."""
    times = []
    scene = Scene(state=Conversation(), chance=bytes(16))
    for number, question in enumerate(questions):
        event = TextReceived(actor=_ACTOR, key=str(number), at=datetime.now(UTC), text=question)
        start = time.perf_counter()
        handle(knowledge, scene, event)
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    return times[len(times) // 2], times[len(times) * 95 // 100]


def _candour(settings: Settings, *arguments: str, given: str = "", data: Path | None = None) -> float:
    environment = {
        **os.environ,
        "CANDOUR_DATA": str(data or settings.data),
        "CANDOUR_KNOWLEDGE": str(settings.knowledge),
    }
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "adapters.cli", *arguments],
        input=given,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return time.perf_counter() - start


def _batch(settings: Settings, questions: list[str]) -> float:
    lines = "\n".join(json.dumps({"id": str(number), "q": q}) for number, q in enumerate(questions))
    taken = _candour(settings, "ask", "--jsonl", given=lines) - _candour(settings, "ask", "--jsonl", given="")
    return len(questions) / taken


def _start(settings: Settings) -> float:
    return sorted(_candour(settings, "ask", "can I add a student on Instagram?") for _ in range(5))[2]


def _compile(settings: Settings) -> float:
    with tempfile.TemporaryDirectory() as data:
        return _candour(settings, "ask", "hello", data=Path(data))
