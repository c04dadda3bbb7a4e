"""Everything that an organisation's knowledge can make the assistant say, walked through the public door."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from bot.compiled import Knowledge
from bot.flows import Question
from bot.messages import Message
from tests.talking import Place, Talk

NEEDLE = "zx81-quokka"
STORY = f"{NEEDLE} <!channel> *bold* & <https://example.org|link> " * 60
"""What reporters write: long, and with all marks that Slack knows."""


def answers_said(knowledge: Knowledge) -> list[Message]:
    """Every entry, silence and piece of small talk, what is said to somebody who tells of an event, and oddities."""
    library, talk = knowledge.library, Talk(knowledge)
    talk.opens()
    for entry in library.entries:
        talk.picks(f"entry:{entry}")
    for phrasings in library.phrasings().values():
        talk.says(phrasings[0])
    for odd in ("", "???", "colourless green ideas", "can I add a student and can I take photos?", "x" * 2000):
        talk.says(odd)
    talk.says(library.wording.sample_questions[0]).picks("none").picks("entry:no-such")
    for opinion in ("helpful", "not-helpful", "not-meant"):
        talk.says(library.wording.sample_questions[0]).picks(f"feedback:{opinion}:{next(iter(library.entries))}")
    return talk.past


def reports_said(knowledge: Knowledge, people: Path, reporter: str) -> list[Message]:
    """Every kind of report on two ways through it, and all that follows for all who are told of it."""
    return list(_reports(knowledge, people, reporter))


def _reports(knowledge: Knowledge, people: Path, reporter: str) -> Iterator[Message]:
    place = Place(knowledge, people)
    talks = [place.talk(reporter)]
    for flow in knowledge.library.flows:
        for pick in (0, -1):
            _report(talks[0], flow, pick)
            place.passes(timedelta(hours=3))
    for person in list(place.letters):
        talks.append(place.talk(person))
        for number in range(len(place.letters[person])):
            talks[-1].presses_in_letter(number)
            for option in list(talks[-1].options):
                talks[-1].picks(option.value)
                inner = list(talks[-1].options) if option.value.startswith("case:more:") else []
                for further in inner:
                    talks[-1].picks(further.value)
        talks[-1].looks_home()
    _own(talks[0].looks_home())
    place.passes(timedelta(days=30))
    for talk in talks:
        yield from talk.past
    for letters in place.letters.values():
        yield from letters


def _report(talk: Talk, flow: str, pick: int) -> None:
    """One report from the menu to the receipt, on the way that the first or the last options lead."""
    talk.picks("menu").picks(f"report:{flow}").picks(f"who:{flow}").picks(f"not-now:{flow}").begins(flow)
    talk.offers_a_file().closes().says(STORY)
    talk.picks(f"begin:{flow}").answers(_given(talk.place.knowledge, flow, pick))
    for action in ("later", "carry-on", "cancel", "carry-on", "review"):
        _press(talk, action)
    for change in [option.value for option in talk.options if ":change:" in option.value]:
        talk.picks(change).picks(change.partition(":change:")[0] + ":review")
    _press(talk, "send")


def _press(talk: Talk, action: str) -> None:
    """Do this to the draft, if it is offered."""
    for option in talk.options_of_draft:
        if option.value.split(":")[2] == action:
            talk.picks(option.value)
            return


def _given(knowledge: Knowledge, flow: str, pick: int) -> dict[str, str | tuple[str, ...]]:
    """Answers by question: the first or last option, all boxes ticked, and long stories."""
    library = knowledge.library
    given: dict[str, str | tuple[str, ...]] = {}
    for asked in library.flows[flow].questions:
        question = asked if isinstance(asked, Question) else library.questions[asked]
        if question.kind == "text":
            given[question.id] = STORY[: question.limit].strip()
        elif question.kind == "many":
            given[question.id] = tuple(option.id for option in question.options)
        elif question.kind == "choice":
            given[question.id] = question.options[pick].id
    return given


def _own(talk: Talk) -> None:
    """All that a reporter can do with the reports that were sent."""
    talk.picks("mine")
    for option in list(talk.options):
        if option.value.startswith("mine:show:"):
            ref = option.value.removeprefix("mine:show:")
            talk.picks(option.value).picks(f"mine:add:{ref}").writes(STORY[:3000]).picks(f"mine:add:{ref}").writes(" ")
            talk.picks(f"mine:withdraw:{ref}").picks(f"mine:withdraw-yes:{ref}").picks(f"mine:show:{ref}")
    talk.looks_home().picks("mine:show:AAAA-AAAA")
