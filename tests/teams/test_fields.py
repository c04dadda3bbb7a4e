"""Forms of several fields and links: how they look in Teams, and that what is filled in comes back as it was meant."""

from __future__ import annotations

import json
from time import monotonic
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.teams.forms import read_form
from adapters.teams.inbound import Inbound, read_activity, to_core
from adapters.teams.limits import HARD_BYTES_MAX, weight
from adapters.teams.outbound import to_activities, to_dialog, to_stand_in
from bot.events import FormSent
from bot.messages import Block, Field, Form, Link, Option, Paragraph, Written
from tests.teams.card_rules import Json, activity_faults, card_faults, dialog_faults
from tests.teams.looking import buttons, card, found, message, options, words
from tests.teams.reading import Given, action_of_form, filled_in, read_dialog
from tests.teams.test_inbound import ANNE, JSON, NINE, recorded, spoilt

WHY = Field(name="why", kind="text", label="Why?", help="In a few words.", limit=200)
HOW = Field(name="how-bad", kind="choice", label="How bad is it?", options=options(3))
WHO = Field(name="who", kind="many", label="Who should know?", help="Nobody is told yet.", options=options(5))
ALL = Form(form="decide:close:AB12-CD34", fields=(WHY, HOW, WHO), send="Close it")


def dialog(*fields: Field, **more: Any) -> Json:
    """A dialog with a form of these fields."""
    return to_dialog(message(Form(form=ALL.form, fields=fields, send=ALL.send), private=True, **more))


def sent(made: Json, fields: Given, door: str = "task/submit") -> Inbound:
    """What arrives when the form of a card has been filled in and sent, or sent as it stands."""
    shown = card(made)
    action = action_of_form(shown, ALL.form)
    assert action is not None
    data = filled_in(shown, action, fields=fields)
    pressed = {"type": "Action.Execute", "verb": action.get("verb"), "data": data}
    return _read(door, {"data": data} if door == "task/submit" else {"action": pressed})


def _read(door: str, value: Json) -> Inbound:
    payload = {**recorded("dialog-text-sent"), "name": door, "value": value}
    inbound = read_activity(json.loads(json.dumps(payload)))
    assert inbound is not None
    return inbound


def shown_again(inbound: Inbound) -> Form:
    """The form as it is shown once more when it could not be saved."""
    assert inbound.again is not None
    again = to_dialog(message(inbound.again, private=True))
    assert dialog_faults(again) == []
    [form] = read_dialog(again["task"]["value"]).blocks
    assert isinstance(form, Form)
    return form


# --- how it looks


def test_a_form_has_every_field_with_its_label_its_help_and_one_button_to_send_all() -> None:
    made = dialog(WHY, HOW, WHO)

    why, how, who = found(made, "Input.Text", "Input.ChoiceSet")
    assert (why["label"], why["isMultiline"], why["maxLength"]) == ("Why?", True, 200)
    assert (how["label"], how["style"], how.get("isMultiSelect")) == ("How bad is it?", "expanded", None)
    assert (who["label"], who["style"], who["isMultiSelect"]) == ("Who should know?", "expanded", True)
    assert [run["text"] for run in found(made, "TextRun")] == ["In a few words.", "Nobody is told yet."]
    assert {run["size"] for run in found(made, "TextRun")} == {"small"}
    assert [(button["title"], button["style"], button["type"]) for button in buttons(made)] == [
        ("Close it", "positive", "Action.Submit")
    ]
    assert dialog_faults(made) == []


def test_a_form_shows_what_is_in_it_already() -> None:
    full = (
        Field(name="why", kind="text", label="Why?", value=("So far\nso good",)),
        Field(name="how-bad", kind="choice", label="How?", options=options(9), value=("pick:8",)),
        Field(name="who", kind="many", label="Who?", options=options(60), value=("pick:0", "pick:59")),
    )
    made = dialog(*full)

    values = [field.get("value") for field in found(made, "Input.Text", "Input.ChoiceSet")]
    assert values == ["So far\nso good", "pick:8", "pick:0", "pick:59"]
    assert dict(sent(made, {}).fields) == {field.name: field.value for field in full}


def test_options_to_pick_one_of_are_in_sight_while_they_are_few() -> None:
    few, many = (Field(name=f"of-{count}", kind="choice", label="Which?", options=options(count)) for count in (6, 300))

    styles = [(field["style"], len(field["choices"])) for field in found(dialog(few, many), "Input.ChoiceSet")]

    assert styles == [("expanded", 6), ("compact", 300)]
    assert dialog_faults(dialog(few, many)) == []


