"""A large panel with axes: cycles per pixel for spectra, pixels for residuals and images."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from fpinspect.gui.viewdata import upward
from fpinspect.gui.views.image_panel import Panel
from fpinspect.gui.views.look import DARK, Theme, number_font
from fpinspect.gui.views.viewport import Viewport, turn
from fpinspect.wording import number

LEFT, RIGHT, BOTTOM = 64, 24, 40
_HALF_BIN = 1 / 128
"""Half a bin of the coarsest spectrum shown."""
_ROOM = 56
"""At least so many pixels between two labelled ticks."""


@dataclass(frozen=True)
class Tick:
    """A tick: position along the panel, px, and its label."""

    at: float
    label: str


def tick_step(unit: str, scale: float) -> float:
    """Distance of two ticks: eighths and their halves for frequencies, powers of two for pixels.

    Examples
    --------
    >>> tick_step("cycles/px", 512), tick_step("cycles/px", 4096), tick_step("px", 1.0)
    (0.125, 0.015625, 64.0)
    """
    least = _ROOM / max(scale, 1e-12)
    if unit == "cycles/px":
        return 2.0 ** math.ceil(math.log2(max(least, 1e-9)))
    return max(2.0 ** math.ceil(math.log2(max(least, 1e-9))), 1.0)


def ticks(first: float, last: float, unit: str, length: float) -> list[Tick]:
    """Place ticks between the stored coordinates at both ends of an axis."""
    span = last - first
    if not span or length <= 0:
        return []
    step = tick_step(unit, length / abs(span))
    low, high = min(first, last), max(first, last)
    digits = 3 if step >= 1 / 8 - 1e-9 else 4
    spectral = unit == "cycles/px"
    # The last bin is half a bin short of ±0.5: its tick stands on the edge.
    slack = _HALF_BIN if spectral else 0.0
    found = []
    smallest = math.ceil((low - slack) / step - 1e-6)
    largest = math.floor((high + slack) / step + 1e-6)
    for k in range(smallest, largest + 1):
        value = k * step
        outside = value > high or value < low - 1e-6 * step
        if (spectral and abs(value) > 0.5 + 1e-9) or (outside and abs(value) != 0.5):
            continue
        text = number(value, digits) if spectral and k else number(value)
        found.append(Tick(min(max((value - first) / span * length, 0.0), length), text))
    return found


def axis_names(unit: str) -> tuple[str, str]:
    """Name the two axes."""
    return ("fx", "fy") if unit == "cycles/px" else ("x", "y")


def ticks_of(axis: int, first: float, last: float, unit: str, length: float) -> list[Tick]:
    """Place ticks between stored coordinates of an axis (0: x, 1: y) as they are written."""
    if axis == 1 and unit == "cycles/px":
        first, last = upward(first), upward(last)
    return ticks(first, last, unit, length)


class FramedPanel(QWidget):
    """A panel with ticks and axis names to its left and below."""

    def __init__(self, name: str, viewport: Viewport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._orientation = 1
        self.panel = Panel(name, viewport, self)
        self.panel.leads = True
        viewport.changed.connect(self.update)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.panel.set_theme(theme)
        self.update()

    def set_orientation(self, orientation: int) -> None:
        """Name the axes as the picture is turned."""
        self._orientation = orientation
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave room for the axes."""
        side = max(min(self.width() - LEFT - RIGHT, self.height() - BOTTOM), 64)
        self.panel.setFixedSize(side, side)
        self.panel.move(LEFT, 0)
        super().resizeEvent(event)

    def axes(self) -> tuple[str, list[Tick], list[Tick]]:
        """Return the unit, the ticks along the lower edge and those along the left edge."""
        raster = self.panel.raster
        unit = raster.axis_unit if raster is not None else "px"
        size = QSizeF(self.panel.size())
        origin = raster.origin if raster is not None else (0.0, 0.0)
        inverse, _ = self.panel.viewport.transform(size, origin).inverted()
        a, b = (inverse.map(QPointF(*p)) for p in ((0, 0), (size.width(), size.height())))
        swapped = turn(self._orientation)[0] == 0
        ends = ((a.x(), b.x()), (a.y(), b.y()))
        x_axis, y_axis = (1, 0) if swapped else (0, 1)
        across = ticks_of(x_axis, *ends[x_axis], unit, size.width())
        return unit, across, ticks_of(y_axis, *ends[y_axis], unit, size.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the axes."""
        if self.panel.raster is None:
            return
        unit, across, down = self.axes()
        painter = QPainter(self)
        painter.setFont(number_font())
        painter.setPen(QColor(self._theme.muted))
        side = self.panel.width()
        for tick in across:
            x = LEFT + min(round(tick.at), side - 1)
            painter.drawLine(x, side, x, side + 3)
            centre = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
            painter.drawText(QRect(x - 30, side + 5, 60, 16), centre, tick.label)
        for tick in down:
            y = min(round(tick.at), side - 1)
            painter.drawLine(LEFT - 4, y, LEFT - 1, y)
            right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            place = QRect(14, min(max(y - 8, -2), side - 12), LEFT - 22, 16)
            painter.drawText(place, right, tick.label)
        self._paint_names(painter, unit, side)
        painter.end()

    def _paint_names(self, painter: QPainter, unit: str, side: int) -> None:
        names = axis_names(unit)
        if turn(self._orientation)[0] == 0:
            names = names[::-1]
        centre = int(Qt.AlignmentFlag.AlignCenter)
        painter.drawText(QRect(LEFT, side + 22, side, 16), centre, f"{names[0]}, {unit}")
        painter.translate(7, side / 2)
        painter.rotate(-90)
        painter.drawText(QRect(-side // 2, -8, side, 16), centre, f"{names[1]}, {unit}")
        painter.resetTransform()
