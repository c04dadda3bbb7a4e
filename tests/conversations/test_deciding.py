"""Deciding together: two different persons who may, asked without the story, and carried out once.

Who decides need not handle the report. They read what was proposed and nothing else of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from bot.cases import Case, Proposal
from bot.compiled import Knowledge
from bot.events import Actor, ChoicePicked, Event, FormSent
from bot.people import Person
from bot.permissions import MAY
from tests.conftest import SCHOOL
from tests.contracts.samples import open_sqlite
from tests.talking import ORGANISATION, Place, Talk

TEACHER = "consultant.north@sample.example"
MANAGER = "department.north@sample.example"
ICT = "ict.north@sample.example"
HEAD = "head.north@sample.example"
DEPUTY = "deputy.north@sample.example"
CEO = "ceo@sample.example"
HR = "hr@sample.example"
GROUP_IT = "group.it@sample.example"
HEAD_SOUTH = "head.south@sample.example"

LEAD = "lead.high@bakery.example"
OWNER = "owner@bakery.example"
ACCOUNTANT = "accountant@bakery.example"
LAD = "lad.high@bakery.example"

STORY = "She makes fun of 8F for everybody to read."
KEEP = "Keep copies of a public profile"
WHY = {"purpose": "To speak with her.", "viewed": "Her page, by me, on Sunday.", "why": "It breaks the standards."}
DECIDED = "It is decided to keep copies."
STEP = "A report that you took responsibility for is waiting for a step."


def reported(place: Place, role: str, by: str = TEACHER, **more: str | tuple[str, ...]) -> str:
    """A report about a colleague, sent to the holders of a role. Its reference."""
    calm = {"academy": "North Academy", "danger": "no", "child-at-risk": "no", "account": STORY}
    ref = place.talk(by).reports("colleague-conduct", {**calm, "recipients": (role,), **more})
    place.post()
    return ref


def took(place: Place, who: str, ref: str) -> Talk:
    """Somebody who took responsibility for it."""
    return place.talk(who).picks(f"case:take:{ref}")


def proposes(place: Place, who: str, ref: str) -> Talk:
    """Whoever has it proposes to keep copies, and the others are written to."""
    talk = place.talk(who).picks(f"case:open:{ref}").presses("More").presses(KEEP).fills(**WHY)
    place.post()
    return talk


def proposed(
    place: Place, who: str = HEAD, role: str = "head_of_school", by: str = TEACHER, **more: str | tuple[str, ...]
) -> str:
    """A report that somebody has, who proposed to keep copies. Its reference."""
    ref = reported(place, role, by=by, **more)
    took(place, who, ref)
    proposes(place, who, ref)
    return ref


def agrees(place: Place, who: str, ref: str) -> Talk:
    return place.talk(who).picks(f"decide:open:{ref}").presses("I agree")


def declines(place: Place, who: str, ref: str, reason: str) -> Talk:
    return place.talk(who).picks(f"decide:open:{ref}").presses("I do not agree").fills(reason=reason)


def absent(place: Place, who: str, ref: str) -> bool:
    """Whether somebody is answered, press by press, in the very bytes in which a case that is not there is."""
    talk, no = place.talk(who), {"reason": ("No.",)}
    presses = [
        [repr(talk.picks(f"decide:{name}:{to}").replies) for name in ("open", "agree", "decline")]
        + [repr(talk.sends(f"decide:{name}:{to}", fields=no).replies) for name in ("agree", "decline")]
        for to in (ref, "0000-0000")
    ]
    return presses[0] == presses[1]


def no_say(place: Place, who: str, ref: str) -> bool:
    """Whether nothing that somebody presses changes what came of the proposal."""
    before, talk = proposal(place, ref), place.talk(who)
    offered = [option.label for option in talk.picks(f"decide:open:{ref}").options]
    talk.picks(f"decide:agree:{ref}").sends(f"decide:decline:{ref}", fields={"reason": ("No.",)})
    return "I agree" not in offered and proposal(place, ref) == before


def press(place: Place, who: str, value: str) -> Event:
    """A button that is pressed, for a service to be told."""
    return ChoicePicked(actor=Actor(organisation=ORGANISATION, person=who), key=place.key(), at=place.now, value=value)


def at_once(place: Place, *events: Event) -> None:
    """Have all this happen at the same moment."""
    together = Barrier(len(events))

    def happens(event: Event) -> None:
        together.wait()
        place.service.receive(event)

    with ThreadPoolExecutor(len(events)) as threads:
        list(threads.map(happens, events))


def case_of(place: Place, ref: str) -> Case:
    with place.store.transaction():
        case = place.store.case(ORGANISATION, ref)
    assert case
    return case


def proposal(place: Place, ref: str) -> Proposal:
    """The latest proposal, as it is kept."""
    return case_of(place, ref).proposals[-1]


def seen_by_handler(place: Place, who: str, ref: str) -> str:
    return place.talk(who).picks(f"case:open:{ref}").hears


def steps(place: Place, ref: str) -> list[str]:
    return [line.step for line in case_of(place, ref).ledger]


def asked(place: Place, who: str) -> int:
    """How often somebody was written to because of a decision."""
    return [letter.summary for letter in place.letters[who]].count("A decision is waiting for you.")


def goes_by(place: Place, time: timedelta) -> None:
    """Let time pass as it does, quarter by quarter of an hour."""
    for _ in range(time // timedelta(minutes=15)):
        place.passes(timedelta(minutes=15))


@pytest.fixture
def kept(school: Knowledge, tmp_path: Path) -> Iterator[Place]:
    """The school, with everything kept in a file."""
    with closing(open_sqlite(tmp_path)) as store:
        yield Place(school, SCHOOL / "sample-people.csv", store)


# --- two who may


def test_whoever_proposes_and_may_decide_counts_as_the_first(academies: Place) -> None:
    ref = proposed(academies)

    asked = academies.talk(HR).presses_in_letter()

    assert "Agreed: Head of School (Head of School, North), 23 November 2026, 09:00" in asked.hears
    assert "Persons still needed who agree: 1." in asked.hears
    assert proposal(academies, ref).ended == ""


def test_with_the_second_it_is_decided_and_both_are_shown_that(academies: Place) -> None:
    proposed(academies)

    second = academies.talk(HR).presses_in_letter().presses("I agree")

    academies.post()
    assert DECIDED in second.hears
    assert academies.letters[HEAD][-1].summary == STEP
    assert DECIDED in academies.talk(HEAD).presses_in_letter().hears


def test_the_record_holds_what_for_what_was_looked_at_why_who_and_when(academies: Place) -> None:
    nine = academies.now
    ref = proposed(academies)
    academies.passes(timedelta(minutes=95))

    agrees(academies, HR, ref)

    done = proposal(academies, ref)
    assert (done.purpose, done.viewed, done.why) == tuple(WHY.values())
    assert [(press.person, press.role, press.at - nine) for press in done.agreed] == [
        (HEAD, "head_of_school", timedelta()),
        (HR, "hr_manager", timedelta(minutes=95)),
    ]
    seen = seen_by_handler(academies, HEAD, ref)
    assert all(words in seen for words in WHY.values())
    assert "Agreed: HR Manager, 23 November 2026, 10:35" in seen
    assert "10:35: The HR Manager agreed" in seen
    assert "10:35: Decided" in seen


def test_the_same_person_twice_is_one(academies: Place) -> None:
    ref = proposed(academies)

    again = academies.talk(HEAD).picks(f"decide:agree:{ref}")

    assert "Persons still needed who agree: 1." in again.hears
    assert DECIDED not in again.hears
    assert steps(academies, ref).count("agreed") == 0


def test_one_person_on_two_platforms_is_one(academies: Place) -> None:
    ref = proposed(academies, MANAGER, "line_manager")
    in_one_chat, in_another = academies.talk(HR), academies.talk(HR)

    in_one_chat.picks(f"decide:agree:{ref}")
    in_another.picks(f"decide:agree:{ref}")

    assert "Persons still needed who agree: 1." in in_another.hears
    assert DECIDED in agrees(academies, GROUP_IT, ref).hears


@pytest.mark.parametrize(("who", "role"), [(MANAGER, "line_manager"), (ICT, "ict_network_supervisor")])
def test_who_may_receive_it_and_not_decide_proposes_without_being_counted(
    academies: Place, who: str, role: str
) -> None:
    ref = proposed(academies, who, role)

    assert absent(academies, who, ref)
    assert "Persons still needed who agree: 2." in academies.talk(HR).presses_in_letter().hears


def test_in_the_bakery_others_decide_and_the_accountant_has_no_name(shop: Place) -> None:
    calm = {"danger": "safe", "tell": "shift_lead", "words": "Rude words."}
    ref = shop.talk(LAD).reports("rude-customer", calm)
    lead = shop.talk(LEAD).picks(f"case:take:{ref}").presses("More").presses("Keep the till video")
    lead.fills(purpose="For the insurer.", viewed="The till, last night.", why="It shows it.")

    shop.talk(ACCOUNTANT).picks(f"decide:open:{ref}").presses("I agree")

    seen = lead.picks(f"case:open:{ref}").hears
    assert "Agreed: accountant, 23 November 2026, 09:00" in seen
    assert "The video is kept." in seen


# --- who has no part in it


@pytest.mark.parametrize("who", [HEAD, CEO, HR, GROUP_IT])
@pytest.mark.parametrize("question", ["about", "close"])
def test_whom_it_is_about_or_who_is_close_to_them_is_told_nothing_and_shown_nothing(
    academies: Place, who: str, question: str
) -> None:
    who_not: dict[str, Any] = {question: (who,)}
    ref = proposed(academies, ICT, "ict_network_supervisor", **who_not)

    assert who not in academies.told
    assert absent(academies, who, ref)
    assert ref not in academies.talk(who).looks_home().hears


@pytest.mark.parametrize("who", [HEAD, CEO, HR, GROUP_IT])
def test_whoever_reported_it_is_not_asked_and_has_no_say(academies: Place, who: str) -> None:
    ref = proposed(academies, ICT, "ict_network_supervisor", by=who)

    assert absent(academies, who, ref)
    assert asked(academies, who) == 0


@pytest.mark.parametrize("who", [TEACHER, DEPUTY, HEAD_SOUTH, "chair@sample.example", "nobody@x.example"])
def test_whoever_holds_none_of_the_roles_here_is_answered_as_if_there_were_nothing(academies: Place, who: str) -> None:
    ref = proposed(academies)

    assert absent(academies, who, ref)


def test_nobody_decides_in_the_place_of_somebody_who_is_away(academies: Place) -> None:
    away = ((date(2026, 11, 20), date(2026, 11, 27)),)
    academies.changes(replace(academies.directory.people[HEAD], away=away))
    ref = proposed(academies, DEPUTY)

    assert absent(academies, DEPUTY, ref)
    assert "Persons still needed who agree: 2." in academies.talk(HR).presses_in_letter().hears


def test_whoever_says_afterwards_that_they_have_a_conflict_is_counted_no_more(academies: Place) -> None:
    ref = proposed(academies)
    academies.talk(HEAD).picks(f"case:conflict:{ref}").fills(reason="She is my sister.")

    second = agrees(academies, HR, ref)

    assert "Persons still needed who agree: 1." in second.hears
    assert absent(academies, HEAD, ref)


@pytest.mark.parametrize(
    "change", [{"roles": ()}, {"active": False}, {"academies": ("South Academy",)}], ids=["lost it", "left", "moved"]
)
def test_whoever_may_decide_no_more_when_the_next_one_presses_does_not_count(
    academies: Place, change: dict[str, object]
) -> None:
    ref = proposed(academies)
    academies.changes(replace(academies.directory.people[HEAD], **change))  # type: ignore[arg-type]

    assert "Persons still needed who agree: 1." in agrees(academies, HR, ref).hears
    assert absent(academies, HEAD, ref)
    assert DECIDED in agrees(academies, GROUP_IT, ref).hears


def test_whoever_was_asked_and_has_the_role_no_more_finds_it_nowhere_and_is_not_reminded(academies: Place) -> None:
    ref = proposed(academies)
    academies.changes(replace(academies.directory.people[HR], roles=()))
    goes_by(academies, timedelta(days=1))

    assert absent(academies, HR, ref)
    assert ref not in academies.talk(HR).looks_home().hears
    assert asked(academies, HR) == 1


def test_whom_it_turns_out_to_be_about_has_no_say_and_what_they_said_does_not_count(academies: Place) -> None:
    ref = proposed(academies, ICT, "ict_network_supervisor")
    agrees(academies, CEO, ref)

    academies.talk(ICT).picks(f"case:name:{ref}").fills(person=CEO)

    assert absent(academies, CEO, ref)
    assert "Persons still needed who agree: 1." in agrees(academies, HR, ref).hears


def test_whoever_comes_into_the_role_meanwhile_may_decide(academies: Place) -> None:
    ref = proposed(academies)
    academies.leaves(HR).changes(Person(id="new.hr@sample.example", name="New", roles=("hr_manager",)))

    assert DECIDED in agrees(academies, "new.hr@sample.example", ref).hears


def test_it_can_be_decided_when_somebody_who_had_agreed_has_the_role_again(academies: Place) -> None:
    head = academies.directory.people[HEAD]
    ref = proposed(academies)
    academies.changes(replace(head, roles=()))
    agrees(academies, HR, ref)
    academies.changes(head)

    for who in (HR, HEAD):
        academies.talk(who).picks(f"decide:agree:{ref}")

    assert proposal(academies, ref).ended == "decided"


# --- the story stays with those who handle it


@pytest.mark.parametrize("name", MAY)
@pytest.mark.parametrize("how", ["pressed", "sent as a form"])
def test_who_only_decides_never_sees_the_story_whatever_they_send(academies: Place, name: str, how: str) -> None:
    ref = proposed(academies)
    ceo = academies.talk(CEO).presses_in_letter()

    if how == "pressed":
        ceo.picks(f"{name}:{ref}")
    else:
        ceo.sends(f"{name}:{ref}", text="x", fields={"reason": ("No.",), "text": ("x",)})

    heard = repr(ceo.past) + ceo.looks_home().hears
    assert WHY["purpose"] in heard
    for secret in (STORY, "Learning Consultant", TEACHER, "Something a colleague did"):
        assert secret not in heard


def test_what_the_deciders_have_before_them_shows_at_home_until_they_have_said_something(academies: Place) -> None:
    ref = proposed(academies)

    assert f"Waiting for your decision Reference: {ref} Sent:" in academies.talk(CEO).looks_home().hears
    declines(academies, CEO, ref, "No need.")
    assert ref not in academies.talk(CEO).looks_home().hears
    agrees(academies, HR, ref)
    assert ref not in academies.talk(GROUP_IT).looks_home().hears


def test_letters_about_a_decision_hold_nothing_of_it(academies: Place) -> None:
    ref = proposed(academies)
    declines(academies, GROUP_IT, ref, "No need.")
    academies.passes(timedelta(days=1))
    agrees(academies, HR, ref)
    academies.post()

    for secret in (*WHY.values(), STORY, "No need.", "copies", "profile", "agree", "Head of School", "colleague"):
        assert secret not in academies.posted


def test_the_reporter_reads_nothing_of_it(academies: Place) -> None:
    ref = proposed(academies)
    declines(academies, GROUP_IT, ref, "No need.")
    agrees(academies, HR, ref)

    seen = academies.talk(TEACHER).picks(f"mine:show:{ref}").hears

    for secret in (*WHY.values(), "No need.", "ecision", "agreed", "declined", "Decided"):
        assert secret not in seen


def test_everything_about_it_is_said_in_a_private_window(academies: Place) -> None:
    ref = proposed(academies)

    group_it = declines(academies, GROUP_IT, ref, "No need.")
    hr = agrees(academies, HR, ref)

    assert not any(words in group_it.overheard + hr.overheard for words in (*WHY.values(), "No need."))


# --- those who do not agree


def test_a_no_is_on_the_record_with_its_reason_and_others_may_still_decide(academies: Place) -> None:
    ref = proposed(academies)

    declines(academies, GROUP_IT, ref, "It is not public.")

    line = "Not agreed: Group IT Manager, 23 November 2026, 09:00. It is not public."
    assert line in seen_by_handler(academies, HEAD, ref)
    assert line in academies.talk(HR).presses_in_letter().hears
    assert DECIDED in agrees(academies, HR, ref).hears
    assert line in seen_by_handler(academies, HEAD, ref)


def test_when_too_few_are_left_who_could_agree_it_ends_undecided(academies: Place) -> None:
    ref = proposed(academies)

    for who in (GROUP_IT, HR):
        assert "There is nothing to decide" not in declines(academies, who, ref, "No.").hears
    assert "There is nothing to decide here any more." in declines(academies, CEO, ref, "Nor I.").hears

    assert proposal(academies, ref).ended == "declined"
    assert "Not decided" in seen_by_handler(academies, HEAD, ref)
    assert no_say(academies, HR, ref)


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 1001], ids=["empty", "blank", "too long"])
def test_a_no_without_a_reason_that_fits_is_asked_for_again_and_what_was_written_is_still_there(
    academies: Place, reason: str
) -> None:
    ref = proposed(academies)

    group_it = declines(academies, GROUP_IT, ref, reason)

    assert proposal(academies, ref).declined == ()
    assert group_it.notices
    assert "There is nothing to decide" not in group_it.fills(reason="It is not public.").hears
    assert [press.reason for press in proposal(academies, ref).declined] == ["It is not public."]


def test_a_no_may_become_a_yes_and_a_yes_a_no(academies: Place) -> None:
    ref = proposed(academies)
    declines(academies, HR, ref, "Not sure.")
    declines(academies, HEAD, ref, "I was wrong.")

    assert "Persons still needed who agree: 1." in agrees(academies, HR, ref).hears
    assert DECIDED in agrees(academies, HEAD, ref).hears


# --- at the same moment


def test_of_several_who_agree_at_the_same_moment_it_is_decided_once(kept: Place) -> None:
    ref = reported(kept, "head_of_school")
    took(kept, HEAD, ref)
    for number in range(1, 11):
        kept.now += timedelta(minutes=3)
        proposes(kept, HEAD, ref)

        at_once(kept, *(press(kept, who, f"decide:agree:{ref}") for who in (HR, CEO, GROUP_IT) * 2))

        done = proposal(kept, ref)
        assert (done.ended, len({one.person for one in done.agreed})) == ("decided", 2)
        assert [steps(kept, ref).count(step) for step in ("decided", "agreed")] == [number, number]
    kept.post()
    assert [letter.summary for letter in kept.letters[HEAD]].count(STEP) == 10


async def test_of_several_events_that_are_kept_together_one_decides(academies: Place) -> None:
    ref = proposed(academies, MANAGER, "line_manager")
    several = (HR, HR, HEAD, HEAD, CEO, GROUP_IT, TEACHER, MANAGER)

    await asyncio.gather(*(academies.service.submit(press(academies, who, f"decide:agree:{ref}")) for who in several))

    assert [one.person for one in proposal(academies, ref).agreed] == [HR, HEAD]
    assert steps(academies, ref).count("decided") == 1


def test_a_proposal_that_is_sent_twice_at_the_same_moment_is_one(kept: Place) -> None:
    ref = reported(kept, "head_of_school")
    took(kept, HEAD, ref)
    head, fields = Actor(organisation=ORGANISATION, person=HEAD), {name: (words,) for name, words in WHY.items()}

    at_once(
        kept,
        *(
            FormSent(actor=head, key=kept.key(), at=kept.now, form=f"case:propose:{ref}", fields=fields)
            for _ in range(4)
        ),
    )

    kept.post()
    assert len(case_of(kept, ref).proposals) == 1
    assert asked(kept, CEO) == 1


def test_a_press_that_is_sent_again_by_the_platform_is_one(academies: Place) -> None:
    ref = proposed(academies, MANAGER, "line_manager")

    for who in (HR, HR, HEAD, HEAD):
        academies.talk(who).picks(f"decide:agree:{ref}", key=f"pressed by {who}")

    assert steps(academies, ref).count("agreed") == 2
    assert steps(academies, ref).count("decided") == 1


def test_whoever_pressed_twice_is_shown_what_was_decided(academies: Place) -> None:
    ref = proposed(academies)
    hr = agrees(academies, HR, ref)

    hr.picks(f"decide:agree:{ref}")  # a second click, before the screen had changed

    assert "There is no such report" not in hr.hears
    assert DECIDED in hr.hears


def test_a_decision_goes_on_after_a_restart(school: Knowledge, tmp_path: Path) -> None:
    with closing(open_sqlite(tmp_path)) as before:
        place = Place(school, SCHOOL / "sample-people.csv", before)
        ref = proposed(place)
        declines(place, GROUP_IT, ref, "It is not public.")

    with closing(open_sqlite(tmp_path)) as after:
        place.store = after
        place.restarts()
        heard = agrees(place, HR, ref).hears

    assert DECIDED in heard
    assert "It is not public." in heard


# --- time passes


def test_half_way_those_who_have_said_nothing_are_reminded_once(academies: Place) -> None:
    ref = proposed(academies)
    declines(academies, GROUP_IT, ref, "It is not public.")

    goes_by(academies, timedelta(hours=23))
    before = [asked(academies, who) for who in (HEAD, HR, CEO, GROUP_IT)]
    goes_by(academies, timedelta(days=4))

    assert before == [0, 1, 1, 1]
    assert [asked(academies, who) for who in (HEAD, HR, CEO, GROUP_IT)] == [0, 2, 2, 1]


def test_after_two_days_at_work_without_enough_of_them_it_is_over(academies: Place) -> None:
    ref = proposed(academies)
    assert "Until: 25 November 2026, 09:00" in academies.talk(HR).presses_in_letter().hears

    academies.passes(timedelta(days=1))
    academies.passes(timedelta(days=1) - timedelta(minutes=1))
    assert "I agree" in academies.talk(HR).presses_in_letter().hears
    academies.passes(timedelta(minutes=1))

    assert no_say(academies, HR, ref)
    goes_by(academies, timedelta(days=2))
    assert steps(academies, ref).count("not-decided") == 1
    assert "25 November 2026, 09:00: Not decided" in seen_by_handler(academies, HEAD, ref)


def test_after_it_is_decided_nobody_is_reminded_and_nothing_expires(academies: Place) -> None:
    ref = proposed(academies)
    agrees(academies, HR, ref)

    goes_by(academies, timedelta(days=3))

    assert asked(academies, CEO) == 1
    assert "not-decided" not in steps(academies, ref)


def test_after_a_long_silence_of_the_clock_nobody_is_reminded_of_what_is_over(academies: Place) -> None:
    ref = proposed(academies)

    academies.passes(timedelta(days=9))

    assert no_say(academies, CEO, ref)
    assert asked(academies, CEO) == 1


@pytest.mark.parametrize("ending", ["decided", "declined", "expired"])
def test_another_can_be_proposed_when_one_is_over_and_nobody_counts_for_it_from_before(
    academies: Place, ending: str
) -> None:
    ref = proposed(academies)
    match ending:
        case "decided":
            agrees(academies, HR, ref)
        case "declined":
            for who in (HR, CEO, GROUP_IT):
                declines(academies, who, ref, "No.")
        case _:
            academies.passes(timedelta(days=1))
            academies.passes(timedelta(days=1))
    assert proposal(academies, ref).ended == ending
    academies.passes(timedelta(minutes=5))

    assert "The others are asked." in proposes(academies, HEAD, ref).hears

    assert "Persons still needed who agree: 1." in academies.talk(HR).presses_in_letter().hears
    assert [known.ended for known in case_of(academies, ref).proposals] == [ending, ""]


def test_while_one_is_open_no_other_can_be_proposed(academies: Place) -> None:
    ref = proposed(academies)
    head = academies.talk(HEAD).picks(f"case:open:{ref}").presses("More")
    assert KEEP not in [option.label for option in head.options]

    head.sends(f"case:propose:{ref}", fields={name: (words,) for name, words in WHY.items()})

    assert "That cannot be done just now." in head.hears
    assert len(case_of(academies, ref).proposals) == 1


# --- where nothing can come of it


@pytest.mark.parametrize("ending", ["closed", "withdrawn"])
def test_a_proposal_does_not_stay_open_for_ever_when_the_report_is_over(academies: Place, ending: str) -> None:
    ref = proposed(academies)
    if ending == "closed":
        head = academies.talk(HEAD).picks(f"case:open:{ref}").presses("Close it")
        head.fills(outcome="Dealt with", line="It was dealt with.")
    else:
        academies.talk(TEACHER).picks(f"mine:withdraw-yes:{ref}")

    for _ in range(6):
        academies.passes(timedelta(days=1))

    assert proposal(academies, ref).ended
    assert ref not in academies.talk(CEO).looks_home().hears


def test_nothing_more_is_decided_on_a_report_that_is_closed(academies: Place) -> None:
    ref = proposed(academies)
    head = academies.talk(HEAD).picks(f"case:open:{ref}").presses("Close it")
    head.fills(outcome="Dealt with", line="It was dealt with.")

    academies.talk(HR).picks(f"decide:agree:{ref}")

    assert proposal(academies, ref).ended != "decided"


def test_where_too_few_could_decide_it_is_not_offered(academies: Place) -> None:
    academies.leaves(HR, GROUP_IT)
    ref = reported(academies, "head_of_school", about=(CEO,))
    head = took(academies, HEAD, ref)

    assert "Keep copies of a public profile" not in [option.label for option in head.presses("More").options]
    assert "That cannot be done just now." in head.picks(f"case:propose:{ref}").hears


def test_only_kinds_of_report_for_which_the_policy_says_so_are_decided_on_together(academies: Place) -> None:
    ref = academies.talk(TEACHER).reports("policy-exception")
    head = took(academies, HEAD, ref)

    head.sends(f"case:propose:{ref}", fields={name: (words,) for name, words in WHY.items()})

    assert "That cannot be done just now." in head.hears
    assert case_of(academies, ref).proposals == ()
