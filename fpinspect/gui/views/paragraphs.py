"""Texts and circumstances below one another, whose widgets are kept from verdict to verdict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from fpinspect.gui.icons import pixmap
from fpinspect.gui.translation import marked, translated
from fpinspect.gui.viewdata import FlagNote, Severity
from fpinspect.gui.views.look import DARK, Theme, colour_text, plain_label

_SEVERITIES = {
    Severity.INFO: marked("Verdict", "Note"),
    Severity.WARNING: marked("Verdict", "Weakens the verdict"),
    Severity.BLOCKING: marked("Verdict", "Forbids an opinion"),
}


class FlagRow(QWidget):
    """A circumstance that weakens the verdict, in plain words."""

    def __init__(self) -> None:
        super().__init__()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 4)
        layout.setSpacing(8)
        self._icon = QLabel()
        self._icon.setFixedSize(16, 18)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.label = plain_label(wrap=True)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.label, 1)

    def show_note(self, note: FlagNote, theme: Theme) -> None:
        """Show another circumstance."""
        colour = theme.muted if note.severity is Severity.INFO else theme.text
        self._icon.setPixmap(pixmap("warning", colour, 16, self.devicePixelRatioF()))
        spoken = translated("Verdict", _SEVERITIES[note.severity])
        self.setAccessibleName(f"{spoken}: {note.message}")
        self.label.setText(note.message)
        colour_text(self.label, theme.text)


class Paragraphs(QWidget):
    """Lines below one another. Making a label costs more than all the rest of a verdict."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[QWidget] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)

    def show_texts(self, texts: Sequence[str], colour: str) -> None:
        """Show other texts."""
        for label, text in zip(self._take(len(texts), _text), texts, strict=True):
            label.setText(text)
            colour_text(label, colour)

    def show_notes(self, notes: Sequence[FlagNote], theme: Theme = DARK) -> None:
        """Show other circumstances."""
        for row, note in zip(self._take(len(notes), FlagRow), notes, strict=True):
            row.show_note(note, theme)

    def _take(self, count: int, make: Callable[[], QWidget]) -> list[Any]:
        while len(self._rows) < count:
            self._rows.append(make())
            self.layout().addWidget(self._rows[-1])
        for at, row in enumerate(self._rows):
            # At once: a layout would show a new one a round later, and all would be drawn twice.
            row.setVisible(at < count)
        return self._rows[:count]


def _text() -> QLabel:
    label = plain_label(wrap=True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
