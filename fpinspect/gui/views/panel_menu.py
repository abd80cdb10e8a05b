"""Copying and saving what a panel shows, and the other things its menu offers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu

from fpinspect.gui.translation import marked, translate, translated
from fpinspect.gui.viewdata import Row
from fpinspect.gui.views import export
from fpinspect.gui.views.colour_bar import RangeDialog
from fpinspect.gui.views.grid_view import row_name
from fpinspect.gui.views.levels import bar_of

if TYPE_CHECKING:
    from fpinspect.gui.views.compare_view import CompareView

FILTERS = marked(
    "Comparison", "Picture with scale and caption (*.png);;Numbers (*.npz);;Numbers as text (*.csv)"
)


class PanelMenu(QObject):
    """Menu of a panel."""

    message_shown = Signal(str)

    def __init__(self, view: CompareView) -> None:
        super().__init__(view)
        self._view = view

    @Slot(object, int, object)
    def popup(self, row: Row, column: int, at: QPoint) -> None:
        """Open the menu of a panel."""
        menu = self.make(row, column)
        menu.popup(at)

    def make(self, row: Row, column: int) -> QMenu:
        """Make the menu of a panel."""
        view = self._view
        menu = QMenu(view)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction(translate("Comparison", "Copy picture"), lambda: self.copy(row, column))
        menu.addAction(translate("Comparison", "Save…"), lambda: self.save(row, column))
        menu.addSeparator()
        if view.is_enlarged:
            menu.addAction(translate("Comparison", "Back to grid"), view.back_to_grid)
        else:
            menu.addAction(translate("Comparison", "Enlarge"), lambda: view.enlarge(row, column))
        menu.addAction(translate("Comparison", "Fit"), view.zoom_fit)
        menu.addAction("1:1", view.zoom_one)
        menu.addAction(translate("Comparison", "Range of the scale…"), lambda: self.edit_range(row))
        shown = view.raster_of(row, column) is not None
        for action in menu.actions()[:2]:
            action.setEnabled(shown)
        return menu

    def figure(self, row: Row, column: int) -> export.Figure | None:
        """Describe a panel as a picture with scale and caption, None if it is empty."""
        view = self._view
        raster = view.raster_of(row, column)
        if raster is None or view.comparison is None:
            return None
        colouring = view.colouring_of(row, column)
        shown = view.columns[column]
        return export.Figure(
            raster=raster,
            colouring=colouring,
            bar=bar_of(row, raster, colouring, view.options),
            title=translate("Comparison", "{row} of {title}").format(
                row=row_name(row), title=shown.title
            ),
            caption=export.caption(row, shown, raster, view.options),
            orientation=view.comparison.orientation,
        )

    @Slot(object)
    def edit_range(self, row: Row) -> None:
        """Ask for the ends of a row's scale."""
        view = self._view
        shown = view.enlarged.bar.bar if view.is_enlarged else view.grid.bars[row].bar
        if shown is None:
            return
        dialog = RangeDialog(shown, view)
        dialog.accepted.connect(lambda: view.set_range(row, dialog.range))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    @Slot(object, int)
    def copy(self, row: Row, column: int) -> None:
        """Put the picture of a panel on the clipboard."""
        figure = self.figure(row, column)
        if figure is None:
            self.message_shown.emit(
                translate("Comparison", "There is nothing to copy in this panel yet.")
            )
            return
        QGuiApplication.clipboard().setImage(export.draw(figure))
        self.message_shown.emit(
            translate("Comparison", "Copied: {title}.").format(title=figure.title)
        )

    @Slot(object, int)
    def save(self, row: Row, column: int) -> None:
        """Ask for a file and save a panel."""
        figure = self.figure(row, column)
        if figure is None:
            self.message_shown.emit(
                translate("Comparison", "There is nothing to save in this panel yet.")
            )
            return
        dialog = QFileDialog(
            self._view, translate("Comparison", "Save panel"), "", translated("Comparison", FILTERS)
        )
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("png")
        dialog.selectFile(export.file_name(figure.title))
        dialog.filterSelected.connect(
            lambda text: dialog.setDefaultSuffix(text.rsplit("*.", 1)[-1].rstrip(")"))
        )
        dialog.fileSelected.connect(lambda name: self.save_to(figure, Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save_to(self, figure: export.Figure, path: Path) -> None:
        """Save a panel to a file: the suffix says as what."""
        self.message_shown.emit(export.save_figure(figure, path))
