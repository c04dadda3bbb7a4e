"""Pages behind links: a link opens once, for its person, for a short time; and everything else looks alike."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import pytest

from adapters.pages.runtime import FAILED_A_MINUTE
from bot.compiled import Knowledge
from tests.paging import ACCOUNTANT, CONDUCT, LAD, OWNER, STORY, Browser, Moody, Office, Reader, words_in, works_on
from tests.talking import ORGANISATION

GUESSED = "0123456789abcdefghjkmnpq"

HOSTILE = (
    '<script>alert("x")</script>',
    "<img src=https://elsewhere.example/x onerror=alert(1)>",
    "</style><style>*{display:none}",
    "javascript:alert(1) [a](https://elsewhere.example)",
    '=HYPERLINK("https://elsewhere.example")',
    "{{ 7 * 7 }} ${7*7} {% include '/etc/passwd' %}",
    "&lt;b&gt; &amp; \"quoted\" 'so'",
    "@import url(//elsewhere.example)",
)


@pytest.fixture
async def browser(bakery: Knowledge) -> AsyncIterator[Browser]:
    store = Moody()
    started = await Browser(Office(bakery, store), store).starts()
    yield started
    await started.stops()


@pytest.fixture
def ref(browser: Browser) -> str:
    """A report that the owner has."""
    ref = browser.place.reported()
    browser.place.taken(ref)
    return ref


@pytest.fixture
def token(browser: Browser, ref: str) -> str:
    """The owner's link to its record."""
    return browser.place.token(browser.place.talk(OWNER), ref)


async def test_a_link_opens_the_record_once(browser: Browser, token: str) -> None:
    status, page = await browser.opens(token)
    again, nothing = await browser.opens(token)

    assert (status, again) == (200, 404)
    assert STORY in page.decode()
    assert STORY not in nothing.decode()


async def test_following_a_link_changes_nothing_and_tells_nothing(browser: Browser, token: str) -> None:
    before = browser.place.kept
    looks = [await browser.follows(found) for found in (token, token, GUESSED)]

    assert len(set(looks)) == 1
    assert looks[0][0] == 200
    assert browser.place.kept == before
    assert (await browser.opens(token))[0] == 200


async def test_that_it_was_opened_is_in_the_case_for_other_handlers(browser: Browser, ref: str, token: str) -> None:
    await browser.reads(token)

    assert [line.step for line in browser.place.case(ref).ledger][-2:] == ["link-made", "exported"]


async def expired(browser: Browser, ref: str) -> str:
    token = browser.place.token(browser.place.talk(OWNER), ref)
    browser.place.passes(timedelta(minutes=10))
    return token


async def used(browser: Browser, ref: str) -> str:
    token = browser.place.token(browser.place.talk(OWNER), ref)
    await browser.reads(token)
    return token


async def role_lost(browser: Browser, ref: str) -> str:
    token = browser.place.token(browser.place.talk(OWNER), ref)
    browser.place.leaves(OWNER)
    return token


async def handed_over(browser: Browser, ref: str) -> str:
    owner = browser.place.talk(OWNER)
    token = browser.place.token(owner, ref)
    owner.picks(f"case:hand-over:{ref}").fills(to="accountant", reason="Numbers")
    return token


async def in_conflict(browser: Browser, ref: str) -> str:
    owner = browser.place.talk(OWNER)
    token = browser.place.token(owner, ref)
    owner.picks(f"case:conflict:{ref}").fills(reason="A cousin")
    return token


async def no_longer_in_figures(browser: Browser, ref: str) -> str:
    token = browser.place.token(browser.place.talk(ACCOUNTANT))
    browser.place.leaves(ACCOUNTANT)
    return token


async def guessed(browser: Browser, ref: str) -> str:
    return GUESSED


