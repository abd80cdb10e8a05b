"""A line above the panes that says what keeps the window from doing its work, and tries again."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from fpinspect.gui.theme import notifier
from fpinspect.gui.translation import translate
from fpinspect.gui.viewdata import Outcome
from fpinspect.gui.views.look import colour_text, outcome_colour, plain_label
from fpinspect.gui.views.shapes import paint_shape

_SIGN = 32


class Notice(QWidget):
    """Hidden until there is something to say."""

    retry_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(translate("Window", "Problem"))
        self._label = plain_label(wrap=True)
        self._label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.retry_button = QPushButton(translate("Window", "Try again"))
        self.retry_button.setToolTip(
            translate("Window", "Start the engine anew and inspect what it could not")
        )
        self.retry_button.clicked.connect(self.retry_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(_SIGN + 8, 8, 12, 8)
        row.setSpacing(16)
        row.addWidget(self._label, 1)
        row.addWidget(self.retry_button, 0, Qt.AlignmentFlag.AlignVCenter)
        notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.hide()

    @property
    def words(self) -> str:
        """What is being said."""
        return self._label.text()

    def show_words(self, words: str) -> None:
        """Say something; empty words hide it."""
        self._label.setText(words)
        self.setAccessibleDescription(words)
        self.setVisible(bool(words))

    def sizeHint(self) -> QSize:
        """As high as the words need at this width."""
        return QSize(super().sizeHint().width(), self.heightForWidth(self.width()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, sign and the line below."""
        theme = notifier().theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.panel))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(theme.line))
        place = QRectF(14, self.height() / 2 - 6, 12, 12)
        paint_shape(painter, Outcome.ERROR, place, outcome_colour(Outcome.ERROR, theme))
        painter.end()

    @Slot()
    def _on_theme_changed(self) -> None:
        colour_text(self._label, notifier().theme.text)
        self.update()


def under(notice: Notice, content: QWidget) -> QWidget:
    """Return a widget with the notice above the content."""
    home = QWidget()
    column = QVBoxLayout(home)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(notice)
    column.addWidget(content, 1)
    return home
