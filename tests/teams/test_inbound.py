"""Recorded activities of every kind become the event that a person would expect, and nothing else does."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.teams.inbound import Inbound, read_activity, read_html, to_core, typed
from bot.events import Actor, ChoicePicked, ConversationOpened, FormSent, TextReceived

RECORDED = sorted((Path(__file__).parents[1] / "payloads" / "teams").glob("*.json"))
NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANNE = Actor(organisation="north", person="anne@example.org")
NO_EVENT = ("search", "refresh", "left")


def recorded(name: str) -> dict[str, Any]:
    [path] = [path for path in RECORDED if path.stem == name]
    payload: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["payload"]
    return payload


def read(name: str, change: Callable[[dict[str, Any]], object] = bool) -> Inbound:
    payload = recorded(name)
    change(payload)
    inbound = read_activity(payload)
    assert inbound is not None
    return inbound


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_activity_says_who_did_what_and_where(path: Path) -> None:
    record = json.loads(path.read_text(encoding="utf-8"))
    expected = record["expect"]

    inbound = read_activity(record["payload"])

    if expected is None:
        assert inbound is None
        return
    assert inbound is not None
    event = expected.pop("event", None)
    assert {name: getattr(inbound, name) for name in expected} == {
        name: tuple(value) if isinstance(value, list) else value for name, value in expected.items()
    }
    assert (event is None) is (inbound.kind in NO_EVENT)
    assert event is None or type(to_core(inbound, ANNE, NINE)).__name__ == event


def test_a_typed_question_reaches_the_core_as_it_was_typed() -> None:
    inbound = read("message-channel")

    event = to_core(inbound, ANNE, NINE)

    text = "can I ask Ben Invented to add a student?"
    assert event == TextReceived(actor=ANNE, key=inbound.key, at=NINE, text=text, shared=True)


def test_a_pressed_button_says_that_it_was_pressed_in_teams() -> None:
    inbound = read("button")

    event = to_core(inbound, ANNE, NINE)

    value = "feedback:helpful:gifts"
    assert event == ChoicePicked(actor=ANNE, key=inbound.key, at=NINE, value=value, platform="Microsoft Teams")


def test_a_story_reaches_the_core_with_its_lines_and_marks() -> None:
    inbound = read("dialog-text-sent")

    event = to_core(inbound, ANNE, NINE)

    story = "It was <b>loud</b> & late.\nTwice."
    assert event == FormSent(actor=ANNE, key=inbound.key, at=NINE, form="draft:ab12cd34:story", text=story)


def test_a_new_installation_is_one_opening_although_teams_tells_it_twice() -> None:
    installed, added = read("installed"), read("bot-added", lambda payload: payload.update(id="1795424400999"))

    assert installed.key == added.key
    assert to_core(added, ANNE, NINE) == ConversationOpened(actor=ANNE, key=installed.key, at=NINE)


@pytest.mark.parametrize("name", ["search", "refresh", "removed"])
def test_what_is_no_event_is_not_handed_to_the_core(name: str) -> None:
    inbound = read(name)

    with pytest.raises(ValueError, match=f"{inbound.kind!r} is not for the core"):
        to_core(inbound, ANNE, NINE)


def test_an_activity_that_is_sent_again_is_the_same_one() -> None:
    again = read("message-personal", lambda payload: payload.update(timestamp="2026-11-23T09:00:15.000Z"))

    assert again.key == read("message-personal").key


def test_pressing_the_same_button_later_is_something_new() -> None:
    later = read("button", lambda payload: payload.update(id="f:00000000-0000-4000-8000-000000000002"))

    assert later.key != read("button").key


def test_the_same_id_in_another_conversation_or_tenant_is_something_else() -> None:
    elsewhere = read("message-personal", lambda payload: payload["conversation"].update(id="a:ben-invented"))
    foreign = read("message-personal", lambda payload: payload.update(channelData={"tenant": {"id": "other"}}))

    assert len({elsewhere.key, foreign.key, read("message-personal").key}) == 3


@pytest.mark.parametrize("kind", [None, "", "newChat", "groupChat"])
def test_only_what_is_surely_a_personal_chat_is_taken_for_one(kind: str | None) -> None:
    button = read("button", lambda payload: payload["conversation"].update(conversationType=kind))

    assert button.shared


@pytest.mark.parametrize("name", ["check", "check-in-private-chat"])
def test_a_message_that_somebody_else_wrote_is_never_an_answer_of_this_person(name: str) -> None:
    event = to_core(read(name), ANNE, NINE)

    assert isinstance(event, TextReceived)
    assert event.shared


@pytest.mark.parametrize(
    ("sent", "read_as"),
    [
        ("<at>Candour</at> hello <at>Ben</at>", "hello Ben"),
        ("&lt;b&gt; &amp;amp; **bold**", "<b> &amp; **bold**"),
        ("2 < 3 > 1", "2 < 3 > 1"),
        ("<b>not ours to drop</b>", "<b>not ours to drop</b>"),
        ("a&nbsp;b", "a b"),
        (f"&#{'9' * 5000}; &#x{'f' * 5000};", "\ufffd \ufffd"),
    ],
)
def test_what_was_typed_is_read_as_people_see_it(sent: str, read_as: str) -> None:
    assert typed(sent, ("<at>Candour</at>",)) == read_as


def test_a_message_that_is_handed_over_as_html_is_read_as_people_see_it() -> None:
    assert read_html("<p>One<br>two</p><p>&lt;three&gt; <a href='https://example.org'>four</a> 1 < 2</p>") == (
        "One\ntwo\n<three> four 1 < 2"
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(payload=JSON)
@settings(deadline=None, derandomize=True, database=None)
def test_nothing_that_can_be_decoded_is_an_error(payload: object) -> None:
    assert read_activity(payload) is None


@given(path=st.sampled_from(RECORDED), junk=JSON, where=st.lists(st.integers(0, 50), min_size=1, max_size=5))
@settings(deadline=None, derandomize=True, database=None, max_examples=1000)
def test_an_activity_with_something_odd_in_it_is_not_an_error(path: Path, junk: object, where: list[int]) -> None:
    payload = json.loads(path.read_text(encoding="utf-8"))["payload"]

    inbound = read_activity(spoilt(payload, junk, where))

    if inbound:
        assert inbound.user
        assert inbound.conversation
    if inbound and inbound.kind not in NO_EVENT:
        assert to_core(inbound, ANNE, NINE).key


def spoilt(payload: Any, junk: object, where: list[int]) -> Any:
    """The payload with junk at one place, as deep as `where` leads."""
    found = payload = copy.deepcopy(payload)
    for depth, step in enumerate(where):
        places = list(found) if isinstance(found, dict) else list(range(len(found)))
        if not places:
            return payload
        place = places[step % len(places)]
        if depth == len(where) - 1 or not isinstance(found[place], dict | list):
            found[place] = junk
            return payload
        found = found[place]
    return payload
