"""Forms of several fields, and links, in Slack: how they are drawn, and what comes back."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.slack.inbound import Inbound, read_event
from adapters.slack.outbound import to_home, to_modal
from bot.messages import Block, Field, Form, Link, Message, Option, Paragraph, TextBox
from tests.slack.block_rules import view_faults
from tests.slack.reading import filled_in, read_view

HOSTILE = "<!channel> <@U0BEN> <https://example.org|link> *bold* :smile: &amp; @here\n> quote"


def options(count: int) -> tuple[Option, ...]:
    return tuple(Option(label=f"Option {n}", value=f"pick-{n}") for n in range(count))


WHY = Field(name="why", kind="text", label="Why?", help="One sentence is enough.", limit=300, value=("Because",))
HOW = Field(name="how-bad", kind="choice", label="How bad is it?", options=options(3), value=("pick-1",))
WHO = Field(
    name="who", kind="many", label="Who was there?", options=options(4), value=("pick-0", "pick-2"), optional=True
)
FORM = Form(form="case:close:AAAA-AAAA", fields=(WHY, HOW, WHO), send="Save")


def window(*blocks: Block, summary: str = "Something") -> Message:
    return Message(summary=summary, blocks=blocks, private=True)


def modal(*fields: Field) -> dict[str, Any]:
    """A window in which only these are to be filled in, which Slack takes."""
    view = to_modal(window(Form(form="f", fields=fields, send="Save")))
    assert view_faults(view) == []
    return view


def inputs(view: dict[str, Any]) -> list[dict[str, Any]]:
    """The blocks in which something can be filled in."""
    return [block for block in view["blocks"] if block["type"] == "input"]


def texts(view: dict[str, Any]) -> list[str]:
    """What stands in sections, in order."""
    return [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"]


def submitted(view: dict[str, Any], **fields: tuple[str, ...]) -> Inbound:
    """What is read when a window is sent with this in it."""
    values = filled_in(view, fields={name.replace("_", "-"): given for name, given in fields.items()})
    payload = {"type": "view_submission", "user": {"id": "U0ANNE"}, "team": {"id": "T0NORTH"}}
    inbound = read_event({**payload, "view": {**view, "id": "V1", "hash": "1", "state": {"values": values}}})
    assert inbound is not None
    return inbound


# --- drawn


def test_a_form_is_a_window_of_inputs_with_what_was_in_them_and_one_button() -> None:
    view = to_modal(window(FORM))

    why, how, who = inputs(view)
    assert (view["callback_id"], view["submit"]["text"]) == ("case:close:AAAA-AAAA", "Save")
    assert [block["label"]["text"] for block in (why, how, who)] == ["Why?", "How bad is it?", "Who was there?"]
    assert (why["hint"]["text"], "hint" in how) == ("One sentence is enough.", False)
    assert [block["optional"] for block in (why, how, who)] == [False, False, True]
    text = why["element"]
    assert (text["multiline"], text["max_length"], text["initial_value"]) == (True, 300, "Because")
    assert (how["element"]["type"], how["element"]["initial_option"]["value"]) == ("radio_buttons", "pick-1")
    assert (who["element"]["type"], len(who["element"]["initial_options"])) == ("checkboxes", 2)
    assert view_faults(view) == []


def test_a_form_reads_the_same_in_slack() -> None:
    assert read_view(to_modal(window(FORM))).blocks == (FORM,)


@pytest.mark.parametrize(
    ("count", "choice", "many"),
    [
        (10, ["radio_buttons"], ["checkboxes"]),
        (11, ["static_select"], ["multi_static_select"]),
        (100, ["static_select"], ["multi_static_select"]),
        (230, ["multi_static_select"] * 3, ["multi_static_select"] * 3),
    ],
)
def test_few_options_are_buttons_and_many_are_a_list(count: int, choice: list[str], many: list[str]) -> None:
    one = Field(name="one", kind="choice", label="Which?", options=options(count), value=("pick-7",))
    some = Field(name="some", kind="many", label="Which?", options=options(count), value=("pick-7", "pick-8"))

    view = modal(one, some)

    assert [block["element"]["type"] for block in inputs(view)] == choice + many
    shown = read_view(view).blocks[0]
    assert isinstance(shown, Form)
    assert [(field.kind, field.value, len(field.options)) for field in shown.fields] == [
        ("choice", ("pick-7",), count),
        ("many", ("pick-7", "pick-8"), count),
    ]


def test_of_options_in_several_lists_one_can_be_picked_and_none_has_to_be_in_each() -> None:
    view = modal(Field(name="one", kind="choice", label="Which?", options=options(101)))

    assert [(block["optional"], block["element"]["max_selected_items"]) for block in inputs(view)] == [(True, 1)] * 2
    assert submitted(view, one=("pick-100",)).fields == {"one": ("pick-100",)}


def test_what_is_too_long_for_an_input_stands_whole_beside_it() -> None:
    long, option = " ".join(f"word{n}" for n in range(500)), "a very long way of saying yes " * 4
    field = Field(name="a", kind="choice", label=long, help=long, options=(Option(label=option.strip(), value="yes"),))

    view = modal(field)

    [block] = inputs(view)
    assert block["label"]["text"].endswith("…")
    assert block["element"]["options"][0]["text"]["text"].endswith("…")
    assert texts(view) == [*_pieces(long), option.strip()]
    small = [part["text"] for block in view["blocks"] if block["type"] == "context" for part in block["elements"]]
    assert " ".join(small) == long
    assert "hint" not in block


def _pieces(text: str) -> list[str]:
    """A text as sections hold it."""
    return texts(to_modal(window(Paragraph(text=text))))


def test_text_that_is_in_a_field_already_is_never_cut() -> None:
    text = "x" * 3000 + " and the rest"

    view = modal(Field(name="a", kind="text", label="What?", value=(text,), limit=10))

    assert inputs(view)[0]["element"]["initial_value"] + " " + " ".join(texts(view)) == text


def test_what_cannot_be_filled_in_in_slack_is_shown_as_text() -> None:
    odd = (Option(label="Too long to come back", value="x" * 151), Option(label="Nothing", value=""))
    named = Field(name="n" * 300, kind="text", label="Too long a name", value=("What was there",))

    view = modal(Field(name="a", kind="choice", label="Which?", options=odd, help="Any."), named)

    assert inputs(view) == []
    assert texts(view) == ["Which?", "Too long to come back", "Nothing", "Too long a name", "What was there"]
    assert [part["value"] for block in view["blocks"] for part in block.get("elements", ()) if "value" in part] == ["f"]


def test_a_form_without_fields_can_still_be_sent() -> None:
    view = modal()

    assert "submit" not in view
    assert [part["value"] for block in view["blocks"] for part in block["elements"]] == ["f"]


def test_what_was_in_a_field_and_is_not_offered_any_more_is_not_picked() -> None:
    view = modal(
        Field(name="a", kind="choice", label="Which?", options=options(2), value=("gone",)),
        Field(name="b", kind="many", label="Which?", options=options(2), value=("gone", "pick-1")),
    )

    assert "initial_option" not in inputs(view)[0]["element"]
    assert [option["value"] for option in inputs(view)[1]["element"]["initial_options"]] == ["pick-1"]


def test_options_with_the_same_value_are_offered_once() -> None:
    same = (Option(label="Yes", value="yes"), Option(label="Yes, I think", value="yes"))

    view = modal(Field(name="a", kind="many", label="Which?", options=same))

    assert len(inputs(view)[0]["element"]["options"]) == 1
    assert texts(view) == ["Yes, I think"]


def test_every_field_of_every_form_has_an_id_of_its_own_that_stays() -> None:
    names = ("a", "b", "a")
    forms = [
        Form(form=form, fields=tuple(Field(name=n, kind="text", label="?") for n in names), send="Save")
        for form in ("f", "g", "f" * 300, "f" * 300 + "g")
    ]

    ids = [block["block_id"] for form in forms for block in inputs(to_modal(window(form)))]

    assert len(set(ids)) == len(ids) == 12
    assert max(map(len, ids)) <= 255
    assert ids[:3] == [block["block_id"] for block in inputs(to_modal(window(forms[0])))]


def test_a_form_shows_hostile_text_as_it_was_typed() -> None:
    field = Field(name="a", kind="many", label=HOSTILE, help=HOSTILE, options=(Option(label=HOSTILE[:50], value="a"),))
    view = modal(field, Field(name="b", kind="text", label="?", value=(HOSTILE,)))

    [first, second] = inputs(view)
    parts = [first["label"], first["hint"], first["element"]["options"][0]["text"]]
    assert {(part["type"], part["emoji"]) for part in parts} == {("plain_text", False)}
    assert [part["text"] for part in parts] == [HOSTILE, HOSTILE, HOSTILE[:50]]
    assert second["element"]["initial_value"] == HOSTILE


def test_a_title_that_is_a_field_already_is_not_said_twice() -> None:
    long = "A question that is longer than a title"
    field = Field(name="a", kind="text", label=long)

    view = to_modal(window(Form(form="f", fields=(field,), send="Save"), summary=long))

    assert [block["type"] for block in view["blocks"]] == ["input"]


def test_on_the_home_a_form_has_a_button_of_its_own() -> None:
    view = to_home(Message(summary="Home", blocks=(FORM,)), search="Ask")

    assert view_faults(view) == []
    assert [block["type"] for block in view["blocks"]] == ["input"] * 4 + ["actions"]
    assert [form.form for form in read_view(view).blocks if isinstance(form, Form)] == [FORM.form]


# --- links


def test_a_link_is_a_button_that_opens_a_page() -> None:
    view = to_modal(window(Paragraph(text="Here."), Link(label="The page", url="https://candour.example/page/1")))

    [button] = view["blocks"][-1]["elements"]
    assert (button["text"]["text"], button["url"]) == ("The page", "https://candour.example/page/1")
    assert view_faults(view) == []


@pytest.mark.parametrize(
    "url",
    ["/page/1", "candour.example", "javascript:alert(1)", "http://", "https://a b", "", "https://a/" + "x" * 3000],
)
def test_an_address_that_slack_would_not_take_is_shown_as_text(url: str) -> None:
    view = to_modal(window(Link(label="The page", url=url)))

    assert {block["type"] for block in view["blocks"]} == {"section"}
    assert "".join(texts(view)) == (f"The page: {url}" if url else "The page")
    assert view_faults(view) == []


def test_opening_a_page_is_nothing_that_happened_to_us() -> None:
    view = to_modal(window(Link(label="The page", url="https://candour.example/page/1")))
    action = {**view["blocks"][-1]["elements"][0], "action_ts": "1.1"}
    known = {"type": "block_actions", "user": {"id": "U0ANNE"}, "team": {"id": "T0NORTH"}, "trigger_id": "1.2"}

    assert read_event({**known, "actions": [action]}) is None
    assert read_event({**known, "actions": [{**action, "value": "case:open:AAAA-AAAA"}]}) is None


# --- read


def test_a_form_comes_back_by_the_names_of_its_fields() -> None:
    inbound = submitted(
        to_modal(window(FORM)), why=("So it is.\nTwice.",), how_bad=("pick-2",), who=("pick-1", "pick-3")
    )

    assert (inbound.kind, inbound.form, inbound.text, inbound.ticked) == ("form", FORM.form, "", ())
    assert inbound.fields == {"why": ("So it is.\nTwice.",), "how-bad": ("pick-2",), "who": ("pick-1", "pick-3")}


def test_what_is_left_empty_does_not_come_back() -> None:
    assert submitted(to_modal(window(FORM))).fields == {}


def test_a_text_box_comes_back_without_fields() -> None:
    view = to_modal(window(TextBox(form="f", label="What?", send="Save", limit=10)))
    payload = {"type": "view_submission", "user": {"id": "U0ANNE"}, "team": {"id": "T0NORTH"}}
    state = {"values": filled_in(view, "So it is.")}

    inbound = read_event({**payload, "view": {**view, "id": "V1", "hash": "1", "state": state}})

    assert inbound is not None
    assert (inbound.text, inbound.fields) == ("So it is.", {})


@pytest.mark.parametrize(
    "values",
    [
        {
            "b": {
                "field": {"value": "x"},
                "field:": {"value": "x"},
                "field:0": {"value": "x"},
                "field:1:0:a": {"value": "x"},
            }
        },
        {"b": {"field:0:0:a": None, "field:0:1:b": [], "field:0:2:c": {"value": ["x"], "selected_option": "x"}}},
        {"b": {"field:0:0:a": {"selected_options": [None, "x", {"value": None}, {}]}}, "c": None, "d": []},
        [],
    ],
)
def test_odd_fields_are_no_error_and_bring_nothing_by_name(values: Any) -> None:
    view = {"id": "V1", "hash": "1", "type": "modal", "callback_id": "f", "state": {"values": values}}

    inbound = read_event({"type": "view_submission", "user": {"id": "U0ANNE"}, "team": {"id": "T"}, "view": view})

    assert inbound is not None
    assert [name for name in inbound.fields if name] == []
