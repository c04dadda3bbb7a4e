"""The playground's server answers to this machine, in JSON, whatever it is sent; and never as if all were well."""

from __future__ import annotations

import io
import itertools
import json
import shutil
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from adapters.directory import read_people
from adapters.storage.memory import MemoryStore
from adapters.web.runtime import Clock, Mailbox, build
from bot.compiled import Knowledge
from bot.errors import Conflict
from bot.events import Actor
from bot.live import LiveKnowledge
from bot.people import Directory
from bot.service import Service
from bot.state import Conversation
from bot.turn import Turn
from tests.conftest import BAKERY

Client: TypeAlias = TestClient[web.Request, web.Application]

ELSEWHERE = (
    *("evil.example", "evil.example:8765", "127.0.0.1.evil.example", "localhost.evil.example", "evil-localhost"),
    *("192.168.1.10:8765", "0.0.0.0", "[2001:db8::1]", "2130706433", ""),
)
HERE = ("localhost", "localhost:8765", "127.0.0.1", "127.0.0.1:8765", "[::1]:8765", "127.0.0.2")
BAKER, OWNER = "baker.high@bakery.example", "owner@bakery.example"
EVENT = {"person": BAKER, "key": "key-00000001", "kind": "text", "text": "do i need a hairnet"}
TECHNICAL = ("sqlite", "database", "locked", "conflict", "traceback", "exception", "error", "/tmp", ".py")


class BusyStore(MemoryStore):
    """A store that somebody else locks, from the moment the test says so: at this step."""

    at = ""

    def directory(self, organisation: str) -> Directory:
        """See `Store.directory`."""
        self._busy("directory")
        return super().directory(organisation)

    def state(self, actor: Actor) -> Conversation:
        """See `Store.state`."""
        self._busy("state")
        return super().state(actor)

    def write(self, actor: Actor, key: str, at: datetime, turn: Turn) -> None:
        """See `Store.write`."""
        self._busy("write")
        super().write(actor, key, at, turn)

    def _busy(self, step: str) -> None:
        if step == self.at:
            raise Conflict("sqlite3.OperationalError: database is locked (/tmp/candour.db)")


@pytest.fixture
def live(cache: Path, bakery: Knowledge) -> LiveKnowledge:
    """The bakery, as it is served."""
    assert bakery.version
    return LiveKnowledge(BAKERY, cache, print)


@pytest.fixture
def store(live: LiveKnowledge) -> BusyStore:
    """What the server writes into. The bakery's sample people work here."""
    store = BusyStore()
    with store.transaction():
        store.keep_directory("test", read_people(BAKERY / "sample-people.csv", live.current.library.roles))
    return store


def serve(live: LiveKnowledge, store: MemoryStore) -> Client:
    """A client of a server that is about to start."""
    clock = Clock()
    service = Service(lambda: live.current, store)
    return TestClient(TestServer(build(service, live, store, "test", Mailbox(), clock)))


@pytest.fixture
async def client(live: LiveKnowledge, store: BusyStore) -> AsyncIterator[Client]:
    """A page of ours that talks to a server on this machine."""
    async with serve(live, store) as client:
        yield client


