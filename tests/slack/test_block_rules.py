"""The checker finds what Slack refuses: a checker that finds nothing would prove nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.slack.block_rules import message_faults, view_faults


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def button(action: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": action, "text": plain("Open"), **more}


def actions(*elements: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def select(kind: str, *values: str, **more: Any) -> dict[str, Any]:
    options = [{"text": plain("An option"), "value": value} for value in values]
    return {"type": kind, "action_id": "a", "options": options, **more}


def field(**more: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "a", **more}
    return {"type": "input", "label": plain("What?"), "element": element}


def rich(*elements: Any) -> dict[str, Any]:
    return {"type": "rich_text", "elements": list(elements)}


SECTION = {"type": "section", "text": plain("Hello")}
REFUSED: list[tuple[str, list[Any]]] = [
    ("section has 0 characters", [{"type": "section", "text": plain("")}]),
    ("section has 3001 characters", [{"type": "section", "text": plain("x" * 3001)}]),
    ("section is not plain_text", [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}}]),
    ("unknown property colour of section", [{**SECTION, "colour": "red"}]),
    ("unknown block card", [{"type": "card"}]),
    ("header lacks text", [{"type": "header"}]),
    ("0 in actions", [actions()]),
    ("26 in actions", [actions(*(button(str(n)) for n in range(26)))]),
    ("button has 76 characters", [actions(button("a", text=plain("x" * 76)))]),
    ("url has 3001 characters", [actions(button("a", url="https://a.example/".ljust(3001, "x")))]),
    ("a url that is no address of a page", [actions(button("a", url="/here"))]),
    ("value has 2001 characters", [actions(button("a", value="x" * 2001))]),
    ("a is there 2 times", [actions(button("a")), actions(button("a"))]),
    ("multi_static_select in actions", [actions(select("multi_static_select", "a"))]),
    ("0 in options", [actions(select("static_select"))]),
    ("101 in options", [actions(select("static_select", *map(str, range(101))))]),
    ("11 in options", [actions(select("checkboxes", *map(str, range(11))))]),
    ("11 in options", [actions(select("radio_buttons", *map(str, range(11))))]),
    ("hint has 2001 characters", [{**field(), "hint": plain("x" * 2001)}]),
    ("hint has 0 characters", [{**field(), "hint": plain("")}]),
    (
        "0 picked before and 0 at most",
        [{**field(), "element": select("multi_static_select", "a", max_selected_items=0)}],
    ),
    ("option value has 151 characters", [actions(select("static_select", "x" * 151))]),
    ("two options with the same value", [actions(select("static_select", "a", "a"))]),
    ("options picked before that are not offered", [actions(select("checkboxes", "a", initial_options=[]))]),
    (
        "options picked before that are not offered",
        [actions(select("radio_buttons", "a", initial_option={"text": plain("Another"), "value": "a"}))],
    ),
    ("initial_value has 3 characters", [field(initial_value="abc", max_length=2)]),
    ("max_length 3001", [field(max_length=3001)]),
    ("rich text has 0 characters", [rich({"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]})]),
    ("rich_text_section lacks elements", [rich({"type": "rich_text_section"})]),
    ("unknown rich text quote", [rich({"type": "quote", "elements": []})]),
    ("context is not plain_text", [{"type": "context", "elements": ["Hello"]}]),
    ("51 blocks", [SECTION] * 51),
    ("msg_blocks_too_long", [{"type": "section", "text": plain("x" * 2900)}] * 5),
]


@pytest.mark.parametrize(("fault", "blocks"), REFUSED, ids=[fault for fault, _ in REFUSED])
def test_what_slack_refuses_in_a_message_is_found(fault: str, blocks: list[Any]) -> None:
    assert fault in message_faults({"text": "Something", "blocks": blocks})


@pytest.mark.parametrize(
    ("fault", "change"),
    [
        ("title has 25 characters", {"title": plain("x" * 25)}),
        ("submit has 25 characters", {"submit": plain("x" * 25)}),
        ("an input without a button to submit, or the other way round", {"submit": plain("Save")}),
        ("an input without a button to submit, or the other way round", {"blocks": [field()]}),
        ("callback_id has 256 characters", {"callback_id": "x" * 256}),
        ("private_metadata has 3001 characters", {"private_metadata": "x" * 3001}),
        ("101 blocks", {"blocks": [SECTION] * 101}),
        ("unknown type of view card", {"type": "card"}),
        ("unknown property colour of a view", {"colour": "red"}),
    ],
)
def test_what_slack_refuses_in_a_modal_is_found(fault: str, change: dict[str, Any]) -> None:
    assert fault in view_faults({"type": "modal", "title": plain("Something"), "blocks": [SECTION], **change})


def test_what_slack_takes_has_no_fault() -> None:
    assert message_faults({"text": "Something", "blocks": [SECTION, actions(button("a"))]}) == []
    assert view_faults({"type": "modal", "title": plain("Something"), "blocks": [SECTION]}) == []
