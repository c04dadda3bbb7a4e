"""What somebody is offered to press and to fill in, on every screen and in every letter."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.messages import Choices
from bot.shelves import SHELVES
from tests.sample_people import GOVERNOR
from tests.standing import ABSENT, forms_of
from tests.talking import Place

OF_A_CASE = re.compile(r"((?:case|mine|decide|signal|operator|alert):[^:]*):([0-9A-Z-]+)")

AT_ONCE = {"case:take", "case:urgent", "case:normal", "decide:agree", "mine:withdraw-yes", "mine:confirm", "mine:ended"}
"""Buttons that change something as soon as they are pressed."""


@dataclass(frozen=True)
class Offers:
    """What a person was offered on all screens and in all letters: values of buttons, and forms."""

    values: frozenset[str]
    refused: frozenset[str]

    @property
    def actions(self) -> set[str]:
        """What can be done with cases, as the table calls it."""
        return {found[1] for value in self.values if (found := OF_A_CASE.fullmatch(value))}

    def of(self, ref: str) -> set[str]:
        """What can be done with one case."""
        return {found[1] for value in self.values if (found := OF_A_CASE.fullmatch(value)) and found[2] == ref}


def offers(place: Place, person: str) -> Offers:
    """Go through all lists, letters, cases and windows of a person, and press all that only shows something."""
    refusal = place.talk(GOVERNOR).picks(f"case:open:{ABSENT}").replies
    ways = ["home", "mine", *(f"list:{shelf}" for shelf in SHELVES)]
    found: set[str] = set()
    refused: set[str] = set()
    for value in ways:
        talk = place.talk(person).picks(value)
        shown = [*(option.value for option in talk.options), *forms_of(talk)]
        found.update(shown)
        if talk.replies == refusal:
            refused.add(value)
        about_a_case = (value for value in shown if OF_A_CASE.fullmatch(value) or value.startswith("list:"))
        ways += [
            new for new in dict.fromkeys(about_a_case) if new not in ways and new.rpartition(":")[0] not in AT_ONCE
        ]
    buttons = [
        o.value
        for message in place.letters[person]
        for b in message.blocks
        if isinstance(b, Choices)
        for o in b.options
    ]
    return Offers(frozenset({*found, *buttons}), frozenset(refused))
