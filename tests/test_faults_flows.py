"""Slips in flows and in what they ask: each is one fault that its author can mend without reading code."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import BAKERY
from tests.spoiling import Slip, faults_in, replace

RUDE = "flows/rude-customer.yaml"
INJURY = "flows/injury.yaml"
ALLERGY = "flows/declare-allergy.yaml"
CHECK = "flows/kitchen-check.yaml"
SHARED = "questions.yaml"

SLIPS = {
    "a shared question that is not there": Slip(
        file=RUDE,
        old="  - danger\n",
        new="  - dangr\n",
        on="  - dangr\n",
        at="questions[0]",
        problem='there is no question "dangr"',
        remedy='Did you mean "danger"?',
    ),
    "a question that is asked twice": Slip(
        file=RUDE,
        old="  - day\n",
        new="  - day\n  - words # again\n",
        on="words # again",
        at="questions[6]",
        problem='"words" is asked twice',
        remedy="Keep the first",
    ),
    "a question of a flow that has the id of a shared one": Slip(
        file=RUDE,
        old="  - day\n",
        new="  - {id: day, kind: text, ask: Which day was it?, short: Day}\n",
        on="Which day was it",
        at="questions[5]",
        problem='"day" is also the id of a shared question',
        remedy="Write only its name (- day)",
    ),
    "two shared questions of one id": Slip(
        file=SHARED,
        old="  - id: about\n",
        new="  - {id: words, kind: text, ask: What else?, short: Else}\n  - id: about\n",
        on="What else?",
        at="questions[6]",
        problem='the id "question words" is used twice',
        remedy="the other is in questions.yaml, line",
    ),
    "a condition on an answer that comes later": Slip(
        file=RUDE,
        old='    kind: choice\n    ask: "Have they done it before?"',
        new='    kind: choice\n    when: {damage: [broken]} # early\n    ask: "Have they done it before?"',
        on="# early",
        at="questions[6].when.damage",
        problem='"before" waits for an answer to "damage", which is not asked before it',
        remedy="Ask that one earlier",
    ),
    "a condition on a question that is not asked at all": Slip(
        file=RUDE,
        old="when: {before: [again, often]}",
        new="when: {befor: [again, often]}",
        on="when: {befor:",
        at="questions[7].when.befor",
        problem='"before-how" waits for an answer to "befor"',
        remedy="correct the condition",
    ),
    "a condition on the person's own words": Slip(
        file=RUDE,
        old="when: {before: [again, often]}",
        new="when: {words: [again, often]}",
        on="when: {words:",
        at="questions[7].when.words",
        problem='nothing is picked in the question "words"',
        remedy="kind choice or many",
    ),
    "a condition on an option that is not offered": Slip(
        file=RUDE,
        old="when: {before: [again, often]}",
        new="when: {before: [again, oftn]}",
        on="when: {before:",
        at="questions[7].when.before",
        problem='there is no option of before "oftn"',
        remedy='Did you mean "often"?',
    ),
    "a condition of a shared question on an option that is not offered": Slip(
        file=SHARED,
        old="when: {told-by: [for-somebody]}",
        new="when: {told-by: [for-sombody]}",
        on="when: {told-by:",
        at="questions[3].when.told-by",
        problem='there is no option of told-by "for-sombody"',
        remedy='Did you mean "for-somebody"?',
    ),
    "a shared question that comes before what it waits for": Slip(
        file=RUDE,
        old="  - told-by\n  - for-whom\n",
        new="  - for-whom # early\n  - told-by\n",
        on="for-whom # early",
        at="questions[2]",
        problem='"for-whom" waits for an answer to "told-by", which is not asked before it',
        remedy="Ask that one earlier",
    ),
    "a choice of one": Slip(
        file=INJURY,
        old='      - {id: written, label: "Yes"}\n',
        new="",
        on="  - id: book\n",
        at="questions[6]",
        problem='"book" leaves nothing to choose',
        remedy="Write two options or more",
    ),
    "a choice without options": Slip(
        file=SHARED,
        old="{id: day, kind: text,",
        new="{id: day, kind: many,",
        on="{id: day, kind: many,",
        at="questions[5]",
        problem='"day" leaves nothing to choose',
        remedy="or make it kind: text",
    ),
    "options that nobody would see": Slip(
        file=RUDE,
        old="short: Broken,",
        new="short: Broken, options: [{id: window, label: A window}],",
        on="options: [{id: window",
        at="questions[9].options",
        problem="a question of kind text does not show",
        remedy="make it kind: choice or kind: many",
    ),
    "two options of one id": Slip(
        file=RUDE,
        old="      - {id: often, label",
        new="      - {id: first, label: Each week}\n      - {id: often, label",
        on="      - {id: first, label: Each week}",
        at="questions[6].options[2]",
        problem='"before" has the option "first" twice',
        remedy="an id of its own",
    ),
    "a question that would bar nobody": Slip(
        file=SHARED,
        old="{id: tell, kind: recipients,",
        new="{id: tell, kind: recipients, bars: true,",
        on="{id: tell,",
        at="questions[8].bars",
        problem='"tell" cannot bar anybody',
        remedy="make it kind: people",
    ),
    "a report without a route": Slip(
        file=CHECK,
        old="keeps: date\n",
        new="keeps: case\n",
        on="id: kitchen-check",
        problem="nobody would receive this",
        remedy='Add "kitchen-check" to routes.yaml, or write keeps: date',
    ),
    "a check that keeps a date and asks for a name": Slip(
        file=CHECK,
        old="afterwards:\n",
        new="  - name\nafterwards:\n",
        on="  - name\n",
        at="questions[4]",
        problem='"name" (identity) is asked where nothing is sent to anybody',
        remedy="Remove it, or write keeps: case",
    ),
    "a report whose reporter should choose and is not asked": Slip(
        file=RUDE,
        old="  - tell\n",
        new="",
        on="  - danger\n",
        at="questions",
        problem="nobody is asked who should receive it, but its route says one",
        remedy="Add a question of kind recipients",
    ),
    "a report whose reporter is asked and has nothing to choose": Slip(
        file=INJURY,
        old="  - about\n",
        new="  - tell\n  - about\n",
        on="  - tell\n",
        at="questions[7]",
        problem='"tell" asks who should receive it, but its route says all',
        remedy="Remove it",
    ),
    "a question that is neither a name nor written out": Slip(
        file=RUDE,
        old="  - day\n",
        new="  - [day, words]\n",
        on="  - [day, words]\n",
        at="questions[5]",
        problem="valid string",
        remedy="Correct the value",
    ),
    "a question whose name cannot be one": Slip(
        file=RUDE,
        old="  - day\n",
        new="  - Which day?\n",
        on="  - Which day?\n",
        at="questions[5]",
        problem="Which day?",
        remedy="Correct the value",
    ),
    "a question of no known kind": Slip(
        file=RUDE,
        old="    kind: many\n",
        new="    kind: several\n",
        on="kind: several",
        at="questions[8].kind",
        problem="several",
        remedy="Correct the value",
    ),
    "a misspelt key of a question": Slip(
        file=RUDE,
        old="short: Broken,",
        new="shrt: Broken, short: Broken,",
        on="shrt: Broken",
        at="questions[9].shrt",
        problem="not permitted",
        remedy="known here: id, kind, ask, short, help",
    ),
    "an option that is not written as one": Slip(
        file=RUDE,
        old="      - {id: thrown, label: Something was thrown}\n",
        new="      - thrown\n",
        on="      - thrown\n",
        at="questions[8].options[0]",
        problem="thrown",
        remedy="Correct the value",
    ),
    "a report that nobody could be understood to tell of": Slip(
        file=ALLERGY,
        old="tellings:\n",
        new="support:\n",
        on="id: declare-allergy",
        problem="nobody could be understood to tell of this",
        remedy="Add tellings",
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A bakery of one's own, to spoil."""
    return shutil.copytree(BAKERY, tmp_path / "bakery")


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS.keys())
def test_one_slip_in_a_flow_is_one_fault_with_its_file_its_line_and_a_remedy(folder: Path, slip: Slip) -> None:
    file, place = slip.make(folder)

    [fault] = faults_in(folder)

    assert (fault.file, fault.place) == (file, place)
    assert slip.problem in fault.problem
    assert slip.remedy in fault.remedy


