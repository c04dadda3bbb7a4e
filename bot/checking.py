"""What must hold across files of the knowledge. Reports every fault at once, with file, place and remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from string import Formatter
from typing import TypeAlias

from bot.case_wording import CASE_PLACES, CaseWording
from bot.casework_rules import CaseworkRules
from bot.checking_casework import check_case_wording, check_casework
from bot.checking_flows import check_flow, check_questions
from bot.checking_routes import check_calendar, check_contacts, check_roles, check_routes
from bot.errors import Fault
from bot.flows import Calendar, Contact, ContactFile, Flow, Question, QuestionFile, RouteFile
from bot.knowledge import (
    Entry,
    EntryFile,
    ExampleFile,
    LexiconFile,
    Policy,
    Qualifier,
    QualifierFile,
    Role,
    RoleFile,
    Shape,
    Silence,
    SilenceFile,
    Smalltalk,
    SmalltalkFile,
)
from bot.page_wording import PAGE_PLACES, PageWording
from bot.report_wording import REPORT_PLACES, ReportWording
from bot.sources import Known, Source, unknown
from bot.wording import PLACES, Wording
from bot.yamltext import Path

_SPACES = re.compile(r"[^a-z0-9]+")


Matter: TypeAlias = Entry | Silence | Flow | Smalltalk | Role | Qualifier | Question | Contact
"""Something that has an id of its own."""


def check(sources: Iterable[Source], known: Known) -> list[Fault]:
    """All faults that can only be seen by looking at several files together."""
    kept = list(sources)
    faults = [fault for source in kept for fault in _references(source, known) if fault]
    return faults + list(_twins(kept)) + list(_shared_with_examples(kept))


def _references(source: Source, known: Known) -> Iterator[Fault | None]:
    match source.content:
        case EntryFile(policy=policy, entries=entries):
            yield from _policy_reference(source, policy, known)
            for number, entry in enumerate(entries):
                yield from _entry(source, ("entries", number), entry, known.policies.get(policy), known)
        case SilenceFile(policy=policy, silences=silences):
            yield from _policy_reference(source, policy, known)
            for number, silence in enumerate(silences):
                yield from _silence(source, ("silences", number), silence, known.policies.get(policy), known)
        case LexiconFile() as lexicon:
            for key in ("asking", "duty", "danger"):
                for concept in getattr(lexicon, key):
                    if concept not in known.concepts:
                        yield unknown(source, (key,), "concept", concept, known.concepts, known)
        case ExampleFile() as examples:
            yield from _policy_reference(source, examples.policy, known)
            yield from _examples(source, examples, known)
        case Wording() as wording:
            yield from _placeholders(source, wording, PLACES)
        case ReportWording() as wording:
            yield from _placeholders(source, wording, REPORT_PLACES)
        case CaseWording() as wording:
            yield from _placeholders(source, wording, CASE_PLACES)
            yield from check_case_wording(source, wording)
        case PageWording() as wording:
            yield from _placeholders(source, wording, PAGE_PLACES)
        case _:
            yield from _about_reports(source, known)


def _about_reports(source: Source, known: Known) -> Iterator[Fault | None]:
    match source.content:
        case Flow() as flow:
            yield from _policy_reference(source, flow.policy, known)
            yield from check_flow(source, flow, known)
        case QuestionFile() as file:
            yield from check_questions(source, file, known)
        case RoleFile() as file:
            yield from check_roles(source, file, known)
        case RouteFile() as file:
            yield from check_routes(source, file, known)
        case ContactFile() as file:
            yield from check_contacts(source, file, known)
        case Calendar() as calendar:
            yield from check_calendar(source, calendar, known)
        case CaseworkRules() as rules:
            yield from check_casework(source, rules, known)


def _policy_reference(source: Source, policy: str, known: Known) -> Iterator[Fault | None]:
    if policy not in known.policies:
        yield unknown(source, ("policy",), "policy", policy, known.policies, known)


def _entry(source: Source, path: Path, entry: Entry, policy: Policy | None, known: Known) -> Iterator[Fault | None]:
    if entry.clause is None and entry.fact is None:
        remedy = "Name the clause it rests on (clause: 7/4), or a fact of the policy's head (fact: next_review)."
        yield source.fault(path, f'the answer "{entry.id}" rests on nothing', remedy)
    tension = entry.tension.clauses if entry.tension else ()
    for clause in (*filter(None, (entry.clause,)), *entry.also, *tension):
        if policy and clause not in policy.clauses:
            yield unknown(source, path, "clause", clause, policy.clauses, known)
    if policy and entry.clause in policy.clauses:
        held = len(policy.clauses[entry.clause].sentences)
        for sentence in entry.show:
            if not 1 <= sentence <= held:
                remedy = f"Name sentences from 1 to {held}, or remove show to quote the whole clause."
                problem = f"the quote no longer exists: clause {entry.clause} has no sentence {sentence}"
                yield source.fault((*path, "show"), problem, remedy)
        if entry.holds and entry.holds not in policy.clauses[entry.clause].text:
            problem = f'the quote no longer exists: clause {entry.clause} does not hold "{entry.holds}"'
            remedy = "The policy has changed there: find the clause that says it now, and read the answer again."
            yield source.fault((*path, "holds"), problem, remedy)
    if entry.report and entry.report not in known.flows:
        yield unknown(source, (*path, "report"), "flow", entry.report, known.flows, known)
    yield from _about(source, path, entry.about, known)


def _silence(
    source: Source, path: Path, silence: Silence, policy: Policy | None, known: Known
) -> Iterator[Fault | None]:
    for clause in silence.near:
        if policy and clause not in policy.clauses:
            yield unknown(source, (*path, "near"), "clause", clause, policy.clauses, known)
    if silence.whom and silence.whom not in known.roles:
        yield unknown(source, (*path, "whom"), "role", silence.whom, known.roles, known)
    yield from _about(source, path, silence.about, known)


def _about(source: Source, path: Path, about: dict[str, tuple[str, ...]], known: Known) -> Iterator[Fault | None]:
    for qualifier, values in about.items():
        if qualifier not in known.qualifiers:
            yield unknown(source, (*path, "about"), "qualifier", qualifier, known.qualifiers, known)
            continue
        for value in values:
            if value not in known.qualifiers[qualifier].values:
                choices = known.qualifiers[qualifier].values
                yield unknown(source, (*path, "about", qualifier), f"value of {qualifier}", value, choices, known)


def _examples(source: Source, examples: ExampleFile, known: Known) -> Iterator[Fault | None]:
    for part in ("calibrate", "judge"):
        for number, example in enumerate(getattr(examples, part)):
            for target in (*example.expect, *example.and_expect):
                if target not in known.targets:
                    yield unknown(source, (part, number), "matter", target, known.targets, known)


def _placeholders(source: Source, wording: Shape, places: Mapping[str, frozenset[str]]) -> Iterator[Fault]:
    """A name in braces that nothing fills in would stop a reply half way."""
    for path, text in _sentences(wording):
        allowed = places.get(".".join(path), frozenset())
        for wrong in sorted(_held(text) - allowed):
            remedy = f"Known there: {', '.join('{' + a + '}' for a in sorted(allowed))}." if allowed else "Remove it."
            yield source.fault(path, f"{{{wrong}}} is filled in by nothing", remedy)


def _sentences(wording: Shape) -> Iterator[tuple[tuple[str, ...], str]]:
    """The sentences of a wording, also those in its sets (`steps.sent`), with where each stands."""
    for name in type(wording).model_fields:
        yield from _sentences_in((name,), getattr(wording, name))


def _sentences_in(path: tuple[str, ...], value: object) -> Iterator[tuple[tuple[str, ...], str]]:
    match value:
        case str() as text:
            yield path, text
        case Shape() as labels:
            yield from (((*path, *inner), text) for inner, text in _sentences(labels))
        case dict() as several:
            for key, inside in several.items():
                yield from _sentences_in((*path, key), inside)


def _held(text: str) -> set[str]:
    """The names in braces; with a mark for those that ask for more than to be filled in."""
    try:
        parsed = list(Formatter().parse(text))
    except ValueError:
        return {"…"}
    held = {found for _, found, _, _ in parsed if found is not None}
    return held | {f"{found}!:" for _, found, how, as_what in parsed if found is not None and (how or as_what)}


def _twins(sources: list[Source]) -> Iterator[Fault]:
    """Ids, titles and phrasings that stand in two places, where nobody could tell which was meant."""
    yield from _repeated(sources, "id", lambda item: [f"{_space(item)}{item.id}"])
    yield from _repeated(
        sources, "title", lambda item: [item.title.casefold()] if isinstance(item, Entry | Silence | Flow) else []
    )
    yield from _repeated(sources, "phrasing", _said)


def _space(item: Matter) -> str:
    """Ids of one space must differ; a role and an entry may share a name, an entry and a silence may not."""
    return (
        f"{type(item).__name__.lower()} " if isinstance(item, Role | Qualifier | Smalltalk | Question | Contact) else ""
    )


def _repeated(sources: list[Source], what: str, of: Callable[[Matter], Iterable[str]]) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for source in sources:
        for path, item in _matters(source):
            for text in of(item):
                place = f"{source.document.file}, {source.document.place(path)}"
                if text in seen and seen[text] != place:
                    remedy = f"Keep one: the other is in {seen[text]}."
                    yield source.fault(path, f'the {what} "{text}" is used twice', remedy)
                seen.setdefault(text, place)


def _matters(source: Source) -> Iterator[tuple[Path, Matter]]:
    match source.content:
        case EntryFile(entries=items):
            yield from ((("entries", number), item) for number, item in enumerate(items))
        case SilenceFile(silences=items):
            yield from ((("silences", number), item) for number, item in enumerate(items))
        case SmalltalkFile(smalltalk=items):
            yield from ((("smalltalk", number), item) for number, item in enumerate(items))
        case RoleFile(roles=items):
            yield from ((("roles", number), item) for number, item in enumerate(items))
        case QualifierFile(qualifiers=items):
            yield from ((("qualifiers", number), item) for number, item in enumerate(items))
        case QuestionFile(questions=items):
            yield from ((("questions", number), item) for number, item in enumerate(items))
        case ContactFile(contacts=items):
            yield from ((("contacts", number), item) for number, item in enumerate(items))
        case Flow() as flow:
            yield (), flow


def _said(item: Matter) -> list[str]:
    match item:
        case Flow():
            said = (*item.tellings, *item.urgent_tellings)
        case Entry() | Silence() | Smalltalk():
            said = item.phrasings
        case _:
            said = ()
    return [_plain(text) for text in said]


def _shared_with_examples(sources: list[Source]) -> Iterator[Fault]:
    """An example that is also a phrasing tests nothing."""
    phrasings = {text for source in sources for _, item in _matters(source) for text in _said(item)}
    for source in sources:
        if isinstance(source.content, ExampleFile):
            for part in ("calibrate", "judge"):
                for number, example in enumerate(getattr(source.content, part)):
                    if _plain(example.q) in phrasings:
                        problem = f'the example "{example.q}" is also a phrasing'
                        yield source.fault((part, number), problem, "Remove it from one of the two.")


def _plain(text: str) -> str:
    return _SPACES.sub(" ", text.casefold()).strip()
