"""The assistant's blocks as elements of an Adaptive Card 1.5. Running text is rich text only, in which Teams takes
nothing for Markdown, a mention or a link; where only Markdown is possible (headings, lines to tick) it is escaped.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, TypeAlias, TypeVar, assert_never
from urllib.parse import quote as percent_encoded
from urllib.parse import urlsplit

from adapters.teams.forms import can_be_asked, input_id, told_of
from adapters.teams.limits import (
    BUTTONS_IN_A_ROW,
    CHOICE_MAX,
    CHOICES_IN_A_LIST,
    CHOICES_IN_SIGHT,
    INPUT_LABEL_MAX,
    INPUT_TEXT_MAX,
    LABEL_MAX,
    ROW_LABELS_MAX,
    TEXT_MAX,
    VALUE_MAX,
    brief,
    size,
    split,
    units,
)
from bot.messages import (
    Block,
    Choices,
    Facts,
    Field,
    Form,
    Link,
    Notice,
    Option,
    Paragraph,
    Quote,
    Silent,
    Steps,
    TextBox,
    Ticks,
    Verdict,
    Written,
)

Json: TypeAlias = dict[str, Any]
T = TypeVar("T")

OURS = "candour"
"""Under this name stands what a button means, beside what clients add; `inbound` reads it."""

# Verbs of buttons that change their card in place, and what ids of inputs begin with.
CHOICE: Literal["choice"] = "choice"
FORM: Literal["form"] = "form"
REFRESH: Literal["refresh"] = "refresh"
TEXT = "text"
TICKS = "ticks"

_ALONE = {"associatedInputs": "None"}
_OPENING = re.compile(r"draft:[^:]+:(write|review|change)(:|$)|case:|mine:|decide:|signal:|figures$")
_MARKDOWN = re.compile(r"[\\`*_~\[\]]|<(?=[A-Za-z/!?])|&(?=#?\w+;)|^[#>]|^[-+](?=[ -]|$)")
_NUMBER = re.compile(r"^(\d{1,9})([.)])(?= |$)")
_FUNCTION = re.compile(r"\{\{(?=(?:DATE|TIME)\()")


def opens_dialog(value: str) -> bool:
    """Whether this choice of a chat message leads to something private, and therefore into a dialog."""
    return _OPENING.match(value) is not None


class Pen:
    """Draws the blocks of one card, and numbers its inputs, so that each id is there once.

    In a chat, `opens` tells which choices open a dialog; without it the card stands in a dialog itself. `shows` is
    what a card asks for that is refreshed: its buttons tell it as well, because a dialog cannot replace the card.
    """

    def __init__(self, opens: Callable[[str], bool] | None, shows: str = "") -> None:
        self._opens = opens
        self._shows = {"shows": shows} if shows else {}
        self._forms = itertools.count()

    def draw(self, block: Block) -> list[Json]:
        """Every block of ours as one or more elements, or as none if it is empty."""
        match block:
            case Paragraph(text=text):
                return paragraphs(text)
            case Verdict(word=word, headline=headline) | Silent(word=word, headline=headline):
                return [*heading(word), *paragraphs(headline)]
            case Quote(text=text, source=source):
                return _quote(text, source)
            case Facts(rows=rows):
                return [element for label, value in rows for element in _fact(label, value)]
            case Steps(title=title, steps=steps):
                return _steps(title, steps)
            case Choices(prompt=prompt, options=options, quiet=quiet):
                return [*(small(prompt) if quiet else paragraphs(prompt)), *self._buttons(options)]
            case TextBox():
                return self._text_box(block)
            case Ticks():
                return self._ticks(block)
            case Form():
                return self._form(block)
            case Link(label=label, url=url):
                return _link(label, url)
            case Written(label=label, text=text, options=options):
                return [*bold(label), *paragraphs(text), *self._buttons(options)]
            case Notice(text=text, urgent=True):
                return [_container("attention", piece) for piece in heading(text)]
            case Notice(text=text):
                return small(text)
            case _:
                assert_never(block)

    def _buttons(self, options: Sequence[Option]) -> list[Json]:
        """Buttons in rows. What has no room on a button is shown as text."""
        longer = [o.label for o in options if size(o.label) > LABEL_MAX or size(o.value) > VALUE_MAX]
        fitting = [option for option in options if size(option.value) <= VALUE_MAX]
        elements = [element for label in longer for element in paragraphs(label)]
        return [*elements, *(_row(self._button(option) for option in some) for some in _rows(fitting))]

    def _button(self, option: Option) -> Json:
        """A choice. It sends nothing of what was typed or ticked beside it."""
        meaning = {"value": option.value}
        if self._opens is not None and self._opens(option.value):
            return {**_submit(option.label, meaning | self._shows, {"msteams": {"type": "task/fetch"}}), **_ALONE}
        return self._action(CHOICE, {**_submit(option.label, meaning), **_ALONE})

    def _action(self, verb: Literal["choice", "form"], submit: Json) -> Json:
        """In a chat, a button whose card changes in place; clients that cannot do that send it as a message."""
        if self._opens is None:
            return submit
        return {**submit, "type": "Action.Execute", "verb": verb, "fallback": submit}

    def _text_box(self, box: TextBox) -> list[Json]:
        number = next(self._forms)
        asked = _text_input(f"{TEXT}:{number}", box.label, box.text, box.limit)
        return [*asked, self._send(box.send, {"form": box.form, "number": number})]

    def _ticks(self, ticks: Ticks) -> list[Json]:
        number = next(self._forms)
        asked = _tick_lists(f"{TICKS}:{number}", ticks.label, ticks.options, ticks.ticked)
        return [*asked, self._send(ticks.send, {"form": ticks.form, "number": number})]

    def _form(self, form: Form) -> list[Json]:
        number = next(self._forms)
        asked: dict[str, Field] = {}
        elements: list[Json] = []
        for field in form.fields:
            if field.name in asked or not can_be_asked(field):
                elements += [*bold(field.label), *small(field.help), *paragraphs(", ".join(field.value))]
            else:
                asked[field.name] = field
                elements += _field(input_id(number, field), field)
        meaning = {"form": form.form, "number": number, **told_of(form, asked.values())}
        return [*elements, self._send(form.send, meaning)]

    def _send(self, label: str, meaning: Json) -> Json:
        return _row([self._action(FORM, {**_submit(label, meaning), "style": "positive"})])


def paragraphs(text: str) -> list[Json]:
    """Running text."""
    return [_rich(_run(piece)) for piece in split(text, TEXT_MAX)]


def bold(text: str) -> list[Json]:
    """Running text of more weight."""
    return [_rich(_run(piece, weight="bolder")) for piece in split(text, TEXT_MAX)]


def small(text: str) -> list[Json]:
    """Running text of less weight."""
    return [_rich(_run(piece, size="small", isSubtle=True)) for piece in split(text, TEXT_MAX)]


def heading(text: str) -> list[Json]:
    """Text that is seen first, and that screen readers find as a heading."""
    look = {"style": "heading", "weight": "bolder", "size": "large", "wrap": True}
    pieces = (piece for line in text.splitlines() for piece in split(line, TEXT_MAX // 2))
    return [{"type": "TextBlock", "text": markdown_escaped(piece), **look} for piece in pieces]


def literal(text: str) -> str:
    """Text for a place without Markdown: what cards would take for the function of a date is kept from being one."""
    return _FUNCTION.sub("{\u2060{", text)


def markdown_escaped(text: str) -> str:
    """A line that shows as it stands where Markdown is understood. Words as people write them stay unchanged."""
    escaped = _MARKDOWN.sub(r"\\\g<0>", literal(" ".join(text.split())))
    return _NUMBER.sub(r"\1\\\2", escaped)


def encoded(value: str) -> str:
    """What a ticked line stands for, as a client can send it: it joins several by commas."""
    return percent_encoded(value, safe="@:/+ ", errors="replace")


def _fact(label: str, value: str) -> list[Json]:
    """A bold label, and its value behind it."""
    if not label.strip() or not value.strip() or size(label) + size(value) > TEXT_MAX:
        return [*bold(label), *paragraphs(value)]
    return [_rich(_run(f"{label}: ", weight="bolder"), _run(value))]


def _quote(text: str, source: str) -> list[Json]:
    quoted = [_rich(_run(piece)) for piece in split(text, TEXT_MAX)]
    quoted += [_rich(_run(piece, italic=True, size="small")) for piece in split(source, TEXT_MAX)]
    # One container, so that words and source stay together; each its own only where that would be too much at once.
    if size(text) + size(source) <= TEXT_MAX:
        return [_container("emphasis", *quoted)] if quoted else []
    return [_container("emphasis", element) for element in quoted]


def _steps(title: str, steps: Sequence[str]) -> list[Json]:
    """A bold title and a numbered list; a single step needs no number."""
    elements = bold(title)
    shown = [step for step in steps if step.strip()]
    for number, step in enumerate(shown, start=1):
        first, *more = split(step, TEXT_MAX)
        elements.append(_rich(_run(f"{number}. {first}" if len(shown) > 1 else first)))
        elements += [_rich(_run(piece)) for piece in more]
    return elements


def _link(label: str, url: str) -> list[Json]:
    """A button that opens a page; what is no address of one is shown as text."""
    if not _is_page(url):
        return _fact(label, url)
    above = paragraphs(label) if size(label) > LABEL_MAX else []
    return [*above, _row([{"type": "Action.OpenUrl", "title": brief(label, LABEL_MAX), "url": url}])]


def _is_page(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and " " not in url and size(url) <= VALUE_MAX
    return plain and parts.scheme in ("http", "https") and bool(parts.hostname)


def _input(label: str, field: Json) -> list[Json]:
    """A field with its label, which is shown in full above if it is too long for one."""
    above = paragraphs(label) if size(label) > INPUT_LABEL_MAX else []
    return [*above, {**field, "label": literal(brief(label, INPUT_LABEL_MAX))}]


def _field(id_: str, field: Field) -> list[Json]:
    """One thing to fill in, and its help close under it: a card can show nothing between a label and its input."""
    match field.kind:
        case "text":
            asked = _text_input(id_, field.label, "\n".join(field.value), field.limit)
        case "choice":
            asked = _one_of(id_, field)
        case "many":
            asked = _tick_lists(id_, field.label, field.options, field.value)
        case _:
            assert_never(field.kind)
    return [*asked, *({**element, "spacing": "small"} for element in small(field.help))]


def _text_input(id_: str, label: str, text: str, most: int) -> list[Json]:
    """A box. What is in it already is never cut to fit: what it has no room for stands below."""
    inside, *beyond = [text] if units(text) <= INPUT_TEXT_MAX else split(text, INPUT_TEXT_MAX)
    limit = min(max(most, units(inside), 1), INPUT_TEXT_MAX)
    field: Json = {"type": "Input.Text", "id": id_, "isMultiline": True, "maxLength": limit}
    field |= {"value": inside} if inside else {}
    return [*_input(label, field), *(element for more in beyond for element in paragraphs(more))]


def _one_of(id_: str, field: Field) -> list[Json]:
    """Options of which one can be picked: in sight while they are few."""
    fitting, picked = _fitting(field.options), set(field.value)
    few = len(fitting) <= CHOICES_IN_SIGHT
    asked: Json = {"type": "Input.ChoiceSet", "id": id_, "style": "expanded" if few else "compact", "wrap": True}
    asked["choices"] = [_to_tick(option) for option in fitting.values()]
    before = [value for value, option in fitting.items() if option.value in picked]
    asked |= {"value": before[0]} if before else {}
    return [*(_input(field.label, asked) if fitting else paragraphs(field.label)), *_not_fitting(field.options)]


def _tick_lists(id_: str, label: str, options: Sequence[Option], ticked: Sequence[str]) -> list[Json]:
    """Lines to tick, in several lists where they are many."""
    fitting, picked = _fitting(options), set(ticked)
    elements: list[Json] = [] if fitting else paragraphs(label)
    for part, some in enumerate(_batches(list(fitting.values()), CHOICES_IN_A_LIST)):
        asked: Json = {"type": "Input.ChoiceSet", "id": f"{id_}:{part}"}
        asked |= {"isMultiSelect": True, "style": "expanded", "wrap": True}
        asked["choices"] = [_to_tick(option) for option in some]
        before = [encoded(option.value) for option in some if option.value in picked]
        elements += _input(label, asked | ({"value": ",".join(before)} if before else {}))
    return [*elements, *_not_fitting(options)]


def _fitting(options: Sequence[Option]) -> dict[str, Option]:
    """What a client can send, by what it sends, each once."""
    fitting: dict[str, Option] = {}
    for option in options:
        if 0 < size(value := encoded(option.value)) <= CHOICE_MAX:
            fitting.setdefault(value, option)
    return fitting


def _not_fitting(options: Sequence[Option]) -> list[Json]:
    """In full, what a line has no room for, or what cannot be picked at all."""
    shown = {option.label for option in _fitting(options).values() if size(option.label) <= CHOICE_MAX}
    left = dict.fromkeys(option.label for option in options if option.label not in shown)
    return [element for label in left for element in paragraphs(label)]


def _to_tick(option: Option) -> Json:
    return {"title": markdown_escaped(brief(option.label, CHOICE_MAX)), "value": encoded(option.value)}


def _submit(label: str, meaning: Json, more: Json | None = None) -> Json:
    return {"type": "Action.Submit", "title": brief(label, LABEL_MAX), "data": {**(more or {}), OURS: meaning}}


def _row(actions: Iterable[Json]) -> Json:
    return {"type": "ActionSet", "actions": list(actions)}


def _rows(options: Iterable[Option]) -> list[list[Option]]:
    """At most three a row, and fewer where their labels are long."""
    rows: list[list[Option]] = []
    room = 0
    for option in options:
        length = min(size(option.label), LABEL_MAX)
        if not rows or len(rows[-1]) == BUTTONS_IN_A_ROW or length > room:
            rows.append([])
            room = ROW_LABELS_MAX
        rows[-1].append(option)
        room -= length
    return rows


def _batches(things: Sequence[T], count: int) -> list[Sequence[T]]:
    return [things[start : start + count] for start in range(0, len(things), count)]


def _container(style: Literal["emphasis", "attention"], *items: Json) -> Json:
    return {"type": "Container", "style": style, "items": list(items)}


def _rich(*runs: Json) -> Json:
    return {"type": "RichTextBlock", "inlines": list(runs)}


def _run(text: str, **look: str | bool) -> Json:
    return {"type": "TextRun", "text": literal(text), **look}
