"""Cases put into words: the receipt, the reporter's ledger, the open case, and the lists of what is whose."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cases import Case, Entered
from bot.library import Library
from bot.messages import Block, Choices, Facts, Message, Notice, Option, Paragraph, Steps, TextBox, Written
from bot.people import Directory
from bot.scene import Scene
from bot.speaking import say
from bot.words import called, contact, listed, moment, the_roles
from bot.working_time import deadline

ADDED_MAX = 3000
"""Characters that can be added to a report at once."""


def receipt(library: Library, case: Case) -> Message:
    """What was saved, who was told, what happens next, and the code that proves it. Names no kind of report."""
    words, flow = library.report_wording, library.flows[case.flow]
    blocks: list[Block] = [
        Paragraph(text=_saved(library, case)),
        Paragraph(text=words.receipt.format(code=case.code)),
    ]
    if flow.afterwards:
        blocks.append(Steps(title=words.afterwards, steps=flow.afterwards))
    if flow.support:
        blocks.append(Steps(title=words.support, steps=flow.support))
    blocks.append(Choices(prompt="", options=(Option(label=words.mine, value="mine"),)))
    return Message(summary=_saved(library, case), blocks=tuple(blocks))


def _saved(library: Library, case: Case) -> str:
    words, time = library.report_wording, moment(library, case.sent_at)
    if not case.route.recipients:
        return words.saved_nobody.format(time=time, ref=case.ref, contact=contact(library))
    known = {
        "time": time,
        "roles": listed((library.roles[r.role].title for r in case.route.recipients), library.wording.all_of),
        "ref": case.ref,
        "due": moment(library, deadline(library.calendar, case.sent_at, urgent=case.urgent)),
    }
    if case.route.then:
        return words.saved.format(**known, next=the_roles(library, case.route.then[0]))
    return words.saved_last.format(**known, contact=contact(library))


def home(library: Library, scene: Scene) -> Message:
    """What is this person's: a draft to carry on with, cases received, reports sent, and the way to a new one."""
    words = library.report_wording
    blocks: list[Block] = []
    if scene.state.draft:
        draft = scene.state.draft
        carry_on = Option(label=words.carry_on, value=f"draft:{draft.id}:carry-on")
        blocks.append(Paragraph(text=words.unfinished.format(noun=library.flows[draft.flow].noun)))
        blocks.append(Choices(prompt="", options=(carry_on,)))
    if scene.waiting:
        blocks.append(Paragraph(text=words.waiting))
        for case in scene.waiting:
            blocks.extend(_waiting(library, scene.directory, case))
    blocks.append(Paragraph(text=words.mine if scene.mine else words.mine_none))
    for case in scene.mine:
        blocks.extend(_mine(library, case))
    blocks.append(Choices(prompt="", options=(Option(label=words.report_something, value="menu"),)))
    return Message(summary=words.home, blocks=tuple(blocks))


def mine(library: Library, scene: Scene) -> Message:
    """The reports that this person sent."""
    words = library.report_wording
    if not scene.mine:
        return say(words.mine_none)
    blocks = [block for case in scene.mine for block in _mine(library, case)]
    return Message(summary=words.mine, blocks=tuple(blocks))


def ledger(library: Library, case: Case) -> Message:
    """One's own report: what was sent, and everything that has happened to it, by role."""
    words = library.report_wording
    blocks: list[Block] = [
        Facts(rows=((words.reference, case.ref), (words.standing, _standing(library, case)))),
        *_ledger(library, case),
    ]
    if case.due:
        blocks.append(Paragraph(text=words.next_due.format(due=moment(library, case.due))))
    blocks.append(Paragraph(text=words.receipt.format(code=case.code)))
    blocks += [Written(label=said.asked, text=said.answer or words.not_answered) for said in case.said]
    blocks += _additions(library, case)
    options = [Option(label=words.add, value=f"mine:add:{case.ref}")]
    if not case.withdrawn:
        options.append(Option(label=words.withdraw, value=f"mine:withdraw:{case.ref}"))
    blocks.append(Choices(prompt="", options=tuple(options)))
    return Message(summary=words.case.format(ref=case.ref), blocks=tuple(blocks), private=True)


def adding(library: Library, case: Case, kept: str = "", problem: str = "") -> Message:
    """The private window in which something is added."""
    words = library.report_wording
    box = TextBox(form=f"mine:add:{case.ref}", label=words.add_label, send=words.save_text, text=kept, limit=ADDED_MAX)
    blocks: tuple[Block, ...] = (Notice(text=problem), box) if problem else (box,)
    return Message(summary=words.case.format(ref=case.ref), blocks=blocks, private=True)


