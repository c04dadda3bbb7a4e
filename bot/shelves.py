"""Where a case stands for each of the people who have to do with it: the lists it is in. Pure, and from the case alone,
so that a store can keep it beside the case and find a person's without reading all.
"""

from __future__ import annotations

from typing import Literal, get_args

from bot.cases import Case

Shelf = Literal["sent", "waiting", "deciding", "mine", "others", "overdue", "register", "closed"]
"""What a person sent; what waits for them to take it, or to decide; what they took; what another handler took; of all
these what is late; declarations that hold; and what is over.
"""

SHELVES: tuple[Shelf, ...] = get_args(Shelf)

PAGE = 10
"""How many cases of a list are shown at once."""


def shelves(case: Case) -> frozenset[tuple[str, Shelf]]:
    """In which list of whom the case is, as (person, list). Who may open it is asked again when it is listed."""
    found: set[tuple[str, Shelf]] = {(case.reporter, "sent")}
    late = overdue(case)
    for handler in case.handlers:
        found.add((handler.person, _shelf(case, handler.person)))
        if late and (not case.taken_by or case.taken_by == handler.person):
            found.add((handler.person, "overdue"))
    if proposal := case.proposal:
        pressed = {press.person for press in (*proposal.agreed, *proposal.declined)}
        found |= {(person, "deciding") for person in proposal.asked if person not in pressed}
    return frozenset(found)


def overdue(case: Case) -> bool:
    """Whether a step is missing: nobody took it in time, or nothing has followed since a reminder."""
    if "confirm" in case.clocks and not case.open:
        # Its reporter was asked whether it still holds, and has not answered in time.
        steps = [line.step for line in case.ledger if line.step in ("reminded", "confirmed", "checked", "ended")]
        return steps[-1:] == ["reminded"]
    if not case.open or case.withdrawn:
        return False
    for line in reversed(case.ledger):
        if case.taken_by and line.person == case.taken_by and line.step != "reminded":
            return False
        if line.step == "reminded" and case.taken_by:
            return True
        if line.step in ("escalated", "nobody-left", "lapsed") and not case.taken_by:
            return True
        if line.step in ("taken", "handed-over", "reopened"):
            return False
    return False


def _shelf(case: Case, person: str) -> Shelf:
    if not case.open:
        return "register" if case.clocks.keys() & {"confirm", "unconfirmed"} else "closed"
    if not case.taken_by:
        # Something urgent may have to be acted on, whatever its reporter wishes now.
        return "closed" if case.withdrawn and not case.urgent else "waiting"
    return "mine" if case.taken_by == person else "others"
