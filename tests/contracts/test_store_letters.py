"""What every store promises of the outbox: each letter is one worker's at a time, and none goes without an outcome."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import get_args

import pytest

from bot.messages import (
    Block,
    Choices,
    Facts,
    Field,
    Form,
    Link,
    Message,
    Notice,
    Option,
    Paragraph,
    Quote,
    Silent,
    Steps,
    TextBox,
    Ticks,
    Verdict,
    Written,
)
from bot.ports import Again, Never, Outcome, Posted, Store, Taken
from bot.state import Conversation
from bot.turn import Letter, Turn
from tests.contracts.samples import ANNE, ANNE_OF_SOUTH, NINE, a_letter, keep, that_fails

MINUTE = timedelta(minutes=1)

ONE_OF_EACH: tuple[Block, ...] = (
    Paragraph(text="A paragraph."),
    Verdict(kind="no", word="No", headline="Not that."),
    Silent(word="Not in the policy", headline="Nothing on that."),
    Quote(text="Words.", source="Section 1"),
    Facts(rows=(("When", "nine"), ("Where", "here"))),
    Steps(title="First", steps=("One.", "Two.")),
    Choices(prompt="Which?", options=(Option(label="This", value="this"),), quiet=True),
    TextBox(form="what", label="What?", send="Send", text="So far", limit=3000),
    Ticks(form="who", label="Who?", options=(Option(label="They", value="they"),), ticked=("they",), send="Send"),
    Form(
        form="close",
        fields=(
            Field(name="how", kind="choice", label="How?", options=(Option(label="So", value="so"),), value=("so",)),
        ),
        send="Close",
    ),
    Link(label="Open it", url="/page/abc"),
    Written(label="What", text="They shouted.", options=(Option(label="Change", value="change"),)),
    Notice(text="Know this."),
    Notice(text="Know this first.", urgent=True),
)


def claimed(store: Store, at: datetime = NINE, worker: str = "one", limit: int = 10) -> Sequence[Posted]:
    """What a worker gets for a minute."""
    return store.claim(at, MINUTE, limit, worker)


def test_a_letter_is_claimed_as_it_was_written(store: Store) -> None:
    assert {type(block) for block in ONE_OF_EACH} == set(get_args(Block))
    letter = Letter(to="ben@north.example", message=Message(summary="All", blocks=ONE_OF_EACH, private=True))
    keep(store, "event-1", letters=(letter,))

    [posted] = claimed(store)

    assert (posted.organisation, posted.letter, posted.attempts) == ("north", letter, 0)


def test_letters_go_oldest_first_and_no_more_than_were_asked_for(store: Store) -> None:
    keep(store, "event-1", letters=(a_letter("b"), a_letter("a")))
    keep(store, "event-2", ANNE_OF_SOUTH, letters=(a_letter("c"),))

    assert [posted.letter.to for posted in claimed(store, limit=2)] == ["b", "a"]
    assert [(posted.letter.to, posted.organisation) for posted in claimed(store)] == [("c", "south")]


def test_a_claimed_letter_is_nobody_elses_until_the_lease_runs_out(store: Store) -> None:
    keep(store, "event-1", letters=(a_letter(),))
    [first] = claimed(store)

    assert claimed(store, NINE + MINUTE - timedelta(seconds=1), "two") == []
    [second] = claimed(store, NINE + MINUTE, "two")
    assert second.id == first.id


@pytest.mark.parametrize("outcome", [Taken(), Never("not-found")])
def test_a_letter_that_is_settled_for_good_is_gone(store: Store, outcome: Outcome) -> None:
    keep(store, "event-1", letters=(a_letter(),))
    [posted] = claimed(store)

    assert store.settle(posted.id, "one", NINE, outcome) is True

    assert claimed(store, NINE + timedelta(days=365)) == []
    assert store.settle(posted.id, "one", NINE, outcome) is False


def test_a_letter_that_is_put_off_comes_again_with_one_more_attempt(store: Store) -> None:
    keep(store, "event-1", letters=(a_letter(), a_letter("cara@north.example")))
    first, _ = claimed(store)

    assert store.settle(first.id, "one", NINE, Again(timedelta(seconds=30))) is True

    assert claimed(store, NINE + timedelta(seconds=29)) == []
    [again] = claimed(store, NINE + timedelta(seconds=30))
    assert (again.id, again.letter, again.attempts) == (first.id, first.letter, 1)


@pytest.mark.parametrize("outcome", [Taken(), Never("not-found"), Again(timedelta(hours=1))])
def test_a_worker_that_lost_its_lease_changes_nothing(store: Store, outcome: Outcome) -> None:
    keep(store, "event-1", letters=(a_letter(),))
    [posted] = claimed(store)
    claimed(store, NINE + MINUTE, "two")

    assert store.settle(posted.id, "one", NINE + MINUTE, outcome) is False

    assert store.settle(posted.id, "two", NINE + MINUTE, Again(timedelta())) is True
    [again] = claimed(store, NINE + MINUTE)
    assert again.attempts == 1


def test_a_letter_that_nobody_claimed_cannot_be_settled(store: Store) -> None:
    keep(store, "event-1", letters=(a_letter(),))
    [posted] = claimed(store)
    store.settle(posted.id, "one", NINE, Again(timedelta()))

    assert store.settle(posted.id, "one", NINE, Taken()) is False
    assert len(claimed(store)) == 1


def test_the_same_event_makes_no_second_letter(store: Store) -> None:
    keep(store, "event-1", letters=(a_letter(),))
    keep(store, "event-1", letters=(a_letter(),))
    keep(store, "event-1", ANNE_OF_SOUTH, letters=(a_letter(),))

    assert [posted.organisation for posted in claimed(store)] == ["north", "south"]


def test_a_turn_that_was_taken_back_posts_nothing(store: Store) -> None:
    with that_fails(store.transaction()):
        store.write(ANNE, "event-1", NINE, Turn(state=Conversation(), letters=(a_letter(),)))

    assert claimed(store) == []
