"""What three published detectors look at: pure functions of one tile.

References
----------
.. [1] T. Dzanic, K. Shah, F. Witherden, "Fourier Spectrum Discrepancies in Deep Network Generated
   Images", NeurIPS 2020 (the study's ref. 7).
.. [2] PRISM, arXiv 2509.15270: radial amplitude and phase with a linear discriminant.
.. [3] Q. Bammey, "Synthbuster: Towards Detection of Diffusion Model Generated Images", IEEE OJSP
   2024: harmonics of the cross-difference.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]
Planes = TypeVar("Planes", U8, npt.NDArray[np.int16])

DECAY_FROM = 0.85
"""The power law is fitted from this share of the largest full ring, 0.5 cycles/px, on."""
RINGS = 48
"""Rings of equal width up to 0.5 cycles/px."""
HARMONICS = 16
"""Harmonics at multiples of 1/16 cycles/px; those of 1/8 are among them."""
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


@lru_cache(maxsize=16)
def _rings(height: int, width: int) -> tuple[npt.NDArray[np.intp], F32]:
    """Ring of every bin of the half plane, `RINGS` outside; and bins per ring."""
    fy, fx = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None]
    index = np.minimum(np.hypot(fy, fx) * (2 * RINGS), RINGS).astype(np.intp)
    count = np.bincount(index.ravel(), minlength=RINGS + 1)[:RINGS]
    return index, np.maximum(count, 1).astype(np.float32)


def _radial(plane: npt.NDArray[np.floating]) -> F32:
    """Mean over each ring of a half plane: (RINGS,)."""
    index, count = _rings(plane.shape[0], 2 * (plane.shape[1] - 1))
    total = np.bincount(index.ravel(), plane.ravel(), RINGS + 1)[:RINGS]
    return np.asarray(total / count, np.float32)


def even(planes: Planes) -> Planes:
    """Cut (C, H, W) planes to sides that are multiples of 16; no side is under 16."""
    h, w = (side // HARMONICS * HARMONICS for side in planes.shape[1:])
    return planes[:, :h, :w]


def power_law(codes: U8) -> F32:
    """Decay of the radial spectrum at high frequencies [1]_.

    The radial mean magnitude of luma over its value at zero frequency, in log-log over
    [0.85, 1] of 0.5 cycles/px.

    Parameters
    ----------
    codes : numpy.ndarray
        (3, H, W) uint8.

    Returns
    -------
    numpy.ndarray
        (3,) float32: exponent b, natural logarithms of the first and of the last magnitude.
    """
    luma = np.tensordot(_LUMA, even(codes).astype(np.float32), 1)
    magnitude = np.abs(np.fft.rfft2(luma))
    radial = np.log(_radial(magnitude) / (magnitude[0, 0] + 1e-6) + 1e-9)
    place = np.log((np.arange(RINGS) + 0.5) / RINGS)
    last = np.arange(RINGS) >= DECAY_FROM * RINGS
    slope = np.polyfit(place[last], radial[last], 1)[0]
    return np.array([slope, radial[last][0], radial[last][-1]], np.float32)


def radial_amplitude_phase(codes: U8) -> F32:
    """Radial means of log-amplitude and of the phase's cosine and sine, per colour [2]_.

    Returns
    -------
    numpy.ndarray
        (432,) float32: per channel 48 log-amplitudes, 48 cosines, 48 sines.
    """
    spectrum = np.fft.rfft2(even(codes).astype(np.float32) / np.float32(255))
    parts = []
    for plane in spectrum:
        amplitude = np.abs(plane)
        unit = plane / (amplitude + 1e-12)
        parts += [_radial(np.log(amplitude + 1e-3)), _radial(unit.real), _radial(unit.imag)]
    return np.concatenate(parts)


def cross_difference_harmonics(codes: U8) -> F32:
    """Harmonics at multiples of 1/16 cycles/px of the cross-difference [3]_.

    The 2x2 filter |x(i, j) + x(i+1, j+1) - x(i, j+1) - x(i+1, j)| takes the scene away; what is
    left at the harmonics is written over the mean magnitude, in nepers.

    Returns
    -------
    numpy.ndarray
        (432,) float32: per channel 16 rows of 9 harmonics (half plane).
    """
    x = codes.astype(np.int16)
    cross = np.abs(x[:, :-1, :-1] + x[:, 1:, 1:] - x[:, :-1, 1:] - x[:, 1:, :-1])
    # The filter loses a row and a column; repeating the last ones keeps the harmonics on bins.
    planes = even(np.pad(cross, ((0, 0), (0, 1), (0, 1)), mode="edge")).astype(np.float32)
    magnitude = np.abs(np.fft.rfft2(planes)).astype(np.float32)
    h, w = planes.shape[1:]
    peaks = magnitude[:, :: h // HARMONICS, :: w // HARMONICS]
    level = magnitude.mean(axis=(1, 2), keepdims=True) + np.float32(1e-3)
    return np.asarray(np.log(peaks / level + np.float32(1e-4)), np.float32).ravel()


DESCRIPTORS = (power_law, radial_amplitude_phase, cross_difference_harmonics)
LENGTHS = (3, 9 * RINGS, 3 * HARMONICS * (HARMONICS // 2 + 1))
"""How many numbers each of them gives."""


AMPLITUDES = np.arange(9 * RINGS).reshape(3, 3, RINGS)[:, 0].ravel()
"""Where `radial_amplitude_phase` has the amplitudes."""


def every(codes: U8) -> F32:
    """Numbers of all descriptors, one after the other: (sum of `LENGTHS`,)."""
    return np.concatenate([describe(codes) for describe in DESCRIPTORS])
