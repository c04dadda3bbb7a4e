"""Serves pages of our own: a link is followed, a button is pressed, and what it leads to is shown once.

Chat platforms follow links to look at them, so following one changes nothing and tells nothing; only the button does.
Whoever presses it is known by the link alone: what its person may see is asked again at that moment, in the core.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from aiohttp import web

from bot.cases import Grant
from bot.compiled import Knowledge
from bot.errors import Conflict, Damaged
from bot.events import Actor, PageAsked
from bot.library import Library
from bot.service import Service

if TYPE_CHECKING:
    from adapters.pages.drawing import Page

FAILED_A_MINUTE = 60
"""So many links that open nothing are tried in a minute, by all together: guessing is of no use, and leaves a trace."""

_Notice = Literal["opening", "gone", "busy", "broken"]
_PATH = "/link/{token:[a-z0-9]{20,40}}"
_SAID = web.RequestKey("said", dict)  # what the answer says of itself
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def add_to(
    application: web.Application,
    service: Service,
    knowledge: Callable[[], Knowledge],
    organisation: str,
    clock: Callable[[], datetime],
) -> None:
    """Serve pages in this application too. `knowledge` is asked for at each request, so a reload takes effect."""
    pages = _Pages(service, knowledge, organisation, clock)
    application.router.add_get(_PATH, pages.follows)
    application.router.add_post(_PATH, pages.opens)
    # The last word on the headers of our pages, whatever else the application says of its own.
    application.on_response_prepare.append(_with_headers)


class _Pages:
    def __init__(
        self,
        service: Service,
        knowledge: Callable[[], Knowledge],
        organisation: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._service = service
        self._knowledge = knowledge
        self._organisation = organisation
        self._clock = clock
        self._tried: deque[datetime] = deque(maxlen=FAILED_A_MINUTE)  # and not found to open anything
        self._unread: dict[str, Grant] = {}  # links that were opened, but whose page could not be read just then

    async def follows(self, request: web.Request) -> web.Response:
        """The same for every link."""
        return await self._says(request, 200, "opening")

    async def opens(self, request: web.Request) -> web.Response:
        """The button was pressed: what the link leads to, if it leads anywhere for its person."""
        now = self._clock()
        if not _from_here(request):
            return await self._says(request, 403, "gone")
        try:
            page = await self._shown(request.match_info["token"], now)
        except Conflict:
            return await self._says(request, 503, "busy")
        except Damaged:
            return await self._says(request, 500, "broken")
        if page is None:
            return await self._failed(request, now)
        return _answer(request, 200, page)

    async def _says(self, request: web.Request, status: int, what: _Notice) -> web.Response:
        return _answer(request, status, await asyncio.to_thread(_notice, what, self._library))

    async def _shown(self, token: str, now: datetime) -> Page | None:
        """The page, or None if the link leads nowhere. A store that is busy half way leaves the link as it was."""
        grant = self._unread.pop(token, None) or await self._granted(token, now)
        if grant is None or now >= grant.until:
            return None
        try:
            return await asyncio.to_thread(self._drawn, grant, now)
        except Conflict:
            self._unread = {known: kept for known, kept in self._unread.items() if kept.until > now} | {token: grant}
            raise

    async def _failed(self, request: web.Request, now: datetime) -> web.Response:
        """The link leads nowhere. A link that leads somewhere is opened however many others are tried."""
        many = len(self._tried) == FAILED_A_MINUTE and now - self._tried[0] < timedelta(minutes=1)
        self._tried.append(now)
        return await self._says(request, 429 if many else 404, "busy" if many else "gone")

    async def _granted(self, token: str, now: datetime) -> Grant | None:
        nobody = Actor(organisation=self._organisation, person="")
        event = PageAsked(actor=nobody, key=secrets.token_hex(16), at=now, token=token)
        return (await self._service.submit(event)).granted

    def _drawn(self, grant: Grant, now: datetime) -> Page | None:
        from adapters.pages import drawing

        library = self._library
        if grant.page == "figures":
            shown = self._service.figures(self._organisation, grant, now)
            return drawing.figures_page(library, shown) if shown else None
        record = self._service.record(self._organisation, grant, now)
        return drawing.record_page(library, record) if record else None

    @property
    def _library(self) -> Library:
        return self._knowledge().library


def _notice(what: _Notice, library: Library) -> Page:
    # Loaded when a page is first asked for: templates and plots cost a fifth of a second and 15 MiB.
    from adapters.pages import drawing

    drawn = {"opening": drawing.opening, "gone": drawing.gone, "busy": drawing.busy, "broken": drawing.broken}
    return drawn[what](library)


def _from_here(request: web.Request) -> bool:
    """Whether the form was sent from a page of ours. What is no browser says nothing of where it comes from."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    origin = request.headers.get("Origin")
    try:
        return origin is None or urlsplit(origin).netloc == request.host
    except ValueError:
        return False


def _answer(request: web.Request, status: int, page: Page) -> web.Response:
    headers = {**_HEADERS, "Content-Security-Policy": page.policy}
    request[_SAID] = headers
    return web.Response(body=page.html, status=status, headers=headers, content_type="text/html", charset="utf-8")


async def _with_headers(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(request.get(_SAID, {}))
