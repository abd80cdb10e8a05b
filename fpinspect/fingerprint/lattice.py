"""Putting an image on the lattice of its generator: folding and shifting.

A generator's fingerprint is a pattern that repeats over the pixel lattice. Pixels whose
coordinates agree modulo the lattice see the same phase of it, so an image of any size is
*folded*: averaged over all pixels of equal phase.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def fold_sums(
    planes: Floats, lattice: int, origin: tuple[int, int] = (0, 0)
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Sum an image over the cells of a lattice.

    Parameters
    ----------
    planes : ndarray, shape (C, H, W), float32
        Any planes: residual, denoised image.
    lattice : int
        Period in pixels.
    origin : tuple of int
        Lattice position ``(y, x)`` of the image's first pixel (any integers; taken modulo
        `lattice`).

    Returns
    -------
    sums : ndarray, shape (C, lattice, lattice), float32
        Sum of the pixels at each lattice position.
    counts : ndarray, shape (lattice, lattice), float32
        How many pixels were summed there; 0 where the image does not reach.
    """
    channels, height, width = planes.shape
    top, left = origin[0] % lattice, origin[1] % lattice
    rows = np.zeros((channels, lattice, width), np.float32)
    row_counts = np.zeros(lattice, np.float32)
    for start in range(-top, height, lattice):
        a, b = max(start, 0), min(start + lattice, height)
        rows[:, a - start : b - start] += planes[:, a:b]
        row_counts[a - start : b - start] += 1
    sums = np.zeros((channels, lattice, lattice), np.float32)
    col_counts = np.zeros(lattice, np.float32)
    for start in range(-left, width, lattice):
        a, b = max(start, 0), min(start + lattice, width)
        sums[:, :, a - start : b - start] += rows[:, :, a:b]
        col_counts[a - start : b - start] += 1
    return sums, np.outer(row_counts, col_counts)


def fold(planes: Floats, lattice: int, origin: tuple[int, int] = (0, 0)) -> Floats:
    """Average an image over the cells of a lattice.

    Parameters
    ----------
    planes : ndarray, shape (C, H, W), float32
        Any planes.
    lattice : int
        Period in pixels.
    origin : tuple of int
        Lattice position ``(y, x)`` of the image's first pixel.

    Returns
    -------
    ndarray, shape (C, lattice, lattice), float32
        Mean at each lattice position; 0 where the image does not reach (only images smaller
        than the lattice leave such positions).

    Examples
    --------
    >>> ramp = np.tile(np.arange(4, dtype=np.float32), (1, 6, 3))
    >>> fold(ramp, 4)[0, 0].tolist(), fold(ramp, 4, origin=(0, 1))[0, 0].tolist()
    ([0.0, 1.0, 2.0, 3.0], [3.0, 0.0, 1.0, 2.0])
    """
    sums, counts = fold_sums(planes, lattice, origin)
    return np.asarray(sums / np.maximum(counts, 1.0), np.float32)


def refold(
    sums: NDArray[np.float32], counts: NDArray[np.float32], lattice: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Fold sums on a lattice down to a lattice that divides it, without loss.

    Parameters
    ----------
    sums : ndarray, shape (C, N, N), float32
        As returned by `fold_sums`.
    counts : ndarray, shape (N, N), float32
        As returned by `fold_sums`.
    lattice : int
        A divisor of N.

    Returns
    -------
    sums, counts : ndarray, shapes (C, lattice, lattice) and (lattice, lattice), float32
        What `fold_sums` gives for `lattice`.
    """
    channels, size = sums.shape[0], sums.shape[-1]
    if size % lattice:
        raise ValueError(f"a lattice of {lattice} does not divide {size}")
    n = size // lattice
    small = sums.reshape(channels, n, lattice, n, lattice).sum(axis=(1, 3))
    return small, counts.reshape(n, lattice, n, lattice).sum(axis=(0, 2))


def shift(planes: Floats, by: tuple[int, int]) -> Floats:
    """Move planes circularly by ``(dy, dx)`` pixels, down and right.

    Parameters
    ----------
    planes : ndarray, shape (..., H, W)
        What to move.
    by : tuple of int
        ``(dy, dx)``: ``result[..., y + dy, x + dx] == planes[..., y, x]``, modulo the size.

    Returns
    -------
    ndarray, same shape
        The moved copy.
    """
    return np.roll(planes, by, axis=(-2, -1))
