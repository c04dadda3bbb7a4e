"""The one answer for what is not somebody's and for what is not there: nobody can tell the two apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.library import Library
from bot.scene import Scene
from bot.speaking import say
from bot.state import REFUSALS_NOTED
from bot.turn import AccessRefused, OperatorTold, Record, Turn


def refused(library: Library, scene: Scene, person: str, ref: str, at: datetime) -> Turn:
    """Refuse, and enter that it was asked for.

    Of somebody who asks again and again, only so often: guessing must not fill the record.
    """
    before = scene.state.refused
    records: tuple[Record, ...] = ()
    if len(before) < REFUSALS_NOTED:
        records = (AccessRefused(ref=ref, by=person),)
        if len(before) == REFUSALS_NOTED - 1:
            records = (*records, OperatorTold(what="guessing"))
    state = replace(scene.state, refused=(*before, at)[:REFUSALS_NOTED])
    return Turn(state=state, records=records, replies=(say(library.report_wording.not_yours),))
