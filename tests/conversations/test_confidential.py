"""A confidential report shows who sent it to those of whom its reporter was told, and to nobody else who gets it."""

from __future__ import annotations

from bot.compiled import Knowledge
from bot.events import Actor, PageAsked
from bot.messages import Link
from tests.passing import conduct, does
from tests.sample_people import HEAD, HR
from tests.standing import at_work
from tests.talking import ORGANISATION, Place

NAME = "Learning Consultant, North"
HIDDEN = "Confidential. Your role is not among those who may see the name."


def test_whoever_the_reporter_was_told_of_reads_the_name(academies: Place) -> None:
    ref = conduct(academies)

    assert NAME in academies.talk(HEAD).picks(f"case:open:{ref}").hears


def test_whoever_is_told_besides_has_the_report_without_the_name(academies: Place) -> None:
    ref = conduct(academies)
    does(academies, HEAD, "case:include", ref, {"to": "HR Manager"})

    heard = academies.talk(HR).picks(f"case:open:{ref}").hears

    assert HIDDEN in heard
    assert NAME not in heard


def test_nor_does_a_hand_over_or_the_record_tell_it(school: Knowledge) -> None:
    place = at_work(school)
    ref = conduct(place)
    does(place, HEAD, "case:hand-over", ref, {"to": "HR Manager", "reason": "Hers."})
    manager = place.talk(HR).picks(f"case:take:{ref}")
    assert NAME not in manager.picks(f"case:open:{ref}").hears

    manager.picks(f"case:export:{ref}").fills(without=())

    [url] = [block.url for block in manager.blocks if isinstance(block, Link)]
    nobody, token = Actor(organisation=ORGANISATION, person=""), url.rpartition("/")[2]
    turn = place.service.receive(PageAsked(actor=nobody, key=place.key(), at=place.now, token=token))
    assert turn.granted
    record = place.service.record(ORGANISATION, turn.granted, place.now)
    assert record
    assert record["reporter"]["name"] == "The name is left out."
    assert NAME not in str(record)
