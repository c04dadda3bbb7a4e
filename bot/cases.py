"""A case: a report that was sent, and everything that happened to it since. Plain values; what may happen is in
`bot/casework.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.knowledge import RoleId

Identity = Literal["named", "confidential"]

Step = Literal[
    "sent",
    "delivered",
    "not-delivered",
    "opened",
    "taken",
    "escalated",
    "nobody-left",
    "added",
    "withdrawn",
]
"""What can be in a ledger. The reporter reads all of them, by role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A person who receives a report, in which role; `for_person` is whom they stand in for, or empty."""

    person: str
    role: RoleId
    for_person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a report goes, frozen when it is sent.

    `recipients` are alerted at once; `then` are told one group after the other while nobody takes responsibility;
    both never hold anybody barred. `because` are the reasons. Without recipients, nobody inside is left.
    """

    recipients: tuple[Recipient, ...]
    then: tuple[tuple[Recipient, ...], ...]
    because: tuple[str, ...]
    barred: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One answer as it was sent: what was asked, in short, and what was said."""

    asked: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A line of the ledger. `person` and `role` did it or had it happen to them; empty: the assistant itself."""

    at: datetime
    step: Step
    person: str = ""
    role: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A report that was sent.

    `code` proves what was sent: it is computed from the case and `salt`, random text that keeps it from being guessed.
    `handlers` are all who were told, the first recipients and those told later.
    `due` is when the next are told, or None.
    """

    ref: str
    flow: str
    code: str
    salt: str
    sent_at: datetime
    urgent: bool
    reporter: str
    identity: Identity
    academy: str
    said: tuple[Said, ...]
    route: Route
    handlers: tuple[Recipient, ...]
    due: datetime | None
    taken_by: str = ""
    withdrawn: bool = False
    ledger: tuple[Entered, ...] = ()

    def handler(self, person: str) -> Recipient | None:
        """In which role this person was told of the case, or None."""
        return next((handler for handler in self.handlers if handler.person == person), None)
