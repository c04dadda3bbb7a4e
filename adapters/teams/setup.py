"""Teams' settings, read from the environment and checked before anything is begun."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from adapters.teams.addresses import is_loopback
from adapters.teams.keys import OPENID
from bot.errors import SettingsError

APP_ID = "CANDOUR_TEAMS_APP_ID"
APP_SECRET = "CANDOUR_TEAMS_APP_SECRET"
TENANTS = "CANDOUR_TEAMS_TENANTS"
URL = "CANDOUR_TEAMS_URL"
PLAYGROUND = "CANDOUR_TEAMS_PLAYGROUND"
OPENID_URL = "CANDOUR_TEAMS_OPENID_URL"
TOKEN_URL = "CANDOUR_TEAMS_TOKEN_URL"

PLAYGROUND_TENANT: Final = "00000000-0000-0000-0000-0000000000001"
"""The tenant that Microsoft's Agents Playground says it is."""

_LOGIN = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamsSetup:
    """What the operator set: the app and its secret, the tenants that are ours, the public address of the server.

    `home` is the tenant that the app is registered in. `playground`: nothing is checked, because there is nobody but
    this machine. `loopback`: the connector is on this machine, in the playground and in tests.
    """

    app_id: str = ""
    app_secret: str = field(default="", repr=False)
    tenants: frozenset[str] = frozenset()
    home: str = ""
    url: str = ""
    playground: bool = False
    loopback: bool = False
    openid_url: str = OPENID
    token_url: str = ""


def is_guid(text: str) -> bool:
    """Whether this has the form of Microsoft's ids, in small letters."""
    return _GUID.fullmatch(text) is not None


def read_setup(settings: Mapping[str, str], host: str) -> TeamsSetup:
    """The set-up in these settings, to be served at `host`. Raises SettingsError naming what is missing or unsafe."""
    if settings.get(PLAYGROUND):
        return _playground(settings, host)
    for name in (APP_ID, APP_SECRET, TENANTS):
        if not settings.get(name, "").strip():
            raise SettingsError(f"Teams is half set up: {name} is missing. manifest/README.md says where to find it.")
    app_id = settings[APP_ID].strip().lower()
    if not is_guid(app_id):
        raise SettingsError(f"{APP_ID} is not the id of an app: those look like 12345678-1234-1234-1234-123456789abc.")
    tenants = [tenant.strip().lower() for tenant in settings[TENANTS].split(",") if tenant.strip()]
    if not tenants or not all(map(is_guid, tenants)):
        raise SettingsError(
            f"{TENANTS} must list the ids of the tenants that are ours, separated by commas, the app's own first. "
            "Names and domains are not ids; Entra shows the id as the tenant ID."
        )
    token_url = settings.get(TOKEN_URL) or _LOGIN.format(tenant=tenants[0])
    for name in (OPENID_URL, TOKEN_URL):
        if settings.get(name) and not is_loopback(settings[name]):
            raise SettingsError(
                f"{name} is for tests on this machine only, and {settings[name]} is elsewhere. Unset it."
            )
    if bool(settings.get(OPENID_URL)) != bool(settings.get(TOKEN_URL)):
        raise SettingsError(f"{OPENID_URL} and {TOKEN_URL} are for tests, and go together. Set or unset both.")
    return TeamsSetup(
        app_id=app_id,
        app_secret=settings[APP_SECRET],
        tenants=frozenset(tenants),
        home=tenants[0],
        url=settings.get(URL, ""),
        loopback=bool(settings.get(OPENID_URL)),
        openid_url=settings.get(OPENID_URL) or OPENID,
        token_url=token_url,
    )


def _playground(settings: Mapping[str, str], host: str) -> TeamsSetup:
    """Without any check, so only for this machine, and never together with what is real."""
    if settings[PLAYGROUND] != "1":
        raise SettingsError(f"{PLAYGROUND} is 1, or unset.")
    for name in (APP_ID, APP_SECRET, TENANTS, URL, OPENID_URL, TOKEN_URL):
        if settings.get(name):
            raise SettingsError(
                f"{PLAYGROUND} checks nothing of what arrives, so it is refused beside {name}. Unset one."
            )
    if not is_loopback(f"http://[{host}]" if ":" in host else f"http://{host}"):
        raise SettingsError(
            f"{PLAYGROUND} checks nothing of what arrives, so {host} cannot be its host: use 127.0.0.1."
        )
    tenant = PLAYGROUND_TENANT
    return TeamsSetup(tenants=frozenset({tenant}), home=tenant, playground=True, loopback=True)
