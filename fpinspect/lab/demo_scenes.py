"""Scenes drawn by code and taken by a simulated camera: the demo's own material.

A scene is drawn in linear light at twice its size, passes a lens (blur), a sensor (photon and
read noise, pixel gains), a Bayer pattern with its interpolation, and a tone curve, so that its
statistics are those of a photograph: a 1/f spectrum, noise that grows with the light and the
two-pixel lattice of a colour filter array. Nothing here looks at a verdict: the demo shows
whatever the engine says about these pictures. numpy and Pillow draw, scipy filters.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw
from scipy import ndimage

Array = npt.NDArray[np.float32]
_OVERSAMPLING = 2
_FULL_WELL = 9000.0
_READ_NOISE = 0.0012
_GAIN_SPREAD = 0.006
_LENS_SIGMA = 0.55
# Plaster, ochre, brick, slate, sage, terracotta, bone, moss, sky: linear R, G, B.
_PIGMENTS = np.array(
    [
        (0.60, 0.55, 0.47),
        (0.52, 0.36, 0.14),
        (0.34, 0.12, 0.07),
        (0.13, 0.16, 0.21),
        (0.28, 0.33, 0.24),
        (0.48, 0.20, 0.11),
        (0.66, 0.61, 0.52),
        (0.16, 0.20, 0.08),
        (0.25, 0.38, 0.58),
    ]
)


class Scene(StrEnum):
    """What can be drawn."""

    SPHERES = "spheres"
    STONE = "stone"
    TOWN = "town"
    LANDSCAPE = "landscape"


def scene(kind: Scene, seed: int, shape: tuple[int, int] = (512, 512)) -> npt.NDArray[np.uint8]:
    """Draw a scene and take its picture.

    Parameters
    ----------
    kind : Scene
        The kind of scene.
    seed : int
        Same kind, seed and shape: same picture.
    shape : tuple of int
        (height, width) in pixels.

    Returns
    -------
    ndarray, (H, W, 3) uint8
        sRGB codes.
    """
    rng = np.random.default_rng([list(Scene).index(kind), seed])
    height, width = shape[0] * _OVERSAMPLING, shape[1] * _OVERSAMPLING
    light = _DRAWERS[kind](rng, height, width)
    blocks = light.reshape(shape[0], _OVERSAMPLING, shape[1], _OVERSAMPLING, 3)
    return take(blocks.mean(axis=(1, 3), dtype=np.float32), rng)


def sample_photographs() -> list[Path]:
    """Find the two photographs that scikit-learn ships: china.jpg and flower.jpg.

    They are the files of ``sklearn.datasets.load_sample_images`` (CC BY 2.0), found without
    importing scikit-learn.

    Raises
    ------
    FileNotFoundError
        If scikit-learn is installed without them.
    """
    package = find_spec("sklearn")
    folders = package.submodule_search_locations if package is not None else None
    found = [
        Path(folder, "datasets", "images", name)
        for folder in folders or ()
        for name in ("china.jpg", "flower.jpg")
    ]
    found = [path for path in found if path.is_file()]
    if len(found) != 2:
        raise FileNotFoundError(
            "scikit-learn's sample photographs china.jpg and flower.jpg are missing: "
            "reinstall scikit-learn"
        )
    return found


def take(light: Array, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Take a picture of a scene with a simulated camera.

    Parameters
    ----------
    light : ndarray, (H, W, 3) float32
        Linear light, 1 is white.
    rng : numpy.random.Generator
        Source of the noise.

    Returns
    -------
    ndarray, (H, W, 3) uint8
    """
    height, width = light.shape[:2]
    soft = ndimage.gaussian_filter(light, (_LENS_SIGMA, _LENS_SIGMA, 0.0), mode="nearest")
    y = np.linspace(-1.0, 1.0, height, dtype=np.float32)[:, None]
    x = np.linspace(-1.0, 1.0, width, dtype=np.float32)
    soft = soft * (1.0 - 0.12 * (y * y + x * x))[:, :, None]
    raw = _mosaic(soft)
    gain = 1.0 + _GAIN_SPREAD * rng.standard_normal((height, width), dtype=np.float32)
    shot = np.sqrt(np.maximum(raw, 0.0) / _FULL_WELL)
    noise = rng.standard_normal((2, height, width), dtype=np.float32)
    raw = raw * gain + shot * noise[0] + _READ_NOISE * noise[1]
    return _develop(_demosaic(raw))


