"""The guided conversation about something that happened: begun, answered, changed, put off, reviewed, sent.

Every answer is kept as it is given, nobody sees any of it before "send", and each function here takes one step. The
words are in `bot/asking.py`, what is asked next in `bot/reporting.py`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bot import asking, casework, letters, showing
from bot.casework import Report
from bot.events import Event, FormSent
from bot.flows import Question
from bot.library import Library
from bot.matching.text import STORY_MAX, tidy
from bot.messages import Choices, Message, Notice, Option
from bot.reporting import Guide
from bot.scene import Scene
from bot.signals import count
from bot.speaking import say
from bot.state import Draft, Sent
from bot.turn import CaseWritten, OperatorTold, Turn
from bot.waiting import touched
from bot.words import moment
from bot.working_time import local

REPORTS_PER_HOUR = 5
"""How many reports that are not urgent one person can send within an hour; the first always goes."""


def guide_of(library: Library, scene: Scene, event: Event, flow: str) -> Guide:
    """A person's way through a flow, on the day of the event."""
    return Guide(
        library=library,
        flow=library.flows[flow],
        directory=scene.directory,
        reporter=event.actor.person,
        day=local(library.calendar, event.at).date(),
        link=scene.state.draft.link if scene.state.draft else "",
    )


def begin(library: Library, scene: Scene, event: Event, flow: str) -> Turn:
    """Start a draft. One that has answers already is never thrown away without asking."""
    state, draft = scene.state, scene.state.draft
    if draft and draft.flow == flow:
        return resume(library, scene, event)
    if draft and draft.answers:
        return Turn(state=state, replies=(asking.unfinished(library, draft, flow),))
    return replace_draft(library, scene, event, flow)


def replace_draft(library: Library, scene: Scene, event: Event, flow: str) -> Turn:
    """Start a draft in place of the one that is there. Pressed twice, it is the same draft."""
    now = scene.state.draft
    if now and now.flow == flow and not now.answers:
        return resume(library, scene, event)
    name = casework.spell(scene.chance[5:10]).replace("-", "").lower()
    draft = Draft(id=name, flow=flow, touched=event.at, link=scene.state.link)
    scene = replace(scene, state=replace(scene.state, draft=draft, link=""))
    return _go_on(guide_of(library, scene, event, flow), scene, draft)


def resume(library: Library, scene: Scene, event: Event) -> Turn:
    """Back to where the draft was: the same question, or the way to the review."""
    draft = scene.state.draft
    assert draft is not None
    guide = guide_of(library, scene, event, draft.flow)
    draft = replace(_now(guide, draft, event), reviewing=False)
    return _go_on(guide, scene, draft)


def ask_again(library: Library, scene: Scene, event: Event) -> Message:
    """The question that the draft is waiting at, unchanged."""
    draft = scene.state.draft
    assert draft is not None
    guide = guide_of(library, scene, event, draft.flow)
    draft = replace(_now(guide, draft, event), reviewing=False)
    asked = current(guide, draft)
    return asking.question(guide, draft, asked) if asked else asking.ready(guide, draft)


def waiting(library: Library, scene: Scene, event: Event) -> str:
    """The id of the question that waits, or nothing."""
    draft = scene.state.draft
    asked = current(guide_of(library, scene, event, draft.flow), draft) if draft else None
    return asked.id if asked else ""


def typed(library: Library, scene: Scene, event: Event, text: str) -> Turn | None:
    """A typed answer to the question that waits: an option's words, or its number; None if it is neither."""
    draft = scene.state.draft
    assert draft is not None
    guide = guide_of(library, scene, event, draft.flow)
    leaving = draft.leaving
    # What is typed is answered in the chat: a window could not be opened for it.
    draft = replace(_now(guide, draft, event), reviewing=False)
    asked = current(guide, draft)
    if leaving and (said := _yes_or_no(library, text)):
        return press(library, scene, event, said, "", "")
    if asked is None or asked.kind in ("text", "people"):
        return None
    offered = guide.options(asked, draft.answers)
    numbered = {str(number): value for number, value in enumerate(offered, start=1)}
    named = {label.casefold(): value for value, label in offered.items()} | numbered
    picked = [named.get(part.strip(" .!").casefold()) for part in re.split(r"[,;&]|\band\b", text)]
    whole = named.get(text.strip(" .!").casefold())
    given = [whole] if whole else picked
    several = asked.kind == "many" or asking.ticked(guide, asked)
    if not given or None in given or (len(given) > 1 and not several):
        return None
    return answer(guide, scene, draft, asked, tuple(dict.fromkeys(value for value in given if value)))