def test_two_forms_and_two_fields_of_one_name_have_no_input_in_common() -> None:
    twice = Form(
        form="f", fields=(WHY, Field(name="why", kind="many", label="And?", options=options(2)), WHY), send="Go"
    )
    made = to_dialog(message(ALL, twice, private=True))

    ids = [field["id"] for field in found(made, "Input.Text", "Input.ChoiceSet")]
    assert len(ids) == len(set(ids)) == 4
    assert "And?" in words(made)
    assert dialog_faults(made) == []


def test_labels_and_helps_that_are_too_long_are_shown_whole() -> None:
    long = " ".join(f"word{n}" for n in range(900))
    field = Field(name="which", kind="choice", label=long, help=long, options=(Option(label=long, value="x"),))
    made = dialog(field)

    assert " ".join(run["text"] for run in found(made, "TextRun")) == f"{long} {long} {long}"
    assert dialog_faults(made) == []


def test_words_that_are_in_a_field_already_are_never_cut() -> None:
    text = "x" * 8000 + " and the rest"
    made = dialog(Field(name="why", kind="text", label="Why?", value=(text,), limit=10))

    [field] = found(made, "Input.Text")
    assert f"{field['value']} {words(found(made, 'TextRun'))}" == text
    assert dialog_faults(made) == []


def test_a_form_below_more_than_a_dialog_holds_can_still_be_filled_in_and_sent() -> None:
    story = Written(label="What happened", text="It went on and on. " * 3000)
    made = to_dialog(message(story, ALL, private=True))

    assert [run["text"] for run in found(made, "TextRun")][-1] == "…"
    assert len(found(made, "Input.Text", "Input.ChoiceSet")) == 3
    assert sent(made, {"why": "Because."}).fields == {"why": ("Because.",)}
    assert dialog_faults(made) == []


def test_a_title_that_a_field_has_as_its_label_is_not_said_twice() -> None:
    long = "What is it that you want to say about this report, in so many words?"
    made = dialog(Field(name="why", kind="text", label=long), summary=long)

    assert long not in words(found(made, "TextRun"))
    assert found(made, "Input.Text")[0]["label"] == long


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/case/x?y=1#z", "https://candour.example/page"])
def test_a_link_is_a_button_that_opens_its_page(url: str) -> None:
    for made in (
        to_activities(message(Link(label="Open the page", url=url))),
        dialog_with(Link(label="Open it", url=url)),
    ):
        [button] = buttons(made)
        assert (button["type"], button["url"]) == ("Action.OpenUrl", url)
        assert "data" not in button


@pytest.mark.parametrize(
    "url", ["/case/x", "javascript:alert(1)", "http:///x", "https://a b", "http://[", "", "https://é.x"]
)
def test_a_link_that_is_no_address_of_a_page_is_text(url: str) -> None:
    made = dialog_with(Link(label="The page", url=url))

    assert buttons(made) == []
    assert words(made) == f"The page: {url}" if url else "The page"


def dialog_with(*blocks: Block) -> Json:
    return to_dialog(message(*blocks, private=True))


def test_a_link_stays_with_what_it_is_about() -> None:
    pair: tuple[Block, ...] = (
        Paragraph(text="x " * 3900),
        Link(label="Open", url="https://candour.example/page"),
    )
    posts = to_activities(message(*pair * 4))

    assert len(posts) > 1
    assert [fault for post in posts for fault in activity_faults(post)] == []
    assert all(card(post)["body"][-1]["type"] == "ActionSet" for post in posts)


# --- what comes back


def test_everything_filled_in_comes_back_by_the_names_of_the_fields() -> None:
    inbound = sent(dialog(WHY, HOW, WHO), {"why": " As\nit was. ", "how-bad": "pick:2", "who": ("pick:0", "pick:4")})

    event = to_core(inbound, ANNE, NINE)

    fields = {"why": (" As\nit was. ",), "how-bad": ("pick:2",), "who": ("pick:0", "pick:4")}
    assert event == FormSent(actor=ANNE, key=inbound.key, at=NINE, form=ALL.form, fields=fields)


def test_what_was_left_empty_is_left_out() -> None:
    inbound = sent(dialog(WHY, HOW, WHO), {})

    assert (inbound.kind, inbound.form, inbound.fields) == ("form", ALL.form, {})


