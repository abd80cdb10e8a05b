"""The periodic part of a residual: its N/16 harmonics against the noise around them.

The fingerprint of a generator is mostly a pattern that repeats every 8 (or 16) pixels: its
up-sampling lattice (METHODS: the cross-correlation folded modulo 8). Of a residual folded on
that lattice only the harmonics at multiples of 1/16 cycle per pixel differ from noise. Each is
divided by the noise of the frequencies around it, in luma and two colour differences. This makes
the numbers of images of any size, content and JPEG quality comparable: without a pattern every
harmonic is a complex normal number of variance one. Folding the circular cross-correlation of
two images modulo 16 is multiplying their harmonics.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fpinspect.fingerprint.lattice import Floats

FOLD = 16
"""Period of the folded patterns, pixels; an 8-periodic pattern has every other harmonic only."""
HALF = FOLD // 2 + 1
_REACH = {256: 5, 128: 3}
_NEAR = 2
_NOISE_FLOOR = 1e-3
"""Least standard deviation of a fold's noise, grey levels: below the rounding of 8-bit images."""
LIMIT = 12.0
"""Harmonics are clipped to this many standard deviations: one texture must not decide alone."""

_SHRINK = 3.0
"""An entry's harmonic is kept by the factor 1 - 3 / |z|²: noise passes 3 once in 20 times."""

Harmonics = NDArray[np.complex64]
"""(3, 16, 9) complex64: `numpy.fft.rfft2` order; row i, column j at (i, j) / 16 cycles per pixel,
modulo 1. Channels: luma and two colour differences (`OPPONENT`)."""

OPPONENT = np.array([[1, 1, 1], [2, -1, -1], [0, 1, -1]], np.float32)
"""Rows turn R, G, B into luma and two colour differences, orthonormal."""
OPPONENT /= np.linalg.norm(OPPONENT, axis=1, keepdims=True)

PLANE = np.full(HALF, 2, np.float32)
"""How often each column of a half plane counts in the full plane."""
PLANE[[0, -1]] = 1