@pytest.mark.parametrize("stale", [expired, used, role_lost, handed_over, in_conflict, no_longer_in_figures, guessed])
async def test_a_link_that_opens_nothing_looks_the_same_whatever_the_reason(
    browser: Browser, ref: str, stale: Any
) -> None:
    token = await stale(browser, ref)

    answer = await browser.answer(token)
    page, headers = await answer.read(), dict(answer.headers)
    other = await browser.answer("z" * 40)

    assert answer.status == other.status == 404
    assert page == await other.read()
    assert {**headers, "Date": ""} == {**other.headers, "Date": ""}
    assert STORY not in page.decode()


async def test_that_somebody_tried_what_was_theirs_is_in_the_audit_chain(browser: Browser, ref: str) -> None:
    token = await handed_over(browser, ref)

    await browser.opens(token)

    assert browser.store.books(ORGANISATION).rows[-1].action == "refused"


@pytest.mark.parametrize("name", ["short", "a" * 41, "UPPERCASE0123456789ABCD", "a" * 19 + ".", "%00" * 24, "a" * 5000])
async def test_what_is_no_link_of_ours_is_not_even_looked_up(browser: Browser, name: str) -> None:
    assert (await browser.follows(name))[0] == (await browser.opens(name))[0] == 404
    assert browser.store.books(ORGANISATION).rows == ()


async def test_texts_are_shown_letter_by_letter(browser: Browser) -> None:
    place = browser.place
    place.called(LAD, HOSTILE[0]).called(OWNER, HOSTILE[1])
    ref = place.reported(given={**CONDUCT, "words": "\n".join(HOSTILE)})
    owner = place.taken(ref)
    for text in HOSTILE:
        owner.picks(f"case:note:{ref}").fills(text=text)
        owner.picks(f"case:message:{ref}").fills(text=text)
    owner.picks(f"case:refer:{ref}").fills(whom="helpline", who=HOSTILE[0], when=HOSTILE[1], advice=HOSTILE[2])

    page = Reader(await browser.reads(place.token(owner, ref, without=())))

    assert all(text in page.text for text in HOSTILE)
    assert page.tags.keys().isdisjoint({"script", "img", "iframe", "object", "link", "base", "embed"})
    assert page.addresses == {"data"}
    assert not [name for name in page.attributes if name.startswith("on") or name == "style"]


async def test_the_record_can_be_downloaded_as_it_stands(browser: Browser, ref: str, token: str) -> None:
    page = Reader(await browser.reads(token))

    kept = json.loads(base64.b64decode(page.data))
    assert kept["reference"] == ref
    assert any(said["answer"] == STORY for said in kept["said"])
    assert page.tags["a"] == 1


async def test_what_is_left_out_is_neither_on_the_page_nor_in_the_file(browser: Browser) -> None:
    place = browser.place
    ref = place.reported()
    works_on(place, ref)

    page = Reader(await browser.reads(place.token(place.talk(OWNER), ref, without=("reporter", "notes"), words="Hale")))

    for text in (page.text, base64.b64decode(page.data).decode()):
        assert not any(word in text for word in ("Bloggs", "planned", "Hale"))
        assert "Names or words blacked out: 1" in text


async def test_the_figures_are_tables_and_plots_without_a_script(browser: Browser) -> None:
    place = browser.place
    for _ in range(7):
        place.reported()
        place.passes(timedelta(hours=2))

    page = Reader(await browser.reads(place.token(place.talk(OWNER))))

    assert page.tags["table"] >= 8
    assert page.tags["svg"] >= 1
    assert page.tags.keys().isdisjoint({"script", "img", "iframe", "link"})
    assert page.addresses == set()
    assert "fewer than 5" in page.text
    assert "kozea" not in page.everything.casefold()


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
@pytest.mark.parametrize("works", [True, False])
async def test_no_page_is_kept_framed_followed_or_read_as_anything_else(
    browser: Browser, token: str, method: str, works: bool
) -> None:
    answer = await browser.answer(token if works else GUESSED, method)

    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert "unsafe" not in str(policy)
    assert "script-src" not in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Set-Cookie" not in answer.headers


