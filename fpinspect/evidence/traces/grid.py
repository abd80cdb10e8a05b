"""The trace of an earlier JPEG compression in an image that is stored without loss.

JPEG rounds the DCT coefficients of each 8×8 block to multiples of a step. Decoded and saved
without loss, the coefficients of blocks on the old grid still lie near those multiples, on any
other grid they do not (Fan and de Queiroz, "Identification of bitmap compression history", IEEE
Trans. Image Processing 12(2), 2003). For each quality setting of libjpeg the score is

    S(Q) = Σ cos(2π c / q_k(Q)) / √(N/2)    over the N coefficients with |c| > q_k(Q)/2,

the sum of 16 low frequencies k: about standard normal without a grid, positive on one. Leaving
out the coefficients near zero makes a smooth (Laplacian) distribution negative, so that flat
images do not pass for compressed ones; what the grids half a block away score is subtracted. Blocks
are sampled: the cost does not grow with the image.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fpinspect.evidence.coding.jpeg import luma_tables

THRESHOLD = 12.0
"""Scores above are called a trace; see tests/evidence/test_grid.py for what that costs."""

_BLOCKS = 768
_WINDOWS = 48
_MIN_BLOCKS = 16
# A shifted grid that scores less on the small sample is not looked at again.
_PROMISING = 5.0
_COARSER = 8
_BIN = 0.5
_BINS = 96
_FINEST, _COARSEST = 2, 48
_FREQUENCIES = [
    (u, v) for u in range(5) for v in range(5) if 0 < u + v <= 5 and (u + v < 5 or 2 <= u <= 3)
]
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True, slots=True)
class GridTrace:
    """The best explanation of the pixels by an earlier JPEG compression.

    Attributes
    ----------
    found : bool
        Whether the score passes `THRESHOLD`.
    score : float
        See the module's text.
    quality : int or None
        The libjpeg quality that explains the coefficients best; None when nothing was found.
    offset : tuple of int or None
        (y, x) of the first whole block of the old grid, 0..7 each; None when nothing was found.
    """

    found: bool
    score: float
    quality: int | None
    offset: tuple[int, int] | None


@lru_cache(maxsize=1)
def _tables() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return what does not depend on the image.

    Returns
    -------
    basis : ndarray
        (64, K): pixels of a block to K coefficients.
    weights : ndarray
        (K · bins, 200): histograms of |c| to the sums of cos(2π c / q) for the 100 qualities, then
        to the numbers of coefficients, both over |c| > q/2; zero where q is too fine or too coarse.
    """
    k = np.arange(8)
    dct = np.sqrt(2 / 8) * np.cos((2 * k[None, :] + 1) * k[:, None] * np.pi / 16)
    dct[0] /= np.sqrt(2)
    basis = np.stack([np.outer(dct[u], dct[v]).ravel() for u, v in _FREQUENCIES], axis=1)
    step = luma_tables()[:, [8 * u + v for u, v in _FREQUENCIES]].T[:, None, :]  # (K, 1, 100)
    centres = (np.arange(_BINS)[None, :, None] + 0.5) * _BIN
    counted = (centres > step / 2) & (step >= _FINEST) & (step <= _COARSEST)
    weights = np.concatenate([np.cos(2 * np.pi * centres / step) * counted, counted], axis=2)
    return basis.astype(np.float32), weights.reshape(-1, 200).astype(np.float32)


def trace_grid(pixels: NDArray[Any]) -> GridTrace | None:
    """Look for an earlier JPEG compression.

    Parameters
    ----------
    pixels : ndarray
        (H, W, 3) uint8, as decoded from a lossless file.

    Returns
    -------
    GridTrace or None
        None where the image is too small or too flat to tell.
    """
    height, width = pixels.shape[:2]
    if pixels.dtype != np.uint8 or height < 32 or width < 32:
        return None
    aligned = _score(_aligned_blocks(pixels))
    if aligned is None:
        return None
    score, quality, _ = aligned
    offset = (0, 0)
    if score < THRESHOLD:
        shifted = _score(_shifted_blocks(pixels))
        if shifted is not None and shifted[2] and shifted[0] >= _PROMISING:
            candidate = divmod(shifted[2], 8)
            again = _score(_aligned_blocks(pixels[candidate[0] :, candidate[1] :]))
            if again is not None and again[0] > score:
                (score, quality, _), offset = again, candidate
    if score >= THRESHOLD:
        score -= _elsewhere(pixels, offset)
    found = score >= THRESHOLD
    return GridTrace(found, round(score, 2), quality if found else None, offset if found else None)


