"""Decisions that take several persons, in thousands of organisations that chance made up: pressed in any order, twice,
yes after no and no after yes, while people get and lose roles, leave, move, and say that they have a conflict.

When it may be decided is counted once more here, from the promise alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cases import Case, Press, Proposal, Recipient, Route
from bot.casework import entered
from bot.casework_rules import TwoPersonDecision
from bot.decisions import agree, deciders, decline, expire, propose, settle, standing
from bot.knowledge import Role, RoleId
from bot.people import Directory, Person
from tests.contracts.samples import a_case
from tests.made_up import AWAY, Dice, Made, by_chance, made, organisations, role

NINE = datetime(2030, 6, 4, 9, 0, tzinfo=UTC)

Did = Literal["yes", "no", "changed", "barred", "expired", "proposed"]


def rule(*roles: RoleId, needed: int = 2) -> TwoPersonDecision:
    words = {"label": "Keep it", "intro": "Two decide.", "decided": "It is kept."}
    return TwoPersonDecision.model_validate({**words, "flows": ["any"], "roles": roles, "needed": needed})


def case_of(reporter: str, academy: str, barred: frozenset[str] = frozenset()) -> Case:
    way = Route(recipients=(), then=(), because=(), barred=tuple(sorted(barred)))
    return replace(a_case(reporter=reporter, handlers=()), academy=academy, route=way)


def proposal(number: int = 0, by: str = "") -> Proposal:
    return Proposal(id=f"proposal-{number}", by=by, at=NINE, purpose="p", viewed="v", why="w", asked=())


# --- written again, from the promise


def eligible(
    person: Person, by: TwoPersonDecision, roles: Mapping[RoleId, Role], directory: Directory, c: Case
) -> bool:
    """Whether somebody may take part: works here, holds one of the roles for this case, and has nothing to do with it.

    Nobody takes part for somebody else.
    """
    conflicts = {line.person for line in c.ledger if line.step == "conflict"}
    if not person.active or person.id in conflicts | {*c.route.barred, *c.subjects, c.reporter}:
        return False
    for wanted in by.roles:
        match roles[wanted].scope:
            case "manager":
                sender = directory.people.get(c.reporter)
                held = sender is not None and sender.manager == person.id
            case "trust":
                held = wanted in person.roles
            case _:
                held = wanted in person.roles and c.academy in person.academies
        if held:
            return True
    return False


# --- a story that chance tells


@dataclass(frozen=True, kw_only=True)
class Moment:
    """Something that somebody did, the case before and after it, and who works there then."""

    did: Did
    who: str
    at: datetime
    reason: str
    before: Case
    after: Case
    directory: Directory

    @property
    def accepted(self) -> bool:
        """Whether somebody's word was taken."""
        known = self.after.proposals[-1:] if self.did in ("yes", "no") else ()
        return any(press.at == self.at for one in known for press in (*one.agreed, *one.declined))

    @property
    def ended(self) -> Proposal | None:
        """The proposal that ended just now."""
        now = {known.id: known for known in self.after.proposals}
        was_open = self.before.proposal
        return now[was_open.id] if was_open and now[was_open.id].ended else None


@dataclass(frozen=True)
class Story:
    """What happens to the proposals of one case, in an organisation, under a rule."""

    org: Made
    rule: TwoPersonDecision
    moments: tuple[Moment, ...]

    def may(self, moment: Moment) -> set[str]:
        """Who may take part at a moment, counted once more."""
        people, c = moment.directory, moment.before
        return {one.id for one in people.people.values() if eligible(one, self.rule, self.org.roles, people, c)}


def told(org: Made, chance: bytes) -> Story:
    dice, ids = Dice(list(chance)), list(org.roles)
    by = rule(*(dice.some(ids, 4) or ids), needed=2 + dice.one_in(5))
    return Story(org, by, tuple(_moments(org, by, dice)))


