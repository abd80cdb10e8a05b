"""What the queue says while its filters hide every image."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from fpinspect.gui.translation import translate
from fpinspect.gui.views.look import Theme, colour_text, plain_label


class NothingShown(QWidget):
    """A sentence and a way out, over the upper part of an empty list.

    Parameters
    ----------
    over : QWidget
        The list; this lies over it and grows with it.
    """

    all_requested = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.words = plain_label(translate("Queue", "No image fits the filters."), wrap=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.button = QPushButton(translate("Queue", "Show all"))
        self.button.clicked.connect(self.all_requested)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 32, 16, 8)
        layout.setSpacing(12)
        layout.addWidget(self.words)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        over.installEventFilter(self)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        colour_text(self.words, theme.muted)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the width of the list."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(0, 0, self.parentWidget().width(), self.sizeHint().height())
        return False
