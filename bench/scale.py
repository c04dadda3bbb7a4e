"""A synthetic organisation that grows: entries, size of the index, time of one turn

Invented entries of eight phrasings from an invented vocabulary; growth below linear is the goal, and a 95th percentile
of 15 ms at 3,000 entries.
"""

from __future__ import annotations

import random

from bench.speed import turn_times
from bot.compiled import Knowledge, lexicon_of
from bot.compiling import open_knowledge
from bot.knowledge import Entry
from bot.matching.train import train
from bot.settings import read_settings

_SYLLABLES = [
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "la",
    "me",
    "ni",
    "po",
    "ru",
    "sa",
    "te",
    "vi",
    "wo",
    "zu",
    "kra",
    "ble",
    "dri",
    "sto",
    "plu",
]
_FRAMES = (
    "can i {}",
    "is it ok to {}",
    "am i allowed to {}",
    "do i have to {}",
    "who do i tell about {}",
    "what about {}",
)


def main() -> None:
    """Print the figures."""
    settings = read_settings()
    school = open_knowledge(settings.knowledge, settings.cache, lambda _: None)
    print(f"{'entries':>8} {'phrasings':>10} {'weights':>10} {'p50 ms':>7} {'p95 ms':>7}")
    for size in (100, 300, 1000, 3000):
        knowledge, questions = _organisation(school, size)
        phrasings = sum(map(len, knowledge.library.phrasings().values()))
        p50, p95 = turn_times(knowledge, questions)
        print(f"{size:8} {phrasings:10} {knowledge.index.posted_weights.size:10} {p50:7.2f} {p95:7.2f}", flush=True)


def _organisation(school: Knowledge, size: int) -> tuple[Knowledge, list[str]]:
    chance = random.Random(size)
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 3))) for _ in range(2000)]
    entries: dict[str, Entry] = {}
    questions: list[str] = []
    for number in range(size):
        topic = chance.sample(words, 4)
        said = [
            chance.choice(_FRAMES).format(" ".join(chance.sample(topic, 3) + chance.sample(words, 1)))
            for _ in range(10)
        ]
        entries[f"matter-{number}"] = Entry(
            id=f"matter-{number}",
            title=f"Matter {number}",
            verdict="info",
            clause="1/1",
            headline="An invented matter.",
            phrasings=tuple(dict.fromkeys(said[:8])),
        )
        questions += said[8:] if number % max(1, size // 200) == 0 else []
    library = school.library.model_copy(
        update={
            "entries": entries,
            "silences": {},
            "flows": {},
            "policy_of": dict.fromkeys(entries, next(iter(school.library.policies))),
        }
    )
    return Knowledge(library=library, index=train(library.phrasings(), lexicon_of(library), lambda _: None)), questions