def _moments(org: Made, by: TwoPersonDecision, dice: Dice) -> Iterator[Moment]:
    people, crowd, ids = org.directory, sorted(org.directory.people), list(org.roles)
    now = case_of(org.seen["reporter"], org.seen["academy"], org.barred)
    now = propose(now, proposal()) or now
    number = 0
    while dice.left:
        number += 1
        may = [one for one in crowd if eligible(people.people[one], by, org.roles, people, now)]
        among = may if may and dice.roll(3) else [*crowd, "stranger"]
        who = among[dice.roll(len(among))]
        did, at, reason = _what(dice), NINE + timedelta(minutes=number), f"reason {number}"
        before, pool = now, deciders(now, by, people, org.roles)
        match did:
            case "yes" | "no":
                word = agree(now, who, at, pool) if did == "yes" else decline(now, who, reason, at, pool)
                now = now if word is None else settle(word, by.needed, pool) or word
            case "changed" if who in people.people:
                people = Directory({**people.people, who: _changed(people.people[who], dice, ids)})
            case "barred" if dice.one_in(2):
                now = replace(now, subjects=(*now.subjects, who))
            case "barred":
                now = entered(now, "conflict", at, Recipient(person=who, role=""))
            case "expired":
                now = expire(now) or now
            case "proposed":
                now = propose(now, proposal(number, who)) or now
        yield Moment(did=did, who=who, at=at, reason=reason, before=before, after=now, directory=people)


def _what(dice: Dice) -> Did:
    ways: tuple[tuple[Did, int], ...] = (("yes", 8), ("no", 5), ("changed", 5), ("proposed", 2), ("barred", 1))
    some = [did for did, often_ in ways for _ in range(often_)]
    return "expired" if dice.one_in(40) else some[dice.roll(len(some))]


def _changed(one: Person, dice: Dice, ids: list[str]) -> Person:
    match dice.roll(5):
        case 0:
            return replace(one, active=not one.active)
        case 1:
            return replace(one, academies=(("north",), ("south",), ("north", "south"), ())[dice.roll(4)])
        case 2:
            return replace(one, roles=())
        case 3:
            return replace(one, away=() if one.away else AWAY)
        case _:
            return replace(one, roles=tuple(dict.fromkeys((*one.roles, ids[dice.roll(len(ids))]))))


stories = st.builds(told, organisations, st.binary(min_size=40, max_size=200))
often = settings(by_chance, max_examples=4_000)
now_and_then = settings(by_chance, max_examples=1_000)


@often
@given(stories)
def test_it_ends_exactly_when_a_second_count_says_so(story: Story) -> None:
    says: dict[str, str] = {}

    for moment in story.moments:
        if moment.did == "proposed" and moment.after != moment.before:
            says = {}
        if moment.did not in ("yes", "no") or not moment.before.proposal:
            continue
        may = story.may(moment)
        fresh = moment.who in may and says.get(moment.who) != moment.did
        if fresh:
            says[moment.who] = moment.did
        yes = {one for one in may if says.get(one) == "yes"}
        possible = {one for one in may if says.get(one) != "no"}
        enough, too_few = len(yes) >= story.rule.needed, len(possible) < story.rule.needed
        wanted = "decided" if enough else "declined" if too_few else ""
        came_to = moment.ended.ended if moment.ended else ""
        # A word that was said before need not be taken again; if it is, the same holds.
        assert came_to == wanted if fresh else came_to in ("", wanted if moment.who in may else "")


@often
@given(stories)
def test_it_is_decided_by_enough_persons_who_may_at_that_moment_none_of_them_the_reporter_or_barred(
    story: Story,
) -> None:
    for moment in story.moments:
        if (ended := moment.ended) and ended.ended == "decided":
            may = story.may(moment)
            counted = {press.person for press in ended.agreed} & may
            assert len(counted) >= story.rule.needed
            assert moment.who in may
            assert not counted & ({moment.after.reporter} | moment.after.barred)


@now_and_then
@given(stories)
def test_who_may_take_part_is_who_holds_a_role_now_and_nobody_in_their_place(story: Story) -> None:
    for moment in story.moments:
        pool = deciders(moment.before, story.rule, moment.directory, story.org.roles)

        assert pool.keys() == story.may(moment)


