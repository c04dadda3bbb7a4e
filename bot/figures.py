"""The figures: how many reports, how soon somebody took responsibility, how they ended. Numbers, never a case. Pure.

Cases are counted one by one and not kept. A case that the viewer is barred from, is the subject of or has sent is left
out, so that nobody learns of a report about them from a number. Small numbers are withheld, see `bot/withholding.py`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil, floor
from statistics import median
from typing import Literal, TypeAlias

from bot.cases import Case
from bot.library import Library
from bot.people import Directory
from bot.shelves import overdue
from bot.withholding import Sum, withheld
from bot.words import kind_title, listed, moment
from bot.working_time import calendar_of, deadline, local, time_at_work

MONTHS = 12
"""So many months are counted, this one included."""

Key: TypeAlias = tuple[str, ...]
_ALL: Key = ("all",)
_CONCERNS, _OTHERS = "concern", "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A number as it is told. `value` is None where none is, and in its place `text` says so."""

    text: str
    value: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a table. `total`: it sums up the others, and is not drawn beside them."""

    label: str
    cells: tuple[Cell, ...]
    total: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: `first` heads its labels, `columns` the rest. `plot`: its first column is also drawn, so or so.

    `notes` stand above it. Without rows there is nothing to count.
    """

    title: str
    first: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    plot: Literal["", "upright", "lying"] = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """All figures, as one person may see them now. `notes` say when, of what, and what is not told."""

    title: str
    notes: tuple[str, ...]
    tables: tuple[Table, ...]


