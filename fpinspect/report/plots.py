"""Curves and matrices to PNG: radial profiles with reference bands, similarity of fingerprints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from fpinspect.report.sheet import (
    GENERATED,
    LINE,
    LINE_HEIGHT,
    MARGIN,
    MUTED,
    PAPER,
    REAL,
    SIZE_NUMBER,
    TEXT,
    TOP,
    Box,
    Sheet,
    enlarge,
    number,
    paint,
    points,
    text_width,
    wrap,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = npt.NDArray[np.floating[Any]]
Role = Literal["image", "match", "real", "other", "fit"]

_COLOURS: dict[Role, str] = {
    "image": TEXT,
    "match": GENERATED,
    "real": REAL,
    "other": MUTED,
    "fit": TEXT,
}
_WIDTHS: dict[Role, float] = {"image": 2.0, "match": 1.5, "real": 1.5, "other": 1.0, "fit": 1.0}
_DASHES: dict[Role, tuple[float, ...]] = {"other": (6, 3), "fit": (4, 3)}
_ORDER: dict[Role, int] = {"other": 2, "real": 3, "match": 4, "fit": 5, "image": 6}


@dataclass(frozen=True, slots=True)
class Curve:
    """One curve of a radial profile.

    Attributes
    ----------
    label : str
        Its words in the legend.
    freq_cpp : ndarray, (n,)
        Cycles per pixel.
    db : ndarray, (n,)
        Level in dB.
    role : {"image", "match", "real", "other", "fit"}
        The questioned image, the best match, real photographs, another reference or a fitted
        power law: decides colour and dash, so that a curve looks alike in every figure.
    """

    label: str
    freq_cpp: Array
    db: Array
    role: Role


@dataclass(frozen=True, slots=True)
class Band:
    """The quartile band of a reference: between ``low_db`` and ``high_db``, each (n,) dB."""

    label: str
    freq_cpp: Array
    low_db: Array
    high_db: Array
    role: Role


def radial_png(
    curves: Sequence[Curve],
    *,
    title: str,
    caption: str,
    bands: Sequence[Band] = (),
    level: str = "dB re. median over 0.08–0.5 cycles/px",
) -> bytes:
    """Draw radial profiles over the quartile bands of references.

    Parameters
    ----------
    curves : sequence of Curve
        The questioned image is drawn on top.
    title, caption : str
        Printed above and below.
    bands : sequence of Band
        Filled at 10 %, edged at 50 % of the colour of their role.
    level : str
        Name and unit of the vertical axis.

    Returns
    -------
    bytes
        PNG over 0-0.5 cycles/px.

    Raises
    ------
    ValueError
        If there is no finite level to draw.
    """
    plot = Box(112, TOP, 760, 440)
    names = [c.label for c in curves] + [b.label for b in bands]
    legend = 48 + max((text_width(n) for n in names), default=0.0)
    width = int(plot.x + plot.width + 32 + legend + MARGIN)
    text = wrap(caption, width - plot.x - MARGIN)
    bottom = plot.y + plot.height + 72
    sheet = Sheet(width, bottom + LINE_HEIGHT * (text.count("\n") + 1) + MARGIN)
    sheet.title(plot.x, title)
    low, high, step = _levels([c.db for c in curves] + [e for b in bands for e in _edges(b)])
    axes = sheet.axes(plot, (0.0, 0.5), (low, high))
    at = [float(v) for v in np.arange(low, high + step / 2, step)]
    sheet.ticks(axes, "y", at, [number(v, 0 if step >= 1 else 1, sign=abs(v) > 1e-9) for v in at])
    eighths = [0.0, 0.125, 0.25, 0.375, 0.5]
    sheet.ticks(axes, "x", eighths, ["0", *(number(f, 3) for f in eighths[1:])])
    axes.grid(visible=True, color=LINE, linewidth=points(1))
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    sheet.text(
        plot.x + plot.width / 2, plot.y + plot.height + 36, "frequency, cycles/px", align="center"
    )
    sheet.text(MARGIN - 8, plot.y + plot.height / 2, level, rotation=90, vertical="center")
    _draw_profiles(axes, curves, bands)
    _legend(sheet, plot.x + plot.width + 32, plot.y, curves, bands)
    sheet.text(plot.x, bottom, text, colour=MUTED)
    return sheet.png()


def similarity_png(
    similarity: Array,
    labels: Sequence[str],
    *,
    title: str,
    caption: str,
    linkage: Array | None = None,
    per: float = 1.0,
    unit: str = "",
) -> bytes:
    """Draw a similarity matrix with its dendrogram.

    Parameters
    ----------
    similarity : ndarray, (n, n)
        Symmetric; the diagonal is not coloured.
    labels : sequence of str, n
        Names of the rows.
    title, caption : str
        Printed above and below.
    linkage : ndarray, (n - 1, 4), optional
        As scipy.cluster.hierarchy.linkage gives it; orders the rows and draws the tree.
    per, unit : float, str
        The numbers are printed divided by ``per`` with ``unit`` at the scale, e.g. 1e-3, "×10⁻³".

    Returns
    -------
    bytes
        PNG; the colours are zero-centred and reach the largest value off the diagonal.
    """
    order, icoord, dcoord = _tree(similarity.shape[0], linkage)
    values = np.asarray(similarity, np.float64)[np.ix_(order, order)] / per
    names = [labels[i] for i in order]
    cell, tree = 72, 160 if linkage is not None else 0
    left = int(MARGIN + max(text_width(n) for n in names) + 16)
    side = cell * len(names)
    tilt = int(max(text_width(n) for n in names) * 0.71) + 24
    box = Box(left, TOP + tilt, side, side)
    high = float(np.abs(values[~np.eye(len(names), dtype=bool)]).max(initial=0.0)) or 1.0
    digits = 1 if high >= 1 else 2
    ends = (number(-high, digits), "0", f"{number(high, digits, sign=True)} {unit}".rstrip())
    scale = 24 + 16 + 12 + int(text_width(ends[-1], size=SIZE_NUMBER)) + 1
    width = max(box.x + side + tree + scale + MARGIN, 640)
    text = wrap(caption, width - 2 * MARGIN)
    bottom = box.y + side + 32
    sheet = Sheet(width, bottom + LINE_HEIGHT * (text.count("\n") + 1) + MARGIN)
    sheet.title(MARGIN, title)
    off = ~np.eye(len(names), dtype=bool)
    painted = np.where(off, values, np.nan)
    sheet.picture(box, enlarge(paint(painted, -high, high, "residual", missing=PAPER), cell))
    _cells(sheet, box, cell, names, values, high)
    if linkage is not None:
        axes = sheet.axes(Box(box.x + side + 8, box.y, tree - 8, side), (0.0, 1.0), (1.0, 0.0))
        axes.set_axis_off()
        top = max(float(np.max(dcoord)), 1e-12)
        for across, along in zip(dcoord, icoord, strict=True):
            axes.plot(
                np.asarray(across) / top * 0.96,
                np.asarray(along) / (10.0 * len(names)),
                color=TEXT,
                linewidth=points(1.5),
                solid_joinstyle="miter",
            )
    bar = Box(box.x + side + tree + 24, box.y, 16, side)
    sheet.colour_bar(bar, -high, high, "residual", (-high, 0.0, high), ends)
    sheet.text(MARGIN, bottom, text, colour=MUTED)
    return sheet.png()


def _edges(band: Band) -> tuple[Array, Array]:
    return band.low_db, band.high_db


def _levels(curves: Sequence[Array]) -> tuple[float, float, float]:
    """Return a round range that holds every curve, and the step of its ticks."""
    finite = [c[np.isfinite(c)] for c in curves]
    levels = np.concatenate(finite) if finite else np.empty(0)
    if levels.size == 0:
        raise ValueError("there is no finite level to draw")
    low, high = float(levels.min()), float(levels.max())
    step = next(s for s in (0.5, 1, 2, 5, 10, 20, 50, 100, 1e9) if (high - low) / s <= 8)
    return float(np.floor(low / step) * step), float((np.floor(high / step) + 1) * step), step


def _draw_profiles(axes: Axes, curves: Sequence[Curve], bands: Sequence[Band]) -> None:
    """Draw bands below, curves above."""
    for band in bands:
        colour = _COLOURS[band.role]
        axes.fill_between(
            band.freq_cpp, band.low_db, band.high_db, color=colour, alpha=0.1, linewidth=0, zorder=1
        )
        for edge in _edges(band):
            axes.plot(band.freq_cpp, edge, color=colour, alpha=0.5, linewidth=points(1), zorder=1.5)
    for curve in curves:
        axes.plot(
            curve.freq_cpp,
            curve.db,
            color=_COLOURS[curve.role],
            linewidth=points(_WIDTHS[curve.role] * 1.25),
            linestyle=(0, _DASHES[curve.role]) if curve.role in _DASHES else "-",
            zorder=_ORDER[curve.role],
        )


def _legend(
    sheet: Sheet, x: float, y: float, curves: Sequence[Curve], bands: Sequence[Band]
) -> None:
    """List the curves and bands beside the plot: a piece of the line, then its name."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    def at(px: float, py: float) -> tuple[float, float]:
        return px / sheet.width, 1.0 - py / sheet.height

    row = y + 12
    for curve in sorted(curves, key=lambda c: -_ORDER[c.role]):
        (x0, y0), (x1, _) = at(x, row), at(x + 28, row)
        sheet.figure.add_artist(
            Line2D(
                [x0, x1],
                [y0, y0],
                color=_COLOURS[curve.role],
                linewidth=points(_WIDTHS[curve.role] * 1.25),
                linestyle=(0, _DASHES[curve.role]) if curve.role in _DASHES else "-",
            )
        )
        sheet.text(x + 40, row, curve.label, vertical="center_baseline")
        row += 28
    for band in bands:
        corner = at(x, row + 7)
        sheet.figure.add_artist(
            Rectangle(
                corner,
                28 / sheet.width,
                14 / sheet.height,
                facecolor=_COLOURS[band.role],
                alpha=0.2,
                linewidth=0,
            )
        )
        sheet.text(x + 40, row, band.label, vertical="center_baseline")
        row += 28


