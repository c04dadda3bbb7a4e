"""The HTTP door: nothing that Microsoft did not sign for us gets past it, and nothing wrong with a request is an error.

Our own check instead of the SDK's, which trusts more issuers than there are, asks the key server for anybody who
claims to be one of them, and stands still meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal, TypeAlias

import jwt

from adapters.teams.addresses import is_trusted
from adapters.teams.keys import ALGORITHM, SigningKeys, Unknown

BODY_MAX = 1_000_000
"""Bytes of a request; Teams' own are far below."""

ISSUER: Final = "https://api.botframework.com"
CHANNEL: Final = "msteams"
"""The one channel that we are on. In others, those who write can say themselves which tenant they are of."""

LEEWAY = timedelta(minutes=5)
"""How far the clocks may be apart."""

_CLAIMS: Final = ("exp", "nbf", "iss", "aud", "serviceurl")
_TOKEN = re.compile(r"Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)")
_TOKEN_MAX = 8_192


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What is certain about an activity: it is from Teams, for us, of this tenant, and answered at this address."""

    service_url: str
    tenant: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing is done with it. The status to answer: 401, or 503 if the key server cannot be asked just now."""

    status: Literal[401, 503]


Checked: TypeAlias = Claims | Refused

_NO = Refused(401)


class TokenCheck:
    """Checks activities for the app `app_id` and the tenants that are ours. `loopback`: see `is_trusted`."""

    def __init__(self, app_id: str, tenants: Set[str], keys: SigningKeys, *, loopback: bool = False) -> None:
        if not app_id or not tenants:
            raise ValueError("Without an app id and tenants, anybody's token would do.")
        self._app_id = app_id
        self._tenants = frozenset(tenant.lower() for tenant in tenants)
        self._keys = keys
        self._loopback = loopback

    async def claims(self, authorization: str, activity: Mapping[str, Any]) -> Checked:
        """What is certain about a decoded activity that came with this Authorization header. Never raises."""
        told = self._told(activity)
        token = _TOKEN.fullmatch(authorization)
        if told is None or token is None or len(token[1]) > _TOKEN_MAX:
            return _NO
        name = self._key_name(token[1])
        if name is None:
            return _NO
        key = await self._keys.key(name)
        if isinstance(key, Unknown):
            return _NO if key.reachable else Refused(503)
        if CHANNEL not in key.endorsements:
            return _NO
        claims = self._verified(token[1], key.key)
        return told if claims is not None and claims["serviceurl"] == told.service_url else _NO

    def _told(self, activity: Mapping[str, Any]) -> Claims | None:
        """What the activity says of itself, if it may be so."""
        url, tenant = activity.get("serviceUrl"), _id(activity, "channelData", "tenant", "id")
        if activity.get("channelId") != CHANNEL or not isinstance(url, str) or not isinstance(tenant, str):
            return None
        conversation = activity.get("conversation")
        other = conversation.get("tenantId") if isinstance(conversation, Mapping) else None
        if tenant.lower() not in self._tenants or (other is not None and other != tenant):
            return None
        return Claims(service_url=url, tenant=tenant) if is_trusted(url, loopback=self._loopback) else None

    def _key_name(self, token: str) -> str | None:
        """The key that the token says it was signed with; None if it is not even meant for us, so nobody is asked."""
        try:
            header = jwt.get_unverified_header(token)
            meant = jwt.decode(token, options={"verify_signature": False})
        except Exception:  # whatever is wrong with it, it is a no
            return None
        ours = meant.get("iss") == ISSUER and meant.get("aud") == self._app_id
        name = header.get("kid")
        return name if ours and header.get("alg") == ALGORITHM and isinstance(name, str) else None

    def _verified(self, token: str, key: Any) -> Mapping[str, Any] | None:
        try:
            return jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=self._app_id,
                issuer=ISSUER,
                leeway=LEEWAY,
                options={"require": list(_CLAIMS), "strict_aud": True},
            )
        except Exception:  # the library also raises for claims of odd types, and each of them is a no
            return None


def _id(part: Any, *path: str) -> Any:
    for name in path:
        part = part.get(name) if isinstance(part, Mapping) else None
    return part
