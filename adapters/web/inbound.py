"""What the playground page sends, turned into events. Pure: plain dictionaries in, events out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.events import Actor, ChoicePicked, ConversationOpened, Event, TextReceived

_KEY_MAX = 80


class BadRequest(Exception):
    """The page sent something that no page of ours sends. The message says what was expected."""


def to_event(payload: object, organisation: str, people: frozenset[str], at: datetime) -> Event:
    """Read one posted event. Raises BadRequest if it has not the form that the page sends."""
    if not isinstance(payload, Mapping):
        raise BadRequest("Send a JSON object.")
    person, key = payload.get("person"), payload.get("key")
    if not isinstance(person, str) or person not in people:
        raise BadRequest("person must be one of the sample people.")
    if not isinstance(key, str) or not 8 <= len(key) <= _KEY_MAX or not key.isascii():
        raise BadRequest("key must be a string of 8 to 80 plain characters, new for every event.")
    actor = Actor(organisation=organisation, person=person)
    match payload.get("kind"), payload.get("text"), payload.get("value"):
        case "text", str() as text, _:
            return TextReceived(actor=actor, key=key, at=at, text=text)
        case "choice", _, str() as value if len(value) <= _KEY_MAX * 3:
            return ChoicePicked(actor=actor, key=key, at=at, value=value)
        case "opened", _, _:
            return ConversationOpened(actor=actor, key=key, at=at)
        case _:
            raise BadRequest('kind must be "text" with text, "choice" with value, or "opened".')
