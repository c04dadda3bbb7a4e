"""What people see in Slack: everything the knowledge can produce is taken there, whole, literal and in order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.inbound import read_event
from adapters.slack.limits import brief, size, split
from adapters.slack.outbound import to_home, to_message, to_messages, to_modal, to_options
from bot.compiled import Knowledge
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
from tests.conftest import BAKERY, SCHOOL
from tests.slack.block_rules import message_faults, view_faults
from tests.slack.saying import NEEDLE, answers_said, reports_said

HOSTILE = "<!channel> <@U0BEN> <https://example.org|link> *bold* _it_ `code` :smile: &amp; @here\n> quote"


def options(count: int, value: str = "pick:{}") -> tuple[Option, ...]:
    return tuple(Option(label=f"Option {n}", value=value.format(n)) for n in range(count))


def message(*blocks: Block, summary: str = "Something", private: bool = False) -> Message:
    return Message(summary=summary, blocks=blocks, private=private)


def found(part: Any, kind: str) -> list[dict[str, Any]]:
    """Every object of this type in what was made for Slack, in order."""
    return [each for each in _objects(part) if each.get("type") == kind]


def _objects(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _objects(inner)


def words(part: Any) -> str:
    """All words that are shown, in order."""
    return " ".join(" ".join(each["text"] for each in _objects(part) if isinstance(each.get("text"), str)).split())


@pytest.fixture(scope="module", params=["bakery", "school"])
def said(request: pytest.FixtureRequest) -> tuple[list[Message], list[Message]]:
    """What an organisation's knowledge can produce: answers, and all about reports. Each message once."""
    knowledge: Knowledge = request.getfixturevalue(request.param)
    folder, reporter = {
        "bakery": (BAKERY, "lad.high@bakery.example"),
        "school": (SCHOOL, "consultant.north@sample.example"),
    }[request.param]
    reports = reports_said(knowledge, folder / "sample-people.csv", reporter)
    return list(dict.fromkeys(answers_said(knowledge))), list(dict.fromkeys(reports))


def test_slack_takes_every_message_that_the_knowledge_can_produce(said: tuple[list[Message], list[Message]]) -> None:
    public = [message for part in said for message in part if not message.private]

    assert {fault for message in public for post in to_messages(message) for fault in message_faults(post)} == set()
    assert [message.summary for message in public if len(to_messages(message)) > 1] == []


def test_slack_takes_every_private_window_whole(said: tuple[list[Message], list[Message]]) -> None:
    modals = [to_modal(message, meta="D0ANNE") for part in said for message in part if message.private]

    assert len(modals) > 50
    assert {fault for modal in modals for fault in view_faults(modal)} == set()
    assert not any("…" in [text["text"] for text in found(modal["blocks"], "plain_text")] for modal in modals)


def test_slack_takes_every_home(said: tuple[list[Message], list[Message]]) -> None:
    homes = [to_home(message, search="Ask", topics="Topics") for message in said[1] if not message.private]

    assert {fault for home in homes for fault in view_faults(home)} == set()


def test_nothing_that_a_reporter_wrote_stands_in_a_chat_message(said: tuple[list[Message], list[Message]]) -> None:
    posts = [post for message in said[1] if not message.private for post in to_messages(message)]

    assert any(NEEDLE in words(to_modal(message)) for message in said[1] if message.private)
    assert [post["text"] for post in posts if NEEDLE in json.dumps(post)] == []


def test_notifications_do_not_say_what_a_report_is_about(
    said: tuple[list[Message], list[Message]], request: pytest.FixtureRequest
) -> None:
    knowledge: Knowledge = request.getfixturevalue(request.node.callspec.params["said"])
    titles = [flow.title.casefold() for flow in knowledge.library.flows.values()]
    texts = [post["text"].casefold() for message in said[1] if not message.private for post in to_messages(message)]

    assert [text for text in texts if any(title in text for title in titles)] == []


