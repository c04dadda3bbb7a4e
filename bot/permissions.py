"""Who may do what with a case: one table of actions and relations, and how a person stands to a case at this moment.

Every button and form is looked up here by its sender. An action without a row is nobody's, and fails the tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from bot.cases import Case, Entered, Recipient, Step
from bot.knowledge import Role, RoleId
from bot.people import Directory, Person

Relation = Literal[
    "none",
    "other-academy",
    "role-without-case",
    "chair",
    "operator",
    "handler",
    "responsible",
    "former-handler",
    "decider",
    "signalled",
    "subject",
    "reporter",
]
"""How somebody stands to a case. The first five have nothing to do with it: in no role, of another academy, in a role
that was not told of it, in the highest role, or looking after the machine. `responsible` is the handler who took it,
`decider` may take part in the latest proposal, `signalled` was told alone that it is not the first concern, `subject`
is barred: whoever it is about, is close to them, or has a conflict.
"""

_ANY = frozenset[Relation]({"handler", "responsible"})
_ONE = frozenset[Relation]({"responsible"})
_SENT = frozenset[Relation]({"reporter"})
_ASKED = frozenset[Relation]({"decider"})

MAY: Mapping[str, frozenset[Relation]] = {
    # Handlers, whoever of them
    "case:open": _ANY,
    "case:take": _ANY,
    "case:more": _ANY,
    "case:note": _ANY,
    "case:conflict": _ANY,
    # The handler who took responsibility
    "case:message": _ONE,
    "case:hand-over": _ONE,
    "case:retype": _ONE,
    "case:include": _ONE,
    "case:exclude": _ONE,
    "case:urgent": _ONE,
    "case:normal": _ONE,
    "case:refer": _ONE,
    "case:speak": _ONE,
    "case:look": _ONE,
    "case:test": _ONE,
    "case:check": _ONE,
    "case:name": _ONE,
    "case:propose": _ONE,
    "case:close": _ONE,
    "case:reopen": _ONE,
    "case:export": _ONE,
    # Whose consent a proposal takes
    "decide:open": _ASKED,
    "decide:agree": _ASKED,
    "decide:decline": _ASKED,
    # Who is told alone
    "signal:open": frozenset({"signalled"}),
    # The reporter
    "mine:show": _SENT,
    "mine:add": _SENT,
    "mine:withdraw": _SENT,
    "mine:withdraw-yes": _SENT,
    "mine:confirm": _SENT,
    "mine:ended": _SENT,
    "mine:rate": _SENT,
    "mine:reopen": _SENT,
    # Whoever looks after the machine, on the command line: states and ages, never content or names
    "operator:states": frozenset({"operator"}),
}
"""Action → who may. Whoever may not is answered as if there were no such case."""

REPORTER_READS: frozenset[Step] = frozenset(
    {
        *("sent", "delivered", "not-delivered", "escalated", "nobody-left", "lapsed", "rerouted"),
        *("opened", "taken", "message", "handed-over", "included", "checked", "closed", "reopened"),
        *("added", "withdrawn", "confirmed", "ended"),
    }
)
"""The steps that a reporter is shown, by role. What handlers note, decide or ask outside stays with them."""


def may(action: str, relations: frozenset[Relation]) -> bool:
    """Whether somebody who stands so to a case may do this. False for an action that has no row."""
    return bool(MAY.get(action, frozenset()) & relations)


def both_read(line: Entered) -> bool:
    """Whether reporter and handlers both read its words: what one writes to the other, not why a handler reopens it."""
    return line.step in ("message", "added", "closed") or (line.step == "reopened" and not line.role)


def relations(
    case: Case, person: str, directory: Directory, roles: Mapping[RoleId, Role], deciders: frozenset[str] = frozenset()
) -> frozenset[Relation]:
    """How this person stands to the case now. Whoever sent it or is barred is nothing else besides.

    `deciders` are those who may take part in its latest proposal.
    """
    if not person:
        return frozenset({"operator"})
    if person == case.reporter:
        return frozenset({"reporter"})
    if person in case.barred:
        return frozenset({"subject"})
    found: set[Relation] = set()
    if entitled(case, person, directory, roles):
        found.add("responsible" if case.taken_by == person else "handler")
    elif person in case.former or case.handler(person):
        found.add("former-handler")
    if person in deciders:
        found.add("decider")
    known = directory.people.get(person)
    told = (Recipient(person=signal.person, role=signal.role) for signal in case.signals if signal.person == person)
    if known and known.active and any(still_holds(one, directory, roles, case.academy) for one in told):
        found.add("signalled")
    return frozenset(found or {_outside(case, known, roles)})


def entitled(case: Case, person: str, directory: Directory, roles: Mapping[RoleId, Role]) -> Recipient | None:
    """In which role this person may open and act on a case now, or None.

    It takes having been told, not being barred, being active, and still holding the role it was told in: somebody who
    stands in does so for a holder, and a manager is known by the route that was frozen with the case.
    """
    handler, known = case.handler(person), directory.people.get(person)
    if handler is None or known is None or not known.active or person in case.barred:
        return None
    return handler if still_holds(handler, directory, roles, case.academy) else None


def still_holds(handler: Recipient, directory: Directory, roles: Mapping[RoleId, Role], academy: str) -> bool:
    """Whether a recipient, or whom they stand in for, still holds the role they were told in, where the case is."""
    held = directory.people.get(handler.for_person or handler.person)
    scope = roles[handler.role].scope if handler.role in roles else "trust"
    if held is None or scope == "manager":
        return held is not None
    return handler.role in held.roles and (scope == "trust" or not academy or academy in held.academies)


def holds(directory: Directory, person: str, role: RoleId) -> bool:
    """Whether somebody works here and holds a role now."""
    known = directory.people.get(person)
    return known is not None and known.active and role in known.roles


def _outside(case: Case, known: Person | None, roles: Mapping[RoleId, Role]) -> Relation:
    """How somebody stands to a case that they have nothing to do with."""
    held = [roles[role] for role in known.roles if role in roles] if known and known.active else []
    if any(role.above is None for role in held):
        return "chair"
    if known and known.academies and case.academy not in known.academies:
        return "other-academy"
    return "role-without-case" if held else "none"
