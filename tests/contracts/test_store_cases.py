"""What every store promises of cases, and of the audit chain that is written with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.storage.audit import verify, verify_code
from bot.cases import Case
from bot.turn import AccessRefused, CaseWritten, Turn
from tests.contracts.samples import (
    ANNE,
    ANNE_OF_SOUTH,
    BEN,
    CARA,
    NINE,
    AuditedStore,
    a_case,
    case_of,
    drafting,
    file_case,
    keep,
    stepped,
    that_fails,
)


def due_by(store: AuditedStore, case: Case) -> tuple[tuple[str, str], ...]:
    """The cases that want looking at ten years after this one was sent."""
    with store.transaction():
        return store.asleep_until(case.sent_at + timedelta(days=3650))[1]


def test_a_case_that_nobody_sent_is_none(store: AuditedStore) -> None:
    assert case_of(store, "7Q4K-M2P8") is None


def test_a_case_is_read_as_it_was_sent(store: AuditedStore) -> None:
    file_case(store, a_case())

    assert case_of(store, a_case().ref) == a_case()
    assert case_of(store, a_case().ref, "south") is None


def test_a_case_is_read_as_it_is_now(store: AuditedStore) -> None:
    taken = stepped(a_case(), "taken", taken_by=BEN.person)
    file_case(store, a_case())
    file_case(store, taken, "taken", BEN.person)

    assert case_of(store, taken.ref) == taken


def test_people_find_their_cases_newest_first(store: AuditedStore) -> None:
    first, second = a_case("AAAA-1111"), a_case("BBBB-2222", handlers=(BEN.person, CARA.person))
    for case in (first, second, a_case("CCCC-3333", reporter=BEN.person, handlers=(CARA.person,))):
        file_case(store, case)
    file_case(store, stepped(first, "opened"), "opened", BEN.person)

    with store.transaction():
        assert [case.ref for case in store.cases_of(ANNE, "sent")] == ["BBBB-2222", "AAAA-1111"]
        assert [case.ref for case in store.cases_of(BEN, "waiting")] == ["BBBB-2222", "AAAA-1111"]
        assert [case.ref for case in store.cases_of(CARA, "waiting")] == ["CCCC-3333", "BBBB-2222"]
        assert store.cases_of(ANNE, "waiting") == ()
        assert store.cases_of(ANNE_OF_SOUTH, "sent") == ()


def test_somebody_who_is_told_later_finds_the_case_too(store: AuditedStore) -> None:
    file_case(store, a_case())
    further = replace(stepped(a_case(), "escalated"), handlers=(*a_case().handlers, *a_case().route.then[0]))
    file_case(store, further, "escalated", "")

    with store.transaction():
        assert store.cases_of(CARA, "waiting") == (further,)
        assert store.cases_of(BEN, "waiting") == (further,)


def test_a_case_wakes_when_it_is_due(store: AuditedStore) -> None:
    due = NINE + timedelta(hours=4)
    file_case(store, a_case(due=due))

    with store.transaction():
        assert store.asleep_until(due - timedelta(seconds=1)) == ((), ())
        assert store.asleep_until(due) == ((), (("north", a_case().ref),))


@pytest.mark.parametrize(
    "case",
    [
        a_case(due=None),
        stepped(a_case(), "taken", taken_by=BEN.person),
        stepped(a_case(), "withdrawn", withdrawn=True),
    ],
    ids=["waits for nobody", "taken", "withdrawn"],
)
def test_a_case_that_waits_for_nobody_never_wakes(store: AuditedStore, case: Case) -> None:
    file_case(store, a_case())
    file_case(store, case, "taken", BEN.person)

    assert due_by(store, case) == ()


def test_the_case_and_the_end_of_its_draft_are_written_together_or_not_at_all(store: AuditedStore) -> None:
    keep(store, "event-1", state=drafting("They shouted."))
    written = CaseWritten(case=a_case(), step="sent", by=ANNE.person)

    with that_fails(store.transaction()):
        store.write(ANNE, "event-2", NINE, Turn(state=drafting(""), records=(written,)))

    assert case_of(store, a_case().ref) is None
    assert verify(store, "north").rows == 0
    with store.transaction():
        assert store.state(ANNE) == drafting("They shouted.")


def test_every_step_and_every_refusal_has_a_row_in_the_chain(store: AuditedStore) -> None:
    file_case(store, a_case())
    file_case(store, stepped(a_case(), "opened"), "opened", BEN.person)
    keep(store, "refused", CARA, records=(AccessRefused(ref="ZZZZ-9999", by=CARA.person),))
    keep(store, "nothing in particular", CARA)

    verdict = verify(store, "north")

    assert (verdict.rows, verdict.fault) == (3, None)
    assert verdict.head[0] == 3
    assert verify(store, "south").rows == 0


def test_a_code_is_found_however_it_is_typed(store: AuditedStore) -> None:
    file_case(store, a_case("AAAA-1111"))
    file_case(store, a_case("BBBB-2222"))
    code = a_case("BBBB-2222").code

    for typed in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} "):
        receipt = verify_code(store, "north", typed)
        assert receipt is not None
        assert (receipt.row, receipt.at, receipt.fault) == (2, NINE, None)
    assert verify_code(store, "north", "0000-0000-0000-0000") is None
    assert verify_code(store, "north", "") is None
    assert verify_code(store, "south", code) is None
