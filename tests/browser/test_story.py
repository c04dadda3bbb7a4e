"""The whole story in the browser: reported in private, received without content, taken, told; and nothing gets lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.acting import LINE_MANAGER, STORY, Player, moves_clock, remembered
from tests.browser.conftest import Playground
from tests.sample_people import CEO, CHAIR, HEAD, MANAGER, SAFEGUARDING, TEACHER

pytestmark = pytest.mark.chromium

OTHER_STORY = "And a pony on Tuesday."


def test_a_teacher_sees_who_would_get_it_before_anything_begins(page: Page) -> None:
    teacher = Player(page).says("report").presses("Report cyber bullying", after="What is it about?")

    teacher.presses("Who would get this?", after="Keep the messages and do not delete anything.")

    teacher.sees("You choose who receives it: line manager, Head of School or CEO.")
    teacher.sees("Nobody a report is about receives it, whatever their role.")
    teacher.sees("the next in line is told: chair of trustees")


def test_cyber_bullying_by_the_line_manager_is_reported_past_them_taken_and_told_back(page: Page) -> None:
    teacher, head = Player(page), Player(page, HEAD)
    subject = Player(page, MANAGER).joins("Head of Department, North")

    teacher.begins().tells().finishes(LINE_MANAGER)
    teacher.reads(
        "Nobody has seen it yet.", STORY, "Head of School (Head of School, North)", "Next, if nobody responds"
    )
    teacher.reads("Only the Head of School, the CEO and the chair of trustees can see it")
    expect(head.letters).to_have_count(0)
    reference = teacher.sends()
    teacher.sees("Told: Head of School.", "we tell the CEO", "This code proves what you sent")

    alert = head.is_sent("A report is waiting for you.")
    expect(alert).to_contain_text(reference)
    for word in ("quokka", "bullying", "Consultant", "Department"):
        expect(alert).not_to_contain_text(word)
    head.opens(alert).reads(STORY, "Learning Consultant, North. Confidential", LINE_MANAGER)
    head.presses_inside("I take responsibility").reads("You have taken responsibility. The reporter is told")
    head.closes()
    expect(page.locator("body")).not_to_contain_text("quokka")

    teacher.opens(teacher.is_sent("There is news about a report that you sent."))
    assert teacher.steps == [
        "Sent",
        "Delivered to the Head of School",
        "Opened by the Head of School",
        "Responsibility taken by the Head of School",
    ]
    teacher.closes()
    expect(subject.letters).to_have_count(0)
    expect(subject.looks_at_reports()).to_contain_text("Nothing is waiting for you.")
    expect(subject.home).not_to_contain_text(reference)


def test_a_second_handler_sees_who_took_responsibility(page: Page) -> None:
    teacher, head = Player(page), Player(page, HEAD)
    reference = teacher.has_reported(**{"child-at-risk": "yes"})
    head.opens(head.is_sent("An urgent report is waiting for you.")).presses_inside("I take responsibility")
    head.reads("You have taken responsibility.").closes()

    lead = Player(page, SAFEGUARDING).joins("Safeguarding Lead, North")
    lead.opens(lead.is_sent("An urgent report is waiting for you."))

    lead.reads("If a child may be at risk, the safeguarding lead is told as well", STORY)
    lead.reads("Responsibility taken by Head of School (Head of School, North) on")
    expect(lead.window.get_by_role("button", name="I take responsibility")).to_have_count(0)
    lead.closes()
    teacher.opens_in_list(reference).reads("Opened by the safeguarding lead")


def test_a_policy_question_and_a_reload_in_the_middle_lose_nothing(page: Page) -> None:
    teacher = Player(page).begins().tells()

    teacher.says("can I give a student my mobile number?")

    expect(teacher.log.get_by_test_id("verdict").last).to_contain_text("No")
    teacher.sees("Is it about one of these people?")
    page.reload()
    teacher.finishes(LINE_MANAGER)
    teacher.reads(STORY)
    assert teacher.sends()


def test_a_report_is_carried_on_with_on_another_device(page: Page, browser: Browser, playground: Playground) -> None:
    Player(page).begins().tells()
    device = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    elsewhere = Player(device.new_page())
    elsewhere.page.goto(playground.url)

    expect(elsewhere.looks_at_reports()).to_contain_text("Nobody has been told of it yet.")
    elsewhere.home.get_by_role("button", name="Carry on").click()

    elsewhere.finishes(LINE_MANAGER)
    elsewhere.reads(STORY)
    reference = elsewhere.sends()
    device.close()
    page.reload()
    expect(Player(page).looks_at_reports()).to_contain_text(reference)


def test_a_server_killed_half_way_and_after_send_loses_nothing(page: Page, playground: Playground) -> None:
    teacher, head = Player(page), Player(page, HEAD)
    teacher.begins().tells()
    teacher.sees("Is it about one of these people?")
    playground.kill()
    teacher.presses("Choose in private")
    expect(teacher.log).to_contain_text("Not sent. The playground is not answering.")

    playground.start()
    teacher.log.get_by_role("button", name="Try again").click()
    teacher.ticks_inside(LINE_MANAGER).finishes_after_about()
    teacher.reads(STORY)
    reference = teacher.sends()
    code = teacher.code
    playground.kill()
    playground.start()

    page.reload()
    teacher.opens_in_list(reference).reads(code, STORY, "Sent").closes()
    head.opens_in_list(reference).reads(STORY, "Learning Consultant, North").closes()


def test_send_pressed_while_the_server_is_dead_makes_one_report_when_it_is_back(
    page: Page, playground: Playground
) -> None:
    teacher = Player(page)
    teacher.has_begun().presses("Read it and send", after="That is everything.").reads("Nobody has seen it yet.")
    playground.kill()

    teacher.presses_inside("Send")
    expect(teacher.window.get_by_role("alert")).to_contain_text("The playground is not answering.")
    playground.start()
    teacher.presses_inside("Try again")

    teacher.sees("Saved at")
    expect(teacher.looks_at_reports().get_by_test_id("case")).to_have_count(1)


def test_nobody_takes_it_in_time_and_the_next_are_told_until_nobody_is_left(page: Page) -> None:
    teacher, ceo, chair = Player(page), Player(page, CEO), Player(page, CHAIR)
    reference = teacher.has_reported(danger="yes")
    Player(page, HEAD).is_sent("An urgent report is waiting for you.")
    ceo.joins("CEO")
    expect(ceo.letters).to_have_count(0)

    moves_clock(page, "+15 min")
    expect(ceo.is_sent("An urgent report is waiting for you.")).to_contain_text(reference)
    moves_clock(page, "+15 min")
    page.locator("#elsewhere").get_by_role("button", name="Chair of Trustees").click()
    chair.is_sent("An urgent report is waiting for you.")
    moves_clock(page, "+15 min")

    teacher.opens_in_list(reference).reads(
        "Nobody had taken responsibility in time, so the next was told: CEO",
        "Nobody had taken responsibility in time, so the next was told: chair of trustees",
        "Nobody inside is left to tell. Call",
    )


def test_what_left_the_building_says_nothing_of_what_was_reported(page: Page) -> None:
    teacher, head = Player(page), Player(page, HEAD)
    teacher.has_reported(**{"child-at-risk": "yes"})
    head.opens(head.is_sent("An urgent report is waiting for you.")).presses_inside("I take responsibility")
    head.reads("You have taken responsibility.").closes()
    teacher.is_sent("There is news about a report that you sent.")

    page.locator("#outbox-open").click()

    handed = page.get_by_test_id("handed").locator("pre")
    expect(handed).to_have_count(3)  # two alerts, and the news for the reporter
    for raw in handed.all_inner_texts():
        said = raw.replace(f'"to": "{TEACHER}"', "")
        for word in ("quokka", "bully", "child", "risk", "consultant", "department", "Year 9"):
            assert word.lower() not in said.lower()


def test_a_reporter_can_add_something_and_withdraw_and_those_told_are_told(page: Page) -> None:
    teacher, head = Player(page), Player(page, HEAD)
    reference = teacher.has_reported()
    head.is_sent("A report is waiting for you.")

    teacher.opens_in_list(reference).presses_inside("Add something").fills_in(OTHER_STORY)
    teacher.sees("Those who received it are told that there is something new.")
    head.opens(head.is_sent("There is news about a report that you received.")).reads(OTHER_STORY).closes()
    teacher.opens_in_list(reference).presses_inside("Withdraw")
    teacher.reads("What they have read cannot be unread, the record that it was sent stays")
    teacher.presses_inside("Withdraw it")

    expect(teacher.reply).to_be_visible()
    teacher.sees(f"{reference} is withdrawn. Nobody is reminded of it any more.")
    expect(head.letters.filter(has_text="There is news about a report that you received.")).to_have_count(2)
    head.opens_in_list(reference, "Closed").reads("The reporter withdrew this report.")
    expect(head.window.get_by_role("button", name="I take responsibility")).to_be_visible()


def test_hide_in_the_middle_of_a_report_leaves_no_trace_and_keeps_the_answers(page: Page) -> None:
    teacher = Player(page).has_begun(up_to="about")
    teacher.presses("Back", after="Is it about one of these people?").sees("Is a child at risk")

    teacher.presses("Hide")

    expect(teacher.log.get_by_test_id("message")).to_have_count(1)
    expect(teacher.log).to_have_text("Candour: Ask me what the policy says, in your own words.")
    for word in ("quokka", "danger", "cyber bull"):
        assert word not in remembered(page).lower()
    teacher.looks_at_reports().get_by_role("button", name="Carry on").click()
    teacher.presses("No", after="Is a child at risk").finishes(LINE_MANAGER)
    teacher.reads(STORY)


def test_what_is_deleted_was_asked_about_once_and_is_gone(page: Page) -> None:
    teacher = Player(page).has_begun(up_to="about")
    teacher.presses("Delete this", after="Is it about one of these people?")
    teacher.sees("Your answers so far (5) are deleted for good, and nobody is told.")

    teacher.presses("Delete it")

    teacher.sees("Deleted. Nothing of this report was sent or kept.")
    expect(teacher.looks_at_reports()).to_contain_text("You have sent no reports.")
    expect(teacher.home.get_by_role("button", name="Carry on")).to_have_count(0)


def test_an_old_skip_does_not_let_the_person_it_is_about_back_in(page: Page) -> None:
    teacher = Player(page).has_begun(up_to="about")
    teacher.ticks("Is it about one of these people?", LINE_MANAGER).sees("relative, partner or close friend")

    old = teacher.log.locator('[data-from="assistant"]').filter(has_text="Is it about one of these people?").last
    old.get_by_role("button", name="Skip").click()
    teacher.finishes_after_about().reads("Nobody has seen it yet.")

    assert LINE_MANAGER in teacher.window.inner_text()


def test_a_last_look_changes_an_answer_and_takes_a_passage_out(page: Page) -> None:
    teacher, head = Player(page), Player(page, HEAD)
    teacher.has_begun().presses("Read it and send", after="That is everything.")

    teacher.presses_inside("Change: What was seen or heard")
    teacher.window.get_by_test_id("textbox").fill("A pony with my face.")
    teacher.window.get_by_test_id("send-form").click()
    teacher.reads("A pony with my face.")
    expect(teacher.window).not_to_contain_text("quokka")
    teacher.presses_inside("Change: Receives it").presses_inside("CEO")
    teacher.reads("Nobody has seen it yet.", "CEO")
    teacher.sends()

    teacher.sees("Told: CEO.")
    expect(head.letters).to_have_count(0)


def test_a_report_that_was_opened_on_two_devices_is_sent_once(
    page: Page, browser: Browser, playground: Playground
) -> None:
    teacher = Player(page).has_begun()
    teacher.presses("Read it and send", after="That is everything.").reads("Nobody has seen it yet.")
    device = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    elsewhere = Player(device.new_page())
    elsewhere.page.goto(playground.url)
    elsewhere.looks_at_reports().get_by_role("button", name="Carry on").click()
    elsewhere.presses("Read it and send", after="That is everything.").reads("Nobody has seen it yet.")
    reference = teacher.sends()

    elsewhere.presses_inside("Send")

    elsewhere.sees(reference)
    expect(elsewhere.looks_at_reports().get_by_test_id("case")).to_have_count(1)
    device.close()
