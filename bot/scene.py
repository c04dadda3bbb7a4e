"""What is known when one event is decided on: gathered by the service before the core is asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.cases import Case
from bot.people import Directory
from bot.state import Conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where the actor stands, who is who, and the cases the event is about.

    `chance` are 16 random bytes, from which references are made. `case` is the case that the event names, if there
    is one; `mine` and `waiting` (reports the actor sent, cases the actor handles, newest first) are filled only for
    the events that list them.
    """

    state: Conversation
    chance: bytes
    directory: Directory = field(default_factory=Directory)
    case: Case | None = None
    mine: tuple[Case, ...] = ()
    waiting: tuple[Case, ...] = ()
