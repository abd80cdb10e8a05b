"""How sure a figure is, and how honest a probability.

References
----------
.. [1] C. Clopper, E. Pearson, Biometrika 26, 1934: exact binomial intervals.
.. [2] N. Brümmer, J. du Preez, "Application-independent evaluation of speaker detection",
   Computer Speech & Language 20, 2006: the cost of log-likelihood ratios.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

F64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]
I64 = npt.NDArray[np.int64]
Interval = tuple[float, float]

SEED = 20261125
KNOWN = 5


def clopper_pearson(hits: int, n: int, level: float = 0.95) -> Interval:
    """Exact interval of a share [1]_; (0, 1) where nothing was counted.

    Examples
    --------
    >>> [round(end, 3) for end in clopper_pearson(0, 30)]
    [0.0, 0.116]
    """
    if n == 0:
        return 0.0, 1.0
    tail = (1 - level) / 2
    low = float(stats.beta.ppf(tail, hits, n - hits + 1)) if hits else 0.0
    high = float(stats.beta.ppf(1 - tail, hits + 1, n - hits)) if hits < n else 1.0
    return low, high


def weighted_auc(score: F64, generated: Bool, weight: I64) -> float:
    """Area under the ROC curve of images counted `weight` times; ties count half.

    Returns
    -------
    float
        NaN where a side has no weight.
    """
    places, index = np.unique(score, return_inverse=True)
    up = np.bincount(index, weight * generated, len(places))
    down = np.bincount(index, weight * ~generated, len(places))
    if not up.sum() or not down.sum():
        return float("nan")
    below = np.cumsum(down) - down / 2
    return float((up * below).sum() / (up.sum() * down.sum()))


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """Intervals at 95 %.

    Attributes
    ----------
    attribution, auc : tuple of float
        Lower and upper end; NaN where the figure is.
    """

    attribution: Interval
    auc: Interval


def bootstrap(
    shares: F64, target: I64, groups: Sequence[str], *, rounds: int = 400, seed: int = SEED
) -> Bootstrap:
    """Draw whole groups again, class by class, and see how far the figures move.

    Parameters
    ----------
    shares : numpy.ndarray
        (N, 6) shares of the sources.
    target : numpy.ndarray
        (N,) class index; 5 for generators outside the four.
    groups : sequence of str
        (N,) what belongs together: images of one group are drawn together.
    rounds : int
        How often.
    seed : int
        Of the draws.
    """
    rng = np.random.default_rng(seed)
    right = shares.argmax(axis=1) == target
    score, generated = 1.0 - shares[:, 0], target != 0
    names = np.unique(np.array(groups, dtype=str), return_inverse=True)[1]
    members = [np.unique(names[target == c]) for c in range(shares.shape[1])]
    found = np.empty((rounds, 2))
    for i in range(rounds):
        weight = np.zeros(len(target), np.int64)
        for c, own in enumerate(members):
            if len(own):
                drawn = np.bincount(rng.choice(own, len(own)), minlength=names.max() + 1)
                weight += np.where(target == c, drawn[names], 0)
        each = [
            float(np.average(right[target == c], weights=weight[target == c]))
            for c in range(KNOWN)
            if weight[target == c].sum()
        ]
        found[i] = np.mean(each) if each else np.nan, weighted_auc(score, generated, weight)
    return Bootstrap(_middle(found[:, 0]), _middle(found[:, 1]))


def _middle(values: F64) -> Interval:
    if np.isnan(values).all():
        return float("nan"), float("nan")
    low, high = np.nanquantile(values, (0.025, 0.975))
    return float(low), float(high)


def cllr(log_lr: F64, generated: Bool) -> float:
    """Log-likelihood-ratio cost in bits [2]_: 0 perfect, 1 says nothing; above 1 misleads.

    Parameters
    ----------
    log_lr : numpy.ndarray
        (N,) natural-log likelihood ratios, generated to real.
    generated : numpy.ndarray
        (N,) bool.

    Returns
    -------
    float
        NaN where a side is empty.
    """
    if generated.all() or not generated.any():
        return float("nan")
    missed = np.logaddexp(0, -log_lr[generated]).mean()
    false = np.logaddexp(0, log_lr[~generated]).mean()
    return float((missed + false) / (2 * np.log(2)))


@dataclass(frozen=True, slots=True)
class Reliability:
    """How often what was called likely was so.

    Attributes
    ----------
    said, seen, mass : numpy.ndarray
        Per bin that holds images: mean probability of "generated", share of generated images,
        share of all; real and generated images weigh alike (the probabilities are at even odds).
    error : float
        Expected calibration error: mean of |said - seen|, weighted by `mass`.
    """

    said: F64
    seen: F64
    mass: F64
    error: float


def reliability(p_generated: F64, generated: Bool, bins: int = 10) -> Reliability:
    """Compare probabilities with what the images were, in bins of equal width."""
    if generated.all() or not generated.any():
        nothing = np.zeros(0)
        return Reliability(nothing, nothing, nothing, float("nan"))
    weight = np.where(generated, 0.5 / generated.sum(), 0.5 / (~generated).sum())
    place = np.minimum((p_generated * bins).astype(int), bins - 1)
    mass = np.asarray(np.bincount(place, weight, bins), np.float64)
    full = mass > 0
    said = np.bincount(place, weight * p_generated, bins)[full] / mass[full]
    seen = np.bincount(place, weight * generated, bins)[full] / mass[full]
    error = float(np.sum(mass[full] * np.abs(said - seen)))
    return Reliability(said, seen, mass[full], error)
