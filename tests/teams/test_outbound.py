"""What people see in Teams: every block is shown, literal, in order and whole."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from adapters.teams.cards import markdown_escaped
from adapters.teams.limits import CARD_BYTES_MAX, brief, size, split
from adapters.teams.outbound import (
    Refresh,
    to_activities,
    to_activity,
    to_dialog,
    to_invoke_card,
    to_invoke_text,
    to_preview,
    to_results,
)
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
from tests.teams.card_rules import activity_faults, card_faults, dialog_faults
from tests.teams.looking import buttons, card, found, message, options, words

HOSTILE = (
    "<at>Ben</at> [link](https://example.org) **bold** _it_ `code` &amp; <b>x</b> ${x} {{DATE(2026-11-23, SHORT)}}"
)


@pytest.mark.parametrize("private", [True, False])
def test_every_kind_of_block_shows_hostile_text_as_it_was_typed(private: bool) -> None:
    own = (
        TextBox(form="f", label=HOSTILE, send="Save", limit=9),
        Form(form="g", fields=(Field(name="why", kind="text", label=HOSTILE, help=HOSTILE),), send="Save"),
        Written(label=HOSTILE, text=HOSTILE),
    )
    blocks: tuple[Block, ...] = (
        Paragraph(text=HOSTILE),
        Quote(text=HOSTILE, source=HOSTILE),
        Facts(rows=((HOSTILE, HOSTILE),)),
        Steps(title=HOSTILE, steps=(HOSTILE, HOSTILE)),
        Choices(prompt=HOSTILE, options=(Option(label="Yes", value=HOSTILE),)),
        Verdict(kind="no", word="No", headline=HOSTILE),
        Silent(word="Silent", headline=HOSTILE),
        Notice(text=HOSTILE),
        Link(label=HOSTILE, url="/somewhere"),
    )

    made = to_dialog(message(*blocks, *own, private=True)) if private else to_activity(message(*blocks))

    assert words(made).count(HOSTILE) == (18 if private else 13)
    assert {text["text"] for text in found(made, "TextBlock")} == {"No", "Silent"}
    assert not any("{{DATE(" in text["text"] for text in found(made, "TextRun"))
    assert "entities" not in made


def test_headings_and_lines_to_tick_show_hostile_text_as_it_was_typed() -> None:
    hostile = HOSTILE.replace(" {{DATE(2026-11-23, SHORT)}}", "")
    made = to_activity(
        message(
            Notice(text=hostile, urgent=True),
            Verdict(kind="no", word=hostile, headline="."),
            Ticks(form="f", label="Who?", options=(Option(label=hostile, value="x"),), ticked=(), send="Save"),
        )
    )

    escaped = [each["text"] for each in found(made, "TextBlock")]
    escaped += [choice["title"] for field in found(made, "Input.ChoiceSet") for choice in field["choices"]]

    assert [_as_markdown_shows(text) for text in escaped] == [hostile] * 3


@given(text=st.text(alphabet="ab12 .)*_`[]()#-+>~=!&;<\\/x@\n", max_size=30))
@settings(deadline=None, derandomize=True, database=None, max_examples=500)
def test_escaped_lines_mean_nothing_in_markdown(text: str) -> None:
    assert _as_markdown_shows(markdown_escaped(text)) == " ".join(text.split())


@pytest.mark.parametrize(
    "line", ["Head of School", "O'Brien-Smith, HR (part-time)", "Yes: 3 or more?", "R & D, < 5 kg"]
)
def test_lines_as_people_write_them_need_no_escaping(line: str) -> None:
    assert markdown_escaped(line) == line


def _as_markdown_shows(text: str) -> str:
    """The line as a client shows it that understands Markdown; marks where it became anything but a line of text."""
    shown = ""
    for token in MarkdownIt("commonmark", {"html": True}).parse(text):
        if token.type not in ("paragraph_open", "paragraph_close", "inline"):
            return f"{token.type}: {text}"
        for child in token.children or ():
            shown += child.content if child.type in ("text", "text_special") else f"({child.type})"
    return shown


@pytest.mark.parametrize(
    "wrong",
    [
        message(Paragraph(text="Hello"), private=True),
        message(Written(label="What happened", text="A story")),
        message(TextBox(form="f", label="What happened?", send="Save", limit=10)),
        message(Form(form="f", fields=(Field(name="why", kind="text", label="Why?"),), send="Save")),
    ],
)
def test_what_is_private_never_becomes_a_chat_message(wrong: Message) -> None:
    for render in (to_activity, to_activities, to_invoke_card):
        with pytest.raises(ValueError, match="about to become a chat message"):
            render(wrong)
    with pytest.raises(ValueError, match="about to become a chat message"):
        to_preview("A title", wrong)


def test_an_answer_begins_with_what_is_urgent_and_then_the_verdict_in_bold() -> None:
    post = to_activity(
        message(
            Choices(prompt="Did this help?", options=options(3), quiet=True),
            Verdict(kind="conditional", word="Only if", headline="you ask first."),
            Quote(text="Ask first.", source="Section 1"),
            Notice(text="Call for help.", urgent=True),
            Choices(prompt="", options=(Option(label="Report", value="report:x"),)),
            summary="Only if. You ask first.",
        )
    )

    urgent, verdict, headline, quote, way_on, aside, feedback = card(post)["body"]
    assert words(urgent) == "Call for help."
    assert (verdict["text"], verdict["weight"], verdict["style"]) == ("Only if", "bolder", "heading")
    assert words(headline) == "you ask first."
    assert (quote["style"], words(quote)) == ("emphasis", "Ask first. Section 1")
    assert [button["title"] for button in buttons(way_on)] == ["Report"]
    assert words(aside) == "Did this help?"
    assert len(buttons(feedback)) == 3
    assert (card(post)["speak"], card(post)["fallbackText"], post["summary"]) == ("Only if. You ask first.",) * 3


def test_a_quiet_button_without_words_stays_with_what_is_before_it() -> None:
    older = [Choices(prompt="", options=(Option(label=f"Older {n}", value=f"list:{n}"),), quiet=True) for n in range(2)]
    post = to_activity(message(Paragraph(text="One"), older[0], Paragraph(text="Two"), older[1]))

    shown = [words(element) or buttons([element])[0]["title"] for element in card(post)["body"]]
    assert shown == ["One", "Older 0", "Two", "Older 1"]


def test_what_is_spoken_is_no_markup() -> None:
    assert card(to_activity(message(summary="<break/> R & D")))["speak"] == "&lt;break/&gt; R &amp; D"


def test_short_buttons_stand_three_a_row_and_long_ones_alone() -> None:
    long = tuple(Option(label=f"A label that says a good deal more, number {n}", value=f"pick:{n}") for n in range(2))

    short_rows = found(to_activity(message(Choices(prompt="Which?", options=options(8)))), "ActionSet")
    long_rows = found(to_activity(message(Choices(prompt="Which?", options=long))), "ActionSet")

    assert [len(row["actions"]) for row in short_rows] == [3, 3, 2]
    assert [len(row["actions"]) for row in long_rows] == [1, 1]


def test_a_label_that_is_too_long_for_a_button_is_shown_in_full_as_well() -> None:
    label = ("A very long way of saying yes " * 4).strip()
    post = to_activity(message(Choices(prompt="Which?", options=(Option(label=label, value="yes"),))))

    assert label in words(post)
    assert buttons(post)[0]["title"].endswith("…")
    assert activity_faults(post) == []


def test_in_a_chat_a_button_changes_its_card_or_opens_a_dialog() -> None:
    two = (Option(label="Helpful", value="feedback:helpful:x"), Option(label="Write", value="draft:ab12:write:story"))
    post = to_activity(message(Choices(prompt="", options=two)))

    change, opening = buttons(post)
    assert (change["type"], change["verb"]) == ("Action.Execute", "choice")
    assert change["fallback"]["data"] == change["data"] == {"candour": {"value": "feedback:helpful:x"}}
    assert opening["type"] == "Action.Submit"
    assert opening["data"] == {"msteams": {"type": "task/fetch"}, "candour": {"value": "draft:ab12:write:story"}}


@pytest.mark.parametrize(
    ("value", "opens"),
    [
        *[(value, True) for value in ("case:open:AB12-CD34", "decide:open:AB12-CD34", "signal:open:AB12-CD34")],
        *[(value, True) for value in ("mine:show:AB12-CD34", "draft:ab12:review", "draft:ab12:change:story")],
        ("figures", True),
        *[
            (value, False)
            for value in ("list:waiting:2", "home", "mine", "menu", "draft:ab12:later", "alert:AB12-CD34")
        ],
    ],
)
def test_a_choice_opens_a_dialog_if_what_it_leads_to_is_private(value: str, opens: bool) -> None:
    [button] = buttons(to_activity(message(Choices(prompt="", options=(Option(label="Open", value=value),)))))

    assert (button["type"] == "Action.Submit") is opens
    assert ("msteams" in button["data"]) is opens


def test_the_caller_may_say_which_choices_open_a_dialog() -> None:
    post = to_activity(message(Choices(prompt="", options=options(2))), opens=lambda value: value == "pick:1")

    assert [button["type"] for button in buttons(post)] == ["Action.Execute", "Action.Submit"]


def test_a_card_that_others_may_change_is_refreshed_for_those_who_see_it() -> None:
    users = tuple(f"29:{n}" for n in range(70))
    post = to_activity(message(Paragraph(text="Hello")), refresh=Refresh(value="case:show:AB12", users=users))

    [refresh] = [each["refresh"] for each in [card(post)]]
    assert refresh["userIds"] == list(users[:60])
    assert (refresh["action"]["type"], refresh["action"]["data"]) == (
        "Action.Execute",
        {"candour": {"value": "case:show:AB12"}},
    )
    assert activity_faults(post) == []


def test_long_text_is_divided_and_nothing_of_it_is_lost() -> None:
    long = " ".join(f"word{n}" for n in range(4000))
    posts = to_activities(
        message(Quote(text=long, source="Section 1"), Paragraph(text=long), Steps(title="Do", steps=(long,)))
    )

    assert len(posts) > 1
    assert [fault for post in posts for fault in activity_faults(post, CARD_BYTES_MAX)] == []
    assert words(posts) == f"{long} Section 1 {long} Do {long}"


def test_a_message_of_too_many_blocks_becomes_several_and_keeps_buttons_with_their_words() -> None:
    rows = [
        block for n in range(99) for block in (Facts(rows=(("No", str(n)),)), Choices(prompt="", options=options(1)))
    ]
    posts = to_activities(message(*rows))

    assert len(posts) > 1
    assert [fault for post in posts for fault in activity_faults(post, CARD_BYTES_MAX)] == []
    assert all(card(post)["body"][0]["type"] == "RichTextBlock" for post in posts)
    assert all(card(post)["body"][-1]["type"] == "ActionSet" for post in posts)


def test_a_message_without_anything_in_it_shows_its_summary() -> None:
    assert words(to_activity(message(summary="Nothing more to say"))) == "Nothing more to say"


def test_the_answer_to_a_button_is_the_card_in_its_new_state_or_a_short_text() -> None:
    answer = to_invoke_card(message(Paragraph(text="Done")))

    assert (answer["statusCode"], answer["type"]) == (200, "application/vnd.microsoft.card.adaptive")
    assert words(answer["value"]) == "Done"
    assert card_faults(answer["value"]) == []
    assert to_invoke_text("Saved") == {
        "statusCode": 200,
        "type": "application/vnd.microsoft.activity.message",
        "value": "Saved",
    }


def test_a_search_lists_answers_by_title_and_verdict_and_puts_in_a_card_without_buttons() -> None:
    answer = message(
        Verdict(kind="no", word="No", headline="Do not."),
        Link(label="The page", url="https://candour.example/page"),
        Choices(prompt="Did this help?", options=options(3), quiet=True),
        summary="No. Do not.",
    )
    results = to_results([to_preview("Gifts <b>& more</b>", answer)])

    [found_one] = results["composeExtension"]["attachments"]
    assert found_one["preview"]["content"] == {"title": "Gifts &lt;b&gt;&amp; more&lt;/b&gt;", "text": "No. Do not."}
    assert words(found_one["content"]) == "No Do not."
    assert buttons(found_one) == []


def test_a_search_shows_no_more_than_teams_takes() -> None:
    many = [to_preview("A title", message(Paragraph(text="Hello"))) for _ in range(40)]
    heavy = [to_preview("A title", message(Paragraph(text="x " * 9000))) for _ in range(40)]

    assert len(to_results(many)["composeExtension"]["attachments"]) == 25
    assert len(to_results(heavy)["composeExtension"]["attachments"]) == 2


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
    st.builds(Link, label=TEXT, url=TEXT.map(lambda rest: f"https://candour.example/{rest}")),
)
TICKS = st.builds(Ticks, form=st.just("f"), label=TEXT, options=OPTIONS, ticked=st.just(()), send=st.just("Save"))
FIELDS = st.builds(
    Field,
    name=st.sampled_from(["why", "who", "how-bad"]),
    kind=st.sampled_from(["text", "choice", "many"]),
    label=TEXT,
    help=TEXT,
    options=OPTIONS,
)
OWN = st.one_of(
    TICKS,
    st.builds(TextBox, form=st.just("f"), label=TEXT, send=TEXT, text=TEXT, limit=st.integers(1, 3000)),
    st.builds(Written, label=TEXT, text=TEXT, options=OPTIONS),
    st.builds(Form, form=st.just("f"), fields=st.lists(FIELDS, max_size=4).map(tuple), send=TEXT),
)


@given(blocks=st.lists(PUBLIC | TICKS, max_size=6), summary=TEXT)
@settings(deadline=None, derandomize=True, database=None, max_examples=80)
def test_there_is_no_message_that_teams_would_refuse(blocks: list[Block], summary: str) -> None:
    shown = message(*blocks, summary=summary)

    assert [fault for post in [*to_activities(shown), to_activity(shown)] for fault in activity_faults(post)] == []


@given(blocks=st.lists(PUBLIC | OWN, max_size=6), summary=TEXT)
@settings(deadline=None, derandomize=True, database=None, max_examples=80)
def test_there_is_no_dialog_that_teams_would_refuse(blocks: list[Block], summary: str) -> None:
    assert dialog_faults(to_dialog(message(*blocks, summary=summary, private=True))) == []


@given(text=TEXT, limit=st.integers(10, 200))
@settings(deadline=None, derandomize=True, database=None)
def test_dividing_text_loses_only_white_space(text: str, limit: int) -> None:
    pieces = split(text, limit)

    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(0 < size(piece) <= limit for piece in pieces)
    assert size(brief(text, limit)) <= limit
