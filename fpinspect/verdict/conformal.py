"""Source sets with a promised coverage: split-conformal prediction.

A source belongs to the set of an image when its share is at least a quantile: the share that the
true source of all but 5 % of the calibration images reaches, every source weighing alike so that
the promise does not hang on the mix of sources. One quantile for all keeps the promise on average
over the sources, with the smallest sets that do [2]_; a quantile for each source (`by_source`,
Mondrian [1]_) keeps it for every source by itself, at the price of sets twice as large while a
source has only 30 images in the calibration, because then its worst image decides.

The promise holds for images like those of the calibration: another generator is covered as
``other`` only as far as it resembles those there.

References
----------
.. [1] V. Vovk, A. Gammerman, G. Shafer, "Algorithmic Learning in a Random World", 2005: Mondrian
   conformal predictors.
.. [2] M. Sadinle, J. Lei, L. Wasserman, "Least Ambiguous Set-Valued Classifiers with Bounded Error
   Levels", JASA 114, 2019.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from fpinspect.verdict.classifier import SOURCES

F64 = npt.NDArray[np.float64]

COVERAGE = 0.95
"""Share of the images whose set holds their source, sources weighing alike."""
REAL = SOURCES[0]


def fit(
    shares: F64,
    target: npt.NDArray[np.int64],
    coverage: float = COVERAGE,
    *,
    by_source: bool = False,
) -> list[float]:
    """Find the quantiles.

    Parameters
    ----------
    shares : numpy.ndarray
        (N, 6) shares of the sources as in the verdict, whole images of the split ``calibrate``.
    target : numpy.ndarray
        (N,) class index.
    coverage : float
        Wanted share of images whose set holds their source, in (0, 1).
    by_source : bool
        Keep the promise for every source by itself instead of on average over the sources.

    Returns
    -------
    list of float
        Six quantiles in [0, 1], all equal unless `by_source`. Where there are too few images to
        promise anything (fewer than 19 at 95 %) the quantile is 0 and excludes nothing.

    Raises
    ------
    ValueError
        If the coverage is not between 0 and 1 or the shapes do not fit.

    Examples
    --------
    >>> shares = np.full((40, 6), 0.02)
    >>> shares[:, 0] = np.linspace(0.4, 0.9, 40)
    >>> fit(shares, np.zeros(40, int), 0.9) == [sorted(shares[:, 0])[3]] * 6
    True
    """
    if not 0 < coverage < 1:
        raise ValueError(f"coverage is a share between 0 and 1, not {coverage}")
    if shares.shape != (len(target), len(SOURCES)):
        raise ValueError(f"{len(target)} targets need ({len(target)}, 6) shares")
    own = shares[np.arange(len(target)), target]
    if by_source:
        return [_quantile(own[target == c], None, coverage) for c in range(len(SOURCES))]
    weight = 1.0 / np.maximum(np.bincount(target, minlength=len(SOURCES)), 1)[target]
    return [_quantile(own, weight, coverage)] * len(SOURCES)


def _quantile(own: F64, weight: F64 | None, coverage: float) -> float:
    """Largest share that images of a weight of at least `coverage` reach.

    The image to come counts among them and as one of those that do not reach it, as in
    floor((n + 1) (1 - coverage)); it weighs as much as one of the calibration on average.
    """
    n = len(own)
    weight = np.ones(n) if weight is None else weight
    order = np.argsort(own)
    # What would be lost if the quantile were just above each share, of n + 1 images.
    lost = np.cumsum(weight[order]) / max(float(weight.sum()), 1e-9) * n / (n + 1)
    # 1e-9: (n + 1) * 0.05 may round below the whole number that it is.
    k = int(np.searchsorted(lost, 1 - coverage + 1e-9, side="right"))
    return float(own[order][k - 1]) if k else 0.0


def counts(target: npt.NDArray[np.int64]) -> list[int]:
    """Images of every source behind the quantiles, in the order of `SOURCES`."""
    return [int(n) for n in np.bincount(target, minlength=len(SOURCES))]


def source_set(
    shares: Mapping[str, float], quantiles: Sequence[float], *, answer: str = "inconclusive"
) -> tuple[str, ...]:
    """Choose the sources that cannot be excluded, likeliest first.

    The set never contradicts the answer: with "generated" it holds a generator and not ``real``,
    with "real" it holds ``real``, with "inconclusive" both ``real`` and a generator. Where the
    quantiles alone would say otherwise, the likeliest source that is needed is added; ``real`` is
    only taken out above the threshold, which at most 1 % of real images pass.

    Parameters
    ----------
    shares : mapping of str to float
        Shares of the six sources.
    quantiles : sequence of float
        As from `fit`.
    answer : str
        Answer of the verdict.
    """
    inside = {name for name, limit in zip(SOURCES, quantiles, strict=True) if shares[name] >= limit}
    best = max(SOURCES[1:], key=lambda name: shares[name])
    if answer == "generated":
        inside.discard(REAL)
    else:
        inside.add(REAL)
    if answer != "real" and inside <= {REAL}:
        inside.add(best)
    return tuple(sorted(inside, key=lambda name: (-shares[name], SOURCES.index(name))))
