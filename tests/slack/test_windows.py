"""Windows with forms, from the signed request to what is shown next: one after the other, kept, busy and sent again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.compiled import Knowledge
from bot.errors import Conflict
from bot.events import ChoicePicked, Event, FormSent, HomeOpened
from bot.messages import Block, Choices, Field, Form, Link, Message, Notice, Option, Paragraph
from bot.service import Service
from bot.speaking import say
from bot.state import Conversation
from bot.turn import Turn
from tests.fakes import FakeClock
from tests.slack.fake_api import broken
from tests.slack.office import Office, open_office
from tests.slack.reading import filled_in, read_view
from tests.slack.screen import Screen

LEAD = "lead.high@bakery.example"

RATES = tuple(Option(label=f"Option {n}", value=f"pick-{n}") for n in range(4))
FORM = Form(
    form="close:AAAA-AAAA",
    fields=(
        Field(name="why", kind="text", label="Why?", value=("Because",), limit=300),
        Field(name="how-bad", kind="choice", label="How bad is it?", options=RATES, value=("pick-1",)),
        Field(name="who", kind="many", label="Who?", options=RATES, value=("pick-0", "pick-2"), optional=True),
    ),
    send="Save",
)
OPEN = Option(label="Close it", value="case:close:AAAA-AAAA")


def window(*blocks: Block, summary: str = "Something") -> Message:
    return Message(summary=summary, blocks=blocks, private=True)


CASE = window(Paragraph(text="A case."), Choices(prompt="", options=(OPEN,)), summary="The case")


def input_ids(view: dict[str, Any]) -> list[str]:
    """The ids of the blocks in which something can be filled in."""
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


class Scripted(Service):
    """Answers what the test wrote down for a choice or a form, and else as ever. `told` is all it was told."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.told: list[Event] = []
        self.says: dict[str, Message] = {}
        self.busy = False

    async def submit(self, event: Event) -> Turn:
        """See `Service.submit`."""
        if self.busy:
            raise Conflict
        self.told.append(event)
        about = event.value if isinstance(event, ChoicePicked) else event.form if isinstance(event, FormSent) else ""
        about = "home" if isinstance(event, HomeOpened) else about
        if about in self.says:
            return Turn(state=Conversation(), replies=(self.says[about],))
        return await super().submit(event)

    @property
    def sent(self) -> list[tuple[str, dict[str, tuple[str, ...]]]]:
        """Every form that was sent."""
        return [(event.form, dict(event.fields)) for event in self.told if isinstance(event, FormSent)]


@pytest.fixture
async def office(bakery: Knowledge) -> AsyncIterator[Office]:
    """The bakery on Slack, answering as the test says."""
    async with open_office(bakery, service=Scripted) as office:
        yield office
        assert office.slack.faults == []
        assert not [line for line in office.reports if "broke" in line or "lost" in line]


@pytest.fixture
def service(office: Office) -> Scripted:
    """Who answers there."""
    assert isinstance(office.service, Scripted)
    return office.service


@pytest.fixture
def lead(office: Office) -> Screen:
    """The shift lead's screen."""
    return Screen(office, LEAD)


async def test_a_form_after_a_button_in_a_window_takes_its_place_and_can_be_sent(
    office: Office, service: Scripted, lead: Screen
) -> None:
    done = window(Notice(text="It is closed."), *CASE.blocks, summary="The case")
    service.says = {"menu": CASE, OPEN.value: window(FORM, summary="Close it"), FORM.form: done}

    await lead.picks("menu")
    first = lead.window
    await lead.presses("Close it")
    assert (lead.window, lead.view["submit"]["text"]) == (first, "Save")
    await lead.fills(why="Settled.", who=())

    assert service.sent == [(FORM.form, {"why": ("Settled.",), "how-bad": ("pick-1",)})]
    assert lead.answered.body["response_action"] == "update"
    assert (lead.window, lead.hears) == (first, "It is closed. A case. › Close it")
    assert "submit" not in lead.view
    assert office.slack.inbox(lead.user) == []


async def test_a_form_that_is_sent_for_good_closes_its_window_and_the_chat_says_so(
    office: Office, service: Scripted, lead: Screen
) -> None:
    service.says = {"menu": window(FORM), FORM.form: say("It is closed.")}

    await lead.picks("menu")
    await lead.fills(why="Settled.")

    assert not lead.window
    assert [message["text"] for message in office.slack.inbox(lead.user)] == ["It is closed."]


