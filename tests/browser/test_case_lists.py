"""Lists of cases, and a case with a long life, as the page shows them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.messages import Block, Choices, Facts, Link, Message, Option, Paragraph, Steps
from tests.browser.acting import Player
from tests.browser.pretending import Pretender
from tests.browser.test_story_for_everyone import Keys, Views, fits

pytestmark = pytest.mark.chromium

REF = "AAAA-AAAA"


def buttons(*options: tuple[str, str]) -> Choices:
    """Buttons: label and value of each."""
    return Choices(prompt="", options=tuple(Option(label=label, value=value) for label, value in options))


def case(ref: str) -> tuple[Block, Block]:
    """A case as a list shows it."""
    return Facts(rows=(("Reference", ref), ("Sent", "Tue 4 Jun 10:14"))), buttons(("Open", f"case:open:{ref}"))


HOME = Message(
    summary="Reports",
    blocks=(
        Paragraph(text="Overdue"),
        *case(REF),
        Paragraph(text="Waiting for somebody"),
        *case("BBBB-BBBB"),
        *case("CCCC-CCCC"),
        Paragraph(text="Yours"),
        *case(REF),
        Paragraph(text="You have sent no reports."),
        buttons(("Register", "list:register"), ("Closed", "list:closed"), ("Report something", "menu")),
    ),
)
CLOSED = Message(
    summary="Closed",
    blocks=(Paragraph(text="Closed this year"), *case("DDDD-DDDD"), buttons(("Back", "home"))),
)
LONG = tuple(f"Tue 4 Jun 10:{minute:02}: Something happened" for minute in range(40))


def opened(page: Page, *blocks: Block) -> Player:
    """Somebody who has opened a case of these blocks from their list."""
    person = Player(page)
    Pretender(page).answers("home", HOME).answers(
        f"case:open:{REF}", Message(summary=f"Report {REF}", blocks=blocks, private=True)
    )
    return person.opens_in_list(REF)


def listed(page: Page) -> tuple[Player, Pretender]:
    """Somebody before their list, and the server that it came from."""
    person = Player(page)
    server = Pretender(page).answers("home", HOME).answers("list:closed", CLOSED)
    expect(person.looks_at_reports()).to_contain_text("Overdue")
    return person, server


def count(person: Player) -> Locator:
    """The number on the tab."""
    return person.panel.locator(".home-count")


def test_each_list_has_a_heading_and_a_card_for_every_case(page: Page) -> None:
    person, _ = listed(page)

    expect(person.home.get_by_role("heading", level=3)).to_have_text(["Overdue", "Waiting for somebody", "Yours"])
    expect(person.home.get_by_test_id("case")).to_have_count(4)


def test_a_case_in_two_lists_counts_once(page: Page) -> None:
    person, _ = listed(page)

    expect(count(person)).to_have_text("3 in the list")


def test_another_list_takes_the_place_of_the_first_and_leads_back(page: Page) -> None:
    person, server = listed(page)

    person.home.get_by_role("button", name="Closed").click()
    expect(person.home).to_contain_text("Closed this year")
    expect(person.home).not_to_contain_text("Overdue")
    expect(person.home).not_to_contain_text("One moment")
    expect(person.home).to_be_focused()
    expect(count(person)).to_have_text("3 in the list")
    person.home.get_by_role("button", name="Back").click()

    expect(person.home).to_contain_text("Overdue")
    expect(person.panel.get_by_test_id("reports-tab")).to_have_attribute("aria-selected", "true")
    person.panel.get_by_test_id("chat-tab").click()
    expect(person.log.get_by_test_id("message")).to_have_count(1)
    assert len(server.sent("list:closed")) == 1


def test_another_list_stays_while_it_is_read_and_is_asked_for_again_with_refresh(page: Page) -> None:
    person, server = listed(page)
    person.home.get_by_role("button", name="Closed").click()
    expect(person.home).to_contain_text("Closed this year")
    server.answers(
        "list:closed", Message(summary="Closed", blocks=(Paragraph(text="None."), buttons(("Back", "home"))))
    )

    person.panel.get_by_test_id("refresh").click()

    expect(person.home).to_contain_text("None.")
    expect(person.home).not_to_contain_text("Overdue")


def test_coming_back_to_the_tab_shows_the_first_list(page: Page) -> None:
    person, _ = listed(page)
    person.home.get_by_role("button", name="Closed").click()
    expect(person.home).to_contain_text("Closed this year")
    person.panel.get_by_test_id("chat-tab").click()

    person.looks_at_reports()

    expect(person.home).to_contain_text("Overdue")


def test_a_list_that_does_not_come_can_be_asked_for_again(page: Page) -> None:
    person, server = listed(page)
    server.away = True
    person.home.get_by_role("button", name="Closed").click()
    expect(person.home.get_by_role("status")).to_contain_text("The playground is not answering.")
    expect(person.home).to_contain_text("Overdue")

    server.away = False
    person.home.get_by_role("button", name="Try again").click()

    expect(person.home).to_contain_text("Closed this year")


def test_an_unchanged_list_lets_nobody_lose_their_place(page: Page) -> None:
    person, _ = listed(page)
    third = person.home.get_by_role("button", name="Open").nth(2)
    third.focus()

    with page.expect_response("**/api/event"):
        person.panel.get_by_test_id("refresh").dispatch_event("click")

    expect(person.home.get_by_role("status")).to_have_text("")
    expect(third).to_be_focused()


def test_lists_fit_a_small_phone(phone: Page) -> None:
    listed(phone)

    fits(phone)


def test_the_number_of_letters_fits_a_small_phone(phone: Page) -> None:
    Player(phone).has_reported()

    expect(phone.locator("#outbox-count")).to_be_visible(timeout=15_000)

    fits(phone)


def test_of_a_long_ledger_the_latest_lines_show_and_the_others_unfold(page: Page) -> None:
    person = opened(page, Steps(title="What has happened", steps=LONG))
    lines = person.window.locator("ol li")
    expect(lines.filter(visible=True)).to_have_text(list(LONG[-8:]))

    Keys(page).reaches("Show all 40Show less").enter()

    expect(lines.filter(visible=True)).to_have_text(list(LONG))
    assert len(person.steps) == 40


def test_a_ledger_of_twelve_lines_is_shown_whole(page: Page) -> None:
    person = opened(page, Steps(title="What has happened", steps=LONG[:12]))

    expect(person.window.locator("ol li").filter(visible=True)).to_have_count(12)


def test_what_leads_on_stands_out_and_what_leads_aside_does_not(page: Page) -> None:
    main = ("case:take", "case:message", "decide:agree")
    plain = ("case:open", "case:conflict", "case:exclude", "decide:decline", "case:close")

    person = opened(page, buttons(*((way, f"{way}:{REF}") for way in (*main, *plain))))

    for way in main:
        expect(person.window.get_by_role("button", name=way)).to_contain_class("main")
    for way in plain:
        expect(person.window.get_by_role("button", name=way)).to_have_class("press")


def test_many_buttons_at_the_end_do_not_cover_what_is_above_them(phone: Page) -> None:
    many = buttons(*((f"Another way on, {number}", f"case:way-{number}:{REF}") for number in range(6)))
    person = opened(phone, Steps(title="What has happened", steps=LONG), many)

    expect(person.window.get_by_role("button", name="Another way on, 0")).not_to_be_in_viewport()
    fits(phone)


@pytest.mark.parametrize("url", ["https://policy.example/whole", "HTTP://policy.example/", "/page/icon.svg"])
def test_a_page_of_candours_own_opens_beside_this_one(page: Page, url: str) -> None:
    link = opened(page, Link(label="Read it", url=url)).window.get_by_role("link", name="Read it")

    expect(link).to_have_attribute("href", re.compile(re.escape(url), re.IGNORECASE))
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", "noopener noreferrer")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,a",
        "//policy.example/",
        "/\\policy.example/",
        "page/icon.svg",
        "https://",
        "",
    ],
)
def test_no_other_address_is_linked(page: Page, url: str) -> None:
    person = opened(page, Link(label="Read it", url=url))

    expect(person.window).to_contain_text(f"Read it: {url}".strip())
    expect(person.window.get_by_role("link")).to_have_count(0)


def test_accessibility_rules_hold_in_lists_and_a_long_case(page: Page) -> None:
    person, views = (
        opened(page, Steps(title="What has happened", steps=LONG), Link(label="Read it", url="/")),
        Views(page),
    )
    views.check("long case")
    person.closes()
    views.check("lists")

    assert views.faults == {}
