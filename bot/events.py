"""What happened: the closed set of things the core is told. Past tense, with the time it happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who did it: a person of an organisation, the same on every device and platform."""

    organisation: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextReceived:
    """The person wrote something. `key` names this one event for ever, so that a resend has one effect."""

    actor: Actor
    key: str
    at: datetime  # aware, UTC; the core has no clock of its own
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoicePicked:
    """The person pressed one of the offered choices; `value` is the option's."""

    actor: Actor
    key: str
    at: datetime
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationOpened:
    """The person opened the conversation and has not said anything yet."""

    actor: Actor
    key: str
    at: datetime


Event: TypeAlias = TextReceived | ChoicePicked | ConversationOpened
