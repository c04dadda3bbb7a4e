"""The figures: what is counted for whom, and that no small number is told or can be worked out."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cases import Case, Entered, Recipient, Route, Step
from bot.compiled import Knowledge
from bot.figures import Figures, Shown
from bot.people import Directory, Person
from bot.service import COUNTED_TOGETHER
from bot.state import Conversation
from bot.turn import CaseWritten, Turn
from bot.withholding import Sum, withheld
from tests.paging import ACCOUNTANT, CONDUCT, LEAD, OWNER, Office, table, told
from tests.talking import MORNING

FEW, HIDDEN = "fewer than 5", "not shown"
BY_MONTH, BY_KIND = "Reports by month", "Reports by kind, the last twelve months"
RESPONSIBILITY, OUTCOMES = "Time to responsibility", "How they ended, the last twelve months"
DECLARED = "Declarations and requests"
RUDE, CONDUCT_TITLE, HURT = "A rude customer", "Something the shift lead did", "Somebody is hurt"

_refs = itertools.count()


def a_case(flow: str = "rude-customer", at: datetime = MORNING, **changes: Any) -> Case:
    """A report that somebody sent, to count."""
    told_first = Recipient(person=LEAD, role="shift_lead")
    case = Case(
        ref=f"{next(_refs):08}",
        flow=flow,
        code="",
        salt="",
        sent_at=at,
        urgent=False,
        reporter="somebody@bakery.example",
        identity="named",
        academy="High Street",
        said=(),
        route=Route(recipients=(told_first,), then=(), because=(), barred=()),
        handlers=(told_first,),
        due=None,
        ledger=(Entered(at=at, step="sent"),),
    )
    return replace(case, **changes)


def stepped(case: Case, step: Step, after: timedelta, **changes: Any) -> Case:
    """The case with a step so long after it was sent."""
    detail = changes.pop("detail", ())
    line = Entered(at=case.sent_at + after, step=step, person=LEAD, role="shift_lead", detail=detail)
    return replace(case, ledger=(*case.ledger, line), **changes)


def taken(minutes: int, **given: Any) -> Case:
    """A case that somebody took so many minutes after it was sent."""
    return stepped(a_case(**given), "taken", timedelta(minutes=minutes), taken_by=LEAD)


def closed(outcome: str) -> Case:
    return stepped(a_case(), "closed", timedelta(hours=1), outcome=outcome)


def shown(knowledge: Knowledge, *cases: Case, person: str = OWNER, academies: tuple[str, ...] = ()) -> Shown:
    """The figures over these cases, for a person who works there."""
    directory = Directory({person: Person(id=person, name="Somebody", academies=academies, roles=("owner",))})
    figures = Figures(knowledge.library, directory, person, MORNING)
    for case in cases:
        figures.add(case)
    return figures.shown()


def number(found: Shown, title: str, label: str, column: int = 0) -> str:
    return told(table(found, title))[label][column]


def test_reports_are_counted_by_month_and_kind(bakery: Knowledge) -> None:
    cases = [a_case() for _ in range(7)] + [a_case("injury") for _ in range(6)]
    cases += [a_case(at=MORNING - timedelta(days=60)) for _ in range(8)] + [
        a_case("injury", MORNING - timedelta(days=62)) for _ in range(9)
    ]

    found = shown(bakery, *cases)

    assert told(table(found, BY_MONTH))["September 2026"][0] == "17"
    assert number(found, BY_KIND, RUDE) == "15"
    assert len(table(found, BY_MONTH).rows) == 12
    assert table(found, BY_MONTH).rows[-1].label == "November 2026"


def test_what_is_older_than_twelve_months_is_not_counted(bakery: Knowledge) -> None:
    old = [a_case(at=datetime(2025, 11, 30, 23, tzinfo=UTC)) for _ in range(9)]
    new = [a_case(at=datetime(2025, 12, 1, tzinfo=UTC)) for _ in range(6)]

    found = shown(bakery, *old, *new)

    assert {number(found, BY_KIND, "All kinds"), number(found, BY_MONTH, "December 2025")} <= {"6", HIDDEN}


def test_months_are_those_of_the_clock_on_the_wall(bakery: Knowledge) -> None:
    just_after_midnight = datetime(2026, 9, 30, 23, 30, tzinfo=UTC)

    found = shown(
        bakery,
        *(a_case(at=just_after_midnight) for _ in range(6)),
        *(a_case("injury", just_after_midnight) for _ in range(7)),
    )

    assert number(found, BY_MONTH, "October 2026") == "13"
    assert number(found, BY_MONTH, "September 2026") == FEW


@pytest.mark.parametrize(
    "left_out",
    [
        pytest.param({"reporter": OWNER}, id="sent by them"),
        pytest.param({"picked": {"about": (OWNER,)}}, id="about them"),
        pytest.param({"route": Route(recipients=(), then=(), because=(), barred=(OWNER,))}, id="barred"),
        pytest.param({"ledger": (Entered(at=MORNING, step="conflict", person=OWNER),)}, id="in conflict"),
    ],
)
def test_a_case_that_somebody_is_part_of_is_not_counted_for_them(bakery: Knowledge, left_out: dict[str, Any]) -> None:
    cases = [a_case(**left_out) for _ in range(6)]

    assert shown(bakery, *cases) == shown(bakery)
    assert shown(bakery, *cases, person=ACCOUNTANT) != shown(bakery, person=ACCOUNTANT)


def test_who_works_in_one_shop_sees_the_figures_of_that_shop_alone(bakery: Knowledge) -> None:
    cases = [a_case(academy="High Street") for _ in range(6)] + [a_case(academy="Mill Lane") for _ in range(20)]
    cases += [a_case(academy="") for _ in range(40)]

    found = shown(bakery, *cases, academies=("High Street",))

    assert found == shown(bakery, *cases[:6], academies=("High Street",))
    assert any("High Street" in note for note in found.notes)


def test_declarations_are_counted_apart_and_never_among_the_reports(bakery: Knowledge) -> None:
    declared = [stepped(a_case("declare-allergy"), "checked", timedelta(hours=1), outcome="shelved") for _ in range(7)]

    found = shown(bakery, *declared)

    assert number(found, DECLARED, "An allergy of your own") == "7"
    assert number(found, "Declarations and requests: how they ended", "Shelves are set up") == "7"
    apart = [part for part in found.tables if not part.title.startswith(DECLARED)]
    assert apart == [part for part in shown(bakery).tables if not part.title.startswith(DECLARED)]


def test_half_of_the_urgent_ones_in_minutes_and_of_the_others_in_hours_at_work(bakery: Knowledge) -> None:
    evening = datetime(2026, 11, 23, 12, tzinfo=UTC)  # an hour before the shop closes
    urgent = [taken(minutes, urgent=True) for minutes in (3, 9, 10, 14, 40)]
    normal = [taken(20 * 60, at=evening - timedelta(days=3)) for _ in range(5)]

    found = shown(bakery, *urgent, *normal)

    assert number(found, RESPONSIBILITY, "Urgent") == "10 minutes"
    # From Friday noon until Saturday at eight: an hour on Friday, three on Saturday.
    assert number(found, RESPONSIBILITY, "Normal") == "4 working hours"


def test_the_share_within_the_deadline_counts_what_nobody_took(bakery: Knowledge) -> None:
    long_ago = MORNING - timedelta(days=5)
    in_time = [taken(5, urgent=True, at=long_ago) for _ in range(15)]
    late = [taken(16, urgent=True, at=long_ago) for _ in range(2)] + [
        a_case(urgent=True, at=long_ago) for _ in range(3)
    ]
    running = [a_case(urgent=True) for _ in range(50)]

    found = shown(bakery, *in_time, *late, *running)

    assert number(found, RESPONSIBILITY, "Urgent", 1) == "75 %"


def test_a_share_whose_rest_is_small_is_told_as_a_bound(bakery: Knowledge) -> None:
    all_in_time = shown(bakery, *(taken(5, urgent=True) for _ in range(40)))
    nearly = shown(bakery, *(taken(5, urgent=True) for _ in range(37)), *(taken(50, urgent=True) for _ in range(3)))

    assert (
        number(all_in_time, RESPONSIBILITY, "Urgent", 1)
        == number(nearly, RESPONSIBILITY, "Urgent", 1)
        == "at least 90 %"
    )


def test_a_case_made_urgent_later_is_measured_as_it_was_sent(bakery: Knowledge) -> None:
    cases = [stepped(taken(60, urgent=True), "urgent", timedelta(hours=2)) for _ in range(5)]

    found = shown(bakery, *cases)

    assert number(found, RESPONSIBILITY, "Normal") == "1 working hours"
    assert number(found, RESPONSIBILITY, "Urgent") == FEW


def test_how_cases_ended_and_how_it_went(bakery: Knowledge) -> None:
    cases = [closed("sorted") for _ in range(9)] + [closed("nothing") for _ in range(4)]
    rated = [
        stepped(case, "rated", timedelta(hours=2), detail=(("heard", "yes"), ("again", "no"))) for case in cases[:6]
    ]

    found = shown(bakery, *rated, *cases[6:])

    assert told(table(found, OUTCOMES)) == {"Sorted out": ("9",), "Nothing to do": (FEW,)}
    assert told(table(found, "How it went: Heard")) == {"Yes": ("6",), "No": (FEW,)}


def test_open_and_late_now(bakery: Knowledge) -> None:
    old = MORNING - timedelta(days=900)
    late = [stepped(a_case(at=old), "escalated", timedelta(hours=4)) for _ in range(6)]
    others = [a_case() for _ in range(7)] + [closed("sorted"), a_case(withdrawn=True)]

    found = shown(bakery, *late, *others)

    assert told(table(found, "Just now")) == {"Open": ("13",), "Of these, late": ("6",)}


def test_how_many_are_not_late_cannot_be_worked_out_either(bakery: Knowledge) -> None:
    late = [stepped(a_case(), "escalated", timedelta(hours=4)) for _ in range(9)]

    found = shown(bakery, *late, a_case())

    assert HIDDEN in {number(found, "Just now", "Open"), number(found, "Just now", "Of these, late")}


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        pytest.param({"a": 7, "b": 9}, {}, id="none is small"),
        pytest.param({"a": 3, "b": 7, "c": 9}, {"a": "few", "b": "also"}, id="the next smallest too"),
        pytest.param({"a": 3, "b": 2, "c": 9}, {"a": "few", "b": "few"}, id="two small ones hide each other"),
        pytest.param({"a": 4, "b": 4}, {"a": "few", "b": "few", "all": "also"}, id="both can only be four"),
        pytest.param({"a": 1, "b": 5}, {"a": "few", "b": "also", "all": "also"}, id="it could only be one"),
        pytest.param({"a": 0, "b": 8}, {"a": "few"}, id="a zero is about nobody"),
        pytest.param({"a": 0, "b": 2, "c": 8}, {"a": "few", "b": "few", "c": "also"}, id="a zero hides nothing"),
        pytest.param({"a": 1, "b": 1}, {"a": "few", "b": "few", "all": "few"}, id="all is small"),
    ],
)
def test_what_would_follow_from_a_total_is_not_told(counts: dict[str, int], hidden: dict[str, str]) -> None:
    known = {**counts, "all": sum(counts.values())}

    found = withheld(known, [Sum("all", tuple(counts))], 5)

    assert found == hidden


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.lists(st.lists(st.integers(0, 7), min_size=3, max_size=3), min_size=2, max_size=2))
def test_whatever_is_told_fits_several_numbers_wherever_one_is_small(rows: list[list[int]]) -> None:
    """Every table that a reader could take for the true one is tried: a small number must differ among them."""
    counts, sums = with_totals(rows)
    hidden = withheld(counts, sums, 5)
    small = [key for key in counts if 0 < counts[key] < 5]
    assert hidden.keys() >= set(small)
    if all(key in hidden for key in counts):
        return  # nothing is told at all, not even which are zero

    possible: dict[tuple[str, ...], set[int]] = {key: {counts[key]} for key in small}
    for other in tables_like(rows, hidden):
        for key in small:
            possible[key].add(other[key])
        if all(len(values) > 1 for values in possible.values()):
            return

    known = {key: values for key, values in possible.items() if len(values) < 2}
    assert not known, f"these follow: {known}, from what is not hidden: {hidden}"


Counts = dict[tuple[str, ...], int]


def with_totals(rows: list[list[int]]) -> tuple[Counts, list[Sum[tuple[str, ...]]]]:
    """A table, with the sums of its rows and columns and of all."""
    cells: Counts = {(f"r{r}", f"c{c}"): value for r, row in enumerate(rows) for c, value in enumerate(row)}
    across = {(f"r{r}",): tuple((f"r{r}", f"c{c}") for c in range(3)) for r in range(len(rows))}
    down = {(f"c{c}",): tuple((f"r{r}", f"c{c}") for r in range(len(rows))) for c in range(3)}
    totals: Counts = {key: sum(cells[part] for part in parts) for key, parts in {**across, **down}.items()}
    all_of_it: Counts = {("all",): sum(cells.values())}
    counts: Counts = {**cells, **totals, **all_of_it}
    sums = [Sum(key, parts) for key, parts in {**across, **down}.items()]
    return counts, [*sums, Sum(("all",), tuple(across)), Sum(("all",), tuple(down))]


def tables_like(rows: list[list[int]], hidden: Any) -> Iterator[Counts]:
    """All tables that look the same to a reader, who is taken to know where nothing was counted."""
    truth, _ = with_totals(rows)
    values = [
        values_of(value, hidden.get((f"r{r}", f"c{c}"))) for r, row in enumerate(rows) for c, value in enumerate(row)
    ]
    for chosen in itertools.product(*values):
        counts, _ = with_totals([list(chosen[start : start + 3]) for start in range(0, len(chosen), 3)])
        if looks_like(truth, counts, hidden):
            yield counts


def values_of(value: int, why: str | None) -> Iterable[int]:
    """What a number could be as far as it is told itself."""
    if not value or why is None:
        return (value,)
    return range(1, 5) if why == "few" else range(5, value + 5)


def looks_like(truth: Counts, other: Counts, hidden: Any) -> bool:
    for key, count in other.items():
        match hidden.get(key):
            case "few" if count >= 5 or (count == 0) != (truth[key] == 0):
                return False
            case "also" if count < 5:
                return False
            case None if count != truth[key]:
                return False
    return True


def test_the_figures_are_behind_a_link_for_those_who_may_see_them(bakery: Knowledge) -> None:
    place = Office(bakery)
    for _ in range(6):
        place.reported()
        place.passes(timedelta(hours=3))

    found = place.figures()

    assert number(found, BY_KIND, CONDUCT_TITLE) in ("6", HIDDEN)
    assert "not yours" in place.talk(LEAD).picks("figures").hears


def test_many_cases_are_read_a_part_at_a_time_and_each_is_counted_once(bakery: Knowledge) -> None:
    place = Office(bakery)
    many = COUNTED_TOGETHER + 5
    first = place.case(place.reported(given=CONDUCT))
    for number_ in range(many):
        case = replace(first, ref=f"CASE-{number_:04}")
        with place.store.transaction():
            turn = Turn(state=Conversation(), records=(CaseWritten(case=case, step="sent", by=""),))
            place.store.write(place.asked("").actor, f"kept {number_}", place.now, turn)

    assert number(place.figures(), "Just now", "Open") == str(many + 1)
