"""What is kept, as bytes to be sealed, and back. Closed shapes: what was stored and does not fit is not guessed at."""

from __future__ import annotations

import json
from typing import Any, Generic, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import SchemaValidator

from bot.cases import Case, Grant
from bot.errors import Damaged
from bot.people import Directory
from bot.state import Conversation
from bot.turn import Letter

T = TypeVar("T")


_LIMITS = {"pattern", "min_length", "max_length", "strip_whitespace"}


class Shape(Generic[T]):
    """One kind of value as JSON. `read` raises Damaged for anything that is not such a value, no more and no less.

    Limits on what text may say hold for those who write it. What was kept is read, whatever they are by now.
    """

    def __init__(self, kind: type[T]) -> None:
        # A dataclass takes no configuration from here, but a tuple hands its own on to those inside.
        config = ConfigDict(extra="forbid")
        self._shape: TypeAdapter[Any] = TypeAdapter(tuple[kind], config=config)  # type: ignore[valid-type]
        self._reader = SchemaValidator(_without_limits(self._shape.core_schema))

    def write(self, value: T) -> bytes:
        """The value as JSON; the same value is the same bytes."""
        return self._shape.dump_json((value,))

    def read(self, stored: bytes) -> T:
        """The value that was written."""
        try:
            [value] = self._reader.validate_json(stored)
        except ValidationError:
            raise Damaged("What was stored has another shape than this version writes.") from None
        return value  # type: ignore[no-any-return]


def _without_limits(schema: Any) -> Any:
    if isinstance(schema, dict):
        text = schema.get("type") == "str"
        return {name: _without_limits(part) for name, part in schema.items() if not (text and name in _LIMITS)}
    return [_without_limits(part) for part in schema] if isinstance(schema, list) else schema


cases = Shape(Case)
directories = Shape(Directory)
letters = Shape(Letter)
grants = Shape(Grant)
_conversations = Shape(Conversation)
_persons = Shape(str)


def conversation_to_bytes(person: str, state: Conversation) -> bytes:
    """A conversation and whose it is: outside of what is sealed, the store knows nobody."""
    return _persons.write(person) + b"\n" + _conversations.write(state)


def conversation_from_bytes(stored: bytes) -> tuple[str, Conversation]:
    """Whose it is, and the conversation; an empty one if an older version wrote another shape and nothing is lost.

    Raises Damaged if a report was being written in it.
    """
    person, _, state = stored.partition(b"\n")
    try:
        return _persons.read(person), _conversations.read(state)
    except Damaged:
        if _has_draft(state):
            raise
        return _persons.read(person), Conversation()


def _has_draft(state: bytes) -> bool:
    """Whether there may be a draft in it: what cannot be read at all may hold one."""
    try:
        return bool(json.loads(state)[0]["draft"])
    except (ValueError, LookupError, TypeError):
        return not state.startswith(b"[{") or b'"draft"' in state
