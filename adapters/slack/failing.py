"""What it means when Slack did not do what it was asked: whom it concerns, for how long, and whether it may be done.

Pure. Slack's own words are read here and nowhere else; whoever asked gets an outcome as the outbox knows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from aiohttp import ClientConnectorError
from slack_sdk.errors import SlackApiError

from bot.ports import Again, Never

TOKEN_WAIT = timedelta(minutes=15)
"""How long everybody waits when our token is refused: until the operator has renewed it."""

NO_PERMISSION: Final = "missing_scope"

TOKEN: Final = frozenset(
    {
        "access_denied",
        "account_inactive",  # the account is the token's own; a person's is `user_disabled`
        "app_uninstalled",
        "enterprise_is_restricted",
        "invalid_auth",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        NO_PERMISSION,
    }
)
"""The operator's to mend, and the same for whoever is written to."""

_NEVER: Final[Mapping[str, str]] = {
    "cannot_dm_bot": "forbidden",
    "cant_update_message": "gone",
    "channel_not_found": "not-found",
    "edit_window_closed": "gone",
    "ekm_access_denied": "forbidden",
    "exchanged_trigger_id": "gone",
    "expired_trigger_id": "gone",
    "hash_conflict": "gone",
    "invalid_arguments": "refused",
    "invalid_blocks": "refused",
    "invalid_blocks_format": "refused",
    "invalid_trigger_id": "gone",
    "is_archived": "archived",
    "is_inactive": "archived",
    "message_not_found": "gone",
    "messages_tab_disabled": "not-installed",
    "method_not_supported_for_channel_type": "refused",
    "msg_blocks_too_long": "refused",
    "msg_too_long": "refused",
    "no_text": "refused",
    "not_enabled": "not-installed",
    "not_found": "gone",
    "not_in_channel": "gone",
    "user_disabled": "inactive",
    "user_not_found": "not-found",
    "user_not_in_channel": "gone",
    "user_not_visible": "not-found",
    "users_not_found": "not-found",
    "view_too_large": "refused",
}
"""What will not change by trying again: Slack's word → one of `bot.logs.REASONS`."""

_RESTRICTED = "restricted_action"  # also with what restricts it behind
_SLOW_DOWN: Final = frozenset({"ratelimited", "rate_limited"})
_SLOW_DOWN_ALL = "message_limit_exceeded"  # of the whole workspace
_NOT_DONE: Final = frozenset({"service_unavailable", "team_added_to_org"})
"""Passing trouble in which Slack says that it has done nothing; of "fatal_error" it says the opposite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A call did not succeed. `doubtful`: Slack may have done it all the same. `word` is Slack's own, or empty."""

    outcome: Again | Never
    doubtful: bool = False
    word: str = ""


def failed(error: Exception) -> Failed:
    """What an exception of the SDK, or of the network below it, means. What nobody knows is tried again."""
    if isinstance(error, ClientConnectorError):
        return Failed(outcome=Again(timedelta()))  # there was no connection to send it over
    if not isinstance(error, SlackApiError):
        return Failed(outcome=Again(timedelta()), doubtful=True)
    response = error.response
    body = getattr(response, "data", None)
    word = body.get("error") if isinstance(body, Mapping) else None
    status = getattr(response, "status_code", None) or getattr(response, "status", None)
    if status == 429 or word in _SLOW_DOWN:
        return Failed(outcome=Again(_retry_after(response)), word="ratelimited")
    if not isinstance(word, str):
        return Failed(outcome=Again(timedelta()), doubtful=True)
    return _by_word(word)


def _by_word(word: str) -> Failed:
    if word in TOKEN:
        return Failed(outcome=Again(TOKEN_WAIT, everyone=True), word=word)
    if word == _SLOW_DOWN_ALL:
        return Failed(outcome=Again(timedelta(minutes=1), everyone=True), word=word)
    reason = "restricted" if word.startswith(_RESTRICTED) else _NEVER.get(word)
    if reason:
        return Failed(outcome=Never(reason), word=word)
    return Failed(outcome=Again(timedelta()), doubtful=word not in _NOT_DONE, word=word)


def _retry_after(response: object) -> timedelta:
    """The time that Slack asks for, in its header of whole seconds; none if it says nothing that can be read."""
    headers = getattr(response, "headers", None)
    asked = str(headers.get("Retry-After", "")) if isinstance(headers, Mapping) else ""
    return timedelta(seconds=min(int(asked), 24 * 3600)) if asked.isascii() and asked.isdigit() else timedelta()
