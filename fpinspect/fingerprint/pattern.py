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

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from fpinspect.fingerprint.lattice import Floats

FOLD = 16
"""Period of the folded patterns, pixels; an 8-periodic pattern has every other harmonic only."""
HALF = FOLD // 2 + 1
_REACH = {256: 5, 128: 3}
_NEAR = 2
_NOISE_FLOOR = 5e-3
"""Least standard deviation of a fold's noise, grey levels: rounding leaves it of 60 MP."""
_SURE = 6.0
"""Standard deviations at which a mean harmonic is no accident."""
_CONTENT = 0.06
"""Below this radius (cycles per pixel) scene content rules."""
_OUT = 6.0
LIMIT = 6.0
"""Harmonics are clipped to this many standard deviations: one texture must not decide alone."""
_SHRINK = 3.0
"""A mean harmonic is kept by the factor 1 - 3 / |t|²: noise passes 3 once in 20 times."""

Harmonics = NDArray[np.complex64]
"""(3, 16, 9) complex64: `scipy.fft.rfft2` order; row i, column j at (i, j) / 16 cycles per pixel,
modulo 1. Channels: luma and two colour differences (`OPPONENT`)."""

OPPONENT = np.array([[1, 1, 1], [2, -1, -1], [0, 1, -1]], np.float32)
"""Rows turn R, G, B into luma and two colour differences, orthonormal."""
OPPONENT /= np.linalg.norm(OPPONENT, axis=1, keepdims=True)

PLANE = np.full(HALF, 2, np.float32)
"""How often each column of a half plane counts in the full plane."""
PLANE[[0, -1]] = 1