def _yes_or_no(library: Library, text: str) -> str:
    """The button that was meant by a typed answer to "delete it?", or nothing."""
    said, words = text.strip(" .!").casefold(), library.report_wording
    if said in (*words.commands.get("yes", ()), words.cancel_yes.casefold()):
        return "cancel-yes"
    return "carry-on" if said in (*words.commands.get("no", ()), words.cancel_no.casefold()) else ""


def current(guide: Guide, draft: Draft) -> Question | None:
    """The question that waits for an answer: one that is being changed, else the first unanswered one."""
    again = next((q for q in guide.path(draft.answers) if q.id == draft.revisit), None)
    return again or guide.next_question(draft.answers)


def press(library: Library, scene: Scene, event: Event, action: str, about: str, value: str) -> Turn:
    """A button of the draft was pressed: `action`, on the question `about`, with an option's `value`."""
    draft = scene.state.draft
    assert draft is not None
    leaving = draft.leaving
    guide = guide_of(library, scene, event, draft.flow)
    draft = _now(guide, draft, event)
    asked = next((q for q in guide.path(draft.answers) if q.id == about), None)
    match action:
        case "pick" if asked and value in guide.options(asked, draft.answers):
            turn = answer(guide, scene, draft, asked, (value,))
            old = draft.answers.get(asked.id) not in (None, (value,)) and asked != current(guide, draft)
            return _with_change(guide, turn, asked, value) if old else turn
        case "skip" if asked and asked.optional and asked == current(guide, draft):
            return answer(guide, scene, draft, asked, ())
        case "write" if asked:
            return _keep(scene, draft, asking.window(guide, draft, asked))
        case "change" if asked:
            draft = replace(draft, revisit=asked.id, reviewing=True)
            return _keep(scene, draft, asking.question(guide, draft, asked))
        case "remove" if asked and (asked.optional or asked.kind == "text"):
            return answer(guide, scene, replace(draft, reviewing=True), asked, ())
        case "back":
            return _back(guide, scene, draft)
        case "review" if not guide.next_question(draft.answers):
            draft = replace(draft, reviewing=True, revisit="")
            return _keep(scene, draft, asking.review(guide, draft))
        case "send" if not guide.next_question(draft.answers) and draft.flow in library.routes:
            return _send(guide, scene, event, draft, read=about)
        case "later":
            return _keep(scene, replace(draft, reviewing=False), asking.later(guide, draft))
        case "cancel" | "cancel-yes" if action == "cancel" or not leaving:
            return _keep(scene, replace(draft, reviewing=False, leaving=True), asking.cancel(guide, draft))
        case "cancel-yes":
            said = library.report_wording.cancelled.format(noun=guide.flow.noun)
            return Turn(
                state=replace(scene.state, draft=None),
                replies=(say(said, *asking.support(library, guide.flow)),),
            )
        case _:
            return resume(library, scene, event)


def form(library: Library, scene: Scene, event: FormSent, about: str) -> Turn:
    """A form of the draft was sent. What does not fit is said in the window, with the text still in it."""
    draft = scene.state.draft
    assert draft is not None
    words = library.report_wording
    guide = guide_of(library, scene, event, draft.flow)
    draft = _now(guide, draft, event)
    asked = next((q for q in guide.path(draft.answers) if q.id == about), None)
    if asked is None:
        return resume(library, scene, event)
    if asked.kind != "text":
        given = tuple(pick for pick in guide.options(asked, draft.answers) if pick in event.ticked)
        if not given and asked.kind != "people" and not asked.optional:
            return _keep(scene, draft, asking.question(guide, draft, asked, words.nothing_ticked))
        return answer(guide, scene, draft, asked, given)
    text = tidy(event.text[: STORY_MAX + 1])
    if len(text) > asked.limit:
        problem = words.form_too_long.format(count=len(text), limit=asked.limit)
        return _keep(scene, draft, asking.window(guide, draft, asked, problem, kept=text))
    if not text and not asked.optional:
        return _keep(scene, draft, asking.window(guide, draft, asked, words.form_empty))
    return answer(guide, scene, draft, asked, (text,) if text else ())


