"""What it means when Teams did not do what it was asked: whom it concerns, for how long, and whether it may be done.

Pure. Microsoft's own words are read here and nowhere else; whoever asked gets an outcome as the outbox knows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import aiohttp

from bot.ports import Again, Never

TOKEN_WAIT = timedelta(minutes=15)
"""How long everybody waits when our token is refused: until the operator has renewed the secret."""

UNAUTHORISED: Final = 401

_NEVER: Final[Mapping[str, str]] = {
    "BotDisabledByAdmin": "restricted",
    "BotNotInConversationRoster": "not-installed",
    "ConversationBlockedByUser": "blocked",
    "ConversationNotFound": "gone",
    "MessageSizeTooBig": "refused",
    "MessageWritesBlocked": "blocked",
}
"""What will not change by trying again: Microsoft's word → one of `bot.logs.REASONS`."""

_NEVER_STATUS: Final[Mapping[int, str]] = {
    400: "refused",
    403: "forbidden",
    404: "not-found",
    405: "refused",
    410: "gone",
    413: "refused",
    415: "refused",
}
_NOT_DONE: Final = frozenset({408, 412, 429})
"""Passing trouble in which nothing was done: too slow, at the same time as something else, too often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A call did not succeed. `doubtful`: Teams may have done it all the same. `word` is Microsoft's own, or empty.

    `status` is the connector's; 0 if it gave no answer, or was not asked for want of a token.
    """

    outcome: Again | Never
    doubtful: bool = False
    word: str = ""
    status: int = 0

    @property
    def token(self) -> bool:
        """Whether it is our token or our secret that is no good: the operator's to mend."""
        return self.outcome == Again(TOKEN_WAIT, everyone=True)


def unanswered(error: Exception) -> Failed:
    """What an exception of the network means."""
    connected = not isinstance(error, aiohttp.ClientConnectorError)  # else there was nothing to send it over
    return Failed(outcome=Again(timedelta()), doubtful=connected)


def refused(status: int, said: Any, retry_after: str) -> Failed:
    """What an answer means that is not a success. `said` is its body decoded; None if that is no JSON."""
    word = _word(said)
    if status == UNAUTHORISED:
        return Failed(outcome=Again(TOKEN_WAIT, everyone=True), word=word, status=status)
    reason = _NEVER.get(word) or _NEVER_STATUS.get(status)
    if reason and said is not None and 400 <= status < 500 and status not in _NOT_DONE:
        return Failed(outcome=Never(reason), word=word, status=status)
    # A page for people is from a proxy or a filter in between, whatever its status.
    doubtful = status >= 500 or (said is None and status not in _NOT_DONE)
    return Failed(outcome=Again(_seconds(retry_after)), doubtful=doubtful, word=word, status=status)


def token_refused(status: int, said: Any) -> Failed:
    """What it means that there is no token. Entra's word is its number of the error, like "AADSTS7000215"."""
    if isinstance(said, Mapping) and status in (400, 401, 403) and isinstance(said.get("error"), str):
        told = str(said.get("error_description", "")).partition(":")[0]
        known = told.startswith("AADSTS") and told.isalnum()
        word = told if known else "token"
        return Failed(outcome=Again(TOKEN_WAIT, everyone=True), word=word)
    return Failed(outcome=Again(timedelta(), everyone=True))


def _word(said: Any) -> str:
    error = said.get("error") if isinstance(said, Mapping) else None
    inner = error.get("innerHttpError") if isinstance(error, Mapping) else None
    code = error.get("code") if isinstance(error, Mapping) else None
    named = code if isinstance(code, str) else ""
    if named not in _NEVER and isinstance(inner, Mapping) and isinstance(inner.get("code"), str):
        return str(inner["code"])
    return named


def _seconds(asked: str) -> timedelta:
    """The time that Microsoft asks for, in whole seconds; none if it says nothing that can be read."""
    readable = asked.isascii() and asked.isdigit()
    return timedelta(seconds=min(int(asked[:9]), 24 * 3600)) if readable else timedelta()
