"""One slip in the knowledge, one fault: its file, its line and how to mend it, and never a heap of consequences.

Slips in flows and their questions are in `test_faults_flows.py`, slips in routes, roles, contacts and calendar in
`test_faults_routes.py`, files that cannot be read at all in `test_faults_files.py`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import BAKERY
from tests.spoiling import Slip, faults_in, replace

ENTRIES = "entries/food-hygiene.yaml"
SILENCES = "silences/food-hygiene.yaml"
EXAMPLES = "examples/food-hygiene.yaml"
CONDUCT = "flows/shift-lead-conduct.yaml"
REPORT_WORDING = "report-wording.yaml"
FIRST = "  - id: who-is-covered\n"
"""The line on which the first entry begins; what concerns the entry as a whole is reported there."""

SLIPS = {
    "an entry rests on a clause that is not there": Slip(
        file=ENTRIES,
        old="    clause: 1/2\n",
        new="    clause: 1/22\n",
        on=FIRST,
        at="entries[0]",
        problem='there is no clause "1/22"',
        remedy='Did you mean "1/2"?',
    ),
    "an entry also cites a clause that is not there": Slip(
        file=ENTRIES,
        old="    clause: 1/2\n",
        new="    clause: 1/2\n    also: [77/5]\n",
        on=FIRST,
        at="entries[0]",
        problem='there is no clause "77/5"',
        remedy="Name one that exists",
    ),
    "clauses pull apart, and one of them is not there": Slip(
        file=ENTRIES,
        old="clauses: [5/3]",
        new="clauses: [5/33]",
        on="  - id: day-old-bread",
        at="entries[27]",
        problem='there is no clause "5/33"',
        remedy='Did you mean "5/3"?',
    ),
    "a silence is near a clause that is not there": Slip(
        file=SILENCES,
        old="near: [1/3]",
        new="near: [8/8]",
        on="near: [8/8]",
        at="silences[0].near",
        problem='there is no clause "8/8"',
        remedy="Name one that exists",
    ),
    "a report rests on a clause that is not there": Slip(
        file=CONDUCT,
        old="clauses: [1/4]",
        new="clauses: [1/44]",
        on="clauses: [1/44]",
        at="clauses",
        problem='there is no clause "1/44"',
        remedy='Did you mean "1/4"?',
    ),
    "an answer rests on nothing": Slip(
        file=ENTRIES,
        old="    clause: 1/2\n",
        new="",
        on=FIRST,
        at="entries[0]",
        problem='the answer "who-is-covered" rests on nothing',
        remedy="Name the clause it rests on",
    ),
    "a quote shows a sentence that the clause does not have": Slip(
        file=ENTRIES,
        old="    clause: 1/2\n",
        new="    clause: 1/2\n    show: [7]\n",
        on="    show: [7]\n",
        at="entries[0].show",
        problem="clause 1/2 has no sentence 7",
        remedy="Name sentences from 1 to 1",
    ),
    "a policy that is not there": Slip(
        file=SILENCES,
        old="policy: food-hygiene",
        new="policy: food-higiene",
        on="policy: food-higiene",
        at="policy",
        problem='there is no policy "food-higiene"',
        remedy='Did you mean "food-hygiene"?',
    ),
    "an unknown flow": Slip(
        file=ENTRIES,
        old="report: shift-lead-conduct",
        new="report: shift-led-conduct",
        on="report: shift-led-conduct",
        at="entries[2].report",
        problem='there is no flow "shift-led-conduct"',
        remedy='Did you mean "shift-lead-conduct"?',
    ),
    "an unknown role to ask": Slip(
        file=SILENCES,
        old="whom: accountant",
        new="whom: bookkeeper",
        on="whom: bookkeeper",
        at="silences[2].whom",
        problem='there is no role "bookkeeper"',
        remedy="Name one that exists, or add the role",
    ),
    "an unknown qualifier": Slip(
        file=ENTRIES,
        old="    clause: 1/2\n",
        new="    clause: 1/2\n    about: {fone: [own]}\n",
        on="about: {fone: [own]}",
        at="entries[0].about",
        problem='there is no qualifier "fone"',
        remedy='Did you mean "phone"?',
    ),
    "an unknown value of a qualifier": Slip(
        file=ENTRIES,
        old="    clause: 1/2\n",
        new="    clause: 1/2\n    about: {phone: [shopp]}\n",
        on="about: {phone: [shopp]}",
        at="entries[0].about.phone",
        problem='there is no value of phone "shopp"',
        remedy='Did you mean "shop"?',
    ),
    "a typo in what is dangerous": Slip(
        file="lexicon.yaml",
        old="danger: [told-danger]",
        new="danger: [told-dangr]",
        on="danger: [told-dangr]",
        at="danger",
        problem='there is no concept "told-dangr"',
        remedy='Did you mean "told-danger"?',
    ),
    "a title too long for a button": Slip(
        file=ENTRIES,
        old="title: Who has to follow the policy",
        new=f"title: {'W' * 76}",
        on=f"title: {'W' * 76}",
        at="entries[0].title",
        problem="at most 75 characters",
        remedy="Make it shorter",
    ),
    "a verdict that is none": Slip(
        file=ENTRIES,
        old="    verdict: info\n    clause: 1/2\n",
        new="    verdict: maybe\n    clause: 1/2\n",
        on="verdict: maybe",
        at="entries[0].verdict",
        problem="'no', 'yes', 'conditional', 'must' or 'info'",
        remedy="Correct the value",
    ),
    "a misspelt key": Slip(
        file=ENTRIES,
        old="    clause: 1/2\n",
        new="    clause: 1/2\n    insted: Ask the owner.\n",
        on="insted: Ask",
        at="entries[0].insted",
        problem="not permitted",
        remedy="Check the spelling",
    ),
    "a key without its value": Slip(
        file=ENTRIES,
        old="    title: Who has to follow the policy\n",
        new="",
        on=FIRST,
        at="entries[0].title",
        problem="required",
        remedy="Add the key",
    ),
    "a word where a list belongs": Slip(
        file=CONDUCT,
        old="clauses: [1/4]",
        new="clauses: 1/4",
        on="clauses: 1/4",
        at="clauses",
        problem="valid tuple",
        remedy="Write a list",
    ),
    "a colon that YAML takes for a key": Slip(
        file=ENTRIES,
        old="title: Who has to follow the policy",
        new="title: Who: has to follow the policy",
        on="title: Who: has",
        at="column 15",
        problem="not valid YAML",
        remedy="double quotes",
    ),
    "a key that stands twice": Slip(
        file=ENTRIES,
        old="    clause: 1/2\n",
        new="    clause: 1/2\n    clause: 1/3 # again\n",
        on="# again",
        problem='"clause" stands twice',
        remedy="Keep one of the two",
    ),
    "an unknown placeholder": Slip(
        file="wording.yaml",
        old="{count}",
        new="{number}",
        on="{number}",
        at="multi",
        problem="{number} is filled in by nothing",
        remedy="{count}",
    ),
    "a placeholder where none is filled in": Slip(
        file="wording.yaml",
        old="welcome: Ask me",
        new="welcome: Dear {name}, ask me",
        on="welcome: Dear",
        at="welcome",
        problem="{name} is filled in by nothing",
        remedy="Remove it",
    ),
    "a placeholder that is not closed": Slip(
        file="wording.yaml",
        old="{count}",
        new="{count",
        on="{count",
        at="multi",
        problem="filled in by nothing",
        remedy="{count}",
    ),
    "a placeholder that a sentence about reports does not fill in": Slip(
        file=REPORT_WORDING,
        old="first_question: ",
        new='first_question: "{totals}" # ',
        on="{totals}",
        at="first_question",
        problem="{totals} is filled in by nothing",
        remedy="{total}",
    ),
    "a placeholder that a step of the ledger does not fill in": Slip(
        file=REPORT_WORDING,
        old="  sent: ",
        new='  sent: "{who}" # ',
        on="{who}",
        at="steps.sent",
        problem="{who} is filled in by nothing",
        remedy="Remove it",
    ),
    "a phrasing that another entry has": Slip(
        file=ENTRIES,
        old="who has the final say on shift",
        new="Who does this policy apply to?",
        on="  - id: shift-lead-decides",
        at="entries[1]",
        problem='the phrasing "who does this policy apply to" is used twice',
        remedy=f"the other is in {ENTRIES}, line 3, entries[0]",
    ),
    "a phrasing that another file has": Slip(
        file=SILENCES,
        old="can customers bring dogs in",
        new="who does this policy apply to",
        on="  - id: dogs",
        at="silences[0]",
        problem='the phrasing "who does this policy apply to" is used twice',
        remedy=f"the other is in {ENTRIES}, line 3, entries[0]",
    ),
    "a title that another entry has": Slip(
        file=ENTRIES,
        old="title: Who decides when the policy leaves a choice",
        new="title: Who has to follow the policy",
        on="  - id: shift-lead-decides",
        at="entries[1]",
        problem='the title "who has to follow the policy" is used twice',
        remedy=f"the other is in {ENTRIES}, line 3",
    ),
    "an id that an entry has already": Slip(
        file=SILENCES,
        old="silences:\n",
        new="silences:\n  - {id: hairnet, title: Wigs, headline: Nothing on wigs., phrasings: [may i wear a wig]}\n",
        on="title: Wigs",
        at="silences[0]",
        problem='"hairnet" is used twice',
        remedy=f"the other is in {ENTRIES}, line",
    ),
    "an example that is also a phrasing": Slip(
        file=EXAMPLES,
        old='"does a lad off the agency have to bother with all this"',
        new='"Who does this policy apply to?"',
        on="Who does this policy apply to?",
        at="calibrate[0]",
        problem="is also a phrasing",
        remedy="Remove it from one of the two",
    ),
    "an example that expects what is not there": Slip(
        file=EXAMPLES,
        old="expect: [entry:who-is-covered]",
        new="expect: [entry:who-is-coverd]",
        on="entry:who-is-coverd",
        at="calibrate[0]",
        problem='there is no matter "entry:who-is-coverd"',
        remedy='Did you mean "entry:who-is-covered"?',
    ),
    "a report that is always urgent, told of without urgency": Slip(
        file="flows/rude-customer.yaml",
        old="tellings:",
        new="always_urgent: true\ntellings:",
        on='  - "a customer just swore at me"',
        at="tellings",
        problem="tellings that are not urgent",
        remedy="urgent_tellings",
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A bakery of one's own, to spoil."""
    return shutil.copytree(BAKERY, tmp_path / "bakery")


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS.keys())
def test_one_slip_is_one_fault_with_its_file_its_line_and_a_remedy(folder: Path, slip: Slip) -> None:
    file, place = slip.make(folder)

    [fault] = faults_in(folder)

    assert (fault.file, fault.place) == (file, place)
    assert slip.problem in fault.problem
    assert slip.remedy in fault.remedy


