"""What a new case is about, and where it lies."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fpinspect.gui.theme import theme
from fpinspect.gui.translation import marked, translate, translated
from fpinspect.gui.views.look import HEADING_PX, colour_text, font, plain_label

FILTER = marked("Case", "Case (*.fpcase)")
_FIELDS = (
    ("number", marked("Case", "Number"), marked("Case", "Reference in the laboratory's books")),
    (
        "title",
        marked("Case", "Title"),
        marked("Case", "Shown in the title of the window and on reports"),
    ),
    ("examiner", marked("Case", "Examiner"), marked("Case", "Who examines; printed on reports")),
    ("laboratory", marked("Case", "Laboratory"), marked("Case", "Printed on reports")),
)


class CaseDialog(QDialog):
    """Facts of a case and its file.

    Parameters
    ----------
    folder : str
        Where the file is proposed.
    examiner, laboratory : str
        As typed last.
    parent : QWidget, optional
        Owner.
    """

    chosen = Signal(object)
    """Dictionary of ``path``, ``number``, ``title``, ``examiner``, ``laboratory``, ``notes``."""

    def __init__(
        self,
        folder: str,
        examiner: str = "",
        laboratory: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(translate("Case", "New case — fpinspect"))
        self.setMinimumWidth(520)
        self.fields = {
            name: self._line(translated("Case", words), translated("Case", tip))
            for name, words, tip in _FIELDS
        }
        self.fields["examiner"].setText(examiner)
        self.fields["laboratory"].setText(laboratory)
        self.notes = QPlainTextEdit()
        self.notes.setAccessibleName(translate("Case", "Notes"))
        self.notes.setTabChangesFocus(True)
        self.notes.setFixedHeight(72)
        self.path = self._line(
            translate("Case", "File"),
            translate("Case", "One file that holds results, bookmarks and the audit chain"),
        )
        self.path.setText(str(Path(folder or Path.home()) / "case.fpcase"))
        self._lay_out()
        self.fields["number"].setFocus()

    def _line(self, words: str, tip: str) -> QLineEdit:
        line = QLineEdit()
        line.setAccessibleName(words)
        line.setToolTip(tip)
        return line

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        rows = [(translated("Case", words), self.fields[name]) for name, words, _ in _FIELDS]
        browse = QPushButton(translate("Case", "Choose…"))
        browse.setAutoDefault(False)
        browse.clicked.connect(self._on_browse_clicked)
        file = QHBoxLayout()
        file.setSpacing(8)
        file.addWidget(self.path, 1)
        file.addWidget(browse)
        for at, (words, part) in enumerate([*rows, (translate("Case", "Notes"), self.notes)]):
            grid.addWidget(_label(words), at, 0)
            grid.addWidget(part, at, 1)
        grid.addWidget(_label(translate("Case", "File")), len(rows) + 1, 0)
        grid.addLayout(file, len(rows) + 1, 1)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.ok.setText(translate("Case", "Create"))
        buttons.accepted.connect(self._on_buttons_accepted)
        buttons.rejected.connect(self.reject)
        self.path.textChanged.connect(lambda text: self.ok.setEnabled(bool(text.strip())))
        note = plain_label(
            translate(
                "Case", "What is in the queue goes into the case, and every result as it arrives."
            ),
            wrap=True,
        )
        colour_text(note, theme().muted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(
            plain_label(translate("Case", "New case"), face=font(HEADING_PX, semibold=True))
        )
        layout.addWidget(note)
        layout.addSpacing(8)
        layout.addLayout(grid)
        layout.addSpacing(8)
        layout.addWidget(buttons)

    @Slot()
    def _on_browse_clicked(self) -> None:
        dialog = QFileDialog(
            self,
            translate("Case", "File of the case"),
            self.path.text(),
            translated("Case", FILTER),
        )
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("fpcase")
        dialog.fileSelected.connect(self.path.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot()
    def _on_buttons_accepted(self) -> None:
        given = {name: line.text().strip() for name, line in self.fields.items()}
        given["notes"] = self.notes.toPlainText().strip()
        given["path"] = self.path.text().strip()
        self.chosen.emit(given)
        self.accept()


def _label(words: str) -> QWidget:
    label = plain_label(words)
    colour_text(label, theme().muted)
    return label
