"""The checker finds what Teams refuses: a checker that finds nothing would prove nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.teams.card_rules import card_faults

MEANS = {"data": {"candour": {"value": "x"}}}
SUBMIT = {"type": "Action.Submit", "title": "Open", **MEANS}
EXECUTE = {"type": "Action.Execute", "title": "Open", "verb": "choice", **MEANS}
TICK = {"type": "Input.ChoiceSet", "id": "a", "label": "Who?", "choices": [{"title": "A", "value": "a"}]}
BOX = {"type": "Input.Text", "id": "a", "label": "What?", "maxLength": 2}


def card(*body: Any, **more: Any) -> dict[str, Any]:
    known = {"type": "AdaptiveCard", "version": "1.5", "speak": "Hello", "fallbackText": "Hello", "body": list(body)}
    return {**known, **more}


def row(*actions: Any) -> dict[str, Any]:
    return {"type": "ActionSet", "actions": list(actions)}


@pytest.mark.parametrize(
    ("fault", "wrong"),
    [
        ("schema", card({"type": "Sparkle"})),
        ("schema", card({"type": "TextBlock", "text": "Hello", "wrap": True, "colour": "red"})),
        ("version 1.6", card(row(SUBMIT), version="1.6")),
        ("an empty card", card()),
        ("speak has 0 characters", card(row(SUBMIT), speak="")),
        ("text that would be cut at the edge", card({"type": "TextBlock", "text": "Hello"})),
        ("a is there 2 times", card(TICK, TICK)),
        ("4 in ActionSet", card(row(*[SUBMIT] * 4))),
        ("button has 76 characters", card(row({**SUBMIT, "title": "x" * 76}))),
        ("a button that means nothing", card(row({**SUBMIT, "data": {}}))),
        ("no such button in older clients", card(row(EXECUTE))),
        ("label has no characters", card({name: value for name, value in TICK.items() if name != "label"})),
        ("a value that clients could not send", card({**TICK, "choices": [{"title": "A", "value": "a,b"}]})),
        ("ticked before, and not offered", card({**TICK, "value": "a,b"})),
        ("more text than the box may hold", card({**BOX, "value": "abc"})),
        ("51 in choices", card({**TICK, "style": "expanded", "choices": [{"title": "A", "value": "a"}] * 51})),
        ("a link to no page", card(row({"type": "Action.OpenUrl", "title": "Open", "url": "/here"}))),
        ("refresh for none", card(row(SUBMIT), refresh={"action": EXECUTE, "userIds": []})),
    ],
)
def test_a_card_with_a_fault_is_found(fault: str, wrong: dict[str, Any]) -> None:
    assert [found for found in card_faults(wrong) if found.startswith(fault)] != []


def test_a_card_without_a_fault_is_not() -> None:
    assert card_faults(card(row(SUBMIT, {**EXECUTE, "fallback": SUBMIT}), TICK)) == []


def test_a_button_that_changes_its_card_has_no_place_in_a_dialog() -> None:
    wrong = card(row({**EXECUTE, "fallback": SUBMIT}))

    assert card_faults(wrong, dialog=True) == ["in a dialog, a button that is none of its own"]
