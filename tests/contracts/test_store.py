"""What every store promises. A new store adds a parameter here, not tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.storage.memory import MemoryConversations
from adapters.storage.sqlite import SqliteConversations
from bot.events import Actor
from bot.ports import Conversations
from bot.state import Asked, Conversation
from bot.turn import FeedbackGiven, QuestionUnanswered, Turn

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANNE = Actor(organisation="north", person="anne")
BEN = Actor(organisation="north", person="ben")
ANNE_OF_SOUTH = Actor(organisation="south", person="anne")


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Conversations]:
    """An empty store of each kind."""
    make: dict[str, Callable[[], Conversations]] = {
        "memory": MemoryConversations,
        "sqlite": lambda: SqliteConversations(tmp_path / "candour.db"),
    }
    made = make[request.param]()
    yield made
    made.close()


def asked(text: str, at: datetime = NINE) -> Conversation:
    """Where somebody stands who has asked a question."""
    return Conversation(asked=Asked(text=text, at=at, shown=("friend-student",), others=("follow-student",)))


def test_somebody_new_stands_at_the_beginning(store: Conversations) -> None:
    assert store.load(ANNE) == Conversation()


def test_what_was_committed_is_where_the_person_stands(store: Conversations) -> None:
    state = asked("can I add a student? “quotes”, ümlauts and 😀")

    assert store.commit(ANNE, "event-1", NINE, Turn(state=state))

    assert store.load(ANNE) == state


def test_people_and_organisations_do_not_mix(store: Conversations) -> None:
    store.commit(ANNE, "event-1", NINE, Turn(state=asked("mine")))
    store.commit(
        ANNE_OF_SOUTH,
        "event-1",
        NINE,
        Turn(state=asked("another's"), records=(FeedbackGiven(matter="gifts", opinion="helpful"),)),
    )

    assert store.load(BEN) == Conversation()
    assert store.load(ANNE) == asked("mine")
    assert store.feedback("north") == {}
    assert store.feedback("south") == {"gifts": {"helpful": 1}}


def test_an_event_that_comes_again_changes_nothing(store: Conversations) -> None:
    turn = Turn(state=asked("first"), records=(FeedbackGiven(matter="gifts", opinion="helpful"),))
    store.commit(ANNE, "event-1", NINE, turn)

    again = store.commit(ANNE, "event-1", NINE, Turn(state=asked("second"), records=turn.records))

    assert again is False
    assert store.load(ANNE) == asked("first")
    assert store.feedback("north") == {"gifts": {"helpful": 1}}


def test_event_keys_are_kept_for_a_day(store: Conversations) -> None:
    store.commit(ANNE, "event-1", NINE, Turn(state=Conversation()))

    assert store.commit(ANNE, "event-1", NINE + timedelta(hours=23), Turn(state=Conversation())) is False
    assert store.commit(ANNE, "event-1", NINE + timedelta(hours=25), Turn(state=Conversation())) is True


def test_a_question_is_erased_ten_minutes_after_it_was_asked(store: Conversations) -> None:
    store.commit(ANNE, "event-1", NINE, Turn(state=asked("secret")))

    store.commit(BEN, "event-2", NINE + timedelta(minutes=11), Turn(state=Conversation()))

    assert store.load(ANNE) == Conversation()


def test_feedback_is_counted_by_matter_and_opinion(store: Conversations) -> None:
    for number, opinion in enumerate(("helpful", "helpful", "not-meant")):
        record = FeedbackGiven(matter="gifts", opinion=opinion)  # type: ignore[arg-type]
        store.commit(ANNE, f"event-{number}", NINE, Turn(state=Conversation(), records=(record,)))

    assert store.feedback("north") == {"gifts": {"helpful": 2, "not-meant": 1}}


def test_unanswered_questions_are_counted_most_frequent_first(store: Conversations) -> None:
    for number, masked in enumerate(("wifi code", "parking", "parking")):
        record = QuestionUnanswered(masked=masked, nearest="")
        store.commit(ANNE, f"event-{number}", NINE, Turn(state=Conversation(), records=(record,)))

    assert list(store.unanswered("north").items()) == [("parking", 2), ("wifi code", 1)]
