"""Files of a case that were moved: looked for, shown, and only then stored."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from fpinspect.gui.plain import tip
from fpinspect.gui.theme import theme
from fpinspect.gui.translation import translate
from fpinspect.gui.views.job_dialog import JobDialog
from fpinspect.gui.views.look import number_font

Moved = tuple[int, str, str]
"""Item of the case, its path before and now."""


class MovedDialog(JobDialog):
    """Searches as soon as it opens; the case changes when what was found is confirmed.

    Parameters
    ----------
    folder : str
        Where is searched, with all folders in it.
    parent : QWidget, optional
        Owner.
    """

    confirmed = Signal(object)
    """What was found, as it was given to `show_found`."""

    def __init__(self, folder: str, parent: QWidget | None = None) -> None:
        super().__init__(
            translate("Case", "Find moved files"),
            translate("Case", "Store the new places"),
            translate("Case", "Progress of the search"),
            parent,
        )
        self.setMinimumWidth(720)
        self._folder = folder
        self._moved: tuple[Moved, ...] = ()
        self.list = self._make_list()
        self.words.setText(translate("Case", "Looking in {folder}").format(folder=folder))
        self.begin.clicked.connect(self._on_begin_clicked)
        layout = self.column()
        for part in (self.words, self.progress):
            layout.addWidget(part)
        layout.addWidget(self.list, 1)
        layout.addStretch(0)
        layout.addLayout(self.buttons())
        self.set_busy(True)

    def show_found(self, moved: Sequence[Moved], missing: Sequence[str], *, stopped: bool) -> None:
        """Show what is to be stored, and what was found nowhere."""
        self.set_busy(False)
        self._moved = tuple(moved)
        found = translate("Case", "%n moved file(s) found", "", len(moved))
        lost = translate("Case", "%n still missing", "", len(missing))
        parts = [f"{found}, {lost}." if missing else f"{found}."]
        if stopped:
            parts.append(translate("Case", "The search was stopped before its end."))
        elif not moved and not missing:
            parts = [translate("Case", "Every file of the case is where it was.")]
        if moved:
            parts.append(
                translate(
                    "Case",
                    "Each has the SHA-256 that the case holds. Nothing is stored yet; what is "
                    "stored is noted in the audit chain.",
                )
            )
        self.words.setText(" ".join(parts))
        self.list.clear()
        self.list.addTopLevelItems([_row(old, new) for _, old, new in moved])
        self.list.addTopLevelItems([_row(old) for old in missing])
        self.list.setVisible(bool(moved or missing))
        self.begin.setEnabled(bool(moved))
        if moved:  # There is something to be left undone.
            self.cancel.setText(translate("Dialog", "Cancel"))
        (self.begin if moved else self.cancel).setFocus()

    def show_end(self, words: str) -> None:
        """Say what came of it."""
        self.begin.hide()
        self.set_busy(False)
        self.words.setText(words)

    def _make_list(self) -> QTreeWidget:
        made = QTreeWidget()
        made.setHeaderLabels(
            [
                translate("Case", "Image"),
                translate("Case", "Was in"),
                translate("Case", "Is now"),
            ]
        )
        made.setAccessibleName(translate("Case", "Files found"))
        made.setRootIsDecorated(False)
        made.setUniformRowHeights(True)
        made.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        made.setFont(number_font())
        made.setMinimumHeight(200)
        heads = made.header()
        for column, width in enumerate((160, 240)):
            heads.resizeSection(column, width)
        heads.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        made.hide()
        return made

    @Slot()
    def _on_begin_clicked(self) -> None:
        self.set_busy(True)
        self.confirmed.emit(self._moved)


def _row(old: str, new: str = "") -> QTreeWidgetItem:
    was = Path(old)
    now = new or translate("Case", "found nowhere")
    row = QTreeWidgetItem([was.name, str(was.parent), now])
    for column, text in enumerate((old, old, now)):
        row.setToolTip(column, tip(text))
    if not new:
        row.setForeground(2, QColor(theme().muted))
    return row
