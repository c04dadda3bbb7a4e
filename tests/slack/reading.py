"""What people see in Slack, read back into the assistant's own blocks, so that one script serves every platform."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from html import unescape
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from adapters.slack.blocks import ASK, CHOICE, FIELD, FIND, LINK, SEND, TEXT, TICKS
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

_KINDS: Mapping[str, Literal["text", "choice", "many"]] = {
    "plain_text_input": "text",
    "radio_buttons": "choice",
    "static_select": "choice",
    "checkboxes": "many",
    "multi_static_select": "many",
}


def read_message(message: Json) -> Message:
    """A chat message, with its fallback text as the summary."""
    return Message(summary=unescape(str(message.get("text", ""))), blocks=_read(message))


def read_view(view: Json) -> Message:
    """A modal, which is private, or a home."""
    title = str(view.get("title", {}).get("text", ""))
    return Message(summary=title, blocks=_read(view), private=view["type"] == "modal")


def elements(shown: Json) -> Iterator[tuple[Json, Json]]:
    """Everything in a message or view that can be used, and the block it is in."""
    for block in shown.get("blocks", ()):
        inside = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
        yield from ((block, part) for part in inside if isinstance(part, Mapping) and "action_id" in part)


def element_for(shown: Json, value: str) -> Json | None:
    """The button or list by which this value is picked, as Slack sends it back; None if it is not there."""
    for _, part in elements(shown):
        if part["action_id"].partition(":")[0] not in (CHOICE, FIND):
            continue
        if part.get("value") == value:
            return part
        picked = next((option for option in part.get("options", ()) if option["value"] == value), None)
        if picked:
            return {"type": part["type"], "action_id": part["action_id"], "selected_option": picked}
    return None


def filled_in(
    shown: Json,
    text: str = "",
    ticked: Iterable[str] = (),
    fields: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    number: str = "0",
) -> dict[str, Any]:
    """What is in a form as Slack sends it back, by block and action; nothing but this is in it."""
    wanted, values = set(ticked), dict[str, Any]()
    for place, (block, part) in enumerate(elements(shown)):
        name, form, rest = (*part["action_id"].split(":", 2), "", "")[:3]
        if name not in (TEXT, TICKS, FIELD) or form != number:
            continue
        if name == TEXT:
            used: Json = {"value": text or None}
        elif name == TICKS:
            used = _used(part, wanted)
        else:
            used = _used(part, fields.get(rest.partition(":")[2], ()))
        values[block.get("block_id", f"block{place}")] = {part["action_id"]: {"type": part["type"], **used}}
    return values


def _used(part: Json, given: Collection[str]) -> Json:
    """What Slack says of an element into which this was written, or in which these were picked."""
    if part["type"] == "plain_text_input":
        return {"value": "".join(given) or None}
    picked = [option for option in part["options"] if option["value"] in given]
    if part["type"] in ("radio_buttons", "static_select"):
        return {"selected_option": picked[0] if picked else None}
    return {"selected_options": picked}


def _read(shown: Json) -> tuple[Block, ...]:
    reader = _Reader(shown)
    for block in shown.get("blocks", ()):
        reader.block(block)
    return tuple(reader.read)


class _Reader:
    """Reads block after block; lists to tick and forms are put together from their parts, and named by their button."""

    def __init__(self, shown: Json) -> None:
        self._modal = shown.get("type") == "modal"
        self._form = str(shown.get("callback_id", ""))
        self._submit = str(shown.get("submit", {}).get("text", ""))
        self._ticks: dict[str, Ticks] = {}
        self._forms: dict[str, Form] = {}
        self.read: list[Block] = []

    def block(self, block: Json) -> None:
        match block["type"]:
            case "header":
                self.read.append(Notice(text=block["text"]["text"], urgent=True))
            case "context":
                self.read += [Notice(text=part["text"]) for part in block["elements"]]
            case "section" if "accessory" in block:
                self._part(block["accessory"], block["text"]["text"])
            case "section":
                self.read.append(Paragraph(text=block["text"]["text"]))
            case "input" if block["element"]["action_id"].startswith(f"{FIELD}:"):
                self._field(block)
            case "input":
                self._part(block["element"], block["label"]["text"])
            case "actions":
                for part in block["elements"]:
                    self._part(part, "")
            case "rich_text":
                self.read += _rich(block["elements"], written=self._modal)

    def _part(self, part: Json, label: str) -> None:
        name, _, number = part["action_id"].partition(":")
        if name == TEXT:
            before, limit = part.get("initial_value", ""), part["max_length"]
            self.read.append(TextBox(form=self._form, label=label, send=self._submit, text=before, limit=limit))
        elif name == TICKS:
            self._tick(part, label, number.partition(":")[0])
        elif name == SEND and number in self._ticks:
            known = self._ticks[number]
            named = Ticks(form=part["value"], label=known.label, options=known.options, ticked=known.ticked, send="")
            self.read[self.read.index(known)] = named
        elif name == SEND and number in self._forms:
            self._keep(number, replace(self._forms[number], form=part["value"], send=part["text"]["text"]))
        elif name == LINK:
            self.read.append(Link(label=part["text"]["text"], url=part["url"]))
        elif name == CHOICE:
            if label:
                self.read.append(Paragraph(text=label))
            own = [_option(part)] if part["type"] == "button" else [_option(option) for option in part["options"]]
            self.read.append(Choices(prompt="", options=tuple(own)))
        else:
            assert name in (ASK, FIND, SEND), f"nobody knows what {name} is"

    def _field(self, block: Json) -> None:
        part = block["element"]
        _, number, _, name = part["action_id"].split(":", 3)
        form = self._forms.get(number) or Form(form=self._form, fields=(), send=self._submit)
        kind = "choice" if part.get("max_selected_items") == 1 else _KINDS[part["type"]]
        started = [*part.get("initial_options", ()), *filter(None, [part.get("initial_option")])]
        field = Field(
            name=name,
            kind=kind,
            label=block["label"]["text"],
            help=block.get("hint", {}).get("text", ""),
            options=tuple(_option(option) for option in part.get("options", ())),
            value=tuple(filter(None, [part.get("initial_value"), *(option["value"] for option in started)])),
            optional=block["optional"],
            limit=part.get("max_length", 3000),
        )
        *before, last = *form.fields, field
        if before and before[-1].name == name:  # more options than one list holds
            known = before.pop()
            last = replace(last, options=(*known.options, *last.options), value=(*known.value, *last.value))
        self._keep(number, replace(form, fields=(*before, last)))

    def _keep(self, number: str, form: Form) -> None:
        known = self._forms.get(number)
        if known:
            self.read[self.read.index(known)] = form
        else:
            self.read.append(form)
        self._forms[number] = form

    def _tick(self, part: Json, label: str, number: str) -> None:
        options = tuple(_option(option) for option in part["options"])
        ticked = tuple(option["value"] for option in part.get("initial_options", ()))
        known = self._ticks.get(number)
        if known:
            options, ticked = (*known.options, *options), (*known.ticked, *ticked)
        self._ticks[number] = Ticks(form=self._form, label=label, options=options, ticked=ticked, send=self._submit)
        if known:
            self.read[self.read.index(known)] = self._ticks[number]
        else:
            self.read.append(self._ticks[number])


def _option(part: Json) -> Option:
    return Option(label=part["text"]["text"], value=part.get("value", ""))


def _rich(parts: list[Json], *, written: bool) -> Iterator[Block]:
    lists = [part for part in parts if part["type"] == "rich_text_list"]
    if parts[0]["type"] == "rich_text_quote":
        yield Quote(text=_words(parts[:1]), source=_words(parts[1:]))
    elif lists or len(parts) > 1:
        title, *lines = parts
        steps = lists[0]["elements"] if lists else lines
        yield Steps(title="" if title in lists else _words([title]), steps=tuple(_words([step]) for step in steps))
    else:
        yield _labelled(parts[0]["elements"], written=written)


def _labelled(runs: list[Json], *, written: bool) -> Block:
    texts = [run["text"] for run in runs]
    bold = [run.get("style", {}).get("bold", False) for run in runs]
    if not any(bold):
        return Paragraph(text="".join(texts))
    if len(runs) == 1:
        return Notice(text=texts[0], urgent=True)
    if texts[0].endswith(": "):
        rows = zip(texts[::2], texts[1::2], strict=False)
        return Facts(rows=tuple((label.removesuffix(": "), value.removesuffix("\n")) for label, value in rows))
    label, text = texts[0], texts[1].removeprefix("\n")
    return Written(label=label, text=text) if written else Verdict(kind="info", word=label, headline=text)


def _words(parts: Iterable[Json]) -> str:
    return "".join(run["text"] if "text" in run else _words([run]) for part in parts for run in part["elements"])
