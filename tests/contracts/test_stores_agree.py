"""Whatever people do, in whatever order, and whatever of it fails: the stores say the same about it."""

from __future__ import annotations

import tempfile
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.storage.memory import MemoryStore
from bot.events import Actor
from bot.people import Directory
from bot.ports import Again, Never, Outcome, Posted, Store, Taken
from bot.state import Conversation
from bot.turn import AccessRefused, CaseWritten, FeedbackGiven, OperatorTold, QuestionUnanswered, Record, Turn
from tests.contracts.samples import (
    ANNE,
    ANNE_OF_SOUTH,
    BEN,
    CARA,
    NINE,
    PEOPLE,
    HalfWay,
    a_case,
    a_letter,
    asked,
    drafting,
    open_sqlite,
)

CROWD = (ANNE, BEN, CARA, ANNE_OF_SOUTH)
KEYS = tuple(f"event-{number}" for number in range(20))
OUTCOMES: tuple[Outcome, ...] = (Taken(), Never("not-found"), Again(timedelta(minutes=3)))
STATES = (
    Conversation(),
    asked("now"),
    drafting("words"),
    replace(drafting("words"), asked=asked("beside").asked),
)


@dataclass(frozen=True)
class Written:
    """Somebody's turn; it `fails` after it was written."""

    actor: Actor
    key: str
    state: Conversation
    case: int
    records: int
    letters: int
    fails: bool

    def turn(self, at: datetime) -> Turn:
        """The turn, with the question as old as the test is by then."""
        handlers = (BEN.person, CARA.person)[: 1 + self.case % 2]
        due = at if self.case else None
        case = a_case(f"AAAA-{self.case:04}", reporter=self.actor.person, handlers=handlers, due=due)
        records: tuple[tuple[Record, ...], ...] = (
            (),
            (CaseWritten(case=case, step="sent", by=self.actor.person),),
            (CaseWritten(case=replace(case, taken_by=BEN.person), step="taken", by=BEN.person),),
            (FeedbackGiven(matter="gifts", opinion="helpful"), OperatorTold(what="nobody-left")),
            (QuestionUnanswered(masked=f"parking {self.case}", nearest=""), AccessRefused(ref="?", by="?")),
        )
        wake = at + timedelta(minutes=5) if self.state.draft else None
        letters = tuple(a_letter(to) for to in (BEN.person, CARA.person)[: self.letters])
        return Turn(state=self.state, records=records[self.records], letters=letters, wake=wake)


@dataclass(frozen=True)
class Claimed:
    """A worker asks for letters."""

    worker: str
    limit: int


@dataclass(frozen=True)
class Settled:
    """A worker says what became of a letter, whether it is its own or not."""

    worker: str
    letter: int
    outcome: Outcome


@dataclass(frozen=True)
class Passed:
    """Time passes."""

    time: timedelta


@dataclass(frozen=True)
class MovedIn:
    """The directory is replaced."""

    organisation: str
    people: Directory


workers = st.sampled_from(("one", "two"))
written = st.builds(
    Written,
    actor=st.sampled_from(CROWD),
    key=st.sampled_from(KEYS),
    state=st.sampled_from(STATES),
    case=st.integers(0, 3),
    records=st.integers(0, 4),
    letters=st.integers(0, 2),
    fails=st.sampled_from((False, False, False, True)),
)
doings = st.one_of(
    written,
    written,
    written,
    st.builds(Claimed, workers, st.integers(1, 3)),
    st.builds(Settled, workers, st.integers(0, 5), st.sampled_from(OUTCOMES)),
    st.builds(Passed, st.sampled_from([timedelta(minutes=1), timedelta(minutes=11), timedelta(hours=25)])),
    st.builds(MovedIn, st.sampled_from(("north", "south")), st.sampled_from((PEOPLE, Directory()))),
)


class Led:
    """A store, what its workers have claimed, and what each doing came to."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._claimed: list[Posted] = []

    def does(self, doing: object, at: datetime) -> object:
        """Do it, and say what came of it."""
        match doing:
            case Written():
                return self._write(doing, at)
            case Claimed():
                claimed = self.store.claim(at, timedelta(minutes=2), doing.limit, doing.worker)
                self._claimed += claimed
                return [(posted.organisation, posted.letter, posted.attempts) for posted in claimed]
            case Settled() if self._claimed:
                posted = self._claimed[doing.letter % len(self._claimed)]
                return self.store.settle(posted.id, doing.worker, at, doing.outcome)
            case MovedIn():
                with self.store.transaction():
                    self.store.keep_directory(doing.organisation, doing.people)
        return None

    def says(self, at: datetime) -> list[Any]:
        """Everything that can be asked of a store, all of it by now and what will have become due a little later."""
        store = self.store
        with store.transaction():
            people, cases = store.asleep_until(at)
            said: list[Any] = [sorted(people, key=repr), sorted(cases)]
            for actor in CROWD:
                said += [store.state(actor), store.cases_of(actor, "sent"), store.cases_of(actor, "waiting")]
            for organisation in ("north", "south"):
                said += [store.directory(organisation), [store.seen(organisation, key) for key in KEYS]]
        for organisation in ("north", "south"):
            counted = (store.feedback(organisation), store.operator_told(organisation))
            said += [*counted, list(store.unanswered(organisation).items())]
        return said

    def _write(self, doing: Written, at: datetime) -> bool:
        """As the service does: each event a part of its own, and one that was seen before writes nothing."""
        try:
            with self.store.transaction(), self.store.part():
                if self.store.seen(doing.actor.organisation, doing.key):
                    return False
                self.store.write(doing.actor, doing.key, at, doing.turn(at))
                if doing.fails:
                    raise HalfWay
        except HalfWay:
            return False
        return True


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.lists(doings, max_size=25))
def test_all_stores_say_the_same_whatever_is_done(done: list[object]) -> None:
    with tempfile.TemporaryDirectory() as folder, closing(open_sqlite(Path(folder))) as sqlite:
        reference, other, now = Led(MemoryStore()), Led(sqlite), NINE

        for doing in done:
            now += doing.time if isinstance(doing, Passed) else timedelta(seconds=1)

            assert other.does(doing, now) == reference.does(doing, now)
            assert other.says(now) == reference.says(now)
