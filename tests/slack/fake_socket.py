"""Slack's side of Socket Mode: a WebSocket that greets, hands over envelopes and keeps what is acknowledged."""

from __future__ import annotations

import asyncio
import json
from typing import Any, TypeAlias

from aiohttp import WSMsgType, web

Json: TypeAlias = dict[str, Any]


class FakeSocket:
    """`acknowledged` are the envelopes that were, in order, each with the payload of its answer."""

    def __init__(self) -> None:
        self.acknowledged: list[tuple[str, Json]] = []
        self._connected = asyncio.Event()
        self._changed = asyncio.Condition()
        self._socket: web.WebSocketResponse | None = None

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """The address that `apps.connections.open` gives."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A0CANDOUR"}})
        self._socket = socket
        self._connected.set()
        async for frame in socket:
            if frame.type == WSMsgType.TEXT and frame.data.startswith("{"):
                told = json.loads(frame.data)
                async with self._changed:
                    self.acknowledged.append((told["envelope_id"], told.get("payload") or {}))
                    self._changed.notify_all()
        return socket

    async def hands_over(self, envelope: str, kind: str, payload: Json, *, attempt: int = 0) -> None:
        """Hand over an envelope: "events_api", "slash_commands" or "interactive"."""
        async with asyncio.timeout(10):
            await self._connected.wait()
        assert self._socket
        more: Json = {"retry_attempt": attempt, "retry_reason": "timeout"} if attempt else {}
        told = {"envelope_id": envelope, "type": kind, "payload": payload, "accepts_response_payload": True, **more}
        await self._socket.send_json(told)

    async def is_acknowledged(self, count: int) -> None:
        """Wait until so many were acknowledged. Fails after ten seconds, so that no test waits for ever."""
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: len(self.acknowledged) >= count)

    async def closes(self) -> None:
        """Hang up."""
        if self._socket:
            await self._socket.close()