def answer(guide: Guide, scene: Scene, draft: Draft, asked: Question, given: tuple[str, ...]) -> Turn:
    """Keep an answer, drop those that no longer count, and go on."""
    answers = guide.prune({**draft.answers, asked.id: given})
    draft = replace(draft, answers=answers, revisit="")
    turn = _go_on(guide, scene, draft)
    first, *rest = turn.replies
    now = asking.picked_steps(guide, asked, given)
    return replace(turn, replies=(replace(first, blocks=(*now, *first.blocks)), *rest)) if now else turn


def _now(guide: Guide, draft: Draft, event: Event) -> Draft:
    """The draft as it stands today: touched, and without answers that the knowledge or the directory no longer has."""
    return replace(touched(draft, event.at), answers=guide.prune(draft.answers))


def _with_change(guide: Guide, turn: Turn, asked: Question, value: str) -> Turn:
    """Say that a button of an earlier question changed its answer, which otherwise nobody would notice."""
    label = guide.options(asked, turn.state.draft.answers if turn.state.draft else {}).get(value, value)
    said = guide.library.report_wording.changed_answer.format(question=asked.short, answer=label)
    first, *rest = turn.replies
    return replace(turn, replies=(replace(first, blocks=(Notice(text=said), *first.blocks)), *rest))


def _go_on(guide: Guide, scene: Scene, draft: Draft) -> Turn:
    """The next question; or, when all are answered, the review or the end."""
    if asked := current(guide, draft):
        return _keep(scene, draft, asking.question(guide, draft, asked))
    if guide.flow.keeps == "date":
        state = replace(scene.state, draft=None, done={**scene.state.done, guide.flow.id: draft.touched})
        return Turn(state=state, replies=(asking.done(guide, draft.answers),))
    return _keep(scene, draft, asking.review(guide, draft) if draft.reviewing else asking.ready(guide, draft))


def _back(guide: Guide, scene: Scene, draft: Draft) -> Turn:
    path, at = guide.path(draft.answers), current(guide, draft)
    position = path.index(at) if at in path else len(path)
    if position == 0:
        return _go_on(guide, scene, draft)
    before = path[position - 1]
    draft = replace(draft, revisit=before.id)
    return _keep(scene, draft, asking.question(guide, draft, before))


def _keep(scene: Scene, draft: Draft, reply: Message) -> Turn:
    return Turn(state=replace(scene.state, draft=draft), replies=(reply,))


def _send(guide: Guide, scene: Scene, event: Event, draft: Draft, read: str) -> Turn:
    """File the report: state, case, audit and alerts in one turn. `read` marks the review that was read.

    If that is no longer what would be sent (changed on another device, a recipient who left), it is shown anew.
    """
    library, answers = guide.library, draft.answers
    if read != guide.mark(answers):
        changed = guide.library.report_wording.review_changed
        return _keep(scene, replace(draft, reviewing=True), asking.review(guide, draft, changed))
    urgent = guide.urgent(answers)
    lately = [sent.at for sent in scene.state.sent if event.at - sent.at < timedelta(hours=1)]
    if len(lately) >= REPORTS_PER_HOUR and not urgent:
        return _too_many(library, scene, draft, lately[-REPORTS_PER_HOUR] + timedelta(hours=1), len(lately))
    report = Report(
        flow=guide.flow.id,
        urgent=urgent,
        reporter=guide.reporter,
        identity=guide.identity(answers),
        academy=guide.academy(answers),
        said=guide.to_read(answers),
        picked=guide.picked(answers),
        route=guide.route(answers),
    )
    case = casework.file(report, library.calendar, scene.chance, event.at)
    about = library.casework.repeat.questions if library.casework.repeat else ()
    people = tuple(person for question in about for person in case.picked.get(question, ()))
    counted = count(library, scene, case, people, event.at)
    case, told = counted.case, () if case.handlers else (OperatorTold(what="nobody-left"),)
    return Turn(
        state=replace(
            scene.state, draft=None, sent=(*scene.state.sent, Sent(draft=draft.id, ref=case.ref, at=event.at))
        ),
        records=(CaseWritten(case=case, step="sent", by=guide.reporter), *counted.records, *told),
        letters=(*letters.alerts(library, case, case.handlers), *counted.letters),
        replies=(showing.receipt(library, case),),
    )


def _too_many(library: Library, scene: Scene, draft: Draft, after: datetime, count: int) -> Turn:
    words = library.report_wording
    said = words.too_many.format(count=count, time=moment(library, after))
    option = Option(label=words.read_and_send, value=f"draft:{draft.id}:review")
    return _keep(scene, draft, say(said, Choices(prompt="", options=(option,))))
