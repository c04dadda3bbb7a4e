"""What Slack sends, turned into events. Pure: decoded payloads in, never an exception for what is in them.

A payload tells who, where and what; who that is in the directory is found by the caller, who then asks `to_core`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from adapters.slack.blocks import ASK, CHOICE, FIELD, FIND, LETTER, SEND, TEXT, TICKS
from bot.events import (
    Actor,
    ChoicePicked,
    ConversationOpened,
    Event,
    FileOffered,
    FormClosed,
    FormSent,
    HomeOpened,
    TextReceived,
)

PLATFORM = "Slack"
"""What people call this chat."""

CHECK_SHORTCUT = "check-message"
REPORT_SHORTCUT = "report-message"

Kind = Literal["text", "choice", "form", "closed", "file", "opened", "home", "check", "suggest", "changed"]
"""What happened. `check`: a message that somebody else wrote is to be looked at, and nothing of it kept; `suggest`:
somebody is typing in the list of topics; `changed`: what Slack knows of a person. The last two are no events."""

Door = Literal["message", "mention", "home", "modal", "command", "shortcut", "profile"]
"""Where it came in: what to answer through. Buttons of a message come in by `message`."""

Json: TypeAlias = Mapping[str, Any]

_COMMANDS = {"report": "menu", "my reports": "mine"}
_HELP = "help"
_BRACKETED = re.compile(r"<([^<>\s][^<>]*)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One thing that somebody did in Slack.

    `team` is the workspace it happened in, `user_team` the person's own where Slack tells it (`external`: the channel
    is shared with strangers). `shared`: others can read along there. `key` names it for ever, however often it is sent
    again; empty for what has no effect. `thread` is what to answer under; `message` the one that holds the button, or
    that the shortcut was used on, and `link` leads there; `ephemeral` messages can be replaced by `response_url` only.
    `letter` is the mark of a letter that holds the button, and `title` what that letter says in notifications.
    `text`, `value`, `form`, `ticked` and `fields` are what was said, picked or sent; `submitted`: by the window's own
    button, so that what the window shows next goes with the acknowledgement.
    """

    kind: Kind
    door: Door
    user: str
    team: str
    user_team: str = ""
    enterprise: str = ""
    external: bool = False
    channel: str = ""
    shared: bool = False
    key: str = ""
    thread: str = ""
    message: str = ""
    letter: str = ""
    title: str = ""
    ephemeral: bool = False
    link: str = ""
    trigger: str = ""
    response_url: str = ""
    view: str = ""
    view_hash: str = ""
    meta: str = ""
    text: str = ""
    value: str = ""
    form: str = ""
    ticked: tuple[str, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    submitted: bool = False


def read_event(payload: object) -> Inbound | None:
    """Read a decoded payload: of the Events API, of a command, or of anything interactive. None: nothing to do."""
    if not isinstance(payload, Mapping):
        return None
    match payload.get("type"):
        case "event_callback":
            return _event(payload)
        case "block_actions":
            return _actions(payload)
        case "view_submission" | "view_closed":
            return _view(payload)
        case "message_action":
            return _shortcut(payload)
        case "block_suggestion" if _text(payload, "action_id") == FIND:
            known = _interaction(payload)
            return Inbound(kind="suggest", text=_text(payload, "value"), **known) if known else None
        case None if _text(payload, "command"):
            return _command(payload)
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
            sent: dict[str, Any] = {"text": inbound.text, "ticked": inbound.ticked, "fields": inbound.fields}
            return FormSent(actor=actor, key=key, at=at, form=inbound.form, **sent)
        case "closed":
            return FormClosed(actor=actor, key=key, at=at)
        case "file":
            return FileOffered(actor=actor, key=key, at=at)
        case "opened":
            return ConversationOpened(actor=actor, key=key, at=at)
        case "home":
            return HomeOpened(actor=actor, key=key, at=at)
        case _:
            raise ValueError(f"{inbound.kind!r} is not for the core")


def typed(text: str, bot: str = "") -> str:
    """What a person typed, without Slack's marks: links and names as they were read, the assistant's own name left out.

    Ids of people never come through: what is asked may be kept for the policy owner.
    """
    shown = _BRACKETED.sub(lambda mark: _as_read(mark[1], bot), text)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def _as_read(mark: str, bot: str) -> str:
    target, _, label = mark.partition("|")
    if bot and target == f"@{bot}":
        return ""
    sign = target[:1]
    if sign in ("@", "#"):
        return sign + label.removeprefix(sign)
    if sign == "!":
        return label or "@" + target[1:].partition("^")[0]
    return label or target.removeprefix("mailto:")


def _event(payload: Json) -> Inbound | None:
    event = _map(payload, "event")
    match _text(event, "type"):
        case "message" if _text(event, "channel_type") == "im":
            return _message(payload, event, "message")
        case "app_mention":
            return _message(payload, event, "mention")
        case "app_home_opened":
            return _app_home(payload, event)
        case "user_change":
            user = _map(event, "user")
            known = _known(payload, event, _text(user, "id"), _text(user, "team_id"))
            key = f"slack:user:{known['team']}:{known['user']}:{_text(event, 'event_ts')}"
            return Inbound(kind="changed", door="profile", key=key, **known) if known["user"] else None
        case _:
            return None


def _message(payload: Json, event: Json, door: Door) -> Inbound | None:
    """A message that a person wrote to us; not one of a bot, and not the news that one was changed."""
    bot = _text(_first(payload, "authorizations"), "user_id")
    user, ts, channel = _text(event, "user"), _text(event, "ts"), _text(event, "channel")
    ours = _text(event, "bot_id") or event.get("bot_profile") or user in ("", bot, "USLACKBOT")
    written = event.get("subtype") in (None, "file_share", "thread_broadcast", "me_message")
    if ours or not written or not ts or not channel or event.get("hidden"):
        return None
    home = _text(event, "user_team") or _text(event, "source_team") or _text(event, "team")
    known = _known(payload, event, user, home)
    shared = door == "mention" and not _is_direct(channel)
    place: dict[str, Any] = {
        "channel": channel,
        "shared": shared,
        "thread": _text(event, "thread_ts") or (ts if shared else ""),
    }
    key = f"slack:message:{known['team']}:{channel}:{ts}"
    if event.get("files") or event.get("subtype") == "file_share":
        return Inbound(kind="file", door=door, key=key, **place, **known)
    return Inbound(kind="text", door=door, key=key, text=typed(_text(event, "text"), bot), **place, **known)


def _app_home(payload: Json, event: Json) -> Inbound | None:
    known = _known(payload, event, _text(event, "user"), "")
    if not known["user"]:
        return None
    place = {"channel": _text(event, "channel"), **known}
    when = f"{known['team']}:{known['user']}:{_text(event, 'event_ts')}"
    if event.get("tab") == "messages":
        return Inbound(kind="opened", door="message", key=f"slack:messages:{when}", **place)
    view = _text(_map(event, "view"), "id")
    return Inbound(kind="home", door="home", key=f"slack:home:{when}", view=view, **place)


def _known(payload: Json, event: Json, user: str, user_team: str) -> dict[str, Any]:
    first = _first(payload, "authorizations")
    team = _text(payload, "team_id") or _text(first, "team_id") or _text(event, "team")
    enterprise = _text(payload, "enterprise_id") or _text(first, "enterprise_id")
    external = payload.get("is_ext_shared_channel") is True
    return {"user": user, "team": team, "user_team": user_team, "enterprise": enterprise, "external": external}


def _command(payload: Json) -> Inbound | None:
    user, trigger, channel = _text(payload, "user_id"), _text(payload, "trigger_id"), _text(payload, "channel_id")
    if not user or not trigger:
        return None
    known: dict[str, Any] = {
        "door": "command",
        "user": user,
        "team": _text(payload, "team_id"),
        "enterprise": _text(payload, "enterprise_id"),
        "channel": channel,
        "shared": not _is_direct(channel),
        "key": f"slack:command:{trigger}",
        "trigger": trigger,
        "response_url": _text(payload, "response_url"),
    }
    text = typed(_text(payload, "text"))
    said = " ".join(text.casefold().split())
    if not said:
        return Inbound(kind="home", **known)
    if said in _COMMANDS:
        return Inbound(kind="choice", value=_COMMANDS[said], **known)
    return Inbound(kind="opened", **known) if said == _HELP else Inbound(kind="text", text=text, **known)


def _actions(payload: Json) -> Inbound | None:
    """A button, a list or the search box. Ticks are read when they are sent."""
    known = _interaction(payload)
    if not known:
        return None
    for action in _maps(payload, "actions"):
        name, _, number = _text(action, "action_id").partition(":")
        picked = _text(_map(action, "selected_option"), "value")
        value = _text(action, "value") or picked
        when = _text(action, "action_ts") or known["trigger"]
        known["key"] = f"slack:action:{known['team']}:{known['user']}:{when}:{name}:{number}"
        if not when or not value:
            continue
        if name in (CHOICE, FIND):
            return Inbound(kind="choice", value=value, **known)
        if name == ASK:
            return Inbound(kind="text", text=value, **known)
        if name == SEND:
            state = _map(payload, "state") or _map(_map(payload, "view"), "state")
            return Inbound(kind="form", form=value, **_filled_in(state, number), **known)
    return None


def _view(payload: Json) -> Inbound | None:
    known, view = _interaction(payload), _map(payload, "view")
    if not known or not known["view"]:
        return None
    sent = payload.get("type") == "view_submission"
    step = "sent" if sent else "closed"
    known["key"] = f"slack:view:{known['team']}:{known['view']}:{known['view_hash']}:{step}"
    if not sent:
        return Inbound(kind="closed", form=_text(view, "callback_id"), **known)
    filled_in = _filled_in(_map(view, "state"), "0")
    return Inbound(kind="form", form=_text(view, "callback_id"), submitted=True, **filled_in, **known)


def _shortcut(payload: Json) -> Inbound | None:
    known, message = _interaction(payload), _map(payload, "message")
    if not known or not known["trigger"]:
        return None
    known |= {"door": "shortcut", "key": f"slack:shortcut:{known['trigger']}", "message": _text(message, "ts")}
    if not known["message"]:
        known["message"] = _text(payload, "message_ts")
    name = payload.get("callback_id")
    if name == CHECK_SHORTCUT:
        return Inbound(kind="check", text=typed(_text(message, "text")), **known)
    if name == REPORT_SHORTCUT:
        return Inbound(kind="choice", value=_COMMANDS["report"], link=_link(payload, known), **known)
    return None


def _link(payload: Json, known: Mapping[str, Any]) -> str:
    """Where a message stands, as people open it; empty if the payload does not tell."""
    domain, moment = _text(_map(payload, "team"), "domain"), known["message"].replace(".", "")
    found = re.fullmatch(r"[a-z0-9-]+", domain) and moment.isdecimal() and known["channel"].isalnum()
    return f"https://{domain}.slack.com/archives/{known['channel']}/p{moment}" if found else ""


def _interaction(payload: Json) -> dict[str, Any] | None:
    """What all interactive payloads have in common; None if nobody did it."""
    user, container, view = _map(payload, "user"), _map(payload, "container"), _map(payload, "view")
    message = _map(payload, "message")
    ids = (_text(block, "block_id") for block in _maps(message, "blocks"))
    letter = next((block_id for block_id in ids if block_id.startswith(LETTER)), "")
    if not _text(user, "id"):
        return None
    door: Door = "message"
    if view:
        door = "home" if view.get("type") == "home" else "modal"
    channel = _text(_map(payload, "channel"), "id") or _text(container, "channel_id")
    team = _text(_map(payload, "team"), "id") or _text(view, "app_installed_team_id") or _text(user, "team_id")
    return {
        "door": door,
        "user": _text(user, "id"),
        "team": team,
        "user_team": _text(user, "team_id"),
        "enterprise": _text(_map(payload, "enterprise"), "id"),
        "channel": channel,
        "shared": bool(channel) and not _is_direct(channel),
        "thread": _text(container, "thread_ts"),
        "message": _text(container, "message_ts"),
        "letter": letter,
        "title": typed(_text(message, "text")) if letter else "",
        "ephemeral": container.get("is_ephemeral") is True,
        "trigger": _text(payload, "trigger_id"),
        "response_url": _text(payload, "response_url"),
        "view": _text(view, "id"),
        "view_hash": _text(view, "hash"),
        "meta": _text(view, "private_metadata"),
    }


def _filled_in(state: Json, number: str) -> dict[str, Any]:
    """What a form holds: the text, the values ticked in all of its lists, and its fields without those left empty."""
    text, ticked, fields = "", list[str](), dict[str, list[str]]()
    for action, used in _used(state):
        name, form, place = (*action.split(":", 2), "", "")[:3]
        if form != number:
            continue
        if name == TEXT:
            text = _text(used, "value")
        elif name == TICKS:
            ticked += _picked(used)
        elif name == FIELD:
            fields.setdefault(place.partition(":")[2], []).extend((_text(used, "value"), *_picked(used)))
    found = {field: _once(values) for field, values in fields.items()}
    return {"text": text, "ticked": _once(ticked), "fields": {name: values for name, values in found.items() if values}}


def _used(state: Json) -> Iterator[tuple[str, Json]]:
    """What can be filled in there, and what is in it, by action id."""
    for block in _map(state, "values").values():
        for action, used in block.items() if isinstance(block, Mapping) else ():
            if isinstance(action, str) and isinstance(used, Mapping):
                yield action, used


def _picked(used: Json) -> list[str]:
    """The values picked or ticked."""
    options = (_map(used, "selected_option"), *_maps(used, "selected_options"))
    return [_text(option, "value") for option in options]


def _once(values: list[str]) -> tuple[str, ...]:
    """What is there, each value once."""
    return tuple(value for value in dict.fromkeys(values) if value)


def _is_direct(channel: str) -> bool:
    return channel.startswith("D")


def _text(found: Json, key: str) -> str:
    value = found.get(key)
    return value if isinstance(value, str) else ""


def _map(found: Json, key: str) -> Json:
    value = found.get(key)
    return value if isinstance(value, Mapping) else {}


def _maps(found: Json, key: str) -> Iterator[Json]:
    value = found.get(key)
    return (item for item in (value if isinstance(value, list) else ()) if isinstance(item, Mapping))


def _first(found: Json, key: str) -> Json:
    return next(_maps(found, key), {})
