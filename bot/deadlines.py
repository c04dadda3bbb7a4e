"""Time passes over a case: reminded, told to the next, taken back from whoever lets it lie, asked again. Pure.

Each step once, in order. However long nobody was there to notice, one look takes one step of each kind, and nobody is
written to twice at that look: the next step counts from now.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeAlias, assert_never

from bot import decisions, letters
from bot.cases import Case, Clock
from bot.casework import entered, let_go, tell_next
from bot.clocks import UNCONFIRMED, stopped, waits_for_advice, waits_for_somebody, waits_once_more
from bot.library import Library
from bot.people import Directory
from bot.permissions import entitled
from bot.turn import Letter, Worry

_Kind: TypeAlias = Clock | Literal["due"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """The case after time has passed over it, what is posted, and what the operator must look after."""

    case: Case
    letters: tuple[Letter, ...] = ()
    worries: tuple[Worry, ...] = ()


def pass_time(case: Case, library: Library, directory: Directory, at: datetime) -> Passed:
    """Do everything that has become due by now. With nothing due, the case comes back as it is."""
    due: list[tuple[datetime, _Kind]] = [(when, kind) for kind, when in case.clocks.items() if when <= at]
    if case.waits and case.due and case.due <= at:
        # Telling the next says more than a reminder would.
        due = [*((when, kind) for when, kind in due if kind != "remind"), (case.due, "due")]
    if any(kind == "expire" for _, kind in due):
        due = [(when, kind) for when, kind in due if kind != "decide"]
    passed = Passed(case=stopped(case, *(kind for _, kind in due if kind != "due")))
    for _, kind in sorted(due):
        step = _step(kind, passed.case, library, directory, at)
        passed = Passed(
            case=step.case,
            letters=(*passed.letters, *step.letters),
            worries=(*passed.worries, *step.worries),
        )
    return replace(passed, letters=_one_each(passed.letters))


def next_told(case: Case, library: Library, directory: Directory, at: datetime, why: Worry) -> Passed:
    """The next in line are told, and the reporter with them; `why` is for the operator."""
    told = tell_next(case, library, directory, at)
    if told.ledger == case.ledger:
        return Passed(case=told)
    new = told.handlers[len(case.handlers) :]
    news = letters.news_for_reporter(library, told)
    sent = (*letters.alerts(library, told, new), news)
    return Passed(case=told, letters=sent, worries=(why if new else "nobody-left",))


def _step(kind: _Kind, case: Case, library: Library, directory: Directory, at: datetime) -> Passed:
    match kind:
        case "due":
            return next_told(case, library, directory, at, "deadline-passed") if case.waits else Passed(case=case)
        case "remind":
            return _remind(case, library, directory, at)
        case "idle" | "lapse":
            return _lies(kind, case, library, directory, at)
        case "advice":
            wanted = letters.advice_wanted(library, directory, case)
            if wanted:
                case = entered(case, "reminded", at, case.handler(case.taken_by))
            case = waits_for_advice(case, library.calendar, at)
            return Passed(case=case, letters=wanted, worries=("advice-late",))
        case "decide":
            asked = _undecided(case, library, directory)
            return Passed(case=entered(case, "asked", at) if asked else case, letters=asked)
        case "expire":
            ended = decisions.expire(case)
            if ended is None:
                return Passed(case=case)
            case = stopped(entered(ended, "not-decided", at), "decide")
            return Passed(case=case, letters=letters.decision_ended(library, directory, case))
        case "confirm":
            case = replace(entered(case, "asked", at), clocks={**case.clocks, "unconfirmed": at + UNCONFIRMED})
            return Passed(case=case, letters=(letters.confirm(library, case),))
        case "unconfirmed":
            case = replace(entered(case, "reminded", at), clocks={**case.clocks, "confirm": at + timedelta(days=30)})
            told = letters.news_for_handlers(library, directory, case)
            return Passed(case=case, letters=told, worries=() if told else ("nobody-left",))
        case _:
            assert_never(kind)


def _remind(case: Case, library: Library, directory: Directory, at: datetime) -> Passed:
    """Those whom the alert has reached; who has not had that needs no reminder of it."""
    if not case.waits:
        return Passed(case=case)
    reached = {line.person for line in case.ledger if line.step in ("delivered", "opened")}
    sent = letters.reminders(library, directory, case, reached)
    return Passed(case=entered(case, "reminded", at), letters=sent) if sent else Passed(case=case)


def _lies(kind: Clock, case: Case, library: Library, directory: Directory, at: datetime) -> Passed:
    """Whoever took it has done nothing for long: reminded once, and the second time it goes on without them."""
    if not case.taken_by or not case.open:
        return Passed(case=case)
    here = entitled(case, case.taken_by, directory, library.roles)
    if kind == "idle" and here:
        case = waits_once_more(entered(case, "reminded", at, here), library.calendar, at)
        return Passed(case=case, letters=letters.step_wanted(library, directory, case))
    holder, before = case.taken_by, case.handlers
    case = waits_for_somebody(let_go(case, "lapsed", at), library.calendar, at)
    told = next_told(case, library, directory, at, "deadline-passed")
    others = [handler for handler in before if handler.person != holder]
    again = letters.alerts(library, told.case, (h for h in others if _may(told.case, h.person, library, directory)))
    news = () if told.letters else (letters.news_for_reporter(library, told.case),)
    return Passed(case=told.case, letters=(*again, *told.letters, *news), worries=told.worries or ("deadline-passed",))


def _may(case: Case, person: str, library: Library, directory: Directory) -> bool:
    return entitled(case, person, directory, library.roles) is not None


def _undecided(case: Case, library: Library, directory: Directory) -> tuple[Letter, ...]:
    rule, proposal = library.casework.decision, case.proposal
    if rule is None or proposal is None:
        return ()
    pressed = {press.person for press in (*proposal.agreed, *proposal.declined)}
    pool = decisions.deciders(case, rule, directory, library.roles)
    return letters.decision(library, case, (person for person in pool if person not in pressed))


def _one_each(several: Iterable[Letter]) -> tuple[Letter, ...]:
    """One letter to each person: an alert rather than a reminder."""
    chosen: dict[str, Letter] = {}
    for letter in several:
        if letter.to not in chosen or (chosen[letter.to].reminder and not letter.reminder):
            chosen[letter.to] = letter
    return tuple(chosen.values())
