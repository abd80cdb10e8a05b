"""Small windows: the sheet of shortcuts, a bookmark, what fpinspect is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from fpinspect.gui.queue_item import Mark, mark_words
from fpinspect.gui.theme import theme
from fpinspect.gui.translation import translate
from fpinspect.gui.views.look import (
    HEADING_PX,
    colour_text,
    fill,
    font,
    number_font,
    plain_label,
)


class Sheet(QDialog):
    """All keys on one sheet, made from the actions, with a filter.

    Parameters
    ----------
    rows : sequence of (str, str, str, str)
        Menu, words, keys, meaning.
    parent : QWidget, optional
        Owner.
    """

    def __init__(
        self, rows: Sequence[tuple[str, str, str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(translate("Window", "Shortcuts — fpinspect"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(760, 640)
        self._filter = QLineEdit()
        self._filter.setPlaceholderText(translate("Window", "Filter"))
        self._filter.setAccessibleName(translate("Window", "Filter the shortcuts"))
        self._filter.textChanged.connect(self._on_filter_changed)
        self._lines: list[tuple[str, list[QWidget]]] = []
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(16, 8, 16, 16)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(2, 1)
        self._fill(grid, rows)
        area = QScrollArea()
        area.setAccessibleName(translate("Window", "Shortcuts"))
        area.setWidgetResizable(True)
        area.setWidget(inner)
        fill(inner, theme().panel)
        top = QHBoxLayout()
        top.setContentsMargins(16, 16, 16, 8)
        top.addWidget(
            plain_label(translate("Window", "Shortcuts"), face=font(HEADING_PX, semibold=True))
        )
        top.addStretch(1)
        top.addWidget(self._filter)
        self._filter.setFixedWidth(240)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(area, 1)

    def _fill(self, grid: QGridLayout, rows: Sequence[tuple[str, str, str, str]]) -> None:
        muted, menu_before, at = theme().muted, "", 0
        for menu, words, keys, meaning in rows:
            if menu != menu_before:
                head = plain_label(menu, face=font(semibold=True))
                head.setContentsMargins(0, 12 if at else 0, 0, 2)
                grid.addWidget(head, at, 0, 1, 3)
                line = QFrame()
                line.setFixedHeight(1)
                fill(line, theme().line)
                grid.addWidget(line, at + 1, 0, 1, 3)
                menu_before, at = menu, at + 2
            parts = [plain_label(keys, face=number_font()), plain_label(words)]
            parts.append(plain_label(meaning, wrap=True))
            colour_text(parts[2], muted)
            for column, label in enumerate(parts):
                grid.addWidget(label, at, column)
            self._lines.append((f"{words} {keys} {meaning}".casefold(), list(parts)))
            at += 1
        grid.setRowStretch(at, 1)

    @Slot(str)
    def _on_filter_changed(self, text: str) -> None:
        for haystack, labels in self._lines:
            for label in labels:
                label.setVisible(text.casefold().strip() in haystack)


class BookmarkDialog(QDialog):
    """Status and note of one or several images."""

    chosen = Signal(object, str)
    """`Mark` and note."""

    def __init__(self, mark: Mark, note: str, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(translate("Window", "Bookmark — fpinspect"))
        self.setMinimumWidth(400)
        words = translate("Window", "Bookmark")
        if count != 1:
            words = translate("Window", "Bookmark %n image(s)", "", count)
        self.status = QComboBox()
        for kind in Mark:
            self.status.addItem(mark_words(kind) or translate("Window", "None"), kind)
        shown = Mark.TO_CHECK if mark is Mark.NONE else mark
        self.status.setCurrentIndex(list(Mark).index(shown))
        self.status.setAccessibleName(translate("Window", "Status"))
        self.note = QPlainTextEdit(note)
        self.note.setAccessibleName(translate("Window", "Note"))
        self.note.setPlaceholderText(translate("Window", "Note"))
        self.note.setTabChangesFocus(True)
        self.note.setMinimumHeight(96)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self._on_buttons_accepted)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(plain_label(words, face=font(HEADING_PX, semibold=True)))
        layout.addWidget(self.status)
        layout.addWidget(self.note)
        layout.addWidget(buttons)

    @Slot()
    def _on_buttons_accepted(self) -> None:
        self.chosen.emit(self.status.currentData(), self.note.toPlainText().strip())
        self.accept()


class FactsDialog(QDialog):
    """A heading over names and values that can be copied."""

    def __init__(
        self, title: str, rows: Sequence[tuple[str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"{title} — fpinspect")
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 16, 16, 16)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        grid.addWidget(plain_label(title, face=font(HEADING_PX, semibold=True)), 0, 0, 1, 2)
        grid.setRowMinimumHeight(0, 40)
        for at, (name, value) in enumerate(rows, 1):
            key = plain_label(name)
            colour_text(key, theme().muted)
            grid.addWidget(key, at, 0)
            shown = plain_label(value, face=number_font())
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(shown, at, 1)


def file_dialog(
    parent: QWidget,
    title: str,
    folder: str,
    *,
    folders: bool = False,
    save_as: Sequence[str] = (),
) -> QFileDialog:
    """Open a file dialog that does not hold up the window.

    Parameters
    ----------
    parent : QWidget
        The window.
    title, folder : str
        Words, and where it begins.
    folders : bool
        Folders instead of files.
    save_as : sequence of str
        Name filters of a file to be written; the first suffix is added where there is none.
    """
    dialog = QFileDialog(parent, title, folder)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if save_as:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(save_as))
        dialog.setDefaultSuffix(save_as[0].rpartition("*.")[2].rstrip(")"))
    elif folders:
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    else:
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.open()
    return dialog
