"""Messages as Slack takes them: messages of a chat, modals, and the app's home. Pure; knows plain dictionaries only.

Every block is shown, degraded where it must be, and text that is too long is divided, never cut without a mark.
What is private never becomes a chat message: Slack keeps those, and administrators can export them.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Sequence

from adapters.slack.blocks import ASK, FIND, Json, Pen, context, heading, plain, sections
from adapters.slack.limits import (
    CUT,
    FALLBACK_MAX,
    ID_MAX,
    MESSAGE_BLOCKS_MAX,
    MESSAGE_TEXT_MAX,
    METADATA_MAX,
    OPTION_LABEL_MAX,
    OPTION_VALUE_MAX,
    PLACEHOLDER_MAX,
    SELECT_OPTIONS_MAX,
    TITLE_MAX,
    VIEW_BLOCKS_MAX,
    VIEW_BYTES_MAX,
    brief,
    size,
)
from bot.messages import Block, Choices, Facts, Form, Link, Message, Notice, Option, TextBox, Ticks, Written

NO_FORM = "window"
"""The callback id of a modal in which there is nothing to send."""


def to_messages(message: Message) -> list[Json]:
    """A message as the arguments of `chat.postMessage`, in order: several if it is too long for one.

    Raises ValueError for what may stand only in private messages.
    """
    _must_not_be_private(message)
    return [_post(message, blocks) for blocks in _packed(_drawn(Pen(), _in_order(message.blocks)))]


def to_message(message: Message) -> Json:
    """A message as one chat message, for where there is room for one only. What it cannot hold, a mark stands for.

    Raises ValueError for what may stand only in private messages.
    """
    _must_not_be_private(message)
    units = _drawn(Pen(), _in_order(message.blocks))
    return _post(message, _fitted(units, MESSAGE_BLOCKS_MAX, MESSAGE_TEXT_MAX, _text_size))


def to_modal(message: Message, *, meta: str = "") -> Json:
    """A private message as a modal. `meta` comes back when it is sent or closed; at most 3,000 characters.

    A modal can be sent if there is something in it to fill in; its callback id is then the form's.
    """
    if len(meta) > METADATA_MAX:
        raise ValueError(f"meta has {len(meta)} characters; Slack takes {METADATA_MAX}")
    ordered = _in_order(message.blocks)
    drawn = _drawn(Pen(modal=True), ordered)
    urgent = sum(_is_urgent(block) for block in ordered)
    units = [*drawn[:urgent], *_whole_title(message), *drawn[urgent:]]
    form = next((block for block in ordered if isinstance(block, TextBox | Ticks | Form)), None)
    if form and _can_be_sent(itertools.chain(*units)) and size(form.send) > TITLE_MAX:
        units.append(context(form.send))
    blocks = _fitted(units, VIEW_BLOCKS_MAX, VIEW_BYTES_MAX, _bytes)
    view: Json = {
        "type": "modal",
        "callback_id": form.form[:ID_MAX] if form else NO_FORM,
        "title": plain(brief(message.summary.strip(), TITLE_MAX)),
        "blocks": blocks or sections(message.summary.strip() or CUT),
        "private_metadata": meta,
        "notify_on_close": True,
    }
    return {**view, "submit": plain(brief(form.send, TITLE_MAX))} if form and _can_be_sent(blocks) else view


def to_home(message: Message, *, search: str = "", topics: str = "") -> Json:
    """The app's home. `search` labels the box for a question at the top, `topics` the list that suggests entries."""
    pen = Pen()
    units = [unit for unit in (_search(search), _topics(topics)) if unit]
    ordered = _in_order(message.blocks)
    while ordered:
        block, *rest = ordered
        row = None
        match block, rest:
            case Facts(), [Choices(prompt="", options=(option,)), *after]:
                # A case and its button in one block: twice as many cases have room.
                row = pen.row(block, option)
                rest = after if row else rest
        units.append([row] if row else pen.draw(block))
        ordered = rest
    blocks = _fitted(units, VIEW_BLOCKS_MAX, VIEW_BYTES_MAX, _bytes) or sections(message.summary.strip() or CUT)
    return {"type": "home", "blocks": blocks}


def to_options(options: Iterable[Option]) -> Json:
    """What to suggest while somebody types in the list of topics; as many as Slack shows."""
    fitting = [option for option in options if option.label and 0 < size(option.value) <= OPTION_VALUE_MAX]
    shown = fitting[:SELECT_OPTIONS_MAX]
    return {"options": [{"text": plain(brief(o.label, OPTION_LABEL_MAX)), "value": o.value} for o in shown]}


