"""Messages as Teams takes them: activities with an Adaptive Card, dialogs, and answers to what a client asked. Pure;
knows plain dictionaries only.

Every block is shown, degraded where it must be, and text that is too long is divided, never cut without a mark.
What is private never becomes a chat message: Teams keeps those, and administrators can export them.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from adapters.teams.cards import FORM, OURS, REFRESH, Json, Pen, bold, opens_dialog, paragraphs, small
from adapters.teams.limits import (
    CARD_BYTES_MAX,
    CUT,
    HARD_BYTES_MAX,
    REFRESHED_MAX,
    RESULTS_MAX,
    SUMMARY_MAX,
    TITLE_MAX,
    brief,
    size,
    weight,
)
from bot.messages import Block, Choices, Form, Link, Message, Notice, Paragraph, TextBox, Ticks, Written

CARD = "application/vnd.microsoft.card.adaptive"
PREVIEW = "application/vnd.microsoft.card.thumbnail"
PLAIN = "application/vnd.microsoft.activity.message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """Clients of these `users`, by their Teams ids, ask for the present state of the card whenever they show it.

    `value` comes back then; it names what the card is about. Of more than 60 users, the others see it when they act.
    """

    value: str
    users: tuple[str, ...]


def to_activities(
    message: Message, *, opens: Callable[[str], bool] = opens_dialog, refresh: Refresh | None = None
) -> list[Json]:
    """A message as one activity, or as several in order if it is too long. `opens`: which choices open a dialog.

    Raises ValueError for what may stand only in private messages.
    """
    _must_not_be_private(message)
    drawn = _drawn(_pen(opens, refresh), message)
    whole = _activity(message, _card(message, [element for unit in drawn for element in unit], refresh))
    if weight(whole) <= CARD_BYTES_MAX:
        return [whole]
    room = CARD_BYTES_MAX - weight(_activity(message, _card(message, [], refresh)))
    return [_activity(message, _card(message, some, refresh)) for some in _packed(drawn, room)]


def to_activity(
    message: Message, *, opens: Callable[[str], bool] = opens_dialog, refresh: Refresh | None = None
) -> Json:
    """A message as one activity, for where there is room for one only. What it cannot hold, a mark stands for.

    Raises ValueError for what may stand only in private messages.
    """
    return _activity(message, _only_card(message, opens, refresh))


def to_invoke_card(
    message: Message, *, opens: Callable[[str], bool] = opens_dialog, refresh: Refresh | None = None
) -> Json:
    """The answer to a pressed `Action.Execute`, or to a refresh: the card is replaced, for that person.

    Raises ValueError for what may stand only in private messages.
    """
    return {"statusCode": 200, "type": CARD, "value": _only_card(message, opens, refresh)}


def to_invoke_text(text: str) -> Json:
    """The answer to a pressed `Action.Execute` that leaves the card as it is, and shows a short text."""
    return {"statusCode": 200, "type": PLAIN, "value": text}


def to_dialog(message: Message) -> Json:
    """A message as a dialog: the answer to `task/fetch`, `task/submit`, and to an action on a message.

    A client shows it in a window of its own; nothing of it stays in the chat.
    """
    drawn = _drawn(Pen(None), message)
    urgent = sum(_is_urgent(block) for block in message.blocks)
    elements = [*drawn[:urgent], *_whole_title(message), *drawn[urgent:]]
    value: Json = {
        "title": brief(message.summary, TITLE_MAX),
        "height": "medium" if _is_short(message) else "large",
        "width": "medium",
    }
    room = HARD_BYTES_MAX - weight({"task": {**value, "card": _attachment(_card(message, [], None))}})
    card = _card(message, _fitted(elements, room), None)
    del card["msteams"]
    return {"task": {"type": "continue", "value": {**value, "card": _attachment(card)}}}


def opens_nothing(_: str) -> bool:
    """For the playground, whose client ignores buttons that open a dialog."""
    return False


def to_stand_in(message: Message) -> Json:
    """What would stand in a dialog, in the place of a card. For the playground only: elsewhere it would be kept."""
    elements = [*_whole_title(message), *_drawn(Pen(opens_nothing), message)]
    room = HARD_BYTES_MAX - weight(_activity(message, _card(message, [], None)))
    return {"statusCode": 200, "type": CARD, "value": _card(message, _fitted(elements, room), None)}


def to_preview(title: str, message: Message) -> Json:
    """An answer as a result of a search: a line to choose by, and the card that is put into the conversation.

    Others read that card, in whose chats the assistant may not be: it has no buttons.
    """
    blocks = tuple(block for block in message.blocks if not isinstance(block, Choices | Ticks | Link))
    card = _only_card(Message(summary=message.summary, blocks=blocks, private=message.private), opens_dialog, None)
    # These cards take their text for HTML.
    content = {"title": html.escape(title), "text": html.escape(brief(message.summary, SUMMARY_MAX))}
    return {**_attachment(card), "preview": {"contentType": PREVIEW, "content": content}}


def to_results(previews: Iterable[Json]) -> Json:
    """The answer to a search: what `to_preview` made, as many as Teams shows and takes."""
    answer: Json = {"composeExtension": {"type": "result", "attachmentLayout": "list", "attachments": []}}
    attachments: list[Json] = answer["composeExtension"]["attachments"]
    for preview in previews:
        attachments.append(preview)
        if len(attachments) > RESULTS_MAX or weight(answer) > HARD_BYTES_MAX:
            attachments.pop()
            break
    return answer


def _must_not_be_private(message: Message) -> None:
    if message.private:
        raise ValueError("a private message was about to become a chat message; show it with to_dialog")
    if any(isinstance(block, TextBox | Form | Written) for block in message.blocks):
        raise ValueError("somebody's own words were about to become a chat message; the message must be private")


def _only_card(message: Message, opens: Callable[[str], bool], refresh: Refresh | None) -> Json:
    _must_not_be_private(message)
    room = HARD_BYTES_MAX - weight(_activity(message, _card(message, [], refresh)))
    return _card(message, _fitted(_drawn(_pen(opens, refresh), message), room), refresh)


def _pen(opens: Callable[[str], bool], refresh: Refresh | None) -> Pen:
    return Pen(opens, refresh.value if refresh else "")


def _activity(message: Message, card: Json) -> Json:
    # No text: Teams would show it above the card. The summary is what notifications and lists of chats show.
    summary = brief(message.summary, SUMMARY_MAX)
    return {"type": "message", "summary": summary, "attachments": [_attachment(card)]}


def _attachment(card: Json) -> Json:
    return {"contentType": CARD, "content": card}


def _card(message: Message, elements: Sequence[Json], refresh: Refresh | None) -> Json:
    summary = brief(message.summary, SUMMARY_MAX)
    card: Json = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "speak": html.escape(summary, quote=False),  # read as SSML
        "fallbackText": summary,
        "msteams": {"width": "Full"},
        "body": [*elements] or paragraphs(summary),
    }
    if refresh:
        action = {"type": "Action.Execute", "verb": REFRESH, "data": {OURS: {"value": refresh.value}}}
        card["refresh"] = {"action": action, "userIds": list(refresh.users[:REFRESHED_MAX])}
    return card


def _drawn(pen: Pen, message: Message) -> list[list[Json]]:
    """Elements by block, what is urgent first, asides last. Links and buttons without words go with what is before."""
    units: list[list[Json]] = []
    for block in sorted(message.blocks, key=lambda block: (not _is_urgent(block), _is_aside(block))):
        drawn = pen.draw(block)
        if units and (isinstance(block, Link) or (isinstance(block, Choices) and not block.prompt)):
            units[-1] = [*units[-1], *drawn]
        else:
            units.append(drawn)
    return units


def _is_urgent(block: Block) -> bool:
    return isinstance(block, Notice) and block.urgent


def _is_aside(block: Block) -> bool:
    return isinstance(block, Choices) and block.quiet and bool(block.prompt)


def _packed(units: Iterable[list[Json]], room: int) -> list[list[Json]]:
    """The elements of each card, so that what belongs together stays together where it can, and a form always."""
    cards: list[list[Json]] = [[]]
    left = room
    for unit in units:
        parts = [unit]
        if _heavy(unit) > room:
            form = any(_is_input(element) for element in unit)
            parts = [_fitted([unit], room + HARD_BYTES_MAX - CARD_BYTES_MAX)] if form else [[each] for each in unit]
        for part in parts:
            taken = _heavy(part)
            if taken > left and cards[-1]:
                cards.append([])
                left = room
            cards[-1].extend(part)
            left -= taken
    return cards


def _fitted(units: Iterable[list[Json]], room: int) -> list[Json]:
    """All elements if there is room; else those there is room for, a mark, and the buttons that send or come last.

    What these buttons send is to be filled in, and stays as well if that leaves room.
    """
    elements = [element for unit in units for element in unit]
    if _heavy(elements) <= room:
        return elements
    last = len(elements) - 1
    kept = [n for n, each in enumerate(elements) if _sends(each) or (n == last and each["type"] == "ActionSet")]
    mark = small(CUT)
    filled_in = sorted({*kept, *(n for n, each in enumerate(elements) if _is_input(each))})
    kept = filled_in if _heavy([*mark, *(elements[n] for n in filled_in)]) <= room else kept
    room -= _heavy([*mark, *(elements[n] for n in kept)])
    cut = 0
    while cut in kept or (room := room - _heavy([elements[cut]])) >= 0:
        cut += 1
    return [*elements[:cut], *mark, *(elements[n] for n in kept if n >= cut)]


def _heavy(elements: Iterable[Json]) -> int:
    """How much these elements add to a card, with what stands between them."""
    return sum(weight(element) + 4 for element in elements)


def _is_input(element: Json) -> bool:
    return str(element["type"]).startswith("Input.")


def _sends(element: Json) -> bool:
    """Whether this is the button of a form."""
    return element["type"] == "ActionSet" and any(FORM in action["data"][OURS] for action in _ours(element))


def _ours(row: Json) -> list[Json]:
    """The buttons that come back to us; those that open a page do not."""
    return [action for action in row["actions"] if "data" in action]


def _is_short(message: Message) -> bool:
    """Whether there is no more than one thing to fill in, or two short ones, and a line above."""
    forms = [block for block in message.blocks if isinstance(block, TextBox | Ticks | Form)]
    asked = sum(len(block.fields) if isinstance(block, Form) else 1 for block in forms)
    return 1 <= asked <= 2 and len(message.blocks) <= 2


def _whole_title(message: Message) -> list[list[Json]]:
    """A title that the window has no room for, in full, unless the same words stand in it anyway."""
    there = {block.label for block in message.blocks if isinstance(block, TextBox | Ticks)}
    there |= {field.label for block in message.blocks if isinstance(block, Form) for field in block.fields}
    there |= {block.text for block in message.blocks if isinstance(block, Paragraph | Notice)}
    return [] if size(message.summary) <= TITLE_MAX or message.summary in there else [bold(message.summary)]
