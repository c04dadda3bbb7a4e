"""What every store promises of conversations, events, people, counts and transactions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.people import Directory
from bot.ports import Store
from bot.state import EVENTS_KEPT_ANYHOW, Conversation
from bot.turn import FeedbackGiven, OperatorTold, QuestionUnanswered, Turn
from tests.contracts.samples import (
    ANNE,
    ANNE_OF_SOUTH,
    BEN,
    NINE,
    PEOPLE,
    a_case,
    asked,
    case_of,
    drafting,
    file_case,
    keep,
    seen,
    state_of,
    that_fails,
)

ODD = "".join(chr(code) for code in (*range(0x3000), *range(0x3000, 0x110000, 7)) if not 0xD800 <= code < 0xE000)
"""NUL and every control, direction mark, tag, noncharacter and many more; surrogates never come this far."""


def test_somebody_new_stands_at_the_beginning(store: Store) -> None:
    assert state_of(store, ANNE) == Conversation()


@pytest.mark.parametrize("state", [asked("may I? “quotes”, ümlauts and 😀"), drafting("They shouted.")])
def test_what_was_written_is_where_the_person_stands(store: Store, state: Conversation) -> None:
    keep(store, "event-1", state=state)

    assert state_of(store, ANNE) == state


@pytest.mark.parametrize("words", ["x" * 40_000, "😀é\n" * 13_333, ODD], ids=["long", "long and wide", "odd"])
def test_text_is_kept_as_it_was_given(store: Store, words: str) -> None:
    keep(store, "event-1", state=drafting(words))
    file_case(store, a_case(words=words))

    assert state_of(store, ANNE) == drafting(words)
    assert case_of(store, a_case().ref) == a_case(words=words)


def test_people_and_organisations_do_not_mix(store: Store) -> None:
    judged = FeedbackGiven(matter="gifts", opinion="helpful")
    keep(store, "event-1", state=asked("mine"))
    keep(store, "event-1", ANNE_OF_SOUTH, state=asked("another's"), records=(judged, OperatorTold(what="nobody-left")))

    assert state_of(store, BEN) == Conversation()
    assert state_of(store, ANNE) == asked("mine")
    assert state_of(store, ANNE_OF_SOUTH) == asked("another's")
    assert store.feedback("north") == {}
    assert store.operator_told("north") == {}
    assert store.feedback("south") == {"gifts": {"helpful": 1}}


def test_events_are_seen_by_organisation(store: Store) -> None:
    keep(store, "event-1")

    assert seen(store, "event-1")
    assert not seen(store, "event-2")
    assert not seen(store, "event-1", "south")


def test_event_keys_are_kept_for_a_day_and_the_latest_of_them_whatever_the_clock_says(store: Store) -> None:
    keep(store, "event-1")
    keep(store, "event-2", at=NINE + timedelta(hours=23))
    for number in range(EVENTS_KEPT_ANYHOW - 3):
        keep(store, f"other-{number}", at=NINE + timedelta(hours=23))

    keep(store, "event-3", at=NINE + timedelta(days=3650))
    assert seen(store, "event-1")

    keep(store, "event-4", at=NINE + timedelta(hours=24))
    keep(store, "event-5", at=NINE + timedelta(hours=24))
    assert not seen(store, "event-1")
    assert seen(store, "event-2")


def test_a_question_is_erased_ten_minutes_after_it_was_asked(store: Store) -> None:
    keep(store, "event-1", state=asked("secret"))

    keep(store, "event-2", BEN, at=NINE + timedelta(minutes=11))

    assert state_of(store, ANNE) == Conversation()


def test_a_question_is_erased_in_time_also_when_nobody_says_anything(store: Store) -> None:
    keep(store, "event-1", state=asked("secret"))

    with store.transaction():
        store.asleep_until(NINE + timedelta(minutes=11))

    assert state_of(store, ANNE) == Conversation()


def test_a_question_is_erased_and_the_report_beside_it_stays(store: Store) -> None:
    keep(store, "event-1", state=replace(drafting("They shouted."), asked=asked("secret").asked))

    keep(store, "event-2", BEN, at=NINE + timedelta(minutes=11))

    assert state_of(store, ANNE) == drafting("They shouted.")


def test_a_question_that_is_past_its_time_is_not_written_again(store: Store) -> None:
    late = NINE + timedelta(minutes=11)

    keep(store, "event-1", at=late, state=asked("secret"))
    keep(store, "event-2", BEN, at=late, state=replace(drafting("They shouted."), asked=asked("secret").asked))

    assert state_of(store, ANNE) == Conversation()
    assert state_of(store, BEN) == drafting("They shouted.")


def test_a_report_that_is_being_written_is_there_a_year_later(store: Store) -> None:
    keep(store, "event-1", state=drafting("They shouted."))

    keep(store, "event-2", BEN, at=NINE + timedelta(days=365))

    assert state_of(store, ANNE) == drafting("They shouted.")


def test_an_unfinished_report_wakes_when_its_time_has_come(store: Store) -> None:
    week = NINE + timedelta(days=7)
    keep(store, "event-1", state=drafting("They shouted."), wake=week)
    keep(store, "event-2", BEN, state=drafting("So did they."))

    with store.transaction():
        before, _ = store.asleep_until(week - timedelta(seconds=1))
        due, _ = store.asleep_until(week)

    assert before == ()
    assert due == (ANNE,)


def test_a_report_that_was_looked_at_sleeps_again(store: Store) -> None:
    keep(store, "event-1", state=drafting("They shouted."), wake=NINE)
    keep(store, "event-2", state=drafting("They shouted."), wake=NINE + timedelta(days=1))

    with store.transaction():
        due, _ = store.asleep_until(NINE)

    assert due == ()


def test_nobody_works_here_before_the_first_import(store: Store) -> None:
    with store.transaction():
        assert store.directory("north") == Directory()


def test_the_directory_is_replaced_whole(store: Store) -> None:
    anne = Directory({ANNE.person: PEOPLE.people[ANNE.person]})
    with store.transaction():
        store.keep_directory("north", anne)
        assert store.directory("north") == anne

    with store.transaction():
        store.keep_directory("north", PEOPLE)

    with store.transaction():
        assert store.directory("north") == PEOPLE
        assert store.directory("south") == Directory()


def test_a_directory_that_was_taken_back_is_not_taken_for_the_next(store: Store) -> None:
    with that_fails(store.transaction()):
        store.keep_directory("north", Directory())
        assert store.directory("north") == Directory()

    with store.transaction():
        store.keep_directory("north", PEOPLE)

    with store.transaction():
        assert store.directory("north") == PEOPLE


def test_feedback_is_counted_by_matter_and_opinion(store: Store) -> None:
    for number, opinion in enumerate(("helpful", "helpful", "not-meant")):
        keep(store, f"event-{number}", records=(FeedbackGiven(matter="gifts", opinion=opinion),))  # type: ignore[arg-type]

    assert store.feedback("north") == {"gifts": {"helpful": 2, "not-meant": 1}}


def test_unanswered_questions_are_counted_most_frequent_first(store: Store) -> None:
    for number, masked in enumerate(("wifi code", "parking", "parking")):
        keep(store, f"event-{number}", records=(QuestionUnanswered(masked=masked, nearest=""),))

    assert list(store.unanswered("north").items()) == [("parking", 2), ("wifi code", 1)]


def test_what_the_operator_must_look_after_is_counted(store: Store) -> None:
    keep(store, "event-1", records=(OperatorTold(what="not-delivered"), OperatorTold(what="not-delivered")))

    assert store.operator_told("north") == {"not-delivered": 2}


def test_what_was_written_is_read_in_the_same_transaction(store: Store) -> None:
    with store.transaction():
        store.write(ANNE, "event-1", NINE, Turn(state=drafting("They shouted.")))

        assert store.seen("north", "event-1")
        assert store.state(ANNE) == drafting("They shouted.")


def test_a_transaction_that_fails_wrote_nothing(store: Store) -> None:
    with that_fails(store.transaction()):
        store.write(ANNE, "event-1", NINE, Turn(state=drafting("They shouted.")))
        store.write(BEN, "event-2", NINE, Turn(state=drafting("They shouted back.")))

    assert state_of(store, ANNE) == state_of(store, BEN) == Conversation()
    assert not seen(store, "event-1")


def test_a_part_that_fails_undoes_only_itself(store: Store) -> None:
    with store.transaction():
        with store.part():
            store.write(ANNE, "event-1", NINE, Turn(state=drafting("They shouted.")))
        with that_fails(store.part()):
            store.write(BEN, "event-2", NINE, Turn(state=drafting("They shouted back.")))
        with store.part():
            store.write(ANNE_OF_SOUTH, "event-3", NINE, Turn(state=drafting("Nobody shouted.")))

    assert state_of(store, ANNE) == drafting("They shouted.")
    assert state_of(store, BEN) == Conversation()
    assert state_of(store, ANNE_OF_SOUTH) == drafting("Nobody shouted.")


def test_the_first_part_of_an_organisation_may_fail_and_the_next_is_kept(store: Store) -> None:
    with store.transaction():
        with that_fails(store.part()):
            store.write(ANNE, "event-1", NINE, Turn(state=drafting("They shouted.")))
        with store.part():
            store.write(ANNE, "event-2", NINE, Turn(state=drafting("They shouted.")))

    assert state_of(store, ANNE) == drafting("They shouted.")
    assert not seen(store, "event-1")