def _mosaic(light: Array) -> Array:
    """Sample through an RGGB pattern."""
    raw = light[:, :, 1].copy()
    raw[::2, ::2] = light[::2, ::2, 0]
    raw[1::2, 1::2] = light[1::2, 1::2, 2]
    return raw


def _demosaic(raw: Array) -> Array:
    """Interpolate an RGGB pattern with the linear filters of Malvar, He and Cutler (2004)."""
    green_at = np.array(
        [[0, 0, -1, 0, 0], [0, 0, 2, 0, 0], [-1, 2, 4, 2, -1], [0, 0, 2, 0, 0], [0, 0, -1, 0, 0]]
    )
    in_row = np.array(
        [
            [0, 0, 0.5, 0, 0],
            [0, -1, 0, -1, 0],
            [-1, 4, 5, 4, -1],
            [0, -1, 0, -1, 0],
            [0, 0, 0.5, 0, 0],
        ]
    )
    crossed = np.array(
        [
            [0, 0, -1.5, 0, 0],
            [0, 2, 0, 2, 0],
            [-1.5, 0, 6, 0, -1.5],
            [0, 2, 0, 2, 0],
            [0, 0, -1.5, 0, 0],
        ]
    )
    green, row, column, cross = (
        ndimage.correlate(raw, (k / 8.0).astype(np.float32), mode="mirror")
        for k in (green_at, in_row, in_row.T, crossed)
    )
    rgb = np.empty((*raw.shape, 3), np.float32)
    sites = (
        (np.s_[::2, ::2], (raw, green, cross)),
        (np.s_[::2, 1::2], (row, raw, column)),
        (np.s_[1::2, ::2], (column, raw, row)),
        (np.s_[1::2, 1::2], (cross, green, raw)),
    )
    for place, planes in sites:
        for channel, plane in enumerate(planes):
            rgb[(*place, channel)] = plane[place]
    return rgb


def _develop(light: Array) -> npt.NDArray[np.uint8]:
    """Apply the sRGB curve and round to codes."""
    light = np.clip(light, 0.0, 1.0)
    curve = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return (curve * 255.0 + 0.5).astype(np.uint8)


def _fractal(rng: np.random.Generator, height: int, width: int, slope: float) -> Array:
    """Draw noise whose amplitude falls as frequency to the power -slope; mean 0, deviation 1."""
    fy = np.fft.fftfreq(height).astype(np.float32)[:, None] * height
    fx = np.fft.rfftfreq(width).astype(np.float32) * width
    radius = np.sqrt(fy * fy + fx * fx)
    radius[0, 0] = 1.0
    spectrum = np.fft.rfft2(rng.standard_normal((height, width), dtype=np.float32))
    noise = np.fft.irfft2(spectrum * radius**-slope, s=(height, width)).astype(np.float32)
    noise -= noise.mean()
    return np.asarray(noise / noise.std(), np.float32)


def _colour(rng: np.random.Generator, low: float, high: float) -> Array:
    """Mix two pigments to a colour of a lightness between low and high, linear R, G, B."""
    first, second = rng.choice(len(_PIGMENTS), 2, replace=False)
    share = rng.uniform(0.0, 1.0)
    mixed = _PIGMENTS[first] * share + _PIGMENTS[second] * (1.0 - share)
    lightness = rng.uniform(low, high)
    return np.asarray(np.clip(mixed * lightness / mixed.mean(), 0.0, 1.0), np.float32)


def _sky(rng: np.random.Generator) -> Array:
    """Draw the colour of a sky, from pale to blue."""
    share = rng.uniform(0.15, 0.9)
    mixed = _PIGMENTS[-1] * share + np.array([0.6, 0.58, 0.55]) * (1.0 - share)
    return np.asarray(mixed * rng.uniform(0.9, 1.3), np.float32)


def _patch(rng: np.random.Generator, texture: Array, area: tuple[slice, slice]) -> Array:
    """Cut a piece as large as ``area`` out of a periodic texture, anywhere."""
    rows, columns = (
        (np.arange(part.start, part.stop) + int(rng.integers(size))) % size
        for part, size in zip(area, texture.shape, strict=True)
    )
    return texture[np.ix_(rows, columns)]


