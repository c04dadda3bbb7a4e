"""Whatever comes to the playground's door: it is never the server's fault, costs no memory, holds up nobody."""

from __future__ import annotations

import asyncio
import gc
import gzip
import json
import random
import resource
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from yarl import URL

from bot.live import LiveKnowledge
from tests.conftest import BAKERY
from tests.front_door import LAD, Shop

PAYLOADS = 10_000
SIDE_BY_SIDE = 32
MEBIBYTE = 1024 * 1024
EVENT = {"person": LAD, "key": "key-00000001", "kind": "opened"}
GOOD: tuple[dict[str, Any], ...] = (
    {"kind": "text", "text": "do i need a hairnet"},
    {"kind": "choice", "value": "begin:rude-customer"},
    {"kind": "choice", "value": "draft:abcdefgh:pick:danger:safe"},
    {"kind": "choice", "value": "case:open:AAAA-AAAA"},
    {"kind": "form", "form": "draft:abcdefgh:words", "text": "He shouted."},
    {"kind": "form", "form": "mine:add:AAAA-AAAA", "text": "He came back.", "ticked": ["lad"]},
    {"kind": "form", "form": "decide:say:AAAA-AAAA", "fields": {"why": ["Because."], "told": ["owner", "baker"]}},
    {"kind": "closed"},
    {"kind": "file"},
    {"kind": "home"},
)
ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1e308, 10**30, "", " ", ":", "::::::", "draft:", "case:take:", "mine:add:", "\x00"),
    *("\ud800", "\u202e", "\U000e0041", "a" * 300, "é" * 41, [], {}, [[]], {"": {"": {}}}, ["a"] * 600, [None]),
    *("hide", "menu", "mine", "report:", "draft:a:send:b", "sample:" + "9" * 200, "entry:__class__", "{0.__class__}"),
)


@pytest.fixture(scope="module")
def live(cache: Path) -> LiveKnowledge:
    """The bakery, as it is served."""
    return LiveKnowledge(BAKERY, cache, print)


@pytest.fixture
async def shop(tmp_path: Path, live: LiveKnowledge) -> AsyncIterator[Shop]:
    """A playground that is being served."""
    shop = await Shop(tmp_path, live).opens()
    yield shop
    await shop.closes()


