"""Decisions that take several persons: every way through a small one, word by word."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cases import Case, Press
from bot.decisions import agree, deciders, decline, expire, propose, settle, standing
from bot.knowledge import RoleId
from bot.people import Directory, Person
from tests.made_up import AWAY, role
from tests.stories import NINE, case_of, proposal, rule

ROLES = {
    one.id: one for one in (role("owner", "trust"), role("lead"), role("books", "trust"), role("mentor", "manager"))
}
ANNE = Person(id="anne", name="Anne", roles=("owner",))
BEN = Person(id="ben", name="Ben", academies=("north",), roles=("lead",), deputy="finn", away=AWAY)
CARA = Person(id="cara", name="Cara", roles=("books", "owner"))
DAN = Person(id="dan", name="Dan", academies=("north",), roles=("owner",), manager="cara")
EVE = Person(id="eve", name="Eve", roles=("owner", "books"))
FINN = Person(id="finn", name="Finn", academies=("north",), roles=())
GIL = Person(id="gil", name="Gil", academies=("south",), roles=("lead",))
SMALL = {one.id: one for one in (ANNE, BEN, CARA, DAN, EVE, FINN, GIL)}
BY = rule("lead", "owner", "books")
POOL: dict[str, RoleId] = {"anne": "owner", "ben": "lead", "cara": "owner"}


def proposed(people: Mapping[str, Person] = SMALL) -> tuple[Case, dict[str, RoleId]]:
    """A case that Dan sent and that is about Eve, with a proposal that is open; and who may take part."""
    now = propose(case_of("dan", "north", frozenset({"eve"})), proposal())
    assert now
    return now, deciders(now, BY, Directory(people), ROLES)


def pressed(now: Case, pool: Mapping[str, RoleId], *words: tuple[str, str], needed: int = 2) -> Case:
    """The case after these words, one a minute."""
    for number, (who, word) in enumerate(words):
        at = NINE + timedelta(minutes=number)
        said = agree(now, who, at, pool) if word == "yes" else decline(now, who, word, at, pool)
        now = now if said is None else settle(said, needed, pool) or said
    return now


def test_the_reporter_whom_it_is_about_deputies_and_other_academies_have_no_part_and_two_roles_are_one_person() -> None:
    assert proposed()[1] == POOL


@pytest.mark.parametrize("needed", [2, 3])
def test_yes_in_every_order_and_number_decides_when_enough_different_persons_have_said_it(needed: int) -> None:
    now, pool = proposed()

    for length in range(6):
        for order in itertools.product(SMALL, repeat=length):
            after = pressed(now, pool, *((who, "yes") for who in order), needed=needed).proposals[-1]
            different = list(dict.fromkeys(who for who in order if who in POOL))
            assert [press.person for press in after.agreed] == different[:needed]
            assert after.ended == ("decided" if len(different) >= needed else "")


def test_yes_and_no_in_every_order_end_it_at_the_first_moment_at_which_it_is_clear() -> None:
    now, pool = proposed()
    words = list(itertools.product(("anne", "ben", "cara", "dan"), ("yes", "No.")))

    for said in itertools.product(words, repeat=4):
        standing_, ended = dict[str, str](), ""
        for who, word in said:
            if who in POOL and not ended:
                standing_[who] = word
                yes, no = (sum(one == of for one in standing_.values()) for of in ("yes", "No."))
                ended = "decided" if yes >= 2 else "declined" if no >= 2 else ""
        after = pressed(now, pool, *said).proposals[-1]
        assert after.ended == ended, said
        assert {press.person for press in after.agreed} == {who for who, word in standing_.items() if word == "yes"}


def test_a_no_that_becomes_a_yes_counts_and_its_reason_is_gone() -> None:
    now, pool = proposed()

    after = pressed(now, pool, ("anne", "It is trivial."), ("anne", "yes"), ("ben", "yes")).proposals[-1]

    assert after.ended == "decided"
    assert after.declined == ()


def test_a_yes_that_becomes_a_no_is_a_no_with_its_reason() -> None:
    now, pool = proposed()

    after = pressed(now, pool, ("anne", "yes"), ("anne", "It is trivial."), ("ben", "yes")).proposals[-1]

    no = Press(person="anne", role="owner", at=NINE + timedelta(minutes=1), reason="It is trivial.")
    assert (after.ended, after.declined) == ("", (no,))


def test_a_second_no_does_not_replace_the_reason_of_the_first() -> None:
    now, pool = proposed()

    after = pressed(now, pool, ("anne", "It is trivial."), ("anne", "Something else.")).proposals[-1]

    assert [press.reason for press in after.declined] == ["It is trivial."]


def test_who_lost_the_role_since_is_not_counted_though_their_word_stays_on_the_record() -> None:
    now, pool = proposed()
    now = pressed(now, pool, ("ben", "yes"))
    _, without = proposed({**SMALL, "ben": replace(BEN, roles=())})

    after = pressed(now, without, ("anne", "yes")).proposals[-1]

    assert after.ended == ""
    assert [press.person for press in after.agreed] == ["ben", "anne"]
    assert [press.person for press in standing(after, without)] == ["anne"]


def test_who_has_one_of_two_roles_left_counts_on_in_that_one() -> None:
    now, pool = proposed()
    now = pressed(now, pool, ("cara", "yes"))
    _, still = proposed({**SMALL, "cara": replace(CARA, roles=("books",))})

    assert still["cara"] == "books"
    assert pressed(now, still, ("anne", "yes")).proposals[-1].ended == "decided"


def test_after_its_time_nobody_decides_it_and_another_can_be_proposed() -> None:
    now, pool = proposed()
    over = expire(pressed(now, pool, ("anne", "yes")))
    assert over

    assert pressed(over, pool, ("ben", "yes"), ("cara", "yes")) == over
    again = propose(over, proposal(1))
    assert again
    assert pressed(again, pool, ("ben", "yes")).proposals[-1].ended == ""
