"""What handlers do with a case once they have it: each function is one step, kept in the ledger. Pure.

Who may take a step is asked before, in `bot/permissions.py`; what it looks like is in `bot/case_windows.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from bot.cases import Case, Recipient, Step
from bot.casework import anybody, entered, let_go, situation, tell_next
from bot.casework_rules import OTHER, CaseworkRules, Checklist
from bot.clocks import (
    stopped,
    waits_for_advice,
    waits_for_confirmation,
    waits_for_handler,
    waits_for_nothing,
    waits_for_somebody,
)
from bot.decisions import deciders, expire
from bot.flows import Calendar
from bot.library import Library
from bot.people import Directory
from bot.permissions import entitled
from bot.routing import climb, holds, reachable, route
from bot.working_time import local

Filled = Mapping[str, str]
"""What a handler filled in: name → value."""

_NOTHING: Filled = MappingProxyType({})


def worked(
    case: Case, step: Step, person: str, calendar: Calendar, at: datetime, text: str = "", filled: Filled = _NOTHING
) -> Case:
    """A step of a handler that changes nothing else; one of whoever took it starts their time anew."""
    detail = tuple((name, value) for name, value in filled.items() if value)
    case = entered(case, step, at, case.handler(person), text, detail)
    idle = case.taken_by == person and case.open and not case.withdrawn
    return waits_for_handler(case, calendar, at) if idle else case


def candidates(case: Case, library: Library, directory: Directory, at: datetime) -> tuple[Recipient, ...]:
    """Who may be given the case or told of it too: permitted for its kind, here, not barred and not in it already."""
    rule = library.routes.get(case.flow)
    if rule is None:
        return ()
    day = local(library.calendar, at).date()
    found = reachable(rule, library.roles, directory, reporter=case.reporter, academy=case.academy, day=day)
    out = case.barred

    def fits(found: Recipient) -> bool:
        """Whoever stands in does so only for somebody who is away, and for nobody whom it is about."""
        holder = directory.people.get(found.for_person)
        stands_in = bool(found.for_person) and (found.for_person in out or (holder is not None and holder.here(day)))
        here = directory.people[found.person].here(day)
        return here and not stands_in and found.person not in out and not case.handler(found.person)

    return tuple(recipient for recipient in found if fits(recipient))


def colleagues(case: Case, person: str, library: Library, directory: Directory) -> tuple[Recipient, ...]:
    """The other handlers who may open it now."""
    others = (handler for handler in case.handlers if handler.person != person)
    return tuple(handler for handler in others if entitled(case, handler.person, directory, library.roles))


def hand_over(case: Case, person: str, to: Recipient, reason: str, at: datetime, calendar: Calendar) -> Case:
    """Give the case to somebody else, who has yet to take it; whoever had it can open it no more."""
    giver = case.handler(person)
    case = entered(case, "handed-over", at, giver, reason, (("to", to.role),))
    handlers = (*(h for h in case.handlers if h.person not in (person, to.person)), to)
    case = replace(case, handlers=handlers, former=_and(case.former, person, to.person), taken_by="")
    return waits_for_somebody(case, calendar, at)


def _and(former: tuple[str, ...], gone: str, back: str) -> tuple[str, ...]:
    """Who had it: with one who has it no longer, and without one who has it again."""
    return (*(person for person in former if person != back), gone)


def leave(case: Case, person: str, reason: str, library: Library, directory: Directory, at: datetime) -> Case:
    """Somebody has a conflict: locked out for good, and others have it."""
    case = entered(case, "conflict", at, case.handler(person), reason)
    return _without(case, person, library, directory, at)


def could_have(case: Case, person: str, library: Library, directory: Directory, at: datetime) -> bool:
    """Whether somebody has it, could be told of it one day, or could decide about it."""
    rule, decision = library.routes.get(case.flow), library.casework.decision
    day = local(library.calendar, at).date()
    met = {handler.person for handler in case.handlers}
    if rule:
        known = reachable(rule, library.roles, directory, reporter=case.reporter, academy=case.academy, day=day)
        met |= {recipient.person for recipient in known}
    if decision:
        met |= deciders(case, decision, directory, library.roles).keys()
    return person in met


LOCKED_OUT_MAX = 2
"""So many can be locked out of a case by being named: nobody may clear away all who could look over their shoulder."""


def bar(case: Case, person: str, library: Library, directory: Directory, at: datetime) -> Case:
    """It turned out to be about somebody who has it or could have it: locked out for good, and others have it."""
    role = directory.people[person].roles[:1] or ("",)
    case = entered(case, "locked-out", at, case.handler(person) or Recipient(person=person, role=role[0]))
    case = replace(case, subjects=(*case.subjects, person))
    return _without(case, person, library, directory, at) if case.handler(person) else case


def _without(case: Case, person: str, library: Library, directory: Directory, at: datetime) -> Case:
    """Without this handler. With nobody left who has it or was told, the next are told."""
    had = case.taken_by == person
    kept = tuple(handler for handler in case.handlers if handler.person != person)
    case = replace(case, handlers=kept, former=(*case.former, person))
    if had:
        case = replace(case, taken_by="")
    if not case.open:
        return case
    if had:
        case = waits_for_somebody(case, library.calendar, at)
    return case if anybody(case, library, directory) else tell_next(case, library, directory, at)


def include(case: Case, person: str, added: Recipient, calendar: Calendar, at: datetime) -> Case:
    """Tell one more who is permitted."""
    case = worked(case, "included", person, calendar, at, filled={"role": added.role})
    former = tuple(known for known in case.former if known != added.person)
    return replace(case, handlers=(*case.handlers, added), former=former)


def removable(case: Case, library: Library) -> tuple[Recipient, ...]:
    """Who can be taken off: not whoever took it, and nobody whom the rule or an answer always tells."""
    rule = library.routes.get(case.flow)
    always = set(rule.receive if rule and rule.how == "all" else ())
    always |= {addition.role for addition in rule.also if holds(addition.when, case.picked)} if rule else set()
    return tuple(h for h in case.handlers if h.person != case.taken_by and h.role not in always)


def exclude(case: Case, person: str, removed: Recipient, reason: str, calendar: Calendar, at: datetime) -> Case:
    """Take somebody off who need not have it."""
    case = worked(case, "excluded", person, calendar, at, reason, {"role": removed.role})
    handlers = tuple(handler for handler in case.handlers if handler.person != removed.person)
    return replace(case, handlers=handlers, former=(*case.former, removed.person))


def retype(
    case: Case, person: str, flow: str, reason: str, library: Library, directory: Directory, at: datetime
) -> tuple[Case, tuple[Recipient, ...]]:
    """Make it another kind of report, and tell those who must have that kind. Returns also whom that adds.

    Nobody loses it by that. Whoever has it keeps it if the new kind may go to their role; else it waits for those who
    may have it.
    """
    rule, old = library.routes[flow], case
    case = worked(case, "retyped", person, library.calendar, at, reason, {"old": case.flow, "new": flow})
    found = route(
        rule,
        library.roles,
        directory,
        reporter=case.reporter,
        academy=case.academy,
        barred=case.barred | frozenset(case.former),
        answers=case.picked,
        chosen=tuple(handler.role for handler in case.handlers),
        day=local(library.calendar, at).date(),
    )
    new = tuple(recipient for recipient in found.recipients if not case.handler(recipient.person))
    way = replace(case.route, then=found.then, because=(*case.route.because, *found.because))
    urgent = case.urgent or library.flows[flow].always_urgent
    case = replace(case, flow=flow, urgent=urgent, route=way, handlers=(*case.handlers, *new))
    permitted = {step for role in (*rule.receive, *(a.role for a in rule.also)) for step in climb(library.roles, role)}
    holder = case.handler(person)
    if holder and holder.role not in permitted and new:
        case = waits_for_somebody(replace(case, taken_by=""), library.calendar, at)
    elif urgent != old.urgent:
        case = waits_for_handler(case, library.calendar, at)
    return case, new


def prioritise(case: Case, person: str, *, urgent: bool, calendar: Calendar, at: datetime) -> Case | None:
    """Make it urgent, or no longer; None if it is so already."""
    if case.urgent == urgent:
        return None
    return worked(replace(case, urgent=urgent), "urgent" if urgent else "normal", person, calendar, at)


def refer(case: Case, person: str, filled: Filled, rules: CaseworkRules, calendar: Calendar, at: datetime) -> Case:
    """Somebody outside was told, or gave advice. Telling the authority that the harm test names stops its clock."""
    case = worked(case, "referred", person, calendar, at, filled=filled)
    told = rules.harm_test is not None and filled.get("whom") == rules.harm_test.contact
    return stopped(case, "advice") if told else case


def harm_tested(
    case: Case, person: str, filled: Filled, rules: CaseworkRules, calendar: Calendar, at: datetime
) -> Case:
    """The harm test was answered. Any yes or unsure starts the clock of the authority outside, until it is told."""
    first = not harm_possible(case)
    case = worked(case, "tested", person, calendar, at, filled=filled)
    # Answered again, it gives no more time, and a later "no" does not take back what somebody was not sure of.
    contact = rules.harm_test.contact if rules.harm_test else ""
    told = any(line.step == "referred" and line.told("whom") == contact for line in case.ledger)
    return waits_for_advice(case, calendar, at) if first and harm_possible(case) and not told else case


def harm_possible(case: Case) -> bool:
    """Whether any harm test of it had a yes or unsure."""
    tests = (line for line in case.ledger if line.step == "tested")
    return any(value != "no" for line in tests for _, value in line.detail)


def advised(case: Case, rules: CaseworkRules) -> bool:
    """Whether advice that counts is on the record: of the authority that the harm test asks for, or of those named."""
    first, test = rules.advice_first, rules.harm_test
    by = {line.told("whom") for line in case.ledger if line.step == "referred" and line.told("advice")} - {OTHER}
    if test and harm_possible(case):
        return test.contact in by
    return bool(by & set(first.whom) if first and first.whom else by)


def needs_advice(case: Case, rules: CaseworkRules) -> bool:
    """Whether nobody may speak to the person or look into it yet."""
    first = rules.advice_first
    if advised(case, rules):
        return False
    if harm_possible(case):
        return True
    if first is None:
        return False
    return case.flow in first.flows or any(
        set(options) & set(case.picked.get(question, ())) for question, options in first.when.items()
    )


def check(
    case: Case, person: str, filled: Filled, checklist: Checklist, calendar: Calendar, at: datetime, note: str = ""
) -> Case:
    """Answers to what must be so. All yes settles it, a no as well if that has an outcome; else it stays open."""
    # What is in the register is looked at anew: something may have changed since.
    case = replace(stopped(case, "confirm", "unconfirmed"), outcome="")
    if expired := expire(case):
        case = entered(stopped(expired, "decide", "expire"), "not-decided", at)
    case = worked(case, "checked", person, calendar, at, note, filled)
    if filled and all(value == "yes" for value in filled.values()):
        settled = replace(case, outcome=checklist.met)
        days = checklist.confirm_days
        return waits_for_confirmation(settled, at, days) if days else waits_for_nothing(settled)
    if checklist.refused and "no" in filled.values():
        return waits_for_nothing(replace(case, outcome=checklist.refused))
    return case


def close(case: Case, person: str, outcome: str, line: str, at: datetime) -> Case | None:
    """It is over, with an outcome and a line for the reporter; None if it is over already. Nothing is decided then."""
    if not case.open:
        return None
    if expired := expire(case):
        case = entered(expired, "not-decided", at)
    case = entered(case, "closed", at, case.handler(person), line, (("outcome", outcome),))
    return waits_for_nothing(replace(case, outcome=outcome))


def reopen(case: Case, person: str, reason: str, calendar: Calendar, at: datetime) -> Case | None:
    """It is not over after all; None if it is open. Whoever had it has it again; by the reporter, who is nobody's
    handler, it waits for somebody, also if they had withdrawn it.
    """
    if case.open:
        return None
    withdrawn = case.withdrawn and person != case.reporter
    case = replace(entered(case, "reopened", at, case.handler(person), reason), outcome="", withdrawn=withdrawn)
    if case.taken_by and case.taken_by == person:
        return waits_for_handler(case, calendar, at)
    return waits_for_somebody(replace(case, taken_by=""), calendar, at)


def reroute(case: Case, library: Library, directory: Directory, at: datetime) -> Case | None:
    """The directory has changed: whoever has the case and may no longer loses it, and others are told. None: all well.

    Also where nobody took it yet and nobody of those who were told may any more.
    """
    if not case.open or case.withdrawn:
        return _inherited(case, library, directory, at)
    gone = bool(case.taken_by) and not entitled(case, case.taken_by, directory, library.roles)
    left = anybody(case, library, directory)
    if not gone and (left or case.taken_by):
        return None
    if gone:
        case = waits_for_somebody(let_go(case, "rerouted", at), library.calendar, at)
    told = case if left else tell_next(case, library, directory, at)
    return told if told.ledger != case.ledger or gone else None


def _inherited(case: Case, library: Library, directory: Directory, at: datetime) -> Case | None:
    """A case that is over goes to whoever holds the roles now, without a word, so that its record can still be read."""
    if anybody(case, library, directory):
        return None
    here = situation(case, library, directory, at)
    roles = dict.fromkeys(handler.role for handler in case.handlers if handler.role in library.roles)
    found = tuple(dict.fromkeys(new for role in roles for new in here.nearest(role)))
    if not found:
        return None
    had = next((new for new in found if new.role == _role_of(case)), found[0])
    case = entered(case, "rerouted", at, case.handler(case.taken_by))
    return replace(case, handlers=(*case.handlers, *found), taken_by=had.person)


def _role_of(case: Case) -> str:
    taken = case.handler(case.taken_by)
    return taken.role if taken else ""
