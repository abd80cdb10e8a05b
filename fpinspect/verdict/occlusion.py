"""Which frequencies and lags carry a verdict: measured by taking them out.

The half plane of frequencies is divided into 33 square cells of 1/8 cycles per pixel around the
multiples of 1/8, the lattice on which generators leave their peaks. Each cell in turn is quietened
in the pixels to the level of its neighbourhood, the pixels are rounded to codes again, and features
and heads are run anew: what the log10 likelihood ratio loses is the share of the cell. That holds
for any heads, linear or not, and for all families, also those that know no frequencies.

The lags of the residual's autocorrelation are taken out among the features: a lag is put to its
mean over the training, and the heads are run anew.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy import fft as sfft

from fpinspect.signal.residual import residual_of
from fpinspect.verdict import calibration, features
from fpinspect.verdict.classifier import Fusion, Heads
from fpinspect.verdict.features import Tile
from fpinspect.verdict.tiles import SIDE, TileSet

U8 = npt.NDArray[np.uint8]
F64 = npt.NDArray[np.float64]
Cell = tuple[int, int]

STEPS = 8
"""Cells a cycle per pixel."""
HALF_WIDTH = 1 / (2 * STEPS)
"""Half the side of a cell, cycles per pixel."""
NAMED = 6
"""So many frequencies are named at most."""
NAMED_LAGS = 4
"""So many lags are named at most."""
_TRIED_LAGS = 24
_PAIRS = 6


@dataclass(frozen=True, slots=True)
class Carrier:
    """What a cell of frequencies carries.

    Attributes
    ----------
    fy, fx : float
        Centre, cycles per pixel: fy in (-1/2, 1/2], fx in [0, 1/2]; its mirror image goes with it.
    half_width : float
        Half the side of the cell.
    log10_lr : float
        What the log10 likelihood ratio, generated to real, loses without it: positive ones speak
        for "generated".
    """

    fy: float
    fx: float
    half_width: float
    log10_lr: float


@dataclass(frozen=True, slots=True)
class LagShare:
    """What a lag of the residual's autocorrelation carries.

    Attributes
    ----------
    dy, dx : int
        Lag in pixels; its mirror image and all pairs of channels go with it.
    log10_lr : float
        What the log10 likelihood ratio loses when the lag is as usual in the training.
    """

    dy: int
    dx: int
    log10_lr: float


_Share = TypeVar("_Share", Carrier, LagShare)


def _canonical(ky: int, kx: int) -> Cell:
    """Multiples of 1/8: ky in -3..4 and kx in 0..4, of a cell and its mirror image the first."""
    ky, kx = ky % STEPS, kx % STEPS
    if kx > STEPS // 2 or (kx in (0, STEPS // 2) and ky > STEPS // 2):
        ky, kx = -ky % STEPS, -kx % STEPS
    return (ky - STEPS if ky > STEPS // 2 else ky), kx


@lru_cache(maxsize=1)
def cells() -> tuple[Cell, ...]:
    """All cells as multiples of 1/8, (ky, kx), without the one around zero frequency."""
    every = {_canonical(y, x) for y in range(STEPS) for x in range(STEPS)}
    return tuple(sorted(every - {(0, 0)}, key=lambda c: (c[1], c[0])))


@lru_cache(maxsize=64)
def _neighbours(cell: Cell) -> tuple[Cell, ...]:
    around = {_canonical(cell[0] + dy, cell[1] + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)}
    return tuple(sorted(around - {cell, (0, 0)}))


@lru_cache(maxsize=4)
def _owner(h: int, w: int) -> npt.NDArray[np.int16]:
    """Index of the cell of every bin of an (h, w) real FFT, -1 around zero: (h, w // 2 + 1)."""
    ky = np.rint(sfft.fftfreq(h) * STEPS).astype(int)
    kx = np.rint(sfft.rfftfreq(w) * STEPS).astype(int)
    index = {cell: i for i, cell in enumerate(cells())}
    table = np.array(
        [[index.get(_canonical(y, x), -1) for x in range(STEPS)] for y in range(STEPS)], np.int16
    )
    return np.asarray(table[ky[:, None] % STEPS, kx[None, :] % STEPS])


class Quietener:
    """Takes cells of frequencies out of an image's pixels.

    Parameters
    ----------
    codes : numpy.ndarray
        (C, H, W) uint8.
    """

    def __init__(self, codes: U8) -> None:
        self._shape = codes.shape[1:]
        self._spectrum = sfft.rfft2(codes.astype(np.float32))
        self._owner = _owner(*self._shape)
        power = np.abs(self._spectrum) ** 2
        inside = self._owner.ravel()
        number = np.maximum(np.bincount(inside + 1, minlength=len(cells()) + 1), 1)
        self._level = np.stack(
            [
                np.bincount(inside + 1, plane.ravel(), minlength=len(cells()) + 1) / number
                for plane in power
            ]
        )[:, 1:]

    def gains(self, cell: Cell) -> F64:
        """Amplitude gain of a cell by channel, at most 1: (C,) float64.

        It brings the mean power of the cell down to the lower quartile of its neighbours'.
        """
        at = {c: i for i, c in enumerate(cells())}
        around = self._level[:, [at[c] for c in _neighbours(cell)]]
        own = np.maximum(self._level[:, at[cell]], 1e-9)
        return np.asarray(np.sqrt(np.minimum(np.quantile(around, 0.25, axis=1) / own, 1.0)))

    def without(self, chosen: Iterable[Cell]) -> U8:
        """Codes with the chosen cells quietened, rounded and clipped: as the input."""
        at = {c: i for i, c in enumerate(cells())}
        spectrum = self._spectrum.copy()
        for cell in chosen:
            gain = self.gains(cell).astype(np.float32)
            spectrum[:, self._owner == at[cell]] *= gain[:, None]
        back = sfft.irfft2(spectrum, s=self._shape)
        return np.asarray(np.clip(np.rint(back), 0, 255), np.uint8)


@dataclass(frozen=True, slots=True)
class Carried:
    """Everything that was measured on one tile.

    Attributes
    ----------
    tile : int
        Index of the tile: the one that supports the verdict's side most.
    frequencies : tuple of Carrier
        All 33 cells, in the order of `cells`.
    lags : tuple of LagShare
        The lags that deviate most from the training, strongest share first.
    """

    tile: int
    frequencies: tuple[Carrier, ...]
    lags: tuple[LagShare, ...]

    def strongest(self, log10_lr: float) -> tuple[tuple[Carrier, ...], tuple[LagShare, ...]]:
        """Name those that carry a verdict, strongest first.

        Parameters
        ----------
        log10_lr : float
            The verdict's ratio: its sign says which side is carried.
        """
        sign = -1.0 if log10_lr < 0 else 1.0
        return (
            tuple(_ranked(self.frequencies, sign)[:NAMED]),
            tuple(_ranked(self.lags, sign)[:NAMED_LAGS]),
        )


def _ranked(items: Sequence[_Share], sign: float) -> list[_Share]:
    return sorted((i for i in items if sign * i.log10_lr > 0), key=lambda i: -sign * i.log10_lr)


def measure(
    tileset: TileSet, tile_opinions: F64, heads: Heads, *, quality: int | None, device: str = "cpu"
) -> Carried:
    """Take every cell and the most unusual lags out of the most telling tile.

    Parameters
    ----------
    tileset : TileSet
        The tiles of the image.
    tile_opinions : numpy.ndarray
        (T, opinions, 6) logits of the tiles.
    heads : Heads
        Trained weights.
    quality : int or None
        JPEG quality of the file: chooses the calibration.
    device : str
        Torch device for the denoiser.
    """
    fusion = Fusion.from_settings(heads.settings)
    band = calibration.choose_band(calibration.bands_from(heads.settings), quality)
    scores = fusion.score(tile_opinions)
    lr = band.log_lr(float(fusion.score(tile_opinions.mean(axis=0))), tileset.effective)
    chosen = int(np.argmax(scores if lr >= 0 else -scores))
    tile, before = tileset.tiles[chosen], float(scores[chosen])
    per_score = float(band.slope_at(tile.codes[0].size / SIDE**2)) / math.log(10)

    def lost(vectors: npt.NDArray[np.float32]) -> list[float]:
        after = fusion.score(heads.tile_opinions(vectors))
        return [per_score * (before - float(one)) for one in after]

    quiet = Quietener(tile.codes)
    codes = np.stack([quiet.without([cell]) for cell in cells()])
    planes = codes.reshape(-1, *codes.shape[2:]).astype(np.float32)
    residuals = residual_of(planes, denoiser="wavelet", device=device).reshape(codes.shape)
    changed = [Tile(*parts) for parts in zip(codes, residuals, strict=True)]
    found = [
        Carrier(cell[0] / STEPS, cell[1] / STEPS, HALF_WIDTH, share)
        for cell, share in zip(cells(), lost(features.extract_all(changed)), strict=True)
    ]
    without = _without_lags(features.extract(tile), heads)
    shares = lost(np.stack([vector for _, _, vector in without])) if without else []
    lags = [LagShare(dy, dx, one) for (dy, dx, _), one in zip(without, shares, strict=True)]
    lags.sort(key=lambda lag: -abs(lag.log10_lr))
    return Carried(chosen, tuple(found), tuple(lags))


def _lag_places() -> dict[tuple[int, int], list[int]]:
    """Find where every lag of the half plane but (0, 0) lies in the autocorrelation family."""
    n = 2 * features.LAGS + 1
    half = n * n // 2 + 1
    out = {}
    for k in range(half - 1):
        mirror = n * n - 1 - k
        pairs = [p * half + k for p in range(_PAIRS // 2)]
        pairs += [3 * half + p * n * n + i for p in range(_PAIRS // 2) for i in (k, mirror)]
        out[-(k // n - features.LAGS), -(k % n - features.LAGS)] = pairs
    return out


def _without_lags(
    vector: npt.NDArray[np.float32], heads: Heads
) -> list[tuple[int, int, npt.NDArray[np.float32]]]:
    """Vectors in which one lag each, of those most unusual, is at the training's mean."""
    span = features.spans().get("autocorrelation")
    if span is None:
        return []
    mean, scale = heads.arrays["mean"][span], heads.arrays["scale"][span]
    unusual = np.abs((vector[span] - mean) / scale)
    places = _lag_places()
    ranked = sorted(places, key=lambda lag: -float(unusual[places[lag]].mean()))
    out = []
    for lag in ranked[:_TRIED_LAGS]:
        changed = vector.copy()
        at = np.array(places[lag])
        changed[span][at] = mean[at]
        out.append((*lag, changed))
    return out
