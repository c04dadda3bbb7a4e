"""Messages as the playground page shows them: plain JSON. The page inserts text as text, never as markup."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from bot.messages import Message


def to_json(message: Message) -> dict[str, Any]:
    """A message as JSON; every block says its type in lower case."""
    blocks = [{"type": type(block).__name__.lower(), **asdict(block)} for block in message.blocks]
    return {"summary": message.summary, "private": message.private, "blocks": blocks}
