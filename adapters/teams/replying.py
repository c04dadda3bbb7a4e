"""What is answered to each thing that somebody does in Teams: in the chat, in place of a card, or in a dialog.

Understood, decided and kept first; what Teams waits for is returned, and what it does not wait for is said afterwards.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeAlias
from urllib.parse import quote

from adapters.teams.cards import opens_dialog
from adapters.teams.connector import Connector
from adapters.teams.failing import Failed
from adapters.teams.inbound import Inbound, to_core
from adapters.teams.outbound import (
    Refresh,
    opens_nothing,
    to_activities,
    to_dialog,
    to_invoke_card,
    to_invoke_text,
    to_preview,
    to_results,
    to_stand_in,
)
from adapters.teams.people import Known, Refused, Sender, TeamsPeople
from adapters.teams.references import Reference, References
from adapters.teams.setup import PLAYGROUND_TENANT
from bot import consulting
from bot.compiled import Knowledge
from bot.errors import Conflict, Damaged
from bot.events import Actor, ChoicePicked
from bot.library import Library
from bot.logs import operator_line
from bot.messages import Choices, Form, Message, Notice, TextBox
from bot.service import Service
from bot.speaking import say
from bot.turn import Turn
from bot.words import contact

Json: TypeAlias = dict[str, Any]

_IN_PLACE = (
    *("draft:", "begin:", "replace:", "who:", "not-now:", "report:"),
    *("menu", "entry:", "alert:", "list:", "home"),
)
"""Choices after which the card they stand in has served: what they lead to takes its place."""

_REMEMBERED = 10_000
_HIDDEN_MAX = 50
_RESULTS = 10
_FORM_MAX = 3000
_DRAIN_SECONDS = 15.0


class Replies:
    """Answers what people of one organisation do in Teams."""

    def __init__(
        self,
        connector: Connector,
        people: TeamsPeople,
        references: References,
        service: Service,
        knowledge: Callable[[], Knowledge],
        organisation: str,
        clock: Callable[[], datetime],
        report: Callable[[str], None],
    ) -> None:
        self._connector = connector
        self._people = people
        self._references = references
        self._service = service
        self._knowledge = knowledge
        self._organisation = organisation
        self._clock = clock
        self._report = report
        self._given: OrderedDict[str, None] = OrderedDict()
        self._said: dict[str, deque[str]] = {}
        self._talking: set[asyncio.Task[None]] = set()

    async def answer(self, inbound: Inbound) -> Json | None:
        """What Teams waits for, as the body of an invoke's answer; None where it waits for nothing."""
        found = await self._people.person(_sender(inbound))
        if isinstance(found, Refused):
            return self._refuse(inbound, found)
        if inbound.kind not in ("search", "check"):  # looking things up leaves no trace
            await self._learn(inbound, found)
        match inbound.kind:
            case "left":
                return None
            case "search":
                return self._results(inbound)
            case "check":
                return to_dialog(consulting.look(self._knowledge(), self._clock(), inbound.text))
            case "refresh":
                return await self._refreshed(inbound, found)
            case _:
                return await self._turn(inbound, found)

    async def stop(self) -> None:
        """Say what is still to be said."""
        if self._talking:
            await asyncio.wait(self._talking, timeout=_DRAIN_SECONDS)

    async def _turn(self, inbound: Inbound, found: Known) -> Json | None:
        actor = Actor(organisation=self._organisation, person=found.person)
        try:
            turn = await self._service.submit(to_core(inbound, actor, self._clock()))
        except (Conflict, Damaged) as error:
            return self._not_saved(inbound, error)
        except Exception as error:  # whatever it is, nothing was written, and the text must not be lost with it
            self._report(operator_line("request-broke", reason=type(error)))
            return self._not_saved(inbound, Conflict())
        private = next((reply for reply in turn.replies if reply.private), None)
        public = tuple(reply for reply in turn.replies if not reply.private)
        match inbound.door:
            case "card" if private and _without_dialogs(inbound):
                return to_stand_in(private)
            case "card":
                return self._in_card(inbound, found, turn, public)
            case "opening" if private or public:
                self._later(self._show_anew(inbound, found))
                return to_dialog(private or _together(public))
            case "opening":
                return {}
            case "dialog" if private:
                return to_dialog(private)
            case "dialog" if public and not await self._in_own_chat(inbound, found):
                return to_dialog(_together(public))
            case "dialog":
                self._later(self._speak(inbound, found, turn, public))
                return {}
            case _:
                self._later(self._speak(inbound, found, turn, public))
                return None

    def _in_card(self, inbound: Inbound, found: Known, turn: Turn, public: tuple[Message, ...]) -> Json:
        # A form that was sent has served as well.
        in_place = not inbound.shared and (inbound.kind == "form" or inbound.value.startswith(_IN_PLACE))
        if turn.hide or not public or not in_place:
            self._later(self._speak(inbound, found, turn, public))
            return to_invoke_text(public[0].summary if public else "")
        first, *rest = public
        if rest:
            self._later(self._speak(inbound, found, turn, tuple(rest)))
        return to_invoke_card(first, opens=_opens(inbound))

    async def _in_own_chat(self, inbound: Inbound, found: Known) -> bool:
        """Whether this was done in the chat that the person has with us; a message's dialog opens over any chat."""
        return not inbound.shared and inbound.conversation == await self._own_chat(found)

    async def _own_chat(self, found: Known) -> str:
        try:
            known = await self._references.of(found.person)
        except (Conflict, Damaged):
            return ""
        return known.conversation if known else ""

    async def _place(self, inbound: Inbound, found: Known) -> str:
        """Where to answer. Among others only what was written there is; the rest in the person's own chat, if any."""
        if not inbound.shared or inbound.kind == "text":
            return inbound.conversation
        if known := await self._own_chat(found):
            return known
        opened = await self._connector.open_chat(inbound.service_url, inbound.tenant, inbound.bot, inbound.user)
        return "" if isinstance(opened, Failed) else opened

    async def _speak(self, inbound: Inbound, found: Known, turn: Turn, messages: tuple[Message, ...]) -> None:
        """Post it where it may be read; once for each thing that was done, however often Teams sends it."""
        if inbound.key in self._given:
            return
        self._given[inbound.key] = None
        if len(self._given) > _REMEMBERED:
            self._given.popitem(last=False)
        if not (place := await self._place(inbound, found)):
            return
        if turn.hide:
            await self._hide(inbound, place, messages)
            return
        for message in messages:
            aside = message.only_you and inbound.shared and place == inbound.conversation
            for activity in to_activities(message, opens=_opens(inbound)):
                if aside:
                    self._lead_away(activity, inbound)
                answer = await self._connector.send(inbound.service_url, place, activity)
                if not isinstance(answer, Failed) and (not inbound.shared or place != inbound.conversation):
                    self._said.setdefault(place, deque(maxlen=_HIDDEN_MAX)).append(answer)

    def _lead_away(self, activity: Json, inbound: Inbound) -> None:
        """Put a link into the personal chat under what is said where others read along."""
        title = self._knowledge().library.report_wording.open_private
        url = f"https://teams.microsoft.com/l/chat/0/0?users={quote(inbound.bot)}"
        card = activity["attachments"][0]["content"]
        card["actions"] = [*card.get("actions", []), {"type": "Action.OpenUrl", "title": title, "url": url}]

    async def _hide(self, inbound: Inbound, place: str, messages: tuple[Message, ...]) -> None:
        """Put the neutral line in the place of what was said there since the start of this process."""
        [activity] = to_activities(messages[0])
        said = self._said.pop(place, deque())
        for name in said:
            await self._connector.update(inbound.service_url, place, name, activity)
        if not said:
            await self._connector.send(inbound.service_url, place, activity)

    async def _refreshed(self, inbound: Inbound, found: Known) -> Json:
        """The present state of an alert, for whoever looks at it; a client may ask for that and for nothing else."""
        alert = await self._alert_now(inbound.value, inbound, found)
        refresh = Refresh(value=inbound.value, users=(inbound.user,))
        return to_invoke_card(alert, refresh=refresh) if alert else to_invoke_text("")

    async def _show_anew(self, inbound: Inbound, found: Known) -> None:
        """Bring an alert up to date whose button was pressed: the dialog that opens cannot take its place."""
        if inbound.shared or not inbound.reply_to:
            return
        if alert := await self._alert_now(inbound.shows, inbound, found):
            [activity, *_] = drawn(alert, inbound.user)
            await self._connector.update(inbound.service_url, inbound.conversation, inbound.reply_to, activity)

    async def _alert_now(self, value: str, inbound: Inbound, found: Known) -> Message | None:
        """An alert as it reads now; None if this is none, or if it cannot be known just now."""
        if not value.startswith("alert:"):
            return None
        now = self._clock()
        actor = Actor(organisation=self._organisation, person=found.person)
        key = f"teams:refresh:{inbound.conversation}:{value}:{now.isoformat()}"
        try:
            turn = await self._service.submit(ChoicePicked(actor=actor, key=key, at=now, value=value))
        except (Conflict, Damaged):
            return None
        return turn.replies[0] if turn.replies else None

    def _results(self, inbound: Inbound) -> Json:
        knowledge = self._knowledge()
        previews = []
        for option in consulting.suggest(knowledge, inbound.text)[inbound.skip : inbound.skip + _RESULTS]:
            shown = consulting.show(knowledge, self._clock(), option.value)
            previews += [to_preview(option.label, shown)] if shown else []
        return to_results(previews)

    async def _learn(self, inbound: Inbound, found: Known) -> None:
        # Searches and dialogs about messages come from the chats that people have with each other as well.
        ours = not inbound.shared and inbound.door in ("chat", "card", "install")
        try:
            await self._references.learn(
                found.person,
                Reference(
                    service_url=inbound.service_url,
                    tenant=inbound.tenant,
                    bot=inbound.bot,
                    conversation=inbound.conversation if ours else "",
                    user=inbound.user,
                ),
            )
        except (Conflict, Damaged):
            return  # learnt with the next thing they do

    def _refuse(self, inbound: Inbound, refused: Refused) -> Json | None:
        """A polite no, without a word of content."""
        wording = self._knowledge().library.wording
        if refused.reason == "unreachable":
            return self._still_open(inbound, wording.refused_for_now)
        return self._aside(inbound, say(wording.refused))

    def _not_saved(self, inbound: Inbound, error: Conflict | Damaged) -> Json | None:
        """Nothing was written: said where the text still is."""
        library = self._knowledge().library
        words = library.report_wording
        said = words.damaged if isinstance(error, Damaged) else words.not_saved.format(contact=contact(library))
        return self._still_open(inbound, said)

    def _still_open(self, inbound: Inbound, said: str) -> Json | None:
        """What was written stays where it was written, with what was amiss above it."""
        library = self._knowledge().library
        if inbound.form and (inbound.text or inbound.again):
            if inbound.door == "dialog":
                return to_dialog(_still_there(library, inbound, said))
            if inbound.door == "card" and _without_dialogs(inbound):  # that client empties the form otherwise
                return to_stand_in(_still_there(library, inbound, said))
        return self._aside(inbound, say(said))

    def _aside(self, inbound: Inbound, message: Message) -> Json | None:
        match inbound.door:
            case "card":
                return to_invoke_text(message.summary)
            case "opening" | "dialog":
                return to_dialog(message)
            case "search":
                return to_results([])
            case "chat":
                self._later(self._post(inbound, message))
                return None
            case _:
                return None

    async def _post(self, inbound: Inbound, message: Message) -> None:
        for activity in to_activities(message):
            await self._connector.send(inbound.service_url, inbound.conversation, activity)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._talking.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._talking.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._report(operator_line("reply-lost", reason=type(error)))


