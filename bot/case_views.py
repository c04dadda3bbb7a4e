"""Cases put into words for those who work on them: the open case, what can be done, a proposal, a signal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot import offers
from bot.case_windows import Desk, label_of
from bot.cases import Case, Press
from bot.decisions import deciders, standing
from bot.library import Library
from bot.messages import Block, Choices, Facts, Message, Notice, Option, Paragraph, Steps, Written
from bot.people import Directory
from bot.permissions import both_read
from bot.shelves import overdue
from bot.showing import history, written
from bot.words import called, contact, kind_title, listed, moment, the_roles, title, told_outside, urgency
from bot.working import harm_possible, needs_advice

TEXTS_SHOWN = 6
"""So many of the latest messages and notes are shown in full; the record has them all."""


def open_case(desk: Desk) -> Message:
    """The case as its handler reads it, in a private window: what matters first, then the story, then what was done."""
    library, case, words = desk.library, desk.case, desk.library.report_wording
    blocks: list[Block] = [Facts(rows=tuple(_facts(desk)))]
    blocks += _warnings(desk)
    if case.handler(desk.person):
        blocks.append(Paragraph(text=words.received_because.format(reasons=" ".join(case.route.because))))
    blocks += [Written(label=said.asked, text=said.answer or words.not_answered) for said in case.said]
    blocks += _outside(library, case)
    blocks += _texts(library, case)
    blocks += _proposals(desk)
    blocks.append(history(library, (line for line in case.ledger if line.step != "rated")))
    blocks.append(Choices(prompt="", options=tuple(_ways(desk))))
    return Message(summary=words.case.format(ref=case.ref), blocks=tuple(blocks), private=True)


def more(desk: Desk) -> Message:
    """Everything else that can be done with the case just now."""
    library, case = desk.library, desk.case
    own = case.taken_by == desk.person
    names = (*offers.FIRST, *offers.LATER) if own and case.open else offers.AFTERWARDS if own else ("case:conflict",)
    options = [_option(desk, name) for name in names if offers.offered(desk, name)]
    options.append(Option(label=library.case_wording.back_home, value=f"case:open:{case.ref}"))
    blocks: list[Block] = [Paragraph(text=library.case_wording.how_on)]
    if own and case.open and needs_advice(case, library.casework):
        blocks.append(Notice(text=_advice_first(library)))
    blocks.append(Choices(prompt="", options=tuple(options)))
    title_ = library.report_wording.case.format(ref=case.ref)
    return Message(summary=title_, blocks=tuple(blocks), private=True)


def proposal(desk: Desk) -> Message:
    """A proposal as those read it who decide: nothing of the case but what was written for them."""
    library, case, words = desk.library, desk.case, desk.library.case_wording
    rule, found = library.casework.decision, case.proposals[-1] if case.proposals else None
    name = library.report_wording.case.format(ref=case.ref)
    if rule is None or found is None:
        return Message(summary=name, blocks=(Paragraph(text=words.proposal_over),), private=True)
    blocks: list[Block] = [Paragraph(text=rule.intro), *_proposal(desk)]
    pool = deciders(case, rule, desk.directory, library.roles)
    if found.ended == "decided":
        blocks.append(Notice(text=rule.decided))
    elif found.ended:
        blocks.append(Notice(text=words.proposal_over))
    else:
        blocks.append(Paragraph(text=words.needed.format(count=rule.needed - len(standing(found, pool)))))
        if expire := case.clocks.get("expire"):
            blocks.append(Facts(rows=((words.until, moment(library, expire)),)))
        options = (_option(desk, "decide:agree"), _option(desk, "decide:decline"))
        blocks.append(Choices(prompt="", options=options))
    return Message(summary=name, blocks=tuple(blocks), private=True)


def signal(desk: Desk) -> Message:
    """What one person alone is told: how many, which one is the latest, and who has it; never about whom."""
    library, case, rule = desk.library, desk.case, desk.library.casework.repeat
    name = library.report_wording.case.format(ref=case.ref)
    roles = the_roles(library, case.handlers)
    told = [found for found in case.signals if found.person == desk.person] if rule else []
    texts = [rule.told.format(count=found.count, ref=case.ref, roles=roles) for found in told] if rule else []
    return Message(summary=name, blocks=tuple(Paragraph(text=text) for text in texts), private=True)


def taken_by(library: Library, directory: Directory, case: Case) -> str:
    """Who took responsibility, in which role, and when: for those who were told of the case."""
    taken = case.last("taken")
    assert taken is not None  # somebody has it
    return library.report_wording.taken_by.format(
        who=called(library, directory, taken.person, taken.role), time=moment(library, taken.at)
    )


def _facts(desk: Desk) -> Iterator[tuple[str, str]]:
    library, case, words = desk.library, desk.case, desk.library.report_wording
    more = library.case_wording
    known = desk.directory.people.get(case.reporter)
    yield words.urgency, urgency(library, urgent=case.urgent)
    yield words.kind, kind_title(library, case.flow)
    if case.academy:
        yield words.place, case.academy
    if case.names_reporter_to(desk.person):
        treated = words.reporter_named if case.identity == "named" else words.reporter_confidential
        yield words.reporter, treated.format(name=known.name if known else case.reporter)
    else:
        yield words.reporter, words.reporter_hidden
    yield words.age, moment(library, case.sent_at)
    outcome = library.casework.outcome(case.outcome)
    if outcome:
        yield more.outcome, outcome.label
    if harm_possible(case) and library.casework.harm_test:
        yield library.casework.harm_test.label, more.harm_met
    yield from _checks(library, case)


def _checks(library: Library, case: Case) -> Iterator[tuple[str, str]]:
    """What was checked of a declaration or request, as it stands."""
    checklist = library.casework.checklists.get(case.flow)
    known = case.last("checked")
    for check in checklist.questions if checklist and known else ():
        if known and (answer := known.told(check.id)):
            yield check.short, library.case_wording.answer(answer)


def _warnings(desk: Desk) -> Iterator[Block]:
    library, case = desk.library, desk.case
    words, more = library.report_wording, library.case_wording
    if case.taken_by == desk.person and (lapse := case.clocks.get("lapse")):
        yield Notice(text=more.wanted_or_lapses.format(due=moment(library, lapse)), urgent=True)
    if case.withdrawn:
        yield Notice(text=words.case_withdrawn)
    if case.open and needs_advice(case, library.casework):
        yield Notice(text=_advice_first(library), urgent=case.urgent)
    test, handler = library.casework.harm_test, case.handler(desk.person)
    harm = case.open and needs_advice(case, library.casework) and not harm_possible(case)
    if harm and test and handler and case.flow in test.flows and handler.role not in test.roles:
        roles = listed((title(library, role) for role in test.roles), library.wording.one_of)
        yield Notice(text=more.harm_by.format(roles=roles))
    if (due := case.clocks.get("advice")) and library.casework.harm_test:
        told = contact(library, library.casework.harm_test.contact)
        yield Notice(text=more.advice_due.format(contact=told, due=moment(library, due)))
    if overdue(case):
        yield Notice(text=more.late_here)
    if case.taken_by:
        yield Paragraph(text=taken_by(library, desk.directory, case))


def _advice_first(library: Library) -> str:
    first, words = library.casework.advice_first, library.case_wording
    return f"{words.advice_first.format(because=first.because if first else '').strip()} {words.no_closing}"


def _outside(library: Library, case: Case) -> Iterator[Block]:
    """Who was told outside, and what they said."""
    words = library.case_wording
    for line in case.ledger:
        if line.step == "referred":
            whom = told_outside(library, line.told("whom"))
            parts = [words.referred_to.format(whom=whom, who=line.told("who"), when=line.told("when"))]
            if line.told("reference"):
                parts.append(words.reference_was.format(reference=line.told("reference")))
            if line.told("advice"):
                parts.append(words.advice_was.format(advice=line.told("advice")))
            yield Written(label=words.referred, text="\n".join(parts))


def _texts(library: Library, case: Case) -> Iterator[Block]:
    """Messages to and from the reporter first, then what only handlers see; the latest of each."""
    words = library.case_wording
    texts = [line for line in case.ledger if line.text]
    shared = [line for line in texts if both_read(line)]
    private = [line for line in texts if not both_read(line)]
    for lane in (shared, private):
        left = len(lane) - TEXTS_SHOWN
        if left > 0:
            yield Paragraph(text=words.earlier.format(count=left))
        if lane is private and lane:
            yield Notice(text=words.only_handlers)
        yield from (Written(label=written(library, line), text=line.text) for line in lane[-TEXTS_SHOWN:])


def _proposals(desk: Desk) -> Iterator[Block]:
    if desk.case.proposals:
        yield Paragraph(text=label_of(desk.library, desk.case, "case:propose"))
        yield from _proposal(desk)
        rule = desk.library.casework.decision
        if rule and desk.case.proposals[-1].ended == "decided":
            yield Notice(text=rule.decided)


def _proposal(desk: Desk) -> Iterator[Block]:
    """The latest proposal, and who said what to it."""
    library, words, found = desk.library, desk.library.case_wording, desk.case.proposals[-1]
    proposed = desk.case.last("proposed")
    by = proposed.role if proposed else ""
    yield Written(label=words.purpose, text=found.purpose)
    yield Written(label=words.viewed, text=found.viewed)
    yield Written(label=words.why, text=found.why)
    lines = [
        words.proposed_by.format(who=called(library, desk.directory, found.by, by), time=moment(library, found.at))
    ]
    lines += [_press(desk, words.agreed_by, press) for press in found.agreed]
    lines += [_press(desk, words.declined_by, press) for press in found.declined]
    yield Steps(title=words.proposal, steps=tuple(lines))


def _press(desk: Desk, words: str, press: Press) -> str:
    who = called(desk.library, desk.directory, press.person, press.role)
    return words.format(who=who, time=moment(desk.library, press.at), reason=press.reason)


def _ways(desk: Desk) -> Iterator[Option]:
    """What is offered beside the open case."""
    case = desk.case
    if case.open and not case.taken_by:
        names: Iterable[str] = ("case:take", "case:note")
    elif case.taken_by == desk.person:
        names = offers.FIRST if case.open else offers.AFTERWARDS
    else:
        names = ("case:note",)
    yield from (_option(desk, name) for name in names if offers.offered(desk, name))
    if case.open or case.taken_by != desk.person:
        yield _option(desk, "case:more")


def _option(desk: Desk, name: str) -> Option:
    label = desk.library.report_wording.take if name == "case:take" else label_of(desk.library, desk.case, name)
    return Option(label=label, value=f"{name}:{desk.case.ref}")
