"""Working on a case that somebody has taken: with the reporter, with colleagues, with those outside, to its end."""

from __future__ import annotations

from datetime import timedelta

from bot.messages import Written
from tests.sample_people import CEO, DEPUTY, GROUP_IT, HEAD, HR, MANAGER, SAFEGUARDING, TEACHER
from tests.talking import Place, Talk

CALM = {"danger": "no", "child-at-risk": "no", "account": "He posts about students.", "identity": "confidential"}
TO_HEAD = {**CALM, "recipients": ("head_of_school", "hr_manager")}


def taken(academies: Place, flow: str = "colleague-conduct", by: str = HEAD, **more: object) -> tuple[Talk, Talk, str]:
    """A reporter, whoever took the report, and its reference."""
    teacher = academies.talk(TEACHER)
    ref = teacher.reports(flow, {**TO_HEAD, **more})  # type: ignore[dict-item]
    academies.post()
    handler = academies.talk(by).picks(f"case:open:{ref}").presses("I take responsibility")
    academies.post()
    return teacher, handler, ref


def refused(academies: Place, who: str, ref: str) -> bool:
    """Whether somebody is answered as if there were no such case."""
    talk = academies.talk(who)
    return repr(talk.picks(f"case:open:{ref}").replies) == repr(talk.picks("case:open:0000-0000").replies)


# --- with the reporter


def test_handler_and_reporter_write_to_each_other_by_role(academies: Place) -> None:
    teacher, head, _ref = taken(academies)

    head.presses("Write to the reporter").fills(text="Thank you. When was it?")
    academies.post()
    teacher.presses_in_letter()

    assert teacher.written["From the Head of School, 23 November 2026, 09:00"] == "Thank you. When was it?"
    teacher.presses("Answer, or add something").writes("On Monday.")
    academies.post()
    head.presses_in_letter()
    assert head.written["From the reporter, 23 November 2026, 09:00"] == "On Monday."
    assert "Thank you. When was it?" not in academies.posted + teacher.overheard + head.overheard


def test_a_message_sent_twice_by_a_double_press_is_one(academies: Place) -> None:
    teacher, head, ref = taken(academies)
    for _ in range(2):
        head.picks(f"case:message:{ref}").fills(text="Thank you.")

    assert "That is done already." in head.hears
    assert teacher.picks(f"mine:show:{ref}").hears.count("A message to the reporter by") == 1


def test_what_is_missing_or_too_long_is_said_with_the_text_still_there(academies: Place) -> None:
    _, head, ref = taken(academies)

    head.picks(f"case:close:{ref}").fills(outcome="Dealt with", line="x" * 1501)

    assert "that has 1501 characters, and there is room for 1500" in head.hears
    assert "x" * 1501 in head.hears
    assert "Fill in: Your message." in head.picks(f"case:message:{ref}").fills(text="  ").hears


def test_notes_stay_with_handlers_apart_from_messages(academies: Place) -> None:
    teacher, head, ref = taken(academies)

    head.presses("Add a note").fills(text="Spoke with the safeguarding lead.")

    other = academies.talk(HR).picks(f"case:open:{ref}")
    assert "Only handlers see what follows." in other.hears
    assert other.written["Note by the Head of School, 23 November 2026, 09:00"] == "Spoke with the safeguarding lead."
    shown = teacher.picks(f"mine:show:{ref}").hears
    assert "safeguarding lead" not in shown
    assert "note" not in shown.casefold()


def test_the_reporter_sees_that_it_was_opened_by_whom_by_role(academies: Place) -> None:
    teacher, _, ref = taken(academies)

    academies.talk(HR).picks(f"case:open:{ref}")

    assert "Opened by the HR Manager" in teacher.picks(f"mine:show:{ref}").hears


# --- with colleagues


def test_a_case_handed_over_is_the_new_ones_alone_and_the_former_handler_is_refused(academies: Place) -> None:
    teacher, head, ref = taken(academies)

    head.presses("More").presses("Hand it over").fills(to="HR Manager", reason="She deals with conduct.")
    academies.post()

    assert f"{ref} is handed over. You can open it no more." in head.hears
    assert refused(academies, HEAD, ref)
    hr = academies.talk(HR).presses_in_letter()
    assert "Handed over by the Head of School to the HR Manager" in hr.hears
    assert "She deals with conduct." in hr.hears
    assert "I take responsibility" in [option.label for option in hr.options]
    assert "Handed over by the Head of School to the HR Manager" in teacher.picks(f"mine:show:{ref}").hears
    assert "She deals with conduct." not in teacher.hears


