"""Everything the knowledge can produce is taken by Teams, whole, and keeps private what is private."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from adapters.teams.cards import opens_dialog
from adapters.teams.limits import CARD_BYTES_MAX
from adapters.teams.outbound import to_activities, to_activity, to_dialog, to_preview
from bot.compiled import Knowledge
from bot.messages import Choices, Message
from tests.conftest import BAKERY, SCHOOL
from tests.slack.saying import NEEDLE, answers_said, reports_said
from tests.talking import Place, Talk
from tests.teams.card_rules import activity_faults, card_faults, dialog_faults
from tests.teams.looking import buttons, card, found, words


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


def test_teams_takes_every_message_that_the_knowledge_can_produce(said: tuple[list[Message], list[Message]]) -> None:
    public = [message for part in said for message in part if not message.private]
    made = [(message, to_activities(message)) for message in public]
    divided = [message for message, parts in made if len(parts) > 1]

    assert {fault for _, parts in made for part in parts for fault in activity_faults(part, CARD_BYTES_MAX)} == set()
    # Only lists of what is somebody's grow beyond one message; none of them has fewer than nine reports.
    assert [each.summary for each in divided if sum(isinstance(block, Choices) for block in each.blocks) < 9] == []


def test_teams_takes_every_dialog_whole(said: tuple[list[Message], list[Message]]) -> None:
    dialogs = [to_dialog(message) for part in said for message in part if message.private]

    assert len(dialogs) > 50
    assert {fault for dialog in dialogs for fault in dialog_faults(dialog)} == set()
    assert not any("…" in [run["text"] for run in found(dialog, "TextRun")] for dialog in dialogs)


def test_an_answer_can_also_be_shown_in_a_dialog_or_put_into_another_chat(
    said: tuple[list[Message], list[Message]],
) -> None:
    dialogs = [to_dialog(message) for message in said[0]]
    previews = [to_preview("A title", message) for message in said[0]]

    assert {fault for dialog in dialogs for fault in dialog_faults(dialog)} == set()
    assert {fault for preview in previews for fault in card_faults(preview["content"])} == set()
    assert [preview for preview in previews if buttons(preview)] == []


def test_nothing_that_a_reporter_wrote_stands_in_a_chat_message(said: tuple[list[Message], list[Message]]) -> None:
    posts = [post for message in said[1] if not message.private for post in to_activities(message)]

    assert any(NEEDLE in words(to_dialog(message)) for message in said[1] if message.private)
    assert [post["summary"] for post in posts if NEEDLE in json.dumps(post)] == []


def test_nothing_but_the_card_itself_says_what_a_report_is_about(
    said: tuple[list[Message], list[Message]], request: pytest.FixtureRequest
) -> None:
    knowledge: Knowledge = request.getfixturevalue(request.node.callspec.params["said"])
    titles = [flow.title.casefold() for flow in knowledge.library.flows.values()]
    posts = [post for message in said[1] if not message.private for post in to_activities(message)]
    seen = [f"{post['summary']} {card(post)['speak']} {card(post)['fallbackText']}".casefold() for post in posts]

    assert [text for text in seen if any(title in text for title in titles)] == []


class Watched(Talk):
    """A conversation that remembers of each button in the chat whether it led to a private window."""

    def __init__(self, place: Place, person: str) -> None:
        super().__init__(place, person)
        self.led: dict[str, bool] = {}

    def picks(self, value: str, key: str | None = None) -> Talk:
        public = [block for reply in self.replies if not reply.private for block in reply.blocks]
        offered = {option.value for block in public if isinstance(block, Choices) for option in block.options}
        super().picks(value, key)
        if value in offered:
            self.led[value] = self.private is not None
        return self


def test_a_button_opens_a_dialog_exactly_if_what_it_leads_to_is_private(bakery: Knowledge) -> None:
    place = Place(bakery, BAKERY / "sample-people.csv")
    talk = Watched(place, "lad.high@bakery.example")

    for flow in bakery.library.flows:
        talk.picks("menu").picks(f"report:{flow}").picks(f"begin:{flow}").answers()
        for action in ("later", "carry-on", "cancel", "carry-on", "review"):
            for option in [option for option in talk.options_of_draft if option.value.endswith(f":{action}")]:
                talk.picks(option.value)
        if talk.private:
            talk.presses("Send").picks("mine")
        for option in list(talk.options):
            talk.picks("mine").picks(option.value)
        place.passes(timedelta(hours=2))

    assert {value.split(":")[0] for value, private in talk.led.items() if private} == {"draft", "mine"}
    assert {value: opens_dialog(value) for value in talk.led} == talk.led


def test_the_button_of_an_alert_opens_a_dialog(bakery: Knowledge) -> None:
    place = Place(bakery, BAKERY / "sample-people.csv")
    place.talk("lad.high@bakery.example").reports(next(iter(bakery.library.routes)))
    place.post()

    [handler, *_] = place.told
    [opening] = buttons(to_activity(place.letters[handler][0]))

    assert place.talk(handler).presses_in_letter(0).private
    assert opening["data"]["msteams"] == {"type": "task/fetch"}
