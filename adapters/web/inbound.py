"""What the playground page sends, turned into events. Pure: plain dictionaries in, events out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.events import (
    Actor,
    ChoicePicked,
    ConversationOpened,
    Event,
    FileOffered,
    FormClosed,
    FormSent,
    HomeOpened,
    TextReceived,
)

VALUE_MAX = 240
"""Characters in what a button, a form or a box to tick is called."""
FORM_TEXT_MAX = 40_000
"""Characters that a form may bring. What an answer can hold is less, and the core says so with the text kept."""
MINUTES_MAX = 60 * 24 * 40
"""How far the clock moves at once: past the end of every unfinished report."""

_KEY_MAX = 80
_TICKED_MAX = 500
_FIELDS_MAX = 40
_VALUES_MAX = 500  # in all fields of a form
_FIELD_NAME = re.compile(r"[a-z0-9-]{1,60}")
_TOO_LONG = f"This has more than {FORM_TEXT_MAX:,} characters. Shorten it, or send it in parts."
_KINDS = '"text" with text, "choice" with value, "form" with form, "closed", "file", "opened" or "home"'


class BadRequest(Exception):
    """The page sent something that no page of ours sends. The message says what was expected."""


def to_event(payload: object, organisation: str, people: frozenset[str], at: datetime, platform: str) -> Event:
    """Read one posted event. Raises BadRequest if it has not the form that the page sends.

    `platform` is what this chat is called, for those who begin a report in it.
    """
    if not isinstance(payload, Mapping):
        raise BadRequest("Send a JSON object.")
    person, key = payload.get("person"), payload.get("key")
    if not isinstance(person, str) or person not in people:
        raise BadRequest("person must be somebody in the directory.")
    if not isinstance(key, str) or not 8 <= len(key) <= _KEY_MAX or not key.isascii():
        raise BadRequest("key must be a string of 8 to 80 plain characters, new for every event.")
    actor = Actor(organisation=organisation, person=person)
    match payload.get("kind"), payload.get("text"), payload.get("value"):
        case "text", str() as text, _:
            return TextReceived(actor=actor, key=key, at=at, text=text)
        case "choice", _, str() as value if len(value) <= VALUE_MAX:
            return ChoicePicked(actor=actor, key=key, at=at, value=value, platform=platform)
        case "form", _, _:
            return _form(payload, actor, key, at)
        case "closed", _, _:
            return FormClosed(actor=actor, key=key, at=at)
        case "file", _, _:
            return FileOffered(actor=actor, key=key, at=at)
        case "opened", _, _:
            return ConversationOpened(actor=actor, key=key, at=at)
        case "home", _, _:
            return HomeOpened(actor=actor, key=key, at=at)
        case _:
            raise BadRequest(f"kind must be {_KINDS}.")


def to_step(payload: object) -> timedelta:
    """Read how far the clock shall move. Raises BadRequest unless it is forward and not too far at once."""
    minutes = payload.get("minutes") if isinstance(payload, Mapping) else None
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 1 <= minutes <= MINUTES_MAX:
        raise BadRequest(f"minutes must be a whole number from 1 to {MINUTES_MAX}.")
    return timedelta(minutes=minutes)


def _form(payload: Mapping[Any, object], actor: Actor, key: str, at: datetime) -> FormSent:
    form, text, ticked = payload.get("form"), payload.get("text", ""), payload.get("ticked", [])
    if not isinstance(form, str) or not 0 < len(form) <= VALUE_MAX:
        raise BadRequest(f"form must be a string of 1 to {VALUE_MAX} characters.")
    if not isinstance(text, str):
        raise BadRequest("text must be a string.")
    if len(text) > FORM_TEXT_MAX:
        raise BadRequest(_TOO_LONG)
    if not isinstance(ticked, list) or len(ticked) > _TICKED_MAX:
        raise BadRequest(f"ticked must be a list of at most {_TICKED_MAX} strings.")
    values = tuple(value for value in ticked if isinstance(value, str) and len(value) <= VALUE_MAX)
    if len(values) < len(ticked):
        raise BadRequest(f"ticked must hold strings of at most {VALUE_MAX} characters.")
    fields = _fields(payload.get("fields", {}))
    return FormSent(actor=actor, key=key, at=at, form=form, text=text, ticked=values, fields=fields)


def _fields(given: object) -> dict[str, tuple[str, ...]]:
    """What was filled in: name → the text alone, or the values picked."""
    if not isinstance(given, Mapping) or len(given) > _FIELDS_MAX:
        raise BadRequest(f"fields must be an object of at most {_FIELDS_MAX} names, each with a list of strings.")
    fields: dict[str, tuple[str, ...]] = {}
    for name, values in given.items():
        if not isinstance(name, str) or not _FIELD_NAME.fullmatch(name):
            raise BadRequest("The name of a field must have 1 to 60 small letters, digits and hyphens.")
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise BadRequest("Each of the fields must be a list of strings.")
        fields[name] = tuple(values)
    everything = [value for values in fields.values() for value in values]
    if len(everything) > _VALUES_MAX:
        raise BadRequest(f"fields must hold at most {_VALUES_MAX} strings in all.")
    if sum(map(len, everything)) > FORM_TEXT_MAX:
        raise BadRequest(_TOO_LONG)
    return fields