@pytest.mark.parametrize("private", [True, False])
def test_every_kind_of_block_shows_hostile_text_as_it_was_typed(private: bool) -> None:
    own = (TextBox(form="f", label=HOSTILE, send="Save", limit=9), Written(label=HOSTILE, text=HOSTILE))
    blocks: tuple[Block, ...] = (
        Paragraph(text=HOSTILE),
        Verdict(kind="no", word=HOSTILE, headline=HOSTILE),
        Silent(word=HOSTILE, headline=HOSTILE),
        Quote(text=HOSTILE, source=HOSTILE),
        Facts(rows=((HOSTILE, HOSTILE),)),
        Steps(title=HOSTILE, steps=(HOSTILE, HOSTILE)),
        Choices(prompt=HOSTILE, options=(Option(label="Yes", value=HOSTILE),)),
        Ticks(form="g", label=HOSTILE, options=options(2), ticked=(), send="Save"),
        Notice(text=HOSTILE),
        Notice(text=HOSTILE, urgent=True),
    )

    made = to_modal(message(*blocks, *own, private=True)) if private else to_message(message(*blocks))

    assert [each for kind in ("mrkdwn", "link", "user", "broadcast", "emoji") for each in found(made, kind)] == []
    assert all(text["emoji"] is False for text in found(made, "plain_text"))
    assert words(made).count(" ".join(HOSTILE.split())) == (19 if private else 16)


def test_the_text_of_notifications_mentions_nobody() -> None:
    post = to_message(message(Paragraph(text="Hello"), summary=HOSTILE))

    assert set(post["text"]).isdisjoint("<>")
    assert (post["mrkdwn"], post["link_names"], post["unfurl_links"], post["unfurl_media"]) == (False,) * 4


@pytest.mark.parametrize(
    "wrong",
    [
        message(Paragraph(text="Hello"), private=True),
        message(Written(label="What happened", text="A story")),
        message(TextBox(form="f", label="What happened?", send="Save", limit=10)),
        message(Form(form="f", fields=(), send="Save")),
    ],
)
def test_what_is_private_never_becomes_a_chat_message(wrong: Message) -> None:
    for render in (to_message, to_messages):
        with pytest.raises(ValueError, match="about to become a chat message"):
            render(wrong)


def test_an_answer_begins_with_what_is_urgent_and_then_the_verdict_in_bold() -> None:
    post = to_message(
        message(
            Choices(prompt="Did this help?", options=options(3), quiet=True),
            Verdict(kind="conditional", word="Only if", headline="you ask first."),
            Quote(text="Ask first.", source="Section 1"),
            Notice(text="Call for help.", urgent=True),
            Choices(prompt="", options=(Option(label="Report", value="report:x"),)),
        )
    )

    header, verdict, quote, way_on, aside, feedback = post["blocks"]
    assert header["text"]["text"] == "Call for help."
    first, second = found(verdict, "text")
    assert (first["text"], first["style"], second["text"]) == ("Only if", {"bold": True}, "\nyou ask first.")
    assert [words(each) for each in found(quote, "rich_text_quote")] == ["Ask first."]
    assert words(way_on) == "Report"
    assert (aside["type"], words(aside)) == ("context", "Did this help?")
    assert len(found(feedback, "button")) == 3


def test_options_stand_three_a_row_and_more_than_nine_in_a_list() -> None:
    nine = to_message(message(Choices(prompt="Which?", options=options(9))))
    many = to_message(message(Choices(prompt="Which?", options=options(120))))

    assert [len(row["elements"]) for row in found(nine, "actions")] == [3, 3, 3]
    assert [len(select["options"]) for select in found(many, "static_select")] == [100, 20]


def test_options_whose_values_are_too_long_for_a_list_stay_buttons() -> None:
    post = to_message(message(Choices(prompt="Which?", options=options(12, "x" * 160 + "{}"))))

    assert len(found(post, "button")) == 12
    assert message_faults(post) == []


def test_a_label_that_is_too_long_for_a_button_is_shown_in_full_as_well() -> None:
    label = "A very long way of saying yes " * 4
    post = to_message(message(Choices(prompt="Which?", options=(Option(label=label.strip(), value="yes"),))))

    assert label.strip() in words(post["blocks"][:-1])
    assert found(post, "button")[0]["text"]["text"].endswith("…")
    assert message_faults(post) == []


def test_long_text_is_divided_and_nothing_of_it_is_lost() -> None:
    long = " ".join(f"word{n}" for n in range(4000))
    posts = to_messages(
        message(Quote(text=long, source="Section 1"), Paragraph(text=long), Steps(title="Do", steps=(long,)))
    )

    assert len(posts) > 1
    assert [fault for post in posts for fault in message_faults(post)] == []
    assert words([post["blocks"] for post in posts]) == f"{long} Section 1 {long} Do {long}"


