"""What a step on a case comes to, and how it is kept: shared by all who take steps."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cases import Case, Step
from bot.events import Event
from bot.messages import Message
from bot.scene import Scene
from bot.turn import CaseWritten, Letter, Record, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a step came to: the case, what is recorded and posted beside it, and what is said if not the usual."""

    case: Case
    letters: tuple[Letter, ...] = ()
    records: tuple[Record, ...] = ()
    says: str = ""
    shows: Message | None = None


def changed(scene: Scene, case: Case, event: Event, step: Step, *replies: Message) -> Turn:
    """The case is kept as it is now, after this step."""
    record = CaseWritten(case=case, step=step, by=event.actor.person)
    return Turn(state=scene.state, records=(record,), replies=replies)