@lru_cache(maxsize=4)
def _places(lattice: int) -> NDArray[np.intp]:
    """Index the harmonics and their neighbours in a flattened rfft2: (16, 9, m), harmonic first."""
    step, reach = lattice // FOLD, _REACH[lattice]
    around = range(-reach, reach + 1)
    offsets = [(0, 0)]
    offsets += [(a, b) for a in around for b in around if max(abs(a), abs(b)) >= _NEAR]
    shift = np.array(offsets)
    rows = (np.arange(FOLD) * step)[:, None, None] + shift[:, 0]
    cols = (np.arange(HALF) * step)[None, :, None] + shift[:, 1]
    rows, cols = np.broadcast_arrays(rows, cols)
    flip = (cols < 0) | (cols > lattice // 2)  # F(-k) is conj F(k): the same power
    rows = np.where(flip, -rows, rows) % lattice
    cols = np.where(flip, -cols, cols) % lattice
    return np.asarray(rows * (lattice // 2 + 1) + cols, np.intp)


def spectrum_of(mean: Floats) -> NDArray[np.complex64]:
    """Return `numpy.fft.rfft2` of planes (3, L, L) float32 in their own precision."""
    return np.asarray(np.fft.rfft2(mean), np.complex64)


def harmonics(spectrum: NDArray[np.complex64], *, limit: float = LIMIT) -> Harmonics:
    """Return the standardised N/16 harmonics of a folded residual.

    Parameters
    ----------
    spectrum : ndarray, shape (3, L, L/2 + 1), complex64
        `numpy.fft.rfft2` of the fold on a lattice L of 256 or 128; R, G, B.
    limit : float
        Greatest absolute value.

    Returns
    -------
    ndarray, shape (3, 16, 9), complex64
        Amplitudes over the local noise (variance 1 without a pattern); 0 at DC.
    """
    lattice = spectrum.shape[-2]
    around = np.take(spectrum.reshape(3, -1), _places(lattice), axis=1)
    around = np.asarray(np.tensordot(OPPONENT, around, axes=1), np.complex64)
    power = (around[..., 1:].real ** 2 + around[..., 1:].imag ** 2).mean(axis=-1)
    floor = np.float32((_NOISE_FLOOR * lattice) ** 2)
    z = np.asarray(around[..., 0] / np.sqrt(np.maximum(power, floor)), np.complex64)
    z[:, 0, 0] = 0
    tame = np.minimum(1, limit / np.maximum(np.abs(z), 1e-6))
    return np.asarray(z * tame, np.complex64)


def template(spectrum: NDArray[np.complex64]) -> Harmonics:
    """Return what an entry looks for: its harmonics, shrunk where they are noise, of norm 1.

    An entry's mean residual is a pattern plus the noise that averaging left; harmonics that
    stand out are kept and the others shrunk to 0 (Wiener's factor per harmonic).

    Parameters
    ----------
    spectrum : ndarray, shape (3, L, L/2 + 1), complex64
        `numpy.fft.rfft2` of mean residual minus baseline.

    Returns
    -------
    ndarray, shape (3, 16, 9), complex64
        Of norm 1 over the full plane; all 0 if nothing stands out.
    """
    z = harmonics(spectrum, limit=np.inf)
    power = z.real**2 + z.imag**2
    z *= np.maximum(0, 1 - _SHRINK / np.maximum(power, 1e-6))
    norm = np.sqrt((PLANE * (z.real**2 + z.imag**2)).sum())
    return np.asarray(z / norm if norm > 0 else z, np.complex64)


def period(pattern: Harmonics) -> int:
    """Return 8 if a template has next to nothing but the N/8 harmonics, else 16."""
    power = PLANE * (pattern.real**2 + pattern.imag**2)
    eight = power[:, ::2, ::2].sum()
    return 8 if eight >= 0.97 * power.sum() else 16


def cross(z: Harmonics, templates: Harmonics) -> NDArray[np.complex64]:
    """Return the spectra of the folded cross-correlations, channels added.

    Parameters
    ----------
    z : ndarray, shape (..., 3, 16, 9), complex64
        Harmonics of images.
    templates : ndarray, shape (..., 3, 16, 9), complex64
        Templates; the leading axes broadcast.

    Returns
    -------
    ndarray, shape (..., 16, 9), complex64
        Half plane of the correlation's spectrum.
    """
    return np.asarray((z * np.conj(templates)).sum(axis=-3), np.complex64)


def energy(crossed: NDArray[np.complex64]) -> Floats:
    """Return the energy of folded cross-correlations: shift-free, 1 on average for noise.

    By Parseval's theorem the energy of the folded correlation over all shifts is that of its
    spectrum.

    Parameters
    ----------
    crossed : ndarray, shape (..., 16, 9), complex64
        As returned by `cross`.

    Returns
    -------
    ndarray, shape (...), float32
        At least 0.
    """
    power = crossed.real**2 + crossed.imag**2
    return np.asarray((PLANE * power).sum(axis=(-2, -1)), np.float32)


def best_shift(crossed: NDArray[np.complex64], period: int) -> tuple[int, int]:
    """Return the shift at which the folded cross-correlation is greatest.

    Parameters
    ----------
    crossed : ndarray, shape (16, 9), complex64
        As returned by `cross`.
    period : int
        8 or 16.

    Returns
    -------
    tuple of int
        ``(dy, dx)``, each in ``range(period)``: the image shows the entry's pattern moved by dy
        pixels down and dx pixels right, ``image[y, x] ~ pattern[y - dy, x - dx]``.
    """
    surface = np.fft.irfft2(crossed, s=(FOLD, FOLD))
    n = FOLD // period
    folded = surface.reshape(n, period, n, period).sum(axis=(0, 2))
    y, x = np.unravel_index(int(np.argmax(folded)), folded.shape)
    return int(y), int(x)
