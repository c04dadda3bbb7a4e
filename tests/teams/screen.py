"""One person's Teams: what they do goes through our door, signed, and what they see is what a client makes of it.

Like a client, it puts the answer to a pressed card in that card's place, and shows, follows or closes dialogs.
"""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Callable, Mapping
from html import escape
from typing import Any, TypeAlias

from adapters.plain import to_text
from adapters.teams.cards import OURS, TEXT, TICKS, encoded, opens_dialog
from adapters.teams.forms import FIELD
from bot.messages import Choices, Form, Message, Option, Paragraph, TextBox, Ticks, Written
from tests.teams.card_rules import activity_faults, card_faults, dialog_faults
from tests.teams.office import Office, user_of
from tests.teams.reading import (
    NOTHING,
    Given,
    action_for,
    action_of_form,
    card_of,
    filled_in,
    read_card,
    read_dialog,
    read_message,
)
from tests.teams.sender import Answered

Json: TypeAlias = dict[str, Any]
Request: TypeAlias = Callable[[], Awaitable[Answered]]

FILE: Json = {
    "contentType": "application/vnd.microsoft.teams.file.download.info",
    "contentUrl": "https://files.example.org/invented",
    "name": "needle-picture.png",
    "content": {"downloadUrl": "https://files.example.org/invented", "fileType": "png"},
}


