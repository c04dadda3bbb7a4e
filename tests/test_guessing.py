"""Guessing gets nobody anywhere: references, altered buttons, other people's forms, links to pages, old letters.

And lists tell nothing of a case that somebody may not open, not even that there is one.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from adapters.storage.audit import verify
from bot.casework import spell
from bot.compiled import Knowledge
from bot.events import Actor, PageAsked
from bot.messages import Choices, Link
from bot.people import Person
from bot.permissions import MAY, Relation
from bot.shelves import PAGE, SHELVES
from bot.state import REFUSALS_NOTED
from bot.turn import Turn
from tests.contracts.samples import open_sqlite
from tests.talking import ORGANISATION, Given, Place, Talk
from tests.test_who_may import (
    ABOUT_THE_HEAD,
    ABSENT,
    ACCOUNT,
    CEO,
    GOVERNOR,
    GROUP_IT,
    HEAD,
    HR,
    ICT,
    LEAD,
    MANAGER,
    NO_DANGER,
    NORTH,
    TEACHER,
    World,
    at_work,
    case_of,
    closed,
    filled,
    forms_of,
    in_hand,
    not_yours,
    proposed,
    sends,
    sent,
    taken,
)

DAYS, A_DAY = 10, 1_000
"""Ten thousand guesses: so many days, and so many on each."""


# --- guessing


def asks_for_page(place: Place, token: str) -> Turn:
    """Somebody opens a link with this token."""
    actor = Actor(organisation=ORGANISATION, person="")
    return place.service.receive(PageAsked(actor=actor, key=place.key(), at=place.now, token=token))


def guessed(number: int) -> str:
    """A reference that somebody could come up with."""
    return spell(sha256(f"guess {number}".encode()).digest()[:5])


def grows(world: World) -> list[str]:
    """What the audit chain says was done since the world was made, up to now; the chain is whole."""
    assert verify(world.store, ORGANISATION).fault is None
    return world.rows


def test_ten_thousand_guessed_references_are_refused_alike_and_leave_next_to_nothing(school: Knowledge) -> None:
    world = proposed(school)
    before, rows, refusal = world.written, len(grows(world)), not_yours(world)
    actions = [action for action in MAY if action != "operator:states"]
    talk = world.talk("chair")

    for day in range(DAYS):
        for number in range(day * A_DAY, (day + 1) * A_DAY):
            action = actions[number % len(actions)]
            if number % 3 or action.startswith("signal:"):
                talk.picks(f"{action}:{guessed(number)}")
            else:
                _, fields = filled(world, action)
                talk.sends(f"{action}:{guessed(number)}", text="Words.", fields=fields)
            assert repr(talk.replies) == refusal, (action, number)
        world.place.now += timedelta(days=1)

    assert world.written == before
    assert grows(world)[rows + 1 :] == ["refused"] * REFUSALS_NOTED * DAYS
    assert world.store.operator_told(ORGANISATION) == {"guessing": DAYS}


def test_guessing_again_an_hour_later_is_entered_again(school: Knowledge) -> None:
    world = in_hand(school)
    for _ in range(2):
        rows = len(grows(world))
        for number in range(REFUSALS_NOTED + 5):
            world.talk("chair").picks(f"case:open:{guessed(number)}")
        assert len(grows(world)) == rows + REFUSALS_NOTED
        world.place.now += timedelta(hours=1)


def test_ten_thousand_guessed_links_open_no_page_and_all_read_alike(school: Knowledge) -> None:
    world = in_hand(school)
    before, rows = world.written, len(grows(world))

    guesses, answers = tokens(), set()
    for _ in range(DAYS):
        answers |= {repr(asks_for_page(world.place, guess).replies) for guess in itertools.islice(guesses, A_DAY)}
        world.place.now += timedelta(days=1)

    assert answers == {"()"}
    assert world.written == before
    assert len(grows(world)) == rows


def tokens() -> Iterator[str]:
    """Tokens that somebody could come up with, and some that nobody would."""
    yield from ("", " ", "/", "..", "%2e%2e", "\0", "\ud800", "é", "a" * 100_000, "' or 1=1 --", "0" * 24, "None")
    for number in itertools.count():
        yield spell(sha256(f"token {number}".encode()).digest()[:15]).replace("-", "").lower()


def test_guessing_links_does_not_fill_the_record(school: Knowledge) -> None:
    world = in_hand(school)
    rows = len(grows(world))

    for guess in itertools.islice(tokens(), 500):
        assert asks_for_page(world.place, guess).granted is None

    assert len(grows(world)) - rows <= REFUSALS_NOTED


def test_asking_for_the_figures_again_and_again_does_not_fill_the_record(school: Knowledge) -> None:
    world = in_hand(school)
    rows, refusal = len(grows(world)), not_yours(world)

    for _ in range(500):
        assert repr(world.talk("none").picks("figures").replies) == refusal

    assert len(grows(world)) - rows <= REFUSALS_NOTED + 1


# --- altered buttons


ALTERED: Mapping[str, Callable[[str, str], str]] = {
    "as it is": lambda action, ref: f"{action}:{ref}",
    "small letters": lambda action, ref: f"{action}:{ref.lower()}",
    "no hyphen": lambda action, ref: f"{action}:{ref.replace('-', '')}",
    "another hyphen": lambda action, ref: f"{action}:{ref.replace('-', '‐')}",
    "half of it": lambda action, ref: f"{action}:{ref[:4]}",
    "twice": lambda action, ref: f"{action}:{ref}-{ref}",
    "wide letters": lambda action, ref: f"{action}:{''.join(chr(ord(c) + 0xFEE0) for c in ref)}",
    "letters that look alike": lambda action, ref: f"{action}:{ref}".replace("A", "А").replace("o", "о"),
    "a letter without width": lambda action, ref: f"{action}:{ref}\u200b",
    "right to left": lambda action, ref: f"\u202e{action}:{ref}",
    "half a letter": lambda action, ref: f"{action}:{ref}\ud800",
    "nothing at all": lambda action, ref: f"{action}:{ref}\0",
    "a space before": lambda action, ref: f" {action}:{ref}",
    "a space after": lambda action, ref: f"{action}:{ref} ",
    "a line after": lambda action, ref: f"{action}:{ref}\n",
    "a tab within": lambda action, ref: f"{action}:\t{ref}",
    "a separator after": lambda action, ref: f"{action}:{ref}:",
    "more after": lambda action, ref: f"{action}:{ref}:{ref}",
    "a separator within": lambda action, ref: f"{action}::{ref}",
    "no action": lambda action, ref: f"{action.partition(':')[0]}::{ref}",
    "no reference": lambda action, ref: f"{action}:",
    "the reference alone": lambda action, ref: ref,
    "the other way round": lambda action, ref: f"{ref}:{action}",
    "capitals": lambda action, ref: f"{action.upper()}:{ref}",
    "a capital": lambda action, ref: f"{action.title()}:{ref}",
    "an unknown action": lambda action, ref: f"{action}-all:{ref}",
    "an action of nobody": lambda action, ref: f"{action.partition(':')[0]}:delete:{ref}",
    "as a case": lambda action, ref: f"case:{action.partition(':')[2]}:{ref}",
    "as one's own": lambda action, ref: f"mine:{action.partition(':')[2]}:{ref}",
    "as a decision": lambda action, ref: f"decide:{action.partition(':')[2]}:{ref}",
    "as a signal": lambda action, ref: f"signal:{action.partition(':')[2]}:{ref}",
    "as an alert": lambda action, ref: f"alert:{ref}",
    "as a draft": lambda action, ref: f"draft:{ref}:carry-on",
    "as a list": lambda action, ref: f"list:{ref}",
    "as an entry": lambda action, ref: f"entry:{ref}",
    "overlong": lambda action, ref: f"{action}:{ref}{'-' + ref * 2000}",
    "an overlong action": lambda action, ref: f"{action * 2000}:{ref}",
    "a way up": lambda action, ref: f"{action}:../{ref}",
    "a question to a database": lambda action, ref: f"{action}:{ref}' or '1'='1",
    "a pattern": lambda action, ref: f"{action}:*",
    "two at once": lambda action, ref: f"{action}:{ref},{ref}",
    "percent signs": lambda action, ref: f"{action}:{ref.replace('-', '%2D')}",
}
"""How somebody may alter a button or the name of a form."""


@pytest.mark.parametrize("how", ALTERED.values(), ids=ALTERED)
def test_an_altered_button_tells_nobody_whether_there_is_such_a_case(
    school: Knowledge, how: Callable[[str, str], str]
) -> None:
    world = proposed(school)
    before, rows, refusal = world.written, len(grows(world)), not_yours(world)

    for relation in ("none", "role-without-case", "operator", "former-handler", "subject"):
        talk = world.talk(relation)
        for action in MAY:
            _, fields = filled(world, action)
            picked = [repr(talk.picks(how(action, ref)).replies) for ref in (world.ref, ABSENT)]
            sent_in = [
                repr(talk.sends(how(action, ref), text="Words.", fields=fields).replies) for ref in (world.ref, ABSENT)
            ]
            assert len(set(picked)) == len(set(sent_in)) == 1, (relation, action)
            if how(action, ABSENT).count(":") == 2 and how(action, ABSENT).startswith(KINDS):
                assert picked[0] == refusal, (relation, action)

    assert world.written == before
    assert set(grows(world)[rows:]) <= {"refused"}


KINDS = ("case:", "mine:", "decide:", "signal:")


@pytest.mark.parametrize("how", [name for name in ALTERED if name != "as it is"])
def test_an_altered_button_does_nothing_either_for_those_who_have_the_case(school: Knowledge, how: str) -> None:
    world = proposed(school)
    unaltered = {f"{action}:{world.ref}" for action in (*MAY, "alert", "case:open", "mine:open")}

    for relation in ("responsible", "handler", "decider", "signalled", "reporter"):
        for action in MAY:
            value = ALTERED[how](action, world.ref)
            if value in unaltered:
                continue
            before = world.case
            _, fields = filled(world, action)
            assert ACCOUNT not in world.talk(relation).picks(value).hears, (relation, value[:80])
            assert ACCOUNT not in world.talk(relation).sends(value, text="Words.", fields=fields).hears
            assert world.case == before, (relation, value[:80])


def test_another_persons_draft_is_as_if_there_were_none(school: Knowledge) -> None:
    place = at_work(school)
    teacher = place.talk(TEACHER).begins("colleague-conduct")
    draft = teacher.options_of_draft[0].value.split(":")[1]
    teacher.answers(ABOUT_THE_HEAD).presses("Read it and send")
    buttons = {option.value for option in teacher.options_of_draft}
    assert any(value.startswith(f"draft:{draft}:send") for value in buttons)

    for button in buttons:
        for who in (GOVERNOR, MANAGER, HEAD, ""):
            other = button.replace(draft, "0000000000")
            assert repr(place.talk(who).picks(button).replies) == repr(place.talk(who).picks(other).replies)
            form, absent = (f"draft:{name}:account" for name in (draft, "0000000000"))
            assert repr(place.talk(who).sends(form, "x").replies) == repr(place.talk(who).sends(absent, "x").replies)

    teacher.presses("Send")
    assert teacher.ref


def test_the_receipt_behind_an_old_button_is_its_writers_alone(school: Knowledge) -> None:
    place = at_work(school)
    teacher = place.talk(TEACHER).reviews("colleague-conduct", ABOUT_THE_HEAD)
    [button] = [option.value for option in teacher.options if option.label == "Send"]
    teacher.presses("Send")
    assert teacher.picks(button).ref

    for who in (GOVERNOR, MANAGER, ICT, HEAD, ""):
        other = "draft:0000000000:" + button.split(":", 2)[2]
        assert repr(place.talk(who).picks(button).replies) == repr(place.talk(who).picks(other).replies)


def test_nobody_is_put_into_a_window_by_guessing_who_stands_behind_a_value(school: Knowledge) -> None:
    world = in_hand(school)
    before = world.written

    for number in range(300):
        value = sha256(str(number).encode()).hexdigest()[:12]
        for action, name in (("case:hand-over", "to"), ("case:include", "to"), ("case:exclude", "who")):
            fields = {name: (value,), "reason": ("Why not.",)}
            world.talk("responsible").sends(f"{action}:{world.ref}", fields=fields)

    assert world.written == before


# --- whoever had it once


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


# --- lists


def pages_of(place: Place, who: str, shelf: str) -> Iterator[Talk]:
    """A list, page by page, as long as there are older ones."""
    value: str | None = f"list:{shelf}"
    while value:
        talk = place.talk(who).picks(value)
        yield talk
        value = next((o.value for o in talk.options if o.value.startswith(f"list:{shelf}:")), None)


def shown_in(talk: Talk) -> str:
    """All that is shown, with the values of its buttons."""
    return repr(talk.replies)


def everything_listed(place: Place, who: str) -> str:
    """All that home and all pages of all lists show somebody, with the values of their buttons."""
    lists = [shown_in(page) for shelf in SHELVES for page in pages_of(place, who, shelf)]
    return "\n".join([shown_in(place.talk(who).looks_home()), shown_in(place.talk(who).picks("mine")), *lists])


def reports(place: Place, count: int, *roles: str, about: tuple[str, ...] = (), who: str = TEACHER) -> list[str]:
    """So many concerns that somebody sent to these roles, one an hour; their references, oldest first."""
    refs = []
    for _ in range(count):
        place.now += timedelta(hours=1)
        given: Given = {**NO_DANGER, "about": about, "recipients": roles}
        refs.append(sent(place, "colleague-conduct", given, who))
    return refs


def listed(place: Place, who: str, shelf: str) -> list[str]:
    """The references of the cases in a list, page by page."""
    opens = ("case:open:", "decide:open:", "mine:show:")
    return [o.value[-9:] for page in pages_of(place, who, shelf) for o in page.options if o.value.startswith(opens)]


@pytest.mark.parametrize("count", [PAGE - 1, PAGE, PAGE + 1, 2 * PAGE, 2 * PAGE + 3])
def test_every_case_is_listed_once_newest_first_however_many_there_are(school: Knowledge, count: int) -> None:
    place = at_work(school)
    refs = reports(place, count, "hr_manager")

    assert listed(place, HR, "waiting") == refs[::-1]
    assert listed(place, TEACHER, "sent") == refs[::-1]
    assert all(len(page.options) <= PAGE + 2 for page in pages_of(place, HR, "waiting"))


def both_roles(school: Knowledge) -> tuple[Place, str]:
    """Somebody in two roles, and the school that they work at."""
    place, both = at_work(school), "both@sample.example"
    roles = ("ict_network_supervisor", "hr_manager")
    return place.changes(Person(id=both, name="Both", academies=(NORTH,), roles=roles)), both


def test_whoever_lost_the_role_finds_no_trace_of_many_cases(school: Knowledge) -> None:
    place, both = both_roles(school)
    blank = everything_listed(place, both)
    refs = reports(place, 2 * PAGE, "ict_network_supervisor")
    assert all(ref in everything_listed(place, both) for ref in refs)

    place.changes(replace(place.directory.people[both], roles=("hr_manager",)))

    assert everything_listed(place, both) == blank


def test_no_button_holds_the_reference_of_a_case_that_one_may_not_open(school: Knowledge) -> None:
    place, both = both_roles(school)
    lost = reports(place, PAGE - 1, "ict_network_supervisor")
    kept = reports(place, PAGE - 1, "hr_manager")
    place.changes(replace(place.directory.people[both], roles=("hr_manager",)))

    shown = everything_listed(place, both)

    assert all(ref in shown for ref in kept)
    assert [ref for ref in lost if ref in shown] == []


@pytest.mark.parametrize("newer", [PAGE - 1, PAGE, PAGE + 5])
def test_cases_that_one_may_not_open_do_not_hide_older_ones_that_one_may(school: Knowledge, newer: int) -> None:
    place, both = both_roles(school)
    kept = reports(place, 3, "hr_manager")
    reports(place, newer, "ict_network_supervisor")
    place.changes(replace(place.directory.people[both], roles=("hr_manager",)))

    assert listed(place, both, "waiting") == kept[::-1]
    assert kept[-1] in shown_in(place.talk(both).looks_home())


@pytest.mark.parametrize("newer", [0, 1])
def test_a_list_goes_on_only_where_there_is_more_that_one_may_open(school: Knowledge, newer: int) -> None:
    place, both = both_roles(school)
    reports(place, 3, "ict_network_supervisor")
    reports(place, PAGE + newer, "hr_manager")
    place.changes(replace(place.directory.people[both], roles=("hr_manager",)))

    first = next(pages_of(place, both, "waiting"))

    assert any(o.value.startswith("list:waiting:") for o in first.options) == bool(newer)


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
@pytest.mark.parametrize("shelf", ["sent", "waiting"])
def test_a_list_after_a_guessed_reference_does_not_tell_whether_there_is_such_a_case(
    school: Knowledge, tmp_path: Path, shelf: str, kind: str
) -> None:
    place = at_work(school, open_sqlite(tmp_path) if kind == "sqlite" else None)
    reports(place, 2, "hr_manager")
    [secret] = reports(place, 1, "line_manager", about=(), who=LEAD)
    reports(place, 2, "hr_manager")
    who = TEACHER if shelf == "sent" else HR

    there, absent = (place.talk(who).picks(f"list:{shelf}:{ref}").replies for ref in (secret, ABSENT))

    place.store.close()
    assert repr(there) == repr(absent)


@pytest.mark.parametrize("after", ["", ":", "::", "\0", "\ud800", "*", "x" * 10_000, "%", "' or 1=1"])
def test_a_list_after_nonsense_is_a_list_of_ones_own(school: Knowledge, after: str) -> None:
    place = at_work(school)
    [theirs] = reports(place, 1, "line_manager", who=LEAD)
    reports(place, 2, "hr_manager")

    for shelf in SHELVES:
        assert theirs not in shown_in(place.talk(HR).picks(f"list:{shelf}:{after}"))


def test_who_sent_a_report_sees_it_among_their_own_and_nowhere_else(school: Knowledge) -> None:
    place = at_work(school)
    blank = [shown_in(place.talk(ICT).picks(f"list:{shelf}")) for shelf in SHELVES if shelf != "sent"]
    [ref] = reports(place, 1, "ict_network_supervisor", who=ICT)
    taken(place, ref, case_of(place, ref).handlers[0].person)

    assert listed(place, ICT, "sent") == [ref]
    assert [shown_in(place.talk(ICT).picks(f"list:{shelf}")) for shelf in SHELVES if shelf != "sent"] == blank
    assert f"case:open:{ref}" not in shown_in(place.talk(ICT).looks_home())


def test_whom_reports_are_about_finds_no_trace_of_them(school: Knowledge) -> None:
    place = at_work(school)
    blank = {who: everything_listed(place, who) for who in (HEAD, CEO, GROUP_IT)}

    for ref in reports(place, PAGE + 2, "line_manager", "group_it_manager", about=(HEAD, CEO, GROUP_IT)):
        taken(place, ref, MANAGER)

    assert {who: everything_listed(place, who) for who in (HEAD, CEO, GROUP_IT)} == blank


@pytest.mark.parametrize("stage", [in_hand, proposed, closed])
def test_whoever_has_nothing_to_do_with_a_case_finds_no_trace_of_it(
    school: Knowledge, stage: Callable[[Knowledge], World]
) -> None:
    empty, world = at_work(school), stage(school)
    outside: tuple[Relation, ...] = ("none", "other-academy", "role-without-case", "chair", "operator")

    for person in (world.people[relation] for relation in outside):
        assert everything_listed(world.place, person) == everything_listed(empty, person)
