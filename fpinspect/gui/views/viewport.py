"""Where linked panels look: one centre and one zoom for all panels of a kind."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRectF, QSizeF, Signal
from PySide6.QtGui import QTransform

from fpinspect.gui.viewdata import Row

Extent = tuple[float, float, float, float]

# (a, b, c, d): shown x = a x + b y, shown y = c x + d y of stored x, y; EXIF 2.32, tag 0x0112.
_TURNS = {
    1: (1, 0, 0, 1),
    2: (-1, 0, 0, 1),
    3: (-1, 0, 0, -1),
    4: (1, 0, 0, -1),
    5: (0, 1, 1, 0),
    6: (0, -1, 1, 0),
    7: (0, -1, -1, 0),
    8: (0, 1, -1, 0),
}
WHEEL = 1.25
MOST = 64.0
"""Largest zoom: device-independent pixels a value."""


def turn(orientation: int) -> tuple[int, int, int, int]:
    """Return the matrix (a, b, c, d) that shows stored coordinates upright."""
    return _TURNS.get(orientation, _TURNS[1])


class Viewport(QObject):
    """Centre and zoom, shared by the panels of one kind, in stored coordinates.

    Parameters
    ----------
    snap : bool
        Zoom in whole pixels a value (spectra), but for the fitting zoom.
    one_to_one : bool
        Start at one pixel a value instead of fitting.
    parent : QObject, optional
        Owner.
    """

    changed = Signal()

    def __init__(
        self, *, snap: bool = False, one_to_one: bool = False, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._snap = snap
        self._home_is_one = one_to_one
        self._extent: Extent = (0.0, 0.0, 1.0, 1.0)
        self._step = 1.0
        self._size = QSizeF(1, 1)
        self._turn = turn(1)
        self._centre = QPointF(0.5, 0.5)
        self._scale = 1.0
        self._at_home = True

    @property
    def centre(self) -> QPointF:
        """Stored coordinates in the middle of the panels."""
        return QPointF(self._centre)

    @property
    def scale(self) -> float:
        """Device-independent pixels per unit of the axis."""
        return self._scale

    @property
    def zoom(self) -> float:
        """Device-independent pixels per value of the leading raster."""
        return self._scale * self._step

    @property
    def at_home(self) -> bool:
        """Whether nobody has zoomed or panned."""
        return self._at_home

    def set_content(self, extent: Extent, step: float, orientation: int = 1) -> None:
        """Say what the leading panel shows; keep centre and zoom unless it is another picture."""
        turned = turn(orientation)
        if (extent, step, turned) == (self._extent, self._step, self._turn):
            return
        self._extent, self._step, self._turn = extent, step, turned
        self._at_home = True
        self._go_home()

    def set_size(self, width: float, height: float) -> None:
        """Say how large the panels are."""
        size = QSizeF(max(width, 1), max(height, 1))
        if size != self._size:
            self._size = size
            if self._at_home:
                self._go_home()
            else:
                self.changed.emit()

    def fit(self) -> None:
        """Show everything."""
        self._at_home = not self._home_is_one
        self._centre = self._middle()
        self._scale = self._fitting()
        self.changed.emit()

    def one_to_one(self) -> None:
        """Show one value on one pixel."""
        self._at_home = self._home_is_one
        self._scale = 1.0 / self._step
        self.changed.emit()

    def zoom_by(self, steps: float, anchor: QPointF) -> None:
        """Zoom in or out round a point of stored coordinates."""
        smallest = min(self._fitting(), 1.0 / self._step) / 4
        largest = MOST / self._step
        scale = min(max(self._scale * WHEEL**steps, smallest), largest)
        if self._snap:
            scale = self._snapped(scale, steps)
        ratio = self._scale / scale
        self._centre = anchor + (self._centre - anchor) * ratio
        self._scale = scale
        self._at_home = False
        self.changed.emit()

    def pan_by(self, dx: float, dy: float) -> None:
        """Move what is shown by device-independent pixels."""
        a, b, c, d = self._turn
        # The turns are orthogonal: the inverse is the transpose.
        self._centre -= QPointF(a * dx + c * dy, b * dx + d * dy) / self._scale
        self._at_home = False
        self.changed.emit()

    def stored_step(self, dx: int, dy: int) -> tuple[int, int]:
        """Turn a step right and down on the screen into one of stored columns and rows."""
        a, b, c, d = self._turn
        return a * dx + c * dy, b * dx + d * dy

    def look_at(self, point: QPointF) -> None:
        """Move the centre to stored coordinates."""
        self._centre = QPointF(point)
        self._at_home = False
        self.changed.emit()

    def transform(self, size: QSizeF, origin: tuple[float, float]) -> QTransform:
        """Map stored coordinates to a panel of a size; `origin` falls on a whole pixel."""
        a, b, c, d = (self._scale * k for k in self._turn)
        cx, cy = self._centre.x(), self._centre.y()
        dx = size.width() / 2 - (a * cx + b * cy)
        dy = size.height() / 2 - (c * cx + d * cy)
        x, y = a * origin[0] + b * origin[1] + dx, c * origin[0] + d * origin[1] + dy
        return QTransform(a, c, b, d, dx + round(x) - x, dy + round(y) - y)

    def visible(self, size: QSizeF) -> QRectF:
        """Return the rectangle of stored coordinates that a panel shows."""
        inverse, _ = self.transform(size, (0.0, 0.0)).inverted()
        return inverse.mapRect(QRectF(0, 0, size.width(), size.height()))

    def _middle(self) -> QPointF:
        x0, y0, x1, y1 = self._extent
        return QPointF((x0 + x1) / 2, (y0 + y1) / 2)

    def _fitting(self) -> float:
        x0, y0, x1, y1 = self._extent
        width, height = max(x1 - x0, 1e-9), max(y1 - y0, 1e-9)
        if self._turn[0] == 0:
            width, height = height, width
        return min(self._size.width() / width, self._size.height() / height)

    def _go_home(self) -> None:
        self._centre = self._middle()
        self._scale = 1.0 / self._step if self._home_is_one else self._fitting()
        self.changed.emit()

    def _snapped(self, scale: float, steps: float) -> float:
        zoom = scale * self._step
        now = self._scale * self._step
        if zoom < 1:
            return scale
        whole = max(round(zoom), 1)
        if whole == round(now, 6):
            whole += 1 if steps > 0 else -1
        return max(whole, 1) / self._step if whole >= 1 else scale


def viewports(parent: QObject) -> dict[Row, Viewport]:
    """Make where each row looks; both spectra look at the same place."""
    image, residual = Viewport(parent=parent), Viewport(one_to_one=True, parent=parent)
    spectral = Viewport(snap=True, parent=parent)
    return dict(zip(Row, (image, residual, spectral, spectral), strict=True))
