"""One event, one turn. Pure: no clock, no disk, no network, no chance; all that comes with the event and the scene."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import assert_never, cast

from bot import asking, consulting, handling, holding, interview, listing, pages, showing, waiting
from bot.compiled import Knowledge
from bot.events import (
    ChoicePicked,
    ConversationOpened,
    DeadlinePassed,
    DirectoryChanged,
    Event,
    FileOffered,
    FormClosed,
    FormSent,
    HomeOpened,
    LetterDelivered,
    LetterFailed,
    PageAsked,
    TextReceived,
    TimePassed,
)
from bot.matching.text import clean, normalise
from bot.messages import Choices, Message, Notice, Option
from bot.report_wording import Command
from bot.scene import Scene
from bot.shelves import SHELVES, Shelf
from bot.speaking import say
from bot.state import REFUSALS_COUNT, SENT_KEPT, Conversation
from bot.turn import CaseWritten, LinkMade, LinkUsed, Record, Turn

_OF_A_CASE = re.compile(r"(?:(?:case|mine|decide|signal):[a-z-]+|alert):([0-9A-Z]{4}(?:-[0-9A-Z]{4})*)")
_LISTED: dict[str, tuple[Shelf, ...]] = {"mine": ("sent",), "home": listing.AT_HOME}
_PUNCTUATION = re.compile(r"[^\w\s]+")


@dataclass(frozen=True, slots=True)
class Needs:
    """What an event cannot be decided on without: a case by its reference, what a link leads to, and the lists of the
    actor's cases, each from its beginning or after a reference.
    """

    case: str = ""
    token: str = ""
    lists: tuple[Shelf, ...] = ()
    after: str = ""


def needs(knowledge: Knowledge, state: Conversation, event: Event) -> Needs:
    """What the service has to look up before `handle`, given where the actor stands."""
    match event:
        case LetterDelivered(case=ref) | LetterFailed(case=ref) | DeadlinePassed(case=ref) | DirectoryChanged(case=ref):
            return Needs(case=ref)
        case PageAsked(token=token):
            return Needs(token=token)
        case HomeOpened():
            return Needs(lists=listing.AT_HOME)
        case TextReceived(text=text, shared=False):
            return Needs(lists=_LISTED.get(_command(knowledge, state, clean(text).text) or "", ()))
        case ChoicePicked(value=value) if value in _LISTED:
            return Needs(lists=_LISTED[value])
        case ChoicePicked(value=value) if value.startswith("list:"):
            shelf, _, after = value.removeprefix("list:").partition(":")
            return Needs(lists=tuple(known for known in SHELVES if known == shelf), after=after)
        case ChoicePicked(value=value) | FormSent(form=value):
            found = _OF_A_CASE.fullmatch(value)
            return Needs(case=found[1] if found else _sent(state, value))
        case _:
            return Needs()


def handle(knowledge: Knowledge, scene: Scene, event: Event) -> Turn:
    """Decide what one event changes, what is recorded, posted and said.

    What is past its time is forgotten first, so that it is never written back.
    """
    state = scene.state
    sent = tuple(sent for sent in state.sent if event.at - sent.at < SENT_KEPT)
    # A draft of a kind of report that the knowledge does not have just now is out of sight, and not lost.
    hidden = state.draft if state.draft and state.draft.flow not in knowledge.library.flows else None
    draft = None if hidden else state.draft
    refused = tuple(at for at in state.refused if event.at - at < REFUSALS_COUNT)
    state = replace(
        state, asked=state.fresh(event.at), draft=draft, sent=sent, link=_link(state, event), refused=refused
    )
    scene = replace(scene, state=state)
    turn = _decide(knowledge, scene, event)
    draft = turn.state.draft or hidden
    turn = replace(turn, state=replace(turn.state, draft=draft))
    return replace(turn, wake=waiting.wake(knowledge.library, draft)) if draft else turn


def handle_again(knowledge: Knowledge, scene: Scene, event: Event) -> Turn:
    """The reply to an event that was handled before, of which nothing is written.

    The first reply may have been lost on the way, so it is decided again; but one that speaks of something that would
    only now be done, as "saved", would not be true. Then it says where the person stands.
    """
    turn = handle(knowledge, scene, event)
    done = any(_does(record) for record in turn.records)
    if not done and turn.state.draft == scene.state.draft and turn.state.sent == scene.state.sent:
        return replace(turn, state=scene.state, records=(), letters=())
    words, case = knowledge.library.report_wording, scene.case
    mine = Choices(prompt="", options=(Option(label=words.mine, value="mine"),))
    if case and case.reporter != event.actor.person:
        mine = Choices(prompt="", options=(Option(label=words.open, value=f"case:open:{case.ref}"),))
    draft = scene.state.draft
    known = draft is not None and draft.flow in knowledge.library.flows
    again = (interview.ask_again(knowledge.library, scene, event),) if known else ()
    return Turn(state=scene.state, replies=(say(words.repeated, *(() if again else (mine,))), *again))


_READINGS = ("opened", "proposal-opened", "signal-opened")


def _does(record: Record) -> bool:
    """Whether something would be done by keeping this, which must not be said to be done anew."""
    return isinstance(record, LinkMade | LinkUsed) or (isinstance(record, CaseWritten) and record.step not in _READINGS)


def _decide(knowledge: Knowledge, scene: Scene, event: Event) -> Turn:
    library, state = knowledge.library, scene.state
    match event:
        case TextReceived():
            return _text(knowledge, scene, event)
        case ChoicePicked():
            return _choice(knowledge, scene, event)
        case FormSent():
            return _form(knowledge, scene, event)
        case FormClosed():
            again = (interview.ask_again(library, scene, event),) if state.draft else ()
            if state.draft:
                state = replace(state, draft=replace(state.draft, reviewing=False, revisit=""))
            return Turn(state=state, replies=(say(library.report_wording.form_closed), *again))
        case FileOffered():
            lead = library.report_wording.the_role.format(role=library.roles[library.safety_lead].title)
            again = (interview.ask_again(library, scene, event),) if state.draft else ()
            return Turn(state=state, replies=(say(library.report_wording.file_offered.format(lead=lead)), *again))
        case ConversationOpened():
            return Turn(state=replace(state, asked=None), replies=(_welcome(knowledge, state),))
        case HomeOpened():
            return Turn(state=state, replies=(listing.home(library, scene, event.actor.person),))
        case LetterDelivered():
            return holding.letter_delivered(scene, event)
        case LetterFailed():
            return holding.letter_failed(library, scene, event)
        case DeadlinePassed():
            return holding.deadline_passed(library, scene, event)
        case DirectoryChanged():
            return holding.directory_changed(library, scene, event)
        case PageAsked():
            return pages.asked(library, scene, event)
        case TimePassed():
            return waiting.time_passed(library, scene, event)
        case _:
            assert_never(event)


def _link(state: Conversation, event: Event) -> str:
    """The message that a report is to be about: kept only as long as somebody is on the way to begin one."""
    if not isinstance(event, ChoicePicked):
        return ""
    on_the_way = event.value.startswith(("report:", "who:", "begin:", "replace:"))
    return event.link or (state.link if on_the_way else "")


def _welcome(knowledge: Knowledge, state: Conversation) -> Message:
    words, message = knowledge.library.report_wording, consulting.welcome(knowledge)
    options = [Option(label=words.report_something, value="menu")]
    if state.draft:
        options.insert(0, Option(label=words.carry_on, value=f"draft:{state.draft.id}:carry-on"))
    return replace(message, blocks=(*message.blocks, Choices(prompt="", options=tuple(options))))


def _text(knowledge: Knowledge, scene: Scene, event: TextReceived) -> Turn:
    library, state = knowledge.library, scene.state
    if event.shared:
        return consulting.in_the_open(knowledge, state, event)
    cleaned = clean(event.text)
    if not cleaned.text:
        return Turn(state=state, replies=(say(library.wording.empty),))
    if command := _command(knowledge, state, cleaned.text):
        return _commanded(knowledge, scene, event, command)
    if state.draft:
        return _beside_a_draft(knowledge, scene, event, cleaned.text)
    if not normalise(cleaned.text, library.lexicon.spellings):
        return Turn(state=state, replies=(say(library.wording.unreadable),))
    turn = consulting.ask(knowledge, state, event.at, cleaned.text)
    return consulting.with_cut(knowledge, turn) if cleaned.cut else turn


def _command(knowledge: Knowledge, state: Conversation, text: str) -> Command | None:
    """What can be typed instead of pressed; about a draft only while there is one."""
    said = " ".join(_PUNCTUATION.sub(" ", text.casefold()).split())
    always = ("report", "mine", "home", "hide")
    for command, phrases in knowledge.library.report_wording.commands.items():
        if said in phrases and (state.draft or command in always):
            return None if command in ("yes", "no") and not (state.draft and state.draft.leaving) else command
    return None


def _commanded(knowledge: Knowledge, scene: Scene, event: TextReceived, command: Command) -> Turn:
    library, state = knowledge.library, scene.state
    match command:
        case "report":
            return Turn(state=state, replies=(asking.menu(library),))
        case "mine":
            return Turn(state=state, replies=(listing.sent(library, scene, event.actor.person),))
        case "home":
            return Turn(state=state, replies=(listing.home(library, scene, event.actor.person),))
        case "hide":
            return _hide(knowledge, scene)
        case "carry-on":
            return interview.resume(library, scene, event)
        case "back" | "later" | "cancel":
            return interview.press(library, scene, event, command, "", "")
        case "skip":
            return interview.press(library, scene, event, "skip", interview.waiting(library, scene, event), "")
        case "yes" | "no":
            return interview.typed(library, scene, event, event.text) or interview.resume(library, scene, event)
        case _:
            assert_never(command)


def _hide(knowledge: Knowledge, scene: Scene) -> Turn:
    """A neutral line in place of everything the assistant said; what was saved stays."""
    reply = say(knowledge.library.report_wording.hidden)
    return Turn(state=replace(scene.state, asked=None), replies=(reply,), hide=True)


def _beside_a_draft(knowledge: Knowledge, scene: Scene, event: TextReceived, text: str) -> Turn:
    """Typed while a report waits: an answer in words, a question about the policy, or the story itself."""
    library, state = knowledge.library, scene.state
    if turn := interview.typed(library, scene, event, text):
        return turn
    again = interview.ask_again(library, scene, event)
    answered, alarming = consulting.answer_beside(knowledge, event.at, text)
    if answered:
        return Turn(state=state, replies=(answered, again))
    assert state.draft is not None
    story = say(library.report_wording.typed_story.format(noun=library.flows[state.draft.flow].noun))
    if alarming:
        story = replace(story, blocks=(Notice(text=library.wording.report_urgent, urgent=True), *story.blocks))
    return Turn(state=state, replies=(story, again))


def _choice(knowledge: Knowledge, scene: Scene, event: ChoicePicked) -> Turn:
    library, state = knowledge.library, scene.state
    match event.value.split(":", 4):
        case ["menu"]:
            return Turn(state=state, replies=(asking.menu(library),))
        case ["mine"]:
            return Turn(state=state, replies=(listing.sent(library, scene, event.actor.person),))
        case ["home"]:
            return Turn(state=state, replies=(listing.home(library, scene, event.actor.person),))
        case ["hide"]:
            return _hide(knowledge, scene)
        case ["report", flow] if flow in library.flows:
            return Turn(state=state, replies=(asking.beginning(library, library.flows[flow], event.platform),))
        case ["who", flow] if flow in library.routes:
            return Turn(state=state, replies=(asking.who(library, library.flows[flow]),))
        case ["not-now", flow] if flow in library.flows:
            return Turn(state=state, replies=(asking.not_now(library, library.flows[flow]),))
        case ["begin", flow] if flow in library.flows:
            return interview.begin(library, scene, event, flow)
        case ["replace", draft, flow] if flow in library.flows:
            asked_about = state.draft is not None and state.draft.id == draft
            again = interview.replace_draft if asked_about else interview.begin
            return again(library, scene, event, flow)
        case ["draft", draft, action, *rest] if state.draft and state.draft.id == draft:
            about, value = (*rest, "", "")[:2]
            return interview.press(library, scene, event, action, about, value)
        case ["draft", *_] if scene.case:
            return Turn(state=state, replies=(showing.receipt(library, scene.case),))
        case [("case" | "decide" | "signal") as kind, action, ref]:
            return handling.pressed(library, scene, event, f"{kind}:{action}", ref)
        case ["alert", ref]:
            return holding.alert_now(library, scene, event, ref)
        case ["mine", action, ref]:
            return holding.reporters_choice(library, scene, event, f"mine:{action}", ref)
        case ["list", shelf, *_] if shelf in scene.lists:
            return Turn(
                state=state, replies=(listing.shelf_shown(library, scene, cast(Shelf, shelf), event.actor.person),)
            )
        case ["figures"]:
            return pages.figures(library, scene, event)
        case _:
            turn = consulting.choice(knowledge, state, event.at, event.value)
            return turn or Turn(state=state, replies=(say(library.wording.stale_choice),))


def _form(knowledge: Knowledge, scene: Scene, event: FormSent) -> Turn:
    library, state = knowledge.library, scene.state
    match event.form.split(":"):
        case ["draft", draft, question] if state.draft and state.draft.id == draft:
            return interview.form(library, scene, event, question)
        case ["draft", *_] if scene.case:
            return Turn(state=state, replies=(showing.receipt(library, scene.case),))
        case [("case" | "decide") as kind, action, ref]:
            return handling.filled(library, scene, event, f"{kind}:{action}", ref)
        case ["mine", action, ref]:
            return holding.reporters_form(library, scene, event, f"mine:{action}", ref)
        case _:
            return Turn(state=state, replies=(say(library.report_wording.stale_form),))


def _sent(state: Conversation, value: str) -> str:
    """The case that the draft of a button or form became, or nothing."""
    return next((sent.ref for sent in state.sent if value.startswith(f"draft:{sent.draft}:")), "")
