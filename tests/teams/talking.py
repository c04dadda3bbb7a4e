"""The conversations of `tests.talking` through Teams: each step a signed activity, each reply what a client shows."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from bot.compiled import Knowledge
from bot.messages import Choices, Message
from bot.people import Directory
from bot.ports import Store
from tests.talking import Place, Talk
from tests.teams.office import Office, user_of
from tests.teams.reading import NOTHING, Given, read_message
from tests.teams.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any


class TeamsPlace(Place):
    """An organisation at work in Teams. Close it when done.

    `letters` are those that Teams shows; whoever is `unreachable` has removed the app. `faults` are what Teams would
    have refused, on anybody's screen.
    """

    def __init__(
        self, knowledge: Knowledge, people: Path | Directory | None = None, store: Store | None = None
    ) -> None:
        self._runner = asyncio.Runner()
        self._gone: set[str] = set()
        self._screens: list[Screen] = []
        self.office: Office | None = None
        super().__init__(knowledge, people, store)

    @property
    def faults(self) -> list[str]:
        """What Teams would have refused."""
        return [fault for screen in self._screens for fault in screen.faults]

    def runs(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do it, and wait until it is done."""
        self._runner.run(work)

    def closes(self) -> None:
        """Close the office."""
        if self.office:
            self.runs(self.office.closes())
        self._runner.close()

    def talk(self, person: str) -> Talk:
        """One person's conversation, at a screen of their own."""
        talk = TeamsTalk(self, person)
        self._screens.append(talk.screen)
        return talk

    def moves_in(self, directory: Directory) -> None:
        """See `Place.moves_in`."""
        if self.office is None:
            self.office = Office(lambda: self.knowledge, self.store, lambda: self.now, self._chance)
            self.runs(self.office.opens())
            self.service = self.office.service
        self.runs(self.office.moves_in(directory))

    def restarts(self) -> None:
        """Begin again with nothing but what is stored."""
        assert self.office
        self.runs(self.office.restarts())
        self.service = self.office.service

    def post(self) -> None:
        """Deliver every letter that is due, as Teams does."""
        assert self.office
        self.runs(self._post(self.office))

    async def _post(self, office: Office) -> None:
        teams = office.teams
        for user in map(user_of, self.unreachable - self._gone):
            teams.installed.discard(user)
            teams.chats.pop(teams.chat(user))
        for user in map(user_of, self._gone - self.unreachable):
            teams.installed.add(user)
            teams.chat(user)
        self._gone = set(self.unreachable)
        before = {message["id"] for messages in teams.messages.values() for message in messages}
        await office.posts()
        for person in self.directory.people:
            inbox = teams.inbox(user_of(person))
            self.letters[person] += [read_message(message) for message in inbox if message["id"] not in before]


class TeamsTalk(Talk):
    """One person's conversation through Teams."""

    def __init__(self, place: TeamsPlace, person: str) -> None:
        super().__init__(place, person)
        assert place.office
        self._run = place.runs
        self.screen = Screen(place.office, person)

    def says(self, text: str, key: str | None = None) -> Talk:
        """Type something and send it."""
        return self._sees(self.screen.says(text, key or ""))

    def picks(self, value: str, key: str | None = None) -> Talk:
        """Press the button with this value, or forge it."""
        return self._sees(self.screen.picks(value, key or ""))

    def sends(
        self,
        form: str,
        text: str = "",
        ticked: tuple[str, ...] = (),
        key: str | None = None,
        fields: Given = NOTHING,
    ) -> Talk:
        """Send a form, or forge it."""
        return self._sees(self.screen.sends(form, text, ticked, key or "", fields))

    def closes(self) -> Talk:
        """Close the dialog."""
        self.screen.closes()
        return self._looks()

    def offers_a_file(self) -> Talk:
        """Drop a file into the chat."""
        return self._sees(self.screen.offers_a_file())

    def opens(self) -> Talk:
        """Install the app, which is the one opening of a chat that Teams tells."""
        return self._sees(self.screen.installs())

    def looks_home(self) -> Talk:
        """Type the word for what is one's own: there is no home in Teams."""
        return self.says("home")

    def presses_in_letter(self, number: int = -1) -> Talk:
        """Press the button of a letter."""
        letter: Message = self.place.letters[self.person][number]
        [option] = [o for block in letter.blocks if isinstance(block, Choices) for o in block.options]
        self.screen.closes()
        return self.picks(option.value)

    def _sees(self, work: Coroutine[Any, Any, Screen]) -> Talk:
        self._run(work)
        return self._looks()

    def _looks(self) -> Talk:
        self.replies, self.hid = tuple(self.screen.shown), self.screen.hid
        self.past.extend(self.replies)
        return self
