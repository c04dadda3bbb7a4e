"""What can be done with a case just now, by whoever may: what the case is like decides, not who is asking."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.case_windows import Desk
from bot.decisions import deciders
from bot.working import candidates, colleagues, needs_advice, removable

FIRST = ("case:message", "case:note", "case:check", "case:close")
"""What is offered beside the open case; the rest is behind one more press."""

LATER = (
    "case:hand-over",
    "case:conflict",
    "case:refer",
    "case:test",
    "case:speak",
    "case:look",
    "case:propose",
    "case:name",
    "case:include",
    "case:exclude",
    "case:retype",
    "case:urgent",
    "case:normal",
    "case:export",
)

IN_REGISTER = ("case:check", "case:message")
"""What can be done besides with what stands in the register."""

AFTERWARDS = ("case:note", *IN_REGISTER, "case:reopen", "case:export")
"""What is left when it is over."""


def offered(desk: Desk, name: str) -> bool:
    """Whether this can be done with the case as it is now."""
    if name in ("case:reopen",):
        return not desk.case.open and desk.case.flow not in desk.library.casework.checklists
    if name in ("case:note", "case:export", "case:conflict", "case:open", "case:more"):
        return True
    if name in IN_REGISTER and "confirm" in desk.case.clocks:
        return True
    fits = _FITS.get(name)
    return desk.case.open and (fits is None or fits(desk))


def concern(desk: Desk) -> bool:
    """Whether the case is a concern: declarations and requests never are."""
    return desk.case.flow not in desk.library.casework.checklists


def _test(desk: Desk) -> bool:
    test, holder = desk.library.casework.harm_test, desk.case.handler(desk.person)
    return test is not None and desk.case.flow in test.flows and holder is not None and holder.role in test.roles


def _propose(desk: Desk) -> bool:
    rule = desk.library.casework.decision
    if rule is None or desk.case.flow not in rule.flows or desk.case.proposal is not None:
        return False
    return len(deciders(desk.case, rule, desk.directory, desk.library.roles)) >= rule.needed


def _name(desk: Desk) -> bool:
    rule = desk.library.casework.repeat
    return rule is not None and desk.case.flow in rule.flows


def _may_act(desk: Desk) -> bool:
    return concern(desk) and not needs_advice(desk.case, desk.library.casework)


def _may_close(desk: Desk) -> bool:
    """Not before whoever must be told outside has been; a declaration ends by its check, unless it was withdrawn."""
    if not concern(desk):
        return desk.case.withdrawn
    return "advice" not in desk.case.clocks and not needs_advice(desk.case, desk.library.casework)


def _somebody_else(desk: Desk) -> bool:
    others = colleagues(desk.case, desk.person, desk.library, desk.directory)
    return bool(others) or bool(candidates(desk.case, desk.library, desk.directory, desk.at))


_FITS: Mapping[str, Callable[[Desk], bool]] = {
    "case:take": lambda desk: not desk.case.taken_by,
    "case:hand-over": _somebody_else,
    "case:include": lambda desk: bool(candidates(desk.case, desk.library, desk.directory, desk.at)),
    "case:exclude": lambda desk: bool(removable(desk.case, desk.library)),
    "case:urgent": lambda desk: not desk.case.urgent,
    "case:normal": lambda desk: desk.case.urgent,
    "case:refer": concern,
    "case:speak": _may_act,
    "case:look": _may_act,
    "case:test": _test,
    "case:check": lambda desk: desk.case.flow in desk.library.casework.checklists,
    "case:name": _name,
    "case:propose": _propose,
    "case:close": _may_close,
}
