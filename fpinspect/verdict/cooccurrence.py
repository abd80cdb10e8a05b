"""Co-occurrences of quantised differences: four neighbours in a row, and three colours.

All functions take interleaved planes of T tiles, see `counting`.

References
----------
.. [1] J. Fridrich, J. Kodovsky, "Rich Models for Steganalysis of Digital Images", IEEE TIFS 7(3),
   2012: quantised high-pass residuals and their four-pixel co-occurrences.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from fpinspect._cv2 import cv2
from fpinspect.verdict.counting import LEVELS, count, joint, pairs, per_tile

F32 = npt.NDArray[np.float32]
I16 = npt.NDArray[np.int16]
U8 = npt.NDArray[np.uint8]

# Truncation T = 2: five levels. A residual r falls into level sum(r >= t); the three steps are
# rounding to 1, 2 and 3 codes (coarser steps for higher orders, as in the rich models).
_STEPS: dict[int, tuple[int, int, int, int]] = {
    1: (-1, 0, 1, 2),
    2: (-3, -1, 2, 4),
    3: (-4, -1, 2, 5),
    4: (-6, -2, 3, 7),
}
# The three steps' levels of a difference depend on its value clipped to this; merging the cells of
# one joint histogram of clipped values gives the histograms of all three.
_CLIP = 7
_VALUES = 2 * _CLIP + 1
_CELLS = _VALUES**3
_MERGE: F32 = np.array(
    [
        [sum(value >= t for t in _STEPS[step]) == level for step in (1, 2, 4) for level in range(5)]
        for value in range(-_CLIP, _CLIP + 1)
    ],
    np.float32,
)


def _quantise(residual: I16, step: int, tiles: int) -> U8:
    """Map a residual to a level map."""
    t0, t1, t2, t3 = _STEPS[step]
    level = (residual >= t0).view(np.uint8)
    for threshold in (t1, t2, t3):
        level += (residual >= threshold).view(np.uint8)
    if tiles > 1:
        level += per_tile(0, LEVELS, level.shape[1] // tiles, tiles).numpy().astype(np.uint8)
    return level


def _differences(plane: I16, axis: int, tiles: int) -> list[I16]:
    """First to third order differences along an axis of an interleaved plane."""
    out = [plane]
    for _ in range(3):
        last = out[-1]
        ends = (last[:, tiles:], last[:, :-tiles]) if axis else (last[1:], last[:-1])
        out.append(np.asarray(cv2.subtract(*ends), np.int16))
    return out[1:]


def four_in_a_row(plane: I16, tiles: int) -> F32:
    """Joint levels of four neighbours [1]_.

    Parameters
    ----------
    plane : numpy.ndarray
        (H, W T) int16.
    tiles : int
        T.

    Returns
    -------
    numpy.ndarray
        (T, 3750) float32, see `counting.joint`: along the rows orders 1, 2, 3, then along the
        columns.
    """
    parts = []
    for axis in (1, 0):
        for order, difference in enumerate(_differences(plane, axis, tiles), start=1):
            level = _quantise(difference, order, tiles)
            if axis:
                pair = pairs(level[:, :-tiles], level[:, tiles:])
                first, second = pair[:, : -2 * tiles], pair[:, 2 * tiles :]
            else:
                pair = pairs(level[:-1], level[1:])
                first, second = pair[:-2], pair[2:]
            parts.append(joint(first, second, of=4, tiles=tiles))
    return np.concatenate(parts, axis=1)


def colours(planes: Sequence[I16], tiles: int) -> F32:
    """Joint levels of three planes at the same pixel, six differences, three steps.

    Parameters
    ----------
    planes : sequence of numpy.ndarray
        Three of (H, W T) int16.
    tiles : int
        T.

    Returns
    -------
    numpy.ndarray
        (T, 2250) float32: per direction and order (as in `four_in_a_row`) steps 1, 2 and 4, 125
        cells each; square roots of the relative frequencies.
    """
    counts, sizes = [], []
    for axis in (1, 0):
        for found in zip(*(_differences(plane, axis, tiles) for plane in planes), strict=True):
            first, second, third = (torch.from_numpy(part).clamp_(-_CLIP, _CLIP) for part in found)
            code = second.add_(first, alpha=_VALUES)
            code = third.add_(code, alpha=_VALUES)
            code += per_tile(_CELLS // 2, _CELLS, code.shape[1] // tiles, tiles)
            counts.append(count(code, tiles=tiles, stride=_CELLS, cells=_CELLS))
            sizes.append(max(code.numel() // tiles, 1))
    merged = _merge(np.stack(counts, axis=1).reshape(-1, _CELLS))
    share = merged.reshape(tiles, len(counts), -1) / np.array(sizes, np.float32)[:, None]
    return np.asarray(np.sqrt(share).reshape(tiles, -1), np.float32)


def _merge(counts: F32) -> F32:
    """Merge the values of (N, 15^3) counts into levels for each step: (N, 3 * 125).

    Counts are whole numbers far below 2^24: their sums are exact in any order.
    """
    n = len(counts)
    # Merge third planes' values, then the second's, then the first's.
    joined = counts.reshape(-1, _VALUES) @ _MERGE
    parts = []
    for i in range(3):
        group = _MERGE[:, 5 * i : 5 * i + 5]
        third = np.ascontiguousarray(joined[:, 5 * i : 5 * i + 5]).reshape(n, _VALUES, _VALUES, 5)
        first = np.tensordot(group.T, third.transpose(1, 0, 2, 3), 1)
        parts.append(np.tensordot(first, group, (2, 0)).transpose(1, 0, 3, 2).reshape(n, 125))
    return np.concatenate(parts, axis=1)
