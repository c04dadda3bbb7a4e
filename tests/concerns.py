"""Concerns about one person, one after the other, and who is told alone what they add up to."""

from __future__ import annotations

from datetime import timedelta

from bot.cases import Case
from tests.sample_people import (
    HR,
    ICT,
    TEACHER,
)
from tests.talking import ORGANISATION, Place, Talk

LAD = "lad.high@bakery.example"
LEAD = "lead.high@bakery.example"
OWNER = "owner@bakery.example"
ACCOUNTANT = "accountant@bakery.example"

ALONE = "Something is waiting for you alone."
NOT_FOUND = "Nobody or nothing was found for that."


def concern(
    place: Place,
    about: tuple[str, ...] = (ICT,),
    by: str = TEACHER,
    flow: str = "colleague-conduct",
    **more: str | tuple[str, ...],
) -> str:
    """A report about these people, ten days after the last, to the HR Manager where that is possible."""
    place.now += timedelta(days=10)
    calm = {"danger": "no", "child-at-risk": "no", "sexual": "no", "academy": "North Academy"}
    to = "head_of_school" if flow in ("student-contact", "cyberbullying") else ("hr_manager",)
    ref = place.talk(by).reports(flow, {**calm, "recipients": to, "about": about, **more})
    place.post()
    return ref


def taken(place: Place, by: str = TEACHER, who: str = HR) -> tuple[Talk, str]:
    """A report about nobody who could be ticked, and the handler who took it."""
    ref = concern(place, (), by)
    return place.talk(who).picks(f"case:take:{ref}"), ref


def names(handler: Talk, ref: str, name: str) -> Talk:
    """The handler has the report counted for somebody."""
    handler.picks(f"case:name:{ref}").fills(person=name)
    handler.place.post()
    return handler


def told_alone(place: Place) -> list[str]:
    """Who was written to because of a count, once for each letter."""
    return [who for who, letters in place.letters.items() for letter in letters if letter.summary == ALONE]


def opens(place: Place, who: str, ref: str) -> Talk:
    return place.talk(who).picks(f"signal:open:{ref}")


def absent(place: Place, who: str, ref: str) -> bool:
    """Whether somebody is answered in the very bytes in which a case that is not there is."""
    return repr(opens(place, who, ref).replies) == repr(opens(place, who, "0000-0000").replies)


def case_of(place: Place, ref: str) -> Case:
    with place.store.transaction():
        case = place.store.case(ORGANISATION, ref)
    assert case
    return case
