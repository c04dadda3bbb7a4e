"""Messages as plain text, for a terminal. Control characters cannot come this far: text is cleaned at the door."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import assert_never

from bot.messages import (
    Block,
    Choices,
    Facts,
    Form,
    Link,
    Notice,
    Paragraph,
    Quote,
    Silent,
    Steps,
    TextBox,
    Ticks,
    Verdict,
    Written,
)

_WIDTH = 88


def to_text(blocks: Iterable[Block]) -> str:
    """The blocks of a message, one paragraph each. Buttons are left out: in a terminal one simply types on."""
    return "\n\n".join(text for block in blocks if (text := _block(block)))


def _block(block: Block) -> str:
    match block:
        case Verdict(word=word, headline=headline):
            return f"{word.upper()}\n{_wrap(headline)}"
        case Silent(word=word, headline=headline):
            return f"{word.upper()}\n{_wrap(headline)}"
        case Quote(text=text, source=source):
            return f"{_wrap('“' + text + '”', '  ')}\n  — {source}"
        case Steps(title=title, steps=(step,)):
            return _wrap(f"{title}: {step}")
        case Steps(title=title, steps=steps):
            return "\n".join((title, *(_wrap(step, "   ", f"{n}. ") for n, step in enumerate(steps, start=1))))
        case Facts(rows=rows):
            return "\n".join(f"{label}: {value}" for label, value in rows)
        case Choices(quiet=True) | Choices(options=()):
            return ""
        case Choices(prompt=prompt, options=options):
            return "\n".join((*filter(None, (prompt,)), *(f"  › {option.label}" for option in options)))
        case Notice(text=text, urgent=urgent):
            return _wrap(f"!! {text}" if urgent else text)
        case TextBox(label=label, text=text):
            return "\n".join(filter(None, (label, text)))
        case Ticks(label=label, options=options, ticked=ticked):
            return "\n".join((label, *(f"  [{'x' if o.value in ticked else ' '}] {o.label}" for o in options)))
        case Form(fields=fields):
            return "\n".join(f"{field.label}: {', '.join(field.value)}".rstrip() for field in fields)
        case Link(label=label, url=url):
            return f"{label}: {url}"
        case Written(label=label, text=text, options=options):
            return "\n".join((f"{label}:", text, *(f"  › {option.label}" for option in options)))
        case Paragraph(text=text):
            return _wrap(text)
        case _:
            assert_never(block)


def _wrap(text: str, indent: str = "", first: str | None = None) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=indent if first is None else first, subsequent_indent=indent)
