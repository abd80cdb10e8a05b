"""Which range each panel is coloured over, and what its colour bar says."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast
from weakref import WeakKeyDictionary

from fpinspect.gui import colormaps
from fpinspect.gui.arrays import np
from fpinspect.gui.translation import translate
from fpinspect.gui.viewdata import Column, Levels, Raster, Row, Scale, ViewOptions
from fpinspect.gui.views.image_panel import Colouring
from fpinspect.gui.views.marks import TILE_FULL
from fpinspect.wording import number, with_unit

Range = tuple[float, float]
PICTURE = Colouring()


@dataclass(frozen=True)
class Bar:
    """A colour bar: map, labels at its top, middle and bottom, and its range in words."""

    name: colormaps.MapName
    top: str
    middle: str
    bottom: str
    unit: str
    low: float
    high: float


_scaled: WeakKeyDictionary[Raster, dict[Scale, Raster]] = WeakKeyDictionary()


def scaled(raster: Raster | None, scale: Scale) -> Raster | None:
    """Return a magnitude in dB as multiples of its median, or of its median power."""
    if raster is None or scale is Scale.LOG:
        return raster
    kept = _scaled.setdefault(raster, {})
    if scale not in kept:
        divisor = np.float32(20.0 if scale is Scale.LINEAR else 10.0)
        with np.errstate(over="ignore"):
            levels = tuple(np.power(np.float32(10), level / divisor) for level in raster.levels)
        kept[scale] = replace(raster, levels=levels, unit=translate("Comparison", "× median"))
    return kept[scale]


def picture_of(column: Column, row: Row, options: ViewOptions) -> Raster | None:
    """Return what a cell of the grid shows."""
    if row is Row.IMAGE:
        return column.picture
    if row is Row.RESIDUAL:
        return column.residual
    if row is Row.PHASE:
        return column.phase
    return scaled(column.magnitude, options.scale)


def colourings(
    columns: Sequence[Column],
    row: Row,
    options: ViewOptions,
    custom: Mapping[Row, Range] | None = None,
) -> list[Colouring]:
    """Choose the range of every panel of a row.

    Residuals are coloured in their own standard deviation: a mean of many is weaker than one.

    Parameters
    ----------
    columns : sequence of Column
        Left to right.
    row : Row
        Which row.
    options : ViewOptions
        Scale, linked or free, percentile.
    custom : mapping of Row to (low, high), optional
        Ranges that the analyst typed, in the bar's unit.
    """
    if row is Row.IMAGE:
        return [PICTURE] * len(columns)
    name = _map_name(row, options)
    rasters = [picture_of(column, row, options) for column in columns]
    ranges = [_range(raster, row, options, custom) for raster in rasters]
    if options.levels is Levels.LINKED and options.percentile is not None:
        known = [r for r, raster in zip(ranges, rasters, strict=True) if raster is not None]
        widest = (min(r[0] for r in known), max(r[1] for r in known)) if known else (0.0, 1.0)
        ranges = [widest] * len(ranges)
    if row is Row.RESIDUAL:
        sigmas = [_sigma(raster) for raster in rasters]
        ranges = [(low * s, high * s) for (low, high), s in zip(ranges, sigmas, strict=True)]
    return [Colouring(name, low, high) for low, high in ranges]


def _sigma(raster: Raster | None) -> float:
    return raster.sigma if raster is not None and raster.sigma > 0 else 1.0


def _map_name(row: Row, options: ViewOptions) -> colormaps.MapName:
    if row is Row.RESIDUAL:
        return "residual"
    if row is Row.PHASE:
        return "twilight"
    return cast(colormaps.MapName, options.magnitude_map)


def _range(
    raster: Raster | None, row: Row, options: ViewOptions, custom: Mapping[Row, Range] | None
) -> Range:
    """Range in the unit of the bar: σ, dB or multiples, degrees."""
    if custom and row in custom:
        return custom[row]
    if row is Row.PHASE:
        return colormaps.PHASE_RANGE
    clip = options.percentile
    if options.levels is Levels.FREE and clip is None and row is Row.MAGNITUDE:
        clip = 0.5
    if clip is None or raster is None:
        return _fixed(row, options.scale)
    # A small level is enough for a percentile, and the same at every zoom.
    level = next((d for d in raster.levels if d.size <= 1 << 18), raster.levels[-1])
    low, high = colormaps.percentile_range(level, clip)
    if row is Row.RESIDUAL:
        reach = max(abs(low), abs(high)) / _sigma(raster)
        return -reach, reach
    return low, high


def _fixed(row: Row, scale: Scale) -> Range:
    if row is Row.RESIDUAL:
        return -colormaps.RESIDUAL_SIGMAS, colormaps.RESIDUAL_SIGMAS
    low, high = colormaps.MAGNITUDE_RANGE
    if scale is Scale.LOG:
        return low, high
    return 0.0, 10 ** (high / (20 if scale is Scale.LINEAR else 10))


def bar_of(
    row: Row, raster: Raster | None, colouring: Colouring, options: ViewOptions
) -> Bar | None:
    """Describe the colour bar of a row after its first panel; none for pictures."""
    if row is Row.IMAGE:
        return None
    low, high = colouring.low, colouring.high
    unit = {Row.RESIDUAL: "σ", Row.PHASE: "°"}.get(row, raster.unit if raster else "dB")
    if row is Row.RESIDUAL:
        sigma = _sigma(raster)
        low, high = low / sigma, high / sigma
    return bar(colouring.name, low, high, unit)


def tile_bar() -> Bar:
    """Describe the scale of the heat map: log10 LR of single tiles."""
    return bar("odds", -TILE_FULL, TILE_FULL, translate("Comparison", "log₁₀ LR"))


def _digits(low: float, high: float) -> int:
    """Digits that tell both ends apart."""
    if float(low).is_integer() and float(high).is_integer():
        return 0
    largest = max(abs(low), abs(high))
    return 1 if largest >= 0.1 else min(max(-math.floor(math.log10(largest)), 1), 6)


def bar(name: colormaps.MapName, low: float, high: float, unit: str) -> Bar:
    """Describe a colour bar over a range."""
    middle = (low + high) / 2
    digits, middle_digits = _digits(low, high), _digits(middle, middle)
    signed = unit in {"dB", "σ", "°"} or low < 0
    texts = [
        number(value, d, sign=signed)
        for value, d in ((high, digits), (middle, middle_digits), (low, digits))
    ]
    if unit == "°":
        texts = [with_unit(text, unit) for text in texts]
    return Bar(name, *texts, unit="" if unit == "°" else unit, low=low, high=high)
