"""An image file to the arrays that a case keeps, in tiles: 100 megapixels need no more memory."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from fpinspect.batch.case.arrays import (
    COMPONENTS,
    LATTICE,
    LIMIT_BYTES,
    PERIOD,
    PREVIEW,
    THUMBNAIL,
    TILE,
    WELCH,
    Curves,
    StoredArrays,
)
from fpinspect.evidence.image import Evidence, reread
from fpinspect.params import InspectionParams
from fpinspect.signal.denoise import get_denoiser
from fpinspect.signal.halfplane import to_db
from fpinspect.signal.profile import radial_profile
from fpinspect.signal.residual import TILE as STEP
from fpinspect.signal.residual import iter_residual_tiles
from fpinspect.signal.spectrum import Welch

F32 = npt.NDArray[np.float32]

PSD_FLOOR = 1e-6
MOST_TILES = 256
"""Spectral tiles of a larger image are drawn evenly, as the window does."""
_QUALITIES = (92, 88, 82, 75, 65, 50, 35, 20)
_MOST_PREVIEW = 120_000
_ROOM = 2_000  # for the JSON line's share of the limit


def measure_file(
    path: str | os.PathLike[str],
    sha256: str,
    *,
    params: InspectionParams | None = None,
    device: str = "cpu",
) -> StoredArrays:
    """Measure the file behind an inspection.

    Parameters
    ----------
    path : str or path-like
        The file.
    sha256 : str
        Its hash when it was inspected.
    params : InspectionParams, optional
        Of the inspection.
    device : str
        ``cpu``, ``cuda`` or ``mps``.

    Raises
    ------
    ItemError
        If the file has changed or gone since.
    """
    params = params or InspectionParams()
    evidence = reread(path, sha256, max_pixels=params.max_pixels)
    return measure(evidence, denoiser=params.denoiser, device=device)


def measure(evidence: Evidence, *, denoiser: str = "wavelet", device: str = "cpu") -> StoredArrays:
    """Measure an image.

    Parameters
    ----------
    evidence : Evidence
        The image.
    denoiser, device : str
        As in `fpinspect.signal.residual.separate`.

    Returns
    -------
    StoredArrays
        At most `LIMIT_BYTES` with its pictures.
    """
    height, width = evidence.pixels.shape[:2]
    folded = _Folded(height, width)
    spectra = {name: _TileSpectra(height, width) for name in COMPONENTS}
    welch = Welch(nperseg=WELCH, overlap=0.5, device=device)
    for tile in iter_residual_tiles(
        evidence.pixels, denoiser=denoiser, device=device, tile=STEP, margin=welch.margin
    ):
        welch.add(tile.residual, origin=(tile.y, tile.x), own=(STEP, STEP))
        own = tile.residual[:, :STEP, :STEP]
        folded.add(own)
        rows, columns = own.shape[1:]
        at = (slice(tile.y, tile.y + rows), slice(tile.x, tile.x + columns))
        spectra["residual"].add(own, tile.y, tile.x)
        spectra["denoised"].add(tile.denoised[:, :STEP, :STEP], tile.y, tile.x)
        spectra["image"].add(evidence.planes(at), tile.y, tile.x)
    psd = welch.finish()
    profile = radial_profile(psd)
    method = get_denoiser(denoiser)
    upright = Image.fromarray(np.ascontiguousarray(evidence.upright(_eight_bit(evidence.pixels))))
    made = StoredArrays(
        height=height,
        width=width,
        orientation=evidence.facts.orientation,
        denoiser=f"{method.name} {method.version}",
        residual=folded.mean(LATTICE),
        psd_db=to_db(psd.mean_power()),
        log_psd={name: part.log_psd() for name, part in spectra.items()},
        phase=spectra["residual"].phase(),
        radial=Curves(profile.at, profile.db, profile.lower, profile.median, profile.upper),
        fold=folded.mean(PERIOD),
        sigma=folded.sigma,
        preview=b"",
        thumbnail=_picture(upright, THUMBNAIL, 12_000),
    )
    room = LIMIT_BYTES - _ROOM - len(made.to_bytes()) - len(made.thumbnail)
    return replace(made, preview=_picture(upright, PREVIEW, min(room, _MOST_PREVIEW)))


class _Folded:
    """Sums over the cells of the 256 lattice, of the mean of the channels."""

    def __init__(self, height: int, width: int) -> None:
        self._sums = np.zeros((LATTICE, LATTICE))
        self._square = 0.0
        self._pixels = height * width
        full = (np.arange(LATTICE), np.arange(LATTICE))
        rows, columns = ((n - at + LATTICE - 1) // LATTICE for n, at in zip(
            (height, width), full, strict=True))  # fmt: skip
        self._counts = np.outer(np.maximum(rows, 0), np.maximum(columns, 0))

    def add(self, residual: F32) -> None:
        """Add a tile whose origin is on the lattice."""
        plane = residual.mean(axis=0, dtype=np.float64)
        self._square += float(np.square(plane).sum())
        height, width = plane.shape
        pads = ((0, -height % LATTICE), (0, -width % LATTICE))
        cells = np.pad(plane, pads).reshape(-(-height // LATTICE), LATTICE, -1, LATTICE)
        self._sums += cells.sum(axis=(0, 2))

    def mean(self, period: int) -> F32:
        """Mean residual on a lattice whose period divides 256; 0 where nothing reaches."""
        shape = (LATTICE // period, period, LATTICE // period, period)
        sums = self._sums.reshape(shape).sum(axis=(0, 2))
        counts = self._counts.reshape(shape).sum(axis=(0, 2))
        return np.asarray(sums / np.maximum(counts, 1), np.float32)

    @property
    def sigma(self) -> float:
        """Standard deviation over all pixels."""
        mean = float(self._sums.sum()) / self._pixels
        return float(np.sqrt(max(self._square / self._pixels - mean**2, 0.0)))


class _TileSpectra:
    """Mean power and mean complex spectrum of an image's 128-px Hann tiles."""

    def __init__(self, height: int, width: int) -> None:
        self._sides = min(height, TILE), min(width, TILE)
        rows, columns = (
            range(0, n - side + 1, TILE)
            for n, side in zip((height, width), self._sides, strict=True)
        )
        starts = [(y, x) for y in rows for x in columns]
        self._starts = starts[:: -(-len(starts) // MOST_TILES)]
        tapers = [_hann(side) for side in self._sides]
        self._taper = np.outer(*tapers).astype(np.float32)
        self._power = np.zeros((3, TILE, TILE // 2 + 1))
        self._mean = np.zeros((TILE, TILE // 2 + 1), np.complex128)

    def add(self, planes: F32, top: int, left: int) -> None:
        """Add the tiles that begin in a part of the image whose first pixel is at (top, left)."""
        height, width = planes.shape[1:]
        side_y, side_x = self._sides
        for y, x in self._starts:
            if not (top <= y < top + height and left <= x < left + width):
                continue
            part = planes[:, y - top : y - top + side_y, x - left : x - left + side_x]
            part = (part - part.mean(axis=(-2, -1), keepdims=True)) * self._taper
            half = np.fft.rfft2(part, s=(TILE, TILE), axes=(-2, -1))
            self._power += half.real**2 + half.imag**2
            self._mean += half.sum(axis=0)

    def log_psd(self) -> F32:
        """Return log10 of the power density, mean over the channels: (128, 65)."""
        energy = float(np.square(self._taper).sum()) or 1.0
        power = self._power / (len(self._starts) * energy)
        return np.asarray(np.log10(power + PSD_FLOOR).mean(axis=0), np.float32)

    def phase(self) -> F32:
        """Return the phase of the mean spectrum, radians: (128, 65)."""
        return np.asarray(np.angle(self._mean), np.float32)


def _hann(n: int) -> npt.NDArray[np.float64]:
    if n < 3:
        return np.ones(n)
    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)


def _eight_bit(pixels: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    if pixels.dtype == np.uint16:
        return (pixels >> 8).astype(np.uint8)
    return pixels


def _picture(image: Image.Image, side: int, most_bytes: int) -> bytes:
    """Make a JPEG of an image, for looking at: as good as fits."""
    longest = max(image.size)
    if longest > side:
        size = [max(1, round(n * side / longest)) for n in image.size]
        image = image.resize((size[0], size[1]), Image.Resampling.LANCZOS, reducing_gap=3.0)
    data = b""
    for quality in _QUALITIES:
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality, subsampling=0)
        data = out.getvalue()
        if len(data) <= most_bytes:
            break
    return data
