"""Forms of several fields from end to end: opened out of a chat or a dialog, sent, sent again, and not saved.

What is asked is this file's own, so that it holds whatever the knowledge asks.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.directory import read_people
from adapters.storage.memory import MemoryStore
from adapters.teams.inbound import read_activity
from adapters.teams.replying import Replies
from adapters.teams.setup import PLAYGROUND_TENANT
from bot.compiled import Knowledge
from bot.errors import Conflict, Damaged
from bot.events import ChoicePicked, Event, FormSent
from bot.messages import Choices, Field, Form, Message, Notice, Option, Paragraph, Written
from bot.ports import Store
from bot.service import Service
from bot.speaking import say
from bot.state import Conversation
from bot.turn import Turn
from tests.conftest import BAKERY
from tests.fakes import FakeClock
from tests.slack.test_runtime import LAD
from tests.teams.card_rules import card_faults
from tests.teams.conftest import ANNE, Wired
from tests.teams.conftest import user_of as user_of_wired
from tests.teams.fake_connector import BOT, refuses
from tests.teams.looking import options
from tests.teams.office import Office, user_of
from tests.teams.reading import Json, actions, filled_in, read_card
from tests.teams.screen import Screen

REF = "AB12-CD34"
GROUP = "19:bakers@thread.tacv2"
FORM = Form(
    form=f"decide:close:{REF}",
    fields=(
        Field(name="why", kind="text", label="Why is it closed?", help="Only handlers read it."),
        Field(name="how-bad", kind="choice", label="How bad was it?", options=options(3)),
        Field(name="who", kind="many", label="Who helped?", options=options(9), optional=True),
    ),
    send="Close it",
)
NEEDLE = "zx81-quokka"


class Asking(Service):
    """A service that asks with a form, keeps what was sent, and can be in trouble. Everything else is as ever."""

    def __init__(self, knowledge: Knowledge, store: Store) -> None:
        super().__init__(lambda: knowledge, store)
        self.sent: list[FormSent] = []
        self.trouble: Exception | None = None

    async def submit(self, event: Event) -> Turn:
        match event:
            case ChoicePicked(value=value) if value == f"case:open:{REF}":
                close = Choices(prompt="", options=(Option(label="Close", value=f"decide:close:{REF}"),))
                return _says(Written(label="What happened", text=NEEDLE), close)
            case ChoicePicked(value=value) if value in (f"decide:close:{REF}", f"signal:open:{REF}"):
                return _says(Paragraph(text="It is closed for good."), FORM)
            case ChoicePicked(value=value) if value.startswith("list:"):
                more = Option(label="More", value=f"list:waiting:{int(value[-1]) + 1}")
                return Turn(
                    state=Conversation(), replies=(say(f"Page {value[-1]}", Choices(prompt="", options=(more,))),)
                )
            case FormSent() if self.trouble:
                raise self.trouble
            case FormSent(fields={"how-bad": _}):
                self.sent.append(event)
                return Turn(state=Conversation(), replies=(say("It is closed."),))
            case FormSent(fields=fields):
                kept = tuple(replace(field, value=fields.get(field.name, ())) for field in FORM.fields)
                return _says(Notice(text="How bad was it?", urgent=True), replace(FORM, fields=kept))
            case _:
                return await super().submit(event)


def _says(*blocks: Written | Choices | Paragraph | Notice | Form) -> Turn:
    message = Message(summary=f"Report {REF}", blocks=blocks, private=True)
    return Turn(state=Conversation(), replies=(message,))


@pytest.fixture
async def office(bakery: Knowledge) -> AsyncIterator[Office]:
    """The bakery on Teams, with a service that asks."""
    store = MemoryStore()
    service = Asking(bakery, store)
    office = await Office(lambda: bakery, store, FakeClock(), service=service).opens()
    try:
        await office.moves_in(read_people(BAKERY / "sample-people.csv", bakery.library.roles))
        office.teams.group(GROUP, user_of(LAD))
        yield office
    finally:
        await office.closes()
    assert NEEDLE not in repr(office.teams.calls) + repr(office.teams.messages) + repr(office.reports)


@pytest.fixture
def asking(office: Office) -> Asking:
    """The service that asks."""
    assert isinstance(office.service, Asking)
    return office.service


@pytest.fixture
async def lad(office: Office) -> AsyncIterator[Screen]:
    """The shop lad's screen, with the greeting in it."""
    lad = await Screen(office, LAD).installs()
    yield lad
    assert not lad.faults


