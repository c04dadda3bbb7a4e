"""Stories that chance tells of a decision that takes several persons: who said what, and who got, lost and held a role.

When somebody may take part is counted once more here, from the promise alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from bot.cases import Case, Proposal, Recipient, Route
from bot.casework import entered
from bot.casework_rules import TwoPersonDecision
from bot.decisions import agree, deciders, decline, expire, propose, settle
from bot.knowledge import Role, RoleId
from bot.people import Directory, Person
from tests.contracts.samples import a_case
from tests.made_up import AWAY, Dice, Made

NINE = datetime(2030, 6, 4, 9, 0, tzinfo=UTC)

Did = Literal["yes", "no", "changed", "barred", "expired", "proposed"]


def rule(*roles: RoleId, needed: int = 2) -> TwoPersonDecision:
    words = {"label": "Keep it", "intro": "Two decide.", "decided": "It is kept."}
    return TwoPersonDecision.model_validate({**words, "flows": ["any"], "roles": roles, "needed": needed})


def case_of(reporter: str, academy: str, barred: frozenset[str] = frozenset()) -> Case:
    way = Route(recipients=(), then=(), because=(), barred=tuple(sorted(barred)))
    return replace(a_case(reporter=reporter, handlers=()), academy=academy, route=way)


def proposal(number: int = 0, by: str = "") -> Proposal:
    return Proposal(id=f"proposal-{number}", by=by, at=NINE, purpose="p", viewed="v", why="w", asked=())


# --- written again, from the promise


def eligible(
    person: Person, by: TwoPersonDecision, roles: Mapping[RoleId, Role], directory: Directory, c: Case
) -> bool:
    """Whether somebody may take part: works here, holds one of the roles for this case, and has nothing to do with it.

    Nobody takes part for somebody else.
    """
    conflicts = {line.person for line in c.ledger if line.step == "conflict"}
    if not person.active or person.id in conflicts | {*c.route.barred, *c.subjects, c.reporter}:
        return False
    for wanted in by.roles:
        match roles[wanted].scope:
            case "manager":
                sender = directory.people.get(c.reporter)
                held = sender is not None and sender.manager == person.id
            case "trust":
                held = wanted in person.roles
            case _:
                held = wanted in person.roles and c.academy in person.academies
        if held:
            return True
    return False


# --- a story that chance tells


@dataclass(frozen=True, kw_only=True)
class Moment:
    """Something that somebody did, the case before and after it, and who works there then."""

    did: Did
    who: str
    at: datetime
    reason: str
    before: Case
    after: Case
    directory: Directory

    @property
    def accepted(self) -> bool:
        """Whether somebody's word was taken."""
        known = self.after.proposals[-1:] if self.did in ("yes", "no") else ()
        return any(press.at == self.at for one in known for press in (*one.agreed, *one.declined))

    @property
    def ended(self) -> Proposal | None:
        """The proposal that ended just now."""
        now = {known.id: known for known in self.after.proposals}
        was_open = self.before.proposal
        return now[was_open.id] if was_open and now[was_open.id].ended else None


@dataclass(frozen=True)
class Story:
    """What happens to the proposals of one case, in an organisation, under a rule."""

    org: Made
    rule: TwoPersonDecision
    moments: tuple[Moment, ...]

    def may(self, moment: Moment) -> set[str]:
        """Who may take part at a moment, counted once more."""
        people, c = moment.directory, moment.before
        return {one.id for one in people.people.values() if eligible(one, self.rule, self.org.roles, people, c)}


def told(org: Made, chance: bytes) -> Story:
    dice, ids = Dice(list(chance)), list(org.roles)
    by = rule(*(dice.some(ids, 4) or ids), needed=2 + dice.one_in(5))
    return Story(org, by, tuple(_moments(org, by, dice)))


def _moments(org: Made, by: TwoPersonDecision, dice: Dice) -> Iterator[Moment]:
    people, crowd, ids = org.directory, sorted(org.directory.people), list(org.roles)
    now = case_of(org.seen["reporter"], org.seen["academy"], org.barred)
    now = propose(now, proposal()) or now
    number = 0
    while dice.left:
        number += 1
        may = [one for one in crowd if eligible(people.people[one], by, org.roles, people, now)]
        among = may if may and dice.roll(3) else [*crowd, "stranger"]
        who = among[dice.roll(len(among))]
        did, at, reason = _what(dice), NINE + timedelta(minutes=number), f"reason {number}"
        before, pool = now, deciders(now, by, people, org.roles)
        match did:
            case "yes" | "no":
                word = agree(now, who, at, pool) if did == "yes" else decline(now, who, reason, at, pool)
                now = now if word is None else settle(word, by.needed, pool) or word
            case "changed" if who in people.people:
                people = Directory({**people.people, who: _changed(people.people[who], dice, ids)})
            case "barred" if dice.one_in(2):
                now = replace(now, subjects=(*now.subjects, who))
            case "barred":
                now = entered(now, "conflict", at, Recipient(person=who, role=""))
            case "expired":
                now = expire(now) or now
            case "proposed":
                now = propose(now, proposal(number, who)) or now
        yield Moment(did=did, who=who, at=at, reason=reason, before=before, after=now, directory=people)


def _what(dice: Dice) -> Did:
    ways: tuple[tuple[Did, int], ...] = (("yes", 8), ("no", 5), ("changed", 5), ("proposed", 2), ("barred", 1))
    some = [did for did, often_ in ways for _ in range(often_)]
    return "expired" if dice.one_in(40) else some[dice.roll(len(some))]


def _changed(one: Person, dice: Dice, ids: list[str]) -> Person:
    match dice.roll(5):
        case 0:
            return replace(one, active=not one.active)
        case 1:
            return replace(one, academies=(("north",), ("south",), ("north", "south"), ())[dice.roll(4)])
        case 2:
            return replace(one, roles=())
        case 3:
            return replace(one, away=() if one.away else AWAY)
        case _:
            return replace(one, roles=tuple(dict.fromkeys((*one.roles, ids[dice.roll(len(ids))]))))
