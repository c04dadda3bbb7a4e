"""`candour ask`: what it prints for one question or many, as text and as JSON, is a contract."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from adapters.cli import main
from bot.compiled import Knowledge
from tests.operating import begins, candour, settle_in

HAIRNET = "do i need a hairnet in the bakehouse"
TWO = "do i need a hairnet in the bakehouse? and can i taste raw dough?"
DOGS = "are dogs allowed in the shop"
RUDE = "a customer just swore at me"


@pytest.fixture(autouse=True)
def data(tmp_path: Path, cache: Path, bakery: Knowledge, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An operator's settings: the bakery, already compiled, and an empty database."""
    assert bakery.version
    return settle_in(tmp_path, cache, monkeypatch)


def types(monkeypatch: pytest.MonkeyPatch, *lines: str | bytes) -> None:
    """Put lines on standard input, as bytes that are read strictly as UTF-8."""
    raw = b"".join((line if isinstance(line, bytes) else line.encode()) + b"\n" for line in lines)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), "utf-8"))


def line(identifier: object, question: str) -> str:
    """A question as one line of JSON."""
    return json.dumps({"id": identifier, "q": question})


def ask_json(capsys: pytest.CaptureFixture[str], question: str) -> dict[str, Any]:
    """The one JSON object that is printed for a question."""
    assert main(["ask", "--json", question]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def answers_in(out: str | bytes) -> list[dict[str, Any]]:
    """One JSON object a line."""
    return [json.loads(printed) for printed in out.splitlines()]


def test_an_answer_is_the_verdict_then_the_quote_then_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["ask", HAIRNET])

    printed = capsys.readouterr().out
    assert status == 0
    assert printed.splitlines()[0] == "YOU HAVE TO"
    quote = printed.index("“A hairnet must be worn in the bakehouse at all times.”")
    assert quote < printed.index("Section 2, Clean hands and clothes (paragraph 2)")


def test_an_answer_is_on_standard_output_and_nothing_else_is(bakery: Knowledge) -> None:
    done = candour("ask", HAIRNET)

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"YOU HAVE TO\n")


def test_an_empty_question_is_met_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["ask", "  \u200b "])

    assert status == 0
    assert "do I need a hairnet?" in capsys.readouterr().out


def test_json_has_exactly_the_documented_keys(capsys: pytest.CaptureFixture[str]) -> None:
    found = ask_json(capsys, HAIRNET)

    assert list(found) == ["id", "kind", "answers", "suggestions", "report", "urgent"]
    assert [list(answer) for answer in found["answers"]] == [
        ["entry", "clause", "also", "verdict", "headline", "quote", "score"]
    ]


def test_json_says_what_was_answered_and_on_which_words_it_rests(capsys: pytest.CaptureFixture[str]) -> None:
    found = ask_json(capsys, HAIRNET)

    [answer] = found["answers"]
    assert (found["kind"], found["report"], found["urgent"]) == ("answer", None, False)
    assert (answer["entry"], answer["clause"], answer["verdict"]) == ("hairnet", "2/2", "must")
    assert answer["headline"] == "Wear a hairnet in the bakehouse at all times."
    assert answer["quote"] == "A hairnet must be worn in the bakehouse at all times."
    assert 0 < answer["score"] <= 1


def test_json_of_a_silence_has_suggestions_with_their_keys_and_no_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    found = ask_json(capsys, DOGS)

    assert (found["kind"], found["answers"]) == ("unknown", [])
    assert found["suggestions"]
    for suggestion in found["suggestions"]:
        assert list(suggestion) == ["entry", "clause", "label"]


def test_json_of_a_telling_names_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    found = ask_json(capsys, RUDE)

    assert (found["kind"], found["report"], found["urgent"]) == ("report", "rude-customer", False)


def test_json_of_danger_is_urgent(capsys: pytest.CaptureFixture[str]) -> None:
    found = ask_json(capsys, "he is not breathing")

    assert (found["kind"], found["report"], found["urgent"]) == ("report", "injury", True)


