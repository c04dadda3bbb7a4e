"""Ninety days of the sample organisation whose server and platforms are down every night, and what its people do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from adapters.storage.memory import MemoryStore
from bot.case_windows import mark
from bot.cases import Case
from bot.events import Actor
from bot.messages import Form
from bot.ports import Again
from bot.turn import Letter, Turn
from tests.sample_people import CEO, DEPUTY, HEAD, TEACHER
from tests.talking import ORGANISATION, Given, Place, Talk

LONDON = ZoneInfo("Europe/London")
MINUTE, QUARTER, DAY = timedelta(minutes=1), timedelta(minutes=15), timedelta(days=1)

FIRST = datetime(2026, 10, 19, tzinfo=LONDON).astimezone(UTC)
"""A Monday before half term. The clocks go back on the Sunday after."""

DAYS = 90
BUSY = 77
"""On the last days nobody sends or does anything, so that everything comes to its end."""

NO_SCHOOL = ((date(2026, 10, 24), date(2026, 11, 1)), (date(2026, 12, 19), date(2027, 1, 3)))
"""Half term and the Christmas holidays."""


REPORTERS = (
    "consultant.north@sample.example",
    "consultant.south@sample.example",
    "assistant@sample.example",
    "department.south@sample.example",
    "governor.north@sample.example",
    "hr@sample.example",
)
ABOUT_SOMEBODY = ("cyberbullying", "colleague-conduct", "student-contact", "unsure")
"""Kinds of report in which this test names whom they are about."""

DILIGENT = DEPUTY
"""Somebody who takes everything and does something each day, to the end."""


def at_work(there: datetime) -> bool:
    """Whether people are at work."""
    holiday = any(first <= there.date() <= last for first, last in NO_SCHOOL)
    return there.weekday() < 5 and 8 <= there.hour < 17 and not holiday


def up(there: datetime) -> bool:
    """Whether server and platforms are up."""
    return 6 <= there.hour < 22


class NotedStore(MemoryStore):
    """A store that notes each letter with the time at which it was posted."""

    def __init__(self) -> None:
        super().__init__()
        self.posted: list[tuple[datetime, Letter]] = []

    def write(self, actor: Actor, key: str, at: datetime, turn: Turn) -> None:
        super().write(actor, key, at, turn)
        self.posted += [(at, letter) for letter in turn.letters]


@dataclass
class Autumn:
    """The organisation, what its people mean to do and when, and what they have done."""

    place: Place
    store: NotedStore
    chance: Random
    refs: list[str] = field(default_factory=list)
    plans: list[tuple[datetime, Callable[[], object]]] = field(default_factory=list)
    daily: dict[str, str] = field(default_factory=dict)
    met: Counter[str] = field(default_factory=Counter)

    def passes(self) -> None:
        """Live through all of it."""
        end = FIRST + DAYS * DAY
        while self.place.now < end:
            there = self.place.now.astimezone(LONDON)
            busy = self.place.now < FIRST + BUSY * DAY
            if busy:
                self._people(there)
            if (there.hour, there.minute) == (10, 0):
                self._notes(busy=busy)
            self.place.now += QUARTER
            there = self.place.now.astimezone(LONDON)
            if up(there):
                if there.hour == 6 and there.minute == 0:
                    self.place.restarts()
                self.place.passes(timedelta())
                self._read()
            else:
                self._refused()

    def _refused(self) -> None:
        """The platforms take no letter."""
        for item in self.store.claim(self.place.now, MINUTE, 100, "worker"):
            self.store.settle(item.id, "worker", self.place.now, Again(QUARTER))

    def _people(self, there: datetime) -> None:
        """What people do within this quarter of an hour."""
        if self.chance.random() < (0.045 if at_work(there) else 0.008):
            self._sends(self.chance.choice(REPORTERS))
        if (there.day, there.hour, there.minute) in {(29, 20, 0), (9, 20, 0)}:
            self._evening()
        due = [plan for plan in self.plans if plan[0] <= self.place.now]
        self.plans = [plan for plan in self.plans if plan[0] > self.place.now]
        for _, does in due:
            does()
        if up(there):
            self.place.post()

    def _sends(self, who: str) -> None:
        flow = self.chance.choice(list(self.place.knowledge.library.routes))
        given: dict[str, str | tuple[str, ...]] = {
            "danger": self.chance.choice(("no", "no", "no", "yes")),
            "child-at-risk": self.chance.choice(("no", "no", "no", "not-sure")),
            "sexual": self.chance.choice(("no", "no", "yes")),
        }
        if who.startswith(("consultant", "assistant", "department")):
            given["recipients"] = self.chance.choice(("line_manager", "head_of_school"))
        if who.startswith(("consultant", "assistant")) and flow in ABOUT_SOMEBODY and self.chance.random() < 0.2:
            given["about"] = (self.chance.choice((CEO, HEAD if "north" in who else "head.south@sample.example")),)
            given["recipients"] = "line_manager"
        ref = self.place.talk(who).reports(flow, given)
        self.refs.append(ref)
        if self.chance.random() < 0.1:
            self._later(30, 6000, lambda: self.place.talk(who).sends(f"mine:add:{ref}", text="More of it."))
        if self.chance.random() < 0.1:
            self._later(30, 600, lambda: self.place.talk(who).picks(f"mine:withdraw-yes:{ref}"))
        elif self.chance.random() < 0.3:
            form = {"reason": ("It goes on.",)}
            self._later(3000, 15000, lambda: self.place.talk(who).sends(f"mine:reopen:{ref}", fields=form))

    def _evening(self) -> None:
        """Somebody takes five urgent reports in one evening, and goes to bed."""
        for _ in range(5):
            given: Given = {"danger": "yes", "child-at-risk": "no", "recipients": "head_of_school"}
            ref = self.place.talk(TEACHER).reports("cyberbullying", given)
            self.refs.append(ref)
            self.place.post()
            self.place.talk(HEAD).picks(f"case:take:{ref}")

    def _later(self, least: int, most: int, does: Callable[[], object]) -> None:
        """Mean to do something, between so many minutes from now."""
        self.plans.append((self.place.now + self.chance.randint(least, most) * MINUTE, does))

    def _read(self) -> None:
        """Everybody reads their letters, and some mean to do something about it."""
        for who, letters in self.place.letters.items():
            new, self.met[who] = letters[self.met[who] :], len(letters)
            for letter in new:
                found = re.search(r"case:open:([0-9A-Z-]+)", repr(letter))
                if found:
                    self._answers(who, found[1])

    def _answers(self, who: str, ref: str) -> None:
        lot = 0.0 if who == DILIGENT else self.chance.random()
        if lot < 0.3:
            self._later(1, 400, lambda: self._takes(who, ref))
        elif lot < 0.5:
            self._later(1, 400, lambda: self.place.talk(who).picks(f"case:open:{ref}"))

    def _takes(self, who: str, ref: str) -> None:
        self.place.talk(who).picks(f"case:take:{ref}")
        if self.case(ref).taken_by != who:
            return
        lot = self.chance.random()
        if lot < 0.35 and who != DILIGENT:
            self._later(60, 5000, lambda: self._closes(who, ref))
        elif lot < 0.5 and who != DILIGENT:
            self._later(15, 600, lambda: self._hands_over(who, ref))
        elif lot < 0.7 or who == DILIGENT:
            self.daily[ref] = who

    def _notes(self, *, busy: bool) -> None:
        """Those who do something each day do it."""
        for ref, who in self.daily.items():
            if self.case(ref).taken_by == who and (busy or who == DILIGENT):
                self.place.talk(who).sends(
                    f"case:note:{ref}", fields={"text": (f"Seen to on {self.place.now:%d %B}.",)}
                )

    def case(self, ref: str) -> Case:
        """A case as it is now."""
        with self.store.transaction():
            found = self.store.case(ORGANISATION, ref)
        assert found
        return found

    def _closes(self, who: str, ref: str) -> None:
        talk = self.place.talk(who).picks(f"case:refer:{ref}")
        if self._form(talk):  # what must be told outside first
            talk.fills(whom="local-authority-officer", who="The officer", when="Today", advice="Close it.")
        talk.picks(f"case:close:{ref}")
        if self._form(talk):
            talk.fills(outcome="resolved", line="It is settled.")
        elif form := self._form(talk.picks(f"case:check:{ref}")):
            talk.fills(**{field.name: "yes" for field in form.fields if field.kind == "choice"})

    def _hands_over(self, who: str, ref: str) -> None:
        talk = self.place.talk(who).picks(f"case:hand-over:{ref}")
        if form := self._form(talk):
            case = self.case(ref)
            had_it = {mark(case, person) for person in case.former}
            options = [option.value for option in form.fields[0].options if option.value not in had_it]
            talk.fills(to=self.chance.choice(options), reason="It is theirs.")

    def _form(self, talk: Talk) -> Form | None:
        return next((block for block in talk.blocks if isinstance(block, Form)), None)
