"""Several small concerns about one person: counted without a name, and told to one person alone.

Nobody who reports, handles or is named learns what it adds up to.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cases import Case
from bot.compiled import Knowledge
from bot.events import Actor
from bot.messages import Form
from bot.people import Person
from tests.conftest import SCHOOL
from tests.contracts.samples import open_sqlite
from tests.talking import ORGANISATION, Place, Talk

TEACHER = "consultant.north@sample.example"
TEACHER_SOUTH = "consultant.south@sample.example"
ASSISTANT = "assistant@sample.example"
ICT = "ict.north@sample.example"
SAFEGUARDING = "safeguarding.north@sample.example"
GOVERNOR = "governor.north@sample.example"
DEPUTY = "deputy.north@sample.example"
HEAD = "head.north@sample.example"
HEAD_SOUTH = "head.south@sample.example"
CEO = "ceo@sample.example"
HR = "hr@sample.example"
GROUP_IT = "group.it@sample.example"

LAD = "lad.high@bakery.example"
LEAD = "lead.high@bakery.example"
OWNER = "owner@bakery.example"
ACCOUNTANT = "accountant@bakery.example"

ALONE = "Something is waiting for you alone."
NOT_FOUND = "Nobody or nothing was found for that."


def concern(
    place: Place,
    about: tuple[str, ...] = (ICT,),
    by: str = TEACHER,
    flow: str = "colleague-conduct",
    **more: str | tuple[str, ...],
) -> str:
    """A report about these people, ten days after the last, to the HR Manager where that is possible."""
    place.now += timedelta(days=10)
    calm = {"danger": "no", "child-at-risk": "no", "sexual": "no", "academy": "North Academy"}
    to = "head_of_school" if flow in ("student-contact", "cyberbullying") else ("hr_manager",)
    ref = place.talk(by).reports(flow, {**calm, "recipients": to, "about": about, **more})
    place.post()
    return ref


def taken(place: Place, by: str = TEACHER, who: str = HR) -> tuple[Talk, str]:
    """A report about nobody who could be ticked, and the handler who took it."""
    ref = concern(place, (), by)
    return place.talk(who).picks(f"case:take:{ref}"), ref


def names(handler: Talk, ref: str, name: str) -> Talk:
    """The handler has the report counted for somebody."""
    handler.picks(f"case:name:{ref}").fills(person=name)
    handler.place.post()
    return handler


def told_alone(place: Place) -> list[str]:
    """Who was written to because of a count, once for each letter."""
    return [who for who, letters in place.letters.items() for letter in letters if letter.summary == ALONE]


def opens(place: Place, who: str, ref: str) -> Talk:
    return place.talk(who).picks(f"signal:open:{ref}")


def absent(place: Place, who: str, ref: str) -> bool:
    """Whether somebody is answered in the very bytes in which a case that is not there is."""
    return repr(opens(place, who, ref).replies) == repr(opens(place, who, "0000-0000").replies)


def case_of(place: Place, ref: str) -> Case:
    with place.store.transaction():
        case = place.store.case(ORGANISATION, ref)
    assert case
    return case


@pytest.fixture
def kept(school: Knowledge, tmp_path: Path) -> Iterator[Place]:
    """The school, with everything kept in a file in `tmp_path`."""
    with closing(open_sqlite(tmp_path)) as store:
        yield Place(school, SCHOOL / "sample-people.csv", store)


# --- one person is told


def test_the_third_concern_about_one_person_is_told_to_the_head_alone(academies: Place) -> None:
    concern(academies)
    concern(academies)
    assert told_alone(academies) == []

    ref = concern(academies)

    assert told_alone(academies) == [HEAD]
    heard = academies.talk(HEAD).presses_in_letter().hears
    assert "This is concern number 3 about the same person within a year." in heard
    assert f"The latest is {ref}; it was received by the HR Manager." in heard


def test_a_fourth_is_told_again_with_its_own_number(academies: Place) -> None:
    for _ in range(4):
        ref = concern(academies)

    assert told_alone(academies) == [HEAD, HEAD]
    assert "This is concern number 4" in opens(academies, HEAD, ref).hears


def test_concerns_of_every_kind_and_from_whomever_count_together(academies: Place) -> None:
    concern(academies, (SAFEGUARDING,))
    concern(academies, (SAFEGUARDING,), DEPUTY, "student-contact")
    concern(academies, (SAFEGUARDING,), ICT, "unsuitable-material")

    assert told_alone(academies) == [HEAD]


def test_concerns_about_different_people_do_not_add_up(academies: Place) -> None:
    for about in (ICT, HR, GROUP_IT, SAFEGUARDING):
        concern(academies, (about,), flow="colleague-conduct", recipients=("ceo",))

    assert told_alone(academies) == []


def test_the_head_of_the_academy_of_the_latest_is_told_also_when_the_others_were_elsewhere(academies: Place) -> None:
    concern(academies, (GROUP_IT,))
    concern(academies, (GROUP_IT,))
    ref = concern(academies, (GROUP_IT,), TEACHER_SOUTH)

    assert told_alone(academies) == [HEAD_SOUTH]
    assert absent(academies, HEAD, ref)


@pytest.mark.parametrize(
    "more", [{"about": (HEAD,)}, {"close": (HEAD,)}, {"by": HEAD}], ids=["it is about them", "close", "reporter"]
)
def test_when_the_head_may_not_be_told_the_ceo_is(academies: Place, more: dict[str, Any]) -> None:
    for _ in range(3):
        ref = concern(academies, **more)

    assert told_alone(academies) == [CEO]
    assert "This is concern number 3" in academies.talk(CEO).presses_in_letter().hears
    assert absent(academies, HEAD, ref)


def test_when_a_handler_names_the_head_the_ceo_is_told(academies: Place) -> None:
    for _ in range(3):
        hr, ref = taken(academies)
        names(hr, ref, HEAD)

    assert told_alone(academies) == [CEO]
    assert absent(academies, HEAD, ref)


def test_where_there_is_no_head_the_ceo_is_told(academies: Place) -> None:
    academies.leaves(HEAD)
    for _ in range(3):
        concern(academies)

    assert told_alone(academies) == [CEO]


def test_a_head_who_is_away_is_told_and_nobody_in_their_place(academies: Place) -> None:
    away = ((date(2026, 11, 1), date(2027, 1, 31)),)
    academies.changes(replace(academies.directory.people[HEAD], away=away))
    for _ in range(3):
        ref = concern(academies)

    assert told_alone(academies) == [HEAD]
    assert absent(academies, DEPUTY, ref)


def test_in_the_bakery_the_owner_who_handles_it_is_told_by_letter_and_not_in_the_case(shop: Place) -> None:
    for _ in range(3):
        shop.now += timedelta(days=10)
        ref = shop.talk(LAD).reports("shift-lead-conduct", {"tell": ("owner",)})
        owner = names(shop.talk(OWNER).picks(f"case:take:{ref}"), ref, LEAD)

    assert told_alone(shop) == [OWNER]
    assert "Number 3" not in owner.picks(f"case:open:{ref}").hears
    assert f"Number 3 about one person within a year. The latest is {ref}" in opens(shop, OWNER, ref).hears


def test_in_the_bakery_the_accountant_is_told_about_the_owner(shop: Place) -> None:
    for _ in range(3):
        shop.now += timedelta(days=10)
        answers = {"tell": ("accountant",), "about": (OWNER,)}
        shop.talk(LAD).reports("shift-lead-conduct", answers)
    shop.post()

    assert told_alone(shop) == [ACCOUNTANT]


# --- nobody else learns of it


def test_nobody_else_can_open_it_or_finds_it_anywhere(academies: Place) -> None:
    for _ in range(3):
        ref = concern(academies)

    for who in (*academies.directory.people.keys() - {HEAD}, "nobody@x.example", ""):
        assert absent(academies, who, ref), who
        assert "concern number" not in repr(academies.talk(who).looks_home().past)


def test_who_is_told_can_not_open_the_report_by_that(academies: Place) -> None:
    for _ in range(3):
        ref = concern(academies)
    head = academies.talk(HEAD)

    shown = [repr(head.picks(f"case:open:{to}").replies) for to in (ref, "0000-0000")]

    assert shown[0] == shown[1]


def test_the_letter_says_only_that_something_waits(academies: Place) -> None:
    for _ in range(3):
        ref = concern(academies)

    letter = repr(academies.letters[HEAD][-1])
    assert ref in letter
    for secret in (ICT, "ICT", "concern", "number", "three", "3 ", "HR", "person"):
        assert secret not in letter


def test_reporter_and_handler_read_byte_for_byte_what_they_would_read_of_a_first_concern(school: Knowledge) -> None:
    def heard(earlier: str) -> str:
        """Everything that both hear of a report about one person, after two about this one."""
        place = Place(school, SCHOOL / "sample-people.csv")
        concern(place, (earlier,))
        concern(place, (earlier,))
        ref = concern(place, (ICT,), DEPUTY)
        handler, reporter = place.talk(HR), place.talk(DEPUTY)
        for event in ("case:open", "alert", "case:take", "case:more", "signal:open"):
            handler.picks(f"{event}:{ref}")
        names(handler, ref, ICT)
        reporter.picks(f"mine:show:{ref}")
        assert told_alone(place)[:1] == ([HEAD] if earlier == ICT else [])
        return repr((handler.past, reporter.past, place.letters[HR], place.letters[DEPUTY]))

    assert heard(ICT) == heard(GROUP_IT)


def test_the_handler_who_names_somebody_is_told_nothing_about_the_count(school: Knowledge) -> None:
    def heard(earlier: str) -> str:
        """What the handler hears who names one person, after two cases in which this one was named."""
        place = Place(school, SCHOOL / "sample-people.csv")
        for name in (earlier, earlier):
            names(*taken(place), name)
        hr, ref = taken(place)
        names(hr, ref, ASSISTANT).picks(f"case:open:{ref}")
        assert told_alone(place) == ([HEAD] if earlier == ASSISTANT else [])
        return repr((hr.past, place.letters[HR]))

    assert heard(ASSISTANT) == heard(SAFEGUARDING)
    assert "It is counted." in heard(ASSISTANT)


@pytest.mark.parametrize(
    "change", [{"roles": ()}, {"active": False}, {"academies": ("South Academy",)}], ids=["lost it", "left", "moved"]
)
def test_whoever_was_told_can_open_it_no_more_without_the_role(academies: Place, change: dict[str, object]) -> None:
    for _ in range(3):
        ref = concern(academies)
    academies.changes(replace(academies.directory.people[HEAD], **change))  # type: ignore[arg-type]

    assert absent(academies, HEAD, ref)


def test_a_new_head_does_not_inherit_what_the_one_before_was_told(academies: Place) -> None:
    for _ in range(3):
        ref = concern(academies)
    new = Person(id="new@sample.example", name="New", academies=("North Academy",), roles=("head_of_school",))
    academies.changes(new)

    assert absent(academies, new.id, ref)


# --- what is kept


def everything_in(folder: Path) -> bytes:
    """Every byte of every file."""
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_the_name_of_whom_a_handler_named_is_kept_nowhere(kept: Place, tmp_path: Path) -> None:
    refs = []
    for _ in range(3):
        hr, ref = taken(kept)
        names(hr, ref, "Teaching Assistant, North and South")
        refs.append(ref)
    assert told_alone(kept) == [HEAD]

    on_disk = everything_in(tmp_path).lower()
    with kept.store.transaction():
        state = kept.store.state(Actor(organisation=ORGANISATION, person=HR))
    opened = repr(([case_of(kept, ref) for ref in refs], state, kept.letters)).lower()
    for name in (ASSISTANT, "assistant", "teaching"):
        assert name.encode() not in on_disk
        assert name not in opened


def test_of_whom_a_report_is_about_nothing_can_be_read_in_the_file(kept: Place, tmp_path: Path) -> None:
    for _ in range(3):
        concern(kept)
    names(*taken(kept), HEAD)

    on_disk = everything_in(tmp_path).lower()
    for name in (ICT, "network supervisor", HEAD, "head of school"):
        assert name.encode() not in on_disk


def test_the_table_of_concerns_holds_marks_that_stand_nowhere_else(kept: Place, tmp_path: Path) -> None:
    concern(kept)
    names(*taken(kept), ICT)
    names(*taken(kept, TEACHER_SOUTH), TEACHER)  # who is marked elsewhere as well, having reported something

    with closing(sqlite3.connect(tmp_path / "candour.db")) as db:
        rows = db.execute("select person, case_mark, at from concerns").fetchall()
        tables = [name for (name,) in db.execute("select name from sqlite_master where type = 'table'")]
        others = [
            value.lower() if isinstance(value, str) else value
            for table in tables
            if table != "concerns"
            for row in db.execute(f"select * from [{table}]")
            for value in row
        ]
    assert [[type(value) for value in row] for row in rows] == [[bytes, bytes, float]] * 3
    assert len({person for person, _, _ in rows}) == 2
    assert len({case for _, case, _ in rows}) == 3
    marks = {mark for person, case, _ in rows for mark in (person, case)}
    assert {len(mark) for mark in marks} == {16}
    assert not marks & {value for value in others if isinstance(value, bytes)}
    assert not {mark.hex() for mark in marks} & {value for value in others if isinstance(value, str)}


def test_what_was_counted_counts_after_a_restart(school: Knowledge, tmp_path: Path) -> None:
    with closing(open_sqlite(tmp_path)) as before:
        place = Place(school, SCHOOL / "sample-people.csv", before)
        concern(place)
        concern(place)

    with closing(open_sqlite(tmp_path)) as after:
        place.store = after
        place.restarts()
        concern(place)

        assert told_alone(place) == [HEAD]


# --- what counts


@pytest.mark.parametrize(("days", "told"), [(364, [HEAD]), (366, [])])
def test_a_concern_that_is_older_than_a_year_counts_no_more(academies: Place, days: int, told: list[str]) -> None:
    concern(academies)
    first = academies.now
    concern(academies)

    academies.now = first + timedelta(days=days - 10)
    concern(academies)

    assert told_alone(academies) == told


def test_one_report_counts_once_however_often_and_in_which_way_it_is_counted(academies: Place) -> None:
    for _ in range(2):
        ref = concern(academies)
        hr = academies.talk(HR).picks(f"case:take:{ref}")
        for name in (ICT, "ICT Network Supervisor, North", ICT):
            academies.now += timedelta(minutes=5)
            names(hr, ref, name)

    assert told_alone(academies) == []


def test_counting_a_report_once_more_does_not_tell_it_once_more(academies: Place) -> None:
    for _ in range(3):
        ref = concern(academies)
    academies.now += timedelta(minutes=5)

    names(academies.talk(HR).picks(f"case:take:{ref}"), ref, ICT)

    assert told_alone(academies) == [HEAD]


def test_several_people_can_be_named_one_after_the_other(academies: Place) -> None:
    for _ in range(2):
        concern(academies)
    hr, ref = taken(academies)

    names(hr, ref, ASSISTANT)
    academies.now += timedelta(seconds=30)
    names(hr, ref, ICT)

    assert told_alone(academies) == [HEAD]


def test_the_second_who_is_named_is_locked_out_as_the_first_would_be(academies: Place) -> None:
    hr, ref = taken(academies)

    names(hr, ref, ASSISTANT)
    academies.now += timedelta(seconds=30)
    names(hr, ref, HEAD)

    assert HEAD in case_of(academies, ref).barred


def test_of_two_people_in_one_report_both_counts_can_be_read(academies: Place) -> None:
    for name in (ASSISTANT, ASSISTANT, ASSISTANT, GOVERNOR, GOVERNOR):
        names(*taken(academies), name)
    hr, ref = taken(academies)

    for name in (ASSISTANT, GOVERNOR):
        academies.now += timedelta(minutes=5)
        names(hr, ref, name)

    heard = opens(academies, HEAD, ref).hears
    assert "concern number 4" in heard
    assert "concern number 3" in heard


def test_a_kind_of_report_that_is_no_concern_about_staff_is_not_counted(academies: Place) -> None:
    for _ in range(3):
        concern(academies, (HEAD,), flow="cyberbullying", recipients="ceo")

    assert told_alone(academies) == []


def test_a_declaration_is_counted_for_nobody_also_when_a_handler_tries(kept: Place, tmp_path: Path) -> None:
    for _ in range(3):
        kept.now += timedelta(days=10)
        ref = kept.talk(TEACHER).reports("declare-contact")
        deputy = kept.talk(DEPUTY).picks(f"case:take:{ref}")
        deputy.sends(f"case:name:{ref}", fields={"person": (ICT,)})
        assert "That cannot be done just now." in deputy.hears
    kept.post()

    with closing(sqlite3.connect(tmp_path / "candour.db")) as db:
        assert db.execute("select count(*) from concerns").fetchone() == (0,)
    assert told_alone(kept) == []


def test_what_turns_out_to_be_a_concern_is_counted_when_its_kind_is_changed(academies: Place) -> None:
    concern(academies, (HEAD,))
    concern(academies, (HEAD,))
    ref = concern(academies, (HEAD,), flow="cyberbullying", recipients="ceo")
    ceo = academies.talk(CEO).picks(f"case:take:{ref}")

    ceo.picks(f"case:retype:{ref}").fills(flow="Something a colleague did online", reason="It was a colleague.")

    academies.post()
    assert told_alone(academies) == [CEO]


def test_what_turns_out_to_be_a_declaration_counts_no_more(academies: Place) -> None:
    ref = concern(academies)
    hr = academies.talk(HR).picks(f"case:take:{ref}")
    hr.picks(f"case:retype:{ref}").fills(flow="Declaring contact outside school", reason="They are cousins.")

    concern(academies)
    concern(academies)

    assert told_alone(academies) == []


# --- whom a handler names


@pytest.mark.parametrize("name", ["Nobody at all", "assistant@elsewhere.example", "Assistant", "@", "*", "%"])
def test_somebody_who_is_not_in_the_directory_is_not_counted_and_the_text_is_still_there(
    academies: Place, name: str
) -> None:
    hr, ref = taken(academies)

    names(hr, ref, name)

    [form] = [block for block in hr.blocks if isinstance(block, Form)]
    assert [field.value for field in form.fields] == [(name,)]
    assert NOT_FOUND in hr.hears
    assert "named" not in [line.step for line in case_of(academies, ref).ledger]


def test_a_name_that_two_people_have_is_refused_and_the_address_is_taken(academies: Place) -> None:
    two = [Person(id=f"jo{number}@sample.example", name="Jo Bloggs", academies=("North Academy",)) for number in (1, 2)]
    academies.changes(*two)
    for _ in range(2):
        names(*taken(academies), two[0].id)
    hr, ref = taken(academies)

    assert NOT_FOUND in names(hr, ref, "Jo Bloggs").hears
    assert told_alone(academies) == []
    names(hr, ref, two[0].id)

    assert told_alone(academies) == [HEAD]


def test_small_and_capital_letters_and_spaces_around_make_no_difference(academies: Place) -> None:
    for name in ("  ASSISTANT@sample.Example ", "teaching assistant, north and SOUTH", ASSISTANT):
        names(*taken(academies), name)

    assert told_alone(academies) == [HEAD]


def test_only_whoever_has_the_report_may_have_it_counted(academies: Place) -> None:
    for _ in range(2):
        concern(academies)
    _, ref = taken(academies)

    for who in (TEACHER, HEAD, CEO, GROUP_IT, "nobody@x.example"):
        talk = academies.talk(who).sends(f"case:name:{ref}", fields={"person": (ICT,)})
        assert "There is no such report" in talk.hears

    academies.post()
    assert told_alone(academies) == []
