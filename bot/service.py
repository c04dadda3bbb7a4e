"""The few lines between the world and the core: gather what is known, decide, write, and only then speak.

Events are handled one after the other and committed together: under load one write to disk carries many turns, and
nobody is answered before it is done.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from bot import exporting
from bot.cases import Case, Grant
from bot.compiled import Knowledge
from bot.consulting import answer_beside
from bot.core import handle, handle_again, needs
from bot.errors import Conflict, Damaged
from bot.events import Actor, DeadlinePassed, DirectoryChanged, Event, TextReceived, TimePassed
from bot.exporting import Record
from bot.figures import Figures, Shown
from bot.letters import gathered
from bot.listing import theirs
from bot.matching.text import clean
from bot.pages import sees_figures
from bot.people import Directory
from bot.permissions import entitled, relations
from bot.ports import Posted, Still, Store, all_cases
from bot.scene import Scene
from bot.shelves import PAGE, Shelf, overdue
from bot.speaking import say
from bot.state import Conversation
from bot.turn import AccessRefused, Letter, OperatorTold, Turn, Worry
from bot.working import reroute

SWEPT_TOGETHER = 100
"""Cases looked at in one transaction: few enough that nobody waits for long, many enough to gather reminders."""

COUNTED_TOGETHER = 200
"""Cases that are read in one transaction for the figures."""

TOGETHER_MAX = 64
"""Events committed at once: enough to share the disk's time, few enough that the first does not wait for the last."""

Result = Turn | Exception


