"""Links to pages of our own: the record of a case, the figures. Made for one person, opened once, for a short time.

Whoever opens one is known by the link alone, so what its person may see is asked again at that moment.
"""

from __future__ import annotations

from datetime import timedelta

from bot import casework
from bot.case_wording import Action
from bot.cases import Grant
from bot.events import ChoicePicked, PageAsked
from bot.library import Library
from bot.messages import Link, Message, Paragraph
from bot.people import Directory
from bot.permissions import holds, relations
from bot.refusing import refused
from bot.scene import Scene
from bot.speaking import say
from bot.turn import AccessRefused, CaseWritten, LinkMade, LinkUsed, Turn

LINK_LASTS = timedelta(minutes=10)
"""How long a link opens its page."""


def link(scene: Scene) -> tuple[str, str]:
    """A new token, and the link that holds it. Only where there are pages."""
    token = casework.spell(scene.chance[1:16]).replace("-", "").lower()
    return token, f"{scene.address or ''}/link/{token}"


def ready(library: Library, action: Action, url: str) -> Message:
    """The link to a page, in a private window, and how long it opens it."""
    words = library.case_wording
    text = words.link_ready.format(minutes=int(LINK_LASTS.total_seconds() // 60))
    blocks = (Paragraph(text=text), Link(label=words.link_label, url=url))
    return Message(summary=words.actions[action].label, blocks=blocks, private=True)


def sees_figures(library: Library, directory: Directory, person: str) -> bool:
    """Whether somebody holds a role that sees the figures."""
    return any(holds(directory, person, role) for role in library.casework.figures)


def figures(library: Library, scene: Scene, event: ChoicePicked) -> Turn:
    """A link to the figures, for whoever holds a role that sees them."""
    words, person = library.case_wording, event.actor.person
    if not sees_figures(library, scene.directory, person):
        return refused(library, scene, person, "", event.at)
    if scene.address is None:
        return Turn(state=scene.state, replies=(say(words.no_pages),))
    token, url = link(scene)
    grant = Grant(page="figures", person=person, until=event.at + LINK_LASTS)
    records = (LinkMade(token=token, grant=grant),)
    return Turn(state=scene.state, records=records, replies=(ready(library, "figures", url),))


def asked(library: Library, scene: Scene, event: PageAsked) -> Turn:
    """A link was opened: what may be shown now, and never again by this link; else a refusal that tells nothing.

    A link that never was leaves no trace here, so that guessing does not fill the record.
    """
    grant, case = scene.grant, scene.case
    if grant is None:
        return Turn(state=scene.state)
    used = (LinkUsed(token=event.token),)
    no = Turn(state=scene.state, records=(*used, AccessRefused(ref=grant.ref, by=grant.person)))
    if event.at >= grant.until:
        return no
    if grant.page == "figures":
        allowed = sees_figures(library, scene.directory, grant.person)
        return Turn(state=scene.state, records=used, granted=grant) if allowed else no
    if case is None or "responsible" not in relations(case, grant.person, scene.directory, library.roles):
        return no
    case = casework.entered(case, "exported", event.at, case.handler(grant.person))
    written = CaseWritten(case=case, step="exported", by=grant.person)
    return Turn(state=scene.state, records=(written, *used), granted=grant)
