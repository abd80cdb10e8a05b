"""The grid of panels: four rows, the questioned image and its references side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Signal
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QToolButton, QWidget

from fpinspect.gui.icons import pixmap
from fpinspect.gui.translation import marked, translate, translated
from fpinspect.gui.viewdata import Choice, Column, Kind, Raster, Row
from fpinspect.gui.views.cards import card_for
from fpinspect.gui.views.colour_bar import GAP, LABELS, WIDTH, ColourBar
from fpinspect.gui.views.heads import RING, ColumnHead, FactsCell, Readout, RowHead
from fpinspect.gui.views.image_panel import Colouring, Panel
from fpinspect.gui.views.levels import Bar
from fpinspect.gui.views.look import DARK, Theme, fill
from fpinspect.gui.views.more_references import LEAST_WIDTH, MOST_WIDTH, MoreReferences
from fpinspect.gui.views.viewport import Viewport

LEFT, TOP, HEAD = 124, 36, 16
GAP_PANELS, GAP_REFERENCES = 4, 12
READOUT = 48
MOST_REFERENCES = 4
SMALLEST, LARGEST = 64, 320
_ROW_NAMES = {
    Row.IMAGE: marked("Comparison", "Image"),
    Row.RESIDUAL: marked("Comparison", "Residual"),
    Row.MAGNITUDE: marked("Comparison", "Log-magnitude"),
    Row.PHASE: marked("Comparison", "Phase"),
}


def row_name(row: Row) -> str:
    """Name a row of the grid."""
    return translated("Comparison", _ROW_NAMES[row])


@dataclass(frozen=True)
class Geometry:
    """Where the panels lie, in pixels of the grid."""

    side: int
    rows: int
    columns: int

    def x(self, column: int) -> int:
        """Left edge of a column."""
        extra = GAP_REFERENCES - GAP_PANELS if column else 0
        return LEFT + column * (self.side + GAP_PANELS) + extra

    def y(self, row: int) -> int:
        """Top edge of a row."""
        return TOP + row * (self.side + GAP_PANELS)

    @property
    def bottom(self) -> int:
        """Lower edge of the last row."""
        return self.y(self.rows) - GAP_PANELS if self.rows else TOP

    @property
    def bars(self) -> int:
        """Left edge of the colour bars."""
        return self.x(self.columns) - GAP_PANELS + 12

    @property
    def size(self) -> QSize:
        """Room that the grid takes."""
        return QSize(self.bars + WIDTH + GAP + LABELS, self.bottom + 8 + READOUT)


def geometry(height: int, rows: int, columns: int) -> Geometry:
    """Choose the largest panel side, a multiple of 8, that lets all rows fit."""
    room = height - TOP - 8 - READOUT - GAP_PANELS * max(rows - 1, 0)
    side = room // max(rows, 1) // 8 * 8
    return Geometry(min(max(side, SMALLEST), LARGEST), rows, columns)


class GridView(QWidget):
    """Panels, heads, scales and readout, laid out to the pixel."""

    panel_hovered = Signal(object, int, float, float)
    """Row, column, stored coordinates."""
    panel_left = Signal()
    panel_doubled = Signal(object, int)
    menu_requested = Signal(object, int, object)
    nudged = Signal(object, int, int, bool)
    reference_chosen = Signal(int, str)
    """Number of the reference, key of the choice."""
    copy_requested = Signal(object, int)
    save_requested = Signal(object, int)
    range_edit_requested = Signal(object)
    range_reset_requested = Signal(object)
    add_requested = Signal()
    """One more reference is wanted."""
    reference_added = Signal(str)
    """Key of one more reference."""
    panels_changed = Signal()
    """Panels were made anew: connect to them again."""

    def __init__(self, viewports: Mapping[Row, Viewport], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewports = viewports
        self._theme = DARK
        self._rows: tuple[Row, ...] = ()
        self._count = 0
        self._room = 0
        self._geometry = Geometry(144, 0, 0)
        self.panels: dict[tuple[Row, int], Panel] = {}
        self.heads: list[ColumnHead] = []
        self.facts: dict[int, FactsCell] = {}
        self.row_heads: dict[Row, RowHead] = {}
        self.bars: dict[Row, ColourBar] = {}
        self.readout = Readout(self)
        self.add = self._make_add()
        self.more = MoreReferences(self)
        self.more.chosen.connect(self.reference_added)
        self.more.hide()
        for row in Row:
            self._make_row(row)

    @property
    def layout_in_use(self) -> Geometry:
        """Where the panels lie."""
        return self._geometry

    @property
    def tab_stops(self) -> list[QWidget]:
        """What the Tab key walks through: heads, panels row by row, references to add."""
        panels = [self.panels[row, i] for row in self._rows for i in range(self._count)]
        return [*self.heads, *panels, self.add, *self.more.offers]

    def _make_add(self) -> QToolButton:
        button = QToolButton(self)
        button.setToolTip(translate("Comparison", "Add a reference (+)"))
        button.setAccessibleName(translate("Comparison", "Add a reference"))
        button.setIconSize(QSize(16, 16))
        button.setStyleSheet("QToolButton { padding: 2px; min-height: 0; }")
        button.clicked.connect(self.add_requested)
        button.hide()
        return button

    def _make_row(self, row: Row) -> None:
        head, bar = RowHead(row_name(row), self), ColourBar(self)
        card = card_for(row.value)
        if card is not None:
            head.setToolTip(
                translate("Comparison", "{shows}\n\nHow it misleads: {misleads}").format(
                    shows=card.shows, misleads=card.misleads
                )
            )
        head.copy_requested.connect(lambda: self.copy_requested.emit(row, 0))
        head.save_requested.connect(lambda: self.save_requested.emit(row, 0))
        bar.edit_requested.connect(lambda: self.range_edit_requested.emit(row))
        bar.reset_requested.connect(lambda: self.range_reset_requested.emit(row))
        self.row_heads[row], self.bars[row] = head, bar

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        fill(self, theme.background)
        self.add.setIcon(pixmap("plus", theme.muted, 16, self.devicePixelRatioF()))
        for part in (
            *self.panels.values(),
            *self.heads,
            *self.facts.values(),
            *self.row_heads.values(),
            *self.bars.values(),
            self.readout,
            self.more,
        ):
            part.set_theme(theme)

    def set_columns(self, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        """Make as many panels as there are columns and rows."""
        if len(columns) != self._count or tuple(rows) != self._rows:
            self._count, self._rows = len(columns), tuple(rows)
            self._rebuild()
        for row in Row:
            self.row_heads[row].setVisible(row in self._rows)
            self.bars[row].setVisible(row in self._rows and self.bars[row].bar is not None)

    def show_heads(self, columns: Sequence[Column], choices: Sequence[Choice]) -> None:
        """Name the columns, and fill the cells of entries, which have no picture."""
        for index, column in enumerate(columns):
            self.heads[index].show_column(column, choices)
            cell, panel = self.facts[index], self.panels.get((Row.IMAGE, index))
            bare = column.kind in (Kind.ENTRY, Kind.AVERAGE) and column.picture is None
            cell.show_rows(column.facts)
            cell.setVisible(panel is not None and bare)
            if panel is not None:
                panel.setVisible(not bare)
        for (row, index), panel in self.panels.items():
            panel.setAccessibleName(
                translate("Comparison", "{row} of {title}").format(
                    row=row_name(row), title=columns[index].title
                )
            )
        self.more.show_offers(choices, (column.key for column in columns))
        self._place_more()

    def show_cell(
        self, row: Row, column: int, raster: Raster | None, colouring: Colouring, note: str
    ) -> None:
        """Show a raster in a cell."""
        self.panels[row, column].show_raster(raster, colouring, note)

    def show_bar(self, row: Row, bar: Bar | None) -> None:
        """Show the scale of a row."""
        self.bars[row].show_bar(bar)
        self.bars[row].setVisible(bar is not None and row in self._rows)

    def set_room(self, height: int) -> None:
        """Fit all rows into a height."""
        self._room = height
        self._place()

    def sizeHint(self) -> QSize:
        """Room that the grid takes."""
        return self._geometry.size

    def _rebuild(self) -> None:
        keyed = next((at for at, panel in self.panels.items() if panel.hasFocus()), None)
        for part in (*self.panels.values(), *self.heads, *self.facts.values()):
            part.setParent(None)
            part.deleteLater()
        self.panels, self.heads, self.facts = {}, [], {}
        for index in range(self._count):
            self._make_column(index)
        self.set_theme(self._theme)
        self._place()
        if keyed is not None:  # Else they would go to whatever is next.
            self.give_keys(*keyed)
        self.panels_changed.emit()

    def _make_column(self, index: int) -> None:
        head = ColumnHead(self)
        head.chosen.connect(lambda key: self.reference_chosen.emit(index - 1, key))
        head.show()
        self.heads.append(head)
        cell = FactsCell(self)
        self.facts[index] = cell
        for row in self._rows:
            panel = Panel(
                translate("Comparison", "{row}, column {index}").format(
                    row=row_name(row), index=index + 1
                ),
                self._viewports[row],
                self,
            )
            panel.leads = index == 0
            panel.hovered.connect(lambda x, y, r=row: self.panel_hovered.emit(r, index, x, y))
            panel.left.connect(self.panel_left)
            panel.doubled.connect(lambda r=row: self.panel_doubled.emit(r, index))
            panel.menu_requested.connect(lambda at, r=row: self.menu_requested.emit(r, index, at))
            panel.nudged.connect(lambda dx, dy, far, r=row: self.nudged.emit(r, dx, dy, far))
            panel.show()
            self.panels[row, index] = panel

    def _place(self) -> None:
        g = geometry(self._room, len(self._rows), self._count)
        self._geometry = g
        for index, head in enumerate(self.heads):
            head.setGeometry(g.x(index) - RING, 8, g.side + RING, 24)
        for number, row in enumerate(self._rows):
            y = g.y(number)
            self.row_heads[row].setGeometry(HEAD, y, LEFT - HEAD - 8, g.side)
            self.bars[row].setGeometry(g.bars, y, WIDTH + GAP + LABELS, g.side)
            for index in range(self._count):
                panel = self.panels[row, index]
                panel.setFixedSize(g.side, g.side)
                panel.move(QPoint(g.x(index), y))
                if row is Row.IMAGE:
                    self.facts[index].setGeometry(QRect(g.x(index), y, g.side, g.side))
        self.readout.setGeometry(0, g.bottom + 8, max(self.width(), g.size.width()), READOUT)
        self._place_more()
        self.setMinimumSize(g.size)
        self.updateGeometry()

    def _place_more(self) -> None:
        """Offer more references: with their pictures where there is room, else by a button."""
        g = self._geometry
        left = g.bars + WIDTH + GAP + LABELS + 24
        room = min(self.width() - left - 8, MOST_WIDTH)
        may_grow = 1 < self._count <= MOST_REFERENCES and not self.more.is_empty
        wide = may_grow and room >= LEAST_WIDTH
        self.add.setGeometry(g.bars - 8, 8, 24, 24)
        self.add.setVisible(may_grow and not wide)
        self.more.setGeometry(left, 8, max(room, 0), max(g.bottom - 8, 0))
        self.more.setVisible(wide)

    def give_keys(self, row: Row, column: int) -> None:
        """Let a panel have the keys, or the image's own where there is none."""
        panels = (self.panels.get((row, index)) for index in (column, 0))
        panel = next((panel for panel in panels if panel and panel.isVisibleTo(self)), None)
        (panel or self).setFocus()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Hand the keys on to the first panel that is there."""
        panel = next((panel for panel in self.panels.values() if panel.isVisible()), None)
        if panel is not None:
            panel.setFocus(event.reason())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the readout the full width."""
        self.readout.setFixedWidth(max(self.width(), self._geometry.size.width()))
        self._place_more()
        super().resizeEvent(event)
