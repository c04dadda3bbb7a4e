"""`candour people`, `who` and what `check` proves: what an operator is told, and what is left as it was."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.cli import main
from adapters.main import open_store
from bot.compiled import Knowledge
from bot.settings import read_settings
from tests.conftest import BAKERY
from tests.operating import Told, settle_in

HEADER = "email,name,academy,roles,manager,deputy,away,active\n"
SAMPLE = BAKERY / "sample-people.csv"
OWNER = "owner@bakery.example"
TWO_AT_THE_TOP = "Accountant (accountant) about Owner (owner)"


@pytest.fixture(autouse=True)
def data(tmp_path: Path, cache: Path, bakery: Knowledge, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An operator's settings: the bakery, already compiled, and an empty database."""
    assert bakery.version
    return settle_in(tmp_path, cache, monkeypatch)


def people(folder: Path, *lines: str) -> str:
    """A file with these people in it; its name."""
    file = folder / "people.csv"
    file.write_text(HEADER + "".join(f"{line}\n" for line in lines))
    return str(file)


def test_people_says_how_many_there_are_and_which_roles_changed_hands(capsys: pytest.CaptureFixture[str]) -> None:
    told = Told(capsys, "people", str(SAMPLE))

    assert told.status == 0
    assert told.out.splitlines()[0] == "10 people: 10 new, 0 no longer there."
    assert "Roles held by somebody else than before: accountant, owner, shift lead." in told.out
    assert "keep the route they were sent with" in told.out


def test_people_names_each_report_that_would_now_reach_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    told = Told(capsys, "people", str(SAMPLE))

    holes = [line for line in told.out.splitlines() if line.startswith("HOLE: ")]
    assert len(holes) == 4
    assert any("shift-lead-conduct" in hole and TWO_AT_THE_TOP in hole for hole in holes)


def test_people_says_who_came_and_went_since_the_last_time(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    main(["people", str(SAMPLE)])
    fewer = [line for line in SAMPLE.read_text().splitlines()[1:] if not line.startswith(("driver", "owner"))]
    kept = [line.replace(OWNER, "new.owner@bakery.example") for line in fewer]

    told = Told(capsys, "people", people(tmp_path, "new.owner@bakery.example,New owner,,owner,,,,yes", *kept))

    assert "9 people: 1 new, 2 no longer there." in told.out
    assert "Roles held by somebody else than before: owner." in told.out


def test_everybody_in_a_role_that_changed_hands_is_told_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    main(["people", str(SAMPLE)])
    lines = SAMPLE.read_text().splitlines()[1:]
    now = [line.replace("Mill Lane,shift_lead", "Mill Lane,shift_lead;owner") for line in lines]

    main(["people", people(tmp_path, *now)])

    with open_store(read_settings()) as store:
        letters = store.claim(datetime.now(UTC) + timedelta(minutes=1), timedelta(minutes=1), 50, "test")
    assert {posted.letter.to for posted in letters} == {"lead.mill@bakery.example", OWNER}
    assert "ask whoever looks after the directory" in letters[0].letter.message.summary


def test_the_same_people_once_more_change_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    main(["people", str(SAMPLE)])

    told = Told(capsys, "people", str(SAMPLE))

    assert "10 people: 0 new, 0 no longer there." in told.out
    assert "Roles held" not in told.out


def test_a_dry_run_says_what_would_change_and_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    first = Told(capsys, "people", "--dry-run", str(SAMPLE))
    again = Told(capsys, "people", "--dry-run", str(SAMPLE))

    assert "10 people: 10 new" in first.out
    assert "Nothing was changed." in first.out
    assert again.out == first.out


def test_faulty_people_are_refused_with_every_fault_and_the_earlier_ones_stay(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    main(["people", str(SAMPLE)])
    capsys.readouterr()
    faulty = people(
        tmp_path, "a@bakery.example,A,High Street,boss,,,,yes", "b@bakery.example,B,High Street,,,,never,yes"
    )

    told = Told(capsys, "people", faulty)

    said = " ".join(told.err.split())
    assert (told.status, told.out) == (1, "")
    assert "people.csv, line 2" in said
    assert '"boss"' in said
    assert "people.csv, line 3" in said
    assert "10 people: 0 new, 0 no longer there." in Told(capsys, "people", "--dry-run", str(SAMPLE)).out


def test_a_file_of_people_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    told = Told(capsys, "people", str(tmp_path / "nobody.csv"))

    assert (told.status, told.out) == (1, "")
    assert "nobody.csv" in told.err


def test_what_a_name_holds_is_shown_as_text_and_cannot_write_on_the_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    named = '=HYPERLINK(""x"")\x1b[2J\u202e\a'
    main(["people", people(tmp_path, f'"owner@bakery.example","{named}",High Street,owner,,,,yes')])

    told = Told(capsys, "who", "declare-allergy")

    assert '=HYPERLINK("x")' in told.out
    assert not [sign for sign in told.out if not sign.isprintable() and sign != "\n"]


def test_who_names_the_people_of_each_academy_in_the_order_they_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    told = Told(capsys, "who", "injury")

    high, mill = told.out.split("\n\n")[1:]
    assert told.status == 0
    assert told.out.startswith("Somebody is hurt: Our policy says")
    assert high.splitlines() == [
        "High Street",
        "  at once    shift lead: Shift lead, High Street",
        "  at once    owner: Owner",
        "  sometimes  mentor: each reporter's own (Your mentor looks after you.)",
        "  then 1     accountant: Accountant",
    ]
    assert "Shift lead, Mill Lane" in mill


def test_who_of_one_academy_shows_that_one_only(capsys: pytest.CaptureFixture[str]) -> None:
    told = Told(capsys, "who", "rude-customer", "--academy", "Mill Lane")

    assert "Shift lead, Mill Lane" in told.out
    assert "High Street" not in told.out
    assert "if chosen  owner: Owner" in told.out


def test_who_says_that_somebody_stands_in_and_that_a_role_is_empty(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    away = "lead@bakery.example,Lee Away,High Street,shift_lead,,deputy@bakery.example,2001-01-01..2999-12-31,yes"
    deputy = "deputy@bakery.example,Dee Puty,High Street,,,,,yes"
    main(["people", people(tmp_path, away, deputy, "books@bakery.example,Bea Books,,accountant,,,,yes")])

    told = Told(capsys, "who", "injury")

    assert "at once    shift lead: Dee Puty, for Lee Away" in told.out
    assert "owner: nobody: goes to the role above" in told.out


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["who", "gossip"], 'There is no kind of report "gossip". Known: rude-customer, injury'),
        (["who", "kitchen-check"], 'There is no kind of report "kitchen-check"'),
        (["who", "injury", "--academy", "The Moon"], 'Nobody works at "The Moon". Known: High Street, Mill Lane.'),
    ],
)
def test_who_names_what_it_does_not_know_and_what_there_is(
    capsys: pytest.CaptureFixture[str], arguments: list[str], named: str
) -> None:
    told = Told(capsys, *arguments)

    assert (told.status, told.out) == (1, "")
    assert named in " ".join(told.err.split())