def test_a_message_of_too_many_blocks_becomes_several_and_keeps_buttons_with_their_words() -> None:
    rows = [
        block for n in range(60) for block in (Facts(rows=(("No", str(n)),)), Choices(prompt="", options=options(1)))
    ]
    posts = to_messages(message(*rows))

    assert [len(post["blocks"]) for post in posts] == [50, 50, 20]
    assert all(post["blocks"][0]["type"] == "rich_text" for post in posts)


def test_a_modal_has_the_form_its_title_and_a_way_to_send() -> None:
    box = TextBox(
        form="draft:ab12:story", label="In your own words, what happened?", send="Save", text="So far", limit=99
    )
    modal = to_modal(message(box, summary=box.label, private=True), meta="D0ANNE")

    [field] = found(modal, "plain_text_input")
    assert (modal["callback_id"], modal["private_metadata"], modal["notify_on_close"]) == (box.form, "D0ANNE", True)
    assert (modal["title"]["text"], modal["submit"]["text"]) == ("In your own words, what…", "Save")
    assert (field["multiline"], field["initial_value"], field["max_length"]) == (True, "So far", 99)
    assert words(modal["blocks"]).count(box.label) == 1
    assert view_faults(modal) == []


def test_a_modal_without_anything_to_fill_in_cannot_be_sent_and_shows_its_whole_title() -> None:
    modal = to_modal(
        message(Paragraph(text="Hello"), summary="A title that is longer than Slack has room for", private=True)
    )

    assert "submit" not in modal
    assert modal["blocks"][0]["text"]["text"] == "A title that is longer than Slack has room for"
    assert view_faults(modal) == []


def test_text_that_is_in_a_box_already_is_never_cut() -> None:
    text = "x" * 3000 + " and the rest"
    modal = to_modal(message(TextBox(form="f", label="What?", send="Save", text=text, limit=10), private=True))

    assert found(modal, "plain_text_input")[0]["initial_value"] + " " + words(modal["blocks"][1:]) == text
    assert view_faults(modal) == []


@pytest.mark.parametrize(("count", "kinds"), [(10, ["checkboxes"]), (11, ["multi_static_select"])])
def test_a_few_things_are_boxes_to_tick_and_many_are_a_list(count: int, kinds: list[str]) -> None:
    ticks = Ticks(form="f", label="Who?", options=options(count), ticked=("pick:3",), send="Save")
    modal = to_modal(message(ticks, private=True))

    assert [block["element"]["type"] for block in modal["blocks"]] == kinds
    assert [option["value"] for option in modal["blocks"][0]["element"]["initial_options"]] == ["pick:3"]
    assert view_faults(modal) == []


def test_a_list_with_nothing_to_tick_can_still_be_sent() -> None:
    modal = to_modal(message(Ticks(form="f", label="Who?", options=(), ticked=(), send="Save"), private=True))

    assert view_faults(modal) == []
    assert [button["value"] for button in found(modal, "button")] == ["f"]


def test_topics_are_suggested_as_entries_to_pick() -> None:
    made = to_options((Option(label="Gifts", value="entry:gifts"), Option(label="", value="x")))

    assert made == {
        "options": [{"text": {"type": "plain_text", "text": "Gifts", "emoji": False}, "value": "entry:gifts"}]
    }


def test_every_button_and_list_comes_back_as_the_choice_that_it_shows() -> None:
    blocks = (Choices(prompt="", options=options(5, "few:{}")), Choices(prompt="", options=options(120, "many:{}")))
    post = to_message(message(*blocks))
    pressed = [{**each, "action_ts": "1.1"} for each in found(post, "button")]
    pressed += [
        {**each, "action_ts": "1.1", "selected_option": option}
        for each in found(post, "static_select")
        for option in each["options"]
    ]

    events = [read_event(_actions(action)) for action in pressed]

    offered = [option.value for block in blocks for option in block.options]
    assert [event.value for event in events if event] == offered


