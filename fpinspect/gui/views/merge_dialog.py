"""What a merge of two cases does, how far it is, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fpinspect.gui.theme import theme
from fpinspect.gui.translation import translate
from fpinspect.gui.views.look import HEADING_PX, colour_text, font, plain_label
from fpinspect.gui.views.progress import show_progress, thin_bar


class MergeDialog(QDialog):
    """Says what will happen before it does, and stays until it has.

    Parameters
    ----------
    case, other : str
        Files: of the case that is open, and of the one that is taken over.
    parent : QWidget, optional
        Owner.
    """

    confirmed = Signal()
    cancel_requested = Signal()

    def __init__(self, case: str, other: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(translate("Case", "Merge case — fpinspect"))
        self.setMinimumWidth(560)
        self._busy = False
        names = {"case": Path(case).name, "other": Path(other).name}
        self.words = plain_label(
            translate(
                "Case",
                "Images, results, bookmarks and tags of {other} go into {case}, and its audit "
                "chain is appended with its head. {other} is not changed.",
            ).format(**names),
            wrap=True,
        )
        self.rules = plain_label(
            translate(
                "Case",
                "Equal files become one image. Where both cases say something of it, {case} "
                "stands and the difference is told here. A merge cannot be taken back: copy the "
                "file first if in doubt.",
            ).format(**names),
            wrap=True,
        )
        self.progress = thin_bar(translate("Case", "Progress of the merge"))
        self.progress.hide()
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setAccessibleName(translate("Case", "Differences"))
        self.details.setMinimumHeight(120)
        self.details.hide()
        self.merge = QPushButton(translate("Case", "Merge"))
        self.merge.setDefault(True)
        self.cancel = QPushButton(translate("Case", "Cancel"))
        self.merge.clicked.connect(self._on_merge_clicked)
        self.cancel.clicked.connect(self.reject)
        self._lay_out()

    def show_progress(self, done: int, total: int) -> None:
        """Say how far it is."""
        show_progress(self.progress, done, total)

    def show_end(self, words: str, details: Sequence[str] = ()) -> None:
        """Say what came of it, and where the two cases differ."""
        self._busy = False
        self.progress.hide()
        self.words.setText(words)
        self.rules.setVisible(bool(details))
        self.rules.setText(
            translate("Case", "%n difference(s): the case that is open stands.", "", len(details))
        )
        self.details.setVisible(bool(details))
        self.details.setPlainText("\n".join(details))
        self.merge.hide()
        self.cancel.setText(translate("Case", "Close"))
        self.cancel.setEnabled(True)
        self.cancel.setFocus()

    def reject(self) -> None:
        """Stop the merge, which undoes it, else close."""
        if self._busy:
            self.cancel.setEnabled(False)
            self.words.setText(translate("Case", "Stopping …"))
            self.cancel_requested.emit()
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop the merge; the window closes when it has stopped."""
        if self._busy:
            self.reject()
            event.ignore()
        else:
            super().closeEvent(event)

    def _on_merge_clicked(self) -> None:
        self._busy = True
        self.merge.setEnabled(False)
        show_progress(self.progress, 0, 0)
        self.progress.show()
        self.confirmed.emit()

    def _lay_out(self) -> None:
        colour_text(self.rules, theme().muted)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.merge)
        buttons.addWidget(self.cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        head = plain_label(translate("Case", "Merge case"), face=font(HEADING_PX, semibold=True))
        for part in (head, self.words, self.rules, self.details, self.progress):
            layout.addWidget(part)
        layout.addStretch(1)
        layout.addLayout(buttons)