def _around(light: Array, top: float, left: float, bottom: float, right: float) -> Any:
    """Return the area of a picture that lies within these edges."""
    height, width = light.shape[:2]
    return (
        slice(max(int(top), 0), max(min(int(bottom) + 1, height), 0)),
        slice(max(int(left), 0), max(min(int(right) + 1, width), 0)),
    )


def _grid(height: int, width: int) -> tuple[Array, Array]:
    """Return y and x, 0 at the top left, 1 at the bottom and the right, broadcastable."""
    y = np.linspace(0.0, 1.0, height, dtype=np.float32)[:, None]
    return y, np.linspace(0.0, 1.0, width, dtype=np.float32)[None, :]


def _spheres(rng: np.random.Generator, height: int, width: int) -> Array:
    """Draw shaded balls on a table before a wall: gradients with soft shadows."""
    y, x = _grid(height, width)
    wall, table = _colour(rng, 0.25, 0.6), _colour(rng, 0.15, 0.5)
    horizon = rng.uniform(0.4, 0.6)
    glow = 0.6 + 0.6 * np.exp(-((x - rng.uniform(0, 1)) ** 2 + (y - 0.2) ** 2) / 0.3)
    grain = 1.0 + 0.04 * _fractal(rng, height, width, 1.0)
    wood = 1.0 + 0.1 * _fractal(rng, height, width, 1.2) * (0.5 + y)
    light = np.where(
        (y > horizon)[:, :, None],
        (wood * (0.5 + 0.7 * y) * glow)[:, :, None] * table,
        (grain * glow)[:, :, None] * wall,
    ).astype(np.float32)
    side = min(height, width)
    texture = _fractal(rng, height, width, 1.1)
    for _ in range(int(rng.integers(4, 8))):
        radius = rng.uniform(0.06, 0.16) * side
        cy, cx = rng.uniform(horizon - 0.05, 0.9) * height, rng.uniform(0.1, 0.9) * width
        area = _around(light, cy - radius, cx - 2 * radius, cy + 2 * radius, cx + 3 * radius)
        dy = (np.arange(area[0].start, area[0].stop, dtype=np.float32)[:, None] - cy) / radius
        dx = (np.arange(area[1].start, area[1].stop, dtype=np.float32)[None, :] - cx) / radius
        shade = 0.6 * np.exp(-((dx - 0.5) ** 2 / 0.8 + (dy - 1.0) ** 2 / 0.12))
        square = dy * dy + dx * dx
        inside = (square < 1.0)[:, :, None]
        normal_z = np.sqrt(np.maximum(1.0 - square, 0.0))
        lit = np.clip(-0.5 * dx - 0.6 * dy + 0.62 * normal_z, 0.0, 1.0)
        skin = (0.08 + 0.85 * lit) * (1.0 + 0.07 * _patch(rng, texture, area))
        ball = skin[:, :, None] * _colour(rng, 0.3, 0.8) + (0.7 * lit**40)[:, :, None]
        light[area] = np.where(inside, ball, light[area] * (1.0 - shade)[:, :, None])
    return light


def _stone(rng: np.random.Generator, height: int, width: int) -> Array:
    """Draw a rough wall in raking light: textured noise."""
    relief = _fractal(rng, height, width, 1.35) * 0.11 * min(height, width) / 16.0
    warp = _fractal(rng, height, width, 2.0)
    angle = rng.uniform(0.0, 2 * np.pi)
    slope_y, slope_x = np.gradient(relief)
    lit = np.clip(0.75 + np.cos(angle) * slope_x + np.sin(angle) * slope_y, 0.05, 2.0)
    veins = np.exp(-((warp - np.round(warp * 1.5) / 1.5) ** 2) / 0.002)
    base, second = _colour(rng, 0.2, 0.5), _colour(rng, 0.15, 0.5)
    share = (1.0 / (1.0 + np.exp(-3.0 * _fractal(rng, height, width, 1.8))))[:, :, None]
    colour = base * (1.0 - share) + second * share
    light = (lit * (1.0 - 0.3 * veins) * 0.8)[:, :, None] * colour
    return np.asarray(light, np.float32)


