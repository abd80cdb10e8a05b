"""All panels small, beside the enlarged one: a click enlarges another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from fpinspect.gui.translation import translate
from fpinspect.gui.viewdata import Column, Comparison, Row, ViewOptions
from fpinspect.gui.views.grid_view import row_name
from fpinspect.gui.views.heads import SMALL_LINE, elided
from fpinspect.gui.views.image_panel import Colouring, Panel
from fpinspect.gui.views.levels import picture_of
from fpinspect.gui.views.look import DARK, Theme, font, number_font
from fpinspect.gui.views.viewport import Viewport

_SIDE, _LEAST, _GAP, _LABEL = 98, 64, 4, 22
_WIDEST = 112
_WORDS = 64
"""Side from which a panel has room for words."""
_COLUMNS = 3


class Strip(QWidget):
    """Three columns of small panels with the name of each row above it."""

    chosen = Signal(object, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._columns: tuple[Column, ...] = ()
        self._side = _SIDE
        self._viewports = {
            row: Viewport(one_to_one=row is Row.RESIDUAL, parent=self) for row in Row
        }
        self.panels = {(row, i): self._make_panel(row, i) for row in Row for i in range(_COLUMNS)}

    @property
    def least_width(self) -> int:
        """Room it needs."""
        return _COLUMNS * (_LEAST + _GAP) + 16

    def _make_panel(self, row: Row, index: int) -> Panel:
        panel = Panel(
            translate("Comparison", "{row}, column {index}, small").format(
                row=row_name(row), index=index + 1
            ),
            self._viewports[row],
            self,
        )
        panel.leads = index == 0
        panel.pressed_at.connect(lambda x, y: self.chosen.emit(row, index))
        return panel

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for panel in self.panels.values():
            panel.set_theme(theme)
        self.update()

    def show_content(
        self,
        comparison: Comparison,
        colours: Mapping[Row, Sequence[Colouring]],
        options: ViewOptions,
    ) -> None:
        """Show the first columns of a comparison."""
        self._columns = comparison.columns[:_COLUMNS]
        for (row, index), panel in self.panels.items():
            panel.setVisible(index < len(self._columns))
            if index >= len(self._columns):
                continue
            column = self._columns[index]
            raster = picture_of(column, row, options)
            count = translate("Comparison", "%n image(s)", "", column.images)
            if self._side < _WORDS:
                count = f"{column.images:,}"
            note = count if row is Row.IMAGE else column.busy
            panel.show_raster(raster, colours[row][index], note)
            if index == 0 and raster is not None:
                self._viewports[row].set_content(
                    raster.extent, raster.step[0], comparison.orientation
                )
        self.update()

    def set_outlined(self, row: Row, columns: set[int]) -> None:
        """Outline the panels that are enlarged."""
        for (at, index), panel in self.panels.items():
            panel.set_outlined(at is row and index in columns)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the height: the last row is flush with the enlarged panel."""
        room = self.height() - _LABEL - len(Row) * _LABEL
        across = (self.width() - 16) // _COLUMNS - _GAP
        self._side = min(max(min(room // len(Row), across), 40), _SIDE)
        for (row, index), panel in self.panels.items():
            panel.setFixedSize(self._side, self._side)
            panel.move(index * self._pitch(), self._top(list(Row).index(row)))
        super().resizeEvent(event)

    def _pitch(self) -> int:
        """Distance of the columns: where there is room, names have more of it than panels."""
        return max(min(self.width() // _COLUMNS, _WIDEST), self._side + _GAP)

    def _top(self, number: int) -> int:
        pitch = self._side + _LABEL
        return self.height() - (len(Row) - number) * pitch + _LABEL

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the names of rows and columns."""
        painter = QPainter(self)
        painter.setFont(font())
        painter.setPen(QColor(self._theme.text))
        top = self._top(0) - _LABEL - 22
        for index, column in enumerate(self._columns):
            place = QRect(index * self._pitch(), max(top, 0), self._pitch() - 2 * _GAP, 18)
            elided(painter, place, column.title)
        painter.setFont(number_font())
        painter.setPen(QColor(self._theme.muted))
        for number, row in enumerate(Row):
            y = self._top(number) - SMALL_LINE - 2
            elided(painter, QRect(0, y, self.width(), SMALL_LINE), row_name(row))
        painter.end()
