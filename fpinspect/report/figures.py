"""Arrays to PNG: the pictures of `fpinspect spectra`, of the lab and of the reports.

Every function returns the bytes of one PNG with a title, a scale with unit and range, and a
caption; the same arrays give the same bytes. Pictures are pixel-exact: one value is k x k whole
pixels (nearest neighbour), or n x n values are averaged into one pixel, and the caption says
which. Colour maps and ranges do not depend on the image, so that two pictures can be compared:
log-magnitude `magma` from -6 to +8 dB around the median over 0.08-0.5 cycles/px, phase
`twilight` over +-180 degrees, residuals +-3 sigma around zero.

Spectra are not flipped: vertical frequencies grow downwards, as the rows of the image do and as
`numpy.fft.fftshift` orders them, so that a stripe keeps its direction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from fpinspect.report.plots import Band, Curve, radial_png, similarity_png
from fpinspect.report.sheet import (
    FRAME,
    LINE,
    LINE_HEIGHT,
    MARGIN,
    MUTED,
    SIZE_NUMBER,
    TOP,
    Box,
    MapName,
    Sheet,
    enlarge,
    number,
    paint,
    points,
    wrap,
)

__all__ = [
    "Band",
    "Curve",
    "autocorrelation_png",
    "coherence_png",
    "fold_png",
    "magnitude_png",
    "phase_png",
    "plane_png",
    "radial_png",
    "relative_db",
    "residual_png",
    "similarity_png",
]

Array = npt.NDArray[np.floating[Any]]

DB_LOW, DB_HIGH = -6.0, 8.0
BAND_CPP = (0.08, 0.5)
# A picture is enlarged to about so many pixels, and averaged when it has more than the second.
_PICTURE = 800
_LARGEST = 1200
_SMALL = 560
_LEFT = 112
_BAR = 16
_HALO = "#000000"


def relative_db(db: Array) -> tuple[Array, float]:
    """Refer a spectrum to its median over 0.08-0.5 cycles/px.

    Parameters
    ----------
    db : ndarray, (H, W)
        Log-magnitude in dB, zero frequency at [H // 2, W // 2].

    Returns
    -------
    db : ndarray, (H, W)
        In dB relative to the median.
    reference : float
        The median subtracted, in the dB of the input.
    """
    fy = (np.arange(db.shape[0]) - db.shape[0] // 2) / db.shape[0]
    fx = (np.arange(db.shape[1]) - db.shape[1] // 2) / db.shape[1]
    radius = np.hypot(fy[:, None], fx)
    inside = (radius >= BAND_CPP[0]) & (radius <= BAND_CPP[1]) & np.isfinite(db)
    reference = float(np.median(db[inside])) if inside.any() else 0.0
    return db - reference, reference


def residual_png(residual: Array, *, title: str, caption: str) -> bytes:
    """Draw a residual, or a mean of residuals, in grey levels.

    Parameters
    ----------
    residual : ndarray, (H, W)
        Grey levels of 255.
    title, caption : str
        The caption is completed with sigma and the zoom.

    Returns
    -------
    bytes
        PNG; white is zero, blue below, red above, full colour at 3 standard deviations.
    """
    sigma = float(np.std(residual)) or 1.0
    digits = 2 if sigma >= 0.1 else 4
    note = f"σ = {number(sigma, digits)} grey levels."
    picture = _Picture(_mean(residual), residual.shape, -3 * sigma, 3 * sigma, "residual")
    ticks = [(-3 * sigma, "−3 σ"), (0.0, "0"), (3 * sigma, "+3 σ")]
    return _map_png(picture, ticks, title, f"{caption} {note}", axis="pixels")


def plane_png(plane: Array, *, title: str, caption: str) -> bytes:
    """Draw an image, a denoised image or a mean of either, (H, W) in grey levels 0-255."""
    picture = _Picture(_mean(plane), plane.shape, 0.0, 255.0, "grey")
    ticks = [(0.0, "0"), (127.5, "127.5"), (255.0, "255")]
    return _map_png(picture, ticks, title, f"{caption} Grey levels 0–255.", axis="pixels")


def magnitude_png(
    db: Array,
    *,
    title: str,
    caption: str,
    peaks: Sequence[tuple[float, float]] = (),
) -> bytes:
    """Draw a log-magnitude spectrum (seed eq. 3).

    Parameters
    ----------
    db : ndarray, (H, W)
        20 log10 of the magnitude, zero frequency at [H // 2, W // 2], any reference.
    title, caption : str
        The caption is completed with the reference and the zoom.
    peaks : sequence of (fx, fy)
        Frequencies in cycles/px to be ringed.

    Returns
    -------
    bytes
        PNG from -6 to +8 dB re. the median over 0.08-0.5 cycles/px. The picture is not flipped: a
        wave lies in it as it runs in the image. What is written of the vertical frequency grows
        upwards, as in the window; that of arrays, and of ``peaks``, grows downwards, as rows do.
    """
    relative, _ = relative_db(db)
    note = "0 dB: median over 0.08–0.5 cycles/px."
    power = _mean(10.0 ** (relative / 10.0))
    with np.errstate(divide="ignore"):
        levels = 10.0 * np.log10(power)
    picture = _Picture(levels, db.shape, DB_LOW, DB_HIGH, "magma")
    ticks = [(v, number(v, sign=v != 0)) for v in (-6.0, -4.0, -2.0, 0.0, 2.0, 4.0, 6.0)]
    ticks.append((DB_HIGH, "+8 dB"))
    return _map_png(picture, ticks, title, f"{caption} {note}", axis="frequencies", peaks=peaks)


def phase_png(phase: Array, *, title: str, caption: str) -> bytes:
    """Draw a phase spectrum, (H, W) radians with the zero frequency at [H // 2, W // 2]."""
    if _step(phase.shape) > 1:
        phase = np.angle(_mean(np.cos(phase)) + 1j * _mean(np.sin(phase)))
    picture = _Picture(np.degrees(phase), phase.shape, -180.0, 180.0, "twilight")
    ticks = [(-180.0, "−180"), (-90.0, "−90"), (0.0, "0"), (90.0, "+90"), (180.0, "+180°")]
    return _map_png(picture, ticks, title, caption, axis="frequencies")


def coherence_png(coherence: Array, *, high: float, title: str, caption: str) -> bytes:
    """Draw a phase coherence, (H, W) in 0-1, zero frequency at [H // 2, W // 2], up to ``high``."""
    picture = _Picture(_mean(coherence), coherence.shape, 0.0, high, "magma")
    ticks = [(0.0, "0"), (high / 2, number(high / 2, 2)), (high, number(high, 2))]
    return _map_png(picture, ticks, title, caption, axis="frequencies")


def autocorrelation_png(correlation: Array, *, title: str, caption: str) -> bytes:
    """Draw a normalised autocorrelation.

    Parameters
    ----------
    correlation : ndarray, (2k + 1, 2k + 1)
        Lag zero, which is 1, in the middle; it is left out of the scale.
    """
    reach = correlation.shape[0] // 2
    others = np.abs(np.delete(correlation.ravel(), correlation.size // 2))
    high = max(_round_up(float(others.max(initial=0.0))), 0.01)
    shown = np.array(correlation)
    shown[reach, correlation.shape[1] // 2] = np.nan
    picture = _Picture(shown, correlation.shape, -high, high, "residual", missing=FRAME)
    ticks = [(-high, number(-high, 2)), (0.0, "0"), (high, number(high, 2, sign=True))]
    note = "Lag 0, which is 1, is left out (grey)."
    return _map_png(picture, ticks, title, f"{caption} {note}", axis="lags")


def fold_png(folds: Mapping[str, Array], *, title: str, caption: str) -> bytes:
    """Draw mean residuals folded modulo 8, side by side.

    Parameters
    ----------
    folds : mapping of str to ndarray, (8, 8)
        Grey levels; each is scaled by its own standard deviation.
    """
    cell, gap, top = 24, 40, TOP + 32
    side = 8 * cell
    per_row = min(len(folds), 4)
    rows = -(-len(folds) // 4)
    width = 2 * MARGIN + per_row * side + (per_row - 1) * gap + 112
    text = wrap(
        f"{caption} Each map is scaled by its own σ; 24×24 px per position.", width - 2 * MARGIN
    )
    bottom = top + rows * (side + 64)
    sheet = Sheet(width, bottom + LINE_HEIGHT * (text.count("\n") + 1) + MARGIN)
    sheet.title(MARGIN, title)
    for index, (label, fold) in enumerate(folds.items()):
        box = Box(MARGIN + (index % 4) * (side + gap), top + (index // 4) * (side + 64), side, side)
        sigma = float(np.std(fold)) or 1.0
        centred = (fold - float(np.mean(fold))) / sigma
        sheet.text(box.x, box.y - 12, label, vertical="baseline")
        sheet.picture(box, enlarge(paint(centred, -2.5, 2.5, "residual"), cell))
        digits = 2 if sigma >= 0.1 else 4
        sheet.text(
            box.x,
            box.y + side + 8,
            f"σ = {number(sigma, digits)} grey levels",
            size=SIZE_NUMBER,
            colour=MUTED,
        )
    bar = Box(MARGIN + per_row * side + (per_row - 1) * gap + 24, top, 16, side)
    sheet.colour_bar(bar, -2.5, 2.5, "residual", (-2.5, 0.0, 2.5), ("−2.5", "0", "+2.5 σ"))
    sheet.text(MARGIN, bottom, text, colour=MUTED)
    return sheet.png()


@dataclass(frozen=True, slots=True)
class _Picture:
    """What `_map_png` draws: values (averaged where need be) of an array of ``shape``."""

    values: Array
    shape: tuple[int, ...]
    low: float
    high: float
    colours: MapName
    missing: str = LINE


def _step(shape: tuple[int, ...]) -> int:
    """Return how many values in a row share one pixel."""
    longest = max(shape)
    return 1 if longest <= _LARGEST else -(-longest // 1024)


def _mean(values: Array) -> Array:
    """Average n x n values into one where the array is too large to show 1:1; drop the rest."""
    n = _step(values.shape)
    if n == 1:
        return values
    height, width = values.shape[0] // n, values.shape[1] // n
    blocks = values[: height * n, : width * n].reshape(height, n, width, n)
    return np.asarray(blocks.mean(axis=(1, 3)))


def _map_png(
    picture: _Picture,
    scale: Sequence[tuple[float, str]],
    title: str,
    caption: str,
    *,
    axis: Literal["pixels", "frequencies", "lags"],
    peaks: Sequence[tuple[float, float]] = (),
) -> bytes:
    """Lay out one picture with its axes, scale, title and caption."""
    step = _step(picture.shape)
    rows, columns = picture.values.shape
    zoom = max(1, round((_SMALL if axis == "lags" else _PICTURE) / max(rows, columns)))
    if step > 1:
        size_note = f"{step}×{step} values averaged in one pixel."
    else:
        size_note = f"{zoom}×{zoom} px per value." if zoom > 1 else "1:1."
    box = Box(_LEFT, TOP, columns * zoom, rows * zoom)
    content = max(box.width + 24 + _BAR + 72, 560)
    text = wrap(f"{caption} {size_note}", content)
    bottom = box.y + box.height + 72
    width = _LEFT + content + MARGIN
    sheet = Sheet(width, bottom + LINE_HEIGHT * (text.count("\n") + 1) + MARGIN)
    sheet.title(_LEFT, title)
    sheet.picture(
        box,
        enlarge(
            paint(
                picture.values, picture.low, picture.high, picture.colours, missing=picture.missing
            ),
            zoom,
        ),
    )
    _map_axes(sheet, box, picture.shape, axis, peaks)
    bar = Box(box.x + box.width + 24, box.y, _BAR, box.height)
    at, labels = zip(*scale, strict=True)
    sheet.colour_bar(bar, picture.low, picture.high, picture.colours, at, labels)
    sheet.text(_LEFT, bottom, text, colour=MUTED)
    return sheet.png()


def _map_axes(
    sheet: Sheet,
    box: Box,
    shape: tuple[int, ...],
    axis: Literal["pixels", "frequencies", "lags"],
    peaks: Sequence[tuple[float, float]],
) -> None:
    """Draw ticks, axis names and rings round peaks over a picture."""
    # Edges of the first and the last value, in the unit of the axis.
    if axis == "frequencies":
        (top, low), (left, right) = (((-(n // 2) - 0.5) / n, (n - n // 2 - 0.5) / n) for n in shape)
        names = ("horizontal frequency, cycles/px", "vertical frequency (upwards), cycles/px")
    elif axis == "lags":
        (top, low), (left, right) = ((-(n // 2) - 0.5, n // 2 + 0.5) for n in shape)
        names = ("horizontal lag, px", "vertical lag, px")
    else:
        top, low, left, right = 0.0, float(shape[0]), 0.0, float(shape[1])
        names = ("x, px", "y, px")
    axes = sheet.axes(box, (left, right), (low, top))
    for direction, first, last, size in (
        ("x", left, right, box.width),
        ("y", top, low, box.height),
    ):
        at, labels = _map_ticks(axis, first, last, size)
        if axis == "frequencies" and direction == "y":
            labels = labels[::-1]  # written upwards, see `magnitude_png`
        sheet.ticks(axes, "x" if direction == "x" else "y", at, labels)
    sheet.text(box.x + box.width / 2, box.y + box.height + 36, names[0], align="center")
    sheet.text(MARGIN - 8, box.y + box.height / 2, names[1], rotation=90, vertical="center")
    for colour, width, alpha in ((_HALO, 4.0, 0.45), ("#ffffff", 1.2, 1.0)):
        axes.plot(
            [fx for fx, _ in peaks],
            [fy for _, fy in peaks],
            linestyle="none",
            marker="o",
            markersize=points(20),
            markerfacecolor="none",
            markeredgecolor=colour,
            markeredgewidth=points(width),
            alpha=alpha,
        )


def _map_ticks(
    axis: Literal["pixels", "frequencies", "lags"], first: float, last: float, size: int
) -> tuple[list[float], list[str]]:
    """Choose ticks and labels between two edges of a picture ``size`` pixels long."""
    if axis == "frequencies":
        # The last bin is half a bin short of +0.5: its tick sits on the edge.
        eighths = [k / 8 for k in range(-4, 5)] if size >= 320 else [-0.5, -0.25, 0, 0.25, 0.5]
        return [min(max(f, first), last) for f in eighths], [
            "0" if f == 0 else number(f, 3) for f in eighths
        ]
    if axis == "lags":
        reach = int(last)
        step = next(s for s in (1, 2, 4, 8, 16, 32, 64, 128) if reach / s <= 8)
        lags = range(-(reach // step) * step, reach + 1, step)
        return [float(v) for v in lags], [number(v) for v in lags]
    # Multiples of 64, the lattice that generators and JPEG live on.
    step = next(64 * 2**k for k in range(20) if (last - first) / (64 * 2**k) <= size / 72)
    if last - first < 128:
        step = 8 if last - first < 64 else 16
    at = np.arange(first, last + 1, step)
    return [float(v) for v in at], [number(float(v)) for v in at]


def _round_up(value: float) -> float:
    """Round up to 1, 2 or 5 times a power of ten."""
    if value <= 0:
        return 0.0
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(m * power for m in (1, 2, 5, 10) if m * power >= value))
