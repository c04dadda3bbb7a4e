"""What can be said: a message of plain blocks, without markup, emoji codes or platform words.

`outbound` of each platform shows every block, escaped, degraded where it must be, and never fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.knowledge import Verdict as VerdictKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One or more plain sentences."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer at a glance: `word` first ("No"), then one sentence. `kind` is for looks, never for meaning."""

    kind: VerdictKind
    word: str
    headline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """Where an answer would stand, the plain word that the policy has none, and on what. Never a verdict."""

    word: str
    headline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The policy's own words and where they stand."""

    text: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Labelled values, in order."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What to do, in order, one plain sentence or two each."""

    title: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A choice to press. `value` comes back in `ChoicePicked`; `label` has at most 75 characters."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Buttons, with what they are for. `quiet` ones are an aside (feedback), the others are the way on."""

    prompt: str
    options: tuple[Option, ...]
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBox:
    """A box for the person's own words. Sent as `FormSent` with this `form`; stands only in private messages.

    `text` is what is in it already; `limit` is in characters.
    """

    form: str
    label: str
    send: str
    text: str = ""
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticks:
    """A list of which any number can be ticked. Sent as `FormSent` with this `form` and the values ticked."""

    form: str
    label: str
    options: tuple[Option, ...]
    ticked: tuple[str, ...]
    send: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing to fill in: text, one of the options, or any number of them. `name` is small letters and hyphens.

    `value` is what is in it already: the text alone, or the values picked. `limit` is in characters, for text.
    Whoever shows it may ask for what is not `optional`; the core checks it all the same.
    """

    name: str
    kind: Literal["text", "choice", "many"]
    label: str
    help: str = ""
    options: tuple[Option, ...] = ()
    value: tuple[str, ...] = ()
    optional: bool = False
    limit: int = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Several things to fill in and to send at once. Sent as `FormSent` with this `form` and its `fields`.

    Stands only in private messages, and alone of its kind there.
    """

    form: str
    fields: tuple[Field, ...]
    send: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A page of Candour's own to open in a browser. `url` is whole, or a path where the chat is such a page itself."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Something somebody wrote, under its label, and what can be done about it. Stands only in private messages."""

    label: str
    text: str
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to know about the message itself. `urgent` is shown first and most strongly."""

    text: str
    urgent: bool = False


Block: TypeAlias = (
    Paragraph | Verdict | Silent | Quote | Facts | Steps | Choices | TextBox | Ticks | Form | Link | Written | Notice
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Blocks in reading order. `summary` stands alone in notifications; about a report it says that, never what.

    A `private` message is shown in a window that leaves nothing in the chat (a modal, a dialog), titled by its
    summary; at most one answers an event. When no private message answers what was done in such a window, it closes.
    One for `only_you` is shown to the person alone where others read along.
    """

    summary: str
    blocks: tuple[Block, ...]
    private: bool = False
    only_you: bool = False
