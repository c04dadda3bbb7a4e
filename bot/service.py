"""The few lines between the world and the core: load, decide, write, then speak."""

from __future__ import annotations

from collections.abc import Callable

from bot.compiled import Knowledge
from bot.core import handle
from bot.events import Event
from bot.messages import Message
from bot.ports import Conversations


class Service:
    """Handles events for one organisation. `knowledge` is asked for at each event, so a reload takes effect."""

    def __init__(self, knowledge: Callable[[], Knowledge], conversations: Conversations) -> None:
        self._knowledge = knowledge
        self._conversations = conversations

    def receive(self, event: Event) -> tuple[Message, ...]:
        """Handle one event and return what to say. Replies are returned only after the turn is on disk.

        An event that was handled before changes nothing; its reply is decided again from where the person stands,
        because the first reply may have been lost on the way. Raises Conflict if nothing could be written.
        """
        state = self._conversations.load(event.actor)
        turn = handle(self._knowledge(), state, event)
        self._conversations.commit(event.actor, event.key, event.at, turn)
        return turn.replies
