"""One turn: what the core decided on one event. The service writes `state` and `records` first and replies last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.messages import Message
from bot.state import Conversation

Opinion = Literal["helpful", "not-helpful", "not-meant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackGiven:
    """Somebody judged an answer. Counted for the matter, without the person."""

    matter: str
    opinion: Opinion


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionUnanswered:
    """A question found no answer. `masked` has no names, numbers or addresses and no person."""

    masked: str
    nearest: str


Record: TypeAlias = FeedbackGiven | QuestionUnanswered


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What to keep and what to say after one event."""

    state: Conversation
    records: tuple[Record, ...] = ()
    replies: tuple[Message, ...] = ()
