"""What the tests of stores write and read: invented people, reports and letters, and short ways to keep them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from adapters.storage.audit import Audited
from adapters.storage.sealing import Keyring
from adapters.storage.sqlite import SqliteStore
from bot.cases import Case, Entered, Recipient, Route, Said, Step
from bot.casework import code_of
from bot.events import Actor
from bot.messages import Choices, Message, Option, Paragraph
from bot.people import Directory, Person
from bot.ports import Store
from bot.state import Asked, Conversation, Draft, Sent
from bot.turn import CaseWritten, Letter, Turn

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANNE = Actor(organisation="north", person="anne@north.example")
BEN = Actor(organisation="north", person="ben@north.example")
CARA = Actor(organisation="north", person="cara@north.example")
NOBODY = Actor(organisation="north", person="")
ANNE_OF_SOUTH = Actor(organisation="south", person="anne@north.example")

KEY = bytes(range(32))
OTHER_KEY = bytes(range(32, 64))

PEOPLE = Directory(
    {
        "anne@north.example": Person(id="anne@north.example", name="Anne Invented", academies=("North",)),
        "ben@north.example": Person(
            id="ben@north.example",
            name="Ben Made-Up",
            roles=("shift_lead",),
            manager="anne@north.example",
            away=((date(2026, 12, 1), date(2026, 12, 4)),),
        ),
    }
)


class AuditedStore(Store, Audited, Protocol):
    """What every store here is: one that keeps an audit chain."""


def open_sqlite(folder: Path, key: bytes = KEY, *, serving: bool = False) -> SqliteStore:
    """The embedded store in this folder, opened with one key."""
    return SqliteStore(folder / "candour.db", Keyring.of([key]), serving=serving)


def asked(text: str, at: datetime = NINE) -> Conversation:
    """Where somebody stands who has asked a question."""
    return Conversation(asked=Asked(text=text, at=at, shown=("friend-student",), others=("follow-student",)))


def drafting(words: str, at: datetime = NINE) -> Conversation:
    """Where somebody stands who is writing a report and has sent and done others."""
    return Conversation(
        draft=Draft(id="draft-1", flow="rude-customer", touched=at, answers={"what": (words,), "seen": ()}),
        sent=(Sent(draft="draft-0", ref="AAAA-AAAA", at=at - timedelta(days=1)),),
        done={"kitchen-check": at - timedelta(days=30)},
    )


def a_case(
    ref: str = "7Q4K-M2P8",
    *,
    reporter: str = ANNE.person,
    handlers: tuple[str, ...] = (BEN.person,),
    due: datetime | None = NINE + timedelta(hours=4),
    words: str = "They shouted at me.",
) -> Case:
    """A report that was sent at nine, with the code that fits it."""
    told = tuple(Recipient(person=person, role="shift_lead") for person in handlers)
    case = Case(
        ref=ref,
        flow="rude-customer",
        code="",
        salt=f"salt of {ref}",
        sent_at=NINE,
        urgent=False,
        reporter=reporter,
        identity="confidential",
        academy="North",
        said=(Said(asked="What happened", answer=words),),
        route=Route(
            recipients=told, then=((Recipient(person="cara@north.example", role="owner"),),), because=(), barred=()
        ),
        handlers=told,
        due=due,
        ledger=(Entered(at=NINE, step="sent"),),
    )
    return replace(case, code=code_of(case))


def stepped(case: Case, step: Step, person: str = BEN.person, at: datetime = NINE, **changes: Any) -> Case:
    """The case one step on."""
    return replace(case, ledger=(*case.ledger, Entered(at=at, step=step, person=person, role="shift_lead")), **changes)


def a_letter(to: str = BEN.person, case: str = "7Q4K-M2P8") -> Letter:
    """An alert."""
    choices = Choices(prompt="Open it", options=(Option(label="Open", value=f"open:{case}"),))
    return Letter(to=to, case=case, message=Message(summary="A report", blocks=(Paragraph(text="Waits."), choices)))


def keep(store: Store, key: str, actor: Actor = ANNE, at: datetime = NINE, **turn: Any) -> None:
    """Write one turn in a transaction of its own; without a `state`, the person stands at the beginning."""
    with store.transaction():
        store.write(actor, key, at, Turn(**{"state": Conversation(), **turn}))


def file_case(store: Store, case: Case, step: Step = "sent", by: str = ANNE.person, at: datetime = NINE) -> None:
    """Write a case in a transaction of its own, whoever said what."""
    key = f"{case.ref} {step} {len(case.ledger)}"
    keep(store, key, NOBODY, at, records=(CaseWritten(case=case, step=step, by=by),))


def state_of(store: Store, actor: Actor) -> Conversation:
    """Where somebody stands."""
    with store.transaction():
        return store.state(actor)


def case_of(store: Store, ref: str, organisation: str = "north") -> Case | None:
    """A case."""
    with store.transaction():
        return store.case(organisation, ref)


def seen(store: Store, key: str, organisation: str = "north") -> bool:
    """Whether an event is remembered."""
    with store.transaction():
        return store.seen(organisation, key)


class HalfWay(Exception):
    """Something went wrong after everything was written."""


@contextmanager
def that_fails(within: AbstractContextManager[None]) -> Iterator[None]:
    """A transaction, or a part of one, that fails after its body was written."""
    try:
        with within:
            yield
            raise HalfWay
    except HalfWay:
        return


@contextmanager
def tampering(folder: Path) -> Iterator[sqlite3.Connection]:
    """The embedded database of this folder, in somebody else's hands."""
    with closing(sqlite3.connect(folder / "candour.db", isolation_level=None)) as raw:
        yield raw
