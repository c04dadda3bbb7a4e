"""`candour verify` and `candour rotate-key`: what was altered is named by its row, and nothing is given away by it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from adapters.main import open_store
from bot.compiled import Knowledge
from bot.settings import read_settings
from tests.conftest import BAKERY
from tests.operating import Told, settle_in
from tests.talking import Place

SAMPLE = BAKERY / "sample-people.csv"
LAD, OWNER = "lad.high@bakery.example", "owner@bakery.example"
STORY = "He threw a bun at the zebra-striped till."


@pytest.fixture(autouse=True)
def data(tmp_path: Path, cache: Path, bakery: Knowledge, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An operator's settings: the bakery, already compiled, and an empty database."""
    assert bakery.version
    return settle_in(tmp_path, cache, monkeypatch)


class Filed(NamedTuple):
    """What a reporter knows of a report: its reference, and the code on its receipt."""

    ref: str
    code: str


@pytest.fixture
def filed(bakery: Knowledge) -> Filed:
    """One report was sent, opened and taken."""
    with open_store(read_settings()) as store:
        place = Place(bakery, SAMPLE, store)
        lad = place.talk(LAD)
        ref = lad.reports("injury", {"hurt": "worker", "kind-of": "cut", "machine": STORY, "words": STORY})
        _, _, after = lad.hears.partition("proves what you sent: ")
        place.talk(OWNER).picks(f"case:open:{ref}").picks(f"case:take:{ref}")
    return Filed(ref, after.split(".")[0])


@pytest.fixture
def code(filed: Filed) -> str:
    """The code on the receipt of a report that was sent, opened and taken."""
    return filed.code


def add(bakery: Knowledge, ref: str) -> None:
    """Have the reporter add something: one row more."""
    with open_store(read_settings()) as store:
        Place(bakery, store=store).talk(LAD).sends(f"mine:add:{ref}", text="He came back.", key="added-later")


def alter(data: Path, statement: str) -> None:
    """Change the database as somebody could who has the file and not the key."""
    with closing(sqlite3.connect(data / "candour.db", isolation_level=None)) as raw:
        raw.execute(statement)


def test_verify_of_a_new_installation_says_that_nothing_was_sent_yet(capsys: pytest.CaptureFixture[str]) -> None:
    told = Told(capsys, "verify")

    assert (told.status, told.err.count("wrong")) == (0, 0)
    assert told.out == "The record is empty: nothing has been sent yet.\n"


def noted_head(told: Told) -> str:
    """The head that `candour verify` printed to be noted."""
    return told.out.split()[-1]


def test_verify_counts_the_rows_and_prints_a_head_to_be_noted(capsys: pytest.CaptureFixture[str], code: str) -> None:
    told = Told(capsys, "verify")

    assert code
    assert told.status == 0
    assert told.out.startswith("The record is unbroken: 3 rows.")
    assert noted_head(told).startswith("3:")


def test_a_head_that_was_noted_holds_after_more_has_happened(
    capsys: pytest.CaptureFixture[str], filed: Filed, bakery: Knowledge
) -> None:
    head = noted_head(Told(capsys, "verify"))
    add(bakery, filed.ref)

    told = Told(capsys, "verify", "--head", head)

    assert told.status == 0
    assert "4 rows" in told.out


def test_a_file_that_was_exchanged_for_an_older_one_is_found_by_the_head(
    capsys: pytest.CaptureFixture[str], filed: Filed, data: Path, bakery: Knowledge
) -> None:
    shutil.copy(data / "candour.db", data / "older.db")
    add(bakery, filed.ref)
    head = noted_head(Told(capsys, "verify"))
    shutil.move(data / "older.db", data / "candour.db")

    alone, against = Told(capsys, "verify"), Told(capsys, "verify", "--head", head)

    assert alone.status == 0
    assert (against.status, against.out) == (1, "")
    assert "row 4" in against.err


@pytest.mark.parametrize("head", ["", "4", "four:abc", "-1:abc", ":abc", "4:"])
def test_a_head_that_is_none_is_refused_by_name(capsys: pytest.CaptureFixture[str], head: str) -> None:
    told = Told(capsys, "verify", f"--head={head}")

    assert (told.status, told.out) == (1, "")
    assert "--head" in told.err
    assert "NUMBER:HASH" in told.err


