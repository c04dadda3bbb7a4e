"""Forms of several fields: what their inputs are called, what their button tells of them, and how both are read back.

The button carries the fields' own words, never what is in them, so that a form that could not be saved is shown again
as it was, whichever process answers. A client can forge all of it, and would only deceive itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal, TypeAlias, get_args
from urllib.parse import unquote

from adapters.teams.limits import FORM_TOLD_MAX, weight
from bot.messages import Field, Form, Option

Json: TypeAlias = dict[str, Any]
Kind: TypeAlias = Literal["text", "choice", "many"]

FIELD = "field"
_NAME = re.compile(r"[a-z0-9_-]{1,60}")
_FIELDS_MAX = 500  # more than a card has room for


def can_be_asked(field: Field) -> bool:
    """Whether what is put into this field could be told from everything else that a client sends."""
    return _NAME.fullmatch(field.name) is not None


def input_id(number: int, field: Field) -> str:
    """What the input of a field is called, in the form of this number on a card."""
    return f"{FIELD}:{number}:{field.kind}:{field.name}"


def told_of(form: Form, asked: Iterable[Field]) -> Json:
    """What the button of a form tells of it. Where there is no room for all options, the longest lists are left out."""
    fields = [_told(field) for field in asked]
    told = {"send": form.send, "fields": fields}
    room = FORM_TOLD_MAX - weight(form.form)
    over = weight(told) - room
    for heaviest in sorted(fields, key=weight, reverse=True):
        if over > 0:
            over -= weight(heaviest.pop("options", ""))
    return told if weight(told) <= room else {}


def read_form(form: str, meaning: Mapping[str, Any], data: Mapping[Any, Any]) -> Form | None:
    """The form as it was sent, with what was filled in; None if it is none of several fields. Never an exception.

    What was picked is among the options even if the button could not tell them; it is called by its value then.
    """
    given = _given(data, str(meaning.get("number", 0)))
    fields = {field.name: field for field in _fields(meaning)}
    for (kind, name), values in given.items():
        field = replace(fields.get(name) or Field(name=name, kind=kind, label=name), kind=kind, value=values)
        known = {option.value for option in field.options}
        unknown = () if kind == "text" else tuple(Option(label=v, value=v) for v in values if v not in known)
        fields[name] = replace(field, options=(*field.options, *unknown))
    return Form(form=form, fields=tuple(fields.values()), send=_text(meaning, "send")) if fields else None


def _given(data: Mapping[Any, Any], number: str) -> dict[tuple[Kind, str], tuple[str, ...]]:
    """By kind and name, what was written as it was written, or what was picked, decoded; nothing that is empty."""
    given: dict[tuple[Kind, str], dict[str, None]] = {}
    for id_, value in data.items():
        match str(id_).split(":"):
            case [start, of, "text" | "choice" | "many" as kind, name, *_] if (start, of) == (FIELD, number):
                if value and isinstance(value, str) and _NAME.fullmatch(name) and len(given) < _FIELDS_MAX:
                    values = [value] if kind == "text" else _picked(value)
                    given.setdefault((kind, name), {}).update(dict.fromkeys(values))  # long lists come in parts
    return {
        (kind, name): tuple(values) if kind == "many" else tuple(values)[:1]
        for (kind, name), values in given.items()
        if values
    }


def _picked(value: str) -> list[str]:
    return [unquote(part) for part in value.split(",") if part]


def _told(field: Field) -> Json:
    told: Json = {"name": field.name, "kind": field.kind, "label": field.label}
    told |= {"help": field.help} if field.help else {}
    told |= {"options": [[option.label, option.value] for option in field.options]} if field.options else {}
    told |= {"limit": field.limit} if field.kind == "text" else {}
    return told | ({"optional": True} if field.optional else {})


def _fields(meaning: Mapping[str, Any]) -> Iterator[Field]:
    told = meaning.get("fields")
    for each in told[:_FIELDS_MAX] if isinstance(told, list) else ():
        if not isinstance(each, Mapping) or each.get("kind") not in get_args(Kind):
            continue
        limit, options = each.get("limit"), each.get("options")
        field = Field(
            name=_text(each, "name"),
            kind=each["kind"],
            label=_text(each, "label"),
            help=_text(each, "help"),
            options=tuple(_options(options if isinstance(options, list) else [])),
            optional=each.get("optional") is True,
        )
        if can_be_asked(field):
            yield replace(field, limit=limit) if isinstance(limit, int) else field


def _options(told: list[Any]) -> Iterator[Option]:
    for each in told:
        match each:
            case [str(label), str(value)]:
                yield Option(label=label, value=value)


def _text(found: Mapping[str, Any], key: str) -> str:
    value = found.get(key)
    return value if isinstance(value, str) else ""
