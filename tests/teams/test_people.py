"""Who somebody in Teams is follows from what Teams and the directory say, and from nothing else."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from adapters.teams.people import REMEMBERED, Known, Refused
from bot.people import Directory, Person
from tests.slack.fake_api import Trouble, broken, hangs, reset, web_page
from tests.teams.conftest import ANNE, BEN, IMPATIENT, Wired
from tests.teams.fake_connector import BOT, ELSEWHERE, FakeTeams, no_token, refuses, too_often

GUEST = "anne_bakery.example#EXT#@butcher.example"


async def test_a_colleague_is_known_by_the_address_in_the_directory(wired: Wired) -> None:
    assert await wired.people.person(wired.sender()) == Known(ANNE)


@pytest.mark.parametrize(
    "facts",
    [
        {"email": " Anne@Bakery.EXAMPLE "},
        {"email": ""},
        {"email": None, "userPrincipalName": "ANNE@bakery.example"},
        {"userPrincipalName": "a.smith@bakery.example"},
        {"userRole": None},
        {"aadObjectId": None, "objectId": "0b1ec700-0000-4000-8000-00000000000A"},
    ],
    ids=str,
)
async def test_however_teams_puts_it_the_colleague_is_the_same(
    wired: Wired, teams: FakeTeams, facts: dict[str, Any]
) -> None:
    member = teams.joins("29:anne", ANNE, **facts)
    entra = member.get("objectId") or member["aadObjectId"]

    assert await wired.people.person(wired.sender(entra=str(entra).lower())) == Known(ANNE)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"userRole": "guest"}, "guest"),
        ({"userRole": "anonymous"}, "guest"),
        ({"userPrincipalName": GUEST}, "guest"),
        ({"userRole": "bot"}, "bot"),
        ({"id": BOT}, "bot"),
        ({"tenantId": ELSEWHERE}, "stranger"),
        ({"tenantId": None}, "stranger"),
        ({"aadObjectId": "0b1ec700-0000-4000-8000-00000000ffff"}, "stranger"),
        ({"objectId": "0b1ec700-0000-4000-8000-00000000ffff"}, "stranger"),
        ({"aadObjectId": None}, "stranger"),
        ({"email": "", "userPrincipalName": ""}, "no-email"),
        ({"email": "x@bakery.example", "userPrincipalName": "x@bakery.example"}, "not-in-directory"),
        ({"email": BEN}, "not-in-directory"),
    ],
    ids=str,
)
async def test_who_is_no_colleague_is_refused_with_the_reason(
    wired: Wired, teams: FakeTeams, facts: dict[str, Any], reason: Any
) -> None:
    sender = wired.sender()
    teams.joins("29:anne", ANNE, **facts)

    assert await wired.people.person(sender) == Refused(reason)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"tenant": ELSEWHERE}, "stranger"),
        ({"tenant": ""}, "stranger"),
        ({"user": BOT}, "bot"),
        ({"user": ""}, "stranger"),
    ],
    ids=str,
)
async def test_teams_is_not_even_asked_about_somebody_from_elsewhere(
    wired: Wired, teams: FakeTeams, told: dict[str, str], reason: Any
) -> None:
    assert await wired.people.person(wired.sender(**told)) == Refused(reason)
    assert teams.calls == []


async def test_who_left_the_organisation_is_refused_at_once(wired: Wired) -> None:
    assert await wired.people.person(wired.sender()) == Known(ANNE)

    wired.directory = Directory({ANNE: Person(id=ANNE, name="Anne", active=False)})

    assert await wired.people.person(wired.sender()) == Refused("not-in-directory")


async def test_an_activity_that_does_not_tell_the_entra_id_is_gone_by_the_user(wired: Wired) -> None:
    assert await wired.people.person(wired.sender(entra="")) == Known(ANNE)


async def test_where_we_are_not_in_the_conversation_the_own_chat_says_who_it_is(wired: Wired, teams: FakeTeams) -> None:
    assert await wired.people.person(wired.sender(conversation="19:without-us@thread.v2")) == Known(ANNE)
    assert teams.inbox("29:anne") == []


async def test_who_is_met_where_we_are_not_and_has_no_app_is_a_stranger(wired: Wired, teams: FakeTeams) -> None:
    teams.installed.clear()

    assert await wired.people.person(wired.sender(conversation="19:without-us@thread.v2")) == Refused("stranger")


# -- Asking Teams


async def test_teams_is_asked_once_an_hour(wired: Wired, teams: FakeTeams) -> None:
    for _ in range(3):
        await wired.people.person(wired.sender())
    assert len(teams.called("member")) == 1

    wired.clock.moves(REMEMBERED)
    await wired.people.person(wired.sender())

    assert len(teams.called("member")) == 2


async def test_many_messages_at_once_are_one_question_to_teams(wired: Wired, teams: FakeTeams) -> None:
    found = await asyncio.gather(*(wired.people.person(wired.sender()) for _ in range(20)))

    assert set(found) == {Known(ANNE)}
    assert len(teams.called("member")) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        too_often(30),
        broken(503),
        web_page(),
        web_page(status=403),
        reset(),
        refuses(401),
        Trouble(body="[]"),
        Trouble(body="null"),
        Trouble(body="{}"),
    ],
    ids=["429", "503", "page", "403", "reset", "401", "list", "null", "nobody"],
)
async def test_nobody_is_guessed_while_teams_does_not_say(wired: Wired, teams: FakeTeams, trouble: Trouble) -> None:
    teams.meets("member", trouble, trouble)  # what is only read, the HTTP library itself asks for once more

    found = await wired.people.person(wired.sender())

    assert isinstance(found, Refused)
    assert found.reason in ("unreachable", "stranger")


async def test_teams_is_asked_again_after_it_did_not_say(wired: Wired, teams: FakeTeams) -> None:
    teams.meets("member", broken(503))
    assert await wired.people.person(wired.sender()) == Refused("unreachable")

    assert await wired.people.person(wired.sender()) == Known(ANNE)


async def test_without_a_token_nobody_is_known_and_nobody_is_a_stranger(wired: Wired, teams: FakeTeams) -> None:
    teams.meets("token", no_token("invalid_client"))

    assert await wired.people.person(wired.sender()) == Refused("unreachable")


async def test_a_teams_that_never_answers_is_not_waited_for(wired: Wired, teams: FakeTeams) -> None:
    wired.starts(IMPATIENT)
    teams.meets("member", hangs())

    assert await wired.people.person(wired.sender()) == Refused("unreachable")


# -- References


async def test_where_somebody_can_be_reached_is_known_after_a_restart(wired: Wired) -> None:
    await wired.met(ANNE)

    wired.starts()

    assert await wired.references.of(ANNE) == wired.reference()
    assert await wired.references.of(BEN) is None


async def test_the_newest_address_counts(wired: Wired) -> None:
    moved = replace(wired.reference(), service_url="https://smba.trafficmanager.net/uk/")
    await wired.met(ANNE)

    await wired.references.learn(ANNE, moved)
    wired.starts()

    assert await wired.references.of(ANNE) == moved


async def test_meeting_somebody_among_others_does_not_lose_their_own_chat(wired: Wired) -> None:
    await wired.met(ANNE)

    await wired.references.learn(ANNE, wired.reference(conversation=""))
    wired.starts()

    assert await wired.references.of(ANNE) == wired.reference()


async def test_another_account_of_the_same_person_has_its_own_chat(wired: Wired) -> None:
    await wired.met(ANNE)

    await wired.references.learn(ANNE, wired.reference(user="29:anne-2", conversation=""))

    assert await wired.references.of(ANNE) == wired.reference(user="29:anne-2", conversation="")


async def test_another_organisation_knows_nothing_of_it(wired: Wired) -> None:
    await wired.met(ANNE)

    with wired.store.transaction():
        assert wired.store.address("butcher", "teams", ANNE) is None
        assert wired.store.address("bakery", "teams", ANNE) is not None


async def test_a_reference_of_another_version_is_learnt_anew(wired: Wired) -> None:
    with wired.store.transaction():
        wired.store.remember_address("bakery", "teams", ANNE, '{"url": "https://old.example"}')

    assert await wired.references.of(ANNE) is None
    await wired.met(ANNE)
    assert await wired.references.of(ANNE) == wired.reference()
