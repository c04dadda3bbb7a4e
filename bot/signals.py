"""That it is not the first concern about somebody: counted without names, and told to one person alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import letters
from bot.cases import Case, Signal
from bot.library import Library
from bot.people import Directory
from bot.routing import climb
from bot.scene import Scene
from bot.turn import ConcernCounted, Letter, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The case with the signal on it if there is one, what is counted, and the letter about it."""

    case: Case
    records: tuple[Record, ...] = ()
    letters: tuple[Letter, ...] = ()


def count(library: Library, scene: Scene, case: Case, people: tuple[str, ...], at: datetime) -> Counted:
    """Count this case as a concern about these people; only for kinds of report that are counted."""
    rule = library.casework.repeat
    found = Counted(case=case)
    if rule is None or case.flow not in rule.flows:
        return found
    for person in people:
        if counted_already(library, scene, case, person, at):
            continue
        number = 1 + scene.concerns(person, at - timedelta(days=rule.days), case.ref)
        counted = (*found.records, ConcernCounted(person=person, ref=case.ref))
        found = replace(found, records=counted)
        to = _to(library, scene.directory, case, person) if number >= rule.count else None
        if to:
            told = replace(found.case, signals=(*found.case.signals, replace(to, count=number, at=at)))
            found = replace(found, case=told, letters=(*found.letters, letters.signal(library, told, to)))
    return found


def counted_already(library: Library, scene: Scene, case: Case, person: str, at: datetime) -> bool:
    """Whether this case counts as a concern about this person."""
    rule = library.casework.repeat
    since = at - timedelta(days=rule.days) if rule else at
    return scene.concerns(person, since, "") > scene.concerns(person, since, case.ref)


def _to(library: Library, directory: Directory, case: Case, about: str) -> Signal | None:
    """Who is told: whoever holds the role that the rule names, or the first above that is not whom it is about.

    Only a holder, never a stand-in, and nobody barred from the case.
    """
    rule = library.casework.repeat
    assert rule is not None
    out = case.barred | {about, case.reporter}
    for role in climb(library.roles, rule.tell):
        for holder in directory.holders(library.roles[role], case.academy, case.reporter):
            if holder.active and holder.id not in out:
                return Signal(person=holder.id, role=role, count=0, at=case.sent_at)
    return None
