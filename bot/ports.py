"""What the core's shell needs of the world, as protocols. Adapters provide them; tests run one suite over all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeAlias

from bot.cases import Case, Grant
from bot.events import Actor
from bot.messages import Message
from bot.people import Directory
from bot.shelves import Shelf
from bot.state import Conversation
from bot.turn import Letter, Turn


class Store(Protocol):
    """Everything that is kept. One organisation in every key.

    All methods but those that say otherwise are called within `transaction`; what is read there includes what was
    written there before. Every method raises Conflict when the store is busy, full or gone; the transaction then
    wrote nothing. Raises Damaged for content that was altered outside.
    """

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing, and on disk when it ends without an error. Not to be nested."""
        ...

    def part(self) -> AbstractContextManager[None]:
        """Within a transaction: if this part raises, only what this part wrote is undone."""
        ...

    def seen(self, organisation: str, key: str) -> bool:
        """Whether the event with this key was handled within the last day."""
        ...

    def state(self, actor: Actor) -> Conversation:
        """The person's conversation; an empty one for somebody not seen before."""
        ...

    def directory(self, organisation: str) -> Directory:
        """The people of the organisation; an empty directory before the first import."""
        ...

    def case(self, organisation: str, ref: str) -> Case | None:
        """One case by its reference, or None."""
        ...

    def cases_of(self, actor: Actor, shelf: Shelf, limit: int | None = None, after: str = "") -> tuple[Case, ...]:
        """The cases in one of a person's lists, newest first: at most `limit`, and only those that come after `after`.

        If that is not in this list the list begins at its start: nothing is told of other cases.
        """
        ...

    def cases_from(self, organisation: str, after: str, limit: int) -> tuple[Case, ...]:
        """All cases, in the order in which they were sent: up to `limit`, from the one that follows `after`."""
        ...

    def on_shelf(self, organisation: str, shelf: Shelf) -> tuple[str, ...]:
        """The references of all cases that are in this list of anybody, each once, in the order they were sent."""
        ...

    def concerns(self, organisation: str, person: str, since: datetime, but: str) -> int:
        """How many cases beside `but` were counted as concerns about a person since a time."""
        ...

    def grant(self, organisation: str, token: str) -> Grant | None:
        """What a link with this token leads to, or None."""
        ...

    def audit_codes(self, organisation: str, ref: str) -> tuple[AuditCode, ...]:
        """The rows of the audit chain that are about a case, first to last."""
        ...

    def letters_waiting(self, before: datetime) -> int:
        """How many letters have been waiting to be sent since before this time."""
        ...

    def write(self, actor: Actor, key: str, at: datetime, turn: Turn) -> None:
        """Keep a turn: the event as seen, the state, the records, the letters, and the audit chain's entries.

        Also forgets what is past its time: questions after ten minutes, event keys after a day.
        """
        ...

    def keep_directory(self, organisation: str, directory: Directory) -> None:
        """Replace the directory."""
        ...

    def remember_address(self, organisation: str, platform: str, person: str, address: str) -> None:
        """Keep where a person can be written to on a platform: whatever text the platform's adapter wants back."""
        ...

    def address(self, organisation: str, platform: str, person: str) -> str | None:
        """Where a person can be written to on a platform, or None if it is not known."""
        ...

    def asleep_until(self, at: datetime) -> tuple[tuple[Actor, ...], tuple[tuple[str, str], ...]]:
        """What wants looking at by this time: people with unfinished reports; cases, as (organisation, reference).

        Also cases that wait for a time more than `FAR` away, which only a clock that was wrong can have set.
        """
        ...

    def claim(self, now: datetime, lease: timedelta, limit: int, worker: str) -> Sequence[Posted]:
        """Take up to `limit` letters that are due and that no other worker holds, oldest first. Own transaction."""
        ...

    def settle(self, letter: str, worker: str, now: datetime, outcome: Outcome) -> bool:
        """Note what became of a claimed letter. False if another worker has it by now. Own transaction."""
        ...

    def feedback(self, organisation: str) -> Mapping[str, Mapping[str, int]]:
        """How often each opinion was given on each matter: matter → opinion → count. Own transaction."""
        ...

    def unanswered(self, organisation: str) -> Mapping[str, int]:
        """Masked questions that found no answer, and how often, most frequent first. Own transaction."""
        ...

    def operator_told(self, organisation: str) -> Mapping[str, int]:
        """What the operator must look after: word → how often. Own transaction."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditCode:
    """A row of the audit chain as a record shows it: its number, when, what was done, and the hash that proves it."""

    number: int
    at: str
    action: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A letter in the outbox. `id` is the same for every attempt; `attempts` counts those before this one."""

    id: str
    organisation: str
    letter: Letter
    attempts: int


@dataclass(frozen=True, slots=True)
class Taken:
    """The platform has the letter."""


@dataclass(frozen=True, slots=True)
class Again:
    """Not now: try again after this time. `everyone`: the platform asks to leave it alone, not only this person."""

    after: timedelta
    everyone: bool = False


@dataclass(frozen=True, slots=True)
class Never:
    """This person cannot be reached there. `reason` is a word ("not-found"), never content."""

    reason: str


Outcome: TypeAlias = Taken | Again | Never

Still = Literal["send", "drop", "never"]
"""Whether a letter about a case is still wanted: yes; by nobody any more; not by this person, so others come next."""


class Platform(Protocol):
    """A way to reach people who did not ask for it just now."""

    async def send(self, organisation: str, person: str, message: Message) -> Outcome:
        """Hand a message to the platform for one person. Never raises for what a platform or network may do."""
        ...


def all_cases(store: Store, organisation: str, together: int) -> Iterator[tuple[Case, ...]]:
    """Every case in the order in which they were sent, so many in one transaction that nobody has to wait for it."""
    after = ""
    while True:
        with store.transaction():
            found = store.cases_from(organisation, after, together)
        if not found:
            return
        yield found
        after = found[-1].ref
