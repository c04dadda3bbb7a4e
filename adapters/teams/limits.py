"""What Teams takes at most, and how text is divided so that nothing is lost to it.

Teams counts a message as its JSON in UTF-16, and refuses one of about 100 KB; its pages recommend 80 KB at most, and
older pages and clients say 28 KB. Chat messages therefore stay far below that wherever they can be divided.
"""

from __future__ import annotations

import json

CARD_BYTES_MAX = 25_000
"""A chat message with its card is divided above this."""
HARD_BYTES_MAX = 80_000
"""Nothing larger is ever handed to Teams: what cannot be divided, dialogs among it, is cut there, with a mark."""

TEXT_MAX = 4000  # ours, here and below where nothing else is said: one element of running text
LABEL_MAX = 75  # of a button; longer ones are cut by some clients
VALUE_MAX = 2000  # of a button
CHOICE_MAX = 200  # of a line to tick, and of what it stands for
INPUT_LABEL_MAX = 400
INPUT_TEXT_MAX = 8000
FORM_TOLD_MAX = 24_000  # bytes that the button of a form may carry, so that its fields have room beside it
TITLE_MAX = 60  # of a dialog
SUMMARY_MAX = 500
REFRESHED_MAX = 60  # persons whose clients refresh a card by themselves: Teams takes no more
RESULTS_MAX = 25  # of a search: Teams asks for this many at once

BUTTONS_IN_A_ROW = 3
ROW_LABELS_MAX = 30  # together; on a phone of 320 pixels longer rows hide what the buttons say
CHOICES_IN_A_LIST = 50
CHOICES_IN_SIGHT = 6  # of which one is to be picked; more are behind a button that opens them

CUT = "…"


def units(text: str) -> int:
    """How long a field takes this text to be: in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def weight(payload: object) -> int:
    """How much Teams takes this for: the bytes of its JSON in UTF-16."""
    return 2 * units(json.dumps(payload, ensure_ascii=False))


def size(text: str) -> int:
    """How long this text is inside of JSON, in UTF-16 units."""
    return units(json.dumps(text, ensure_ascii=False)) - 2


def split(text: str, limit: int) -> list[str]:
    """Divide text into pieces of at most this size: at an empty line, a line's end or a space where there is one.

    Only white space at the cuts is lost. Text without a word gives no piece.
    """
    pieces = []
    rest = text.strip()
    while size(rest) > limit:
        end = _reach(rest, limit)
        piece = rest[:end]
        for mark in ("\n\n", "\n", " "):
            place = piece.rfind(mark)
            if place > end // 2:
                end = place
                break
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [piece for piece in (*pieces, rest) if piece]


def brief(text: str, limit: int) -> str:
    """The text if it is short enough, else its beginning, cut after a word and with a mark that says so.

    For labels only: whoever shows a brief one shows the whole text beside it. Never empty.
    """
    text = text.strip()
    if size(text) <= limit:
        return text or CUT
    end = _reach(text, limit - len(CUT))
    start = text[:end]
    words = start if text[end : end + 1] == " " else start.rpartition(" ")[0]
    return (words.rstrip(" ,;:.") or start) + CUT


def _reach(text: str, limit: int) -> int:
    """How many characters from the start are at most so long; at least one."""
    low, high = 1, min(len(text), limit)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if size(text[:middle]) <= limit else (low, middle - 1)
    return low
