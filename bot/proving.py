"""Proof, before anybody reports anything, that every report would reach somebody; and who that would be.

For the operator on the terminal (`candour check`, `candour who`): the sentences here are read there and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.cases import Recipient, Route
from bot.flows import RouteRule
from bot.knowledge import Role, RoleId
from bot.people import Directory, Person
from bot.routing import Situation, climb, reachable, route


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """A report that nobody inside would receive: to be read by the operator, as all its fields are.

    `academy` may be several; empty where the directory knows none. `subject` is whom the report is about; empty:
    nobody who could receive it. `why` says what is in the way in each role.
    """

    flow: str
    academy: str
    reporter: str
    subject: str
    why: str

    def __str__(self) -> str:
        place = f"{self.flow}, {self.academy}" if self.academy else self.flow
        about = f" about {self.subject}" if self.subject else ""
        return f"{place}: a report by {self.reporter}{about} reaches nobody ({self.why})."


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of "who would get this". `person` empty: nobody can be alerted, or it is each reporter's own manager.

    `step` 0 receives it at once, or may be chosen; 1 and more are told later. `only_if` is the reason of a role that
    receives it with some answers only.
    """

    role: Role
    step: int
    person: str = ""
    standing_in_for: str = ""
    only_if: str = ""


def holes(
    routes: Mapping[str, RouteRule], roles: Mapping[RoleId, Role], directory: Directory, day: date
) -> tuple[Hole, ...]:
    """Every kind of report that would reach nobody on this day, for each academy, reporter and subject.

    Empty means proven: whoever reports, and whoever it is about, somebody inside can be alerted. Reporters who only
    differ in name count once.
    """
    places = [_place(roles, directory, academy) for academy in directory.academies() or ("",)]
    found: dict[Hole, list[str]] = {}
    for place in places:
        for flow, rule in routes.items():
            for hole in _holes(place, flow, rule, day):
                found.setdefault(replace(hole, academy=""), []).append(place.academy)
    # A hole at the top is the same one from every academy, and one line is enough to mend it.
    return tuple(replace(hole, academy=", ".join(academies)) for hole, academies in found.items())


def who(
    rule: RouteRule,
    roles: Mapping[RoleId, Role],
    directory: Directory,
    *,
    academy: str,
    day: date,
    reporter: str = "",
) -> tuple[Row, ...]:
    """Who would get a report of this kind, and who is told after them, by name: what `route` decides on this day.

    Where the reporter chooses, all that can be chosen. Without a `reporter` it is somebody whose manager is here.
    """
    if not reporter:
        directory = Directory({**directory.people, _ANYBODY.id: _ANYBODY, _THEIR_MANAGER.id: _THEIR_MANAGER})
    here = Situation(roles=roles, directory=directory, reporter=reporter, academy=academy, barred=frozenset(), day=day)
    every = rule if rule.how == "all" else rule.model_copy(update={"how": "some"})
    decided = _decided(every, here, rule.receive)
    rows = [Row(role=roles[role], step=0) for role in rule.receive if not here.available(role)]
    for step, group in enumerate((decided.recipients, *decided.then)):
        rows += (_row(here, recipient, step) for recipient in group)
    for addition in (addition for addition in rule.also if addition.role not in rule.receive):
        rows += (_row(here, recipient, 0, addition.because) for recipient in here.nearest(addition.role))
    return tuple(sorted(rows, key=lambda row: row.step))


_THEIR_MANAGER = Person(id="their manager", name="")
_ANYBODY = Person(id="", name="", manager=_THEIR_MANAGER.id)


def _row(here: Situation, recipient: Recipient, step: int, only_if: str = "") -> Row:
    people = here.directory.people
    return Row(
        role=here.roles[recipient.role],
        step=step,
        person=people[recipient.person].name,
        standing_in_for=people[recipient.for_person].name if recipient.for_person else "",
        only_if=only_if,
    )


