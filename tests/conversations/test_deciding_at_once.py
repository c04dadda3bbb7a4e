"""Deciding together at the same moment, twice, and after a restart: it is decided once."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Barrier

from bot.compiled import Knowledge
from bot.events import Actor, ChoicePicked, Event, FormSent
from tests.conftest import SCHOOL
from tests.contracts.samples import open_sqlite
from tests.deciding import (
    DECIDED,
    STEP,
    WHY,
    agrees,
    asked,
    case_of,
    declines,
    proposal,
    proposed,
    proposes,
    reported,
    steps,
    took,
)
from tests.sample_people import CEO, GROUP_IT, HEAD, HR, MANAGER, TEACHER
from tests.talking import ORGANISATION, Place


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


def test_of_several_who_agree_at_the_same_moment_it_is_decided_once(kept: Place) -> None:
    ref = reported(kept, "head_of_school")
    took(kept, HEAD, ref)
    for number in range(1, 11):
        kept.now += timedelta(minutes=3)
        proposes(kept, HEAD, ref)

        at_once(kept, *(press(kept, who, f"decide:agree:{ref}") for who in (HR, CEO, GROUP_IT) * 2))

        done = proposal(kept, ref)
        assert (done.ended, len({one.person for one in done.agreed})) == ("decided", 2)
        assert [steps(kept, ref).count(step) for step in ("decided", "agreed")] == [number, 2 * number]
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
