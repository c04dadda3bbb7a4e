"""People from a CSV file, as offices keep them in a spreadsheet, into the directory; every fault in it at once."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

from bot.errors import SettingsError
from bot.knowledge import Role, RoleId
from bot.matching.text import clean
from bot.people import Directory, Person

COLUMNS = ("email", "name", "academy", "roles", "manager", "deputy", "away", "active")
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}  # spreadsheets write ";" where numbers have the comma
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ACTIVE = {"yes": True, "": True, "no": False}

_Wrong = Callable[[str, str], None]
"""Called with what is wrong in a line, and how to mend it."""


def read_people(path: Path, roles: Mapping[RoleId, Role]) -> Directory:
    """The directory in a CSV file with the columns of `COLUMNS`, in any order.

    Several academies, roles or absences in a cell are separated by semicolons. The file may use commas, semicolons or
    tabs between cells. Raises SettingsError with every fault: its line, what it is, and how to mend it.
    """
    faults = _Faults(path.name)
    rows = _rows(_text(path), faults)
    if not rows and not faults.found:
        faults.add(0, "there are no people in it", "Write a line for each person below the first line.")
    known = {*_emails(rows, faults), *faults.unread}
    _check_academies(rows, faults)
    people = {row.email: _person(row, roles, known, faults) for row in rows}
    faults.raise_any()
    return Directory(people)


def role_changes(before: Directory, after: Directory) -> tuple[RoleId, ...]:
    """The roles whose holders differ: other people, for other academies, or people who left or came back. Sorted."""
    held, holds = _held(before), _held(after)
    return tuple(sorted(role for role in held.keys() | holds.keys() if held.get(role) != holds.get(role)))


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the file: column → cell, cleaned."""

    line: int
    cells: Mapping[str, str]

    @property
    def email(self) -> str:
        return self.cells["email"].lower()

    def several(self, column: str) -> tuple[str, ...]:
        """What stands in a cell, separated by semicolons."""
        return tuple(dict.fromkeys(filter(None, (part.strip() for part in self.cells[column].split(";")))))


@dataclass(slots=True)
class _Faults:
    """Faults found so far, in a file.

    `unread` are the cells of lines with a cell too many or too few: whoever stands in one is not missing as well.
    """

    file: str
    found: list[tuple[int, str]] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    def add(self, line: int, problem: str, remedy: str) -> None:
        """A fault in a line; line 0 is the whole file."""
        place = f"{self.file}, line {line}" if line else self.file
        self.found.append((line, f"{place}: {problem}. {remedy}"))

    def raise_any(self) -> None:
        """Raise what was found, by line."""
        if self.found:
            raise SettingsError("\n".join(text for _, text in sorted(self.found, key=lambda fault: fault[0])))


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}. Name the file with the people.") from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        remedy = 'Save it as "CSV UTF-8" in the spreadsheet.'
        raise SettingsError(f"{path.name}, line {line}: the text is not in UTF-8. {remedy}") from error


def _rows(text: str, faults: _Faults) -> list[_Row]:
    first = next(filter(str.strip, text.splitlines()), "")
    delimiter = max(_DELIMITERS, key=lambda sign: len(set(_header(first.split(sign))) & set(COLUMNS)))
    lines = _lines(text, delimiter, faults)
    line, names = next(lines, (1, []))
    header = _header(names)
    if not _header_fits(line, header, faults):
        return []
    rows = []
    for line, cells in lines:
        if len(cells) == len(header):
            rows.append(_Row(line, dict(zip(header, cells, strict=True))))
            continue
        faults.unread.update(cell.lower() for cell in cells)
        remedy = f"Separate several by semicolons, and put a cell that holds a {_DELIMITERS[delimiter]} in quotes."
        faults.add(line, f"it has {len(cells)} cells where the first line has {len(header)}", remedy)
    return rows


def _lines(text: str, delimiter: str, faults: _Faults) -> Iterator[tuple[int, list[str]]]:
    """The lines that hold anything, each with its number; empty cells after the last column are left off."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    width = 0
    while True:
        line = reader.line_num + 1  # of a cell with several lines, the first
        try:
            cells = [clean(cell, limit=2 * len(cell) + 1).text for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            faults.add(line, "the quotes do not fit", 'Put a quote at both ends of the cell, and "" within it.')
            faults.raise_any()  # the rest cannot be told apart, and nobody in it should be called missing
            return
        if any(cells):
            while len(cells) > width and not cells[-1]:
                cells.pop()
            width = width or len(cells)
            yield line, cells


def _header(names: Iterable[str]) -> list[str]:
    return [name.strip().strip('"').strip("\ufeff").lower() for name in names]


def _header_fits(line: int, header: list[str], faults: _Faults) -> bool:
    wanted = ",".join(COLUMNS)
    if not set(header) & set(COLUMNS):
        faults.add(line, "the first line does not name the columns", f"Write {wanted} above the people.")
        return False
    fits = True
    for name in dict.fromkeys(header):
        if name not in COLUMNS:
            faults.add(line, f'there is no column "{name}"', _meant(name, COLUMNS, "Remove it."))
            fits = False
        elif header.count(name) > 1:
            faults.add(line, f'the column "{name}" is there twice', "Keep one of them.")
            fits = False
    for name in COLUMNS:
        if name not in header:
            faults.add(line, f'the column "{name}" is missing', f"The columns are {wanted}; cells may be empty.")
            fits = False
    return fits


def _emails(rows: Iterable[_Row], faults: _Faults) -> dict[str, int]:
    """Everybody's e-mail address and its line. With two lines for one person, chance would say what they may do."""
    lines: dict[str, int] = {}
    for row in rows:
        if not _EMAIL.fullmatch(row.email):
            problem = f'"{row.email}" is not an e-mail address' if row.email else "there is no e-mail address"
            faults.add(row.line, problem, "Write the address that the person has at work.")
        elif row.email in lines:
            remedy = f"Keep one: the other is in line {lines[row.email]}."
            faults.add(row.line, f"{row.email} is there twice", remedy)
        lines.setdefault(row.email, row.line)
    return lines


