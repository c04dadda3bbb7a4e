"""People who decide together: who proposes, agrees and declines, and what is kept of it."""

from __future__ import annotations

from datetime import timedelta

from bot.cases import Case, Proposal
from tests.sample_people import HEAD, TEACHER
from tests.talking import ORGANISATION, Place, Talk

LEAD = "lead.high@bakery.example"
OWNER = "owner@bakery.example"
ACCOUNTANT = "accountant@bakery.example"
LAD = "lad.high@bakery.example"

STORY = "She makes fun of 8F for everybody to read."
KEEP = "Keep copies of a public profile"
WHY = {"purpose": "To speak with her.", "viewed": "Her page, by me, on Sunday.", "why": "It breaks the standards."}
DECIDED = "It is decided to keep copies."
STEP = "A report that you took responsibility for is waiting for a step."


def reported(place: Place, role: str, by: str = TEACHER, **more: str | tuple[str, ...]) -> str:
    """A report about a colleague, sent to the holders of a role. Its reference."""
    calm = {"academy": "North Academy", "danger": "no", "child-at-risk": "no", "account": STORY}
    ref = place.talk(by).reports("colleague-conduct", {**calm, "recipients": (role,), **more})
    place.post()
    return ref


def took(place: Place, who: str, ref: str) -> Talk:
    """Somebody who took responsibility for it."""
    return place.talk(who).picks(f"case:take:{ref}")


def proposes(place: Place, who: str, ref: str) -> Talk:
    """Whoever has it proposes to keep copies, and the others are written to."""
    talk = place.talk(who).picks(f"case:open:{ref}").presses("More").presses(KEEP).fills(**WHY)
    place.post()
    return talk


def proposed(
    place: Place, who: str = HEAD, role: str = "head_of_school", by: str = TEACHER, **more: str | tuple[str, ...]
) -> str:
    """A report that somebody has, who proposed to keep copies. Its reference."""
    ref = reported(place, role, by=by, **more)
    took(place, who, ref)
    proposes(place, who, ref)
    return ref


def agrees(place: Place, who: str, ref: str) -> Talk:
    return place.talk(who).picks(f"decide:open:{ref}").presses("I agree")


def declines(place: Place, who: str, ref: str, reason: str) -> Talk:
    return place.talk(who).picks(f"decide:open:{ref}").presses("I do not agree").fills(reason=reason)


def absent(place: Place, who: str, ref: str) -> bool:
    """Whether somebody is answered, press by press, in the very bytes in which a case that is not there is."""
    talk, no = place.talk(who), {"reason": ("No.",)}
    presses = [
        [repr(talk.picks(f"decide:{name}:{to}").replies) for name in ("open", "agree", "decline")]
        + [repr(talk.sends(f"decide:{name}:{to}", fields=no).replies) for name in ("agree", "decline")]
        for to in (ref, "0000-0000")
    ]
    return presses[0] == presses[1]


def no_say(place: Place, who: str, ref: str) -> bool:
    """Whether nothing that somebody presses changes what came of the proposal."""
    before, talk = proposal(place, ref), place.talk(who)
    offered = [option.label for option in talk.picks(f"decide:open:{ref}").options]
    talk.picks(f"decide:agree:{ref}").sends(f"decide:decline:{ref}", fields={"reason": ("No.",)})
    return "I agree" not in offered and proposal(place, ref) == before


def case_of(place: Place, ref: str) -> Case:
    with place.store.transaction():
        case = place.store.case(ORGANISATION, ref)
    assert case
    return case


def proposal(place: Place, ref: str) -> Proposal:
    """The latest proposal, as it is kept."""
    return case_of(place, ref).proposals[-1]


def seen_by_handler(place: Place, who: str, ref: str) -> str:
    return place.talk(who).picks(f"case:open:{ref}").hears


def steps(place: Place, ref: str) -> list[str]:
    return [line.step for line in case_of(place, ref).ledger]


def asked(place: Place, who: str) -> int:
    """How often somebody was written to because of a decision."""
    return [letter.summary for letter in place.letters[who]].count("A decision is waiting for you.")


def goes_by(place: Place, time: timedelta) -> None:
    """Let time pass as it does, quarter by quarter of an hour."""
    for _ in range(time // timedelta(minutes=15)):
        place.passes(timedelta(minutes=15))
