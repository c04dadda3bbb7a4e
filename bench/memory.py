"""Memory of `candour run` after 10,000 questions"""

from __future__ import annotations

import asyncio
import re
import uuid
from pathlib import Path

from aiohttp import ClientSession

from bench.serving import serving
from bot.loading import load
from bot.settings import read_settings

_QUESTIONS = 10_000


def main() -> None:
    """Print the figures."""
    settings = read_settings()
    questions = [example.q for file in load(settings.knowledge).examples for example in file.judge]
    with serving(settings) as (url, process):
        before = _resident(process)
        asyncio.run(_ask(url, questions))
        after = _resident(process)
    print(f"at the start {before:.0f} MiB, after {_QUESTIONS} questions {after:.0f} MiB  (goal 120)")


def _resident(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024


async def _ask(url: str, questions: list[str]) -> None:
    async with ClientSession() as session:
        for number in range(_QUESTIONS):
            payload = {
                "person": "learning-consultant",
                "key": uuid.uuid4().hex,
                "kind": "text",
                "text": questions[number % len(questions)],
            }
            async with session.post(f"{url}api/event", json=payload) as response:
                assert response.status == 200, await response.text()
