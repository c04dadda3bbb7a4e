"""What Slack takes at most, and how text is divided so that nothing is lost to it.

Figures are of Block Kit's reference and of slack_sdk's own constants, unless a comment says otherwise.
"""

from __future__ import annotations

MESSAGE_BLOCKS_MAX = 50
VIEW_BLOCKS_MAX = 100
MESSAGE_TEXT_MAX = 12_000  # undocumented: about 13,200 characters in all blocks end in `msg_blocks_too_long`
VIEW_BYTES_MAX = 200_000  # a view is refused at 250 KB
FALLBACK_MAX = 4000

SECTION_TEXT_MAX = 3000  # also kept to in rich text, for which no limit is published
CONTEXT_TEXT_MAX = 2000
HEADER_MAX = 150
BUTTON_LABEL_MAX = 75
BUTTON_VALUE_MAX = 2000
OPTION_LABEL_MAX = 75
OPTION_VALUE_MAX = 150
PLACEHOLDER_MAX = 150
SELECT_OPTIONS_MAX = 100
CHECKBOXES_MAX = 10
RADIO_BUTTONS_MAX = 10
URL_MAX = 3000
INPUT_LABEL_MAX = 2000
INPUT_TEXT_MAX = 3000
ID_MAX = 255
FIELD_NAME_MAX = 200  # ours: an id has room for it and for where the field stands
TITLE_MAX = 24  # also of the button that sends a modal
METADATA_MAX = 3000

BUTTONS_IN_A_ROW = 3  # ours: more would wrap on a phone
BUTTONS_IN_ALL = 9  # ours: more options than this are a list to open

CUT = "…"

_ESCAPED = {"&": 4, "<": 3, ">": 3}


def units(text: str) -> int:
    """How long a field of Slack's takes this text to be: in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def size(text: str) -> int:
    """How long Slack may take this text to be at most: in UTF-16 units, with its three control characters escaped."""
    return units(text) + sum(text.count(sign) * extra for sign, extra in _ESCAPED.items())


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

    For labels only: whoever shows a brief one shows the whole text beside it.
    """
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