def drawn(message: Message, user: str) -> list[Json]:
    """A letter as activities for one user. An alert's card asks for its present state whenever it is shown."""
    return _drawn(message, user, opens_dialog)


def drawn_for_playground(message: Message, user: str) -> list[Json]:
    """The same for the playground's client, whose buttons open no dialogs."""
    return _drawn(message, user, opens_nothing)


def _drawn(message: Message, user: str, opens: Callable[[str], bool]) -> list[Json]:
    values = [o.value for block in message.blocks if isinstance(block, Choices) for o in block.options]
    case = next((value.removeprefix("case:open:") for value in values if value.startswith("case:open:")), "")
    refresh = Refresh(value=f"alert:{case}", users=(user,)) if case and user else None
    return to_activities(message, opens=opens, refresh=refresh)


def _without_dialogs(inbound: Inbound) -> bool:
    """Whether this is the playground's client. No tenant can have that id, and outside the playground it is refused."""
    return inbound.tenant == PLAYGROUND_TENANT


def _opens(inbound: Inbound) -> Callable[[str], bool]:
    return opens_nothing if _without_dialogs(inbound) else opens_dialog


def _sender(inbound: Inbound) -> Sender:
    return Sender(
        user=inbound.user,
        entra=inbound.entra,
        tenant=inbound.tenant,
        service_url=inbound.service_url,
        conversation=inbound.conversation,
        bot=inbound.bot,
    )


def _together(messages: tuple[Message, ...]) -> Message:
    """Several messages as one, for where there is room for one only."""
    first, *rest = messages
    return replace(first, blocks=(*first.blocks, *(block for message in rest for block in message.blocks)))


def _still_there(library: Library, inbound: Inbound, problem: str) -> Message:
    """The window as it was, with what was filled in still there and why it was not saved."""
    words = library.report_wording
    form: Form | TextBox
    if inbound.again:
        form = replace(inbound.again, send=inbound.again.send or words.save_text)
    else:
        box = TextBox(form=inbound.form, label=words.add_label, send=words.save_text, limit=_FORM_MAX)
        form = replace(box, text=inbound.text)
    return replace(say(problem), blocks=(Notice(text=problem, urgent=True), form), private=True)
