"""Ninety days of the sample organisation whose server and platforms are down every night.

What happened to each case is judged by an oracle of its own, from dates that are written down in `tests/autumn.py`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, datetime
from random import Random

import pytest

from bot.cases import Case
from bot.compiled import Knowledge
from bot.turn import Letter
from tests.autumn import DILIGENT, FIRST, LONDON, Autumn, NotedStore
from tests.conftest import SCHOOL
from tests.oracle import Hours, Oracle
from tests.talking import Place


@pytest.fixture(scope="module")
def autumn(school: Knowledge) -> Autumn:
    """The ninety days, lived through once."""
    store = NotedStore()
    place = Place(school, SCHOOL / "sample-people.csv", store)
    # Somebody who comes back from leave is another test's matter.
    place.changes(*(replace(person, away=()) for person in place.directory.people.values()))
    place.now = FIRST
    lived = Autumn(place=place, store=store, chance=Random(44))
    lived.passes()
    return lived


@pytest.fixture(scope="module")
def hours() -> Hours:
    """The hours at work of the ninety days."""
    return Hours()


def cases(autumn: Autumn) -> list[Case]:
    return [autumn.case(ref) for ref in autumn.refs]


def test_so_many_things_happen_in_ninety_days_that_the_others_mean_something(autumn: Autumn) -> None:
    happened = Counter[str](line.step for case in cases(autumn) for line in case.ledger)
    at_six = [at for at, letter in autumn.store.posted if letter.case and f"{at.astimezone(LONDON):%H:%M}" == "06:00"]

    assert len(autumn.refs) > 90
    assert {case.flow for case in cases(autumn)} == set(autumn.place.knowledge.library.routes)
    for step in ("reminded", "escalated", "taken", "lapsed", "nobody-left", "closed"):
        assert happened[step] > 20, step
    for step in ("handed-over", "reopened", "withdrawn", "checked", "added"):
        assert happened[step] > 2, step
    assert len(at_six) > 50
    assert any(line.at.astimezone(LONDON).date() == date(2026, 10, 25) for c in cases(autumn) for line in c.ledger)


def test_every_step_comes_once_in_order_and_when_somebody_first_looks_after_its_time(
    autumn: Autumn, hours: Hours
) -> None:
    faults = [fault for case in cases(autumn) for fault in Oracle(case, hours).judge(autumn.place.now)]

    assert faults == []


def test_in_the_end_somebody_has_every_case_or_its_reporter_the_contact_outside(autumn: Autumn) -> None:
    left = [case for case in cases(autumn) if case.open and not case.withdrawn and not case.taken_by]

    silent = [
        case.ref
        for case in left
        if "Nobody inside is left to tell. Call"
        not in autumn.place.talk(case.reporter).picks(f"mine:show:{case.ref}").hears
    ]
    assert silent == []
    assert {case.taken_by for case in cases(autumn) if case.open and not case.withdrawn} == {"", DILIGENT}


BEGINS = ("sent", "escalated", "lapsed", "handed-over", "reopened")
"""The steps after which a case waits for somebody to take it."""


def test_everybody_is_alerted_when_the_record_says_so_and_only_once_while_it_waits(autumn: Autumn) -> None:
    alerts: defaultdict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for at, letter in autumn.store.posted:
        if letter.case and not letter.reminder:
            alerts[letter.case].append((at, letter.to))

    for case in cases(autumn):
        begins = sorted({line.at for line in case.ledger if line.step in BEGINS})
        periods = Counter((person, bisect_right(begins, at)) for at, person in alerts[case.ref])
        assert set(periods.values()) == {1}, case.ref
        told = {(case.sent_at, recipient.person) for recipient in case.route.recipients}
        told |= {(line.at, line.person) for line in case.ledger if line.step == "escalated"}
        assert told <= set(alerts[case.ref]), case.ref


def test_nobody_barred_and_no_reporter_is_ever_alerted_or_reminded(autumn: Autumn) -> None:
    kept = {case.ref: case for case in cases(autumn)}

    for _, letter in autumn.store.posted:
        if letter.case:
            assert letter.to not in kept[letter.case].barred
            assert letter.to != kept[letter.case].reporter


def test_at_each_look_everybody_gets_at_most_three_reminders_or_one_letter_that_counts_them(
    autumn: Autumn, hours: Hours
) -> None:
    wanted: Counter[tuple[datetime, str]] = Counter()
    for case in cases(autumn):
        oracle = Oracle(case, hours)
        oracle.judge(autumn.place.now)
        wanted.update(oracle.reminders)
    single = Counter((at, letter.to) for at, letter in autumn.store.posted if letter.reminder)
    counted = {(at, letter.to): found for at, letter in autumn.store.posted if (found := _counts(autumn, letter))}

    assert single == {when: number for when, number in wanted.items() if number <= 3}
    assert counted == {when: [number] for when, number in wanted.items() if number > 3}
    assert counted


def _counts(autumn: Autumn, letter: Letter) -> list[int]:
    """How many reminders a letter stands for, if it is one that counts them."""
    words = autumn.place.knowledge.library.case_wording.reminder_many
    found = re.fullmatch(re.escape(words).replace(r"\{count\}", r"(\d+)"), letter.message.summary)
    return [int(found[1])] if found else []
