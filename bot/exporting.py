"""The record of one case as plain data: what was said, done and decided, by whom, when, and the codes that prove it.

Made to be understood a year later by somebody who does not have this program, so everything is spelled out. Ids of
people never enter it; whatever the handler chose to leave out is gone from every text, and the record says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.case_windows import label_of
from bot.cases import Case, Entered, Grant, Press, Proposal, Recipient
from bot.library import Library
from bot.people import Directory
from bot.permissions import both_read
from bot.ports import AuditCode
from bot.redacting import Mask, Redaction, address_mask, name_masks
from bot.showing import step, written
from bot.words import kind_title, moment, title, told_outside, urgency
from bot.working import harm_possible

Record = dict[str, Any]
"""Plain data that JSON can hold."""

FORMAT = 1
"""The number of this form of the record, for whatever reads it later."""

EXACT = frozenset({"utc", "local", "reference", "code", "hash", "head", "id", "step", "action", "left_out"})
"""What proves or names something and is never altered; no words of people stand there."""

_BY_REPORTER = ("sent", "added", "withdrawn", "confirmed", "ended")
_DECIDING = ("declined",)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """What a record is made from."""

    library: Library
    directory: Directory
    case: Case
    grant: Grant

    def leaves(self, part: str) -> bool:
        return part in self.grant.without


def record(
    library: Library, directory: Directory, case: Case, grant: Grant, codes: Sequence[AuditCode], now: datetime
) -> Record:
    """The record of a case for whoever the link was made for. `codes` are the case's rows of the audit chain."""
    sheet = _Sheet(library=library, directory=directory, case=case, grant=grant)
    told = {**_head(sheet, now), **_story(sheet), **_work(sheet), "audit": _audit(library, codes)}
    told["left_out"] = _left_out(sheet)
    shown: Record = _redaction(sheet).tree(told, EXACT)
    return shown


def _head(sheet: _Sheet, now: datetime) -> Record:
    library, case = sheet.library, sheet.case
    flow, reader = library.flows.get(case.flow), case.handler(sheet.grant.person)
    policy = library.policies.get(flow.policy) if flow else None
    sent_as, withdrawn = case.as_sent, case.last("withdrawn")
    head = policy.head if policy else next(iter(library.policies.values())).head
    return {
        "format": FORMAT,
        "organisation": head.organisation,
        "policy": {"title": policy.head.title, "date": policy.head.date} if policy else None,
        "made": {"at": _time(library, now), "role": title(library, reader.role) if reader else ""},
        "reference": case.ref,
        "code": case.code,
        "kind": {"id": case.flow, "title": kind_title(library, case.flow)},
        "academy": case.academy,
        "urgency": _urgency(library, urgent=case.urgent),
        "sent": _time(library, case.sent_at),
        "sent_as": {
            "kind": {"id": sent_as[0], "title": kind_title(library, sent_as[0])},
            "urgency": _urgency(library, urgent=sent_as[1]),
        },
        "closed": _closed(sheet),
        "withdrawn": _time(library, withdrawn.at) if withdrawn else None,
        "reporter": _reporter(sheet),
    }


def _story(sheet: _Sheet) -> Record:
    """What was sent, to whom, and how it ended."""
    case, words = sheet.case, sheet.library.report_wording
    return {
        "received": [_received(sheet, recipient) for recipient in _recipients(case)],
        "because": list(case.route.because),
        "said": [{"question": said.asked, "answer": said.answer or words.not_answered} for said in case.said],
        "outcome": _outcome(sheet),
    }


def _work(sheet: _Sheet) -> Record:
    """What was done with it, from the ledger."""
    ledger = [line for line in sheet.case.ledger if line.step != "rated"]
    notes = [] if sheet.leaves("notes") else [line for line in ledger if line.text and _private(line)]
    tests = [line for line in ledger if line.step == "tested"]
    checks = [line for line in ledger if line.step == "checked"]
    referred = [] if sheet.leaves("outside") else [line for line in ledger if line.step == "referred"]
    return {
        "timeline": [_entry(sheet, line) for line in ledger],
        "messages": [_written(sheet, line) for line in ledger if line.text and both_read(line)],
        "notes": [_written(sheet, line) for line in notes],
        "referrals": [_done(sheet, line) for line in referred],
        "harm_test": _harm(sheet, tests[-1]) if tests else None,
        "checks": {"title": label_of(sheet.library, sheet.case, "case:check"), **_done(sheet, checks[-1])}
        if checks
        else None,
        "decisions": [_decision(sheet, proposal) for proposal in sheet.case.proposals],
    }


def _reporter(sheet: _Sheet) -> Record:
    words, case = sheet.library.page_wording, sheet.case
    treated = words.treated_named if case.identity == "named" else words.treated_confidential
    name = words.name_left_out if sheet.leaves("reporter") else _name(sheet, case.reporter) or words.unknown_name
    return {"name": name, "identity": {"id": case.identity, "title": treated}}