@pytest.mark.parametrize("kind", ["choice", "many"])
def test_odd_values_come_back_as_they_were(kind: Any) -> None:
    odd = ("a,b", "100%", "é@example.org", "+1 2", "a:b", "%2C")
    offered = tuple(Option(label=value, value=value) for value in odd)
    made = dialog(Field(name="which", kind=kind, label="Which?", options=offered))

    came = [sent(made, {"which": value}).fields["which"] for value in odd]

    assert came == [(value,) for value in odd]


def test_a_long_list_comes_back_whole() -> None:
    values = tuple(f"pick:{n}" for n in range(120))
    made = dialog(Field(name="which", kind="many", label="Which?", options=options(120)))

    assert len(found(made, "Input.ChoiceSet")) == 3
    assert sent(made, {"which": values}).fields == {"which": values}


def test_one_form_does_not_send_what_is_in_another() -> None:
    other = Form(form="another", fields=(WHY,), send="Send")
    made = to_dialog(message(other, ALL, private=True))
    action = action_of_form(card(made), ALL.form)
    assert action is not None

    came = _read("task/submit", {"data": {**action["data"], "field:0:text:why": "No", "field:1:text:why": "Yes"}})

    assert came.fields == {"why": ("Yes",)}


def test_in_microsofts_test_client_a_form_stands_in_a_card_and_comes_back() -> None:
    made = to_stand_in(message(Paragraph(text="Close it?"), ALL, private=True))

    [send] = buttons(made)
    assert (send["type"], send["verb"]) == ("Action.Execute", "form")
    assert card_faults(card(made)) == []
    inbound = sent(made, {"why": "Because.", "who": ("pick:1",)}, door="adaptiveCard/action")
    assert (inbound.door, inbound.fields) == ("card", {"why": ("Because.",), "who": ("pick:1",)})


# --- shown again


def test_a_form_can_be_shown_again_with_its_own_words_and_what_was_filled_in() -> None:
    optional = Field(name="note", kind="text", label="Anything else?", optional=True, limit=77)
    made = dialog(WHY, HOW, WHO, optional)

    again = shown_again(sent(made, {"why": "Because.", "how-bad": "pick:1", "who": ("pick:2", "pick:3")}))

    assert again.send == "Close it"
    asked = {field.name: (field.label, field.help, field.options, field.value, field.limit) for field in again.fields}
    assert asked == {
        "why": ("Why?", WHY.help, (), ("Because.",), 200),
        "how-bad": (HOW.label, "", HOW.options, ("pick:1",), 3000),
        "who": (WHO.label, WHO.help, WHO.options, ("pick:2", "pick:3"), 3000),
        "note": ("Anything else?", "", (), (), 77),
    }


def test_a_form_that_was_shown_again_can_be_shown_again() -> None:
    first = sent(dialog(WHY, HOW, WHO), {"why": "Because.", "who": ("pick:2",)})
    assert first.again

    second = sent(to_dialog(message(first.again, private=True)), {})

    assert (second.fields, second.again) == (first.fields, first.again)


def test_what_was_picked_of_a_list_too_long_for_the_button_is_still_picked() -> None:
    people = tuple(Option(label=f"Somebody Invented, number {n}", value=f"{n}@example.org") for n in range(180))
    made = dialog(WHY, Field(name="who", kind="many", label="Who?", options=people))
    assert dialog_faults(made) == []

    inbound = sent(made, {"why": "Because.", "who": ("3@example.org", "150@example.org")})
    why, who = shown_again(inbound).fields

    assert (why.label, why.help, why.value) == (WHY.label, WHY.help, ("Because.",))
    assert (who.label, who.value) == ("Who?", ("3@example.org", "150@example.org"))
    assert inbound.again
    assert sent(to_dialog(message(inbound.again, private=True)), {}).fields == inbound.fields


def test_a_form_that_can_tell_nothing_of_itself_loses_no_words() -> None:
    many = [Field(name=f"f-{n}", kind="text", label="x" * 399, help="y " * 200) for n in range(20)]
    made = dialog(*many)
    assert dialog_faults(made) == []

    again = shown_again(sent(made, {"f-3": "Because."}))

    assert [field.value for field in again.fields if field.value] == [("Because.",)]


