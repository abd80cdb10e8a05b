"""Which parts of an image the heads look at: lattice-aligned tiles of native pixels.

The heads are trained on tiles of at most 256 pixels; a larger image is judged by the mean of its
tiles' log-odds, so its size by itself is no evidence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fpinspect.signal.residual import residual_of
from fpinspect.verdict.features import MIN_SIDE, Tile

SIDE = 256
"""Side of a full tile, in pixels."""
LATTICE = 8
"""Tile origins are multiples of this, in pixels."""
_DENOISER = "wavelet"


@dataclass(frozen=True)
class TileSet:
    """The tiles of one image.

    Attributes
    ----------
    tiles : tuple of Tile
        In reading order.
    origins : tuple of (int, int)
        Row and column of each tile's first pixel, stored coordinates.
    available : int
        How many tiles the image has; more than ``len(tiles)`` when it was sampled.
    """

    tiles: tuple[Tile, ...]
    origins: tuple[tuple[int, int], ...]
    available: int

    @property
    def effective(self) -> float:
        """Judged pixels over those of one full tile."""
        return float(sum(tile.codes[0].size for tile in self.tiles)) / SIDE**2

    def mosaic(self) -> tuple[npt.NDArray[np.float32], tuple[int, int]]:
        """Put the tiles' residuals together for matching on the lattice.

        Returns
        -------
        residual : numpy.ndarray
            (3, H, W) float32: the judged part of the image; narrow gaps between tiles are 0. Of a
            sampled image the tiles side by side: their origins are multiples of 256, so every
            pixel keeps its place on the lattice.
        origin : tuple of int
            Row and column of its first pixel, stored coordinates.
        """
        if len(self.tiles) < self.available:
            return np.concatenate([tile.residual for tile in self.tiles], axis=2), (0, 0)
        top, left = self.origins[0]
        last, (y, x) = self.tiles[-1].residual, self.origins[-1]
        out = np.zeros((3, y - top + last.shape[1], x - left + last.shape[2]), np.float32)
        for tile, (y, x) in zip(self.tiles, self.origins, strict=True):
            h, w = tile.residual.shape[1:]
            out[:, y - top : y - top + h, x - left : x - left + w] = tile.residual
        return out, (top, left)


def _starts(length: int) -> list[int]:
    """Origins along one axis: evenly spread, on the lattice, covering the axis."""
    if length <= SIDE:
        return [0]
    # A rest under a quarter tile is left out rather than paid for with a whole tile.
    count = max(1, -(-(length - SIDE // 4) // SIDE))
    last = (length - SIDE) // LATTICE * LATTICE
    if count == 1:
        return [last // 2 // LATTICE * LATTICE]
    return [round(i * last / (count - 1) / LATTICE) * LATTICE for i in range(count)]


def _on_lattice(length: int) -> list[int]:
    """Origins along one axis of a sampled image: multiples of 256."""
    return list(range(0, length - SIDE + 1, SIDE)) or [0]


def origins(height: int, width: int, *, max_tiles: int) -> tuple[list[tuple[int, int]], int]:
    """Choose tile origins.

    Parameters
    ----------
    height, width : int
        Size of the image in pixels.
    max_tiles : int
        At most so many are returned, spread evenly in reading order.

    Returns
    -------
    chosen : list of (int, int)
        Row and column of each tile.
    available : int
        Number of tiles before the limit.
    """
    grid = [(y, x) for y in _starts(height) for x in _starts(width)]
    if len(grid) <= max_tiles:
        return grid, len(grid)
    grid = [(y, x) for y in _on_lattice(height) for x in _on_lattice(width)]
    # A stride through reading order would line up in columns; the golden ratio spreads.
    rank = np.argsort([(i * 0.6180339887498949) % 1.0 for i in range(len(grid))], kind="stable")
    return [grid[i] for i in sorted(rank[:max_tiles])], len(grid)


def cut(codes: npt.NDArray[np.uint8], *, max_tiles: int, device: str = "cpu") -> TileSet:
    """Cut an image into tiles and take the residual of each.

    Parameters
    ----------
    codes : numpy.ndarray
        (3, H, W) uint8, stored codes.
    max_tiles : int
        See `origins`.
    device : str
        Torch device for the denoiser.

    Returns
    -------
    TileSet
        Images smaller than `MIN_SIDE` are mirrored up to it.
    """
    h, w = codes.shape[1:]
    if h < MIN_SIDE or w < MIN_SIDE:
        grow = ((0, 0), (0, max(0, MIN_SIDE - h)), (0, max(0, MIN_SIDE - w)))
        codes = np.pad(codes, grow, mode="symmetric")
        h, w = codes.shape[1:]
    chosen, available = origins(h, w, max_tiles=max_tiles)
    # All tiles of an image have the same size; the denoiser does them faster together.
    parts = np.stack([codes[:, y : y + SIDE, x : x + SIDE] for y, x in chosen])
    planes = parts.reshape(-1, *parts.shape[2:]).astype(np.float32)
    residuals = residual_of(planes, denoiser=_DENOISER, device=device).reshape(parts.shape)
    found = tuple(Tile(part, noise) for part, noise in zip(parts, residuals, strict=True))
    return TileSet(found, tuple(chosen), available)
