"""Letters: messages to people who did not ask just now. They hold a reference, an urgency, a button; nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.cases import Case, Recipient
from bot.casework import entitled
from bot.library import Library
from bot.messages import Choices, Facts, Message, Option, Paragraph
from bot.people import Directory
from bot.state import Draft
from bot.turn import Letter
from bot.words import day


def alerts(library: Library, case: Case, recipients: Iterable[Recipient]) -> tuple[Letter, ...]:
    """A report is waiting: one letter to each recipient."""
    message = alert(library, case)
    return tuple(Letter(to=recipient.person, message=message, case=case.ref) for recipient in recipients)


def alert(library: Library, case: Case) -> Message:
    """An alert, as it reads now: once somebody took responsibility, it says so by role, and nobody need hurry."""
    words = library.report_wording
    text = words.alert_urgent if case.urgent else words.alert
    rows = [(words.reference, case.ref), (words.urgency, words.urgent if case.urgent else words.normal)]
    if case.taken_by:
        text = words.alert_taken
        role = next(entered.role for entered in reversed(case.ledger) if entered.step == "taken")
        title = library.roles[role].title if role in library.roles else role
        rows.append((words.standing, words.steps.taken.format(role=title)))
    return _letter(text, tuple(rows), Option(label=words.open, value=f"case:open:{case.ref}"))


def news_for_handlers(library: Library, directory: Directory, case: Case) -> tuple[Letter, ...]:
    """Something changed in a case: to those who were told of it and may still open it."""
    words = library.report_wording
    option = Option(label=words.open, value=f"case:open:{case.ref}")
    message = _letter(words.handler_notice, ((words.reference, case.ref),), option)
    return tuple(
        Letter(to=handler.person, message=message)
        for handler in case.handlers
        if entitled(case, handler.person, directory, library.roles)
    )


def news_for_reporter(library: Library, case: Case) -> Letter:
    """Something changed in a case that this person sent."""
    words = library.report_wording
    option = Option(label=words.open, value=f"mine:show:{case.ref}")
    return Letter(to=case.reporter, message=_letter(words.notice, ((words.reference, case.ref),), option))


def nudge(library: Library, person: str, draft: Draft, deleted: datetime) -> Letter:
    """Something unfinished waits, and when it is deleted."""
    words = library.report_wording
    option = Option(label=words.carry_on, value=f"draft:{draft.id}:carry-on")
    return Letter(to=person, message=_letter(words.nudge.format(date=day(library, deleted)), (), option))


def expired(library: Library, person: str) -> Letter:
    """Something unfinished was deleted, as announced."""
    text = library.report_wording.expired
    return Letter(to=person, message=Message(summary=text, blocks=(Paragraph(text=text),)))


def _letter(text: str, rows: tuple[tuple[str, str], ...], option: Option) -> Message:
    facts = (Facts(rows=rows),) if rows else ()
    return Message(summary=text, blocks=(Paragraph(text=text), *facts, Choices(prompt="", options=(option,))))