async def sends(client: Client, body: object, headers: Mapping[str, str] | None = None) -> ClientResponse:
    """Post an event, as bytes if it is bytes, else as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {"Content-Type": "application/json", **(headers or {})}
    return await client.post("/api/event", data=io.BytesIO(raw), headers=given)


async def refusal(response: ClientResponse) -> str:
    """The problem that a refused page is told."""
    answer: dict[str, Any] = await response.json()
    assert set(answer) == {"problem"}
    return str(answer["problem"])


async def test_a_question_is_answered_with_its_verdict(client: Client) -> None:
    response = await sends(client, EVENT)

    answer = await response.json()
    [reply] = answer["replies"]
    assert response.status == 200
    assert reply["summary"].startswith("You have to.")
    verdict = next(block for block in reply["blocks"] if block["type"] == "verdict")
    assert (verdict["kind"], verdict["word"]) == ("must", "You have to")


async def test_opening_the_conversation_is_welcomed_with_questions_to_press(client: Client) -> None:
    response = await sends(client, {**EVENT, "kind": "opened"})

    [reply] = (await response.json())["replies"]
    assert reply["summary"].startswith("Ask me what the bakery's policy says")
    assert [block["type"] for block in reply["blocks"]] == ["paragraph", "choices", "choices"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/page/app.js", 200),
        ("GET", "/api/playground", 200),
        ("POST", "/api/event", 400),
        ("POST", "/api/clock", 400),
        ("GET", "/api/event", 405),
        ("GET", "/page/window.js", 200),
        ("GET", "/nothing/here", 404),
        ("GET", "/page/", 403),
        ("GET", "/page/%2e%2e/runtime.py", 404),
    ],
)
async def test_every_response_carries_the_security_headers(client: Client, method: str, path: str, status: int) -> None:
    response = await client.request(method, path)

    assert response.status == status
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/api/playground", "/page/app.js"])
@pytest.mark.parametrize("host", ELSEWHERE)
async def test_a_page_under_another_name_is_refused(client: Client, host: str, path: str) -> None:
    response = await client.get(path, headers={"Host": host})

    assert response.status == 403
    assert "this machine only" in await refusal(response)
    assert "Content-Security-Policy" in response.headers


@pytest.mark.parametrize("origin", ["null", "", *(f"https://{host}" for host in ELSEWHERE), "file://"])
async def test_an_event_from_another_site_is_refused_and_counts_nothing(
    client: Client, store: BusyStore, origin: str
) -> None:
    judged = {**EVENT, "kind": "choice", "value": "feedback:helpful:hairnet"}

    response = await sends(client, judged, {"Origin": origin})

    assert response.status == 403
    assert "this machine only" in await refusal(response)
    assert store.feedback("test") == {}


@pytest.mark.parametrize("host", HERE)
async def test_this_machine_is_answered_under_each_of_its_names(client: Client, host: str) -> None:
    response = await sends(client, EVENT, {"Host": host, "Origin": f"http://{host}"})

    assert response.status == 200


@pytest.mark.parametrize("header", [{"Host": "[::1"}, {"Origin": "http://[::1"}], ids=["Host", "Origin"])
async def test_a_host_or_origin_that_cannot_be_read_is_refused(client: Client, header: dict[str, str]) -> None:
    response = await sends(client, EVENT, header)

    assert 400 <= response.status < 500
    assert await refusal(response)


MALFORMED: dict[str, object] = {
    "nothing": b"",
    "not JSON": b"do i need a hairnet",
    "cut off": json.dumps(EVENT).encode()[:-5],
    "not UTF-8": b'{"text": "caf\xe9"}',
    "a list": [EVENT],
    "a string": "hairnet",
    "null": None,
    "a number of ten thousand digits": b"1" * 10_000,
    "a hundred thousand brackets": b"[" * 100_000,
    "a hundred thousand braces": b'{"a":' * 100_000,
    "an empty object": {},
    **{f"no {name}": {key: value for key, value in EVENT.items() if key != name} for name in EVENT},
    "an unknown person": {**EVENT, "person": "the-taxman"},
    "a person that is null": {**EVENT, "person": None},
    "a person that is a number": {**EVENT, "person": 1},
    "a key that is too short": {**EVENT, "key": "1234567"},
    "a key that is too long": {**EVENT, "key": "k" * 81},
    "a key that is a number": {**EVENT, "key": 12345678},
    "a key with a lone surrogate": {**EVENT, "key": "key-\ud83d-0001"},
    "an unknown kind": {**EVENT, "kind": "shout"},
    "a kind that is a list": {**EVENT, "kind": ["text"]},
    "a text that is a number": {**EVENT, "text": 7},
    "a choice without a value": {**EVENT, "kind": "choice"},
    "a choice of 241 letters": {**EVENT, "kind": "choice", "value": "v" * 241},
    "a form without a name": {**EVENT, "kind": "form"},
    "a form with an empty name": {**EVENT, "kind": "form", "form": ""},
    "a form whose name has 241 letters": {**EVENT, "kind": "form", "form": "f" * 241},
    "a form of 40,001 characters": {**EVENT, "kind": "form", "form": "draft:1:2", "text": "a" * 40_001},
    "a form whose text is a list": {**EVENT, "kind": "form", "form": "draft:1:2", "text": ["a"]},
    "ticks that are a string": {**EVENT, "kind": "form", "form": "draft:1:2", "ticked": "abc"},
    "ticks that are numbers": {**EVENT, "kind": "form", "form": "draft:1:2", "ticked": [1]},
    "a tick of 241 letters": {**EVENT, "kind": "form", "form": "draft:1:2", "ticked": ["t" * 241]},
    "a thousand ticks": {**EVENT, "kind": "form", "form": "draft:1:2", "ticked": ["t"] * 1000},
}


@pytest.mark.parametrize(
    "body",
    [
        *(pytest.param(body, id=name) for name, body in MALFORMED.items()),
        pytest.param({**EVENT, "person": []}, id="a person that is a list"),
        pytest.param({**EVENT, "person": {}}, id="a person that is an object"),
    ],
)
async def test_a_malformed_event_is_refused_with_a_problem(client: Client, body: object) -> None:
    response = await sends(client, body)

    assert response.status == 400
    assert (await refusal(response)).endswith(".")


async def test_a_body_of_two_megabytes_is_refused(client: Client) -> None:
    response = await sends(client, {**EVENT, "text": "a" * 2_000_000})

    assert response.status == 413


async def test_a_body_of_two_megabytes_is_refused_with_a_problem(client: Client) -> None:
    response = await sends(client, {**EVENT, "text": "a" * 2_000_000})

    assert await refusal(response)


async def test_an_unknown_alphabet_is_refused_with_a_problem(client: Client) -> None:
    response = await sends(client, EVENT, {"Content-Type": "application/json; charset=martian"})

    assert 400 <= response.status < 500
    assert await refusal(response)


@pytest.mark.parametrize(
    "escaped",
    [r"\ud83d", r"\ude00\ud83d", r"do i need a hairnet \ud83d", r"\u0000\u001b[31m do i need a hairnet"],
)
async def test_escapes_that_are_no_characters_are_met_with_a_reply(client: Client, escaped: str) -> None:
    body = json.dumps({**EVENT, "text": "TEXT"}).replace("TEXT", escaped).encode()

    response = await sends(client, body)

    assert response.status == 200
    assert len((await response.json())["replies"]) == 1


@pytest.mark.parametrize(
    "value",
    [
        "",
        ":",
        "entry:",
        "entry:nothing",
        "report:nothing",
        "feedback:helpful:nothing",
        "sample:-1",
        "sample:99",
        "\ud83d",
    ],
)
async def test_a_choice_that_was_never_offered_is_explained(client: Client, store: BusyStore, value: str) -> None:
    response = await sends(client, {**EVENT, "kind": "choice", "value": value})

    [reply] = (await response.json())["replies"]
    assert response.status == 200
    assert reply["summary"] == "That button is from an earlier batch. Ask again."
    assert store.feedback("test") == {}


async def test_an_event_sent_twice_counts_feedback_once(client: Client, store: BusyStore) -> None:
    judged = {**EVENT, "kind": "choice", "value": "feedback:helpful:hairnet"}

    first = await sends(client, judged)
    again = await sends(client, judged)

    assert (first.status, again.status) == (200, 200)
    assert await again.json() == await first.json()
    assert store.feedback("test") == {"hairnet": {"helpful": 1}}


async def test_the_same_judgement_by_two_events_counts_twice(client: Client, store: BusyStore) -> None:
    for person, number in itertools.product((BAKER, OWNER), (1, 2)):
        judged = {"kind": "choice", "value": "feedback:helpful:hairnet", "person": person}
        await sends(client, {**judged, "key": f"{person}-{number:08}"})

    assert store.feedback("test") == {"hairnet": {"helpful": 4}}


async def test_what_somebody_asked_is_remembered_for_them_and_for_nobody_else(client: Client) -> None:
    not_meant = {**EVENT, "kind": "choice", "value": "feedback:not-meant:hairnet"}
    await sends(client, EVENT)

    mine = await (await sends(client, {**not_meant, "key": "key-00000002"})).json()
    other = await (await sends(client, {**not_meant, "key": "key-00000003", "person": OWNER})).json()

    assert mine["replies"][0]["summary"] == "Was it one of these?"
    assert other["replies"][0]["summary"].startswith("I have nothing closer.")


async def test_the_playground_lists_its_people_and_that_all_is_well(client: Client) -> None:
    response = await client.get("/api/playground")

    about = await response.json()
    assert about["people"][:2] == [
        {"id": "lad.high@bakery.example", "name": "Shop lad, High Street", "about": "High Street"},
        {"id": "lead.high@bakery.example", "name": "Shift lead, High Street", "about": "Shift lead · High Street"},
    ]
    assert {"id": OWNER, "name": "Owner", "about": "Owner"} in about["people"]
    assert about["timezone"] == "Europe/London"
    assert (about["assistant"], about["organisation"]) == ("Crumbs", "Crumb & Sons")
    assert about["policies"] == ["Food Hygiene Policy"]
    assert about["faults"] == []


async def test_the_playground_lists_the_faults_of_a_broken_change_and_goes_on_answering(
    tmp_path: Path, cache: Path, store: BusyStore
) -> None:
    folder = shutil.copytree(BAKERY, tmp_path / "bakery")
    live = LiveKnowledge(folder, cache, print)
    async with serve(live, store) as client:
        roles = folder / "roles.yaml"
        roles.write_text(roles.read_text().replace("ask_first: shift_lead", "ask_first: shiftlead"))
        live.reload()

        about = await (await client.get("/api/playground")).json()
        answer = await sends(client, EVENT)

    [fault] = about["faults"]
    assert fault.startswith("roles.yaml, line")
    assert 'Did you mean "shift_lead"?' in fault
    assert about["reload_fault"] == "The bakery's files were changed and have faults. The earlier ones go on answering."
    assert answer.status == 200


@pytest.mark.parametrize("step", ["state", "write"])
async def test_what_the_policy_says_is_answered_although_the_store_is_busy(
    client: Client, store: BusyStore, step: str
) -> None:
    store.at = step

    response = await sends(client, EVENT)

    answer = await response.json()
    assert response.status == 200
    assert answer["replies"][0]["summary"].startswith("You have to.")


@pytest.mark.parametrize("step", ["directory", "state", "write"])
async def test_a_store_that_is_busy_says_plainly_that_nothing_was_saved(
    client: Client, store: BusyStore, step: str
) -> None:
    store.at = step

    response = await sends(client, {**EVENT, "kind": "choice", "value": "begin:rude-customer"})

    problem = await refusal(response)
    assert response.status == 503
    assert problem.startswith("NOT saved.") or "could not be saved" in problem
    assert not [word for word in TECHNICAL if word in problem.casefold()]
