"""Recorded payloads of every kind become the event that a person would expect, and nothing else does."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.inbound import Inbound, read_event, to_core, typed
from bot.events import Actor, ChoicePicked, FormSent, TextReceived

RECORDED = sorted((Path(__file__).parents[1] / "payloads" / "slack").glob("*.json"))
NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANNE = Actor(organisation="north", person="anne@example.org")


def recorded(name: str) -> dict[str, Any]:
    [path] = [path for path in RECORDED if path.stem == name]
    payload: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["payload"]
    return payload


def read(name: str, change: Callable[[dict[str, Any]], object] = bool) -> Inbound:
    payload = recorded(name)
    change(payload)
    inbound = read_event(payload)
    assert inbound is not None
    return inbound


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_payload_says_who_did_what_and_where(path: Path) -> None:
    record = json.loads(path.read_text(encoding="utf-8"))
    expected = record["expect"]

    inbound = read_event(record["payload"])

    if expected is None:
        assert inbound is None
        return
    assert inbound is not None
    event = expected.pop("event", None)
    assert {name: _listed(getattr(inbound, name)) for name in expected} == expected
    assert event is None or type(to_core(inbound, ANNE, NINE)).__name__ == event


def _listed(value: Any) -> Any:
    """A value as JSON has it."""
    return json.loads(json.dumps(dict(value))) if isinstance(value, Mapping) else json.loads(json.dumps(value))


def test_a_typed_question_reaches_the_core_as_it_was_typed() -> None:
    inbound = read("message-direct")

    event = to_core(inbound, ANNE, NINE)

    text = "Can I add a parent & a <student> on example.org?"
    assert event == TextReceived(actor=ANNE, key=inbound.key, at=NINE, text=text)


def test_a_pressed_button_says_that_it_was_pressed_in_slack() -> None:
    inbound = read("button")

    event = to_core(inbound, ANNE, NINE)

    value = "feedback:helpful:gifts"
    assert event == ChoicePicked(actor=ANNE, key=inbound.key, at=NINE, value=value, platform="Slack")


def test_a_story_reaches_the_core_with_its_lines_and_marks() -> None:
    inbound = read("modal-text-sent")

    event = to_core(inbound, ANNE, NINE)

    story = "It was <b>loud</b> & late.\nTwice."
    assert event == FormSent(actor=ANNE, key=inbound.key, at=NINE, form="draft:ab12cd34:story", text=story)


def test_the_fields_of_a_form_reach_the_core_by_name() -> None:
    inbound = read("modal-form-sent")

    event = to_core(inbound, ANNE, NINE)

    fields = {
        "line": ("It was <settled> & done.\nBoth agree.",),
        "outcome": ("settled",),
        "how-bad": ("not-very",),
        "without": ("reporter", "notes"),
    }
    assert event == FormSent(actor=ANNE, key=inbound.key, at=NINE, form="case:close:AAAA-AAAA", fields=fields)


def test_what_is_no_event_is_not_handed_to_the_core() -> None:
    with pytest.raises(ValueError, match="'changed' is not for the core"):
        to_core(read("user-change"), ANNE, NINE)


def test_a_message_sent_again_under_another_event_id_is_the_same_message() -> None:
    again = read("message-direct", lambda payload: payload.update(event_id="Ev0ANOTHER"))

    assert again.key == read("message-direct").key


def test_a_modal_that_was_updated_in_between_is_sent_as_a_new_one() -> None:
    updated = read("modal-text-sent", lambda payload: payload["view"].update(hash="1795424461.invented"))

    assert updated.key != read("modal-text-sent").key


def test_pressing_the_same_button_later_is_something_new() -> None:
    later = read("button", lambda payload: payload["actions"][0].update(action_ts="1795424451.000000"))

    assert later.key != read("button").key


def test_no_two_kinds_of_payload_share_a_key() -> None:
    read_ones = [read_event(json.loads(path.read_text(encoding="utf-8"))["payload"]) for path in RECORDED]
    doors = {(inbound.key, inbound.door) for inbound in read_ones if inbound and inbound.key}

    assert len({key for key, _ in doors}) == len(doors)


@pytest.mark.parametrize(
    ("sent", "read_as"),
    [
        ("<!channel> and <!here>", "@channel and @here"),
        ("<!subteam^S0INVENTED|@heads> hello", "@heads hello"),
        ("<!subteam^S0INVENTED> hello", "@subteam hello"),
        ("<#C0STAFF|staff>", "#staff"),
        ("<mailto:anne@example.org|anne@example.org>", "anne@example.org"),
        ("<https://example.org>", "https://example.org"),
        ("<@U0CANDOUR> hello <@U0BEN> and <@U0BEN|ben>", "hello @ and @ben"),
        ("&lt;b&gt; &amp;amp; *bold*", "<b> &amp; *bold*"),
        ("2 < 3 > 1", "2 < 3 > 1"),
    ],
)
def test_slack_marks_are_read_as_people_see_them(sent: str, read_as: str) -> None:
    assert typed(sent, bot="U0CANDOUR") == read_as


def test_no_id_of_a_colleague_comes_through_in_a_question() -> None:
    assert "U0BEN" not in read("mention").text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(payload=JSON)
@settings(deadline=None, derandomize=True, database=None)
def test_nothing_that_can_be_decoded_is_an_error(payload: object) -> None:
    assert read_event(payload) is None


@given(path=st.sampled_from(RECORDED), junk=JSON, where=st.lists(st.integers(0, 50), min_size=1, max_size=5))
@settings(deadline=None, derandomize=True, database=None, max_examples=1000)
def test_a_payload_with_something_odd_in_it_is_not_an_error(path: Path, junk: object, where: list[int]) -> None:
    payload = json.loads(path.read_text(encoding="utf-8"))["payload"]

    inbound = read_event(spoilt(payload, junk, where))

    if inbound and inbound.kind not in ("suggest", "changed"):
        assert inbound.user
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
