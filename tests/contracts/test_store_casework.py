"""What every store promises of lists of cases, of what is counted without names, and of links to pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.cases import Grant
from bot.turn import AccessRefused, ConcernCounted, ConcernsDropped, LinkMade, LinkUsed
from tests.contracts.samples import ANNE, BEN, CARA, NINE, AuditedStore, a_case, a_letter, file_case, keep, stepped

REFS = tuple(f"AAAA-{number:04}" for number in range(5))
DAY = timedelta(days=1)
LINK = Grant(page="record", person=BEN.person, until=NINE + timedelta(minutes=10), ref="AAAA-0000", words=("needle",))


def test_a_list_is_read_a_few_at_a_time_newest_first(store: AuditedStore) -> None:
    for ref in REFS:
        file_case(store, a_case(ref))

    with store.transaction():
        first = store.cases_of(BEN, "waiting", limit=2)
        second = store.cases_of(BEN, "waiting", limit=2, after=first[-1].ref)
        last = store.cases_of(BEN, "waiting", limit=2, after=second[-1].ref)

        assert [case.ref for case in (*first, *second, *last)] == list(reversed(REFS))
        assert store.cases_of(BEN, "waiting", limit=2, after="ZZZZ-9999") == first
        assert store.cases_of(CARA, "waiting", limit=2, after=first[0].ref) == ()


def test_a_case_moves_from_list_to_list_for_each_who_has_to_do_with_it(store: AuditedStore) -> None:
    case = a_case(handlers=(BEN.person, CARA.person))
    file_case(store, case)
    taken = stepped(case, "taken", taken_by=BEN.person)
    file_case(store, taken, "taken", BEN.person)

    with store.transaction():
        assert store.cases_of(BEN, "mine") == (taken,)
        assert store.cases_of(CARA, "others") == (taken,)
        assert store.cases_of(BEN, "waiting") == store.cases_of(CARA, "waiting") == ()
        assert store.cases_of(ANNE, "sent") == (taken,)

    closed = stepped(taken, "closed", outcome="sorted", due=None)
    file_case(store, closed, "closed", BEN.person)

    with store.transaction():
        assert store.cases_of(BEN, "closed") == store.cases_of(CARA, "closed") == (closed,)
        assert store.cases_of(BEN, "mine") == store.cases_of(CARA, "others") == ()


def test_whoever_has_it_no_longer_finds_it_in_no_list(store: AuditedStore) -> None:
    case = a_case(handlers=(BEN.person, CARA.person))
    file_case(store, case)
    file_case(store, replace(case, handlers=case.handlers[1:], former=(BEN.person,)), "handed-over", BEN.person)

    with store.transaction():
        assert store.cases_of(BEN, "waiting") == ()
        assert len(store.cases_of(CARA, "waiting")) == 1


def test_all_that_is_late_is_found_whoever_has_it(store: AuditedStore) -> None:
    file_case(store, a_case("AAAA-0000"))
    file_case(store, stepped(a_case("AAAA-0001", handlers=(BEN.person, CARA.person)), "escalated"))

    with store.transaction():
        assert store.on_shelf("north", "overdue") == ("AAAA-0001",)
        assert store.on_shelf("south", "overdue") == ()


def test_all_cases_are_read_in_order_a_few_at_a_time(store: AuditedStore) -> None:
    for ref in REFS:
        file_case(store, a_case(ref))

    with store.transaction():
        first = store.cases_from("north", "", 3)
        second = store.cases_from("north", first[-1].ref, 3)

        assert [case.ref for case in (*first, *second)] == list(REFS)
        assert store.cases_from("north", second[-1].ref, 3) == ()
        assert store.cases_from("south", "", 3) == ()


def test_a_case_wakes_for_whatever_it_waits_for(store: AuditedStore) -> None:
    due = NINE + timedelta(hours=4)
    clocks = {"idle": NINE + timedelta(hours=2), "advice": NINE + timedelta(hours=1)}
    file_case(store, stepped(a_case(due=due), "taken", taken_by=BEN.person, clocks=clocks))

    with store.transaction():
        assert store.asleep_until(NINE + timedelta(minutes=59)) == ((), ())
        assert store.asleep_until(NINE + timedelta(minutes=60)) == ((), (("north", a_case().ref),))


def test_a_concern_is_counted_once_for_each_case_and_for_its_time(store: AuditedStore) -> None:
    for number, (ref, person) in enumerate([("A", "dan"), ("A", "dan"), ("B", "dan"), ("C", "eve"), ("D", "dan")]):
        keep(store, f"count-{number}", at=NINE + number * DAY, records=(ConcernCounted(person=person, ref=ref),))

    with store.transaction():
        assert store.concerns("north", "dan", NINE, "") == 3
        assert store.concerns("north", "dan", NINE, "B") == 2
        assert store.concerns("north", "dan", NINE + DAY, "") == 2
        assert store.concerns("north", "nobody", NINE, "") == 0
        assert store.concerns("south", "dan", NINE, "") == 0


def test_what_turned_out_to_be_no_concern_counts_for_nobody(store: AuditedStore) -> None:
    counted = [ConcernCounted(person=person, ref=ref) for person, ref in (("dan", "A"), ("eve", "A"), ("dan", "B"))]
    keep(store, "counted", records=tuple(counted))

    keep(store, "dropped", records=(ConcernsDropped(ref="A"),))

    with store.transaction():
        assert store.concerns("north", "dan", NINE, "") == 1
        assert store.concerns("north", "eve", NINE, "") == 0


def test_a_link_leads_there_until_it_is_used_or_its_time_is_over(store: AuditedStore) -> None:
    keep(store, "made", BEN, records=(LinkMade(token="token-1", grant=LINK), LinkMade(token="token-2", grant=LINK)))

    with store.transaction():
        assert store.grant("north", "token-1") == LINK
        assert store.grant("north", "token-3") is store.grant("south", "token-1") is None
    keep(store, "used", BEN, records=(LinkUsed(token="token-1"),))
    with store.transaction():
        assert store.grant("north", "token-1") is None
        assert store.grant("north", "token-2") == LINK
        store.asleep_until(LINK.until)
        assert store.grant("north", "token-2") is None


def test_the_codes_of_a_case_are_those_of_its_rows_alone(store: AuditedStore) -> None:
    case = a_case("AAAA-0000")
    file_case(store, case)
    file_case(store, a_case("AAAA-0001"))
    file_case(store, stepped(case, "opened"), "opened", BEN.person)
    keep(store, "refused", CARA, records=(AccessRefused(ref="AAAA-0000", by=CARA.person),))

    with store.transaction():
        codes = store.audit_codes("north", "AAAA-0000")

        assert [(code.number, code.action) for code in codes] == [(1, "sent"), (3, "opened"), (4, "refused")]
        assert len({code.hash for code in codes}) == 3
        assert store.audit_codes("north", "ZZZZ-9999") == ()


def test_letters_that_lie_are_counted_from_when_they_were_due(store: AuditedStore) -> None:
    keep(store, "sent", letters=(a_letter(),))

    with store.transaction():
        assert store.letters_waiting(NINE) == 0
        assert store.letters_waiting(NINE + timedelta(seconds=1)) == 1
