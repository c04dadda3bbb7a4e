"""The assistant's blocks as Slack's. Only plain text and rich text are used, never mrkdwn: in neither is anything that
somebody wrote taken for a mention, a link or bold type, so that it arrives as it was typed.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any, TypeAlias, TypeVar, assert_never

from adapters.slack.limits import (
    BUTTON_LABEL_MAX,
    BUTTON_VALUE_MAX,
    BUTTONS_IN_A_ROW,
    BUTTONS_IN_ALL,
    CHECKBOXES_MAX,
    CONTEXT_TEXT_MAX,
    CUT,
    FIELD_NAME_MAX,
    HEADER_MAX,
    ID_MAX,
    INPUT_LABEL_MAX,
    INPUT_TEXT_MAX,
    OPTION_LABEL_MAX,
    OPTION_VALUE_MAX,
    PLACEHOLDER_MAX,
    RADIO_BUTTONS_MAX,
    SECTION_TEXT_MAX,
    SELECT_OPTIONS_MAX,
    URL_MAX,
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

# What ids begin with; `inbound` reads them.
CHOICE = "choice"
TEXT = "text"
TICKS = "ticks"
FIELD = "field"
SEND = "send"
ASK = "ask"
FIND = "find"
LINK = "link"
LETTER = "letter:"

_PAGE = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)


class Pen:
    """Draws the blocks of one message or view, and numbers what can be pressed, so that each id is there once.

    In a modal a form is sent by the modal's own button, elsewhere by one that is drawn below it.
    """

    def __init__(self, *, modal: bool = False) -> None:
        self._modal = modal
        self._choices = itertools.count()
        self._forms = itertools.count()
        self._links = itertools.count()

    def draw(self, block: Block) -> list[Json]:
        """Every block of ours as one or more of Slack's, or as none if it is empty."""
        match block:
            case Paragraph(text=text):
                return sections(text)
            case Verdict(word=word, headline=headline) | Silent(word=word, headline=headline):
                return _labelled(word, headline)
            case Quote(text=text, source=source):
                return _quote(text, source)
            case Facts(rows=rows):
                return _facts(rows)
            case Steps(title=title, steps=steps):
                return _steps(title, steps)
            case Choices(prompt=prompt, options=options, quiet=quiet):
                return [*(context(prompt) if quiet else sections(prompt)), *self._options(options, prompt)]
            case TextBox():
                return self._text_box(block)
            case Ticks():
                return self._ticks(block)
            case Form():
                return self._form(block)
            case Link():
                return self._link(block)
            case Written(label=label, text=text, options=options):
                return [*_labelled(label, text), *self._options(options)]
            case Notice(text=text, urgent=urgent):
                return heading(text) if urgent else context(text)
            case _:
                assert_never(block)

    def row(self, facts: Facts, option: Option) -> Json | None:
        """Facts and the one button that belongs to them in a single block; None if they are too long for it."""
        text = "\n".join(f"{label}: {value}" for label, value in facts.rows)
        if not text or size(text) > SECTION_TEXT_MAX or size(option.label) > BUTTON_LABEL_MAX:
            return None
        return {"type": "section", "text": plain(text), "accessory": self._button(option)}

    def _options(self, options: Sequence[Option], prompt: str = "") -> list[Json]:
        """Buttons, three a row; of more than nine, a list to open. What has no room on a button is shown as text."""
        longer = [o.label for o in options if size(o.label) > BUTTON_LABEL_MAX or size(o.value) > BUTTON_VALUE_MAX]
        blocks = [block for label in longer for block in sections(label)]
        options = [option for option in options if size(option.value) <= BUTTON_VALUE_MAX]
        if len(options) > BUTTONS_IN_ALL and all(0 < size(o.value) <= OPTION_VALUE_MAX for o in options):
            lists = (self._list(some, prompt) for some in _batches(options, SELECT_OPTIONS_MAX))
            return [*blocks, *map(_actions, lists)]
        return [*blocks, *map(_actions, _batches([self._button(option) for option in options], BUTTONS_IN_A_ROW))]

    def _button(self, option: Option) -> Json:
        label = plain(brief(option.label, BUTTON_LABEL_MAX))
        button = {"type": "button", "action_id": f"{CHOICE}:{next(self._choices)}", "text": label}
        return {**button, "value": option.value} if option.value else button

    def _list(self, options: Sequence[Option], prompt: str) -> list[Json]:
        placeholder = {"placeholder": plain(prompt)} if prompt and size(prompt) <= PLACEHOLDER_MAX else {}
        action = f"{CHOICE}:{next(self._choices)}"
        return [{"type": "static_select", "action_id": action, "options": _to_list(options), **placeholder}]

    def _link(self, link: Link) -> list[Json]:
        """A button that opens a page; an address that Slack would not take is shown as text."""
        if not _PAGE.fullmatch(link.url) or size(link.url) > URL_MAX:
            return sections(": ".join(filter(None, (link.label.strip(), link.url.strip()))))
        whole = sections(link.label) if size(link.label) > BUTTON_LABEL_MAX else []
        label, action = plain(brief(link.label, BUTTON_LABEL_MAX)), f"{LINK}:{next(self._links)}"
        return [*whole, _actions([{"type": "button", "action_id": action, "text": label, "url": link.url}])]

    def _text_box(self, box: TextBox) -> list[Json]:
        number = next(self._forms)
        element, beyond = _to_write(box.text, box.limit)
        element["action_id"] = f"{TEXT}:{number}"
        blocks = [*_input(f"{number}:{box.form}", box.label, element), *beyond]
        return blocks if self._modal else [*blocks, _send(number, box.form, box.send)]

    def _ticks(self, ticks: Ticks) -> list[Json]:
        number = next(self._forms)
        fitting, left = _offered(ticks.options)
        elements = [_to_tick(some, ticks.ticked) for some in _batches(fitting, SELECT_OPTIONS_MAX)]
        blocks: list[Json] = []
        for part, element in enumerate(elements):
            element["action_id"] = f"{TICKS}:{number}:{part}"
            if self._modal:
                blocks += _input(f"{number}:{part}:{ticks.form}", ticks.label, element, optional=True)
            else:
                *before, last = sections(ticks.label) or sections(CUT)
                blocks += [*before, {**last, "accessory": element}]
        if not elements:
            blocks += sections(ticks.label)
        blocks += left
        return blocks if self._modal and elements else [*blocks, _send(number, ticks.form, ticks.send)]

    def _form(self, form: Form) -> list[Json]:
        number, places = next(self._forms), itertools.count()
        blocks: list[Json] = []
        for field in form.fields:
            elements, beside = _to_fill_in(field)
            optional = field.optional or len(elements) > 1
            for element in elements:
                place = f"{number}:{next(places)}:{field.name}"
                element["action_id"] = f"{FIELD}:{place}"
                blocks += _input(f"{place}:{form.form}", field.label, element, help=field.help, optional=optional)
            if not elements:
                blocks += [*sections(field.label), *context(field.help)]
            blocks += beside
        can_be_sent = self._modal and any(block["type"] == "input" for block in blocks)
        return blocks if can_be_sent else [*blocks, _send(number, form.form, form.send)]


