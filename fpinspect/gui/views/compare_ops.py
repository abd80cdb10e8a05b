"""Two pictures compared: their difference, in the unit that means something for their kind."""

from __future__ import annotations

from dataclasses import replace

from fpinspect.gui.arrays import np
from fpinspect.gui.translation import translate
from fpinspect.gui.viewdata import Column, Raster, Row
from fpinspect.gui.views.image_panel import Colouring

DIFFERENCE_DB = 6.0


def difference(a: Column, b: Column, row: Row) -> tuple[Raster | None, Colouring, str]:
    """Subtract a reference from the questioned image.

    Parameters
    ----------
    a, b : Column
        The questioned image and a reference.
    row : Row
        Magnitudes in dB, phases round the circle, residuals in units of their own σ, images in
        grey levels.

    Returns
    -------
    raster : Raster or None
        None where the two share no grid.
    colouring : Colouring
        Symmetric about zero.
    note : str
        Why there is none.
    """
    if row is Row.MAGNITUDE:
        colouring = Colouring("residual", -DIFFERENCE_DB, DIFFERENCE_DB)
        return (
            b.difference,
            colouring,
            "" if b.difference else translate("Comparison", "not computed yet"),
        )
    first, second = (_source(column, row) for column in (a, b))
    if first is None or second is None:
        missing = b.title if second is None else a.title
        return (
            None,
            Colouring(),
            translate("Comparison", "{missing} has nothing to subtract here").format(
                missing=missing
            ),
        )
    second = _repeated(second, first)
    if second.data.shape != first.data.shape:
        return (
            None,
            Colouring(),
            translate("Comparison", "the two do not share a grid: fold both on one lattice"),
        )
    if row is Row.PHASE:
        return _wrapped(first, second), Colouring("twilight", -180.0, 180.0), ""
    if row is Row.RESIDUAL:
        values = first.data / (first.sigma or 1) - second.data / (second.sigma or 1)
        made = replace(first, levels=(values.astype(np.float32),), unit="σ", sigma=1.0)
        return made, Colouring("residual", -4.0, 4.0), ""
    values = first.data.astype(np.float32).mean(-1) - second.data.astype(np.float32).mean(-1)
    reach = max(float(np.abs(values).max()), 1.0)
    made = replace(first, levels=(values,), unit=translate("Comparison", "grey levels"))
    return made, Colouring("residual", -reach, reach), ""


def _source(column: Column, row: Row) -> Raster | None:
    return {Row.IMAGE: column.picture, Row.RESIDUAL: column.residual}.get(row, column.phase)


def _repeated(raster: Raster, other: Raster) -> Raster:
    """Repeat a pattern: one on a lattice of 128 px is also one of 256 px."""
    (h, w), (rows, columns) = raster.data.shape[:2], other.data.shape[:2]
    periodic = raster.axis_unit == "px" and raster.data.ndim == 2
    if not periodic or (h, w) == (rows, columns) or rows % h or columns % w:
        return raster
    return replace(raster, levels=(np.tile(raster.data, (rows // h, columns // w)),))


def _wrapped(a: Raster, b: Raster) -> Raster:
    values = (a.data - b.data + 180.0) % 360.0 - 180.0
    return replace(a, levels=(values.astype(np.float32),))
