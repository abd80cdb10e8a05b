"""The state the pixels are in: pure measurements behind the rules of `applicability`.

None of them costs more than a few milliseconds: large images are looked at in their middle.

References
----------
.. [1] A. Gallagher, "Detection of linear and cubic interpolation in JPEG compressed images", CRV
   2005: the second difference of a resampled image is periodic.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import fft as sfft
from scipy import ndimage

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

VIEW = 512
"""Side of the middle part that is looked at, in pixels."""
_SOFT_VIEW = 256
_STRIP = 192
_BLOCK = 16
_BINS = 512
_LOWEST = 0.06
_LATTICE = 8
_CLEAR = 6 / 512


@dataclass(frozen=True, slots=True)
class Condition:
    """What was measured of one image.

    Attributes
    ----------
    textured : float
        Share of 16x16 blocks whose green varies by more than one code.
    clipped : float
        Share of pixels with a channel at 0 or 255.
    chroma : float
        Mean absolute difference of R and B from G, codes: 0 is grey.
    even : float
        Share of 16x16 blocks of exactly one level of green, black and white ones aside.
    soft : float
        log10 power at 0.28-0.35 cycles/px over that at 0.12-0.22: low in blurred or enlarged ones.
    detail : float
        log10 power of the luma at 0.28-0.35 cycles/px, codes²: about 2 in photographs, -1.6 where
        rounding is all there is, as after strong blur (which leaves `soft` as it was).
    resampled : float
        ln of the strongest period of the second difference over its surroundings, the weaker of
        rows and columns [1]_; about 1 to 2 in images that were not resized.
    """

    textured: float
    clipped: float
    chroma: float
    even: float
    soft: float
    detail: float
    resampled: float


def green_blocks(codes: U8) -> tuple[U8, U8]:
    """Lowest and highest green in 16x16 blocks of (3, H, W) codes; small images are one block."""
    green = codes[1]
    rows, columns = green.shape[0] // _BLOCK, green.shape[1] // _BLOCK
    if not rows or not columns:
        return np.atleast_1d(green.min()), np.atleast_1d(green.max())
    blocks = green[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK)
    return blocks.min(axis=1).min(axis=2).ravel(), blocks.max(axis=1).max(axis=2).ravel()


def _middle(codes: U8, height: int, width: int) -> U8:
    h, w = codes.shape[1:]
    y, x = max(0, (h - height) // 2), max(0, (w - width) // 2)
    return codes[:, y : y + height, x : x + width]


def _luma(codes: U8) -> F32:
    r, g, b = codes.astype(np.float32)
    return np.asarray(np.float32(0.299) * r + np.float32(0.587) * g + np.float32(0.114) * b)


@lru_cache(maxsize=8)
def _taper(h: int, w: int) -> tuple[F32, npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Hann window of unit power, and the bins at 0.28-0.35 and at 0.12-0.22 cycles/px."""
    taper = np.outer(np.hanning(h + 2)[1:-1], np.hanning(w + 2)[1:-1]).astype(np.float32)
    radius = np.hypot(sfft.fftfreq(h)[:, None], sfft.rfftfreq(w)[None, :]).ravel()
    fine = np.flatnonzero((radius >= 0.28) & (radius < 0.35))
    coarse = np.flatnonzero((radius >= 0.12) & (radius < 0.22))
    return taper / np.sqrt(np.square(taper).sum()), fine, coarse


def fineness(luma: F32) -> tuple[float, float]:
    """Measure `Condition.soft` and `Condition.detail` of an (H, W) luma plane."""
    taper, fine, coarse = _taper(*luma.shape)
    spectrum = sfft.rfft2((luma - luma.mean()) * taper).ravel()
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    # A thousandth of a code: below, rounding is all there is.
    above, below = np.median(power[fine]) + 1e-3, np.median(power[coarse]) + 1e-3
    return float(np.log10(above / below)), float(np.log10(above))


def resampling(across: F32, down: F32) -> float:
    """Measure `Condition.resampled` [1]_.

    Multiples of 1/8 cycles per pixel are left out: JPEG and many generators leave those.

    Parameters
    ----------
    across : numpy.ndarray
        (n, W) luma of the middle rows.
    down : numpy.ndarray
        (H, n) luma of the middle columns.
    """
    freq = np.arange(_BINS // 2 + 1) / _BINS
    away = np.abs(freq - np.rint(freq * _LATTICE) / _LATTICE) > _CLEAR
    usable = (freq > _LOWEST) & away
    found = []
    for plane in (across, down.T):
        second = np.abs(2 * plane[:, 1:-1] - plane[:, :-2] - plane[:, 2:])
        # Not log1p: it is computed one by one, and only the mean of many matters.
        line = np.log(second + np.float32(1)).mean(axis=0)
        line = line - ndimage.uniform_filter1d(line, 9)
        power = np.abs(sfft.rfft(line * np.hanning(line.size), _BINS)) ** 2
        found.append(power / (ndimage.median_filter(power, 61) + 1e-12))
    return float(np.log(np.minimum(*found)[usable].max() + 1e-9))


def measure(codes: U8) -> Condition:
    """Measure the state of (3, H, W) codes.

    Images under 64 px a side, on which there is no opinion, are only measured for texture.
    """
    low, high = green_blocks(codes)
    textured = float(np.mean(high - low > 1))
    even = float(np.mean((low == high) & (low > 0) & (low < 255)))
    h, w = codes.shape[1:]
    if min(h, w) < 64:
        return Condition(textured, 0.0, 255.0, 0.0, 0.0, 0.0, 0.0)
    sample = _middle(codes, VIEW, VIEW)[:, ::2, ::2]
    r, g, b = sample.astype(np.int16)
    soft, detail = fineness(_luma(_middle(codes, _SOFT_VIEW, _SOFT_VIEW)))
    return Condition(
        textured=textured,
        clipped=float(((sample == 0) | (sample == 255)).any(axis=0).mean()),
        chroma=float(np.abs(r - g).mean() + np.abs(b - g).mean()),
        even=even,
        soft=soft,
        detail=detail,
        resampled=resampling(
            _luma(_middle(codes, _STRIP, VIEW)), _luma(_middle(codes, VIEW, _STRIP))
        ),
    )
