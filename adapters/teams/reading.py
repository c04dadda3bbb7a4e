"""Reads what a server answered: JSON, and never more of it than there may be."""

from __future__ import annotations

import json
from typing import Any, Final

import aiohttp

NOT_JSON: Final = None
"""What a page for people counts as; JSON's own null too, which no answer of Microsoft's is."""

BODY_MAX = 4_000_000


async def read_json(answer: aiohttp.ClientResponse) -> Any:
    """The answer's body, decoded; an empty one is an empty object, and anything that is not JSON is NOT_JSON.

    Raises what the network may raise.
    """
    body = bytearray()
    async for part in answer.content.iter_chunked(65_536):
        body += part
        if len(body) > BODY_MAX:
            return NOT_JSON
    try:
        return json.loads(body) if body.strip() else {}
    except (ValueError, RecursionError):
        return NOT_JSON
