"""What handlers and deciders do with a case: every press and every form, authorised by who sent it.

What is offered on a screen is never trusted: the table in `bot/permissions.py` and the state of the case decide, and
"there is no such case" and "it is not yours" are answered alike. The steps themselves are in `bot/working.py`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot import case_views, casework, deciding, decisions, letters, working
from bot.case_windows import Desk, action_of, fields_for, marked, settled_when, window
from bot.cases import Case, Grant, Step
from bot.events import ChoicePicked, Event, FormSent
from bot.filling import Wrong, one, read
from bot.keeping import Done, changed
from bot.library import Library
from bot.messages import Choices, Message, Notice, Option
from bot.offers import offered
from bot.pages import LINK_LASTS, link, ready
from bot.permissions import Relation, may, relations
from bot.refusing import refused
from bot.scene import Scene
from bot.signals import count, counted_already
from bot.speaking import say
from bot.turn import CaseWritten, ConcernsDropped, LinkMade, OperatorTold, Turn
from bot.words import moment

PRESSED_TWICE = timedelta(minutes=2)
"""Within this time the same words once more are a double press."""


def pressed(library: Library, scene: Scene, event: ChoicePicked, name: str, ref: str) -> Turn:
    """A button of a case or a proposal: `name` is what it does, as the table of permissions calls it."""
    desk = _desk(library, scene, event)
    if desk is None or not may(name, standing(library, scene, event.actor.person)):
        return _not_theirs(library, scene, event, name, ref)
    case = desk.case
    match name:
        case "case:open":
            case = casework.opened(case, desk.person, event.at)
            return changed(scene, case, event, "opened", case_views.open_case(replace(desk, case=case)))
        case "case:more":
            return Turn(state=scene.state, replies=(case_views.more(desk),))
        case "case:take":
            return _take(library, scene, event, desk)
        case "case:urgent" | "case:normal" if offered(desk, name):
            new = working.prioritise(
                case, desk.person, urgent=name == "case:urgent", calendar=library.calendar, at=event.at
            )
            return _done(scene, event, desk, name, Done(case=new or case))
        case "decide:open":
            return deciding.opened(scene, event, desk)
        case "decide:agree":
            return deciding.decide(scene, event, desk, agrees=True)
        case "signal:open":
            return changed(scene, case, event, "signal-opened", case_views.signal(desk))
        case _ if name.startswith("decide:") or offered(desk, name):
            return Turn(state=scene.state, replies=(window(desk, name),))
        case _:
            return _again(scene, desk, library.case_wording.not_now)


def filled(library: Library, scene: Scene, event: FormSent, name: str, ref: str) -> Turn:
    """A window about a case or a proposal was sent."""
    desk = _desk(library, scene, event)
    if desk is None or not may(name, standing(library, scene, event.actor.person)):
        return _not_theirs(library, scene, event, name, ref)
    fields = fields_for(desk, name)
    if not fields or not (name.startswith("decide:") or offered(desk, name)):
        return _again(scene, desk, library.case_wording.not_now)
    values = read(library, fields, event.fields)
    if isinstance(values, Wrong):
        return Turn(state=scene.state, replies=(window(desk, name, event.fields, values.problem),))
    if name == "decide:decline":
        return deciding.decide(scene, event, desk, agrees=False, reason=one(values)["reason"])
    if name == "case:export":
        return _done(scene, event, desk, name, _export(scene, desk, values))
    done = _do(scene, desk, name, one(values))
    if done is None:
        return Turn(state=scene.state, replies=(window(desk, name, event.fields, library.case_wording.not_found),))
    return _done(scene, event, desk, name, done)


def standing(library: Library, scene: Scene, person: str) -> frozenset[Relation]:
    """How somebody stands to the case of the scene."""
    if scene.case is None:
        return frozenset()
    rule = library.casework.decision
    pool = decisions.deciders(scene.case, rule, scene.directory, library.roles) if rule and scene.case.proposals else {}
    return relations(scene.case, person, scene.directory, library.roles, frozenset(pool))


def _desk(library: Library, scene: Scene, event: ChoicePicked | FormSent) -> Desk | None:
    if scene.case is None:
        return None
    person = event.actor.person
    return Desk(library=library, directory=scene.directory, case=scene.case, person=person, at=event.at)


def _not_theirs(library: Library, scene: Scene, event: ChoicePicked | FormSent, name: str, ref: str) -> Turn:
    """A handler who has not taken it is told to; everybody else as if there were no such case."""
    desk = _desk(library, scene, event)
    stands = standing(library, scene, event.actor.person)
    if desk and "handler" in stands and may(name, frozenset({"responsible"})):
        was_first = desk.case.taken_by and case_views.taken_by(library, desk.directory, desk.case)
        return _again(scene, desk, was_first or library.case_wording.take_first)
    return refused(library, scene, event.actor.person, ref, event.at)


def _again(scene: Scene, desk: Desk, said: str) -> Turn:
    """Something to know about the case, and the way back to it; nothing of it is shown, so nothing is kept."""
    library, ref = desk.library, desk.case.ref
    decides = not relations(desk.case, desk.person, desk.directory, library.roles) & {"handler", "responsible"}
    option = Option(label=library.report_wording.open, value=f"{'decide' if decides else 'case'}:open:{ref}")
    blocks = (Notice(text=said), Choices(prompt="", options=(option,)))
    shown = Message(summary=library.report_wording.case.format(ref=ref), blocks=blocks, private=True)
    return Turn(state=scene.state, replies=(shown,))


def _done(scene: Scene, event: Event, desk: Desk, name: str, done: Done) -> Turn:
    """Keep what a step came to, say so, and show the case again to whoever still has it."""
    library, case = desk.library, done.case
    said = done.says or library.case_wording.actions[action_of(name)].done or ""
    after = replace(desk, case=case)
    if _twice(desk.case, case):
        return _again(scene, desk, library.case_wording.already)
    turn = Turn(state=scene.state, letters=done.letters, records=done.records)
    if case.ledger != desk.case.ledger:
        written = CaseWritten(case=case, step=case.ledger[-1].step, by=desk.person)
        turn = replace(turn, records=(written, *done.records))
    if done.shows:
        return replace(turn, replies=(done.shows,))
    still = relations(case, desk.person, desk.directory, library.roles) & {"handler", "responsible"}
    if not still:
        # In the window: who has a conflict is nobody's business who reads along in the chat.
        return replace(turn, replies=(replace(say(said.format(ref=case.ref)), private=True),))
    shown = case_views.open_case(after)
    notice = (Notice(text=said),) if said else ()
    return replace(turn, replies=(replace(shown, blocks=(*notice, *shown.blocks)),))


def _twice(before: Case, after: Case) -> bool:
    """Whether the step is the one before it once more: the same person, the same words, a moment ago."""
    one_step = bool(before.ledger) and len(after.ledger) == len(before.ledger) + 1
    if not one_step or before.handlers != after.handlers or after.ledger[-1].step in ("link-made", "named"):
        return False
    last, now = before.ledger[-1], after.ledger[-1]
    return now.person != "" and now.at - last.at < PRESSED_TWICE and replace(now, at=last.at) == last


def _take(library: Library, scene: Scene, event: ChoicePicked, desk: Desk) -> Turn:
    taken = casework.take(desk.case, desk.person, library.calendar, event.at)
    if taken is None:
        was_first = desk.case.taken_by and case_views.taken_by(library, desk.directory, desk.case)
        return _again(scene, desk, was_first or library.case_wording.not_now)
    shown = case_views.open_case(replace(desk, case=taken))
    said = [library.report_wording.taken]
    if idle := taken.clocks.get("idle"):
        said.append(library.case_wording.next_step.format(due=moment(library, idle)))
    shown = replace(shown, blocks=(*(Notice(text=text) for text in said), *shown.blocks))
    turn = changed(scene, taken, event, "taken", shown)
    return replace(turn, letters=(letters.news_for_reporter(library, taken),))


def _do(scene: Scene, desk: Desk, name: str, given: dict[str, str]) -> Done | None:
    """One step with what was filled in; None if nobody or nothing is meant by it."""
    library, case, person, at = desk.library, desk.case, desk.person, desk.at
    calendar, rules = library.calendar, library.casework
    match name:
        case "case:message":
            case = working.worked(case, "message", person, calendar, at, given["text"])
            return Done(case=case, letters=(letters.news_for_reporter(library, case),))
        case "case:note":
            return Done(case=working.worked(case, "note", person, calendar, at, given["text"]))
        case "case:speak" | "case:look":
            step: Step = "spoke" if name == "case:speak" else "looked"
            return Done(case=working.worked(case, step, person, calendar, at, given["text"]))
        case "case:hand-over" | "case:include":
            return _give(desk, name, given)
        case "case:exclude":
            removed = marked(case, working.removable(case, library), given["who"])
            if removed is None:
                return None
            case = working.exclude(case, person, removed, given["reason"], calendar, at)
            return Done(case=case, letters=(letters.no_longer_yours(library, case, removed.person),))
        case "case:conflict":
            return _leave(desk, given.get("reason", ""))
        case "case:retype":
            return _retype(scene, desk, given)
        case "case:refer":
            return Done(case=working.refer(case, person, given, rules, calendar, at))
        case "case:test" if rules.harm_test:
            case = working.harm_tested(case, person, given, rules, calendar, at)
            return Done(case=case, says=rules.harm_test.met if working.harm_possible(case) else rules.harm_test.not_met)
        case "case:check":
            return _check(desk, given)
        case "case:name":
            return _name(scene, desk, given["person"])
        case "case:propose":
            return deciding.propose(scene, desk, given)
        case "case:close":
            return _close(desk, given)
        case "case:reopen":
            again = working.reopen(case, person, given["reason"], calendar, at)
            return Done(case=again, letters=(letters.news_for_reporter(library, again),)) if again else None
        case _:
            return None


def _give(desk: Desk, name: str, given: dict[str, str]) -> Done | None:
    """To one more who is permitted, or to them instead."""
    library, case, calendar = desk.library, desk.case, desk.library.calendar
    found = working.candidates(case, library, desk.directory, desk.at)
    if name == "case:include":
        added = marked(case, found, given["to"])
        if added is None:
            return None
        case = working.include(case, desk.person, added, calendar, desk.at)
        return Done(case=case, letters=letters.alerts(library, case, (added,)))
    others = working.colleagues(case, desk.person, library, desk.directory)
    to = marked(case, (*others, *found), given["to"])
    if to is None:
        return None
    case = working.hand_over(case, desk.person, to, given["reason"], desk.at, calendar)
    sent = (*letters.alerts(library, case, (to,)), letters.news_for_reporter(library, case))
    return Done(case=case, letters=sent)


def _leave(desk: Desk, reason: str) -> Done:
    """Locked out; whoever is told next, and whoever is left if it was theirs, hear of it."""
    return _lost(desk, working.leave(desk.case, desk.person, reason, desk.library, desk.directory, desk.at))


def _lost(desk: Desk, case: Case) -> Done:
    """Somebody who had the case has it no longer: who hears of it."""
    library, before = desk.library, desk.case
    known = {handler.person for handler in before.handlers}
    again = bool(before.taken_by) and not case.taken_by and case.waits
    told = tuple(handler for handler in case.handlers if again or handler.person not in known)
    nobody = any(line.step == "nobody-left" for line in case.ledger[len(before.ledger) :])
    news = (letters.news_for_reporter(library, case),) if again or nobody or told else ()
    worries = (OperatorTold(what="nobody-left"),) if nobody else ()
    return Done(case=case, letters=(*letters.alerts(library, case, told), *news), records=worries)


def _retype(scene: Scene, desk: Desk, given: dict[str, str]) -> Done:
    library = desk.library
    case, new = working.retype(desk.case, desk.person, given["flow"], given["reason"], library, desk.directory, desk.at)
    rule = library.casework.repeat
    if rule and desk.case.flow in rule.flows and case.flow not in rule.flows:
        # What turns out to be no concern counts as none.
        return Done(case=case, letters=letters.alerts(library, case, new), records=(ConcernsDropped(ref=case.ref),))
    counted = count(library, scene, case, _about(library, case), desk.at)
    sent = (*letters.alerts(library, counted.case, new), *counted.letters)
    return Done(case=counted.case, letters=sent, records=counted.records)


def _about(library: Library, case: Case) -> tuple[str, ...]:
    """Whom the case is about, as far as somebody was ticked."""
    rule = library.casework.repeat
    return tuple(person for question in (rule.questions if rule else ()) for person in case.picked.get(question, ()))


def _check(desk: Desk, given: dict[str, str]) -> Done:
    library, case = desk.library, desk.case
    answers = {name: value for name, value in given.items() if name in settled_when(desk)}
    checklist = library.casework.checklists[case.flow]
    case = working.check(case, desk.person, answers, checklist, library.calendar, desk.at, given.get("note", ""))
    return Done(case=case, letters=(letters.news_for_reporter(library, case),))


def _close(desk: Desk, given: dict[str, str]) -> Done | None:
    library, case = desk.library, desk.case
    closed = working.close(case, desk.person, given["outcome"], given["line"], desk.at)
    if closed is None:
        return None
    outcome = library.casework.outcome(closed.outcome)
    dropped = (ConcernsDropped(ref=case.ref),) if outcome and not outcome.counts else ()
    return Done(case=closed, letters=(letters.news_for_reporter(library, closed),), records=dropped)


def _name(scene: Scene, desk: Desk, name: str) -> Done | None:
    """Count the case for somebody who is named; the name itself is kept nowhere."""
    wanted = name.strip().casefold()
    people = desk.directory.people.values()
    found = [person.id for person in people if wanted in (person.id.casefold(), person.name.casefold())]
    if len(found) != 1:
        return None
    library, named = desk.library, found[0]
    if counted_already(library, scene, desk.case, named, desk.at):
        return Done(case=desk.case, says=library.case_wording.already)
    counted = count(library, scene, desk.case, (named,), desk.at)
    case = working.worked(counted.case, "named", desk.person, library.calendar, desk.at)
    if named == case.reporter or not working.could_have(case, named, library, desk.directory, desk.at):
        return Done(case=case, letters=counted.letters, records=counted.records)
    if len(case.subjects) >= working.LOCKED_OUT_MAX:
        return Done(case=desk.case, says=library.case_wording.not_now)
    lost = _lost(desk, working.bar(case, named, library, desk.directory, desk.at))
    records = (*counted.records, *lost.records, OperatorTold(what="locked-out"))
    return replace(lost, letters=(*counted.letters, *lost.letters), records=records)


def _export(scene: Scene, desk: Desk, values: dict[str, tuple[str, ...]]) -> Done:
    """A link to the record, for this person, once, for a short time."""
    words = desk.library.case_wording
    if scene.address is None:
        return Done(case=desk.case, says=words.no_pages)
    kept_back = () if desk.case.names_reporter_to(desk.person) else ("reporter",)
    blacked = tuple(line.strip() for text in values["words"] for line in text.splitlines() if line.strip())
    grant = Grant(
        page="record",
        person=desk.person,
        until=desk.at + LINK_LASTS,
        ref=desk.case.ref,
        without=tuple(dict.fromkeys((*values["without"], *kept_back))),  # type: ignore[arg-type]
        words=blacked,
    )
    token, url = link(scene)
    case = casework.entered(desk.case, "link-made", desk.at, desk.case.handler(desk.person))
    records = (LinkMade(token=token, grant=grant),)
    return Done(case=case, records=records, shows=ready(desk.library, "export", url))
