"""Periodicity in the pixel plane: autocorrelation and folding modulo a lattice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from fpinspect.signal.halfplane import as_planes

_TILE = 1024

Float32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Autocorrelation:
    """Correlation of an image with itself, shifted.

    Attributes
    ----------
    values : ndarray
        (C, 2 lags + 1, 2 lags + 1) float32 in about [-1, 1]; [lags, lags] is no shift, 1 (0 for a
        flat plane, which has none); first axis dy, second dx.
    lags : int
        Largest shift.
    """

    values: Float32
    lags: int


@dataclass(frozen=True, slots=True, eq=False)
class FoldedPattern:
    """Mean of an image by position in a periodic cell.

    Attributes
    ----------
    mean : ndarray
        (C, p, p) float32, grey levels; [y % p, x % p] of the stored lattice. 0 where an image
        smaller than the cell has no pixel.
    count : ndarray
        (p, p) int64, pixels averaged.
    sigma : ndarray
        (C,) float32, standard deviation of the plane.
    """

    mean: Float32
    count: NDArray[np.int64]
    sigma: Float32

    @property
    def strength(self) -> Float32:
        """Energy of the pattern over that of white noise, (C,) float32: about 1 when there is none.

        The variance of the means, times the pixels behind each, over the variance of the plane.
        """
        p = self.mean.shape[-1]
        if p == 1 or not self.count.all():
            return np.ones(len(self.mean), np.float32)
        mean = self.mean.astype(np.float64)
        centred = mean - (mean * self.count).sum((1, 2), keepdims=True) / self.count.sum()
        energy = (self.count * centred**2).sum((1, 2)) / (p * p - 1)
        noise = np.maximum(self.sigma.astype(np.float64) ** 2, 1e-12)
        ratio: Float32 = np.where(self.sigma > 0, energy / noise, 1.0).astype(np.float32)
        return ratio


def autocorrelation(
    planes: NDArray[np.floating], *, lags: int = 32, device: str | torch.device = "cpu"
) -> Autocorrelation:
    """Normalised autocorrelation for shifts up to ±lags.

    The mean is subtracted; each shift is averaged over the pixels that overlap, so a periodic
    plane peaks at 1 whatever its size. Upsampling shows as peaks at small even shifts, the lattice
    of a decoder as peaks every 8.

    Parameters
    ----------
    planes : ndarray
        (C, H, W) or (H, W): usually the residual.
    lags : int
        Largest shift, at least 0. Shifts as large as the image have no overlap and are 0.
    device : str or torch.device
        Where to compute.

    Returns
    -------
    Autocorrelation
        (C, 2 lags + 1, 2 lags + 1), symmetric about its centre.

    Raises
    ------
    ValueError
        If lags is negative or the array empty.
    """
    if lags < 0:
        raise ValueError("the largest shift must be at least 0")
    stack = as_planes(planes)
    height, width = stack.shape[1:]
    shifts = np.abs(np.arange(-lags, lags + 1))
    overlap = np.outer(np.maximum(height - shifts, 0), np.maximum(width - shifts, 0))
    values = np.zeros((len(stack), 2 * lags + 1, 2 * lags + 1), np.float32)
    for plane, out in zip(stack, values, strict=True):
        sums = _lagged_products(plane, lags, torch.device(device))
        sums = (sums + sums[::-1, ::-1]) / 2
        variance = sums[lags, lags] / plane.size
        if variance > 1e-12:
            out[:] = np.where(overlap, sums / np.maximum(overlap, 1), 0.0) / variance
    return Autocorrelation(values, lags)


def _lagged_products(plane: Float32, lags: int, device: torch.device) -> NDArray[np.float64]:
    """Sum x(p) x(p + d) over p for all |d| <= lags: (2 lags + 1, 2 lags + 1).

    Tile by tile, so that big images need no big transforms: each tile's pixels p against the tile
    with a margin of `lags`.
    """
    mean = float(plane.mean(dtype=np.float64))
    height, width = plane.shape
    total = np.zeros((2 * lags + 1, 2 * lags + 1))
    for y in range(0, height, _TILE):
        for x in range(0, width, _TILE):
            bottom, right = min(y + _TILE, height), min(x + _TILE, width)
            size = (_fast_length(bottom - y + 2 * lags), _fast_length(right - x + 2 * lags))
            wide = np.zeros(size, np.float32)
            top, left = max(y - lags, 0), max(x - lags, 0)
            part = plane[top : bottom + lags, left : right + lags] - np.float32(mean)
            at = (top - (y - lags), left - (x - lags))
            wide[at[0] : at[0] + part.shape[0], at[1] : at[1] + part.shape[1]] = part
            own = wide[lags : lags + bottom - y, lags : lags + right - x]
            a = torch.fft.rfft2(torch.from_numpy(own.copy()).to(device), s=size)
            b = torch.fft.rfft2(torch.from_numpy(wide).to(device))
            product = torch.fft.irfft2(a.conj() * b, s=size)
            total += product[: 2 * lags + 1, : 2 * lags + 1].cpu().numpy().astype(np.float64)
    return total


def _fast_length(n: int) -> int:
    """Smallest length of at least n without a prime factor above 5."""
    while True:
        rest = n
        for factor in (2, 3, 5):
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return n
        n += 1


def fold(
    planes: NDArray[np.floating], *, period: int = 8, origin: tuple[int, int] = (0, 0)
) -> FoldedPattern:
    """Average an image over all cells of a square lattice.

    Decoders of latent diffusion models and JPEG leave patterns of period 8 (and 16) in the
    residual; folding brings them out of the noise.

    Parameters
    ----------
    planes : ndarray
        (C, H, W) or (H, W): usually the residual.
    period : int
        Side of the cell, at least 1.
    origin : tuple of int
        (y, x) of the first pixel on the stored lattice.

    Returns
    -------
    FoldedPattern
        (C, period, period).

    Raises
    ------
    ValueError
        If the period is below 1 or the array empty.
    """
    if period < 1:
        raise ValueError("the period must be at least 1")
    stack = as_planes(planes)
    _, height, width = stack.shape
    sums = np.zeros((len(stack), period, period))
    rows = np.zeros(period, np.int64)
    columns = np.zeros(period, np.int64)
    for i in range(min(period, width)):
        columns[(origin[1] + i) % period] = len(range(i, width, period))
    for i in range(min(period, height)):
        at = (origin[0] + i) % period
        rows[at] = len(range(i, height, period))
        line = stack[:, i::period].sum(1, dtype=np.float64)
        for j in range(min(period, width)):
            sums[:, at, (origin[1] + j) % period] = line[:, j::period].sum(-1)
    count = np.outer(rows, columns)
    sigma = np.array([plane.std(dtype=np.float64) for plane in stack], np.float32)
    return FoldedPattern((sums / np.maximum(count, 1)).astype(np.float32), count, sigma)
