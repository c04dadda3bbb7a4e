"""What somebody comes up with who guesses: references, links, altered buttons; and what the record says of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256

from adapters.storage.audit import verify
from bot.casework import spell
from bot.events import Actor, PageAsked
from bot.turn import Turn
from tests.standing import World
from tests.talking import ORGANISATION, Place


def asks_for_page(place: Place, token: str) -> Turn:
    """Somebody opens a link with this token."""
    actor = Actor(organisation=ORGANISATION, person="")
    return place.service.receive(PageAsked(actor=actor, key=place.key(), at=place.now, token=token))


def guessed(number: int) -> str:
    """A reference that somebody could come up with."""
    return spell(sha256(f"guess {number}".encode()).digest()[:5])


def grows(world: World) -> list[str]:
    """What the audit chain says was done since the world was made, up to now; the chain is whole."""
    assert verify(world.store, ORGANISATION).fault is None
    return world.rows


def tokens() -> Iterator[str]:
    """Tokens that somebody could come up with, and some that nobody would."""
    yield from ("", " ", "/", "..", "%2e%2e", "\0", "\ud800", "é", "a" * 100_000, "' or 1=1 --", "0" * 24, "None")
    for number in itertools.count():
        yield spell(sha256(f"token {number}".encode()).digest()[:15]).replace("-", "").lower()


ALTERED: Mapping[str, Callable[[str, str], str]] = {
    "as it is": lambda action, ref: f"{action}:{ref}",
    "small letters": lambda action, ref: f"{action}:{ref.lower()}",
    "no hyphen": lambda action, ref: f"{action}:{ref.replace('-', '')}",
    "another hyphen": lambda action, ref: f"{action}:{ref.replace('-', '‐')}",
    "half of it": lambda action, ref: f"{action}:{ref[:4]}",
    "twice": lambda action, ref: f"{action}:{ref}-{ref}",
    "wide letters": lambda action, ref: f"{action}:{''.join(chr(ord(c) + 0xFEE0) for c in ref)}",
    "letters that look alike": lambda action, ref: f"{action}:{ref}".replace("A", "А").replace("o", "о"),
    "a letter without width": lambda action, ref: f"{action}:{ref}\u200b",
    "right to left": lambda action, ref: f"\u202e{action}:{ref}",
    "half a letter": lambda action, ref: f"{action}:{ref}\ud800",
    "nothing at all": lambda action, ref: f"{action}:{ref}\0",
    "a space before": lambda action, ref: f" {action}:{ref}",
    "a space after": lambda action, ref: f"{action}:{ref} ",
    "a line after": lambda action, ref: f"{action}:{ref}\n",
    "a tab within": lambda action, ref: f"{action}:\t{ref}",
    "a separator after": lambda action, ref: f"{action}:{ref}:",
    "more after": lambda action, ref: f"{action}:{ref}:{ref}",
    "a separator within": lambda action, ref: f"{action}::{ref}",
    "no action": lambda action, ref: f"{action.partition(':')[0]}::{ref}",
    "no reference": lambda action, ref: f"{action}:",
    "the reference alone": lambda action, ref: ref,
    "the other way round": lambda action, ref: f"{ref}:{action}",
    "capitals": lambda action, ref: f"{action.upper()}:{ref}",
    "a capital": lambda action, ref: f"{action.title()}:{ref}",
    "an unknown action": lambda action, ref: f"{action}-all:{ref}",
    "an action of nobody": lambda action, ref: f"{action.partition(':')[0]}:delete:{ref}",
    "as a case": lambda action, ref: f"case:{action.partition(':')[2]}:{ref}",
    "as one's own": lambda action, ref: f"mine:{action.partition(':')[2]}:{ref}",
    "as a decision": lambda action, ref: f"decide:{action.partition(':')[2]}:{ref}",
    "as a signal": lambda action, ref: f"signal:{action.partition(':')[2]}:{ref}",
    "as an alert": lambda action, ref: f"alert:{ref}",
    "as a draft": lambda action, ref: f"draft:{ref}:carry-on",
    "as a list": lambda action, ref: f"list:{ref}",
    "as an entry": lambda action, ref: f"entry:{ref}",
    "overlong": lambda action, ref: f"{action}:{ref}{'-' + ref * 2000}",
    "an overlong action": lambda action, ref: f"{action * 2000}:{ref}",
    "a way up": lambda action, ref: f"{action}:../{ref}",
    "a question to a database": lambda action, ref: f"{action}:{ref}' or '1'='1",
    "a pattern": lambda action, ref: f"{action}:*",
    "two at once": lambda action, ref: f"{action}:{ref},{ref}",
    "percent signs": lambda action, ref: f"{action}:{ref.replace('-', '%2D')}",
}
"""How somebody may alter a button or the name of a form."""

KINDS = ("case:", "mine:", "decide:", "signal:")