def _tree(
    count: int, linkage: Array | None
) -> tuple[list[int], list[list[float]], list[list[float]]]:
    """Return the order of the leaves and the strokes of the dendrogram."""
    if linkage is None:
        return list(range(count)), [], []
    from scipy.cluster.hierarchy import dendrogram

    drawn = dendrogram(np.asarray(linkage, np.float64), no_plot=True)
    return [int(i) for i in drawn["leaves"]], drawn["icoord"], drawn["dcoord"]


def _cells(
    sheet: Sheet, box: Box, cell: int, names: Sequence[str], values: Array, high: float
) -> None:
    """Write the row and column names and the number of every cell."""
    digits = 1 if high >= 1 else 2
    for row, name in enumerate(names):
        middle = (row + 0.5) * cell
        sheet.text(box.x - 12, box.y + middle, name, align="right", vertical="center_baseline")
        sheet.text(
            box.x + middle - 4, box.y - 10, name, rotation=45, vertical="baseline", align="left"
        )
        for column in range(len(names)):
            value = float(values[row, column])
            dark = row != column and abs(value) > 0.55 * high
            sheet.text(
                box.x + (column + 0.5) * cell,
                box.y + middle,
                number(value, digits),
                size=SIZE_NUMBER,
                colour=PAPER if dark else MUTED if row == column else TEXT,
                align="center",
                vertical="center_baseline",
            )
