"""One event, one turn. Pure: no clock, no disk, no network, no chance; everything comes with the event."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never, get_args

from bot.answering import Answer, Finding, find
from bot.compiled import Knowledge
from bot.events import ChoicePicked, ConversationOpened, Event, TextReceived
from bot.following import merge
from bot.masking import mask
from bot.matching.text import QUESTION_MAX, clean, normalise
from bot.messages import Choices, Message, Notice, Option
from bot.speaking import choice_of, roles, say, say_finding
from bot.state import Asked, Conversation
from bot.turn import FeedbackGiven, Opinion, QuestionUnanswered, Record, Turn


def handle(knowledge: Knowledge, state: Conversation, event: Event) -> Turn:
    """Decide what one event changes, what is recorded and what is said.

    A question past its time is forgotten first, so that it is never written back.
    """
    state = Conversation(asked=state.fresh(event.at))
    match event:
        case TextReceived():
            return _text(knowledge, state, event)
        case ChoicePicked():
            return _choice(knowledge, state, event)
        case ConversationOpened():
            return Turn(state=Conversation(), replies=(_welcome(knowledge),))
        case _:
            assert_never(event)


def _welcome(knowledge: Knowledge) -> Message:
    wording = knowledge.library.wording
    samples = tuple(Option(label=q, value=f"sample:{number}") for number, q in enumerate(wording.sample_questions))
    return say(wording.welcome, Choices(prompt="", options=samples))


def _text(knowledge: Knowledge, state: Conversation, event: TextReceived) -> Turn:
    wording = knowledge.library.wording
    cleaned = clean(event.text)
    if not cleaned.text:
        return Turn(state=state, replies=(say(wording.empty),))
    if not normalise(cleaned.text, knowledge.library.lexicon.spellings):
        return Turn(state=state, replies=(say(wording.unreadable),))
    turn = _ask(knowledge, state, event, cleaned.text)
    if not cleaned.cut:
        return turn
    notice = Notice(text=wording.cut.format(limit=QUESTION_MAX))
    first, *rest = turn.replies
    return replace(turn, replies=(replace(first, blocks=(notice, *first.blocks)), *rest))


def _ask(knowledge: Knowledge, state: Conversation, event: TextReceived | ChoicePicked, text: str) -> Turn:
    asked = state.asked
    merged = merge(knowledge, asked.text, text) if asked else None
    question = clean(merged).text if merged else text
    finding = find(knowledge, question)
    records: tuple[Record, ...] = ()
    if finding.kind == "unknown":
        records = (QuestionUnanswered(masked=mask(knowledge, question), nearest=finding.silence or ""),)
    if finding.kind in ("answer", "multi", "clarify", "unknown"):
        shown = tuple(filter(None, (a.entry for a in finding.answers)))
        others = tuple(e for e in (*finding.others, *finding.suggestions) if e not in shown)
        state = Conversation(asked=Asked(text=question, at=event.at, shown=shown, others=others))
    elif finding.kind == "report":
        state = Conversation()  # what was told is nobody's next question, and is not kept
    return Turn(state=state, records=records, replies=(say_finding(knowledge.library, finding, event.at),))


def _choice(knowledge: Knowledge, state: Conversation, event: ChoicePicked) -> Turn:
    library = knowledge.library
    match event.value.split(":"):
        case ["entry", entry] if entry in library.entries:
            return _entry_chosen(knowledge, state, event, entry)
        case ["report", flow] if flow in library.flows:
            told = roles(library, library.flows[flow])
            return Turn(state=state, replies=(say(library.wording.report_started.format(roles=told)),))
        case ["feedback", opinion, matter] if opinion in get_args(Opinion) and matter in library.policy_of:
            return _feedback(knowledge, state, event, opinion, matter)  # type: ignore[arg-type]
        case ["sample", number] if number.isdecimal() and int(number) < len(library.wording.sample_questions):
            return _ask(knowledge, Conversation(), event, library.wording.sample_questions[int(number)])
        case ["none"]:
            return _none_of_these(knowledge, state, event)
        case _:
            return Turn(state=state, replies=(say(library.wording.stale_choice),))


def _entry_chosen(knowledge: Knowledge, state: Conversation, event: ChoicePicked, entry: str) -> Turn:
    library = knowledge.library
    answer = Answer(entry=entry, silence=None, verdict=library.entries[entry].verdict, score=1.0)
    finding = Finding(kind="answer", answers=(answer,), report=library.entries[entry].report)
    asked = state.asked
    if asked:
        others = tuple(other for other in asked.others if other != entry)
        state = Conversation(asked=replace(asked, shown=(entry,), others=others))
    return Turn(state=state, replies=(say_finding(library, finding, event.at),))


def _none_of_these(knowledge: Knowledge, state: Conversation, event: ChoicePicked) -> Turn:
    asked = state.asked
    records = (QuestionUnanswered(masked=mask(knowledge, asked.text), nearest=""),) if asked else ()
    reply = say(knowledge.library.wording.none_of_these_reply)
    return Turn(state=Conversation(), records=records, replies=(reply,))


def _feedback(knowledge: Knowledge, state: Conversation, event: ChoicePicked, opinion: Opinion, matter: str) -> Turn:
    library, wording = knowledge.library, knowledge.library.wording
    records = (FeedbackGiven(matter=matter, opinion=opinion),)
    match opinion:
        case "helpful":
            return Turn(state=state, records=records, replies=(say(wording.feedback_thanks),))
        case "not-helpful":
            return Turn(state=state, records=records, replies=(say(wording.feedback_sorry),))
        case "not-meant":
            asked = state.asked
            if not asked or not asked.others:
                return Turn(state=state, records=records, replies=(say(wording.not_meant_nothing),))
            choices = choice_of(library, wording.not_meant_choices, asked.others)
            reply = Message(summary=wording.not_meant_choices, blocks=(choices,))
            return Turn(state=state, records=records, replies=(reply,))
        case _:
            assert_never(opinion)
