"""Marked frequencies: where the image, and its best reference, stand out on the N/8 lattice."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from fpinspect.gui import measures
from fpinspect.gui.viewdata import Column, Peak

F32 = npt.NDArray[np.float32]
STANDS_OUT_DB = 1.5
"""A lattice frequency of a reference is marked when it rises this far above its neighbourhood."""
IMAGE_STANDS_OUT_DB = 4.0
"""One image alone is noisier: this far."""
MOST = 12
"""So many are marked, those that both share first: more hide the spectrum."""
AXIS_STANDS_OUT_DB = 3.0
"""On the axes both must rise this far."""


def lattice_peaks(
    questioned: Column, references: Iterable[Column], carries: str
) -> tuple[Peak, ...]:
    """Find the frequencies i/8, j/8 at which the best reference, or the image, stands out.

    Parameters
    ----------
    questioned : Column
        The image.
    references : iterable of Column
        The first is taken.
    carries : str
        Contribution that rests on the peaks that both share; empty if none.
    """
    first = next(iter(references), None)
    image_db = _coarse(questioned)
    entry_db = _coarse(first) if first is not None else None
    if image_db is None:
        return ()
    rises = _prominences(image_db)
    known = _prominences(entry_db) if entry_db is not None else np.zeros_like(rises)
    found: list[tuple[float, Peak]] = []
    for i in range(-4, 4):
        for j in range(-4, 4):
            if (i, j) == (0, 0):
                continue
            mine, theirs = float(rises[j + 4, i + 4]), float(known[j + 4, i + 4])
            axis = i == 0 or j == 0  # where scene content sits
            least = AXIS_STANDS_OUT_DB if axis else STANDS_OUT_DB
            both = mine >= least and theirs >= least
            if both or (mine >= IMAGE_STANDS_OUT_DB and not axis):
                label = f"{_eighths(i)}, {_eighths(-j)}"
                peak = Peak(i / 8, j / 8, label, carries if both else "")
                found.append((min(mine, theirs) if both else 0.0, peak))
    # Both halves of a pair rise alike but for rounding: they stay together.
    found.sort(key=lambda pair: -round(pair[0], 3))
    return tuple(peak for _, peak in found[:MOST])


def _coarse(column: Column) -> F32 | None:
    if column.magnitude is None:
        return None
    data = column.magnitude.data
    return measures.rebin(np.nan_to_num(data), measures.BINS)


def _prominences(db: F32) -> F32:
    """How far the bins at (i/8, j/8) rise above the median of their 9×9 neighbourhood, dB.

    Returns
    -------
    ndarray, (8, 8) float32
        By j + 4 and i + 4.
    """
    n = db.shape[0]
    at = (n // 2 + np.arange(-4, 4)[:, None] * n // 8 + np.arange(-4, 5)) % n  # (8, 9)
    blocks = db[at[:, None, :, None], at[None, :, None, :]].reshape(8, 8, 81)
    return (blocks[..., 40] - np.median(blocks, axis=-1)).astype(np.float32)


def _eighths(i: int) -> str:
    return "0" if i == 0 else f"{'−' if i < 0 else ''}{abs(i)}/8"
