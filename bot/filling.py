"""Forms filled in: what was sent, read against the fields that were shown. What a client sends is never trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.library import Library
from bot.matching.text import STORY_MAX, tidy
from bot.messages import Field

Sent = Mapping[str, tuple[str, ...]]
"""What a client sent: field → the text alone, or the values picked."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a form cannot be taken as it was filled in, for whoever filled it in."""

    problem: str


def read(library: Library, fields: tuple[Field, ...], sent: Sent) -> dict[str, tuple[str, ...]] | Wrong:
    """The values of all fields, made safe; empty where an optional one was left out. Wrong: the first thing amiss."""
    words = library.case_wording
    found: dict[str, tuple[str, ...]] = {}
    for field in fields:
        if field.kind != "text":
            offered = {option.value for option in field.options}
            picked = tuple(value for value in dict.fromkeys(sent.get(field.name, ())) if value in offered)
            found[field.name] = picked[:1] if field.kind == "choice" else picked
            if not picked and not field.optional:
                return Wrong(words.choose_one.format(field=field.label))
            continue
        text = tidy("".join(sent.get(field.name, ())[:1])[: STORY_MAX + 1])
        if len(text) > field.limit:
            return Wrong(words.too_long.format(field=field.label, count=len(text), limit=field.limit))
        if not text and not field.optional:
            return Wrong(words.fill_in.format(field=field.label))
        found[field.name] = (text,) if text else ()
    return found


def one(filled: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """The fields that were filled in, each with its one value."""
    return {name: values[0] for name, values in filled.items() if values}


def again(fields: tuple[Field, ...], sent: Sent) -> tuple[Field, ...]:
    """The same fields with what was sent still in them."""
    return tuple(replace(field, value=sent.get(field.name, field.value)) for field in fields)
