"""What the crosshair says: positions and values as text."""

from __future__ import annotations

import math

from fpinspect.gui.translation import translate
from fpinspect.gui.viewdata import Column, upward
from fpinspect.wording import number, with_unit

EMPTY = "–"


def magnitude_text(column: Column, point: tuple[float, float] | None) -> str:
    """Level of a column at a frequency, dB."""
    if column.magnitude is None or point is None:
        return EMPTY
    value = column.magnitude.at(*point)
    return EMPTY if value is None else with_unit(number(float(value), 1, sign=True), "dB")


def phase_text(column: Column, point: tuple[float, float] | None) -> str:
    """Phase of a column at a frequency, degrees."""
    if column.phase is None or point is None:
        return EMPTY
    value = column.phase.at(*point)
    return EMPTY if value is None else with_unit(number(float(value), sign=True), "°")


def residual_text(column: Column, point: tuple[float, float] | None) -> str:
    """Residual of a column at a pixel, in its own standard deviation."""
    raster = column.residual
    if raster is None or point is None or raster.sigma <= 0:
        return EMPTY
    value = raster.at(*point)
    if value is None:
        return EMPTY
    return with_unit(number(float(value) / raster.sigma, 1, sign=True), "σ")


def least_needed() -> tuple[str, ...]:
    """How the parts begin that are left out first where there is little room."""
    return (
        "RGB",
        translate("Comparison", "lattice {x}, {y}").partition("{")[0],
        translate("Comparison", "residual {value}").partition("{")[0],
        translate("Comparison", "direction {angle}").partition("{")[0],
        "x ",
    )


def pixel_text(column: Column, point: tuple[float, float] | None) -> str:
    """Colour of a column's picture at a pixel."""
    pixel = column.picture.at(*point) if column.picture is not None and point is not None else None
    return EMPTY if pixel is None else "RGB " + " ".join(str(int(v)) for v in pixel)


def pixel_parts(column: Column, point: tuple[float, float] | None) -> list[str]:
    """Position, colour and residual at a stored pixel of the image.

    Parameters
    ----------
    column : Column
        The questioned image.
    point : tuple of float or None
        Stored coordinates.
    """
    if point is None:
        return []
    x, y = math.floor(point[0]), math.floor(point[1])
    parts = [f"x {x:,}, y {y:,}\u00a0px"]
    colour = pixel_text(column, point)
    if colour != EMPTY:
        parts.append(colour)
    if not column.lattice:
        parts.append(
            translate("Comparison", "residual {value}").format(value=residual_text(column, point))
        )
    return parts


def lattice_parts(column: Column, point: tuple[float, float] | None) -> list[str]:
    """Position on the lattice and value there, where the residual is folded."""
    if point is None or not column.lattice:
        return []
    x, y = math.floor(point[0]), math.floor(point[1])
    return [
        translate("Comparison", "lattice {x}, {y}").format(x=x, y=y),
        translate("Comparison", "residual {value}").format(value=residual_text(column, point)),
    ]


def frequency_parts(point: tuple[float, float] | None) -> list[str]:
    r"""Frequency, radius, period and direction.

    Examples
    --------
    >>> frequency_parts((0.125, -0.375))[1:]
    ['radius 0.395\xa0cycles/px', 'period 2.53\xa0px', 'direction 71.6°']
    >>> frequency_parts((0.0, 0.0))[2]
    'period –'
    """
    if point is None:
        return []
    fx, fy = point[0], upward(point[1])
    radius = math.hypot(fx, fy)
    found = radius > 1e-9
    period = with_unit(number(1 / radius, 2), "px") if found else EMPTY
    # Half the plane says it all: a direction and its opposite are one wave.
    angle = math.degrees(math.atan2(fy, fx)) % 180.0
    return [
        with_unit(f"fx {number(fx, 3)}, fy {number(fy, 3)}", "cycles/px"),
        with_unit(
            translate("Comparison", "radius {radius}").format(radius=number(radius, 3)), "cycles/px"
        ),
        translate("Comparison", "period {period}").format(period=period),
        translate("Comparison", "direction {angle}").format(
            angle=with_unit(number(angle, 1), "°") if found else EMPTY
        ),
    ]