def test_a_misspelt_key_is_answered_with_the_keys_that_may_stand_there(folder: Path) -> None:
    replace(folder / ENTRIES, "    clause: 1/2\n", "    clause: 1/2\n    insted: Ask the owner.\n")

    [fault] = faults_in(folder)

    assert "instead" in fault.remedy


@pytest.mark.parametrize("key", ["  must: You have to\n", "  next_review: Looked at again in\n"])
def test_a_word_missing_from_a_set_that_answers_need_is_a_fault(folder: Path, key: str) -> None:
    replace(folder / "wording.yaml", key, "")

    [fault] = faults_in(folder)

    assert fault.file == "wording.yaml"
    assert key.split(":")[0].strip() in str(fault)


@pytest.mark.parametrize("spoilt", ["{count!x}", "{count:s}"])
def test_a_placeholder_that_cannot_be_filled_in_is_a_fault(folder: Path, spoilt: str) -> None:
    replace(folder / "wording.yaml", "{count}", spoilt)

    [fault] = faults_in(folder)

    assert fault.file == "wording.yaml"
    assert "multi" in fault.place


def test_a_clause_that_moved_is_noticed_by_the_words_it_should_hold(folder: Path) -> None:
    entries = folder / ENTRIES
    replace(entries, "    clause: 1/2\n", '    clause: 1/2\n    holds: "words that stand nowhere"\n')

    [fault] = faults_in(folder)

    assert "the quote no longer exists" in fault.problem
    assert "words that stand nowhere" in fault.problem
    assert fault.remedy
