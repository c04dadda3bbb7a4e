"""Pages put into HTML. Every text of people is escaped by the templates; nothing here runs in a browser.

A page carries its style itself, so that one that was kept or printed stays as it was; the policy that a browser is
given names the hashes of exactly these styles, and nothing else may load.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.exporting import Record
from bot.figures import Shown
from bot.library import Library

_TEMPLATES = Path(__file__).parent / "templates"
_STYLE = (_TEMPLATES / "style.css").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page to be sent, and its content security policy."""

    html: bytes
    policy: str


def opening(library: Library) -> Page:
    """The page behind every link: it tells nothing and opens nothing before its button is pressed."""
    words = library.page_wording
    return _notice(library, words.opening, words.opening_text, words.open)


def gone(library: Library) -> Page:
    """The page of a link that opens nothing, whatever the reason."""
    words = library.page_wording
    return _notice(library, words.gone, words.gone_text)


def busy(library: Library) -> Page:
    """The page of a link that cannot be opened just now, and still can be later."""
    words = library.page_wording
    return _notice(library, words.busy, words.busy_text, words.try_again)


def broken(library: Library) -> Page:
    """The page of what was altered outside, of which nothing is shown."""
    return _notice(library, library.page_wording.broken, library.report_wording.damaged)


def record_page(library: Library, record: Record) -> Page:
    """The record to read, print and download."""
    heading = library.page_wording.record.format(ref=record["reference"])
    plain = json.dumps(record, ensure_ascii=False, indent=1).encode("utf-8", "replace")
    shown = {
        "heading": heading,
        "record": record,
        "policy": _policy_of(library, record),
        "file": f"data:application/json;base64,{base64.b64encode(plain).decode()}",
    }
    return _page(library, "record.html", shown, _on_each_sheet(heading))


def figures_page(library: Library, shown: Shown) -> Page:
    """The figures as tables, some of them drawn as well."""
    # Loaded when figures are first asked for.
    from adapters.pages.plots import bars

    organisation = next(iter(library.policies.values())).head.organisation
    tables = [(table, bars(table)) for table in shown.tables]
    content = {"heading": shown.title, "organisation": organisation, "shown": shown, "tables": tables}
    return _page(library, "figures.html", content, _on_each_sheet(shown.title))


def _policy_of(library: Library, record: Record) -> str:
    """The policy with its date, as people read it; empty where the knowledge has it no more."""
    policy = record["policy"]
    if not policy:
        return ""
    year, month = str(policy["date"]).split("-")
    date = f"{library.wording.months[int(month) - 1]} {year}"
    return library.page_wording.policy_of.format(policy=policy["title"], date=date)


def _notice(library: Library, heading: str, text: str, button: str = "") -> Page:
    return _page(library, "notice.html", {"heading": heading, "text": text, "button": button, "small": True})


def _page(library: Library, template: str, content: Mapping[str, Any], *more: str) -> Page:
    styles = [_STYLE, *more]
    html = _READ.get_template(template).render(
        words=library.page_wording,
        labels=library.report_wording,
        more=library.case_wording,
        styles=[Markup(style) for style in styles],
        small=content.get("small", False),
        **{name: value for name, value in content.items() if name != "small"},
    )
    return Page(html=html.encode("utf-8", "replace"), policy=_policy(styles))


def _policy(styles: list[str]) -> str:
    hashes = (base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in styles)
    allowed = " ".join(f"'sha256-{found}'" for found in hashes)
    return f"default-src 'none'; style-src {allowed}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


def _on_each_sheet(heading: str) -> str:
    """Style that writes a heading and the number of the sheet on each sheet of paper."""
    # Escaped as CSS has it, letter by letter, so that no heading can end the string or the style.
    text = "".join(letter if letter.isalnum() or letter in " -" else f"\\{ord(letter):06x} " for letter in heading)
    head = f'@top-left {{ content: "{text}"; font: 8pt sans-serif; color: #333; }}'
    foot = '@bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #333; }'
    return f"@page {{ {head} {foot} }}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _named(who: Mapping[str, str]) -> str:
    """ "shift lead (Jo Bloggs)", or the role alone."""
    return f"{who['role']} ({who['name']})" if who["name"] else who["role"]


_READ = Environment(
    loader=FileSystemLoader(_TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_READ.filters |= {"capital": _capital, "named": _named}
