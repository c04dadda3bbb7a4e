"""What an operator sees and does about cases: `candour cases`, leavers when people are imported, what `check` says."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.main import open_store
from bot.compiled import Knowledge
from bot.errors import SettingsError
from bot.settings import read_settings
from tests.conftest import BAKERY
from tests.operating import Told, settle_in
from tests.talking import Place

LAD, LEAD, OWNER = "lad.high@bakery.example", "lead.high@bakery.example", "owner@bakery.example"
SAMPLE = BAKERY / "sample-people.csv"
WORDS = "A quokka swore at me."
CALM = {"danger": "safe", "tell": "shift_lead", "words": WORDS}


@pytest.fixture
def data(tmp_path: Path, cache: Path, bakery: Knowledge, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An operator's settings: the bakery, already compiled, and an empty database."""
    assert bakery.version
    return settle_in(tmp_path, cache, monkeypatch)


@pytest.fixture
def refs(data: Path, bakery: Knowledge) -> dict[str, str]:
    """Cases in several states, all sent an hour ago: state → reference."""
    assert data
    with open_store(read_settings()) as store:
        place = Place(bakery, SAMPLE, store)
        place.now = datetime.now(UTC) - timedelta(hours=1)
        lad, lead = place.talk(LAD), place.talk(LEAD)
        refs = {state: lad.reports("rude-customer", CALM) for state in ("waiting", "taken", "closed")}
        refs["late"] = lad.reports("injury")
        place.post()
        for state in ("taken", "closed"):
            lead.picks(f"case:take:{refs[state]}")
        lead.picks(f"case:close:{refs['closed']}").fills(outcome="Sorted out", line="Done.")
        place.passes(timedelta(minutes=30))
    return refs


def test_cases_shows_states_and_ages_and_nothing_of_content_or_people(
    refs: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    told = Told(capsys, "cases")

    lines = {line.split()[0]: line for line in told.out.splitlines()}
    assert told.status == 0
    assert lines.keys() == {refs["waiting"], refs["taken"], refs["late"]}
    assert "waiting" in lines[refs["waiting"]]
    assert "1 h 0 m old" in lines[refs["taken"]]
    assert "LATE" in lines[refs["late"]]
    for secret in ("quokka", "lad", "lead", "owner", "shift", "rude", "injury", "Sorted"):
        assert secret not in told.out


def test_cases_can_be_narrowed_to_what_is_late_and_widened_to_all(
    refs: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    late = Told(capsys, "cases", "--late").out
    every = Told(capsys, "cases", "--all", "--json").out

    assert [line.split()[0] for line in late.splitlines()] == [refs["late"]]
    found = {case["ref"]: case for case in map(json.loads, every.splitlines())}
    assert found.keys() == set(refs.values())
    assert found[refs["closed"]]["state"] == "closed"
    assert found[refs["closed"]].keys() == {"ref", "state", "late", "age_minutes", "due_in_minutes"}


def test_without_cases_it_says_so(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert data
    assert Told(capsys, "cases").out == "No case is open.\n"
    assert Told(capsys, "cases", "--late").out == "No case is late.\n"


def test_a_leavers_cases_go_to_others_when_people_are_imported(
    refs: dict[str, str], bakery: Knowledge, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "people.csv"
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    gone = [f"{line.removesuffix('yes')}no" if line.startswith(LEAD) else line for line in lines]
    file.write_text("\n".join(gone), encoding="utf-8")

    assert Told(capsys, "people", str(file)).status == 0

    with open_store(read_settings()) as store:
        place = Place(bakery, None, store)
        place.now = datetime.now(UTC)
        place.post()
        assert "is no longer there" in place.talk(LAD).picks(f"mine:show:{refs['taken']}").hears
        assert WORDS in place.talk(OWNER).picks(f"case:open:{refs['taken']}").hears
        assert "not yours" in place.talk(LEAD).picks(f"case:open:{refs['taken']}").hears
        assert [letter.summary for letter in place.letters[OWNER]].count("A report is waiting for you.") == 2


def test_check_names_an_academy_of_the_calendar_where_nobody_works(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    knowledge = tmp_path / "knowledge"
    assert data
    knowledge.mkdir()
    for file in BAKERY.rglob("*"):
        if file.is_file():
            copy = knowledge / file.relative_to(BAKERY)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    with (knowledge / "calendar.yaml").open("a", encoding="utf-8") as calendar:
        calendar.write("academies:\n  Low Street: {closed: [{first: 2030-01-02, last: 2030-01-02}]}\n")
    monkeypatch.setenv("CANDOUR_KNOWLEDGE", str(knowledge))

    assert 'calendar.yaml has days of "Low Street", where nobody works' in Told(capsys, "check").out


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({}, None),
        ({"CANDOUR_URL": "https://candour.example.org/"}, "https://candour.example.org"),
        ({"CANDOUR_SLACK_URL": "https://slack.example.org"}, "https://slack.example.org"),
        ({"CANDOUR_URL": "https://one.example", "CANDOUR_TEAMS_URL": "https://two.example"}, "https://one.example"),
    ],
)
def test_the_address_of_pages_is_its_own_setting_or_that_of_a_platform(
    given: dict[str, str], address: str | None
) -> None:
    assert read_settings(given).url == address


def test_an_address_that_browsers_could_be_tricked_on_stops_the_start() -> None:
    with pytest.raises(SettingsError, match="CANDOUR_URL=http://"):
        read_settings({"CANDOUR_URL": "http://candour.example.org"})
