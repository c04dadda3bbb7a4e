"""Who works where, in which role, for whom: the directory as the core is given it. Read by `adapters/directory.py`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.knowledge import Role, RoleId


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody in the directory. `id` is the e-mail address in small letters; `academies` empty: the whole trust's.

    `manager` and `deputy` are ids. `away` are spans of days, both ends included.
    """

    id: str
    name: str
    academies: tuple[str, ...] = ()
    roles: tuple[RoleId, ...] = ()
    manager: str | None = None
    deputy: str | None = None
    away: tuple[tuple[date, date], ...] = ()
    active: bool = True

    def here(self, day: date) -> bool:
        """Whether the person can be expected to see an alert on this day."""
        return self.active and not any(first <= day <= last for first, last in self.away)


@dataclass(frozen=True, slots=True)
class Directory:
    """All people of an organisation, by id."""

    people: Mapping[str, Person] = field(default_factory=dict)

    def academies(self) -> tuple[str, ...]:
        """The academies that people work at, sorted."""
        return tuple(sorted({academy for person in self.people.values() for academy in person.academies}))

    def holders(self, role: Role, academy: str, reporter: str) -> tuple[Person, ...]:
        """Who holds a role, seen from a report: for an academy, for the trust, or as the reporter's manager.

        Sorted by id. Also people who left or are away: the caller decides who stands in for them.
        """
        if role.scope == "manager":
            told = self.people.get(reporter)
            manager = self.people.get(told.manager) if told and told.manager else None
            return (manager,) if manager else ()
        held = (person for person in self.people.values() if role.id in person.roles)
        return tuple(
            sorted((p for p in held if role.scope == "trust" or academy in p.academies), key=lambda person: person.id)
        )

    def stand_ins(self, person: Person) -> Iterator[Person]:
        """The person's deputy, the deputy's deputy, and so on; each once."""
        met = {person.id}
        while person.deputy and person.deputy in self.people and person.deputy not in met:
            met.add(person.deputy)
            person = self.people[person.deputy]
            yield person
