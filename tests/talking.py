"""A conversation as a test tells it: somebody says something, hears the replies, presses what is offered."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from adapters.directory import read_people
from adapters.plain import to_text
from adapters.storage.memory import MemoryStore
from bot.compiled import Knowledge
from bot.events import (
    Actor,
    ChoicePicked,
    ConversationOpened,
    Event,
    FileOffered,
    FormClosed,
    FormSent,
    HomeOpened,
    LetterDelivered,
    LetterFailed,
    TextReceived,
)
from bot.messages import Choices, Form, Message, Notice, Option, Paragraph, Quote, TextBox, Ticks, Verdict, Written
from bot.people import Directory, Person
from bot.ports import Never, Outcome, Store, Taken
from bot.service import Service

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday in term, in office hours."""

ORGANISATION = "test"

Given: TypeAlias = Mapping[str, str | tuple[str, ...]]
"""Answers to a guided conversation: question → an option, options or persons to tick, or words to write."""


class Place:
    """An organisation at work: its people talk to one service, on one clock that the test moves.

    `letters`: what each person was sent unasked. `unreachable` people cannot be reached on any platform.
    """

    def __init__(
        self, knowledge: Knowledge, people: Path | Directory | None = None, store: Store | None = None
    ) -> None:
        self.knowledge = knowledge
        self.store = store or MemoryStore()
        self.now = MORNING
        self.letters: defaultdict[str, list[Message]] = defaultdict(list)
        self.unreachable: set[str] = set()
        self._chances = itertools.count()
        self._keys = itertools.count()
        self.service = Service(lambda: self.knowledge, self.store, chance=self._chance)
        if people is not None:
            roles = knowledge.library.roles
            self.moves_in(people if isinstance(people, Directory) else read_people(people, roles))

    def moves_in(self, directory: Directory) -> None:
        """Have these people, and nobody else, work here."""
        with self.store.transaction():
            self.store.keep_directory(ORGANISATION, directory)

    def talk(self, person: str) -> Talk:
        """One person's conversation."""
        return Talk(self, person)

    def key(self) -> str:
        """A new event's key."""
        return f"event-{next(self._keys):06}"

    def restarts(self) -> None:
        """Begin again with nothing but what is stored."""
        self.service = Service(lambda: self.knowledge, self.store, chance=self._chance)

    def leaves(self, *people: str) -> Place:
        """From now on these people no longer work here."""
        directory = self.directory
        gone = {id: replace(person, active=False) for id, person in directory.people.items() if id in people}
        self.moves_in(Directory({**directory.people, **gone}))
        return self

    def changes(self, *people: Person) -> Place:
        """Have these people as they are given now: new ones, or ones that changed."""
        self.moves_in(Directory({**self.directory.people, **{person.id: person for person in people}}))
        return self

    @property
    def directory(self) -> Directory:
        """Who works here."""
        with self.store.transaction():
            return self.store.directory(ORGANISATION)

    @property
    def told(self) -> set[str]:
        """Everybody who was sent a letter."""
        return {person for person, letters in self.letters.items() if letters}

    @property
    def kept(self) -> str:
        """Everything that is kept, as one text to search. The memory store hides nothing."""
        return repr(vars(self.store))

    @property
    def posted(self) -> str:
        """Every field of every letter that was delivered, as one text to search."""
        return repr([letter for letters in self.letters.values() for letter in letters])

    def passes(self, time: timedelta) -> Place:
        """Let time pass, and whatever has become due happen."""
        self.now += time
        self.service.sweep(self.now)
        self.post()
        return self

    def post(self) -> None:
        """Deliver every letter that is due, as a healthy platform does."""
        while posted := self.store.claim(self.now, timedelta(minutes=1), 10, "worker"):
            for item in posted:
                person, case = item.letter.to, item.letter.case
                outcome: Outcome = Never("not-found") if person in self.unreachable else Taken()
                actor = Actor(organisation=item.organisation, person=person)
                if isinstance(outcome, Taken):
                    self.letters[person].append(item.letter.message)
                    event: Event = LetterDelivered(actor=actor, key=f"{item.id}:delivered", at=self.now, case=case)
                else:
                    event = LetterFailed(actor=actor, key=f"{item.id}:failed", at=self.now, case=case, reason="gone")
                if case:
                    self.service.receive(event)
                self.store.settle(item.id, "worker", self.now, outcome)

    def _chance(self) -> bytes:
        """Chance that repeats: the same test has the same references."""
        return sha256(f"{next(self._chances)}".encode()).digest()[:16]