def test_a_case_handed_over_and_not_taken_goes_on_to_the_next_but_never_back(academies: Place) -> None:
    _, head, ref = taken(academies)
    head.presses("More").presses("Hand it over").fills(to="HR Manager", reason="Hers.")

    for _ in range(20):
        academies.passes(timedelta(hours=6))

    assert CEO in academies.told
    assert refused(academies, HEAD, ref)


def test_whoever_has_a_conflict_is_locked_out_and_somebody_else_has_it(academies: Place) -> None:
    teacher, head, ref = taken(academies, recipients=("head_of_school",))

    head.presses("More").presses("I have a conflict").fills(reason="He is my brother-in-law.")
    academies.post()

    assert refused(academies, HEAD, ref)
    assert "A report is waiting for you." in [letter.summary for letter in academies.letters[CEO]]
    ceo = academies.talk(CEO).picks(f"case:open:{ref}")
    assert "He is my brother-in-law." in ceo.hears
    assert "brother" not in teacher.picks(f"mine:show:{ref}").hears
    for _ in range(30):
        academies.passes(timedelta(hours=6))
    assert refused(academies, HEAD, ref)


def test_another_kind_of_report_tells_those_who_must_have_it(academies: Place) -> None:
    _, manager, _ref = taken(academies, "unsure", MANAGER, recipients="line_manager")

    manager.presses("More").presses("Change the kind").fills(flow="Indecent images of a child", reason="It is.")
    academies.post()

    assert {HEAD, SAFEGUARDING} <= academies.told
    lead = academies.talk(SAFEGUARDING).presses_in_letter()
    assert "Kind: Indecent images of a child" in lead.hears
    assert "Urgency: Urgent" in lead.hears
    assert "The kind was changed by the line manager to: Indecent images of a child" in lead.hears


def test_one_more_who_is_permitted_can_be_told_and_taken_off_again(academies: Place) -> None:
    _, head, ref = taken(academies)

    head.presses("More").presses("Tell somebody else too").fills(to="Group IT Manager")
    academies.post()
    assert "He posts about students." in academies.talk(GROUP_IT).presses_in_letter().hears

    head.presses("More").presses("Take somebody off").fills(who="Group IT Manager", reason="Not needed.")
    academies.post()
    assert refused(academies, GROUP_IT, ref)
    assert "no longer yours" in academies.letters[GROUP_IT][-1].summary


def test_nobody_can_be_told_whom_the_kind_does_not_permit(academies: Place) -> None:
    _, head, _ = taken(academies)

    head.presses("More").presses("Tell somebody else too")

    labels = [option.label for block in head.blocks for f in getattr(block, "fields", ()) for option in f.options]
    assert "safeguarding lead (Safeguarding Lead, North)" in labels
    assert not any("Governor" in label or "South" in label or "Learning Consultant" in label for label in labels)


def test_an_urgent_case_is_urgent_for_everybody(academies: Place) -> None:
    _, head, ref = taken(academies)

    head.presses("More").presses("Make it urgent")

    assert "Urgency: Urgent" in academies.talk(HR).picks(f"case:open:{ref}").hears
    assert "Urgency: Normal" in head.presses("More").presses("Make it not urgent").hears


# --- with those outside


def test_nobody_may_speak_or_look_before_advice_is_on_record_where_the_policy_says_so(academies: Place) -> None:
    _, head, ref = taken(academies, "unsuitable-material")
    assert "Section 11, paragraphs 4 and 5" in head.hears
    labels = [option.label for option in head.presses("More").options]
    assert "Speak to the person" not in labels
    assert "Look into it" not in labels
    assert "That cannot be done just now." in head.picks(f"case:speak:{ref}").hears

    given = {"whom": "The Sandwell Child Protection Unit", "who": "The duty officer", "when": "Today, 9:30"}
    head.picks(f"case:open:{ref}").presses("More").presses("Record who was told outside").fills(**given)
    assert "That cannot be done just now." in head.picks(f"case:look:{ref}").hears

    head.picks(f"case:refer:{ref}").fills(**given, reference="CP-12", advice="Wait for our call.")

    assert "Advice: Wait for our call." in head.hears
    head.presses("More").presses("Speak to the person").fills(text="With his representative, on Tuesday.")
    assert "With his representative, on Tuesday." in head.hears


