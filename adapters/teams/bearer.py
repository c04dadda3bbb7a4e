"""The token that our calls carry: one for all of them, asked for once, and renewed before it ends.

Microsoft's own library asks for one in every turn, and holds everything up meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import aiohttp

from adapters.teams.failing import Failed, token_refused
from adapters.teams.reading import read_json
from adapters.teams.setup import TeamsSetup
from bot.ports import Again

SCOPE: Final = "https://api.botframework.com/.default"
TIMEOUT = timedelta(seconds=4)

RENEWED_BEFORE = timedelta(minutes=10)
"""How long before its end a token is renewed, beside the calls that still use it."""

MARGIN = timedelta(seconds=30)
"""How long before its end a token is used no more."""

NOBODY: Final = "playground"
"""What our calls carry where nobody looks at it."""


class Bearer:
    """The token of the app in `setup`, by client credentials; in the playground, a fixed word. `clock` is the time."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        setup: TeamsSetup,
        clock: Callable[[], datetime],
        timeout: timedelta = TIMEOUT,
    ) -> None:
        self._session = session
        self._setup = setup
        self._clock = clock
        self._timeout_seconds = timeout.total_seconds()
        self._token = ""
        self._ends: datetime | None = None
        self._asking: asyncio.Task[Failed | None] | None = None

    async def current(self) -> str | Failed:
        """A token that holds. Waits only if there is none; however many wait, it is one request."""
        if self._setup.playground:
            return NOBODY
        left = self._ends - self._clock() if self._token and self._ends else timedelta()
        if left <= MARGIN:
            failed = await asyncio.shield(self._ask())
            return failed or self._token
        if left <= RENEWED_BEFORE:
            self._ask()
        return self._token

    def forget(self, token: str) -> None:
        """The token was refused: the next call asks for another, unless somebody did already."""
        if token == self._token:
            self._token = ""

    async def stop(self) -> None:
        """Ask for nothing more."""
        if self._asking:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    def _ask(self) -> asyncio.Task[Failed | None]:
        if self._asking is None:
            self._asking = asyncio.create_task(self._fetch())
        return self._asking

    async def _fetch(self) -> Failed | None:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._setup.app_id,
            "client_secret": self._setup.app_secret,
            "scope": SCOPE,
        }
        try:
            async with asyncio.timeout(self._timeout_seconds):
                asked = self._session.post(self._setup.token_url, data=form, allow_redirects=False)
                async with asked as answer:
                    status, said = answer.status, await read_json(answer)
            token, seconds = _granted(said) if status == 200 else ("", 0)
        except Exception:  # whatever the network does; the calls are made later
            return Failed(outcome=Again(timedelta(), everyone=True))
        finally:
            self._asking = None
        if not token:
            return token_refused(status, said)
        self._token, self._ends = token, self._clock() + timedelta(seconds=seconds)
        return None


def _granted(said: Any) -> tuple[str, int]:
    """The token and how many seconds it holds; nothing if that is not what was said."""
    token, seconds = (said.get("access_token"), said.get("expires_in")) if isinstance(said, dict) else (None, None)
    if (
        not isinstance(token, str)
        or not isinstance(seconds, int | str)
        or not (token.isascii() and token.isprintable())
    ):
        return "", 0
    return token, min(int(seconds), 86_400)
