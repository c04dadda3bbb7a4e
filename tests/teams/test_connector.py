"""What Teams or the network may do to a call is said as a value, and what happens to one token happens to it once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from adapters.teams.bearer import MARGIN, RENEWED_BEFORE
from adapters.teams.failing import TOKEN_WAIT, Failed
from bot.ports import Again, Never
from tests.slack.fake_api import Trouble, broken, hangs, reset, web_page
from tests.teams.conftest import ANNE, IMPATIENT, Wired, user_of
from tests.teams.fake_connector import APP_SECRET, BOT, TENANT, FakeTeams, no_token, refuses, too_often

HELLO = {"type": "message", "text": "Hello."}
LATER = Again(timedelta())
ALL_WAIT = Again(TOKEN_WAIT, everyone=True)


async def sends(wired: Wired, text: str = "Hello.") -> Any:
    """Send something to Anne."""
    chat = wired.teams.chat(user_of(ANNE))
    return await wired.connector.send(wired.teams.service_url, chat, {"type": "message", "text": text})


async def outcome(wired: Wired) -> Again | Never:
    """How sending something to Anne failed."""
    failed = await sends(wired)
    assert isinstance(failed, Failed)
    return failed.outcome


# -- What it does


async def test_a_message_is_sent_changed_and_deleted(wired: Wired, teams: FakeTeams) -> None:
    chat = teams.chat("29:anne")
    message = await wired.connector.send(teams.service_url, chat, HELLO)
    assert isinstance(message, str)
    assert await wired.connector.update(teams.service_url, chat, message, {**HELLO, "text": "Changed."}) is None
    assert teams.inbox("29:anne") == [{**HELLO, "text": "Changed.", "id": message}]

    assert await wired.connector.delete(teams.service_url, chat, message) is None

    assert teams.inbox("29:anne") == []


async def test_a_chat_is_opened_with_one_person_and_is_the_same_again(wired: Wired, teams: FakeTeams) -> None:
    chats = [await wired.connector.open_chat(teams.service_url, TENANT, BOT, "29:anne") for _ in range(2)]

    assert chats == [teams.chat("29:anne")] * 2


async def test_odd_signs_in_an_id_name_nothing_else(wired: Wired, teams: FakeTeams) -> None:
    odd = teams.group("19:a/b?c=d#e%2f@thread.v2;messageid=1", "29:anne")

    assert isinstance(await wired.connector.send(teams.service_url, odd, HELLO), str)
    assert teams.called("send")[0].about == (odd,)


@pytest.mark.parametrize(
    "url", ["https://evil.example/", "https://smba.trafficmanager.net.evil.example/", "", "http://10.0.0.1/"]
)
async def test_nothing_is_sent_to_an_address_that_is_not_microsofts(wired: Wired, teams: FakeTeams, url: str) -> None:
    failed = await wired.connector.send(url, "a:1", HELLO)

    assert isinstance(failed, Failed)
    assert failed.outcome == Never("refused")
    assert teams.calls == []


async def test_a_redirection_is_not_followed(wired: Wired, teams: FakeTeams) -> None:
    teams.meets(
        "send", Trouble(status=307, headers={"Location": f"{teams.service_url}v3/conversations/a:2/activities"})
    )
    teams.group("a:2")

    assert await outcome(wired) == LATER
    assert teams.messages["a:2"] == []


# -- Trouble that passes (checks 15 and 16)


async def test_who_writes_too_fast_waits_as_long_as_teams_asks(wired: Wired, teams: FakeTeams) -> None:
    teams.meets("send", too_often(12))

    assert await outcome(wired) == Again(timedelta(seconds=12))


@pytest.mark.parametrize("asked", ["", "soon", "-3", "1.5", "²", "9" * 400, "Wed, 21 Oct 2026 07:28:00 GMT"])
async def test_a_time_to_wait_that_makes_no_sense_breaks_nothing(wired: Wired, teams: FakeTeams, asked: str) -> None:
    teams.meets("send", too_often(asked))

    waits = await outcome(wired)

    assert isinstance(waits, Again)
    assert timedelta() <= waits.after <= timedelta(days=1)


PASSING = {
    "408": refuses(408),
    "412": refuses(412, "PreconditionFailed"),
    "429": refuses(429),
    "500": refuses(500, "ServiceError"),
    "502": broken(502),
    "503": refuses(503, "ServiceUnavailable"),
    "504": web_page(status=504),
    "page": web_page(),
    "forbidden page": web_page(status=403),
    "not found page": web_page(status=404),
    "reset": reset(),
    "half": Trouble(status=201, body='{"id": "m1'),
    "null": Trouble(body="null"),
    "noise": Trouble(body="\udcff".encode("utf-8", "surrogateescape").decode("latin-1")),
    "new": refuses(418, "TeaPot"),
}


@pytest.mark.parametrize("trouble", PASSING.values(), ids=PASSING)
async def test_after_trouble_that_passes_it_can_be_sent_again(wired: Wired, teams: FakeTeams, trouble: Trouble) -> None:
    teams.meets("send", trouble)

    assert await outcome(wired) == LATER
    assert isinstance(await sends(wired), str)
    assert len(teams.inbox("29:anne")) == 1
    assert wired.reports == []


async def test_nobody_waits_longer_than_the_time_limit(wired: Wired, teams: FakeTeams) -> None:
    wired.starts(IMPATIENT)
    teams.meets("send", hangs())

    assert await outcome(wired) == LATER


async def test_whether_it_may_have_arrived_is_told(wired: Wired, teams: FakeTeams) -> None:
    teams.meets("send", broken(504, done=True), reset(done=True), too_often(1), refuses(412))

    failures = [await sends(wired) for _ in range(4)]

    assert [failure.doubtful for failure in failures] == [True, True, False, False]


async def test_an_address_where_nobody_listens_is_tried_again(wired: Wired) -> None:
    failed = await wired.connector.send("http://127.0.0.1:1/", "a:1", HELLO)

    assert isinstance(failed, Failed)
    assert (failed.outcome, failed.doubtful) == (LATER, False)


# -- Trouble that stays (check 17)


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (refuses(403), "forbidden"),
        (Trouble(status=403), "forbidden"),
        (refuses(403, "BotNotInConversationRoster"), "not-installed"),
        (refuses(403, "MessageWritesBlocked"), "blocked"),
        (refuses(403, "ConversationBlockedByUser"), "blocked"),
        (refuses(403, "BotDisabledByAdmin"), "restricted"),
        (refuses(404), "not-found"),
        (refuses(404, "ConversationNotFound"), "gone"),
        (refuses(400, "BadSyntax"), "refused"),
        (refuses(413, "MessageSizeTooBig"), "refused"),
        (
            Trouble(status=403, body='{"error": {"code": "x", "innerHttpError": {"code": "MessageWritesBlocked"}}}'),
            "blocked",
        ),
    ],
    ids=str,
)
async def test_what_will_never_work_is_said_so_at_once(
    wired: Wired, teams: FakeTeams, trouble: Trouble, reason: str
) -> None:
    teams.meets("send", trouble)

    assert await outcome(wired) == Never(reason)


# -- The token


async def test_one_token_is_asked_for_however_many_need_it(wired: Wired, teams: FakeTeams) -> None:
    await asyncio.gather(*(sends(wired) for _ in range(30)))

    assert len(teams.inbox("29:anne")) == 30
    assert len(teams.called("token")) == 1


async def test_a_token_is_renewed_beside_the_calls_before_it_ends(wired: Wired, teams: FakeTeams) -> None:
    await sends(wired)
    wired.clock.moves(timedelta(seconds=teams.token_seconds) - RENEWED_BEFORE)
    teams.meets("token", hangs())

    await asyncio.gather(*(sends(wired) for _ in range(10)))

    assert len(teams.inbox("29:anne")) == 11
    await teams.hanging.wait()
    assert len(teams.called("token")) == 2
    await wired.bearer.stop()


async def test_a_token_that_has_ended_is_not_used(wired: Wired, teams: FakeTeams) -> None:
    await sends(wired)
    wired.clock.moves(timedelta(seconds=teams.token_seconds) - MARGIN)

    await sends(wired)

    assert [call.token for call in teams.called("send")] == ["token-1", "token-3"]


async def test_a_token_that_was_revoked_is_replaced_without_a_word(wired: Wired, teams: FakeTeams) -> None:
    await sends(wired)
    teams.revoke()

    assert isinstance(await sends(wired), str)
    assert wired.reports == []


@pytest.mark.parametrize(
    "trouble",
    [
        no_token("invalid_client", "AADSTS7000222"),
        no_token("unauthorized_client"),
        Trouble(status=400, body='{"error":"x"}'),
    ],
    ids=["expired", "unauthorised", "400"],
)
async def test_a_secret_that_is_refused_makes_everybody_wait_and_is_told_once(
    wired: Wired, teams: FakeTeams, trouble: Trouble
) -> None:
    teams.meets("token", trouble, trouble, trouble)

    assert [await outcome(wired) for _ in range(3)] == [ALL_WAIT] * 3
    [line] = wired.reports
    assert "token-refused" in line
    assert APP_SECRET not in line
    assert teams.called("send") == []


async def test_a_token_that_the_connector_refuses_twice_makes_everybody_wait(wired: Wired, teams: FakeTeams) -> None:
    teams.meets("send", *[refuses(401)] * 4)

    assert [await outcome(wired) for _ in range(2)] == [ALL_WAIT] * 2
    assert len(wired.reports) == 1


async def test_it_is_told_again_if_it_was_well_in_between(wired: Wired, teams: FakeTeams) -> None:
    teams.meets("token", no_token("invalid_client"))
    await sends(wired)
    await sends(wired)
    teams.revoke()
    teams.meets("token", no_token("invalid_client"))

    await sends(wired)

    assert len(wired.reports) == 2


@pytest.mark.parametrize(
    "trouble",
    [
        broken(503),
        web_page(),
        web_page(status=401),
        reset(),
        hangs(),
        Trouble(body="[]"),
        Trouble(body='{"access_token": 7, "expires_in": 3600}'),
        Trouble(body='{"access_token": "a\\nb", "expires_in": 3600}'),
        Trouble(body='{"access_token": "token", "expires_in": "soon"}'),
        Trouble(body='{"access_token": "token"}'),
    ],
    ids=["503", "page", "401 page", "reset", "hangs", "list", "number", "break", "soon", "endless"],
)
async def test_while_there_is_no_token_to_be_had_everybody_waits_a_little(
    wired: Wired, teams: FakeTeams, trouble: Trouble
) -> None:
    wired.starts(IMPATIENT)
    teams.meets("token", trouble)

    assert await outcome(wired) == Again(timedelta(), everyone=True)
    assert isinstance(await sends(wired), str)
    assert wired.reports == []


async def test_the_playground_is_sent_no_token_and_asked_for_none(wired: Wired, teams: FakeTeams) -> None:
    wired.starts(playground=True, app_id="", app_secret="", token_url="")

    await sends(wired)

    assert teams.called("token") == []
    assert [call.token for call in teams.called("send")] == ["playground"] * 2
