"""Nothing gets past the door that Microsoft did not sign for our app and our tenants, and nobody can hold it up."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.teams.door import Claims, Refused, TokenCheck
from adapters.teams.keys import FIRST_TRIED_EVERY, KEPT, REFRESHED_EVERY, TIMEOUT, SigningKeys
from tests.fakes import FakeClock
from tests.slack.fake_api import Trouble, broken, hangs, reset, web_page
from tests.teams.conftest import IMPATIENT
from tests.teams.fake_connector import APP_ID, ELSEWHERE, TENANT, FakeTeams
from tests.teams.sender import ISSUER, Json, public_key, token

NO = Refused(401)
NOT_NOW = Refused(503)


@dataclass(slots=True)
class Door:
    """Our door, and the server of keys that it asks."""

    session: aiohttp.ClientSession
    teams: FakeTeams
    clock: FakeClock = field(default_factory=FakeClock)
    keys: SigningKeys = field(init=False)
    check: TokenCheck = field(init=False)

    def __post_init__(self) -> None:
        self.starts()

    def starts(self, timeout: timedelta = TIMEOUT) -> None:
        """Build it, or build it once more as after a restart."""
        self.keys = SigningKeys(self.session, self.clock, self.teams.openid_url, timeout)
        self.check = TokenCheck(APP_ID, {TENANT}, self.keys, loopback=True)

    def activity(self, **told: Any) -> Json:
        """Something that Teams tells; `told` replaces what it says, None takes away."""
        usual: Json = {
            "type": "message",
            "channelId": "msteams",
            "serviceUrl": self.teams.service_url,
            "conversation": {"id": "a:1", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
        }
        return {name: value for name, value in {**usual, **told}.items() if value is not None}

    async def knock(self, given: str | None = None, activity: Json | None = None, **claims: Any) -> Claims | Refused:
        """Come with this header, or with a token that holds these claims."""
        usual = f"Bearer {token(self.teams.service_url, **claims)}"
        shown = usual if given is None else given
        return await self.check.claims(shown, self.activity() if activity is None else activity)

    @property
    def let_in(self) -> Claims:
        """What is certain about everything that gets past."""
        return Claims(service_url=self.teams.service_url, tenant=TENANT)

    @property
    def asked(self) -> int:
        """How often the key server was asked."""
        return len(self.teams.called("metadata"))


@pytest.fixture
async def door(teams: FakeTeams) -> AsyncIterator[Door]:
    """A door that trusts one key."""
    teams.keys = [public_key()]
    async with aiohttp.ClientSession() as session:
        door = Door(session, teams)
        yield door
        await door.keys.stop()


def unsigned(claims: Json, **header: Any) -> str:
    """A token that nobody signed."""
    parts = ({"typ": "JWT", **header}, claims)
    return ".".join([*(base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts), "AAAA"])


# -- The token (check 4)


async def test_what_microsoft_signed_for_us_gets_in(door: Door) -> None:
    assert await door.knock() == door.let_in


def now() -> int:
    return int(time.time())


@pytest.mark.parametrize("claims", [{"exp": -290}, {"nbf": 290, "exp": 4000}], ids=["just over", "nearly there"])
async def test_clocks_may_be_five_minutes_apart(door: Door, claims: Json) -> None:
    assert await door.knock(**{name: now() + seconds for name, seconds in claims.items()}) == door.let_in


@pytest.mark.parametrize("claims", [{"exp": -310}, {"nbf": 310, "exp": 4000}, {"iat": 310}], ids=str)
async def test_a_token_out_of_its_time_is_refused(door: Door, claims: Json) -> None:
    assert await door.knock(**{name: now() + seconds for name, seconds in claims.items()}) == NO


@pytest.mark.parametrize("missing", ["iss", "aud", "exp", "nbf", "serviceurl"])
async def test_a_token_that_leaves_a_claim_out_is_refused(door: Door, missing: str) -> None:
    assert await door.knock(**{missing: None}) == NO


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "c0ffee00-0000-4000-8000-00000000beef"},
        {"aud": [APP_ID, "c0ffee00-0000-4000-8000-00000000beef"]},
        {"aud": "https://api.botframework.com", "appid": APP_ID},
        {"iss": "https://api.botframework.us"},
        {"iss": ISSUER + "/"},
        {"iss": [ISSUER]},
        {"iss": f"https://sts.windows.net/{TENANT}/"},
        {"iss": f"https://login.microsoftonline.com/{TENANT}/v2.0", "ver": "2.0", "azp": APP_ID},
        {"iss": "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/", "appid": APP_ID},
        {"serviceurl": "https://smba.trafficmanager.net/uk/"},
        {"serviceurl": ""},
        {"serviceurl": ["http://127.0.0.1/"]},
        {"exp": "soon"},
        {"exp": 1e400},
        {"nbf": {}},
    ],
    ids=str,
)
async def test_a_token_for_others_or_from_others_is_refused(door: Door, claims: Json) -> None:
    assert await door.knock(**claims) == NO


async def test_our_own_token_to_microsoft_opens_nothing(door: Door) -> None:
    ours = token(door.teams.service_url, aud="https://api.botframework.com", iss=f"https://sts.windows.net/{TENANT}/")

    assert await door.knock(f"Bearer {ours}") == NO
    assert door.asked == 0


@pytest.mark.parametrize(
    "scheme", ["", "Bearer", "Basic {}", "{}", "Bearer  {}", "Bearer {} ", "Bearer {}\n", "Bearer {},{}"]
)
async def test_a_header_of_another_form_is_refused(door: Door, scheme: str) -> None:
    good = token(door.teams.service_url)

    assert await door.knock(scheme.replace("{}", good)) == NO


@pytest.mark.parametrize("algorithm", ["HS256", "none", "RS512", "PS256", "ES256", ""])
async def test_any_other_way_to_sign_is_refused(door: Door, algorithm: str) -> None:
    claims = jwt.decode(token(door.teams.service_url), options={"verify_signature": False})

    assert await door.knock(f"Bearer {unsigned(claims, alg=algorithm, kid='k1')}") == NO


async def test_a_token_signed_with_our_public_key_as_a_secret_is_refused(door: Door) -> None:
    claims = jwt.decode(token(door.teams.service_url), options={"verify_signature": False})
    secret = public_key()["n"]

    assert await door.knock(f"Bearer {jwt.encode(claims, secret, algorithm='HS256', headers={'kid': 'k1'})}") == NO


async def test_another_key_of_the_same_name_is_refused(door: Door) -> None:
    assert await door.knock(signed_by="k2") == NO


async def test_a_token_with_one_letter_changed_is_refused(door: Door) -> None:
    head, body, signature = token(door.teams.service_url).split(".")
    changed = body[:-1] + ("A" if body[-1] != "A" else "Q")

    assert await door.knock(f"Bearer {head}.{changed}.{signature}") == NO
    assert await door.knock(f"Bearer {head}.{body}.{signature[:-8]}AAAAAAAA") == NO


@pytest.mark.parametrize(
    "header", [{"kid": None}, {"kid": ["k1"]}, {"kid": "../k1"}, {"jku": "https://evil.example/keys"}], ids=str
)
async def test_what_a_token_says_about_keys_leads_nowhere_else(door: Door, header: Json) -> None:
    named = {"jwk": public_key("k2"), **header}

    assert await door.knock(signed_by="k2", header=named) == NO


@pytest.mark.parametrize("endorsements", [[], ["skype"], "msteams", None, [["msteams"]]], ids=str)
async def test_a_key_that_may_not_sign_for_teams_is_refused(door: Door, endorsements: Any) -> None:
    door.teams.keys = [public_key(endorsements=endorsements)]

    assert await door.knock() == NO


@pytest.mark.parametrize(
    "rubbish",
    ["a.b.c", "..", "e30.e30.e30", "A" * 100_000, f"{'A' * 9000}.{'A' * 9000}.A", "é.é.é", "\x00"],
    ids=["abc", "dots", "empty", "long", "longer", "letters", "nul"],
)
async def test_rubbish_is_refused_and_nobody_is_asked_about_it(door: Door, rubbish: str) -> None:
    assert await door.knock(f"Bearer {rubbish}") == NO
    assert door.asked == 0


async def test_a_token_that_wants_what_we_do_not_know_is_refused(door: Door) -> None:
    assert await door.knock(header={"crit": ["made-up"], "made-up": True}) == NO


async def test_deep_rubbish_is_refused(door: Door) -> None:
    deep = base64.urlsafe_b64encode(b"[" * 3000).rstrip(b"=").decode()
    head = base64.urlsafe_b64encode(b'{"alg":"RS256","kid":"k1"}').rstrip(b"=").decode()

    assert await door.knock(f"Bearer {deep}.{deep}.AAAA") == NO
    assert await door.knock(f"Bearer {head}.{deep[:4000]}.AAAA") == NO


# -- The keys (check 5)


async def test_a_new_key_is_found_by_asking_once(door: Door) -> None:
    await door.knock()
    door.teams.keys = [public_key(), public_key("k2")]
    door.clock.moves(REFRESHED_EVERY)

    found = await asyncio.gather(*(door.knock(key="k2") for _ in range(50)))

    assert found == [door.let_in] * 50
    assert door.asked == 2


async def test_invented_keys_make_us_ask_once_in_five_minutes(door: Door) -> None:
    await door.knock()
    door.clock.moves(REFRESHED_EVERY)
    for number in range(100):
        assert await door.knock(signed_by="k2", key=f"invented-{number}") == NO
    assert door.asked == 2

    door.clock.moves(REFRESHED_EVERY)
    await door.knock(signed_by="k2", key="invented")

    assert door.asked == 3


async def test_a_key_that_was_withdrawn_opens_nothing_after_a_day(door: Door) -> None:
    await door.knock()
    door.teams.keys = [public_key("k2")]
    door.clock.moves(KEPT)
    await door.knock()  # begins the refresh, and does not wait for it

    assert await door.knock(key="k2") == door.let_in
    assert await door.knock() == NO


FAILING = {
    "hangs": hangs(),
    "reset": reset(),
    "500": broken(500),
    "page": web_page(),
    "elsewhere": Trouble(status=302, headers={"Location": "http://127.0.0.1:1/"}),
    "half": Trouble(body='{"keys": [{"kty'),
    "list": Trouble(body="[]"),
    "null": Trouble(body="null"),
    "no keys": Trouble(body='{"keys": []}'),
    "odd keys": Trouble(body='{"keys": [7, {}, {"kty": "RSA", "kid": "k1", "n": "!", "e": null}]}'),
    "deep": Trouble(body="[" * 100_000),
}


@pytest.mark.parametrize("server", ["metadata", "keys"])
@pytest.mark.parametrize("trouble", FAILING.values(), ids=FAILING)
async def test_known_keys_open_the_door_whatever_the_key_server_does(door: Door, server: str, trouble: Trouble) -> None:
    door.starts(IMPATIENT)
    await door.knock()
    door.clock.moves(KEPT)
    door.teams.meets(server, *[trouble] * 4)  # what is only read, the HTTP library itself asks for once more

    unknown = asyncio.create_task(door.knock(key="k2"))
    known = await asyncio.gather(*(door.knock() for _ in range(5)))

    assert known == [door.let_in] * 5
    assert await unknown == NOT_NOW
    assert await door.knock() == door.let_in


async def test_nobody_waits_for_a_key_server_that_hangs_but_who_needs_it(door: Door) -> None:
    await door.knock()
    door.clock.moves(REFRESHED_EVERY)
    door.teams.meets("keys", hangs())
    waiting = asyncio.create_task(door.knock(key="k2"))
    await door.teams.hanging.wait()

    assert await door.knock() == door.let_in
    assert not waiting.done()
    waiting.cancel()


async def test_who_gives_up_waiting_does_not_end_it_for_the_others(door: Door) -> None:
    door.starts(IMPATIENT)
    door.teams.meets("keys", hangs())
    impatient, patient = (asyncio.create_task(door.knock()) for _ in range(2))
    await door.teams.hanging.wait()
    impatient.cancel()

    assert await patient == NOT_NOW
    assert door.asked == 1


async def test_before_there_are_keys_it_is_not_our_say_and_soon_tried_again(door: Door) -> None:
    door.teams.meets("metadata", broken(503))
    assert [await door.knock() for _ in range(3)] == [NOT_NOW] * 3
    assert door.asked == 1

    door.clock.moves(FIRST_TRIED_EVERY)

    assert await door.knock() == door.let_in


async def test_a_key_server_that_names_another_server_is_not_followed(door: Door) -> None:
    door.teams.jwks_uri = "https://evil.example/keys"

    assert await door.knock() == NOT_NOW
    assert door.teams.called("keys") == []


async def test_a_weak_key_is_none(door: Door) -> None:
    door.teams.keys = [public_key(), public_key("weak", bits=1024)]

    assert await door.knock(key="weak", bits=1024) == NO
    assert await door.knock() == door.let_in


# -- The activity (check 6)


@pytest.mark.parametrize(
    "told",
    [
        {"serviceUrl": None},
        {"serviceUrl": ""},
        {"serviceUrl": 7},
        {"serviceUrl": "https://smba.trafficmanager.net/uk/"},
        {"channelId": None},
        {"channelId": "webchat"},
        {"channelId": "emulator"},
        {"channelId": ["msteams"]},
        {"channelData": None},
        {"channelData": {}},
        {"channelData": {"tenant": {}}},
        {"channelData": {"tenant": TENANT}},
        {"channelData": {"tenant": {"id": ""}}},
        {"channelData": {"tenant": {"id": [TENANT]}}},
        {"channelData": {"tenant": {"id": ELSEWHERE}}},
        {"channelData": {"tenant": {"id": ELSEWHERE}}, "conversation": {"tenantId": ELSEWHERE}},
        {"conversation": {"id": "a:1", "tenantId": ELSEWHERE}},
        {"conversation": {"id": "a:1", "tenantId": 7}},
    ],
    ids=str,
)
async def test_an_activity_of_elsewhere_or_against_its_token_is_refused(door: Door, told: Json) -> None:
    assert await door.knock(activity=door.activity(**told)) == NO


async def test_a_conversation_that_names_no_tenant_contradicts_nothing(door: Door) -> None:
    assert await door.knock(activity=door.activity(conversation={"id": "a:1"})) == door.let_in
    assert await door.knock(activity=door.activity(conversation=None)) == door.let_in


async def test_a_foreign_service_address_is_refused_although_it_is_signed_and_never_called(door: Door) -> None:
    for url in (
        "https://evil.example/",
        "http://smba.trafficmanager.net/uk/",
        "https://smba.trafficmanager.net.evil.example/",
    ):
        claims = token(url)

        assert await door.check.claims(f"Bearer {claims}", door.activity(serviceUrl=url)) == NO
    assert door.asked == 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.text(), st.dictionaries(st.sampled_from(["serviceUrl", "channelId", "channelData", "conversation"]), JSON))
def test_nothing_that_anybody_can_send_is_an_error(header: str, activity: Json) -> None:
    check = TokenCheck(APP_ID, {TENANT}, None)  # type: ignore[arg-type]  # without keys: nothing here may ask for one

    assert asyncio.run(check.claims(header, activity)) == NO
