"""A dialog that stays while what it asked for is done, and stops it before it closes."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from fpinspect.gui.translation import translate
from fpinspect.gui.views.look import HEADING_PX, font, plain_label
from fpinspect.gui.views.progress import show_progress, thin_bar


class JobDialog(QDialog):
    """Words, a thin bar, the button that begins and the one that stops or closes.

    Parameters
    ----------
    title : str
        Name of the window and heading.
    begin : str
        Words of the button that begins.
    bar : str
        Accessible name of the progress bar.
    parent : QWidget, optional
        Owner.
    """

    cancel_requested = Signal()

    def __init__(self, title: str, begin: str, bar: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"{title} — fpinspect")
        self.setMinimumWidth(560)
        self._busy = False
        self.heading = plain_label(title, face=font(HEADING_PX, semibold=True))
        self.words = plain_label(wrap=True)
        self.progress = thin_bar(bar)
        self.progress.hide()
        self.begin = QPushButton(begin)
        self.begin.setDefault(True)
        self.cancel = QPushButton(translate("Dialog", "Cancel"))
        self.cancel.clicked.connect(self.reject)

    @property
    def busy(self) -> bool:
        """Whether something is being done."""
        return self._busy

    def set_busy(self, busy: bool) -> None:
        """Begin or end: the bar runs, the first button rests meanwhile."""
        self._busy = busy
        show_progress(self.progress, 0, 0)
        self.progress.setVisible(busy)
        self.begin.setEnabled(not busy)
        self.cancel.setEnabled(True)
        words = translate("Dialog", "Cancel") if busy else translate("Dialog", "Close")
        self.cancel.setText(words)
        if not busy and self.begin.isHidden():
            self.cancel.setFocus()

    def show_progress(self, done: int, total: int, words: str = "") -> None:
        """Say how far it is; a total of 0: nobody knows."""
        show_progress(self.progress, done, total)
        if words and self.cancel.isEnabled():  # Else it is stopping, and says so.
            self.words.setText(words)

    def reject(self) -> None:
        """Stop what is being done, else close."""
        if self._busy:
            self.cancel.setEnabled(False)
            self.words.setText(translate("Dialog", "Stopping …"))
            self.cancel_requested.emit()
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop what is being done; the window closes when that has stopped."""
        if self._busy:
            self.reject()
            event.ignore()
        else:
            super().closeEvent(event)

    def buttons(self, *before: QWidget) -> QHBoxLayout:
        """Lay out the buttons at the right, and what stands before them."""
        row = QHBoxLayout()
        row.setSpacing(8)
        for part in before:
            row.addWidget(part, 1)
        if not before:
            row.addStretch(1)
        row.addWidget(self.begin)
        row.addWidget(self.cancel)
        return row

    def column(self) -> QVBoxLayout:
        """Return the layout of the window, the heading in it."""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(self.heading)
        return layout
