"""The residual R = I - D(I) (seed eq. 1), whole or tile by tile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from fpinspect.signal.denoise import Denoiser, get_denoiser
from fpinspect.signal.device import run_with_fallback

WHOLE_UP_TO = 2**22  # pixels: above, tiles keep the temporaries small
TILE = 2048

Float32 = NDArray[np.float32]


class ResidualTile(NamedTuple):
    """One tile of an image, split into residual and denoised image.

    Attributes
    ----------
    y, x : int
        Position of its first pixel in the image, multiples of the tile size.
    residual, denoised : ndarray
        (C, h, w) float32, on the scale 0..255.
    """

    y: int
    x: int
    residual: Float32
    denoised: Float32


def separate(
    planes: Float32,
    *,
    denoiser: str | Denoiser = "wavelet",
    device: str | torch.device = "cpu",
) -> tuple[Float32, Float32]:
    """Split planes into noise residual and denoised image, R + D = I (seed eq. 1).

    Images above 4 megapixels go through in tiles with a margin as wide as the denoiser sees, so
    that the result is that of the whole image.

    Parameters
    ----------
    planes : ndarray
        (C, H, W) float32 in 0..255.
    denoiser : str or Denoiser
        A name in the registry, or the thing itself.
    device : str or torch.device
        Where to compute.

    Returns
    -------
    residual, denoised : ndarray
        Both (C, H, W) float32, on the scale 0..255.

    Raises
    ------
    ValueError
        If the shape is not (C, H, W) with every length at least 1, or the name is unknown.
    """
    if planes.ndim != 3 or 0 in planes.shape:
        raise ValueError(f"planes must be (C, H, W), not empty, not {planes.shape}")
    method = get_denoiser(denoiser) if isinstance(denoiser, str) else denoiser
    where = torch.device(device)
    planes = np.ascontiguousarray(planes, dtype=np.float32)
    if planes.shape[1] * planes.shape[2] <= WHOLE_UP_TO:
        residual = _residual(planes, method, where)
        return residual, planes - residual
    residual = np.empty_like(planes)
    denoised = np.empty_like(planes)

    def load(rows: slice, columns: slice) -> Float32:
        return planes[:, rows, columns]

    for y, x, part, rest in _tiles(load, planes.shape[1:], method, where, TILE):
        area = (slice(None), slice(y, y + part.shape[1]), slice(x, x + part.shape[2]))
        residual[area] = part
        denoised[area] = rest
    return residual, denoised


def residual_of(
    planes: Float32,
    *,
    denoiser: str | Denoiser = "wavelet",
    device: str | torch.device = "cpu",
) -> Float32:
    """Return the residual of planes of tile size, as `separate` does, without the denoised image.

    Parameters
    ----------
    planes : ndarray
        (C, H, W) float32 in 0..255, contiguous.
    denoiser, device
        As in `separate`.

    Returns
    -------
    ndarray
        (C, H, W) float32.
    """
    method = get_denoiser(denoiser) if isinstance(denoiser, str) else denoiser
    return _residual(planes, method, torch.device(device))


def iter_residual_tiles(
    pixels: NDArray[np.uint8] | NDArray[np.uint16],
    *,
    denoiser: str | Denoiser = "wavelet",
    device: str | torch.device = "cpu",
    tile: int = TILE,
    margin: int = 0,
) -> Iterator[ResidualTile]:
    """Stream the residual of a big image without ever holding it whole.

    Parameters
    ----------
    pixels : ndarray
        (H, W, C) uint8 or uint16 (divided by 257, so that both lie in 0..255).
    denoiser, device
        As in `separate`.
    tile : int
        Side of the tiles, a multiple of 16; those at the right and bottom may be smaller.
    margin : int
        Pixels of the next tiles, right and below, that each tile holds as well.

    Yields
    ------
    ResidualTile
        Row by row; without the margin they cover the image once, with the values of `separate`.

    Raises
    ------
    ValueError
        If the shape, the dtype, the tile size or the denoiser is not one of the above.
    """
    if tile < 16 or tile % 16 or margin < 0:
        raise ValueError(f"the tile size must be a multiple of 16, not {tile}, the margin >= 0")
    method = get_denoiser(denoiser) if isinstance(denoiser, str) else denoiser
    load = _loader(pixels)
    return _tiles(load, pixels.shape[:2], method, torch.device(device), tile, margin)


def separate_area(
    pixels: NDArray[np.uint8] | NDArray[np.uint16],
    *,
    origin: tuple[int, int],
    shape: tuple[int, int],
    denoiser: str | Denoiser = "wavelet",
    device: str | torch.device = "cpu",
) -> tuple[Float32, Float32]:
    """Split one rectangle of a big image, with the values that `separate` has there.

    Parameters
    ----------
    pixels : ndarray
        (H, W, C) uint8 or uint16.
    origin, shape : tuple of int
        (y, x) of its first pixel, multiples of 16, and (h, w); clipped to the image.
    denoiser, device
        As in `separate`.

    Returns
    -------
    residual, denoised : ndarray
        Both (C, h, w) float32, on the scale 0..255.

    Raises
    ------
    ValueError
        If the origin is off the lattice or outside the image.
    """
    (y0, x0), (height, width) = origin, pixels.shape[:2]
    if y0 % 16 or x0 % 16 or not (0 <= y0 < height and 0 <= x0 < width) or min(shape) < 1:
        raise ValueError(f"no area of {shape} px at {origin}: multiples of 16 inside the image")
    method = get_denoiser(denoiser) if isinstance(denoiser, str) else denoiser
    load, where = _loader(pixels), torch.device(device)
    bottom, right = min(y0 + shape[0], height), min(x0 + shape[1], width)
    residual = np.empty((pixels.shape[2], bottom - y0, right - x0), np.float32)
    denoised = np.empty_like(residual)
    for y in range(y0, bottom, TILE):
        for x in range(x0, right, TILE):
            end = (min(y + TILE, bottom), min(x + TILE, right))
            part = _separate_tile(load, (height, width), method, where, (y, x), end)
            area = (slice(None), slice(y - y0, end[0] - y0), slice(x - x0, end[1] - x0))
            residual[area], denoised[area] = part
    return residual, denoised


def _loader(
    pixels: NDArray[np.uint8] | NDArray[np.uint16],
) -> Callable[[slice, slice], Float32]:
    """Return what cuts (C, h, w) float32 in 0..255 out of (H, W, C) pixels."""
    if pixels.ndim != 3 or 0 in pixels.shape:
        raise ValueError(f"pixels must be (H, W, C), not empty, not {pixels.shape}")
    if pixels.dtype not in (np.uint8, np.uint16):
        raise ValueError(f"pixels must be uint8 or uint16, not {pixels.dtype}")

    def load(rows: slice, columns: slice) -> Float32:
        planes = np.ascontiguousarray(pixels[rows, columns].transpose(2, 0, 1), dtype=np.float32)
        if pixels.dtype == np.uint16:
            planes /= np.float32(257)
        return planes

    return load


def _residual(planes: Float32, denoiser: Denoiser, device: torch.device) -> Float32:
    """Residual of (C, H, W): the planes together, one by one where they do not fit."""

    def by_plane(batch: torch.Tensor) -> torch.Tensor:
        return denoiser.residual(batch[None])[0]

    result: Float32 = run_with_fallback(by_plane, torch.from_numpy(planes), device).numpy()
    return result


def _tiles(
    load: Callable[[slice, slice], Float32],
    shape: tuple[int, ...],
    denoiser: Denoiser,
    device: torch.device,
    tile: int,
    margin: int = 0,
) -> Iterator[ResidualTile]:
    """Go through an image row by row."""
    height, width = shape
    for y in range(0, height, tile):
        for x in range(0, width, tile):
            end = (min(y + tile + margin, height), min(x + tile + margin, width))
            residual, denoised = _separate_tile(
                load, (height, width), denoiser, device, (y, x), end
            )
            yield ResidualTile(y, x, residual, denoised)


def _separate_tile(
    load: Callable[[slice, slice], Float32],
    shape: tuple[int, int],
    denoiser: Denoiser,
    device: torch.device,
    start: tuple[int, int],
    end: tuple[int, int],
) -> tuple[Float32, Float32]:
    """Cut with a margin as wide as the denoiser sees, separate, trim."""
    halo = denoiser.halo
    (y, x), (bottom, right) = start, end
    top, left = max(y - halo, 0), max(x - halo, 0)
    planes = load(
        slice(top, min(bottom + halo, shape[0])), slice(left, min(right + halo, shape[1]))
    )
    area = (slice(None), slice(y - top, bottom - top), slice(x - left, right - left))
    residual = _residual(np.ascontiguousarray(planes), denoiser, device)[area].copy()
    return residual, planes[area] - residual
