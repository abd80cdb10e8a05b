"""Drawings in plain shapes: vector graphics in HTML (SVG) and in PDF alike.

Positions are points (1/72 inch) from the top left corner, y downwards. Colours are names, since
a screen has a dark mode and paper has none: `PAPER` holds those of paper.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

Colour = Literal[
    "text", "muted", "line", "frame", "track", "paper", "generated", "real", "inconclusive", "error"
]
PAPER: dict[Colour, str] = {
    "text": "#16181b",
    "muted": "#5c6670",
    "line": "#dfe3e7",
    "frame": "#9aa2ab",
    "track": "#e6e9ec",
    "paper": "#ffffff",
    "generated": "#e8833a",
    "real": "#2aa198",
    "inconclusive": "#8b87b3",
    "error": "#d1495b",
}
ANSWER_COLOURS: dict[str, Colour] = {
    "generated": "generated",
    "real": "real",
    "inconclusive": "inconclusive",
    "blocked": "inconclusive",
    "failed": "error",
}
ANSWER_SHAPES = {
    "generated": "▲",
    "real": "●",
    "inconclusive": "◆",
    "blocked": "◆",
    "failed": "✕",
}
LABEL_SIZE = 7.0


@dataclass(frozen=True, eq=False)
class Picture:
    """An encoded picture.

    Attributes
    ----------
    data : bytes
        PNG or JPEG.
    width, height : int
        Pixels.
    title : str
        What it shows, for who cannot see it.
    shared : bool
        Whether many pages show it: it is stored once.
    """

    data: bytes
    width: int
    height: int
    title: str
    shared: bool = False

    @cached_property
    def key(self) -> str:
        """Name made of its content."""
        return hashlib.sha256(self.data).hexdigest()[:16]

    @property
    def mime(self) -> str:
        """Media type."""
        return "image/png" if self.data[:4] == b"\x89PNG" else "image/jpeg"


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points, closed and filled or not."""

    points: tuple[tuple[float, float], ...]
    colour: Colour | None = "text"
    width: float = 0.75
    dash: tuple[float, ...] = ()
    fill: Colour | None = None
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float
    fill: Colour | None = None
    colour: Colour | None = None
    line: float = 0.5
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Label:
    """A line of text; y is its baseline."""

    x: float
    y: float
    text: str
    size: float = LABEL_SIZE
    anchor: Literal["start", "middle", "end"] = "start"
    colour: Colour = "text"
    bold: bool = False
    upright: bool = False


@dataclass(frozen=True, slots=True)
class Image:
    """A picture in a rectangle, its pixels kept square-edged when enlarged."""

    x: float
    y: float
    width: float
    height: float
    picture: Picture


Shape = Stroke | Rect | Label | Image


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes on a sheet.

    Attributes
    ----------
    width, height : float
        Points.
    shapes : list of Shape
        Later ones cover earlier ones.
    title : str
        What it shows, for who cannot see it.
    """

    width: float
    height: float
    title: str
    shapes: list[Shape] = field(default_factory=list)

    def add(self, *shapes: Shape) -> None:
        """Put shapes on top."""
        self.shapes.extend(shapes)


def line(
    x1: float, y1: float, x2: float, y2: float, colour: Colour = "frame", width: float = 0.5
) -> Stroke:
    """Return a straight line."""
    return Stroke(((x1, y1), (x2, y2)), colour, width)


def diamond(x: float, y: float, r: float, fill: Colour) -> Stroke:
    """Return a filled diamond around a point."""
    return Stroke(((x - r, y), (x, y - r), (x + r, y), (x, y + r)), None, fill=fill)
