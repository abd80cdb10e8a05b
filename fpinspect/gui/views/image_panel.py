"""One picture of the compare view: a raster in colour, zoomed and panned with its kind."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from fpinspect.gui import colormaps
from fpinspect.gui.arrays import U8, Array, np
from fpinspect.gui.viewdata import Raster
from fpinspect.gui.views.look import ACCENT, DARK, Theme
from fpinspect.gui.views.marks import Marks, paint_marks, paint_plate, paint_split
from fpinspect.gui.views.viewport import Viewport

_WHOLE_LEVEL = 1 << 20
"""Levels up to so many values are coloured once and kept; of larger ones, what is visible."""

_MOST_REPEATS = 400


@dataclass(frozen=True)
class Colouring:
    """How numbers become colours: map and range, or none for a picture that has its own."""

    name: colormaps.MapName = "grey"
    low: float = 0.0
    high: float = 255.0


class Panel(QWidget):
    """A raster in colour, with marks over it.

    Signals are in stored coordinates of the panel's axis.
    """

    hovered = Signal(float, float)
    left = Signal()
    doubled = Signal()
    menu_requested = Signal(object)
    dragged = Signal(float, float)
    """Mouse moved with the button held, when `drag_draws` is set."""
    pressed_at = Signal(float, float)
    released = Signal()
    nudged = Signal(int, int, bool)
    """Arrow key: columns, rows, and whether Shift was held."""

    def __init__(self, name: str, viewport: Viewport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.drag_draws = False
        self.leads = False
        self._viewport = viewport
        self._theme = DARK
        self._raster: Raster | None = None
        self._colouring = Colouring()
        self._second: tuple[Raster, Colouring] | None = None
        self._split = 0.5
        self._marks = Marks()
        self._outlined = False
        self._plates: tuple[str, ...] = ()
        self._note = ""
        self._pressed: QPointF | None = None
        self._pointer = QPointF()
        self._cache: dict[tuple[int, int], QImage] = {}
        viewport.changed.connect(self.update)

    @property
    def raster(self) -> Raster | None:
        """What is shown."""
        return self._raster

    @property
    def colouring(self) -> Colouring:
        """How it is coloured."""
        return self._colouring

    @property
    def viewport(self) -> Viewport:
        """Where it looks."""
        return self._viewport

    @property
    def marks(self) -> Marks:
        """What is drawn over it."""
        return self._marks

    @property
    def split(self) -> float:
        """Where the two halves meet, as a share of the width."""
        return self._split

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme (the picture keeps its own)."""
        self._theme = theme
        self.update()

    def show_raster(self, raster: Raster | None, colouring: Colouring, note: str = "") -> None:
        """Show a raster; `note` is said instead where there is none."""
        if raster is not self._raster or colouring != self._colouring:
            self._cache.clear()
        self._raster, self._colouring, self._note = raster, colouring, note
        self.setAccessibleDescription(note)
        self.update()

    def show_second(self, second: tuple[Raster, Colouring] | None) -> None:
        """Show another raster right of the split line, or none."""
        if second != self._second:
            self._cache.clear()
            self._second = second
            self.update()

    def set_split(self, share: float) -> None:
        """Move the split line."""
        self._split = min(max(share, 0.0), 1.0)
        self.update()

    def set_plates(self, *texts: str) -> None:
        """Name the picture, or its left and right half, in the lower corners."""
        self._plates = texts
        self.update()

    def set_marks(self, marks: Marks) -> None:
        """Draw marks over the picture."""
        if marks != self._marks:
            self._marks = marks
            self.update()

    def set_outlined(self, outlined: bool) -> None:
        """Draw the accent outline of the enlarged panel."""
        self._outlined = outlined
        self.update()

    def pointer(self) -> QPointF:
        """Return where the mouse was last, in the widget."""
        return self._pointer

    def averaging(self) -> float:
        """Values on one pixel in a row; below one, pixels a value."""
        step = self._raster.step[0] if self._raster is not None else 1.0
        return 1.0 / max(self._viewport.scale * step, 1e-12)

    def to_stored(self, position: QPointF) -> QPointF:
        """Map a point of the widget to stored coordinates."""
        inverse, _ = self._transform(self._raster).inverted()
        return inverse.map(position)

    def _transform(self, raster: Raster | None) -> QTransform:
        origin = raster.origin if raster is not None else (0.0, 0.0)
        return self._viewport.transform(QSizeF(self.size()), origin)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell the viewport, if this panel leads its kind."""
        if self.leads:
            self._viewport.set_size(self.width(), self.height())
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw background, picture, marks."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.panel))
        if self._raster is None:
            self._paint_note(painter)
        else:
            self._paint_raster(painter, self._raster, self._colouring)
            if self._second is not None:
                painter.save()
                at = round(self._split * self.width())
                painter.setClipRect(QRectF(at, 0, self.width() - at, self.height()))
                painter.fillRect(self.rect(), QColor(self._theme.panel))
                self._paint_raster(painter, *self._second)
                painter.restore()
            transform = self._transform(self._raster)
            paint_marks(painter, self._marks, transform, QRectF(self.rect()))
            self._paint_plates(painter)
        self._paint_frame(painter)
        painter.end()

    def _paint_note(self, painter: QPainter) -> None:
        painter.setPen(QColor(self._theme.muted))
        room = self.rect().adjusted(8, 8, -8, -8)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(room, int(flags), self._note)

    def _paint_plates(self, painter: QPainter) -> None:
        area = QRectF(self.rect())
        if self._second is not None:
            paint_split(painter, self._split * self.width(), area)
        colours = (self._theme.panel, self._theme.text)
        for text, right in zip(self._plates, (False, True), strict=False):
            if text:
                paint_plate(painter, text, area, colours, right=right, share=1 / len(self._plates))

    def _paint_frame(self, painter: QPainter) -> None:
        if self._outlined or self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(ACCENT))
            for inset in (0, 1):
                painter.drawRect(self.rect().adjusted(inset, inset, -1 - inset, -1 - inset))

    def _paint_raster(self, painter: QPainter, raster: Raster, colouring: Colouring) -> None:
        transform = self._transform(raster)
        inverse, invertible = transform.inverted()
        if not invertible:
            return
        seen = inverse.mapRect(QRectF(self.rect()))
        values_a_pixel = 1.0 / max(
            self._viewport.scale * raster.step[0] * self.devicePixelRatioF(), 1e-12
        )
        level = min(round(math.log2(max(values_a_pixel, 1.0))), len(raster.levels) - 1)
        image, place = self._coloured(raster, colouring, level, seen)
        if image is None:
            return
        painter.save()
        painter.setTransform(transform, combine=True)
        # What is averaged already may be interpolated; single values are shown as squares.
        smooth = level > 0 or values_a_pixel > 1.0 + 1e-6
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        for dx, dy in _repeats(raster, place, seen):
            painter.drawImage(place.translated(dx, dy), image)
        painter.restore()

    def _coloured(
        self, raster: Raster, colouring: Colouring, level: int, seen: QRectF
    ) -> tuple[QImage | None, QRectF]:
        """Return the picture of a level, or of its visible part, and where it lies."""
        data = raster.levels[level]
        rows, columns = data.shape[:2]
        (x0, y0), (dx, dy) = raster.origin, (raster.step[0] * 2**level, raster.step[1] * 2**level)
        if rows * columns <= _WHOLE_LEVEL:
            key = (id(raster), level)
            if key not in self._cache:
                self._cache[key] = to_image(data, colouring)
            return self._cache[key], QRectF(x0, y0, columns * dx, rows * dy)
        left = max(int((seen.left() - x0) / dx) - 1, 0)
        right = min(int((seen.right() - x0) / dx) + 2, columns)
        top = max(int((seen.top() - y0) / dy) - 1, 0)
        bottom = min(int((seen.bottom() - y0) / dy) + 2, rows)
        if left >= right or top >= bottom:
            return None, QRectF()
        part = data[top:bottom, left:right]
        place = QRectF(x0 + left * dx, y0 + top * dy, (right - left) * dx, (bottom - top) * dy)
        return to_image(part, colouring), place

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom round the pointer."""
        if self._raster is None or not event.angleDelta().y():
            event.ignore()
            return
        self._viewport.zoom_by(event.angleDelta().y() / 120, self.to_stored(event.position()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to pan or to draw."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self._pointer = event.position()
            at = self.to_stored(event.position())
            self.pressed_at.emit(at.x(), at.y())
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan or draw while the button is held; move the crosshair."""
        self._pointer = event.position()
        at = self.to_stored(event.position())
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            if self.drag_draws:
                self.dragged.emit(at.x(), at.y())
            else:
                moved = event.position() - self._pressed
                self._pressed = event.position()
                self._viewport.pan_by(moved.x(), moved.y())
        if self._raster is not None:
            self.hovered.emit(at.x(), at.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End panning or drawing."""
        self._pressed = None
        self.released.emit()
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask to be enlarged."""
        self.doubled.emit()

    def leaveEvent(self, event: object) -> None:
        """Say that the pointer has gone."""
        self.left.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu."""
        self.menu_requested.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the crosshair with the arrows, enlarge with Enter."""
        arrows = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        if event.key() in arrows:
            held = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.nudged.emit(*arrows[Qt.Key(event.key())], held)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.doubled.emit()
        else:
            super().keyPressEvent(event)


def _repeats(raster: Raster, place: QRectF, seen: QRectF) -> list[tuple[float, float]]:
    """Return the offsets at which a periodic pattern is drawn; one alone if it is not periodic."""
    if not raster.periodic or place.width() <= 0 or place.height() <= 0:
        return [(0.0, 0.0)]
    across = range(
        math.floor((seen.left() - place.left()) / place.width()),
        math.ceil((seen.right() - place.left()) / place.width()),
    )
    down = range(
        math.floor((seen.top() - place.top()) / place.height()),
        math.ceil((seen.bottom() - place.top()) / place.height()),
    )
    if len(across) * len(down) > _MOST_REPEATS:
        return [(0.0, 0.0)]
    return [(i * place.width(), j * place.height()) for j in down for i in across]


def to_image(data: Array, colouring: Colouring) -> QImage:
    """Colour values, (H, W) or (H, W, 3) uint8, and return a picture that owns its bytes."""
    # In the screen's own format: drawing scales it four times as fast as one with a palette.
    rows, columns = data.shape[:2]
    screen = QImage.Format.Format_RGB32
    if data.ndim == 3:
        pixels = np.ascontiguousarray(data)
        return _wrapped(pixels, columns, rows, QImage.Format.Format_RGB888).convertToFormat(screen)
    if np.isnan(data.min()):
        rgba = colormaps.colours(data, colouring.low, colouring.high, colouring.name)
        screen = QImage.Format.Format_ARGB32_Premultiplied
        return _wrapped(rgba, columns, rows, QImage.Format.Format_RGBA8888).convertToFormat(screen)
    index = colormaps.indices(data, colouring.low, colouring.high)
    image = _wrapped(index, columns, rows, QImage.Format.Format_Indexed8)
    table = colormaps.table(colouring.name).astype(int)
    image.setColorTable([0xFF000000 | r << 16 | g << 8 | b for r, g, b in table.tolist()])
    return image.convertToFormat(screen)


def _wrapped(pixels: U8, columns: int, rows: int, form: QImage.Format) -> QImage:
    """Look at contiguous bytes as a picture; they must outlive it, so it is converted at once."""
    return QImage(memoryview(pixels).cast("B"), columns, rows, pixels.nbytes // rows, form)
