"""Clocks that jump, ten years ahead or a day back: nothing is lost, comes twice, or is put off for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.cases import Case
from bot.compiled import Knowledge
from bot.events import Actor
from tests.autumn import DAY, MINUTE, QUARTER, NotedStore
from tests.conftest import SCHOOL
from tests.sample_people import CEO, CHAIR, DEPUTY, HEAD, MANAGER, TEACHER
from tests.talking import ORGANISATION, Given, Place


@dataclass
class Jumped:
    """The organisation before its clock jumps: one case of each sort, and an unfinished report."""

    place: Place
    store: NotedStore
    waiting: str
    taken: str
    closed: str
    registered: str

    @property
    def refs(self) -> tuple[str, ...]:
        return (self.waiting, self.taken, self.closed, self.registered)

    def to(self, at: datetime) -> list[tuple[str, str]]:
        """The clock shows this time from now on, and somebody looks. Whom that writes to, about which case."""
        before = len(self.store.posted)
        self.place.now = at
        self.place.passes(timedelta())
        return [(letter.to, letter.case) for _, letter in self.store.posted[before:]]

    def case(self, ref: str) -> Case:
        with self.store.transaction():
            found = self.store.case(ORGANISATION, ref)
        assert found
        return found


NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
IN_TEN_YEARS = datetime(2036, 11, 24, 9, 0, tzinfo=UTC)
"""A Monday too."""

TO_HEAD: Given = {"danger": "no", "child-at-risk": "no", "recipients": "head_of_school", "account": "needle-story"}


@pytest.fixture
def jumped(school: Knowledge) -> Jumped:
    """Monday morning: a moment ago all was well."""
    store = NotedStore()
    place = Place(school, SCHOOL / "sample-people.csv", store)
    place.now = NOW
    teacher, head = place.talk(TEACHER), place.talk(HEAD)
    waiting, taken, closed = (teacher.reports("colleague-conduct", TO_HEAD) for _ in range(3))
    registered = teacher.reports("declare-contact", {"transport": "no"})
    head.picks(f"case:take:{taken}").picks(f"case:take:{closed}").picks(f"case:close:{closed}")
    head.fills(outcome="resolved", line="It is settled.")
    place.talk(DEPUTY).picks(f"case:take:{registered}").picks(f"case:check:{registered}").fills(
        same_class="yes", acknowledged="yes"
    )
    teacher.begins("unsure").answers_one({"danger": "no"})
    place.post()
    return Jumped(place=place, store=store, waiting=waiting, taken=taken, closed=closed, registered=registered)


def test_after_a_jump_of_ten_years_everything_is_still_there_to_read(jumped: Jumped) -> None:
    before = {ref: jumped.case(ref).said for ref in jumped.refs}

    for minutes in range(0, 60, 5):
        jumped.to(IN_TEN_YEARS + minutes * MINUTE)

    assert {ref: jumped.case(ref).said for ref in jumped.refs} == before
    assert "needle-story" in jumped.place.talk(TEACHER).picks(f"mine:show:{jumped.closed}").hears
    assert "needle-story" in jumped.place.talk(HEAD).picks(f"case:open:{jumped.taken}").hears
    assert jumped.place.talk(TEACHER).says("carry on").waiting


def test_after_a_jump_of_ten_years_each_case_takes_one_step_and_nothing_twice(jumped: Jumped) -> None:
    told = jumped.to(IN_TEN_YEARS)
    again = [letter for minutes in range(1, 60) for letter in jumped.to(IN_TEN_YEARS + minutes * MINUTE)]

    assert sorted(told) == sorted(
        [(CEO, jumped.waiting), (TEACHER, ""), (HEAD, jumped.taken), (TEACHER, ""), (TEACHER, "")]
    ), "the next, the reporter; whoever lets it lie; whether it still holds; what is unfinished"
    assert again == []


def test_however_often_the_clock_jumps_an_unfinished_report_is_announced_twice_before_it_is_deleted(
    jumped: Jumped,
) -> None:
    told: list[list[str]] = []
    for jumps in range(4):
        before = len(jumped.place.letters[TEACHER])
        jumped.to(IN_TEN_YEARS + jumps * 3653 * DAY)
        jumped.to(IN_TEN_YEARS + jumps * 3653 * DAY + 5 * MINUTE)
        new = [letter.summary.split(".")[0] for letter in jumped.place.letters[TEACHER][before:]]
        told.append([summary for summary in new if summary.startswith("Something you began")])

    announced = "Something you began here is not finished, and nobody has been told of it"
    assert told == [[announced], [announced], ["Something you began here was never finished"], []]


@pytest.mark.parametrize("jump", [IN_TEN_YEARS, NOW - DAY, NOW + timedelta(hours=2)], ids=["+10 years", "-1 day", "no"])
def test_a_form_that_is_sent_again_after_a_jump_has_no_second_effect(jumped: Jumped, jump: datetime) -> None:
    teacher, head = jumped.place.talk(TEACHER), jumped.place.talk(HEAD)

    def send() -> None:
        teacher.sends(f"mine:add:{jumped.waiting}", text="One more thing.", key="the same 1")
        head.sends(f"case:note:{jumped.taken}", fields={"text": ("Seen to.",)}, key="the same 2")

    send()
    jumped.to(jump)
    jumped.to(jump + 5 * MINUTE)
    send()

    steps = [line.step for ref in (jumped.waiting, jumped.taken) for line in jumped.case(ref).ledger]
    assert (steps.count("added"), steps.count("note")) == (1, 1)


@pytest.mark.parametrize("jump", [IN_TEN_YEARS, NOW - DAY, NOW + timedelta(hours=2)], ids=["+10 years", "-1 day", "no"])
def test_a_report_that_is_sent_again_after_a_jump_is_one_case(jumped: Jumped, jump: datetime) -> None:
    reporter = jumped.place.talk(MANAGER).reviews("cyberbullying", {**TO_HEAD, "recipients": "head_of_school"})
    [send] = [option.value for option in reporter.options if option.label == "Send"]
    reporter.picks(send, key="the same")
    jumped.to(jump)
    jumped.to(jump + 5 * MINUTE)

    reporter.picks(send, key="the same")

    with jumped.store.transaction():
        sent = jumped.store.cases_of(Actor(organisation=ORGANISATION, person=MANAGER), "sent")
    assert len(sent) == 1


def test_when_the_clock_goes_back_a_day_nothing_happens_a_second_time(jumped: Jumped) -> None:
    for _ in range(4 * 30):
        jumped.to(jumped.place.now + QUARTER)
    before = len(jumped.store.posted)
    ledgers = {ref: len(jumped.case(ref).ledger) for ref in jumped.refs}

    jumped.to(jumped.place.now - DAY)
    again = [letter for _ in range(4 * 24) for letter in jumped.to(jumped.place.now + QUARTER)]

    assert again == []
    assert len(jumped.store.posted) == before
    assert {ref: len(jumped.case(ref).ledger) for ref in jumped.refs} == ledgers


def test_after_the_clock_went_back_a_day_what_follows_comes_at_the_time_that_was_promised(jumped: Jumped) -> None:
    def told_until(end: datetime) -> list[tuple[datetime, str]]:
        found = []
        while jumped.place.now < end:
            new = jumped.to(jumped.place.now + QUARTER)
            found += [(jumped.place.now, to) for to, ref in new if ref == jumped.waiting]
        return found

    told_until(NOW + timedelta(hours=5))
    jumped.to(NOW - DAY)

    reminded, passed_on = NOW + timedelta(hours=6), NOW + timedelta(hours=8)
    assert told_until(NOW + timedelta(hours=9)) == [(reminded, HEAD), (reminded, CEO), (passed_on, CHAIR)]


def test_a_clock_that_was_ten_years_ahead_for_a_minute_does_not_put_anything_off_for_ten_years(jumped: Jumped) -> None:
    jumped.to(IN_TEN_YEARS)
    jumped.to(NOW + MINUTE)

    for _ in range(14 * 24):
        jumped.to(jumped.place.now + timedelta(hours=1))

    steps = [line.step for line in jumped.case(jumped.waiting).ledger]
    assert steps[-1] == "nobody-left"