class Figures:
    """Counts cases for one person. `add` each, then ask what is `shown`."""

    def __init__(self, library: Library, directory: Directory, person: str, now: datetime) -> None:
        self._library = library
        self._person = person
        self._now = now
        known = directory.people.get(person)
        self._academies = known.academies if known else ()
        self._months = tuple(_months(local(library.calendar, now).date()))
        self._counts: Counter[Key] = Counter()
        self._took: defaultdict[str, list[timedelta]] = defaultdict(list)
        self._in_time: Counter[tuple[str, bool]] = Counter()

    def add(self, case: Case) -> None:
        """Count a case, if this person may have it counted."""
        if not self._may(case):
            return
        concern = case.flow not in self._library.casework.checklists
        kind = _CONCERNS if concern else _OTHERS
        if case.open and not case.withdrawn:
            self._counts[kind, "open"] += 1
            self._counts[kind, "late" if overdue(case) else "in time"] += 1
            self._counts[kind, "open", case.flow] += 1
        if self._month(case.sent_at):
            self._counts[kind, "month", self._month(case.sent_at), case.flow] += 1
            if concern:
                self._count_taking(case)
        ended = case.last("closed", "checked")
        if not case.open and ended and self._month(ended.at):
            self._counts[kind, "outcome", case.outcome] += 1
        rated = case.last("rated")
        for question, answer in rated.detail if rated and self._month(rated.at) else ():
            self._counts["rated", question, answer] += 1

    def shown(self) -> Shown:
        """What may be told of what was counted."""
        words, library = self._library.page_wording, self._library
        places = listed(self._academies, library.wording.all_of) if self._academies else ""
        notes = (
            words.figures_made.format(time=moment(library, self._now)),
            words.figures_of.format(places=places) if places else words.figures_all,
            words.figures_small.format(smallest=library.casework.smallest),
        )
        tables = (
            self._standing(),
            *self._reports(),
            self._responsibility(),
            self._outcomes(),
            *self._how_it_went(),
            *self._declared(),
        )
        return Shown(title=words.figures, notes=notes, tables=tables)

    def _may(self, case: Case) -> bool:
        picked = any(self._person in values for values in case.picked.values())
        theirs = self._person == case.reporter or self._person in case.barred or picked
        return not theirs and (not self._academies or case.academy in self._academies)

    def _month(self, at: datetime) -> str:
        """The month in which this was, if it is counted; else nothing."""
        found = f"{local(self._library.calendar, at):%Y-%m}"
        return found if found in self._months else ""

    def _count_taking(self, case: Case) -> None:
        """How soon somebody took it; what nobody took in time counts as late, what may still be taken not at all."""
        calendar, urgent = calendar_of(self._library.calendar, case.academy), _was_urgent(case)
        due = deadline(calendar, case.sent_at, urgent=urgent)
        taken = next((line.at for line in case.ledger if line.step == "taken"), None)
        kind = "urgent" if urgent else "normal"
        if taken:
            took = taken - case.sent_at if urgent else time_at_work(calendar, case.sent_at, taken)
            self._took[kind].append(took)
        if taken or (due < self._now and not case.withdrawn):
            self._in_time[kind, taken is not None and taken <= due] += 1

    def _standing(self) -> Table:
        words = self._library.page_wording
        keys: tuple[Key, Key] = (_CONCERNS, "open"), (_CONCERNS, "late")
        rest: Key = (_CONCERNS, "in time")
        cells = self._cells(keys, [Sum(keys[0], (keys[1], rest))], unseen=(rest,))
        rows = (
            Row(label=words.open_now, cells=(cells[keys[0]],)),
            Row(label=words.late_now, cells=(cells[keys[1]],)),
        )
        return Table(title=words.now, first=words.now, columns=(words.reports,), rows=rows)

    def _reports(self) -> tuple[Table, Table]:
        """Concerns by month and kind, and each kind over all months, so that no small number follows from both."""
        kinds = self._kinds(concerns=True)
        for month in self._months:
            for kind in kinds:
                self._counts[month, kind] = self._counts[_CONCERNS, "month", month, kind]
            self._counts[month,] = sum(self._counts[month, kind] for kind in kinds)
        for kind in kinds:
            self._counts["kind", kind] = sum(self._counts[month, kind] for month in self._months)
        self._counts[_ALL] = sum(self._counts[month,] for month in self._months)
        sums: list[Sum[Key]] = [Sum((month,), tuple((month, kind) for kind in kinds)) for month in self._months]
        sums += [Sum(("kind", kind), tuple((month, kind) for month in self._months)) for kind in kinds]
        sums.append(Sum(_ALL, tuple((month,) for month in self._months)))
        sums.append(Sum(_ALL, tuple(("kind", kind) for kind in kinds)))
        cells = self._cells(dict.fromkeys(key for s in sums for key in (s.total, *s.parts)), sums)
        return self._by_month(kinds, cells), self._by_kind(kinds, cells)

    def _by_month(self, kinds: tuple[str, ...], cells: Mapping[Key, Cell]) -> Table:
        words, smallest = self._library.page_wording, self._library.casework.smallest
        shown = [kind for kind in kinds if any(cells[month, kind].value is not None for month in self._months)]
        left = [kind_title(self._library, kind) for kind in kinds if kind not in shown]
        note = (
            words.kinds_few.format(kinds=listed(left, self._library.wording.all_of), smallest=smallest) if left else ""
        )
        rows = tuple(
            Row(label=self._name_of(month), cells=(cells[month,], *(cells[month, kind] for kind in shown)))
            for month in self._months
        )
        columns = (words.every_kind, *(kind_title(self._library, kind) for kind in shown))
        notes = (note,) if note else ()
        return Table(title=words.by_month, first=words.month, columns=columns, rows=rows, plot="upright", notes=notes)

    def _by_kind(self, kinds: tuple[str, ...], cells: Mapping[Key, Cell]) -> Table:
        words = self._library.page_wording
        rows = [Row(label=kind_title(self._library, kind), cells=(cells["kind", kind],)) for kind in kinds]
        rows.append(Row(label=words.every_kind, cells=(cells[_ALL],), total=True))
        return Table(title=words.by_kind, first=words.kind, columns=(words.reports,), rows=tuple(rows), plot="lying")

    def _responsibility(self) -> Table:
        words, labels = self._library.page_wording, self._library.report_wording
        rows = tuple(
            Row(
                label=label,
                cells=(self._half(kind), self._share(self._in_time[kind, True], self._in_time[kind, False])),
            )
            for kind, label in (("urgent", labels.urgent), ("normal", labels.normal))
        )
        columns, notes = (words.half_within, words.in_time), (words.responsibility_intro,)
        return Table(title=words.responsibility, first=words.urgency, columns=columns, rows=rows, notes=notes)

    def _half(self, kind: str) -> Cell:
        words, took = self._library.page_wording, self._took[kind]
        if len(took) < self._library.casework.smallest:
            return self._few
        half = timedelta(seconds=median(time.total_seconds() for time in took))
        if kind == "urgent":
            minutes = round(half / timedelta(minutes=1))
            return Cell(text=words.minutes.format(count=minutes), value=minutes)
        hours = round(half / timedelta(hours=1), 1)
        return Cell(text=words.hours.format(count=f"{hours:g}"), value=hours)

    def _share(self, some: int, others: int) -> Cell:
        """How many of a hundred; only as a bound, and roughly, where the rest of them is too small to be told."""
        words, of, least = self._library.page_wording, some + others, self._library.casework.smallest
        if some < least and others < least:
            return self._few
        most = (least - 1) * 20 / of  # of the small part, in steps of five
        if others < least:
            percent, text = max(floor(20 - most) * 5, 0), words.at_least
        elif some < least:
            percent, text = min(ceil(most) * 5, 100), words.at_most
        else:
            percent, text = round(100 * some / of), words.share
        return Cell(text=text.format(percent=percent), value=percent)

    def _outcomes(self) -> Table:
        words, checklists = self._library.page_wording, self._library.casework.checklists.values()
        settled = {outcome for checklist in checklists for outcome in (checklist.met, checklist.refused) if outcome}
        rows = self._ended(_CONCERNS, [o.id for o in self._library.casework.outcomes if o.pick or o.id not in settled])
        return Table(title=words.outcomes, first=words.outcome, columns=(words.reports,), rows=rows, plot="lying")

    def _ended(self, kind: str, outcomes: Iterable[str]) -> tuple[Row, ...]:
        seen = [key[2] for key, count in self._counts.items() if key[:2] == (kind, "outcome") and count]
        keys: dict[Key, str] = {(kind, "outcome", name): name for name in dict.fromkeys((*outcomes, *seen))}
        cells, find = self._cells(keys), self._library.casework.outcome
        return tuple(
            Row(label=found.label if (found := find(name)) else name, cells=(cells[key],)) for key, name in keys.items()
        )

    def _how_it_went(self) -> Iterator[Table]:
        words = self._library.page_wording
        for opinion in self._library.casework.how_it_went:
            keys: dict[Key, str] = {("rated", opinion.id, option.id): option.label for option in opinion.options}
            cells = self._cells(keys)
            rows = tuple(Row(label=label, cells=(cells[key],)) for key, label in keys.items())
            notes, title = (opinion.ask, words.how_it_went_intro), words.how_it_went.format(question=opinion.short)
            yield Table(title=title, first=words.answer, columns=(words.count,), rows=rows, notes=notes)

    def _declared(self) -> Iterator[Table]:
        """Declarations and requests: how many of each, and how they ended."""
        words, rules = self._library.page_wording, self._library.casework
        kinds = self._kinds(concerns=False)
        if not kinds:
            return
        for kind in kinds:
            self._counts["kind", kind] = sum(self._counts[_OTHERS, "month", month, kind] for month in self._months)
        keys = {kind: (("kind", kind), (_OTHERS, "open", kind)) for kind in kinds}
        cells = self._cells(key for pair in keys.values() for key in pair)
        rows = tuple(
            Row(label=kind_title(self._library, kind), cells=tuple(cells[key] for key in keys[kind])) for kind in kinds
        )
        columns, notes = (words.sent_in_year, words.open_now), (words.declared_intro,)
        yield Table(title=words.declared, first=words.kind, columns=columns, rows=rows, notes=notes)
        outcomes = [
            name for checklist in rules.checklists.values() for name in (checklist.met, checklist.refused) if name
        ]
        ended = self._ended(_OTHERS, outcomes)
        yield Table(title=words.declared_ended, first=words.outcome, columns=(words.how_many,), rows=ended)

    def _kinds(self, *, concerns: bool) -> tuple[str, ...]:
        """The kinds that can be sent, and those that were before the knowledge changed."""
        kind, checklists = _CONCERNS if concerns else _OTHERS, self._library.casework.checklists
        offered = [flow for flow in self._library.routes if (flow not in checklists) == concerns]
        seen = [key[3] for key in self._counts if key[:2] == (kind, "month") and len(key) == 4]
        return tuple(dict.fromkeys((*offered, *sorted(seen))))

    def _cells(
        self, keys: Iterable[Key], sums: list[Sum[Key]] | None = None, unseen: tuple[Key, ...] = ()
    ) -> dict[Key, Cell]:
        words = self._library.page_wording
        counts = {key: self._counts[key] for key in (*keys, *unseen)}
        hidden = withheld(counts, sums or [], self._library.casework.smallest, unseen)
        also = Cell(text=words.not_shown)
        return {
            key: Cell(text=str(count), value=count)
            if key not in hidden
            else self._few
            if hidden[key] == "few"
            else also
            for key, count in counts.items()
            if key not in unseen
        }

    @property
    def _few(self) -> Cell:
        return Cell(text=self._library.page_wording.few.format(smallest=self._library.casework.smallest))

    def _name_of(self, month: str) -> str:
        year, number = month.split("-")
        return f"{self._library.wording.months[int(number) - 1]} {year}"


def _months(today: date) -> Iterator[str]:
    """The months that are counted, oldest first, as 2030-06."""
    for back in reversed(range(MONTHS)):
        months = today.year * 12 + today.month - 1 - back
        yield f"{months // 12:04}-{months % 12 + 1:02}"


def _was_urgent(case: Case) -> bool:
    """Whether it was urgent when it was sent: only whoever took it can have changed that since."""
    if case.sent_as:
        return case.sent_as[1]
    changed = next((line.step for line in case.ledger if line.step in ("urgent", "normal")), None)
    return case.urgent if changed is None else changed == "normal"
