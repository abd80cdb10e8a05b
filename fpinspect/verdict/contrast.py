"""Contrast-normalised co-occurrences over scales: what lossy coding leaves of a generator.

A difference of neighbouring pixels is divided by its local standard deviation before it is
quantised, so that the statistics describe the shape of local structure and not its strength, which
brightness, sharpening and JPEG change. Differences over 1, 2 and 4 pixels of means over as many
pixels are looked at together: coding at quality 75 destroys the finest scale and leaves the
coarser ones, at the native size of the image (nothing is resized).

References
----------
.. [1] J. Fridrich, J. Kodovsky, "Rich Models for Steganalysis of Digital Images", IEEE TIFS 7(3),
   2012: quantised high-pass residuals and their four-pixel co-occurrences.
.. [2] A. Mittal, A. K. Moorthy, A. C. Bovik, "No-Reference Image Quality Assessment in the Spatial
   Domain", IEEE TIP 21(12), 2012: natural images after divisive normalisation.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fpinspect._cv2 import cv2

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
COLOUR_LENGTH = 5000

_ONES = np.full(WINDOW, 1 / WINDOW, np.float32)


def levels(difference: F32) -> U8:
    """Normalise and quantise an (H, W) map of differences to the levels 0 to 4 (2: none)."""
    difference = np.ascontiguousarray(difference)
    power = cv2.sepFilter2D(cv2.multiply(difference, difference), -1, _ONES, _ONES)
    deviation = cv2.sqrt(power) + np.float32(FLOOR)
    ratio = cv2.divide(difference, deviation, scale=GAIN, dtype=cv2.CV_8S)
    return np.asarray((np.clip(ratio, -2, 2) + np.int8(2)).view(np.uint8))


def _mean(plane: F32, scale: int) -> F32:
    """Mean over scale x scale pixels, where all of them exist."""
    if scale == 1:
        return plane
    mean = cv2.boxFilter(plane, -1, (scale, scale), anchor=(0, 0))
    inside = mean[: plane.shape[0] - scale + 1, : plane.shape[1] - scale + 1]
    return np.asarray(inside, np.float32)


def _difference(plane: F32, scale: int, order: int) -> F32:
    """Differences along the rows over `scale` pixels, first or second order."""
    for _ in range(order):
        plane = plane[:, scale:] - plane[:, :-scale]
    return plane


def _centred(*maps: U8) -> list[U8]:
    """Cut maps of several scales to their common centre."""
    h, w = (min(m.shape[axis] for m in maps) for axis in (0, 1))
    out = []
    for m in maps:
        y, x = (m.shape[0] - h) // 2, (m.shape[1] - w) // 2
        out.append(m[y : y + h, x : x + w])
    return out


def _joint(*maps: U8) -> F32:
    """Square roots of the relative frequencies of the maps' joint levels: (5^n,) float32."""
    pair = maps[0] * np.uint8(5) + maps[1]
    if len(maps) == 3:
        code = pair.astype(np.uint16) * np.uint16(5) + maps[2]
    else:
        code = pair.astype(np.uint16) * np.uint16(25) + (maps[2] * np.uint8(5) + maps[3])
    count = np.bincount(code.ravel(), minlength=5 ** len(maps)).astype(np.float32)
    return np.asarray(np.sqrt(count / np.float32(max(code.size, 1))), np.float32)


def _pyramid(plane: F32, scales: tuple[int, ...]) -> dict[tuple[int, int, int], U8]:
    """Level maps of a plane: (axis, order, scale) -> map, in the plane's orientation."""
    out = {}
    for scale in scales:
        mean = _mean(plane, scale)
        for order in (1, 2):
            out[1, order, scale] = levels(_difference(mean, scale, order))
            turned = levels(_difference(np.ascontiguousarray(mean.T), scale, order))
            out[0, order, scale] = turned.T
    return out


def luma(plane: F32) -> F32:
    """Joint levels of luma over three scales.

    Parameters
    ----------
    plane : numpy.ndarray
        (H, W) float32, whole codes.
    """
    maps = _pyramid(plane, SCALES)
    parts = []
    for axis in (1, 0):
        for order in (1, 2):
            fine, middle, coarse = (
                m if axis else m.T for m in (maps[axis, order, s] for s in SCALES)
            )
            a, b, c = _centred(fine, middle, coarse)
            parts.append(_joint(a, b, c))
            parts.append(_joint(a[:, :-1], a[:, 1:], b[:, :-1], c[:, :-1]))
            parts.append(_joint(b[:, :-4], b[:, 2:-2], c[:, :-4], c[:, 4:]))
    for order in (1, 2):
        for low, high in ((1, 2), (2, 4)):
            crossed = (maps[axis, order, s] for s in (low, high) for axis in (1, 0))
            parts.append(_joint(*_centred(*crossed)))
    for turned in (plane, np.ascontiguousarray(plane[:, ::-1])):
        difference = turned
        for _ in range(2):
            difference = difference[1:, 1:] - difference[:-1, :-1]
            d = levels(difference)
            parts.append(_joint(d[:-3, :-3], d[1:-2, 1:-2], d[2:-1, 2:-1], d[3:, 3:]))
    return np.concatenate(parts)


def colour(red: F32, green: F32, blue: F32) -> F32:
    """Joint levels of green and of the colour differences over two scales."""
    scales = SCALES[:2]
    first = _pyramid(green, scales)
    parts = []
    for plane in (red - green, blue - green):
        second = _pyramid(plane, scales)
        for axis in (1, 0):
            for order in (1, 2):
                found = (m[axis, order, s] for s in scales for m in (first, second))
                parts.append(_joint(*_centred(*found)))
    return np.concatenate(parts)
