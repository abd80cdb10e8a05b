"""One panel enlarged, alone or against a reference: blink, split line, difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from fpinspect.gui.translation import translate
from fpinspect.gui.viewdata import Column, Comparison, Mode, Row, ViewOptions
from fpinspect.gui.views.colour_bar import ColourBar
from fpinspect.gui.views.compare_ops import difference
from fpinspect.gui.views.grid_view import row_name
from fpinspect.gui.views.heads import SMALL_LINE, Readout, elided
from fpinspect.gui.views.image_panel import Colouring, Panel
from fpinspect.gui.views.levels import bar, bar_of, picture_of
from fpinspect.gui.views.look import DARK, Theme, fill, number_font
from fpinspect.gui.views.picker import Header
from fpinspect.gui.views.spectrum_panel import BOTTOM, LEFT, RIGHT, FramedPanel
from fpinspect.gui.views.strip import Strip
from fpinspect.gui.views.viewport import Viewport

BLINK_MS = 500
TOP = 44
_READOUT = 56
_BAR = 72
_NEAR = 8


class EnlargedView(QWidget):
    """The page behind the grid: a large panel, a strip of all panels, a readout."""

    back_requested = Signal()
    panel_hovered = Signal(object, float, float)
    nudged = Signal(object, int, int, bool)
    target_chosen = Signal(object, int)
    peaks_chosen = Signal(bool, bool)
    menu_requested = Signal(object, int, object)
    range_edit_requested = Signal(object)
    range_reset_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._comparison: Comparison | None = None
        self._options = ViewOptions()
        self._colours: Mapping[Row, Sequence[Colouring]] = {}
        self._row, self._column = Row.MAGNITUDE, 0
        self._mode = Mode.SIDE
        self._other_shown = False
        self._holds_line = False
        self._viewport = Viewport(parent=self)
        self.framed = FramedPanel(translate("Comparison", "Enlarged panel"), self._viewport, self)
        self.header = Header(self)
        self.bar = ColourBar(self)
        self.strip = Strip(self)
        self.readout = Readout(self)
        self._timer = QTimer(self)
        self._timer.setInterval(BLINK_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._connect()

    def _connect(self) -> None:
        panel = self.framed.panel
        panel.hovered.connect(lambda x, y: self.panel_hovered.emit(self._row, x, y))
        panel.pressed_at.connect(self._on_panel_pressed)
        panel.dragged.connect(self._on_panel_dragged)
        panel.released.connect(self._on_panel_released)
        panel.doubled.connect(self.back_requested)
        panel.nudged.connect(self._on_panel_nudged)
        panel.menu_requested.connect(
            lambda at: self.menu_requested.emit(self._row, self._column, at)
        )
        self.header.back_requested.connect(self.back_requested)
        self.header.row_chosen.connect(lambda row: self.target_chosen.emit(row, self._column))
        self.header.column_chosen.connect(lambda i: self.target_chosen.emit(self._row, i))
        self.header.peaks_chosen.connect(self.peaks_chosen)
        self.strip.chosen.connect(self.target_chosen)
        self.bar.edit_requested.connect(lambda: self.range_edit_requested.emit(self._row))
        self.bar.reset_requested.connect(lambda: self.range_reset_requested.emit(self._row))

    @property
    def tab_stops(self) -> list[QWidget]:
        """What the Tab key walks through: choices, the panel, the strip."""
        head = self.header
        choices = (head.kind, head.left, head.right, head.peaks, head.back)
        return [*choices, self.framed.panel, *self.strip.panels.values()]

    @property
    def target(self) -> tuple[Row, int]:
        """Row and column shown."""
        return self._row, self._column

    @property
    def mode(self) -> Mode:
        """How the two are compared."""
        return self._mode

    @property
    def panel(self) -> Panel:
        """The large panel."""
        return self.framed.panel

    @property
    def viewport(self) -> Viewport:
        """Where the large panel looks."""
        return self._viewport

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        fill(self, theme.background)
        for part in (self.framed, self.header, self.bar, self.strip, self.readout):
            part.set_theme(theme)

    def show_content(
        self,
        comparison: Comparison,
        colours: Mapping[Row, Sequence[Colouring]],
        options: ViewOptions,
    ) -> None:
        """Show another comparison, or the same with other options."""
        self._comparison, self._colours, self._options = comparison, colours, options
        self._column = min(self._column, len(comparison.columns) - 1)
        self.strip.show_content(comparison, colours, options)
        self._refresh()

    def set_target(self, row: Row, column: int) -> None:
        """Enlarge another panel."""
        self._row, self._column = row, column
        self._refresh()

    def set_mode(self, mode: Mode) -> None:
        """Compare in another way; the questioned image is one side, a reference the other."""
        self._mode = mode
        self._other_shown = False
        if mode is Mode.BLINK and self.isVisible():
            self._timer.start()
        else:
            self._timer.stop()
        self._refresh()

    def set_marks(self, marks: object) -> None:
        """Draw marks over the large panel."""
        self.panel.set_marks(marks)

    def showEvent(self, event: object) -> None:
        """Blink only while it can be seen."""
        if self._mode is Mode.BLINK:
            self._timer.start()

    def hideEvent(self, event: object) -> None:
        """Stop blinking."""
        self._timer.stop()

    def other(self) -> int:
        """Return the number of the reference column that is compared with."""
        if self._comparison is None or len(self._comparison.columns) < 2:
            return 0
        return max(self._column, 1)

    def _refresh(self) -> None:
        comparison = self._comparison
        if comparison is None:
            return
        columns = comparison.columns
        compared = self._mode is not Mode.SIDE and len(columns) > 1
        self.header.show_state(
            columns,
            self._row,
            self.other() if compared else self._column,
            self._mode,
            self._options,
        )
        self.framed.set_orientation(comparison.orientation)
        self.panel.setAccessibleName(
            translate("Comparison", "{row} of {title}, enlarged").format(
                row=row_name(self._row), title=columns[0 if compared else self._column].title
            )
        )
        shown = {self.other(), 0} if compared else {self._column}
        self.strip.set_outlined(self._row, shown)
        panel = self.panel
        panel.show_second(None)
        panel.set_plates()
        if compared and self._mode is Mode.DIFFERENCE:
            self._show_difference(columns)
        elif compared and self._mode is Mode.SPLIT:
            self._show_split(columns)
        elif compared:
            self._show_one(self.other() if self._other_shown else 0, plate=True)
        else:
            self._show_one(self._column, plate=False)
        self._lead(columns[0 if compared else self._column], comparison.orientation)
        self.framed.update()

    def _lead(self, column: Column, orientation: int) -> None:
        """Both sides of a comparison look where the questioned image does."""
        raster = picture_of(column, self._row, self._options) or self.panel.raster
        if raster is not None:
            self._viewport.set_content(raster.extent, raster.step[0], orientation)

    def _show_one(self, index: int, *, plate: bool) -> None:
        column = self._columns()[index]
        raster = picture_of(column, self._row, self._options)
        colouring = self._colours[self._row][index]
        self.panel.show_raster(raster, colouring, column.busy or _bare(column, self._row))
        if plate:
            self.panel.set_plates(_titled(column))
        self.bar.show_bar(bar_of(self._row, raster, colouring, self._options))

    def _show_split(self, columns: Sequence[Column]) -> None:
        self._show_one(0, plate=False)
        other = columns[self.other()]
        raster = picture_of(other, self._row, self._options)
        if raster is not None and self.panel.raster is not None:
            self.panel.show_second((raster, self._colours[self._row][self.other()]))
        missing = "" if raster is not None else f" ({_bare(other, self._row)})"
        self.panel.set_plates(_titled(columns[0]), _titled(other) + missing)

    def _show_difference(self, columns: Sequence[Column]) -> None:
        other = columns[self.other()]
        raster, colouring, note = difference(columns[0], other, self._row)
        self.panel.show_raster(raster, colouring, note)
        self.panel.set_plates(f"{columns[0].title} − {other.title}")
        shown = bar(colouring.name, colouring.low, colouring.high, raster.unit) if raster else None
        self.bar.show_bar(shown)

    def _columns(self) -> tuple[Column, ...]:
        return self._comparison.columns if self._comparison is not None else ()

    @Slot()
    def _on_timer_timeout(self) -> None:
        self._other_shown = not self._other_shown
        self._refresh()

    @Slot(float, float)
    def _on_panel_pressed(self, x: float, y: float) -> None:
        panel = self.panel
        at = panel.pointer().x()
        line = panel.split * panel.width()
        self._holds_line = self._mode is Mode.SPLIT and abs(at - line) <= _NEAR
        panel.drag_draws = self._holds_line

    @Slot(float, float)
    def _on_panel_dragged(self, x: float, y: float) -> None:
        if self._holds_line:
            self.panel.set_split(self.panel.pointer().x() / max(self.panel.width(), 1))

    @Slot()
    def _on_panel_released(self) -> None:
        self._holds_line = self.panel.drag_draws = False

    @Slot(int, int, bool)
    def _on_panel_nudged(self, dx: int, dy: int, far: bool) -> None:
        if self._mode is Mode.SPLIT and dx:
            self.move_line(dx * (16 if far else 1))
        else:
            self.nudged.emit(self._row, dx, dy, far)

    def move_line(self, pixels: int) -> None:
        """Move the split line."""
        panel = self.panel
        panel.set_split(panel.split + pixels / max(panel.width(), 1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space holds the blinking; Escape goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.back_requested.emit()
        elif event.key() == Qt.Key.Key_Space and self._mode is Mode.BLINK:
            if not event.isAutoRepeat():
                self._timer.stop()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Blink on."""
        held = event.key() == Qt.Key.Key_Space and not event.isAutoRepeat()
        if held and self._mode is Mode.BLINK:
            self._timer.start()
        else:
            super().keyReleaseEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the panel the largest square that leaves room for the strip."""
        w, h = self.width(), self.height()
        high = h - TOP - BOTTOM - _READOUT
        strip = self.strip.least_width if w >= 640 else 0
        wide = w - LEFT - _BAR - strip
        side = max(min(high, wide), 128)
        side = side // 64 * 64 if side >= 256 else side
        self.header.setGeometry(0, 0, w, 40)
        self.framed.setGeometry(0, TOP, LEFT + side + RIGHT, side + BOTTOM)
        self.bar.setGeometry(LEFT + side + 12, TOP, _BAR - 12, side)
        self.readout.setGeometry(0, TOP + side + BOTTOM + 4, w, 48)
        x = LEFT + side + _BAR
        self.strip.setVisible(bool(strip))
        self.strip.setGeometry(x, TOP, max(w - x, 0), side)
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Say what is enlarged, for the smallest windows, where the header is cut."""
        if self._comparison is None:
            painter = QPainter(self)
            painter.setFont(number_font())
            painter.setPen(QColor(self._theme.muted))
            elided(painter, QRect(16, TOP, self.width() - 32, SMALL_LINE), row_name(self._row))
            painter.end()


def _titled(column: Column) -> str:
    return (
        column.title
        if column.images <= 1
        else translate("Comparison", "{title}, %n image(s)", "", column.images).format(
            title=column.title
        )
    )


def _bare(column: Column, row: Row) -> str:
    if row is Row.IMAGE and column.images > 1:
        return translate("Comparison", "%n image(s): no picture", "", column.images)
    return translate("Comparison", "being computed")
