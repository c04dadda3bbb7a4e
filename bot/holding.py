"""What people do with cases: reporters with their own, handlers with those they were told of, time with both.

Every step asks first whether it is theirs. "There is no such case" and "it is not yours" are answered alike.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot import casework, letters, showing
from bot.cases import Case, Step
from bot.events import ChoicePicked, DeadlinePassed, Event, FormSent, LetterDelivered, LetterFailed
from bot.library import Library
from bot.matching.text import STORY_MAX, tidy
from bot.messages import Message, Notice
from bot.scene import Scene
from bot.showing import ADDED_MAX
from bot.speaking import say
from bot.turn import AccessRefused, CaseWritten, OperatorTold, Turn, Worry

PRESSED_TWICE = timedelta(minutes=2)
"""Within this time the same words added once more are a double press."""


def handlers_choice(library: Library, scene: Scene, event: ChoicePicked, action: str, ref: str) -> Turn:
    """A handler opens a case, or takes responsibility for it."""
    case, person = scene.case, event.actor.person
    if case is None or not casework.entitled(case, person, scene.directory, library.roles):
        return _refused(library, scene, event, ref)
    match action:
        case "open":
            case = casework.opened(case, person, event.at)
            return _changed(scene, case, event, "opened", showing.open_case(library, scene.directory, case, person))
        case "take":
            return _take(library, scene, event, case)
        case _:
            return _refused(library, scene, event, ref)


def alert_now(library: Library, scene: Scene, event: ChoicePicked, ref: str) -> Turn:
    """An alert as it would read now: still without content, but with who took responsibility, by role."""
    case, person = scene.case, event.actor.person
    if case is None or not case.handler(person):
        return _refused(library, scene, event, ref)
    if not casework.entitled(case, person, scene.directory, library.roles):
        return Turn(
            state=scene.state, replies=(say(library.report_wording.not_yours),)
        )  # shown at each look: no record
    return Turn(state=scene.state, replies=(letters.alert(library, case),))


def reporters_choice(library: Library, scene: Scene, event: ChoicePicked, action: str, ref: str) -> Turn:
    """A reporter looks at an own report, adds to it, or withdraws it."""
    case = scene.case
    if case is None or case.reporter != event.actor.person:
        return _refused(library, scene, event, ref)
    match action:
        case "show":
            return Turn(state=scene.state, replies=(showing.ledger(library, case),))
        case "add":
            return Turn(state=scene.state, replies=(showing.adding(library, case),))
        case "withdraw":
            return Turn(state=scene.state, replies=(showing.withdrawing(library, case),))
        case "withdraw-yes":
            withdrawn = casework.withdraw(case, event.at)
            reply = say(library.report_wording.withdrawn_reply.format(ref=case.ref))
            if withdrawn is None:
                return Turn(state=scene.state, replies=(reply,))
            turn = _changed(scene, withdrawn, event, "withdrawn", reply)
            return replace(turn, letters=letters.news_for_handlers(library, scene.directory, withdrawn))
        case _:
            return _refused(library, scene, event, ref)


def added(library: Library, scene: Scene, event: FormSent, ref: str) -> Turn:
    """The reporter wrote something to add."""
    case, words = scene.case, library.report_wording
    if case is None or case.reporter != event.actor.person:
        return _refused(library, scene, event, ref)
    text = tidy(event.text[: STORY_MAX + 1])
    if not text or len(text) > ADDED_MAX:
        too_long = words.form_too_long.format(count=len(text), limit=ADDED_MAX)
        problem = too_long if text else words.form_empty
        return Turn(state=scene.state, replies=(showing.adding(library, case, kept=text, problem=problem),))
    said = words.added_reply.format(ref=case.ref)
    if any(entered.text == text and event.at - entered.at < PRESSED_TWICE for entered in case.ledger[-1:]):
        return Turn(state=scene.state, replies=(say(said),))
    unread = casework.has_unread(case)
    case = casework.added(case, text, event.at)
    news = letters.news_for_handlers(library, scene.directory, case)
    if not news and case.handlers and not case.withdrawn:
        case = casework.reopen(case, event.at)  # all who were told are gone: the next are told with the next sweep
    turn = _changed(scene, case, event, "added", say(f"{said} {words.added_told}" if news else said))
    return turn if unread else replace(turn, letters=news)


def letter_delivered(scene: Scene, event: LetterDelivered) -> Turn:
    """An alert reached its person."""
    case = casework.delivered(scene.case, event.actor.person, event.at) if scene.case else None
    return _changed(scene, case, event, "delivered") if case else Turn(state=scene.state)


def letter_failed(library: Library, scene: Scene, event: LetterFailed) -> Turn:
    """An alert can reach its person nowhere: unless it reached somebody else, the next are told in the same minute."""
    case = casework.not_delivered(scene.case, event.actor.person, event.at) if scene.case else None
    if case is None:
        return Turn(state=scene.state)
    if case.due is None or not casework.lost(case):
        turn = _changed(scene, case, event, "not-delivered")
        return replace(turn, records=(*turn.records, OperatorTold(what="not-delivered")))
    return _tell_next(library, scene, event, case, "not-delivered")


def deadline_passed(library: Library, scene: Scene, event: DeadlinePassed) -> Turn:
    """Nobody took responsibility in time: the next in line is told, and the reporter."""
    case = scene.case
    if case is None or case.due is None or case.due > event.at:
        return Turn(state=scene.state)
    return _tell_next(library, scene, event, case, "deadline-passed")


def _tell_next(library: Library, scene: Scene, event: Event, case: Case, why: Worry) -> Turn:
    told = casework.tell_next(case, library, scene.directory, event.at)
    new = told.handlers[len(case.handlers) :]
    record = CaseWritten(case=told, step="escalated" if new else "nobody-left", by="")
    worry = () if told.ledger == case.ledger else (OperatorTold(what=why if new else "nobody-left"),)
    news = (letters.news_for_reporter(library, told),) if told.ledger != case.ledger else ()
    sent = (*letters.alerts(library, told, new), *news)
    return Turn(state=scene.state, records=(record, *worry), letters=sent)


def _take(library: Library, scene: Scene, event: ChoicePicked, case: Case) -> Turn:
    person = event.actor.person
    taken = casework.take(case, person, event.at)
    if taken is None:
        return Turn(state=scene.state, replies=(showing.open_case(library, scene.directory, case, person),))
    shown = showing.open_case(library, scene.directory, taken, person)
    shown = replace(shown, blocks=(Notice(text=library.report_wording.taken), *shown.blocks))
    turn = _changed(scene, taken, event, "taken", shown)
    return replace(turn, letters=(letters.news_for_reporter(library, taken),))


def _changed(scene: Scene, case: Case, event: Event, step: Step, *replies: Message) -> Turn:
    record = CaseWritten(case=case, step=step, by=event.actor.person)
    return Turn(state=scene.state, records=(record,), replies=replies)


def _refused(library: Library, scene: Scene, event: Event, ref: str) -> Turn:
    record = AccessRefused(ref=ref, by=event.actor.person)
    return Turn(state=scene.state, records=(record,), replies=(say(library.report_wording.not_yours),))