def test_nothing_that_was_filled_in_stands_in_the_button() -> None:
    made = dialog(Field(name="why", kind="text", label="Why?", value=("needle",)))

    assert "needle" not in repr(buttons(made))


# --- whatever comes


TEXT = st.text(max_size=40) | st.text(max_size=3).map(lambda text: text * 1500)
NAME = st.sampled_from(["why", "who", "how-bad", "", "Not A Name", "a:b", "x" * 61]) | TEXT
OPTIONS = st.lists(st.builds(Option, label=TEXT, value=TEXT), max_size=14).map(tuple)
FIELDS = st.builds(
    Field,
    name=NAME,
    kind=st.sampled_from(["text", "choice", "many"]),
    label=TEXT,
    help=TEXT,
    options=OPTIONS,
    value=st.lists(TEXT, max_size=3).map(tuple),
    optional=st.booleans(),
    limit=st.integers(-1, 20_000),
)
FORMS = st.builds(Form, form=TEXT.filter(bool), fields=st.lists(FIELDS, max_size=6).map(tuple), send=TEXT)
LINKS = st.builds(Link, label=TEXT, url=TEXT | TEXT.map(lambda rest: f"https://x.example/{rest}"))


@given(form=FORMS, link=LINKS)
@settings(deadline=None, derandomize=True, database=None, max_examples=150)
def test_there_is_no_form_that_teams_would_refuse_and_none_that_cannot_be_read_back(form: Form, link: Link) -> None:
    made = to_dialog(message(form, link, form, private=True))
    assert dialog_faults(made) == []
    assert weight(to_stand_in(message(form, link, private=True))) <= HARD_BYTES_MAX

    for action in (button for button in buttons(made) if "data" in button):
        inbound = _read("task/submit", {"data": filled_in(card(made), action)})
        assert inbound.form == form.form
        assert inbound.again is None or dialog_faults(to_dialog(message(inbound.again, private=True))) == []


@given(link=LINKS)
@settings(deadline=None, derandomize=True, database=None, max_examples=60)
def test_there_is_no_link_that_teams_would_refuse(link: Link) -> None:
    assert [fault for post in to_activities(message(link)) for fault in activity_faults(post)] == []


@given(junk=JSON, where=st.lists(st.integers(0, 50), min_size=1, max_size=5))
@settings(deadline=None, derandomize=True, database=None, max_examples=300)
def test_a_form_with_something_odd_in_it_is_not_an_error(junk: Any, where: list[int]) -> None:
    made = dialog(WHY, HOW, WHO)
    action = action_of_form(card(made), ALL.form)
    assert action is not None
    filled: Given = {"why": "Because.", "how-bad": "pick:1", "who": ("pick:2", "pick:3")}
    data = spoilt(filled_in(card(made), action, fields=filled), junk, where)

    inbound = read_activity({**recorded("dialog-text-sent"), "value": {"data": data}})

    if inbound and inbound.form:
        event = to_core(inbound, ANNE, NINE)
        assert isinstance(event, FormSent)
        assert all(values and all(isinstance(value, str) for value in values) for values in event.fields.values())
        assert inbound.again is None or dialog_faults(to_dialog(message(inbound.again, private=True))) == []


def test_a_forged_form_of_any_size_is_read_and_shown_again_at_once() -> None:
    told = [{"name": f"f-{n}", "kind": "many", "label": "x", "options": [["y", "z"]] * 50} for n in range(2000)]
    data = {f"field:0:many:f-{n % 200}:{n}": ",".join(f"{n}-{m}" for m in range(5)) for n in range(20_000)}
    begun = monotonic()

    inbound = _read("task/submit", {"data": {"candour": {"form": "f", "number": 0, "fields": told}, **data}})
    assert inbound.again
    assert dialog_faults(to_dialog(message(inbound.again, private=True))) == []

    assert len(inbound.fields) == 200
    assert monotonic() - begun < 20


@given(told=JSON, data=st.dictionaries(st.text(max_size=12).map(lambda end: f"field:0:many:{end}") | st.text(), JSON))
@settings(deadline=None, derandomize=True, database=None, max_examples=300)
def test_whatever_a_button_tells_of_its_form_is_read(told: Any, data: dict[str, Any]) -> None:
    read_form("f", {"number": 0, "fields": told, "send": told}, data)
    read_form("f", {"number": told, "fields": [{"name": "a", "kind": "many", "label": told, "options": told}]}, data)
