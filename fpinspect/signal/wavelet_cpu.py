"""The filter of `wavelet` on the CPU, in OpenCV: the same lattice, the same numbers to rounding.

Planes are interleaved, four at a time: of (P, H, W) planes the (H, 4 W) array that holds pixel x of
plane p in column ``4 x + p``. Every pass runs over long contiguous rows, the box filters' running
sums do not wait for each other, and calls are shared. A group is always of four, so that the
numbers of a plane do not depend on its company.

High bands have the opposite sign here; it cancels.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fpinspect._cv2 import cv2
from fpinspect.signal.wavelet import DELAYS, PASS_GAIN, TANGENTS, WINDOWS

Float32 = NDArray[np.float32]

_TOGETHER = 4


@lru_cache(maxsize=64)
def _phases(n: int) -> NDArray[np.intp]:
    """Index the even, then the odd samples of an axis of length n, symmetrically extended."""
    position = (np.arange((n + 7) // 2 * 2 + 2 * DELAYS) - 6) % (2 * n)
    index = np.where(position < n, position, 2 * n - 1 - position)
    return np.concatenate([index[0::2], index[1::2]])


def _rotate(
    a: Float32, b: Float32, tangent: float, out: tuple[Float32, Float32] | None = None
) -> tuple[Float32, Float32]:
    """Return a - tangent b and b + tangent a."""
    first, second = out or (None, None)
    return (
        np.asarray(cv2.scaleAdd(b, -tangent, a, dst=first), np.float32),
        np.asarray(cv2.scaleAdd(a, tangent, b, dst=second), np.float32),
    )


def _split(x: Float32) -> tuple[Float32, Float32]:
    """Analyse the rows of x (n, m) into low and high, each ((n + 7) // 2, m)."""
    both = x[_phases(len(x))]
    half = len(both) // 2
    a, b = _rotate(both[:half], both[half:], -TANGENTS[0])
    for tangent in TANGENTS[1:]:
        a, b = _rotate(a[:-1], b[1:], tangent)
    return a, b


def _join(a: Float32, b: Float32) -> Float32:
    """Invert `_split` up to the gain: (k, m) twice to (2 k - 6, m)."""
    for tangent in TANGENTS[:0:-1]:
        a, b = _rotate(a, b, -tangent)
        a, b = a[1:], b[:-1]
    out = np.empty((2 * len(a), a.shape[1]), np.float32)
    _rotate(a, b, TANGENTS[0], (out[0::2], out[1::2]))
    return out


def _turn(x: Float32) -> Float32:
    """Transpose interleaved planes."""
    turned = cv2.transpose(x.reshape(len(x), -1, _TOGETHER))
    return np.asarray(turned.reshape(len(turned), -1), np.float32)


def _noise_part(detail: Float32, sigma: float, gain: float) -> Float32:
    """Leave the noise part of a detail band, see `wavelet.wiener_noise`."""
    square = cv2.multiply(detail, detail).reshape(len(detail), -1, _TOGETHER)
    energy = None
    for size in WINDOWS:
        mean = cv2.boxFilter(square, -1, (size, size), borderType=cv2.BORDER_REFLECT)
        energy = mean if energy is None else cv2.min(energy, mean, dst=energy)
    flat = np.asarray(energy, np.float32).reshape(detail.shape)
    np.maximum(flat, np.float32(sigma**2 / gain), out=flat)
    return np.asarray(cv2.divide(detail, flat, scale=sigma**2), np.float32)


def _group_noise(x: Float32, sigma: float, levels: int) -> Float32:
    """Noise of interleaved planes (H, 4 W)."""
    details: list[tuple[list[Float32], int, int]] = []
    for level in range(1, levels + 1):
        height, width = len(x), x.shape[1] // _TOGETHER
        low, high = _split(x)
        (x, across), found = _split(_turn(low)), _split(_turn(high))
        # Unnormalised coefficients: see `wavelet.wiener_noise`.
        gain = PASS_GAIN ** (2 * level)
        bands = [_noise_part(band, sigma, gain) for band in (across, *found)]
        details.append((bands, height, width))
    noise = np.zeros_like(x)
    for bands, height, width in reversed(details):
        low = _turn(_join(noise, bands[0])[:width])
        high = _turn(_join(bands[1], bands[2])[:width])
        noise = _join(low, high)[:height]
    return noise


def wiener_noise(planes: Float32, *, sigma: float, levels: int) -> Float32:
    """Noise that the filter takes out of each plane, as `wavelet.wiener_noise`.

    Parameters
    ----------
    planes : numpy.ndarray
        (P, H, W) float32, H and W at least 1.
    sigma : float
        Standard deviation of the noise, in the unit of the planes; above 0.
    levels : int
        Number of decomposition levels.

    Returns
    -------
    numpy.ndarray
        (P, H, W) float32.
    """
    out = np.empty(planes.shape, np.float32)
    height, width = planes.shape[1:]
    for start in range(0, len(planes), _TOGETHER):
        part = planes[start : start + _TOGETHER]
        # The filter ignores constants; rounding would leave a residual on flat images.
        level = [plane - plane[0, 0] for plane in part]
        level += [level[-1]] * (_TOGETHER - len(level))
        merged = cv2.merge(level).reshape(height, -1)
        noise = _group_noise(np.asarray(merged, np.float32), sigma, levels)
        shaped = noise.reshape(height, width, _TOGETHER)
        for i in range(len(part)):
            cv2.extractChannel(shaped, i, dst=out[start + i])
    return out
