"""Files that are missing, broken or hostile: each is one fault, and none brings down what depends on it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import KnowledgeError
from bot.folder import SINGLE_FILES
from bot.loading import load
from tests.conftest import BAKERY
from tests.spoiling import faults_in, replace

ENTRIES = "entries/food-hygiene.yaml"
SILENCES = "silences/food-hygiene.yaml"
EXAMPLES = "examples/food-hygiene.yaml"
CONDUCT = "flows/shift-lead-conduct.yaml"
ABOUT_REPORTS = (
    *("questions.yaml", "routes.yaml", "roles.yaml", "contacts.yaml", "calendar.yaml"),
    *("flows/rude-customer.yaml", "flows/injury.yaml", "flows/kitchen-check.yaml", "flows/declare-allergy.yaml"),
)
ODD = (
    "",
    "x",
    "[]",
    "{}",
    "[[]]",
    "{a: [b]}",
    "''",
    "'\\0'",
    "true",
    "-1",
    "0",
    "999999999999",
    "9999-99-99",
    "words",
    "é",
)

BOMB = "\n".join(
    ("smalltalk: &a0 [ha, ha, ha]", *(f"x{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)))
)
"""Half a page of YAML that unfolds to more than thirty thousand million words."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A bakery of one's own, to spoil."""
    return shutil.copytree(BAKERY, tmp_path / "bakery")


def test_the_bakery_itself_has_no_fault(folder: Path) -> None:
    assert load(folder) == load(BAKERY)


@pytest.mark.parametrize("name", SINGLE_FILES)
def test_a_missing_file_is_one_fault_and_names_the_file(folder: Path, name: str) -> None:
    (folder / name).unlink()

    [fault] = faults_in(folder)

    assert fault.file == name
    assert "missing" in fault.problem
    assert "Copy it" in fault.remedy


def test_a_knowledge_folder_that_is_not_there_names_the_setting(tmp_path: Path) -> None:
    [fault] = faults_in(tmp_path / "nowhere")

    assert str(tmp_path / "nowhere") in fault.file
    assert "no such knowledge folder" in fault.problem
    assert "CANDOUR_KNOWLEDGE" in fault.remedy


@pytest.mark.parametrize("name", [ENTRIES, CONDUCT, "roles.yaml", "policies/food-hygiene.md"])
@pytest.mark.parametrize("content", ["", "\n \n\t\n"], ids=["nothing", "blank lines"])
def test_an_empty_file_is_one_fault(folder: Path, name: str, content: str) -> None:
    (folder / name).write_text(content)

    [fault] = faults_in(folder)

    assert fault.file == name
    assert "the file is empty" in fault.problem
    assert "Write its content" in fault.remedy


@pytest.mark.parametrize("name", [ENTRIES, "wording.yaml", "policies/food-hygiene.md"])
def test_a_file_of_fifty_megabytes_is_refused_unread(folder: Path, name: str) -> None:
    with (folder / name).open("r+b") as file:
        file.truncate(50_000_000)

    [fault] = faults_in(folder)

    assert fault.file == name
    assert "50 MB, more than 5 MB" in fault.problem
    assert "Divide it" in fault.remedy


@pytest.mark.parametrize("name", [ENTRIES, "wording.yaml", "policies/food-hygiene.md"])
def test_a_file_that_is_not_utf8_is_refused_at_the_line_of_the_first_wrong_letter(folder: Path, name: str) -> None:
    before = (folder / name).read_bytes()
    (folder / name).write_bytes(before + "# crème brûlée\n".encode("latin-1"))

    [fault] = faults_in(folder)

    assert (fault.file, fault.place) == (name, f"line {len(before.splitlines()) + 1}")
    assert "not UTF-8" in fault.problem
    assert "Save it again as UTF-8" in fault.remedy