def test_a_report_that_asks_nothing_its_reader_could_act_on_is_a_fault(folder: Path) -> None:
    text = (folder / ALLERGY).read_text(encoding="utf-8")
    before, after = text.split("  - shop\n")[0], text[text.index("tellings:\n") :]
    replace(folder / "casework.yaml", ", when: {how-bad: [bad]}", "")
    (folder / ALLERGY).write_text(f"{before}  - shop\n  - name\n{after}", encoding="utf-8")

    [fault] = faults_in(folder)

    assert fault.file == ALLERGY
    assert "nothing is asked that its reader could act on" in fault.problem
    assert "text or choice" in fault.remedy


def test_a_report_turned_into_a_check_is_told_of_its_route_and_of_what_it_may_no_longer_ask(folder: Path) -> None:
    replace(folder / ALLERGY, "noun: note\n", "noun: note\nkeeps: date\n")

    faults = faults_in(folder)

    assert sorted(fault.file for fault in faults) == [ALLERGY, "routes.yaml"]


def test_a_misspelt_question_brings_no_faults_for_what_waits_for_it(folder: Path) -> None:
    replace(folder / RUDE, "  - told-by\n", "  - toldby\n")

    [fault] = faults_in(folder)

    assert fault.problem == 'there is no question "toldby"'
    assert fault.remedy == 'Did you mean "told-by"?'
