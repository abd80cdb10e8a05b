"""What is usual: how large a match statistic of real photographs gets.

A null is measured for each entry in cells, by JPEG band and size octave of the photographs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from fpinspect.fingerprint.lattice import Floats
from fpinspect.fingerprint.pattern import Harmonics

OCTAVES = (64, 128, 256, 512)
"""Size octaves, by the square root of the number of effective pixels."""
LARGEST = 448
"""Side up to which the excess of a statistic counts in full, see `standardise`."""
ENOUGH = 50
"""A cell of the null with fewer photographs gives way to the next smaller octave's."""


def octave(pixels: float) -> int:
    """Return the size octave of a number of effective pixels: 64, 128, 256 or 512."""
    side = max(float(np.sqrt(pixels)), 1.0)
    return int(np.clip(2 ** round(np.log2(side)), OCTAVES[0], OCTAVES[-1]))


def standardise(peaks: Floats, pixels: float | Floats) -> Floats:
    """Make match statistics of images of different sizes comparable.

    Under noise a peak has the same law for any number of pixels, as the harmonics are divided by
    the image's own noise. What a photograph has of periodic structure (demosaicing, resizing,
    JPEG) makes it grow with the square root of the pixels; above 448² pixels, where the null has
    few photographs, it is scaled back to that size.

    Parameters
    ----------
    peaks : ndarray, float32
        Greatest values of folded cross-correlations.
    pixels : float or ndarray that broadcasts
        Number of effective pixels.

    Returns
    -------
    ndarray, same shape, float32
        The statistics.
    """
    return np.asarray(peaks * np.minimum(1, LARGEST / np.sqrt(np.maximum(pixels, 1))), np.float32)


@dataclass(frozen=True)
class Nulls:
    """What photographs give against one entry.

    Attributes
    ----------
    statistics : dict of str to ndarray
        Cell -> (n,) float32, ascending.
    levels : dict of str to ndarray
        Cell -> (k, 2) float32: median and 95 % quantile of the photographs' peaks for each of k
        patterns; only if k > 1.
    """

    statistics: dict[str, Floats]
    levels: dict[str, Floats]
    _usual: dict[str, tuple[float, float]] = field(default_factory=dict, repr=False)

    def usual(self, cell: str) -> tuple[float, float]:
        """Return the median and the 95 % quantile of a cell's statistics; measured once."""
        if cell not in self._usual:
            median, rare = np.quantile(self.statistics[cell], [0.5, 0.95])
            self._usual[cell] = float(median), float(rare)
        return self._usual[cell]

    def fits(self, signals: Callable[[str], Sequence[Harmonics]]) -> bool:
        """Say whether these are the nulls of so many patterns in every cell."""
        for cell in self.statistics:
            count = len(signals(cell.partition("/")[0]))
            held = len(self.levels[cell]) if cell in self.levels else 1
            if held != count:
                return False
        return True


def unusual(peaks: Floats, levels: Floats) -> Floats:
    """Put the peaks of several patterns on one scale: 0 for the median photograph, 1 for 95 %.

    Parameters
    ----------
    peaks : ndarray, shape (..., k), float32
        Standardised peaks.
    levels : ndarray, shape (k, 2), float32
        As in `Nulls`.

    Returns
    -------
    ndarray, shape (..., k), float32
        Comparable over the k patterns.
    """
    spread = np.maximum(levels[:, 1] - levels[:, 0], 1e-6)
    return np.asarray((peaks - levels[:, 0]) / spread, np.float32)


def null_cell(nulls: Mapping[str, Floats], name: str, size: int) -> str | None:
    """Name the null cell for a JPEG band and size octave, or the nearest that will do.

    A cell with too few photographs gives way to the next smaller octave's of the band: the
    statistic is standardised, so its null changes little with size. None: there is none.
    """
    for candidate in [o for o in reversed(OCTAVES) if o <= size]:
        cell = f"{name}/{candidate}"
        if cell in nulls and nulls[cell].size >= ENOUGH:
            return cell
    cells = [f"{name}/{o}" for o in OCTAVES if f"{name}/{o}" in nulls]
    return max(cells, key=lambda cell: nulls[cell].size, default=None)
