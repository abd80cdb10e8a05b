"""The panes that show an image: comparison, plots with metadata, verdict; one face for all."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fpinspect.gui.theme import notifier
from fpinspect.gui.translation import translate
from fpinspect.gui.viewdata import (
    Column,
    Comparison,
    Metadata,
    Mode,
    Plots,
    RegionData,
    Row,
    VerdictView,
    ViewOptions,
)
from fpinspect.gui.views.compare_view import CompareView
from fpinspect.gui.views.look import Theme
from fpinspect.gui.views.method_cards import MethodCards
from fpinspect.gui.views.tab_order import chain
from fpinspect.gui.views.verdict_panel import VerdictPanel

if TYPE_CHECKING:
    from fpinspect.gui.views.plots_panel import PlotsPanel

_PLOTS = "fpinspect.gui.views.plots_panel"
_PLOTS_AFTER_MS = 20
"""Plots follow the panels in a turn of their own: keys and mouse are heard in between."""
_MODES = {"blink": Mode.BLINK, "split": Mode.SPLIT, "difference": Mode.DIFFERENCE}


class Panes(QObject):
    """Joins the panes to the window."""

    options_changed = Signal(object)
    """`ViewOptions` that the user chose in a pane."""
    reference_chosen = Signal(int, str)
    """Column, and the key of what it is to show."""
    reference_added = Signal(str)
    """Key of one more reference."""
    region_changed = Signal(object)
    """`Region` or None."""
    toggled = Signal(str, bool)
    """An action (``blink``, ``split``, ``difference``, ``region``) that a pane turned on or off."""
    action_wanted = Signal(str)
    """Name of an action that a pane's button stands for."""
    message_shown = Signal(str)
    """What has just been copied or saved, or why not."""

    _loaded = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._methods: MethodCards | None = None
        self._contributions: dict[str, tuple[str, ...]] = {}
        self._shown_next, self._metadata = Plots(), Metadata()
        self._loading = False
        self._loaded.connect(self.complete)
        self._later = QTimer(self, interval=_PLOTS_AFTER_MS, singleShot=True)
        self._later.timeout.connect(self._on_later_timeout)
        self.compare = CompareView()
        self.compare.setAccessibleName(translate("Window", "Comparison"))
        self.plots = QWidget()
        self.plots.setAccessibleName(translate("Window", "Plots"))
        self._plots_room = QVBoxLayout(self.plots)
        self._plots_room.setContentsMargins(0, 0, 0, 0)
        self._plots: PlotsPanel | None = None
        self.verdict = VerdictPanel()
        self.verdict.setAccessibleName(translate("Window", "Verdict"))
        self.verdict.contribution_selected.connect(self._on_contribution_selected)
        self.compare.options_changed.connect(self.options_changed)
        self.compare.reference_chosen.connect(self.reference_chosen)
        self.compare.grid.reference_added.connect(self.reference_added)
        self.compare.region_changed.connect(self.region_changed)
        self.compare.message_shown.connect(self.message_shown)
        self.compare.grid.add_requested.connect(lambda: self.action_wanted.emit("add_reference"))
        for changed in (self.compare.grid.panels_changed, self.compare.grid.more.refilled):
            changed.connect(self.order_tabs)
        self.compare.cursor.moved.connect(self._on_cursor_moved)
        self.compare.mode_changed.connect(self._on_compare_mode_changed)
        self.compare.region_mode_changed.connect(self._on_compare_region_mode_changed)

    def prepare(self) -> None:
        """Load what draws the plots, numpy in a worker, then make it.

        pyqtgraph defines classes of Qt when it loads, and has PySide make all of its own. That must
        be done in the GUI thread: Qt asks PySide for the class of an object without holding the
        interpreter, and crashed when the table of classes grew in a worker.
        """
        if _PLOTS in sys.modules:
            self.complete()
        elif not self._loading:
            self._loading = True
            QThreadPool.globalInstance().start(self._load)

    def _load(self) -> None:
        import_module("numpy")
        with contextlib.suppress(RuntimeError):  # Closed meanwhile.
            self._loaded.emit()

    @Slot()
    def complete(self) -> PlotsPanel:
        """Make the plots, if they are not there, and show what waits for them."""
        if self._plots is None:
            from fpinspect.gui.views.plots_panel import PlotsPanel

            self._plots = PlotsPanel()
            self._plots.contribution_selected.connect(self._on_contribution_selected)
            self._plots.message_shown.connect(self.message_shown)
            self._plots.set_theme(notifier().theme)
            self.plots.setFocusProxy(self._plots)
            self._plots_room.addWidget(self._plots)
            self._plots.show_metadata(self._metadata)
            self._plots.show_plots(self._shown_next)
            self.order_tabs()
        return self._plots

    def close(self) -> None:
        """Take the plots apart before the window goes: pyqtgraph's scenes do not survive that."""
        self._later.stop()
        self._loaded.disconnect(self.complete)
        plots, self._plots = self._plots, None
        if plots is not None:
            plots.radial.take_apart()

    @Slot()
    def order_tabs(self) -> None:
        """Let the Tab key go from the comparison to the plots, and on to the verdict."""
        if self.compare.window() is not self.verdict.window():
            return  # Not put together yet.
        plots = self._plots.tab_stops if self._plots is not None else ()
        chain(
            *self.compare.grid.tab_stops,
            *self.compare.enlarged.tab_stops,
            *plots,
            self.verdict,
            self.verdict.contributions,
        )

    @property
    def comparison(self) -> Comparison | None:
        """What the comparison shows."""
        return self.compare.comparison

    def show_verdict(self, shown: VerdictView) -> None:
        """Show a verdict."""
        self._contributions = {part.name: part.where for part in shown.contributions}
        self.verdict.show_verdict(shown)

    def show_metadata(self, shown: Metadata) -> None:
        """Show what the file says about itself."""
        self._metadata = shown
        if self._plots is None:
            self.prepare()
        else:
            self._plots.show_metadata(shown)

    def show_comparison(self, comparison: Comparison, plots: Plots) -> None:
        """Show panels and plots."""
        self.compare.show_comparison(comparison)
        self._shown_next = plots
        self._later.start()

    def show_entries(self, columns: Sequence[Column]) -> None:
        """Show the bank's own pictures where references are offered."""
        self.compare.grid.more.set_entries(columns)

    def show_nothing(self, words: str) -> None:
        """Empty the panels and say why."""
        self.compare.clear(words)
        self._later.stop()
        self._shown_next = Plots()
        if self._plots is not None:
            # What is known of the file stays.
            self._plots.show_plots(Plots(), words and translate("Plots", "Nothing to plot."))

    def show_region(self, data: RegionData) -> None:
        """Show residual and spectrum of the region."""
        self.compare.show_region(data)

    def set_options(self, options: ViewOptions) -> None:
        """Show what the analyst chose to see."""
        self.compare.set_options(options)

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self.compare.set_theme(theme)
        if self._plots is not None:
            self._plots.set_theme(theme)
        self.verdict.set_theme(theme)
        if self._methods is not None:
            self._methods.set_theme(theme)

    def show_methods(self, parent: QWidget) -> None:
        """Show the method cards, a window of its own."""
        if self._methods is None:
            self._methods = MethodCards(parent=parent)
            self._methods.set_theme(notifier().theme)
        self._methods.show()
        self._methods.raise_()

    def invoke(self, name: str, on: bool) -> bool:
        """Do a view's own action; tell whether it is one."""
        if name in _MODES:
            self.compare.set_mode(_MODES[name] if on else Mode.SIDE)
        elif name == "region":
            self.compare.set_region_mode(on)
        elif name == "fit":
            self.compare.zoom_fit()
        elif name == "one_to_one":
            self.compare.zoom_one()
        elif name == "back":
            self.compare.back_to_grid()
        elif name.startswith("tab_"):
            self.complete().set_tab(int(name.removeprefix("tab_")) - 1)
        else:
            return False
        return True

    @Slot()
    def _on_later_timeout(self) -> None:
        if self._plots is None:
            self.prepare()
        else:
            self._plots.show_plots(self._shown_next)
            self._on_cursor_moved()

    @Slot(object)
    def _on_compare_mode_changed(self, mode: Mode) -> None:
        for name, kind in _MODES.items():
            self.toggled.emit(name, kind is mode)

    @Slot(str)
    def _on_contribution_selected(self, name: str) -> None:
        where = self._contributions.get(name, ())
        self.verdict.choose_contribution(name)
        self.compare.mark_contribution(name, where)
        self.complete().mark_contribution(name, where)

    @Slot()
    def _on_cursor_moved(self) -> None:
        point = self.compare.cursor.point(Row.MAGNITUDE)
        if point is not None:
            self.complete().set_frequency(*point)

    @Slot(bool)
    def _on_compare_region_mode_changed(self, on: bool) -> None:
        self.toggled.emit("region", on)
        words = translate("Window", "Drag a rectangle over the image; the arrow keys move it")
        self.message_shown.emit(words if on else "")