def test_the_code_of_a_receipt_proves_what_was_sent(capsys: pytest.CaptureFixture[str], code: str) -> None:
    told = Told(capsys, "verify", code)

    assert (told.status, told.err) == (0, "")
    assert told.out == "This is what was sent on 23 November 2026 at 09:00 UTC, unaltered.\n"


def test_a_code_may_be_given_as_it_is_read_out(capsys: pytest.CaptureFixture[str], code: str) -> None:
    assert Told(capsys, "verify", code.lower().replace("-", " ").replace("0", "o")).status == 0


@pytest.mark.parametrize("wrong", ["AAAA-BBBB-CCCC-DDDD", "", "-", "%", "0" * 10_000])
def test_a_code_of_nothing_that_was_sent_is_no_proof(capsys: pytest.CaptureFixture[str], code: str, wrong: str) -> None:
    told = Told(capsys, "verify", "--", wrong)

    assert code
    if wrong:  # no code at all asks for the whole chain
        assert (told.status, told.out) == (1, "")
        assert "No report was sent with this code" in told.err


@pytest.mark.parametrize(
    "what",
    [
        "at = '2001-01-01T00:00:00+00:00'",
        "by_mark = ''",
        "case_mark = ''",
        "digest = 'AAAA-AAAA-AAAA-AAAA'",
        "hash = 'x'",
        "action = 'opened'",
    ],
)
def test_an_altered_row_is_named(capsys: pytest.CaptureFixture[str], code: str, data: Path, what: str) -> None:
    alter(data, f"update audit set {what} where number = 1")

    whole, receipt = Told(capsys, "verify"), Told(capsys, "verify", code)

    assert (whole.status, whole.out) == (1, "")
    assert whole.err.startswith("Row 1 of 3 is wrong: ")
    assert (receipt.status, receipt.out) == (1, "")
    assert receipt.err.startswith("Row 1 of the record is wrong: ")


def test_a_case_that_was_altered_is_named_by_its_last_row(
    capsys: pytest.CaptureFixture[str], code: str, data: Path
) -> None:
    alter(data, "update cases set sealed = zeroblob(length(sealed))")

    told = Told(capsys, "verify")

    assert code
    assert told.err.startswith("Row 3 of 3 is wrong: ")


def test_rotating_the_key_says_how_many_keys_moved_and_everything_is_still_proven(
    capsys: pytest.CaptureFixture[str], code: str, data: Path
) -> None:
    before = (data / "candour.key").read_text().splitlines()

    told = Told(capsys, "rotate-key")

    after = (data / "candour.key").read_text().splitlines()
    assert told.status == 0
    assert "keys are under the new master key" in told.out
    assert str(data / "candour.key") in told.out
    assert len(after) == len(before) + 1
    assert set(before) < set(after)
    assert (data / "candour.key").stat().st_mode & 0o077 == 0
    assert not [line for line in after if line in told.out]
    assert Told(capsys, "verify", code).status == 0


def test_a_key_from_the_environment_is_not_rotated_without_a_new_one_before_it(
    capsys: pytest.CaptureFixture[str], code: str, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = (data / "candour.key").read_text().splitlines()[-1]
    monkeypatch.setenv("CANDOUR_KEY", key)

    told = Told(capsys, "rotate-key")

    assert code
    assert (told.status, told.out) == (1, "")
    assert "CANDOUR_KEY" in told.err
    assert key not in told.err


def test_after_rotating_a_key_from_the_environment_no_file_is_spoken_of_that_is_not_there(
    capsys: pytest.CaptureFixture[str], code: str, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_file = data / "candour.key"
    key = key_file.read_text().splitlines()[-1]
    key_file.unlink()
    monkeypatch.setenv("CANDOUR_KEY", f"{'A' * 43}=,{key}")

    told = Told(capsys, "rotate-key")

    assert code
    assert told.status == 0
    assert str(key_file) not in told.out


def test_nothing_that_these_commands_print_holds_a_story_or_an_address(
    capsys: pytest.CaptureFixture[str], code: str
) -> None:
    told = [Told(capsys, *line) for line in (["verify"], ["verify", code], ["who", "injury"], ["check"], ["gaps"])]

    for printed in (text for one in told for text in (one.out, one.err)):
        assert "zebra" not in printed
        assert "@bakery.example" not in printed