def form_of(screen: Screen) -> Form:
    """The form in the dialog that is open."""
    assert screen.dialog
    [form] = [block for shown in screen.shown for block in shown.blocks if isinstance(block, Form)]
    return form


async def test_a_form_out_of_a_dialog_is_filled_in_and_sent_and_the_dialog_closes(asking: Asking, lad: Screen) -> None:
    await lad.picks(f"case:open:{REF}")
    assert NEEDLE in lad.hears
    await lad.presses("Close")
    assert [field.label for field in form_of(lad).fields] == [field.label for field in FORM.fields]

    await lad.fills(why=f"{NEEDLE} was found.", how_bad="pick:1", who=("pick:0", "pick:8"))

    assert lad.dialog is None
    assert lad.hears == "It is closed."
    [event] = asking.sent
    assert event.form == FORM.form
    assert event.fields == {"why": (f"{NEEDLE} was found.",), "how-bad": ("pick:1",), "who": ("pick:0", "pick:8")}


@pytest.mark.parametrize("value", [f"decide:close:{REF}", f"signal:open:{REF}", f"case:open:{REF}"])
async def test_what_leads_to_a_decision_or_a_signal_opens_a_dialog(office: Office, lad: Screen, value: str) -> None:
    await lad.picks(value)

    assert lad.dialog
    assert lad.shown[0].private
    assert len(lad.inbox) == 1


async def test_a_list_turns_its_pages_in_place(lad: Screen) -> None:
    await lad.picks("list:waiting:1")
    shown = len(lad.inbox)

    await lad.presses("More")
    await lad.presses("More")

    assert lad.hears.startswith("Page 3")
    assert len(lad.inbox) == shown
    assert "Page 2" not in repr(lad.inbox)


async def test_the_way_home_takes_the_place_of_what_led_there(lad: Screen) -> None:
    await lad.picks("home")

    assert lad.answered.body["type"] == "application/vnd.microsoft.card.adaptive"


async def test_a_form_that_wants_something_more_comes_again_in_the_dialog(asking: Asking, lad: Screen) -> None:
    await lad.picks(f"decide:close:{REF}")
    await lad.fills(why="Because.", who=("pick:3",))

    assert {field.name: field.value for field in form_of(lad).fields} == {
        "why": ("Because.",),
        "how-bad": (),
        "who": ("pick:3",),
    }
    await lad.fills(how_bad="pick:2")

    assert lad.dialog is None
    assert asking.sent[0].fields == {"why": ("Because.",), "how-bad": ("pick:2",), "who": ("pick:3",)}


@pytest.mark.parametrize(
    ("trouble", "said"),
    [(Conflict(), "NOT saved."), (RuntimeError(), "NOT saved."), (Damaged(), "")],
    ids=["busy", "broken", "damaged"],
)
async def test_a_form_that_is_not_saved_stays_open_with_all_that_was_filled_in_and_says_why(
    asking: Asking, lad: Screen, trouble: Exception, said: str
) -> None:
    await lad.picks(f"case:open:{REF}")
    await lad.presses("Close")

    asking.trouble = trouble
    for _ in range(2):
        await lad.fills(why=f"{NEEDLE} was found.", how_bad="pick:1", who=("pick:0", "pick:8"))

        assert lad.dialog
        first = lad.shown[0].blocks[0]
        assert isinstance(first, Notice)
        assert first.urgent
        assert first.text.startswith(said)
        assert lad.hears.count(first.text) == 1
        again = form_of(lad)
        assert [(field.label, field.help, field.options) for field in again.fields] == [
            (field.label, field.help, field.options) for field in FORM.fields
        ]
        assert again.send == FORM.send
    asking.trouble = None
    await lad.fills()

    assert lad.dialog is None
    [event] = asking.sent
    assert event.fields == {"why": (f"{NEEDLE} was found.",), "how-bad": ("pick:1",), "who": ("pick:0", "pick:8")}


