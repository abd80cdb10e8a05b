"""Source sets with a promised coverage: split-conformal prediction, class by class.

A source belongs to the set of an image when its share is at least that source's quantile: the
share which all but 5 % of the calibration images of that source reach. Fitted class by class
(Mondrian), the promise holds for every source by itself and not only on average, and the sets are
the smallest ones on average that keep it (Sadinle et al.). It holds for images like those of the
calibration: another generator is covered as ``other`` only as far as it resembles those there.

References
----------
.. [1] V. Vovk, A. Gammerman, G. Shafer, "Algorithmic Learning in a Random World", 2005: Mondrian
   conformal predictors.
.. [2] M. Sadinle, J. Lei, L. Wasserman, "Least Ambiguous Set-Valued Classifiers with Bounded Error
   Levels", JASA 114, 2019.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from fpinspect.verdict.classifier import SOURCES

F64 = npt.NDArray[np.float64]

COVERAGE = 0.95
"""Share of the images of every source whose set holds it."""
REAL = SOURCES[0]


def fit(shares: F64, target: npt.NDArray[np.int64], coverage: float = COVERAGE) -> list[float]:
    """Find the quantile of every source.

    Parameters
    ----------
    shares : numpy.ndarray
        (N, 6) shares of the sources as in the verdict, whole images of the split ``calibrate``.
    target : numpy.ndarray
        (N,) class index.
    coverage : float
        Wanted share of images of each source whose set holds it, in (0, 1).

    Returns
    -------
    list of float
        Six quantiles in [0, 1]: the k-th smallest share of a source among its own n images, with
        k = floor((n + 1) (1 - coverage)). A source with too few images to promise anything
        (k = 0: fewer than 19 at 95 %) gets 0 and is in every set.

    Raises
    ------
    ValueError
        If the coverage is not between 0 and 1 or the shapes do not fit.

    Examples
    --------
    >>> shares = np.full((40, 6), 0.02)
    >>> shares[:, 0] = np.linspace(0.4, 0.9, 40)
    >>> fit(shares, np.zeros(40, int), 0.9)[:2] == [sorted(shares[:, 0])[3], 0.0]
    True
    """
    if not 0 < coverage < 1:
        raise ValueError(f"coverage is a share between 0 and 1, not {coverage}")
    if shares.shape != (len(target), len(SOURCES)):
        raise ValueError(f"{len(target)} targets need ({len(target)}, 6) shares")
    out = []
    for c in range(len(SOURCES)):
        own = np.sort(shares[target == c, c])
        # 1e-9: (n + 1) * 0.05 may round below the whole number that it is.
        k = math.floor((len(own) + 1) * (1 - coverage) + 1e-9)
        out.append(float(own[k - 1]) if k else 0.0)
    return out


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
