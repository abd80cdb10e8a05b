"""The small parts round the panels: heads of rows and columns, facts of an entry, readout."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, product

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from fpinspect.gui import plain
from fpinspect.gui.icons import pixmap
from fpinspect.gui.translation import translate
from fpinspect.gui.viewdata import Choice, Column, Kind, Rows
from fpinspect.gui.views.look import (
    DARK,
    NUMBER_PX,
    Theme,
    fill,
    focus_ring,
    font,
    number_font,
    shortened,
)
from fpinspect.gui.views.readout import least_needed

LINE = 18
SMALL_LINE = 16
RING = 6
"""Room that the ring of the focus has left of a column's title."""


def elided(painter: QPainter, place: QRect, text: str, *, right: bool = False) -> None:
    """Draw one line of text, shortened to its place."""
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    mode = Qt.TextElideMode.ElideMiddle if "." in text else Qt.TextElideMode.ElideRight
    shown = shortened(painter, text, place.width(), mode)
    painter.drawText(place, int(side | Qt.AlignmentFlag.AlignVCenter), shown)


class RowHead(QWidget):
    """Name of a row and what it shows; copy and save appear under the pointer."""

    copy_requested = Signal()
    save_requested = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._name, self._notes = name, ()
        self.setAccessibleName(name)
        self._tools = QWidget(self)
        layout = QHBoxLayout(self._tools)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self._copy = self._tool(
            translate("Comparison", "Copy the picture with scale and caption"), self.copy_requested
        )
        self._save = self._tool(
            translate("Comparison", "Save the picture or its numbers"), self.save_requested
        )
        layout.addWidget(self._copy)
        layout.addWidget(self._save)
        layout.addStretch(1)
        self._tools.hide()

    def _tool(self, tip: str, signal: object) -> QToolButton:
        button = QToolButton()
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFixedSize(24, 24)
        button.setIconSize(QSize(16, 16))
        button.setStyleSheet("QToolButton { border: none; padding: 0; min-height: 0; }")
        button.clicked.connect(signal)
        return button

    @property
    def notes(self) -> tuple[str, ...]:
        """Muted lines under the name."""
        return self._notes

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._copy.setIcon(pixmap("copy", theme.muted, 16, self.devicePixelRatioF()))
        self._save.setIcon(pixmap("save", theme.muted, 16, self.devicePixelRatioF()))
        self.update()

    def set_words(self, name: str, *notes: str) -> None:
        """Change the name and the muted lines."""
        kept = tuple(note for note in notes if note)
        if (name, kept) != (self._name, self._notes):
            self._name, self._notes = name, kept
            self.setAccessibleName(name)
            self._place_tools()
            self.update()

    def show_tools(self, shown: bool) -> None:
        """Show copy and save, or hide them."""
        self._tools.setVisible(shown)
        self._place_tools()

    def _place_tools(self) -> None:
        top = LINE + SMALL_LINE * len(self._notes) + 4
        self._tools.setGeometry(-4, top, self.width(), 24)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the tools under the notes."""
        self._place_tools()

    def enterEvent(self, event: object) -> None:
        """Offer the tools."""
        self.show_tools(True)

    def leaveEvent(self, event: object) -> None:
        """Take them back."""
        self.show_tools(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw name and notes."""
        painter = QPainter(self)
        painter.setFont(font())
        painter.setPen(QColor(self._theme.text))
        elided(painter, QRect(0, 0, self.width(), LINE), self._name)
        painter.setFont(number_font())
        painter.setPen(QColor(self._theme.muted))
        for i, note in enumerate(self._notes):
            elided(painter, QRect(0, LINE + i * SMALL_LINE, self.width(), SMALL_LINE), note)
        painter.end()


