"""The knowledge that is delivered: it covers the policy, keeps its promises, and answers what staff ask."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rapidfuzz import fuzz, process

from adapters.cli import answer_json
from adapters.plain import to_text
from bench.scoring import Row, load, score
from bot.answering import Answer, Finding
from bot.compiled import Knowledge
from bot.loading import load as load_library
from bot.messages import Choices, Quote
from bot.speaking import say_finding
from tests.conftest import SCHOOL, TESTS

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
QUESTIONS = TESTS / "data" / "questions_dev.jsonl"


@pytest.fixture(scope="module")
def questions() -> list[Row]:
    """Labelled questions of staff. They judge; no phrasing may come from them."""
    return load(QUESTIONS)


def test_every_clause_of_the_policy_is_cited_by_an_entry(school: Knowledge) -> None:
    library = school.library
    cited = {clause for entry in library.entries.values() for clause in (entry.clause, *entry.also)}

    assert set(library.policies["social-networking"].clauses) - cited == set()


def test_the_facts_of_the_documents_head_can_be_asked_for(school: Knowledge) -> None:
    facts = {entry.fact for entry in school.library.entries.values() if entry.fact}

    assert facts == {"policy_owner", "ratified_by", "date", "next_review"}


def test_labelled_questions_are_answered_as_well_as_promised(school: Knowledge, questions: list[Row]) -> None:
    answers = [answer_json(school, question["id"], question["q"]) for question in questions]

    figures = score(questions, answers)

    assert figures["useful"] >= 0.92
    assert figures["misleading"] <= 0.015
    assert figures["verdict@1"] >= 0.90
    assert figures["unknown"] >= 0.90
    assert figures["urgent"] == 1.0
    assert figures["false_report"] <= 0.02


def test_no_phrasing_was_taken_from_the_labelled_questions(school: Knowledge, questions: list[Row]) -> None:
    def plain(text: str) -> str:
        return re.sub(r"[^a-z0-9]+", " ", text.casefold()).strip()

    phrasings = [plain(text) for texts in school.library.phrasings().values() for text in texts]

    for question in questions:
        assert process.extractOne(plain(question["q"]), phrasings, scorer=fuzz.ratio, score_cutoff=90) is None, question


def test_the_judging_examples_are_many_and_apart(school: Knowledge) -> None:
    examples = load_library(SCHOOL).examples

    calibrate = {example.q for file in examples for example in file.calibrate}
    judge = {example.q for file in examples for example in file.judge}
    assert len(calibrate) >= 300
    assert len(judge) >= 300
    assert calibrate & judge == set()


def findings(school: Knowledge) -> list[Finding]:
    """Every single thing that the knowledge can be asked to say."""
    library = school.library
    answers = [
        Finding(
            kind="answer",
            answers=(Answer(entry=e.id, silence=None, verdict=e.verdict, score=1.0),),
            report=e.report,
            urgent=urgent,
            inverted=inverted,
        )
        for e in library.entries.values()
        for urgent, inverted in ((False, False), (True, True))
    ]
    silences = [Finding(kind="unknown", silence=silence) for silence in library.silences]
    reports = [Finding(kind="report", report=flow, urgent=urgent) for flow in library.flows for urgent in (True, False)]
    return answers + silences + reports + [Finding(kind="smalltalk", smalltalk=talk) for talk in library.smalltalk]


def test_everything_that_can_be_said_is_whole_and_fits_the_platforms(school: Knowledge) -> None:
    for finding in findings(school):
        message = say_finding(school.library, finding, NOW)

        assert message.summary
        assert not re.search(r"[{}]", to_text(message.blocks)), finding
        for block in message.blocks:
            if isinstance(block, Choices):
                assert all(0 < len(option.label) <= 75 for option in block.options), finding


def test_every_quote_stands_in_the_policy_word_for_word(school: Knowledge) -> None:
    text = (SCHOOL / "policies" / "social-networking.md").read_text(encoding="utf-8")

    for finding in findings(school):
        for block in say_finding(school.library, finding, NOW).blocks:
            if isinstance(block, Quote):
                for part in block.text.split(" … "):
                    assert part in text, finding


def test_no_word_of_the_organisation_stands_in_the_program() -> None:
    root = Path(__file__).parents[1]
    for source in [*root.glob("bot/**/*.py"), *root.glob("adapters/**/*.py"), *root.glob("adapters/web/page/*")]:
        found = re.search(r"\b(q3|qat|sandwell|head of school|learning consultant)\b", source.read_text("utf-8"), re.I)
        assert found is None, f"{source.name}: {found}"
