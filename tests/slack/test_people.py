"""Only people of our own workspace who are in the directory are known; others are refused, and nobody is guessed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.slack.people import REMEMBERED, Known, Refused, SlackPeople
from bot.people import Directory
from bot.ports import Again, Never
from tests.slack.conftest import ANNE, BEN, IMPATIENT, Wired
from tests.slack.fake_api import TEAM, FakeSlack, Trouble, broken, hangs, refuses, reset, slow_down, web_page

GRID, SISTER, FOREIGN = "E0TRUST", "T0SISTER", "T0ELSEWHERE"


# -- Who somebody is (check 3)


async def test_a_colleague_is_known_by_the_address_in_the_directory(wired: Wired) -> None:
    assert await wired.people.person("U0ANNE", TEAM) == Known(ANNE)


async def test_an_address_is_the_same_in_capital_letters(wired: Wired, slack: FakeSlack) -> None:
    slack.joins("U0ANNE", " Anne@Bakery.EXAMPLE ")

    assert await wired.people.person("U0ANNE", TEAM) == Known(ANNE)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"is_restricted": True}, "guest"),
        ({"is_ultra_restricted": True}, "guest"),
        ({"is_bot": True}, "bot"),
        ({"is_workflow_bot": True}, "bot"),
        ({"deleted": True}, "deactivated"),
        ({"is_stranger": True}, "stranger"),
        ({"team_id": FOREIGN}, "stranger"),
        ({"team_id": FOREIGN, "enterprise_user": {"enterprise_id": "E0OTHER", "teams": [FOREIGN]}}, "stranger"),
        ({"team_id": None}, "stranger"),
        ({"profile": {}}, "no-email"),
        ({"profile": {"email": ""}}, "no-email"),
        ({"profile": {"email": "nobody@bakery.example"}}, "not-in-directory"),
    ],
)
async def test_who_is_no_colleague_is_refused_with_the_reason(
    wired: Wired, slack: FakeSlack, facts: dict[str, Any], reason: str
) -> None:
    slack.joins("U0ANNE", ANNE, **facts)

    assert await wired.people.person("U0ANNE", TEAM) == Refused(reason)  # type: ignore[arg-type]


async def test_slackbot_is_a_bot_although_slack_does_not_say_so(wired: Wired, slack: FakeSlack) -> None:
    slack.joins("USLACKBOT", ANNE)

    assert await wired.people.person("USLACKBOT", TEAM) == Refused("bot")


async def test_somebody_whom_slack_does_not_know_is_a_stranger(wired: Wired) -> None:
    assert await wired.people.person("U0NOBODY", TEAM) == Refused("stranger")


async def test_who_left_the_organisation_is_refused_at_once(wired: Wired) -> None:
    assert await wired.people.person("U0ANNE", TEAM) == Known(ANNE)

    people = {**wired.directory.people, ANNE: replace(wired.directory.people[ANNE], active=False)}
    wired.directory = Directory(people)

    assert await wired.people.person("U0ANNE", TEAM) == Refused("not-in-directory")


@pytest.mark.parametrize(("team", "user_team"), [(FOREIGN, ""), ("", ""), (TEAM, FOREIGN), (FOREIGN, TEAM)])
async def test_slack_is_not_even_asked_about_somebody_from_elsewhere(
    wired: Wired, slack: FakeSlack, team: str, user_team: str
) -> None:
    assert await wired.people.person("U0ANNE", team, user_team=user_team) == Refused("stranger")
    assert slack.calls == []


# -- Enterprise Grid


@pytest.fixture
def grid(wired: Wired) -> SlackPeople:
    """The organisation of several workspaces is ours as a whole."""
    wired.teams = frozenset({GRID})
    wired.starts()
    return wired.people


async def test_a_colleague_of_another_workspace_of_the_organisation_is_known(
    grid: SlackPeople, slack: FakeSlack
) -> None:
    slack.joins("W0ANNE", ANNE, team_id=SISTER, enterprise_user={"enterprise_id": GRID, "teams": [SISTER]})

    assert await grid.person("W0ANNE", TEAM, user_team=SISTER, enterprise=GRID) == Known(ANNE)


async def test_a_stranger_in_a_shared_channel_of_the_organisation_is_refused(
    grid: SlackPeople, slack: FakeSlack
) -> None:
    elsewhere = {"enterprise_id": "E0OTHER", "teams": [FOREIGN]}
    slack.joins("W0ANNE", ANNE, team_id=FOREIGN, enterprise_user=elsewhere)

    assert await grid.person("W0ANNE", TEAM, user_team=FOREIGN, enterprise=GRID) == Refused("stranger")


async def test_a_member_of_our_workspace_is_known_if_another_one_is_their_first(wired: Wired, slack: FakeSlack) -> None:
    slack.joins("W0ANNE", ANNE, team_id=GRID, enterprise_user={"enterprise_id": GRID, "teams": [SISTER, TEAM]})

    assert await wired.people.person("W0ANNE", TEAM) == Known(ANNE)


# -- Asking Slack


async def test_slack_is_asked_once_an_hour(wired: Wired, slack: FakeSlack) -> None:
    for _ in range(3):
        await wired.people.person("U0ANNE", TEAM)
    assert len(slack.called("users.info")) == 1

    wired.clock.moves(REMEMBERED)
    await wired.people.person("U0ANNE", TEAM)

    assert len(slack.called("users.info")) == 2


async def test_many_messages_at_once_are_one_question_to_slack(wired: Wired, slack: FakeSlack) -> None:
    found = await asyncio.gather(*(wired.people.person("U0ANNE", TEAM) for _ in range(20)))

    assert set(found) == {Known(ANNE)}
    assert len(slack.called("users.info")) == 1


async def test_a_change_counts_at_once(wired: Wired, slack: FakeSlack) -> None:
    assert await wired.people.person("U0ANNE", TEAM) == Known(ANNE)
    assert await wired.people.address(ANNE) == "U0ANNE"

    slack.joins("U0ANNE", ANNE, deleted=True)
    wired.people.forget("U0ANNE")

    assert await wired.people.person("U0ANNE", TEAM) == Refused("deactivated")
    assert await wired.people.address(ANNE) == Never("not-found")


@pytest.mark.parametrize(
    "trouble",
    [
        slow_down(30),
        broken(503),
        web_page(),
        web_page(status=403),
        reset(),
        refuses("internal_error"),
        refuses("something_new"),
        refuses("token_revoked"),
        Trouble(body="[]"),
        Trouble(body="null"),
        Trouble(body='{"ok": true, "user": null}'),
        Trouble(body="\udcff".encode("utf-8", "surrogateescape").decode("latin-1")),
    ],
    ids=["429", "503", "page", "403", "reset", "internal", "new", "token", "list", "null", "no user", "noise"],
)
async def test_nobody_is_guessed_while_slack_does_not_say(wired: Wired, slack: FakeSlack, trouble: Trouble) -> None:
    slack.meets("users.info", trouble, trouble)  # what is only read, the HTTP library itself asks for once more

    found = await wired.people.person("U0ANNE", TEAM)

    assert isinstance(found, Refused)
    assert found.reason in ("unreachable", "stranger")


async def test_slack_is_asked_again_after_it_did_not_say(wired: Wired, slack: FakeSlack) -> None:
    slack.meets("users.info", broken(503))
    assert await wired.people.person("U0ANNE", TEAM) == Refused("unreachable")

    assert await wired.people.person("U0ANNE", TEAM) == Known(ANNE)


async def test_a_slack_that_never_answers_is_not_waited_for(wired: Wired, slack: FakeSlack) -> None:
    wired.starts(IMPATIENT)
    slack.meets("users.info", hangs())

    assert await wired.people.person("U0ANNE", TEAM) == Refused("unreachable")


# -- Where to write to


async def test_the_address_of_a_colleague_is_remembered(wired: Wired, slack: FakeSlack) -> None:
    assert [await wired.people.address(ANNE) for _ in range(3)] == ["U0ANNE"] * 3
    assert len(slack.called("users.lookupByEmail")) == 1


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ({"is_restricted": True}, Never("forbidden")),
        ({"is_bot": True}, Never("forbidden")),
        ({"team_id": FOREIGN}, Never("forbidden")),
        ({"deleted": True}, Never("not-found")),
    ],
)
async def test_nothing_is_addressed_to_somebody_who_would_be_refused(
    wired: Wired, slack: FakeSlack, facts: dict[str, Any], outcome: Never
) -> None:
    slack.joins("U0ANNE", ANNE, **facts)

    assert await wired.people.address(ANNE) == outcome


async def test_an_address_that_cannot_be_found_now_is_looked_for_later(wired: Wired, slack: FakeSlack) -> None:
    slack.meets("users.lookupByEmail", slow_down(7), broken(500))

    assert await wired.people.address(BEN) == Again(timedelta(seconds=7))
    assert await wired.people.address(BEN) == Again(timedelta())
    assert await wired.people.address(BEN) == "U0BEN"