class Talk:
    """One person's conversation. `replies` are the last ones, `private` the one in the private window.

    `past` is everything that was heard.
    """

    def __init__(self, place: Place | Knowledge, person: str = "learning-consultant") -> None:
        self.place = place if isinstance(place, Place) else Place(place)
        self.person = person
        self.replies: tuple[Message, ...] = ()
        self.past: list[Message] = []
        self.hid = False

    def says(self, text: str, key: str | None = None) -> Talk:
        """Type something and send it."""
        return self._does(lambda actor, new, at: TextReceived(actor=actor, key=key or new, at=at, text=text))

    def presses(self, label: str) -> Talk:
        """Press the button with this label in the last replies."""
        values = [option.value for option in self.options if option.label == label]
        assert values, f"no button {label!r} among {[option.label for option in self.options]}"
        return self.picks(values[0])

    def picks(self, value: str, key: str | None = None) -> Talk:
        """Send a choice as a client does, whether it was offered or not."""
        return self._does(lambda actor, new, at: ChoicePicked(actor=actor, key=key or new, at=at, value=value))

    def writes(self, text: str) -> Talk:
        """Fill in and send the text box shown."""
        [form] = [block.form for block in self.blocks if isinstance(block, TextBox)]
        return self.sends(form, text=text)

    def ticks(self, *labels: str) -> Talk:
        """Tick these labels, and no others, in the list shown, and send it."""
        [block] = [block for block in self.blocks if isinstance(block, Ticks)]
        values = {option.label: option.value for option in block.options}
        assert set(labels) <= values.keys(), f"{labels} are not among {list(values)}"
        return self.sends(block.form, ticked=tuple(values[label] for label in labels))

    def fills(self, **given: str | tuple[str, ...]) -> Talk:
        """Fill in and send the form shown: fields by their names, underscores for hyphens; options by label or value.

        What is not given stays as it is.
        """
        [form] = [block for block in self.blocks if isinstance(block, Form)]
        fields = {field.name: field.value for field in form.fields if field.value}
        wanted = {
            name.replace("_", "-"): (value,) if isinstance(value, str) else value for name, value in given.items()
        }
        known = {field.name: {option.label: option.value for option in field.options} for field in form.fields}
        assert wanted.keys() <= known.keys(), f"{list(wanted)} are not among {list(known)}"
        for name, values in wanted.items():
            fields[name] = tuple(known[name].get(value, value) for value in values)
        return self.sends(form.form, fields=fields)

    def sends(
        self,
        form: str,
        text: str = "",
        ticked: tuple[str, ...] = (),
        key: str | None = None,
        fields: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    ) -> Talk:
        """Send a form as a client does, whether it was shown or not."""
        return self._does(
            lambda actor, new, at: FormSent(
                actor=actor, key=key or new, at=at, form=form, text=text, ticked=ticked, fields=fields
            )
        )

    def begins(self, flow: str) -> Talk:
        """Begin a guided conversation."""
        return self.picks(f"begin:{flow}")

    def answers(self, given: Given = MappingProxyType({})) -> Talk:
        """Answer each question that comes: as given by its id, else the shortest way, until none is left."""
        for _ in range(60):
            if not self.waiting:
                return self
            self.answers_one(given)
        raise AssertionError(f"the questions never end: {self.waiting}")

    def answers_one(self, given: Given = MappingProxyType({})) -> Talk:
        """Answer the question shown, as given by its id, else the shortest way: skipped, or with the last option."""
        asked, ways = self.waiting, {option.value.split(":", 2)[2]: option.value for option in self.options_of_draft}
        answer = given.get(asked)
        if answer is None and f"skip:{asked}" in ways:
            return self.picks(ways[f"skip:{asked}"])
        if f"write:{asked}" in ways:
            self.picks(ways[f"write:{asked}"])
        for block in self.blocks:
            if isinstance(block, TextBox):
                return self.writes("As it was." if answer is None else str(answer))
            if isinstance(block, Ticks):
                values = (block.options[0].value,) if answer is None else answer
                return self.sends(block.form, ticked=(values,) if isinstance(values, str) else tuple(values))
        picks = [value for way, value in ways.items() if way.startswith(f"pick:{asked}:")]
        return self.picks(picks[-1] if answer is None else next(p for p in picks if p.endswith(f":{answer}")))

    def reviews(self, flow: str, given: Given = MappingProxyType({})) -> Talk:
        """Go through a whole report, to its review."""
        return self.begins(flow).answers(given).presses("Read it and send")

    def reports(self, flow: str, given: Given = MappingProxyType({})) -> str:
        """Go through a whole report and send it. Its reference."""
        self.reviews(flow, given).presses("Send")
        assert self.ref, f"not sent: {self.hears}"
        return self.ref

    def closes(self) -> Talk:
        """Close the private window without sending it."""
        return self._does(lambda actor, key, at: FormClosed(actor=actor, key=key, at=at))

    def offers_a_file(self) -> Talk:
        """Try to send a file."""
        return self._does(lambda actor, key, at: FileOffered(actor=actor, key=key, at=at))

    def opens(self) -> Talk:
        """Open the conversation."""
        return self._does(lambda actor, key, at: ConversationOpened(actor=actor, key=key, at=at))

    def looks_home(self) -> Talk:
        """Look at what is one's own."""
        return self._does(lambda actor, key, at: HomeOpened(actor=actor, key=key, at=at))

    def waits(self, time: timedelta) -> Talk:
        """Let time pass."""
        self.place.passes(time)
        return self

    def presses_in_letter(self, number: int = -1) -> Talk:
        """Press the button of a letter that came; the last one unless told."""
        letter = self.place.letters[self.person][number]
        [option] = [o for block in letter.blocks if isinstance(block, Choices) for o in block.options]
        return self.picks(option.value)

    @property
    def waiting(self) -> str:
        """The id of the question that the last replies ask, or nothing."""
        for value in (option.value for option in self.options_of_draft):
            match value.split(":"):
                case ["draft", _, "pick" | "write" | "skip", asked, *_]:
                    return asked
        for block in self.blocks:
            if isinstance(block, Ticks | TextBox) and block.form.startswith("draft:"):
                return block.form.split(":")[2]
        return ""

    @property
    def options_of_draft(self) -> list[Option]:
        """Every button in the last replies that does something to the draft."""
        return [option for option in self.options if option.value.startswith("draft:")]

    @property
    def ref(self) -> str:
        """The reference in the last replies, or nothing."""
        said = " ".join(block.text for block in self.blocks if isinstance(block, Paragraph))
        found = re.search(r"Reference ([0-9A-Z]{4}-[0-9A-Z]{4})", said)
        return found[1] if found else ""

    @property
    def overheard(self) -> str:
        """Everything that was heard and stays in the chat or shows in notifications, in every field."""
        return repr([message if not message.private else message.summary for message in self.past])

    @property
    def blocks(self) -> list[object]:
        """Every block of the last replies."""
        return [block for reply in self.replies for block in reply.blocks]

    @property
    def hears(self) -> str:
        """The last replies as plain text, in one line."""
        return " ".join(" ".join(to_text(reply.blocks) for reply in self.replies).split())

    @property
    def chat(self) -> str:
        """What of the last replies stays in the chat, as plain text in one line; also what notifications show."""
        public = [reply for reply in self.replies if not reply.private]
        return " ".join(" ".join(f"{reply.summary} {to_text(reply.blocks)}" for reply in public).split())

    @property
    def private(self) -> Message | None:
        """The message shown in a private window."""
        found = [reply for reply in self.replies if reply.private]
        assert len(found) <= 1, "more than one private window at once"
        return found[0] if found else None

    @property
    def written(self) -> dict[str, str]:
        """What was written, under its labels."""
        return {block.label: block.text for block in self.blocks if isinstance(block, Written)}

    @property
    def verdict(self) -> str:
        """The word shown first, or nothing."""
        return next((b.word for r in self.replies for b in r.blocks if isinstance(b, Verdict)), "")

    @property
    def verdicts(self) -> list[str]:
        """All verdict words, in order."""
        return [b.word for r in self.replies for b in r.blocks if isinstance(b, Verdict)]

    @property
    def quotes(self) -> list[Quote]:
        """The quotes shown, in order."""
        return [b for r in self.replies for b in r.blocks if isinstance(b, Quote)]

    @property
    def notices(self) -> list[Notice]:
        """The notices shown, in order."""
        return [b for r in self.replies for b in r.blocks if isinstance(b, Notice)]

    @property
    def options(self) -> list[Option]:
        """Every button in the last replies."""
        return [
            option
            for reply in self.replies
            for block in reply.blocks
            if isinstance(block, Choices | Written)
            for option in block.options
        ]

    def _does(self, event: Callable[[Actor, str, datetime], Event]) -> Talk:
        actor = Actor(organisation=ORGANISATION, person=self.person)
        turn = self.place.service.receive(event(actor, self.place.key(), self.place.now))
        self.replies, self.hid = turn.replies, turn.hide
        self.past.extend(turn.replies)
        return self