def _town(rng: np.random.Generator, height: int, width: int) -> Array:
    """Draw house fronts and roofs before a sky: polygons."""
    y, _ = _grid(height, width)
    sky = _sky(rng)
    cloud = 0.12 * _fractal(rng, height, width, 1.7)
    light = np.asarray((0.75 + 0.5 * y + cloud)[:, :, None] * sky, np.float32)
    texture = _fractal(rng, height, width, 0.9)
    for row in range(3):
        left = -rng.uniform(0.0, 0.15) * width
        while left < width:
            across = rng.uniform(0.12, 0.3) * width
            top = (rng.uniform(0.2, 0.5) + 0.15 * row) * height
            lean = rng.uniform(-0.03, 0.03) * across
            _house(rng, light, texture, (left, top, across, lean))
            left += across * rng.uniform(0.8, 1.1)
    return light


def _house(rng: np.random.Generator, light: Array, texture: Array, at: tuple[float, ...]) -> None:
    """Paint one house over the light: front, roof, windows, each a polygon with its own grain."""
    left, top, across, lean = at  # px
    height = light.shape[0]
    right, foot = left + across, float(height)
    ridge = top - rng.uniform(0.2, 0.5) * across
    front = [(left, top), (right, top + lean), (right, foot), (left, foot)]
    roof = [(left - 4, top), ((left + right) / 2, ridge), (right + 4, top + lean)]
    panes = []
    columns, storey = int(rng.integers(2, 5)), rng.uniform(0.07, 0.12) * height
    for row in range(int((foot - top) / storey)):
        for column in range(columns):
            west = left + across * (column + 0.28) / columns
            east = left + across * (column + 0.72) / columns
            sill = top + lean * (column + 0.5) / columns + storey * (row + 0.8)
            head = sill - 0.5 * storey
            panes.append([(west, head), (east, head), (east, sill), (west, sill)])
    area = _around(light, ridge, left - 4, foot, right + 4)
    y0, x0 = area[0].start, area[1].start
    grain = rng.uniform(0.6, 1.2) * (1.0 + 0.09 * _patch(rng, texture, area))
    if grain.size == 0:
        return
    for shapes, low, high in (([front], 0.2, 0.6), ([roof], 0.08, 0.3), (panes, 0.02, 0.15)):
        mask = Image.new("L", (grain.shape[1], grain.shape[0]))
        pen = ImageDraw.Draw(mask)
        for shape in shapes:
            pen.polygon([(x - x0, y - y0) for x, y in shape], fill=255)
        inside = np.asarray(mask) > 0
        light[area][inside] = grain[inside][:, None] * _colour(rng, low, high)


def _landscape(rng: np.random.Generator, height: int, width: int) -> Array:
    """Draw ridges in haze under a cloudy sky, meadow in front."""
    y, x = _grid(height, width)
    sky = _sky(rng)
    haze = np.array([0.8, 0.78, 0.75], np.float32) * rng.uniform(0.7, 1.0)
    clouds = np.clip(_fractal(rng, height, width, 1.6) - 0.3, 0.0, 2.0)[:, :, None] * 0.25
    far = np.minimum(y * 1.6, 1.0)[:, :, None]
    light = np.asarray(sky * (1.0 - far) + haze * far + clouds * (1.0 - 0.5 * far), np.float32)
    rough, fine = _fractal(rng, height, width, 1.3), _fractal(rng, height, width, 0.8)
    layers = int(rng.integers(4, 7))
    ground = np.asarray(rng.uniform(0.8, 1.6, 3) * (0.10, 0.13, 0.05), np.float32)
    for layer in range(layers):
        near = (layer + 1) / layers
        steps = _fractal(rng, 64, width, 1.5)[0] * (0.07 - 0.03 * near)
        crest = 0.35 + 0.5 * near**1.2 + steps.astype(np.float32)
        area = _around(light, float(crest.min()) * height - 1, 0, height, width)
        relief = 0.3 * (1.0 - near) * _patch(rng, rough, area)
        relief += 0.4 * near * _patch(rng, fine, area)
        lit = np.clip(0.8 + relief + 0.15 * x, 0.1, 2.0)
        air = np.exp(-1.9 * (1.0 - near))
        colour = (ground * lit[:, :, None]) * air + haze * 0.7 * (1.0 - air)
        land = (y[area[0]] > crest)[:, :, None]
        light[area] = np.where(land, colour, light[area])
    return light


_DRAWERS: dict[Scene, Callable[[np.random.Generator, int, int], Any]] = {
    Scene.SPHERES: _spheres,
    Scene.STONE: _stone,
    Scene.TOWN: _town,
    Scene.LANDSCAPE: _landscape,
}