def made_up(chance: random.Random) -> bytes:
    """A payload that is nearly one of ours: fields exchanged, left out, added, or bytes changed, cut, repeated."""
    payload: dict[Any, Any] = {"person": LAD, "key": f"key-{chance.random()}", **chance.choice(GOOD)}
    for _ in range(chance.randint(0, 3)):
        payload[chance.choice([*payload, "ticked", "fields", "text", "extra"])] = chance.choice(ODD)
    if chance.random() < 0.2:
        payload.pop(chance.choice(list(payload)))
    raw = json.dumps(payload, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
    match chance.randrange(5):
        case 0:
            return raw[: chance.randrange(len(raw))]
        case 1:
            at = chance.randrange(len(raw))
            return raw[:at] + chance.randbytes(chance.randint(1, 4)) + raw[at + 1 :]
        case 2:
            return raw * 2
        case _:
            return raw


async def post_all(shop: Shop, make: Callable[[int], bytes], count: int) -> Counter[int]:
    """Post so many bodies, some side by side; how often each status was given. Every answer must be JSON."""
    numbers = iter(range(count))
    statuses: Counter[int] = Counter()

    async def posts() -> None:
        for number in numbers:
            async with shop.http.post("api/event", data=make(number)) as answer:
                statuses[answer.status] += 1
                assert await answer.json()

    await asyncio.gather(*(posts() for _ in range(SIDE_BY_SIDE)))
    return statuses


def held() -> tuple[int, int]:
    """How many objects live, and how many kilobytes the process ever needed at once."""
    gc.collect()
    return sys.getallocatedblocks(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


async def test_ten_thousand_malformed_payloads_are_never_the_servers_fault_and_leave_nothing_in_memory(
    shop: Shop,
) -> None:
    chance = random.Random(2026)
    statuses = await post_all(shop, lambda _: made_up(chance), PAYLOADS // 4)
    objects, kilobytes = held()

    statuses += await post_all(shop, lambda _: made_up(chance), PAYLOADS - PAYLOADS // 4)

    more_objects, more_kilobytes = held()
    assert statuses.total() == PAYLOADS
    assert set(statuses) == {200, 400}
    assert min(statuses.values()) > PAYLOADS / 10  # both sorts were tried
    assert more_objects - objects < PAYLOADS  # not even two small objects for each request
    assert more_kilobytes - kilobytes < 16 * 1024
    assert not shop.books().cases
    assert not shop.said


async def test_bodies_of_a_mebibyte_are_refused_and_leave_nothing_in_memory(shop: Shop) -> None:
    body = json.dumps({**EVENT, "kind": "text", "text": "a" * MEBIBYTE}).encode()
    await post_all(shop, lambda _: body, 2 * SIDE_BY_SIDE)
    objects, kilobytes = held()

    statuses = await post_all(shop, lambda _: body, 200)

    more_objects, more_kilobytes = held()
    assert statuses == {413: 200}
    assert more_objects - objects < 5_000
    assert more_kilobytes - kilobytes < 100 * 1024  # half of one body for each


async def test_a_text_just_below_the_limit_is_answered(shop: Shop) -> None:
    body = json.dumps({**EVENT, "kind": "text", "text": "a" * 999_000}).encode()

    assert await post_all(shop, lambda _: body, 1) == {200: 1}


@pytest.mark.parametrize("field", ["person", "key", "kind", "text", "value", "form", "ticked", "fields", "extra"])
async def test_json_of_every_depth_in_every_field_is_never_the_servers_fault(shop: Shop, field: str) -> None:
    frame = json.dumps({"person": LAD, "key": "key-00000001", "kind": "form", "form": "a:b:c", field: "HERE"})

    def nested(number: int) -> bytes:
        depth = number * 7
        deep = "[" * depth + "]" * depth if number % 2 else '{"a":' * depth + "1" + "}" * depth
        return frame.replace('"HERE"', deep).encode()

    assert set(await post_all(shop, nested, 200)) <= {200, 400}


async def test_the_clock_and_the_list_of_letters_stand_odd_requests(shop: Shop) -> None:
    statuses = set()
    for odd in ODD:
        raw = json.dumps({"minutes": odd}).encode()
        async with shop.http.post("api/clock", data=raw) as answer:
            statuses.add(answer.status)
        async with shop.http.get("api/playground", params={"after": repr(odd)}) as answer:
            statuses.add(answer.status)

    assert statuses <= {200, 400}


@pytest.mark.parametrize(
    ("how", "body", "expected"),
    [
        ("gzip", gzip.compress(json.dumps(EVENT).encode()), 200),
        ("gzip", gzip.compress(b"0" * 20 * MEBIBYTE), 413),
        ("br", b"hairnet", 400),
        ("gzip", b"hairnet", 400),
        ("deflate", b"hairnet", 400),
    ],
    ids=["whole", "twenty mebibytes", "unknown", "broken gzip", "broken deflate"],
)
async def test_a_compressed_body_is_opened_within_the_limit_or_refused(
    shop: Shop, how: str, body: bytes, expected: int
) -> None:
    async with shop.http.post("api/event", data=body, headers={"Content-Encoding": how}) as answer:
        assert answer.status == expected


@pytest.mark.parametrize(
    "path",
    [
        "page/%00",
        "page/%ff%fe",
        "page/..%2f..%2fruntime.py",
        "page/.",
        "api/event/../../page",
        "%0d%0aSet-Cookie:a=b",
        pytest.param(f"page/{'a' * 300}", id="a long name"),
        pytest.param(f"page/{'a/' * 3000}", id="a long way"),
    ],
)
async def test_a_path_to_nothing_is_refused(shop: Shop, path: str) -> None:
    async with shop.http.get(URL(path, encoded=True)) as answer:
        assert 400 <= answer.status < 500
        assert "Set-Cookie" not in answer.headers


HEAD = b"POST /api/event HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@pytest.mark.parametrize(
    "request_bytes",
    [
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabc\r\nzz\r\n",
        HEAD + b"Content-Length: -5\r\n\r\n",
        HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        HEAD + b"Content-Type: text/\xff;charset=\xff\r\nContent-Length: 2\r\n\r\n{}",
        HEAD + b"Expect: the-unexpected\r\nContent-Length: 2\r\n\r\n{}",
        HEAD + b"X: " + b"a" * 70_000 + b"\r\n\r\n",
        b"POST /api/event HTTP/1.1\r\nHost: \xff\xfe\r\nContent-Length: 2\r\n\r\n{}",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET //[ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /api/playground?after=%zz&\xff HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"\x00" * 20_000,
    ],
    ids=lambda raw: ascii(raw[-40:]),
)
async def test_bytes_that_are_no_request_are_refused(shop: Shop, request_bytes: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", shop.port)
    writer.write(request_bytes)

    async with asyncio.timeout(10):
        line = await reader.readline()

    writer.close()
    assert line.split()[1].startswith(b"4")


async def test_two_hundred_bodies_that_never_end_hold_up_nobody(shop: Shop) -> None:
    open_ends = [await asyncio.open_connection("127.0.0.1", shop.port) for _ in range(200)]
    for _, writer in open_ends:
        writer.write(HEAD + b'Content-Length: 900000\r\n\r\n{"person":')

    async with asyncio.timeout(30):
        ref = await shop.page(LAD).reports("injury", {"danger": "danger"})

    for _, writer in open_ends:
        writer.close()
    assert len(shop.books().cases) == 1
    assert ref
