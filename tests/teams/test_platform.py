"""Letters reach their person in Teams, in a chat with that person alone, however Teams and the network behave."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from adapters.teams.failing import TOKEN_WAIT
from bot.messages import Choices, Message, Option, Paragraph, TextBox
from bot.ports import Again, Never, Taken
from tests.slack.fake_api import Trouble, broken, hangs, reset, web_page
from tests.teams.conftest import ANNE, BEN, CLEO, IMPATIENT, Wired
from tests.teams.fake_connector import ELSEWHERE, FakeTeams, no_token, refuses, too_often

ALERT = Message(
    summary="A report waits for you: R-7K2M.",
    blocks=(
        Paragraph(text="A report waits for you. Reference R-7K2M."),
        Choices(prompt="", options=(Option(label="Open", value="case:R-7K2M:open"),)),
    ),
)
LONG = Message(
    summary="A long notice.", blocks=tuple(Paragraph(text=f"Line {number}. " + "word " * 500) for number in range(24))
)
LATER = Again(timedelta())


# -- It arrives


async def test_a_letter_arrives_in_the_persons_own_chat(wired: Wired, teams: FakeTeams) -> None:
    await wired.met(ANNE, BEN)

    assert await wired.platform.send("bakery", ANNE, ALERT) == Taken()

    [message] = teams.inbox("29:anne")
    assert "Open" in json.dumps(message["attachments"])
    assert message["summary"] == ALERT.summary
    assert teams.inbox("29:ben") == []
    assert teams.called("open") == []


async def test_a_letter_arrives_after_a_restart(wired: Wired, teams: FakeTeams) -> None:
    await wired.met(ANNE)
    wired.starts()

    assert await wired.platform.send("bakery", ANNE, ALERT) == Taken()
    assert len(teams.inbox("29:anne")) == 1


async def test_a_letter_of_another_organisation_goes_nowhere(wired: Wired, teams: FakeTeams) -> None:
    await wired.met(ANNE)

    assert await wired.platform.send("butcher", ANNE, ALERT) == Never("no-platform")
    assert teams.calls == []


async def test_what_is_private_never_becomes_a_chat_message(wired: Wired, teams: FakeTeams) -> None:
    box = TextBox(form="note", label="Note", send="Save", text="secret", limit=100)

    for private in (True, False):
        letter = Message(summary="A note", blocks=(box,), private=private)
        assert await wired.platform.send("bakery", ANNE, letter) == Never("refused")
    assert teams.calls == []


async def test_a_letter_of_several_messages_goes_on_where_it_stopped(wired: Wired, teams: FakeTeams) -> None:
    await wired.met(ANNE, BEN)
    await wired.platform.send("bakery", BEN, LONG)
    assert len(teams.inbox("29:ben")) > 1
    teams.meets("send", too_often(1))
    assert await wired.platform.send("bakery", ANNE, LONG) == Again(timedelta(seconds=1))
    teams.meets("send", *[Trouble(status=412)], chat=teams.chat("29:anne"))
    await wired.platform.send("bakery", ANNE, LONG)

    assert await wired.platform.send("bakery", ANNE, LONG) == Taken()

    shown = [[message["attachments"] for message in teams.inbox(user)] for user in ("29:anne", "29:ben")]
    assert shown[0] == shown[1]


async def test_two_letters_that_read_the_same_are_both_delivered(wired: Wired, teams: FakeTeams) -> None:
    await wired.met(ANNE)

    for _ in range(2):
        assert await wired.platform.send("bakery", ANNE, ALERT) == Taken()

    assert len(teams.inbox("29:anne")) == 2


# -- Trouble that passes (checks 15, 16 and 18)


async def test_a_chat_that_is_written_to_too_fast_waits_and_the_others_go_on(wired: Wired, teams: FakeTeams) -> None:
    await wired.met(ANNE, BEN)
    teams.meets("send", too_often(12), chat=teams.chat("29:anne"))

    assert await wired.platform.send("bakery", ANNE, ALERT) == Again(timedelta(seconds=12))
    assert await wired.platform.send("bakery", BEN, ALERT) == Taken()
    assert await wired.platform.send("bakery", ANNE, ALERT) == Taken()
    assert len(teams.inbox("29:anne")) == len(teams.inbox("29:ben")) == 1


PASSING = {
    "412": refuses(412),
    "500": refuses(500),
    "502": broken(502),
    "page": web_page(),
    "forbidden page": web_page(status=403),
    "reset": reset(),
    "hangs": hangs(),
}


@pytest.mark.parametrize("method", ["send", "open", "members"])
@pytest.mark.parametrize("trouble", PASSING.values(), ids=PASSING)
async def test_after_trouble_that_passes_the_letter_is_delivered_once(
    wired: Wired, teams: FakeTeams, method: str, trouble: Trouble
) -> None:
    wired.starts(IMPATIENT)
    await wired.met(BEN)  # through whom the tenant's address is known
    teams.meets(method, trouble, *([trouble] if trouble.reset and method == "members" else []))

    assert await wired.platform.send("bakery", ANNE, ALERT) == LATER
    assert await wired.platform.send("bakery", ANNE, ALERT) == Taken()
    assert len(teams.inbox("29:anne")) == 1
    assert wired.reports == []


async def test_a_refused_secret_makes_all_letters_wait_and_the_operator_is_told_once(
    wired: Wired, teams: FakeTeams
) -> None:
    await wired.met(ANNE, BEN)
    teams.meets("token", no_token("invalid_client"), no_token("invalid_client"))

    for person in (ANNE, BEN):
        assert await wired.platform.send("bakery", person, ALERT) == Again(TOKEN_WAIT, everyone=True)
    assert len(wired.reports) == 1
    assert ANNE not in wired.reports[0]


# -- Trouble that stays (check 17)


@pytest.mark.parametrize(
    ("word", "reason"),
    [("", "forbidden"), ("BotDisabledByAdmin", "restricted"), ("MessageWritesBlocked", "blocked")],
)
async def test_who_cannot_be_reached_is_said_so_at_once(wired: Wired, teams: FakeTeams, word: str, reason: str) -> None:
    await wired.met(ANNE)
    teams.meets("send", refuses(403, word))

    assert await wired.platform.send("bakery", ANNE, ALERT) == Never(reason)
    assert teams.called("open") == []


async def test_a_chat_that_is_gone_is_opened_anew_and_remembered(wired: Wired, teams: FakeTeams) -> None:
    await wired.references.learn(ANNE, wired.reference(conversation="a:gone"))

    assert await wired.platform.send("bakery", ANNE, ALERT) == Taken()
    wired.starts()
    assert await wired.platform.send("bakery", ANNE, ALERT) == Taken()

    assert len(teams.inbox("29:anne")) == 2
    assert len(teams.called("open")) == 1


async def test_a_chat_that_we_were_never_in_does_not_stop_an_alert(wired: Wired, teams: FakeTeams) -> None:
    await wired.references.learn(ANNE, wired.reference(conversation=teams.group("19:without-us", "29:anne")))
    teams.meets("send", refuses(403, "BotNotInConversationRoster"), chat="19:without-us")

    assert await wired.platform.send("bakery", ANNE, ALERT) == Taken()
    assert len(teams.inbox("29:anne")) == 1


async def test_who_removed_the_app_is_not_installed(wired: Wired, teams: FakeTeams) -> None:
    await wired.references.learn(ANNE, wired.reference(conversation="a:gone"))
    teams.installed.discard("29:anne")

    assert await wired.platform.send("bakery", ANNE, ALERT) == Never("not-installed")


async def test_nothing_is_sent_into_a_tenant_that_is_ours_no_more(wired: Wired, teams: FakeTeams) -> None:
    await wired.met(ANNE)
    teams.installed.clear()
    wired.tenants = frozenset({ELSEWHERE})
    wired.starts()

    assert await wired.platform.send("bakery", ANNE, ALERT) == Never("not-found")
    assert teams.called("send") == []


# -- Somebody who was never seen


async def test_who_was_only_met_among_others_gets_a_chat_of_their_own(wired: Wired, teams: FakeTeams) -> None:
    await wired.references.learn(ANNE, wired.reference(conversation=""))

    assert await wired.platform.send("bakery", ANNE, ALERT) == Taken()
    assert len(teams.inbox("29:anne")) == 1


async def test_who_was_never_met_but_has_the_app_is_reached_by_name(wired: Wired, teams: FakeTeams) -> None:
    await wired.met(BEN)

    for _ in range(2):
        assert await wired.platform.send("bakery", CLEO, ALERT) == Taken()

    assert len(teams.inbox("29:cleo")) == 2
    assert len(teams.called("open")) == 1


async def test_who_was_never_met_and_has_no_app_is_not_found(wired: Wired, teams: FakeTeams) -> None:
    await wired.met(BEN)
    teams.installed.discard("29:cleo")

    assert await wired.platform.send("bakery", CLEO, ALERT) == Never("not-found")


async def test_without_any_address_of_the_tenant_nobody_is_asked(wired: Wired, teams: FakeTeams) -> None:
    assert await wired.platform.send("bakery", CLEO, ALERT) == Never("not-found")
    assert teams.calls == []


@pytest.mark.parametrize(
    "facts",
    [
        {"email": BEN, "userPrincipalName": BEN},
        {"userRole": "guest"},
        {"tenantId": ELSEWHERE},
        {"email": "", "userPrincipalName": ""},
    ],
    ids=str,
)
async def test_nothing_is_said_in_a_chat_that_may_be_with_somebody_else(
    wired: Wired, teams: FakeTeams, facts: dict[str, str]
) -> None:
    await wired.met(BEN)
    cleo = teams.joins("29:cleo", CLEO)
    teams.meets("members", Trouble(body=json.dumps([{**cleo, **facts}])))

    assert await wired.platform.send("bakery", CLEO, ALERT) == Never("not-found")
    assert teams.called("send") == []


async def test_nothing_is_said_in_a_chat_of_several(wired: Wired, teams: FakeTeams) -> None:
    await wired.met(BEN)
    teams.chat("29:cleo")
    teams.group(teams.chat("29:cleo"), "29:ben")

    assert await wired.platform.send("bakery", CLEO, ALERT) == Never("not-found")
    assert teams.called("send") == []