def plain(text: str) -> Json:
    """Text that is shown exactly as it stands; not even emoji codes are replaced."""
    return {"type": "plain_text", "text": text, "emoji": False}


def sections(text: str) -> list[Json]:
    """Running text."""
    return [{"type": "section", "text": plain(piece)} for piece in split(text, SECTION_TEXT_MAX)]


def context(text: str) -> list[Json]:
    """Small text."""
    return [{"type": "context", "elements": [plain(piece)]} for piece in split(text, CONTEXT_TEXT_MAX)]


def heading(text: str) -> list[Json]:
    """Text that is seen first: large, or bold if it is too long for that."""
    if 0 < size(text) <= HEADER_MAX and text.strip():
        return [{"type": "header", "text": plain(text)}]
    return [_rich([_line(_run(piece, bold=True))]) for piece in split(text, SECTION_TEXT_MAX)]


def _labelled(label: str, text: str) -> list[Json]:
    """A bold line, and text below it."""
    if size(label) > SECTION_TEXT_MAX // 2:
        return [*heading(label), *sections(text)]
    first, *more = split(text, SECTION_TEXT_MAX - size(label) - 1) or [""]
    runs = [_run(label, bold=True), _run(f"\n{first}" if label and first else first)]
    shown = [run for run in runs if run["text"].strip()]
    return [*([_rich([_line(*shown)])] if shown else []), *(block for piece in more for block in sections(piece))]