def test_json_of_two_questions_has_two_answers(capsys: pytest.CaptureFixture[str]) -> None:
    found = ask_json(capsys, TWO)

    assert found["kind"] == "multi"
    assert [answer["entry"] for answer in found["answers"]] == ["hairnet", "taste-raw-dough"]


def test_jsonl_answers_every_line_in_order_under_its_id(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    types(monkeypatch, line("z", HAIRNET), line(2, DOGS), line(None, RUDE), line("z", HAIRNET))

    status = main(["ask", "--jsonl"])

    printed = answers_in(capsys.readouterr().out)
    assert status == 0
    assert [(found["id"], found["kind"]) for found in printed] == [
        ("z", "answer"),
        (2, "unknown"),
        (None, "report"),
        ("z", "answer"),
    ]


def test_jsonl_says_the_same_as_json(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    single = [ask_json(capsys, question) for question in (HAIRNET, DOGS, RUDE, TWO)]
    types(monkeypatch, *(line("", question) for question in (HAIRNET, DOGS, RUDE, TWO)))

    main(["ask", "--jsonl"])

    assert answers_in(capsys.readouterr().out) == single


def test_jsonl_passes_over_blank_lines_and_further_keys(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    types(monkeypatch, "", line(1, HAIRNET), "   ", json.dumps({"note": [], "q": DOGS, "id": 2}), "")

    status = main(["ask", "--jsonl"])

    assert status == 0
    assert [found["id"] for found in answers_in(capsys.readouterr().out)] == [1, 2]


def test_jsonl_of_nothing_is_nothing(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    types(monkeypatch)

    assert main(["ask", "--jsonl"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "malformed",
    [
        pytest.param("not json", id="not JSON"),
        pytest.param('{"id": 3, "q":', id="cut off"),
        pytest.param("[1, 2]", id="a list"),
        pytest.param('"hairnet"', id="a string"),
        pytest.param('{"q": "hairnet"}', id="no id"),
        pytest.param('{"id": 3}', id="no q"),
        pytest.param('{"id": 3, "q": 7}', id="q is a number"),
        pytest.param('{"id": 3, "q": null}', id="q is null"),
        pytest.param("[" * 100_000, id="deeply nested"),
        pytest.param('{"id": 3, "q": "café"}'.encode("latin-1"), id="not UTF-8"),
    ],
)
def test_a_malformed_line_is_named_and_loses_no_earlier_answer(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, malformed: str | bytes
) -> None:
    types(monkeypatch, line(1, HAIRNET), "", malformed, line(4, DOGS))

    status = main(["ask", "--jsonl"])

    printed = capsys.readouterr()
    assert status == 1
    assert [found["id"] for found in answers_in(printed.out)] == [1]
    assert "Line 3" in printed.err


def test_a_malformed_line_loses_no_earlier_answer_on_its_way_out_of_the_process() -> None:
    questions = "\n".join((*(line(number, HAIRNET) for number in range(1, 41)), "{", line(42, DOGS)))

    done = candour("ask", "--jsonl", stdin=questions.encode())

    assert done.returncode == 1
    assert [found["id"] for found in answers_in(done.stdout)] == list(range(1, 41))
    assert b"Line 41" in done.stderr


def test_an_id_that_is_no_text_does_not_end_in_a_traceback() -> None:
    done = candour("ask", "--jsonl", stdin=b'{"id": "\\ud83d", "q": "hairnet"}\n')

    assert done.returncode in (0, 1)
    assert b"Traceback" not in done.stderr


def test_a_reader_that_has_seen_enough_is_no_fault() -> None:
    with begins("ask", "--jsonl") as child:
        assert child.stdout
        child.stdout.close()
        _, said = child.communicate("".join(line(n, HAIRNET) + "\n" for n in range(200)).encode(), timeout=60)

    assert child.returncode == 0
    assert said == b""
