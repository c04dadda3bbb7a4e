"""Organisations that chance made up, and a report in each.

They are read from bytes, so that a failing one can be made smaller, with every oddity that a directory can have:
circles of deputies and of roles, managers who are their own, people with several roles, in no role, away, gone,
unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from bot.cases import Route
from bot.flows import RouteRule
from bot.knowledge import Role, RoleId
from bot.people import Directory, Person
from bot.routing import route

TODAY = date(2030, 6, 4)
AWAY = ((date(2030, 6, 3), date(2030, 6, 7)),)


def role(id_: str, scope: str = "academy", above: str | None = None) -> Role:
    return Role.model_validate({"id": id_, "title": id_, "scope": scope, "above": above})


def rule(how: str, *receive: str, also: tuple[dict[str, Any], ...] = ()) -> RouteRule:
    return RouteRule.model_validate({"receive": receive, "how": how, "because": "the rule", "also": also})


@dataclass
class Dice:
    """Small numbers read from bytes, zeros when there are none left."""

    left: list[int]

    def roll(self, sides: int) -> int:
        return self.left.pop() % sides if self.left else 0

    def one_in(self, sides: int) -> bool:
        return self.roll(sides) == sides - 1

    def some(self, things: list[str], at_most: int) -> tuple[str, ...]:
        return tuple(dict.fromkeys(things[self.roll(len(things))] for _ in range(self.roll(at_most + 1))))


@dataclass(frozen=True)
class Made:
    """An organisation and a report in it."""

    roles: dict[RoleId, Role]
    directory: Directory
    by_rule: RouteRule
    seen: dict[str, Any] = field(repr=False)  # reporter, academy, day
    barred: frozenset[str]
    answers: dict[str, tuple[str, ...]]
    chosen: tuple[RoleId, ...]

    def route(self) -> Route:
        return route(
            self.by_rule,
            self.roles,
            self.directory,
            **self.seen,
            barred=self.barred,
            answers=self.answers,
            chosen=self.chosen,
        )

    @property
    def out(self) -> frozenset[str]:
        return self.barred | {self.seen["reporter"]}


def made(chance: bytes) -> Made:
    dice = Dice(list(chance))
    ids = [f"role_{number}" for number in range(2 + dice.roll(5))]
    scopes = ("academy", "trust", "manager")
    # Mostly upwards, now and then anywhere: circles are refused when knowledge is read, but must not hang a report.
    above = [dice.roll(len(ids)) if dice.one_in(12) else number + 1 + dice.one_in(3) for number in range(len(ids))]
    roles = {
        id_: role(id_, scopes[dice.roll(3)], ids[above[number]] if above[number] < len(ids) else None)
        for number, id_ in enumerate(ids)
    }
    crowd = [f"person_{number}" for number in range(4 + dice.roll(8))]
    anybody = [*crowd, "stranger"]
    directory = Directory({id_: person(id_, dice, ids, anybody) for id_ in crowd})
    also = ({"when": {"hurt": ["me"]}, "role": ids[dice.roll(len(ids))], "because": "also"},)
    by_rule = rule(("all", "one", "some")[dice.roll(3)], *(dice.some(ids, 3) or ids[:1]), also=also[: dice.roll(2)])
    seen = {"reporter": anybody[dice.roll(len(anybody))], "academy": ("north", "south")[dice.roll(2)], "day": TODAY}
    barred = frozenset(dice.some(anybody, 2))
    answers: dict[str, tuple[str, ...]] = {"hurt": ("me",)} if dice.roll(2) else {}
    return Made(roles, directory, by_rule, seen, barred, answers, dice.some(ids, 2))


def person(id_: str, dice: Dice, ids: list[str], anybody: list[str]) -> Person:
    return Person(
        id=id_,
        name=id_,
        academies=(("north",), ("south",), ("north", "south"), ())[dice.roll(4)],
        roles=tuple(dict.fromkeys((*dice.some(ids, 2), *dice.some(ids, 1)))),
        manager=anybody[dice.roll(len(anybody))] if dice.roll(4) else None,
        deputy=anybody[dice.roll(len(anybody))] if dice.roll(3) else None,
        away=AWAY if dice.one_in(4) else (),
        active=not dice.one_in(6),
    )


organisations = st.binary(min_size=100, max_size=180).map(made)
by_chance = settings(deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])
