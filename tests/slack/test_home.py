"""The home of the app: several lists one after the other, each case in one block with its button."""

from __future__ import annotations

from adapters.slack.outbound import to_home
from bot.messages import Block, Choices, Facts, Message, Option, Paragraph
from tests.slack.block_rules import view_faults
from tests.slack.test_outbound import message, options, words


def cases(count: int) -> list[Block]:
    """Cases as the core lists them: facts, and a button to open it."""
    pairs = ((Facts(rows=(("No", str(n)),)), Choices(prompt="", options=options(1))) for n in range(count))
    return [block for pair in pairs for block in pair]


def home(*blocks: Block) -> Message:
    return message(*blocks, summary="Home")


def test_a_home_with_many_cases_gives_each_one_block_and_says_when_there_are_more() -> None:
    last = Choices(prompt="Something else?", options=(Option(label="Report something", value="menu"),))

    few, many = to_home(home(*cases(60), last), search="Ask"), to_home(home(*cases(150), last), search="Ask")

    assert [*view_faults(few), *view_faults(many)] == []
    assert len(few["blocks"]) == 63
    assert words(many["blocks"][-2:]) == "… Report something"


def test_several_lists_stand_under_their_headings_and_what_leads_on_stands_last() -> None:
    lists = [block for name in ("Waiting", "Yours", "Closed") for block in (Paragraph(text=name), *cases(2))]
    on = Choices(prompt="More lists", options=(Option(label="Late", value="late"), Option(label="All", value="all")))

    view = to_home(home(*lists, on), search="Ask")

    assert view_faults(view) == []
    shown = [words(block) for block in view["blocks"]]
    pair = ["No: 0 Option 0", "No: 1 Option 0"]
    assert shown == ["Ask Ask", "Waiting", *pair, "Yours", *pair, "Closed", *pair, "More lists", "Late All"]


def test_facts_whose_buttons_are_several_keep_them_below() -> None:
    view = to_home(home(Facts(rows=(("No", "1"),)), Choices(prompt="", options=options(2)), *cases(1)))

    assert [block["type"] for block in view["blocks"]] == ["rich_text", "actions", "section"]
    assert view_faults(view) == []
