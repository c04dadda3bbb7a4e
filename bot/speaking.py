"""Findings put into words: which blocks an answer has, and in which order a person should read them.

The order is settled: what keeps people safe, the verdict, the policy's own words, what to do, the way on, and last
which version of the policy it rests on.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import datetime

from bot.answering import Answer, Finding
from bot.flows import Flow
from bot.knowledge import Clause, Entry, Policy, VerdictWord
from bot.knowledge import Verdict as VerdictKind
from bot.library import Library
from bot.messages import Block, Choices, Facts, Message, Notice, Option, Paragraph, Quote, Silent, Steps, Verdict
from bot.words import all_of, listed, one_of


def say_finding(library: Library, finding: Finding, at: datetime) -> Message:
    """The message that answers a finding. `at` decides whether the policy's review is overdue."""
    match finding.kind:
        case "answer":
            return say_entry(library, finding, finding.answers[0], at)
        case "multi":
            return _several(library, finding, at)
        case "clarify":
            return _clarify(library, finding)
        case "report":
            return _report(library, finding, at)
        case "smalltalk" if finding.smalltalk:
            return say(library.smalltalk[finding.smalltalk].say)
        case _:
            return _unknown(library, finding, at)


def say(text: str, *more: Block) -> Message:
    """A message of one paragraph, and perhaps more blocks."""
    return Message(summary=text, blocks=(Paragraph(text=text), *more))


def say_entry(library: Library, finding: Finding, answer: Answer, at: datetime) -> Message:
    """One answered matter, with everything that belongs to it."""
    assert answer.entry is not None
    entry = library.entries[answer.entry]
    verdict = answer.verdict or entry.verdict
    word = verdict_word(library, entry, verdict, finding.inverted)
    blocks = [
        *_alarm(library, finding),
        *_entry(library, entry, verdict, finding.inverted),
        *_offer(library, finding.report),
        _version(library, library.policy(entry.id), at),
        _feedback(library, entry.id),
    ]
    return Message(summary=f"{word}. {entry.headline}", blocks=tuple(blocks))


def verdict_word(library: Library, entry: Entry, verdict: VerdictKind, inverted: bool) -> str:
    """The word that is shown first. To "is it against the rules to…?" a bare "No" would say the opposite."""
    word: VerdictWord = verdict
    if verdict == "no":
        word = "advised_against" if entry.advice else "forbidden" if inverted else "no"
    elif verdict == "must" and entry.advice:
        word = "advised"
    return str(getattr(library.wording.verdicts, word))


def quote(library: Library, entry: Entry) -> Quote | None:
    """The policy's own words for an entry: the sentences it names, or the whole clause."""
    if entry.clause is None:
        return None
    clause = library.clause(entry.id, entry.clause)
    shown = [clause.sentences[number - 1] for number in entry.show] or [clause.text]
    gaps = any(b - a > 1 for a, b in itertools.pairwise(entry.show))
    return Quote(text=(" … " if gaps else " ").join(shown), source=source(library, clause))


def source(library: Library, clause: Clause) -> str:
    """Where a clause stands, as people read it: "Section 7, Safer online behaviour (paragraph 4)"."""
    section, paragraph = clause.id.split("/")
    return library.wording.source.format(section=section, title=clause.section, paragraph=paragraph)


def _entry(library: Library, entry: Entry, verdict: VerdictKind, inverted: bool) -> Iterable[Block]:
    wording = library.wording
    if entry.tension:
        yield Notice(text=entry.tension.safer)
    yield Verdict(kind=verdict, word=verdict_word(library, entry, verdict, inverted), headline=entry.headline)
    if entry.fact:
        value = getattr(library.policy(entry.id).head, entry.fact)
        yield Facts(rows=((getattr(wording.facts, entry.fact), month(library, value)),))
    if words := quote(library, entry):
        yield words
    for clause in entry.tension.clauses if entry.tension else ():
        held = library.clause(entry.id, clause)
        yield Quote(text=held.text, source=source(library, held))
    if entry.instead:
        yield Steps(title=wording.instead, steps=(entry.instead,))
    if entry.also:
        sources = "; ".join(source(library, library.clause(entry.id, clause)) for clause in entry.also)
        yield Paragraph(text=wording.also.format(sources=sources))


def _silence(library: Library, silence: str) -> Iterable[Block]:
    held = library.silences[silence]
    yield Silent(word=library.wording.silent, headline=held.headline)
    if held.instead:
        yield Steps(title=library.wording.instead, steps=(held.instead,))


def _several(library: Library, finding: Finding, at: datetime) -> Message:
    wording = library.wording
    blocks: list[Block] = [*_alarm(library, finding), Paragraph(text=wording.multi.format(count=len(finding.answers)))]
    matters: list[str] = []
    for answer in finding.answers:
        if answer.entry:
            entry = library.entries[answer.entry]
            blocks.extend(_entry(library, entry, answer.verdict or entry.verdict, finding.inverted))
        elif answer.silence:
            blocks.extend(_silence(library, answer.silence))
        matters.append(answer.entry or answer.silence or "")
    policies = {library.policy(matter).id: library.policy(matter) for matter in matters}
    blocks.extend(_offer(library, finding.report))
    blocks.extend(_version(library, policy, at) for policy in policies.values())
    blocks.append(_feedback(library, matters[0]))
    return Message(summary=wording.multi.format(count=len(finding.answers)), blocks=tuple(blocks))


def _clarify(library: Library, finding: Finding) -> Message:
    wording = library.wording
    choices = choice_of(library, wording.clarify, finding.suggestions)
    return Message(
        summary=wording.clarify,
        blocks=(*_alarm(library, finding), choices, *_offer(library, finding.report)),
    )


