"""Scores to likelihood ratios and calibrated shares.

A likelihood ratio here compares "made by a generator" with "a photograph or other real image", at
even prior odds. It is bounded by what the calibration data can carry: with n independent groups
of real images and none beyond a score, the data support odds of about n to one, not more.

References
----------
.. [1] N. Brummer, J. du Preez, "Application-independent evaluation of speaker detection",
   Computer Speech and Language 20, 2006: logistic calibration of log-likelihood ratios.
.. [2] ENFSI Guideline for Evaluative Reporting in Forensic Science, 2015: the verbal scale.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fpinspect.verdict.classifier import SOURCES

F64 = npt.NDArray[np.float64]

SCALE: tuple[tuple[float, str], ...] = (
    (1.0, "limited"),
    (2.0, "moderate"),
    (3.0, "moderately strong"),
    (4.0, "strong"),
    (math.inf, "very strong"),
)
"""Upper end in log10 LR and word of each step of the verbal scale [2]_."""


def strength(log10_lr: float) -> str:
    """Word for the strength of the evidence, whichever side it supports [2]_.

    Examples
    --------
    >>> strength(0.4), strength(-1.5), strength(2.7)
    ('limited', 'moderate', 'moderately strong')
    """
    return next(word for end, word in SCALE if abs(log10_lr) <= end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """From a score to a log-likelihood ratio, for images of any number of effective tiles.

    Attributes
    ----------
    slope, slope_tiles : float
        Slope for one tile, and what ln(tiles) adds to it.
    offset, offset_small : float
        Offset in nats, and what ln(tiles) adds to it below one tile: in few pixels every count is
        noisier, and photographs look more like what is generated.
    """

    slope: float
    slope_tiles: float
    offset: float
    offset_small: float = 0.0

    def slope_at(self, tiles: F64 | float) -> F64:
        """Slope for a number of effective tiles (judged pixels over 256²)."""
        return np.maximum(self.slope + self.slope_tiles * _log_tiles(tiles), 0.05)

    def offset_at(self, tiles: F64 | float) -> F64:
        """Offset in nats for a number of effective tiles."""
        return self.offset + self.offset_small * np.minimum(_log_tiles(tiles), 0.0)

    def unbounded(self, score: F64 | float, tiles: F64 | float) -> F64:
        """Natural-log likelihood ratio, generated to real, before its bound."""
        return np.asarray(self.slope_at(tiles) * score + self.offset_at(tiles), np.float64)


def _log_tiles(tiles: F64 | float) -> F64:
    return np.log(np.clip(np.asarray(tiles, np.float64), 1 / 16, 16))


@dataclass(frozen=True, slots=True, kw_only=True)
class Band(Ratio):
    """Calibration of one range of JPEG quality.

    Attributes
    ----------
    name : str
        The handling it was fitted on, as in the tables.
    low, high : int
        JPEG qualities it serves, inclusive.
    temperature : float
        Divides the generators' scores before they become shares.
    threshold : float
        Natural-log likelihood ratio from which the answer is "generated".
    real_threshold : float
        Natural-log likelihood ratio up to which the answer is "real".
    nominal_fpr, measured_fpr : float
        False-positive rate asked for, and measured at the threshold on real images.
    measured_tpr : float
        Share of generated images called generated at the threshold.
    measured_miss : float
        Share of generated images called real at `real_threshold`.
    n_real, n_generated : int
        Groups of real and of generated images behind those rates; they bound the ratio.
    group_fpr, repository_fpr : float or None
        False positives at the threshold measured in two ways: on folds that split no group, and on
        folds that leave one repository out (real images and SD 1.x). None where not measured.
    group_miss, repository_miss : float or None
        The same for generated images called real.
    conformal : tuple of float
        Six quantiles of the source sets, see `fpinspect.verdict.conformal.fit`; empty where none
        were fitted.
    conformal_n : tuple of int
        Images of every source behind them.
    """

    name: str
    low: int
    high: int
    temperature: float
    threshold: float
    real_threshold: float
    nominal_fpr: float
    measured_fpr: float
    measured_tpr: float
    measured_miss: float
    n_real: int
    n_generated: int
    group_fpr: float | None = None
    repository_fpr: float | None = None
    group_miss: float | None = None
    repository_miss: float | None = None
    conformal: tuple[float, ...] = ()
    conformal_n: tuple[int, ...] = ()

    @property
    def stated_fpr(self) -> float:
        """False-positive rate to state: the poorest of those measured."""
        return _poorest(self.measured_fpr, self.group_fpr, self.repository_fpr)

    @property
    def stated_miss(self) -> float:
        """Share of generated images called real, to state: the poorest of those measured."""
        return _poorest(self.measured_miss, self.group_miss, self.repository_miss)

    @property
    def basis(self) -> str:
        """In plain words, what the stated rates rest on."""
        if self.repository_fpr is None:
            return "measured on images of groups that took no part in the training"
        return (
            "the poorer of two rates: on images of groups that took no part in the training, and "
            "on images of repositories that took no part in it"
        )

    def bound(self, log_lr: float) -> float:
        """Largest absolute natural-log likelihood ratio on the side of `log_lr`."""
        return math.log(max(self.n_real if log_lr >= 0 else self.n_generated, 2))

    def log_lr(self, score: float, tiles: float) -> float:
        """Bounded natural-log likelihood ratio, generated to real."""
        raw = self.unbounded(score, tiles)
        return float(bounded(raw, n_real=self.n_real, n_generated=self.n_generated))


def _poorest(*rates: float | None) -> float:
    return max(rate for rate in rates if rate is not None)


def bounded(log_lr: F64 | np.float64, *, n_real: int, n_generated: int) -> F64:
    """Bend log-likelihood ratios towards what the groups behind them can carry.

    ``x / (1 + |x / b|^4)^(1/4)``: within 2 % of x up to half the bound b, never past it, and
    strictly increasing, so that two images never tie at the bound.

    Parameters
    ----------
    log_lr : numpy.ndarray
        Natural-log likelihood ratios.
    n_real, n_generated : int
        Groups of real and of generated images; b = ln(n_real) above 0, ln(n_generated) below.

    Examples
    --------
    >>> [round(float(bounded(np.float64(x), n_real=100, n_generated=100)), 2) for x in (1, 9, -90)]
    [1.0, 4.53, -4.61]
    """
    x = np.asarray(log_lr, np.float64)
    bound = np.where(x >= 0, math.log(max(n_real, 2)), math.log(max(n_generated, 2)))
    return np.asarray(x / (1.0 + np.abs(x / bound) ** 4) ** 0.25, np.float64)


def shares(scores: F64, temperature: float) -> F64:
    """Probabilities of the generator classes, given that one made the image: (5,) float64."""
    z = scores / temperature
    z = np.exp(z - z.max())
    return np.asarray(z / z.sum(), np.float64)


def choose_band(bands: Sequence[Band], quality: int | None) -> Band:
    """Pick the calibration for a JPEG quality; lossless files get the first band."""
    return bands[band_index(bands, quality)]


def band_index(bands: Sequence[Band], quality: int | None) -> int:
    """Place in `bands` of the calibration for a JPEG quality."""
    if quality is None:
        return 0
    return next((i for i, band in enumerate(bands) if band.low <= quality <= band.high), 0)


def bands_from(settings: Mapping[str, Any]) -> tuple[Band, ...]:
    """Read the bands of the weights' settings."""
    return tuple(_band(item) for item in settings["bands"])


def _band(item: Mapping[str, Any]) -> Band:
    lists = {name: tuple(item.get(name, ())) for name in ("conformal", "conformal_n")}
    values: dict[str, Any] = {**item, **lists}
    return Band(**values)


def source_probabilities(log_lr: float, given_generated: F64) -> dict[str, float]:
    """Shares of all sources at even prior odds; they sum to 1.

    Parameters
    ----------
    log_lr : float
        Natural-log likelihood ratio, generated to real.
    given_generated : numpy.ndarray
        (5,) shares of the generator classes.
    """
    generated = 1.0 / (1.0 + math.exp(-log_lr))
    out = {"real": 1.0 - generated}
    for name, share in zip(SOURCES[1:], given_generated, strict=True):
        out[name] = generated * float(share)
    return out
