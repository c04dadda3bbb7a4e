"""The record of a case: everything that was said and done is in it, nobody's id is, and what is left out is gone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.compiled import Knowledge
from bot.redacting import BLACK, Redaction, name_masks
from tests.paging import ACCOUNTANT, CONDUCT, LAD, LEAD, OWNER, STORY, Office, works_on

NAMES = {LAD: "Jo Bloggs", OWNER: "Dot Crumb", ACCOUNTANT: "Stan O'Neill"}


@pytest.fixture
def place(bakery: Knowledge) -> Office:
    return Office(bakery)


@pytest.fixture
def ref(place: Office) -> str:
    """A confidential report that was worked on to its end."""
    ref = place.reported()
    works_on(place, ref)
    return ref


def plain(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False)


def steps(record: dict[str, Any]) -> list[str]:
    return [entry["step"] for entry in record["timeline"]]


def test_the_record_tells_the_whole_story(place: Office, ref: str) -> None:
    record = place.record(ref, without=())

    assert (record["reference"], record["code"]) == (ref, place.case(ref).code)
    assert record["kind"]["title"] == "Something the shift lead did"
    assert record["sent"] == {"utc": "2026-11-23T09:00:00+00:00", "local": "23 November 2026, 09:00"}
    assert record["closed"]["local"] == "23 November 2026, 09:55"
    assert record["reporter"]["name"] == "Jo Bloggs"
    assert "Confidential" in record["reporter"]["identity"]["title"]
    assert {"question": "In their own words", "answer": STORY} in record["said"]
    assert [(one["role"], one["name"]) for one in record["received"]] == [("owner", "Dot Crumb")]
    assert "never to the shift lead" in record["because"][0]
    assert record["outcome"] == {
        "id": "sorted",
        "title": "Sorted out",
        "told": "It was sorted out.",
        "line": "We have spoken with him.",
    }
    assert record["left_out"]["told"] == ["Nothing was left out."]
    assert record["made"]["role"] == "owner"


def test_every_step_is_in_the_timeline_but_how_the_reporter_judged_it(place: Office, ref: str) -> None:
    place.talk(LAD).picks(f"mine:rate:{ref}").fills(heard="yes", again="no")

    record = place.record(ref)

    assert steps(record) == [line.step for line in place.case(ref).ledger if line.step != "rated"]
    assert "rated" not in steps(record)
    assert steps(record)[-1] == "exported"
    assert "Again" not in plain(record)


def test_what_was_filled_in_is_spelled_out(place: Office, ref: str) -> None:
    record = place.record(ref)
    told = {entry["step"]: {d["label"]: d["value"] for d in entry["details"]} for entry in record["timeline"]}

    assert told["referred"]["Who was told"] == "The shop workers' helpline"
    assert told["referred"]["What they advised"] == "Write it down."
    assert told["tested"] == {"Could somebody have been hurt?": "No", "Could it be against the law?": "Not sure"}
    assert told["closed"] == {"Outcome": "Sorted out"}
    assert record["harm_test"]["result"] == "The harm threshold may be met."
    assert record["referrals"][0]["details"][0]["value"] == "The shop workers' helpline"


def test_checks_of_a_declaration_are_spelled_out(place: Office) -> None:
    ref = place.reported("declare-allergy", {"shop": "high-street", "to-what": "nuts", "how-bad": "bad"})
    place.taken(ref).picks(f"case:check:{ref}").fills(own_shelf="yes", pen="yes", note="Red box")

    record = place.record(ref, without=())

    checks = {detail["label"]: detail["value"] for detail in record["checks"]["details"]}
    assert checks["Is there a shelf of their own?"] == "Yes"
    assert record["outcome"]["title"] == "Shelves are set up"
    assert record["closed"] is not None
    assert [note["text"] for note in record["notes"]] == ["Red box"]


def test_a_decision_has_its_purpose_and_every_press_with_its_reason(place: Office) -> None:
    ref = place.reported()
    place.taken(ref).picks(f"case:propose:{ref}").fills(purpose="To see", viewed="The video", why="Proof")
    place.talk(ACCOUNTANT).picks(f"decide:decline:{ref}").fills(reason="Not needed, Dot Crumb")
    place.talk(LEAD).picks(f"decide:decline:{ref}").fills(reason="No")

    [decision] = place.record(ref)["decisions"]

    assert (decision["purpose"], decision["viewed"], decision["why"]) == ("To see", "The video", "Proof")
    assert [(press["name"], press["reason"]) for press in decision["agreed"]] == [("Dot Crumb", "")]
    assert decision["declined"][0]["reason"] == "Not needed, Dot Crumb"
    assert decision["outcome"] == {"id": "declined", "title": "It was not agreed."}


def test_the_record_has_the_codes_of_the_audit_chain_to_the_last(place: Office, ref: str) -> None:
    record = place.record(ref)

    rows = record["audit"]["rows"]
    assert [row["action"] for row in rows][:3] == ["sent", "taken", "delivered"]
    assert rows[-1]["action"] == "exported"
    assert record["audit"]["head"] == rows[-1]["hash"]
    assert all(len(row["hash"]) == 64 for row in rows)


def test_private_notes_stand_apart_from_messages(place: Office, ref: str) -> None:
    record = place.record(ref, without=())

    assert [item["text"] for item in record["messages"]] == [
        "When was it?",
        "At noon, says Jo Bloggs.",
        "We have spoken with him.",
    ]
    assert len(record["notes"]) == 1
    assert "planned" in record["notes"][0]["text"]


@pytest.mark.parametrize("without", [(), ("reporter",), ("reporter", "handlers", "notes", "outside")])
def test_nobodys_address_is_ever_in_it(place: Office, ref: str, without: tuple[str, ...]) -> None:
    place.talk(OWNER).picks(f"case:note:{ref}").fills(text=f"{LAD.upper()} wrote to {OWNER}.")

    assert "bakery.example" not in plain(place.record(ref, without=without)).casefold()


def test_without_the_reporter_the_name_is_nowhere_in_it(place: Office, ref: str) -> None:
    for text in (
        "Bloggs, Jo called.",
        "JO  BLOGGS's mother",
        "Ms Bloggs said so",
        "jo.bloggs has it",
        "the bloggs girl",
    ):
        place.talk(OWNER).picks(f"case:note:{ref}").fills(text=text)

    record = place.record(ref, without="reporter")

    assert "bloggs" not in plain(record).casefold()
    notes = [note["text"] for note in record["notes"]]
    assert notes[0].startswith("Rang the reporter. She was planned")
    assert notes[1:] == [
        "the reporter called.",
        "the reporter's mother",
        f"Ms {BLACK} said so",
        "the reporter has it",
        f"the {BLACK} girl",
    ]
    assert record["left_out"]["parts"] == ["reporter"]
    assert record["reporter"]["name"] == "The name is left out."


def test_without_handlers_they_are_known_by_their_roles_alone(place: Office, ref: str) -> None:
    place.talk(OWNER).picks(f"case:note:{ref}").fills(text="Stan O’Neill and dot crumb met Jo Bloggs.")

    record = place.record(ref, without="handlers")

    assert not any(word in plain(record) for word in ('Crumb"', "Dot", "Stan", "Neill"))
    assert record["notes"][-1]["text"] == "accountant and owner met Jo Bloggs."
    assert {entry["by"]["name"] for entry in record["timeline"]} == {""}


def test_without_notes_no_private_word_is_in_it(place: Office, ref: str) -> None:
    record = place.record(ref, without="notes")

    assert record["notes"] == []
    assert "planned" not in plain(record)
    assert "note" in steps(record)
    assert "When was it?" in plain(record)


def test_without_outside_nobody_learns_who_was_told_outside(place: Office, ref: str) -> None:
    record = place.record(ref, without="outside")

    assert record["referrals"] == []
    assert not any(word in plain(record) for word in ("helpline", "Hale", "H-77", "Write it down"))


def test_words_are_blacked_out_wherever_they_stand(place: Office) -> None:
    ref = place.reported(given={**CONDUCT, "words": "CRUMB and Ann-Marie, aNN  marie, annual, Hann."})
    owner = place.taken(ref)
    owner.picks(f"case:refer:{ref}").fills(
        whom="helpline", who="Ann Marie", when="noon", reference="ann1", advice="Ann"
    )

    record = place.record(ref, without=(), words="ann marie\nAnn\n\ncrumb")

    assert {said["question"]: said["answer"] for said in record["said"]}["In their own words"] == (
        f"{BLACK} and {BLACK}-Marie, {BLACK}, {BLACK}, {BLACK}."
    )
    assert [detail["value"] for detail in record["referrals"][0]["details"]][1:] == [BLACK, "noon", BLACK, BLACK]
    assert record["received"][0]["name"] == f"Dot {BLACK}"
    assert record["left_out"]["told"] == ["Names or words blacked out: 3"]
    assert "marie" not in plain(record).casefold().replace("-marie", "")


def test_blacking_out_leaves_what_proves_the_record(place: Office, ref: str) -> None:
    before = place.record(ref)

    record = place.record(ref, words="a\ne\n0\n2\nV\nsent")

    assert (record["code"], record["reference"]) == (before["code"], before["reference"])
    assert record["audit"]["rows"][: len(before["audit"]["rows"])] == before["audit"]["rows"]
    assert record["sent"] == before["sent"]


def test_a_bar_is_as_long_for_a_short_word_as_for_a_long_one() -> None:
    redaction = Redaction((), ("Al", "Maximiliana-Alexandra"))

    assert redaction.text("Al") == redaction.text("Maximiliana-Alexandra") == BLACK


def test_a_word_that_reaches_into_a_name_takes_the_name_with_it() -> None:
    redaction = Redaction(name_masks("Jo Bloggs", "the reporter", ()), ("Bloggs's house",))

    assert redaction.text("At Jo Bloggs's house now") == f"At {BLACK} now"


def test_parts_of_a_name_that_are_names_of_roles_stay() -> None:
    redaction = Redaction(name_masks("Shift lead, High Street", "shift lead", {"shift", "lead", "high", "street"}), ())

    assert redaction.text("The lead of High Street: Shift lead, High Street") == "The lead of High Street: shift lead"


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(
    st.lists(st.sampled_from(["Jo", "Bloggs", "jo bloggs", "Ann", "planned", "the", "ß", "İan", ",", "-", "\n", "é"])),
    st.lists(st.sampled_from(["ann", "Bloggs", "jo b", "é", "ian", "the"]), max_size=3),
)
def test_whatever_is_blacked_out_stands_nowhere(parts: list[str], words: list[str]) -> None:
    redaction = Redaction(name_masks("Jo Bloggs", "the reporter", ()), words)

    found = redaction.text(" ".join(parts)).casefold()

    assert "bloggs" not in found
    assert not any(" ".join(word.split()).casefold() in " ".join(found.split()) for word in words)


def test_somebody_who_has_left_the_directory_is_known_by_the_role(place: Office, ref: str) -> None:
    link = place.asked(place.token(place.talk(OWNER), ref, without=()))
    granted = place.service.receive(link).granted
    assert granted is not None
    place.moves_in(replace(place.directory, people={k: p for k, p in place.directory.people.items() if k != LAD}))

    record = place.service.record("test", granted, place.now)

    assert record is not None
    assert record["reporter"]["name"] == "no longer in the directory"
    assert LAD not in plain(record)


def test_a_report_that_was_made_another_kind_tells_what_it_was_sent_as(place: Office) -> None:
    ref = place.reported("rude-customer", {"danger": "safe", "shop": "high-street", "tell": "owner"})
    place.taken(ref).picks(f"case:retype:{ref}").fills(flow="Something the shift lead did", reason="It was him")

    record = place.record(ref)

    assert record["kind"]["title"] == "Something the shift lead did"
    assert record["sent_as"]["kind"]["title"] == "A rude customer"
    retyped = next(entry for entry in record["timeline"] if entry["step"] == "retyped")
    assert retyped["details"] == [{"label": "Before", "value": "A rude customer"}]


def test_what_one_person_alone_was_told_is_not_in_it(place: Office, ref: str) -> None:
    for _ in range(3):
        place.passes(timedelta(hours=2))
        last = place.reported()
        place.taken(last).picks(f"case:name:{last}").fills(person=LEAD)
    assert [signal.count for signal in place.case(last).signals] == [3]

    record = place.record(last)

    assert "Number 3" not in plain(record)
    assert "signal" not in plain(record)


def test_a_case_that_is_no_longer_theirs_makes_no_record(place: Office, ref: str) -> None:
    granted = place.service.receive(place.asked(place.token(place.talk(OWNER), ref))).granted
    assert granted is not None
    place.leaves(OWNER)

    assert place.service.record("test", granted, place.now) is None
