"""Letters: messages to people who did not ask just now. They hold a reference, an urgency, a button; nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from bot.cases import Case, Recipient, Signal
from bot.library import Library
from bot.messages import Choices, Facts, Message, Option, Paragraph
from bot.people import Directory
from bot.permissions import entitled
from bot.state import Draft
from bot.turn import Letter
from bot.words import day, moment, title, urgency


def alerts(library: Library, case: Case, recipients: Iterable[Recipient]) -> tuple[Letter, ...]:
    """A report is waiting: one letter to each recipient."""
    message = alert(library, case)
    return tuple(Letter(to=recipient.person, message=message, case=case.ref) for recipient in recipients)


def alert(library: Library, case: Case) -> Message:
    """An alert, as it reads now: once somebody took responsibility, it says so by role, and nobody need hurry."""
    words = library.report_wording
    text = words.alert_urgent if case.urgent else words.alert
    rows = [(words.reference, case.ref), (words.urgency, urgency(library, urgent=case.urgent))]
    if not case.open:
        text = library.case_wording.alert_closed
    elif case.taken_by:
        text = words.alert_taken
        taken = case.last("taken")
        rows.append((words.standing, words.steps.taken.format(role=title(library, taken.role if taken else ""))))
    return _letter(text, tuple(rows), Option(label=words.open, value=f"case:open:{case.ref}"))


def reminders(library: Library, directory: Directory, case: Case, reached: Collection[str]) -> tuple[Letter, ...]:
    """Nobody has taken it yet: to those whom the alert has reached."""
    words = library.report_wording
    rows = (
        (words.reference, case.ref),
        (words.urgency, urgency(library, urgent=case.urgent)),
        (words.age, moment(library, case.sent_at)),
        (
            library.case_wording.wanted,
            library.case_wording.wanted_take.format(due=moment(library, case.due) if case.due else ""),
        ),
    )
    message = _letter(library.case_wording.reminder, rows, Option(label=words.open, value=f"case:open:{case.ref}"))
    return tuple(
        Letter(to=person, message=message, case=case.ref, reminder=True)
        for person in _able(library, directory, case)
        if person in reached
    )


def step_wanted(library: Library, directory: Directory, case: Case) -> tuple[Letter, ...]:
    """Whoever took it is reminded that a step is due: until when, and what happens else."""
    return tuple(
        Letter(to=person, message=_step(library, case), case=case.ref, reminder=True)
        for person in _able(library, directory, case)
        if person == case.taken_by
    )


def advice_wanted(library: Library, directory: Directory, case: Case) -> tuple[Letter, ...]:
    """Somebody outside must still be told: to whoever took it, else to all who could."""
    able = _able(library, directory, case)
    to = (case.taken_by,) if case.taken_by in able else able
    return tuple(Letter(to=one, message=_step(library, case), case=case.ref, reminder=True) for one in to)


def decision_ended(library: Library, directory: Directory, case: Case) -> tuple[Letter, ...]:
    """Whoever took it goes on with what was decided, or not; if nobody has it, all handlers hear of it.

    Those who decided hear that it has ended.
    """
    option = Option(label=library.report_wording.open, value=f"decide:open:{case.ref}")
    rows = ((library.report_wording.reference, case.ref),)
    over = _letter(library.case_wording.decision_over, rows, option)
    proposal = case.proposals[-1]
    pressed = (press.person for press in (*proposal.agreed, *proposal.declined) if press.person != case.taken_by)
    told = tuple(Letter(to=person, message=over) for person in dict.fromkeys(pressed))
    if case.taken_by in _able(library, directory, case):
        return (Letter(to=case.taken_by, message=_step(library, case)), *told)
    return (*news_for_handlers(library, directory, case), *told)


def _step(library: Library, case: Case) -> Message:
    words, more, lapse = library.report_wording, library.case_wording, case.clocks.get("lapse")
    wanted = more.wanted_or_lapses.format(due=moment(library, lapse)) if lapse else more.wanted_step
    rows = ((words.reference, case.ref), (words.urgency, urgency(library, urgent=case.urgent)), (more.wanted, wanted))
    return _letter(more.reminder_taken, rows, Option(label=words.open, value=f"case:open:{case.ref}"))


def news_for_handlers(library: Library, directory: Directory, case: Case) -> tuple[Letter, ...]:
    """Something changed in a case: to those who were told of it and may still open it."""
    words = library.report_wording
    option = Option(label=words.open, value=f"case:open:{case.ref}")
    message = _letter(words.handler_notice, ((words.reference, case.ref),), option)
    return tuple(Letter(to=person, message=message) for person in _able(library, directory, case))


def news_for_reporter(library: Library, case: Case) -> Letter:
    """Something happened to a report that this person sent."""
    words = library.report_wording
    return _to_reporter(library, case, words.notice)


def confirm(library: Library, case: Case) -> Letter:
    """Something that this person sent holds only as long as they say so: does it still?"""
    return _to_reporter(library, case, library.case_wording.confirm_notice)


def decision(library: Library, case: Case, people: Iterable[str]) -> tuple[Letter, ...]:
    """Several persons are to decide something."""
    words = library.report_wording
    option = Option(label=words.open, value=f"decide:open:{case.ref}")
    rows = [(words.reference, case.ref)]
    if expire := case.clocks.get("expire"):
        rows.append((library.case_wording.until, moment(library, expire)))
    message = _letter(library.case_wording.decision_notice, tuple(rows), option)
    return tuple(Letter(to=person, message=message) for person in people)


def signal(library: Library, case: Case, found: Signal) -> Letter:
    """Something for one person alone."""
    words = library.report_wording
    option = Option(label=words.open, value=f"signal:open:{case.ref}")
    return Letter(
        to=found.person, message=_letter(library.case_wording.signal_notice, ((words.reference, case.ref),), option)
    )


def no_longer_yours(library: Library, case: Case, person: str) -> Letter:
    """Somebody was taken off a case."""
    words = library.report_wording
    rows = ((words.reference, case.ref),)
    blocks = (Paragraph(text=library.case_wording.no_longer_yours), Facts(rows=rows))
    return Letter(to=person, message=Message(summary=library.case_wording.no_longer_yours, blocks=blocks))


def nudge(library: Library, person: str, draft: Draft, deleted: datetime) -> Letter:
    """Something unfinished waits, and when it is deleted."""
    words = library.report_wording
    option = Option(label=words.carry_on, value=f"draft:{draft.id}:carry-on")
    return Letter(to=person, message=_letter(words.nudge.format(date=day(library, deleted)), (), option))


def expired(library: Library, person: str) -> Letter:
    """Something unfinished was deleted, as announced."""
    text = library.report_wording.expired
    return Letter(to=person, message=Message(summary=text, blocks=(Paragraph(text=text),)))


def gathered(library: Library, several: tuple[Letter, ...]) -> tuple[Letter, ...]:
    """The reminders of one look at all cases: of more than `GATHERED_FROM` to one person, a single letter."""
    count: dict[str, int] = {}
    for letter in several:
        count[letter.to] = count.get(letter.to, 0) + letter.reminder
    many = {person: number for person, number in count.items() if number > GATHERED_FROM}
    words = library.report_wording
    option = Option(label=words.home, value="home")
    kept = (letter for letter in several if not (letter.reminder and letter.to in many))
    one = (
        Letter(to=person, message=_letter(library.case_wording.reminder_many.format(count=number), (), option))
        for person, number in many.items()
    )
    return (*kept, *one)


GATHERED_FROM = 3
"""So many reminders at once are still read one by one."""


def _able(library: Library, directory: Directory, case: Case) -> tuple[str, ...]:
    """The handlers who may open it now."""
    return tuple(h.person for h in case.handlers if entitled(case, h.person, directory, library.roles))


def _to_reporter(library: Library, case: Case, text: str) -> Letter:
    words = library.report_wording
    option = Option(label=words.open, value=f"mine:show:{case.ref}")
    return Letter(to=case.reporter, message=_letter(text, ((words.reference, case.ref),), option))


def _letter(text: str, rows: tuple[tuple[str, str], ...], option: Option) -> Message:
    facts = (Facts(rows=rows),) if rows else ()
    return Message(summary=text, blocks=(Paragraph(text=text), *facts, Choices(prompt="", options=(option,))))
