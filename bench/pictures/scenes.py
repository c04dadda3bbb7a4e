"""What the pictures show: the messages that the school's own knowledge leads to, as Slack is sent them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from adapters.slack.blocks import Json
from adapters.slack.outbound import to_home, to_messages, to_modal
from bot.compiled import Knowledge
from bot.messages import Message
from tests.talking import Place, Talk

_STORY = "A student in my form wrote something unkind about me on a public page, and others joined in."
_REPORT = "cyberbullying"
_GIVEN = {"danger": "no", "reporter-is": "affected", "account": _STORY, "child-at-risk": "no"}


def scenes(knowledge: Knowledge, people: Path) -> Iterator[tuple[str, Json]]:
    """The name of each picture, and the message, modal or home in it."""
    place = Place(knowledge, people)
    reporter = place.talk(next(iter(place.directory.people)))
    yield "slack-answer", _widest(reporter)
    yield "slack-silence", _chat(reporter.says("can I add a former student on facebook?"))
    yield "slack-urgent", _chat(reporter.says("a pupil sent me a nude"))
    yield "slack-question", _shown(reporter.begins(_REPORT).replies[-1])
    yield "slack-review", to_modal(_private(reporter.answers(_GIVEN).presses("Read it and send")))
    reporter.presses("Send")
    place.post()
    receiver = next(person for person, letters in place.letters.items() if letters)
    yield "slack-alert", to_messages(place.letters[receiver][-1])[0]
    handler = place.talk(receiver)
    yield "slack-case", to_modal(_private(handler.presses_in_letter()))
    wording = knowledge.library.wording
    yield "slack-home", to_home(handler.looks_home().replies[0], search=wording.search, topics=wording.topics)


def _widest(talk: Talk) -> Json:
    """The verdict answer with the most in it."""
    answers = [_chat(talk.picks(f"entry:{entry}")) for entry in talk.place.knowledge.library.entries]
    return max(answers, key=lambda answer: len(repr(answer)))


def _chat(talk: Talk) -> Json:
    return to_messages(next(reply for reply in talk.replies if not reply.private))[0]


def _private(talk: Talk) -> Message:
    return next(reply for reply in talk.replies if reply.private)


def _shown(message: Message) -> Json:
    return to_modal(message) if message.private else to_messages(message)[0]
