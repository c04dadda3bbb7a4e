"""Drafts that lie: how long they wait, when their writer is reminded, and their end."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot import letters
from bot.events import TimePassed
from bot.library import Library
from bot.scene import Scene
from bot.state import Draft
from bot.turn import Turn


def touched(draft: Draft, at: datetime) -> Draft:
    """The draft with somebody at it again: it waits from now on, and nothing is asked beside its questions."""
    return replace(draft, touched=at, reminded=None, warned=0, leaving=False)


def wake(library: Library, draft: Draft) -> datetime:
    """When the draft wants looking at: for the reminder, for the warning, for its end.

    Counted from the letter before, so that however long nobody was there to send it, each keeps its distance.
    """
    return (draft.reminded or draft.touched) + _waits(library)[draft.warned]


def time_passed(library: Library, scene: Scene, event: TimePassed) -> Turn:
    """Remind the writer, warn, and in the end delete the draft and say so."""
    draft, state, person = scene.state.draft, scene.state, event.actor.person
    if draft is None or event.at < wake(library, draft):
        return Turn(state=state)
    waits = _waits(library)
    if draft.warned == len(waits) - 1:
        return Turn(state=replace(state, draft=None), letters=(letters.expired(library, person),))
    draft = replace(draft, warned=draft.warned + 1, reminded=event.at)
    deleted = event.at + sum(waits[draft.warned :], timedelta())
    return Turn(state=replace(state, draft=draft), letters=(letters.nudge(library, person, draft, deleted),))


def _waits(library: Library) -> tuple[timedelta, ...]:
    calendar = library.calendar
    days = (calendar.draft_nudge_days, calendar.draft_warning_days, calendar.draft_days)
    return tuple(timedelta(days=later - earlier) for earlier, later in zip((0, *days), days, strict=False))
