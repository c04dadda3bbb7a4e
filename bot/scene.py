"""What is known when one event is decided on: gathered by the service before the core is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.cases import Case, Grant
from bot.people import Directory
from bot.shelves import Shelf
from bot.state import Conversation


def _no_concerns(person: str, since: datetime, but: str) -> int:
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where the actor stands, who is who, and the cases the event is about.

    `chance` are 16 random bytes, from which references are made. `case` is the case that the event names, if there
    is one; `lists` are the actor's cases that they may open now, newest first, filled only for the events that list
    them; of a list that goes on, `older` has the reference after which it does. `grant` is what the link that was
    opened leads to. `concerns` tells how many cases beside `but` were counted for a person since a time. `address` is
    where our own pages are: the beginning of their links, empty where the chat is such a page itself, None if there
    are none.
    """

    state: Conversation
    chance: bytes
    directory: Directory = field(default_factory=Directory)
    case: Case | None = None
    lists: Mapping[Shelf, tuple[Case, ...]] = field(default_factory=dict)
    older: Mapping[Shelf, str] = field(default_factory=dict)
    grant: Grant | None = None
    concerns: Callable[[str, datetime, str], int] = _no_concerns
    address: str | None = None
