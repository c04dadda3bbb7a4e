"""What a person finds in what was made for Teams: cards, buttons and words."""

from __future__ import annotations

from typing import Any

from bot.messages import Block, Message, Option
from tests.teams.card_rules import Json, objects


def options(count: int, value: str = "pick:{}") -> tuple[Option, ...]:
    """So many options with short labels."""
    return tuple(Option(label=f"Option {n}", value=value.format(n)) for n in range(count))


def message(*blocks: Block, summary: str = "Something", private: bool = False) -> Message:
    """A message of these blocks."""
    return Message(summary=summary, blocks=blocks, private=private)


def card(made: Json) -> Json:
    """The card in an activity, a dialog, or the answer to a button."""
    [found] = [each for each in objects(made) if each.get("type") == "AdaptiveCard"]
    return found


def found(part: Any, *kinds: str) -> list[Json]:
    """Every object of these types in what was made for Teams, in order."""
    return [each for each in objects(part) if each.get("type") in kinds]


def buttons(part: Any) -> list[Json]:
    """Every button as present clients show it."""
    return [action for row in found(part, "ActionSet") for action in row["actions"]]


def words(part: Any) -> str:
    """All words of a card that are shown as they stand, in order."""
    shown = [each.get("text") or each.get("label") or "" for each in found(part, "TextRun", "TextBlock", "Input.Text")]
    return " ".join(" ".join(shown).replace("\u2060", "").split())