@lru_cache(maxsize=4)
def _places(lattice: int) -> NDArray[np.intp]:
    """Index the neighbours of the harmonics in a flattened rfft2: (16, 9, m)."""
    step, reach = lattice // FOLD, _REACH[lattice]
    around = range(-reach, reach + 1)
    offsets = [(a, b) for a in around for b in around if max(abs(a), abs(b)) >= _NEAR]
    shift = np.array(offsets)
    rows = (np.arange(FOLD) * step)[:, None, None] + shift[:, 0]
    cols = (np.arange(HALF) * step)[None, :, None] + shift[:, 1]
    rows, cols = np.broadcast_arrays(rows, cols)
    flip = (cols < 0) | (cols > lattice // 2)  # F(-k) is conj F(k): the same power
    rows = np.where(flip, -rows, rows) % lattice
    cols = np.where(flip, -cols, cols) % lattice
    return np.asarray(rows * (lattice // 2 + 1) + cols, np.intp)


def spectrum_of(mean: Floats) -> NDArray[np.complex64]:
    """Return `scipy.fft.rfft2` of planes (3, L, L) float32, which keeps the precision.

    (numpy's is eight times slower on a stack of float32 planes.)
    """
    return np.asarray(fft.rfft2(mean), np.complex64)


def plane(lattice: int) -> Floats:
    """Return how often each frequency of an rfft2 counts, 0 where scene content rules.

    Returns
    -------
    ndarray, shape (L, L/2 + 1), float32
        2, in the first and last column 1; 0 below 0.06 cycles per pixel.
    """
    fy, fx = np.fft.fftfreq(lattice)[:, None], np.fft.rfftfreq(lattice)[None, :]
    weights = np.where(np.hypot(fy, fx) >= _CONTENT, 2.0, 0.0)
    weights[:, [0, -1]] /= 2
    return weights.astype(np.float32)


def noise_around(power: Floats) -> Floats:
    """Return the mean power of the noise at every frequency: from 8 x 8 frequencies around it.

    Parameters
    ----------
    power : ndarray, shape (3, L, L/2 + 1), float32
        Power of an rfft2.

    Returns
    -------
    ndarray, same shape, float32
        Median of each block over log 2: the mean of noise, whose power is exponential.
    """
    channels, rows, cols = power.shape
    padded = np.pad(power, ((0, 0), (0, 0), (0, -cols % 8)), mode="edge")
    medians = np.median(padded.reshape(channels, rows // 8, 8, -1, 8), axis=(2, 4))
    spread = medians.repeat(8, axis=1).repeat(8, axis=2)[:, :, :cols]
    return np.asarray(spread / np.log(2), np.float32)


def standing_out(spectrum: NDArray[np.complex64]) -> tuple[Floats, Floats]:
    """Return Wiener's factor for what stands out of a mean's noise, and that noise.

    Parameters
    ----------
    spectrum : ndarray, shape (3, L, L/2 + 1), complex64
        `scipy.fft.rfft2` of a mean residual.

    Returns
    -------
    kept, noise : ndarray, same shape, float32
        1 - 6 / (power over noise), at least 0; noise passes once in 400 times.
    """
    power = spectrum.real**2 + spectrum.imag**2
    around = noise_around(power)
    return np.maximum(0, 1 - _OUT * around / np.maximum(power, 1e-20)), around


def without_noise(mean: Floats) -> Floats:
    """Return what stands out of a mean residual's noise, (3, L, L) float32, grey levels.

    The mean residual of hundreds of photographs is mostly what averaging left of their noise;
    subtracting that would add it to every fingerprint.
    """
    spectrum = spectrum_of(mean)
    kept, _ = standing_out(spectrum)
    content = plane(mean.shape[-1]) == 0  # smooth there: its power says nothing about noise
    return np.asarray(fft.irfft2(spectrum * np.where(content, 0, kept)), np.float32)


@dataclass(frozen=True)
class Pattern:
    """The mean standardised harmonics of the images of one source.

    Averaging standardised harmonics gives every image the same say, whatever its contrast, and
    bounds what one odd image can do; the mean residual itself (eq. 2) is led by the noisiest.

    Attributes
    ----------
    mean : ndarray, shape (3, 16, 9), complex64
        Mean of the harmonics.
    power : ndarray, shape (3, 16, 9), float32
        Mean of their squared size: 1 if there were only noise.
    gain : ndarray, shape (3, 16, 9), float32
        Mean of what a harmonic of one grey level amounts to: 1 / (standard deviation of noise).
    images : int
        How many images.
    """

    mean: Harmonics
    power: Floats
    gain: Floats
    images: int

    @property
    def variance(self) -> Floats:
        """Variance of the mean harmonics, (3, 16, 9) float32."""
        size = self.mean.real**2 + self.mean.imag**2
        within = np.maximum(self.power - size, 0.1 * self.power)
        return np.asarray(within / max(self.images, 1), np.float32)

    def signal(self, baseline: NDArray[np.complex64] | None = None) -> Harmonics:
        """Return the mean harmonics without the baseline's, shrunk to 0 where they are noise.

        Parameters
        ----------
        baseline : ndarray, shape (3, 16, 9), complex64, or None
            Amplitudes (`amplitudes`) of a mean residual to subtract, grey levels; None if that
            was done when the images were added.

        Returns
        -------
        ndarray, shape (3, 16, 9), complex64
            In standard deviations of one image's noise; 0 where nothing stands out.
        """
        mean = self.mean if baseline is None else self.mean - self.gain * baseline
        size = mean.real**2 + mean.imag**2
        keep = np.maximum(0, 1 - _SHRINK * self.variance / np.maximum(size, 1e-12))
        keep[:, 0, 0] = 0
        return np.asarray(mean * keep, np.complex64)


def amplitudes(spectrum: NDArray[np.complex64]) -> NDArray[np.complex64]:
    """Return the N/16 harmonics of a fold as they are, (3, 16, 9) complex64, grey levels.

    Parameters
    ----------
    spectrum : ndarray, shape (3, L, L/2 + 1), complex64
        `scipy.fft.rfft2` of the fold; R, G, B. The result is in the `OPPONENT` channels.
    """
    lattice = spectrum.shape[-2]
    step = lattice // FOLD
    picked = spectrum[:, ::step, ::step] / np.float32(lattice**2)
    return np.asarray(np.tensordot(OPPONENT, picked, axes=1), np.complex64)


def noise(spectrum: NDArray[np.complex64]) -> Floats:
    """Return the standard deviation of noise at the N/16 harmonics, (3, 16, 9), grey levels.

    Parameters
    ----------
    spectrum : ndarray, shape (3, L, L/2 + 1), complex64
        `scipy.fft.rfft2` of the fold; R, G, B. Taken from the frequencies around each harmonic.
    """
    lattice = spectrum.shape[-2]
    around = np.take(spectrum.reshape(3, -1), _places(lattice), axis=1) / np.float32(lattice**2)
    around = np.asarray(np.tensordot(OPPONENT, around, axes=1), np.complex64)
    power = (around.real**2 + around.imag**2).mean(axis=-1)
    return np.asarray(np.sqrt(np.maximum(power, (_NOISE_FLOOR / lattice) ** 2)), np.float32)


def standardised(amplitude: NDArray[np.complex64], sigma: Floats) -> Harmonics:
    """Divide amplitudes by the noise, 0 at DC, at most 6 in size: (3, 16, 9) complex64."""
    z = amplitude / sigma
    z[:, 0, 0] = 0
    return np.asarray(z * np.minimum(1, LIMIT / np.maximum(np.abs(z), 1e-6)), np.complex64)


@dataclass
class PatternSums:
    """Float64 sums of standardised harmonics; mergeable."""

    mean: NDArray[np.complex128] = field(
        default_factory=lambda: np.zeros((3, FOLD, HALF), np.complex128)
    )
    power: NDArray[np.float64] = field(default_factory=lambda: np.zeros((3, FOLD, HALF)))
    gain: NDArray[np.float64] = field(default_factory=lambda: np.zeros((3, FOLD, HALF)))
    images: int = 0

    def add(self, folded: Floats, baseline: Harmonics | None = None) -> None:
        """Add one image's residual, folded on a lattice: (3, L, L) float32.

        `baseline`: amplitudes of the mean residual of photographs coded alike, subtracted.
        """
        spectrum = spectrum_of(folded)
        sigma = noise(spectrum)
        amplitude = amplitudes(spectrum)
        z = standardised(amplitude if baseline is None else amplitude - baseline, sigma)
        self.mean += z
        self.power += z.real**2 + z.imag**2
        self.gain += 1 / sigma
        self.images += 1

    def merge(self, other: PatternSums) -> None:
        """Add another source's sums to these."""
        self.mean += other.mean
        self.power += other.power
        self.gain += other.gain
        self.images += other.images

    def finish(self) -> Pattern:
        """Divide by the number of images."""
        images = self.images
        return Pattern(
            mean=(self.mean / images).astype(np.complex64),
            power=(self.power / images).astype(np.float32),
            gain=(self.gain / images).astype(np.float32),
            images=images,
        )


def kernel(signal: Harmonics, interference: Floats | None = None) -> Harmonics:
    """Return the matched filter for a signal: of norm 1 on harmonics that `whiten` has whitened.

    Parameters
    ----------
    signal : ndarray, shape (3, 16, 9), complex64
        As returned by `Pattern.signal`.
    interference : ndarray, shape (3, 16, 9), float32, or None
        Power of the harmonics in photographs (1: nothing but noise).

    Returns
    -------
    ndarray, shape (3, 16, 9), complex64
        All 0 if the signal is.
    """
    weights = signal if interference is None else signal / np.sqrt(interference)
    norm = np.sqrt((PLANE * (weights.real**2 + weights.imag**2)).sum())
    return np.asarray(weights / norm if norm > 0 else weights, np.complex64)


def whiten(z: Harmonics, interference: Floats) -> Harmonics:
    """Divide harmonics by the square root of their power in photographs; same shape."""
    return np.asarray(z / np.sqrt(interference), np.complex64)


def period(pattern: Pattern, baseline: NDArray[np.complex64] | None = None) -> int:
    """Return 16 if a harmonic other than the N/8 ones is sure and strong, else 8.

    Parameters
    ----------
    pattern : Pattern
        Best that of files that were never JPEG: JPEG's own blocks of 16 pixels (4:2:0) pass for
        a pattern of the generator.
    baseline : ndarray or None
        As in `Pattern.signal`.

    Returns
    -------
    int
        8 or 16: within which a shift can be told.
    """
    size = np.abs(pattern.signal(baseline))
    sure = size / np.sqrt(np.maximum(pattern.variance, 1e-12))
    eighth = size[:, ::2, ::2].max()
    size[:, ::2, ::2] = 0
    return 16 if ((size > 0.5 * eighth) & (sure > _SURE)).any() else 8


def cross(z: Harmonics, kernels: Harmonics) -> NDArray[np.complex64]:
    """Return the spectra of the folded cross-correlations, channels added.

    Parameters
    ----------
    z : ndarray, shape (..., 3, 16, 9), complex64
        Harmonics of images.
    kernels : ndarray, shape (..., 3, 16, 9), complex64
        Matched filters; the leading axes broadcast.

    Returns
    -------
    ndarray, shape (..., 16, 9), complex64
        Half plane of the correlation's spectrum.
    """
    return np.asarray((z * np.conj(kernels)).sum(axis=-3), np.complex64)


def surfaces(crossed: NDArray[np.complex64]) -> Floats:
    """Return the folded cross-correlations over all shifts.

    Parameters
    ----------
    crossed : ndarray, shape (..., 16, 9), complex64
        As returned by `cross`.

    Returns
    -------
    ndarray, shape (..., 16, 16), float32
        At ``[dy, dx]``; each value has variance 1 if there is only noise.
    """
    planes = fft.irfft2(crossed, s=(FOLD, FOLD)) * FOLD**2
    return np.asarray(planes, np.float32)


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


def best_shift(surface: Floats, period: int) -> tuple[int, int]:
    """Return the shift at which a folded cross-correlation is greatest.

    Parameters
    ----------
    surface : ndarray, shape (16, 16), float32
        As returned by `surfaces`.
    period : int
        8 or 16.

    Returns
    -------
    tuple of int
        ``(dy, dx)``, each in ``range(period)``: the image shows the entry's pattern moved by dy
        pixels down and dx pixels right, ``image[y, x] ~ pattern[y - dy, x - dx]``.
    """
    n = FOLD // period
    folded = surface.reshape(n, period, n, period).sum(axis=(0, 2))
    y, x = np.unravel_index(int(np.argmax(folded)), folded.shape)
    return int(y), int(x)
