"""A policy document becomes numbered clauses in its own words, or is refused with a remedy."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from bot.errors import Fault, KnowledgeError
from bot.knowledge import Policy
from bot.loading import load
from tests.conftest import BAKERY, SCHOOL, TESTS

CLAUSES = TESTS / "data" / "clauses.jsonl"
POLICY = "policies/food-hygiene.md"


@pytest.fixture(scope="module")
def policy() -> Policy:
    """The policy that is delivered."""
    return load(SCHOOL).policies["social-networking"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A bakery of one's own, to spoil."""
    return shutil.copytree(BAKERY, tmp_path / "bakery")


def faults_in(folder: Path) -> list[Fault]:
    """What is wrong with a knowledge folder that cannot be loaded."""
    with pytest.raises(KnowledgeError) as raised:
        load(folder)
    return raised.value.faults


def rewrite(folder: Path, pattern: str, new: str) -> None:
    """Change the bakery's policy where the pattern matches."""
    path = folder / POLICY
    text, count = re.subn(pattern, lambda _: new, path.read_text(), flags=re.MULTILINE)
    assert count, f"{pattern!r} is nowhere in the policy"
    path.write_text(text)


def test_the_policy_has_exactly_the_clauses_that_were_counted_by_hand(policy: Policy) -> None:
    counted = [json.loads(line) for line in CLAUSES.read_text().splitlines()]

    parsed = [{"clause": c.id, "section": c.section, "text": c.text} for c in policy.clauses.values()]

    assert len(parsed) == 78
    assert parsed == counted


def test_a_clause_is_the_sum_of_its_sentences(policy: Policy) -> None:
    joined = {clause.id: " ".join(clause.sentences) for clause in policy.clauses.values()}

    assert joined == {clause.id: " ".join(clause.text.split()) for clause in policy.clauses.values()}


def test_the_head_says_who_is_responsible_and_from_when_to_when(policy: Policy) -> None:
    head = policy.head

    assert head.title == "Social Networking Policy"
    assert head.organisation == "Q3 Academies Trust (QAT)"
    assert head.policy_owner == "Matt Moody"
    assert head.ratified_by == "QAT Board"
    assert (head.date, head.next_review) == ("2019-04", "2020-01")


def test_a_policy_saved_on_windows_has_the_same_clauses(folder: Path) -> None:
    path = folder / POLICY
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert load(folder).policies == load(BAKERY).policies


def test_a_policy_without_a_head_is_refused_and_told_what_a_head_holds(folder: Path) -> None:
    rewrite(folder, r"\A---\n(.*\n)+?---\n", "")

    [fault] = faults_in(folder)

    assert (fault.file, fault.place) == (POLICY, "line 1")
    assert "head" in fault.problem
    for key in ("title", "organisation", "policy_owner", "ratified_by", "date", "next_review"):
        assert key in fault.remedy


def test_a_head_without_an_owner_is_refused_by_the_name_of_the_line_that_is_missing(folder: Path) -> None:
    rewrite(folder, r"^policy_owner: .*\n", "")

    [fault] = faults_in(folder)

    assert (fault.file, fault.place) == (POLICY, "head, policy_owner")
    assert "policy_owner" in fault.remedy


def test_a_policy_without_headings_is_refused_with_an_example_of_one(folder: Path) -> None:
    rewrite(folder, r"^## .*\n", "")

    [fault] = faults_in(folder)

    assert fault.file == POLICY
    assert "no numbered section" in fault.problem
    assert "## 1.0 Introduction" in fault.remedy


def test_a_heading_without_a_number_is_named_and_shown_how_to_begin(folder: Path) -> None:
    rewrite(folder, r"^## 3\.0 ", "## ")

    [fault] = faults_in(folder)

    assert fault.file == POLICY
    assert "Ovens and the bakehouse" in fault.place
    assert "no number" in fault.problem
    assert "## 7.0" in fault.remedy


@pytest.mark.parametrize("date", ["March 2024", "2024-13", "2024-3", "03/2024", "2024"])
@pytest.mark.parametrize("key", ["date", "next_review"])
def test_a_date_that_is_no_month_is_refused_by_name(folder: Path, key: str, date: str) -> None:
    rewrite(folder, rf"^{key}: .*$", f"{key}: {date}")

    [fault] = faults_in(folder)

    assert (fault.file, fault.place) == (POLICY, f"head, {key}")
    assert fault.problem
    assert fault.remedy


def test_a_date_that_is_no_month_is_met_with_a_month_written_well(folder: Path) -> None:
    rewrite(folder, r"^date: .*$", "date: March 2024")

    [fault] = faults_in(folder)

    assert re.search(r"\b20\d\d-(0[1-9]|1[0-2])\b", fault.remedy)
    assert "March 2024" in fault.problem
    assert "^" not in fault.problem


def test_a_section_number_used_twice_is_one_fault(folder: Path) -> None:
    rewrite(folder, r"^## 5\.0 ", "## 4.0 ")

    [fault] = faults_in(folder)

    assert fault.file == POLICY
    assert "section 4" in fault.place


def test_a_policy_file_named_with_a_space_is_refused_with_a_remedy(folder: Path) -> None:
    (folder / POLICY).rename(folder / "policies" / "Food Hygiene.md")

    [fault] = faults_in(folder)

    assert fault.file == "policies/Food Hygiene.md"
    assert fault.remedy


def test_a_folder_without_any_policy_is_told_where_one_belongs(folder: Path) -> None:
    (folder / POLICY).unlink()

    [fault] = faults_in(folder)

    assert "no policy" in fault.problem
    assert "policies/<name>.md" in fault.remedy
