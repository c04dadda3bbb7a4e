"""The file of people: what an office may write in a spreadsheet, and what it is told when something is wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from adapters.directory import read_people, role_changes
from bot.errors import SettingsError
from bot.people import Directory, Person
from tests.made_up import role

ROLES = {
    found.id: found
    for found in (
        role("mentor", "manager", "shift_lead"),
        role("shift_lead", "academy", "owner"),
        role("owner", "trust"),
    )
}
HEADER = "email,name,academy,roles,manager,deputy,away,active\n"


class Office:
    """Somebody who keeps the people in a file."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "people.csv"

    def saves(self, content: str | bytes) -> Directory:
        """What comes of the file when it holds this."""
        self.file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_people(self.file, ROLES)

    def is_told(self, content: str | bytes) -> list[str]:
        """The faults that the file is refused for, without its name."""
        with pytest.raises(SettingsError) as refused:
            self.saves(content)
        return [line.removeprefix("people.csv") for line in str(refused.value).splitlines()]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_a_full_line_becomes_a_person(office: Office) -> None:
    people = office.saves(
        HEADER
        + "Lead@bakery.example,Lena Lead,High Street;Mill Lane,shift_lead;owner,owner@bakery.example,"
        + "Baker@Bakery.example,2030-12-01..2030-12-05; 2030-12-24,yes\n"
        + "baker@bakery.example,Bo Baker,High Street,,LEAD@bakery.example,,,no\n"
        + "owner@bakery.example,Olive Owner,,owner,,,,\n"
    ).people

    assert people["lead@bakery.example"] == Person(
        id="lead@bakery.example",
        name="Lena Lead",
        academies=("High Street", "Mill Lane"),
        roles=("shift_lead", "owner"),
        manager="owner@bakery.example",
        deputy="baker@bakery.example",
        away=((date(2030, 12, 1), date(2030, 12, 5)), (date(2030, 12, 24), date(2030, 12, 24))),
    )
    assert people["baker@bakery.example"].manager == "lead@bakery.example"
    assert not people["baker@bakery.example"].active
    assert people["owner@bakery.example"] == Person(id="owner@bakery.example", name="Olive Owner", roles=("owner",))


PLAIN = HEADER + "a@bakery.example,Ada,Mill Lane,shift_lead;owner,b@bakery.example,,,\nb@bakery.example,Bo,,,,,,\n"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(PLAIN.encode("utf-8-sig"), id="with a byte order mark"),
        pytest.param(PLAIN.replace("\n", "\r\n"), id="from Windows"),
        pytest.param(PLAIN.replace("\n", "\n\n"), id="with empty lines"),
        pytest.param(PLAIN.replace("\n", ",,,\n"), id="with empty cells behind the last column"),
        pytest.param("\n" + PLAIN + ",,,,,,,\n", id="with empty rows around"),
        pytest.param(PLAIN.replace("email,name", "Email, NAME "), id="with capitals and spaces in the first line"),
        pytest.param(PLAIN.replace("shift_lead;owner", '"shift_lead;owner"').replace(",", ";"), id="with semicolons"),
        pytest.param(PLAIN.replace(",", "\t"), id="with tabs"),
        pytest.param(PLAIN.replace("a@bakery", "a\u200b@bakery").replace("Ada", " Ada\u00a0"), id="pasted from a page"),
    ],
)
def test_a_spreadsheets_habits_make_no_difference(office: Office, content: str | bytes) -> None:
    assert office.saves(content) == office.saves(PLAIN)


def test_the_columns_may_come_in_any_order(office: Office) -> None:
    people = office.saves("active,away,deputy,manager,roles,academy,name,email\nno,,,,,,Ada,a@bakery.example\n").people

    assert people == {"a@bakery.example": Person(id="a@bakery.example", name="Ada", active=False)}


def test_every_fault_is_told_at_once_in_the_order_of_the_lines(office: Office) -> None:
    told = office.is_told(
        HEADER
        + "a@bakery.example,,Mill Lane,shift_laed,gone@elsewhere.example,a@bakery.example,1/12/2030,perhaps\n"
        + "A@bakery.example,Ada,,shift_lead,,,2030-12-05..2030-12-01,\n"
        + "nobody,Nobody,mill lane,mentor,,,,\n"
    )

    assert told == [
        ", line 2: there is no name. Write the name as colleagues know it.",
        ', line 2: active is "perhaps". Write "yes", or "no" for somebody who left.',
        ', line 2: there is no role "shift_laed". Did you mean "shift_lead"?',
        ', line 2: the manager "gone@elsewhere.example" is not in the file. Add a line for them.',
        ", line 2: a@bakery.example is their own deputy. Write somebody else's address, or leave it empty.",
        ', line 2: "1/12/2030" is not a time away. Write the first and the last day like 2026-12-01..2026-12-05.',
        ", line 3: a@bakery.example is there twice. Keep one: the other is in line 2.",
        ', line 3: the role "shift_lead" is held at an academy, and the academy is empty. Write the academy\'s name.',
        ', line 3: "2030-12-05..2030-12-01" ends before it begins. Exchange the two days, or correct the year.',
        ', line 4: "nobody" is not an e-mail address. Write the address that the person has at work.',
        ', line 4: the academy "mill lane" is "Mill Lane" in line 2. Write both alike.',
        ', line 4: nobody holds "mentor" by name. Remove it: everybody\'s own is in the column manager.',
    ]


