"""A conversation as a test tells it: somebody says something, hears the replies, presses what is offered."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from adapters.plain import to_text
from adapters.storage.memory import MemoryConversations
from bot.compiled import Knowledge
from bot.events import Actor, ChoicePicked, ConversationOpened, TextReceived
from bot.messages import Choices, Message, Notice, Option, Quote, Verdict
from bot.ports import Conversations
from bot.service import Service

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Talk:
    """One person's conversation with the service, on a clock that the test moves."""

    def __init__(
        self, knowledge: Knowledge, conversations: Conversations | None = None, person: str = "learning-consultant"
    ) -> None:
        self.conversations = conversations or MemoryConversations()
        self.now = MORNING
        self.replies: tuple[Message, ...] = ()
        self._actor = Actor(organisation="test", person=person)
        self._service = Service(lambda: knowledge, self.conversations)
        self._keys = (f"{person}-{number:06}" for number in itertools.count())

    def says(self, text: str, key: str | None = None) -> Talk:
        """Type something and send it."""
        event = TextReceived(actor=self._actor, key=key or next(self._keys), at=self.now, text=text)
        self.replies = self._service.receive(event)
        return self

    def presses(self, label: str) -> Talk:
        """Press the button with this label in the last replies."""
        values = [option.value for option in self.options if option.label == label]
        assert values, f"no button {label!r} among {[option.label for option in self.options]}"
        return self.picks(values[0])

    def picks(self, value: str) -> Talk:
        """Send a choice as a client does, whether it was offered or not."""
        event = ChoicePicked(actor=self._actor, key=next(self._keys), at=self.now, value=value)
        self.replies = self._service.receive(event)
        return self

    def opens(self) -> Talk:
        """Open the conversation."""
        event = ConversationOpened(actor=self._actor, key=next(self._keys), at=self.now)
        self.replies = self._service.receive(event)
        return self

    def waits(self, time: timedelta) -> Talk:
        """Let time pass."""
        self.now += time
        return self

    @property
    def hears(self) -> str:
        """The last replies as plain text, in one line."""
        return " ".join(" ".join(to_text(reply.blocks) for reply in self.replies).split())

    @property
    def verdict(self) -> str:
        """The word shown first, or nothing."""
        return next((b.word for r in self.replies for b in r.blocks if isinstance(b, Verdict)), "")

    @property
    def verdicts(self) -> list[str]:
        """All verdict words, in order."""
        return [b.word for r in self.replies for b in r.blocks if isinstance(b, Verdict)]

    @property
    def quotes(self) -> list[Quote]:
        """The quotes shown, in order."""
        return [b for r in self.replies for b in r.blocks if isinstance(b, Quote)]

    @property
    def notices(self) -> list[Notice]:
        """The notices shown, in order."""
        return [b for r in self.replies for b in r.blocks if isinstance(b, Notice)]

    @property
    def options(self) -> list[Option]:
        """Every button in the last replies."""
        return [o for r in self.replies for b in r.blocks if isinstance(b, Choices) for o in b.options]
