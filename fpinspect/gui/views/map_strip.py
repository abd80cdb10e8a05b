"""Small maps side by side with one scale: 8×8 patterns and autocorrelations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from fpinspect.gui.views.colour_bar import paint_bar
from fpinspect.gui.views.heads import elided
from fpinspect.gui.views.image_panel import Colouring, to_image
from fpinspect.gui.views.levels import Bar
from fpinspect.gui.views.look import DARK, Theme, font, number_font
from fpinspect.gui.views.marks import Marks, paint_marks
from fpinspect.wording import number

SIDE, LEAST, GAP = 128, 80, 16
"""Side of a map, at most and at least, and the gap between two, px."""
LEFT, TOP, SCALE, FOOT = 16, 32, 56, 28


@dataclass(frozen=True, eq=False)
class Map:
    """One map: values, name above, name (short where it is narrow) and value below.

    The first one is the image's.
    """

    title: str
    values: npt.NDArray[np.float32]
    foot: str = ""
    foot_value: str = ""
    foot_short: str = ""


class MapStrip(QWidget):
    """Maps in a row, painted nearest neighbour, with a value under the pointer.

    Parameters
    ----------
    centred : bool
        The middle of a map is position 0, 0 (lags) instead of its first cell.
    names : tuple of str
        Names of the two positions in the readout.
    """

    def __init__(
        self, *, centred: bool, names: tuple[str, str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._centred, self._names = centred, names
        self._theme = DARK
        self._maps: tuple[Map, ...] = ()
        self._colouring = Colouring("residual", -1.0, 1.0)
        self._bar: Bar | None = None
        self._at: tuple[int, int] | None = None
        self._marked = False
        self.setMouseTracking(True)

    @property
    def maps(self) -> tuple[Map, ...]:
        """What is shown."""
        return self._maps

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def set_marked(self, marked: bool) -> None:
        """Frame the image's map: a chosen contribution lives here."""
        self._marked = marked
        self.update()

    def show_maps(self, maps: Sequence[Map], colouring: Colouring, bar: Bar) -> None:
        """Show other maps."""
        self._maps, self._colouring, self._bar = tuple(maps), colouring, bar
        self.setMinimumSize(self._size_at(LEAST))
        self.setAccessibleName("; ".join(f"{m.title} {m.foot} {m.foot_value}" for m in maps))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room of maps, scale and the line under them."""
        return self._size_at(SIDE)

    @property
    def side(self) -> int:
        """Side of the maps: a multiple of 8 at which all of them and the scale fit."""
        count = max(len(self._maps), 1)
        wide = (self.width() - LEFT - SCALE) // count - GAP
        high = self.height() - TOP - FOOT
        return max(min(wide, high, SIDE) // 8 * 8, LEAST)

    def place(self, index: int) -> QRect:
        """Return where a map lies."""
        side = self.side
        return QRect(LEFT + index * (side + GAP), TOP, side, side)

    def _size_at(self, side: int) -> QSize:
        return QSize(LEFT + (side + GAP) * len(self._maps) + SCALE, TOP + side + FOOT)

    def readout(self) -> str:
        """Return the position and the values of all maps under the pointer."""
        if self._at is None or not self._maps:
            return ""
        row, column = self._at
        rows, columns = self._maps[0].values.shape
        dy, dx = (row - rows // 2, column - columns // 2) if self._centred else (row, column)
        x, y = self._names
        parts = [f"{x} {number(dx)}, {y} {number(dy)}"]
        for one in self._maps:
            value = number(float(one.values[row, column]), 3 if self._centred else 2, sign=True)
            parts.append(f"{one.title} {value}")
        return "    ".join(parts)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the maps, the scale and the readout."""
        painter = QPainter(self)
        readout, side = self.readout(), self.side
        # Where there is no room for a line of its own, the readout takes that of the feet.
        tight = self.height() < TOP + side + 42
        for index, one in enumerate(self._maps):
            place = self.place(index)
            painter.setPen(QColor(self._theme.text))
            painter.setFont(font(semibold=index == 0))
            elided(painter, QRect(place.left(), 8, side, 18), one.title)
            image = to_image(one.values, self._colouring)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
            painter.drawImage(place, image)
            if self._at is not None:
                self._paint_cell(painter, place, one)
            if self._marked and index == 0:
                paint_marks(painter, Marks(brackets=True), painter.transform(), QRectF(place))
            if not (tight and readout):
                self._paint_foot(painter, place, one)
        if self._bar is not None and self._maps:
            at = QRect(self.place(len(self._maps)).left(), TOP, 8, side)
            paint_bar(painter, self._bar, at, self._theme)
        painter.setFont(number_font())
        painter.setPen(QColor(self._theme.muted))
        below = QRect(LEFT, TOP + side + (6 if tight else 26), max(self.width() - LEFT, 0), 16)
        elided(painter, below, readout)
        painter.end()

    def _paint_foot(self, painter: QPainter, place: QRect, one: Map) -> None:
        painter.setFont(number_font())
        painter.setPen(QColor(self._theme.muted))
        foot = QRect(place.left(), place.bottom() + 6, place.width(), 16)
        taken = painter.fontMetrics().horizontalAdvance(one.foot_value)
        room = foot.adjusted(0, 0, -taken - 6 if taken else 0, 0)
        fits = painter.fontMetrics().horizontalAdvance(one.foot) <= room.width()
        elided(painter, room, one.foot if fits or not one.foot_short else one.foot_short)
        painter.setPen(QColor(self._theme.text))
        elided(painter, foot, one.foot_value, right=True)

    def _paint_cell(self, painter: QPainter, place: QRect, one: Map) -> None:
        row, column = self._at
        rows, columns = one.values.shape
        w, h = place.width() / columns, place.height() / rows
        cell = QRectF(place.left() + column * w, place.top() + row * h, w, h)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(0, 0, 0, 120))
        painter.drawRect(cell.adjusted(-1, -1, 1, 1))
        painter.setPen(QColor("#ffffff"))
        painter.drawRect(cell)

    def _cell_at(self, at: QPointF) -> tuple[int, int] | None:
        for index, one in enumerate(self._maps):
            place = self.place(index)
            if place.contains(at.toPoint()):
                rows, columns = one.values.shape
                row = int((at.y() - place.top()) * rows / place.height())
                column = int((at.x() - place.left()) * columns / place.width())
                return min(row, rows - 1), min(column, columns - 1)
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the cell under the pointer in all maps."""
        found = self._cell_at(event.position())
        if found != self._at:
            self._at = found
            self.update()

    def leaveEvent(self, event: object) -> None:
        """Read nothing."""
        self._at = None
        self.update()

    def event(self, event: QEvent) -> bool:
        """Show a cut title whole."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            for index, one in enumerate(self._maps):
                if self.place(index).adjusted(0, -24, 0, -self.side).contains(event.pos()):
                    plain = one.title.replace("<", "‹").replace(">", "›")
                    QToolTip.showText(event.globalPos(), plain, self)
                    return True
        return super().event(event)
