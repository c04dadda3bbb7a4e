"""The playground's door, with everything real behind it: sent again, sent twice, sent too often, one thing happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.live import LiveKnowledge
from tests.conftest import BAKERY
from tests.front_door import ACCOUNTANT, BAKER, DRIVER, LAD, LEAD, OWNER, SATURDAY, Json, Page, Shop

TIMES = 50
PER_HOUR = 5
CALM = {"danger": "safe", "tell": "shift_lead", "name": "named"}
"""Nobody is in danger, and the shift lead is told."""
URGENT = {**CALM, "danger": "danger"}
STAFF = (LAD, LEAD, BAKER, SATURDAY, DRIVER, OWNER, ACCOUNTANT)


@pytest.fixture(scope="module")
def live(cache: Path) -> LiveKnowledge:
    """The bakery, as it is served."""
    return LiveKnowledge(BAKERY, cache, print)


@pytest.fixture
async def shop(tmp_path: Path, live: LiveKnowledge) -> AsyncIterator[Shop]:
    """A playground that is being served."""
    shop = await Shop(tmp_path, live).opens()
    yield shop
    await shop.closes()


async def many_times(shop: Shop, event: Json) -> list[Json]:
    """Post the same event fifty times: at once, one by one, and after a restart. What was shown each time."""
    pages = [shop.page(event["person"]) for _ in range(TIMES // 2)]
    together, alone = pages[:10], pages[10:]
    assert set(await asyncio.gather(*(page.posts(event) for page in together))) == {200}
    for page in alone:
        await page.posts(event)
    await shop.restarts()
    pages += [shop.page(event["person"]) for _ in range(TIMES // 2)]
    for page in pages[TIMES // 2 :]:
        await page.posts(event)
    return [reply for page in pages for reply in page.replies]


async def mine(shop: Shop, person: str) -> Page:
    """A page of this person's that shows their own reports."""
    return await shop.page(person).picks("mine")


def shown_refs(page: Page) -> list[str]:
    """The references of the own reports that a page lists."""
    return [value.split(":")[2] for value in page.values if value.startswith("mine:show:")]


async def steps(shop: Shop, person: str, ref: str) -> list[str]:
    """What has happened to an own report, as its reporter reads it, without the times."""
    page = await shop.page(person).picks(f"mine:show:{ref}")
    told = [line for block in page.blocks("steps") for line in block["steps"]]
    return [line.rpartition(": ")[2] for line in told]


async def test_a_report_sent_fifty_times_across_a_restart_is_one_case_with_one_alert(shop: Shop) -> None:
    lad = await shop.page(LAD).reviews("rude-customer", CALM)
    send = lad.event(kind="choice", value=lad.value(":send:"))

    shown = await many_times(shop, send)

    assert len(shown_refs(await mine(shop, LAD))) == 1
    assert len({reply["summary"] for reply in shown}) == 1
    assert [letter["to"] for letter in await shop.delivers()] == [LEAD]
    assert [row.action for row in shop.books().rows] == ["sent", "delivered"]


@pytest.mark.parametrize(
    ("person", "what", "step"),
    [
        (LEAD, {"kind": "choice", "value": "case:open:{ref}"}, "opened"),
        (LEAD, {"kind": "choice", "value": "case:take:{ref}"}, "taken"),
        (LAD, {"kind": "form", "form": "mine:add:{ref}", "text": "They came back."}, "added"),
        (LAD, {"kind": "choice", "value": "mine:withdraw-yes:{ref}"}, "withdrawn"),
        (BAKER, {"kind": "choice", "value": "case:open:{ref}"}, "refused"),
    ],
    ids=lambda value: value if isinstance(value, str) and "@" not in value else None,
)
async def test_what_is_done_to_a_case_fifty_times_across_a_restart_is_entered_once(
    shop: Shop, person: str, what: dict[str, str], step: str
) -> None:
    ref = await shop.page(LAD).reports("rude-customer", CALM)
    event = shop.page(person).event(**{name: value.format(ref=ref) for name, value in what.items()})

    await many_times(shop, event)

    assert [row.action for row in shop.books().rows] == ["sent", step]


async def test_an_answer_sent_fifty_times_across_a_restart_leaves_the_next_question_waiting(shop: Shop) -> None:
    lad = await shop.page(LAD).picks("begin:rude-customer")
    answer = lad.event(kind="choice", value=lad.value(":pick:danger:safe"))

    await many_times(shop, answer)

    resumed = await shop.page(LAD).picks("begin:rude-customer")
    assert any(":pick:told-by:" in value for value in resumed.values)


async def test_send_pressed_on_twenty_devices_at_once_is_one_case_and_all_read_the_same_reference(shop: Shop) -> None:
    lad = await shop.page(LAD).reviews("rude-customer", CALM)
    send = lad.value(":send:")
    devices = [shop.page(LAD) for _ in range(20)]

    await asyncio.gather(*(device.picks(send) for device in devices))

    assert len({device.ref for device in devices}) == 1
    assert len(await shop.delivers()) == 1
    assert [row.action for row in shop.books().rows].count("sent") == 1