def _received(sheet: _Sheet, recipient: Recipient) -> Record:
    """Who, in which role, for whom, and when they were told."""
    case, ledger = sheet.case, sheet.case.ledger
    first = any(known.person == recipient.person for known in case.route.recipients)
    later = next((line.at for line in ledger if line.person == recipient.person), None)
    instead = [known for known in case.handlers if known.person == recipient.person and known.for_person]
    return {
        **_who(sheet, recipient.person, recipient.role),
        "for": _who(sheet, instead[0].for_person, recipient.role) if instead else None,
        "first": first,
        "since": None if first or later is None else _time(sheet.library, later),
        "taken": any(line.step == "taken" and line.person == recipient.person for line in ledger),
        "still": case.handler(recipient.person) is not None,
    }


def _recipients(case: Case) -> Iterator[Recipient]:
    """Everybody who has had the case, each once, in the order in which they were told."""
    met: set[str] = set()
    in_ledger = (
        Recipient(person=line.person, role=line.role)
        for line in case.ledger
        if line.person and line.person != case.reporter and line.step not in ("agreed", "declined")
    )
    for recipient in (*case.route.recipients, *in_ledger, *case.handlers):
        if recipient.person not in met:
            met.add(recipient.person)
            yield recipient


def _closed(sheet: _Sheet) -> Record | None:
    """When it ended, if it has: by being closed, or by a check that settled it."""
    if sheet.case.open:
        return None
    ended = sheet.case.last("closed", "checked")
    return _time(sheet.library, ended.at) if ended else None


def _outcome(sheet: _Sheet) -> Record | None:
    case, found = sheet.case, sheet.library.casework.outcome(sheet.case.outcome)
    if case.open:
        return None
    closed = case.last("closed")
    label, told = (found.label, found.told) if found else (case.outcome, "")
    return {"id": case.outcome, "title": label, "told": told, "line": closed.text if closed else ""}


def _entry(sheet: _Sheet, line: Entered) -> Record:
    """A line of the ledger."""
    hidden = sheet.leaves("notes") and _private(line)
    return {
        "at": _time(sheet.library, line.at),
        "step": line.step,
        "title": step(sheet.library, line),
        "by": _by(sheet, line),
        "text": "" if hidden else line.text,
        "details": list(_details(sheet, line)),
    }


def _written(sheet: _Sheet, line: Entered) -> Record:
    time = _time(sheet.library, line.at)
    return {"at": time, "title": written(sheet.library, line), "by": _by(sheet, line), "text": line.text}


def _done(sheet: _Sheet, line: Entered) -> Record:
    """Something that was filled in, field by field."""
    details = list(_details(sheet, line))
    return {"at": _time(sheet.library, line.at), "by": _by(sheet, line), "details": details}


def _harm(sheet: _Sheet, line: Entered) -> Record:
    words, test = sheet.library.page_wording, sheet.library.casework.harm_test
    result = words.harm_may if harm_possible(sheet.case) else words.harm_not
    return {"title": test.label if test else "", "result": result, **_done(sheet, line)}


def _details(sheet: _Sheet, line: Entered) -> Iterator[Record]:
    """What was filled in besides, with the words that were asked."""
    library, words = sheet.library, sheet.library.case_wording
    match line.step:
        case "referred" if not sheet.leaves("outside"):
            fields = words.actions["refer"].fields
            for name, value in line.detail:
                yield {"label": fields[name].label, "value": told_outside(library, value) if name == "whom" else value}
        case "tested" | "checked":
            asked = _asked(library, sheet.case)
            for name, value in line.detail:
                yield {"label": asked.get(name, name), "value": words.answer(value)}
        case "closed":
            outcome = library.casework.outcome(line.told("outcome"))
            yield {"label": words.outcome, "value": outcome.label if outcome else line.told("outcome")}
        case "retyped":
            yield {"label": library.page_wording.before, "value": kind_title(library, line.told("old"))}


def _asked(library: Library, case: Case) -> dict[str, str]:
    """The questions of the harm test and of the checks, by id."""
    test, checklist = library.casework.harm_test, library.casework.checklists.get(case.flow)
    asked = {question.id: question.ask for question in (test.questions if test else ())}
    return asked | {question.id: question.ask for question in (checklist.questions if checklist else ())}


def _urgency(library: Library, *, urgent: bool) -> Record:
    return {"id": "urgent" if urgent else "normal", "title": urgency(library, urgent=urgent)}


