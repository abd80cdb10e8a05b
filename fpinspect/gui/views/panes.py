"""The panes that show an image: comparison, plots with metadata, verdict; one face for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fpinspect.gui.theme import notifier
from fpinspect.gui.viewdata import (
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
from fpinspect.gui.views.verdict_panel import VerdictPanel

if TYPE_CHECKING:
    from fpinspect.gui.views.plots_panel import PlotsPanel

_MODES = {"blink": Mode.BLINK, "split": Mode.SPLIT, "difference": Mode.DIFFERENCE}


class Panes(QObject):
    """Joins the panes to the window."""

    options_changed = Signal(object)
    """`ViewOptions` that the user chose in a pane."""
    reference_chosen = Signal(int, str)
    """Column, and the key of what it is to show."""
    region_changed = Signal(object)
    """`Region` or None."""
    toggled = Signal(str, bool)
    """An action (``blink``, ``split``, ``difference``, ``region``) that a pane turned on or off."""
    action_wanted = Signal(str)
    """Name of an action that a pane's button stands for."""
    message_shown = Signal(str)
    """What has just been copied or saved, or why not."""

    def __init__(self) -> None:
        super().__init__()
        self._methods: MethodCards | None = None
        self._contributions: dict[str, tuple[str, ...]] = {}
        self.compare = CompareView()
        self.compare.setAccessibleName("Comparison")
        self.plots = QWidget()
        self.plots.setAccessibleName("Plots")
        self._plots_room = QVBoxLayout(self.plots)
        self._plots_room.setContentsMargins(0, 0, 0, 0)
        self._plots: PlotsPanel | None = None
        self.verdict = VerdictPanel()
        self.verdict.setAccessibleName("Verdict")
        self.verdict.contribution_selected.connect(self._on_contribution_selected)
        self.compare.options_changed.connect(self.options_changed)
        self.compare.reference_chosen.connect(self.reference_chosen)
        self.compare.region_changed.connect(self.region_changed)
        self.compare.message_shown.connect(self.message_shown)
        self.compare.grid.add_requested.connect(lambda: self.action_wanted.emit("add_reference"))
        self.compare.cursor.moved.connect(self._on_cursor_moved)
        self.compare.mode_changed.connect(self._on_compare_mode_changed)
        self.compare.region_mode_changed.connect(self._on_compare_region_mode_changed)

    def complete(self) -> PlotsPanel:
        """Make the plots, if they are not there: pyqtgraph takes longer to load than the rest."""
        if self._plots is None:
            from fpinspect.gui.views.plots_panel import PlotsPanel

            self._plots = PlotsPanel()
            self._plots.contribution_selected.connect(self._on_contribution_selected)
            self._plots.message_shown.connect(self.message_shown)
            self._plots.set_theme(notifier().theme)
            self.plots.setFocusProxy(self._plots)
            self._plots_room.addWidget(self._plots)
        return self._plots

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
        self.complete().show_metadata(shown)

    def show_comparison(self, comparison: Comparison, plots: Plots) -> None:
        """Show panels and plots."""
        self.compare.show_comparison(comparison)
        self.complete().show_plots(plots)

    def show_nothing(self, words: str) -> None:
        """Empty the panels and say why."""
        self.compare.clear(words)
        if self._plots is not None:
            self._plots.clear()

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