class Service:
    """Handles events. `knowledge` is asked for at each event, so a reload takes effect.

    `posted` is called after a commit that left letters in the outbox, `worried` after one that holds something the
    operator must look after. `address` is where our own pages are, see `Scene`.
    """

    def __init__(
        self,
        knowledge: Callable[[], Knowledge],
        store: Store,
        posted: Callable[[], None] = lambda: None,
        worried: Callable[[Worry], None] = lambda _: None,
        chance: Callable[[], bytes] = lambda: secrets.token_bytes(16),
        address: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._knowledge = knowledge
        self._store = store
        self._posted = posted
        self._worried = worried
        self._chance = chance
        self._address = address
        self._queue: list[tuple[Event, asyncio.Future[Turn]]] = []
        self._working: asyncio.Task[None] | None = None

    def receive(self, event: Event) -> Turn:
        """Handle one event. What it says may be said when this returns: the turn is on disk.

        An event that was handled before changes nothing; its reply is decided again from where the person stands,
        because the first reply may have been lost on the way. Raises Conflict if nothing could be written.
        """
        [result] = self.receive_all([event])
        if isinstance(result, Exception):
            raise result
        return result

    def receive_all(self, events: Sequence[Event]) -> list[Result]:
        """Handle events in order and commit them together. One that cannot be handled undoes only itself."""
        reminders: list[tuple[Event, Letter]] = []
        try:
            with self._store.transaction():
                results = [self._guarded(event, reminders) for event in events]
                self._post_gathered(reminders)
        except Conflict as conflict:
            return [self._without_store(event, conflict) for event in events]
        turns = [result for result in results if isinstance(result, Turn)]
        if any(turn.letters for turn in turns):
            self._posted()
        for turn in turns:
            for record in turn.records:
                if isinstance(record, OperatorTold):
                    self._worried(record.what)
        return results

    async def submit(self, event: Event) -> Turn:
        """Handle one event beside others: those that arrive while the disk is busy are committed together."""
        future: asyncio.Future[Turn] = asyncio.get_running_loop().create_future()
        self._queue.append((event, future))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())
        return await future

    def still(self, posted: Posted) -> Still:
        """Whether a letter about a case is still to be sent: not when it was withdrawn or closed, nor to who may not
        open it now; and a reminder only as long as something is wanted of that person.

        Raises Conflict if the store is busy.
        """
        with self._store.transaction():
            case = self._store.case(posted.organisation, posted.letter.case)
            directory = self._store.directory(posted.organisation)
        if case is None or not case.open or _withdrawn_untouched(case):
            return "drop"
        roles, person = self._knowledge().library.roles, posted.letter.to
        may = entitled(case, person, directory, roles) is not None
        if posted.letter.reminder:
            wanted = case.waits if not case.taken_by else case.taken_by == person and overdue(case)
            wanted = wanted or "advice" in case.clocks
            return "send" if may and wanted else "drop"
        return "send" if may else "never"

    def sweep(self, now: datetime) -> int:
        """Handle everything whose time has come: unfinished reports, and cases that nobody took. Returns how many.

        Everything is tried; then the first failure is raised, Conflict if the store was busy. The next sweep finds the
        same again.
        """
        with self._store.transaction():
            people, cases = self._store.asleep_until(now)
        mark = now.isoformat()
        due: list[Event] = [TimePassed(actor=actor, key=f"time:{actor.person}:{mark}", at=now) for actor in people]
        due += [
            DeadlinePassed(actor=Actor(organisation=org, person=""), key=f"deadline:{ref}:{mark}", at=now, case=ref)
            for org, ref in cases
        ]
        failed: Exception | None = None
        for start in range(0, len(due), SWEPT_TOGETHER):
            results = self.receive_all(due[start : start + SWEPT_TOGETHER])
            failed = failed or next((result for result in results if isinstance(result, Exception)), None)
        if failed:
            raise failed
        return len(due)

    def directory_changed(self, organisation: str, now: datetime) -> int:
        """Look again at all cases, and give those of people who left or lost a role to others.

        Returns how many there were to give. Raises Conflict if the store was busy; the same may be done again.
        """
        count, mark = 0, now.isoformat()
        nobody, library = Actor(organisation=organisation, person=""), self._knowledge().library
        with self._store.transaction():
            directory = self._store.directory(organisation)
        for found in all_cases(self._store, organisation, SWEPT_TOGETHER):
            moved = [case.ref for case in found if reroute(case, library, directory, now)]
            events = [DirectoryChanged(actor=nobody, key=f"directory:{r}:{mark}", at=now, case=r) for r in moved]
            for result in self.receive_all(events):
                if isinstance(result, Exception):
                    raise result
            count += len(moved)
        return count

    def record(self, organisation: str, grant: Grant, now: datetime) -> Record | None:
        """The record that a link leads to; None if its person may not have it any more. Raises Conflict, Damaged."""
        library = self._knowledge().library
        with self._told_if_damaged(), self._store.transaction():
            case, directory = self._store.case(organisation, grant.ref), self._store.directory(organisation)
            codes = self._store.audit_codes(organisation, grant.ref)
        if case is None or "responsible" not in relations(case, grant.person, directory, library.roles):
            return None
        return exporting.record(library, directory, case, grant, codes, now)

    def figures(self, organisation: str, grant: Grant, now: datetime) -> Shown | None:
        """The figures that a link leads to; None if its person may not see them any more. Raises Conflict, Damaged.

        Read a part at a time, so that nobody who reports has to wait for it.
        """
        library = self._knowledge().library
        with self._told_if_damaged(), self._store.transaction():
            directory = self._store.directory(organisation)
        if not sees_figures(library, directory, grant.person):
            return None
        figures = Figures(library, directory, grant.person, now)
        with self._told_if_damaged():
            for cases in all_cases(self._store, organisation, COUNTED_TOGETHER):
                for case in cases:
                    figures.add(case)
        return figures.shown()

    @contextmanager
    def _told_if_damaged(self) -> Iterator[None]:
        """The operator hears of what was altered outside, also where nothing is written."""
        try:
            yield
        except Damaged:
            self._worried("damaged")
            raise

    async def _work(self) -> None:
        while self._queue:
            taken, self._queue = self._queue[:TOGETHER_MAX], self._queue[TOGETHER_MAX:]
            try:
                results = await asyncio.to_thread(self.receive_all, [event for event, _ in taken])
            except Exception as error:
                results = [error] * len(taken)
            for (_, future), result in zip(taken, results, strict=True):
                if future.done():
                    continue  # who asked has gone; what was written stays
                if isinstance(result, Exception):
                    future.set_exception(result)
                else:
                    future.set_result(result)

    def _post_gathered(self, reminders: Sequence[tuple[Event, Letter]]) -> None:
        """Post what was held back, so that nobody finds a flood of reminders after an outage or a holiday."""
        for organisation in dict.fromkeys(event.actor.organisation for event, _ in reminders):
            first = next(event for event, _ in reminders if event.actor.organisation == organisation)
            several = tuple(letter for event, letter in reminders if event.actor.organisation == organisation)
            turn = Turn(state=Conversation(), letters=gathered(self._knowledge().library, several))
            nobody = Actor(organisation=organisation, person="")
            self._store.write(nobody, f"gathered:{first.key}", first.at, turn)

    def _guarded(self, event: Event, reminders: list[tuple[Event, Letter]]) -> Result:
        try:
            with self._store.part():
                turn = self._turn(event)
            reminders.extend((event, letter) for letter in turn.letters if letter.reminder)
            return turn
        except Conflict:
            raise
        except Damaged:
            return self._damaged(event)
        except Exception as error:
            return error

    def _turn(self, event: Event) -> Turn:
        store, knowledge, organisation = self._store, self._knowledge(), event.actor.organisation
        state = store.state(event.actor)
        wanted = needs(knowledge, state, event)
        directory = store.directory(organisation)
        lists = {shelf: self._listed(knowledge, directory, event.actor, shelf, wanted.after) for shelf in wanted.lists}
        grant = store.grant(organisation, wanted.token) if wanted.token else None
        ref = grant.ref if grant else wanted.case
        scene = Scene(
            state=state,
            chance=self._chance(),
            directory=directory,
            case=store.case(organisation, ref) if ref else None,
            lists={shelf: cases[:PAGE] for shelf, cases in lists.items()},
            older={shelf: cases[PAGE - 1].ref for shelf, cases in lists.items() if len(cases) > PAGE},
            grant=grant,
            concerns=lambda person, since, but: store.concerns(organisation, person, since, but),
            address=self._address(),
        )
        if store.seen(organisation, event.key):
            return handle_again(knowledge, scene, event)
        turn = handle(knowledge, scene, event)
        if wanted.lists and turn == Turn(state=state, replies=turn.replies, wake=turn.wake):
            return turn  # a list was shown: nothing of that has to be remembered, and looking costs no write
        at_once = tuple(letter for letter in turn.letters if not letter.reminder)
        store.write(event.actor, event.key, event.at, replace(turn, letters=at_once))
        return turn

    def _listed(
        self, knowledge: Knowledge, directory: Directory, actor: Actor, shelf: Shelf, after: str
    ) -> tuple[Case, ...]:
        """A page of what somebody may open of a list, and one case more if it goes on."""
        found: list[Case] = []
        while len(found) <= PAGE and (some := self._store.cases_of(actor, shelf, PAGE + 1, after)):
            after = some[-1].ref
            found += (case for case in some if theirs(knowledge.library, directory, actor.person, shelf, case))
        return tuple(found[: PAGE + 1])

    def _without_store(self, event: Event, conflict: Conflict) -> Result:
        """What the policy says needs no store: such a question is answered all the same, everything else is refused."""
        if not isinstance(event, TextReceived):
            return conflict
        answer, _ = answer_beside(self._knowledge(), event.at, clean(event.text).text)
        return Turn(state=Conversation(), replies=(answer,)) if answer else conflict

    def _damaged(self, event: Event) -> Result:
        """What was altered outside is not shown and not written over; that it was asked for is entered."""
        nobody = Actor(organisation=event.actor.organisation, person="")
        records = (AccessRefused(ref="", by=event.actor.person), OperatorTold(what="damaged"))
        if not self._store.seen(nobody.organisation, event.key):
            self._store.write(nobody, event.key, event.at, Turn(state=Conversation(), records=records))
        asked = clean(event.text).text if isinstance(event, TextReceived) else ""
        answer = answer_beside(self._knowledge(), event.at, asked)[0] if asked else None
        reply = answer or say(self._knowledge().library.report_wording.damaged)
        return Turn(state=Conversation(), records=records, replies=(reply,))


def _withdrawn_untouched(case: Case) -> bool:
    """Whether nobody was given the case since its reporter withdrew it: then alerts of before are not sent any more."""
    given = ("withdrawn", "handed-over", "included", "conflict", "locked-out", "retyped", "escalated", "taken")
    steps = [line.step for line in case.ledger if line.step in given]
    return case.withdrawn and steps[-1:] == ["withdrawn"] and "advice" not in case.clocks
