"""The HTTP door: nothing that Slack did not sign gets past it, and nothing that is wrong with a request is an error."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from slack_sdk.signature import Clock, SignatureVerifier

BODY_MAX = 1_000_000
"""Bytes of a request; Slack's own are far below."""


class Signature:
    """Slack's signature over a request's body and time."""

    def __init__(self, secret: str, now: Callable[[], float] = time.time) -> None:
        self._verifier = SignatureVerifier(secret, _Clock(now))

    def holds(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Whether Slack signed this within the last five minutes. Any oddity in body or headers counts as no."""
        moment = headers.get("X-Slack-Request-Timestamp", "")
        signature = headers.get("X-Slack-Signature", "")
        if not (moment.isascii() and moment.isdecimal() and signature.isascii()):
            return False
        try:
            return bool(self._verifier.is_valid(body=body.decode("utf-8"), timestamp=moment, signature=signature))
        except Exception:  # the SDK raises differently for different oddities, and each of them is a no
            return False


class _Clock(Clock):
    """The time, as the SDK asks for it."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now

    def now(self) -> float:
        return self._now()