def test_a_harm_test_with_any_doubt_asks_for_the_authority_within_a_working_day(academies: Place) -> None:
    _, head, _ref = taken(academies)

    head.presses("More").presses("Harm test").fills(harmed="No", offence="Not sure", risk="No", suitable="No")

    assert "Tell the local authority designated officer within one working day" in head.hears
    assert "by 24 November 2026, 09:00" in head.hears
    assert "Speak to the person" not in [option.label for option in head.presses("More").options]


def test_a_harm_test_without_doubt_is_on_record_and_starts_nothing(academies: Place) -> None:
    _, head, _ref = taken(academies)

    head.presses("More").presses("Harm test").fills(harmed="No", offence="No", risk="No", suitable="No")

    assert "Record it as a low-level concern" in head.hears
    assert "Harm test answered" not in head.hears.split("What has happened")[0]
    assert "Speak to the person" in [option.label for option in head.presses("More").options]


def test_the_harm_test_is_the_heads(academies: Place) -> None:
    _, hr, _ = taken(academies, by=HR)

    assert "Harm test" not in [option.label for option in hr.presses("More").options]


# --- declarations and requests


def declared(academies: Place, transport: str = "no") -> tuple[Talk, Talk, str]:
    """A declaration that senior leadership has taken."""
    given = {"transport": transport, "known-how": "family", "class": "no", "student": "My niece, year 7."}
    return taken(academies, "declare-contact", DEPUTY, **given)


def test_a_declaration_is_checked_entered_and_confirmed_after_a_year(academies: Place) -> None:
    teacher, deputy, ref = declared(academies)
    labels = [
        field.label for block in deputy.presses("Check and enter").blocks for field in getattr(block, "fields", ())
    ]
    assert any("same class" in label for label in labels)
    assert not any("in the car" in label for label in labels)

    deputy.fills(same_class="Yes", acknowledged="Yes")
    academies.post()

    assert ref in deputy.picks("list:register").hears
    assert "Your declaration is in the register." in teacher.presses_in_letter().hears
    academies.passes(timedelta(days=365))
    assert academies.letters[TEACHER][-1].summary == "Something that you sent is to be confirmed."
    teacher.presses_in_letter().presses("It still holds")
    assert "You are asked again in a year." in teacher.hears


def test_a_declared_lift_needs_a_second_member_of_staff_in_the_car(academies: Place) -> None:
    _, deputy, ref = declared(academies, transport="yes")

    deputy.presses("Check and enter").fills(same_class="Yes", second_adult="Not yet", acknowledged="Yes")
    assert ref not in deputy.picks("list:register").hears

    deputy.picks(f"case:check:{ref}").fills(second_adult="Yes")
    assert ref in deputy.picks("list:register").hears


def test_a_declaration_is_never_treated_as_a_concern(academies: Place) -> None:
    _, deputy, _ = declared(academies)

    labels = {option.label for option in (*deputy.options, *deputy.presses("More").options)}

    assert not labels & {"Close it", "Harm test", "Speak to the person", "Look into it", "Record who was told outside"}
    assert not labels & {"Keep copies of a public profile", "Count it for a person"}


def test_permission_needs_senior_leadership_and_the_parents(academies: Place) -> None:
    asked = {"details": "mobile", "whom": "The choir, year 9.", "why": "The tour.", "parents": "all"}
    teacher, deputy, ref = taken(academies, "share-contact-details", DEPUTY, **asked)

    deputy.presses("Record the answers").fills(leadership="Yes", parents="Not yet")
    assert "Senior leadership: Yes" in deputy.hears
    deputy.picks(f"case:check:{ref}").fills(parents="Yes")
    academies.post()

    assert "Senior leadership and the parents or carers have agreed." in teacher.presses_in_letter().hears


