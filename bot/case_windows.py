"""The windows in which something is done to a case: what each asks, as far as the case and the person allow it now."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from bot.case_wording import Action
from bot.cases import Case, Recipient
from bot.casework_rules import OTHER
from bot.filling import Sent, again
from bot.library import Library
from bot.messages import Block, Field, Form, Message, Notice, Option, Paragraph
from bot.people import Directory
from bot.routing import holds
from bot.words import called
from bot.working import candidates, colleagues, harm_possible, removable

SHORT = 300
"""Characters in a field that holds a name, a time or a number."""

_EVENTS: Mapping[str, Action] = {"mine:reopen": "reopen-own", "mine:rate": "rate", "decide:decline": "decline"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A case on somebody's desk: all that a window needs to know."""

    library: Library
    directory: Directory
    case: Case
    person: str
    at: datetime


def window(desk: Desk, event: str, sent: Sent | None = None, problem: str = "") -> Message:
    """The window for an event such as `case:close`, with what was `sent` still in it and what was amiss with that."""
    words = desk.library.case_wording.actions[action_of(event)]
    fields = fields_for(desk, event)
    blocks: list[Block] = [Paragraph(text=words.intro)] if words.intro else []
    blocks += [Paragraph(text=line) for line in _intro(desk, event)]
    if problem:
        blocks.append(Notice(text=problem))
    shown = fields if sent is None else again(fields, sent)
    blocks.append(Form(form=f"{event}:{desk.case.ref}", fields=shown, send=words.send or words.label))
    return Message(summary=_title(desk, event), blocks=tuple(blocks), private=True)


def action_of(event: str) -> Action:
    """Under which name an event stands in the wording."""
    return _EVENTS.get(event) or cast(Action, event.partition(":")[2])


def fields_for(desk: Desk, event: str) -> tuple[Field, ...]:
    """The fields of a window; empty for what is done without one."""
    draw = _FIELDS.get(event)
    return draw(desk) if draw else ()


def mark(case: Case, person: str) -> str:
    """What stands for a person in a field of this case's windows: no address goes to a client."""
    return hashlib.sha256(f"{case.salt}:{person}".encode()).hexdigest()[:12]


def marked(case: Case, people: Iterable[Recipient], value: str) -> Recipient | None:
    """Who was meant by a value."""
    return next((recipient for recipient in people if mark(case, recipient.person) == value), None)


def settled_when(desk: Desk) -> tuple[str, ...]:
    """The checks that apply to this case, by id."""
    checklist = desk.library.casework.checklists.get(desk.case.flow)
    return tuple(c.id for c in checklist.questions if holds(c.when, desk.case.picked)) if checklist else ()


def _text(event: str, name: str, *, optional: bool = False, limit: int = 3000) -> Callable[[Desk], tuple[Field, ...]]:
    return lambda desk: (_field(desk, event, name, "text", optional=optional, limit=limit),)


def _field(
    desk: Desk,
    event: str,
    name: str,
    kind: Literal["text", "choice", "many"],
    options: Iterable[Option] = (),
    *,
    value: tuple[str, ...] = (),
    optional: bool = False,
    limit: int = 3000,
) -> Field:
    words = desk.library.case_wording.actions[action_of(event)].fields[name]
    return Field(
        name=name,
        kind=kind,
        label=words.label,
        help=words.help or "",
        options=tuple(options),
        value=value,
        optional=optional,
        limit=limit,
    )


def _people(desk: Desk, people: Iterable[Recipient]) -> tuple[Option, ...]:
    return tuple(
        Option(
            label=called(desk.library, desk.directory, recipient.person, recipient.role),
            value=mark(desk.case, recipient.person),
        )
        for recipient in people
    )


def _hand_over(desk: Desk) -> tuple[Field, ...]:
    others = colleagues(desk.case, desk.person, desk.library, desk.directory)
    people = (*others, *candidates(desk.case, desk.library, desk.directory, desk.at))
    event = "case:hand-over"
    return (
        _field(desk, event, "to", "choice", _people(desk, people)),
        _field(desk, event, "reason", "text", limit=1000),
    )


def _retype(desk: Desk) -> tuple[Field, ...]:
    # What may have harmed a child is never turned into a declaration.
    out = {desk.case.flow, *(desk.library.casework.checklists if harm_possible(desk.case) else ())}
    flows = [flow for flow in desk.library.routes if flow not in out]
    options = [Option(label=desk.library.flows[flow].title, value=flow) for flow in flows]
    event = "case:retype"
    return (_field(desk, event, "flow", "choice", options), _field(desk, event, "reason", "text", limit=1000))


def _include(desk: Desk) -> tuple[Field, ...]:
    people = candidates(desk.case, desk.library, desk.directory, desk.at)
    return (_field(desk, "case:include", "to", "choice", _people(desk, people)),)


def _exclude(desk: Desk) -> tuple[Field, ...]:
    people, event = removable(desk.case, desk.library), "case:exclude"
    return (
        _field(desk, event, "who", "choice", _people(desk, people)),
        _field(desk, event, "reason", "text", limit=1000),
    )


