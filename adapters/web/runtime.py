"""The playground: one page on loopback where the sample people of the organisation are played side by side.

It has no accounts and believes whoever it says you are, so it answers to this machine only: any other address,
host name or origin is refused.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import json
import re
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage
from aiohttp.typedefs import Handler

from adapters.web.clock import Clock
from adapters.web.inbound import BadRequest, to_event, to_step
from adapters.web.mailbox import Mailbox
from adapters.web.outbound import to_json
from bot.compiled import Knowledge
from bot.errors import Conflict, Damaged, SettingsError
from bot.library import Library
from bot.live import LiveKnowledge
from bot.people import Person
from bot.ports import Store
from bot.service import Service
from bot.words import contact

__all__ = ["Clock", "Mailbox", "build", "check_loopback"]

_PAGE = Path(__file__).parent / "page"
_BODY_MAX = 1_000_000  # bytes
_DIRECTORY_KEPT = 5.0  # seconds
_NUMBER = re.compile(r"[0-9]{1,12}")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def check_loopback(host: str) -> None:
    """Raise SettingsError unless `host` is an address of this machine only."""
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        address = None
    if address is None or not address.is_loopback:
        raise SettingsError(
            f"--host {host}: the playground has no log-in and listens on this machine only. "
            "Use 127.0.0.1 (the default) or ::1."
        )


def build(
    service: Service,
    live: LiveKnowledge,
    store: Store,
    organisation: str,
    mailbox: Mailbox,
    clock: Clock,
) -> web.Application:
    """The web application of the playground. `mailbox` is the platform that its letters are delivered to."""
    mailbox.follow(clock)
    playground = _Playground(service, live, mailbox, clock, _People(store, organisation), organisation)
    application = web.Application(client_max_size=_BODY_MAX, middlewares=[_this_machine_only])
    application.on_response_prepare.append(_with_headers)
    application.router.add_get("/", playground.page)
    application.router.add_get("/api/playground", playground.about)
    application.router.add_post("/api/event", playground.event)
    application.router.add_post("/api/clock", playground.move_clock)
    application.router.add_static("/page/", _PAGE)
    return application


class _People:
    """Who can be played: those in the directory who have not left, read again every few seconds."""

    def __init__(self, store: Store, organisation: str) -> None:
        self._store = store
        self._organisation = organisation
        self._people: tuple[Person, ...] = ()
        self._read_at = float("-inf")

    async def now(self) -> tuple[Person, ...]:
        """In the order of the directory. Raises Conflict or Damaged if it cannot be read and never was."""
        time = asyncio.get_running_loop().time()
        if time - self._read_at >= _DIRECTORY_KEPT:
            try:
                self._people = await asyncio.to_thread(self._read)
                self._read_at = time
            except (Conflict, Damaged):
                if not self._people:  # the people of a moment ago do until the store is back
                    raise
        return self._people

    def _read(self) -> tuple[Person, ...]:
        with self._store.transaction():
            directory = self._store.directory(self._organisation)
        return tuple(person for person in directory.people.values() if person.active)


class _Playground:
    def __init__(
        self,
        service: Service,
        live: LiveKnowledge,
        mailbox: Mailbox,
        clock: Clock,
        people: _People,
        organisation: str,
    ) -> None:
        self._service = service
        self._live = live
        self._mailbox = mailbox
        self._clock = clock
        self._people = people
        self._organisation = organisation
        self._boot = secrets.token_hex(8)  # the page counts letters from the start again when this changes

    async def page(self, _: web.Request) -> web.FileResponse:
        return web.FileResponse(_PAGE / "index.html")

    async def about(self, request: web.Request) -> web.Response:
        after = request.query.get("after", "")
        try:
            people = await self._people.now()
        except (Conflict, Damaged) as error:
            return self._failed(error, "opened")
        known = _about(self._live.current, people)
        passing = {
            "faults": list(self._live.faults),
            "boot": self._boot,
            "now": self._clock().isoformat(),
            "letters": self._mailbox.letters(int(after) if _NUMBER.fullmatch(after) else 0),
        }
        return web.json_response({**known, **passing})

    async def event(self, request: web.Request) -> web.Response:
        kind = ""
        try:
            payload = await _read_json(request)
            kind = str(payload.get("kind")) if isinstance(payload, dict) else ""
            people = frozenset(person.id for person in await self._people.now())
            platform = self._live.current.library.report_wording.playground_name
            event = to_event(payload, self._organisation, people, self._clock(), platform)
            turn = await self._service.submit(event)
        except (BadRequest, web.HTTPRequestEntityTooLarge) as error:
            return _refused(error)
        except (Conflict, Damaged) as error:
            return self._failed(error, kind)
        return web.json_response({"replies": [to_json(reply) for reply in turn.replies], "hide": turn.hide})

    async def move_clock(self, request: web.Request) -> web.Response:
        try:
            self._clock.move(to_step(await _read_json(request)))
        except (BadRequest, web.HTTPRequestEntityTooLarge) as error:
            return _refused(error)
        # What has become due is handled at once; if the store is busy, the next of the regular sweeps does it.
        with contextlib.suppress(Conflict):
            await asyncio.to_thread(self._service.sweep, self._clock())
        return web.json_response({"now": self._clock().isoformat()})

    def _failed(self, error: Conflict | Damaged, kind: str) -> web.Response:
        library = self._live.current.library
        if isinstance(error, Damaged):
            return web.json_response({"problem": library.report_wording.damaged}, status=500)
        if kind in ("form", "choice"):
            problem = library.report_wording.not_saved.format(contact=contact(library))
        else:
            problem = "It could not be saved just now. Nothing was lost."
        return web.json_response({"problem": problem}, status=503)


async def _read_json(request: web.Request) -> object:
    if (request.charset or "utf-8").casefold() not in ("utf-8", "utf8"):
        raise BadRequest("Send JSON as UTF-8.")
    try:
        # Lone surrogates arrive as \ud800 escapes, which json accepts; the core takes them out.
        payload: object = json.loads((await request.read()).decode("utf-8"))
    except (ValueError, RecursionError, web.RequestPayloadError, BadHttpMessage) as error:
        raise BadRequest("The body is not JSON.") from error
    return payload


def _refused(error: BadRequest | web.HTTPRequestEntityTooLarge) -> web.Response:
    if isinstance(error, BadRequest):
        return web.json_response({"problem": str(error)}, status=400)
    return web.json_response({"problem": "That message is too long to be sent."}, status=413)


def _about(knowledge: Knowledge, people: tuple[Person, ...]) -> dict[str, object]:
    library = knowledge.library
    return {
        "assistant": library.wording.assistant,
        "organisation": next(iter(library.policies.values())).head.organisation,
        "policies": [policy.head.title for policy in library.policies.values()],
        "people": [{"id": person.id, "name": person.name, "about": _place(library, person)} for person in people],
        "timezone": library.calendar.timezone,
        "reload_fault": library.wording.reload_fault,
        "version": knowledge.version,
    }


def _place(library: Library, person: Person) -> str:
    """ "Shift lead · High Street": the person's roles and where. A role that the knowledge lacks is left out."""
    roles = ", ".join(library.roles[role].title for role in person.roles if role in library.roles)
    return " · ".join(filter(None, (roles[:1].upper() + roles[1:], ", ".join(person.academies))))


@web.middleware
async def _this_machine_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse other host names and origins: a page elsewhere must not be able to talk to this one (DNS rebinding)."""
    origin = request.headers.get("Origin")
    if not _is_local(f"//{request.host}") or (origin is not None and not _is_local(origin)):
        return web.json_response({"problem": "The playground answers to this machine only."}, status=403)
    try:
        return await handler(request)
    except OSError:
        if not request.path.startswith("/page/"):
            raise
        raise web.HTTPNotFound from None  # a name that no file can have


def _is_local(address: str) -> bool:
    try:
        name = urlsplit(address).hostname
        return name == "localhost" or (name is not None and ipaddress.ip_address(name).is_loopback)
    except ValueError:
        return False


async def _with_headers(_: web.Request, response: web.StreamResponse) -> None:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)  # other pages on this server have headers of their own