def test_what_is_ticked_in_a_message_comes_back_when_it_is_sent() -> None:
    ticks = [Ticks(form=f"f{n}", label="Who?", options=options(120), ticked=(), send="Save") for n in range(2)]
    post = to_message(message(*ticks))
    lists = found(post, "multi_static_select")
    state = {
        f"b{n}": {each["action_id"]: {"selected_options": each["options"][n : n + 2]}} for n, each in enumerate(lists)
    }
    sent = [{**button, "action_ts": "1.1"} for button in found(post, "button")]

    events = [read_event(_actions(action, state)) for action in sent]

    assert [(event.form, event.ticked) for event in events if event] == [
        ("f0", ("pick:0", "pick:1", "pick:101", "pick:102")),
        ("f1", ("pick:2", "pick:3", "pick:103", "pick:104")),
    ]


def _actions(action: dict[str, Any], state: dict[str, Any] | None = None) -> dict[str, Any]:
    known = {"type": "block_actions", "user": {"id": "U0ANNE"}, "team": {"id": "T0NORTH"}, "channel": {"id": "D0ANNE"}}
    return {**known, "trigger_id": "1.2", "actions": [action], "state": {"values": state or {}}}


TEXT = st.text(max_size=40) | st.text(max_size=3).map(lambda text: text * 1500)
OPTIONS = st.lists(st.builds(Option, label=TEXT, value=TEXT), max_size=14, unique_by=lambda o: o.value).map(tuple)
PUBLIC = st.one_of(
    st.builds(Paragraph, text=TEXT),
    st.builds(Verdict, kind=st.just("no"), word=TEXT, headline=TEXT),
    st.builds(Silent, word=TEXT, headline=TEXT),
    st.builds(Quote, text=TEXT, source=TEXT),
    st.builds(Facts, rows=st.lists(st.tuples(TEXT, TEXT), max_size=4).map(tuple)),
    st.builds(Steps, title=TEXT, steps=st.lists(TEXT, max_size=4).map(tuple)),
    st.builds(Choices, prompt=TEXT, options=OPTIONS, quiet=st.booleans()),
    st.builds(Notice, text=TEXT, urgent=st.booleans()),
    st.builds(Link, label=TEXT, url=TEXT | TEXT.map("https://a.example/".__add__)),
)
TICKS = st.builds(Ticks, form=st.just("f"), label=TEXT, options=OPTIONS, ticked=st.just(()), send=st.just("Save"))
FIELD = st.builds(
    Field,
    name=st.sampled_from("ab") | TEXT,
    kind=st.sampled_from(["text", "choice", "many"]),
    label=TEXT,
    help=TEXT,
    options=OPTIONS,
    value=st.lists(TEXT, max_size=3).map(tuple),
    optional=st.booleans(),
    limit=st.integers(0, 9999),
)
OWN = st.one_of(
    TICKS,
    st.builds(Form, form=st.just("f"), fields=st.lists(FIELD, max_size=5).map(tuple), send=TEXT),
    st.builds(TextBox, form=st.just("f"), label=TEXT, send=TEXT, text=TEXT, limit=st.integers(1, 3000)),
    st.builds(Written, label=TEXT, text=TEXT, options=OPTIONS),
)


@given(blocks=st.lists(PUBLIC | TICKS, max_size=6), summary=TEXT)
@settings(deadline=None, derandomize=True, database=None, max_examples=80)
def test_there_is_no_message_that_slack_would_refuse(blocks: list[Block], summary: str) -> None:
    shown = message(*blocks, summary=summary)

    assert [fault for post in [*to_messages(shown), to_message(shown)] for fault in message_faults(post)] == []


@given(blocks=st.lists(PUBLIC | OWN, max_size=6), summary=TEXT)
@settings(deadline=None, derandomize=True, database=None, max_examples=80)
def test_there_is_no_window_that_slack_would_refuse(blocks: list[Block], summary: str) -> None:
    shown = message(*blocks, summary=summary, private=True)

    assert [*view_faults(to_modal(shown)), *view_faults(to_home(shown, search="Ask"))] == []


@given(text=TEXT, limit=st.integers(10, 200))
@settings(deadline=None, derandomize=True, database=None)
def test_dividing_text_loses_only_white_space(text: str, limit: int) -> None:
    pieces = split(text, limit)

    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(0 < size(piece) <= limit for piece in pieces)
    assert size(brief(text, limit)) <= limit