def escaped(text: str) -> str:
    """Text for a field in which Slack looks for mentions and links."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def marked(payload: Json, mark: str) -> Json:
    """The message with a mark that Slack keeps and nobody sees: the id of a block that needs none."""
    blocks = [dict(block) for block in payload["blocks"]]
    free = next((block for block in blocks if "block_id" not in block), None)
    if free is not None:
        free["block_id"] = mark
    return {**payload, "blocks": blocks}


def _must_not_be_private(message: Message) -> None:
    if message.private:
        raise ValueError("a private message was about to become a chat message; show it with to_modal")
    if any(isinstance(block, TextBox | Form | Written) for block in message.blocks):
        raise ValueError("somebody's own words were about to become a chat message; the message must be private")


def _can_be_sent(blocks: Iterable[Json]) -> bool:
    """Whether there is something to fill in, so that Slack takes a button to send it."""
    return any(block["type"] == "input" for block in blocks)


def _in_order(blocks: Sequence[Block]) -> list[Block]:
    """What is urgent first, asides last, everything else as it was."""
    return sorted(blocks, key=lambda block: (not _is_urgent(block), isinstance(block, Choices) and block.quiet))


def _is_urgent(block: Block) -> bool:
    return isinstance(block, Notice) and block.urgent


def _drawn(pen: Pen, blocks: Iterable[Block]) -> list[list[Json]]:
    """Slack's blocks by ours. Buttons and links without words of their own belong to what stands before them."""
    units: list[list[Json]] = []
    for block in blocks:
        drawn = pen.draw(block)
        own = isinstance(block, Link) or (isinstance(block, Choices) and not block.prompt and not block.quiet)
        if units and own:
            units[-1] = [*units[-1], *drawn]
        else:
            units.append(drawn)
    return units


def _packed(units: Iterable[list[Json]]) -> list[list[Json]]:
    """The blocks of each message, so that what belongs together stays together where it can."""
    messages: list[list[Json]] = [[]]
    room = MESSAGE_TEXT_MAX
    for unit in units:
        sizes = list(map(_text_size, unit))
        together = sum(sizes)
        if messages[-1] and not _fits(messages[-1], len(unit), together, room):
            messages.append([])
            room = MESSAGE_TEXT_MAX
        if _fits(messages[-1], len(unit), together, room):
            messages[-1].extend(unit)
            room -= together
            continue
        for block, length in zip(unit, sizes, strict=True):
            if not _fits(messages[-1], 1, length, room):
                messages.append([])
                room = MESSAGE_TEXT_MAX
            messages[-1].append(block)
            room -= length
    return messages


def _fits(message: Sequence[Json], blocks: int, length: int, room: int) -> bool:
    """Whether a message takes so many blocks more with so much text, when there is room for that much."""
    return len(message) + blocks <= MESSAGE_BLOCKS_MAX and length <= room


def _fitted(units: Sequence[list[Json]], blocks_max: int, size_max: int, measure: Callable[[Json], int]) -> list[Json]:
    """All blocks if there is room; else as many as there is room for, a mark for the others, and the last buttons."""
    blocks = [block for unit in units for block in unit]
    if len(blocks) <= blocks_max and sum(map(measure, blocks)) <= size_max:
        return blocks
    last = blocks[-1:] if blocks[-1]["type"] == "actions" else []
    end = [*context(CUT), *last]
    room = size_max - sum(map(measure, end))
    head: list[Json] = []
    for block in blocks[: blocks_max - len(end)]:
        room -= measure(block)
        if room < 0:
            break
        head.append(block)
    return [*head, *end]


def _text_size(block: Json) -> int:
    """The size of all text in a block, wherever it stands."""
    return sum(size(text) for text in _texts(block))


def _texts(part: object) -> Iterable[str]:
    if isinstance(part, list):
        for item in part:
            yield from _texts(item)
    elif isinstance(part, dict):
        for key, value in part.items():
            if isinstance(value, str) and key in ("text", "initial_value"):
                yield value
            else:
                yield from _texts(value)


def _bytes(block: Json) -> int:
    return len(json.dumps(block)) + 1


def _post(message: Message, blocks: list[Json]) -> Json:
    return {
        "text": escaped(brief(message.summary.strip(), FALLBACK_MAX)),
        "blocks": blocks or sections(message.summary.strip() or CUT),
        "mrkdwn": False,
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _whole_title(message: Message) -> list[list[Json]]:
    """A title that Slack has no room for, in full, unless a field has the same words as its label."""
    labels = [block.label for block in message.blocks if isinstance(block, TextBox | Ticks)]
    labels += [field.label for block in message.blocks if isinstance(block, Form) for field in block.fields]
    return [] if size(message.summary) <= TITLE_MAX or message.summary in labels else [heading(message.summary)]


def _search(label: str) -> list[Json]:
    if not label:
        return []
    element = {
        "type": "plain_text_input",
        "action_id": ASK,
        "placeholder": plain(brief(label, PLACEHOLDER_MAX)),
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
    }
    return [{"type": "input", "block_id": ASK, "dispatch_action": True, "label": plain(label), "element": element}]


def _topics(label: str) -> list[Json]:
    if not label:
        return []
    placeholder = plain(brief(label, PLACEHOLDER_MAX))
    element = {"type": "external_select", "action_id": FIND, "min_query_length": 2, "placeholder": placeholder}
    return [{"type": "actions", "block_id": FIND, "elements": [element]}]
