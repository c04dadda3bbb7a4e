"""What may be written for the operator: words and numbers from a fixed list, never a person, a reference or a text.

Libraries log what they carry, and whole bodies when something is wrong with them. What they log is emptied here when
the record is made, so that no handler, formatter or level that anybody sets later can show it.
"""

from __future__ import annotations

import logging
from types import TracebackType
from typing import Final, Literal, TypeAlias

Kind = Literal[
    "advice-late",
    "auditor-broke",
    "cases-late",
    "cases-stuck",
    "damaged",
    "deadline-passed",
    "guessing",
    "letter-failed",
    "letter-left",
    "letters-stuck",
    "locked-out",
    "nobody-left",
    "not-delivered",
    "not-noted",
    "note-failed",
    "permission-missing",
    "platform-broke",
    "reply-lost",
    "request-broke",
    "sends-cut-off",
    "store-broke",
    "store-busy",
    "sweep-broke",
    "token-refused",
    "worker-silent",
]

_SENTENCES: Final[dict[Kind, str]] = {
    "advice-late": "Advice from outside was not recorded within a working day; whoever has the case is reminded.",
    "auditor-broke": "Looking for what is stuck failed; tried again in a few minutes.",
    "cases-late": "There are more cases that are late: candour cases --late.",
    "cases-stuck": "There are cases that are due and that nobody has looked at: candour cases --late, and the log.",
    "damaged": "Something that is kept was altered outside of Candour, and is not shown: candour verify.",
    "deadline-passed": "Nobody took responsibility for a case in time; the next in line are told.",
    "guessing": "Somebody asks again and again for cases that are not theirs. They learn nothing by it.",
    "letter-failed": "A letter can reach its person on no platform. Look at the directory.",
    "letter-left": "A letter can reach its person on no platform, and its case could not be told; tried again later.",
    "letters-stuck": "Letters have been lying for half an hour. Look at the platforms: candour doctor.",
    "locked-out": "A handler said that a case is about somebody who could receive it; they are locked out of it.",
    "nobody-left": "Nobody inside is left to tell of a case. Its reporter was given the outside contact.",
    "not-delivered": "An alert cannot be delivered to somebody. Look at the directory.",
    "not-noted": "A letter was sent, but the store could not note it; it is not sent again, and noted later.",
    "note-failed": "A letter was delivered, but its case could not be told.",
    "permission-missing": "A platform's app lacks a permission, and letters wait. Install it again from its manifest.",
    "platform-broke": "A platform broke off while it was handed a letter; tried again later.",
    "reply-lost": "A reply could not be said; what it answered is kept.",
    "request-broke": "A platform sent a request that its own library could not read; it had no effect.",
    "sends-cut-off": "Delivery stopped before a platform had answered; the letters are sent after the next start.",
    "store-broke": "The store failed while letters were looked for; tried again.",
    "store-busy": "The store is busy, full or gone; letters wait for it.",
    "sweep-broke": "Looking at what is due failed; tried again.",
    "token-refused": "A platform refuses its token, and letters wait. Renew the setting; candour doctor looks closer.",
    "worker-silent": "Something that must go on by itself has fallen silent: see /health, and start again.",
}

REASONS: Final = frozenset(
    {
        "archived",
        "blocked",
        "forbidden",
        "gone",
        "inactive",
        "no-platform",
        "not-found",
        "not-installed",
        "other",
        "refused",
        "restricted",
        "revoked",
    }
)
"""Why a letter can never arrive. A platform's own word that is not among them is "other"."""

LIBRARIES: Final = frozenset(
    {
        "aiohttp",
        "asyncio",
        "botbuilder",
        "botframework",
        "httpcore",
        "httpx",
        "jwt",
        "msal",
        "msrest",
        "requests",
        "slack_bolt",
        "slack_sdk",
        "sqlite_utils",
        "urllib3",
        "watchfiles",
    }
)
"""Loggers whose first name is shown. Any other is "another", because a logger's name can be made from anything."""

SETTINGS: Final = frozenset({"CANDOUR_SLACK_BOT_TOKEN", "CANDOUR_TEAMS_APP_SECRET"})
"""Settings that a line may name for the operator to mend."""

_NUMBERS: Final[dict[str, tuple[type, ...]]] = {"count": (int,), "seconds": (int, float), "status": (int,)}
_WORDS: Final[dict[str, frozenset[str]]] = {"kind": frozenset(_SENTENCES), "reason": REASONS, "setting": SETTINGS}

_Raised: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def known_reason(reason: str) -> str:
    """The reason if it is one of REASONS, otherwise "other"."""
    return reason if reason in REASONS else "other"


def operator_line(kind: Kind, **fields: object) -> str:
    """One line for the operator: the sentence of its kind, then the kind and the given fields as name=value.

    Fields are `count`, `seconds`, `status` (a number or a bool), `setting` (one of SETTINGS) and `reason` (a word of
    REASONS, or the type of an exception). Raises ValueError for anything else, without saying what it was.
    """
    shown = [f"{name}={_allowed(name, value)}" for name, value in {"kind": kind, **fields}.items()]
    return f"{_SENTENCES[kind]} [{' '.join(shown)}]"


def quiet_libraries() -> None:
    """Let libraries say only that something is wrong: their name, the level and the type of the exception.

    Holds for every logger and handler of the process, also for those made later. Nothing below WARNING is made at
    all, and if somebody lowers that, the records are empty all the same.
    """
    logging.disable(logging.INFO)
    logging.setLogRecordFactory(_emptied)
    # When a handler cannot write, logging prints a trace of the call and its arguments to stderr.
    logging.raiseExceptions = False


def _allowed(name: str, value: object) -> str:
    # Exact types: a subclass brings its own way of being written.
    if name in _NUMBERS and type(value) in (*_NUMBERS[name], bool):
        return str(value)
    if type(value) is str and value in _WORDS.get(name, ()):
        return value
    if name == "reason" and isinstance(value, type) and issubclass(value, BaseException):
        return value.__name__
    raise ValueError("Only the fields and values that bot/logs.py lists may be written for the operator.")


def _emptied(
    name: str,
    level: int,
    path: str,
    line: int,
    message: object,
    arguments: object,
    raised: _Raised | None,
    function: str | None = None,
    stack: str | None = None,
) -> logging.LogRecord:
    """What `logging` makes of a call: the same record without anything that was said in it."""
    first = name.replace(":", ".").split(".")[0]
    library = first if first in LIBRARIES else "another"
    error = raised[0] if raised else None
    told = f"{library}: {logging.getLevelName(level)}{f', {error.__name__}' if error else ''}"
    return logging.LogRecord(library, level, "", 0, told, (), None)
