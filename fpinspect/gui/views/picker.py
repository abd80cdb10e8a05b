"""Head of the enlarged panel: what is shown, against what, and the way back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from fpinspect.gui.icons import pixmap
from fpinspect.gui.translation import translate
from fpinspect.gui.viewdata import Column, Mode, Row, ViewOptions
from fpinspect.gui.views.grid_view import row_name
from fpinspect.gui.views.heads import elided
from fpinspect.gui.views.look import DARK, Theme, focus_ring, font

_WIDEST, _NARROWEST = 320, 64
_PAD = 6
"""Room that the ring of the focus has left of the words."""
_MODES = {Mode.BLINK: "and", Mode.SPLIT: "right", Mode.DIFFERENCE: "minus"}


class Picker(QToolButton):
    """A flat button with a muted key, a plain value and a menu."""

    picked = Signal(int)

    def __init__(self, key: str = "", *, bold: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._key, self._value, self._bold = key, "", bold
        self._menu = QMenu(self)
        self._menu.triggered.connect(lambda action: self.picked.emit(int(action.data())))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def value(self) -> str:
        """What is chosen."""
        return self._value

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_choice(self, values: Sequence[str], current: int, key: str | None = None) -> None:
        """Offer values; one alone has no menu."""
        self._key = self._key if key is None else key
        self._value = values[current] if 0 <= current < len(values) else ""
        self._menu.clear()
        for number, text in enumerate(values):
            action = QAction(text.replace("&", "&&"), self._menu)
            action.setData(number)
            action.setCheckable(True)
            action.setChecked(number == current)
            self._menu.addAction(action)
        self.setMenu(self._menu if len(values) > 1 else None)
        self.setAccessibleName(f"{self._key} {self._value}".strip())
        self.set_room(_WIDEST)
        self.update()

    def wanted_width(self) -> int:
        """Width at which nothing is cut."""
        metrics = self.fontMetrics()
        key = metrics.horizontalAdvance(f"{self._key}: ") if self._key else 0
        value = min(metrics.horizontalAdvance(self._value) + 8, _WIDEST)
        return key + value + _PAD + (22 if self.menu() else 4)

    def set_room(self, width: int) -> None:
        """Be no wider than this: the value is elided."""
        self.setFixedSize(max(min(self.wanted_width(), width), _NARROWEST), 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw key, value and chevron."""
        painter = QPainter(self)
        if self.underMouse() and self.menu() is not None:
            painter.fillRect(self.rect(), QColor(self._theme.hover))
        if self.hasFocus():
            focus_ring(painter, self.rect())
        painter.setFont(font())
        x = _PAD
        if self._key:
            text = f"{self._key}: "
            painter.setPen(QColor(self._theme.muted))
            painter.drawText(QRect(x, 0, self.width(), 28), Qt.AlignmentFlag.AlignVCenter, text)
            x += painter.fontMetrics().horizontalAdvance(text)
        painter.setFont(font(semibold=self._bold))
        painter.setPen(QColor(self._theme.text))
        room = self.width() - x - (20 if self.menu() is not None else 0)
        elided(painter, QRect(x, 0, room, 28), self._value)
        if self.menu() is not None:
            shown = pixmap("chevron-down", self._theme.muted, 12, self.devicePixelRatioF())
            x += min(painter.fontMetrics().horizontalAdvance(self._value), room) + 8
            painter.drawPixmap(x, 9, shown)
        painter.end()


class BackButton(QToolButton):
    """``Back to grid`` and, muted, its key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self.setText(translate("Comparison", "Back to grid  Esc"))
        self.setAccessibleName(translate("Comparison", "Back to grid"))
        self.setToolTip(translate("Comparison", "Show all panels again (Esc)"))
        self.setFixedSize(132, 28)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw both words, flush right."""
        painter = QPainter(self)
        if self.underMouse():
            painter.fillRect(self.rect(), QColor(self._theme.hover))
        if self.hasFocus():
            focus_ring(painter, self.rect())
        painter.setFont(font())
        metrics = painter.fontMetrics()
        key = metrics.horizontalAdvance("Esc")
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.setPen(QColor(self._theme.muted))
        place = QRect(0, 0, self.width() - 8, 28)
        painter.drawText(place, right, "Esc")
        painter.setPen(QColor(self._theme.text))
        painter.drawText(
            place.adjusted(0, 0, -key - 8, 0), right, translate("Comparison", "Back to grid")
        )
        painter.end()


class Header(QWidget):
    """Pickers in a row."""

    back_requested = Signal()
    row_chosen = Signal(object)
    column_chosen = Signal(int)
    peaks_chosen = Signal(bool, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind, self.left = Picker(bold=True), Picker("left")
        self.right, self.peaks = Picker("right"), Picker("peaks")
        self.back = BackButton()
        self._first = 0
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16 - _PAD, 6, 8, 6)
        layout.setSpacing(12 - _PAD)
        for part in (self.kind, self.left, self.right, self.peaks):
            layout.addWidget(part)
        layout.addStretch(1)
        layout.addWidget(self.back)
        self.back.clicked.connect(self.back_requested)
        self.kind.picked.connect(lambda i: self.row_chosen.emit(tuple(Row)[i]))
        self.right.picked.connect(lambda i: self.column_chosen.emit(i + self._first))
        self.peaks.picked.connect(lambda i: self.peaks_chosen.emit(i > 0, i > 1))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for part in (self.kind, self.left, self.right, self.peaks, self.back):
            part.set_theme(theme)

    def show_state(
        self, columns: Sequence[Column], row: Row, column: int, mode: Mode, options: ViewOptions
    ) -> None:
        """Show what is enlarged and how it is compared."""
        titles = [f"{c.title}, {c.note}" if c.note else c.title for c in columns]
        self.kind.show_choice([row_name(r) for r in Row], list(Row).index(row))
        compared = mode in _MODES and len(columns) > 1
        self._first = 1 if compared else 0
        self.left.setVisible(compared)
        self.left.show_choice(titles[:1], 0, "left" if mode is Mode.SPLIT else "first")
        key = _MODES[mode] if compared else "of"
        self.right.show_choice(titles[self._first :], column - self._first, key)
        self.peaks.setVisible(row in (Row.MAGNITUDE, Row.PHASE))
        now = 0 if not options.show_peaks else 2 if options.peak_labels else 1
        self.peaks.show_choice(["hidden", "marked", "labelled"], now)
        self._share_room()

    def _share_room(self) -> None:
        """Let the names of the two sides give way where not everything fits."""
        fixed = [part for part in (self.kind, self.peaks, self.back) if not part.isHidden()]
        sides = [part for part in (self.left, self.right) if not part.isHidden()]
        margins = self.layout().contentsMargins()
        room = self.width() - margins.left() - margins.right()
        room -= sum(part.minimumWidth() for part in fixed)
        room -= self.layout().spacing() * (len(fixed) + len(sides))
        by_width = sorted(sides, key=lambda part: part.wanted_width())
        for number, part in enumerate(by_width):
            part.set_room(room // (len(by_width) - number))
            room -= part.minimumWidth()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room anew."""
        self._share_room()
        super().resizeEvent(event)
