"""Contrast-normalised co-occurrences over scales: what lossy coding leaves of a generator.

A difference of neighbouring pixels is divided by its local standard deviation before it is
quantised, so that the statistics describe the shape of local structure and not its strength, which
brightness, sharpening and JPEG change. Differences over 1, 2 and 4 pixels of means over as many
pixels are looked at together: coding at quality 75 destroys the finest scale and leaves the
coarser ones, at the native size of the image (nothing is resized).

Sums stand for the means, so that everything up to the root of the variance is a whole number and
exact: a level does not depend on the order of additions, nor on the machine. All functions take
interleaved planes of T tiles, see `counting`.

References
----------
.. [1] J. Fridrich, J. Kodovsky, "Rich Models for Steganalysis of Digital Images", IEEE TIFS 7(3),
   2012: quantised high-pass residuals and their four-pixel co-occurrences.
.. [2] A. Mittal, A. K. Moorthy, A. C. Bovik, "No-Reference Image Quality Assessment in the Spatial
   Domain", IEEE TIP 21(12), 2012: natural images after divisive normalisation.
.. [3] T. Ojala, M. Pietikäinen, T. Mäenpää, "Multiresolution Gray-Scale and Rotation Invariant
   Texture Classification with Local Binary Patterns", IEEE TPAMI 24(7), 2002.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import torch

from fpinspect._cv2 import cv2
from fpinspect.verdict.counting import (
    LEVELS,
    count,
    joint,
    joint_counts,
    pairs,
    per_tile,
    roots,
    to_levels,
)

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]

WINDOW = 9
"""Side of the window of the local standard deviation, in pixels."""
FLOOR = 0.5
"""Added to the standard deviation, in codes: rounding noise alone is no structure."""
GAIN = 1.5
"""Levels are round(GAIN x difference / deviation), at most 2: steps at 1/3 and 1 deviations."""
SCALES = (1, 2, 4)
"""Pixels that are averaged, and over which differences are taken."""
LUMA_LENGTH = 10500
PATTERNS_LENGTH = 3411
COLOUR_LENGTH = 5000


def levels(difference: F32, tiles: int, *, unit: int = 1) -> U8:
    """Normalise and quantise differences.

    Parameters
    ----------
    difference : numpy.ndarray
        (H, W T) float32, contiguous, whole numbers: codes times `unit`.
    tiles : int
        T.
    unit : int
        How many pixels a sum stands for.

    Returns
    -------
    numpy.ndarray
        (H, W T) uint8, a level map of `counting` (2: no difference).
    """
    height = len(difference)
    square = cv2.multiply(difference, difference).reshape(height, -1, tiles)
    power = cv2.boxFilter(square, -1, (WINDOW, WINDOW), normalize=False).reshape(height, -1)
    # In units of one code over WINDOW * unit, in which the deviation is the root of a whole number.
    deviation = np.asarray(cv2.sqrt(power, dst=power), np.float32)
    deviation += np.float32(FLOOR * WINDOW * unit)
    ratio = cv2.divide(difference, deviation, scale=GAIN * WINDOW, dtype=cv2.CV_8S)
    return to_levels(np.asarray(ratio, np.int8), tiles)


def _step(plane: F32, pixels: int, axis: int, tiles: int) -> F32:
    """Differences over so many pixels of an interleaved plane along an axis."""
    if axis:
        step = pixels * tiles
        return np.asarray(cv2.subtract(plane[:, step:], plane[:, :-step]), np.float32)
    return np.asarray(cv2.subtract(plane[pixels:], plane[:-pixels]), np.float32)


def _doubled(plane: F32, scale: int, tiles: int) -> F32:
    """Sum over scale x scale pixels, from sums over half as many."""
    half = scale // 2
    rows = cv2.add(plane[:-half], plane[half:])
    return np.asarray(cv2.add(rows[:, : -half * tiles], rows[:, half * tiles :]), np.float32)


def _cut(maps: U8, axis: int, start: int, end: int, tiles: int) -> U8:
    """Cut so many pixels off both ends of an axis of a level map."""
    if axis:
        return maps[:, start * tiles : maps.shape[1] - end * tiles]
    return maps[start : len(maps) - end]


def _centred(*maps: U8, tiles: int) -> list[U8]:
    """Cut maps of several scales to their common centre."""
    height, width = min(len(m) for m in maps), min(m.shape[1] for m in maps) // tiles
    out = []
    for m in maps:
        y, x = (len(m) - height) // 2, (m.shape[1] // tiles - width) // 2
        out.append(m[y : y + height, x * tiles : (x + width) * tiles])
    return out


def _four(maps: Sequence[U8], tiles: int) -> F32:
    a, b, c, d = maps
    return joint(pairs(a, b), pairs(c, d), of=4, tiles=tiles)


class Pyramid:
    """A plane at several scales with its level maps, made once for all who look at them.

    Parameters
    ----------
    plane : numpy.ndarray
        (H, W T) float32, whole codes.
    scales : tuple of int
        1, 2, 4 ...
    tiles : int
        T.

    Attributes
    ----------
    planes : dict
        Scale -> sums over as many pixels in both directions.
    maps : dict
        (axis, order, scale) -> level map of the differences along an axis.
    """

    def __init__(self, plane: F32, scales: tuple[int, ...], tiles: int) -> None:
        self.tiles = tiles
        self.planes: dict[int, F32] = {}
        self.maps: dict[tuple[int, int, int], U8] = {}
        for scale in scales:
            plane = _doubled(plane, scale, tiles) if scale > 1 else plane
            self.planes[scale] = plane
            for axis in (1, 0):
                difference = plane
                for order in (1, 2):
                    difference = _step(difference, scale, axis, tiles)
                    self.maps[axis, order, scale] = levels(difference, tiles, unit=scale**2)
        self._diagonals: dict[tuple[bool, int], tuple[F32, U8]] = {}

    def diagonal(self, falling: bool, scale: int = 1) -> tuple[F32, U8]:
        """Differences along a diagonal, downwards, and their level map.

        A pixel less the one to its upper left, where `falling`, else less the one to its upper
        right; their place is that of the rectangle's upper left corner.
        """
        key = falling, scale
        if key not in self._diagonals:
            difference = _slant(self.planes[scale], falling, scale, self.tiles)
            self._diagonals[key] = difference, levels(difference, self.tiles, unit=scale**2)
        return self._diagonals[key]


def luma(pyramid: Pyramid) -> F32:
    """Joint levels of luma over three scales.

    Parameters
    ----------
    pyramid : Pyramid
        Of luma, at `SCALES`.

    Returns
    -------
    numpy.ndarray
        (T, 10500) float32: square roots of relative frequencies.
    """
    maps, tiles = pyramid.maps, pyramid.tiles
    parts: list[F32] = []
    for axis in (1, 0):
        for order in (1, 2):
            a, b, c = _centred(*(maps[axis, order, s] for s in SCALES), tiles=tiles)
            parts += _scales(a, b, c, axis, tiles)
            apart = [_cut(m, axis, i, 4 - i, tiles) for m, i in ((b, 0), (b, 2), (c, 0), (c, 4))]
            parts.append(_four(apart, tiles))
    for order in (1, 2):
        for low, high in ((1, 2), (2, 4)):
            crossed = [maps[axis, order, s] for s in (low, high) for axis in (1, 0)]
            parts.append(_four(_centred(*crossed, tiles=tiles), tiles))
    return np.concatenate([*parts, *_diagonals(pyramid)], axis=1)


def _scales(a: U8, b: U8, c: U8, axis: int, tiles: int) -> tuple[F32, F32]:
    """Joint levels of three scales, and of two neighbours on the finest and the other scales."""
    coarse = pairs(b, c)
    near, far = _cut(a, axis, 0, 1, tiles), _cut(a, axis, 1, 0, tiles)
    four = joint_counts(pairs(near, far), _cut(coarse, axis, 0, 1, tiles), of=4, tiles=tiles)
    # Without the neighbour, those are the three scales' but for the pixels that have none.
    end = (a.shape[1] // tiles if axis else len(a)) - 1
    x, y, z = (_cut(m, axis, end, 0, tiles) for m in (a, b, c))
    three = joint_counts(pairs(x, y), z, of=3, tiles=tiles)
    three += four.reshape(tiles, 5, 5, 25).sum(axis=2).reshape(tiles, -1)
    pixels = a.size // tiles
    return roots(three, pixels), roots(four, pixels - x.size // tiles)


def _slant(plane: F32, falling: bool, pixels: int, tiles: int) -> F32:
    """Differences along a diagonal over so many pixels in both directions."""
    right, left = plane[:, pixels * tiles :], plane[:, : -pixels * tiles]
    ends = (right[pixels:], left[:-pixels]) if falling else (left[pixels:], right[:-pixels])
    return np.asarray(cv2.subtract(*ends), np.float32)


def _diagonals(pyramid: Pyramid) -> list[F32]:
    """Joint levels of four neighbours along both diagonals, first and second order each."""
    parts, tiles = [], pyramid.tiles
    for falling in (True, False):
        difference, first = pyramid.diagonal(falling)
        for found in (first, levels(_slant(difference, falling, 1, tiles), tiles)):
            four = []
            for i in range(4):
                x = i if falling else 3 - i
                four.append(_cut(_cut(found, 0, i, 3 - i, tiles), 1, x, 3 - x, tiles))
            parts.append(_four(four, tiles))
    return parts


def patterns(pyramid: Pyramid) -> F32:
    """Every pixel against its eight neighbours, at three scales: local binary patterns [3]_.

    Which neighbours are brighter, by at least a third of the local deviation of such differences:
    256 cells; which are darker: 256; then the joint levels against the left, right, upper and
    lower neighbour: 625.

    Parameters
    ----------
    pyramid : Pyramid
        Of luma, at `SCALES`.

    Returns
    -------
    numpy.ndarray
        (T, 3411) float32: square roots of relative frequencies.
    """
    tiles = pyramid.tiles
    parts = []
    for scale in SCALES:
        around = _around(pyramid, scale)
        width = around[0][0].shape[1] // tiles
        even, first = _even(width, tiles), per_tile(0, 256, width, tiles)
        brighter = torch.zeros(around[0][0].shape, dtype=torch.uint8)
        darker = torch.zeros_like(brighter)
        for i, (found, towards) in enumerate(around):
            level = torch.from_numpy(found)
            # A difference that counts from the neighbour is above even where that is darker.
            up, down = (brighter, darker) if towards else (darker, brighter)
            up.add_((level > even).view(torch.uint8), alpha=1 << i)
            down.add_((level < even).view(torch.uint8), alpha=1 << i)
        for code in (brighter, darker):
            cells = count(code.to(torch.int16) + first, tiles=tiles, stride=256, cells=256)
            parts.append(roots(cells, code.numel() // tiles))
        parts.append(_four([found for found, _ in around[:4]], tiles))
    return np.concatenate(parts, axis=1)


def _around(pyramid: Pyramid, scale: int) -> list[tuple[U8, bool]]:
    """Level maps of every pixel and its neighbours, of the pixels that have all eight.

    Right, left, below, above, below right, above left, above right, below left; each with whether
    it is the neighbour less the pixel, or the other way round.
    """
    tiles = pyramid.tiles
    height, width = len(pyramid.planes[scale]), pyramid.planes[scale].shape[1] // tiles

    def at(maps: U8, up: int, left: int) -> U8:
        y, x = scale - up, scale - left
        return maps[y : height - scale - up, x * tiles : (width - scale - left) * tiles]

    across, down = (pyramid.maps[axis, 1, scale] for axis in (1, 0))
    falling, rising = (pyramid.diagonal(way, scale)[1] for way in (True, False))
    return [
        (at(across, 0, 0), True),
        (at(across, 0, scale), False),
        (at(down, 0, 0), True),
        (at(down, scale, 0), False),
        (at(falling, 0, 0), True),
        (at(falling, scale, scale), False),
        (at(rising, scale, 0), False),
        (at(rising, 0, scale), True),
    ]


@lru_cache(maxsize=32)
def _even(width: int, tiles: int) -> torch.Tensor:
    """One row of the level that stands for no difference."""
    return per_tile(2, LEVELS, width, tiles).to(torch.uint8)


def colour(red: F32, green: F32, blue: F32, tiles: int = 1) -> F32:
    """Joint levels of green and of the colour differences over two scales.

    Parameters
    ----------
    red, green, blue : numpy.ndarray
        (H, W T) float32, whole codes.
    tiles : int
        T.

    Returns
    -------
    numpy.ndarray
        (T, 5000) float32: square roots of relative frequencies.
    """
    scales = SCALES[:2]
    first = Pyramid(green, scales, tiles).maps
    parts = []
    for other in (red, blue):
        second = Pyramid(other - green, scales, tiles).maps
        for axis in (1, 0):
            for order in (1, 2):
                found = (m[axis, order, s] for s in scales for m in (first, second))
                parts.append(_four(_centred(*found, tiles=tiles), tiles))
    return np.concatenate(parts, axis=1)
