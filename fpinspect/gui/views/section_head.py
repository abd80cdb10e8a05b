"""Painted parts that know their theme, and the head of a section: name, hairline, legend."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fpinspect.gui.views.look import DARK, Theme, font, number_font
from fpinspect.gui.views.shapes import paint_diamond


class Part(QWidget):
    """A painted part with a theme and a height that its content decides."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = DARK
        self.faded = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.theme = theme
        self.update()

    def set_faded(self, faded: bool) -> None:
        """Draw everything muted: what is shown is the verdict before."""
        self.faded = faded
        self.update()

    def painter(self) -> QPainter:
        """Return a painter, pale where the part is faded."""
        painter = QPainter(self)
        painter.setOpacity(0.45 if self.faded else 1.0)
        return painter

    def take_height(self, height: int) -> None:
        """Ask for another height; nothing at all hides the part."""
        self.setFixedHeight(max(height, 0))
        self.setVisible(height > 0)
        self.update()


class SectionHead(Part):
    """Name of a section, a hairline, and a legend at its right."""

    def __init__(self, text: str, legend: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._legend = text, legend
        self.setAccessibleName(text)
        self.setFixedHeight(20)

    def set_legend(self, legend: str) -> None:
        """Change the legend."""
        self._legend = legend
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw text, line and legend."""
        painter = QPainter(self)
        painter.setFont(font())
        metrics = painter.fontMetrics()
        painter.setPen(QColor(self.theme.muted))
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRect(0, 0, self.width(), 20), middle, self._text)
        left, right = metrics.horizontalAdvance(self._text) + 8, self.width()
        if self._legend:
            painter.setFont(number_font())
            width = painter.fontMetrics().horizontalAdvance(self._legend)
            place = QRect(self.width() - width, 0, width, 20)
            painter.drawText(place, middle, self._legend)
            spot = QRectF(place.left() - 14, 6, 8, 8)
            paint_diamond(painter, spot, QColor(self.theme.text))
            right = place.left() - 22
        if right > left:
            painter.fillRect(QRect(left, 10, right - left, 1), QColor(self.theme.line))
        painter.end()