def _person(row: _Row, roles: Mapping[RoleId, Role], known: Set[str], faults: _Faults) -> Person:
    """The person in a line, for what can be read of it: with any fault the file is refused as a whole."""
    wrong = partial(faults.add, row.line)
    if not row.cells["name"]:
        wrong("there is no name", "Write the name as colleagues know it.")
    active = row.cells["active"].lower()
    if active not in _ACTIVE:
        wrong(f'active is "{row.cells["active"]}"', 'Write "yes", or "no" for somebody who left.')
    _check_roles(row, roles, wrong)
    return Person(
        id=row.email,
        name=row.cells["name"],
        academies=row.several("academy"),
        roles=row.several("roles"),
        manager=_colleague(row, "manager", known, wrong),
        deputy=_colleague(row, "deputy", known, wrong),
        away=tuple(span for text in row.several("away") if (span := _span(text, wrong))),
        active=_ACTIVE.get(active, True),
    )


def _check_academies(rows: Iterable[_Row], faults: _Faults) -> None:
    """An academy in two spellings would be two academies, and one of them would be without a head."""
    spelt: dict[str, tuple[str, int]] = {}
    for row in rows:
        for academy in row.several("academy"):
            known, line = spelt.setdefault(academy.casefold(), (academy, row.line))
            if academy != known:
                faults.add(row.line, f'the academy "{academy}" is "{known}" in line {line}', "Write both alike.")
            if "," in academy:
                remedy = "Separate several academies by semicolons."
                faults.add(row.line, f'there is a comma in the academy "{academy}"', remedy)


def _check_roles(row: _Row, roles: Mapping[RoleId, Role], wrong: _Wrong) -> None:
    for name in row.several("roles"):
        role = roles.get(name)
        if role is None:
            ids = {role.title.lower(): role.id for role in roles.values()} | {id_: id_ for id_ in roles}
            near = difflib.get_close_matches(name.lower(), ids, n=1, cutoff=0.6)
            remedy = f'Did you mean "{ids[near[0]]}"?' if near else f"The roles are {', '.join(roles)}."
            if "," in name:
                remedy = "Separate several roles by semicolons."
            wrong(f'there is no role "{name}"', remedy)
        elif role.scope == "manager":
            wrong(f'nobody holds "{name}" by name', "Remove it: everybody's own is in the column manager.")
        elif role.scope == "academy" and not row.several("academy"):
            wrong(f'the role "{name}" is held at an academy, and the academy is empty', "Write the academy's name.")


def _colleague(row: _Row, column: str, known: Set[str], wrong: _Wrong) -> str | None:
    """The manager or deputy of a line, who must be somebody else in the same file."""
    email = row.cells[column].lower()
    if not email:
        return None
    if email == row.email:
        wrong(f"{email} is their own {column}", "Write somebody else's address, or leave it empty.")
    elif email not in known:
        wrong(f'the {column} "{email}" is not in the file', _meant(email, known, "Add a line for them."))
    return email


def _span(text: str, wrong: _Wrong) -> tuple[date, date] | None:
    """ "2026-12-01..2026-12-05", both included, or one day."""
    first, dots, last = (part.strip() for part in text.partition(".."))
    try:
        if not all(_DAY.fullmatch(day) for day in (first, last if dots else first)):
            raise ValueError(text)
        span = date.fromisoformat(first), date.fromisoformat(last if dots else first)
    except ValueError:
        wrong(f'"{text}" is not a time away', "Write the first and the last day like 2026-12-01..2026-12-05.")
        return None
    if span[1] < span[0]:
        wrong(f'"{text}" ends before it begins', "Exchange the two days, or correct the year.")
    return span


def _meant(name: str, choices: Iterable[str], otherwise: str) -> str:
    near = difflib.get_close_matches(name, list(choices), n=1, cutoff=0.6)
    return f'Did you mean "{near[0]}"?' if near else otherwise


def _held(directory: Directory) -> dict[RoleId, set[tuple[str, tuple[str, ...]]]]:
    """Each role's holders who have not left, and for which academies."""
    held: dict[RoleId, set[tuple[str, tuple[str, ...]]]] = {}
    for person in directory.people.values():
        for role in person.roles if person.active else ():
            held.setdefault(role, set()).add((person.id, tuple(sorted(person.academies))))
    return held