def _decision(sheet: _Sheet, proposal: Proposal) -> Record:
    library, words = sheet.library, sheet.library.page_wording
    by = next((e.role for e in sheet.case.ledger if e.step == "proposed" and e.at == proposal.at), "")
    ended = {"decided": words.decided, "declined": words.not_agreed, "expired": words.ran_out}
    return {
        "title": label_of(library, sheet.case, "case:propose"),
        "at": _time(library, proposal.at),
        "by": _who(sheet, proposal.by, by),
        "purpose": proposal.purpose,
        "viewed": proposal.viewed,
        "why": proposal.why,
        "agreed": [_press(sheet, press) for press in proposal.agreed],
        "declined": [_press(sheet, press) for press in proposal.declined],
        "outcome": {"id": proposal.ended or "open", "title": ended.get(proposal.ended, words.undecided)},
    }


def _press(sheet: _Sheet, press: Press) -> Record:
    who = _who(sheet, press.person, press.role)
    return {**who, "at": _time(sheet.library, press.at), "reason": press.reason}


def _audit(library: Library, codes: Sequence[AuditCode]) -> Record:
    """The rows that prove it, as they are kept; not that the reporter said how it went, which is only counted."""
    shown = [code for code in codes if code.action != "rated"]
    rows = [{"number": code.number, "utc": code.at, "action": code.action, "hash": code.hash} for code in shown]
    return {"rows": rows, "head": shown[-1].hash if shown else ""}


def _left_out(sheet: _Sheet) -> Record:
    """What the handler chose to leave out: that it is so, never what it was."""
    words, parts = sheet.library.page_wording, sheet.library.case_wording.parts
    told = [parts[part] for part in sheet.grant.without]
    if count := len(sheet.grant.words):
        told.append(words.blacked_out.format(count=count))
    return {"parts": list(sheet.grant.without), "words": count, "told": told or [words.left_out_nothing]}


def _by(sheet: _Sheet, line: Entered) -> Record:
    """Who did it: in a role, the reporter, or the assistant itself."""
    if line.role:
        return _who(sheet, line.person, line.role)
    reporter = line.step in _BY_REPORTER or (line.step == "reopened" and not line.person)
    words = sheet.library
    return {"role": words.page_wording.the_reporter if reporter else words.wording.assistant, "name": ""}


def _who(sheet: _Sheet, person: str, role: str) -> Record:
    """Somebody by role and name. Without handlers' names, and of whoever has gone, the role alone."""
    name = "" if sheet.leaves("handlers") else _name(sheet, person)
    called = title(sheet.library, role)
    return {"role": called, "name": "" if name == called else name}


def _name(sheet: _Sheet, person: str) -> str:
    known = sheet.directory.people.get(person)
    return known.name if known else ""


def _private(line: Entered) -> bool:
    """Whether only handlers read its words; the reasons in a decision are part of that."""
    return not both_read(line) and line.step not in _DECIDING


def _time(library: Library, at: datetime) -> Record:
    return {"utc": at.astimezone(UTC).isoformat(timespec="seconds"), "local": moment(library, at)}


def _redaction(sheet: _Sheet) -> Redaction:
    """Names that give way, addresses of all who had to do with it, and the words that were named."""
    library, case, words = sheet.library, sheet.case, sheet.library.page_wording
    spare, roles = _spare(sheet), {recipient.person: recipient.role for recipient in _recipients(case)}
    roles |= {press.person: press.role for p in case.proposals for press in (*p.agreed, *p.declined)}
    masks: list[Mask] = []
    for person in _involved(case):
        name, role = _name(sheet, person), title(library, roles[person]) if person in roles else ""
        gone = sheet.leaves("reporter") if person == case.reporter else sheet.leaves("handlers") and bool(role)
        by = words.the_reporter if person == case.reporter else role
        if gone and name:
            masks += name_masks(name, by, spare)
        if "@" in person:
            masks.append(address_mask(person, (by if gone else name or by) or words.unknown_name))
    return Redaction(masks, sheet.grant.words)


def _involved(case: Case) -> Iterator[str]:
    """Everybody whose id stands in the case."""
    picked = [value for values in case.picked.values() for value in values]
    told = [recipient.person for group in (case.handlers, *case.route.then) for recipient in group]
    pressed = [press.person for p in case.proposals for press in (*p.agreed, *p.declined)]
    here = [case.reporter, *(r.person for r in _recipients(case)), *told, *(p.by for p in case.proposals), *pressed]
    yield from dict.fromkeys(person for person in (*here, *case.former, *case.barred, *picked) if person)


def _spare(sheet: _Sheet) -> Collection[str]:
    """Words that stand in names of roles, places and questions, and are not taken for parts of anybody's name."""
    library, people = sheet.library, sheet.directory.people.values()
    titles = [role.title for role in library.roles.values()]
    places = [academy for person in people for academy in person.academies]
    asked = [said.asked for said in sheet.case.said]
    said = " ".join((*titles, *places, *asked, *library.lexicon.name_follows))
    return frozenset(word.strip(".,").casefold() for word in said.split())