def test_one_no_refuses_permission(academies: Place) -> None:
    asked = {"details": "mobile", "whom": "The choir, year 9.", "why": "The tour.", "parents": "all"}
    teacher, deputy, _ = taken(academies, "share-contact-details", DEPUTY, **asked)

    deputy.presses("Record the answers").fills(leadership="Yes", parents="No")
    academies.post()

    assert "It was not agreed." in teacher.presses_in_letter().hears


# --- the end


def test_a_case_is_closed_with_an_outcome_that_the_reporter_reads_and_says_how_it_went(academies: Place) -> None:
    teacher, head, ref = taken(academies)

    head.presses("Close it").fills(outcome="Malicious", line="We spoke with everybody concerned.")
    academies.post()
    teacher.presses_in_letter()

    assert "no further action is needed" in teacher.hears
    assert "Malicious" not in teacher.hears
    assert "We spoke with everybody concerned." in teacher.hears
    teacher.presses("How did it go?").fills(heard="No", again="Not sure")
    assert "nobody is shown your answers" in teacher.hears
    head.picks(f"case:open:{ref}")
    assert "Not sure" not in head.hears
    assert "said how it went" not in head.hears
    assert "How did it go?" not in [option.label for option in teacher.picks(f"mine:show:{ref}").options]


def test_a_closed_case_asks_nothing_of_anybody_and_stands_among_the_closed(academies: Place) -> None:
    _, head, ref = taken(academies)
    head.presses("Close it").fills(outcome="Dealt with", line="Done.")
    before = {who: len(letters) for who, letters in academies.letters.items()}

    for _ in range(60):
        academies.passes(timedelta(days=1))

    after = {who: len(letters) for who, letters in academies.letters.items()}
    assert {who: after[who] - before.get(who, 0) for who in after} == {**dict.fromkeys(after, 0), TEACHER: 1}
    assert ref not in head.looks_home().hears
    assert ref in head.presses("Closed").hears


def test_the_reporter_can_say_that_it_is_not_over(academies: Place) -> None:
    teacher, head, _ref = taken(academies)
    head.presses("Close it").fills(outcome="Dealt with", line="Done.")
    academies.post()

    teacher.presses_in_letter().presses("It is not over").fills(reason="He does it again.")
    academies.post()

    head.presses_in_letter()
    assert "He does it again." in head.hears
    assert "I take responsibility" in [option.label for option in head.options]


def test_why_it_is_not_over_is_read_by_both_as_the_reporter_s_words(academies: Place) -> None:
    teacher, head, ref = taken(academies)
    head.presses("Close it").fills(outcome="Dealt with", line="Done.")
    academies.post()
    teacher.presses_in_letter().presses("It is not over").fills(reason="He does it again.")
    academies.post()

    own = [b.label for b in teacher.picks(f"mine:show:{ref}").blocks if isinstance(b, Written) and "again" in b.text]
    head.picks(f"case:take:{ref}").picks(f"case:note:{ref}").fills(text="Spoke to nobody yet.")
    theirs = head.picks(f"case:open:{ref}").hears

    assert [label.split(",")[0] for label in own] == ["From you"]
    assert theirs.index("From the reporter") < theirs.index("He does it again.") < theirs.index("Only handlers see")


def test_why_a_handler_reopened_it_stays_with_handlers(academies: Place) -> None:
    teacher, head, ref = taken(academies)
    head.presses("Close it").fills(outcome="Dealt with", line="Done.")

    head.presses("Reopen it").fills(reason="New facts.")

    assert head.hears.index("Only handlers see") < head.hears.index("New facts.")
    assert "New facts." not in teacher.picks(f"mine:show:{ref}").hears


def test_the_handler_can_reopen_it(academies: Place) -> None:
    teacher, head, ref = taken(academies)
    head.presses("Close it").fills(outcome="Dealt with", line="Done.")

    head.presses("Reopen it").fills(reason="New facts.")

    assert "Close it" in [option.label for option in head.options]
    assert "Where it stands: Responsibility taken by the Head of School" in teacher.picks(f"mine:show:{ref}").hears
