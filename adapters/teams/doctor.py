"""Looks at everything that Teams needs, and says what is wrong and how to mend it. For the operator, on the terminal.

It may name people of the directory, because the operator imported them; it never shows a token or a secret.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import aiohttp

from adapters.teams.bearer import Bearer
from adapters.teams.failing import Failed
from adapters.teams.keys import SigningKeys, Unknown
from adapters.teams.manifest import DOOR
from adapters.teams.references import References
from adapters.teams.setup import APP_ID, APP_SECRET, TENANTS, URL, TeamsSetup, is_guid
from bot.people import Directory

PATIENCE = timedelta(seconds=15)
"""How long one answer may take."""

_NEW_SECRET = (
    'Make a new one under "Certificates & secrets" of the app registration, and copy its value, which is shown once.'
)
_REMEDIES: Final[Mapping[str, str]] = {
    "AADSTS7000215": f"It is another one, or the secret's id instead of its value. {_NEW_SECRET}",
    "AADSTS7000222": f"It has expired. {_NEW_SECRET}",
    "AADSTS700016": f"The app is not in the first tenant of {TENANTS}. Compare {APP_ID}, and put its tenant first.",
    "AADSTS90002": f"There is no such tenant: compare the first id in {TENANTS} with the tenant ID that Entra shows.",
    "AADSTS50034": f"There is no such tenant: compare the first id in {TENANTS} with the tenant ID that Entra shows.",
    "AADSTS7000112": "The app is switched off: enable it under Enterprise applications in Entra.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `remedy` says how to mend it; without one, it is well."""

    what: str
    remedy: str = ""

    @property
    def well(self) -> bool:
        """Whether there is nothing to mend."""
        return not self.remedy

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}".strip()


async def doctor(
    setup: TeamsSetup,
    directory: Directory,
    references: References,
    session: aiohttp.ClientSession,
    clock: Callable[[], datetime],
) -> list[Finding]:
    """Look at the secret, Microsoft's keys, the way in, and whom alerts can reach, in this order. Changes nothing.

    What `read_setup` refuses is not looked at again. `references` are read: raises Conflict, as the store does.
    """
    if setup.playground:
        return [Finding("This is the playground: nothing is checked, and nothing leaves this machine.")]
    return [
        await _secret(setup, session, clock),
        Finding(f"Trusted: people of {', '.join(sorted(setup.tenants))}; the app is in {setup.home}."),
        await _keys(setup, session, clock),
        await _address(setup, session),
        *await _people(directory, references),
    ]


async def _secret(setup: TeamsSetup, session: aiohttp.ClientSession, clock: Callable[[], datetime]) -> Finding:
    if setup.app_secret != setup.app_secret.strip():
        return Finding(f"{APP_SECRET} begins or ends with a space.", "Remove it.")
    if is_guid(setup.app_secret.lower()):
        return Finding(f"{APP_SECRET} is the id of a secret, not its value.", _NEW_SECRET)
    token = await Bearer(session, setup, clock, PATIENCE).current()
    if not isinstance(token, Failed):
        return Finding("Microsoft accepts the app and its secret.")
    if token.token:
        remedy = _REMEDIES.get(
            token.word, f"Compare {APP_ID}, {APP_SECRET} and the first tenant of {TENANTS} with Entra."
        )
        return Finding(f"Microsoft refuses {APP_SECRET} ({token.word}).", remedy)
    problem = "Microsoft gives no token, and does not say why."
    return Finding(problem, "Look at the network and its proxy: the server must reach login.microsoftonline.com.")


async def _keys(setup: TeamsSetup, session: aiohttp.ClientSession, clock: Callable[[], datetime]) -> Finding:
    """Whether the keys can be had; the name of the one that is asked for does not matter."""
    found = await SigningKeys(session, clock, setup.openid_url, PATIENCE).key("")
    if isinstance(found, Unknown) and not found.reachable:
        problem = "Microsoft's keys cannot be fetched, so nothing that arrives could be trusted."
        return Finding(problem, "Look at the network and its proxy: the server must reach login.botframework.com.")
    return Finding("Microsoft's keys can be fetched.")


async def _address(setup: TeamsSetup, session: aiohttp.ClientSession) -> Finding:
    """Whether something answers at the public address that refuses what Microsoft did not sign."""
    if not setup.url:
        return Finding(f"{URL} is not set, so the way to the server was not tried.", "Set it to the public address.")
    door = setup.url.rstrip("/").removesuffix(DOOR) + DOOR
    try:
        unsigned = [await _knock(session, door, headers) for headers in ({}, {"Authorization": "Bearer e30.e30.AAAA"})]
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        problem = f"Nobody answers at {door} ({type(error).__name__})."
        return Finding(problem, "Start Candour, and look at the name, the certificate and the proxy before it.")
    if any(200 <= status < 300 for status in unsigned):
        problem = f"What answers at {door} takes requests that Microsoft did not sign."
        return Finding(problem, "Stop it. Something before Candour answers for it, or it is not Candour.")
    if unsigned != [401, 401]:
        problem = f"At {door} something else answers (status {unsigned[0]})."
        return Finding(problem, f"Have the proxy pass {DOOR} on, with the header Authorization.")
    return Finding(f"At {door} nobody gets in without Microsoft's signature.")


async def _knock(session: aiohttp.ClientSession, door: str, headers: dict[str, str]) -> int:
    body = json.dumps({"type": "message", "channelId": "msteams"}).encode()
    limit, headers = aiohttp.ClientTimeout(total=10), {"Content-Type": "application/json", **headers}
    async with session.post(door, data=body, headers=headers, timeout=limit, allow_redirects=False) as answer:
        return answer.status


async def _people(directory: Directory, references: References) -> list[Finding]:
    """Everybody in the directory whom Candour does not know in Teams. Whether they have the app, only Teams knows."""
    awaited = sorted(person.id for person in directory.people.values() if person.active)
    if not awaited:
        return [Finding("There is nobody in the directory.", "Import the people: candour people people.csv")]
    unmet = [person for person in awaited if not await references.of(person)]
    if not unmet:
        return [Finding(f"All {len(awaited)} people of the directory are known in Teams.")]
    problem = f"{len(unmet)} of {len(awaited)} people have not met Candour in Teams: {', '.join(unmet)}."
    return [Finding(problem, 'Install the app for everybody: "Setup policies" in the Teams admin centre.')]
