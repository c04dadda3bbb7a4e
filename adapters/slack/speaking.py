"""Where what the core says appears in Slack: in the chat, in a window, for one person alone, or on the home."""

from __future__ import annotations

from collections import OrderedDict

from adapters.slack.api import SlackApi
from adapters.slack.failing import Failed
from adapters.slack.inbound import Inbound
from adapters.slack.outbound import marked, to_home, to_message, to_messages, to_modal
from bot.library import Library
from bot.messages import Message
from bot.speaking import say
from bot.turn import Turn

_REMEMBERED = 10_000
"""Requests whose answer was given: Slack sends some again, and nobody should be answered twice."""

_OF_AN_ANSWER = ("entry:", "feedback:", "sample:", "none")
"""Buttons that belong to a policy answer: what they lead to may appear where the answer did."""


class Speaker:
    """Says what was decided, through `api`. Nothing here raises for what Slack does: an answer may be lost."""

    def __init__(self, api: SlackApi) -> None:
        self.api = api
        self._direct: dict[str, str] = {}
        self._given: OrderedDict[str, None] = OrderedDict()

    async def speak(self, inbound: Inbound, turn: Turn, library: Library) -> None:
        """Say a turn's replies where they belong, once for each request."""
        if inbound.kind in ("text", "file", "opened") and not self._first_time(inbound.key):
            return
        if turn.hide:
            await self._hide(inbound, turn)
        elif inbound.door == "home" and inbound.kind == "home":
            await self.show_home(inbound.user, turn, library)
        else:
            await self._reply(inbound, turn, library)

    async def beside(self, inbound: Inbound, message: Message) -> None:
        """Something for this person's eyes that is no turn: a text looked at, a refusal, a failure."""
        shown = to_message(message)
        if inbound.response_url and (inbound.shared or inbound.ephemeral or inbound.door in ("command", "shortcut")):
            await self.api.respond(inbound.response_url, shown)
        elif inbound.channel and inbound.shared:
            await self.api.post_ephemeral(inbound.channel, inbound.user, shown, thread=inbound.thread)
        elif channel := await self._chat(inbound):
            await self.api.post(channel, shown)

    async def _reply(self, inbound: Inbound, turn: Turn, library: Library) -> None:
        private = next((reply for reply in turn.replies if reply.private), None)
        public = [reply for reply in turn.replies if not reply.private]
        if private and not inbound.submitted:  # that one went with the acknowledgement
            await self._window(inbound, private)
        elif public and inbound.door == "modal" and inbound.kind in ("choice", "form") and not inbound.submitted:
            # A button cannot close its window, so the window shows what was said, and the chat keeps it.
            await self.api.update_view(inbound.view, to_modal(public[0]))
        for reply in public:
            await self._say(inbound, reply, library)

    async def _window(self, inbound: Inbound, message: Message) -> None:
        view = to_modal(message)
        if inbound.door == "modal":
            await self.api.update_view(inbound.view, view)
        else:
            await self.api.open_view(inbound.trigger, view)

    async def _say(self, inbound: Inbound, message: Message, library: Library) -> None:
        """In the thread of a mention, for one person alone, or in the private chat."""
        if message.only_you and inbound.shared:
            await self.api.post_ephemeral(inbound.channel, inbound.user, to_message(message), thread=inbound.thread)
            return
        if inbound.door == "mention" and inbound.shared:
            for part in to_messages(message):
                await self.api.post(inbound.channel, part, thread=inbound.thread)
            return
        elsewhere = inbound.shared or inbound.ephemeral or inbound.door in ("command", "shortcut")
        if elsewhere and inbound.response_url and inbound.value.startswith(_OF_AN_ANSWER):
            await self.api.respond(inbound.response_url, to_message(message))
            return
        channel = await self._chat(inbound)
        for part in to_messages(message) if channel else ():
            await self.api.post(channel, part)
        if elsewhere and inbound.response_url:
            await self.api.respond(inbound.response_url, to_message(say(library.report_wording.in_private)))

    async def _hide(self, inbound: Inbound, turn: Turn) -> None:
        channel = await self._chat(inbound)
        if channel and turn.replies:
            await self.api.hide(channel, to_message(turn.replies[0]))

    async def show_home(self, user: str, turn: Turn, library: Library) -> None:
        """Show a person's home."""
        for reply in turn.replies[:1]:
            view = to_home(reply, search=library.wording.search, topics=library.wording.topics)
            await self.api.publish_home(user, view)

    async def show_anew(self, inbound: Inbound, turn: Turn, library: Library) -> None:
        """Put an alert as it reads now into the place of the one that was pressed, if there is something new in it."""
        for reply in turn.replies[:1]:
            if not (waits(inbound.title, library) and waits(reply.summary, library)):
                now = marked(to_message(reply), inbound.letter)
                await self.api.update(inbound.channel, inbound.message, now)

    async def _chat(self, inbound: Inbound) -> str:
        """The private chat with this person; empty if Slack does not open it."""
        if inbound.door == "message" and not inbound.shared and not inbound.ephemeral and inbound.channel:
            return inbound.channel
        if inbound.user not in self._direct:
            answer = await self.api.ask(self.api.client.conversations_open(users=inbound.user))
            if isinstance(answer, Failed):
                return ""
            self._direct[inbound.user] = str(answer["channel"]["id"])
        return self._direct[inbound.user]

    def _first_time(self, key: str) -> bool:
        if key in self._given:
            return False
        self._given[key] = None
        if len(self._given) > _REMEMBERED:
            self._given.popitem(last=False)
        return True


def waits(title: str, library: Library) -> bool:
    """Whether an alert with this title, or a reminder of it, says that nobody has taken the case."""
    words = library.report_wording
    return title in (words.alert, words.alert_urgent, library.case_wording.reminder)
