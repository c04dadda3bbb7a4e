"""Draws the two icons of the app package, so that nothing has to be licensed, and writes them as PNG without a library.

`python -m adapters.teams.icons` writes them into the manifest's folder; they only change when this file does.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Final, TypeAlias

FOLDER: Final = Path(__file__).parents[2] / "manifest" / "teams"
COLOR, COLOR_SIZE = "color.png", 192
OUTLINE, OUTLINE_SIZE = "outline.png", 32

_BLUE: Final = (0x1F, 0x3A, 0x4D)
_WHITE: Final = (0xFF, 0xFF, 0xFF)
_FINE = 4  # points looked at along each side of a pixel, so that edges are smooth

Pixel: TypeAlias = tuple[int, int, int, int]
_Shape: TypeAlias = Callable[[float, float], bool]


def color_icon() -> bytes:
    """A white speech bubble with a tick in it, on blue: 192 by 192 pixels, no transparency."""

    def pixel(x: int, y: int) -> Pixel:
        white = _covered(lambda u, v: _bubble(u, v, 0.0) and not _tick(u, v, 0.035), x, y, COLOR_SIZE)
        red, green, blue = (round(b + (w - b) * white) for b, w in zip(_BLUE, _WHITE, strict=True))
        return red, green, blue, 255

    return _png(COLOR_SIZE, pixel)


def outline_icon() -> bytes:
    """The same in white lines on nothing: 32 by 32 pixels."""

    def drawn(u: float, v: float) -> bool:
        return (_bubble(u, v, 0.12) and not _bubble(u, v, 0.055)) or _tick(u, v, 0.04)

    def pixel(x: int, y: int) -> Pixel:
        return *_WHITE, round(255 * _covered(drawn, x, y, OUTLINE_SIZE))

    return _png(OUTLINE_SIZE, pixel)


def _bubble(u: float, v: float, wider: float) -> bool:
    """A rounded box with a tail, in a square from 0 to 1; `wider` on every side."""
    left, right, top, bottom, corner = 0.24 - wider, 0.76 + wider, 0.26 - wider, 0.64 + wider, 0.1 + wider
    x, y = min(max(u, left + corner), right - corner), min(max(v, top + corner), bottom - corner)
    box = left <= u <= right and top <= v <= bottom and (u - x) ** 2 + (v - y) ** 2 <= corner**2
    tail = 0.34 - wider <= u <= 0.5 + wider and bottom - corner <= v <= bottom + 0.1 - (u - 0.34) * 0.9
    return box or tail


def _tick(u: float, v: float, half: float) -> bool:
    """A tick, of lines twice as wide as `half`."""
    corners = ((0.37, 0.45), (0.47, 0.55), (0.64, 0.35))
    return any(_near(u, v, *start, *end) <= half for start, end in pairwise(corners))


def _near(u: float, v: float, x1: float, y1: float, x2: float, y2: float) -> float:
    """How far a point is from a line between two others."""
    along = ((u - x1) * (x2 - x1) + (v - y1) * (y2 - y1)) / ((x2 - x1) ** 2 + (y2 - y1) ** 2)
    along = min(max(along, 0.0), 1.0)
    return float(((u - x1 - along * (x2 - x1)) ** 2 + (v - y1 - along * (y2 - y1)) ** 2) ** 0.5)


def _covered(shape: _Shape, x: int, y: int, size: int) -> float:
    """How much of a pixel a shape covers, from 0 to 1."""
    steps = [(step + 0.5) / _FINE for step in range(_FINE)]
    hits = sum(shape((x + across) / size, (y + down) / size) for across in steps for down in steps)
    return hits / _FINE**2


def _png(size: int, pixel: Callable[[int, int], Pixel]) -> bytes:
    """A square picture with eight bits for each of red, green, blue and opacity."""
    rows = b"".join(b"\0" + bytes(part for x in range(size) for part in pixel(x, y)) for y in range(size))
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    parts = (b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in parts)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


if __name__ == "__main__":
    (FOLDER / COLOR).write_bytes(color_icon())
    (FOLDER / OUTLINE).write_bytes(outline_icon())
