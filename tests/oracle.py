"""What must become of a case, judged from its ledger: hours at work are counted once more, minute by minute."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, datetime
from itertools import accumulate

from bot.cases import Case, Entered
from tests.autumn import DAYS, FIRST, LONDON, MINUTE, at_work, up


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


class Oracle:
    """Follows one case through its ledger, and finds what came too early, too late, twice, or not at all."""

    def __init__(self, case: Case, hours: Hours) -> None:
        self._case = case
        self._hours = hours
        self._since: datetime | None = None  # nobody has it since then
        self._reminded = False
        self._holder = ""
        self._busy: datetime | None = None  # the last step of whoever has it
        self._begun = False  # whether they have done anything since they took it
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

    def _idle(self, since: datetime) -> datetime:
        """When whoever has it is reminded, or relieved: urgent at any hour until they begin, then in hours at work."""
        if self._case.urgent and self._begun:
            return self._hours.looked(self._hours.after(since, 0, 4, urgent=False))
        return self._due(since, 240, 18)

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
                waited = self._busy if line.person == self._holder and not self._nudged else None
                self._is_at(line, self._idle(waited) if waited else None)
                self._nudged = line.at
                self.reminders.append((line.at, line.person))
            case "escalated" | "nobody-left":
                together = before and before.at == line.at and before.step in ("lapsed", "escalated")
                if not together:
                    self._is_due(line, self._since if not self._holder else None, 15, 4)
                self._outside = self._outside or line.step == "nobody-left"
                self._waits(line.at)
            case "lapsed":
                waited = self._nudged if line.person == self._holder else None
                self._is_at(line, self._idle(waited) if waited else None)
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
                self._begun = False
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
        self._begun = True

    def _ends(self) -> None:
        self._over, self._since, self._busy, self._nudged = True, None, None, None

    def _is_due(self, line: Entered, since: datetime | None, urgent_minutes: int, working_hours: int) -> None:
        """A step comes once, when somebody first looks after its time."""
        self._is_at(line, self._due(since, urgent_minutes, working_hours) if since else None)

    def _is_at(self, line: Entered, due: datetime | None) -> None:
        if due is None:
            self._fault(line, "not waited for")
        elif line.at != due:
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
        if self._busy and (nudged := self._idle(self._nudged or self._busy)) < at:
            self._fault(None, f"{self._holder} was to be {'relieved' if self._nudged else 'reminded'} at {nudged}")

    def _fault(self, line: Entered | None, what: str) -> None:
        name = f"{line.at} {line.step}" if line else "missing"
        self.faults.append(f"{self._case.ref} {name}: {what}")
