"""The crosshair that all panels share: one point for each kind of coordinates."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, Signal

from fpinspect.gui.viewdata import Column, Comparison, Row

Point = tuple[float, float]
BIN = 1 / 128
EIGHTH = 1 / 8


class Cursor(QObject):
    """Points of the crosshair, stored coordinates.

    Attributes
    ----------
    pixel : tuple of float or None
        On the image.
    lattice : tuple of float or None
        On the lattice, where residuals are folded.
    frequency : tuple of float or None
        Cycles per pixel.
    live : Row or None
        The row under the pointer; the points of the other kinds stay where they were.
    """

    moved = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.pixel: Point | None = None
        self.lattice: Point | None = None
        self.frequency: Point | None = None
        self.live: Row | None = None
        self._column: Column | None = None

    def set_comparison(self, comparison: Comparison, *, same: bool) -> None:
        """Start at the middle of an image and its first marked peak; keep what is there if same."""
        self._column = comparison.questioned
        if same and self.pixel is not None:
            self._follow()
            return
        picture = comparison.questioned.picture
        if picture is not None:
            x0, y0, x1, y1 = picture.extent
            self.pixel = ((x0 + x1) // 2 + 0.5, (y0 + y1) // 2 + 0.5)
        inner = [p for p in comparison.peaks if max(abs(p.fx), abs(p.fy)) < 0.5]
        best = max(inner, key=lambda p: (bool(p.carries), p.fx, p.fy), default=None)
        self.frequency = (best.fx, best.fy) if best else (EIGHTH, EIGHTH)
        self._follow()

    def point(self, row: Row) -> Point | None:
        """Return the point for the panels of a row."""
        if row in (Row.MAGNITUDE, Row.PHASE):
            return self.frequency
        return self.lattice if row is Row.RESIDUAL and self._folded else self.pixel

    def hover(self, row: Row, x: float, y: float) -> None:
        """Move to where the pointer is."""
        self.live = row
        self._set(row, (x, y))
        self.moved.emit()

    def leave(self) -> None:
        """Keep the points; none is live."""
        self.live = None
        self.moved.emit()

    def nudge(self, row: Row, dx: int, dy: int, *, far: bool) -> None:
        """Move by one bin or pixel, by N/8 or 8 pixels with Shift."""
        now = self.point(row)
        if now is None:
            return
        self.live = row
        if row in (Row.MAGNITUDE, Row.PHASE):
            step = EIGHTH if far else BIN
            moved = tuple(
                min(max(v + d * step, -0.5), 0.5) for v, d in zip(now, (dx, dy), strict=True)
            )
        else:
            step = 8 if far else 1
            moved = tuple(v + d * step for v, d in zip(now, (dx, dy), strict=True))
        self._set(row, (moved[0], moved[1]))
        self.moved.emit()

    @property
    def _folded(self) -> bool:
        return self._column is not None and self._column.lattice > 0

    def _set(self, row: Row, point: Point) -> None:
        if row in (Row.MAGNITUDE, Row.PHASE):
            raster = self._column.magnitude if self._column is not None else None
            self.frequency = _snapped(point, raster.step if raster is not None else (BIN, BIN))
        elif row is Row.RESIDUAL and self._folded:
            self.lattice = point
        else:
            self.pixel = point
            self._follow()

    def _follow(self) -> None:
        """Move on the lattice with the pixel: a place on the lattice stands for many pixels."""
        if self._column is None or not self._column.lattice or self.pixel is None:
            return
        n = self._column.lattice
        oy, ox = self._column.lattice_origin
        self.lattice = ((self.pixel[0] + ox) % n, (self.pixel[1] + oy) % n)


def _snapped(point: Point, step: Point) -> Point:
    """Bring a frequency to the middle of its bin."""
    if not all(math.isfinite(v) for v in point):
        return 0.0, 0.0
    fx, fy = (round(v / s) * s for v, s in zip(point, step, strict=True))
    return fx, fy
