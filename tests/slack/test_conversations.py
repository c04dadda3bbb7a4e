"""Conversations of `tests/conversations`, word for word the same scripts, through Slack from end to end."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from _pytest.mark import ParameterSet

from adapters.plain import to_text
from bot.compiled import Knowledge
from bot.messages import Block, Choices, Notice, Written
from tests.conftest import BAKERY, SCHOOL
from tests.conversations import (
    test_barred,
    test_clocks,
    test_confidential,
    test_deadlines,
    test_deciding,
    test_deciding_at_once,
    test_deciding_in_time,
    test_deciding_unseen,
    test_drafts,
    test_held_to,
    test_leavers,
    test_lying,
    test_my_reports,
    test_private,
    test_receiving,
    test_repeat_signal,
    test_reporting,
    test_reviewed,
    test_reviewing,
    test_working,
)
from tests.slack.talking import SlackPlace
from tests.talking import Place, Talk

MODULES = (
    *(test_barred, test_drafts, test_my_reports, test_private, test_receiving, test_reporting, test_reviewing),
    *(test_working, test_held_to, test_leavers, test_repeat_signal),
    *(test_deciding, test_deciding_unseen, test_deciding_at_once, test_deciding_in_time),
    *(test_deadlines, test_lying, test_clocks, test_reviewed, test_confidential),
)
FOUND = [
    (name, script)
    for module in MODULES
    for name, script in vars(module).items()
    if name.startswith("test_")
    and list(inspect.signature(script).parameters) in (["shop"], ["academies"])
    and not inspect.iscoroutinefunction(script)
]
SCRIPTS = dict(FOUND)

DIFFERENT = {
    "test_hide_can_be_typed_also_when_nothing_is_being_written": "nothing of ours is there yet that could be replaced",
    "test_with_nobody_in_the_directory_at_all_a_report_is_kept_and_the_contact_shown": "strangers are refused",
    "test_somebody_the_directory_does_not_know_is_asked_where_and_can_report": "strangers are refused",
    "test_what_the_chat_shows_is_said_before_the_first_question_in_the_exact_words": "the chat is named",
    "test_whoever_is_told_then_can_open_it_and_take_it_and_the_leaver_cannot": "whoever left is a stranger",
}
"""What is meant to differ in Slack, and why. One that begins to go the same way fails."""


@pytest.fixture
def place(request: pytest.FixtureRequest, bakery: Knowledge, school: Knowledge) -> Iterator[SlackPlace]:
    """The organisation that a script is about, in Slack."""
    asked = next(iter(inspect.signature(request.getfixturevalue("script")).parameters))
    knowledge, people = (bakery, BAKERY) if asked == "shop" else (school, SCHOOL)
    place = SlackPlace(knowledge, people / "sample-people.csv")
    yield place
    assert place.office
    faults, reports = place.office.slack.faults, place.office.reports
    place.closes()
    assert not faults
    assert not [line for line in reports if "reply-lost" in line or "request-broke" in line]


def _script(name: str, script: Callable[[Place], None]) -> ParameterSet:
    marks = [pytest.mark.xfail(reason=DIFFERENT[name], strict=True)] if name in DIFFERENT else []
    return pytest.param(script, id=name, marks=marks)


def test_no_script_stands_in_the_place_of_another_of_its_name() -> None:
    assert len(SCRIPTS) == len(FOUND)


@pytest.mark.parametrize("script", [_script(name, script) for name, script in SCRIPTS.items()])
def test_the_script_goes_the_same_way_in_slack(script: Callable[[Place], None], place: SlackPlace) -> None:
    script(place)


def test_a_whole_story_reads_the_same_in_slack_as_in_the_playground(bakery: Knowledge) -> None:
    slack = SlackPlace(bakery, BAKERY / "sample-people.csv")
    try:
        assert transcript(slack) == transcript(Place(bakery, BAKERY / "sample-people.csv"))
    finally:
        slack.closes()


def _comes_later(block: Block) -> bool:
    """What is urgent is shown first, wherever it stands."""
    return not (isinstance(block, Notice) and block.urgent)


def transcript(shop: Place) -> list[str]:
    """A report from its first question to the receipt, what its recipient reads, and how its writer follows it."""
    lad = shop.talk("lad.high@bakery.example")
    lines = []

    def reads(talk: Talk) -> None:
        shown = (sorted(reply.blocks, key=_comes_later) for reply in talk.replies)
        told = [block for blocks in shown for block in blocks if not isinstance(block, Choices)]
        told = [replace(block, options=()) if isinstance(block, Written) else block for block in told]
        said = f"{to_text(told)} {[option.label for option in talk.options]}"
        lines.append(" ".join(re.sub(r"[^\w\s]+", "", said).casefold().split()))

    reads(lad.begins("injury"))
    while lad.waiting:
        reads(lad.answers_one({"words": "I burnt my hand <!channel> & *badly*."}))
    reads(lad.presses("Read it and send"))
    reads(lad.presses("Send"))
    shop.post()
    lead = shop.talk("lead.high@bakery.example").presses_in_letter()
    reads(lead)
    reads(lead.presses("I take responsibility"))
    shop.post()
    reads(lad.presses_in_letter())
    reads(lad.says("my reports"))
    return lines
