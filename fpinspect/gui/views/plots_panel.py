"""The tabs under the grid: radial, autocorrelation, 8 × 8, contributions, metadata."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from fpinspect.gui import colormaps
from fpinspect.gui.icons import pixmap
from fpinspect.gui.translation import marked, translate, translated
from fpinspect.gui.viewdata import FoldMap, LagMap, Metadata, Plots
from fpinspect.gui.views.contributions import ContributionsPage
from fpinspect.gui.views.image_panel import Colouring
from fpinspect.gui.views.levels import bar
from fpinspect.gui.views.look import DARK, Theme, colour_text, fill, plain_label
from fpinspect.gui.views.map_strip import Map, MapStrip
from fpinspect.gui.views.metadata_panel import MetadataPanel
from fpinspect.gui.views.plot_files import PlotFiles
from fpinspect.gui.views.radial_plot import RadialPlot
from fpinspect.wording import number, with_unit

TITLES = (
    marked("Plots", "Radial"),
    marked("Plots", "Autocorrelation"),
    "8 × 8",
    marked("Plots", "Contributions"),
    marked("Plots", "Metadata"),
)
EMPTY = marked("Plots", "Select an image to see its plots.")


class Tab(IntEnum):
    """The tabs, left to right."""

    RADIAL = 0
    LAGS = 1
    FOLDS = 2
    CONTRIBUTIONS = 3
    METADATA = 4


class PlotsPanel(QWidget):
    """Tab bar with copy and save, and the page of the chosen tab."""

    tab_changed = Signal(int)
    contribution_selected = Signal(str)
    frequency_hovered = Signal(float)
    message_shown = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._plots = Plots()
        self._stale: set[Tab] = set()
        self.radial = RadialPlot()
        self.lags = MapStrip(centred=True, names=("dx", "dy"))
        self.folds = MapStrip(
            centred=False, names=(translate("Plots", "x mod 8"), translate("Plots", "y mod 8"))
        )
        self.contributions = ContributionsPage()
        self.metadata = MetadataPanel()
        self.files = PlotFiles(self)
        self._empty = plain_label(translated("Plots", EMPTY))
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._tabs = QTabBar()
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setAccessibleName(translate("Plots", "Plots"))
        for title in TITLES:
            self._tabs.addTab(translated("Plots", title))
        self._copy = self._button(translate("Plots", "Copy this plot with title and caption"))
        self._save = self._button(translate("Plots", "Save this plot or its numbers"))
        self._line = QFrame()
        self._line.setFixedHeight(1)
        self._stack = QStackedWidget()
        self._pages = (
            self.radial,
            _scrolled(self.lags),
            _scrolled(self.folds),
            self.contributions,
            self.metadata,
        )
        for page in (*self._pages, self._empty):
            self._stack.addWidget(page)
        self._lay_out()
        self._connect()
        self._show_page()

    def _button(self, tip: str) -> QToolButton:
        button = QToolButton()
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setIconSize(QSize(16, 16))
        button.setFixedSize(28, 28)
        button.setStyleSheet("QToolButton { border: none; padding: 0; min-height: 0; }")
        return button

    def _lay_out(self) -> None:
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(5, 0, 8, 0)
        row.setSpacing(0)
        row.addWidget(self._tabs)
        row.addStretch(1)
        row.addWidget(self._copy)
        row.addWidget(self._save)
        head.setFixedHeight(32)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self._line)
        column.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self._tabs.currentChanged.connect(self._on_tabs_current_changed)
        self._copy.clicked.connect(lambda: self.files.copy(self.tab))
        self._save.clicked.connect(lambda: self.files.save(self.tab))
        self.contributions.chosen.connect(self.contribution_selected)
        self.radial.frequency_hovered.connect(self.frequency_hovered)
        self.files.message_shown.connect(self.message_shown)
        self.metadata.message_shown.connect(self.message_shown)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Hand the keys on to the tabs; as a proxy they would stop the Tab key twice."""
        self._tabs.setFocus(event.reason())

    @property
    def tab_stops(self) -> tuple[QWidget, ...]:
        """What the Tab key walks through."""
        pages = (self.contributions.bars, self.metadata)
        return (self._tabs, self._copy, self._save, *pages)

    @property
    def tab(self) -> Tab:
        """The chosen tab."""
        return Tab(max(self._tabs.currentIndex(), 0))

    @property
    def plots(self) -> Plots:
        """What is shown."""
        return self._plots

    @property
    def theme(self) -> Theme:
        """Colours in use."""
        return self._theme

    def page(self, tab: Tab) -> QWidget:
        """Return the widget that draws a tab."""
        self._fill(tab)
        drawn = (self.radial, self.lags, self.folds, self.contributions, self.metadata)
        return drawn[tab]

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        fill(self, theme.panel)
        fill(self._line, theme.line)
        for part in (self.radial, self.lags, self.folds, self.contributions, self.metadata):
            part.set_theme(theme)
        for page in self._pages[1:3]:
            fill(page.viewport(), theme.panel)
        colour_text(self._empty, theme.muted)
        ratio = self.devicePixelRatioF()
        self._copy.setIcon(pixmap("copy", theme.muted, 16, ratio))
        self._save.setIcon(pixmap("save", theme.muted, 16, ratio))

    def set_tab(self, tab: int) -> None:
        """Choose a tab."""
        if 0 <= tab < len(TITLES):
            self._tabs.setCurrentIndex(tab)

    def show_plots(self, plots: Plots, words: str = "") -> None:
        """Show the plots of another image; `words` say why there are none."""
        self._plots = plots
        self._empty.setText(words or translated("Plots", EMPTY))
        self._stale = set(Tab) - {Tab.METADATA}
        self._show_page()

    def show_metadata(self, metadata: Metadata) -> None:
        """Show the metadata of another image."""
        self.metadata.show_metadata(metadata)
        self._show_page()

    def clear(self) -> None:
        """Show nothing."""
        self.show_plots(Plots())
        self.show_metadata(Metadata())

    @Slot(float, float)
    def set_frequency(self, fx: float, fy: float) -> None:
        """Move the line of the radial plot to the crosshair of the spectra."""
        self.radial.set_frequency(float(np.hypot(fx, fy)))

    def mark_contribution(self, name: str, where: tuple[str, ...] = ()) -> None:
        """Mark where a contribution lives, and show its plot."""
        self.contributions.choose(name)
        self.radial.set_strong("radial" in where)
        self.lags.set_marked("lags" in where)
        self.folds.set_marked("cells" in where)
        if self.tab in (Tab.CONTRIBUTIONS, Tab.METADATA) or not where:
            return
        for part, tab in (("radial", Tab.RADIAL), ("lags", Tab.LAGS), ("cells", Tab.FOLDS)):
            if part in where:
                self.set_tab(tab)
                return

    def _show_lags(self, maps: Sequence[LagMap]) -> None:
        reach = 0.0
        shown = []
        for one in maps:
            values = np.nan_to_num(one.values).copy()
            middle = tuple(n // 2 for n in values.shape)
            values[middle] = 0.0
            reach = max(reach, float(np.percentile(np.abs(values), 99.5)))
            count = (
                translate("Plots", "%n image(s)", "", one.images)
                if one.images > 1
                else translate("Plots", "lags −24…+24 px")
            )
            shown.append(Map(one.title, values, count))
        limit = max(_rounded(reach), 0.01)
        colouring = Colouring("residual", -limit, limit)
        self.lags.show_maps(shown, colouring, bar("residual", -limit, limit, ""))

    def _show_folds(self, maps: Sequence[FoldMap]) -> None:
        shown = []
        for index, one in enumerate(maps):
            foot = (
                translate("Plots", "8 × 8 px, mean")
                if index == 0
                else translate("Plots", "folded match")
            )
            value = with_unit(number(one.match, 1), "σ") if one.match is not None else ""
            if index and not value:
                foot = translate("Plots", "%n image(s)", "", one.images)
            short = translate("Plots", "match") if value else ""
            shown.append(Map(one.title, np.nan_to_num(one.values), foot, value, short))
        limit = colormaps.FOLD_SIGMAS
        colouring = Colouring("residual", -limit, limit)
        self.folds.show_maps(shown, colouring, bar("residual", -limit, limit, "σ"))

    def _fill(self, tab: Tab) -> None:
        """Draw what a page shows when it is looked at: selecting an image draws one of them."""
        if tab not in self._stale:
            return
        self._stale.discard(tab)
        match tab:
            case Tab.RADIAL:
                self.radial.show_curves(self._plots.curves)
            case Tab.LAGS:
                self._show_lags(self._plots.autocorrelation)
            case Tab.FOLDS:
                self._show_folds(self._plots.folds)
            case Tab.CONTRIBUTIONS:
                self.contributions.show_contributions(self._plots.contributions)

    def _show_page(self) -> None:
        tab = self.tab
        self._fill(tab)
        filled = {
            Tab.RADIAL: bool(self._plots.curves),
            Tab.LAGS: bool(self._plots.autocorrelation),
            Tab.FOLDS: bool(self._plots.folds),
            Tab.CONTRIBUTIONS: bool(self._plots.contributions),
            Tab.METADATA: bool(self.metadata.metadata.sections),
        }[tab]
        self._stack.setCurrentWidget(self._pages[tab] if filled else self._empty)
        self._copy.setEnabled(filled)
        self._save.setEnabled(filled)

    @Slot(int)
    def _on_tabs_current_changed(self, index: int) -> None:
        self._show_page()
        self.tab_changed.emit(index)


def _scrolled(strip: MapStrip) -> QScrollArea:
    area = QScrollArea()
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setWidget(strip)
    # A scroll area makes its widget opaque; saved plots stand on white.
    strip.setAutoFillBackground(False)
    return area


def _rounded(value: float) -> float:
    """Round up to 1, 2 or 5 times a power of ten."""
    if value <= 0:
        return 0.0
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(m * power for m in (1, 2, 5, 10) if m * power >= value * (1 - 1e-9)))