async def test_what_was_filled_in_is_still_in_the_dialog_when_teams_does_not_say_who_sends_it(
    office: Office, asking: Asking, lad: Screen
) -> None:
    await lad.picks(f"decide:close:{REF}")
    assert isinstance(office.clock, FakeClock)
    office.clock.moves(timedelta(hours=2))  # somebody writes for long, or comes back to it

    office.teams.meets("member", refuses(500), chat=lad.chat)
    await lad.fills(why=f"{NEEDLE} was found.", how_bad="pick:1")

    assert asking.sent == []
    assert {field.name: field.value for field in form_of(lad).fields}["why"] == (f"{NEEDLE} was found.",)


async def test_a_form_that_is_sent_again_is_the_same_event(asking: Asking, lad: Screen) -> None:
    await lad.picks(f"decide:close:{REF}")
    for _ in range(3):
        await lad.sends(FORM.form, key="one press", fields={"why": "Because.", "how-bad": "pick:0"})

    assert len({event.key for event in asking.sent}) == 1
    assert {str(event.fields) for event in asking.sent} == {str({"why": ("Because.",), "how-bad": ("pick:0",)})}
    assert [message["summary"] for message in lad.inbox[1:]] == ["It is closed."]


async def test_a_form_that_nobody_showed_reaches_the_core_as_it_was_forged(asking: Asking, lad: Screen) -> None:
    await lad.sends("decide:no-such", fields={"how-bad": ("x,y",), "why": "Because."})

    assert (asking.sent[0].form, asking.sent[0].fields) == (
        "decide:no-such",
        {"how-bad": ("x,y",), "why": ("Because.",)},
    )


async def test_where_others_read_along_a_form_stands_in_a_dialog_and_its_end_as_well(
    office: Office, asking: Asking, lad: Screen
) -> None:
    data = {"candour": {"value": f"decide:close:{REF}"}}
    await lad.invokes("task/fetch", {"data": data}, chat=GROUP)
    assert form_of(lad)
    filled = {"candour": {"form": FORM.form, "number": 0}, "field:0:choice:how-bad": "pick:0"}
    await lad.invokes("task/submit", {"data": filled}, chat=GROUP)

    assert lad.hears == "It is closed."
    assert lad.dialog
    assert asking.sent[0].fields == {"how-bad": ("pick:0",)}
    assert office.teams.messages[GROUP] == []
    assert len(lad.inbox) == 1


async def test_a_client_without_dialogs_has_the_form_in_place_of_the_card_and_keeps_it_until_it_is_saved(
    wired: Wired, bakery: Knowledge
) -> None:
    wired.teams.joins(user_of_wired(ANNE), ANNE, tenantId=PLAYGROUND_TENANT)
    wired.tenants = frozenset({PLAYGROUND_TENANT})
    wired.starts()
    asking, told = Asking(bakery, wired.store), wired.reports.append
    replies = Replies(
        wired.connector, wired.people, wired.references, asking, lambda: bakery, "bakery", wired.clock, told
    )

    async def does(action: Json) -> Json:
        chat = {"id": wired.teams.chat(user_of_wired(ANNE)), "conversationType": "personal"}
        inbound = read_activity(
            {
                **{"type": "invoke", "name": "adaptiveCard/action", "id": f"f:{len(str(action))}"},
                **{"from": {"id": user_of_wired(ANNE)}, "recipient": {"id": BOT}, "conversation": chat},
                **{"channelData": {"tenant": {"id": PLAYGROUND_TENANT}}, "serviceUrl": wired.teams.service_url},
                "value": {"action": action},
            }
        )
        assert inbound
        answer = await replies.answer(inbound)
        assert answer
        assert answer["type"] == "application/vnd.microsoft.card.adaptive"
        assert card_faults(answer["value"]) == []
        return dict(answer["value"])

    shown = await does({"verb": "choice", "data": {"candour": {"value": f"decide:close:{REF}"}}})
    [send] = actions(shown)
    asking.trouble = Conflict()
    again = await does({"verb": "form", "data": filled_in(shown, send, fields={"why": NEEDLE, "how-bad": "pick:1"})})
    assert "NOT saved." in repr(again)
    [send] = actions(again)
    asking.trouble = None
    done = await does({"verb": "form", "data": filled_in(again, send)})

    assert asking.sent[0].fields == {"why": (NEEDLE,), "how-bad": ("pick:1",)}
    assert read_card(done).summary == "It is closed."
    assert wired.teams.inbox(user_of_wired(ANNE)) == []
