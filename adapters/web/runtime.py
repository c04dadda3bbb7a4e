"""The playground: one page on loopback where the sample people of the organisation are played side by side.

It has no accounts and believes whoever it says you are, so it answers to this machine only: any other address,
host name or origin is refused.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from adapters.web.inbound import BadRequest, to_event
from adapters.web.outbound import to_json
from bot.compiled import Knowledge
from bot.errors import Conflict, SettingsError
from bot.live import LiveKnowledge
from bot.service import Service

_PAGE = Path(__file__).parent / "page"
_BODY_MAX = 1_000_000  # bytes
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


def build(service: Service, live: LiveKnowledge, organisation: str) -> web.Application:
    """The web application of the playground."""
    playground = _Playground(service, live, organisation)
    application = web.Application(client_max_size=_BODY_MAX, middlewares=[_this_machine_only])
    application.on_response_prepare.append(_with_headers)
    application.router.add_get("/", playground.page)
    application.router.add_get("/api/playground", playground.about)
    application.router.add_post("/api/event", playground.event)
    application.router.add_static("/page/", _PAGE)
    return application


class _Playground:
    def __init__(self, service: Service, live: LiveKnowledge, organisation: str) -> None:
        self._service = service
        self._live = live
        self._organisation = organisation

    async def page(self, _: web.Request) -> web.FileResponse:
        return web.FileResponse(_PAGE / "index.html")

    async def about(self, _: web.Request) -> web.Response:
        return web.json_response(_about(self._live.current, self._live.faults))

    async def event(self, request: web.Request) -> web.Response:
        people = frozenset(person.id for person in self._live.current.library.sample_people)
        try:
            if (request.charset or "utf-8").casefold() not in ("utf-8", "utf8"):
                raise BadRequest("Send JSON as UTF-8.")
            # Lone surrogates arrive as \ud800 escapes, which json accepts; the core takes them out.
            payload = json.loads((await request.read()).decode("utf-8"))
            event = to_event(payload, self._organisation, people, datetime.now(UTC))
        except web.HTTPRequestEntityTooLarge:
            return web.json_response({"problem": "That message is too long to be sent."}, status=413)
        except (BadRequest, ValueError, RecursionError) as error:
            problem = str(error) if isinstance(error, BadRequest) else "The body is not JSON."
            return web.json_response({"problem": problem}, status=400)
        try:
            replies = await asyncio.to_thread(self._service.receive, event)
        except Conflict:
            return web.json_response({"problem": "It could not be saved just now. Nothing was lost."}, status=503)
        return web.json_response({"replies": [to_json(reply) for reply in replies]})


def _about(knowledge: Knowledge, faults: tuple[str, ...]) -> dict[str, object]:
    library = knowledge.library
    return {
        "assistant": library.wording.assistant,
        "organisation": next(iter(library.policies.values())).head.organisation,
        "policies": [policy.head.title for policy in library.policies.values()],
        "people": [{"id": person.id, "name": person.name} for person in library.sample_people],
        "faults": list(faults),
        "reload_fault": library.wording.reload_fault,
        "version": knowledge.version,
    }


@web.middleware
async def _this_machine_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse other host names and origins: a page elsewhere must not be able to talk to this one (DNS rebinding)."""
    origin = request.headers.get("Origin")
    if not _is_local(f"//{request.host}") or (origin is not None and not _is_local(origin)):
        return web.json_response({"problem": "The playground answers to this machine only."}, status=403)
    return await handler(request)


def _is_local(address: str) -> bool:
    try:
        name = urlsplit(address).hostname
        return name == "localhost" or (name is not None and ipaddress.ip_address(name).is_loopback)
    except ValueError:
        return False


async def _with_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)