def test_a_bomb_of_aliases_is_refused_before_it_goes_off(folder: Path) -> None:
    (folder / "smalltalk.yaml").write_text(BOMB)

    faults = faults_in(folder)

    assert {fault.file for fault in faults} == {"smalltalk.yaml"}
    assert {fault.problem for fault in faults} == {"anchors (&, *) are not supported"}
    assert all("line" in fault.place and "Write the text out" in fault.remedy for fault in faults)
    assert len(faults) < 120


def test_an_entry_that_contains_itself_is_refused(folder: Path) -> None:
    (folder / "smalltalk.yaml").write_text("smalltalk: &all\n  - *all\n")

    [fault] = faults_in(folder)

    assert fault.file == "smalltalk.yaml"
    assert "anchors" in fault.problem


def test_brackets_a_thousand_deep_are_a_fault_of_the_file(folder: Path) -> None:
    (folder / "smalltalk.yaml").write_text("[" * 1000 + "]" * 1000)

    [fault] = faults_in(folder)

    assert fault.file == "smalltalk.yaml"
    assert fault.remedy


def test_the_lock_file_of_an_editor_is_no_knowledge(folder: Path) -> None:
    (folder / "entries" / ".#food-hygiene.yaml").symlink_to("baker@bakehouse.4711:1790000000")

    assert load(folder) == load(BAKERY)


def test_a_file_that_ends_in_yml_is_not_left_out_in_silence(folder: Path) -> None:
    shutil.copy(folder / SILENCES, folder / "silences" / "more.yml")

    faults = faults_in(folder)

    assert "silences/more.yml" in {fault.file for fault in faults}


def test_faults_in_several_files_are_all_reported_at_once(folder: Path) -> None:
    replace(folder / "wording.yaml", "{count}", "{number}")
    replace(folder / "routes.yaml", "receive: [owner, accountant]", "receive: [owner, acountant]")
    replace(folder / CONDUCT, "  - danger\n", "  - dangr\n")
    replace(folder / CONDUCT, "clauses: [1/4]", "clauses: [1/44]")
    replace(folder / SILENCES, "near: [1/3]", "near: [8/8]")
    replace(folder / "smalltalk.yaml", "  - id: greeting\n", "  - id: Greeting!\n")
    (folder / "flows" / "rude-customer.yaml").write_text("{")

    faults = faults_in(folder)

    assert sorted(fault.file for fault in faults) == sorted(
        ("wording.yaml", "routes.yaml", CONDUCT, CONDUCT, SILENCES, "smalltalk.yaml", "flows/rude-customer.yaml")
    )
    assert all(fault.place and fault.problem and fault.remedy for fault in faults)


@pytest.mark.parametrize("content", [b"{", b"x: 1\n", b"\xff\xfe"], ids=["broken", "of another shape", "not text"])
@pytest.mark.parametrize("name", [ENTRIES, SILENCES, EXAMPLES, CONDUCT, *SINGLE_FILES, "policies/food-hygiene.md"])
def test_a_file_that_cannot_be_read_brings_no_consequences_in_other_files(
    folder: Path, name: str, content: bytes
) -> None:
    (folder / name).write_bytes(content)

    faults = faults_in(folder)

    assert {fault.file for fault in faults} == {name}
    assert all(fault.remedy for fault in faults)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(data=st.data())
def test_a_file_about_reports_that_is_mangled_anywhere_has_faults_or_none_and_never_breaks(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    spoilt = shutil.copytree(BAKERY, tmp_path_factory.mktemp("mangled") / "bakery")
    path = spoilt / data.draw(st.sampled_from(ABOUT_REPORTS))
    lines = path.read_text(encoding="utf-8").splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    words = re.findall(r"[\w-]+|\W", lines[number])
    word = data.draw(st.integers(0, len(words) - 1)) if words else 0
    words[word : word + 1] = [data.draw(st.sampled_from(ODD))]
    path.write_text("\n".join([*lines[:number], "".join(words), *lines[number + 1 :]]), encoding="utf-8")

    faults = []
    try:
        load(spoilt)
    except KnowledgeError as error:
        faults = error.faults

    assert all(fault.file and fault.problem and fault.remedy for fault in faults)
