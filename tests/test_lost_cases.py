"""Whoever had a case once, or was asked to decide about it, has nothing of it any more: old letters, forms, links."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.compiled import Knowledge
from bot.messages import Choices, Link
from tests.guessing import asks_for_page
from tests.listed import everything_listed
from tests.sample_people import HEAD, HR, ICT, MANAGER
from tests.standing import World, filled, forms_of, in_hand, not_yours, proposed, sends


@dataclass
class Keepsakes:
    """What somebody has left of a case that was theirs: letters, buttons, the names of windows, a link to a page."""

    buttons: frozenset[str]
    forms: frozenset[str]
    token: str = ""


def keepsakes(world: World, person: str) -> Keepsakes:
    """Everything that somebody who has the case can keep of it. Changes nothing but that it was opened."""
    talk, place = world.place.talk(person), world.place
    letters = [
        option.value for m in place.letters[person] for b in m.blocks if isinstance(b, Choices) for option in b.options
    ]
    buttons = {value for value in letters if value.endswith(world.ref)}
    forms: set[str] = set()
    for value in ("home", f"case:open:{world.ref}", f"case:more:{world.ref}"):
        buttons |= {option.value for option in talk.picks(value).options if option.value.endswith(world.ref)}
    for value in sorted(buttons - {f"case:{action}:{world.ref}" for action in ("urgent", "normal", "take")}):
        forms |= set(forms_of(talk.picks(value)))
    token = ""
    if world.case.taken_by == person:
        fields = {"without": ("reporter",)}
        [link] = [b for b in talk.sends(f"case:export:{world.ref}", fields=fields).blocks if isinstance(b, Link)]
        token = link.url.rpartition("/")[2]
    return Keepsakes(frozenset(buttons), frozenset(forms), token)


Removal = Callable[[World, str], None]


def _changed(**change: object) -> Removal:
    def change_it(world: World, person: str) -> None:
        world.place.changes(replace(world.place.directory.people[person], **change))  # type: ignore[arg-type]

    return change_it


def _hands_over(world: World, person: str) -> None:
    world.place.talk(person).picks(f"case:hand-over:{world.ref}").fills(to=_called(world, HR), reason="Away.")


def _has_a_conflict(world: World, person: str) -> None:
    world.place.talk(person).picks(f"case:conflict:{world.ref}").fills(reason="A friend.")


def _is_taken_off(world: World, person: str) -> None:
    world.talk("responsible").picks(f"case:exclude:{world.ref}").fills(who=_called(world, person), reason="No need.")


def _it_is_about_them(world: World, person: str) -> None:
    world.talk("responsible").picks(f"case:name:{world.ref}").fills(person=person)


def _called(world: World, person: str) -> str:
    """How windows call somebody."""
    library, known = world.place.knowledge.library, world.place.directory.people[person]
    return (
        f"{library.roles[known.roles[0]].title} ({known.name})"
        if library.roles[known.roles[0]].title != known.name
        else known.name
    )


REMOVED: Mapping[str, tuple[str, Removal]] = {
    "lost the role": (ICT, _changed(roles=())),
    "left": (ICT, _changed(active=False)),
    "moved to another academy": (ICT, _changed(academies=("South Academy",))),
    "had it and left": (MANAGER, _changed(active=False)),
    "handed it over": (MANAGER, _hands_over),
    "had it and has a conflict": (MANAGER, _has_a_conflict),
    "has a conflict": (ICT, _has_a_conflict),
    "was taken off": (ICT, _is_taken_off),
    "turned out to be whom it is about": (ICT, _it_is_about_them),
    "had it and turned out to be whom it is about": (MANAGER, _it_is_about_them),
}
"""How somebody loses a case: who, and what happens."""

however_lost = pytest.mark.parametrize(("who", "removal"), REMOVED.values(), ids=REMOVED)


@however_lost
def test_whoever_has_lost_a_case_gets_nothing_for_all_that_they_kept_of_it(
    school: Knowledge, who: str, removal: Removal
) -> None:
    world, refusal = in_hand(school), ""
    kept = keepsakes(world, who)
    assert {f"case:open:{world.ref}", f"case:more:{world.ref}", f"case:note:{world.ref}"} <= kept.buttons
    assert f"case:note:{world.ref}" in kept.forms
    assert bool(kept.token) == (who == MANAGER)

    removal(world, who)
    refusal, before = not_yours(world), world.written

    talk = world.place.talk(who)
    for value in sorted(kept.buttons):
        assert repr(talk.picks(value).replies) == refusal, value
    for form in sorted(kept.forms):
        _, fields = filled(world, form.rpartition(":")[0])
        assert repr(talk.sends(form, fields=fields).replies) == refusal, form
    if kept.token:
        assert asks_for_page(world.place, kept.token).granted is None
        assert asks_for_page(world.place, kept.token).granted is None
    assert world.written == before


@however_lost
def test_the_alert_of_whoever_has_lost_a_case_reads_as_not_theirs(
    school: Knowledge, who: str, removal: Removal
) -> None:
    world = in_hand(school)
    assert f"case:open:{world.ref}" in {o.value for o in world.place.talk(who).picks(f"alert:{world.ref}").options}

    removal(world, who)

    assert repr(world.place.talk(who).picks(f"alert:{world.ref}").replies) == not_yours(world)


@however_lost
def test_no_list_of_whoever_has_lost_a_case_shows_it(school: Knowledge, who: str, removal: Removal) -> None:
    world = in_hand(school)
    assert world.ref in everything_listed(world.place, who)

    removal(world, who)
    assert world.ref not in everything_listed(world.place, who)

    for state in ("case:close", "mine:reopen"):
        if world.case.taken_by == MANAGER or state == "mine:reopen":
            sends(world, "responsible" if state == "case:close" else "reporter", state)
        assert world.ref not in everything_listed(world.place, who)


@however_lost
def test_whoever_has_lost_a_case_gets_no_letter_about_it_any_more(
    school: Knowledge, who: str, removal: Removal
) -> None:
    world = in_hand(school)
    removal(world, who)
    world.place.post()
    before = len(world.place.letters[who])

    sends(world, "reporter", "mine:add")
    world.place.post()
    world.place.passes(timedelta(days=9))

    letters = repr(world.place.letters[who][before:])
    assert world.ref not in letters


@pytest.mark.parametrize("change", [{"roles": ()}, {"active": False}], ids=["lost the role", "left"])
def test_whoever_may_not_decide_any_more_has_nothing_of_the_proposal(
    school: Knowledge, change: dict[str, object]
) -> None:
    world = proposed(school)
    world.place.post()
    assert world.ref in everything_listed(world.place, HR)
    assert len(world.place.letters[HR]) == 1
    refusal = not_yours(world)

    world.place.changes(replace(world.place.directory.people[HR], **change))  # type: ignore[arg-type]
    before = world.written

    assert repr(world.place.talk(HR).presses_in_letter().replies) == refusal
    assert repr(world.place.talk(HR).picks(f"decide:agree:{world.ref}").replies) == refusal
    assert (
        repr(world.place.talk(HR).sends(f"decide:decline:{world.ref}", fields={"reason": ("No.",)}).replies) == refusal
    )
    assert world.ref not in everything_listed(world.place, HR)
    assert world.written == before


def test_whoever_is_told_alone_and_loses_the_role_can_open_it_no_more(school: Knowledge) -> None:
    world = in_hand(school)
    world.place.post()
    chair = world.people["signalled"]
    assert "concern number 3" in world.place.talk(chair).presses_in_letter().hears

    world.place.changes(replace(world.place.directory.people[chair], roles=()))

    assert repr(world.place.talk(chair).presses_in_letter().replies) == not_yours(world)


def test_a_link_to_the_figures_shows_nothing_to_whoever_has_lost_the_role(school: Knowledge) -> None:
    world = in_hand(school)
    [link] = [block for block in world.place.talk(HEAD).picks("figures").blocks if isinstance(block, Link)]

    world.place.changes(replace(world.place.directory.people[HEAD], roles=()))

    assert asks_for_page(world.place, link.url.rpartition("/")[2]).granted is None
    assert repr(world.place.talk(HEAD).picks("figures").replies) == not_yours(world)
