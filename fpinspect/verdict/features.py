"""The feature families: one pure function each, named as in the tables.

Every family takes tiles of 8-bit codes and their noise residual and returns a float32 vector for
each, whose length does not depend on the tile's size, so that tiles of 64 to 512 px can be judged
by the same head. None of them sees quality, format, size or metadata.

References
----------
.. [1] J. Fridrich, J. Kodovsky, "Rich Models for Steganalysis of Digital Images", IEEE TIFS 7(3),
   2012: quantised high-pass residuals and their four-pixel co-occurrences.
.. [2] R. Corvi et al., "Intriguing properties of synthetic images", CVPRW 2023: spectra and
   autocorrelation of the noise residual.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby, pairwise

import numpy as np
import numpy.typing as npt
import torch
from scipy import fft as sfft

from fpinspect.verdict import contrast, cooccurrence
from fpinspect.verdict.counting import TOGETHER, interleave

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]

WELCH = 64
"""Side of the Welch segments of `log_psd`, in pixels."""
LAGS = 8
"""Largest lag of `autocorrelation`, in pixels."""
MIN_SIDE = 16
"""Smallest tile side that every family accepts, in pixels."""

_HANN = np.hanning(WELCH + 1)[:-1].astype(np.float32)
_WINDOW = torch.from_numpy(np.outer(_HANN, _HANN).astype(np.float32))


def _ring() -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Rows and columns, in the half plane, of the ring around each harmonic: (8, 40) each.

    Two bins away: Hann's main lobe reaches one bin to either side.
    """
    around = [(dy, dx) for dy in (-2, 0, 2) for dx in (-2, 0, 2) if dy or dx]
    y, x = (part.ravel() for part in np.mgrid[0:WELCH:8, 0 : WELCH // 2 + 1 : 8])
    rows = np.array([y - dy for dy, _ in around]) % WELCH
    columns = np.array([x - dx for _, dx in around]) % WELCH
    # What is right of the half plane is the mirror image of what is left.
    mirrored = columns > WELCH // 2
    rows[mirrored], columns[mirrored] = -rows[mirrored] % WELCH, WELCH - columns[mirrored]
    return rows, columns


_RING = _ring()


@dataclass(frozen=True, slots=True)
class Tile:
    """What the families look at.

    Attributes
    ----------
    codes : numpy.ndarray
        (3, H, W) uint8, the stored 8-bit codes of R, G and B.
    residual : numpy.ndarray
        (3, H, W) float32, the noise residual R = I - D(I) (seed eq. 1), in codes (0 to 255).
    """

    codes: U8
    residual: F32


@dataclass(frozen=True)
class Group:
    """Tiles of one size that are looked at together; what one gives does not depend on the others.

    Attributes
    ----------
    tiles : tuple of Tile
        1 to `counting.TOGETHER`.
    """

    tiles: tuple[Tile, ...]

    @cached_property
    def planes(self) -> tuple[U8, U8, U8]:
        """The codes of R, G and B, interleaved (see `counting`): three of (H, W T) uint8."""
        red, green, blue = (
            interleave([tile.codes[channel] for tile in self.tiles]) for channel in range(3)
        )
        return red, green, blue

    @cached_property
    def luma(self) -> U8:
        """Integer luma (77 R + 150 G + 29 B) / 256, interleaved: (H, W T) uint8."""
        r, g, b = (plane.astype(np.uint16) for plane in self.planes)
        r *= np.uint16(77)
        g *= np.uint16(150)
        b *= np.uint16(29)
        r += g
        r += b
        luma: U8 = (r >> np.uint16(8)).astype(np.uint8)
        return luma

    @cached_property
    def pyramid(self) -> contrast.Pyramid:
        """Luma and its contrast-normalised level maps at the scales of `contrast`."""
        return contrast.Pyramid(self.luma.astype(np.float32), contrast.SCALES, len(self.tiles))


def cooccurrence_luma(group: Group) -> F32:
    """Four-pixel co-occurrences of first to third order differences of luma [1]_.

    Returns
    -------
    numpy.ndarray
        (T, 3750) float32: square roots of relative frequencies; horizontal orders 1, 2, 3 then
        vertical ones, 625 cells each (levels -2 to 2, first pixel most significant).
    """
    return cooccurrence.four_in_a_row(group.luma.astype(np.int16), len(group.tiles))


def cooccurrence_chroma(group: Group) -> F32:
    """Four-pixel co-occurrences as in `cooccurrence_luma`, of R - G: (T, 3750) float32."""
    red, green, _ = group.planes
    difference = np.subtract(red, green, dtype=np.int16)
    return cooccurrence.four_in_a_row(difference, len(group.tiles))


def colour_joint(group: Group) -> F32:
    """Joint levels of R, G and B residuals at the same pixel, six differences, three steps.

    Returns
    -------
    numpy.ndarray
        (T, 2250) float32: per direction and order (as in `cooccurrence_luma`) steps 1, 2 and 4,
        125 cells each.
    """
    planes = [plane.astype(np.int16) for plane in group.planes]
    return cooccurrence.colours(planes, len(group.tiles))


def _power(planes: F32) -> F32:
    """Mean power of overlapping Hann segments of (C, H, W) planes: (C, 64, 33).

    Small planes are mirrored up to one segment.
    """
    h, w = planes.shape[1:]
    if h < WELCH or w < WELCH:
        grow = ((0, 0), (0, max(0, WELCH - h)), (0, max(0, WELCH - w)))
        planes = np.pad(planes, grow, mode="symmetric")
    power = []
    for plane in torch.from_numpy(planes):
        # Steps of 32 keep every segment on the 8-pixel lattice, so lattice peaks stay sharp.
        segments = plane.unfold(0, WELCH, WELCH // 2).unfold(1, WELCH, WELCH // 2)
        # Into a buffer: the product would keep the overlapping layout, which the FFT reads slowly.
        windowed = torch.mul(segments, _WINDOW, out=torch.empty(segments.shape))
        parts = torch.view_as_real(torch.fft.rfft2(windowed)).flatten(0, 1).flatten(1).numpy()
        total = np.einsum("ij,ij->j", parts, parts).reshape(WELCH, -1, 2).sum(axis=-1)
        power.append(total / np.float32(len(parts)))
    return np.stack(power)


def log_psd(group: Group) -> F32:
    """Welch log power spectrum of the residual with its N/8 harmonics (seed eq. 3) [2]_.

    Luma and two colour differences of the residual, 64x64 Hann segments at half overlap. Per
    channel 512 powers pooled 2x2 over the half plane, in nepers over their mean, then the 40
    harmonics at multiples of 1/8 cycles/px over their surroundings, in nepers.

    Returns
    -------
    numpy.ndarray
        (T, 1659) float32: three channels of 512 + 40 numbers, then the three mean levels.
    """
    return np.stack([_log_psd(tile) for tile in group.tiles])


def _log_psd(tile: Tile) -> F32:
    r, g, b = tile.residual
    luma = np.float32(0.299) * r + np.float32(0.587) * g + np.float32(0.114) * b
    power = _power(np.stack([luma, r - g, b - g])) + np.float32(1e-2)
    pooled = np.log(power[:, :, :32].reshape(-1, 32, 2, 16, 2).mean(axis=(2, 4)))
    levels = pooled.mean(axis=(1, 2))
    parts = [(pooled - levels[:, None, None]).reshape(3, -1), _harmonics(np.log(power))]
    return np.concatenate([np.hstack(parts).ravel(), levels]).astype(np.float32)


def _harmonics(log_power: F32) -> F32:
    """Excess of the bins at multiples of 1/8 cycles/px over the ring around them: (C, 40)."""
    ring = log_power[:, _RING[0], _RING[1]].mean(axis=1)
    return np.asarray(log_power[:, ::8, ::8].reshape(len(ring), -1) - ring, np.float32)


def autocorrelation(group: Group) -> F32:
    """Normalised auto- and cross-correlation of the residual's R, G and B at lags up to 8 px [2]_.

    Returns
    -------
    numpy.ndarray
        (T, 1302) float32 in [-1, 1], signed square roots: for R, G and B the 145 lags of the half
        plane, then for R-G, G-B and B-R all 289 lags (dy slowest, from -8 to 8).
    """
    return np.stack([_autocorrelation(tile) for tile in group.tiles])


def _autocorrelation(tile: Tile) -> F32:
    h, w = tile.residual.shape[1:]
    fh, fw = sfft.next_fast_len(h + LAGS, True), sfft.next_fast_len(w + LAGS, True)
    padded = np.zeros((3, fh, fw), np.float32)
    x = padded[:, :h, :w]
    np.subtract(tile.residual, tile.residual.mean(axis=(1, 2), keepdims=True), out=x)
    spectrum = torch.fft.rfft2(torch.from_numpy(padded)).numpy()
    flat = padded.reshape(3, -1)
    energy = np.sqrt([float(plane @ plane) for plane in flat]).astype(np.float32)
    energy += np.float32(1e-3)
    rows, columns = _inverse_rows(fh), _inverse_columns(fw)
    # Only the lags wanted are transformed back. A power spectrum is real, its lags are symmetric:
    # the half plane up to lag (0, 0) will do.
    half = np.concatenate([rows.real[: LAGS + 1], rows.imag[: LAGS + 1]])
    parts = []
    for i in range(3):
        both = half @ (spectrum[i].real ** 2 + spectrum[i].imag ** 2)
        lags = both[: LAGS + 1] @ columns.real - both[LAGS + 1 :] @ columns.imag
        parts.append(lags.ravel()[: (2 * LAGS + 1) ** 2 // 2 + 1] / energy[i] ** 2)
    for i, j in ((0, 1), (1, 2), (2, 0)):
        lags = ((rows @ (spectrum[i] * np.conj(spectrum[j]))) @ columns).real
        parts.append(lags.ravel() / (energy[i] * energy[j]))
    value = np.concatenate(parts)
    return np.asarray(np.sign(value) * np.sqrt(np.abs(value)), np.float32)


@lru_cache(maxsize=8)
def _inverse_rows(n: int) -> npt.NDArray[np.complex64]:
    """Inverse DFT along the first axis at lags -8 to 8: (17, n)."""
    phase = np.outer(np.arange(-LAGS, LAGS + 1), np.arange(n)) / n
    return np.asarray(np.exp(2j * np.pi * phase) / n, np.complex64)


@lru_cache(maxsize=8)
def _inverse_columns(n: int) -> npt.NDArray[np.complex64]:
    """Inverse real DFT along the half axis at lags -8 to 8: (n // 2 + 1, 17)."""
    k = np.arange(n // 2 + 1)
    # Bins other than DC and Nyquist stand for their mirror images as well.
    weight = np.where((k == 0) | ((n % 2 == 0) & (k == n // 2)), 1.0, 2.0) / n
    phase = np.outer(k, np.arange(-LAGS, LAGS + 1)) / n
    return np.asarray(np.exp(2j * np.pi * phase) * weight[:, None], np.complex64)


def contrast_luma(group: Group) -> F32:
    """Contrast-normalised co-occurrences of luma over three scales, see `contrast.luma`.

    Returns
    -------
    numpy.ndarray
        (T, 10500) float32: square roots of relative frequencies.
    """
    return contrast.luma(group.pyramid)


def contrast_colour(group: Group) -> F32:
    """Contrast-normalised co-occurrences of green and the colour differences over two scales.

    Returns
    -------
    numpy.ndarray
        (T, 5000) float32: square roots of relative frequencies, see `contrast.colour`.
    """
    red, green, blue = (plane.astype(np.float32) for plane in group.planes)
    return contrast.colour(red, green, blue, len(group.tiles))


def contrast_patterns(group: Group) -> F32:
    """Which of its eight neighbours a pixel of luma is darker or brighter than, at three scales.

    Returns
    -------
    numpy.ndarray
        (T, 3411) float32: square roots of relative frequencies, see `contrast.patterns`.
    """
    return contrast.patterns(group.pyramid)


Family = Callable[[Group], F32]

FAMILIES: Mapping[str, Family] = {
    "log_psd": log_psd,
    "autocorrelation": autocorrelation,
    "cooccurrence_luma": cooccurrence_luma,
    "cooccurrence_chroma": cooccurrence_chroma,
    "colour_joint": colour_joint,
    "contrast_luma": contrast_luma,
    "contrast_colour": contrast_colour,
    "contrast_patterns": contrast_patterns,
}
"""The families of the shipped heads, in the order of the concatenated vector."""

LENGTHS: Mapping[str, int] = {
    "log_psd": 1659,
    "autocorrelation": 1302,
    "cooccurrence_luma": 3750,
    "cooccurrence_chroma": 3750,
    "colour_joint": 2250,
    "contrast_luma": contrast.LUMA_LENGTH,
    "contrast_colour": contrast.COLOUR_LENGTH,
    "contrast_patterns": contrast.PATTERNS_LENGTH,
}
"""Length of each family's vector."""


def spans() -> dict[str, slice]:
    """Where each family lies in the concatenated vector."""
    ends = np.cumsum([0, *LENGTHS.values()])
    return {
        name: slice(int(a), int(b)) for name, (a, b) in zip(LENGTHS, pairwise(ends), strict=True)
    }


def extract(tile: Tile) -> F32:
    """All families of one tile, concatenated: (31622,) float32."""
    return np.asarray(extract_all([tile])[0], np.float32)


def extract_all(tiles: Sequence[Tile]) -> F32:
    """All families of every tile: (T, 31622) float32; each row as `extract` gives it."""
    rows = []
    for _, alike in groupby(tiles, key=lambda tile: tile.codes.shape):
        same = tuple(alike)
        for start in range(0, len(same), TOGETHER):
            group = Group(same[start : start + TOGETHER])
            rows.append(np.concatenate([family(group) for family in FAMILIES.values()], axis=1))
    return np.concatenate(rows)
