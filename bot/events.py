"""What happened: the closed set of things the core is told. Past tense, with the time it happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who did it: a person of an organisation, the same on every device and platform."""

    organisation: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextReceived:
    """The person wrote something. `key` names this one event for ever, so that a resend has one effect.

    `shared`: others read along there, so nothing of a report may be said or begun.
    """

    actor: Actor
    key: str
    at: datetime  # aware, UTC; the core has no clock of its own
    text: str
    shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoicePicked:
    """The person pressed one of the offered choices; `value` is the option's.

    `platform` is the name of the chat it was pressed in, told to those who begin a report. `link` leads to a message
    that a report is to be about.
    """

    actor: Actor
    key: str
    at: datetime
    value: str
    platform: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSent:
    """The person sent a text box, with `text`, a list to tick, with `ticked`, or a form, with `fields`.

    `form` is the block's. `fields`: name → the text alone, or the values picked; what was left empty may be missing.
    """

    actor: Actor
    key: str
    at: datetime
    form: str
    text: str = ""
    ticked: tuple[str, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormClosed:
    """The person closed a private window without sending what was in it."""

    actor: Actor
    key: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOffered:
    """The person tried to send a file, a picture or a recording. It was not fetched."""

    actor: Actor
    key: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationOpened:
    """The person opened the conversation and has not said anything yet."""

    actor: Actor
    key: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeOpened:
    """The person looks at what is theirs: reports they sent, and cases that wait for them. Changes nothing."""

    actor: Actor
    key: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterDelivered:
    """A platform took a letter about a case; the actor is the person it was for."""

    actor: Actor
    key: str
    at: datetime
    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFailed:
    """A letter about a case cannot reach the actor on any platform, for good. `reason` is a word, never content."""

    actor: Actor
    key: str
    at: datetime
    case: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinePassed:
    """The time has come at which a case wants looking at. The actor is nobody: the person is empty."""

    actor: Actor
    key: str
    at: datetime
    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryChanged:
    """Who works here, or in which role, is not as it was: a case is looked at again. The actor is nobody."""

    actor: Actor
    key: str
    at: datetime
    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAsked:
    """Somebody opened a link to a page. Who is known by the link alone, so the actor is nobody."""

    actor: Actor
    key: str
    at: datetime
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePassed:
    """The time has come at which the actor's conversation wants looking at: an unfinished report."""

    actor: Actor
    key: str
    at: datetime


Event: TypeAlias = (
    TextReceived
    | ChoicePicked
    | FormSent
    | FormClosed
    | FileOffered
    | ConversationOpened
    | HomeOpened
    | LetterDelivered
    | LetterFailed
    | DeadlinePassed
    | DirectoryChanged
    | PageAsked
    | TimePassed
)
