"""People who leave, lose a role, move or only go away, and who is told what because of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from bot.cases import Case
from bot.events import Actor, DirectoryChanged
from bot.people import Directory
from tests.sample_people import TEACHER
from tests.talking import ORGANISATION, Given, Place, Talk

NEEDLE = "needle-story"
TO_HEAD: Given = {"danger": "no", "child-at-risk": "no", "recipients": "head_of_school", "account": NEEDLE}
TO_BOTH: Given = {**TO_HEAD, "recipients": ("hr_manager", "head_of_school")}
TO_MANAGER: Given = {**TO_HEAD, "recipients": "line_manager"}

ALERT = "A report is waiting for you."
NEWS = "There is news about a report that you sent."

Change = Callable[[Place, str], object]


def leaves(place: Place, who: str) -> None:
    place.leaves(who)


def is_deleted(place: Place, who: str) -> None:
    place.moves_in(Directory({id: person for id, person in place.directory.people.items() if id != who}))


def loses_the_role(place: Place, who: str) -> None:
    place.changes(replace(place.directory.people[who], roles=()))


def moves_to_another_academy(place: Place, who: str) -> None:
    place.changes(replace(place.directory.people[who], academies=("South Academy",)))


GONE = [leaves, is_deleted, loses_the_role, moves_to_another_academy]


def goes_away(place: Place, who: str) -> None:
    place.changes(replace(place.directory.people[who], away=((date(2026, 11, 23), date(2026, 11, 27)),)))


def gets_another_role_too(place: Place, who: str) -> None:
    person = place.directory.people[who]
    place.changes(replace(person, roles=(*person.roles, "safeguarding_lead")))


def is_renamed(place: Place, who: str) -> None:
    place.changes(replace(place.directory.people[who], name="Somebody, Married", manager=None, deputy=None))


STILL_HERE = [goes_away, gets_another_role_too, is_renamed]


def sends(place: Place, given: Given = TO_HEAD, flow: str = "colleague-conduct") -> str:
    """A report that was sent and its alerts delivered. Its reference."""
    ref = place.talk(TEACHER).reports(flow, given)
    place.post()
    return ref


def takes(place: Place, who: str, ref: str) -> None:
    place.talk(who).picks(f"case:take:{ref}")
    place.post()


def notices(place: Place, *refs: str, key: str = "changed") -> dict[str, list[str]]:
    """The case is looked at because the directory changed. Who is told what by that."""
    met = {who: len(letters) for who, letters in place.letters.items()}
    nobody = Actor(organisation=ORGANISATION, person="")
    for ref in refs:
        place.service.receive(DirectoryChanged(actor=nobody, key=f"{key}:{ref}", at=place.now, case=ref))
    place.post()
    new = {who: [m.summary for m in letters[met.get(who, 0) :]] for who, letters in place.letters.items()}
    return {who: summaries for who, summaries in new.items() if summaries}


def case(place: Place, ref: str) -> Case:
    with place.store.transaction():
        found = place.store.case(ORGANISATION, ref)
    assert found
    return found


def mine(place: Place, ref: str) -> str:
    return place.talk(TEACHER).picks(f"mine:show:{ref}").hears


def handed(window: Talk, label: str) -> None:
    window.fills(to=label, reason="It is theirs.")
    window.place.post()
