"""What a merge of two cases does, how far it is, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from fpinspect.gui.theme import theme
from fpinspect.gui.translation import translate
from fpinspect.gui.views.job_dialog import JobDialog
from fpinspect.gui.views.look import colour_text, plain_label


class MergeDialog(JobDialog):
    """Says what will happen before it does, and stays until it has.

    Parameters
    ----------
    case, other : str
        Files: of the case that is open, and of the one that is taken over.
    parent : QWidget, optional
        Owner.
    """

    confirmed = Signal()

    def __init__(self, case: str, other: str, parent: QWidget | None = None) -> None:
        super().__init__(
            translate("Case", "Merge case"),
            translate("Case", "Merge"),
            translate("Case", "Progress of the merge"),
            parent,
        )
        names = {"case": Path(case).name, "other": Path(other).name}
        self.words.setText(
            translate(
                "Case",
                "Images, results, bookmarks and tags of {other} go into {case}, and its audit "
                "chain is appended with its head. {other} is not changed.",
            ).format(**names)
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
        colour_text(self.rules, theme().muted)
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setAccessibleName(translate("Case", "Differences"))
        self.details.setMinimumHeight(120)
        self.details.hide()
        self.begin.clicked.connect(self._on_begin_clicked)
        layout = self.column()
        for part in (self.words, self.rules, self.details, self.progress):
            layout.addWidget(part)
        layout.addStretch(1)
        layout.addLayout(self.buttons())

    def show_end(self, words: str, details: Sequence[str] = ()) -> None:
        """Say what came of it, and where the two cases differ."""
        self.words.setText(words)
        self.rules.setVisible(bool(details))
        self.rules.setText(
            translate("Case", "%n difference(s): the case that is open stands.", "", len(details))
        )
        self.details.setVisible(bool(details))
        self.details.setPlainText("\n".join(details))
        self.begin.hide()
        self.set_busy(False)

    @Slot()
    def _on_begin_clicked(self) -> None:
        self.set_busy(True)
        self.confirmed.emit()