def _quote(text: str, source: str) -> list[Json]:
    pieces = split(text, SECTION_TEXT_MAX - min(size(source), SECTION_TEXT_MAX // 2))
    quoted = [_rich([{"type": "rich_text_quote", "elements": [_run(piece)]}]) for piece in pieces]
    if not quoted or size(source) > SECTION_TEXT_MAX // 2:
        return [*quoted, *context(source)]
    if source.strip():
        quoted[-1]["elements"].append(_line(_run(source, italic=True)))
    return quoted


def _facts(rows: Iterable[tuple[str, str]]) -> list[Json]:
    blocks: list[Json] = []
    short = [row for row in rows if any(part.strip() for part in row)]
    for fits, some in itertools.groupby(short, lambda row: _row_size(row) <= SECTION_TEXT_MAX):
        if not fits:
            blocks += [block for label, value in some for block in _labelled(label, value)]
            continue
        for group in _filled(some, _row_size):
            runs = [run for row in group for run in (_run(f"{row[0]}: ", bold=True), _run(f"{row[1]}\n"))]
            runs[-1] = _run(group[-1][1])
            blocks.append(_rich([_line(*(run for run in runs if run["text"]))]))
    return blocks


def _row_size(row: tuple[str, str]) -> int:
    return size(row[0]) + size(row[1]) + 3


def _steps(title: str, steps: Iterable[str]) -> list[Json]:
    """A bold title and a numbered list; a single step needs no number."""
    pieces = [(number, piece) for number, step in enumerate(steps) for piece in split(step, SECTION_TEXT_MAX)]
    numbered = len({number for number, _ in pieces}) > 1
    blocks: list[Json] = []
    for group in _filled(pieces, lambda piece: size(piece[1])):
        lines = [_line(_run(text)) for _, text in group]
        if not numbered:
            blocks.append(_rich(lines))
            continue
        ordered = {"type": "rich_text_list", "style": "ordered", "elements": lines}
        blocks.append(_rich([{**ordered, "offset": group[0][0]} if group[0][0] else ordered]))
    if not title.strip():
        return blocks
    if blocks and size(title) <= HEADER_MAX:
        blocks[0]["elements"].insert(0, _line(_run(title, bold=True)))
        return blocks
    return [*heading(title), *blocks]


def _input(identity: str, label: str, element: Json, *, help: str = "", optional: bool = False) -> Iterator[Json]:
    """A field with its label. The id of the block differs by question: Slack keeps what was typed for an id."""
    if size(label) > INPUT_LABEL_MAX:
        yield from sections(label)
    if size(help) > INPUT_LABEL_MAX:
        yield from context(help)
    identity = f"form:{identity}"
    if units(identity) > ID_MAX:
        identity = f"form:{sha256(identity.encode('utf-8', 'surrogatepass')).hexdigest()}"
    label = brief(label, INPUT_LABEL_MAX)
    hint = {"hint": plain(help)} if help.strip() and size(help) <= INPUT_LABEL_MAX else {}
    yield {
        "type": "input",
        "block_id": identity,
        "label": plain(label),
        "element": element,
        "optional": optional,
        **hint,
    }


def _to_write(text: str, limit: int) -> tuple[Json, list[Json]]:
    """A box with this text in it, and what of the text it cannot hold."""
    # Slack refuses a box that holds more than it may; what is in it already is never cut to fit.
    inside, *beyond = [text] if units(text) <= INPUT_TEXT_MAX else split(text, INPUT_TEXT_MAX) or [""]
    limit = min(max(limit, units(inside), 1), INPUT_TEXT_MAX)
    element: Json = {"type": "plain_text_input", "multiline": True, "max_length": limit}
    element |= {"initial_value": inside} if inside else {}
    return element, [block for piece in beyond for block in sections(piece)]


def _to_fill_in(field: Field) -> tuple[list[Json], list[Json]]:
    """The elements of a field, none if there is nothing to fill in; and as text what has no room in them."""
    if units(field.name) > FIELD_NAME_MAX:
        return [], sections("\n".join((*field.value, *(option.label for option in field.options))))
    match field.kind:
        case "text":
            element, beyond = _to_write("".join(field.value[:1]), field.limit)
            return [element], beyond
        case "choice":
            options, left = _offered(field.options)
            return _to_pick(options, field.value), left
        case "many":
            options, left = _offered(field.options)
            return [_to_tick(some, field.value) for some in _batches(options, SELECT_OPTIONS_MAX)], left
        case _:
            assert_never(field.kind)


def _offered(options: Sequence[Option]) -> tuple[list[Option], list[Json]]:
    """The options that Slack takes, each value once; and as text the labels that have no room there."""
    fitting: dict[str, Option] = {}
    for option in options:
        if 0 < size(option.value) <= OPTION_VALUE_MAX:
            fitting.setdefault(option.value, option)
    taken = list(fitting.values())
    left = [option.label for option in options if option not in taken or size(option.label) > OPTION_LABEL_MAX]
    return taken, [block for label in left for block in sections(label)]


def _to_pick(options: Sequence[Option], picked: Sequence[str]) -> list[Json]:
    """Buttons or a list of which one is picked; of more than one list holds, several that can be emptied again."""
    before = [option for option in options if option.value in picked][:1]
    if len(options) > SELECT_OPTIONS_MAX:
        batches = _batches(options, SELECT_OPTIONS_MAX)
        return [_several("multi_static_select", some, before) | {"max_selected_items": 1} for some in batches]
    kind = "radio_buttons" if len(options) <= RADIO_BUTTONS_MAX else "static_select"
    element: Json = {"type": kind, "options": _to_list(options)}
    return [element | ({"initial_option": _to_list(before)[0]} if before else {})] if options else []


def _to_tick(options: Sequence[Option], ticked: Sequence[str]) -> Json:
    """Boxes to tick, or a list of which several can be picked."""
    kind = "checkboxes" if len(options) <= CHECKBOXES_MAX else "multi_static_select"
    return _several(kind, options, [option for option in options if option.value in ticked])


def _several(kind: str, options: Sequence[Option], picked: Sequence[Option]) -> Json:
    before = [option for option in options if option in picked]
    element: Json = {"type": kind, "options": _to_list(options)}
    return element | ({"initial_options": _to_list(before)} if before else {})


def _to_list(options: Iterable[Option]) -> list[Json]:
    return [{"text": plain(brief(option.label, OPTION_LABEL_MAX)), "value": option.value} for option in options]


def _send(number: int, form: str, label: str) -> Json:
    text = plain(brief(label, BUTTON_LABEL_MAX))
    return _actions([{"type": "button", "action_id": f"{SEND}:{number}", "text": text, "value": form}])


def _actions(elements: Sequence[Json]) -> Json:
    return {"type": "actions", "elements": list(elements)}


def _rich(elements: list[Json]) -> Json:
    return {"type": "rich_text", "elements": elements}


def _line(*runs: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(runs)}


def _run(text: str, **style: bool) -> Json:
    return {"type": "text", "text": text, "style": style} if style else {"type": "text", "text": text}


def _batches(things: Sequence[T], count: int) -> list[Sequence[T]]:
    return [things[start : start + count] for start in range(0, len(things), count)]


def _filled(things: Iterable[T], measure: Callable[[T], int]) -> Iterator[list[T]]:
    """Neighbours together, as many as one block takes."""
    group: list[T] = []
    room = SECTION_TEXT_MAX
    for thing in things:
        if group and measure(thing) > room:
            yield group
            group, room = [], SECTION_TEXT_MAX
        group.append(thing)
        room -= measure(thing)
    if group:
        yield group
