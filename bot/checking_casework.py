"""What must hold of casework.yaml and case-wording.yaml: every name is known, and every window has its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import get_args

from bot.case_wording import FIELDS, Action, CaseWording
from bot.casework_rules import CaseworkRules
from bot.checking_flows import check_picked
from bot.errors import Fault
from bot.flows import Question, When
from bot.shelves import SHELVES
from bot.sources import Known, Source, unknown
from bot.yamltext import Path


def check_casework(source: Source, rules: CaseworkRules, known: Known) -> Iterator[Fault | None]:
    """Faults of the rules of casework: flows, roles, contacts, questions and outcomes that are none."""
    yield from _twice(source, ("outcomes",), (outcome.id for outcome in rules.outcomes))
    if not any(outcome.pick for outcome in rules.outcomes):
        yield source.fault(("outcomes",), "a case can be closed with none of these", "Leave pick out of one of them.")
    if rules.advice_first:
        yield from _flows(source, ("advice_first", "flows"), rules.advice_first.flows, known)
        yield from _contacts(source, ("advice_first", "whom"), rules.advice_first.whom, known)
        yield from _picked_somewhere(source, ("advice_first",), rules.advice_first.when, known)
    yield from _contacts(source, ("referrals",), rules.referrals, known)
    if test := rules.harm_test:
        yield from _flows(source, ("harm_test", "flows"), test.flows, known)
        yield from _roles(source, ("harm_test", "roles"), test.roles, known)
        yield from _contacts(source, ("harm_test", "contact"), (test.contact,), known)
        yield from _twice(source, ("harm_test", "questions"), (question.id for question in test.questions))
        if test.contact not in rules.referrals:
            problem = f'nobody can record that "{test.contact}" was told: it is not among the referrals'
            yield source.fault(("harm_test", "contact"), problem, "Add it to referrals.")
    yield from _checklists(source, rules, known)
    if decision := rules.decision:
        yield from _flows(source, ("decision", "flows"), decision.flows, known)
        yield from _roles(source, ("decision", "roles"), decision.roles, known)
    if repeat := rules.repeat:
        yield from _flows(source, ("repeat", "flows"), repeat.flows, known)
        yield from _roles(source, ("repeat", "tell"), (repeat.tell,), known)
        yield from _counted(source, rules, known)
    yield from _roles(source, ("figures",), rules.figures, known)


def check_case_wording(source: Source, wording: CaseWording) -> Iterator[Fault | None]:
    """Faults of the wording of casework: a button, a window's field or a list that has no words."""
    remedy = "Copy it from the first knowledge folder."
    for action in get_args(Action):
        words = wording.actions.get(action)
        if words is None:
            yield source.fault(("actions",), f'there are no words for "{action}"', remedy)
            continue
        for name in FIELDS.get(action, ()):
            if name not in words.fields:
                yield source.fault(("actions", action, "fields"), f'there are no words for the field "{name}"', remedy)
    for shelf in SHELVES:
        if shelf not in wording.shelves:
            yield source.fault(("shelves",), f'there are no words for the list "{shelf}"', remedy)
    for part in ("reporter", "handlers", "notes", "outside"):
        if part not in wording.parts:
            yield source.fault(("parts",), f'there are no words for the part "{part}"', remedy)


def _checklists(source: Source, rules: CaseworkRules, known: Known) -> Iterator[Fault | None]:
    outcomes = {outcome.id for outcome in rules.outcomes}
    for name, checklist in rules.checklists.items():
        path: Path = ("checklists", name)
        yield from _flows(source, path, (name,), known)
        yield from _twice(source, (*path, "questions"), (check.id for check in checklist.questions))
        for key, outcome in (("met", checklist.met), ("refused", checklist.refused)):
            if outcome and outcome not in outcomes:
                yield unknown(source, (*path, key), "outcome", outcome, outcomes, known)
        asked = _asked(name, known)
        for number, check in enumerate(checklist.questions):
            here = (*path, "questions", number)
            for question in check.when:
                if asked is not None and question not in asked:
                    yield unknown(source, (*here, "when", question), f"question of {name}", question, asked, known)
            yield from check_picked(source, here, check.when, asked or {}, known)


def _counted(source: Source, rules: CaseworkRules, known: Known) -> Iterator[Fault | None]:
    """Concerns alone are counted, and people are known only from questions that pick people."""
    assert rules.repeat is not None
    for flow in rules.repeat.flows:
        if flow in rules.checklists:
            problem = f'"{flow}" is a declaration or request, which is never counted as a concern'
            yield source.fault(("repeat", "flows"), problem, "Remove it here, or its checklist.")
    if known.partial & {"flow", "question"}:
        return
    people = {q.id for flow in known.flows for q in (_asked(flow, known) or {}).values() if q.kind == "people"}
    for question in rules.repeat.questions:
        if question not in people:
            yield unknown(source, ("repeat", "questions"), "question", question, people, known)


def _picked_somewhere(source: Source, path: Path, when: When, known: Known) -> Iterator[Fault | None]:
    """Whether each question of a condition is asked somewhere, with these options."""
    if known.partial & {"flow", "question"}:
        return
    asked: dict[str, Question] = {}
    for flow in known.flows:
        asked |= _asked(flow, known) or {}
    for name in when:
        if name not in asked:
            yield unknown(source, (*path, "when", name), "question", name, asked, known)
    yield from check_picked(
        source, path, {name: picked for name, picked in when.items() if name in asked}, asked, known
    )


def _asked(flow: str, known: Known) -> Mapping[str, Question] | None:
    found = known.asked(known.flows[flow]) if flow in known.flows else None
    return None if found is None else {question.id: question for question in found}


def _flows(source: Source, path: Path, flows: Iterable[str], known: Known) -> Iterator[Fault | None]:
    for flow in flows:
        if flow not in known.routes:
            yield unknown(source, path, "route", flow, known.routes, known)


def _roles(source: Source, path: Path, roles: Iterable[str], known: Known) -> Iterator[Fault | None]:
    for role in roles:
        if role not in known.roles:
            yield unknown(source, path, "role", role, known.roles, known)


def _contacts(source: Source, path: Path, contacts: Iterable[str], known: Known) -> Iterator[Fault | None]:
    for contact in contacts:
        if contact not in known.contacts:
            yield unknown(source, path, "contact", contact, known.contacts, known)


def _twice(source: Source, path: Path, ids: Iterable[str]) -> Iterator[Fault]:
    met: set[str] = set()
    for name in ids:
        if name in met:
            yield source.fault(path, f'"{name}" stands there twice', "Give one of them another id.")
        met.add(name)
