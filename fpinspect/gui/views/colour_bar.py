"""Colour bar with three labels; double-click edits its range."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QWidget,
)

from fpinspect.gui import colormaps
from fpinspect.gui.translation import translate
from fpinspect.gui.views.levels import Bar
from fpinspect.gui.views.look import DARK, Theme, number_font

WIDTH = 8
GAP = 6
LABELS = 44


class ColourBar(QWidget):
    """A vertical colour bar, highest value on top."""

    edit_requested = Signal()
    reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar: Bar | None = None
        self._theme = DARK
        self.setToolTip(
            translate(
                "Comparison", "Double-click to set the range, Shift+double-click to restore it."
            )
        )

    def sizeHint(self) -> QSize:
        """Bar and labels."""
        return QSize(WIDTH + GAP + LABELS, 144)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_bar(self, bar: Bar | None) -> None:
        """Show another scale."""
        if bar != self._bar:
            self._bar = bar
            self.setVisible(bar is not None)
            if bar is not None:
                self.setAccessibleName(
                    translate("Comparison", "Scale from {bottom} to {top} {unit}")
                    .format(bottom=bar.bottom, top=bar.top, unit=bar.unit)
                    .strip()
                )
            self.update()

    @property
    def bar(self) -> Bar | None:
        """What is shown."""
        return self._bar

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the 256 colours and the labels."""
        if self._bar is None:
            return
        painter = QPainter(self)
        paint_bar(painter, self._bar, QRect(0, 0, WIDTH, self.height()), self._theme)
        painter.end()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for another range."""
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.reset_requested.emit()
        else:
            self.edit_requested.emit()


def paint_bar(painter: QPainter, bar: Bar, place: QRect, theme: Theme) -> None:
    """Draw a colour bar into a rectangle and its labels to the right of it."""
    table = colormaps.table(bar.name)[::-1]
    image = QImage(table.tobytes(), 1, 256, 3, QImage.Format.Format_RGB888).copy()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=True)
    painter.drawImage(QRectF(place), image)
    painter.setFont(number_font())
    painter.setPen(QColor(theme.muted))
    x, height, line = place.right() + 1 + GAP, place.height(), 16
    top = bar.top if not bar.unit else f"{bar.top}\n{bar.unit}"
    rows = (
        (place.top() - 3, top, Qt.AlignmentFlag.AlignTop, 2 * line),
        (place.top() + height // 2 - line // 2, bar.middle, Qt.AlignmentFlag.AlignVCenter, line),
        (place.top() + height - line + 3, bar.bottom, Qt.AlignmentFlag.AlignBottom, line),
    )
    for y, text, vertical, room in rows:
        flags = int(Qt.AlignmentFlag.AlignLeft | vertical)
        painter.drawText(QRect(x, y, LABELS + 60, room), flags, text)


class RangeDialog(QDialog):
    """Two numbers: the ends of a colour bar."""

    def __init__(self, bar: Bar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(translate("Comparison", "Range of the scale"))
        self._low, self._high = QDoubleSpinBox(), QDoubleSpinBox()
        for box, value in ((self._low, bar.low), (self._high, bar.high)):
            box.setRange(-1e6, 1e6)
            box.setDecimals(2)
            box.setValue(value)
            box.setSuffix(f"\u00a0{bar.unit}" if bar.unit else "")
        form = QFormLayout(self)
        form.addRow(translate("Comparison", "Highest"), self._high)
        form.addRow(translate("Comparison", "Lowest"), self._low)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        for box in (self._low, self._high):
            box.valueChanged.connect(self._on_value_changed)

    @property
    def range(self) -> tuple[float, float]:
        """Lowest and highest value."""
        return self._low.value(), self._high.value()

    def set_range(self, low: float, high: float) -> None:
        """Fill in both numbers."""
        self._low.setValue(low)
        self._high.setValue(high)

    def _on_value_changed(self) -> None:
        self._ok.setEnabled(self._low.value() < self._high.value())
