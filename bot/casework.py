"""A case's life: sent, delivered, opened, taken, told to the next, added to, withdrawn. Pure; letters are elsewhere."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.cases import Case, Entered, Identity, Recipient, Route, Said, Step
from bot.clocks import stopped, waits_for_handler, waits_for_somebody
from bot.flows import Calendar
from bot.knowledge import RoleId
from bot.library import Library
from bot.people import Directory
from bot.permissions import entitled, still_holds
from bot.routing import Situation, beyond
from bot.working_time import local

# Crockford's alphabet: no letter that is mistaken for a digit when somebody reads it out.
_PLAIN = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_CROCKFORD = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TO_CROCKFORD = bytes.maketrans(_PLAIN, _CROCKFORD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a finished draft comes to, before it is a case."""

    flow: str
    urgent: bool
    reporter: str
    identity: Identity
    academy: str
    said: tuple[Said, ...]
    picked: dict[str, tuple[str, ...]]
    route: Route


def file(report: Report, calendar: Calendar, chance: bytes, at: datetime) -> Case:
    """A new case. `chance`: 16 random bytes.

    The reference is 40 bits of them, so that it tells nothing, not even how many cases there are.
    """
    case = Case(
        ref=spell(chance[:5]),
        flow=report.flow,
        code="",
        salt=hashlib.sha256(b"salt" + chance).hexdigest(),
        sent_at=at,
        urgent=report.urgent,
        reporter=report.reporter,
        identity=report.identity,
        academy=report.academy,
        said=report.said,
        route=report.route,
        handlers=report.route.recipients,
        due=None,
        picked=report.picked,
        sent_as=(report.flow, report.urgent),
    )
    case = waits_for_somebody(entered(replace(case, code=code_of(case)), "sent", at), calendar, at)
    return case if case.handlers else entered(case, "nobody-left", at)


def code_of(case: Case) -> str:
    """The code that proves what was sent, recomputed from what is kept: 80 bits of a hash over it and its salt."""
    flow, urgent = case.as_sent
    sent = [case.ref, flow, case.sent_at.isoformat(), urgent, case.reporter, case.identity, case.academy]
    said = [[line.asked, line.answer] for line in case.said]
    content = json.dumps([case.salt, sent, said], ensure_ascii=False, separators=(",", ":"))
    return spell(hashlib.sha256(content.encode("utf-8", "surrogatepass")).digest()[:10])


def spell(chance: bytes) -> str:
    """Bytes as something to read out: groups of four letters and digits. A multiple of five bytes leaves no padding."""
    text = base64.b32encode(chance).translate(_TO_CROCKFORD).decode()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def delivered(case: Case, person: str, at: datetime) -> Case | None:
    """The alert reached this person; None if that is known or the person is no handler."""
    return _once(case, "delivered", person, at)


def not_delivered(case: Case, person: str, at: datetime) -> Case | None:
    """The alert will never reach this person; None if that is known."""
    return _once(case, "not-delivered", person, at)


def opened(case: Case, person: str, at: datetime) -> Case:
    """Somebody entitled read it. Every reading is entered; opening is not taking responsibility."""
    return entered(case, "opened", at, case.handler(person))


def take(case: Case, person: str, calendar: Calendar, at: datetime) -> Case | None:
    """This person takes responsibility; None if somebody already has, or it is over. Stops everybody's reminders."""
    if case.taken_by or not case.open:
        return None
    taken = replace(entered(case, "taken", at, case.handler(person)), taken_by=person)
    return waits_for_handler(taken, calendar, at)


def tell_next(case: Case, library: Library, directory: Directory, at: datetime) -> Case:
    """Nobody took responsibility in time, or nobody could be reached: the next who may be told and are here are told.

    In the order that was frozen with the case; where none of a group is here or holds the role any more, whoever holds
    it today, never anybody barred or who has handed it on. With nobody left the ledger says so, once; `due` stays while
    somebody who is away may come back, and is None when nobody will.
    """
    here = situation(case, library, directory, at)
    for group, role in _steps(case, library):
        today = (*filter(lambda known: _may_be_told(case, known, here), group),) or here.available(role)
        told = tuple(recipient for recipient in today if not case.handler(recipient.person))
        if told:
            for recipient in told:
                case = entered(case, "escalated", at, recipient)
            return waits_for_somebody(replace(case, handlers=(*case.handlers, *told)), library.calendar, at)
    later = any(_may_come_back(case, role, here) for _, role in _steps(case, library))
    said = _nobody_left(case)
    case = waits_for_somebody(case if said else entered(case, "nobody-left", at), library.calendar, at)
    # Whoever was told before may still take it, and is not reminded for ever.
    return replace(
        case, due=case.due if later else None, clocks={k: v for k, v in case.clocks.items() if k != "remind"}
    )


