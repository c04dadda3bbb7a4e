"""Signed activities as Teams sends them, over plain connections so that the sender costs little."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Iterator, Sequence
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from adapters.teams.door import CHANNEL, ISSUER
from adapters.teams.keys import ALGORITHM
from adapters.teams.runtime import DOOR
from bench.slack_load import Asked, Line
from bench.teams_api import APP_ID, TENANT, entra


class Signer:
    """Microsoft's key, made for one run."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def keys(self) -> dict[str, Any]:
        """What the key server says."""
        told = RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {"keys": [{**told, "kid": "bench", "use": "sig", "endorsements": [CHANNEL]}]}

    def token(self, service_url: str) -> str:
        """A token for activities that are answered at this address; it holds for an hour, as Microsoft's do."""
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": APP_ID, "nbf": now - 60, "exp": now + 3600, "serviceurl": service_url}
        return jwt.encode(claims, self._key, algorithm=ALGORITHM, headers={"kid": "bench"})


def activities(questions: Sequence[str], people: int, service_url: str, token: str) -> Iterator[Asked]:
    """Questions without end, by as many people in turn, each in their own chat with us."""
    for number in itertools.count():
        person = number % people
        activity = {
            "type": "message",
            "id": f"f:{number:09}",
            "timestamp": "2026-11-23T09:00:00.000Z",
            "channelId": CHANNEL,
            "serviceUrl": service_url,
            "from": {"id": f"29:{person}", "name": "Made Up", "aadObjectId": entra(person)},
            "recipient": {"id": f"28:{APP_ID}", "name": "Candour"},
            "conversation": {"id": f"a:{person}", "conversationType": "personal", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
            "locale": "en-GB",
            "text": questions[number % len(questions)],
            "textFormat": "plain",
            "entities": [{"type": "clientInfo", "locale": "en-GB", "country": "GB", "platform": "Windows"}],
        }
        yield Asked(f"a:{person}", _posted(json.dumps(activity).encode(), token))


def _posted(body: bytes, token: str) -> bytes:
    head = (
        f"POST {DOOR} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        f"Authorization: Bearer {token}\r\n\r\n"
    )
    return head.encode() + body


class TeamsLine(Line):
    """Connections to one server of Teams' activities, which takes them with any success: 200, 201 or 202."""

    async def _send(self, asked: Asked) -> None:
        if self._free:
            reader, writer = self._free.pop()
        else:
            reader, writer = await asyncio.open_connection(self._parts.hostname, self._parts.port)
        writer.write(asked.request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length or 0))
        assert head.startswith(b"HTTP/1.1 20"), head
        self._free.append((reader, writer))
