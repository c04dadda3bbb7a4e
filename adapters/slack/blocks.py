"""The assistant's blocks as Slack's. Only plain text and rich text are used, never mrkdwn: in neither is anything that
somebody wrote taken for a mention, a link or bold type, so that it arrives as it was typed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias, TypeVar, assert_never

from adapters.slack.limits import (
    BUTTON_LABEL_MAX,
    BUTTON_VALUE_MAX,
    BUTTONS_IN_A_ROW,
    BUTTONS_IN_ALL,
    CHECKBOXES_MAX,
    CONTEXT_TEXT_MAX,
    CUT,
    HEADER_MAX,
    ID_MAX,
    INPUT_LABEL_MAX,
    INPUT_TEXT_MAX,
    OPTION_LABEL_MAX,
    OPTION_VALUE_MAX,
    PLACEHOLDER_MAX,
    SECTION_TEXT_MAX,
    SELECT_OPTIONS_MAX,
    brief,
    size,
    split,
    units,
)
from bot.messages import (
    Block,
    Choices,
    Facts,
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

# What action ids begin with; `inbound` reads them.
CHOICE = "choice"
TEXT = "text"
TICKS = "ticks"
SEND = "send"
ASK = "ask"
FIND = "find"


class Pen:
    """Draws the blocks of one message or view, and numbers what can be pressed, so that each id is there once.

    In a modal a form is sent by the modal's own button, elsewhere by one that is drawn below it.
    """

    def __init__(self, *, modal: bool = False) -> None:
        self._modal = modal
        self._choices = itertools.count()
        self._forms = itertools.count()

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

    def _text_box(self, box: TextBox) -> list[Json]:
        number = next(self._forms)
        # Slack refuses a box that holds more than it may; what is in it already is never cut to fit.
        inside, *beyond = [box.text] if units(box.text) <= INPUT_TEXT_MAX else split(box.text, INPUT_TEXT_MAX)
        limit = min(max(box.limit, units(inside), 1), INPUT_TEXT_MAX)
        element: Json = {"type": "plain_text_input", "action_id": f"{TEXT}:{number}", "multiline": True}
        element |= {"max_length": limit} | ({"initial_value": inside} if inside else {})
        blocks = [*self._input(box.form, number, box.label, element, optional=False)]
        blocks += [block for text in beyond for block in sections(text)]
        return blocks if self._modal else [*blocks, _send(number, box.form, box.send)]

    def _ticks(self, ticks: Ticks) -> list[Json]:
        number = next(self._forms)
        fitting = [option for option in ticks.options if 0 < size(option.value) <= OPTION_VALUE_MAX]
        elements = [_to_tick(some, ticks.ticked) for some in _batches(fitting, SELECT_OPTIONS_MAX)]
        blocks: list[Json] = []
        for part, element in enumerate(elements):
            element["action_id"] = f"{TICKS}:{number}:{part}"
            if self._modal:
                blocks += self._input(f"{part}:{ticks.form}", number, ticks.label, element, optional=True)
            else:
                *before, last = sections(ticks.label) or sections(CUT)
                blocks += [*before, {**last, "accessory": element}]
        if not elements:
            blocks += sections(ticks.label)
        left = [
            option.label for option in ticks.options if option not in fitting or size(option.label) > OPTION_LABEL_MAX
        ]
        blocks += [block for label in left for block in sections(label)]
        return blocks if self._modal and elements else [*blocks, _send(number, ticks.form, ticks.send)]

    def _input(self, form: str, number: int, label: str, element: Json, *, optional: bool) -> Iterator[Json]:
        """A field with its label. The id of the block differs by question: Slack keeps what was typed for an id."""
        if size(label) > INPUT_LABEL_MAX:
            yield from sections(label)
        identity = f"form:{number}:{form}"[:ID_MAX]
        label = brief(label, INPUT_LABEL_MAX)
        yield {"type": "input", "block_id": identity, "label": plain(label), "element": element, "optional": optional}


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


def _to_tick(options: Sequence[Option], ticked: Sequence[str]) -> Json:
    """Boxes to tick, or a list of which several can be picked."""
    kind = "checkboxes" if len(options) <= CHECKBOXES_MAX else "multi_static_select"
    before = [option for option in options if option.value in ticked]
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
