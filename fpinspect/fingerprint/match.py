"""An image against the entries of a bank: aligned and shift-free correlation, p-value.

The aligned correlation knows where the image's pixels lie on the generator's lattice and fails
when a crop moves them; the folded one does not care: the circular cross-correlation folded modulo
16 is searched over all its shifts. Its peak tells sources from photographs better than its energy
does (the lab's bank report prints both), since JPEG raises the energy of any picture. The p-value
is that of the peak under the null of real photographs of the same JPEG band and size octave.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from fpinspect.fingerprint.accumulate import LATTICES, SPECTRUM
from fpinspect.fingerprint.bank import Bank
from fpinspect.fingerprint.entry import Entry
from fpinspect.fingerprint.lattice import Floats, fold, fold_sums, refold, shift
from fpinspect.fingerprint.manifest import BANDS, KINDS, band
from fpinspect.fingerprint.pattern import (
    FOLD,
    HALF,
    Harmonics,
    amplitudes,
    best_shift,
    cross,
    energy,
    kernel,
    noise,
    spectrum_of,
    standardised,
    surfaces,
    whiten,
)
from fpinspect.fingerprint.photographs import null_cell, octave, standardise

_CONTENT = 0.06
"""Below this radius (cycles per pixel) scene content rules: left out of the correlation."""
_LIVE = 0.01
"""A pixel counts as effective if its residual is larger (grey levels): not flat, not clipped."""
_ANALYTIC_FLOOR = 1e-3
"""Least p-value from the analytic null, which knows no photographs."""


@dataclass(frozen=True, slots=True)
class Match:
    """How well an image matches one entry.

    Attributes
    ----------
    aligned : float
        Normalised correlation with the entry's mean residual on the lattice, -1..1; both minus
        the mean residual of photographs coded alike, whitened, without frequencies below 0.06.
    folded : float
        Greatest value over all shifts of the circular cross-correlation folded modulo 16 (8 if
        the entry's period is 8), in standard deviations of noise: noise alone gives 2 to 4.
    energy : float
        Energy of that folded cross-correlation over all shifts; noise alone gives 1 on average.
    shift : tuple of int
        ``(dy, dx)``, each from 0 to the entry's period - 1 (8 or 16): the image shows the entry's
        pattern moved by dy pixels down and dx pixels right.
    p_value : float
        Share of real photographs (of the image's JPEG band and size octave, none of which took
        part in the bank) that match at least as well; at least 1 / (null_images + 1).
    null_images : int
        How many photographs that is; 0: p_value is analytic, for noise instead of photographs,
        and at least 0.001.
    """

    aligned: float
    folded: float
    energy: float
    shift: tuple[int, int]
    p_value: float
    null_images: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, as in the JSON line."""
        return {
            "aligned": self.aligned,
            "folded": self.folded,
            "energy": self.energy,
            "shift": list(self.shift),
            "p_value": self.p_value,
            "null_images": self.null_images,
        }


def match(
    residual: Floats,
    bank: Bank,
    *,
    jpeg_quality: float | None,
    origin: tuple[int, int] = (0, 0),
) -> dict[str, Match]:
    """Match an image's residual with every entry of a bank.

    Parameters
    ----------
    residual : ndarray, shape (3, H, W), float32
        R = I - D(I) of the bank's denoiser, grey levels; any size.
    bank : Bank
        The references; prepared once per object.
    jpeg_quality : float or None
        JPEG quality of the file, None if it is no JPEG.
    origin : tuple of int
        Lattice position ``(y, x)`` of the image's first pixel, if it is known to be a crop.

    Returns
    -------
    dict of str to Match
        By label, in the bank's order.

    Raises
    ------
    BankError
        If the bank's arrays are damaged.
    ValueError
        If the residual is not (3, H, W).

    Examples
    --------
    >>> from fpinspect.fingerprint.bank import Bank
    >>> from fpinspect.fingerprint.match import match
    >>> noise = np.random.default_rng(1).normal(size=(3, 256, 256)).astype(np.float32)
    >>> found = match(noise, Bank.load(), jpeg_quality=None)
    >>> bool(found["sd1"].p_value > 0.05)
    True
    """
    if residual.ndim != 3 or residual.shape[0] != 3:
        raise ValueError(f"a residual must be (3, H, W), not {residual.shape}")
    if not bank.entries:
        return {}
    matcher = _MATCHERS.get(bank)
    if matcher is None:
        matcher = _MATCHERS[bank] = _Matcher(bank)
    return matcher.match(residual, band(jpeg_quality), origin)


def folded_on(
    entry: Entry,
    residual: Floats,
    moved: tuple[int, int] = (0, 0),
    *,
    origin: tuple[int, int] = (0, 0),
) -> Floats:
    """Fold an image's residual on an entry's lattice, the shift found taken back.

    Parameters
    ----------
    entry : Entry
        The reference; the largest of its lattices that the image fills is used, else its
        smallest.
    residual : ndarray, shape (3, H, W), float32
        The image's residual.
    moved : tuple of int
        ``Match.shift``.
    origin : tuple of int
        As in `match`.

    Returns
    -------
    ndarray, shape (3, L, L), float32
        Comparable, pixel by pixel, with ``entry.template(L)``.
    """
    side = min(residual.shape[-2:])
    fitting = [size for size in entry.lattices if size <= side]
    lattice = fitting[0] if fitting else entry.lattices[-1]
    return shift(fold(residual, lattice, origin), (-moved[0], -moved[1]))


def effective_pixels(residual: Floats) -> float:
    """Estimate how many pixels carry a residual at all: neither flat nor clipped."""
    sample = np.abs(residual[:, ::3, ::3]).max(axis=0)
    height, width = residual.shape[-2:]
    return float((sample > _LIVE).mean() * height * width)


def null_pattern(
    residual: Floats, baseline: Mapping[int, Floats]
) -> tuple[Harmonics, Harmonics, float]:
    """Return the harmonics and effective pixels of one image: what `match` compares.

    Parameters
    ----------
    residual : ndarray, shape (3, H, W), float32
        The image's residual.
    baseline : Mapping[int, ndarray]
        Lattice -> mean residual of photographs coded alike.

    Returns
    -------
    clean, raw : ndarray, shape (3, 16, 9), complex64
        Standardised harmonics, with the baseline subtracted and as they are.
    pixels : float
        Effective pixels.
    """
    spectra = _Spectra(residual, (0, 0), baseline)
    clean, raw = (spectra.harmonics(kind) for kind in ("generator", "photographs"))
    return clean, raw, effective_pixels(residual)


class _Spectra:
    """The spectra of one image's folds, with and without the photographs' mean residual."""

    def __init__(
        self, residual: Floats, origin: tuple[int, int], baseline: Mapping[int, Floats]
    ) -> None:
        large, small = LATTICES
        parts = {}
        if min(residual.shape[-2:]) >= large:
            parts[large] = fold_sums(residual, large, origin)
            parts[small] = refold(*parts[large], small)
        else:
            parts[small] = fold_sums(residual, small, origin)
        self.raw: dict[int, NDArray[np.complex64]] = {}
        self.clean: dict[int, NDArray[np.complex64]] = {}
        for lattice, (sums, counts) in parts.items():
            mean = np.asarray(sums / np.maximum(counts, 1), np.float32)
            self.raw[lattice] = spectrum_of(mean)
            self.clean[lattice] = self.raw[lattice]
            if lattice in baseline:
                covered = np.asarray(baseline[lattice] * (counts > 0), np.float32)
                self.clean[lattice] = self.raw[lattice] - spectrum_of(covered)

    def of(self, entry_kind: str) -> dict[int, NDArray[np.complex64]]:
        """Return lattice -> spectrum: photographs are compared with nothing subtracted."""
        return self.clean if entry_kind == "generator" else self.raw

    def harmonics(self, entry_kind: str) -> Harmonics:
        """Return the standardised harmonics on the largest lattice."""
        spectra = self.of(entry_kind)
        spectrum = spectra[max(spectra)]
        return standardised(amplitudes(spectrum), noise(spectrum))


@lru_cache(maxsize=4)
def _plane(lattice: int) -> Floats:
    """Return the weights of an rfft2 plane: (L, L/2 + 1) float32, 0 where content rules."""
    fy, fx = np.fft.fftfreq(lattice)[:, None], np.fft.rfftfreq(lattice)[None, :]
    weights = np.where(np.hypot(fy, fx) >= _CONTENT, 2.0, 0.0)
    weights[:, [0, -1]] /= 2
    return weights.astype(np.float32)


class _Aligned:
    """Whitened correlation with several entries on one lattice."""

    def __init__(self, entries: Sequence[Entry], lattice: int, kind: str) -> None:
        self.kind = kind
        self.labels = [entry.label for entry in entries]
        size = 3 * lattice * (lattice // 2 + 1)
        self._kernels = np.empty((len(entries), size), np.complex64)
        self._weights = np.empty((len(entries), size), np.float32)
        for i, entry in enumerate(entries):
            spectrum = spectrum_of(entry.template(lattice))
            weights = _plane(lattice) / _noise(entry, lattice)
            norm = float(np.sqrt((weights * np.abs(spectrum) ** 2).sum()))
            kernel = weights * np.conj(spectrum) / (norm or 1.0)
            self._kernels[i], self._weights[i] = kernel.ravel(), weights.ravel()

    def __call__(self, spectrum: NDArray[np.complex64]) -> dict[str, float]:
        flat = spectrum.ravel()
        products = (self._kernels @ flat).real
        norms = np.sqrt(self._weights @ (flat.real**2 + flat.imag**2))
        values = products / np.maximum(norms, 1e-12)
        return dict(zip(self.labels, np.clip(values, -1, 1).tolist(), strict=True))


def _noise(entry: Entry, lattice: int) -> Floats:
    """Return the noise under an entry's residuals on a lattice's rfft2 grid, (3, L, L/2 + 1).

    The median over 7 x 7 frequencies of the log-PSD: the entry's own peaks, which are the
    signal, are taken out.
    """
    from scipy.ndimage import median_filter

    log_psd = entry.fingerprint(lattice).residual.log_psd_mean
    smooth = median_filter(log_psd, size=(1, 7, 7), mode="mirror")
    n = lattice // SPECTRUM
    rows = np.arange(lattice) // n
    cols = np.minimum(np.arange(lattice // 2 + 1) // n, SPECTRUM // 2)
    return np.asarray(10.0 ** smooth[:, rows][:, :, cols], np.float32)


class _Matcher:
    """A bank made ready: kernels of the entries and their nulls."""

    def __init__(self, bank: Bank) -> None:
        self._entries = list(bank.entries.values())
        self._photographs = bank.photographs
        self._aligned = {}
        for lattice in LATTICES:
            fitting = [entry for entry in self._entries if lattice in entry.lattices]
            self._aligned[lattice] = [
                _Aligned([entry for entry in fitting if entry.info.kind == kind], lattice, kind)
                for kind in KINDS
            ]
        self._interference = self._interferences()
        self._kernels = {
            name: np.stack([kernel(entry.signal(name), power) for entry in self._entries])
            for name, power in self._interference.items()
        }
        self._nulls = [self._null_of(entry) for entry in self._entries]

    def _interferences(self) -> Mapping[str, Floats]:
        if self._photographs is None:
            return dict.fromkeys(BANDS, np.ones((3, FOLD, HALF), np.float32))
        return self._photographs.arrays.interference

    def _null_of(self, entry: Entry) -> Mapping[str, Floats]:
        if entry.arrays.nulls or self._photographs is None:
            return entry.arrays.nulls
        return self._photographs.arrays.nulls(entry.signal)

    def match(self, residual: Floats, name: str, origin: tuple[int, int]) -> dict[str, Match]:
        spectra = _Spectra(residual, origin, self._baseline(name))
        aligned: dict[str, float] = {}
        for lattice in sorted(spectra.raw):  # the largest lattice that both fill has the last word
            for group in self._aligned[lattice]:
                aligned |= group(spectra.of(group.kind)[lattice])
        z = {kind: spectra.harmonics(kind) for kind in {e.info.kind for e in self._entries}}
        images = np.stack([z[entry.info.kind] for entry in self._entries])
        crossed = cross(whiten(images, self._interference[name]), self._kernels[name])
        planes = surfaces(crossed)
        peaks, energies = planes.max(axis=(-2, -1)), energy(crossed)
        pixels = effective_pixels(residual)
        statistics = standardise(peaks, pixels)
        out = {}
        for i, entry in enumerate(self._entries):
            null = null_cell(self._nulls[i], name, octave(pixels))
            out[entry.label] = Match(
                aligned=aligned[entry.label],
                folded=float(peaks[i]),
                energy=float(energies[i]),
                shift=best_shift(planes[i], entry.info.period),
                p_value=_p_value(float(statistics[i]), null),
                null_images=0 if null is None else int(null.size),
            )
        return out

    def _baseline(self, name: str) -> Mapping[int, Floats]:
        if self._photographs is None:
            return {}
        baselines = self._photographs.arrays.baselines
        return {lattice: baselines[name, lattice] for lattice in LATTICES}


def _p_value(statistic: float, null: Floats | None) -> float:
    """Return the share of the null at or above a statistic; analytic without a null.

    Under noise each value of the surface is normal with variance 1, and at most so many of them
    are independent as there are shifts (Šidák).
    """
    if null is not None:
        above = null.size - int(np.searchsorted(null, statistic, side="left"))
        return (above + 1) / (null.size + 1)
    tail = 0.5 * math.erfc(statistic / math.sqrt(2))
    return max(-math.expm1(FOLD**2 * math.log1p(-min(tail, 0.999999))), _ANALYTIC_FLOOR)


_MATCHERS: WeakKeyDictionary[Bank, _Matcher] = WeakKeyDictionary()
