"""A sheet of paper measured in pixels: what every figure is drawn on.

Matplotlib places things in fractions of a figure and resamples pictures to fit. A forensic
picture must keep its pixels, so a sheet works in whole pixels from its top left corner and lays
pictures down without resampling (``figimage``). Only `Figure` objects are used, never pyplot:
no global state, safe in any thread. Matplotlib is the one drawing library that needs no display
and brings its own fonts, so that a PNG has the same bytes on every machine with that version.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DPI = 100
PAPER = "#ffffff"
TEXT = "#16181b"
MUTED = "#5c6670"
LINE = "#dfe3e7"
FRAME = "#9aa2ab"
GENERATED = "#e8833a"
REAL = "#2aa198"
FONT = "DejaVu Sans"
MARGIN = 32
TOP = 72
LINE_HEIGHT = 22
SIZE_TITLE = 22.0
SIZE_TEXT = 15.0
SIZE_NUMBER = 14.0
# The diverging map of residuals, at equal steps from low to high; the middle is zero.
_RESIDUAL_ANCHORS = (
    *("#181c43", "#273f9b", "#2a7ab9", "#86b4cb"),
    "#f1edec",
    *("#d9a38f", "#bf5a45", "#8e1626", "#3c0912"),
)

MapName = Literal["magma", "twilight", "residual", "grey"]
Rgb = npt.NDArray[np.uint8]


def points(pixels: float) -> float:
    """Convert pixels of the sheet to the points that matplotlib asks for."""
    return pixels * 72.0 / DPI


def colour_table(name: MapName) -> Rgb:
    """Return the 256 colours of a map, (256, 3) uint8, low to high."""
    if name == "grey":
        return np.arange(256, dtype=np.uint8)[:, None].repeat(3, axis=1)
    if name == "residual":
        anchors = np.array(
            [[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in _RESIDUAL_ANCHORS], np.float64
        )
        at = np.linspace(0.0, 1.0, 256)
        grid = np.linspace(0.0, 1.0, len(anchors))
        return (
            np.stack([np.interp(at, grid, anchors[:, c]) for c in range(3)], 1)
            .round()
            .astype(np.uint8)
        )
    from matplotlib import colormaps

    table = np.asarray(colormaps[name](np.linspace(0.0, 1.0, 256)))[:, :3]
    return (table * 255.0).round().astype(np.uint8)


def paint(
    values: npt.NDArray[np.floating[Any]],
    low: float,
    high: float,
    name: MapName,
    *,
    missing: str = LINE,
) -> Rgb:
    """Colour an array.

    Parameters
    ----------
    values : ndarray, (H, W)
        Values that are not finite are painted in the colour ``missing``.
    low, high : float
        Values painted in the first and the last colour; beyond them the colour stays.
    name : {"magma", "twilight", "residual", "grey"}
        The colour map.

    Returns
    -------
    ndarray, (H, W, 3) uint8
    """
    finite = np.isfinite(values)
    share = (np.where(finite, values, low) - low) / (high - low)
    index = np.clip(share * 256.0, 0, 255).astype(np.intp)
    rgb = colour_table(name)[index]
    rgb[~finite] = [int(missing[i : i + 2], 16) for i in (1, 3, 5)]
    return rgb


def enlarge(rgb: Rgb, zoom: int) -> Rgb:
    """Repeat every pixel ``zoom`` times in both directions (nearest neighbour)."""
    return rgb.repeat(zoom, axis=0).repeat(zoom, axis=1)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the sheet, in whole pixels from its top left corner."""

    x: int
    y: int
    width: int
    height: int


