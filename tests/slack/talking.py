"""The conversations of `tests.talking` through Slack: each step a signed request, each reply what Slack shows."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from bot.compiled import Knowledge
from bot.messages import Choices, Message
from bot.people import Directory
from bot.ports import Store
from tests.slack.office import Office, user_of
from tests.slack.reading import read_message
from tests.slack.screen import NOTHING, Filled, Screen
from tests.talking import Place, Talk

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any


class SlackPlace(Place):
    """An organisation at work in Slack. Close it when done.

    `letters` are those that Slack shows; whoever is `unreachable` is deactivated there.
    """

    def __init__(
        self, knowledge: Knowledge, people: Path | Directory | None = None, store: Store | None = None
    ) -> None:
        self._runner = asyncio.Runner()
        self._lettered: set[str] = set()
        self._gone: set[str] = set()
        self.office: Office | None = None
        super().__init__(knowledge, people, store)

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
        assert self.office
        self.runs(self._members_change(self.office))
        return SlackTalk(self, person)

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
        """Deliver every letter that is due, as Slack does."""
        assert self.office
        self.runs(self._post(self.office))

    async def _members_change(self, office: Office) -> None:
        """Deactivate whoever cannot be reached, and have back whoever can be again."""
        slack = office.slack
        for person in self._gone ^ self.unreachable:
            member = slack.users[user_of(person)]
            member["deleted"] = person in self.unreachable
            await office.sends.changes(member, slack.next_ts())
        self._gone = set(self.unreachable)

    async def _post(self, office: Office) -> None:
        await self._members_change(office)
        slack = office.slack
        await office.posts()
        for person in self.directory.people:
            for message in slack.inbox(user_of(person)):
                marked = any(block.get("block_id", "").startswith("letter:") for block in message["blocks"])
                if marked and message["ts"] not in self._lettered:
                    self._lettered.add(message["ts"])
                    self.letters[person].append(read_message(message))


class SlackTalk(Talk):
    """One person's conversation through Slack."""

    def __init__(self, place: SlackPlace, person: str) -> None:
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
        fields: Filled = NOTHING,
    ) -> Talk:
        """Send a form, or forge it."""
        return self._sees(self.screen.sends(form, text, ticked, key or "", fields))

    def closes(self) -> Talk:
        """Close the window."""
        return self._sees(self.screen.closes())

    def offers_a_file(self) -> Talk:
        """Drop a file into the chat."""
        return self._sees(self.screen.offers_a_file())

    def opens(self) -> Talk:
        """Open the messages of the app."""
        return self._sees(self.screen.opens("messages"))

    def looks_home(self) -> Talk:
        """Open the home of the app."""
        return self._sees(self.screen.opens("home"))

    def presses_in_letter(self, number: int = -1) -> Talk:
        """Press the button of a letter."""
        letter: Message = self.place.letters[self.person][number]
        [option] = [o for block in letter.blocks if isinstance(block, Choices) for o in block.options]
        self.screen.window = ""
        return self.picks(option.value)

    def _sees(self, work: Coroutine[Any, Any, Screen]) -> Talk:
        self._run(work)
        self.replies, self.hid = tuple(self.screen.shown), self.screen.hid
        self.past.extend(self.replies)
        return self
