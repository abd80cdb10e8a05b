"""Drawing a rectangle on the image: its residual and spectrum are computed as it moves."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from fpinspect.gui.viewdata import Region
from fpinspect.gui.views.image_panel import Panel

THROTTLE_MS = 60
SMALLEST = 16
"""A region has at least so many pixels a side."""
FIRST = 128
"""Side of the rectangle that the first arrow key places."""
STEP = 8
"""Pixels that an arrow key moves or resizes by: one block of JPEG."""


class RegionTool(QObject):
    """The rectangle, and when its numbers are asked for."""

    changed = Signal(object)
    """`Region`, at most one every `THROTTLE_MS`; None when it is taken away."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._panel: Panel | None = None
        self._active = False
        self._start: tuple[float, float] | None = None
        self._grip: tuple[float, float] | None = None
        self._region: Region | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(THROTTLE_MS)
        self._timer.timeout.connect(self._on_timer_timeout)

    @property
    def active(self) -> bool:
        """Whether dragging draws."""
        return self._active

    @property
    def region(self) -> Region | None:
        """The rectangle, stored pixels."""
        return self._region if self._active else None

    def attach(self, panel: Panel | None) -> None:
        """Draw on another panel."""
        self._panel = panel
        if panel is not None:
            panel.drag_draws = self._active
            panel.pressed_at.connect(self._on_panel_pressed)
            panel.dragged.connect(self._on_panel_dragged)

    def set_active(self, on: bool) -> None:
        """Begin or end drawing."""
        self._active = on
        if self._panel is not None:
            self._panel.drag_draws = on
        if not on:
            self.clear()

    def clear(self) -> None:
        """Take the rectangle away."""
        self._timer.stop()
        if self._region is not None:
            self._region = None
            self.changed.emit(None)

    def set_region(self, region: Region) -> None:
        """Place the rectangle."""
        if region != self._region:
            self._region = region
            if not self._timer.isActive():
                self._timer.start()

    def nudge(self, dx: int, dy: int, *, resize: bool) -> None:
        """Move the rectangle by keys, or its lower right corner; without one, begin in the middle.

        Parameters
        ----------
        dx, dy : int
            Steps of `STEP` stored pixels right and down.
        resize : bool
            Change the size instead of the place.
        """
        raster = self._panel.raster if self._panel is not None else None
        if not self._active or raster is None:
            return
        rows, columns = raster.data.shape[:2]
        now = self._region
        if min(rows, columns) < SMALLEST:
            return
        if now is None:
            width, height = min(FIRST, columns), min(FIRST, rows)
            self.set_region(Region((columns - width) // 2, (rows - height) // 2, width, height))
        elif resize:
            width = min(max(now.width + dx * STEP, SMALLEST), columns - now.x)
            height = min(max(now.height + dy * STEP, SMALLEST), rows - now.y)
            self.set_region(Region(now.x, now.y, width, height))
        else:
            self.set_region(_moved(now, now.x + dx * STEP, now.y + dy * STEP, columns, rows))

    @Slot(float, float)
    def _on_panel_pressed(self, x: float, y: float) -> None:
        r = self._region
        inside = r is not None and r.x <= x < r.x + r.width and r.y <= y < r.y + r.height
        self._grip = (x - r.x, y - r.y) if inside else None
        self._start = (x, y)

    @Slot(float, float)
    def _on_panel_dragged(self, x: float, y: float) -> None:
        if not self._active or self._start is None or self._panel is None:
            return
        raster = self._panel.raster
        if raster is None:
            return
        rows, columns = raster.data.shape[:2]
        if self._grip is not None and self._region is not None:
            self.set_region(
                _moved(self._region, x - self._grip[0], y - self._grip[1], columns, rows)
            )
        else:
            found = _between(self._start, (x, y), columns, rows)
            if found is not None:
                self.set_region(found)

    @Slot()
    def _on_timer_timeout(self) -> None:
        self.changed.emit(self._region)


def _moved(region: Region, x: float, y: float, columns: int, rows: int) -> Region:
    left = min(max(round(x), 0), columns - region.width)
    top = min(max(round(y), 0), rows - region.height)
    return Region(left, top, region.width, region.height)


def _between(
    a: tuple[float, float], b: tuple[float, float], columns: int, rows: int
) -> Region | None:
    """Return the rectangle between two corners, inside the image, or None if it is too small."""
    left, right = sorted(min(max(p, 0.0), float(columns)) for p in (a[0], b[0]))
    top, bottom = sorted(min(max(p, 0.0), float(rows)) for p in (a[1], b[1]))
    x, y = math.floor(left), math.floor(top)
    width, height = math.ceil(right) - x, math.ceil(bottom) - y
    if width < SMALLEST or height < SMALLEST:
        return None
    return Region(x, y, width, height)
