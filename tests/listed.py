"""Lists as somebody goes through them, page by page, and the reports that are in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.shelves import SHELVES
from tests.sample_people import TEACHER
from tests.standing import NO_DANGER, sent
from tests.talking import Given, Place, Talk


def pages_of(place: Place, who: str, shelf: str) -> Iterator[Talk]:
    """A list, page by page, as long as there are older ones."""
    value: str | None = f"list:{shelf}"
    while value:
        talk = place.talk(who).picks(value)
        yield talk
        value = next((o.value for o in talk.options if o.value.startswith(f"list:{shelf}:")), None)


def shown_in(talk: Talk) -> str:
    """All that is shown, with the values of its buttons."""
    return repr(talk.replies)


def everything_listed(place: Place, who: str) -> str:
    """All that home and all pages of all lists show somebody, with the values of their buttons."""
    lists = [shown_in(page) for shelf in SHELVES for page in pages_of(place, who, shelf)]
    return "\n".join([shown_in(place.talk(who).looks_home()), shown_in(place.talk(who).picks("mine")), *lists])


def reports(place: Place, count: int, *roles: str, about: tuple[str, ...] = (), who: str = TEACHER) -> list[str]:
    """So many concerns that somebody sent to these roles, one an hour; their references, oldest first."""
    refs = []
    for _ in range(count):
        place.now += timedelta(hours=1)
        given: Given = {**NO_DANGER, "about": about, "recipients": roles}
        refs.append(sent(place, "colleague-conduct", given, who))
    return refs


def listed(place: Place, who: str, shelf: str) -> list[str]:
    """The references of the cases in a list, page by page."""
    opens = ("case:open:", "decide:open:", "mine:show:")
    return [o.value[-9:] for page in pages_of(place, who, shelf) for o in page.options if o.value.startswith(opens)]
