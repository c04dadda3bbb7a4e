"""A person's conversation as stored text, and back. Closed shapes: stored text that does not fit is not guessed at."""

from __future__ import annotations

from pydantic import TypeAdapter, ValidationError

from bot.state import Conversation

_shape = TypeAdapter(Conversation)


def to_text(state: Conversation) -> str:
    """A conversation as JSON."""
    return _shape.dump_json(state).decode()


def from_text(text: str) -> Conversation:
    """The conversation, or an empty one if an older version wrote it in another shape: it lives ten minutes."""
    try:
        return _shape.validate_json(text)
    except ValidationError:
        return Conversation()
