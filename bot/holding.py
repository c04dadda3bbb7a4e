"""What reporters do with the reports that they sent, and what time, letters and the directory do to every case.

Every step asks first whether it is theirs; "there is no such case" and "it is not yours" are answered alike.
"""

from __future__ import annotations

from dataclasses import replace

from bot import casework, letters, showing, working
from bot.case_windows import Desk, fields_for, window
from bot.cases import Case
from bot.clocks import FAR, planned_anew, waits_for_confirmation, waits_for_nothing
from bot.deadlines import Passed, next_told, pass_time
from bot.events import ChoicePicked, DeadlinePassed, DirectoryChanged, FormSent, LetterDelivered, LetterFailed
from bot.filling import Wrong, one, read
from bot.handling import PRESSED_TWICE, standing
from bot.keeping import changed
from bot.library import Library
from bot.matching.text import STORY_MAX, tidy
from bot.messages import Notice
from bot.permissions import entitled, may
from bot.refusing import refused
from bot.scene import Scene
from bot.showing import ADDED_MAX
from bot.speaking import say
from bot.turn import CaseWritten, OperatorTold, Turn


def alert_now(library: Library, scene: Scene, event: ChoicePicked, ref: str) -> Turn:
    """An alert as it would read now: still without content, but with who took responsibility, by role."""
    case, person = scene.case, event.actor.person
    if case is None or not (case.handler(person) or person in case.former):
        return refused(library, scene, event.actor.person, ref, event.at)
    if not entitled(case, person, scene.directory, library.roles):
        # Shown at each look, so it is not kept.
        return Turn(state=scene.state, replies=(say(library.report_wording.not_yours),))
    return Turn(state=scene.state, replies=(letters.alert(library, case),))


def reporters_choice(library: Library, scene: Scene, event: ChoicePicked, name: str, ref: str) -> Turn:
    """A reporter looks at an own report, adds to it, withdraws it, or says how it stands."""
    case = scene.case
    if case is None or not may(name, standing(library, scene, event.actor.person)):
        return refused(library, scene, event.actor.person, ref, event.at)
    match name:
        case "mine:show":
            return Turn(state=scene.state, replies=(showing.ledger(library, case),))
        case "mine:add":
            return Turn(state=scene.state, replies=(showing.adding(library, case),))
        case "mine:withdraw" if case.open and not case.withdrawn:
            return Turn(state=scene.state, replies=(showing.withdrawing(library, case),))
        case "mine:withdraw-yes" if case.open:
            withdrawn = casework.withdraw(case, event.at)
            reply = say(library.report_wording.withdrawn_reply.format(ref=case.ref))
            if withdrawn is None:
                return Turn(state=scene.state, replies=(reply,))
            turn = changed(scene, withdrawn, event, "withdrawn", reply)
            return replace(turn, letters=letters.news_for_handlers(library, scene.directory, withdrawn))
        case "mine:confirm" | "mine:ended" if case.clocks.keys() & {"confirm", "unconfirmed"}:
            return _confirmed(library, scene, event, case, holds=name == "mine:confirm")
        case "mine:rate" | "mine:reopen" if case.outcome and case.flow not in library.casework.checklists:
            return Turn(state=scene.state, replies=(window(_desk(library, scene, event, case), name),))
        case _:
            return Turn(state=scene.state, replies=(showing.ledger(library, case),))


def reporters_form(library: Library, scene: Scene, event: FormSent, name: str, ref: str) -> Turn:
    """The reporter wrote something to add, how it went, or why it is not over."""
    case = scene.case
    if case is None or not may(name, standing(library, scene, event.actor.person)):
        return refused(library, scene, event.actor.person, ref, event.at)
    if name == "mine:add":
        return _added(library, scene, event, case)
    desk = _desk(library, scene, event, case)
    fields = fields_for(desk, name)
    if not fields or not case.outcome or case.flow in library.casework.checklists:
        return Turn(state=scene.state, replies=(showing.ledger(library, case),))
    values = read(library, fields, event.fields)
    if isinstance(values, Wrong):
        return Turn(state=scene.state, replies=(window(desk, name, event.fields, values.problem),))
    if name == "mine:rate":
        return _rated(library, scene, event, case, one(values))
    again = working.reopen(case, event.actor.person, one(values)["reason"], library.calendar, event.at)
    assert again is not None  # it had an outcome
    told = [h for h in again.handlers if entitled(again, h.person, scene.directory, library.roles)]
    if not told:
        again = casework.wait_anew(again, event.at)
    said = (library.case_wording.actions["reopen-own"].done or "").format(ref=case.ref)
    turn = changed(scene, again, event, "reopened", replace(say(said), private=True))
    return replace(turn, letters=letters.alerts(library, again, told))


def letter_delivered(scene: Scene, event: LetterDelivered) -> Turn:
    """An alert reached its person."""
    case = casework.delivered(scene.case, event.actor.person, event.at) if scene.case else None
    return changed(scene, case, event, "delivered") if case else Turn(state=scene.state)


