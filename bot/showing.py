"""Cases put into words for those who sent them: the receipt, and the report with everything that happened to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.case_windows import label_of
from bot.cases import Case, Entered
from bot.library import Library
from bot.messages import Block, Choices, Facts, Message, Notice, Option, Paragraph, Steps, TextBox, Written
from bot.permissions import REPORTER_READS, both_read
from bot.words import contact, kind_title, listed, moment, the_roles, title
from bot.working_time import calendar_of, deadline

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
    calendar = calendar_of(library.calendar, case.academy)
    known = {
        "time": time,
        "roles": listed((library.roles[r.role].title for r in case.route.recipients), library.wording.all_of),
        "ref": case.ref,
        "due": moment(library, deadline(calendar, case.sent_at, urgent=case.urgent)),
    }
    if case.route.then:
        return words.saved.format(**known, next=the_roles(library, case.route.then[0]))
    return words.saved_last.format(**known, contact=contact(library))


def ledger(library: Library, case: Case) -> Message:
    """One's own report: how it ended, what was written since, and everything that has happened to it, by role."""
    words = library.report_wording
    blocks: list[Block] = [Facts(rows=((words.reference, case.ref), (words.standing, standing(library, case))))]
    blocks += _ending(library, case)
    blocks += [_theirs(library, line) for line in case.ledger if line.text and both_read(line)]
    blocks.append(history(library, (line for line in case.ledger if line.step in REPORTER_READS)))
    if case.waits and case.due:
        blocks.append(Paragraph(text=words.next_due.format(due=moment(library, case.due))))
    blocks.append(Paragraph(text=words.receipt.format(code=case.code)))
    blocks += [Written(label=said.asked, text=said.answer or words.not_answered) for said in case.said]
    blocks.append(Choices(prompt="", options=tuple(_own_ways(library, case))))
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


def history(library: Library, lines: Iterable[Entered]) -> Steps:
    """Lines of a ledger, each with its time."""
    words = library.report_wording
    told = (words.ledger_line.format(time=moment(library, e.at), step=step(library, e)) for e in lines)
    return Steps(title=words.ledger, steps=tuple(told))


def step(library: Library, entered: Entered) -> str:
    """One step of a case's life in words, by role and without a name."""
    label = str(getattr(library.report_wording.steps, entered.step.replace("-", "_")))
    other = entered.told("to") or entered.told("role")
    named = title(library, other) if other else kind_title(library, entered.told("new"))
    return label.format(role=title(library, entered.role), contact=contact(library), other=named)


def written(library: Library, line: Entered) -> str:
    """Whose words these are, to whom, and when, for handlers."""
    words, time, role = library.case_wording, moment(library, line.at), title(library, line.role)
    if line.step in ("message", "closed"):
        return words.to_reporter.format(role=role, time=time)
    if both_read(line):
        return words.from_reporter.format(time=time)
    if line.step == "note":
        return words.note_by.format(role=role, time=time)
    return words.written_by.format(step=step(library, line), role=role, time=time)


def standing(library: Library, case: Case) -> str:
    """The step that says most about where a case stands, for whoever sent it."""
    steps = library.report_wording.steps
    if case.withdrawn and case.open:
        return steps.withdrawn
    wanted = ("closed", "checked") if case.outcome else ("taken",) if case.taken_by else ("nobody-left", "")
    told = [line for line in case.ledger if line.step in REPORTER_READS]
    found = next((line for line in reversed(told) if line.step in wanted), told[-1])
    return step(library, found)


def _ending(library: Library, case: Case) -> Iterator[Block]:
    """How it ended, if it has."""
    outcome = library.casework.outcome(case.outcome)
    if outcome:
        yield Notice(text=library.case_wording.how_it_ended)
        yield Paragraph(text=outcome.told)


def _theirs(library: Library, line: Entered) -> Written:
    """Something that was written from one to the other, as the reporter reads it."""
    words, time = library.case_wording, moment(library, line.at)
    if not line.role:
        return Written(label=words.your_words.format(time=time), text=line.text)
    return Written(label=words.their_message.format(role=title(library, line.role), time=time), text=line.text)


def _own_ways(library: Library, case: Case) -> Iterator[Option]:
    """What somebody can do with their own report."""
    words, actions = library.report_wording, library.case_wording.actions
    answers = any(line.step == "message" for line in case.ledger)
    if case.clocks.keys() & {"confirm", "unconfirmed"}:
        yield Option(label=actions["confirm"].label, value=f"mine:confirm:{case.ref}")
        yield Option(label=actions["ended"].label, value=f"mine:ended:{case.ref}")
    concern = case.flow not in library.casework.checklists
    rated = any(line.step == "rated" for line in case.ledger)
    if case.outcome and concern and library.casework.how_it_went and not rated:
        yield Option(label=label_of(library, case, "mine:rate"), value=f"mine:rate:{case.ref}")
    if case.outcome and concern:
        yield Option(label=label_of(library, case, "mine:reopen"), value=f"mine:reopen:{case.ref}")
    if case.open or not concern:
        yield Option(label=actions["add"].label if answers else words.add, value=f"mine:add:{case.ref}")
    if case.open and not case.withdrawn:
        yield Option(label=words.withdraw, value=f"mine:withdraw:{case.ref}")