async def test_a_form_from_before_the_report_was_sent_gets_its_reference_and_changes_nothing(shop: Shop) -> None:
    lad = await shop.page(LAD).reviews("rude-customer", CALM)
    draft = lad.value(":send:").split(":")[1]
    ref = (await lad.picks(lad.value(":send:"))).ref
    before = shop.books()

    await lad.does(kind="form", form=f"draft:{draft}:words", text="Something else entirely.")

    assert lad.ref == ref
    assert shop.books() == before


async def test_a_form_and_a_button_of_a_report_that_was_deleted_change_nothing(shop: Shop) -> None:
    lad = await shop.page(LAD).reviews("rude-customer", CALM)
    send = lad.value(":send:")
    await lad.picks(lad.value(":cancel"))
    await lad.picks(lad.value(":cancel-yes"))

    await lad.does(kind="form", form=f"draft:{send.split(':')[1]}:words", text="Something else entirely.")
    await lad.picks(send)

    assert not lad.ref
    assert shop.books().rows == ()
    assert shown_refs(await mine(shop, LAD)) == []


async def test_a_report_that_was_held_back_and_is_sent_again_under_its_key_is_never_falsely_called_saved(
    shop: Shop,
) -> None:
    lad = shop.page(LAD)
    for _ in range(PER_HOUR):
        await lad.reports("rude-customer", CALM)
    await lad.reviews("rude-customer", CALM)
    send = lad.event(kind="choice", value=lad.value(":send:"))
    await lad.posts(send)
    assert not lad.ref
    await shop.waits(61)

    await lad.posts(send)

    assert not lad.ref or lad.ref in shown_refs(await mine(shop, LAD))


async def test_a_report_sent_under_a_key_that_was_used_before_is_never_falsely_called_saved(shop: Shop) -> None:
    lad = await shop.page(LAD).reviews("rude-customer", CALM)
    send = lad.event(kind="choice", value=lad.value(":send:"))
    await lad.posts({**send, "kind": "closed"})

    status = await lad.posts(send)

    assert status != 200 or not lad.ref or lad.ref in shown_refs(await mine(shop, LAD))


async def test_a_beginning_that_is_sent_again_after_its_report_was_deleted_offers_no_dead_buttons(shop: Shop) -> None:
    lad = shop.page(LAD)
    begin = lad.event(kind="choice", value="begin:rude-customer")
    await lad.posts(begin)
    await lad.picks(lad.value(":cancel"))
    await lad.picks(lad.value(":cancel-yes"))
    await lad.posts(begin)

    await lad.picks(lad.values[0])

    assert "earlier batch" not in lad.text


async def test_reports_without_urgency_are_held_back_after_five_an_hour_and_kept(shop: Shop) -> None:
    lad = shop.page(LAD)
    for _ in range(PER_HOUR):
        await lad.reports("rude-customer", CALM)

    await lad.reviews("rude-customer", CALM)
    await lad.picks(lad.value(":send:"))

    assert "This one is kept and not sent" in lad.text
    assert len(await shop.delivers()) == PER_HOUR
    await shop.waits(61)
    await lad.picks(lad.value(":review"))
    await lad.picks(lad.value(":send:"))
    assert lad.ref in shown_refs(await mine(shop, LAD))


async def test_an_urgent_report_passes_at_any_time(shop: Shop) -> None:
    lad = shop.page(LAD)
    for _ in range(PER_HOUR):
        await lad.reports("rude-customer", CALM)

    refs = {await lad.reports("rude-customer", URGENT), await lad.reports("injury", URGENT)}

    assert refs <= set(shown_refs(await mine(shop, LAD)))
    letters = await shop.delivers()
    assert sum("urgent" in letter["message"]["summary"] for letter in letters) == 3  # the injury goes to two


async def test_everybodys_first_report_passes_while_everybody_floods(shop: Shop) -> None:
    async def floods(person: str) -> None:
        page = shop.page(person)
        for number in range(30):
            await page.says(f"are dogs allowed in the shop {number}")
            await page.does(kind="file")
            await page.picks(f"case:open:AAAA-{number:04}")

    await asyncio.gather(*map(floods, STAFF))

    for person in STAFF:
        ref = await shop.page(person).reports("injury", CALM)
        assert shown_refs(await mine(shop, person)) == [ref]
    told = {letter["message"]["blocks"][1]["rows"][0][1] for letter in await shop.delivers()}
    assert len(told) == len(STAFF)


async def test_one_persons_flood_holds_back_nobody_elses_report(shop: Shop) -> None:
    lad = shop.page(LAD)
    for _ in range(PER_HOUR):
        await lad.reports("rude-customer", CALM)
    await lad.reviews("rude-customer", CALM)
    await lad.picks(lad.value(":send:"))

    assert await shop.page(BAKER).reports("rude-customer", CALM)


async def test_adding_a_hundred_times_does_not_send_the_handler_a_hundred_letters(shop: Shop) -> None:
    lad = shop.page(LAD)
    ref = await lad.reports("rude-customer", CALM)
    before = len(await shop.delivers())

    for number in range(100):
        await lad.does(kind="form", form=f"mine:add:{ref}", text=f"And another thing, number {number}.")

    assert len(await shop.delivers()) - before < 100
