"""Arrays to the tabs under the grid: radial profiles, autocorrelation, 8×8 patterns.

Pure functions on numpy arrays, like `pictures`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from fpinspect.gui import measures
from fpinspect.gui.pictures import EntryData
from fpinspect.gui.viewdata import Contribution, Curve, FoldMap, LagMap, Plots, Role
from fpinspect.gui.wording import MINUS

F32 = npt.NDArray[np.float32]
PERIOD = 8
LAGS = 24
"""Three periods of the commonest lattice."""
_QUARTILE = 0.6745
"""Quartiles of a normal distribution in standard deviations."""


def plots(
    planes: F32,
    *,
    title: str,
    entries: Sequence[tuple[EntryData, Role]],
    matches: Mapping[str, float] | None = None,
    origin: tuple[int, int] = (0, 0),
    contributions: Sequence[Contribution] = (),
) -> Plots:
    """Measure the questioned image and lay it over the references.

    Parameters
    ----------
    planes : ndarray, (3, H, W) float32
        Residual (or denoised image, or image) on the stored lattice.
    title : str
        Name of the image.
    entries : sequence of (EntryData, Role)
        Best match first.
    matches : mapping of str to float, optional
        Label of an entry to its folded correlation with the image.
    origin : tuple of int
        Position ``(y, x)`` of the first pixel on the best match's lattice.
    contributions : sequence of Contribution
        From `present.contributions`.
    """
    if min(planes.shape[-2:]) < PERIOD:
        return Plots(contributions=tuple(contributions))
    log_psd, _ = measures.tile_spectrum(planes)
    db, _ = measures.relative(measures.full(10 * log_psd, measures.BINS))
    freq, level = measures.rings(db)
    curves = [Curve(title, Role.IMAGE, freq, level)]
    curves.extend(_reference(entry, role) for entry, role in entries)
    fitted = measures.power_law(freq, level)
    note = ""
    if fitted is not None:
        decay, at, line = fitted
        note = f"Power law above 0.42, b = {decay:.2f}".replace("-", MINUS)
        curves.append(Curve(note, Role.FIT, at, line))
    lags = [LagMap(title, measures.autocorrelation(db, LAGS))]
    lags.extend(LagMap(e.title, measures.autocorrelation(e.db, LAGS), e.images) for e, _ in entries)
    folds = [_fold(title, planes, origin, None, 1)]
    for entry, _ in entries:
        match = (matches or {}).get(entry.label)
        folds.append(_fold(entry.title, entry.mean, (0, 0), match, entry.images))
    return Plots(
        curves=tuple(curves),
        autocorrelation=tuple(lags),
        folds=tuple(folds),
        contributions=tuple(contributions),
        fit_note=note,
    )


def _reference(entry: EntryData, role: Role) -> Curve:
    """Profile of an entry, with the quartiles over its images."""
    db, _ = measures.relative(entry.db)
    freq, level = measures.rings(db)
    if role is Role.OTHER:
        return Curve(entry.title, role, freq, level)
    spread = measures.full(10 * np.sqrt(entry.log_psd_var.mean(axis=0)), measures.BINS)
    _, sigma = measures.rings(spread)
    reach = np.float32(_QUARTILE) * sigma
    return Curve(entry.title, role, freq, level, level - reach, level + reach)


def _fold(
    title: str, planes: F32, origin: tuple[int, int], match: float | None, images: int
) -> FoldMap:
    cell = measures.fold(planes, PERIOD, origin).mean(axis=0)
    cell = cell - cell.mean()
    sigma = float(cell.std())
    values = cell / np.float32(sigma) if sigma > 0 else np.zeros_like(cell)
    return FoldMap(title, values.astype(np.float32), sigma, match, images)
