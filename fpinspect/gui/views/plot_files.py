"""Copying and saving the tabs: PNG and SVG of the plot, npz and CSV of its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QScrollArea, QWidget

from fpinspect.gui.translation import marked, translate, translated
from fpinspect.gui.viewdata import Plots
from fpinspect.gui.views import export
from fpinspect.gui.views.look import LIGHT

if TYPE_CHECKING:
    from fpinspect.gui.views.plots_panel import PlotsPanel

FILTERS = marked(
    "Plots",
    "Picture with caption (*.png);;Vector graphic (*.svg);;Numbers (*.npz);;"
    "Numbers as text (*.csv)",
)
_NAMES = (
    marked("Plots", "Radial profile"),
    marked("Plots", "Autocorrelation"),
    marked("Plots", "8 × 8 pattern"),
    marked("Plots", "Contributions"),
    marked("Plots", "Metadata"),
)
_CAPTIONS = (
    marked(
        "Plots",
        "Mean level by radial frequency, dB over the median at 0.08–0.5 cycles/px; bands are "
        "quartiles of the profiles of a reference’s single images.",
    ),
    marked(
        "Plots",
        "Normalised autocorrelation of the residual, lags −24 to +24 px; lag 0, which is 1, "
        "left out.",
    ),
    marked("Plots", "Mean residual by position modulo 8 px, in its own σ."),
    marked("Plots", "Share of each feature family in log₁₀ LR before its bound."),
    marked("Plots", "What the file says about itself."),
)


class PlotFiles(QObject):
    """Copy and save for the plots panel."""

    message_shown = Signal(str)

    def __init__(self, panel: PlotsPanel) -> None:
        super().__init__(panel)
        self._panel = panel

    def title(self, tab: int) -> str:
        """Name a plot and the image it is of."""
        curves = self._panel.plots.curves
        return (
            translate("Plots", "{plot} of {label}").format(
                plot=translated("Plots", _NAMES[tab]), label=curves[0].label
            )
            if curves
            else translated("Plots", _NAMES[tab])
        )

    def copy(self, tab: int) -> None:
        """Put a plot on the clipboard; the metadata as text."""
        if tab == len(_NAMES) - 1:
            QGuiApplication.clipboard().setText(self._panel.metadata.text())
        else:
            with self._on_white(tab) as drawn:
                image = export.widget_image(drawn, self.title(tab), _CAPTIONS[tab])
            QGuiApplication.clipboard().setImage(image)
        self.message_shown.emit(
            translate("Plots", "Copied: {title}.").format(title=self.title(tab))
        )

    def save(self, tab: int) -> None:
        """Ask for a file and save a plot."""
        dialog = QFileDialog(
            self._panel, translate("Plots", "Save plot"), "", translated("Plots", FILTERS)
        )
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        if tab == len(_NAMES) - 1:
            dialog.setNameFilter(translate("Plots", "Text (*.csv)"))
        dialog.setDefaultSuffix("csv" if tab == len(_NAMES) - 1 else "png")
        dialog.selectFile(export.file_name(self.title(tab)))
        dialog.filterSelected.connect(
            lambda text: dialog.setDefaultSuffix(text.rsplit("*.", 1)[-1].rstrip(")"))
        )
        dialog.fileSelected.connect(lambda name: self.save_to(tab, Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save_to(self, tab: int, path: Path) -> None:
        """Save a plot to a file: the suffix says as what."""
        suffix = path.suffix.lower()
        title, text = self.title(tab), _CAPTIONS[tab]
        try:
            if suffix == ".npz":
                export.save_npz(
                    path, arrays(self._panel.plots, tab), {"title": title, "caption": text}
                )
            elif suffix == ".csv":
                header, rows = self._table(tab)
                export.save_table(path, header, rows, f"{title}. {text}")
            else:
                message = self._save_picture(tab, path, title, text)
                self.message_shown.emit(message)
                return
        except OSError as error:
            self.message_shown.emit(
                translate("Plots", "{name} could not be written: {strerror}.").format(
                    name=path.name, strerror=error.strerror
                )
            )
            return
        self.message_shown.emit(translate("Plots", "Saved {name}.").format(name=path.name))

    def _save_picture(self, tab: int, path: Path, title: str, text: str) -> str:
        with self._on_white(tab) as drawn:
            if path.suffix.lower() == ".svg":
                return export.save_svg(drawn, title, text, path)
            saved = export.widget_image(drawn, title, text).save(str(path), "PNG")
        return (
            translate("Plots", "Saved {name}.").format(name=path.name)
            if saved
            else translate("Plots", "{name} could not be written.").format(name=path.name)
        )

    def _table(self, tab: int) -> tuple[list[str], list[list[object]]]:
        plots = self._panel.plots
        if tab == 0:
            rows = [
                [c.label, f"{f:.6g}", f"{d:.6g}", _cell(c.low_db, i), _cell(c.high_db, i)]
                for c in plots.curves
                for i, (f, d) in enumerate(zip(c.freq_cpp, c.db, strict=True))
            ]
            return ["curve", "cycles_per_px", "db", "low_db", "high_db"], rows
        if tab == 3:
            return ["family", "log10_lr"], [
                [c.name, f"{c.log10_lr:.6g}"] for c in plots.contributions
            ]
        if tab == 4:
            return ["section", "name", "value"], [
                [section.title, name, value]
                for section in self._panel.metadata.metadata.sections
                for name, value in section.rows
            ]
        maps = plots.autocorrelation if tab == 1 else plots.folds
        rows = [
            [one.title, y, x, f"{one.values[y, x]:.6g}"]
            for one in maps
            for y, x in np.ndindex(one.values.shape)
        ]
        return ["map", "row", "column", "value"], rows

    @contextmanager
    def _on_white(self, tab: int) -> Iterator[QWidget]:
        """Draw for paper: the light theme, whatever the window wears."""
        panel = self._panel
        drawn, theme = panel.page(tab), panel.theme
        drawn.set_theme(LIGHT)
        try:  # All of a page that scrolls, without its scroll bar.
            yield drawn.widget() if isinstance(drawn, QScrollArea) else drawn
        finally:
            drawn.set_theme(theme)


def _cell(values: np.ndarray | None, index: int) -> str:
    return "" if values is None else f"{values[index]:.6g}"


def arrays(plots: Plots, tab: int) -> dict[str, np.ndarray]:
    """Return the numbers of a plot, by name."""
    found: dict[str, np.ndarray] = {}
    if tab == 0:
        for number, curve in enumerate(plots.curves):
            key = f"{number}-{export.file_name(curve.label)}"
            found[f"{key}-cycles_per_px"], found[f"{key}-db"] = curve.freq_cpp, curve.db
            if curve.low_db is not None and curve.high_db is not None:
                found[f"{key}-low_db"], found[f"{key}-high_db"] = curve.low_db, curve.high_db
    elif tab in (1, 2):
        maps = plots.autocorrelation if tab == 1 else plots.folds
        for number, one in enumerate(maps):
            found[f"{number}-{export.file_name(one.title)}"] = one.values
    else:
        found["names"] = np.array([c.name for c in plots.contributions])
        found["log10_lr"] = np.array([c.log10_lr for c in plots.contributions])
    return found
