"""Counting joint levels, of several tiles at once.

Tiles of one size are interleaved: of (T, H, W) planes the (H, W T) array that holds pixel x of
tile t in column ``x T + t``. A step of one pixel along a row is one of T columns, everything else
is as with one tile. Every call's cost is shared, a filter's running sums and a histogram's
counters wait less for each other. All that is counted follows from whole numbers: what a tile
gives does not depend on its neighbours.

Level maps hold the levels 0 to 4 of tile t as ``level + 5 t``. Joined to codes, these fall into
bins of their own for every tile, and no code exceeds 8 (a pair) or 16 bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import torch

from fpinspect._cv2 import cv2

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]

TOGETHER = 4
"""So many tiles are interleaved at most: a pair of levels has 8 bits."""
LEVELS = 5
"""Levels of a map."""
# What the levels' offset of 5 per tile amounts to in codes of three and of four levels.
_STRIDE = {3: LEVELS * (25 + 5 + 1), 4: LEVELS * (125 + 25 + 5 + 1)}


def interleave(planes: Sequence[U8]) -> U8:
    """Interleave T planes (H, W): (H, W T)."""
    merged = cv2.merge(planes) if len(planes) > 1 else np.ascontiguousarray(planes[0])
    return np.asarray(merged.reshape(len(merged), -1), np.uint8)


@lru_cache(maxsize=32)
def per_tile(first: int, step: int, width: int, tiles: int) -> torch.Tensor:
    """One row of `width` interleaved pixels that holds ``first + step t``: (W T,) int16."""
    return torch.arange(first, first + step * tiles, step, dtype=torch.int16).repeat(width)


def to_levels(rounded: npt.NDArray[np.int8], tiles: int) -> U8:
    """Clip whole numbers to -2 to 2, in place; return them as levels of an interleaved map."""
    levels = torch.from_numpy(rounded).clamp_(-2, 2)
    levels += _level_zero(rounded.shape[1] // tiles, tiles)
    return rounded.view(np.uint8)


@lru_cache(maxsize=32)
def _level_zero(width: int, tiles: int) -> torch.Tensor:
    return per_tile(2, LEVELS, width, tiles).to(torch.int8)


def pairs(first: U8, second: U8) -> U8:
    """Join two level maps of equal shape: 5 first + second."""
    joined = torch.add(torch.from_numpy(second), torch.from_numpy(first), alpha=LEVELS)
    return np.asarray(joined.numpy(), np.uint8)


def joint(pair: U8, rest: U8, *, of: int, tiles: int) -> F32:
    """Joint distribution of the levels of three or four maps.

    Parameters
    ----------
    pair, rest, of, tiles
        As in `joint_counts`.

    Returns
    -------
    numpy.ndarray
        (T, 5^of) float32: square roots of the relative frequencies (Hellinger), so that rare
        cells count too.
    """
    return roots(joint_counts(pair, rest, of=of, tiles=tiles), pair.size // tiles)


def roots(counts: F32, pixels: int) -> F32:
    """Square roots of relative frequencies among so many pixels; float32."""
    return np.asarray(np.sqrt(counts / np.float32(max(pixels, 1))), np.float32)


def joint_counts(pair: U8, rest: U8, *, of: int, tiles: int) -> F32:
    """Count the joint levels of three or four maps.

    Parameters
    ----------
    pair : numpy.ndarray
        (h, w T) uint8, two maps joined by `pairs`.
    rest : numpy.ndarray
        Of the same shape: the third map, or two more joined by `pairs`.
    of : int
        How many maps that are.
    tiles : int
        T.

    Returns
    -------
    numpy.ndarray
        (T, 5^of) float32; the first map's level is the most significant.
    """
    code = torch.from_numpy(rest).to(torch.int16)
    code.add_(torch.from_numpy(pair).to(torch.int16), alpha=25 if of == 4 else 5)
    return count(code, tiles=tiles, stride=_STRIDE[of], cells=LEVELS**of)


def count(code: torch.Tensor, *, tiles: int, stride: int, cells: int) -> F32:
    """Count codes of interleaved tiles.

    Parameters
    ----------
    code : torch.Tensor
        int16; those of tile t are ``stride t`` to ``stride t + cells - 1``.
    tiles : int
        T.
    stride, cells : int
        `cells` is at most `stride`.

    Returns
    -------
    numpy.ndarray
        (T, cells) float32.
    """
    found = torch.bincount(code.flatten(), minlength=stride * tiles)
    return found.view(tiles, stride)[:, :cells].numpy().astype(np.float32)
