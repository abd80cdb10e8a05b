"""A sentence in the middle of an empty pane."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent

from fpinspect.gui.views.look import PlainLabel, font

_WIDEST, _LEAST_MARGIN = 480, 24


class Message(PlainLabel):
    """Wrapped, centred, and never wider than is read with ease."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setText(text)
        self.setFont(font())
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the margins."""
        side = max((self.width() - _WIDEST) // 2, _LEAST_MARGIN)
        self.setContentsMargins(side, _LEAST_MARGIN, side, _LEAST_MARGIN)
        super().resizeEvent(event)