def trace_double(pixels: NDArray[Any], quality: int) -> GridTrace | None:
    """Look for an earlier, coarser JPEG compression in the pixels of a JPEG file.

    On the file's own grid the coefficients are near multiples of the coarser steps instead of the
    file's; on another grid (cropped in between) near any.

    Parameters
    ----------
    pixels : ndarray
        (H, W, 3) uint8, as decoded.
    quality : int
        Quality of the file; an earlier one is only seen where it is coarser by `_COARSER`.

    Returns
    -------
    GridTrace or None
        None where the image is too small or too flat to tell.
    """
    height, width = pixels.shape[:2]
    if pixels.dtype != np.uint8 or height < 32 or width < 32:
        return None
    aligned = _score(_aligned_blocks(pixels))
    if aligned is None:
        return None
    (score, found, _), offset = aligned, (0, 0)
    if score < THRESHOLD or found > quality - _COARSER:
        score = 0.0
        shifted = _score(_shifted_blocks(pixels)[1:])
        if shifted is not None and shifted[0] >= _PROMISING:
            offset = divmod(shifted[2] + 1, 8)
            again = _score(_aligned_blocks(pixels[offset[0] :, offset[1] :]))
            score, found, _ = again or (0.0, 0, 0)
    if score >= THRESHOLD:
        score -= _elsewhere(pixels, offset)
    if score < THRESHOLD or found > quality - _COARSER:
        return GridTrace(False, round(score, 2), None, None)
    return GridTrace(True, round(score, 2), found, offset)


def _elsewhere(pixels: NDArray[Any], offset: tuple[int, int]) -> float:
    """Return the best score on the grids half a block away, at least 0.

    Drawn gradients and patterns repeat the same few coefficients on every grid.
    """
    scores = [0.0]
    for down, right in ((4, 4), (0, 4), (4, 0)):
        shifted = pixels[(offset[0] + down) % 8 :, (offset[1] + right) % 8 :]
        other = _score(_aligned_blocks(shifted))
        scores.append(other[0] if other else 0.0)
    return max(scores)


def _spread(count: int, wanted: int) -> NDArray[np.int64]:
    """Return at most `wanted` indices spread evenly over ``range(count)``."""
    return np.linspace(0, count - 1, min(count, wanted)).round().astype(np.int64)


def _luma(patches: NDArray[Any]) -> NDArray[np.float32]:
    """Return the luma (N, h, w) of RGB patches (N, h, w, 3) that can hold multiples.

    Clipped patches have lost them, flat ones never had any.
    """
    luma = sum(patches[..., k] * _LUMA[k] for k in range(3))
    flat = luma.reshape(len(luma), -1)
    low, high = flat.min(1), flat.max(1)
    usable: NDArray[np.float32] = luma[(low > 0.5) & (high < 254.5) & (high - low > 2)]
    return usable


def _aligned_blocks(pixels: NDArray[Any]) -> NDArray[np.float32]:
    """Sample luma blocks on the grid of the array: (1, N, 64)."""
    rows, columns = pixels.shape[0] // 8, pixels.shape[1] // 8
    grid = pixels[: rows * 8, : columns * 8].reshape(rows, 8, columns, 8, 3)
    y, x = np.divmod(_spread(rows * columns, _BLOCKS), columns)
    return _luma(grid[y, :, x]).reshape(1, -1, 64)


def _shifted_blocks(pixels: NDArray[Any]) -> NDArray[np.float32]:
    """Sample luma blocks on all 64 grids: (64, N, 64), the first axis is ``8 y + x``."""
    rows, columns = (pixels.shape[0] - 7) // 8, (pixels.shape[1] - 7) // 8
    y, x = np.divmod(_spread(rows * columns, _WINDOWS), columns)
    reach = np.arange(15)
    windows = pixels[(8 * y)[:, None, None] + reach[:, None], (8 * x)[:, None, None] + reach]
    blocks = np.lib.stride_tricks.sliding_window_view(_luma(windows), (8, 8), axis=(1, 2))
    return blocks.transpose(1, 2, 0, 3, 4).reshape(64, -1, 64)


def _score(blocks: NDArray[np.float32]) -> tuple[float, int, int] | None:
    """Return the best score, its quality and its grid; None with too few blocks.

    Parameters
    ----------
    blocks : ndarray
        (G, N, 64) luma blocks of G grids.
    """
    if blocks.shape[1] < _MIN_BLOCKS:
        return None
    basis, weights = _tables()
    grids, count = len(blocks), basis.shape[1]
    index = (np.abs(blocks.reshape(-1, 64) @ basis) / np.float32(_BIN)).astype(np.int32)
    np.minimum(index, _BINS, out=index)
    slot = np.arange(grids * count, dtype=np.int32).reshape(grids, 1, count) * (_BINS + 1)
    histogram = np.bincount(
        (index.reshape(grids, -1, count) + slot).ravel(), minlength=grids * count * (_BINS + 1)
    ).reshape(grids, count, _BINS + 1)
    sums = histogram[..., :_BINS].reshape(grids, -1).astype(np.float32) @ weights
    score = sums[:, :100] / np.sqrt(np.maximum(sums[:, 100:], 25) / 2)
    grid, quality = np.unravel_index(int(score.argmax()), score.shape)
    return float(score[grid, quality]), int(quality) + 1, int(grid)