class Screen:
    """One person's screen. `shown` is what the last thing they did brought; `dialog` the dialog that is open.

    `answered` is what our door said last; `changed` are earlier messages that became others with it, and `hid` tells
    whether they were hidden. Where there is a `key`, the same one sends the very same activity again, as Teams does.
    `faults` are what Teams would have refused.
    """

    def __init__(self, office: Office, person: str) -> None:
        self.office = office
        self.person = person
        self.user = user_of(person)
        self.dialog: Json | None = None
        self.shown: list[Message] = []
        self.changed: list[Json] = []
        self.answered = Answered(0, None)
        self.hid = False
        self.faults: list[str] = []
        self._on_message: tuple[str, Json] | None = None
        self._activities: dict[str, Json] = {}

    @property
    def chat(self) -> str:
        """The chat with us."""
        return self.office.teams.chat(self.user)

    @property
    def inbox(self) -> list[Json]:
        """What we have said in that chat, as it stands now."""
        return self.office.teams.inbox(self.user)

    @property
    def hears(self) -> str:
        """What is shown, as plain text in one line."""
        return " ".join(" ".join(to_text(message.blocks) for message in self.shown).split())

    @property
    def options(self) -> list[Option]:
        """Every button in what is shown."""
        blocks = (block for message in self.shown for block in message.blocks)
        return [option for block in blocks if isinstance(block, Choices | Written) for option in block.options]

    @property
    def values(self) -> list[str]:
        """What the buttons shown carry."""
        return [option.value for option in self.options]

    async def says(self, text: str, key: str = "") -> Screen:
        """Type into the chat and send it."""
        return await self.does("message", {"text": escape(text, quote=False), "textFormat": "plain"}, key)

    async def mentions(self, text: str, group: str, **more: Any) -> Screen:
        """Name us where others read along."""
        entity = {"type": "mention", "mentioned": {"id": self.bot, "name": "Candour"}, "text": "<at>Candour</at>"}
        told = {"text": f"<at>Candour</at> {escape(text, quote=False)}", "entities": [entity], **more}
        return await self.does("message", told, chat=group)

    async def offers_a_file(self) -> Screen:
        """Drop a file into the chat."""
        return await self.does("message", {"text": "", "attachments": [FILE]})

    async def installs(self) -> Screen:
        """Install the app for oneself."""
        return await self.does("installationUpdate", {"action": "add"})

    async def searches(self, text: str, chat: str = "") -> Screen:
        """Look for something from the compose box."""
        parameters = [{"name": "question", "value": text}]
        value = {"commandId": "search", "parameters": parameters, "queryOptions": {"skip": 0, "count": 25}}
        return await self.invokes("composeExtension/query", value, chat=chat)

    async def uses_on_message(self, command: str, message: Json, chat: str) -> Screen:
        """Use one of our actions on somebody's message."""
        self._on_message = (chat, {"commandId": command, "commandContext": "message", "messagePayload": message})
        return await self.invokes("composeExtension/fetchTask", self._on_message[1], chat=chat)

    async def presses(self, label: str) -> Screen:
        """Press the button with this label in what is shown."""
        values = [option.value for option in self.options if option.label == label]
        assert values, f"no button {label!r} among {[option.label for option in self.options]}"
        return await self.picks(values[0])

    async def picks(self, value: str, key: str = "") -> Screen:
        """Press what carries this value: in the dialog or the chat; as forged clients do if it is in neither."""
        if self.dialog and (pressed := action_for(self.dialog["card"]["content"], value)):
            return await self._submits(pressed["data"], key)
        for message in reversed(self.inbox):
            if pressed := action_for(card_of(message), value):
                return await self.acts(pressed, pressed["data"], message, key)
        data = {OURS: {"value": value}}
        if opens_dialog(value):
            return await self.invokes("task/fetch", {"data": data}, key)
        return await self.acts({"type": "Action.Execute", "verb": "choice"}, data, {}, key)

    async def writes(self, text: str) -> Screen:
        """Fill in the box of the dialog, and send it."""
        [form] = [block.form for m in self.shown for block in m.blocks if isinstance(block, TextBox)]
        return await self.sends(form, text)

    async def fills(self, **given: str | tuple[str, ...]) -> Screen:
        """Fill in these fields of the form shown, and send it; options by their values, hyphens as underscores."""
        [form] = [block for m in self.shown for block in m.blocks if isinstance(block, Form)]
        fields = {name.replace("_", "-"): value for name, value in given.items()}
        assert fields.keys() <= {field.name for field in form.fields}
        return await self.sends(form.form, fields=fields)

    async def sends(
        self,
        form: str,
        text: str = "",
        ticked: tuple[str, ...] = (),
        key: str = "",
        fields: Given = NOTHING,
    ) -> Screen:
        """Send a form: of the dialog, of the chat; as forged clients do if it is in neither."""
        if self.dialog and (pressed := action_of_form(card := self.dialog["card"]["content"], form)):
            return await self._submits(filled_in(card, pressed, text, ticked, fields), key)
        for message in reversed(self.inbox):
            if pressed := action_of_form(card_of(message), form):
                data = filled_in(card_of(message), pressed, text, ticked, fields)
                return await self.acts(pressed, data, message, key)
        made_up = {f"{TEXT}:0": text, f"{TICKS}:0:0": ",".join(map(encoded, ticked))}
        for name, value in fields.items():
            kind, several = ("text", value) if isinstance(value, str) else ("many", ",".join(map(encoded, value)))
            made_up[f"{FIELD}:0:{kind}:{name}"] = several
        return await self._submits({OURS: {"form": form, "number": 0}, **made_up}, key)

    async def acts(self, action: Mapping[str, Any], data: Json, message: Json, key: str = "") -> Screen:
        """Press this button of a message in the chat. Whatever dialog was open is closed by then."""
        self.dialog, self._on_message, about = None, None, {"replyToId": message.get("id", "")}
        if action["type"] == "Action.Execute":
            pressed = {"type": "Action.Execute", "verb": action["verb"], "data": data}
            return await self.invokes(
                "adaptiveCard/action", {"action": pressed, "trigger": "manual"}, key, replaces=message, **about
            )
        if data.get("msteams", {}).get("type") == "task/fetch":
            return await self.invokes("task/fetch", {"data": data, "context": {"theme": "default"}}, key, **about)
        return await self.does("message", {"value": data, **about}, key)

    async def refreshes(self, message: Json) -> Screen:
        """Look at a message whose card asks for its present state, as clients do by themselves."""
        refresh = card_of(message)["refresh"]
        assert self.user in refresh["userIds"]
        value = {"action": refresh["action"], "trigger": "automatic"}
        return await self.invokes("adaptiveCard/action", value, replaces=message, replyToId=message["id"])

    def closes(self) -> Screen:
        """Close the dialog without sending it. Teams tells nobody."""
        self.dialog, self._on_message, self.shown, self.hid = None, None, [], False
        return self

    @property
    def bot(self) -> str:
        """Who we are in Teams."""
        return f"28:{self.office.teams.setup.app_id}"

    async def _submits(self, data: Json, key: str) -> Screen:
        if self._on_message:
            chat, told = self._on_message
            return await self.invokes("composeExtension/submitAction", {**told, "data": data}, key, chat=chat)
        return await self.invokes("task/submit", {"data": data, "context": {"theme": "default"}}, key)

    async def invokes(
        self, name: str, value: Json, key: str = "", *, chat: str = "", replaces: Json | None = None, **more: Any
    ) -> Screen:
        """Do something that waits for an answer."""
        return await self.does("invoke", {"name": name, "value": value, **more}, key, chat=chat, replaces=replaces)

    async def does(
        self, kind: str, more: Json, key: str = "", *, chat: str = "", replaces: Json | None = None
    ) -> Screen:
        """Do it, wait until all was said, and look at what is new."""
        shared = bool(chat) and chat != self.chat
        made = self.office.sends.activity(self.user, chat or self.chat, kind, shared=shared, **more)
        activity = self._activities.setdefault(key, made) if key else made
        before, updates = copy.deepcopy(self.inbox), len(self.office.teams.called("update"))
        self.answered = await self.office.sends.send(activity)
        await self.office.settles()
        said = [message for message in self.inbox if message not in before]
        self.changed = [message for message in said if message["id"] in {old["id"] for old in before}]
        if opened := activity.get("name") == "task/fetch":  # then what is looked at is the dialog
            said = [message for message in said if message not in self.changed]
        self.faults += [fault for message in said for fault in activity_faults(_as_sent(message))]
        self.shown = [*self._answer(activity, replaces), *map(read_message, said)]
        self.hid = not opened and len(self.office.teams.called("update")) > updates
        return self

    def _answer(self, activity: Json, replaces: Json | None) -> list[Message]:
        """What the client shows of the answer itself."""
        body = self.answered.body if isinstance(self.answered.body, dict) else {}
        if "task" in body:
            self.faults += dialog_faults(body)
            self.dialog = body["task"]["value"]
            return [read_dialog(self.dialog)]
        if activity.get("name") in ("task/submit", "composeExtension/submitAction"):
            self.dialog = self._on_message = None
        if body.get("type") == "application/vnd.microsoft.card.adaptive":
            self.faults += card_faults(body["value"])
            message = replaces or {"type": "message", "id": f"forged-{len(self.inbox)}"}
            if not replaces:  # a forged press has no card to stand in; its answer is one from now on
                self.inbox.append(message)
            message |= {"summary": body["value"]["fallbackText"]}
            message |= {"attachments": [{"contentType": body["type"], "content": body["value"]}]}
            return [read_card(body["value"])]
        if body.get("value") and isinstance(body["value"], str):
            return [Message(summary=body["value"], blocks=(Paragraph(text=body["value"]),))]
        return []


def _as_sent(message: Json) -> Json:
    return {name: value for name, value in message.items() if name != "id"}


async def reports(writer: Screen, flow: str, words: str = "As it was.") -> None:
    """Go through a whole report and send it."""
    await reviews(writer, flow, words)
    await writer.presses("Send")


async def reviews(writer: Screen, flow: str, words: str = "As it was.") -> None:
    """Go through a whole report to its review; `words` are written wherever words are asked for, nobody is named."""
    await writer.picks(f"begin:{flow}")
    for _ in range(60):
        if review := [value for value in writer.values if ":review" in value]:
            await writer.picks(review[0])
            return
        ways = (":skip:about", ":skip:close", ":write:", ":pick:")
        asked = [value for way in ways for value in writer.values if way in value]
        if asked:
            await writer.picks(asked[0])
        for block in [block for message in writer.shown for block in message.blocks]:
            if isinstance(block, TextBox):
                await writer.sends(block.form, words)
            elif isinstance(block, Ticks):
                await writer.sends(block.form, ticked=(block.options[0].value,))
    raise AssertionError("the questions never end")
