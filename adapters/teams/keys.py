"""The keys that Microsoft signs with: fetched beside the requests, kept for a day, and kept longer if need be.

A request whose key is known never waits here, whatever the key server does. One whose key is unknown may make us ask,
but rarely: anybody on the internet can invent the name of a key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from adapters.teams.reading import read_json

OPENID: Final = "https://login.botframework.com/v1/.well-known/openidconfiguration"
"""Where Microsoft says where its keys are."""

ALGORITHM: Final = "RS256"

TIMEOUT = timedelta(seconds=5)
"""How long the key server may take for everything."""

KEPT = timedelta(hours=24)
"""After this time the keys are fetched anew, so that withdrawn ones go; Microsoft asks for once a day."""

REFRESHED_EVERY = timedelta(minutes=5)
"""How often an unknown key can make us ask at most."""

FIRST_TRIED_EVERY = timedelta(seconds=10)
"""How often we ask while there are no keys at all."""

_BITS_MIN = 2048


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key, and the channels that it may sign for."""

    key: RSAPublicKey = field(repr=False)
    endorsements: frozenset[str]


@dataclass(frozen=True, slots=True)
class Unknown:
    """There is no such key. `reachable`: the key server was asked and said so; else nobody can tell."""

    reachable: bool


class SigningKeys:
    """Microsoft's keys by id, from the OpenID metadata at `url`, over `session`. `clock` tells the time."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        clock: Callable[[], datetime],
        url: str = OPENID,
        timeout: timedelta = TIMEOUT,
    ) -> None:
        self._session = session
        self._clock = clock
        self._url = url
        self._timeout_seconds = timeout.total_seconds()
        self._keys: Mapping[str, SigningKey] = {}
        self._fetched: datetime | None = None
        self._asked: datetime | None = None
        self._answered = False
        self._refreshing: asyncio.Task[None] | None = None

    async def key(self, name: str) -> SigningKey | Unknown:
        """The key of this id. Waits for the key server only if the key is unknown and it was not asked lately."""
        if found := self._keys.get(name):
            if not self._within(self._fetched, KEPT) and self._may_ask():
                self._refresh()  # beside this request, which need not wait
            return found
        if self._refreshing or self._may_ask():
            await asyncio.shield(self._refresh())
        return self._keys.get(name) or Unknown(reachable=self._answered)

    async def stop(self) -> None:
        """Ask for nothing more."""
        if self._refreshing:
            self._refreshing.cancel()
            await asyncio.gather(self._refreshing, return_exceptions=True)

    def _may_ask(self) -> bool:
        return not self._within(self._asked, REFRESHED_EVERY if self._keys else FIRST_TRIED_EVERY)

    def _within(self, since: datetime | None, time: timedelta) -> bool:
        return since is not None and timedelta() <= self._clock() - since < time

    def _refresh(self) -> asyncio.Task[None]:
        """The one refresh that is under way; begun now if there is none."""
        if self._refreshing is None:
            self._asked = self._clock()
            self._refreshing = asyncio.create_task(self._fetch())
        return self._refreshing

    async def _fetch(self) -> None:
        try:
            async with asyncio.timeout(self._timeout_seconds):
                where = await self._get(self._url)
                keys = _read(await self._get(_same_server(self._url, str(where["jwks_uri"]))))
        except Exception:  # a network can fail in any way, and anything may stand there: the keys we have go on
            self._answered = False
        else:
            self._keys, self._fetched, self._answered = keys, self._clock(), True
        finally:
            self._refreshing = None

    async def _get(self, url: str) -> Any:
        async with self._session.get(url, allow_redirects=False) as answer:
            if answer.status != 200:
                raise ValueError("The key server gave another answer than keys.")
            return await read_json(answer)


def _same_server(url: str, other: str) -> str:
    """`other`, which the server of `url` named. Raises ValueError if it is on another one."""
    if urlsplit(url)[:2] != urlsplit(other)[:2]:
        raise ValueError("The key server names another server.")
    return other


def _read(said: Any) -> dict[str, SigningKey]:
    """The usable keys of a JWKS. Raises if it is none, or if nothing in it can be used."""
    keys: dict[str, SigningKey] = {}
    for told in said["keys"]:
        if not isinstance(told, Mapping) or told.get("kty") != "RSA" or told.get("use", "sig") != "sig":
            continue
        try:
            key = jwt.PyJWK(dict(told), algorithm=ALGORITHM).key
        except (jwt.PyJWTError, ValueError, TypeError):
            continue  # one that is broken does not keep us from the others
        endorsements = told.get("endorsements")
        if isinstance(told.get("kid"), str) and isinstance(key, RSAPublicKey) and key.key_size >= _BITS_MIN:
            named = endorsements if isinstance(endorsements, list) else ()
            keys[told["kid"]] = SigningKey(key, frozenset(name for name in named if isinstance(name, str)))
    if not keys:
        raise ValueError("There is no key among the keys.")
    return keys
