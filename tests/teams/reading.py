"""What people see in Teams, read back into the assistant's own blocks, so that one script serves every platform."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeAlias
from urllib.parse import unquote

from adapters.teams.cards import FORM, OURS, TEXT, TICKS, encoded
from adapters.teams.forms import FIELD
from bot.messages import (
    Block,
    Choices,
    Facts,
    Field,
    Form,
    Link,
    Message,
    Notice,
    Option,
    Paragraph,
    Quote,
    Steps,
    TextBox,
    Ticks,
    Verdict,
    Written,
)

Json: TypeAlias = Mapping[str, Any]
Given: TypeAlias = Mapping[str, str | tuple[str, ...]]
"""What is put into a form of several fields, by their names: words, or the values picked."""

NOTHING: Given = MappingProxyType({})


def card_of(activity: Json) -> dict[str, Any]:
    """The card of a message."""
    content: dict[str, Any] = activity["attachments"][0]["content"]
    return content


def read_message(activity: Json) -> Message:
    """A chat message, with what notifications and lists of chats show as its summary."""
    return Message(summary=str(activity["summary"]), blocks=_read(card_of(activity), in_dialog=False))


def read_card(card: Json) -> Message:
    """A card that took the place of another."""
    return Message(summary=str(card["fallbackText"]), blocks=_read(card, in_dialog=False))


def read_dialog(dialog: Json) -> Message:
    """A dialog, which is private."""
    return Message(summary=str(dialog["title"]), blocks=_read(dialog["card"]["content"], in_dialog=True), private=True)


def actions(card: Json) -> Iterator[Json]:
    """Everything in a card that can be pressed."""
    yield from (action for element in card["body"] if element["type"] == "ActionSet" for action in element["actions"])


def action_for(card: Json, value: str) -> Json | None:
    """The button that picks this value; None if it is not there."""
    return next((action for action in actions(card) if _meaning(action).get("value") == value), None)


def action_of_form(card: Json, form: str) -> Json | None:
    """The button that sends this form; None if it is not there."""
    return next((action for action in actions(card) if _meaning(action).get(FORM) == form), None)


def _meaning(action: Json) -> Json:
    """What a button means to us; nothing if it opens a page."""
    meaning: Json = action.get("data", {}).get(OURS, {})
    return meaning


def filled_in(
    card: Json, action: Json, text: str = "", ticked: Iterable[str] = (), fields: Given = NOTHING
) -> dict[str, Any]:
    """What a client sends with the button of a form: its own data, and everything that was put into the card.

    `fields` are those of a form of several: what is not among them is sent as it stands there.
    """
    wanted, data, number = {encoded(value) for value in ticked}, dict(action["data"]), action["data"][OURS]["number"]
    for element in card["body"]:
        name, _, rest = str(element.get("id", "")).partition(":")
        if name == TEXT:
            data[element["id"]] = text if rest == str(number) else element.get("value", "")
        elif name == TICKS:
            given = [choice["value"] for choice in element["choices"] if choice["value"] in wanted]
            data[element["id"]] = ",".join(given) if rest.startswith(f"{number}:") else element.get("value", "")
        elif name == FIELD:
            data[element["id"]] = _put_into(element, fields)
    return data


def _put_into(element: Json, fields: Given) -> str:
    """What a client sends of one input, after somebody has filled it in, or left it alone."""
    kind, name = element["id"].split(":")[2:4]
    if name not in fields:
        return str(element.get("value", ""))
    values = (given,) if isinstance(given := fields[name], str) else given
    if kind == "text":
        return "\n".join(values)
    wanted = [encoded(value) for value in values]
    offered = [choice["value"] for choice in element["choices"]]
    # Of lines to tick, each list sends its own; anything can be forged where one is picked.
    return ",".join(value for value in wanted if kind == "choice" or value in offered)


def _read(card: Json, *, in_dialog: bool) -> tuple[Block, ...]:
    reader = _Reader(in_dialog=in_dialog)
    for element in card["body"]:
        reader.element(element)
    return tuple(reader.read)


class _Reader:
    """Reads element after element: what belongs to a heading, a label or a form is put together again."""

    def __init__(self, *, in_dialog: bool) -> None:
        self._in_dialog = in_dialog
        self._text: tuple[str, str, int] | None = None
        self._ticks: tuple[str, list[Option], list[str]] | None = None
        self._fields: dict[str, Field] = {}
        self.read: list[Block] = []

    def element(self, element: Json) -> None:
        match element["type"]:
            case "TextBlock":
                self.read.append(Verdict(kind="info", word=_plain(element["text"]), headline=""))
            case "Container" if element["style"] == "attention":
                self.read.append(Notice(text=_plain(element["items"][0]["text"]), urgent=True))
            case "Container":
                words, *source = [_words(item) for item in element["items"]]
                self.read.append(Quote(text=words, source=" ".join(source)))
            case "Input.Text" | "Input.ChoiceSet" if element["id"].startswith(f"{FIELD}:"):
                self._field(element)
            case "RichTextBlock" if self._fields and element.get("spacing") == "small":
                field = list(self._fields.values())[-1]
                self._fields[field.name] = replace(field, help=_words(element))
            case "RichTextBlock":
                self._rich(element["inlines"])
            case "Input.Text":
                self._text = (_literal(element["label"]), element.get("value", ""), element["maxLength"])
            case "Input.ChoiceSet":
                _, options, ticked = self._ticks or ("", [], [])
                options += [Option(label=_plain(c["title"]), value=c["value"]) for c in element["choices"]]
                ticked += [value for value in element.get("value", "").split(",") if value]
                self._ticks = (_literal(element["label"]), options, ticked)
            case "ActionSet":
                self._buttons(element["actions"])

    def _rich(self, runs: list[Json]) -> None:
        first = runs[0]
        text, before = _literal("".join(run["text"] for run in runs)), self.read[-1] if self.read else None
        if first.get("weight") == "bolder" and len(runs) == 2:
            row = (_literal(first["text"]).removesuffix(": "), _literal(runs[1]["text"]))
            rows = before.rows if isinstance(before, Facts) else ()
            self.read[len(self.read) - bool(rows) :] = [Facts(rows=(*rows, row))]
        elif first.get("weight") == "bolder":
            self.read.append(Written(label=text, text="") if self._in_dialog else Steps(title=text, steps=()))
        elif first.get("isSubtle"):
            self.read.append(Notice(text=text))
        elif isinstance(before, Verdict) and not before.headline:
            self.read[-1] = Verdict(kind="info", word=before.word, headline=text)
        elif isinstance(before, Written) and not before.text and not re.match(r"1\. ", text):
            self.read[-1] = Written(label=before.label, text=text)
        elif isinstance(before, Steps | Written) and (not self._has_steps(before) or re.match(r"\d+\. ", text)):
            title, steps = (before.title, before.steps) if isinstance(before, Steps) else (before.label, ())
            self.read[-1] = Steps(title=title, steps=(*steps, re.sub(r"^\d+\. ", "", text)))
        else:
            self.read.append(Paragraph(text=text))

    @staticmethod
    def _has_steps(block: Steps | Written) -> bool:
        return bool(block.steps if isinstance(block, Steps) else block.text)

    def _field(self, element: Json) -> None:
        _, _, kind, name, *_ = element["id"].split(":")
        field = self._fields.get(name) or Field(name=name, kind=kind, label=_literal(element["label"]))
        if kind == "text":
            value = (element["value"],) if element.get("value") else ()
            self._fields[name] = replace(field, value=value, limit=element["maxLength"])
            return
        options = [Option(label=_plain(c["title"]), value=_decoded(c["value"])) for c in element["choices"]]
        before = [_decoded(value) for value in element.get("value", "").split(",") if value]
        self._fields[name] = replace(field, options=(*field.options, *options), value=(*field.value, *before))

    def _buttons(self, pressed: list[Json]) -> None:
        for action in pressed:
            if action["type"] == "Action.OpenUrl":
                self.read.append(Link(label=action["title"], url=action["url"]))
                continue
            meaning, label = action["data"][OURS], action["title"]
            if form := meaning.get(FORM):
                self._form(form, label)
            else:
                self.read.append(Choices(prompt="", options=(Option(label=label, value=meaning["value"]),)))

    def _form(self, form: str, send: str) -> None:
        if self._text:
            label, text, limit = self._text
            self.read.append(TextBox(form=form, label=label, send=send, text=text, limit=limit))
        if self._ticks:
            label, shown, ticked = self._ticks
            real = {option.value: Option(label=option.label, value=_decoded(option.value)) for option in shown}
            before = tuple(_decoded(value) for value in ticked)
            self.read.append(Ticks(form=form, label=label, options=tuple(real.values()), ticked=before, send=send))
        if self._fields:
            self.read.append(Form(form=form, fields=tuple(self._fields.values()), send=send))
        self._text = self._ticks = None
        self._fields = {}


def _words(element: Json) -> str:
    return _literal("".join(run["text"] for run in element["inlines"]))


def _plain(text: str) -> str:
    """Markdown as it is shown."""
    return re.sub(r"\\(.)", r"\1", _literal(text))


def _literal(text: str) -> str:
    return text.replace("{\u2060{", "{{")


def _decoded(value: str) -> str:
    return unquote(value)
