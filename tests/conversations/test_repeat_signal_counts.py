"""Which concerns about one person count, how often, and for whom a handler has one counted."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.messages import Form
from bot.people import Person
from tests.concerns import NOT_FOUND, case_of, concern, names, opens, taken, told_alone
from tests.sample_people import ASSISTANT, CEO, DEPUTY, GOVERNOR, GROUP_IT, HEAD, HR, ICT, TEACHER
from tests.talking import Place

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
