"""Parts below one another, placed in one pass.

Qt's layouts take several rounds until wrapped texts have the heights that their width asks for, and
everything is drawn in each of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget


class Stack(QWidget):
    """A column of parts, each as wide as the column and as high as it asks for.

    Parameters
    ----------
    top, bottom : int
        Room above the first part and below the last.
    parent : QWidget, optional
        Owner.
    """

    def __init__(self, top: int = 0, bottom: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._top, self._bottom = top, bottom
        self._parts: list[tuple[QWidget, int, int]] = []
        self._width = -1

    @property
    def parts(self) -> list[QWidget]:
        """All parts, from top to bottom, hidden ones among them."""
        return [part for part, _, _ in self._parts]

    def add(self, part: QWidget, gap: int = 0, side: int = 0) -> None:
        """Append a part, `gap` px below the one before, `side` px from either edge."""
        part.setParent(self)
        self._parts.append((part, gap, side))

    def hasHeightForWidth(self) -> bool:
        """Say that the height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height of all parts that are shown."""
        y = self._top
        for part, gap, side in self._shown():
            y += gap + _height(part, max(width - 2 * side, 0))
        return y + self._bottom

    def place(self, width: int) -> int:
        """Give every part its place at a width, at once; return the height they take."""
        self._width, y = width, self._top
        for part, gap, side in self._shown():
            room, y = max(width - 2 * side, 0), y + gap
            # What a stack holds may be other parts though it is as large.
            height = part.place(room) if isinstance(part, Stack) else _height(part, room)
            part.setGeometry(side, y, room, height)
            y += height
        return y + self._bottom

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the parts anew if the width is another."""
        if self.width() != self._width:
            self.place(self.width())
        super().resizeEvent(event)

    def _shown(self) -> Iterator[tuple[QWidget, int, int]]:
        for found in self._parts:
            if not found[0].isHidden() or found[0].sizePolicy().retainSizeWhenHidden():
                yield found


def _height(part: QWidget, width: int) -> int:
    asked = part.heightForWidth(width) if part.hasHeightForWidth() else part.sizeHint().height()
    return min(max(asked, part.minimumHeight(), 0), part.maximumHeight())
