"""Which marks lie over which panel."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRectF, QSizeF

from fpinspect.gui.viewdata import Column, Comparison, Region, Row, ViewOptions
from fpinspect.gui.views.image_panel import Panel
from fpinspect.gui.views.marks import Marks

Rectangle = tuple[float, float, float, float]


def marks_of(
    row: Row,
    index: int,
    *,
    comparison: Comparison,
    options: ViewOptions,
    marked: tuple[str, tuple[str, ...]],
    cross: tuple[float, float] | None,
    large: bool,
    frame: Rectangle | None,
    region: Region | None,
) -> Marks:
    """Choose the marks of a panel.

    Parameters
    ----------
    row, index : Row, int
        Which panel: peaks are ringed in the magnitudes of the image and the first reference.
    comparison, options : Comparison, ViewOptions
        What is shown, and how.
    marked : tuple
        Contribution chosen in the verdict, and where it lives.
    cross : tuple of float or None
        Crosshair, in the panel's coordinates.
    large : bool
        The enlarged panel.
    frame : tuple of float or None
        What the residual row shows of the image.
    region : Region or None
        The region whose spectrum is live.
    """
    name, where = marked
    marks = Marks(
        cross=cross,
        gap=10.0 if large else 5.0,
        radius=8.0 if large else 4.0,
        strong=name if "peaks" in where else "",
    )
    if row is Row.MAGNITUDE or (row is Row.PHASE and large):
        shown = options.show_peaks and (index <= 1 or large)
        return _with(marks, peaks=comparison.peaks if shown else (), labels=options.peak_labels)
    if row is Row.RESIDUAL:
        return _with(marks, brackets="pixels" in where)
    if row is Row.IMAGE and index == 0:
        tiles = comparison.tiles if options.tiles else None
        return _with(marks, frame=frame, region=region, tiles=tiles)
    return marks


def _with(marks: Marks, **changes: object) -> Marks:
    return replace(marks, **changes)


def frame_of(column: Column, panel: Panel) -> Rectangle | None:
    """Return the part of the image that its residual panel shows, None if folded or all of it."""
    if column.lattice or column.residual is None:
        return None
    seen = panel.viewport.visible(QSizeF(panel.size()))
    x0, y0, x1, y1 = column.residual.extent
    part = seen.intersected(QRectF(x0, y0, x1 - x0, y1 - y0))
    everything = part.width() >= x1 - x0 and part.height() >= y1 - y0
    if part.isEmpty() or everything:
        return None
    return part.x(), part.y(), part.width(), part.height()