async def test_a_form_with_something_amiss_comes_back_with_the_same_ids_so_that_slack_keeps_what_was_typed(
    service: Scripted, lead: Screen
) -> None:
    service.says = {"menu": window(FORM), FORM.form: window(Notice(text="Say more."), FORM)}

    await lead.picks("menu")
    before = input_ids(lead.view)
    await lead.fills(why="No.")

    assert lead.hears.startswith("Say more.")
    assert input_ids(lead.view) == before


async def test_a_form_that_could_not_be_saved_stays_open_and_says_so_at_its_first_field(
    service: Scripted, lead: Screen
) -> None:
    service.says = {"menu": window(Paragraph(text="Before it."), FORM), FORM.form: say("Saved.")}
    await lead.picks("menu")
    window_before, first = lead.window, input_ids(lead.view)[0]
    values = filled_in(lead.view, fields={"why": ("needle-words",), "how-bad": ("pick-0",)})

    service.busy = True
    await lead.submits(lead.view, values, key="one submission")
    answer = lead.answered.body
    assert (lead.window, answer["response_action"], list(answer["errors"])) == (window_before, "errors", [first])
    assert answer["errors"][first].startswith("NOT saved. Your text is still in the form.")
    service.busy = False

    await lead.submits(lead.view, values, key="one submission")
    assert not lead.window
    assert service.sent == [(FORM.form, {"why": ("needle-words",), "how-bad": ("pick-0",)})]


async def test_what_was_filled_in_is_still_in_the_window_when_slack_does_not_say_who_sends_it(
    office: Office, service: Scripted, lead: Screen
) -> None:
    service.says = {"menu": window(FORM), FORM.form: say("Saved.")}
    await lead.picks("menu")
    before, view = lead.window, lead.view
    assert isinstance(office.clock, FakeClock)
    office.clock.moves(timedelta(hours=2))  # somebody writes for long, or comes back to it

    office.slack.meets("users.info", broken(503), broken(503))
    await lead.submits(view, filled_in(view, fields={"why": ("needle-words",), "how-bad": ("pick-0",)}))

    assert service.sent == []
    assert lead.window == before


async def test_the_same_form_sent_again_is_the_same_event(service: Scripted, lead: Screen) -> None:
    service.says = {"menu": window(FORM), FORM.form: say("Saved.")}
    await lead.picks("menu")
    view, values = lead.view, filled_in(lead.view, fields={"why": ("Settled.",)})

    for _ in range(3):
        await lead.submits(view, values, key="one submission")

    assert len({event.key for event in service.told if isinstance(event, FormSent)}) == 1


async def test_a_form_with_nothing_to_fill_in_is_sent_by_its_button_and_the_window_shows_what_follows(
    office: Office, service: Scripted, lead: Screen
) -> None:
    empty = Form(form="case:check:AAAA-AAAA", fields=(), send="Save")
    service.says = {"menu": window(empty), empty.form: window(FORM, summary="The next one"), FORM.form: say("Saved.")}
    await lead.picks("menu")
    [button] = lead.view["blocks"][-1]["elements"]

    await lead.acts(button, view=lead.view)

    assert service.sent == [(empty.form, {})]
    assert read_view(lead.view).blocks == (FORM,)
    assert [call.method for call in office.slack.calls if call.method.startswith("views.")] == [
        "views.open",
        "views.update",
    ]


async def test_a_form_on_the_home_is_sent_with_its_button(service: Scripted, lead: Screen) -> None:
    service.says = {"home": Message(summary="Home", blocks=(FORM,)), FORM.form: say("Saved.")}
    await lead.opens("home")

    await lead.sends(FORM.form, fields={"why": ("Settled.",), "how-bad": ("pick-0",)})

    assert service.sent == [(FORM.form, {"why": ("Settled.",), "how-bad": ("pick-0",)})]
    assert lead.hears == "Saved."


async def test_opening_a_page_is_acknowledged_and_nothing_else(office: Office, service: Scripted, lead: Screen) -> None:
    service.says = {
        "menu": Message(summary="A page", blocks=(Link(label="The page", url="https://candour.example/1"),))
    }
    await lead.picks("menu")
    [message] = office.slack.inbox(lead.user)
    told, calls = len(service.told), len(office.slack.calls)

    await lead.acts(message["blocks"][-1]["elements"][0], ts=message["ts"], message=message)

    assert (lead.answered.status, lead.shown) == (200, [])
    assert (len(service.told), len(office.slack.calls)) == (told, calls)
