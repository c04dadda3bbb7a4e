"""Decisions that take several persons: who may take part, what is enough, and that it is carried out once. Pure.

Persons count, not accounts: one person on two platforms is one. Who may take part is asked anew at each press, also of
those who pressed before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.cases import Case, Press, Proposal
from bot.casework_rules import TwoPersonDecision
from bot.knowledge import Role, RoleId
from bot.people import Directory


def deciders(
    case: Case, rule: TwoPersonDecision, directory: Directory, roles: Mapping[RoleId, Role]
) -> dict[str, RoleId]:
    """Who may take part now, each in the first of their roles: person → role.

    Only holders themselves, no stand-ins; never the reporter, nor anybody barred from the case.
    """
    found: dict[str, RoleId] = {}
    for role in rule.roles:
        for holder in directory.holders(roles[role], case.academy, case.reporter):
            if holder.active and holder.id != case.reporter and holder.id not in case.barred:
                found.setdefault(holder.id, role)
    return found


def propose(case: Case, proposal: Proposal) -> Case | None:
    """Put a proposal to those who decide; None while another is open."""
    return None if case.proposal else replace(case, proposals=(*case.proposals, proposal))


def agree(case: Case, person: str, at: datetime, pool: Mapping[str, RoleId]) -> Case | None:
    """This person's yes; None if there is nothing open, they may not take part, or they have pressed already.

    A no that becomes a yes counts as the yes.
    """
    proposal = case.proposal
    if proposal is None or person not in pool or any(press.person == person for press in proposal.agreed):
        return None
    press = Press(person=person, role=pool[person], at=at)
    declined = tuple(no for no in proposal.declined if no.person != person)
    return _with(case, replace(proposal, agreed=(*proposal.agreed, press), declined=declined))


def decline(case: Case, person: str, reason: str, at: datetime, pool: Mapping[str, RoleId]) -> Case | None:
    """This person's no, with its reason; None as in `agree`. A yes that becomes a no is a no."""
    proposal = case.proposal
    if proposal is None or person not in pool or any(press.person == person for press in proposal.declined):
        return None
    press = Press(person=person, role=pool[person], at=at, reason=reason)
    agreed = tuple(yes for yes in proposal.agreed if yes.person != person)
    return _with(case, replace(proposal, agreed=agreed, declined=(*proposal.declined, press)))


def settle(case: Case, needed: int, pool: Mapping[str, RoleId]) -> Case | None:
    """The proposal ended, if enough of those who may take part now have said yes, or no longer can; else None.

    An ended proposal never ends again, so what follows a decision happens once.
    """
    proposal = case.proposal
    if proposal is None:
        return None
    if len(standing(proposal, pool)) >= needed:
        return _with(case, replace(proposal, ended="decided"))
    undecided = pool.keys() - {no.person for no in proposal.declined}
    return _with(case, replace(proposal, ended="declined")) if len(undecided) < needed else None


def expire(case: Case) -> Case | None:
    """The proposal ended for want of time; None if none is open."""
    return _with(case, replace(case.proposal, ended="expired")) if case.proposal else None


def standing(proposal: Proposal, pool: Mapping[str, RoleId]) -> tuple[Press, ...]:
    """Whose yes counts now: of those who may still take part."""
    return tuple(press for press in proposal.agreed if press.person in pool)


def _with(case: Case, proposal: Proposal) -> Case:
    kept = tuple(proposal if known.id == proposal.id else known for known in case.proposals)
    return replace(case, proposals=kept)
