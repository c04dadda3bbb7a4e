"""Conversations of `tests/conversations`, word for word the same scripts, through Teams from end to end."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator

import pytest
from _pytest.mark import ParameterSet

from bot.compiled import Knowledge
from tests.conftest import BAKERY, SCHOOL
from tests.slack.test_conversations import SCRIPTS, transcript
from tests.talking import Place
from tests.teams.talking import TeamsPlace

DIFFERENT = {
    "test_a_window_closed_without_sending_loses_nothing_that_was_saved": "Teams tells nobody that a dialog was closed",
    "test_hide_can_be_typed_also_when_nothing_is_being_written": "nothing of ours is there yet that could be replaced",
    "test_with_nobody_in_the_directory_at_all_a_report_is_kept_and_the_contact_shown": "strangers are refused",
    "test_somebody_the_directory_does_not_know_is_asked_where_and_can_report": "strangers are refused",
    "test_what_the_chat_shows_is_said_before_the_first_question_in_the_exact_words": "the chat is named",
    "test_whoever_is_told_then_can_open_it_and_take_it_and_the_leaver_cannot": "whoever left is a stranger",
}
"""What is meant to differ in Teams, and why. One that begins to go the same way fails."""


@pytest.fixture
def place(request: pytest.FixtureRequest, bakery: Knowledge, school: Knowledge) -> Iterator[TeamsPlace]:
    """The organisation that a script is about, in Teams."""
    asked = next(iter(inspect.signature(request.getfixturevalue("script")).parameters))
    knowledge, people = (bakery, BAKERY) if asked == "shop" else (school, SCHOOL)
    place = TeamsPlace(knowledge, people / "sample-people.csv")
    yield place
    reports = place.office.reports if place.office else []
    place.closes()
    assert not place.faults
    assert not [line for line in reports if "reply-lost" in line or "request-broke" in line]


def _script(name: str, script: Callable[[Place], None]) -> ParameterSet:
    marks = [pytest.mark.xfail(reason=DIFFERENT[name], strict=True)] if name in DIFFERENT else []
    return pytest.param(script, id=name, marks=marks)


@pytest.mark.parametrize("script", [_script(name, script) for name, script in SCRIPTS.items()])
def test_the_script_goes_the_same_way_in_teams(script: Callable[[Place], None], place: TeamsPlace) -> None:
    script(place)


def test_a_whole_story_reads_the_same_in_teams_as_in_the_playground(bakery: Knowledge) -> None:
    teams = TeamsPlace(bakery, BAKERY / "sample-people.csv")
    try:
        assert transcript(teams) == transcript(Place(bakery, BAKERY / "sample-people.csv"))
    finally:
        teams.closes()