def choice_of(library: Library, prompt: str, entries: Iterable[str]) -> Choices:
    """Entries to choose from, and a way to say that it is none of them."""
    none = Option(label=library.wording.none_of_these, value="none")
    return Choices(prompt=prompt, options=(*_entry_options(library, entries), none))


def _entry_options(library: Library, entries: Iterable[str]) -> tuple[Option, ...]:
    """Entries as choices, by title."""
    return tuple(Option(label=library.entries[e].title, value=f"entry:{e}") for e in entries)


def _unknown(library: Library, finding: Finding, at: datetime) -> Message:
    wording = library.wording
    silence = library.silences[finding.silence] if finding.silence else None
    said = silence.headline if silence else wording.unknown
    blocks: list[Block] = [*_alarm(library, finding)]
    blocks.extend(_silence(library, silence.id) if silence else [Silent(word=wording.silent, headline=said)])
    role = library.roles[silence.whom if silence and silence.whom else library.ask_first].title
    if not (silence and silence.instead):
        blocks.append(Paragraph(text=wording.unknown_ask.format(role=role)))
    near = _reading(library, finding)
    if near:
        blocks.append(Paragraph(text=wording.unknown_near))
        blocks.extend(near)
    if not silence and finding.suggestions:
        blocks.append(Choices(prompt=wording.not_meant_choices, options=_entry_options(library, finding.suggestions)))
    blocks.extend(_offer(library, finding.report))
    blocks.append(Paragraph(text=wording.unknown_rephrase))
    policy = library.policy(silence.id) if silence else next(iter(library.policies.values()))
    blocks.append(_version(library, policy, at))
    if silence:
        blocks.append(_feedback(library, silence.id))
    return Message(summary=said, blocks=tuple(blocks))


def _reading(library: Library, finding: Finding) -> list[Quote]:
    """The nearest clauses, to read: never a verdict."""
    if finding.silence:
        silence = library.silences[finding.silence]
        clauses = [library.clause(silence.id, clause) for clause in silence.near]
    else:
        entries = [library.entries[e] for e in finding.suggestions[:2]]
        clauses = [library.clause(e.id, e.clause) for e in entries if e.clause]
    unique = {clause.id: clause for clause in clauses}
    return [Quote(text=clause.text, source=source(library, clause)) for clause in unique.values()]


def _report(library: Library, finding: Finding, at: datetime) -> Message:
    assert finding.report is not None
    wording, flow = library.wording, library.flows[finding.report]
    urgent = finding.urgent or flow.always_urgent
    steps = flow.urgent_steps if urgent else flow.first_steps
    opening: Block = Notice(text=wording.report_urgent, urgent=True) if urgent else Paragraph(text=wording.report_heard)
    policy = library.policies[flow.policy]
    clause = policy.clauses[flow.clauses[0]]
    blocks: list[Block] = [
        opening,
        Steps(title=flow.title, steps=steps),
        *_told(library, flow),
        Choices(prompt="", options=(Option(label=flow.offer, value=f"report:{flow.id}"),)),
        Quote(text=clause.text, source=source(library, clause)),
    ]
    if finding.suggestions:
        options = _entry_options(library, finding.suggestions[:2])
        blocks.append(Choices(prompt=wording.also_a_question, options=options))
    blocks.append(_version(library, policy, at))
    # The summary travels in notifications: that something was answered, never what it was about.
    return Message(summary=wording.report_urgent if urgent else wording.report_heard, blocks=tuple(blocks))


def _told(library: Library, flow: Flow) -> Iterable[Block]:
    if flow.id in library.routes:
        yield Paragraph(text=library.wording.report_tell.format(roles=roles(library, flow)))


def roles(library: Library, flow: Flow) -> str:
    """Who hears of a report, as people read it: "shift lead, owner or accountant"."""
    rule = library.routes[flow.id]
    return listed(
        [library.roles[role].title for role in rule.receive], (all_of if rule.how == "all" else one_of)(library)
    )


def _alarm(library: Library, finding: Finding) -> list[Block]:
    return [Notice(text=library.wording.report_urgent, urgent=True)] if finding.urgent else []


def _offer(library: Library, flow: str | None) -> list[Block]:
    if flow is None:
        return []
    prompt = "" if library.flows[flow].neutral else library.wording.report_offer
    option = Option(label=library.flows[flow].offer, value=f"report:{flow}")
    return [Choices(prompt=prompt, options=(option,))]


def _feedback(library: Library, matter: str) -> Choices:
    wording = library.wording
    labels = {"helpful": wording.helpful, "not-helpful": wording.not_helpful, "not-meant": wording.not_meant}
    options = tuple(Option(label=label, value=f"feedback:{opinion}:{matter}") for opinion, label in labels.items())
    return Choices(prompt=wording.feedback_prompt, options=options, quiet=True)


def _version(library: Library, policy: Policy, at: datetime) -> Notice:
    wording, head = library.wording, policy.head
    known = {"policy": head.title, "date": month(library, head.date), "due": month(library, head.next_review)}
    overdue = head.next_review < f"{at:%Y-%m}"
    return Notice(text=(wording.review_overdue if overdue else wording.version).format(**known))


def month(library: Library, value: str) -> str:
    """ "2020-01" as "January 2020"; anything else as it is."""
    year, dash, number = value.partition("-")
    dated = dash and number.isdigit() and year.isdigit()
    return f"{library.wording.months[int(number) - 1]} {year}" if dated else value
