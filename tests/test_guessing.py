"""Guessing gets nobody anywhere: references, altered buttons, other people's forms, links to pages."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import pytest

from bot.compiled import Knowledge
from bot.permissions import MAY
from bot.state import REFUSALS_NOTED
from tests.guessing import ALTERED, KINDS, asks_for_page, grows, guessed, tokens
from tests.sample_people import GOVERNOR, HEAD, ICT, MANAGER, TEACHER
from tests.standing import ABOUT_THE_HEAD, ABSENT, ACCOUNT, at_work, filled, in_hand, not_yours, proposed
from tests.talking import ORGANISATION

DAYS, A_DAY = 10, 1_000
"""Ten thousand guesses: so many days, and so many on each."""


# --- guessing


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
