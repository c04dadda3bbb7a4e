"""Tables drawn as bars: plain SVG that a page can hold, without a script, a style or an address of its own."""

from __future__ import annotations

import xml.etree.ElementTree as tree

import pygal
from markupsafe import Markup

from bot.figures import Table

_SVG = "{http://www.w3.org/2000/svg}"
_LEFT_OUT = frozenset({"defs", "desc", "title"})
_OVERLAYS = frozenset({"plot overlay", "plot tooltip-overlay"})
_WIDE, _HIGH, _BAR = 560, 270, 30  # pixels as the page has them at most; a plot shrinks with its page
_SLOPE, _VALUE = 56, 36  # room for a label that slopes to the left, and for a number beyond the end of a bar
_LABEL_MAX = 30  # characters; the table beside it has the whole label


def bars(table: Table) -> Markup | None:
    """The first column of a table as bars; None where there is nothing to draw that may be told."""
    rows = [row for row in table.rows if not row.total]
    values = [row.cells[0].value for row in rows]
    if not table.plot or not any(values):
        return None
    labels = [row.label for row in rows]
    if table.plot == "upright":
        room = {"margin_left": _SLOPE, "margin_bottom": _SLOPE // 2, "x_label_rotation": 320}
        chart = pygal.Bar(height=_HIGH, show_y_labels=False, **room, **_settings(values))
    else:
        chart = pygal.HorizontalBar(
            height=_BAR * (len(labels) + 1), show_x_labels=False, margin_right=_VALUE, **_settings(values)
        )
        labels, values = labels[::-1], values[::-1]  # drawn from below
    chart.x_labels = labels
    chart.add("", values)
    return Markup(_bare(chart.render(), table.title))


def _settings(values: list[float | None]) -> dict[str, object]:
    most = max(value for value in values if value is not None)
    return {
        "js": [],
        "disable_xml_declaration": True,
        "no_prefix": True,
        "show_legend": False,
        "print_values": True,
        "print_values_position": "top",
        "range": (0, most * 1.05),
        "width": _WIDE,
        "margin": 8,
        "truncate_label": _LABEL_MAX,
        "value_formatter": lambda value: f"{value:g}",
    }


def _bare(drawn: str, title: str) -> str:
    """What was drawn, without what the library adds for a browser that runs its script: the page has its own style."""
    root = tree.fromstring(drawn)
    for parent in list(root.iter()):
        parent.tag = parent.tag.removeprefix(_SVG)
        parent.attrib.pop("style", None)
        for child in list(parent):
            if child.tag.removeprefix(_SVG) in _LEFT_OUT or child.get("class") in _OVERLAYS:
                parent.remove(child)
    root.attrib.pop("id", None)
    root.attrib |= {"role": "img", "aria-label": title}
    return tree.tostring(root, encoding="unicode")
