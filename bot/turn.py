"""One turn: what the core decided on one event. The service writes `state` and `records` first and replies last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bot.cases import Case, Grant, Step
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWritten:
    """A case as it is now, new or changed, and the step that made it so. Kept whole, and entered in the audit chain."""

    case: Case
    step: Step
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernCounted:
    """A concern is about this person. Kept as a keyed hash alone, once for each case, without name or list."""

    person: str
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernsDropped:
    """This case turned out to be no concern: it counts for nobody any more."""

    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMade:
    """A page may be opened once by whoever has this token, of which only a keyed hash is kept."""

    token: str
    grant: Grant


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkUsed:
    """The link with this token opens nothing any more."""

    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRefused:
    """Somebody asked for a case that is not theirs, or that does not exist. Entered in the audit chain."""

    ref: str
    by: str


Worry = Literal["nobody-left", "not-delivered", "deadline-passed", "damaged", "advice-late", "guessing", "locked-out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorTold:
    """Something the operator must look after: one of a fixed set of words, never content, a name or a reference."""

    what: Worry


Record: TypeAlias = (
    FeedbackGiven
    | QuestionUnanswered
    | CaseWritten
    | ConcernCounted
    | ConcernsDropped
    | LinkMade
    | LinkUsed
    | AccessRefused
    | OperatorTold
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message to a person who did not ask for it just now: an alert, a notice, a reminder.

    It goes through the outbox, to a person and never to a channel, and carries no content. `case` is the case it is
    about, if what becomes of it matters there, or empty. A `reminder` is left unsent if nothing is wanted any more.
    """

    to: str
    message: Message
    case: str = ""
    reminder: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What to keep, what to post and what to say after one event.

    `wake` is when this person's conversation wants looking at again. `hide` asks the platform to replace what the
    assistant said before by a neutral line. `granted` is the page that may be shown now, to whoever asked for it.
    """

    state: Conversation
    records: tuple[Record, ...] = ()
    letters: tuple[Letter, ...] = ()
    replies: tuple[Message, ...] = ()
    wake: datetime | None = None
    hide: bool = False
    granted: Grant | None = None
