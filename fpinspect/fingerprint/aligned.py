"""Correlation on the lattice: for images whose pixels lie where the generator put them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fpinspect.fingerprint.entry import Entry
from fpinspect.fingerprint.lattice import Floats
from fpinspect.fingerprint.pattern import plane, spectrum_of, standing_out


class Aligned:
    """Whitened correlation with several entries of one kind on one lattice.

    A mean residual is noise but for the frequencies of its lattice: the correlation is taken
    where it stands out of the noise around, each frequency divided by that noise.
    """

    def __init__(self, entries: Sequence[Entry], lattice: int, kind: str) -> None:
        self.kind, self.lattice = kind, lattice
        self._kernels = {entry.label: _kernel(entry, lattice) for entry in entries}

    def __call__(self, spectrum: NDArray[np.complex64]) -> dict[str, float]:
        """Return label -> correlation, -1..1, of an image's spectrum (3, L, L/2 + 1)."""
        flat = spectrum.ravel()
        out = {}
        for label, (index, kernel, weights) in self._kernels.items():
            picked = flat[index]
            norm = math.sqrt(float(weights @ (picked.real**2 + picked.imag**2)))
            value = float((kernel @ picked).real) / norm if norm > 0 else 0.0
            out[label] = min(max(value, -1.0), 1.0)
        return out


def aligned_groups(entries: Sequence[Entry], largest: int) -> list[Aligned]:
    """Group entries by kind and by the largest lattice that they and the image have."""
    groups: dict[tuple[int, str], list[Entry]] = {}
    for entry in entries:
        lattice = next(size for size in entry.lattices if size <= largest)
        groups.setdefault((lattice, entry.info.kind), []).append(entry)
    return [Aligned(members, lattice, kind) for (lattice, kind), members in groups.items()]


def _kernel(entry: Entry, lattice: int) -> tuple[NDArray[np.intp], NDArray[np.complex64], Floats]:
    """Return where an entry's mean residual stands out, its whitened spectrum and the weights."""
    spectrum = spectrum_of(entry.template(lattice))
    kept, around = standing_out(spectrum)
    dense = np.asarray(plane(lattice) * kept / np.maximum(around, 1e-20), np.float32)
    index = np.flatnonzero(dense)
    weights, picked = dense.ravel()[index], spectrum.ravel()[index]
    norm = math.sqrt(float(weights @ (picked.real**2 + picked.imag**2))) or 1.0
    return index, np.asarray(weights * np.conj(picked) / norm, np.complex64), weights
