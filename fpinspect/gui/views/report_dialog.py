"""What goes into a report, how it looks, where it goes; progress while it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)

from fpinspect.gui.theme import theme
from fpinspect.gui.translation import marked, translate, translated
from fpinspect.gui.views.job_dialog import JobDialog
from fpinspect.gui.views.look import colour_text, plain_label

FORMATS = (
    (
        "pdf",
        "PDF",
        marked("Report", "For reading and filing; the results are attached to it as JSON"),
    ),
    ("html", "HTML", marked("Report", "One page for a browser, pictures included")),
    ("json", "JSON", marked("Report", "Everything the report says, for programs")),
    ("csv", "CSV", marked("Report", "One line an image, for spreadsheets")),
)
_SELECTIONS = (
    ("all", marked("Report", "All")),
    ("chosen", marked("Report", "Selected")),
    ("bookmarked", marked("Report", "Bookmarked")),
)
_FACTS = (
    ("number", marked("Report", "Number")),
    ("title", marked("Report", "Title")),
    ("examiner", marked("Report", "Examiner")),
    ("laboratory", marked("Report", "Laboratory")),
)


@dataclass(frozen=True)
class ReportChoice:
    """What was chosen.

    Attributes
    ----------
    path : str
        File to be written.
    format : str
        ``pdf``, ``html``, ``json`` or ``csv``.
    selection : str
        ``all``, ``chosen`` or ``bookmarked``.
    full : bool
        All there is, or one page an image.
    figures : bool
        Whether pictures are wanted.
    facts : mapping of str to str
        Number, title, examiner, laboratory.
    """

    path: str
    format: str
    selection: str
    full: bool
    figures: bool
    facts: Mapping[str, str]


class ReportDialog(JobDialog):
    """Asks for a report, and stays while it is written.

    Parameters
    ----------
    counts : mapping of str to int
        How many images ``all``, ``chosen`` and ``bookmarked`` are.
    facts : mapping of str to str
        As known from the case, or as typed last.
    folder : str
        Where the file is proposed.
    fixed_facts : bool
        The facts are the case's: shown, not changed here.
    parent : QWidget, optional
        Owner.
    """

    requested = Signal(object)
    """A `ReportChoice`."""

    def __init__(
        self,
        counts: Mapping[str, int],
        facts: Mapping[str, str],
        folder: str,
        *,
        fixed_facts: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            translate("Report", "Report"),
            translate("Report", "Write report"),
            translate("Report", "Progress of the report"),
            parent,
        )
        self.selection = self._radios(translate("Report", "Images"), counts)
        self.full = QRadioButton(translate("Report", "Full"))
        self.full.setToolTip(translate("Report", "All there is of each image"))
        self.short = QRadioButton(translate("Report", "Short"))
        self.short.setToolTip(translate("Report", "One page an image"))
        self.full.setChecked(True)
        self.figures = QCheckBox(translate("Report", "Figures"))
        self.figures.setToolTip(translate("Report", "Panels, spectra and plots of each image"))
        self.figures.setChecked(True)
        self.format = QComboBox()
        self.format.setAccessibleName(translate("Report", "Format"))
        for name, words, tip in FORMATS:
            self.format.addItem(words, name)
            self.format.setItemData(self.format.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.facts = {
            name: self._line(translated("Report", words), facts.get(name, ""))
            for name, words in _FACTS
        }
        for line in self.facts.values():
            line.setReadOnly(fixed_facts)
            line.setToolTip(translate("Report", "As the case has it") if fixed_facts else "")
        self.path = self._line(
            translate("Report", "File"), str(Path(folder or Path.home()) / "report.pdf")
        )
        colour_text(self.words, theme().muted)
        self.set_busy(False)
        self._lay_out()
        self.format.currentIndexChanged.connect(self._on_format_changed)
        self.begin.clicked.connect(self._on_begin_clicked)
        self._on_format_changed()

    @property
    def choice(self) -> ReportChoice:
        """What is chosen now."""
        checked = self.selection.checkedButton()
        return ReportChoice(
            path=self.path.text().strip(),
            format=str(self.format.currentData()),
            selection=str(checked.property("name")) if checked is not None else "all",
            full=self.full.isChecked(),
            figures=self.figures.isChecked(),
            facts={name: line.text().strip() for name, line in self.facts.items()},
        )

    def show_end(self, words: str) -> None:
        """Say what became of it; another may be written."""
        self.set_busy(False)
        self.words.setText(words)

    def _radios(self, name: str, counts: Mapping[str, int]) -> QButtonGroup:
        group = QButtonGroup(self)
        for key, text in _SELECTIONS:
            count, words = counts.get(key, 0), translated("Report", text)
            button = QRadioButton(f"{words} ({count:,})")
            button.setProperty("name", key)
            button.setEnabled(count > 0)
            button.setAccessibleName(f"{name}: {words}, {count:,}")
            group.addButton(button)
        group.buttons()[0].setChecked(True)
        return group

    def _line(self, words: str, text: str) -> QLineEdit:
        line = QLineEdit(text)
        line.setAccessibleName(words)
        return line

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        browse = QPushButton(translate("Report", "Choose…"))
        browse.setAutoDefault(False)
        browse.clicked.connect(self._on_browse_clicked)
        rows: list[tuple[str, list[QWidget]]] = [
            (translate("Report", "Images"), list(self.selection.buttons())),
            (translate("Report", "Length"), [self.full, self.short, self.figures]),
            *((translated("Report", words), [self.facts[name]]) for name, words in _FACTS),
            (translate("Report", "Format"), [self.format]),
            (translate("Report", "File"), [self.path, browse]),
        ]
        for at, (words, parts) in enumerate(rows):
            label = plain_label(words)
            colour_text(label, theme().muted)
            grid.addWidget(label, at, 0)
            row = QHBoxLayout()
            row.setSpacing(16 if at < 2 else 8)
            for part in parts:
                row.addWidget(part, int(isinstance(part, QLineEdit)))
            if not any(isinstance(part, QLineEdit) for part in parts):
                row.addStretch(1)
            grid.addLayout(row, at, 1)
        layout = self.column()
        layout.addSpacing(4)
        layout.addLayout(grid)
        layout.addSpacing(8)
        layout.addWidget(self.progress)
        layout.addLayout(self.buttons(self.words))

    @Slot()
    def _on_format_changed(self) -> None:
        name = str(self.format.currentData())
        self.path.setText(str(Path(self.path.text()).with_suffix(f".{name}")))
        pages = name in {"pdf", "html"}
        for part in (self.full, self.short, self.figures):
            part.setEnabled(pages)

    @Slot()
    def _on_browse_clicked(self) -> None:
        name = str(self.format.currentData())
        dialog = QFileDialog(
            self, translate("Report", "File of the report"), self.path.text(), f"*.{name}"
        )
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(name)
        dialog.fileSelected.connect(self.path.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot()
    def _on_begin_clicked(self) -> None:
        if not self.choice.path:
            self.words.setText(translate("Report", "Choose a file first."))
            return
        self.set_busy(True)
        self.words.setText(translate("Report", "Collecting"))
        self.requested.emit(self.choice)
