"""What the core's shell needs of the world, as protocols. Adapters provide them; tests run one suite over all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bot.events import Actor
from bot.state import Conversation
from bot.turn import Turn


class Conversations(Protocol):
    """Where people stand, which events were handled, and what the policy owner may see. One organisation a key.

    Every method raises Conflict when the store is busy or gone; then nothing was written.
    """

    def load(self, actor: Actor) -> Conversation:
        """The person's conversation; an empty one for somebody not seen before."""
        ...

    def commit(self, actor: Actor, key: str, at: datetime, turn: Turn) -> bool:
        """Write a turn whole or not at all. False, and nothing written, if this event was handled before.

        Also forgets what is past its time: questions after ten minutes, event keys after a day.
        """
        ...

    def feedback(self, organisation: str) -> Mapping[str, Mapping[str, int]]:
        """How often each opinion was given on each matter: matter → opinion → count."""
        ...

    def unanswered(self, organisation: str) -> Mapping[str, int]:
        """Masked questions that found no answer, and how often, most frequent first."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
