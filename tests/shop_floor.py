"""What a worker at Crumb & Sons says and presses, straight to the core, and what is in the reply."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TypeVar

from bot.answering import Finding, find
from bot.compiled import Knowledge
from bot.core import handle
from bot.events import Actor, ChoicePicked, TextReceived
from bot.matching.text import clean
from bot.messages import Choices, Message
from bot.scene import Scene
from bot.state import Conversation
from bot.turn import Turn

B = TypeVar("B")

LAD = Actor(organisation="crumb", person="shop-lad")
NOON = datetime(2030, 5, 3, 12, 0, tzinfo=UTC)


def scene(state: Conversation | None = None) -> Scene:
    return Scene(state=state or Conversation(), chance=bytes(range(16)))


def says(knowledge: Knowledge, text: str, state: Conversation | None = None, at: datetime = NOON) -> Turn:
    return handle(knowledge, scene(state), TextReceived(actor=LAD, key="k", at=at, text=text))


def picks(knowledge: Knowledge, value: str, state: Conversation | None = None) -> Turn:
    return handle(knowledge, scene(state), ChoicePicked(actor=LAD, key="k", at=NOON, value=value))


def asked(knowledge: Knowledge, text: str) -> Finding:
    return find(knowledge, clean(text).text)


def reply(turn: Turn) -> Message:
    (message,) = turn.replies
    return message


def blocks(message: Message, kind: type[B]) -> list[B]:
    return [block for block in message.blocks if isinstance(block, kind)]


def values(message: Message) -> list[str]:
    return [option.value for choices in blocks(message, Choices) for option in choices.options]


def words(part: object) -> Iterator[str]:
    """Every piece of text in a message, wherever it stands."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple | list):
        for item in part:
            yield from words(item)
    elif dataclasses.is_dataclass(part):
        for field in dataclasses.fields(part):
            yield from words(getattr(part, field.name))
