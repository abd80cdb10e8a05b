"""The arrays behind the pictures of an item, and those of the references beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from fpinspect.batch.case.arrays import StoredArrays, centred

if TYPE_CHECKING:
    from fpinspect.fingerprint.bank import Bank
    from fpinspect.fingerprint.entry import Entry

F32 = npt.NDArray[np.float32]
LATTICES = (256, 128)
REAL = "real"
BAND_CPP = (0.08, 0.5)
_QUARTILE = 0.6745  # quartiles of a normal distribution, in standard deviations


def questioned_cell(stored: StoredArrays) -> F32:
    """Residual of an image on the largest lattice that it fills, 256 or 128 px: (L, L) float32.

    Of an image under 128 px a side what there is, 0 elsewhere.
    """
    rows, columns = stored.reach
    if min(rows, columns) >= LATTICES[0]:
        return stored.residual
    side = LATTICES[-1]
    sums, counts = np.zeros((side, side)), np.zeros((side, side))
    for y in range(0, rows, side):
        for x in range(0, columns, side):
            part = stored.residual[y : min(y + side, rows), x : min(x + side, columns)]
            sums[: part.shape[0], : part.shape[1]] += part
            counts[: part.shape[0], : part.shape[1]] += 1
    return (sums / np.maximum(counts, 1)).astype(np.float32)


def placed(cell: F32, shift: tuple[int, int]) -> F32:
    """Take the shift of a match back: the cell as it lies on the reference's lattice."""
    return np.roll(cell, (-shift[0], -shift[1]), (0, 1))


@dataclass(frozen=True, eq=False)
class Reference:
    """A fingerprint that an item is shown beside.

    Attributes
    ----------
    label, title : str
        As in the bank.
    images : int
        How many images it was made of.
    cell : ndarray, (L, L) float32
        Mean residual (eq. 2) of the images on a lattice of L px, mean of R, G and B, grey levels.
    db : ndarray, (N, N) float32
        Mean log-magnitude over the images, dB, zero frequency at [N // 2, N // 2].
    spread : ndarray, (N, N) float32
        Half the distance of the quartiles over the images, dB.
    """

    label: str
    title: str
    images: int
    cell: F32
    db: F32
    spread: F32


class References:
    """Those of a bank, each read once.

    Parameters
    ----------
    bank : Bank or None
        Whose entries are meant; None has none.
    """

    def __init__(self, bank: Bank | None) -> None:
        self._entries = {} if bank is None else bank.entries
        self._made: dict[tuple[str, int], Reference] = {}

    def get(self, label: str, lattice: int) -> Reference | None:
        """Return an entry on a lattice (the nearest it has), None if the bank has no such entry."""
        entry = self._entries.get(label)
        if entry is None:
            return None
        size = min(entry.lattices, key=lambda n: (abs(n - lattice), n))
        if (label, size) not in self._made:
            self._made[label, size] = _reference(entry, size)
        return self._made[label, size]


def _reference(entry: Entry, lattice: int) -> Reference:
    fingerprint = entry.fingerprint(lattice)
    part = fingerprint.residual
    return Reference(
        label=entry.label,
        title=entry.title,
        images=fingerprint.images,
        cell=part.mean.mean(axis=0),
        db=centred(10 * part.log_psd_mean.mean(axis=0)),
        spread=_QUARTILE * centred(10 * np.sqrt(part.log_psd_var.mean(axis=0))),
    )


def best_match(record: Mapping[str, Any]) -> str | None:
    """Name the entry, photographs apart, that fits an item best: least p, then largest peak."""
    matches = {k: v for k, v in (record.get("matches") or {}).items() if k != REAL}
    if not matches:
        return None
    best: str = min(matches, key=lambda k: (matches[k]["p_value"], -matches[k]["folded"]))
    return best


def shown_match(record: Mapping[str, Any]) -> str | None:
    """Name the entry to show beside an item: the source that the verdict names, else the best."""
    verdict = record.get("verdict") or {}
    source = str(verdict.get("source") or "")
    if verdict.get("answer") == "generated" and source in (record.get("matches") or {}):
        return source
    return best_match(record)


def radius(shape: tuple[int, ...]) -> F32:
    """Cycles per pixel of every bin of a centred spectrum."""
    fy, fx = (((np.arange(n) - n // 2) / n).astype(np.float32) for n in shape)
    return np.hypot(fy[:, None], fx)


def relative(db: F32) -> F32:
    """Refer a centred spectrum to its median over 0.08-0.5 cycles/px."""
    at = radius(db.shape)
    inside = (at >= BAND_CPP[0]) & (at <= BAND_CPP[1]) & np.isfinite(db)
    return db - np.float32(np.median(db[inside]) if inside.any() else 0.0)


def rings(values: F32) -> tuple[F32, F32]:
    """Mean of a centred plane by radius: ring centres in cycles/px, 0.08-0.5, and the means."""
    at = radius(values.shape)
    count = min(values.shape) // 2
    ring = np.rint(at * (2 * count)).astype(int)
    keep = np.isfinite(values) & (at <= BAND_CPP[1] + 1e-6)
    total = np.bincount(ring[keep], values[keep].astype(np.float64), minlength=count + 1)
    held = np.bincount(ring[keep], minlength=count + 1)
    centres = np.arange(len(held)) / (2 * count)
    chosen = (held > 0) & (centres >= BAND_CPP[0] - 1e-6)
    return centres[chosen].astype(np.float32), (total[chosen] / held[chosen]).astype(np.float32)


def phase_degrees(cell: F32) -> F32:
    """Phase of a cell's transform, (L, L) degrees, zero frequency in the middle.

    Referred to the lattice's origin: a pattern that stands alike in two cells has the same phase.
    """
    spectrum = np.fft.fftshift(np.fft.fft2(cell - cell.mean()))
    return np.degrees(np.angle(spectrum)).astype(np.float32)
