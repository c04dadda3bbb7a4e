"""A form in a private window: filled in by mouse and by keyboard, sent, not sent, and sent back."""

from __future__ import annotations

import dataclasses

import pytest
from playwright.sync_api import Page, expect

from bot.messages import Field, Form, Message, Notice, Option, Paragraph
from tests.browser.acting import Player, remembered
from tests.browser.pretending import Pretender
from tests.browser.test_story_for_everyone import Keys, Views, fits

pytestmark = pytest.mark.chromium

SECRET = "A quokka did it."
DECISION = Form(
    form="decide:say:ABCD-EFGH",
    send="Record it",
    fields=(
        Field(
            name="outcome",
            kind="choice",
            label="What is decided?",
            help="Somebody else has to agree.",
            options=(Option(label="It did happen", value="happened"), Option(label="It did not", value="not-so")),
        ),
        Field(name="reasons", kind="text", label="Why?", help="The reporter reads this.", limit=100),
        Field(
            name="told-too",
            kind="many",
            label="Who else is told?",
            options=(Option(label="The owner", value="owner"), Option(label="The accountant", value="accountant")),
            optional=True,
        ),
        Field(
            name="next",
            kind="choice",
            label="Does anything follow?",
            options=(Option(label="A talk", value="talk"), Option(label="A letter", value="letter")),
            optional=True,
        ),
    ),
)
EMPTY: dict[str, list[str]] = {field.name: [] for field in DECISION.fields}


def window(*blocks: Form | Notice) -> Message:
    """A private message."""
    return Message(summary="Report ABCD-EFGH", blocks=blocks, private=True)


def filled(form: Form, **values: tuple[str, ...]) -> Form:
    """The form with these in its fields, as the server sends it back."""
    fields = (dataclasses.replace(field, value=values.get(field.name, ())) for field in form.fields)
    return dataclasses.replace(form, fields=tuple(fields))


def shown(page: Page, message: Message | None = None) -> tuple[Player, Pretender]:
    """Somebody before the form, and the server that they will send it to."""
    person = Player(page)
    server = Pretender(page).answers("text", message or window(DECISION))
    server.answers(DECISION.form, Message(summary="It is recorded.", blocks=(Paragraph(text="It is recorded."),)))
    person.says("I want to decide.")
    expect(person.window).to_be_visible()
    return person, server


def test_a_form_is_filled_in_and_sent_at_once(page: Page) -> None:
    person, server = shown(page)

    person.fills(outcome="It did happen", reasons=SECRET, told_too=["owner", "The accountant"], next="letter")
    person.presses_inside("Record it")

    person.sees("It is recorded.")
    expect(person.window).to_have_count(0)
    [event] = server.sent(DECISION.form)
    assert event["kind"] == "form"
    assert event["fields"] == {
        "outcome": ["happened"],
        "reasons": [SECRET],
        "told-too": ["owner", "accountant"],
        "next": ["letter"],
    }


def test_what_need_not_be_filled_in_says_so_and_is_sent_empty(page: Page) -> None:
    person, server = shown(page)

    for name in ("Who else is told?", "Does anything follow?"):
        expect(person.field(name).locator(".label")).to_have_text(f"{name} (optional)")
    expect(person.field("reasons").locator(".label")).to_have_text("Why?")
    person.fills(reasons="  ").presses_inside("Record it").sees("It is recorded.")

    assert server.sent(DECISION.form)[0]["fields"] == EMPTY


def test_an_answer_that_need_not_be_given_can_be_taken_back(page: Page) -> None:
    person, server = shown(page, window(filled(DECISION, next=("talk",))))
    expect(person.window.get_by_label("A talk")).to_be_checked()

    person.fills(next="No answer").presses_inside("Record it").sees("It is recorded.")

    assert server.sent(DECISION.form)[0]["fields"] == EMPTY


def test_every_field_is_named_and_explained_to_those_who_hear_the_page(page: Page) -> None:
    person, _ = shown(page)

    choice = person.window.get_by_role("radiogroup", name="What is decided?")
    expect(choice).to_have_accessible_description("Somebody else has to agree.")
    expect(person.window.get_by_role("textbox", name="Why?")).to_have_accessible_description("The reporter reads this.")
    expect(person.window.get_by_role("group", name="Who else is told? (optional)")).to_be_visible()


