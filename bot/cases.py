"""A case: a report that was sent, and everything that happened to it since. Plain values; what may happen is in
`bot/casework.py`, `bot/working.py` and `bot/decisions.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.knowledge import RoleId

Identity = Literal["named", "confidential"]

Step = Literal[
    # what happens to it
    "sent",
    "delivered",
    "not-delivered",
    "reminded",
    "asked",
    "planned",
    "escalated",
    "nobody-left",
    "lapsed",
    "rerouted",
    # what handlers do
    "opened",
    "taken",
    "message",
    "note",
    "handed-over",
    "conflict",
    "included",
    "excluded",
    "retyped",
    "urgent",
    "normal",
    "referred",
    "spoke",
    "looked",
    "tested",
    "checked",
    "named",
    "locked-out",
    "proposed",
    "proposal-opened",
    "signal-opened",
    "agreed",
    "declined",
    "decided",
    "not-decided",
    "closed",
    "reopened",
    "link-made",
    "exported",
    # what the reporter does
    "added",
    "withdrawn",
    "confirmed",
    "ended",
    "rated",
]
"""What can be in a ledger. `bot/permissions.py` says which of it the reporter reads, always by role."""

Clock = Literal["remind", "idle", "lapse", "advice", "decide", "expire", "confirm", "unconfirmed"]
"""What a case waits for: handlers are reminded to take it; whoever took it is reminded, then loses it; advice has not
been taken; a decision is reminded of, and ends; a declaration is to be confirmed, and was not. When nobody takes it,
`Case.due` says when the next are told.
"""


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

    @property
    def everybody(self) -> tuple[Recipient, ...]:
        """Of whom its reporter was told that they may have it: at once, or while nobody takes responsibility."""
        return (*self.recipients, *(recipient for group in self.then for recipient in group))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One answer as it was sent: what was asked, in short, and what was said."""

    asked: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A line of the ledger. `person` and `role` did it or had it happen to them; empty: the assistant itself.

    `text` is what was written, in their own words. `detail` is what was filled in besides: name → value.
    """

    at: datetime
    step: Step
    person: str = ""
    role: str = ""
    text: str = ""
    detail: tuple[tuple[str, str], ...] = ()

    def told(self, name: str) -> str:
        """What was filled in under this name, or nothing."""
        return dict(self.detail).get(name, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """Somebody's yes or no to a proposal, in which role and when; a no has a reason."""

    person: str
    role: RoleId
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A decision that takes several persons, and how it stands. `ended` is empty while it is open.

    `asked` were told of it; who may take part is asked anew at each press.
    `purpose`, `viewed` and `why` are what the record must hold: for what it is needed, what was looked at, and why a
    copy should be kept.
    """

    id: str
    by: str
    at: datetime
    purpose: str
    viewed: str
    why: str
    asked: tuple[str, ...]
    agreed: tuple[Press, ...] = ()
    declined: tuple[Press, ...] = ()
    ended: Literal["", "decided", "declined", "expired"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """That this is not the first concern about somebody: told to one person alone, without saying about whom."""

    person: str
    role: RoleId
    count: int
    at: datetime


Part = Literal["reporter", "handlers", "notes", "outside"]
"""What can be left out of a record: the reporter's name, handlers' names, private notes, what was asked outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A link to a page, for one person, once, for a short time: the record of the case `ref`, or the figures.

    `without` are the parts left out of a record, `words` what is blacked out wherever it stands.
    """

    page: Literal["record", "figures"]
    person: str
    until: datetime
    ref: str = ""
    without: tuple[Part, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A report that was sent.

    `code` proves what was sent: it is computed from the case and `salt`, random text that keeps it from being guessed.
    `picked` are the answers that were picked and not written, by question. `handlers` are all who may act on it,
    the first recipients and those told later; `former` had it and have handed it on, or were taken off.
    `due` is when the next are told, or None; `clocks` are what else it waits for. `outcome` is empty while it is open.
    `sent_as` is the kind and the urgency it was sent with; None for a case that has both still.
    `subjects` are those of whom a handler said that it is about them, and who could otherwise receive it.
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
    picked: dict[str, tuple[str, ...]] = field(default_factory=dict)
    former: tuple[str, ...] = ()
    clocks: dict[Clock, datetime] = field(default_factory=dict)
    outcome: str = ""
    proposals: tuple[Proposal, ...] = ()
    signals: tuple[Signal, ...] = ()
    subjects: tuple[str, ...] = ()
    sent_as: tuple[str, bool] | None = None

    def handler(self, person: str) -> Recipient | None:
        """In which role this person was told of the case, or None."""
        return next((handler for handler in self.handlers if handler.person == person), None)

    def names_reporter_to(self, person: str) -> bool:
        """Whether a handler may see who reported: of a confidential report only in a role its reporter was told of."""
        handler = self.handler(person)
        roles = {recipient.role for recipient in self.route.everybody}
        return self.identity == "named" or bool(handler and handler.role in roles)

    def last(self, *steps: Step) -> Entered | None:
        """The latest line of the ledger with one of these steps, or None."""
        return next((line for line in reversed(self.ledger) if line.step in steps), None)

    @property
    def as_sent(self) -> tuple[str, bool]:
        """The kind and the urgency it was sent with."""
        return self.sent_as or (self.flow, self.urgent)

    @property
    def open(self) -> bool:
        """Whether it can be worked on: also after it was withdrawn, because somebody may have to act all the same."""
        return not self.outcome

    @property
    def barred(self) -> frozenset[str]:
        """Who may never receive or open it: as it was sent, whom it turned out to be about, and who has a conflict."""
        conflicts = {line.person for line in self.ledger if line.step == "conflict"}
        return frozenset(self.route.barred) | frozenset(self.subjects) | conflicts

    @property
    def proposal(self) -> Proposal | None:
        """The proposal that is open, or None."""
        return next((proposal for proposal in self.proposals if not proposal.ended), None)

    @property
    def wake(self) -> datetime | None:
        """When it wants looking at next, or None."""
        waits = [*self.clocks.values()]
        if self.due and self.waits:
            waits.append(self.due)
        return min(waits, default=None)

    @property
    def waits(self) -> bool:
        """Whether it waits for somebody to take responsibility."""
        return self.due is not None and self.open and not self.withdrawn and not self.taken_by
