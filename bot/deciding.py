"""Deciding together: what is proposed, who opens it, each yes and no, and what follows once it is decided."""

from __future__ import annotations

from dataclasses import replace

from bot import case_views, casework, decisions, letters, working
from bot.case_windows import Desk
from bot.cases import Proposal, Recipient, Step
from bot.clocks import stopped, waits_for_decision
from bot.events import ChoicePicked, FormSent
from bot.keeping import Done, changed
from bot.scene import Scene
from bot.turn import Letter, Turn


def opened(scene: Scene, event: ChoicePicked, desk: Desk) -> Turn:
    """What it holds is read by people who may not open the case: that is entered as well."""
    rule = desk.library.casework.decision
    assert rule is not None  # nobody is a decider without it
    role = decisions.deciders(desk.case, rule, desk.directory, desk.library.roles)[desk.person]
    who = Recipient(person=desk.person, role=role)
    case = casework.entered(desk.case, "proposal-opened", desk.at, who)
    return changed(scene, case, event, "proposal-opened", case_views.proposal(replace(desk, case=case)))


def propose(scene: Scene, desk: Desk, given: dict[str, str]) -> Done | None:
    """Ask those who decide; None where that cannot be."""
    library, case, rule = desk.library, desk.case, desk.library.casework.decision
    if rule is None:
        return None
    pool = decisions.deciders(case, rule, desk.directory, library.roles)
    proposal = Proposal(
        id=casework.spell(scene.chance[5:10]).lower(),
        by=desk.person,
        at=desk.at,
        purpose=given["purpose"],
        viewed=given["viewed"],
        why=given["why"],
        asked=tuple(sorted(pool)),
    )
    proposed = decisions.propose(case, proposal)
    if proposed is None:
        return None
    case = working.worked(proposed, "proposed", desk.person, library.calendar, desk.at)
    # Proposing is the first yes, for whoever may take part.
    if agreed := decisions.agree(case, desk.person, desk.at, pool):
        who = Recipient(person=desk.person, role=pool[desk.person])
        case = casework.entered(agreed, "agreed", desk.at, who)
    case = waits_for_decision(case, library.calendar, desk.at, rule.working_hours)
    return Done(case=case, letters=letters.decision(library, case, (p for p in sorted(pool) if p != desk.person)))


def decide(scene: Scene, event: ChoicePicked | FormSent, desk: Desk, *, agrees: bool, reason: str = "") -> Turn:
    """One person's yes or no; with enough of them it is decided, once."""
    library, case, rule = desk.library, desk.case, desk.library.casework.decision
    assert rule is not None  # nobody is a decider without it
    pool = decisions.deciders(case, rule, desk.directory, library.roles)
    if agrees:
        pressed = decisions.agree(case, desk.person, desk.at, pool)
    else:
        pressed = decisions.decline(case, desk.person, reason, desk.at, pool)
    if pressed:
        who = Recipient(person=desk.person, role=pool[desk.person])
        case = casework.entered(pressed, "agreed" if agrees else "declined", desk.at, who, reason)
    # Also where they had pressed before: somebody whose yes had lost its weight may have the role again.
    ended = decisions.settle(case, rule.needed, pool)
    if pressed is None and ended is None:
        return Turn(state=scene.state, replies=(case_views.proposal(desk),))
    sent: tuple[Letter, ...] = ()
    if ended:
        step: Step = "decided" if ended.proposals[-1].ended == "decided" else "not-decided"
        case = stopped(casework.entered(ended, step, desk.at), "decide", "expire")
        sent = letters.decision_ended(library, desk.directory, case)
    turn = changed(scene, case, event, case.ledger[-1].step, case_views.proposal(replace(desk, case=case)))
    return replace(turn, letters=tuple(letter for letter in sent if letter.to != desk.person))