def test_a_form_with_nothing_but_the_keyboard(page: Page) -> None:
    person, server = shown(page)
    expect(person.window.get_by_role("heading", level=2)).to_be_focused()
    keys = Keys(page)

    keys.reaches("It did happen").space()
    page.keyboard.press("ArrowDown")
    keys.reaches("Why?").types(SECRET).reaches("The accountant").space()
    keys.reaches("No answer")
    page.keyboard.press("ArrowUp")
    keys.reaches("Record it").enter()

    person.sees("It is recorded.")
    assert server.sent(DECISION.form)[0]["fields"] == {
        "outcome": ["not-so"],
        "reasons": [SECRET],
        "told-too": ["accountant"],
        "next": ["letter"],
    }


def test_control_and_enter_send_a_form_from_within_a_text(page: Page) -> None:
    person, server = shown(page)
    person.fills(reasons=SECRET)

    page.keyboard.press("Control+Enter")

    person.sees("It is recorded.")
    assert server.sent(DECISION.form)[0]["fields"] == {**EMPTY, "reasons": [SECRET]}


def test_a_form_that_is_not_sent_keeps_everything_and_goes_again_under_its_key(page: Page) -> None:
    person, server = shown(page)
    person.fills(outcome="happened", reasons=SECRET, told_too=["owner"])
    server.away = True
    person.presses_inside("Record it")
    expect(person.window.get_by_role("alert")).to_contain_text("Not sent. The playground is not answering.")
    expect(person.window.get_by_label("It did happen")).to_be_checked()
    expect(person.window.get_by_label("The owner")).to_be_checked()
    expect(person.window.get_by_role("textbox")).to_have_value(SECRET)

    server.away = False
    person.presses_inside("Try again").sees("It is recorded.")

    first, again = server.sent(DECISION.form)
    assert again == first


def test_what_was_changed_after_it_was_not_sent_is_what_is_tried_again(page: Page) -> None:
    person, server = shown(page)
    person.fills(reasons="A wallaby did it.")
    server.away = True
    person.presses_inside("Record it")
    expect(person.window.get_by_role("alert")).to_contain_text("Not sent.")

    person.fills(reasons=SECRET)
    server.away = False
    person.presses_inside("Try again").sees("It is recorded.")

    first, again = server.sent(DECISION.form)
    assert again["fields"] == {**EMPTY, "reasons": [SECRET]}
    assert again["key"] != first["key"]


def test_a_form_that_is_sent_back_says_what_is_wrong_and_holds_what_was_filled_in(page: Page) -> None:
    person, server = shown(page)
    back = filled(DECISION, outcome=("not-so",), reasons=(SECRET,), **{"told-too": ("accountant",)})
    server.answers(DECISION.form, window(Notice(text="Say a little more."), back))

    person.fills(outcome="not-so", reasons=SECRET, told_too=["accountant"]).presses_inside("Record it")

    expect(person.window.get_by_role("alert").filter(has_text="Say a little more.")).to_be_in_viewport()
    expect(person.window.get_by_label("It did not")).to_be_checked()
    expect(person.window.get_by_role("textbox")).to_have_value(SECRET)
    expect(person.window.get_by_label("The accountant")).to_be_checked()
    expect(person.window.get_by_label("The owner")).not_to_be_checked()


def test_how_much_room_is_left_is_said_near_the_limit_and_nothing_is_cut_off(page: Page) -> None:
    person, _ = shown(page)
    counter = person.field("reasons").get_by_role("status")

    person.fills(reasons="a" * 80)
    expect(counter).to_have_text("")
    person.fills(reasons="a" * 99)
    expect(counter).to_have_text("1 character left")
    person.fills(reasons="a" * 103)

    expect(counter).to_have_text("3 characters too many")
    expect(person.window.get_by_role("textbox")).to_have_value("a" * 103)


def test_a_form_closed_unsent_is_told_to_the_server_and_forgotten(page: Page) -> None:
    person, server = shown(page)
    server.answers("closed")

    with page.expect_response("**/api/event"):
        person.fills(reasons=SECRET).closes()

    assert len(server.sent("closed")) == 1
    assert "quokka" not in remembered(page)


def test_a_form_fits_a_small_phone(phone: Page) -> None:
    person, _ = shown(phone)

    person.window.get_by_role("button", name="Record it").scroll_into_view_if_needed()

    expect(person.window.get_by_role("button", name="Record it")).to_be_in_viewport()
    fits(phone)


def test_accessibility_rules_hold_in_a_form(page: Page) -> None:
    views = Views(page)
    person, server = shown(page, window(Notice(text="Say a little more."), filled(DECISION, reasons=("a" * 103,))))
    views.check("sent back")
    server.away = True
    person.presses_inside("Record it")
    expect(person.window.get_by_role("alert").filter(has_text="Not sent.")).to_be_visible()
    views.check("not sent")

    assert views.faults == {}