def situation(case: Case, library: Library, directory: Directory, at: datetime) -> Situation:
    """From where somebody is looked for who may be told of the case now."""
    return Situation(
        roles=library.roles,
        directory=directory,
        reporter=case.reporter,
        academy=case.academy,
        barred=case.barred | frozenset(case.former),
        day=local(library.calendar, at).date(),
    )


def _steps(case: Case, library: Library) -> Iterator[tuple[tuple[Recipient, ...], RoleId]]:
    """Whom to tell, one after the other: the frozen groups, then roles in which nobody was there when it was sent, and
    those that it went to first, as held today."""
    for group in case.route.then:
        yield group, group[0].role
    rule = library.routes.get(case.flow)
    first = tuple(recipient.role for recipient in case.route.recipients) or (rule.receive if rule else ())
    known = [role for role in first if role in library.roles]
    frozen = {group[0].role for group in case.route.then}
    for role in dict.fromkeys((*beyond(library.roles, known), *known)):
        if role not in frozen:
            yield (), role


def _may_be_told(case: Case, known: Recipient, here: Situation) -> bool:
    person = here.directory.people.get(known.person)
    if person is None or not person.here(here.day) or person.id in here.barred:
        return False
    return still_holds(known, here.directory, here.roles, case.academy)


def _may_come_back(case: Case, role: RoleId, here: Situation) -> bool:
    """Whether somebody who could be told holds the role and is only away."""
    if role not in here.roles:
        return False
    holders = here.directory.holders(here.roles[role], here.academy, here.reporter)
    passed_over = here.barred | {here.reporter}
    return any(h.active and h.id not in passed_over and not case.handler(h.id) for h in holders)


def lost(case: Case) -> bool:
    """Whether no alert will reach anybody of those who were told last: then the next need not wait for a deadline."""
    told = [line for line in case.ledger if line.step in ("escalated", "handed-over")]
    if told and told[-1].step == "handed-over":
        latest = {case.handlers[-1].person} if case.handlers else set()
    else:
        last = {line.person for line in told if line.step == "escalated" and line.at == told[-1].at}
        latest = last or {recipient.person for recipient in case.route.recipients}
    return latest <= _failed(case)


def anybody(case: Case, library: Library, directory: Directory) -> bool:
    """Whether anybody who was told of it, and whom the alert can reach, may still act on it."""
    able = (h.person for h in case.handlers if entitled(case, h.person, directory, library.roles))
    return any(person not in _failed(case) for person in able)


def _failed(case: Case) -> set[str]:
    """Whom no alert can reach."""
    return {line.person for line in case.ledger if line.step == "not-delivered"}


def _nobody_left(case: Case) -> bool:
    """Whether it was said that nobody is left, since somebody last had it."""
    for line in reversed(case.ledger):
        if line.step == "nobody-left":
            return True
        if line.step in ("taken", "handed-over", "reopened", "lapsed", "rerouted"):
            return False
    return False


def let_go(case: Case, step: Step, at: datetime) -> Case:
    """Whoever took it has it no longer: it lapsed, or they are gone. It waits for somebody again."""
    return replace(entered(case, step, at, case.handler(case.taken_by)), taken_by="")


def wait_anew(case: Case, at: datetime) -> Case:
    """Nobody who was told may act on it any more: it waits for the next again, from now."""
    return replace(case, taken_by="", due=at)


def added(case: Case, text: str, at: datetime) -> Case:
    """The reporter added something, or answered. What was sent stays as it is."""
    return entered(case, "added", at, text=text)


def has_unread(case: Case) -> bool:
    """Whether something was added since a handler last looked: then they were told of that already."""
    by = [line.person for line in case.ledger if line.person or line.step == "added"]
    return by[-1:] == [""]


def withdraw(case: Case, at: datetime) -> Case | None:
    """The reporter withdrew it; None if it is over already. The record stays."""
    if case.withdrawn or not case.open:
        return None
    # Whoever has it may have to act all the same: what must be told outside, or decided, goes on waiting.
    case = stopped(case, "remind", "idle", "lapse", "confirm", "unconfirmed")
    return replace(entered(case, "withdrawn", at), withdrawn=True, due=None)


def entered(
    case: Case,
    step: Step,
    at: datetime,
    who: Recipient | None = None,
    text: str = "",
    detail: tuple[tuple[str, str], ...] = (),
) -> Case:
    """The case with one more line in its ledger."""
    person, role = (who.person, who.role) if who else ("", "")
    line = Entered(at=at, step=step, person=person, role=role, text=text, detail=detail)
    return replace(case, ledger=(*case.ledger, line))


def _once(case: Case, step: Step, person: str, at: datetime) -> Case | None:
    handler = case.handler(person)
    if handler is None or any(line.step == step and line.person == person for line in case.ledger):
        return None
    return entered(case, step, at, handler)
