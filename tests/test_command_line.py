"""The `candour` command: what it prints, where, and its exit status are a contract."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.cli import main
from adapters.main import open_store
from bot.compiled import Knowledge
from bot.settings import read_settings
from tests.conftest import BAKERY, TESTS
from tests.operating import candour, settle_in
from tests.talking import Place

HAIRNET = "do i need a hairnet in the bakehouse"
DOGS = "are dogs allowed in the shop"
COMMANDS = ("ask", "check", "calibrate", "gaps", "run")

# Everything that serves, but not `bot.matching.train`, which runs in a process of its own.
IMPORT_BOT = """
import importlib, json, pkgutil, sys
import bot
for module in pkgutil.walk_packages(bot.__path__, "bot."):
    if module.name != "bot.matching.train":
        importlib.import_module(module.name)
print(json.dumps(sorted(sys.modules)))
"""
ANSWER = f"""
import json, sys
from adapters.cli import main
assert main(["ask", {HAIRNET!r}]) == 0
print(json.dumps(sorted(sys.modules)))
"""
HEAVY = {"slack_bolt", "slack_sdk", "botbuilder", "botframework", "microsoft_agents", "sklearn", "scipy", "joblib"}


@pytest.fixture(autouse=True)
def data(tmp_path: Path, cache: Path, bakery: Knowledge, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An operator's settings: the bakery, already compiled, and an empty database."""
    assert bakery.version
    return settle_in(tmp_path, cache, monkeypatch)


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings that name a knowledge folder with two faults in it."""
    folder = shutil.copytree(BAKERY, tmp_path / "broken")
    (folder / "wording.yaml").write_text("assistant: [")
    (folder / "roles.yaml").unlink()
    monkeypatch.setenv("CANDOUR_KNOWLEDGE", str(folder))
    return folder


def python(program: str) -> set[str]:
    """Run a program that prints, last, the modules it holds."""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, cwd=TESTS.parent, timeout=60, check=True, env=os.environ
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "arguments",
    [[], ["answer"], ["ask", "--jason", "x"], ["ask", "--json", "--jsonl"], ["ask", "two", "questions"], ["run", "x"]],
    ids=" ".join,
)
def test_wrong_usage_is_status_2_and_shows_the_usage(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)

    printed = capsys.readouterr()
    assert stopped.value.code == 2
    assert printed.out == ""
    assert printed.err.startswith("usage: candour")


def test_no_question_is_status_2_and_shows_one(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["ask"])

    printed = capsys.readouterr()
    assert (status, printed.out) == (2, "")
    assert 'candour ask "' in printed.err


def test_status_2_reaches_the_shell() -> None:
    assert candour("ask").returncode == 2
    assert candour("nonsense").returncode == 2


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str], command: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([command, "--help"])

    printed = capsys.readouterr()
    assert (stopped.value.code, printed.err) == (0, "")
    usage, description, *_ = printed.out.split("\n\n")
    assert usage.startswith(f"usage: candour {command}")
    assert description.strip().endswith(".")


def test_help_names_every_command_and_the_settings(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])

    printed = capsys.readouterr().out
    assert stopped.value.code == 0
    for name in (*COMMANDS, "CANDOUR_KNOWLEDGE", "CANDOUR_DATA"):
        assert name in printed


def test_check_of_good_knowledge_counts_it_and_shows_what_its_owner_should_settle(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = main(["check"])

    printed = capsys.readouterr()
    assert (status, printed.err) == (0, "")
    assert "no fault" in printed.out
    assert "day-old-bread" in printed.out
    assert "5/4 wants anything out for more than a day thrown away" in printed.out


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize("arguments", [["check"], ["ask", HAIRNET], ["ask", "--jsonl"], ["run"]], ids=" ".join)
def test_bad_knowledge_is_status_1_with_every_fault_on_stderr(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    status = main(arguments)

    printed = capsys.readouterr()
    assert (status, printed.out) == (1, "")
    assert "2 faults" in printed.err
    assert "wording.yaml, line" in printed.err
    assert "roles.yaml: the file is missing" in printed.err


@pytest.mark.usefixtures("broken")
def test_bad_knowledge_reaches_the_shell_without_a_traceback() -> None:
    done = candour("check")

    assert (done.returncode, done.stdout) == (1, b"")
    assert b"wording.yaml" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_knowledge_folder_that_is_not_there_is_status_1_and_names_the_setting(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CANDOUR_KNOWLEDGE", str(tmp_path / "nowhere"))

    status = main(["ask", HAIRNET])

    assert status == 1
    assert "CANDOUR_KNOWLEDGE" in capsys.readouterr().err


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.10", "::", "example.org", ""])
def test_the_playground_refuses_to_be_seen_from_elsewhere(capsys: pytest.CaptureFixture[str], host: str) -> None:
    status = main(["run", "--host", host, "--port", "0"])

    printed = capsys.readouterr()
    assert status == 1
    assert f"--host {host}" in printed.err
    assert "127.0.0.1" in printed.err


def test_a_port_that_is_taken_is_status_1_and_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        done = candour("run", "--port", port)

    assert done.returncode == 1
    assert port.encode() in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("port", ["70000", "-1"])
def test_a_port_that_cannot_be_is_refused_by_name(port: str) -> None:
    done = candour("run", f"--port={port}")

    assert done.returncode in (1, 2)
    assert b"--port" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["ask", HAIRNET], ["gaps"], ["run"], ["check"]], ids=" ".join)
def test_a_data_folder_that_is_a_file_is_status_1_and_names_the_setting(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str]
) -> None:
    (tmp_path / "file").write_text("minutes")
    monkeypatch.setenv("CANDOUR_DATA", str(tmp_path / "file"))

    status = main(arguments)

    assert status == 1
    assert "CANDOUR_DATA" in capsys.readouterr().err
    assert (tmp_path / "file").read_text() == "minutes"


def test_a_database_that_is_none_is_status_1_and_left_as_it_is(capsys: pytest.CaptureFixture[str], data: Path) -> None:
    (data / "candour.db").write_bytes(b"minutes of the staff meeting" * 100)

    status = main(["gaps"])

    assert status == 1
    assert "candour.db" in capsys.readouterr().err
    assert (data / "candour.db").read_bytes().startswith(b"minutes")


def test_gaps_of_a_new_installation_says_that_there_are_none(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["gaps"])

    assert status == 0
    assert "No question is waiting" in capsys.readouterr().out


@pytest.fixture
def asked(data: Path, bakery: Knowledge) -> None:
    """Two people asked about dogs, one of them for a friend by name, and judged an answer."""
    with open_store(read_settings()) as store:
        place = Place(bakery, store=store)
        place.talk("baker").says(DOGS).picks("feedback:helpful:hairnet")
        owner = place.talk("owner").says(DOGS).says("can Zebedee bring his dog to work on 07700 900123")
        owner.picks("feedback:helpful:hairnet").picks("feedback:not-helpful:hairnet")


@pytest.mark.usefixtures("asked")
def test_gaps_shows_what_found_no_answer_and_how_answers_were_judged_and_nobody(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = main(["gaps"])

    printed = capsys.readouterr().out
    assert status == 0
    assert "2  are dogs allowed in the shop" in printed
    assert "dog to work" in printed
    assert "hairnet: helpful 2, not-helpful 1" in printed
    for private in ("zebedee", "07700", "900123", "baker", "owner"):
        assert private not in printed.casefold()


@pytest.mark.usefixtures("asked")
def test_gaps_as_json_holds_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["gaps", "--json"])

    found = json.loads(capsys.readouterr().out)
    assert status == 0
    assert set(found) == {"feedback", "unanswered"}
    assert found["feedback"] == {"hairnet": {"helpful": 2, "not-helpful": 1}}
    assert found["unanswered"]["are dogs allowed in the shop"] == 2
    assert "zebedee" not in json.dumps(found).casefold()


@pytest.mark.usefixtures("asked")
def test_gaps_of_another_organisation_are_not_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANDOUR_ORGANISATION", "the florist")

    main(["gaps"])

    assert "dogs" not in capsys.readouterr().out


def test_the_core_needs_no_platform_no_server_and_no_training_library() -> None:
    held = python(IMPORT_BOT)

    assert "bot.core" in held
    assert not held & (HEAVY | {"aiohttp"})


def test_answering_loads_no_training_library_and_no_server() -> None:
    held = python(ANSWER)

    assert "bot.answering" in held
    assert not held & (HEAVY | {"aiohttp"})
