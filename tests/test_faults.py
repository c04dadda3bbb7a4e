"""One slip in the knowledge, one fault: its file, its line and how to mend it, and never a heap of consequences."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.errors import Fault, KnowledgeError
from bot.loading import load
from tests.conftest import BAKERY

ENTRIES = "entries/food-hygiene.yaml"
SILENCES = "silences/food-hygiene.yaml"
EXAMPLES = "examples/food-hygiene.yaml"
CONDUCT = "flows/shift-lead-conduct.yaml"
FIRST = "  - id: who-is-covered\n"
"""The line on which the first entry begins; what concerns the entry as a whole is reported there."""

BOMB = "\n".join(
    ("smalltalk: &a0 [ha, ha, ha]", *(f"x{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)))
)
"""Half a page of YAML that unfolds to more than thirty thousand million words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """`old` became `new` in a file; the fault names the line that holds `on`, then `at`."""

    file: str
    old: str
    new: str
    on: str
    at: str = ""
    problem: str
    remedy: str


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
    "a report that goes to an unknown role": Slip(
        file=CONDUCT,
        old="tell: [owner, accountant]",
        new="tell: [owner, acountant]",
        on="tell: [owner, acountant]",
        at="tell",
        problem='there is no role "acountant"',
        remedy='Did you mean "accountant"?',
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
    "an unknown role to ask first": Slip(
        file="roles.yaml",
        old="ask_first: shift_lead",
        new="ask_first: shiftlead",
        on="ask_first: shiftlead",
        at="ask_first",
        problem='there is no role "shiftlead"',
        remedy='Did you mean "shift_lead"?',
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
        old="tell: [owner, accountant]",
        new="tell: owner",
        on="tell: owner",
        at="tell",
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
    "a role that stands twice": Slip(
        file="roles.yaml",
        old="  - {id: accountant, title: accountant}\n",
        new="  - {id: accountant, title: accountant}\n  - {id: owner, title: landlord}\n",
        on="title: landlord",
        at="roles[3]",
        problem="owner",
        remedy="the other is in roles.yaml, line",
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


def faults_in(folder: Path) -> list[Fault]:
    """What is wrong with a knowledge folder that cannot be loaded."""
    with pytest.raises(KnowledgeError) as raised:
        load(folder)
    return raised.value.faults


def replace(path: Path, old: str, new: str) -> str:
    """Change the first place where `old` stands; returns what the file says now."""
    text = path.read_text()
    assert old in text, f"{old!r} is nowhere in {path}"
    changed = text.replace(old, new, 1)
    path.write_text(changed)
    return changed


def line_of(text: str, on: str) -> int:
    """The line, from 1, on which something stands."""
    return text[: text.index(on) + len(on) - len(on.lstrip("\n"))].count("\n") + 1


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS.keys())
def test_one_slip_is_one_fault_with_its_file_its_line_and_a_remedy(folder: Path, slip: Slip) -> None:
    text = replace(folder / slip.file, slip.old, slip.new)

    [fault] = faults_in(folder)

    assert fault.file == slip.file
    assert fault.place == ", ".join(filter(None, (f"line {line_of(text, slip.on)}", slip.at)))
    assert slip.problem in fault.problem
    assert slip.remedy in fault.remedy


def test_the_bakery_itself_has_no_fault(folder: Path) -> None:
    assert load(folder) == load(BAKERY)


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


@pytest.mark.parametrize("name", ["lexicon.yaml", "qualifiers.yaml", "roles.yaml", "smalltalk.yaml", "wording.yaml"])
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
    replace(folder / CONDUCT, "tell: [owner, accountant]", "tell: [owner, acountant]")
    replace(folder / CONDUCT, "clauses: [1/4]", "clauses: [1/44]")
    replace(folder / SILENCES, "near: [1/3]", "near: [8/8]")
    replace(folder / "smalltalk.yaml", "  - id: greeting\n", "  - id: Greeting!\n")
    (folder / "flows" / "rude-customer.yaml").write_text("{")

    faults = faults_in(folder)

    assert sorted(fault.file for fault in faults) == sorted(
        ("wording.yaml", CONDUCT, CONDUCT, SILENCES, "smalltalk.yaml", "flows/rude-customer.yaml")
    )
    assert all(fault.place and fault.problem and fault.remedy for fault in faults)


@pytest.mark.parametrize("content", [b"{", b"x: 1\n", b"\xff\xfe"], ids=["broken", "of another shape", "not text"])
@pytest.mark.parametrize(
    "name",
    [
        *(ENTRIES, SILENCES, EXAMPLES, CONDUCT, "lexicon.yaml", "qualifiers.yaml", "roles.yaml", "smalltalk.yaml"),
        *("wording.yaml", "policies/food-hygiene.md"),
    ],
)
def test_a_file_that_cannot_be_read_brings_no_consequences_in_other_files(
    folder: Path, name: str, content: bytes
) -> None:
    (folder / name).write_bytes(content)

    faults = faults_in(folder)

    assert {fault.file for fault in faults} == {name}
    assert all(fault.remedy for fault in faults)


def test_a_clause_that_moved_is_noticed_by_the_words_it_should_hold(folder: Path) -> None:
    entries = folder / ENTRIES
    replace(entries, "    clause: 1/2\n", '    clause: 1/2\n    holds: "words that stand nowhere"\n')

    [fault] = faults_in(folder)

    assert "the quote no longer exists" in fault.problem
    assert "words that stand nowhere" in fault.problem
    assert fault.remedy
