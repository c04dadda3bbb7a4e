"""Lists of what is whose: reports that somebody sent, cases that wait for them, that they took, that are late or over.

Nothing of a case is in a list but its reference, urgency, age and standing; and none of a case that may not be opened
now, not even in a number.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import case_views, decisions, showing
from bot.cases import Case
from bot.library import Library
from bot.messages import Block, Choices, Facts, Message, Option, Paragraph
from bot.pages import sees_figures
from bot.people import Directory
from bot.permissions import entitled
from bot.scene import Scene
from bot.shelves import Shelf, overdue
from bot.speaking import say
from bot.words import moment, urgency

AT_HOME: tuple[Shelf, ...] = ("waiting", "deciding", "mine", "sent")
BESIDES: tuple[Shelf, ...] = ("overdue", "others", "register", "closed")


def theirs(library: Library, directory: Directory, person: str, shelf: Shelf, case: Case) -> bool:
    """Whether a case in one of a person's lists is one that they may open now: no other is listed."""
    rule = library.casework.decision
    if shelf == "sent":
        return case.reporter == person
    if shelf == "deciding":
        return rule is not None and person in decisions.deciders(case, rule, directory, library.roles)
    return entitled(case, person, directory, library.roles) is not None


def home(library: Library, scene: Scene, person: str) -> Message:
    """What is this person's: a draft, cases that wait, cases they have, reports sent, and the way on."""
    words, more = library.report_wording, library.case_wording
    blocks: list[Block] = []
    if draft := scene.state.draft:
        carry_on = Option(label=words.carry_on, value=f"draft:{draft.id}:carry-on")
        blocks.append(Paragraph(text=words.unfinished.format(noun=library.flows[draft.flow].noun)))
        blocks.append(Choices(prompt="", options=(carry_on,)))
    for shelf in AT_HOME:
        if scene.lists.get(shelf):
            blocks += _list(library, scene, shelf, person)
    if not scene.lists.get("sent"):
        handles = _handles(library, scene, person)
        blocks.append(Paragraph(text=more.home_empty if handles and not blocks else words.mine_none))
    options = [Option(label=words.report_something, value="menu")]
    if _handles(library, scene, person):
        blocks.append(Choices(prompt=more.lists, options=tuple(_besides(library, scene, person))))
    blocks.append(Choices(prompt="", options=tuple(options)))
    return Message(summary=words.home, blocks=tuple(blocks))


def sent(library: Library, scene: Scene, person: str) -> Message:
    """The reports that this person sent."""
    if not scene.lists.get("sent"):
        return say(library.report_wording.mine_none)
    blocks = tuple(_list(library, scene, "sent", person))[1:]
    return Message(summary=library.report_wording.mine, blocks=blocks)


def shelf_shown(library: Library, scene: Scene, shelf: Shelf, person: str) -> Message:
    """One list by itself."""
    words = library.case_wording
    name = words.shelves[shelf]
    back = Choices(prompt="", options=(Option(label=words.back_home, value="home"),))
    if not scene.lists.get(shelf):
        return Message(summary=name, blocks=(Paragraph(text=name), Paragraph(text=words.none_here), back))
    return Message(summary=name, blocks=(*_list(library, scene, shelf, person), back))


def _handles(library: Library, scene: Scene, person: str) -> bool:
    """Whether somebody has to do with cases of others: told of some, or in a role that may be."""
    known = scene.directory.people.get(person)
    listed = any(scene.lists.get(shelf) for shelf in AT_HOME if shelf != "sent")
    manages = any(other.manager == person for other in scene.directory.people.values())
    return listed or manages or bool(known and any(role in library.roles for role in known.roles))


def _besides(library: Library, scene: Scene, person: str) -> Iterator[Option]:
    words = library.case_wording
    yield from (Option(label=words.shelves[shelf], value=f"list:{shelf}") for shelf in BESIDES)
    if sees_figures(library, scene.directory, person):
        yield Option(label=words.actions["figures"].label, value="figures")


def _list(library: Library, scene: Scene, shelf: Shelf, person: str) -> Iterator[Block]:
    """A heading, each case with its button, and the way to older ones."""
    words = library.case_wording
    yield Paragraph(text=words.shelves[shelf])
    for case in scene.lists[shelf]:
        yield Facts(rows=tuple(_row(library, scene, shelf, case, person)))
        opens = {"sent": "mine:show", "deciding": "decide:open"}.get(shelf, "case:open")
        yield Choices(prompt="", options=(Option(label=library.report_wording.open, value=f"{opens}:{case.ref}"),))
    if before := scene.older.get(shelf):
        yield Choices(prompt="", options=(Option(label=words.older, value=f"list:{shelf}:{before}"),))


def _row(library: Library, scene: Scene, shelf: Shelf, case: Case, person: str) -> Iterator[tuple[str, str]]:
    words = library.report_wording
    yield words.reference, case.ref
    if shelf == "sent":
        yield words.age, moment(library, case.sent_at)
        yield words.standing, showing.standing(library, case)
        return
    if shelf != "deciding":
        yield words.urgency, urgency(library, urgent=case.urgent)
    yield words.age, moment(library, case.sent_at)
    if case.withdrawn and case.open:
        yield words.standing, words.steps.withdrawn
    if case.taken_by and case.open and case.taken_by != person:
        yield words.standing, case_views.taken_by(library, scene.directory, case)
    if overdue(case) and shelf not in ("deciding", "closed"):
        yield library.case_wording.late, library.case_wording.late_here
