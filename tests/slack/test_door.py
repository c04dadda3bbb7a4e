"""The HTTP door: what Slack did not sign is refused without a trace, and what it signed never breaks it."""

from __future__ import annotations

import json
import random
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from adapters.slack.door import BODY_MAX, Signature
from bot.compiled import Knowledge
from tests.slack.office import Office, open_office, user_of
from tests.slack.sender import SECRET, Answered, signed

LAD = "lad.high@bakery.example"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
QUESTION = "can I wear a watch"
NOW = 1_795_000_000
"""A moment in seconds, for doors that are asked without an office."""

RECORDED = [json.loads(file.read_text()) for file in sorted((Path(__file__).parents[1] / "payloads/slack").glob("*"))]


@pytest.fixture
async def office(bakery: Knowledge) -> AsyncIterator[Office]:
    """The bakery on Slack, in memory."""
    async with open_office(bakery) as office:
        yield office


def message(office: Office) -> bytes:
    """A question to us, as Slack sends it."""
    user = user_of(LAD)
    event = {"type": "message", "channel_type": "im", "user": user, "text": QUESTION, "channel": "D1", "ts": "1.1"}
    return json.dumps({"type": "event_callback", "team_id": "T0BAKERY", "event": event}).encode()


async def knocks(office: Office, body: bytes, headers: dict[str, str]) -> Answered:
    """Post this as it is."""
    given = {"Content-Type": JSON, **headers}
    async with office.sends.session.post(office.sends.door, data=body, headers=given) as answer:
        return Answered(answer.status, await answer.text())


async def is_refused(office: Office, body: bytes, headers: dict[str, str]) -> None:
    """It is answered 401, and nothing at all comes of it."""
    before = repr(vars(office.store))

    answer = await knocks(office, body, headers)

    await office.settles()
    assert (answer.status, answer.body) == (401, "")
    assert repr(vars(office.store)) == before
    assert office.slack.calls == []
    assert office.reports == []


# --- what is not Slack's (check 1)


async def test_what_is_not_signed_is_refused_without_a_trace(office: Office) -> None:
    await is_refused(office, message(office), {})


async def test_what_is_signed_with_another_secret_is_refused_without_a_trace(office: Office) -> None:
    body, now = message(office), str(int(office.clock().timestamp()))

    await is_refused(office, body, signed(body, now, "f" * 32))


async def test_one_byte_changed_anywhere_is_refused_without_a_trace(office: Office) -> None:
    body, now = message(office), str(int(office.clock().timestamp()))
    headers = signed(body, now)

    for place in range(len(body)):
        changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        await is_refused(office, changed, headers)


@pytest.mark.parametrize("seconds", [301, -301])
async def test_a_signature_of_five_minutes_and_a_second_away_is_refused(office: Office, seconds: int) -> None:
    body, then = message(office), str(int(office.clock().timestamp()) + seconds)

    await is_refused(office, body, signed(body, then))


@pytest.mark.parametrize("seconds", [299, -299, 300, -300])
async def test_a_signature_of_up_to_five_minutes_away_is_accepted_and_answered(office: Office, seconds: int) -> None:
    body, then = message(office), str(int(office.clock().timestamp()) + seconds)
    office.slack.shares("D1")

    answer = await knocks(office, body, signed(body, then))

    await office.settles()
    assert answer.status == 200
    assert len(office.slack.called("chat.postMessage")) == 1


MALFORMED = {
    "no time": {"X-Slack-Request-Timestamp": ""},
    "words for a time": {"X-Slack-Request-Timestamp": "yesterday"},
    "a time with a sign": {"X-Slack-Request-Timestamp": "+1795000000"},
    "a time before all times": {"X-Slack-Request-Timestamp": "-1"},
    "a time with a fraction": {"X-Slack-Request-Timestamp": "1795424400.0"},
    "an endless time": {"X-Slack-Request-Timestamp": "9" * 5000},
    "digits of another script": {"X-Slack-Request-Timestamp": "١٧٩٥٤٢٤٤٠٠"},
    "infinity": {"X-Slack-Request-Timestamp": "inf"},
    "no signature": {"X-Slack-Signature": ""},
    "a version only": {"X-Slack-Signature": "v0="},
    "another version": {"X-Slack-Signature": "v1=" + "0" * 64},
    "a signature beyond ASCII": {"X-Slack-Signature": "v0=é" + "0" * 63},
    "a long signature": {"X-Slack-Signature": "v0=" + "0" * 6000},
}


@pytest.mark.parametrize("wrong", MALFORMED.values(), ids=MALFORMED.keys())
async def test_a_malformed_header_is_refused_without_a_trace(office: Office, wrong: dict[str, str]) -> None:
    body, now = message(office), str(int(office.clock().timestamp()))

    await is_refused(office, body, {**signed(body, now), **wrong})