def letter_failed(library: Library, scene: Scene, event: LetterFailed) -> Turn:
    """An alert can reach its person nowhere: unless it reached somebody else, the next are told in the same minute."""
    case = casework.not_delivered(scene.case, event.actor.person, event.at) if scene.case else None
    if case is None:
        return Turn(state=scene.state)
    if not case.waits or not casework.lost(case):
        turn = changed(scene, case, event, "not-delivered")
        return replace(turn, records=(*turn.records, OperatorTold(what="not-delivered")))
    return _kept(scene, case, next_told(case, library, scene.directory, event.at, "not-delivered"))


def deadline_passed(library: Library, scene: Scene, event: DeadlinePassed) -> Turn:
    """Something that the case waited for has not come: reminded, told to the next, taken back."""
    case = scene.case
    if case and case.wake and case.wake - event.at > FAR:
        checklist = library.casework.checklists.get(case.flow)
        days = checklist.confirm_days if checklist else None
        planned = planned_anew(case, library.calendar, event.at, days or 365)
        return _kept(scene, case, Passed(case=casework.entered(planned, "planned", event.at)))
    if case is None or case.wake is None or case.wake > event.at:
        return Turn(state=scene.state)
    return _kept(scene, case, pass_time(case, library, scene.directory, event.at))


def directory_changed(library: Library, scene: Scene, event: DirectoryChanged) -> Turn:
    """Whoever had the case and may no longer loses it, and others are told at once."""
    case = scene.case
    moved = working.reroute(case, library, scene.directory, event.at) if case else None
    if case is None or moved is None:
        return Turn(state=scene.state)
    known = {handler.person for handler in case.handlers}
    if not case.open or case.withdrawn:
        return _kept(scene, case, Passed(case=moved))  # nobody need hurry
    told = [
        handler
        for handler in moved.handlers
        if entitled(moved, handler.person, scene.directory, library.roles)
        and (case.taken_by or handler.person not in known)
    ]
    sent = (*letters.alerts(library, moved, told), letters.news_for_reporter(library, moved))
    return _kept(scene, case, Passed(case=moved, letters=sent, worries=() if told else ("nobody-left",)))


def _kept(scene: Scene, before: Case, passed: Passed) -> Turn:
    step = passed.case.ledger[-1].step if passed.case.ledger != before.ledger else "planned"
    record = CaseWritten(case=passed.case, step=step, by="")
    worries = tuple(OperatorTold(what=worry) for worry in passed.worries)
    return Turn(state=scene.state, records=(record, *worries), letters=passed.letters)


def _desk(library: Library, scene: Scene, event: ChoicePicked | FormSent, case: Case) -> Desk:
    person = event.actor.person
    return Desk(library=library, directory=scene.directory, case=case, person=person, at=event.at)


def _added(library: Library, scene: Scene, event: FormSent, case: Case) -> Turn:
    words = library.report_wording
    text = tidy(event.text[: STORY_MAX + 1])
    if not text or len(text) > ADDED_MAX:
        too_long = words.form_too_long.format(count=len(text), limit=ADDED_MAX)
        problem = too_long if text else words.form_empty
        return Turn(state=scene.state, replies=(showing.adding(library, case, kept=text, problem=problem),))
    said = words.added_reply.format(ref=case.ref)
    if any(line.text == text and event.at - line.at < PRESSED_TWICE for line in case.ledger[-1:]):
        return Turn(state=scene.state, replies=(say(said),))
    unread = casework.has_unread(case)
    case = casework.added(case, text, event.at)
    news = letters.news_for_handlers(library, scene.directory, case)
    if not news and case.handlers and case.open and not case.withdrawn:
        case = casework.wait_anew(case, event.at)  # all who were told are gone: the next are told with the next sweep
    turn = changed(scene, case, event, "added", say(f"{said} {words.added_told}" if news else said))
    return turn if unread else replace(turn, letters=news)


def _rated(library: Library, scene: Scene, event: FormSent, case: Case, given: dict[str, str]) -> Turn:
    """How it went, in the reporter's view; once."""
    thanks = library.case_wording.rated
    if any(line.step == "rated" for line in case.ledger):
        return Turn(state=scene.state, replies=(say(thanks),))
    case = casework.entered(case, "rated", event.at, detail=tuple(given.items()))
    return changed(scene, case, event, "rated", say(thanks))


def _confirmed(library: Library, scene: Scene, event: ChoicePicked, case: Case, *, holds: bool) -> Turn:
    """What was declared holds for another year, or has ended."""
    words, days = library.case_wording, library.casework.checklists[case.flow].confirm_days
    if holds:
        case = waits_for_confirmation(casework.entered(case, "confirmed", event.at), event.at, days or 365)
    else:
        case = waits_for_nothing(casework.entered(case, "ended", event.at))
    said = words.actions["confirm" if holds else "ended"].done or ""
    shown = showing.ledger(library, case)
    shown = replace(shown, blocks=(Notice(text=said), *shown.blocks))
    turn = changed(scene, case, event, "confirmed" if holds else "ended", shown)
    return replace(turn, letters=letters.news_for_handlers(library, scene.directory, case))