class Sheet:
    """A white sheet of ``width`` x ``height`` pixels.

    Parameters
    ----------
    width, height : int
        Size of the PNG in pixels.
    """

    def __init__(self, width: int, height: int) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.width, self.height = width, height
        self.figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor=PAPER)
        FigureCanvasAgg(self.figure)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = SIZE_TEXT,
        colour: str = TEXT,
        bold: bool = False,
        align: Literal["left", "center", "right"] = "left",
        vertical: Literal["top", "center_baseline", "baseline", "center"] = "top",
        rotation: float = 0.0,
    ) -> None:
        """Write one or more lines with the given corner or middle at (x, y)."""
        self.figure.text(
            x / self.width,
            1.0 - y / self.height,
            writable(text),
            fontproperties=_font(size, bold),
            color=colour,
            ha=align,
            va=vertical,
            rotation=rotation,
            rotation_mode="default" if rotation % 90 == 0 else "anchor",
            linespacing=1.45,
            parse_math=False,
        )

    def title(self, x: float, title: str) -> None:
        """Write the title of the sheet, its left end at x."""
        self.text(x, 48, title, size=SIZE_TITLE, bold=True, vertical="baseline")

    def picture(self, box: Box, rgb: Rgb) -> None:
        """Lay a picture down, one picture pixel on one sheet pixel, with a hairline round it.

        Raises
        ------
        ValueError
            If the picture is not exactly as large as its box.
        """
        if rgb.shape != (box.height, box.width, 3):
            raise ValueError(f"a picture of {rgb.shape} does not fill {box}")
        self.figure.figimage(
            rgb, xo=box.x, yo=self.height - box.y - box.height, origin="upper", zorder=-1
        )

    def axes(self, box: Box, x: tuple[float, float], y: tuple[float, float]) -> Axes:
        """Open a transparent plot over a box with limits x (left, right) and y (bottom, top)."""
        axes = self.figure.add_axes(
            (
                box.x / self.width,
                1.0 - (box.y + box.height) / self.height,
                box.width / self.width,
                box.height / self.height,
            )
        )
        axes.patch.set_visible(False)
        axes.set_xlim(*x)
        axes.set_ylim(*y)
        for side in axes.spines.values():
            side.set_color(FRAME)
            side.set_linewidth(points(1.0))
        axes.tick_params(
            which="both", length=points(5), width=points(1), color=FRAME, pad=points(4)
        )
        return axes

    def ticks(
        self,
        axes: Axes,
        axis: Literal["x", "y"],
        at: Sequence[float],
        labels: Sequence[str],
        *,
        right: bool = False,
    ) -> None:
        """Set ticks and their labels on one axis."""
        target = axes.xaxis if axis == "x" else axes.yaxis
        if right:
            axes.yaxis.tick_right()
        target.set_ticks(list(at), labels=list(labels))
        target.set_ticks([], minor=True)
        for label in target.get_ticklabels():
            label.set_fontproperties(_font(SIZE_NUMBER, bold=False))
            label.set_color(TEXT)

    def colour_bar(
        self,
        box: Box,
        low: float,
        high: float,
        name: MapName,
        at: Sequence[float],
        labels: Sequence[str],
    ) -> None:
        """Draw the scale of a picture as an upright bar with its labels to the right."""
        ramp = np.linspace(high, low, box.height)[:, None]
        self.picture(box, paint(ramp.repeat(box.width, axis=1), low, high, name))
        axes = self.axes(box, (0.0, 1.0), (low, high))
        axes.set_xticks([])
        self.ticks(axes, "y", at, labels, right=True)

    def wrap(self, text: str, width: float, *, size: float = SIZE_TEXT) -> str:
        """Break a text into lines no wider than ``width`` pixels."""
        return wrap(text, width, size=size)

    def png(self) -> bytes:
        """Return the sheet as PNG bytes, without date or program name: same input, same bytes."""
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
        return buffer.getvalue()


def number(value: float, digits: int = 0, *, sign: bool = False) -> str:
    """Write a number with a true minus."""
    return f"{value:{'+' if sign else ''}.{digits}f}".replace("-", "−")


def wrap(text: str, width: float, *, size: float = SIZE_TEXT) -> str:
    """Break a text into lines no wider than ``width`` pixels, measured in the sheet's font."""
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and text_width(longer, size=size) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return "\n".join(lines)


def text_width(text: str, *, size: float = SIZE_TEXT, bold: bool = False) -> float:
    """Measure one line of text, in pixels."""
    from matplotlib.textpath import text_to_path

    width, _, _ = text_to_path.get_text_width_height_descent(
        writable(text), _font(size, bold), ismath=False
    )
    return float(width) * DPI / 72.0


def writable(text: str) -> str:
    """Put a box in place of what the font lacks (file names in other scripts) or hides."""
    known = _known_characters()
    return "".join(c if c == "\n" or ord(c) in known else "□" for c in text)


@cache
def _known_characters() -> frozenset[int]:
    """Return the code points that the font can write."""
    from matplotlib.font_manager import findfont, get_font

    charmap = get_font(findfont(_font(SIZE_TEXT, bold=False))).get_charmap()
    return frozenset(code for code in charmap if chr(code).isprintable())


def _font(size: float, bold: bool) -> Any:
    """Return the font; the family ships with matplotlib, whatever the machine has."""
    from matplotlib.font_manager import FontProperties

    return FontProperties(
        family=FONT, size=points(size), weight="bold" if bold else "normal", style="normal"
    )
