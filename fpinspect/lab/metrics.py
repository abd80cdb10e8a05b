"""Figures of merit of verdicts, as the tables name them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from fpinspect.verdict.classifier import SOURCES

F64 = npt.NDArray[np.float64]
KNOWN = 5
"""The first five of `SOURCES` are attributed; ``other`` is not."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One row of a table.

    Attributes
    ----------
    attribution : float
        Balanced accuracy over the known sources; the likeliest source is taken over all of them,
        ``other`` included.
    auc : float
        Area under the ROC curve, generated against real, of the probability "generated".
    tpr5, tpr1 : float
        True positives at 5 % and 1 % false positives.
    recall : dict of str to float
        Per known source.
    n : int
        Images.
    among_known : float
        Balanced accuracy where the likeliest source is taken over the known ones alone: the
        question with a closed list of answers. NaN in rows written before it was measured.
    """

    attribution: float
    auc: float
    tpr5: float
    tpr1: float
    recall: dict[str, float]
    n: int
    among_known: float = math.nan


def true_positives(p_generated: F64, generated: npt.NDArray[np.bool_], rate: float) -> float:
    """Share of generated images above the score that `rate` of the real ones exceed."""
    real = np.sort(p_generated[~generated])[::-1]
    allowed = int(np.floor(rate * len(real)))
    return float(np.mean(p_generated[generated] > real[min(allowed, len(real) - 1)]))


def figures(shares: F64, target: npt.NDArray[np.int64]) -> Figures:
    """Measure verdicts.

    Parameters
    ----------
    shares : numpy.ndarray
        (N, 6) shares of the sources, as in the JSON line.
    target : numpy.ndarray
        (N,) class index; 5 for generators outside the four.

    Returns
    -------
    Figures
        NaN where a class or side has no image.
    """
    recall = _recall(shares.argmax(axis=1), target)
    closed = _recall(shares[:, :KNOWN].argmax(axis=1), target)
    generated = target != 0
    p = 1.0 - shares[:, 0]
    both = bool(generated.any() and not generated.all())
    return Figures(
        attribution=_mean(recall),
        auc=float(roc_auc_score(generated, p)) if both else float("nan"),
        tpr5=true_positives(p, generated, 0.05) if both else float("nan"),
        tpr1=true_positives(p, generated, 0.01) if both else float("nan"),
        recall=recall,
        n=len(target),
        among_known=_mean(closed),
    )


def _recall(named: npt.NDArray[np.int64], target: npt.NDArray[np.int64]) -> dict[str, float]:
    """Share of each known source's images that got its name, where there are any."""
    return {
        SOURCES[c]: float(np.mean(named[target == c] == c))
        for c in range(KNOWN)
        if np.any(target == c)
    }


def _mean(recall: dict[str, float]) -> float:
    return float(np.mean(list(recall.values()))) if recall else math.nan