def _decided(rule: RouteRule, here: Situation, chosen: tuple[RoleId, ...] = ()) -> Route:
    """The route with no answer that adds a role: with more it only gets wider."""
    return route(
        rule,
        here.roles,
        here.directory,
        reporter=here.reporter,
        academy=here.academy,
        barred=here.barred,
        answers={},
        chosen=chosen,
        day=here.day,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """An academy, with those people only who can make a difference there.

    `cast` are all who could receive a report from there; `reporters` one of each kind: those with the same manager
    who could receive nothing themselves are in the same position.
    """

    academy: str
    roles: Mapping[RoleId, Role]
    cast: Mapping[str, Person]
    reporters: tuple[Person, ...]


def _place(roles: Mapping[RoleId, Role], directory: Directory, academy: str) -> _Place:
    everybody = directory.people.values()
    here = [p for p in everybody if p.active and (academy in p.academies or not p.academies)]
    managers = (directory.people.get(person.manager) for person in here if person.manager)
    holders = (holder for role in roles.values() for holder in directory.holders(role, academy, ""))
    cast: dict[str, Person] = {}
    for person in (*filter(None, managers), *holders):
        cast |= {one.id: one for one in (person, *directory.stand_ins(person))}
    kinds: dict[tuple[str | None, str], Person] = {}
    for person in sorted(here, key=lambda person: person.id in cast):
        kinds.setdefault((person.manager, person.id if person.id in cast else ""), person)
    # Without any staff there, somebody whom nobody entered: the roles are to be filled all the same.
    stranger = Person(id="", name="somebody not in the directory")
    return _Place(academy=academy, roles=roles, cast=cast, reporters=tuple(kinds.values()) or (stranger,))


def _holes(place: _Place, flow: str, rule: RouteRule, day: date) -> Iterator[Hole]:
    """The holes of one kind of report at one academy; reporters who meet the same one are named together."""
    found: dict[str, list[tuple[Person, str]]] = {}
    for reporter in place.reporters:
        met = Directory({**place.cast, reporter.id: reporter})
        for subject, here in _cases(place, rule, reporter, met, day):
            if not _decided(rule, here).recipients:
                found.setdefault(subject, []).append((reporter, _why(rule, here)))
                if not subject:
                    break
    for subject, reports in found.items():
        possible = sum(reporter.id != subject for reporter in place.reporters)
        first, why = reports[0]
        yield Hole(
            flow=flow,
            academy=place.academy,
            reporter="anybody" if len(reports) >= possible else _called(place, first, len(reports) - 1),
            subject=_called(place, place.cast[subject]) if subject else "",
            why=why,
        )


def _cases(
    place: _Place, rule: RouteRule, reporter: Person, met: Directory, day: date
) -> Iterator[tuple[str, Situation]]:
    """A report about nobody who could receive it, then about each who could: the subject, and what it means."""
    able = reachable(rule, place.roles, met, reporter=reporter.id, academy=place.academy, day=day)
    for subject in ("", *(recipient.person for recipient in able)):
        barred = frozenset(filter(None, (subject,)))
        yield (
            subject,
            Situation(
                roles=place.roles,
                directory=met,
                reporter=reporter.id,
                academy=place.academy,
                barred=barred,
                day=day,
            ),
        )


def _why(rule: RouteRule, here: Situation) -> str:
    """What is in the way in each role that it could go to or climb to."""
    steps = dict.fromkeys(step for role in rule.receive for step in climb(here.roles, role))
    return "; ".join(f"{here.roles[step].title}: {_in_the_way(here, here.roles[step])}" for step in steps)


def _in_the_way(here: Situation, role: Role) -> str:
    holders = here.directory.holders(role, here.academy, here.reporter)
    if not holders:
        return "no manager is entered" if role.scope == "manager" else "nobody holds it"
    return ", ".join(f"{holder.name} {_absence(here, holder)}" for holder in holders)


def _absence(here: Situation, holder: Person) -> str:
    if holder.id == here.reporter:
        return "reports it"
    if holder.id in here.barred:
        return "is whom it is about"
    return f"{'is away' if holder.active else 'has left'} and nobody can stand in"


def _called(place: _Place, person: Person, others: int = 0) -> str:
    """A person with their roles, and how many more kinds of reporter meet the same hole."""
    titles = ", ".join(place.roles[role].title for role in person.roles if role in place.roles)
    name = f"{person.name} ({titles})" if titles else person.name
    return f"{name}, or people in {others} other positions," if others else name
