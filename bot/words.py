"""Times, roles and contacts as people read them: small phrases that several messages share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.cases import Recipient
from bot.knowledge import RoleId
from bot.library import Library
from bot.people import Directory
from bot.working_time import local


def listed(names: Iterable[str], last: str) -> str:
    """ "shift lead, owner or accountant"; `last` is the word before the last one."""
    *most, end = dict.fromkeys(names)
    return f"{', '.join(most)} {last} {end}" if most else end


def all_of(library: Library) -> str:
    """The word before the last of several that all apply."""
    return library.wording.all_of


def one_of(library: Library) -> str:
    """The word before the last of several to choose from."""
    return library.wording.one_of


def called(library: Library, directory: Directory, person: str, role: RoleId) -> str:
    """Somebody in a role, as people read it: "shift lead (Jo Bloggs)"; the role alone where names are not shown.

    Of a role that the knowledge no longer has, the id.
    """
    known, held = library.roles.get(role), directory.people.get(person)
    title = known.title if known else role
    shown = held and known and known.named and held.name != title
    return f"{title} ({held.name})" if held and shown else title


def the_roles(library: Library, recipients: Iterable[Recipient]) -> str:
    """ "the shift lead and the owner", each role once; empty for nobody."""
    words = library.report_wording.the_role
    found = [words.format(role=library.roles[recipient.role].title) for recipient in recipients]
    return listed(found, all_of(library)) if found else ""


def day(library: Library, at: datetime) -> str:
    """ "22 November 2026", where the organisation is."""
    there = local(library.calendar, at)
    return f"{there.day} {library.wording.months[there.month - 1]} {there.year}"


def moment(library: Library, at: datetime) -> str:
    """ "22 November 2026, 10:14", where the organisation is."""
    return f"{day(library, at)}, {local(library.calendar, at):%H:%M}"


def contact(library: Library, name: str = "") -> str:
    """A contact outside, the last one to turn to unless named: with its number, or whom to ask for it."""
    found, words = library.contacts[name or library.outside], library.report_wording
    if found.reach:
        return words.contact_reach.format(name=found.name, reach=found.reach)
    role = library.roles[found.ask or library.ask_first].title
    return words.contact_ask.format(name=found.name, role=role)
