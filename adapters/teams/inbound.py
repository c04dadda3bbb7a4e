"""What Teams sends, turned into events. Pure: decoded activities in, never an exception for what is in them.

An activity tells who, where and what; who that is in the directory is found by the caller, who then asks `to_core`.
Whether the activity is from Teams, and from a tenant of ours, is checked before, at the door.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias
from urllib.parse import unquote

from adapters.teams.cards import OURS, REFRESH, TEXT, TICKS
from adapters.teams.forms import read_form
from bot.events import Actor, ChoicePicked, ConversationOpened, Event, FileOffered, FormSent, TextReceived
from bot.messages import Form

PLATFORM = "Microsoft Teams"
"""What people call this chat."""

CHECK_COMMAND = "check-message"
REPORT_COMMAND = "report-message"
"""The actions on a message, as the manifest names them."""

Kind = Literal["text", "choice", "form", "file", "opened", "check", "search", "refresh", "left"]
"""What happened. `check`: a message that somebody else wrote is to be looked at, and nothing of it kept; `search`:
somebody searches the policy from the compose box; `refresh`: a client wants the present state of a card; `left`: the
app was removed. The last three are no events."""

Door = Literal["chat", "card", "opening", "dialog", "search", "install"]
"""Where it came in, which decides what Teams waits for: nothing (`chat`, `install`), `to_invoke_card` (`card`), a
dialog to open (`opening`), a dialog to go on with or to close (`dialog`), or results (`search`)."""

Json: TypeAlias = Mapping[str, Any]

_INVOKES: Mapping[str, Door] = {
    "adaptiveCard/action": "card",
    "task/fetch": "opening",
    "task/submit": "dialog",
    "composeExtension/fetchTask": "opening",
    "composeExtension/submitAction": "dialog",
    "composeExtension/query": "search",
}
_FILES = re.compile(r"(image|video|audio)/|application/vnd\.microsoft\.teams\.file\.|reference$", re.IGNORECASE)
_MENTION = re.compile(r"<at\b[^<>]*>|</at>", re.IGNORECASE)
_LINE_END = re.compile(r"<(?:br\b[^<>]*|/p|/div|/li)>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_ENDLESS = re.compile(r"&#[xX]?[0-9a-fA-F]{9,};?")
_RESULTS_MAX = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One thing that somebody did in Teams.

    `user` is the person's id in Teams, `entra` the object id in Entra; both name them for ever. `tenant` is where it
    happened, empty if the activity does not tell or contradicts itself; `user_tenant` the person's own where Teams
    tells it. `bot` is us there. `conversation` and `service_url` are where to answer, `activity` what was sent,
    `reply_to` the message that holds the card which was used. `shared`: others can read along there, or the text is
    somebody else's. `key` names it for ever, however often it is sent again; empty for what has no effect. `text`,
    `value`, `form`, `ticked` and `fields` are what was said, picked or sent; `again` is a form of several fields as it
    was sent, to be shown once more; `shows` is what the card with the pressed button asks for when it is refreshed.
    `skip` and `count` are which results are wanted.
    """

    kind: Kind
    door: Door
    user: str
    entra: str = ""
    tenant: str = ""
    user_tenant: str = ""
    bot: str = ""
    conversation: str
    conversation_type: str = ""
    shared: bool = True
    key: str = ""
    service_url: str = ""
    activity: str = ""
    reply_to: str = ""
    link: str = ""
    text: str = ""
    value: str = ""
    form: str = ""
    ticked: tuple[str, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    again: Form | None = None
    shows: str = ""
    skip: int = 0
    count: int = _RESULTS_MAX


def read_activity(activity: object) -> Inbound | None:
    """Read a decoded activity. None: nothing to do."""
    if not isinstance(activity, Mapping):
        return None
    known = _known(activity)
    if known is None:
        return None
    match activity.get("type"):
        case "message":
            return _message(activity, known)
        case "invoke":
            return _invoke(activity, known)
        case "installationUpdate" | "conversationUpdate":
            return _installed(activity, known)
        case _:
            return None


def to_core(inbound: Inbound, actor: Actor, at: datetime) -> Event:
    """The event for the core, now that the person is known. Raises ValueError for what is no event."""
    key = inbound.key
    match inbound.kind:
        case "text" | "check":
            return TextReceived(actor=actor, key=key, at=at, text=inbound.text, shared=inbound.shared)
        case "choice":
            value, link = inbound.value, inbound.link
            return ChoicePicked(actor=actor, key=key, at=at, value=value, platform=PLATFORM, link=link)
        case "form":
            form, text, ticked = inbound.form, inbound.text, inbound.ticked
            return FormSent(actor=actor, key=key, at=at, form=form, text=text, ticked=ticked, fields=inbound.fields)
        case "file":
            return FileOffered(actor=actor, key=key, at=at)
        case "opened":
            return ConversationOpened(actor=actor, key=key, at=at)
        case _:
            raise ValueError(f"{inbound.kind!r} is not for the core")


def typed(text: str, mentions: Iterator[str] | tuple[str, ...] = ()) -> str:
    """What a person typed, as people read it: without what stands for us in `mentions`, and others by their names."""
    for mention in mentions:
        text = text.replace(mention, " ") if mention else text
    return _unescaped(_MENTION.sub("", text))


def read_html(text: str) -> str:
    """The words of a message that Teams hands over as HTML."""
    return _unescaped(_TAG.sub("", _LINE_END.sub("\n", text)))


def _unescaped(text: str) -> str:
    # Python refuses to read a number of thousands of digits; no character has more than seven.
    return html.unescape(_ENDLESS.sub("\ufffd", text)).replace("\xa0", " ").strip()


def _known(activity: Json) -> dict[str, Any] | None:
    """What all activities have in common; None if nobody did it, or a bot."""
    sender, ours, conversation = _map(activity, "from"), _map(activity, "recipient"), _map(activity, "conversation")
    user, bot = _text(sender, "id"), _text(ours, "id")
    if (
        not user
        or user == bot
        or user.startswith("28:")
        or sender.get("role") == "bot"
        or not _text(conversation, "id")
    ):
        return None
    kind = _text(conversation, "conversationType")
    moment = _text(activity, "id") or _text(activity, "timestamp")
    tenant = _tenant(activity, conversation)
    where = _text(conversation, "id")
    return {
        "user": user,
        "entra": _text(sender, "aadObjectId"),
        "tenant": tenant,
        "user_tenant": _text(sender, "tenantId"),
        "bot": bot,
        "conversation": where,
        "conversation_type": kind,
        # What we cannot be sure of is taken for a place where others read along.
        "shared": kind != "personal" or conversation.get("isGroup") is True,
        "key": f"teams:{activity.get('type')}:{tenant}:{where}:{moment}" if moment else "",
        "service_url": _text(activity, "serviceUrl"),
        "activity": _text(activity, "id"),
        "reply_to": _text(activity, "replyToId"),
    }


def _tenant(activity: Json, conversation: Json) -> str:
    channel = _text(_map(_map(activity, "channelData"), "tenant"), "id")
    other = _text(conversation, "tenantId")
    return channel if other in ("", channel) else ""


def _message(activity: Json, known: dict[str, Any]) -> Inbound | None:
    """Something typed, a file, or a button of a card whose client knows no better way."""
    if not known["key"]:
        return None
    if OURS in _map(activity, "value"):
        return _pressed(_map(activity, "value"), "chat", known)
    ours = [
        _text(entity, "text")
        for entity in _maps(activity, "entities")
        if entity.get("type") == "mention" and _text(_map(entity, "mentioned"), "id") == known["bot"] != ""
    ]
    if known["shared"] and not ours:
        return None  # said to others
    if any(_is_file(attachment) for attachment in _maps(activity, "attachments")):
        return Inbound(kind="file", door="chat", **known)
    return Inbound(kind="text", door="chat", text=typed(_text(activity, "text"), tuple(ours)), **known)


def _is_file(attachment: Json) -> bool:
    """Files and pictures; not the copy of the text as HTML, nor a quoted message or a card that came with it."""
    kind = _text(attachment, "contentType")
    quoted = kind.startswith(("text/html", "application/vnd.microsoft.card.")) or kind == "messageReference"
    return _FILES.match(kind) is not None or (bool(_text(attachment, "contentUrl")) and not quoted)


def _invoke(activity: Json, known: dict[str, Any]) -> Inbound | None:
    name, value = _text(activity, "name"), _map(activity, "value")
    door = _INVOKES.get(name)
    if door == "search":
        return _search(value, known)
    if door == "card":
        action = _map(value, "action")
        if action.get("verb") != REFRESH:
            return _pressed(_map(action, "data"), door, known)
        about = _text(_map(_map(action, "data"), OURS), "value")
        return Inbound(kind="refresh", door=door, value=about, **{**known, "key": ""}) if about else None
    if door is None:
        return None
    data = _map(value, "data")
    return _pressed(data, door, known) if OURS in data else _on_a_message(value, door, known)


def _pressed(data: Json, door: Door, known: dict[str, Any]) -> Inbound | None:
    """A button: a choice, or one that sends what was typed, ticked or picked beside it."""
    meaning = _map(data, OURS)
    value, form, number = _text(meaning, "value"), _text(meaning, "form"), meaning.get("number", 0)
    if not known["key"]:
        return None
    if value:
        return Inbound(kind="choice", door=door, value=value, shows=_text(meaning, "shows"), **known)
    if not form:
        return None
    sent: dict[str, Any] = {"form": form, "text": _text(data, f"{TEXT}:{number}"), "ticked": _ticked(data, number)}
    if again := read_form(form, meaning, data):
        sent |= {"again": again, "fields": {each.name: each.value for each in again.fields if each.value}}
    return Inbound(kind="form", door=door, **known, **sent)


def _ticked(data: Json, number: object) -> tuple[str, ...]:
    ticked = [
        unquote(part)
        for name, chosen in data.items()
        if isinstance(name, str) and name.startswith(f"{TICKS}:{number}:") and isinstance(chosen, str)
        for part in chosen.split(",")
        if part
    ]
    return tuple(dict.fromkeys(ticked))


def _on_a_message(value: Json, door: Door, known: dict[str, Any]) -> Inbound | None:
    """An action on a message: it is somebody else's, wherever it stands, and never an answer of this person."""
    message = _map(value, "messagePayload")
    if not message or not known["key"]:
        return None
    known = {**known, "shared": True}
    if value.get("commandId") == CHECK_COMMAND:
        body = _map(message, "body")
        read = typed if body.get("contentType") == "text" else read_html
        return Inbound(kind="check", door=door, text=read(_text(body, "content")), **known)
    if value.get("commandId") == REPORT_COMMAND:
        link = _text(message, "linkToMessage")
        ours = re.match(r"https://teams\.(microsoft\.com|cloud\.microsoft)/l/message/", link)
        return Inbound(kind="choice", door=door, value="menu", link=link if ours else "", **known)
    return None


def _search(value: Json, known: dict[str, Any]) -> Inbound:
    """What somebody looks for in the compose box; empty while nothing is typed yet."""
    given = {_text(each, "name"): _text(each, "value") for each in _maps(value, "parameters")}
    given.pop("initialRun", None)
    options = _map(value, "queryOptions")
    known = {**known, "key": "", "skip": _count(options, "skip", 0), "count": _count(options, "count", _RESULTS_MAX)}
    return Inbound(kind="search", door="search", text=next(iter(given.values()), "").strip(), **known)


def _installed(activity: Json, known: dict[str, Any]) -> Inbound | None:
    """The app was added to a person's own chat, or taken out of it. Teams tells that it was added in two ways."""
    if known["shared"]:
        return None
    added = any(_text(member, "id") == known["bot"] != "" for member in _maps(activity, "membersAdded"))
    known["key"] = f"teams:opened:{known['tenant']}:{known['conversation']}"
    if added or (activity.get("type") == "installationUpdate" and activity.get("action") == "add"):
        return Inbound(kind="opened", door="install", **known)
    if activity.get("type") == "installationUpdate" and activity.get("action") == "remove":
        return Inbound(kind="left", door="install", **{**known, "key": ""})
    return None


def _text(found: Json, key: str) -> str:
    value = found.get(key)
    return value if isinstance(value, str) else ""


def _map(found: Json, key: str) -> Json:
    value = found.get(key)
    return value if isinstance(value, Mapping) else {}


def _maps(found: Json, key: str) -> Iterator[Json]:
    value = found.get(key)
    return (item for item in (value if isinstance(value, list) else ()) if isinstance(item, Mapping))


def _count(found: Json, key: str, default: int) -> int:
    value = found.get(key)
    return min(value, 1_000_000) if isinstance(value, int) and value >= 0 else default