async def test_the_policy_names_the_styles_of_the_page_and_no_others(browser: Browser, token: str) -> None:
    answer = await browser.answer(token)

    styles = re.findall(r"<style>(.*?)</style>", (await answer.read()).decode(), re.S)
    named = set(re.findall(r"'sha256-([^']+)'", answer.headers["Content-Security-Policy"]))
    assert {base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in styles} == named


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://[oops"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "cross-site", "Origin": "null"},
    ],
    ids=str,
)
async def test_a_form_sent_from_elsewhere_opens_nothing_and_uses_nothing_up(
    browser: Browser, token: str, headers: dict[str, str]
) -> None:
    refused = await browser.opens(token, **headers)

    assert refused[0] == 403
    assert STORY not in refused[1].decode()
    assert (await browser.opens(token))[0] == 200


async def test_a_form_sent_from_the_page_itself_is_taken(browser: Browser, ref: str, token: str) -> None:
    host = (await browser.answer(token, "GET")).url.authority

    assert (await browser.opens(token, Origin=f"http://{host}"))[0] == 200
    other = browser.place.token(browser.place.talk(OWNER), ref)
    assert (await browser.opens(other, Sec_Fetch_Site="same-origin", Origin="null"))[0] == 200


@pytest.mark.parametrize("mood", ["busy", "busy_half_way"])
@pytest.mark.parametrize("page", ["record", "figures"])
async def test_a_link_still_works_after_the_store_was_busy(browser: Browser, ref: str, mood: str, page: str) -> None:
    token = browser.place.token(browser.place.talk(OWNER), ref if page == "record" else "")
    setattr(browser.store, mood, True)
    busy = await browser.opens(token)
    setattr(browser.store, mood, False)

    assert busy[0] == 503
    assert "try again" in words_in(busy[1].decode())
    assert (await browser.opens(token))[0] == 200
    assert (await browser.opens(token))[0] == 404


async def test_who_may_see_it_is_asked_anew_after_a_busy_moment(browser: Browser, ref: str, token: str) -> None:
    browser.store.busy_half_way = True
    assert (await browser.opens(token))[0] == 503
    browser.store.busy_half_way = False
    browser.place.talk(OWNER).picks(f"case:hand-over:{ref}").fills(to="accountant", reason="Numbers")

    assert (await browser.opens(token))[0] == 404


async def test_a_busy_moment_does_not_lengthen_a_links_time(browser: Browser, token: str) -> None:
    browser.store.busy_half_way = True
    assert (await browser.opens(token))[0] == 503
    browser.store.busy_half_way = False
    browser.place.passes(timedelta(minutes=10))

    assert (await browser.opens(token))[0] == 404


async def test_what_was_altered_outside_is_not_shown(browser: Browser, token: str) -> None:
    browser.store.damaged = True

    status, page = await browser.opens(token)

    assert status == 500
    assert browser.place.worries == ["damaged"]
    assert "cannot be read safely" in words_in(page.decode())
    assert STORY not in page.decode()


async def test_guessing_is_stopped_for_a_minute_and_leaves_links_as_they_are(browser: Browser, token: str) -> None:
    tried: Sequence[int] = [(await browser.opens(f"{number:024}"))[0] for number in range(FAILED_A_MINUTE + 5)]

    assert tried == [404] * FAILED_A_MINUTE + [429] * 5
    assert (await browser.opens(token))[0] == 200
    browser.place.passes(timedelta(minutes=1))
    assert (await browser.opens(f"{0:024}"))[0] == 404


async def test_links_that_open_something_are_not_counted_as_guesses(browser: Browser) -> None:
    place = browser.place
    for _ in range(FAILED_A_MINUTE + 1):
        assert (await browser.opens(place.token(place.talk(OWNER))))[0] == 200
