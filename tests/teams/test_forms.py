"""Boxes, lists and buttons: how they look in Teams, and that what is done with them comes back as it was meant."""

from __future__ import annotations

import json

from adapters.teams.inbound import Inbound, read_activity
from adapters.teams.outbound import to_activities, to_activity, to_dialog
from bot.messages import Choices, Notice, Option, Paragraph, TextBox, Ticks, Written
from tests.teams.card_rules import Json, activity_faults, dialog_faults
from tests.teams.looking import buttons, found, message, options, words


def test_a_list_to_tick_is_never_parted_from_its_button() -> None:
    people = tuple(Option(label=f"Somebody Invented, number {n}", value=f"{n}@example.org") for n in range(300))
    ticks = Ticks(form="f", label="Who?", options=people, ticked=(), send="Save")
    posts = to_activities(message(Paragraph(text="x " * 3000), ticks, Paragraph(text="x " * 3000)))

    assert [len(found(post, "Input.ChoiceSet")) for post in posts] == [0, 6, 0]
    assert [button["title"] for button in buttons(posts[1])] == ["Save"]
    assert [fault for post in posts for fault in activity_faults(post)] == []


def test_a_dialog_that_is_too_long_says_so_and_can_still_be_sent() -> None:
    story = "It went on and on. " * 600
    box = TextBox(form="f", label="What?", send="Save", limit=99)
    written = [Written(label=f"Part {n}", text=story) for n in range(9)]
    last = Choices(prompt="", options=(Option(label="Send", value="draft:ab12:send:x"),))
    dialog = to_dialog(message(box, *written, last, private=True))

    assert dialog_faults(dialog) == []
    assert [run["text"] for run in found(dialog, "TextRun")][-1] == "…"
    assert [button["title"] for button in buttons(dialog)] == ["Save", "Send"]


def test_a_dialog_has_its_title_and_a_box_with_its_label_and_what_was_in_it() -> None:
    box = TextBox(form="draft:ab12:story", label="What happened?", send="Save", text="So far", limit=99)
    dialog = to_dialog(message(box, summary=box.label, private=True))

    [field], [send] = found(dialog, "Input.Text"), buttons(dialog)
    assert dialog["task"]["value"]["title"] == "What happened?"
    assert (field["label"], field["isMultiline"], field["value"], field["maxLength"]) == (box.label, True, "So far", 99)
    assert (send["type"], send["title"], send["data"]["candour"]["form"]) == ("Action.Submit", "Save", box.form)
    assert dialog_faults(dialog) == []


def test_a_title_that_is_too_long_for_a_dialog_is_shown_whole_inside() -> None:
    title = "A title that is a good deal longer than the window's own heading has room for"
    dialog = to_dialog(message(Notice(text="Now", urgent=True), Paragraph(text="Hello"), summary=title, private=True))

    assert dialog["task"]["value"]["title"].endswith("…")
    assert words(dialog) == f"Now {title} Hello"


def test_text_that_is_in_a_box_already_is_never_cut() -> None:
    text = "x" * 8000 + " and the rest"
    dialog = to_dialog(message(TextBox(form="f", label="What?", send="Save", text=text, limit=10), private=True))

    [field] = found(dialog, "Input.Text")
    assert f"{field['value']} {words(found(dialog, 'TextRun'))}" == text
    assert dialog_faults(dialog) == []


def test_a_list_with_nothing_to_tick_can_still_be_sent() -> None:
    dialog = to_dialog(message(Ticks(form="f", label="Who?", options=(), ticked=(), send="Save"), private=True))

    assert words(dialog) == "Who?"
    assert [button["data"]["candour"]["form"] for button in buttons(dialog)] == ["f"]


def test_every_button_comes_back_as_the_choice_that_it_shows() -> None:
    values = [*(f"few:{n}" for n in range(5)), "case:open:AB12-CD34", "draft:ab12:pick:who:a,b %2C é"]
    block = Choices(prompt="", options=tuple(Option(label=value, value=value) for value in values))
    chat, dialog = to_activity(message(block)), to_dialog(message(block, private=True))

    pressed = [_as_pressed(button) for button in buttons(chat)]
    older = [_as_message(button["data"]) for button in found(chat, "Action.Submit")]
    inside = [_as_submitted(button["data"]) for button in buttons(dialog)]

    for came in (pressed, older, inside):
        assert [(inbound.kind, inbound.value) for inbound in came] == [("choice", value) for value in values]


def test_what_is_ticked_comes_back_when_it_is_sent() -> None:
    odd = ("a,b", "100%", "é@example.org", "+1 2", "a:b", "%2C")
    ticks = [
        Ticks(form=f"f{n}", label="Who?", options=tuple(Option(label=v, value=v) for v in odd), ticked=odd, send="Save")
        for n in range(2)
    ]
    chat = to_activity(message(*ticks))
    filled = {field["id"]: field["value"] for field in found(chat, "Input.ChoiceSet")}
    filled["ticks:1:0"] = filled["ticks:1:0"].rpartition(",")[0]

    came = [_as_pressed(button, filled) for button in buttons(chat)]

    assert [(inbound.kind, inbound.form, inbound.ticked) for inbound in came] == [
        ("form", "f0", odd),
        ("form", "f1", odd[:-1]),
    ]


def test_what_is_written_comes_back_when_it_is_sent_and_not_with_another_button() -> None:
    box = TextBox(form="draft:ab12:story", label="What?", send="Save", limit=99)
    dialog = to_dialog(message(box, Choices(prompt="", options=options(1)), private=True))
    send, other = buttons(dialog)

    came = _as_submitted({**send["data"], "text:0": "It was\nlate."})

    assert (came.kind, came.form, came.text) == ("form", box.form, "It was\nlate.")
    assert other["associatedInputs"] == "None"


_CHAT = {
    "id": "1795424400000",
    "from": {"id": "29:anne", "aadObjectId": "00000000-0000-4000-8000-00000000a11e"},
    "recipient": {"id": "28:candour"},
    "conversation": {"id": "a:anne", "conversationType": "personal", "tenantId": "tenant-north"},
    "channelData": {"tenant": {"id": "tenant-north"}},
}


def _as_message(data: Json) -> Inbound:
    return _read({**_CHAT, "type": "message", "value": data})


def _as_pressed(button: Json, filled: Json | None = None) -> Inbound:
    """What a client sends when this button of a chat is pressed."""
    data = {**button["data"], **(filled or {})}
    if button["type"] == "Action.Submit":
        return _read({**_CHAT, "type": "invoke", "name": "task/fetch", "value": {"data": data}})
    action = {"type": "Action.Execute", "verb": button["verb"], "data": data}
    return _read({**_CHAT, "type": "invoke", "name": "adaptiveCard/action", "value": {"action": action}})


def _as_submitted(data: Json) -> Inbound:
    return _read({**_CHAT, "type": "invoke", "name": "task/submit", "value": {"data": data}})


def _read(activity: Json) -> Inbound:
    inbound = read_activity(json.loads(json.dumps(activity)))
    assert inbound is not None
    return inbound
