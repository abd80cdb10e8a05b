"""The centre of the window: the image beside its references, in the grid or one panel enlarged."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QStackedLayout, QWidget

from fpinspect.gui.translation import marked, translated
from fpinspect.gui.viewdata import (
    Column,
    Comparison,
    Mode,
    Raster,
    Region,
    RegionData,
    Row,
    ViewOptions,
)
from fpinspect.gui.views import captions, overlays
from fpinspect.gui.views.cursor import Cursor
from fpinspect.gui.views.enlarged_view import EnlargedView
from fpinspect.gui.views.grid_view import GridView
from fpinspect.gui.views.image_panel import Colouring, Panel
from fpinspect.gui.views.levels import Range, bar_of, colourings, picture_of, tile_bar
from fpinspect.gui.views.look import DARK, Theme, colour_text, fill
from fpinspect.gui.views.marks import Marks
from fpinspect.gui.views.message import Message
from fpinspect.gui.views.panel_menu import PanelMenu
from fpinspect.gui.views.region import RegionTool
from fpinspect.gui.views.viewport import Viewport, viewports

SPECTRAL = captions.SPECTRAL
EMPTY = marked("Comparison", "Select an image to compare it with its references.")


class CompareView(QWidget):
    """Panels, crosshair, modes and marks of one comparison.

    Everything that changes arrays is asked for by a signal and comes back as a `Comparison`.
    """

    options_changed = Signal(object)
    """`ViewOptions` that the view itself changed (peaks, labels)."""
    mode_changed = Signal(object)
    reference_chosen = Signal(int, str)
    region_changed = Signal(object)
    """`Region` or None; at most one every 60 ms."""
    region_mode_changed = Signal(bool)
    enlarged_changed = Signal(bool)
    message_shown = Signal(str)
    """What has just been copied or saved, or why not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._comparison: Comparison | None = None
        self._options = ViewOptions()
        self._custom: dict[Row, Range] = {}
        self._region: RegionData | None = None
        self._marked: tuple[str, tuple[str, ...]] = ("", ())
        self.cursor = Cursor(self)
        self.viewports = viewports(self)
        self.grid = GridView(self.viewports)
        self.enlarged = EnlargedView()
        self.region = RegionTool(self)
        self.menu = PanelMenu(self)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self.grid)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._empty = Message(translated("Comparison", EMPTY))
        for page in (self._empty, self._scroll, self.enlarged):
            self._stack.addWidget(page)
        self._connect()

    def _connect(self) -> None:
        grid, enlarged = self.grid, self.enlarged
        self.cursor.moved.connect(self._on_cursor_moved)
        grid.panel_hovered.connect(lambda row, _i, x, y: self.cursor.hover(row, x, y))
        grid.panel_left.connect(self.cursor.leave)
        grid.panel_doubled.connect(self.enlarge)
        grid.nudged.connect(self._on_nudged)
        grid.reference_chosen.connect(self.reference_chosen)
        grid.panels_changed.connect(self._on_grid_panels_changed)
        grid.copy_requested.connect(self.menu.copy)
        grid.save_requested.connect(self.menu.save)
        for view in (grid, enlarged):
            view.menu_requested.connect(self.menu.popup)
            view.range_edit_requested.connect(self.menu.edit_range)
            view.range_reset_requested.connect(lambda row: self.set_range(row, None))
        enlarged.panel_hovered.connect(self.cursor.hover)
        enlarged.framed.panel.left.connect(self.cursor.leave)
        enlarged.nudged.connect(self._on_nudged)
        enlarged.back_requested.connect(self.back_to_grid)
        enlarged.target_chosen.connect(self.enlarge)
        enlarged.peaks_chosen.connect(self._on_peaks_chosen)
        self.region.changed.connect(self._on_region_changed)
        self.menu.message_shown.connect(self.message_shown)
        for row in (Row.IMAGE, Row.RESIDUAL, Row.MAGNITUDE):
            self.viewports[row].changed.connect(self._on_viewport_changed)

    @property
    def comparison(self) -> Comparison | None:
        """What is shown."""
        return self._comparison

    @property
    def options(self) -> ViewOptions:
        """What was chosen to be seen."""
        return self._options

    @property
    def theme(self) -> Theme:
        """Colours in use."""
        return self._theme

    @property
    def is_enlarged(self) -> bool:
        """Whether one panel fills the view."""
        return self._stack.currentWidget() is self.enlarged

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns shown, the region's pictures in place of the image's."""
        if self._comparison is None:
            return ()
        first = self._comparison.questioned
        if self._region is not None:
            first = replace(
                first, residual=self._region.residual, magnitude=self._region.magnitude, lattice=0
            )
        return (first, *self._comparison.references)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        fill(self, theme.background)
        fill(self._scroll.viewport(), theme.background)
        colour_text(self._empty, theme.muted)
        self.grid.set_theme(theme)
        self.enlarged.set_theme(theme)

    def show_comparison(self, comparison: Comparison) -> None:
        """Show all panels of a comparison; zoom, crosshair and mode stay."""
        old = self._comparison
        same = old is not None and old.questioned.key == comparison.questioned.key
        same = same and old.questioned.title == comparison.questioned.title
        self._comparison = comparison
        if not same:
            self._region = None
            self.region.clear()
        self.cursor.set_comparison(comparison, same=bool(same))
        if self._stack.currentWidget() is self._empty:
            self._stack.setCurrentWidget(self._scroll)
        self._refresh()

    def clear(self, words: str = "") -> None:
        """Show nothing, and say why."""
        self.back_to_grid()
        self._comparison = self._region = None
        self.grid.set_columns((), ())
        self._empty.setText(words or translated("Comparison", EMPTY))
        self._stack.setCurrentWidget(self._empty)

    def set_options(self, options: ViewOptions) -> None:
        """Show the same arrays in another way."""
        if options.scale is not self._options.scale:
            self._custom.pop(Row.MAGNITUDE, None)
        self._options = options
        self._refresh()

    def set_mode(self, mode: Mode) -> None:
        """Compare by blinking, a split line or a difference: in the enlarged panel."""
        if mode is self.enlarged.mode:
            return
        if mode is not Mode.SIDE and not self.is_enlarged:
            row, column = self.enlarged.target
            self.enlarge(row, max(column, 1))
        self.enlarged.set_mode(mode)
        self._update_readout()
        self.mode_changed.emit(mode)

    def set_region_mode(self, on: bool) -> None:
        """Let the analyst draw a rectangle on the image, or show the whole again."""
        self.region.set_active(on)
        if on:
            self.back_to_grid()
            panel = self.grid.panels.get((Row.IMAGE, 0))
            if panel is not None:
                panel.setFocus()  # The arrows move the rectangle.
        else:
            self._region = None
            self._refresh()
        self.region_mode_changed.emit(on)

    def show_region(self, data: RegionData | None) -> None:
        """Show residual and spectrum of the region in place of the image's."""
        self._region = data if self.region.active else None
        self._refresh()

    def mark_contribution(self, name: str, where: tuple[str, ...] = ()) -> None:
        """Mark where a contribution to the verdict lives; an empty name takes the marks away."""
        self._marked = (name, where)
        self._apply_marks()

    @Slot(object, int)
    def enlarge(self, row: Row, column: int) -> None:
        """Enlarge a panel."""
        if self._comparison is None:
            return
        was = self.is_enlarged
        self.enlarged.set_target(row, min(column, len(self._comparison.columns) - 1))
        self._stack.setCurrentWidget(self.enlarged)
        self._refresh()
        if not was:
            self.enlarged.framed.panel.setFocus()
            self.enlarged_changed.emit(True)

    @Slot()
    def back_to_grid(self) -> None:
        """Show all panels again."""
        if not self.is_enlarged:
            return
        self.set_mode(Mode.SIDE)
        keyed = self.enlarged.isAncestorOf(QApplication.focusWidget())
        self._stack.setCurrentWidget(self._scroll)
        self._refresh()
        if keyed:  # Else they would go to the next in the order of the Tab key.
            self.grid.give_keys(*self.enlarged.target)
        self.enlarged_changed.emit(False)

    def zoom_fit(self) -> None:
        """Show everything in all panels."""
        for viewport in self._zoomable():
            viewport.fit()

    def zoom_one(self) -> None:
        """Show one value on one pixel in all panels."""
        for viewport in self._zoomable():
            viewport.one_to_one()

    def _zoomable(self) -> set[Viewport]:
        return {self.enlarged.viewport} if self.is_enlarged else set(self.viewports.values())

    def raster_of(self, row: Row, column: int) -> Raster | None:
        """Return what a cell shows."""
        return picture_of(self.columns[column], row, self._options)

    def colouring_of(self, row: Row, column: int) -> Colouring:
        """Return how a cell is coloured."""
        return colourings(self.columns, row, self._options, self._custom)[column]

    def _refresh(self) -> None:
        comparison = self._comparison
        if comparison is None:
            return
        columns, options = self.columns, self._options
        rows = tuple(row for row in Row if row in options.rows)
        colours = {row: colourings(columns, row, options, self._custom) for row in Row}
        if self.is_enlarged:
            shown = replace(comparison, questioned=columns[0])
            self.enlarged.show_content(shown, colours, options)
        else:
            self.grid.set_columns(columns, rows)
            self._lead(columns[0], comparison.orientation)
            self.grid.show_heads(columns, comparison.choices)
            for row in rows:
                for index, column in enumerate(columns):
                    raster = picture_of(column, row, options)
                    self.grid.show_cell(
                        row, index, raster, colours[row][index], captions.missing(column)
                    )
                first = picture_of(columns[0], row, options)
                self.grid.show_bar(row, bar_of(row, first, colours[row][0], options))
            if options.tiles and comparison.tiles is not None:
                self.grid.show_bar(Row.IMAGE, tile_bar())
        self._apply_marks()
        self._update_notes()
        self._update_readout()

    def _lead(self, first: Column, orientation: int) -> None:
        for row in (Row.IMAGE, Row.RESIDUAL, Row.MAGNITUDE):
            raster = picture_of(first, row, self._options)
            if raster is not None:
                self.viewports[row].set_content(raster.extent, raster.step[0], orientation)

    def _apply_marks(self) -> None:
        if self._comparison is None:
            return
        for (row, index), panel in self.grid.panels.items():
            panel.set_marks(self._marks(row, index, panel))
        row, index = self.enlarged.target
        self.enlarged.set_marks(self._marks(row, index, None))

    def _marks(self, row: Row, index: int, panel: Panel | None) -> Marks:
        return overlays.marks_of(
            row,
            index,
            comparison=self._comparison,
            options=self._options,
            marked=self._marked,
            cross=self.cursor.point(row),
            large=panel is None,
            frame=self._frame() if row is Row.IMAGE and panel is not None else None,
            region=self.region.region,
        )

    def _frame(self) -> overlays.Rectangle | None:
        panel = self.grid.panels.get((Row.RESIDUAL, 0))
        if panel is None or self._region is not None:
            return None
        return overlays.frame_of(self.columns[0], panel)

    def _update_notes(self) -> None:
        if self._comparison is None or self.is_enlarged:
            return
        for row, head in self.grid.row_heads.items():
            zoom = captions.zoom_note(self.grid.panels.get((row, 0)), row)
            head.set_words(*captions.row_words(row, self.columns[0], self._options, zoom))

    def _update_readout(self) -> None:
        if self._comparison is None:
            return
        columns, cursor = self.columns, self.cursor
        tiles = self._comparison.tiles if self._options.tiles else None
        parts = captions.position_parts(columns[0], cursor, tiles)
        if self.is_enlarged:
            row, index = self.enlarged.target
            other = 0 if self.enlarged.mode is Mode.SIDE else self.enlarged.other()
            shown = (0, other) if other else (index,)
            self.enlarged.readout.show_named(captions.named_values(columns, shown, row, cursor))
            self.enlarged.readout.show_parts(parts)
        else:
            g = self.grid.layout_in_use
            places = [(g.x(index), g.side) for index in range(len(columns))]
            values = captions.column_values(columns, places, cursor)
            self.grid.readout.show_values(values, active=cursor.live in SPECTRAL)
            self.grid.readout.show_parts(parts)

    @Slot()
    def _on_cursor_moved(self) -> None:
        self._apply_marks()
        self._update_readout()

    @Slot()
    def _on_viewport_changed(self) -> None:
        self._update_notes()
        panel = self.grid.panels.get((Row.IMAGE, 0))
        if panel is not None and self._comparison is not None:
            panel.set_marks(self._marks(Row.IMAGE, 0, panel))

    @Slot()
    def _on_grid_panels_changed(self) -> None:
        self.region.attach(self.grid.panels.get((Row.IMAGE, 0)))

    @Slot(object, int, int, bool)
    def _on_nudged(self, row: Row, dx: int, dy: int, far: bool) -> None:
        dx, dy = self.viewports[row].stored_step(dx, dy)
        if row is Row.IMAGE and self.region.active:
            self.region.nudge(dx, dy, resize=far)
        else:
            self.cursor.nudge(row, dx, dy, far=far)

    @Slot(bool, bool)
    def _on_peaks_chosen(self, shown: bool, labelled: bool) -> None:
        self.set_options(replace(self._options, show_peaks=shown, peak_labels=labelled))
        self.options_changed.emit(self._options)

    def set_range(self, row: Row, limits: Range | None) -> None:
        """Fix the range of a row's scale, in its unit, or restore the usual one."""
        self._custom.pop(row, None)
        if limits is not None and limits[0] < limits[1]:
            self._custom[row] = limits
        self._refresh()

    @Slot(object)
    def _on_region_changed(self, region: Region | None) -> None:
        self._apply_marks()
        self.region_changed.emit(region)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Hand the keys on to a panel: its arrows move the crosshair."""
        (self.enlarged.framed.panel if self.is_enlarged else self.grid).setFocus(event.reason())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the grid choose its panels' side."""
        self.grid.set_room(self.height())
        fits = self.grid.layout_in_use.size.height() <= self.height()
        bars = Qt.ScrollBarPolicy
        self._scroll.setVerticalScrollBarPolicy(
            bars.ScrollBarAlwaysOff if fits else bars.ScrollBarAsNeeded
        )
        super().resizeEvent(event)
        self._refresh()
