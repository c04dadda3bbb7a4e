"""The reference store: plain dictionaries, nothing on disk. What it does, every other store must do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from bot.events import Actor
from bot.state import EVENTS_KEPT, REMEMBERED, Conversation
from bot.turn import FeedbackGiven, QuestionUnanswered, Turn


class MemoryConversations:
    """Conversations for as long as the process lives."""

    def __init__(self) -> None:
        self._states: dict[Actor, Conversation] = {}
        self._seen: dict[tuple[str, str], datetime] = {}
        self._feedback: defaultdict[str, defaultdict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        self._unanswered: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def load(self, actor: Actor) -> Conversation:
        """See `Conversations.load`."""
        return self._states.get(actor, Conversation())

    def commit(self, actor: Actor, key: str, at: datetime, turn: Turn) -> bool:
        """See `Conversations.commit`."""
        self._forget(at)
        if (actor.organisation, key) in self._seen:
            return False
        self._seen[actor.organisation, key] = at
        self._states[actor] = turn.state
        for record in turn.records:
            match record:
                case FeedbackGiven():
                    self._feedback[actor.organisation][record.matter][record.opinion] += 1
                case QuestionUnanswered():
                    self._unanswered[actor.organisation][record.masked] += 1
                case _:
                    assert_never(record)
        return True

    def feedback(self, organisation: str) -> Mapping[str, Mapping[str, int]]:
        """See `Conversations.feedback`."""
        return {matter: dict(opinions) for matter, opinions in self._feedback[organisation].items()}

    def unanswered(self, organisation: str) -> Mapping[str, int]:
        """See `Conversations.unanswered`."""
        return dict(sorted(self._unanswered[organisation].items(), key=lambda item: (-item[1], item[0])))

    def close(self) -> None:
        """Nothing to let go of."""

    def _forget(self, at: datetime) -> None:
        self._seen = {event: seen for event, seen in self._seen.items() if at - seen < EVENTS_KEPT}
        self._states = {
            actor: state for actor, state in self._states.items() if state.asked and at - state.asked.at <= REMEMBERED
        }
