"""Ninety days of the sample organisation whose server and platforms are down every night, and clocks that jump.

What happened to each case is judged by an oracle of its own: hours at work are counted minute by minute, from dates
that are written down here.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

import pytest

from adapters.storage.memory import MemoryStore
from bot.cases import Case, Entered
from bot.compiled import Knowledge
from bot.events import Actor
from bot.messages import Form
from bot.ports import Again
from bot.turn import Letter, Turn
from tests.conftest import SCHOOL
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

TEACHER = "consultant.north@sample.example"
MANAGER = "department.north@sample.example"
HEAD = "head.north@sample.example"
DEPUTY = "deputy.north@sample.example"
CEO = "ceo@sample.example"
CHAIR = "chair@sample.example"

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


# --- hours at work, counted once more


def at_work(there: datetime) -> bool:
    holiday = any(first <= there.date() <= last for first, last in NO_SCHOOL)
    return there.weekday() < 5 and 8 <= there.hour < 17 and not holiday


def up(there: datetime) -> bool:
    """Whether server and platforms are up."""
    return 6 <= there.hour < 22


class Hours:
    """Which minute of the ninety days is at work, and when somebody looks: each quarter of an hour by day."""

    def __init__(self) -> None:
        minutes = [(FIRST + number * MINUTE).astimezone(LONDON) for number in range((DAYS + 10) * 24 * 60)]
        self._worked = [0, *accumulate(map(at_work, minutes))]
        self._looks = [there.astimezone(UTC) for there in minutes[15::15] if up(there)]

    def after(self, since: datetime, urgent_minutes: int, working_hours: int, *, urgent: bool) -> datetime:
        """When so much time has passed since then."""
        if urgent:
            return since + urgent_minutes * MINUTE
        begun = self._worked[(since - FIRST) // MINUTE]
        return FIRST + bisect_left(self._worked, begun + 60 * working_hours) * MINUTE

    def looked(self, due: datetime) -> datetime:
        """When somebody looks for the first time at what is due then."""
        return self._looks[bisect_left(self._looks, due)]


# --- the ninety days


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
        talk = self.place.talk(who).picks(f"case:close:{ref}")
        if self._form(talk):
            talk.fills(outcome="resolved", line="It is settled.")
        elif form := self._form(talk.picks(f"case:check:{ref}")):
            talk.fills(**{field.name: "yes" for field in form.fields if field.kind == "choice"})

    def _hands_over(self, who: str, ref: str) -> None:
        talk = self.place.talk(who).picks(f"case:hand-over:{ref}")
        if form := self._form(talk):
            talk.fills(to=self.chance.choice(form.fields[0].options).value, reason="It is theirs.")

    def _form(self, talk: Talk) -> Form | None:
        return next((block for block in talk.blocks if isinstance(block, Form)), None)


@pytest.fixture(scope="module")
def autumn(school: Knowledge) -> Autumn:
    """The ninety days, lived through once."""
    store = NotedStore()
    place = Place(school, SCHOOL / "sample-people.csv", store)
    # Somebody who comes back from leave is another test's matter.
    place.changes(*(replace(person, away=()) for person in place.directory.people.values()))
    place.now = FIRST
    lived = Autumn(place=place, store=store, chance=Random(43))
    lived.passes()
    return lived


@pytest.fixture(scope="module")
def hours() -> Hours:
    """The hours at work of the ninety days."""
    return Hours()


def cases(autumn: Autumn) -> list[Case]:
    return [autumn.case(ref) for ref in autumn.refs]


class Oracle:
    """Follows one case through its ledger, and finds what came too early, too late, twice, or not at all."""

    def __init__(self, case: Case, hours: Hours) -> None:
        self._case = case
        self._hours = hours
        self._since: datetime | None = None  # nobody has it since then
        self._reminded = False
        self._holder = ""
        self._busy: datetime | None = None  # the last step of whoever has it
        self._nudged: datetime | None = None
        self._outside = False  # once that is said, what a second time must bring is in test_deadlines.py
        self._over = False
        self._reached: set[str] = set()
        self._gave: set[str] = set()
        self.faults: list[str] = []
        self.reminders: list[tuple[datetime, str]] = []

    def judge(self, end: datetime) -> list[str]:
        """Everything that is wrong with the case at the end."""
        before: Entered | None = None
        for line in self._case.ledger:
            self._nothing_missing(line.at)
            self._step(line, before)
            before = line
        self._nothing_missing(end)
        return self.faults

    def _due(self, since: datetime, urgent_minutes: int, working_hours: int) -> datetime:
        after = self._hours.after(since, urgent_minutes, working_hours, urgent=self._case.urgent)
        return self._hours.looked(after)

    def _step(self, line: Entered, before: Entered | None) -> None:
        match line.step:
            case "sent":
                self._waits(line.at)
            case "delivered" | "opened":
                self._reached.add(line.person)
            case "reminded" if not line.person:
                self._is_due(line, self._since if not self._reminded and not self._holder else None, 8, 2)
                self._reminded = True
                self.reminders += [(line.at, person) for person in self._reached - self._gave]
            case "reminded":
                self._is_due(line, self._busy if line.person == self._holder and not self._nudged else None, 240, 18)
                self._nudged = line.at
                self.reminders.append((line.at, line.person))
            case "escalated" | "nobody-left":
                together = before and before.at == line.at and before.step in ("lapsed", "escalated")
                if not together:
                    self._is_due(line, self._since if not self._holder else None, 15, 4)
                self._outside = self._outside or line.step == "nobody-left"
                self._waits(line.at)
            case "lapsed":
                self._is_due(line, self._nudged if line.person == self._holder else None, 240, 18)
                self._waits(line.at)
            case "handed-over":
                self._gave.add(line.person)
                self._waits(line.at)
            case "reopened":
                self._over = False
                if line.person:
                    self._works(line.at)
                else:
                    self._waits(line.at)
            case "taken":
                if self._holder:
                    self._fault(line, "taken from somebody")
                self._holder = line.person
                self._works(line.at)
            case "withdrawn" | "closed":
                self._ends()
            case "checked" if self._case.outcome:
                self._ends()
            case _ if line.person and line.person == self._holder:
                self._works(line.at)
            case _:
                pass

    def _waits(self, at: datetime) -> None:
        self._holder, self._reminded = "", False
        self._since, self._busy, self._nudged = None if self._over else at, None, None

    def _works(self, at: datetime) -> None:
        self._since, self._busy, self._nudged = None, None if self._over else at, None

    def _ends(self) -> None:
        self._over, self._since, self._busy, self._nudged = True, None, None, None

    def _is_due(self, line: Entered, since: datetime | None, urgent_minutes: int, working_hours: int) -> None:
        """A step comes once, when somebody first looks after its time."""
        if since is None:
            self._fault(line, "not waited for")
        elif line.at != (due := self._due(since, urgent_minutes, working_hours)):
            self._fault(line, f"due at {due}")

    def _nothing_missing(self, at: datetime) -> None:
        """Nothing was to come before this time that has not come."""
        if self._since and not self._outside:
            told, reminded = self._due(self._since, 15, 4), self._due(self._since, 8, 2)
            if told < at:
                self._fault(None, f"the next were to be told at {told}")
            here = {e.person for e in self._case.ledger if e.step in ("delivered", "opened") and e.at < reminded}
            if not self._reminded and reminded < min(told, at) and here - self._gave:
                self._fault(None, f"somebody was to be reminded at {reminded}")
        if self._busy and (nudged := self._due(self._nudged or self._busy, 240, 18)) < at:
            self._fault(None, f"{self._holder} was to be {'relieved' if self._nudged else 'reminded'} at {nudged}")

    def _fault(self, line: Entered | None, what: str) -> None:
        name = f"{line.at} {line.step}" if line else "missing"
        self.faults.append(f"{self._case.ref} {name}: {what}")


def test_so_many_things_happen_in_ninety_days_that_the_others_mean_something(autumn: Autumn) -> None:
    happened = Counter[str](line.step for case in cases(autumn) for line in case.ledger)
    at_six = [at for at, letter in autumn.store.posted if letter.case and f"{at.astimezone(LONDON):%H:%M}" == "06:00"]

    assert len(autumn.refs) > 90
    assert {case.flow for case in cases(autumn)} == set(autumn.place.knowledge.library.routes)
    for step in ("reminded", "escalated", "taken", "lapsed", "nobody-left", "closed"):
        assert happened[step] > 20, step
    for step in ("handed-over", "reopened", "withdrawn", "checked", "added"):
        assert happened[step] > 2, step
    assert len(at_six) > 50
    assert any(line.at.astimezone(LONDON).date() == date(2026, 10, 25) for c in cases(autumn) for line in c.ledger)


def test_every_step_comes_once_in_order_and_when_somebody_first_looks_after_its_time(
    autumn: Autumn, hours: Hours
) -> None:
    faults = [fault for case in cases(autumn) for fault in Oracle(case, hours).judge(autumn.place.now)]

    assert faults == []


def test_in_the_end_somebody_has_every_case_or_its_reporter_the_contact_outside(autumn: Autumn) -> None:
    left = [case for case in cases(autumn) if case.open and not case.withdrawn and not case.taken_by]

    silent = [
        case.ref
        for case in left
        if "Nobody inside is left to tell. Call"
        not in autumn.place.talk(case.reporter).picks(f"mine:show:{case.ref}").hears
    ]
    assert silent == []
    assert {case.taken_by for case in cases(autumn) if case.open and not case.withdrawn} == {"", DILIGENT}


BEGINS = ("sent", "escalated", "lapsed", "handed-over", "reopened")
"""The steps after which a case waits for somebody to take it."""


def test_everybody_is_alerted_when_the_record_says_so_and_only_once_while_it_waits(autumn: Autumn) -> None:
    alerts: defaultdict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for at, letter in autumn.store.posted:
        if letter.case and not letter.reminder:
            alerts[letter.case].append((at, letter.to))

    for case in cases(autumn):
        begins = sorted({line.at for line in case.ledger if line.step in BEGINS})
        periods = Counter((person, bisect_right(begins, at)) for at, person in alerts[case.ref])
        assert set(periods.values()) == {1}, case.ref
        told = {(case.sent_at, recipient.person) for recipient in case.route.recipients}
        told |= {(line.at, line.person) for line in case.ledger if line.step == "escalated"}
        assert told <= set(alerts[case.ref]), case.ref


def test_nobody_barred_and_no_reporter_is_ever_alerted_or_reminded(autumn: Autumn) -> None:
    kept = {case.ref: case for case in cases(autumn)}

    for _, letter in autumn.store.posted:
        if letter.case:
            assert letter.to not in kept[letter.case].barred
            assert letter.to != kept[letter.case].reporter


def test_at_each_look_everybody_gets_at_most_three_reminders_or_one_letter_that_counts_them(
    autumn: Autumn, hours: Hours
) -> None:
    wanted: Counter[tuple[datetime, str]] = Counter()
    for case in cases(autumn):
        oracle = Oracle(case, hours)
        oracle.judge(autumn.place.now)
        wanted.update(oracle.reminders)
    single = Counter((at, letter.to) for at, letter in autumn.store.posted if letter.reminder)
    counted = {(at, letter.to): found for at, letter in autumn.store.posted if (found := _counts(autumn, letter))}

    assert single == {when: number for when, number in wanted.items() if number <= 3}
    assert counted == {when: [number] for when, number in wanted.items() if number > 3}
    assert counted


def _counts(autumn: Autumn, letter: Letter) -> list[int]:
    """How many reminders a letter stands for, if it is one that counts them."""
    words = autumn.place.knowledge.library.case_wording.reminder_many
    found = re.fullmatch(re.escape(words).replace(r"\{count\}", r"(\d+)"), letter.message.summary)
    return [int(found[1])] if found else []


# --- clocks that jump


@dataclass
class Jumped:
    """The organisation before its clock jumps: one case of each sort, and an unfinished report."""

    place: Place
    store: NotedStore
    waiting: str
    taken: str
    closed: str
    registered: str

    @property
    def refs(self) -> tuple[str, ...]:
        return (self.waiting, self.taken, self.closed, self.registered)

    def to(self, at: datetime) -> list[tuple[str, str]]:
        """The clock shows this time from now on, and somebody looks. Whom that writes to, about which case."""
        before = len(self.store.posted)
        self.place.now = at
        self.place.passes(timedelta())
        return [(letter.to, letter.case) for _, letter in self.store.posted[before:]]

    def case(self, ref: str) -> Case:
        with self.store.transaction():
            found = self.store.case(ORGANISATION, ref)
        assert found
        return found


NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
IN_TEN_YEARS = datetime(2036, 11, 24, 9, 0, tzinfo=UTC)
"""A Monday too."""

TO_HEAD: Given = {"danger": "no", "child-at-risk": "no", "recipients": "head_of_school", "account": "needle-story"}


@pytest.fixture
def jumped(school: Knowledge) -> Jumped:
    """Monday morning: a moment ago all was well."""
    store = NotedStore()
    place = Place(school, SCHOOL / "sample-people.csv", store)
    place.now = NOW
    teacher, head = place.talk(TEACHER), place.talk(HEAD)
    waiting, taken, closed = (teacher.reports("colleague-conduct", TO_HEAD) for _ in range(3))
    registered = teacher.reports("declare-contact", {"transport": "no"})
    head.picks(f"case:take:{taken}").picks(f"case:take:{closed}").picks(f"case:close:{closed}")
    head.fills(outcome="resolved", line="It is settled.")
    place.talk(DEPUTY).picks(f"case:take:{registered}").picks(f"case:check:{registered}").fills(
        same_class="yes", acknowledged="yes"
    )
    teacher.begins("unsure").answers_one({"danger": "no"})
    place.post()
    return Jumped(place=place, store=store, waiting=waiting, taken=taken, closed=closed, registered=registered)


def test_after_a_jump_of_ten_years_everything_is_still_there_to_read(jumped: Jumped) -> None:
    before = {ref: jumped.case(ref).said for ref in jumped.refs}

    for minutes in range(0, 60, 5):
        jumped.to(IN_TEN_YEARS + minutes * MINUTE)

    assert {ref: jumped.case(ref).said for ref in jumped.refs} == before
    assert "needle-story" in jumped.place.talk(TEACHER).picks(f"mine:show:{jumped.closed}").hears
    assert "needle-story" in jumped.place.talk(HEAD).picks(f"case:open:{jumped.taken}").hears
    assert jumped.place.talk(TEACHER).says("carry on").waiting


def test_after_a_jump_of_ten_years_each_case_takes_one_step_and_nothing_twice(jumped: Jumped) -> None:
    told = jumped.to(IN_TEN_YEARS)
    again = [letter for minutes in range(1, 60) for letter in jumped.to(IN_TEN_YEARS + minutes * MINUTE)]

    assert sorted(told) == sorted(
        [(CEO, jumped.waiting), (TEACHER, ""), (HEAD, jumped.taken), (TEACHER, ""), (TEACHER, "")]
    ), "the next, the reporter; whoever lets it lie; whether it still holds; what is unfinished"
    assert again == []


def test_however_often_the_clock_jumps_an_unfinished_report_is_announced_twice_before_it_is_deleted(
    jumped: Jumped,
) -> None:
    told: list[list[str]] = []
    for jumps in range(4):
        before = len(jumped.place.letters[TEACHER])
        jumped.to(IN_TEN_YEARS + jumps * 3653 * DAY)
        jumped.to(IN_TEN_YEARS + jumps * 3653 * DAY + 5 * MINUTE)
        new = [letter.summary.split(".")[0] for letter in jumped.place.letters[TEACHER][before:]]
        told.append([summary for summary in new if summary.startswith("Something you began")])

    announced = "Something you began here is not finished, and nobody has been told of it"
    assert told == [[announced], [announced], ["Something you began here was never finished"], []]


@pytest.mark.parametrize("jump", [IN_TEN_YEARS, NOW - DAY, NOW + timedelta(hours=2)], ids=["+10 years", "-1 day", "no"])
def test_a_form_that_is_sent_again_after_a_jump_has_no_second_effect(jumped: Jumped, jump: datetime) -> None:
    teacher, head = jumped.place.talk(TEACHER), jumped.place.talk(HEAD)

    def send() -> None:
        teacher.sends(f"mine:add:{jumped.waiting}", text="One more thing.", key="the same 1")
        head.sends(f"case:note:{jumped.taken}", fields={"text": ("Seen to.",)}, key="the same 2")

    send()
    jumped.to(jump)
    jumped.to(jump + 5 * MINUTE)
    send()

    steps = [line.step for ref in (jumped.waiting, jumped.taken) for line in jumped.case(ref).ledger]
    assert (steps.count("added"), steps.count("note")) == (1, 1)


@pytest.mark.parametrize("jump", [IN_TEN_YEARS, NOW - DAY, NOW + timedelta(hours=2)], ids=["+10 years", "-1 day", "no"])
def test_a_report_that_is_sent_again_after_a_jump_is_one_case(jumped: Jumped, jump: datetime) -> None:
    reporter = jumped.place.talk(MANAGER).reviews("cyberbullying", {**TO_HEAD, "recipients": "head_of_school"})
    [send] = [option.value for option in reporter.options if option.label == "Send"]
    reporter.picks(send, key="the same")
    jumped.to(jump)
    jumped.to(jump + 5 * MINUTE)

    reporter.picks(send, key="the same")

    with jumped.store.transaction():
        sent = jumped.store.cases_of(Actor(organisation=ORGANISATION, person=MANAGER), "sent")
    assert len(sent) == 1


def test_when_the_clock_goes_back_a_day_nothing_happens_a_second_time(jumped: Jumped) -> None:
    for _ in range(4 * 30):
        jumped.to(jumped.place.now + QUARTER)
    before = len(jumped.store.posted)
    ledgers = {ref: len(jumped.case(ref).ledger) for ref in jumped.refs}

    jumped.to(jumped.place.now - DAY)
    again = [letter for _ in range(4 * 24) for letter in jumped.to(jumped.place.now + QUARTER)]

    assert again == []
    assert len(jumped.store.posted) == before
    assert {ref: len(jumped.case(ref).ledger) for ref in jumped.refs} == ledgers


def test_after_the_clock_went_back_a_day_what_follows_comes_at_the_time_that_was_promised(jumped: Jumped) -> None:
    def told_until(end: datetime) -> list[tuple[datetime, str]]:
        found = []
        while jumped.place.now < end:
            new = jumped.to(jumped.place.now + QUARTER)
            found += [(jumped.place.now, to) for to, ref in new if ref == jumped.waiting]
        return found

    told_until(NOW + timedelta(hours=5))
    jumped.to(NOW - DAY)

    reminded, passed_on = NOW + timedelta(hours=6), NOW + timedelta(hours=8)
    assert told_until(NOW + timedelta(hours=9)) == [(reminded, HEAD), (reminded, CEO), (passed_on, CHAIR)]


def test_a_clock_that_was_ten_years_ahead_for_a_minute_does_not_put_anything_off_for_ten_years(jumped: Jumped) -> None:
    jumped.to(IN_TEN_YEARS)
    jumped.to(NOW + MINUTE)

    for _ in range(14 * 24):
        jumped.to(jumped.place.now + timedelta(hours=1))

    steps = [line.step for line in jumped.case(jumped.waiting).ledger]
    assert steps[-1] == "nobody-left"
