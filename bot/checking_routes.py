"""What must hold of roles, routes, contacts and the calendar, so that every report reaches somebody in time."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import available_timezones

from bot.checking_flows import check_picked
from bot.errors import Fault
from bot.flows import Calendar, ContactFile, Days, Flow, RouteFile, RouteRule
from bot.knowledge import RoleFile
from bot.sources import Known, Source, unknown
from bot.yamltext import Path


def check_roles(source: Source, file: RoleFile, known: Known) -> Iterator[Fault | None]:
    """Faults of the roles: names of roles that are none, and ways up that lead nowhere."""
    for key, role in (("ask_first", file.ask_first), ("safety_lead", file.safety_lead)):
        yield from _role(source, (key,), role, known)
    for number, held in enumerate(file.roles):
        if held.above:
            yield from _role(source, ("roles", number, "above"), held.above, known)
    yield from _circles(source, file)


def check_routes(source: Source, file: RouteFile, known: Known) -> Iterator[Fault | None]:
    """Faults of the routes: to whom, for which flows, on which answers, and the contact outside."""
    if file.outside not in known.contacts:
        yield unknown(source, ("outside",), "contact", file.outside, known.contacts, known)
    elif known.contacts[file.outside].reach is None:
        problem = f'the contact "{file.outside}" cannot be reached: it is not filled in'
        yield source.fault(("outside",), problem, "Add its reach to contacts.yaml, or name a contact that has one.")
    for name, rule in file.routes.items():
        path: Path = ("routes", name)
        for role in rule.receive:
            yield from _role(source, (*path, "receive"), role, known)
        for number, addition in enumerate(rule.also):
            yield from _role(source, (*path, "also", number, "role"), addition.role, known)
        if name not in known.flows:
            yield unknown(source, path, "flow", name, known.flows, known)
        else:
            yield from _fits(source, path, rule, known.flows[name], known)


def check_contacts(source: Source, file: ContactFile, known: Known) -> Iterator[Fault | None]:
    """Faults of the contacts: nobody may be left with neither a way to reach it nor somebody to ask."""
    for number, contact in enumerate(file.contacts):
        path: Path = ("contacts", number)
        if contact.ask:
            yield from _role(source, (*path, "ask"), contact.ask, known)
        elif contact.reach is None:
            problem = f'the contact "{contact.id}" has neither reach nor ask'
            yield source.fault(path, problem, "Write how to reach it, or which role staff may ask.")


def check_calendar(source: Source, calendar: Calendar, known: Known) -> Iterator[Fault | None]:
    """Faults of the calendar: times that are none, and an order in which nothing could come."""
    zones = available_timezones()
    if calendar.timezone not in zones:
        yield unknown(source, ("timezone",), "timezone", calendar.timezone, zones, known)
    if calendar.closes <= calendar.opens:
        problem = f"it closes at {calendar.closes}, not after it opens at {calendar.opens}"
        yield source.fault(("closes",), problem, "Write hours of one day, 24 hours long: 08:00 and 17:00.")
    yield from _spans(source, (), calendar.terms, calendar.closed)
    for academy, own in calendar.academies.items():
        path: Path = ("academies", academy)
        yield from _spans(source, path, own.terms or (), own.closed or ())
        opens, closes = own.opens or calendar.opens, own.closes or calendar.closes
        if closes <= opens:
            problem = f"it closes at {closes}, not after it opens at {opens}"
            yield source.fault(path, problem, "Write hours of one day, 24 hours long: 08:00 and 17:00.")
    for key, early, late in (
        ("urgent_reminder_minutes", calendar.urgent_reminder_minutes, calendar.urgent_minutes),
        ("reminder_hours", calendar.reminder_hours, calendar.working_hours),
    ):
        if early >= late:
            problem = f"the reminder comes after {early}, when the next in line are told already, after {late}"
            yield source.fault((key,), problem, "Let the reminder come before the time is over.")
    if not calendar.draft_nudge_days < calendar.draft_warning_days < calendar.draft_days:
        problem = (
            f"an unfinished report would be deleted after {calendar.draft_days} days, with the warning after "
            f"{calendar.draft_warning_days} and the reminder after {calendar.draft_nudge_days}"
        )
        remedy = "Let the reminder come first, then the warning, then the end."
        yield source.fault(("draft_days",), problem, remedy)


def _spans(source: Source, path: Path, terms: tuple[Days, ...], closed: tuple[Days, ...]) -> Iterator[Fault]:
    for key, days in (("terms", terms), ("closed", closed)):
        for number, span in enumerate(days):
            if span.last < span.first:
                problem = f"its last day, {span.last}, comes before its first, {span.first}"
                yield source.fault((*path, key, number), problem, "Exchange the two, or correct the year.")


def _role(source: Source, path: Path, role: str, known: Known) -> Iterator[Fault | None]:
    if role not in known.roles:
        yield unknown(source, path, "role", role, known.roles, known)


def _circles(source: Source, file: RoleFile) -> Iterator[Fault]:
    """A climb that comes back to where it began would never reach anybody new. Each circle is named once."""
    above = {role.id: role.above for role in file.roles}
    lines = {role.id: number for number, role in enumerate(file.roles)}
    met: set[str] = set()
    for role in lines:
        way: list[str] = []
        at: str | None = role
        while at and at not in met:
            met.add(at)
            way.append(at)
            at = above.get(at)
        if at in way:
            circle = ", ".join([*way[way.index(at) :], at])
            remedy = "Leave above out of the highest role: beyond it is only the contact outside."
            yield source.fault(("roles", lines[at], "above"), f"above runs in a circle: {circle}", remedy)


def _fits(source: Source, path: Path, rule: RouteRule, flow: Flow, known: Known) -> Iterator[Fault | None]:
    """Whether a route fits the flow it is for: that it is sent at all, its policy, and its answers."""
    if flow.keeps == "date":
        problem = f'"{flow.id}" keeps only a date and is sent to nobody'
        yield source.fault(path, problem, "Remove its route, or write keeps: case in the flow.")
    policy = known.policies.get(flow.policy)
    for clause in rule.clauses:
        if policy and clause not in policy.clauses:
            yield unknown(source, (*path, "clauses"), "clause", clause, policy.clauses, known)
    questions = known.asked(flow)
    if questions is None:
        return
    asked = {question.id: question for question in questions}
    for number, addition in enumerate(rule.also):
        here = (*path, "also", number)
        for name in addition.when:
            if name not in asked:
                yield unknown(source, (*here, "when", name), f"question of {flow.id}", name, asked, known)
        yield from check_picked(source, here, addition.when, asked, known)