class ColumnHead(QToolButton):
    """Title of a column; a menu changes the reference. Text is drawn as it is, never as markup."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._title, self._note, self._bold = "", "", False
        self._menu = QMenu(self)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._menu.triggered.connect(self._on_menu_triggered)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_column(self, column: Column, choices: Sequence[Choice]) -> None:
        """Name the column and fill the menu."""
        self._title, self._note = column.title, column.note
        self._bold = column.kind is Kind.QUESTIONED
        spoken = f"{column.title}, {column.note}" if column.note else column.title
        self.setAccessibleName(spoken)
        self.setToolTip(plain.tip(spoken))
        self._menu.clear()
        if not self._bold:
            for group, members in groupby(choices, key=lambda c: c.group):
                if self._menu.actions():
                    self._menu.addSeparator()
                if group:  # No section: under a style sheet it has no words.
                    self._menu.addAction(group.replace("&", "&&")).setEnabled(False)
                for choice in members:
                    action = QAction(choice.title.replace("&", "&&"), self._menu)
                    action.setData(choice.key)
                    action.setCheckable(True)
                    action.setChecked(choice.key == column.key)
                    self._menu.addAction(action)
        self.setMenu(self._menu if self._menu.actions() else None)
        focus = Qt.FocusPolicy.StrongFocus if self._menu.actions() else Qt.FocusPolicy.NoFocus
        self.setFocusPolicy(focus)
        self.update()

    def _on_menu_triggered(self, action: QAction) -> None:
        self.chosen.emit(str(action.data()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw title, muted note and chevron."""
        painter = QPainter(self)
        if self.underMouse() and self.menu() is not None:
            painter.fillRect(self.rect(), QColor(self._theme.hover))
        if self.hasFocus():
            focus_ring(painter, self.rect())
        painter.translate(RING, 0)
        room = self.width() - RING - (20 if self.menu() is not None else 0)
        painter.setFont(font(semibold=self._bold))
        painter.setPen(QColor(self._theme.text))
        metrics = painter.fontMetrics()
        width = min(metrics.horizontalAdvance(self._title) + 1, room)
        elided(painter, QRect(0, 0, width, self.height()), self._title)
        x = width
        painter.setFont(font(NUMBER_PX))
        # Where there is no room for ``best match``, ``best`` says it.
        for words in (self._note, self._note.partition(" ")[0]):
            note = painter.fontMetrics().horizontalAdvance(words)
            if words and x + 6 + note <= room:
                painter.setPen(QColor(self._theme.muted))
                elided(painter, QRect(x + 6, 1, note + 2, self.height()), words)
                x += 6 + note
                break
        if self.menu() is not None:
            shown = pixmap("chevron-down", self._theme.muted, 12, self.devicePixelRatioF())
            painter.drawPixmap(x + 6, (self.height() - 12) // 2, shown)
        painter.end()


class FactsCell(QWidget):
    """What a bank entry was made of: it has no picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._rows: Rows = ()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_rows(self, rows: Rows) -> None:
        """Show names and values."""
        self._rows = rows
        self.setAccessibleName(", ".join(f"{name} {value}" for name, value in rows))
        self.setToolTip(plain.tip("\n".join(f"{name}: {value}" for name, value in rows)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw two columns of text on the colour of a panel."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.panel))
        painter.setFont(number_font())
        pad = 12 if self.width() >= 128 else 6
        pitch = min(20, max((self.height() - 12) // max(len(self._rows), 1), 15))
        metrics = painter.fontMetrics()
        room = self.width() - 2 * pad - 6
        # A value without its name says nothing: the tooltip has what does not fit.
        whole = [r for r in self._rows if sum(map(metrics.horizontalAdvance, r)) <= room]
        if not whole and self._rows:
            self._paint_stacked(painter, *self._rows[0])
            return
        fitting = whole[: max((self.height() - 12) // pitch, 0)]
        top = max((self.height() - pitch * len(fitting)) // 2, 4)
        for i, (name, value) in enumerate(fitting):
            line = QRect(pad, top + i * pitch, self.width() - 2 * pad, pitch)
            painter.setPen(QColor(self._theme.text))
            elided(painter, line, value, right=True)
            painter.setPen(QColor(self._theme.muted))
            painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), name)
        painter.end()

    def _paint_stacked(self, painter: QPainter, name: str, value: str) -> None:
        centre = int(Qt.AlignmentFlag.AlignCenter)
        middle = self.height() // 2
        painter.setPen(QColor(self._theme.text))
        painter.drawText(QRect(0, middle - SMALL_LINE, self.width(), SMALL_LINE), centre, value)
        painter.setPen(QColor(self._theme.muted))
        painter.drawText(QRect(0, middle, self.width(), SMALL_LINE), centre, name)
        painter.end()


class Readout(QWidget):
    """Two lines under the grid: values under each column, the position below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._values: tuple[tuple[int, int, str, str], ...] = ()
        self._parts: tuple[tuple[str, bool], ...] = ()
        self._values_active = True
        self._named: tuple[str, ...] = ()
        self._left = 16

    @property
    def text(self) -> str:
        """Everything said, for the clipboard and for screen readers."""
        values = "  ".join((*self._named, *(f"{a} {b}".strip() for _, _, a, b in self._values)))
        return "\n".join(t for t in (values, "  ".join(p for p, _ in self._parts)) if t)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_values(self, values: Sequence[tuple[int, int, str, str]], *, active: bool) -> None:
        """Show two values under each column: (x, width, first, second)."""
        self._values, self._values_active = tuple(values), active
        self.setAccessibleDescription(self.text)
        self.update()

    def show_named(self, named: Sequence[str]) -> None:
        """Show values with their names, one after the other."""
        self._named, self._values = tuple(named), ()
        self.setAccessibleDescription(self.text)
        self.update()

    def show_parts(self, parts: Sequence[tuple[str, bool]]) -> None:
        """Show the position: text, and whether it is the live one."""
        self._parts = tuple(parts)
        self.setAccessibleDescription(self.text)
        self.update()

    def _fitting(self, painter: QPainter) -> list[tuple[str, bool]]:
        """Leave out what is least needed where the window is narrow, what is still at first."""
        parts, metrics = list(self._parts), painter.fontMetrics()
        for pointed_at, start in product((False, True), least_needed()):
            wanted = sum(metrics.horizontalAdvance(text) + 24 for text, _ in parts)
            if wanted <= self.width() - self._left + 16:
                break
            parts = [p for p in parts if p[1] != pointed_at or not p[0].startswith(start)]
        return parts

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw both lines."""
        painter = QPainter(self)
        painter.setFont(number_font())
        live, still = QColor(self._theme.text), QColor(self._theme.muted)
        painter.setPen(still)
        painter.drawText(self._left, 13, translate("Comparison", "At crosshair"))
        painter.setPen(live if self._values_active else still)
        for x, width, first, second in self._values:
            half = round(0.56 * width) if width < 128 else width // 2
            pad = 2 if width < 128 else 8
            if width < 100:  # The row's head names the unit.
                first = first.removesuffix("\u00a0dB")
            if width < 80:
                half, second = width, ""
            for left, room, text in ((x, half, first), (x + half, width - half, second)):
                place = QRect(left, 0, room - pad, SMALL_LINE)
                painter.drawText(
                    place, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text
                )
        x = 124
        for text in self._named:
            painter.drawText(x, 13, text)
            x += painter.fontMetrics().horizontalAdvance(text) + 24
        x = self._left
        for text, active in self._fitting(painter):
            painter.setPen(live if active else still)
            painter.drawText(x, 24 + 13, text)
            x += painter.fontMetrics().horizontalAdvance(text) + 24
        painter.end()


def backed(widget: QWidget, theme: Theme) -> None:
    """Give a page its background."""
    fill(widget, theme.background)
