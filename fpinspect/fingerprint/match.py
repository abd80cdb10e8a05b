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
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from fpinspect.fingerprint.accumulate import LATTICES
from fpinspect.fingerprint.aligned import aligned_groups
from fpinspect.fingerprint.bank import Bank
from fpinspect.fingerprint.entry import Entry
from fpinspect.fingerprint.lattice import Floats, fold, fold_sums, refold, shift
from fpinspect.fingerprint.manifest import BANDS, band
from fpinspect.fingerprint.null import Nulls, null_cell, octave, standardise, unusual
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

_LIVE = 0.01
"""A pixel counts as effective if its residual is larger (grey levels): not flat, not clipped."""
_ANALYTIC_FLOOR = 1e-3
"""Least p-value from the analytic null, which knows no photographs."""
_NOISE_LEVELS = (2.78, 3.54)
"""Median and 95 % quantile of the greatest of 256 independent normal values."""


@dataclass(frozen=True, slots=True)
class Match:
    """How well an image matches one entry.

    Attributes
    ----------
    aligned : float
        Normalised correlation with the entry's mean residual on the lattice, -1..1; both minus
        the mean residual of photographs coded alike, whitened, over the frequencies (from 0.06
        cycles per pixel) at which the entry's mean residual stands out of its noise.
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
    excess : float
        How far `folded` lies above what those photographs give: 0 at their median, 1 at the value
        that 5 % of them exceed. On this scale images of any size and JPEG quality are comparable;
        it goes on where the p-value is at its least. Without photographs that of noise.
    """

    aligned: float
    folded: float
    energy: float
    shift: tuple[int, int]
    p_value: float
    null_images: int
    excess: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, as in the JSON line."""
        return {
            "aligned": self.aligned,
            "folded": self.folded,
            "energy": self.energy,
            "shift": list(self.shift),
            "p_value": self.p_value,
            "null_images": self.null_images,
            "excess": self.excess,
        }


_NO_MATCH = Match(aligned=0.0, folded=0.0, energy=0.0, shift=(0, 0), p_value=1.0, null_images=0)
"""Of an image without a single effective pixel."""


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
    transforms = {lattice: spectrum_of(mean) for lattice, mean in baseline.items()}
    spectra = _Spectra(residual, (0, 0), baseline, transforms)
    clean, raw = (spectra.harmonics(kind) for kind in ("generator", "photographs"))
    return clean, raw, effective_pixels(residual)


class _Spectra:
    """The spectra of one image's folds, with and without the photographs' mean residual."""

    def __init__(
        self,
        residual: Floats,
        origin: tuple[int, int],
        baseline: Mapping[int, Floats],
        transforms: Mapping[int, NDArray[np.complex64]],
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
            if lattice not in baseline:
                self.clean[lattice] = self.raw[lattice]
            elif counts.all():
                self.clean[lattice] = self.raw[lattice] - transforms[lattice]
            else:
                covered = np.asarray(baseline[lattice] * (counts > 0), np.float32)
                self.clean[lattice] = self.raw[lattice] - spectrum_of(covered)
        self._noise = noise(self.clean[max(self.raw)])

    def of(self, entry_kind: str) -> dict[int, NDArray[np.complex64]]:
        """Return lattice -> spectrum: photographs are compared with nothing subtracted."""
        return self.clean if entry_kind == "generator" else self.raw

    def harmonics(self, entry_kind: str) -> Harmonics:
        """Return the standardised harmonics on the largest lattice."""
        spectrum = self.of(entry_kind)[max(self.raw)]
        return standardised(amplitudes(spectrum), self._noise)


class _Matcher:
    """A bank made ready: kernels of the entries and their nulls."""

    def __init__(self, bank: Bank) -> None:
        self._entries = list(bank.entries.values())
        self._photographs = bank.photographs
        self._aligned = {size: aligned_groups(self._entries, size) for size in LATTICES}
        self._baselines: dict[str, dict[int, Floats]] = {name: {} for name in BANDS}
        if self._photographs is not None:
            for (name, size), mean in self._photographs.arrays.baselines.items():
                self._baselines[name][size] = mean
        self._transforms = {
            name: {size: spectrum_of(mean) for size, mean in means.items()}
            for name, means in self._baselines.items()
        }
        self._interference = self._interferences()
        self._kernels = {
            name: _Kernels(self._entries, name, power) for name, power in self._interference.items()
        }
        self._nulls = [self._null_of(entry) for entry in self._entries]

    def _interferences(self) -> Mapping[str, Floats]:
        if self._photographs is None:
            return dict.fromkeys(BANDS, np.ones((3, FOLD, HALF), np.float32))
        return self._photographs.arrays.interference

    def _null_of(self, entry: Entry) -> Nulls:
        stored = Nulls(dict(entry.arrays.nulls), dict(entry.arrays.levels))
        if stored.statistics and stored.fits(entry.signals):
            return stored
        return (
            Nulls({}, {})
            if self._photographs is None
            else self._photographs.arrays.nulls(entry.signals)
        )

    def match(self, residual: Floats, name: str, origin: tuple[int, int]) -> dict[str, Match]:
        pixels = effective_pixels(residual)
        if pixels == 0:  # else the photographs' mean, taken from nothing, would be compared
            return {entry.label: _NO_MATCH for entry in self._entries}
        spectra = _Spectra(residual, origin, self._baselines[name], self._transforms[name])
        aligned: dict[str, float] = {}
        for group in self._aligned[max(spectra.raw)]:
            aligned |= group(spectra.of(group.kind)[group.lattice])
        kernels = self._kernels[name]
        z = {kind: spectra.harmonics(kind) for kind in {e.info.kind for e in self._entries}}
        images = np.stack([z[self._entries[i].info.kind] for i in kernels.owners])
        crossed = cross(whiten(images, self._interference[name]), kernels.stack)
        planes = surfaces(crossed)
        peaks, energies = planes.max(axis=(-2, -1)), energy(crossed)
        statistics = standardise(peaks, pixels)
        out = {}
        for i, entry in enumerate(self._entries):
            own = np.flatnonzero(kernels.owners == i)
            cell = null_cell(self._nulls[i].statistics, name, octave(pixels))
            best, p_value, count, excess = _best(statistics[own], self._nulls[i], cell)
            chosen = own[best]
            out[entry.label] = Match(
                aligned=aligned[entry.label],
                folded=float(peaks[chosen]),
                energy=float(energies[chosen]),
                shift=best_shift(planes[chosen], entry.info.period),
                p_value=p_value,
                null_images=count,
                excess=excess,
            )
        return out


class _Kernels:
    """The matched filters of all entries for one JPEG band."""

    def __init__(self, entries: Sequence[Entry], name: str, power: Floats) -> None:
        signals = [entry.signals(name) for entry in entries]
        self.stack = np.stack([kernel(one, power) for some in signals for one in some])
        self.owners = np.repeat(np.arange(len(entries)), [len(some) for some in signals])


def _best(statistics: Floats, nulls: Nulls, cell: str | None) -> tuple[int, float, int, float]:
    """Return which of an entry's patterns an image matches best, the p-value, its n, the excess.

    Without a null the p-value is analytic: under noise each value of a surface is normal with
    variance 1, and at most so many of them are independent as there are shifts (Šidák).
    """
    if cell is None:
        best = int(statistics.argmax())
        peak = float(statistics[best])
        tail = 0.5 * math.erfc(peak / math.sqrt(2))
        tries = FOLD**2 * len(statistics)
        p_value = -math.expm1(tries * math.log1p(-min(tail, 0.999999)))
        excess = (peak - _NOISE_LEVELS[0]) / (_NOISE_LEVELS[1] - _NOISE_LEVELS[0])
        return best, max(p_value, _ANALYTIC_FLOOR), 0, excess
    if cell in nulls.levels:
        statistics = unusual(statistics, nulls.levels[cell])
    best, null = int(statistics.argmax()), nulls.statistics[cell]
    above = null.size - int(np.searchsorted(null, statistics[best], side="left"))
    usual, rare = nulls.usual(cell)
    excess = (float(statistics[best]) - usual) / max(rare - usual, 1e-6)
    return best, (above + 1) / (null.size + 1), int(null.size), excess


_MATCHERS: WeakKeyDictionary[Bank, _Matcher] = WeakKeyDictionary()
