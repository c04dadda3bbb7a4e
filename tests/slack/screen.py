"""One person's Slack: what they do goes through our signed HTTP door, and what they see is what Slack shows them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from html import escape
from types import MappingProxyType
from typing import Any, TypeAlias

from adapters.plain import to_text
from adapters.slack.blocks import LETTER, SEND
from bot.messages import Choices, Form, Message, Option, TextBox, Ticks
from tests.slack.fake_api import TEAM
from tests.slack.office import Office, user_of
from tests.slack.reading import element_for, elements, filled_in, read_message, read_view
from tests.slack.sender import Answered

Json: TypeAlias = dict[str, Any]
Request: TypeAlias = Callable[[], Awaitable[Answered]]
Filled: TypeAlias = Mapping[str, tuple[str, ...]]
NOTHING: Filled = MappingProxyType({})


class Screen:
    """One person's screen. `shown` is what the last thing they did brought; `window` the id of the modal that is open.

    `answered` is what our door said last; `hid` whether earlier messages were replaced by it. Where there is a `key`,
    the same one sends the very same request again, as Slack does.
    """

    def __init__(self, office: Office, person: str) -> None:
        self.office = office
        self.person = person
        self.user = user_of(person)
        self.window = ""
        self.shown: list[Message] = []
        self.answered = Answered(0, None)
        self.hid = False
        self._requests: dict[str, Request] = {}

    @property
    def direct(self) -> str:
        """The chat with us."""
        return self.office.slack.direct(self.user)

    @property
    def view(self) -> Json:
        """The modal that is open."""
        return self.office.slack.views[self.window]

    @property
    def hears(self) -> str:
        """What is shown, as plain text in one line."""
        return " ".join(" ".join(to_text(message.blocks) for message in self.shown).split())

    @property
    def options(self) -> list[Option]:
        """Every button in what is shown."""
        blocks = (block for message in self.shown for block in message.blocks)
        return [option for block in blocks if isinstance(block, Choices) for option in block.options]

    @property
    def values(self) -> list[str]:
        """What the buttons shown carry."""
        return [option.value for option in self.options]

    async def says(self, text: str, key: str = "") -> Screen:
        """Type into the chat and send it."""
        ts, written = self.office.slack.writes(self.user, text), escape(text, quote=False)
        return await self._does(lambda: self.office.sends.says(self.user, written, self.direct, ts), key)

    async def offers_a_file(self) -> Screen:
        """Drop a file into the chat."""
        ts, file = (
            self.office.slack.writes(self.user, ""),
            {"id": "F0FILE", "url_private": f"{self.office.slack.url}files.download"},
        )
        more: Json = {"subtype": "file_share", "files": [file]}
        return await self._does(lambda: self.office.sends.says(self.user, "", self.direct, ts, **more))

    async def opens(self, tab: str) -> Screen:
        """Open a tab of the app: "home" or "messages"."""
        ts = self.office.slack.next_ts()
        return await self._does(lambda: self.office.sends.opens_home(self.user, self.direct, ts, tab=tab))

    async def commands(self, text: str, channel: str = "") -> Screen:
        """Type /candour and this behind it."""
        return await self._does(lambda: self.office.sends.command(self.user, text, channel or self.direct))

    async def mentions(self, text: str, channel: str) -> Screen:
        """Name us in a channel."""
        ts, written = self.office.slack.next_ts(), escape(text, quote=False)
        return await self._does(lambda: self.office.sends.mentions(self.user, written, channel, ts))

    async def uses_shortcut(self, name: str, channel: str, message: Json) -> Screen:
        """Use a shortcut on a message."""
        return await self._does(lambda: self.office.sends.uses_shortcut(self.user, name, channel, message))

    async def presses(self, label: str) -> Screen:
        """Press the button with this label in what is shown."""
        values = [option.value for option in self.options if option.label == label]
        assert values, f"no button {label!r} among {[option.label for option in self.options]}"
        return await self.picks(values[0])

    async def picks(self, value: str, key: str = "") -> Screen:
        """Press what carries this value: in the window, the chat or on the home; as forged clients do if nowhere."""
        slack = self.office.slack
        if self.window and (pressed := element_for(self.view, value)):
            return await self.acts(pressed, key, view=self.view)
        for message in reversed(slack.messages[self.direct]):
            if pressed := element_for(message, value):
                return await self.acts(pressed, key, ts=message["ts"], message=message)
        if (home := slack.homes.get(self.user)) and (pressed := element_for(home, value)):
            return await self.acts(pressed, key, view=home)
        return await self.acts({"type": "button", "action_id": "choice:0", "value": value}, key)

    async def writes(self, text: str) -> Screen:
        """Fill in the box of the window, and send it."""
        return await self.sends(str(self.view["callback_id"]), text)

    async def fills(self, **given: str | tuple[str, ...]) -> Screen:
        """Fill in the form shown, leave everything else as it is there, and send it."""
        [form] = [block for message in self.shown for block in message.blocks if isinstance(block, Form)]
        known = {field.name: field.value for field in form.fields}
        new = {name.replace("_", "-"): (to,) if isinstance(to, str) else to for name, to in given.items()}
        assert new.keys() <= known.keys(), f"{list(new)} are not all among {list(known)}"
        return await self.sends(form.form, fields={**known, **new})

    async def sends(
        self, form: str, text: str = "", ticked: tuple[str, ...] = (), key: str = "", fields: Filled = NOTHING
    ) -> Screen:
        """Send a form: of the window, of the chat or the home; as forged clients do if it is in none."""
        slack = self.office.slack
        if self.window and self.view.get("callback_id") == form:
            return await self.submits(self.view, filled_in(self.view, text, ticked, fields), key)
        home = slack.homes.get(self.user)
        for shown in (*reversed(slack.messages[self.direct]), *([home] if home else [])):
            for _, part in elements(shown):
                if part["action_id"].startswith(SEND) and part.get("value") == form:
                    inside = filled_in(shown, text, ticked, fields, part["action_id"].partition(":")[2])
                    state: Json = {"state": {"values": inside}}
                    if shown is home:
                        return await self.acts(part, key, view={**shown, **state})
                    return await self.acts(part, key, ts=shown["ts"], message=shown, **state)
        view = {"id": "V0OLD", "type": "modal", "callback_id": form, "hash": slack.next_ts(), "blocks": []}
        return await self.submits({**view, "app_installed_team_id": TEAM}, _forged(text, ticked, fields), key)

    async def submits(self, view: Json, values: Json, key: str = "") -> Screen:
        """Press the window's own button; Slack closes it, or does what our door answers."""
        view = {**view}

        async def request() -> Answered:
            answer = await self.office.sends.submits(self.user, view, values)
            told = answer.body if isinstance(answer.body, dict) else {}
            if told.get("response_action") == "update":
                self.office.slack.shows(view["id"], told["view"])
            elif answer.status == 200 and not told:
                self.window = ""
            return answer

        return await self._does(request, key)

    async def closes(self) -> Screen:
        """Close the window without sending it."""
        view = self.view if self.window else {"id": "V0OLD", "type": "modal", "callback_id": "", "hash": "0"}
        self.window = ""
        return await self._does(lambda: self.office.sends.closes(self.user, view))

    async def acts(self, element: Mapping[str, Any], key: str = "", ts: str = "", **more: Any) -> Screen:
        """Use this button, list or box; one in a window or on the home comes with its `view`."""
        moment, channel = self.office.slack.next_ts(), self.direct
        if view := more.get("view"):
            more["container"], channel = {"type": "view", "view_id": view["id"]}, ""
        return await self._does(
            lambda: self.office.sends.presses(self.user, element, channel, ts, action_ts=moment, **more), key
        )

    async def _does(self, request: Request, key: str = "") -> Screen:
        """Do it, wait until all was said, and look at what is new."""
        slack = self.office.slack
        request = self._requests.setdefault(key, request) if key else request
        views, home = dict(slack.views), slack.homes.get(self.user)
        chat, calls = len(slack.messages[self.direct]), len(slack.calls)
        alone, responses = len(slack.ephemeral), len(slack.responses)
        self.answered = await request()
        await self.office.settles()
        said = [read_message(message) for message in slack.messages[self.direct][chat:] if "bot_id" in message]
        said += [read_message(one) for one in slack.ephemeral[alone:] if one["user"] == self.user]
        said += [read_message(one) for one in slack.responses[responses:]]
        if isinstance(self.answered.body, dict) and "blocks" in self.answered.body:
            said.append(read_message(self.answered.body))
        changed = [ts for ts, view in slack.views.items() if views.get(ts) is not view and view["type"] == "modal"]
        self.window = changed[-1] if changed else self.window
        # A button cannot close its window, so there it shows once more what the chat says.
        window = [read_view(self.view)] if changed else []
        if window and said and _words(said[0]) in _words(window[0]):
            window = []
        at_home = [read_view(slack.homes[self.user])] if slack.homes.get(self.user) is not home else []
        self.shown = [*window, *said, *at_home]
        updates = [call.arguments for call in slack.calls[calls:] if call.method == "chat.update"]
        self.hid = any(LETTER not in repr(update) for update in updates)  # a letter is only shown anew
        return self


def _words(message: Message) -> str:
    return " ".join(to_text(message.blocks).split())


def _forged(text: str, ticked: tuple[str, ...], fields: Filled) -> Json:
    """What is in a form that is shown nowhere."""
    picked = {
        f"field:0:{place}:{name}": {"selected_options": [{"value": value} for value in values]}
        for place, (name, values) in enumerate(fields.items())
    }
    return {
        "form": {"text:0": {"value": text}, "ticks:0:0": {"selected_options": [{"value": v} for v in ticked]}, **picked}
    }


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
        asked = [value for way in (":pick:", ":write:") for value in writer.values if way in value]
        if asked:
            await writer.picks(asked[-1])
        for block in [block for message in writer.shown for block in message.blocks]:
            if isinstance(block, TextBox):
                await writer.sends(block.form, words)
            elif isinstance(block, Ticks):
                first = block.options[0].value
                await writer.sends(block.form, ticked=() if "@" in first else (first,))
    raise AssertionError("the questions never end")
