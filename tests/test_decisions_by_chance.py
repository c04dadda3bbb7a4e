"""Decisions that take several persons, in thousands of organisations that chance made up: pressed in any order, twice,
yes after no and no after yes, while people get and lose roles, leave, move, and say that they have a conflict.

When it may be decided is counted once more, from the promise alone.
"""

from __future__ import annotations

from datetime import datetime
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.decisions import agree, deciders, decline, expire, settle
from tests.made_up import by_chance, made, organisations
from tests.stories import NINE, Did, Story, told

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
