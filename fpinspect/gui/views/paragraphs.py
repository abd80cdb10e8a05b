"""Texts and circumstances below one another, whose widgets are kept from verdict to verdict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from fpinspect.gui.icons import pixmap
from fpinspect.gui.translation import marked, translated
from fpinspect.gui.viewdata import FlagNote, Severity
from fpinspect.gui.views.look import DARK, Theme, colour_text, plain_label
from fpinspect.gui.views.stack import Stack

_ICON = 24
"""Width of the icon and the gap to the words."""

_SEVERITIES = {
    Severity.INFO: marked("Verdict", "Note"),
    Severity.WARNING: marked("Verdict", "Weakens the verdict"),
    Severity.BLOCKING: marked("Verdict", "Forbids an opinion"),
}


class FlagRow(QWidget):
    """A circumstance that weakens the verdict, in plain words."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = QLabel(self)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._icon.resize(16, 18)
        self.label = plain_label(wrap=True)
        self.label.setParent(self)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def hasHeightForWidth(self) -> bool:
        """Say that the height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height of the words beside the icon."""
        return max(self.label.heightForWidth(width - _ICON), 18) + 4

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the words their room."""
        self.label.setGeometry(_ICON, 0, self.width() - _ICON, self.height() - 4)
        super().resizeEvent(event)

    def show_note(self, note: FlagNote, theme: Theme) -> None:
        """Show another circumstance."""
        colour = theme.muted if note.severity is Severity.INFO else theme.text
        self._icon.setPixmap(pixmap("warning", colour, 16, self.devicePixelRatioF()))
        spoken = translated("Verdict", _SEVERITIES[note.severity])
        self.setAccessibleName(f"{spoken}: {note.message}")
        self.label.setText(note.message)
        colour_text(self.label, theme.text)


class Paragraphs(Stack):
    """Lines below one another. Making a label costs more than all the rest of a verdict."""

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
        while len(self.parts) < count:
            self.add(make(), 4 if self.parts else 0)
        for at, row in enumerate(self.parts):
            row.setVisible(at < count)
        return self.parts[:count]


def _text() -> QLabel:
    label = plain_label(wrap=True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
