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
from scipy import fft as sfft

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
_WINDOW: F32 = np.outer(_HANN, _HANN).astype(np.float32)
# Truncation T = 2: five levels. A residual r falls into level sum(r >= t); the three steps are
# rounding to 1, 2 and 3 codes (coarser steps for higher orders, as in the rich models).
_STEPS: dict[int, tuple[int, int, int, int]] = {
    1: (-1, 0, 1, 2),
    2: (-3, -1, 2, 4),
    3: (-4, -1, 2, 5),
    4: (-6, -2, 3, 7),
    12: (-18, -6, 7, 19),
}
# One histogram over the union of the three steps' thresholds, merged afterwards, gives all three.
_FINE = tuple(sorted({t for step in (1, 2, 4) for t in _STEPS[step]}))
_GROUPS = [
    np.stack(
        [
            np.array(
                [sum(low >= t for t in _STEPS[step]) == level for low in (min(_FINE) - 1, *_FINE)],
                np.float32,
            )
            for level in range(5)
        ]
    )
    for step in (1, 2, 4)
]


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
    level = level + (residual >= t1).view(np.uint8)
    level += (residual >= t2).view(np.uint8)
    level += (residual >= t3).view(np.uint8)
    return level


def _histogram(codes: npt.NDArray[np.uint16], bins: int) -> F32:
    """Square root of the normalised histogram (Hellinger), so that rare cells count too."""
    count = np.bincount(codes.ravel(), minlength=bins).astype(np.float32)
    total = max(float(count.sum()), 1.0)
    root: F32 = np.sqrt(count / np.float32(total))
    return root


def _four_in_a_row(level: U8, axis: int) -> F32:
    """Joint histogram of four neighbours along an axis of an (H, W) level map: (625,) float32."""
    if axis == 0:
        level = level.T
    n = level.shape[1] - 3
    if n <= 0:
        return np.zeros(625, np.float32)
    pair = level[:, :-1] * np.uint8(5) + level[:, 1:]
    code = pair[:, :n].astype(np.uint16) * np.uint16(25)
    code += pair[:, 2:]
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


def square_residuals(tile: Tile) -> F32:
    """Co-occurrences of the 3x3 and 5x5 square high-pass residuals of luma [1]_.

    Returns
    -------
    numpy.ndarray
        (2500,) float32: 3x3 horizontal, 3x3 vertical, 5x5 horizontal, 5x5 vertical.
    """
    y = luma_codes(tile.codes).astype(np.int16)
    second_v = y[:-2] - 2 * y[1:-1] + y[2:]
    square3 = second_v[:, :-2] - 2 * second_v[:, 1:-1] + second_v[:, 2:]
    # KB 5x5 = (1, -2, 2, -2, 1)-like square of SRM: rows (-1, 2, -2, 2, -1), (2, -6, 8, -6, 2),
    # (-2, 8, -12, 8, -2); written with its symmetric row pairs.
    outer = y[:-4] + y[4:]
    inner = y[1:-3] + y[3:-1]
    middle = y[2:-2]
    a = 2 * inner - outer - 2 * middle
    b = 2 * outer - 6 * inner + 8 * middle
    c = 8 * inner - 2 * outer - 12 * middle
    square5 = (a[:, :-4] + a[:, 4:]) + (b[:, 1:-3] + b[:, 3:-1]) + c[:, 2:-2]
    parts = []
    for residual, step in ((square3, 4), (square5, 12)):
        level = _quantise(residual, step)
        parts += [_four_in_a_row(level, 1), _four_in_a_row(level, 0)]
    return np.concatenate(parts)


def colour_joint(tile: Tile) -> F32:
    """Joint levels of R, G and B residuals at the same pixel, six differences, three steps.

    Returns
    -------
    numpy.ndarray
        (2250,) float32: per direction and order (as in `cooccurrence_luma`) steps 1, 2 and 4,
        125 cells each.
    """
    planes = tile.codes.astype(np.int16)
    parts = []
    for axis in (2, 1):
        for difference in _differences(planes, axis):
            fine = (difference >= _FINE[0]).view(np.uint8)
            for threshold in _FINE[1:]:
                fine = fine + (difference >= threshold).view(np.uint8)
            n = len(_FINE) + 1
            code = fine[0].astype(np.uint16) * np.uint16(n * n)
            code += fine[1] * np.uint8(n) + fine[2]
            count = np.bincount(code.ravel(), minlength=n**3).astype(np.float32)
            count = count.reshape(n, n, n) / np.float32(max(code.size, 1))
            for group in _GROUPS:
                # Merge blue, then green, then red levels.
                joint = group @ (group @ (count @ group.T)).reshape(n, -1)
                parts.append(np.sqrt(joint.ravel()))
    return np.concatenate(parts).astype(np.float32)


