"""Arrays to the tabs under the grid: radial profiles, autocorrelation, 8×8 patterns.

Pure functions on numpy arrays, like `pictures`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from fpinspect.gui import measures
from fpinspect.gui.bands import Band
from fpinspect.gui.measured import Measured
from fpinspect.gui.pictures import EntryData
from fpinspect.gui.translation import translate
from fpinspect.gui.viewdata import Component, Contribution, Curve, FoldMap, LagMap, Plots, Role
from fpinspect.wording import number

F32 = npt.NDArray[np.float32]
PERIOD = 8
LAGS = 24
"""Three periods of the commonest lattice."""


def plots(
    planes: F32 | Measured,
    *,
    title: str,
    entries: Sequence[tuple[EntryData, Role]],
    matches: Mapping[str, float] | None = None,
    origin: tuple[int, int] = (0, 0),
    contributions: Sequence[Contribution] = (),
    bands: Mapping[str, Band] | None = None,
) -> Plots:
    """Measure the questioned image and lay it over the references.

    Parameters
    ----------
    planes : ndarray, (3, H, W) float32, or Measured
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
    bands : mapping of str to Band, optional
        Label of an entry to the spread of its images' profiles.
    """
    measured = planes if isinstance(planes, Measured) else Measured(planes)
    if min(measured.size) < PERIOD:
        return Plots(contributions=tuple(contributions))
    log_psd, _ = measured.spectrum()
    db, _ = measures.relative(measures.full(10 * log_psd, measures.BINS))
    freq, level = measures.rings(db)
    curves = [Curve(title, Role.IMAGE, freq, level)]
    curves.extend(_reference(e, role, (bands or {}).get(e.label)) for e, role in entries)
    fitted = measures.power_law(freq, level)
    note = ""
    if fitted is not None:
        decay, at, line = fitted
        note = translate("Plots", "Power law above 0.42, b = {decay}").format(
            decay=number(decay, 2)
        )
        curves.append(Curve(note, Role.FIT, at, line))
    lags = [LagMap(title, measures.autocorrelation(db, LAGS))]
    lags.extend(LagMap(e.title, _known(e)[1], e.images) for e, _ in entries)
    folds = [_fold(title, measured, origin, None, 1)]
    for entry, _ in entries:
        match = (matches or {}).get(entry.label)
        folds.append(_fold(entry.title, entry.measured, (0, 0), match, entry.images))
    return Plots(
        curves=tuple(curves),
        autocorrelation=tuple(lags),
        folds=tuple(folds),
        contributions=tuple(contributions),
        fit_note=note,
    )


_measured: WeakKeyDictionary[EntryData, tuple[tuple[F32, F32], F32]] = WeakKeyDictionary()


def _known(entry: EntryData) -> tuple[tuple[F32, F32], F32]:
    """Return profile and autocorrelation of an entry, which stay from image to image."""
    if entry not in _measured:
        db, _ = measures.relative(entry.db)
        _measured[entry] = measures.rings(db), measures.autocorrelation(entry.db, LAGS)
    return _measured[entry]


def _reference(entry: EntryData, role: Role, band: Band | None) -> Curve:
    """Profile of an entry; best match and real with the quartiles over their images."""
    (freq, level), _ = _known(entry)
    if role is Role.OTHER or band is None or entry.component is not Component.RESIDUAL:
        return Curve(entry.title, role, freq, level)
    low, high = (
        np.interp(freq, band.freq_cpp, side).astype(np.float32)
        for side in (band.low_db, band.high_db)
    )
    return Curve(entry.title, role, freq, level, low, high)


def _fold(
    title: str, measured: Measured, origin: tuple[int, int], match: float | None, images: int
) -> FoldMap:
    cell = measured.fold(PERIOD, origin).mean(axis=0)
    cell = cell - cell.mean()
    sigma = float(cell.std())
    values = cell / np.float32(sigma) if sigma > 0 else np.zeros_like(cell)
    return FoldMap(title, values.astype(np.float32), sigma, match, images)
