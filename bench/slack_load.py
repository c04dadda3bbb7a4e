"""Signed message events, sent over plain connections so that the sender costs little beside what is measured."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from adapters.slack.manifest import DOOR
from bench.slack_servers import BOT, SECRET, TEAM

_CONNECTIONS = 64


@dataclass(frozen=True, slots=True)
class Asked:
    """One event as it goes over the wire, and the channel in which its answer is expected."""

    channel: str
    request: bytes


def events(questions: Sequence[str], people: int) -> Iterator[Asked]:
    """Questions without end, by as many people, each in a channel that no other event has."""
    authorization = {"team_id": TEAM, "enterprise_id": None, "user_id": BOT, "is_bot": True}
    for number in itertools.count():
        channel = f"D{number:07}"
        moment = f"{time.time():.0f}"
        event = {
            "type": "message",
            "channel_type": "im",
            "user": f"U{number % people:03}",
            "text": questions[number % len(questions)],
            "channel": channel,
            "ts": f"{moment}.{number:06}",
            "team": TEAM,
        }
        payload = {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": "A0CANDOUR",
            "event_id": f"Ev{number:08}",
            "authorizations": [authorization],
            "event": event,
        }
        yield Asked(channel, _signed(json.dumps(payload).encode(), moment))


def _signed(body: bytes, moment: str) -> bytes:
    mark = hmac.new(SECRET.encode(), f"v0:{moment}:".encode() + body, hashlib.sha256).hexdigest()
    head = (
        f"POST {DOOR} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        f"X-Slack-Request-Timestamp: {moment}\r\nX-Slack-Signature: v0={mark}\r\n\r\n"
    )
    return head.encode() + body


class Line:
    """Connections to one server, each used again."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def flat_out(self, asked: Sequence[Asked]) -> None:
        """Send all, each connection the next as soon as its last one was acknowledged."""
        waiting = iter(asked)

        async def send() -> None:
            for one in waiting:
                await self._send(one)

        await asyncio.gather(*(send() for _ in range(_CONNECTIONS)))

    async def at_rate(self, asked: Sequence[Asked], rate: float) -> list[float]:
        """Send as many a second, whether earlier ones were acknowledged or not: how long each took, in seconds.

        Time runs from the moment an event was due.
        """
        start = time.perf_counter()

        async def send(one: Asked, due: float) -> float:
            await self._send(one)
            return time.perf_counter() - due

        sent = []
        for number, one in enumerate(asked):
            due = start + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            sent.append(asyncio.create_task(send(one, due)))
        return await asyncio.gather(*sent)

    def close(self) -> None:
        """Hang up."""
        for _, writer in self._free:
            writer.close()

    async def _send(self, asked: Asked) -> None:
        if self._free:
            reader, writer = self._free.pop()
        else:
            reader, writer = await asyncio.open_connection(self._parts.hostname, self._parts.port)
        writer.write(asked.request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length or 0))
        assert head.startswith(b"HTTP/1.1 200"), head
        self._free.append((reader, writer))
