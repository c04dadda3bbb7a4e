"""Consulting the policy: a question, its answer, and what is done about the answer. Leaves no trace of the asker."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never, get_args

from bot.answering import Answer, Finding, asks, find
from bot.compiled import Knowledge
from bot.events import TextReceived
from bot.following import merge
from bot.masking import mask
from bot.matching.text import QUESTION_MAX, clean
from bot.messages import Block, Choices, Message, Notice, Option, Steps
from bot.speaking import choice_of, say, say_finding
from bot.state import Asked, Conversation
from bot.turn import FeedbackGiven, Letter, Opinion, QuestionUnanswered, Record, Turn


def welcome(knowledge: Knowledge) -> Message:
    """What somebody sees first, with questions to try."""
    wording = knowledge.library.wording
    samples = tuple(Option(label=q, value=f"sample:{number}") for number, q in enumerate(wording.sample_questions))
    return say(wording.welcome, Choices(prompt="", options=samples))


def ask(knowledge: Knowledge, state: Conversation, at: datetime, text: str) -> Turn:
    """Answer what somebody typed, cleaned already. "What about parents?" is taken with what was asked before."""
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
        state = replace(state, asked=Asked(text=question, at=at, shown=shown, others=others))
    elif finding.kind == "report":
        state = replace(state, asked=None)  # what was told is nobody's next question, and is not kept
    return Turn(state=state, records=records, replies=(say_finding(knowledge.library, finding, at),))


def answer_beside(knowledge: Knowledge, at: datetime, text: str) -> tuple[Message | None, bool]:
    """The answer to a question asked in the middle of something else, and whether the text tells of danger.

    None if the text is no question, or none that is known: then it may be part of what happened, and neither the text
    nor that it was asked is kept.
    """
    finding = find(knowledge, text)
    answers = finding.kind in ("answer", "multi", "clarify") or finding.silence
    known = finding.kind == "smalltalk" or (answers and asks(knowledge, text))
    return (say_finding(knowledge.library, finding, at) if known else None), finding.urgent


def look(knowledge: Knowledge, at: datetime, text: str) -> Message:
    """What the policy says to a text that somebody else wrote: nothing is kept, not even that it was looked at."""
    cleaned = clean(text).text
    if not cleaned:
        return say(knowledge.library.wording.empty)
    return replace(say_finding(knowledge.library, find(knowledge, cleaned), at), only_you=True)


def suggest(knowledge: Knowledge, text: str) -> tuple[Option, ...]:
    """Entries that somebody may be about to ask for, while they type."""
    said = " ".join(clean(text).text.casefold().split())
    entries = knowledge.library.entries.values()
    return tuple(Option(label=e.title, value=f"entry:{e.id}") for e in entries if said in e.title.casefold())


def show(knowledge: Knowledge, at: datetime, value: str) -> Message | None:
    """The answer that a suggested entry leads to; None if there is no such entry."""
    entry = value.removeprefix("entry:")
    if entry not in knowledge.library.entries:
        return None
    verdict = knowledge.library.entries[entry].verdict
    answer = Answer(entry=entry, silence=None, verdict=verdict, score=1.0)
    return say_finding(knowledge.library, Finding(kind="answer", answers=(answer,)), at)


def in_the_open(knowledge: Knowledge, state: Conversation, event: TextReceived) -> Turn:
    """Answer a question where others read along: the policy's answer, without buttons, and never a word of a report.

    What tells of something, or comes near it, is taken to the private chat and neither answered nor kept here.
    """
    words, cleaned = knowledge.library.report_wording, clean(event.text).text
    finding = find(knowledge, cleaned) if cleaned else Finding(kind="unknown")
    if finding.kind == "report" or finding.urgent:
        menu = Choices(prompt="", options=(Option(label=words.report_something, value="menu"),))
        letter = Letter(to=event.actor.person, message=say(words.here_we_are, menu))
        return Turn(state=state, letters=(letter,), replies=(replace(say(words.in_private), only_you=True),))
    if not cleaned:
        return Turn(state=state, replies=(replace(say(knowledge.library.wording.empty), only_you=True),))
    turn = ask(knowledge, Conversation(), event.at, cleaned)
    return replace(turn, state=state, replies=tuple(map(_without_buttons, turn.replies)))


def _without_buttons(message: Message) -> Message:
    """What there is to choose as a list to read; feedback and offers of reports are left out."""
    blocks: list[Block] = []
    for block in message.blocks:
        if not isinstance(block, Choices):
            blocks.append(block)
            continue
        labels = tuple(option.label for option in block.options if option.value.startswith("entry:"))
        if labels:
            blocks.append(Steps(title=block.prompt, steps=labels))
    return replace(message, blocks=tuple(blocks))


def with_cut(knowledge: Knowledge, turn: Turn) -> Turn:
    """Say that only the beginning of a long message was read."""
    notice = Notice(text=knowledge.library.wording.cut.format(limit=QUESTION_MAX))
    first, *rest = turn.replies
    return replace(turn, replies=(replace(first, blocks=(notice, *first.blocks)), *rest))


def choice(knowledge: Knowledge, state: Conversation, at: datetime, value: str) -> Turn | None:
    """A button of an answer; None if it is none of them."""
    library = knowledge.library
    match value.split(":"):
        case ["entry", entry] if entry in library.entries:
            return _entry_chosen(knowledge, state, at, entry)
        case ["feedback", opinion, matter] if opinion in get_args(Opinion) and matter in library.policy_of:
            return _feedback(knowledge, state, opinion, matter)  # type: ignore[arg-type]
        case ["sample", number] if number.isdecimal() and int(number) < len(library.wording.sample_questions):
            question = library.wording.sample_questions[int(number)]
            return ask(knowledge, replace(state, asked=None), at, question)
        case ["none"]:
            return _none_of_these(knowledge, state)
        case _:
            return None


def _entry_chosen(knowledge: Knowledge, state: Conversation, at: datetime, entry: str) -> Turn:
    library = knowledge.library
    answer = Answer(entry=entry, silence=None, verdict=library.entries[entry].verdict, score=1.0)
    finding = Finding(kind="answer", answers=(answer,), report=library.entries[entry].report)
    asked = state.asked
    if asked:
        others = tuple(other for other in asked.others if other != entry)
        state = replace(state, asked=replace(asked, shown=(entry,), others=others))
    return Turn(state=state, replies=(say_finding(library, finding, at),))


def _none_of_these(knowledge: Knowledge, state: Conversation) -> Turn:
    asked = state.asked
    records = (QuestionUnanswered(masked=mask(knowledge, asked.text), nearest=""),) if asked else ()
    reply = say(knowledge.library.wording.none_of_these_reply)
    return Turn(state=replace(state, asked=None), records=records, replies=(reply,))


def _feedback(knowledge: Knowledge, state: Conversation, opinion: Opinion, matter: str) -> Turn:
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
