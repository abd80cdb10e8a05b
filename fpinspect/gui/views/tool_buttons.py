"""Buttons that say a key in muted type and a value in plain type, with a menu behind them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QStyle, QStyleOptionToolButton, QToolButton, QWidget

from fpinspect.gui.icons import pixmap
from fpinspect.gui.theme import disabled_colour, theme

_PADDING = 8
_CHEVRON = 16


class ValueButton(QToolButton):
    """A flat button with a menu: ``Denoiser: wavelet`` and a chevron.

    Parameters
    ----------
    key : str
        Muted words before the value; may be empty.
    padding : int
        Left and right of the words, px.
    parent : QWidget, optional
        Owner.
    """

    def __init__(
        self, key: str = "", *, padding: int = _PADDING, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._key, self._padding = key, padding
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.set_value("")

    def set_value(self, value: str) -> None:
        """Show what is chosen."""
        self.setText(value)
        self.setAccessibleName(f"{self._key}: {value}" if self._key else value)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Room for both texts and the chevron; 28 px high."""
        width = self.fontMetrics().horizontalAdvance(self._lead() + self.text())
        return QSize(width + 2 * self._padding + _CHEVRON + 2, 28)

    def minimumSizeHint(self) -> QSize:
        """Return the same: words are not cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw background and focus by the style, the words by hand."""
        painter = QPainter(self)
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.text = ""
        self.style().drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option, painter, self)
        colours = theme()
        muted = colours.muted if self.isEnabled() else disabled_colour(colours)
        plain = colours.text if self.isEnabled() else disabled_colour(colours)
        rest = QRectF(self.rect()).adjusted(self._padding, 0, -self._padding - _CHEVRON, 0)
        lead = self._lead()
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setPen(QColor(muted))
        painter.drawText(rest, flags, lead)
        painter.setPen(QColor(plain))
        rest.setLeft(rest.left() + self.fontMetrics().horizontalAdvance(lead))
        painter.drawText(rest, flags, self.text())
        at = QPoint(self.width() - self._padding - _CHEVRON + 2, (self.height() - _CHEVRON) // 2)
        chevron = pixmap("chevron-down", muted, _CHEVRON, self.devicePixelRatioF())
        painter.drawPixmap(at, chevron)

    def _lead(self) -> str:
        return f"{self._key}: " if self._key else ""
