"""Work on a case through Teams: every window that a case offers, and what becomes of the alert of who gave it away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.compiled import Knowledge
from bot.errors import Conflict
from bot.messages import Form, Notice
from tests.conftest import BAKERY
from tests.slack.test_replays import Moody
from tests.talking import Given, Talk
from tests.teams.reading import actions, card_of
from tests.teams.talking import TeamsPlace, TeamsTalk

LAD = "lad.high@bakery.example"
NEEDLE = "zx81-quokka"
ENDS = ("hand-over", "conflict", "close")
"""After these the case is over, or somebody else's."""


@pytest.fixture
def shop(bakery: Knowledge) -> Iterator[TeamsPlace]:
    """The bakery on Teams, with a store that has moods."""
    place = TeamsPlace(bakery, BAKERY / "sample-people.csv", Moody())
    yield place
    assert place.office
    reports, said = place.office.reports, repr(place.office.teams.calls)
    place.closes()
    assert not place.faults
    assert not [line for line in reports if "reply-lost" in line or "request-broke" in line]
    assert NEEDLE not in said


def taken(shop: TeamsPlace, flow: str = "rude-customer") -> tuple[TeamsTalk, str]:
    """Somebody has reported, and a handler has taken it: their conversation, and the reference."""
    ref = shop.talk(LAD).reports(flow)
    shop.post()
    handler = shop.talk(sorted(shop.told)[0])
    assert isinstance(handler, TeamsTalk)
    handler.presses_in_letter().picks(f"case:take:{ref}")
    return handler, ref


def form_of(talk: Talk) -> Form | None:
    """The form that is shown."""
    return next((block for block in talk.blocks if isinstance(block, Form)), None)


def anything(form: Form) -> Given:
    """Something for every field: the last of its options, or words."""
    filled: dict[str, str | tuple[str, ...]] = {}
    for field in form.fields:
        words = NEEDLE if field.kind == "text" else field.options[-1].value
        filled[field.name.replace("-", "_")] = words
    return filled


def test_every_window_of_a_case_opens_out_of_the_dialog_and_what_is_filled_in_is_kept(shop: TeamsPlace) -> None:
    handler, ref = taken(shop)
    handler.picks(f"case:more:{ref}")
    ways = [option.value for option in handler.options if option.value.split(":")[1] not in ENDS]
    asked = {}

    for way in ways:
        handler.picks(f"case:open:{ref}").picks(way)
        if form := form_of(handler):
            asked[way.split(":")[1]] = [field.kind for field in form.fields]
            handler.fills(**anything(form))
            assert form_of(handler) is None, handler.hears
            assert handler.private

    assert len(asked) > 5
    assert {kind for kinds in asked.values() for kind in kinds} == {"text", "choice", "many"}
    assert NEEDLE in handler.picks(f"case:open:{ref}").hears


def test_a_window_sent_without_what_it_needs_comes_again_with_what_was_filled_in(shop: TeamsPlace) -> None:
    handler, ref = taken(shop)

    handler.picks(f"case:hand-over:{ref}").fills(reason=NEEDLE)

    form = form_of(handler)
    assert form
    assert [field.value for field in form.fields] == [(), (NEEDLE,)]


def test_a_window_that_is_not_saved_stays_as_it_was_filled_in_and_is_saved_later(shop: TeamsPlace) -> None:
    handler, ref = taken(shop)
    handler.picks(f"case:hand-over:{ref}")
    before = form_of(handler)
    assert before
    person = before.fields[0].options[0].label

    assert isinstance(shop.store, Moody)
    shop.store.raises = Conflict()
    handler.fills(to=person, reason=NEEDLE)
    first = handler.replies[0].blocks[0]
    again = form_of(handler)
    shop.store.raises = None

    assert isinstance(first, Notice)
    assert first.text.startswith("NOT saved.")
    assert again
    assert again.send == before.send
    assert [(field.label, field.options) for field in again.fields] == [(f.label, f.options) for f in before.fields]
    handler.fills()
    assert form_of(handler) is None
    assert NEEDLE in shop.kept


def test_the_alert_of_who_handed_a_case_over_becomes_a_line_without_buttons_when_it_is_pressed(
    shop: TeamsPlace, bakery: Knowledge
) -> None:
    handler, ref = taken(shop)
    [alert] = [message for message in handler.screen.inbox if list(actions(card_of(message)))]
    handler.picks(f"case:hand-over:{ref}")
    form = form_of(handler)
    assert form
    handler.fills(to=form.fields[0].options[0].value, reason=NEEDLE)

    handler.presses_in_letter(0)

    not_yours = bakery.library.report_wording.not_yours
    assert handler.hears == not_yours
    [now] = [message for message in handler.screen.inbox if message["id"] == alert["id"]]
    assert now["summary"] == not_yours
    assert not list(actions(card_of(now)))
