"""The doctor names what is wrong with the Teams side and how to mend it, and never shows a secret or a token."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.teams.doctor import Finding, doctor
from adapters.teams.manifest import DOOR
from adapters.teams.setup import TeamsSetup
from bot.people import Directory, Person
from tests.slack.fake_api import Trouble, broken, reset, web_page
from tests.teams.conftest import ANNE, BEN, CLEO, Wired
from tests.teams.fake_connector import APP_SECRET, TENANT, no_token
from tests.teams.sender import public_key


@dataclass(slots=True)
class Clinic:
    """What the doctor looks at; tests make it ill."""

    wired: Wired
    setup: TeamsSetup

    async def findings(self, **changed: Any) -> list[Finding]:
        """Everything that the doctor finds, with these settings changed."""
        wired, setup = self.wired, replace(self.setup, **changed)
        return await doctor(setup, wired.directory, wired.references, wired.session, wired.clock)

    async def ills(self, **changed: Any) -> list[str]:
        """What has to be mended."""
        return [str(finding) for finding in await self.findings(**changed) if not finding.well]


async def closed(_: web.Request) -> web.Response:
    """A door that lets nobody in who is not from Microsoft, as ours does."""
    return web.Response(status=401)


async def wide_open(_: web.Request) -> web.Response:
    """A door that lets everybody in."""
    return web.Response(status=202)


async def half_open(request: web.Request) -> web.Response:
    """A door that lets everybody in who brings any header at all."""
    return web.Response(status=202 if "Authorization" in request.headers else 401)


async def another_page(_: web.Request) -> web.Response:
    """Something else, that answers to everything."""
    return web.Response(status=405, text="<html>Welcome</html>", content_type="text/html")


@pytest.fixture
async def clinic(wired: Wired) -> AsyncIterator[Clinic]:
    """A set-up with which everything is well."""
    wired.teams.keys = [public_key()]
    await wired.met(ANNE, BEN, CLEO)
    application = web.Application()
    for path, answer in (("", closed), ("/open", wide_open), ("/half", half_open), ("/other", another_page)):
        application.router.add_post(f"{path}{DOOR}", answer)
    async with TestServer(application) as server:
        yield Clinic(wired, replace(wired.teams.setup, url=str(server.make_url("")).rstrip("/")))


async def test_when_all_is_well_everything_was_looked_at(clinic: Clinic) -> None:
    findings = await clinic.findings()

    assert [finding for finding in findings if not finding.well] == []
    told = "\n".join(map(str, findings))
    for looked_at in ("secret", TENANT, "keys", DOOR, "All 3 people"):
        assert looked_at in told


async def test_the_doctor_changes_nothing_and_writes_to_nobody(clinic: Clinic) -> None:
    await clinic.findings()

    assert {call.method for call in clinic.wired.teams.calls} == {"token", "metadata", "keys"}


@pytest.mark.parametrize(
    ("changed", "setting", "remedy"),
    [
        ({"app_secret": f"{APP_SECRET}\n"}, "CANDOUR_TEAMS_APP_SECRET begins or ends", "Remove it"),
        ({"app_secret": "C0FFEE00-0000-4000-8000-00000000CAFE"}, "id of a secret", "its value"),
        ({"app_secret": "mixed-up"}, "refuses CANDOUR_TEAMS_APP_SECRET (AADSTS7000215)", "Certificates & secrets"),
        ({"url": ""}, "CANDOUR_TEAMS_URL is not set", "public address"),
        ({"url": "http://127.0.0.1:1"}, "Nobody answers", "certificate"),
        ({"url": "not an address"}, "Nobody answers", "certificate"),
    ],
    ids=str,
)
async def test_a_setting_that_is_wrong_is_named_with_its_remedy(
    clinic: Clinic, changed: dict[str, Any], setting: str, remedy: str
) -> None:
    [told] = await clinic.ills(**changed)

    assert setting in told
    assert remedy in told
    assert not any(secret in told for secret in (APP_SECRET, "mixed-up", "token-"))


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        ("AADSTS7000222", "expired"),
        ("AADSTS700016", "CANDOUR_TEAMS_APP_ID"),
        ("AADSTS90002", "no such tenant"),
        ("AADSTS999", "Compare CANDOUR_TEAMS_APP_ID"),
        ("<b>a trick</b>", "Compare CANDOUR_TEAMS_APP_ID"),
    ],
)
async def test_why_microsoft_refuses_is_said_in_words(clinic: Clinic, number: str, remedy: str) -> None:
    clinic.wired.teams.meets("token", no_token("invalid_client", number))

    [told] = await clinic.ills()

    assert remedy in told
    assert "trick" not in told


@pytest.mark.parametrize("trouble", [web_page(), web_page(status=403), reset(), broken(503)], ids=str)
@pytest.mark.parametrize(("server", "host"), [("token", "microsoftonline"), ("keys", "botframework")])
async def test_a_network_that_does_not_lead_to_microsoft_is_named(
    clinic: Clinic, trouble: Trouble, server: str, host: str
) -> None:
    clinic.wired.teams.meets(server, trouble, trouble)

    [told] = await clinic.ills()

    assert host in told
    assert "proxy" in told


@pytest.mark.parametrize("path", ["/open", "/half"])
async def test_a_door_that_takes_what_is_not_signed_is_an_alarm(clinic: Clinic, path: str) -> None:
    [told] = await clinic.ills(url=f"{clinic.setup.url}{path}")

    assert "did not sign" in told


@pytest.mark.parametrize("path", ["/other", "/nothing"])
async def test_something_else_at_the_address_is_not_taken_for_candour(clinic: Clinic, path: str) -> None:
    [told] = await clinic.ills(url=f"{clinic.setup.url}{path}")

    assert "something else answers" in told


async def test_the_address_may_name_the_door_itself(clinic: Clinic) -> None:
    assert await clinic.ills(url=f"{clinic.setup.url}{DOOR}") == []


async def test_everybody_who_has_not_met_candour_is_named(clinic: Clinic) -> None:
    new = [
        Person(id=f"{name}@bakery.example", name="Made Up", active=name != "gone") for name in ("dora", "emil", "gone")
    ]
    clinic.wired.directory = Directory({**clinic.wired.directory.people, **{person.id: person for person in new}})

    [told] = await clinic.ills()

    assert "2 of 5 people" in told
    assert "dora@bakery.example, emil@bakery.example." in told
    assert "Setup policies" in told


async def test_an_empty_directory_is_named(clinic: Clinic) -> None:
    clinic.wired.directory = Directory()

    [told] = await clinic.ills()

    assert "candour people" in told


async def test_in_the_playground_there_is_nothing_to_look_at(clinic: Clinic) -> None:
    [finding] = await clinic.findings(playground=True)

    assert finding.well
    assert clinic.wired.teams.calls == []
