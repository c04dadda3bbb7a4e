"""The doctor names what is wrong with the Slack side and how to mend it, and never shows a token."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.slack.doctor import Finding, doctor
from adapters.slack.manifest import DOOR, SCOPES
from adapters.slack.setup import SlackSetup
from bot.people import Directory, Person
from tests.slack.conftest import ANNE, BEN, CLEO
from tests.slack.fake_api import APP_TOKEN, TEAM, TOKEN, FakeSlack, refuses, reset, slow_down, web_page
from tests.slack.sender import SECRET

NOW = 1_795_000_000.0
PEOPLE = Directory({email: Person(id=email, name="Made Up") for email in (ANNE, BEN, CLEO)})


@dataclass(slots=True)
class Clinic:
    """What the doctor looks at; tests make it ill. `waited` are the pauses that the doctor made, in seconds."""

    session: aiohttp.ClientSession
    slack: FakeSlack
    setup: SlackSetup
    directory: Directory = PEOPLE
    waited: list[float] = field(default_factory=list)

    async def findings(self, **changed: Any) -> list[Finding]:
        """Everything that the doctor finds, with these settings changed."""
        setup = replace(self.setup, **changed)
        api_url, pause = self.slack.url, self._pause
        return await doctor(setup, self.directory, self.session, lambda: NOW, api_url=api_url, pause=pause)

    async def ills(self, **changed: Any) -> list[str]:
        """What has to be mended."""
        return [str(finding) for finding in await self.findings(**changed) if not finding.well]

    async def _pause(self, seconds: float) -> None:
        self.waited.append(seconds)


async def door(request: web.Request) -> web.Response:
    """A door that lets in what is signed, as ours does."""
    body, given = await request.read(), request.headers.get("X-Slack-Signature", "")
    signed = b"v0:" + request.headers.get("X-Slack-Request-Timestamp", "").encode() + b":" + body
    if given != "v0=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest():
        return web.Response(status=401)
    return web.json_response({"challenge": (await request.json())["challenge"]})


async def open_door(request: web.Request) -> web.Response:
    """A door that lets everybody in."""
    return web.json_response({"challenge": (await request.json())["challenge"]})


async def another_page(_: web.Request) -> web.Response:
    """Something else, that answers to everything."""
    return web.Response(text="<html>Welcome</html>", content_type="text/html")


@pytest.fixture
async def clinic(slack: FakeSlack) -> AsyncIterator[Clinic]:
    """A set-up with which everything is well."""
    slack.scopes = set(SCOPES)
    application = web.Application()
    for path, answer in ((DOOR, door), (f"/open{DOOR}", open_door), (f"/other{DOOR}", another_page)):
        application.router.add_post(path, answer)
    async with TestServer(application) as server, aiohttp.ClientSession() as session:
        url = str(server.make_url("")).rstrip("/")
        yield Clinic(session, slack, SlackSetup(bot_token=TOKEN, signing_secret=SECRET, url=url))


async def test_when_all_is_well_everything_was_looked_at(clinic: Clinic) -> None:
    findings = await clinic.findings()

    assert [finding for finding in findings if not finding.well] == []
    told = "\n".join(map(str, findings))
    for looked_at in ("bot token", "Trusted", "scopes", "signing secret", DOOR, "All 3 people"):
        assert looked_at in told


async def test_socket_mode_is_looked_at_when_only_an_app_token_is_set(clinic: Clinic) -> None:
    assert await clinic.ills(signing_secret="", url="", app_token=APP_TOKEN) == []
    assert len(clinic.slack.called("apps.connections.open")) == 1


@pytest.mark.parametrize(
    ("changed", "setting", "remedy"),
    [
        ({"bot_token": ""}, "CANDOUR_SLACK_BOT_TOKEN is not set", "OAuth & Permissions"),
        ({"bot_token": "xoxp-somebody"}, "CANDOUR_SLACK_BOT_TOKEN is not the token of a bot", "xoxb-"),
        ({"bot_token": f"{TOKEN}\n"}, "CANDOUR_SLACK_BOT_TOKEN begins or ends with a space", "Remove it"),
        ({"bot_token": "xoxb-old"}, "CANDOUR_SLACK_BOT_TOKEN (invalid_auth)", "Install the app again"),
        ({"signing_secret": "xoxb-mixed-up"}, "CANDOUR_SLACK_SIGNING_SECRET is not a signing", "Signing Secret"),
        ({"signing_secret": "f" * 32}, "refuses what is signed with CANDOUR_SLACK_SIGNING_SECRET", "same secret"),
        ({"signing_secret": ""}, "neither CANDOUR_SLACK_SIGNING_SECRET nor CANDOUR_SLACK_APP_TOKEN", "Basic"),
        ({"signing_secret": "", "app_token": "xoxb-1"}, "CANDOUR_SLACK_APP_TOKEN is not an app-level", "Generate"),
        ({"signing_secret": "", "app_token": "xapp-1"}, "CANDOUR_SLACK_APP_TOKEN (invalid_auth)", "connections:write"),
        ({"url": ""}, "CANDOUR_SLACK_URL is not set", "public address"),
        ({"url": "http://127.0.0.1:1"}, "Nobody answers", "certificate"),
        ({"url": "not an address"}, "Nobody answers", "certificate"),
        ({"teams": frozenset({"T0OTHER"})}, "CANDOUR_SLACK_TEAMS does not name the workspace", TEAM),
    ],
)
async def test_a_setting_that_is_wrong_is_named_with_its_remedy(
    clinic: Clinic, changed: dict[str, Any], setting: str, remedy: str
) -> None:
    told = "\n".join(await clinic.ills(**changed))

    assert setting in told
    assert remedy in told
    assert not any(secret in told for secret in (TOKEN, SECRET, "xoxb-old", "xoxp-somebody", "xoxb-mixed-up"))


async def test_the_address_may_name_the_door_itself(clinic: Clinic) -> None:
    assert await clinic.ills(url=f"{clinic.setup.url}{DOOR}") == []


async def test_a_door_that_takes_what_is_not_signed_is_an_alarm(clinic: Clinic) -> None:
    (ill,) = await clinic.ills(url=f"{clinic.setup.url}/open")

    assert "takes requests without a signature" in ill


@pytest.mark.parametrize("path", ["/other", "/nothing"])
async def test_something_else_at_the_address_is_not_taken_for_candour(clinic: Clinic, path: str) -> None:
    (ill,) = await clinic.ills(url=f"{clinic.setup.url}{path}")

    assert "something else answers" in ill


async def test_a_missing_scope_is_named_with_what_will_not_work(clinic: Clinic) -> None:
    clinic.slack.scopes -= {"im:write", "users:read.email"}

    ills = await clinic.ills()

    assert len(ills) == 2
    assert "im:write is missing; without it there is no conversations.open" in ills[0]
    assert "users:read.email is missing" in ills[1]


async def test_a_scope_too_many_is_named(clinic: Clinic) -> None:
    clinic.slack.scopes.add("files:read")

    (ill,) = await clinic.ills()

    assert "files:read" in ill
    assert "Remove it" in ill


async def test_everybody_who_would_get_no_alert_is_named_with_the_reason(clinic: Clinic) -> None:
    clinic.slack.joins("U0BEN", BEN, is_restricted=True)
    clinic.slack.joins("U0CLEO", CLEO, deleted=True)
    del clinic.slack.users["U0ANNE"]
    gone = Person(id="gone@bakery.example", name="Made Up", active=False)
    clinic.directory = Directory({**PEOPLE.people, gone.id: gone})

    ills = await clinic.ills()

    assert [ill.partition(". ")[0] for ill in ills] == [
        f"{ANNE} is not in the workspace",
        f"{BEN} is a guest in Slack",
        f"{CLEO} is deactivated in Slack",
    ]


async def test_who_has_an_old_account_as_well_is_not_missing(clinic: Clinic) -> None:
    clinic.slack.joins("U0ANNE9", ANNE, deleted=True)
    clinic.slack.joins("U0AAA", "Anne@Bakery.example", deleted=True)

    assert await clinic.ills() == []


async def test_a_large_workspace_is_read_page_by_page_as_slowly_as_slack_asks(clinic: Clinic) -> None:
    for number in range(450):
        clinic.slack.joins(f"U1{number:04}", f"worker{number}@bakery.example")
    last = "worker449@bakery.example"
    clinic.directory = Directory({last: Person(id=last, name="Made Up")})
    clinic.slack.meets("users.list", slow_down(30), slow_down(7))

    assert await clinic.ills() == []
    assert clinic.waited == [30, 7]


async def test_an_empty_directory_is_named(clinic: Clinic) -> None:
    clinic.directory = Directory()

    (ill,) = await clinic.ills()

    assert "candour people" in ill


@pytest.mark.parametrize("trouble", [web_page(), reset()], ids=["page", "reset"])
async def test_a_network_that_does_not_lead_to_slack_is_named(clinic: Clinic, trouble: Any) -> None:
    clinic.slack.meets("auth.test", trouble)

    (ill,) = await clinic.ills()

    assert "proxy" in ill


async def test_a_list_that_slack_does_not_give_is_not_taken_for_an_empty_one(clinic: Clinic) -> None:
    clinic.slack.meets("users.list", refuses("fatal_error"))

    (ill,) = await clinic.ills()

    assert "was not compared" in ill