def _refer(desk: Desk) -> tuple[Field, ...]:
    library, event = desk.library, "case:refer"
    options = [Option(label=_capital(library.contacts[name].name), value=name) for name in library.casework.referrals]
    options.append(Option(label=library.case_wording.other, value=OTHER))
    return (
        _field(desk, event, "whom", "choice", options),
        _field(desk, event, "who", "text", limit=SHORT),
        _field(desk, event, "when", "text", limit=SHORT),
        _field(desk, event, "reference", "text", optional=True, limit=SHORT),
        _field(desk, event, "advice", "text", optional=True),
    )


def _test(desk: Desk) -> tuple[Field, ...]:
    test, words = desk.library.casework.harm_test, desk.library.case_wording
    answers = (
        Option(label=words.answer_yes, value="yes"),
        Option(label=words.answer_unsure, value="unsure"),
        Option(label=words.answer_no, value="no"),
    )
    return tuple(Field(name=q.id, kind="choice", label=q.ask, options=answers) for q in test.questions) if test else ()


def _check(desk: Desk) -> tuple[Field, ...]:
    checklist, words = desk.library.casework.checklists.get(desk.case.flow), desk.library.case_wording
    answers = (
        Option(label=words.answer_yes, value="yes"),
        Option(label=words.answer_no, value="no"),
        Option(label=words.answer_not_yet, value="not-yet"),
    )
    known = desk.case.last("checked")
    asked = tuple(
        Field(
            name=check.id,
            kind="choice",
            label=check.ask,
            options=answers,
            value=(known.told(check.id),) if known and known.told(check.id) else (),
        )
        for check in (checklist.questions if checklist else ())
        if check.id in settled_when(desk)
    )
    return (*asked, _field(desk, "case:check", "note", "text", optional=True, limit=1000))


def _propose(desk: Desk) -> tuple[Field, ...]:
    return tuple(_field(desk, "case:propose", name, "text", limit=1500) for name in ("purpose", "viewed", "why"))


def _close(desk: Desk) -> tuple[Field, ...]:
    outcomes = [Option(label=o.label, value=o.id) for o in desk.library.casework.outcomes if o.pick]
    event = "case:close"
    return (_field(desk, event, "outcome", "choice", outcomes), _field(desk, event, "line", "text", limit=1500))


def _export(desk: Desk) -> tuple[Field, ...]:
    parts = [Option(label=label, value=part) for part, label in desk.library.case_wording.parts.items()]
    value = ("reporter",) if desk.case.identity == "confidential" else ()
    event = "case:export"
    return (
        _field(desk, event, "without", "many", parts, value=value, optional=True),
        _field(desk, event, "words", "text", optional=True, limit=1000),
    )


def _rate(desk: Desk) -> tuple[Field, ...]:
    return tuple(
        Field(
            name=question.id,
            kind="choice",
            label=question.ask,
            options=tuple(Option(label=option.label, value=option.id) for option in question.options),
        )
        for question in desk.library.casework.how_it_went
    )


_FIELDS: Mapping[str, Callable[[Desk], tuple[Field, ...]]] = {
    "case:message": _text("case:message", "text"),
    "case:note": _text("case:note", "text"),
    "case:hand-over": _hand_over,
    "case:conflict": _text("case:conflict", "reason", optional=True, limit=1000),
    "case:retype": _retype,
    "case:include": _include,
    "case:exclude": _exclude,
    "case:refer": _refer,
    "case:speak": _text("case:speak", "text"),
    "case:look": _text("case:look", "text"),
    "case:test": _test,
    "case:check": _check,
    "case:name": _text("case:name", "person", limit=SHORT),
    "case:propose": _propose,
    "case:close": _close,
    "case:reopen": _text("case:reopen", "reason", limit=1000),
    "case:export": _export,
    "decide:decline": _text("decide:decline", "reason", limit=1000),
    "mine:rate": _rate,
    "mine:reopen": _text("mine:reopen", "reason", limit=1500),
}


def _title(desk: Desk, event: str) -> str:
    """What a window is called: as its button, which for some is the organisation's own."""
    return label_of(desk.library, desk.case, event)


def label_of(library: Library, case: Case, event: str) -> str:
    """What the button is called that leads to this event."""
    rules = library.casework
    match event:
        case "case:test" if rules.harm_test:
            return rules.harm_test.label
        case "case:check" if case.flow in rules.checklists:
            return rules.checklists[case.flow].label
        case "case:propose" if rules.decision:
            return rules.decision.label
        case "case:name" if rules.repeat:
            return rules.repeat.label
        case _:
            return library.case_wording.actions[action_of(event)].label


def _intro(desk: Desk, event: str) -> tuple[str, ...]:
    rules = desk.library.casework
    match event:
        case "case:test" if rules.harm_test:
            return (rules.harm_test.intro,)
        case "case:propose" if rules.decision:
            return (rules.decision.intro,)
        case "case:name" if rules.repeat:
            return (rules.repeat.intro,)
        case _:
            return ()


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