def _segments(plane: F32) -> F32:
    """Overlapping Welch segments of an (H, W) plane: (N, 64, 64); small planes are mirrored."""
    h, w = plane.shape
    if h < WELCH or w < WELCH:
        plane = np.pad(plane, ((0, max(0, WELCH - h)), (0, max(0, WELCH - w))), mode="symmetric")
    view = np.lib.stride_tricks.sliding_window_view(plane, (WELCH, WELCH))
    # Steps of 32 keep every segment on the 8-pixel lattice, so lattice peaks stay sharp.
    return view[:: WELCH // 2, :: WELCH // 2].reshape(-1, WELCH, WELCH)


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
    parts, levels = [], []
    for plane in (luma, r - g, b - g):
        spectrum = sfft.rfft2(_segments(plane) * _WINDOW)
        parts_of = spectrum.view(np.float32).reshape(len(spectrum), -1)
        power = np.einsum("ij,ij->j", parts_of, parts_of).reshape(WELCH, -1, 2).sum(axis=-1)
        power = power / np.float32(len(spectrum)) + np.float32(1e-2)
        pooled = power[:, :32].reshape(32, 2, 16, 2).mean(axis=(1, 3))
        log_pooled = np.log(pooled)
        level = log_pooled.mean()
        parts += [(log_pooled - level).ravel(), _harmonics(power)]
        levels.append(level)
    return np.concatenate([*parts, np.array(levels)]).astype(np.float32)


def _harmonics(power: F32) -> F32:
    """Excess of the bins at multiples of 1/8 cycles/px over the ring around them: (40,)."""
    log_power = np.log(power)
    # A ring two bins away: Hann's main lobe reaches one bin to either side.
    wrapped = np.concatenate([log_power, log_power[:, -2:0:-1][np.r_[0, 63:0:-1]]], axis=1)
    ring = np.zeros_like(log_power)
    count = 0
    for dy in (-2, 0, 2):
        for dx in (-2, 0, 2):
            if dy or dx:
                ring += np.roll(wrapped, (dy, dx), axis=(0, 1))[:, :33]
                count += 1
    excess = log_power - ring / count
    return np.asarray(excess[::8, ::8].ravel(), np.float32)


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
    spectrum = sfft.rfft2(x, s=(fh, fw))
    energy = np.sqrt(np.mean(x**2, axis=(1, 2)) * (h * w)) + np.float32(1e-3)
    rows, columns = _inverse_rows(fh), _inverse_columns(fw)
    parts = []
    for i, j in ((0, 0), (1, 1), (2, 2), (0, 1), (1, 2), (2, 0)):
        # Only the 17 x 17 lags wanted are transformed back.
        lags = ((rows @ (spectrum[i] * np.conj(spectrum[j]))) @ columns).real
        lags = lags.ravel() / (energy[i] * energy[j])
        parts.append(lags[: lags.size // 2 + 1] if i == j else lags)
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


Family = Callable[[Tile], F32]

FAMILIES: Mapping[str, Family] = {
    "log_psd": log_psd,
    "autocorrelation": autocorrelation,
    "cooccurrence_luma": cooccurrence_luma,
    "cooccurrence_chroma": cooccurrence_chroma,
    "square_residuals": square_residuals,
    "colour_joint": colour_joint,
}
"""The families of the shipped heads, in the order of the concatenated vector."""

LENGTHS: Mapping[str, int] = {
    "log_psd": 1659,
    "autocorrelation": 1302,
    "cooccurrence_luma": 3750,
    "cooccurrence_chroma": 3750,
    "square_residuals": 2500,
    "colour_joint": 2250,
}
"""Length of each family's vector."""


def spans() -> dict[str, slice]:
    """Where each family lies in the concatenated vector."""
    ends = np.cumsum([0, *LENGTHS.values()])
    return {
        name: slice(int(a), int(b)) for name, (a, b) in zip(LENGTHS, pairwise(ends), strict=True)
    }


def extract(tile: Tile) -> F32:
    """All families of one tile, concatenated: (15211,) float32."""
    return np.concatenate([family(tile) for family in FAMILIES.values()])