ONE = "a@bakery.example,Ada,Mill Lane,,,,,\n"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", ", line 1: the first line does not name the columns. Write " + HEADER.strip() + " above the people."),
        (ONE, ", line 1: the first line does not name the columns. Write " + HEADER.strip() + " above the people."),
        (HEADER, ": there are no people in it. Write a line for each person below the first line."),
        (
            HEADER.replace("deputy,", "") + "a@bakery.example,Ada,,,,,\n",
            ', line 1: the column "deputy" is missing. The columns are ' + HEADER.strip() + "; cells may be empty.",
        ),
        (HEADER.replace("active", "active,phone") + ONE, ', line 1: there is no column "phone". Remove it.'),
        (
            HEADER.replace("active", "active,name") + ONE,
            ', line 1: the column "name" is there twice. Keep one of them.',
        ),
        (
            HEADER + ONE.replace("Lane,,,,,", "Lane,owner,mentor,,,,yes"),
            ", line 2: it has 9 cells where the first line has 8. "
            "Separate several by semicolons, and put a cell that holds a comma in quotes.",
        ),
        (
            (HEADER + ONE.replace("Lane,,,,,", "Lane,owner,mentor,,,,yes")).replace(",", ";"),
            ", line 2: it has 9 cells where the first line has 8. "
            "Separate several by semicolons, and put a cell that holds a semicolon in quotes.",
        ),
        (
            HEADER + ONE.replace("Lane,,", 'Lane,"owner,shift_lead",'),
            ', line 2: there is no role "owner,shift_lead". Separate several roles by semicolons.',
        ),
        (
            HEADER + ONE.replace("Mill Lane", '"Mill Lane, High Street"'),
            ', line 2: there is a comma in the academy "Mill Lane, High Street". '
            "Separate several academies by semicolons.",
        ),
        (
            HEADER + ONE.replace("Ada", '"Ada'),
            ', line 2: the quotes do not fit. Put a quote at both ends of the cell, and "" within it.',
        ),
        (
            (HEADER + ONE + ONE.replace("Ada", "Zoë")).encode("cp1252"),
            ', line 3: the text is not in UTF-8. Save it as "CSV UTF-8" in the spreadsheet.',
        ),
        (
            HEADER + ONE.replace(",,,,", ",,a@bakery.example,,"),
            ", line 2: a@bakery.example is their own manager. Write somebody else's address, or leave it empty.",
        ),
        (
            HEADER + ONE.replace(",,,,", ",,,b@bakery.exampel,") + ONE.replace("a@", "b@").replace("Ada", "Bo"),
            ', line 2: the deputy "b@bakery.exampel" is not in the file. Did you mean "b@bakery.example"?',
        ),
        (
            HEADER + ONE.replace(",,,,", ",,,,2030-02-30"),
            ', line 2: "2030-02-30" is not a time away. Write the first and the last day like 2026-12-01..2026-12-05.',
        ),
    ],
)
def test_a_single_fault_is_told_alone_with_its_line_and_its_remedy(
    office: Office, content: str | bytes, fault: str
) -> None:
    assert office.is_told(content) == [fault]


def test_a_role_written_by_its_title_is_understood_as_the_one_that_was_meant(office: Office) -> None:
    told = office.is_told(HEADER + ONE.replace("Lane,,", "Lane,Shift Lead,"))

    assert told == [', line 2: there is no role "Shift Lead". Did you mean "shift_lead"?']


def test_whoever_stands_in_a_line_that_cannot_be_read_is_not_called_missing_as_well(office: Office) -> None:
    told = office.is_told(HEADER + ONE.replace(",,,,", ",,b@bakery.example,,") + "b@bakery.example,Bo,Baker,,,,,,,x\n")

    assert [fault.partition(":")[0] for fault in told] == [", line 3"]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.csv cannot be read"):
        read_people(tmp_path / "nowhere.csv", ROLES)


def people(*several: Person) -> Directory:
    return Directory({person.id: person for person in several})


LEAD = Person(id="lead@bakery.example", name="Lena", academies=("Mill Lane",), roles=("shift_lead",))
OWNER = Person(id="owner@bakery.example", name="Olive", roles=("owner",))


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(
            Person(id="new@bakery.example", name="Nia", academies=("Mill Lane",), roles=LEAD.roles), id="else"
        ),
        pytest.param(Person(id=LEAD.id, name="Lena", academies=("High Street",), roles=LEAD.roles), id="elsewhere"),
        pytest.param(Person(id=LEAD.id, name="Lena", academies=LEAD.academies), id="no longer"),
        pytest.param(
            Person(id=LEAD.id, name="Lena", academies=LEAD.academies, roles=LEAD.roles, active=False), id="left"
        ),
    ],
)
def test_a_role_with_another_holder_is_told_apart(now: Person) -> None:
    assert role_changes(people(LEAD, OWNER), people(now, OWNER)) == ("shift_lead",)
    assert role_changes(people(now, OWNER), people(LEAD, OWNER)) == ("shift_lead",)


def test_another_name_or_another_absence_changes_no_role() -> None:
    now = Person(
        id=LEAD.id,
        name="Lena Married",
        academies=LEAD.academies,
        roles=LEAD.roles,
        away=((date(2030, 1, 1), date(2030, 1, 2)),),
        manager=OWNER.id,
    )

    assert role_changes(people(LEAD, OWNER), people(OWNER, now)) == ()