@now_and_then
@given(stories)
def test_nothing_changes_a_proposal_that_has_ended(story: Story) -> None:
    for moment in story.moments:
        over = tuple(known for known in moment.before.proposals if known.ended)
        assert moment.after.proposals[: len(over)] == over


@now_and_then
@given(stories)
def test_nobody_has_a_say_and_nothing_ends_while_nothing_is_proposed(story: Story) -> None:
    for moment in story.moments:
        pool = deciders(moment.after, story.rule, moment.directory, story.org.roles)
        if moment.after.proposal is None:
            words = [agree(moment.after, one, NINE, pool) for one in (*pool, moment.who)]
            words += [decline(moment.after, one, "No.", NINE, pool) for one in (*pool, moment.who)]
            assert not any(words)
            assert settle(moment.after, story.rule.needed, pool) is None
            assert expire(moment.after) is None


@now_and_then
@given(stories)
def test_a_proposal_ends_once_and_only_one_is_open_at_a_time(story: Story) -> None:
    for moment in story.moments:
        assert sum(not known.ended for known in moment.after.proposals) <= 1
        if moment.did == "proposed" and moment.before.proposal:
            assert moment.after == moment.before


@now_and_then
@given(stories)
def test_each_person_has_one_word_the_last_that_was_taken_with_its_reason_and_its_time(story: Story) -> None:
    words: dict[str, tuple[Did, datetime, str]] = {}

    for moment in story.moments:
        if moment.did == "proposed" and moment.after != moment.before:
            words = {}
        if moment.accepted:
            words[moment.who] = (moment.did, moment.at, moment.reason if moment.did == "no" else "")
        if moment.after.proposals:
            last = moment.after.proposals[-1]
            kept: list[tuple[str, tuple[Did, datetime, str]]] = []
            kept += [(press.person, ("yes", press.at, press.reason)) for press in last.agreed]
            kept += [(press.person, ("no", press.at, press.reason)) for press in last.declined]
            assert len(kept) == len(dict(kept))
            assert dict(kept) == words


@now_and_then
@given(stories)
def test_a_word_that_changes_nothing_is_a_double_or_of_somebody_who_may_not(story: Story) -> None:
    for moment in story.moments:
        if moment.did in ("yes", "no") and not moment.accepted:
            was = moment.before.proposal
            said = was.agreed if was and moment.did == "yes" else was.declined if was else ()
            double = moment.who in {press.person for press in said}
            assert was is None or double or moment.who not in story.may(moment)


@now_and_then
@given(stories)
def test_what_happens_in_the_directory_ends_nothing_by_itself(story: Story) -> None:
    for moment in story.moments:
        if moment.did in ("changed", "barred"):
            assert moment.after.proposals == moment.before.proposals


def test_chance_tells_stories_of_every_kind() -> None:
    """If all ended alike, or none, the tests above would prove nothing."""
    chance = Random(7)
    many = [told(made(chance.randbytes(140)), chance.randbytes(160)) for _ in range(2_000)]
    moments = [moment for story in many for moment in story.moments]
    ends = [(story, m, ended) for story in many for m in story.moments if (ended := m.ended)]

    assert {ended.ended for _, _, ended in ends} == {"decided", "declined", "expired"}
    assert any(len(press.agreed) > 2 for _, _, press in ends)
    lost = [ended for story, m, ended in ends if {press.person for press in ended.agreed} - story.may(m)]
    assert {ended.ended for ended in lost} == {"decided", "declined", "expired"}
    assert any(m.did == "yes" and m.who == m.before.reporter for m in moments)
    assert any(m.did == "yes" and m.who in m.before.barred for m in moments)
    assert any(len(m.after.proposals) > 2 for m in moments)
    flips = [(m.before.proposal, m) for m in moments if m.accepted and m.before.proposal]
    assert any(m.who in {no.person for no in open_.declined} for open_, m in flips if m.did == "yes")
    assert any(m.who in {yes.person for yes in open_.agreed} for open_, m in flips if m.did == "no")
    pools = [deciders(m.before, story.rule, m.directory, story.org.roles) for story in many for m in story.moments]
    assert any(len(pool) > 4 for pool in pools)
    assert any(not pool for pool in pools)


# --- every way through a small one

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