def test_check_names_every_hole_and_what_is_not_filled_in(capsys: pytest.CaptureFixture[str]) -> None:
    told = Told(capsys, "check")

    assert (told.status, told.err) == (0, "")
    assert told.out.count("HOLE: ") == 4
    assert TWO_AT_THE_TOP in told.out
    assert 'Not filled in: how to reach "The council\'s food office" (contacts.yaml).' in told.out


def test_check_proves_it_when_every_report_reaches_somebody(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    second = "second.books@bakery.example,Second accountant,,accountant,,,,yes"
    main(["people", people(tmp_path, *SAMPLE.read_text().splitlines()[1:], second)])

    told = Told(capsys, "check")

    assert "HOLE" not in told.out
    assert (
        "Every kind of report reaches a living person, whoever it is about (High Street, Mill Lane; 11 people)."
        in told.out
    )


def test_check_of_a_new_installation_makes_no_key_and_no_database(
    capsys: pytest.CaptureFixture[str], data: Path
) -> None:
    told = Told(capsys, "check")

    assert told.status == 0
    assert sorted(path.name for path in data.iterdir()) == ["compiled"]


def test_check_says_that_the_last_term_is_over(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(BAKERY, tmp_path / "bakery")
    calendar = folder / "calendar.yaml"
    calendar.write_text(calendar.read_text() + "terms:\n  - {first: 2001-01-08, last: 2001-04-06}\n")
    monkeypatch.setenv("CANDOUR_KNOWLEDGE", str(folder))

    told = Told(capsys, "check")

    assert "The last term in calendar.yaml is over" in told.out


@pytest.mark.parametrize("command", ["people", "who", "verify", "rotate-key"])
def test_each_of_these_commands_explains_itself(capsys: pytest.CaptureFixture[str], command: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([command, "--help"])

    usage, description, *_ = capsys.readouterr().out.split("\n\n")
    assert stopped.value.code == 0
    assert usage.startswith(f"usage: candour {command}")
    assert description.strip().endswith(".")
