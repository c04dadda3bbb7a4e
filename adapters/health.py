"""The door for whoever watches the server: whether everything goes on that must. Nothing about cases or people."""

from __future__ import annotations

from aiohttp import web

from bot.auditing import Auditor

DOOR = "/health"


def add_to(application: web.Application, auditor: Auditor) -> None:
    """Open the door: 200 when all is well, 503 when a worker is silent or something is stuck; and which."""

    async def health(_: web.Request) -> web.Response:
        silent, found = auditor.listen(), auditor.found
        stuck = [name for name, count in (("cases", found.cases), ("letters", found.letters)) if count]
        well = not silent and not stuck
        return web.json_response({"well": well, "silent": list(silent), "stuck": stuck}, status=200 if well else 503)

    application.router.add_get(DOOR, health)
