"""Takes letters from the outbox to the platforms, and back what became of them. The only file that sends unasked.

A letter leaves the outbox only when a platform has it or none ever will; a crash in between sends it once more.
No person, reference or content may enter a report to the operator or an error here.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeAlias, TypeVar, assert_never
from weakref import WeakValueDictionary

from bot.errors import Conflict
from bot.events import Actor, Event, LetterDelivered, LetterFailed
from bot.logs import Kind, known_reason, operator_line
from bot.ports import Again, Never, Outcome, Platform, Posted, Still, Store, Taken

SEND_TIMEOUT = timedelta(seconds=10)
"""How long one platform may take over one letter. A claimed letter is ours for three times as long."""

SIDE_BY_SIDE = 20
"""How many letters are being sent or noted at once, never two of them to one person. All of them double in a crash."""

CLAIMED = 3 * SIDE_BY_SIDE
"""How many letters are ours at once, so that many to one slow person do not keep the others waiting."""

FIRST_WAIT = timedelta(seconds=0.5)
LONGEST_WAIT = timedelta(minutes=15)
LONGEST_ASKED = timedelta(days=1)  # a platform that asks for more is asked again tomorrow

TICK = timedelta(seconds=1)
GATHER_SECONDS = 0.05  # a burst of commits is one look at the outbox, not as many
SWEEP_EVERY = timedelta(seconds=5)
FINISH_SECONDS = 20.0

_Claim: TypeAlias = tuple[Sequence[Posted], datetime]
_Destination: TypeAlias = tuple[str, ...]  # (platform,) or (platform, organisation, person)
_T = TypeVar("_T")


class Service(Protocol):
    """Whom events are told to: what delivery needs of `bot/service.py`. Both methods may raise Conflict."""

    def receive(self, event: Event) -> object:
        """Handle one event, in one transaction. An event with a key seen before has no second effect."""
        ...

    def sweep(self, now: datetime) -> int:
        """Handle what has become due by now, and say how much it was."""
        ...


def back_off(attempts: int, chance: float) -> timedelta:
    """How long to wait after so many earlier attempts: half a second, doubled each time, to a quarter of an hour.

    `chance`, from 0 to 1, takes off up to a half, so that what failed together does not come back together.
    """
    return min(FIRST_WAIT * (1 << min(attempts, 20)), LONGEST_WAIT) * (1 - chance / 2)


class Delivery:
    """Sends what is in the outbox. One for each process; several processes may share a store, each with its `worker`.

    `platforms` are tried in order. `chance` gives a random number from 0 to 1. A platform that answers Again without
    a time is tried again after `back_off`; a time it names is kept to, for the person or for everyone.
    """

    def __init__(
        self,
        store: Store,
        service: Service,
        platforms: Mapping[str, Platform],
        clock: Callable[[], datetime],
        report: Callable[[str], None],
        worker: str,
        *,
        chance: Callable[[], float] = lambda: 0.0,
        send_timeout: timedelta = SEND_TIMEOUT,
        still: Callable[[Posted], Still] = lambda _: "send",
        side_by_side: int = SIDE_BY_SIDE,
        tick: timedelta = TICK,
        beat: Callable[[Literal["letters", "deadlines"]], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._service = service
        self._platforms = platforms
        self._clock = clock
        self._report = report
        self._worker = worker
        self._chance = chance
        self._send_timeout = send_timeout
        self._still = still
        self._lease = 3 * send_timeout
        self._tick = tick
        self._beat = beat
        self._rests = _Rests()
        self._slots = asyncio.Semaphore(side_by_side)
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._under_way: set[str] = set()
        self._decided: dict[str, tuple[Posted, Outcome]] = {}  # sent, but the store could not be told yet
        self._said: dict[Kind, str] = {}
        self._swept: datetime | None = None
        self._sweeping = False
        self._begin_no_more = False
        self._poked = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def round(self) -> int:
        """Send what is due now, and return how many letters were settled. Raises Conflict if the store is not there.

        A letter whose outcome could not be noted is never sent again for it: later rounds note it.
        """
        noted = await self._note_decided()
        return noted + await self._send_all(await self._claim())

    def poke(self) -> None:
        """Have `run` look at the outbox now. May be called from any thread, and when nothing is running."""
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has just closed; the letters wait for the next start
                loop.call_soon_threadsafe(self._poked.set)

    async def run(self, stopped: asyncio.Event) -> None:
        """Deliver until stopped: at once when poked, else each `tick`; and handle what is due each five seconds.

        Slow platforms hold up nobody else's letters, and a store that is gone is waited for. Ends when what is being
        sent has been settled, after 20 seconds at most.
        """
        self._loop = asyncio.get_running_loop()
        self._begin_no_more = False
        tasks: set[asyncio.Task[object]] = set()

        def start(work: Coroutine[object, object, object]) -> None:
            task = asyncio.create_task(work)
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        waker = asyncio.create_task(self._wake_when(stopped))
        try:
            while not stopped.is_set():
                self._poked.clear()
                start(self._guarded("sweep-broke", self._sweep()))
                claim = await self._guarded("store-broke", self._look())
                if claim and claim[0]:
                    start(self._guarded("store-broke", self._send_all(claim)))
                await self._pause()
        finally:
            self._loop = None
            waker.cancel()
            await self._finish(tasks)

    async def _wake_when(self, stopped: asyncio.Event) -> None:
        await stopped.wait()
        self._poked.set()

    async def _pause(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._tick.total_seconds()):
                await self._poked.wait()
        await asyncio.sleep(GATHER_SECONDS)

    async def _finish(self, tasks: set[asyncio.Task[object]]) -> None:
        """Send on for half the time, then only let what was begun come to its end, then cut off."""
        last_seconds = min(self._send_timeout.total_seconds(), FINISH_SECONDS)
        for seconds in (FINISH_SECONDS - last_seconds, last_seconds):
            if tasks:
                await asyncio.wait(tasks, timeout=seconds)
            self._begin_no_more = True
        if tasks:
            self._say("sends-cut-off")
            late = tuple(tasks)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _guarded(self, kind: Kind, work: Coroutine[object, object, _T]) -> _T | None:
        """Do it, and survive whatever goes wrong: a delivery that dies unseen would lose alerts."""
        try:
            return await work
        except Conflict:
            self._say("store-busy")
        except Exception as error:
            self._say(kind, type(error))
        return None

    async def _sweep(self) -> None:
        now = self._clock()
        # However far the clock jumped, and in which direction, its new time counts.
        if self._sweeping or (self._swept is not None and abs(now - self._swept) < SWEEP_EVERY):
            return
        self._sweeping, self._swept = True, now
        try:
            if await asyncio.to_thread(self._service.sweep, now):
                self._poked.set()
            self._well("sweep-broke")
            self._beat("deadlines")
        finally:
            self._sweeping = False

    async def _look(self) -> _Claim:
        await self._note_decided()
        return await self._claim()

    async def _claim(self) -> _Claim:
        """Letters that are ours now, and since when; none that is being sent or that only waits to be noted."""
        now = self._clock()
        ours = self._under_way | self._decided.keys()
        limit = CLAIMED - len(ours)
        if limit <= 0:
            return (), now
        claimed = await asyncio.to_thread(self._store.claim, now, self._lease, limit, self._worker)
        self._well("store-busy", "store-broke")
        self._beat("letters")
        fresh = [posted for posted in claimed if posted.id not in ours]
        self._under_way.update(posted.id for posted in fresh)
        return fresh, now

    async def _send_all(self, claim: _Claim) -> int:
        letters, since = claim
        settled = sum(await asyncio.gather(*(self._deliver(posted, since) for posted in letters)))
        self._poked.set()  # there may be more than could be claimed, or letters to those who come next
        return settled

    async def _deliver(self, posted: Posted, since: datetime) -> bool:
        """Send one letter when it is its person's turn, and note what became of it. Whether it was settled."""
        try:
            turn = self._turns.setdefault((posted.organisation, posted.letter.to), asyncio.Lock())
            # The place is kept until the letter is noted: a crash doubles no more letters than there are places.
            async with turn, self._slots:
                outcome = await self._unless_outdated(posted, since)
                if isinstance(outcome, Never):
                    self._report(operator_line("letter-failed", reason=outcome.reason))
                return outcome is not None and await self._note(posted, outcome)
        finally:
            self._under_way.discard(posted.id)

    async def _unless_outdated(self, posted: Posted, since: datetime) -> Outcome | None:
        """Send a letter if it is still wanted: who lost the role meanwhile must not get it, and others come next."""
        try:
            still = await asyncio.to_thread(self._still, posted) if posted.letter.case else "send"
        except Conflict:
            return None  # claimed again when the store is back
        match still:
            case "drop":
                return Taken()
            case "never":
                return Never("inactive")
            case _:
                return await self._send(posted, since)

    async def _send(self, posted: Posted, since: datetime) -> Outcome | None:
        """Try the platforms in order. None: there was no time left to begin, and the letter will be claimed again.

        A platform that rests is passed over, because nobody knows whether the person can be reached there. One that
        may have the letter already, or will take it from this person later, is not: the letter waits for it.
        """
        waits: list[timedelta] = []
        reason = "no-platform"
        for name, platform in self._platforms.items():
            now = self._clock()
            if self._begin_no_more or now - since > self._lease - self._send_timeout:
                return None
            everyone, person = (name,), (name, posted.organisation, posted.letter.to)
            if left := self._rests.left(person, now):
                return Again(left)
            if left := self._rests.left(everyone, now):
                waits.append(left)
                continue
            outcome = await self._try(platform, posted)
            match outcome:
                case Taken():
                    return outcome
                case Never():
                    reason = known_reason(outcome.reason)
                case Again(after=asked, everyone=all_of_them):
                    wait = min(asked, LONGEST_ASKED) if asked > timedelta() else self._back_off(posted)
                    if all_of_them:
                        self._rests.begin(everyone, self._clock(), wait)
                        waits.append(wait)
                        continue
                    if asked > timedelta():
                        self._rests.begin(person, self._clock(), wait)
                    return Again(wait)
                case _:
                    assert_never(outcome)
        return Again(min(waits)) if waits else Never(reason)

    async def _try(self, platform: Platform, posted: Posted) -> Outcome:
        """Hand it over once. A platform that raises, against its contract, or hangs is one to be tried again."""
        try:
            async with asyncio.timeout(self._send_timeout.total_seconds()):
                outcome = await platform.send(posted.organisation, posted.letter.to, posted.letter.message)
        except Exception as error:
            self._say("platform-broke", type(error))
            return Again(timedelta())
        self._well("platform-broke")
        return outcome

    async def _note_decided(self) -> int:
        """Note what could not be noted before; stop at the first that still cannot be."""
        noted = 0
        waiting = [decided for known, decided in self._decided.items() if known not in self._under_way]
        for posted, outcome in waiting:
            noted += await self._note(posted, outcome)
            if posted.id in self._decided:
                break
        return noted

    async def _note(self, posted: Posted, outcome: Outcome) -> bool:
        """Tell the case and settle the letter, in this order: a crash in between repeats both and loses neither."""
        # Kept before the first wait, so that no claim in between can take it for an unsent letter; at the end, so that
        # one that can never be noted does not keep the others from it.
        self._decided.pop(posted.id, None)
        self._decided[posted.id] = (posted, outcome)
        try:
            final = await self._tell(posted, outcome)
            settled = await asyncio.to_thread(self._store.settle, posted.id, self._worker, self._clock(), final)
        except Conflict:
            return False
        except Exception as error:
            self._say("not-noted", type(error))
            return False
        self._decided.pop(posted.id, None)
        if not self._decided:
            self._well("not-noted")
        return settled

    async def _tell(self, posted: Posted, outcome: Outcome) -> Outcome:
        """Tell the case what became of its letter, and return what to settle it with. Raises Conflict."""
        event = self._event(posted, outcome)
        if event is None:
            return outcome
        try:
            await asyncio.to_thread(self._service.receive, event)
        except Conflict:
            raise
        except Exception as error:
            if isinstance(outcome, Never):
                # Settled as it is, the letter would be forgotten and nobody else be told.
                self._say("letter-left", type(error))
                return Again(self._back_off(posted))
            self._say("note-failed", type(error))
        return outcome

    def _event(self, posted: Posted, outcome: Outcome) -> Event | None:
        case = posted.letter.case
        actor = Actor(organisation=posted.organisation, person=posted.letter.to)
        if not case or posted.letter.reminder or isinstance(outcome, Again):
            return None
        if isinstance(outcome, Taken):
            return LetterDelivered(actor=actor, key=f"{posted.id}:delivered", at=self._clock(), case=case)
        return LetterFailed(actor=actor, key=f"{posted.id}:failed", at=self._clock(), case=case, reason=outcome.reason)

    def _back_off(self, posted: Posted) -> timedelta:
        return back_off(posted.attempts, self._chance())

    def _say(self, kind: Kind, error: type[Exception] | None = None) -> None:
        """Tell the operator once, until it is well again or goes wrong in another way."""
        reason = error.__name__ if error else ""
        if self._said.get(kind) != reason:
            self._said[kind] = reason
            self._report(operator_line(kind, reason=error) if error else operator_line(kind))

    def _well(self, *kinds: Kind) -> None:
        for kind in kinds:
            self._said.pop(kind, None)


class _Rests:
    """Who asked to be left alone, since when and for how long."""

    def __init__(self) -> None:
        self._asked: dict[_Destination, tuple[datetime, timedelta]] = {}

    def begin(self, destination: _Destination, now: datetime, wait: timedelta) -> None:
        """Leave it alone for this time; a longer rest that it asked for before holds."""
        self._asked = {known: (since, rest) for known, (since, rest) in self._asked.items() if since + rest > now}
        if wait > (self.left(destination, now) or timedelta()):
            self._asked[destination] = (now, wait)

    def left(self, destination: _Destination, now: datetime) -> timedelta | None:
        """How long it still is to be left alone, or None. A clock that was put back ends the rest."""
        since, wait = self._asked.get(destination, (now, timedelta()))
        return since + wait - now if since <= now < since + wait else None
