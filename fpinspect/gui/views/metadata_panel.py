"""The metadata pane: hashes, file facts, JPEG tables, EXIF, generator metadata, C2PA.

Everything shown was written by whoever made the file: it is plain text, never markup.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QFont, QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from fpinspect.gui.translation import marked, translate, translated
from fpinspect.gui.viewdata import Metadata, MetaSection
from fpinspect.gui.views.look import DARK, Theme, colour_text, fill, number_font, plain_label
from fpinspect.gui.views.section_head import SectionHead

_NAME_WIDTH = 160
_NUMERIC = {
    "SHA-256",
    marked("Metadata", "Size"),
    marked("Metadata", "Parameters"),
    marked("Metadata", "Bank"),
    marked("Metadata", "Time taken"),
    marked("Metadata", "Inspected at"),
    marked("Metadata", "Quality"),
}


class MetadataPanel(QScrollArea):
    """Sections of names and values; every value can be selected and copied."""

    message_shown = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._metadata = Metadata()
        self._stale = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setAccessibleName(translate("Metadata", "Metadata"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._body = QWidget()
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(16, 8, 16, 16)
        self._column.setSpacing(4)
        self.setWidget(self._body)

    @property
    def metadata(self) -> Metadata:
        """What is shown."""
        return self._metadata

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        fill(self._body, theme.panel)
        fill(self.viewport(), theme.panel)
        self._stale = True
        self._rebuild_if_seen()

    def show_metadata(self, metadata: Metadata) -> None:
        """Show another file."""
        if metadata != self._metadata:
            self._metadata = metadata
            self._stale = True
            self._rebuild_if_seen()
            self.verticalScrollBar().setValue(0)

    def showEvent(self, event: QShowEvent) -> None:
        """Make the rows that were not needed until now."""
        self._rebuild_if_seen()
        super().showEvent(event)

    def _rebuild_if_seen(self) -> None:
        # Some sixty labels: nobody waits for them while another tab is open.
        if self._stale and self.isVisible():
            self._rebuild()

    def text(self) -> str:
        """Return everything as plain text."""
        blocks = []
        for section in self._metadata.sections:
            lines = [f"{name}: {value}" for name, value in section.rows] or [section.empty]
            blocks.append("\n".join([section.title, *lines]))
        return "\n\n".join(blocks)

    def _rebuild(self) -> None:
        self._stale = False
        while self._column.count():
            widget = self._column.takeAt(0).widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        for section in self._metadata.sections:
            self._column.addWidget(self._section(section))
        if self._metadata.sections:
            self._column.addWidget(self._copy_row())
        self._column.addStretch(1)

    def _section(self, section: MetaSection) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 8)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        grid.setColumnMinimumWidth(0, _NAME_WIDTH)
        grid.setColumnStretch(1, 1)
        head = SectionHead(section.title)
        head.set_theme(self._theme)
        grid.addWidget(head, 0, 0, 1, 2)
        for i, (name, value) in enumerate(section.rows, start=1):
            label = plain_label(name)
            label.setFixedWidth(_NAME_WIDTH)
            label.setWordWrap(True)
            colour_text(label, self._theme.muted)
            grid.addWidget(label, i, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(self._value(name, value), i, 1, Qt.AlignmentFlag.AlignTop)
        if not section.rows:
            label = plain_label(section.empty, wrap=True)
            colour_text(label, self._theme.muted)
            grid.addWidget(label, 1, 0, 1, 2)
        return holder

    def _value(self, name: str, value: str) -> QLabel:
        label = plain_label(_breakable(value), wrap=True)
        if name in {translated("Metadata", numeric) for numeric in _NUMERIC}:
            label.setFont(number_font())
        if "\n" in value:
            face = QFont(number_font())
            face.setStyleHint(QFont.StyleHint.Monospace)
            face.setFamilies(["monospace"])
            label.setFont(face)
        colour_text(label, self._theme.text)
        label.setAccessibleName(f"{name}: {value[:200]}")
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        label.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        label.customContextMenuRequested.connect(
            lambda at: self._popup(label.mapToGlobal(at), name, value)
        )
        return label

    def _copy_row(self) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 4, 0, 0)
        button = QPushButton(translate("Metadata", "Copy all as text"))
        button.clicked.connect(self._on_copy_clicked)
        row.addWidget(button)
        row.addStretch(1)
        return holder

    def _popup(self, at: QPoint, name: str, value: str) -> None:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction(translate("Metadata", "Copy value"), lambda: self._copy(value, name))
        menu.addAction(translate("Metadata", "Copy all as text"), self._on_copy_clicked)
        menu.popup(at)

    def _copy(self, text: str, name: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.message_shown.emit(translate("Metadata", "Copied: {name}.").format(name=name))

    @Slot()
    def _on_copy_clicked(self) -> None:
        self._copy(self.text(), "metadata")


def _breakable(value: str) -> str:
    """Show control characters, and let long runs without spaces break.

    Bidirectional controls could make one text look like another: they are shown by their code.
    """
    shown = []
    for character in value:
        code = ord(character)
        if character in "\n\t\u00a0\u202f" or character.isprintable():
            shown.append(character)
        else:
            shown.append(f"\\u{code:04x}" if code > 0xFF else f"\\x{code:02x}")
    words = "".join(shown).split(" ")
    parts = (
        "\u200b".join(w[i : i + 32] for i in range(0, len(w), 32)) if len(w) > 48 else w
        for w in words
    )
    return " ".join(parts)