async def test_a_body_that_is_not_utf_8_is_refused_even_if_it_is_signed(office: Office) -> None:
    body, now = b"\xff\xfe" + message(office), str(int(office.clock().timestamp()))

    await is_refused(office, body, signed(body, now))


def test_nothing_that_chance_makes_up_holds_and_nothing_raises() -> None:
    door, dice = Signature(SECRET, lambda: float(NOW)), random.Random(4)

    for _ in range(10_000):
        body = dice.randbytes(dice.randrange(60))
        moment = dice.choice((str(NOW), "".join(chr(dice.randrange(0xD7FF)) for _ in range(dice.randrange(14)))))
        made_up = "".join(chr(dice.randrange(dice.choice((128, 0xD7FF)))) for _ in range(dice.randrange(70)))
        signature = dice.choice((made_up, f"v0={dice.randbytes(32).hex()}"))
        assert not door.holds(body, {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": signature})


# --- what is Slack's and broken (check 33)


def spoilt(number: int) -> tuple[bytes, str]:
    """A recorded payload with something in it replaced or missing, or cut, as chance has it."""
    recorded = RECORDED[number % len(RECORDED)]["payload"]
    oddities: tuple[object, ...] = (
        None,
        [],
        {},
        0,
        -1,
        "",
        "\x00",
        "x" * 3000,
        True,
        [[]],
        {"id": []},
        "\ud800",
        1e308,
        [None],
        "D" * 400,
    )
    payload = _replaced(json.loads(json.dumps(recorded)), number // len(RECORDED), oddities)
    text = json.dumps(payload)
    text = text[: len(text) // 2] if number % 29 == 0 else text
    if "event" in recorded or number % 7 == 0:
        return text.encode(), JSON
    if "command" in recorded and isinstance(payload, dict):
        shown = {k: str(v).encode("utf-8", "replace") for k, v in payload.items()}
        return urlencode(shown).encode(), FORM
    return urlencode({"payload": text}).encode(), FORM


def _replaced(part: object, number: int, oddities: tuple[object, ...]) -> object:
    """The part with one thing in it replaced; which one depends on the number."""
    if isinstance(part, dict) and part and number % 5:
        keys = sorted(part)
        key = keys[number % len(keys)]
        part[key] = _replaced(part[key], number // 3, oddities)
        return part
    if isinstance(part, list) and part and number % 4:
        part[0] = _replaced(part[0], number // 2, oddities)
        return part
    return oddities[number % len(oddities)]


async def test_ten_thousand_broken_payloads_with_valid_signatures_never_break_the_door(office: Office) -> None:
    now = str(int(office.clock().timestamp()))
    statuses: set[int] = set()

    for number in range(10_000):
        body, kind = spoilt(number)
        answer = await knocks(office, body, {**signed(body, now), "Content-Type": kind})
        statuses.add(answer.status)
    await office.settles()

    assert max(statuses) < 500
    assert not [line for line in office.reports if "reply-lost" in line]


async def test_broken_payloads_leave_nothing_in_memory(office: Office) -> None:
    now = str(int(office.clock().timestamp()))

    async def sends(first: int, count: int) -> int:
        for number in range(first, first + count):
            body, kind = spoilt(number)
            await knocks(office, body, {**signed(body, now), "Content-Type": kind})
        await office.settles()
        office.slack.calls.clear()
        office.reports.clear()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        warm = await sends(0, 600)
        after = await sends(0, 600)
    finally:
        tracemalloc.stop()

    assert after - warm < 500_000


HUGE = {
    "deep lists": b"[" * 200_000,
    "deep objects": b'{"event":' * 60_000 + b"1" + b"}" * 60_000,
    "a megabyte of one word": b'{"type":"event_callback","event":{"type":"' + b"x" * (BODY_MAX - 100) + b'"}}',
    "numbers without end": b"9" * 500_000,
    "zeros": b"\x00" * 500_000,
}


@pytest.mark.parametrize("kind", [JSON, FORM])
@pytest.mark.parametrize("body", HUGE.values(), ids=HUGE.keys())
async def test_a_huge_or_deep_body_is_answered_without_breaking(office: Office, body: bytes, kind: str) -> None:
    sent = b"payload=" + body if kind == FORM else body

    answer = await knocks(office, sent, {**signed(sent, str(int(office.clock().timestamp()))), "Content-Type": kind})

    assert answer.status < 500


async def test_a_body_of_more_than_a_megabyte_is_not_read(office: Office) -> None:
    body = b" " * (BODY_MAX + 1)

    answer = await knocks(office, body, signed(body, str(int(office.clock().timestamp()))))

    assert answer.status == 413


async def test_a_body_in_pieces_without_a_length_is_cut_off_as_well(office: Office) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(12):
            yield b" " * 100_000

    headers = {"Content-Type": JSON, **signed(b"", str(int(office.clock().timestamp())))}
    async with office.sends.session.post(office.sends.door, data=pieces(), headers=headers) as answer:
        assert answer.status == 413
