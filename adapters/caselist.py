"""The command `cases`: for whoever looks after the machine. States and ages; never content, kinds, roles or names."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from bot.cases import Case
from bot.ports import Store, all_cases
from bot.settings import Settings
from bot.shelves import overdue

_TOGETHER = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One case as an operator sees it. What is due already is due in less than no time."""

    ref: str
    state: str
    late: bool
    age_minutes: int
    due_in_minutes: int | None


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this command to the parser of `candour`."""
    cases = commands.add_parser("cases", help="list open cases: states and ages only", description=_cases.__doc__)
    cases.add_argument("--late", action="store_true", help="only those that are late or due")
    cases.add_argument("--all", action="store_true", help="also those that are over")
    cases.add_argument("--json", action="store_true", help="one JSON object a line")
    cases.set_defaults(command=_cases)


def lines(store: Store, organisation: str, now: datetime) -> Iterator[Line]:
    """All cases, oldest first, read a few at a time so that nobody has to wait for it."""
    for found in all_cases(store, organisation, _TOGETHER):
        yield from (_line(case, now) for case in found)


def _line(case: Case, now: datetime) -> Line:
    due = case.wake
    return Line(
        ref=case.ref,
        state=_state(case),
        late=overdue(case) or bool(due and due < now),
        age_minutes=_minutes(now - case.sent_at),
        due_in_minutes=_minutes(due - now) if due else None,
    )


def _state(case: Case) -> str:
    if not case.open:
        return "registered" if case.clocks else "closed"
    if case.withdrawn:
        return "withdrawn"
    if case.taken_by:
        return "taken"
    return "waiting" if case.due else "nobody"


def _minutes(time: timedelta) -> int:
    return int(time.total_seconds() // 60)


def _cases(options: argparse.Namespace, settings: Settings) -> int:
    """List open cases by reference, with their state and age. "nobody": nobody inside is left to tell."""
    from adapters.main import open_store

    count = 0
    with open_store(settings) as store:
        for line in lines(store, settings.organisation, datetime.now(UTC)):
            over = line.state in ("closed", "withdrawn", "registered") and not line.late
            if (over and not options.all) or (options.late and not line.late):
                continue
            count += 1
            print(json.dumps(asdict(line)) if options.json else _row(line))
    if not count and not options.json:
        print("No case is late." if options.late else "No case is open.")
    return 0


def _row(line: Line) -> str:
    left = line.due_in_minutes
    due = "" if left is None else f"due in {_time(left)}" if left >= 0 else "due now"
    late = "LATE" if line.late else ""
    return f"{line.ref}  {line.state:10}  {_time(line.age_minutes):>8} old  {late:4}  {due}".rstrip()


def _time(minutes: int) -> str:
    """ "3 d 4 h", "4 h 12 m", "12 m"."""
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    return f"{days} d {hours} h" if days else f"{hours} h {left} m" if hours else f"{left} m"
