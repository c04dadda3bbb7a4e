"""Teams' side of our door: signs what people do, as Microsoft does, and posts it over HTTP, once or once more."""

from __future__ import annotations

import base64
import itertools
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import aiohttp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.teams.fake_connector import APP_ID, BOT, TENANT

Json: TypeAlias = dict[str, Any]

ISSUER = "https://api.botframework.com"


@cache
def private_key(name: str, bits: int) -> rsa.RSAPrivateKey:
    """A key of this name, made once in a run of the tests."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def public_key(name: str = "k1", *, bits: int = 2048, **facts: Any) -> Json:
    """The same key as a JWKS shows it; `facts` replace or add to what it says."""
    numbers = private_key(name, bits).public_key().public_numbers()
    shown = {"kty": "RSA", "use": "sig", "kid": name, "n": _number(numbers.n), "e": _number(numbers.e)}
    return {**shown, "endorsements": ["msteams"], **facts}


def token(
    service_url: str,
    *,
    key: str = "k1",
    signed_by: str = "",
    bits: int = 2048,
    header: Json | None = None,
    **claims: Any,
) -> str:
    """A token as Microsoft signs it for us. `claims` replace or add to it, None takes away; `header` likewise.

    `key` is the key that it names, `signed_by` the one that it is signed with if that is another.
    """
    now = int(time.time())
    usual = {"iss": ISSUER, "aud": APP_ID, "nbf": now - 60, "exp": now + 3600, "serviceurl": service_url}
    told = {name: value for name, value in {**usual, **claims}.items() if value is not None}
    named = {"typ": "JWT", "alg": "RS256", "kid": key, **(header or {})}
    # Put together here, because the library refuses to make what somebody who means harm would.
    signed = f"{_part(named)}.{_part(told)}"
    signature = private_key(signed_by or key, bits).sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{signed}.{_encoded(signature)}"


@dataclass(frozen=True, slots=True)
class Answered:
    """What our door answered: the status, and the body decoded if it is JSON."""

    status: int
    body: Any


class TeamsSender:
    """Sends what people do to `door`, the full URL, over `session`; activities name `service_url` to be answered at.

    Every method returns what the door answered. Give `id` to send the very same activity again. `entra` maps users to
    their Entra object ids. Without `signed`, nothing is signed, as in the playground.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        door: str,
        service_url: str,
        *,
        tenant: str = TENANT,
        entra: Mapping[str, str] | None = None,
        signed: bool = True,
    ) -> None:
        self.session = session
        self.door = door
        self.service_url = service_url
        self._tenant = tenant
        self._entra = entra or {}
        self._signed = signed
        self._numbers = itertools.count(1)

    async def send(self, activity: Mapping[str, Any], authorization: str | None = None) -> Answered:
        """Post an activity as it is, with this header or the right one."""
        usual = f"Bearer {token(str(activity.get('serviceUrl')))}" if self._signed else ""
        given = usual if authorization is None else authorization
        return await self.post(json.dumps(activity).encode(), given)

    async def post(self, body: bytes, authorization: str) -> Answered:
        """Post a body as it is."""
        headers = {"Content-Type": "application/json", **({"Authorization": authorization} if authorization else {})}
        async with self.session.post(self.door, data=body, headers=headers) as answer:
            text = await answer.text()
            return Answered(answer.status, json.loads(text) if answer.content_type == "application/json" else text)

    def activity(self, user: str, chat: str, kind: str, *, shared: bool = False, **more: Any) -> Json:
        """Something that a person does in a conversation, as Teams tells it; `more` replaces or adds to it."""
        entra = {"aadObjectId": self._entra[user]} if user in self._entra else {}
        conversation = {"id": chat, "conversationType": "groupChat" if shared else "personal", "tenantId": self._tenant}
        return {
            "type": kind,
            "id": f"f:{next(self._numbers):06}",
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": {"id": user, "name": "Made Up", **entra},
            "recipient": {"id": BOT, "name": "Candour"},
            "conversation": {**conversation, **({"isGroup": True} if shared else {})},
            "channelData": {"tenant": {"id": self._tenant}},
            "locale": "en-GB",
            **more,
        }

    async def says(self, user: str, text: str, chat: str, **more: Any) -> Answered:
        """A person writes to us in their own chat with us."""
        return await self.send(self.activity(user, chat, "message", text=text, textFormat="plain", **more))

    async def mentions(self, user: str, text: str, chat: str, **more: Any) -> Answered:
        """A person names us where others read along."""
        entity = {"type": "mention", "mentioned": {"id": BOT, "name": "Candour"}, "text": "<at>Candour</at>"}
        told = {"text": f"<at>Candour</at> {text}", "entities": [entity], **more}
        return await self.send(self.activity(user, chat, "message", shared=True, **told))

    async def presses(
        self, user: str, action: Mapping[str, Any], chat: str, message: str = "", **more: Any
    ) -> Answered:
        """A person uses an `Action.Execute` of a card; `action` is the element as it was sent."""
        pressed = {"type": "Action.Execute", "verb": action.get("verb", ""), "data": action.get("data", {})}
        return await self.invokes(
            user, "adaptiveCard/action", {"action": pressed, "trigger": "manual"}, chat, replyToId=message, **more
        )

    async def submits(self, user: str, data: Mapping[str, Any], chat: str, message: str = "", **more: Any) -> Answered:
        """A person uses an `Action.Submit` of a card; `data` with what was put in."""
        return await self.send(self.activity(user, chat, "message", value=dict(data), replyToId=message, **more))

    async def opens_dialog(self, user: str, data: Mapping[str, Any], chat: str, **more: Any) -> Answered:
        """A person uses a button that opens a dialog."""
        return await self.invokes(
            user, "task/fetch", {"data": dict(data), "context": {"theme": "default"}}, chat, **more
        )

    async def sends_dialog(self, user: str, data: Mapping[str, Any], chat: str, **more: Any) -> Answered:
        """A person uses a button of a dialog; `data` with what was put in."""
        return await self.invokes(user, "task/submit", {"data": dict(data)}, chat, **more)

    async def installs(self, user: str, chat: str, **more: Any) -> Answered:
        """A person installs the app for themselves."""
        return await self.send(self.activity(user, chat, "installationUpdate", action="add", **more))

    async def invokes(self, user: str, name: str, value: Mapping[str, Any], chat: str, **more: Any) -> Answered:
        """Anything that waits for an answer."""
        return await self.send(self.activity(user, chat, "invoke", name=name, value=dict(value), **more))


def _number(value: int) -> str:
    return _encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _part(said: Json) -> str:
    return _encoded(json.dumps(said).encode())


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
