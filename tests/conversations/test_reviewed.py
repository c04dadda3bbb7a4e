"""What a case must not come to: nobody having it, somebody cleared away, a second one forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.people import Person
from tests.passing import IN_DANGER, conduct, does, sends, steps
from tests.sample_people import CEO, CHAIR, GROUP_IT, HEAD, HR, MANAGER, TEACHER
from tests.talking import Place


def test_a_withdrawn_report_that_is_handed_over_reaches_the_new_handler(academies: Place) -> None:
    ref = conduct(academies)
    academies.talk(TEACHER).picks(f"mine:withdraw-yes:{ref}")
    academies.post()

    does(academies, HEAD, "case:hand-over", ref, {"to": "HR Manager", "reason": "Hers."})

    assert academies.letters[HR][-1].summary == "A report is waiting for you."


def test_an_urgent_report_that_is_withdrawn_still_waits_where_it_is_seen(academies: Place) -> None:
    ref = sends(academies, given=IN_DANGER)

    academies.talk(TEACHER).picks(f"mine:withdraw-yes:{ref}")

    assert f"Reference: {ref}" in academies.talk(MANAGER).looks_home().hears
    assert "Withdrawn by the reporter" in academies.talk(MANAGER).looks_home().hears


def test_nobody_can_clear_away_all_who_could_look_over_their_shoulder(academies: Place) -> None:
    ref = sends(academies, "unsure", {"danger": "no", "child-at-risk": "no", "recipients": "line_manager"})
    manager = academies.talk(MANAGER).picks(f"case:take:{ref}")
    manager.picks(f"case:retype:{ref}").fills(flow="Something a colleague did online", reason="It is.")

    for named in (HEAD, CEO, CHAIR, HR, GROUP_IT):
        academies.now += timedelta(minutes=3)
        manager.picks(f"case:name:{ref}").fills(person=named)

    assert steps(academies, ref).count("locked-out") == 2
    assert "That cannot be done just now." in manager.hears
    assert academies.store.operator_told("test")["locked-out"] == 2


def test_a_second_colleague_in_the_same_role_is_told_as_well(academies: Place) -> None:
    hr = academies.directory.people[HR]
    academies.changes(replace(hr, id="hr.two@sample.example", name="Second HR"), replace(hr, name="First HR"))
    ref = conduct(academies)

    for name in ("HR Manager (First HR)", "HR Manager (Second HR)"):
        does(academies, HEAD, "case:include", ref, {"to": name})

    assert {HR, "hr.two@sample.example"} <= academies.told


def test_somebody_taken_off_by_mistake_can_be_told_again(academies: Place) -> None:
    ref = conduct(academies)
    does(academies, HEAD, "case:include", ref, {"to": "HR Manager"})
    does(academies, HEAD, "case:exclude", ref, {"who": "HR Manager", "reason": "Not needed."})

    does(academies, HEAD, "case:include", ref, {"to": "HR Manager"})

    assert "not yours" not in academies.talk(HR).picks(f"case:open:{ref}").hears


def test_a_report_that_nobody_could_receive_goes_to_whoever_comes(academies: Place) -> None:
    academies.leaves(HEAD, CEO, CHAIR, "deputy.north@sample.example")
    ref = sends(academies, "policy-exception", {"danger": "no"})
    new = Person(id="new.head@sample.example", name="New", academies=("North Academy",), roles=("head_of_school",))
    academies.changes(new)

    academies.service.directory_changed("test", academies.now)

    academies.post()
    assert academies.letters[new.id][-1].summary == "A report is waiting for you."
    assert "not yours" not in academies.talk(new.id).picks(f"case:open:{ref}").hears


def test_what_stands_in_the_register_can_be_checked_anew_and_ended(academies: Place) -> None:
    deputy = "deputy.north@sample.example"
    ref = sends(academies, "declare-contact", {"transport": "no"})
    academies.talk(deputy).picks(f"case:take:{ref}").picks(f"case:check:{ref}").fills(
        same_class="Yes", acknowledged="Yes"
    )

    does(academies, deputy, "case:check", ref, {"same-class": "no", "acknowledged": "yes"})

    assert ref not in academies.talk(deputy).picks("list:register").hears
    assert "It cannot go on as you declared it." in academies.talk(TEACHER).presses_in_letter().hears


def test_an_answer_after_the_last_look_is_told_of(academies: Place) -> None:
    ref = conduct(academies)
    teacher = academies.talk(TEACHER)
    teacher.picks(f"mine:add:{ref}").writes("One.")
    does(academies, HEAD, "case:message", ref, {"text": "Thank you."})
    before = len(academies.letters[HEAD])

    teacher.picks(f"mine:add:{ref}").writes("Two.")
    academies.post()

    assert len(academies.letters[HEAD]) == before + 1


def test_who_has_a_conflict_stays_out_of_the_chat(academies: Place) -> None:
    ref = conduct(academies)

    head = does(academies, HEAD, "case:conflict", ref, {"reason": "My brother."})

    assert head.private is not None
    assert head.chat == ""


def test_each_look_at_a_proposal_is_entered(academies: Place) -> None:
    ref = conduct(academies)
    does(academies, HEAD, "case:propose", ref, {"purpose": "P.", "viewed": "V.", "why": "W."})

    academies.talk(HR).presses_in_letter()

    assert steps(academies, ref)[-1] == "proposal-opened"


def test_a_concern_that_was_malicious_counts_no_more(academies: Place) -> None:
    for _ in range(2):
        ref = conduct(academies, academies.now)
        does(academies, HEAD, "case:name", ref, {"person": "assistant@sample.example"})
        does(academies, HEAD, "case:close", ref, {"outcome": "malicious", "line": "Done."})
    ref = conduct(academies, academies.now)

    does(academies, HEAD, "case:name", ref, {"person": "assistant@sample.example"})

    assert "Something is waiting for you alone." not in [letter.summary for letter in academies.letters[HEAD]]
