"""The feature families: one pure function each, named as in the tables.

Every family takes one tile of 8-bit codes or of the noise residual and returns a flat float32
vector whose length does not depend on the tile's size, so that tiles of 64 to 512 px can be
judged by the same head. None of them sees quality, format, size or metadata.

References
----------
.. [1] J. Fridrich, J. Kodovsky, "Rich Models for Steganalysis of Digital Images", IEEE TIFS 7(3),
   2012: quantised high-pass residuals and their four-pixel co-occurrences.
.. [2] R. Corvi et al., "Intriguing properties of synthetic images", CVPRW 2023: spectra and
   autocorrelation of the noise residual.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import torch
from scipy import fft as sfft

from fpinspect.verdict import contrast

F32 = npt.NDArray[np.float32]
I16 = npt.NDArray[np.int16]
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
# Truncation T = 2: five levels. A residual r falls into level sum(r >= t); the three steps are
# rounding to 1, 2 and 3 codes (coarser steps for higher orders, as in the rich models).
_STEPS: dict[int, tuple[int, int, int, int]] = {
    1: (-1, 0, 1, 2),
    2: (-3, -1, 2, 4),
    3: (-4, -1, 2, 5),
    4: (-6, -2, 3, 7),
}
# The three steps' levels of a difference depend on its value clipped to this; merging the cells of
# one joint histogram of clipped values gives the histograms of all three.
_CLIP = 7
_VALUES = 2 * _CLIP + 1
_MERGE: F32 = np.array(
    [
        [sum(value >= t for t in _STEPS[step]) == level for step in (1, 2, 4) for level in range(5)]
        for value in range(-_CLIP, _CLIP + 1)
    ],
    np.float32,
)


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


def luma_codes(codes: U8) -> U8:
    """Integer luma of (3, H, W) codes: (77 R + 150 G + 29 B) / 256, as (H, W) uint8."""
    r, g, b = codes.astype(np.uint16)
    luma: U8 = ((77 * r + 150 * g + 29 * b) >> 8).astype(np.uint8)
    return luma


def _quantise(residual: I16, step: int) -> U8:
    """Map an integer residual to the levels 0 to 4."""
    t0, t1, t2, t3 = _STEPS[step]
    level = (residual >= t0).view(np.uint8)
    for threshold in (t1, t2, t3):
        np.add(level, (residual >= threshold).view(np.uint8), out=level)
    return level


def _count(codes: npt.NDArray[np.uint16], bins: int) -> F32:
    """How often each code from 0 to bins - 1 occurs: (bins,) float32."""
    # Torch counts int32; numpy would widen to 64 bits first.
    flat = torch.from_numpy(codes.ravel().astype(np.int32))
    counts: F32 = torch.bincount(flat, minlength=bins).numpy().astype(np.float32)
    return counts


def _histogram(codes: npt.NDArray[np.uint16], bins: int) -> F32:
    """Square root of the normalised histogram (Hellinger), so that rare cells count too."""
    count = _count(codes, bins)
    root: F32 = np.sqrt(count / np.float32(max(codes.size, 1)))
    return root


def _four_in_a_row(level: U8, axis: int) -> F32:
    """Joint histogram of four neighbours along an axis of an (H, W) level map: (625,) float32."""
    n = level.shape[axis] - 3
    if n <= 0:
        return np.zeros(625, np.float32)
    if axis == 0:
        pair = level[:-1] * np.uint8(5) + level[1:]
        first, second = pair[:n], pair[2:]
    else:
        pair = level[:, :-1] * np.uint8(5) + level[:, 1:]
        first, second = pair[:, :n], pair[:, 2:]
    code = np.multiply(first, np.uint16(25), dtype=np.uint16)
    code += second
    return _histogram(code, 625)


def _differences(plane: I16, axis: int) -> list[I16]:
    """First to third order differences along an axis."""
    out, current = [], plane
    for _ in range(3):
        current = np.diff(current, axis=axis)
        out.append(current)
    return out


def _cooccurrence(plane: I16) -> F32:
    parts = [
        _four_in_a_row(_quantise(difference, order), axis)
        for axis in (1, 0)
        for order, difference in enumerate(_differences(plane, axis), start=1)
    ]
    return np.concatenate(parts)


def cooccurrence_luma(tile: Tile) -> F32:
    """Four-pixel co-occurrences of first to third order differences of luma [1]_.

    Returns
    -------
    numpy.ndarray
        (3750,) float32: square roots of relative frequencies; horizontal orders 1, 2, 3 then
        vertical ones, 625 cells each (levels -2 to 2, first pixel most significant).
    """
    return _cooccurrence(luma_codes(tile.codes).astype(np.int16))


def cooccurrence_chroma(tile: Tile) -> F32:
    """Four-pixel co-occurrences as in `cooccurrence_luma`, of R - G: (3750,) float32."""
    r, g, _ = tile.codes.astype(np.int16)
    return _cooccurrence(r - g)


def colour_joint(tile: Tile) -> F32:
    """Joint levels of R, G and B residuals at the same pixel, six differences, three steps.

    Returns
    -------
    numpy.ndarray
        (2250,) float32: per direction and order (as in `cooccurrence_luma`) steps 1, 2 and 4,
        125 cells each.
    """
    planes = tile.codes.astype(np.int16)
    counts = []
    for axis in (2, 1):
        for difference in _differences(planes, axis):
            value = np.clip(difference, -_CLIP, _CLIP).view(np.uint16)
            code = value[0] * np.uint16(_VALUES)
            code += value[1]
            code *= np.uint16(_VALUES)
            code += value[2]
            # The clipped values are signed; modulo 2^16 this makes the code of value + 7.
            code += np.uint16(_CLIP * (_VALUES**2 + _VALUES + 1))
            counts.append(_count(code, _VALUES**3) / np.float32(max(code.size, 1)))
    n = len(counts)
    # Merge blue levels, then green, then red.
    joint = np.stack(counts).reshape(-1, _VALUES) @ _MERGE
    parts = []
    for i in range(3):
        group = _MERGE[:, 5 * i : 5 * i + 5]
        blue = np.ascontiguousarray(joint[:, 5 * i : 5 * i + 5]).reshape(n, _VALUES, _VALUES, 5)
        red = np.tensordot(group.T, blue.transpose(1, 0, 2, 3), 1)
        parts.append(np.tensordot(red, group, (2, 0)).transpose(1, 0, 3, 2).reshape(n, 125))
    return np.sqrt(np.stack(parts, axis=1)).ravel()


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


def log_psd(tile: Tile) -> F32:
    """Welch log power spectrum of the residual with its N/8 harmonics (seed eq. 3) [2]_.

    Luma and two colour differences of the residual, 64x64 Hann segments at half overlap. Per
    channel 512 powers pooled 2x2 over the half plane, in nepers over their mean, then the 40
    harmonics at multiples of 1/8 cycles/px over their surroundings, in nepers.

    Returns
    -------
    numpy.ndarray
        (1659,) float32: three channels of 512 + 40 numbers, then the three mean levels.
    """
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


def autocorrelation(tile: Tile) -> F32:
    """Normalised auto- and cross-correlation of the residual's R, G and B at lags up to 8 px [2]_.

    Returns
    -------
    numpy.ndarray
        (1302,) float32 in [-1, 1], signed square roots: for R, G and B the 145 lags of the half
        plane, then for R-G, G-B and B-R all 289 lags (dy slowest, from -8 to 8).
    """
    x = tile.residual - tile.residual.mean(axis=(1, 2), keepdims=True)
    h, w = x.shape[1:]
    fh, fw = sfft.next_fast_len(h + LAGS, True), sfft.next_fast_len(w + LAGS, True)
    spectrum = torch.fft.rfft2(torch.from_numpy(x), s=(fh, fw)).numpy()
    energy = np.sqrt(np.mean(x**2, axis=(1, 2)) * (h * w)) + np.float32(1e-3)
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


def contrast_luma(tile: Tile) -> F32:
    """Contrast-normalised co-occurrences of luma over three scales, see `contrast.luma`.

    Returns
    -------
    numpy.ndarray
        (10500,) float32: square roots of relative frequencies.
    """
    return contrast.luma(luma_codes(tile.codes).astype(np.float32))


def contrast_colour(tile: Tile) -> F32:
    """Contrast-normalised co-occurrences of green and the colour differences over two scales.

    Returns
    -------
    numpy.ndarray
        (5000,) float32: square roots of relative frequencies, see `contrast.colour`.
    """
    red, green, blue = tile.codes.astype(np.float32)
    return contrast.colour(red, green, blue)


Family = Callable[[Tile], F32]

FAMILIES: Mapping[str, Family] = {
    "log_psd": log_psd,
    "autocorrelation": autocorrelation,
    "cooccurrence_luma": cooccurrence_luma,
    "cooccurrence_chroma": cooccurrence_chroma,
    "colour_joint": colour_joint,
    "contrast_luma": contrast_luma,
    "contrast_colour": contrast_colour,
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
}
"""Length of each family's vector."""


def spans() -> dict[str, slice]:
    """Where each family lies in the concatenated vector."""
    ends = np.cumsum([0, *LENGTHS.values()])
    return {
        name: slice(int(a), int(b)) for name, (a, b) in zip(LENGTHS, pairwise(ends), strict=True)
    }


def extract(tile: Tile) -> F32:
    """All families of one tile, concatenated: (28211,) float32."""
    return np.concatenate([family(tile) for family in FAMILIES.values()])
