"""Who receives a report, who is told next, and who could: decided from the rule, the roles and the directory.

Nobody who is barred may come out of this file, in any list. A barred person's own deputy does not take their place
either: whom the person a report is about chose to stand in for them is not the one to judge it. The role above does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from bot.cases import Recipient, Route
from bot.flows import RouteRule, When
from bot.knowledge import Role, RoleId
from bot.people import Directory, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """From where a report is sent, on which day, and past whom: what decides who can be found for a role."""

    roles: Mapping[RoleId, Role]
    directory: Directory
    reporter: str
    academy: str
    barred: frozenset[str]
    day: date

    def available(self, role: RoleId) -> tuple[Recipient, ...]:
        """Who can be alerted for a role: its holders who are here, then those who stand in for the others."""
        found: dict[str, Recipient] = {}
        holders = self.directory.holders(self.roles[role], self.academy, self.reporter)
        for holder in sorted(holders, key=lambda holder: not holder.here(self.day)):
            person = self._in_place_of(holder)
            if person:
                for_person = "" if person.id == holder.id else holder.id
                found.setdefault(person.id, Recipient(person=person.id, role=role, for_person=for_person))
        return tuple(found.values())

    def nearest(self, role: RoleId) -> tuple[Recipient, ...]:
        """Who can be alerted for a role or, if nobody can, for the nearest role above that has somebody."""
        return next(filter(None, map(self.available, climb(self.roles, role))), ())

    def _in_place_of(self, holder: Person) -> Person | None:
        """The holder, or the first who stands in and is here. A barred person ends the search: see the module."""
        for person in (holder, *self.directory.stand_ins(holder)):
            if person.id == self.reporter or person.id in self.barred:
                return None
            if person.here(self.day):
                return person
        return None


def route(
    rule: RouteRule,
    roles: Mapping[RoleId, Role],
    directory: Directory,
    *,
    reporter: str,
    academy: str,
    barred: frozenset[str],
    answers: Mapping[str, tuple[str, ...]],
    chosen: tuple[RoleId, ...],
    day: date,
) -> Route:
    """Decide who is alerted, who is told one group after the other if nobody takes responsibility, and why.

    `chosen` counts only as far as the rule permits it; of nothing chosen the first permitted role is taken.
    `recipients` is empty only if nobody who is here and not barred is left up to the highest role.
    """
    here = Situation(roles=roles, directory=directory, reporter=reporter, academy=academy, barred=barred, day=day)
    added = [addition for addition in rule.also if holds(addition.when, answers)]
    first = dict.fromkeys((*_first(rule, here, chosen), *(addition.role for addition in added)))
    recipients = _merged(recipient for role in first for recipient in here.nearest(role))
    return Route(
        recipients=recipients,
        then=tuple(_then(here, recipients)),
        because=(rule.because, *dict.fromkeys(a.because for a in added if here.available(a.role))),
        barred=tuple(sorted(barred | {reporter})),
    )


def permitted(
    rule: RouteRule,
    roles: Mapping[RoleId, Role],
    directory: Directory,
    *,
    reporter: str,
    academy: str,
    barred: frozenset[str],
    day: date,
) -> tuple[RoleId, ...]:
    """The roles of the rule in which somebody can be alerted, in its order: what the reporter may choose from."""
    here = Situation(roles=roles, directory=directory, reporter=reporter, academy=academy, barred=barred, day=day)
    return tuple(role for role in rule.receive if here.available(role))


def reachable(
    rule: RouteRule,
    roles: Mapping[RoleId, Role],
    directory: Directory,
    *,
    reporter: str,
    academy: str,
    day: date,
) -> tuple[Recipient, ...]:
    """Everybody whom a report of this kind could reach, whatever is answered or chosen, now or later.

    Also those who are away on `day`, because they come back, and all who stand in; not those who left. Each once, as
    holder of a role rather than as a stand-in.
    """
    several = (*rule.receive, *(addition.role for addition in rule.also))
    held = [
        (role, holder)
        for role in dict.fromkeys(step for role in several for step in climb(roles, role))
        for holder in directory.holders(roles[role], academy, reporter)
        if holder.id != reporter
    ]
    holders = (Recipient(person=holder.id, role=role) for role, holder in held)
    stand_ins = (
        Recipient(person=person.id, role=role, for_person=holder.id)
        for role, holder in held
        for person in takewhile(lambda person: person.id != reporter, directory.stand_ins(holder))
    )
    met = _merged((*holders, *stand_ins))
    return tuple(recipient for recipient in met if directory.people[recipient.person].active)


def receiving(rule: RouteRule, answers: Mapping[str, tuple[str, ...]]) -> tuple[RoleId, ...]:
    """The roles that a report with these answers may go to, before anybody is looked up or chosen."""
    added = (addition.role for addition in rule.also if holds(addition.when, answers))
    return tuple(dict.fromkeys((*rule.receive, *added)))


def holds(when: When, answers: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether each question named in the condition has one of the options among its answers."""
    return all(set(options) & set(answers.get(question, ())) for question, options in when.items())


def climb(roles: Mapping[RoleId, Role], role: RoleId) -> Iterator[RoleId]:
    """The role and those above it, the nearest first; each once, also where they lead in a circle."""
    met: set[RoleId] = set()
    step: RoleId | None = role
    while step and step not in met:
        met.add(step)
        yield step
        step = roles[step].above


def beyond(roles: Mapping[RoleId, Role], several: Iterable[RoleId]) -> tuple[RoleId, ...]:
    """The roles that are told next, one after the other, after these: every role after all that are below it.

    Of a role and one above it only the higher one counts, so that nobody is told whom the report already went past.
    """
    above = {role: tuple(climb(roles, role))[1:] for role in several}
    highest = [role for role in above if not any(other in above[role] for other in above)]
    steps = dict.fromkeys(step for role in highest for step in above[role])
    # The way that is left to the top gets shorter with every step up, on whichever way one came.
    return tuple(sorted(steps, key=lambda step: -len(tuple(climb(roles, step)))))


def _first(rule: RouteRule, here: Situation, chosen: tuple[RoleId, ...]) -> tuple[RoleId, ...]:
    """The roles a report goes to before anything is added; each may still have to climb."""
    if rule.how == "all":
        return rule.receive
    allowed = [role for role in rule.receive if here.available(role)]
    picked = tuple(role for role in allowed if role in chosen)
    if picked:
        return picked if rule.how == "some" else picked[:1]
    # With nobody in any permitted role, the first one above which there is somebody.
    return tuple(role for role in allowed or rule.receive if here.nearest(role))[:1]


def _then(here: Situation, recipients: tuple[Recipient, ...]) -> Iterator[tuple[Recipient, ...]]:
    """The groups that are told next. Nobody is told twice, whatever roles they have."""
    told = {recipient.person for recipient in recipients}
    for role in beyond(here.roles, dict.fromkeys(recipient.role for recipient in recipients)):
        group = tuple(recipient for recipient in here.available(role) if recipient.person not in told)
        told.update(recipient.person for recipient in group)
        if group:
            yield group


def _merged(recipients: Iterable[Recipient]) -> tuple[Recipient, ...]:
    """Each person once, in the first of their roles."""
    people: dict[str, Recipient] = {}
    for recipient in recipients:
        people.setdefault(recipient.person, recipient)
    return tuple(people.values())