def withdrawing(library: Library, case: Case) -> Message:
    """Asks once, and says honestly what stays."""
    words = library.report_wording
    options = (
        Option(label=words.withdraw_yes, value=f"mine:withdraw-yes:{case.ref}"),
        Option(label=words.withdraw_no, value=f"mine:show:{case.ref}"),
    )
    title = words.case.format(ref=case.ref)
    return Message(
        summary=title,
        blocks=(Paragraph(text=words.withdraw_ask), Choices(prompt="", options=options)),
        private=True,
    )


def open_case(library: Library, directory: Directory, case: Case, person: str) -> Message:
    """The case as its handler reads it, in a private window."""
    words, flow = library.report_wording, library.flows.get(case.flow)
    handler = case.handler(person)
    name = _name(directory, case.reporter)
    treated = words.reporter_named if case.identity == "named" else words.reporter_confidential
    urgency = words.urgent if case.urgent else words.normal
    rows = [(words.urgency, urgency), (words.kind, flow.title if flow else case.flow)]
    rows += [(words.reporter, treated.format(name=name)), (words.age, moment(library, case.sent_at))]
    blocks: list[Block] = [Facts(rows=tuple(rows))]
    if case.withdrawn:
        blocks.append(Notice(text=words.case_withdrawn))
    if handler:
        blocks.append(Paragraph(text=words.received_because.format(reasons=" ".join(case.route.because))))
    blocks += [Written(label=said.asked, text=said.answer or words.not_answered) for said in case.said]
    blocks += _additions(library, case)
    blocks += _ledger(library, case)
    if case.taken_by:
        blocks.append(Paragraph(text=taken_by(library, directory, case)))
    elif not case.withdrawn:
        blocks.append(Choices(prompt="", options=(Option(label=words.take, value=f"case:take:{case.ref}"),)))
    return Message(summary=words.case.format(ref=case.ref), blocks=tuple(blocks), private=True)


def taken_by(library: Library, directory: Directory, case: Case) -> str:
    """Who took responsibility, in which role, and when: for those who were told of the case."""
    taken = next(entered for entered in reversed(case.ledger) if entered.step == "taken")
    return library.report_wording.taken_by.format(
        who=called(library, directory, taken.person, taken.role), time=moment(library, taken.at)
    )


def step(library: Library, entered: Entered) -> str:
    """One step of a case's life in words, by role and without a name."""
    label = str(getattr(library.report_wording.steps, entered.step.replace("-", "_")))
    return label.format(role=_title(library, entered), contact=contact(library))


def _standing(library: Library, case: Case) -> str:
    """The step that says most about where a case stands."""
    if case.withdrawn:
        return library.report_wording.steps.withdrawn
    for wanted in ("taken", "nobody-left"):
        for entered in reversed(case.ledger):
            if entered.step == wanted:
                return step(library, entered)
    return step(library, case.ledger[-1])


def _ledger(library: Library, case: Case) -> Iterator[Block]:
    words = library.report_wording
    lines = [words.ledger_line.format(time=moment(library, e.at), step=step(library, e)) for e in case.ledger]
    yield Steps(title=words.ledger, steps=tuple(lines))


def _additions(library: Library, case: Case) -> list[Written]:
    label = library.report_wording.added_on
    return [Written(label=label.format(time=moment(library, e.at)), text=e.text) for e in case.ledger if e.text]


def _waiting(library: Library, directory: Directory, case: Case) -> Iterator[Block]:
    words = library.report_wording
    urgency = words.urgent if case.urgent else words.normal
    rows = [(words.reference, case.ref), (words.urgency, urgency), (words.age, moment(library, case.sent_at))]
    if case.taken_by:
        rows.append((words.standing, taken_by(library, directory, case)))
    yield Facts(rows=tuple(rows))
    yield Choices(prompt="", options=(Option(label=words.open, value=f"case:open:{case.ref}"),))


def _mine(library: Library, case: Case) -> Iterator[Block]:
    words = library.report_wording
    rows = ((words.reference, case.ref), (words.age, moment(library, case.sent_at)))
    yield Facts(rows=(*rows, (words.standing, _standing(library, case))))
    yield Choices(prompt="", options=(Option(label=words.open, value=f"mine:show:{case.ref}"),))


def _title(library: Library, entered: Entered) -> str:
    """A role's title; of one that the knowledge no longer has, its id."""
    return library.roles[entered.role].title if entered.role in library.roles else entered.role


def _name(directory: Directory, person: str) -> str:
    known = directory.people.get(person)
    return known.name if known else person
