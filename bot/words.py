"""Times, roles and contacts as people read them: small phrases that several messages share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.cases import Recipient
from bot.casework_rules import OTHER
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


def title(library: Library, role: RoleId) -> str:
    """A role's title; of one that the knowledge no longer has, its id."""
    return library.roles[role].title if role in library.roles else role


def kind_title(library: Library, flow: str) -> str:
    """What a kind of report is called; of one that the knowledge no longer has, its id."""
    return library.flows[flow].title if flow in library.flows else flow


def urgency(library: Library, *, urgent: bool) -> str:
    """Whether it is urgent, in a word."""
    return library.report_wording.urgent if urgent else library.report_wording.normal


def called(library: Library, directory: Directory, person: str, role: RoleId) -> str:
    """Somebody in a role, as people read it: "shift lead (Jo Bloggs)"; the role alone where names are not shown.

    Of a role that the knowledge no longer has, the id.
    """
    known, held, by = library.roles.get(role), directory.people.get(person), title(library, role)
    shown = held and known and known.named and held.name != by
    return f"{by} ({held.name})" if held and shown else by


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


def told_outside(library: Library, whom: str) -> str:
    """Whom a handler told outside, by name: a contact, or somebody else."""
    if whom == OTHER:
        return library.case_wording.other
    return library.contacts[whom].name if whom in library.contacts else whom


def contact(library: Library, name: str = "") -> str:
    """A contact outside, the last one to turn to unless named: with its number, or whom to ask for it."""
    found, words = library.contacts[name or library.outside], library.report_wording
    if found.reach:
        return words.contact_reach.format(name=found.name, reach=found.reach)
    role = library.roles[found.ask or library.ask_first].title
    return words.contact_ask.format(name=found.name, role=role)
