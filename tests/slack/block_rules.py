"""What Slack refuses, as far as it is known: the models of slack_sdk, and the rules that they leave out.

A checker of its own: it shares no constant with the code that it checks. Used by the tests of the translators and by
the working fake of Slack.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeAlias

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

Json: TypeAlias = Mapping[str, Any]

# type → (required, further properties); `type` itself and `block_id` stand everywhere in blocks.
BLOCKS: dict[str, tuple[set[str], set[str]]] = {
    "section": (set(), {"text", "fields", "accessory", "expand"}),
    "header": ({"text"}, set()),
    "context": ({"elements"}, set()),
    "actions": ({"elements"}, set()),
    "divider": (set(), set()),
    "input": ({"label", "element"}, {"hint", "optional", "dispatch_action"}),
    "rich_text": ({"elements"}, set()),
}
_SELECT = {"action_id", "placeholder", "confirm", "focus_on_load"}
ELEMENTS: dict[str, tuple[set[str], set[str]]] = {
    "button": ({"text"}, {"action_id", "url", "value", "style", "confirm", "accessibility_label"}),
    "static_select": ({"options"}, {"initial_option", *_SELECT}),
    "multi_static_select": ({"options"}, {"initial_options", "max_selected_items", *_SELECT}),
    "external_select": (set(), {"initial_option", "min_query_length", *_SELECT}),
    "checkboxes": ({"options"}, {"action_id", "initial_options", "confirm", "focus_on_load"}),
    "radio_buttons": ({"options"}, {"action_id", "initial_option", "confirm", "focus_on_load"}),
    "plain_text_input": (
        set(),
        {"action_id", "initial_value", "multiline", "min_length", "max_length", "dispatch_action_config"}
        | {"focus_on_load", "placeholder"},
    ),
}
WHERE = {
    "accessory": {"button", "static_select", "multi_static_select", "external_select", "checkboxes", "radio_buttons"},
    "actions": {"button", "static_select", "external_select", "checkboxes", "radio_buttons"},
    "input": {"plain_text_input", "static_select", "multi_static_select", "external_select", "checkboxes"}
    | {"radio_buttons"},
}
FEW = {"checkboxes", "radio_buttons"}
"""What takes ten options at most."""
RICH: dict[str, tuple[set[str], set[str]]] = {
    "rich_text_section": ({"elements"}, set()),
    "rich_text_quote": ({"elements"}, {"border"}),
    "rich_text_list": ({"elements", "style"}, {"indent", "offset", "border"}),
    "text": ({"text"}, {"style"}),
}
VIEW = {"type", "title", "blocks", "close", "submit", "private_metadata", "callback_id", "clear_on_close"} | {
    "notify_on_close",
    "external_id",
    "submit_disabled",
}
POST = {"text", "blocks", "mrkdwn", "link_names", "unfurl_links", "unfurl_media", "channel", "thread_ts", "ts", "user"}


def message_faults(post: Json) -> list[str]:
    """Why Slack would refuse, or shorten, these arguments of `chat.postMessage`; empty if it would not."""
    return list(_message(post))


def view_faults(view: Json) -> list[str]:
    """Why Slack would refuse this modal or home; empty if it would not."""
    return list(_view(view))


def _message(post: Json) -> Iterator[str]:
    yield from (f"unknown argument {name}" for name in post.keys() - POST)
    yield from _length("fallback text", post.get("text", ""), 4000)
    yield from _blocks(post.get("blocks", ()), 50)
    if sum(map(len, _texts(post.get("blocks", ())))) > 13_200:
        yield "msg_blocks_too_long"


def _view(view: Json) -> Iterator[str]:
    modal = view.get("type") == "modal"
    yield from (f"unknown property {name} of a view" for name in view.keys() - VIEW)
    if not modal and view.get("type") != "home":
        yield f"unknown type of view {view.get('type')}"
    for name in ("title", "submit", "close") if modal else ():
        if name in view or name == "title":
            yield from _plain(name, view.get(name), 24)
    blocks = view.get("blocks", ())
    yield from _blocks(blocks, 100)
    has_input = any(block.get("type") == "input" for block in blocks)
    if modal and has_input != ("submit" in view):
        yield "an input without a button to submit, or the other way round"
    yield from _length("callback_id", view.get("callback_id", "-"), 255)
    yield from _length("private_metadata", view.get("private_metadata") or "-", 3000)
    try:
        View(**{**view}).to_dict()
    except Exception as error:  # whatever the models say is a fault
        yield f"slack_sdk: {error}"


def _blocks(blocks: Any, limit: int) -> Iterator[str]:
    if not 1 <= len(blocks) <= limit:
        yield f"{len(blocks)} blocks"
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    ids_of_actions = [
        element["action_id"] for block in blocks for element in _elements(block) if "action_id" in element
    ]
    for found in (ids, ids_of_actions):
        yield from (f"{id_} is there {count} times" for id_, count in Counter(found).items() if count > 1)
        for id_ in found:
            yield from _length("id", id_, 255)
    for block in blocks:
        yield from _block(block)


def _elements(block: Json) -> list[Json]:
    found = [block.get("accessory"), block.get("element"), *block.get("elements", ())]
    return [element for element in found if isinstance(element, Mapping)]


def _block(block: Json) -> Iterator[str]:
    kind = block.get("type", "")
    if kind not in BLOCKS:
        yield f"unknown block {kind}"
        return
    yield from _properties(kind, block, *BLOCKS[kind], {"block_id"})
    if BLOCKS[kind][0] - block.keys():
        return
    match kind:
        case "section":
            if "text" not in block and "fields" not in block:
                yield "a section without text"
            if "text" in block:
                yield from _plain("section", block["text"], 3000)
            if "accessory" in block:
                yield from _element(block["accessory"], "accessory")
        case "header":
            yield from _plain("header", block["text"], 150)
        case "context":
            yield from _count("context", block["elements"], 10)
            for text in block["elements"]:
                yield from _plain("context", text, 2000)
        case "actions":
            yield from _count("actions", block["elements"], 25)
            for element in block["elements"]:
                yield from _element(element, "actions")
        case "input":
            yield from _plain("label", block["label"], 2000)
            if "hint" in block:
                yield from _plain("hint", block["hint"], 2000)
            yield from _element(block["element"], "input")
        case "rich_text":
            yield from _count("rich_text", block["elements"], 1000)
            for part in block["elements"]:
                yield from _rich(part)
    yield from _by_the_models(block)


def _element(element: Json, where: str) -> Iterator[str]:
    kind = element.get("type", "") if isinstance(element, Mapping) else "text"
    if kind not in WHERE[where]:
        yield f"{kind} in {where}"
        return
    yield from _properties(kind, element, *ELEMENTS[kind])
    if ELEMENTS[kind][0] - element.keys():
        return
    if "action_id" not in element:
        yield f"{kind} without an action_id"
    if kind == "button":
        yield from _plain("button", element["text"], 75)
        yield from _length("value", element.get("value", "-"), 2000)
        yield from _length("url", element.get("url", "-"), 3000)
        if not element.get("url", "http://-").startswith(("http://", "https://")):
            yield "a url that is no address of a page"
        if element.get("style", "primary") not in ("primary", "danger"):
            yield "unknown style"
    if "placeholder" in element:
        yield from _plain("placeholder", element["placeholder"], 150)
    if "options" in element:
        yield from _options(element, 10 if kind in FEW else 100)
        most, started = element.get("max_selected_items", 100), element.get("initial_options", ())
        if not max(1, len(started)) <= most:
            yield f"{len(started)} picked before and {most} at most"
    if kind == "plain_text_input":
        longest = element.get("max_length", 3000)
        if not 1 <= longest <= 3000:
            yield f"max_length {longest}"
        if "initial_value" in element:
            yield from _length("initial_value", element["initial_value"], longest)


def _options(element: Json, limit: int) -> Iterator[str]:
    yield from _count("options", element["options"], limit)
    values = [option.get("value") for option in element["options"]]
    if len(values) != len(set(values)):
        yield "two options with the same value"
    for option in element["options"]:
        yield from _properties("option", option, {"text", "value"}, {"description"})
        yield from _plain("option", option.get("text"), 75)
        yield from _length("option value", option.get("value", ""), 150)
    started = element.get("initial_options", [element["initial_option"]] if "initial_option" in element else None)
    if started is not None and (not started or any(option not in element["options"] for option in started)):
        yield "options picked before that are not offered"


def _rich(part: Json) -> Iterator[str]:
    kind = part.get("type", "")
    if kind not in RICH:
        yield f"unknown rich text {kind}"
        return
    yield from _properties(kind, part, *RICH[kind])
    if RICH[kind][0] - part.keys():
        return
    if kind == "text":
        yield from _length("rich text", part["text"], 3000)
        if part.get("style", {}).keys() - {"bold", "italic", "strike", "code"}:
            yield "unknown style of rich text"
        return
    if kind == "rich_text_list" and part["style"] not in ("ordered", "bullet"):
        yield "unknown style of list"
    yield from _count(kind, part["elements"], 1000)
    inner = {"rich_text_section"} if kind == "rich_text_list" else {"text"}
    for each in part["elements"]:
        if each.get("type") not in inner:
            yield f"{each.get('type')} in {kind}"
        yield from _rich(each)


def _plain(what: str, text: Any, limit: int) -> Iterator[str]:
    if not isinstance(text, Mapping) or text.get("type") != "plain_text":
        yield f"{what} is not plain_text"
        return
    yield from _properties(what, text, {"text"}, {"emoji"})
    yield from _length(what, text.get("text", ""), limit)


def _length(what: str, text: Any, limit: int) -> Iterator[str]:
    if not isinstance(text, str) or not 1 <= len(text) <= limit:
        yield f"{what} has {len(text) if isinstance(text, str) else 'no'} characters"


def _count(what: str, things: Any, limit: int) -> Iterator[str]:
    if not 1 <= len(things) <= limit:
        yield f"{len(things)} in {what}"


def _properties(
    what: str, found: Json, required: set[str], more: set[str], also: Collection[str] = ()
) -> Iterator[str]:
    yield from (f"{what} lacks {name}" for name in required - found.keys())
    yield from (f"unknown property {name} of {what}" for name in found.keys() - (required | more | {"type", *also}))


def _by_the_models(block: Json) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            parsed = Block.parse(dict(block))
            if parsed is None:
                yield "slack_sdk: unknown block"
            else:
                parsed.to_dict()
        except Exception as error:  # whatever the models say is a fault
            yield f"slack_sdk: {error}"


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, list | tuple):
        for item in part:
            yield from _texts(item)
    elif isinstance(part, Mapping):
        for key, value in part.items():
            if key == "text" and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
