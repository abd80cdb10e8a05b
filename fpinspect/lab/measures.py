"""What verdicts on labelled images amount to: rates, costs, sets, confusions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fpinspect.lab import dataset, intervals
from fpinspect.lab.dataset import Record
from fpinspect.lab.intervals import Interval, Reliability
from fpinspect.lab.metrics import KNOWN
from fpinspect.verdict.assess import Answer, Verdict
from fpinspect.verdict.classifier import SOURCES

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
NOT_PHOTOGRAPHS = ("real_other",)
"""Kinds of real images that are drawings, scans or screenshots."""


@dataclass(frozen=True, slots=True)
class Share:
    """A counted share.

    Attributes
    ----------
    hits, n : int
        So many of so many.
    """

    hits: int
    n: int

    @property
    def value(self) -> float:
        """The share; NaN of nothing."""
        return self.hits / self.n if self.n else float("nan")

    @property
    def interval(self) -> Interval:
        """Exact interval at 95 % (Clopper-Pearson)."""
        return intervals.clopper_pearson(self.hits, self.n)


@dataclass(frozen=True)
class Judged:
    """Verdicts on all images under one handling.

    Attributes
    ----------
    handling : str
        Its name.
    records : sequence of Record
        The images.
    verdicts : sequence of Verdict
        In the same order.
    """

    handling: str
    records: Sequence[Record]
    verdicts: Sequence[Verdict]

    @property
    def target(self) -> I64:
        """Class index of every image: (N,)."""
        return dataset.targets(self.records)

    @property
    def shares(self) -> F64:
        """Shares of the sources: (N, 6)."""
        return np.array([[v.sources[name] for name in SOURCES] for v in self.verdicts])

    @property
    def log_lr(self) -> F64:
        """Natural-log likelihood ratios, generated to real: (N,)."""
        return np.array([v.log10_lr for v in self.verdicts]) * math.log(10)

    @property
    def p_generated(self) -> F64:
        """Probability of "generated" at even odds: (N,)."""
        return np.array([v.p_generated for v in self.verdicts])

    def count(self, answer: Answer, chosen: Sequence[bool] | npt.NDArray[np.bool_]) -> Share:
        """How many of the chosen images got an answer."""
        found = [v.answer is answer for v, wanted in zip(self.verdicts, chosen, strict=True)
                 if wanted]  # fmt: skip
        return Share(sum(found), len(found))


@dataclass(frozen=True, slots=True)
class Summary:
    """Answers at the shipped thresholds, and how honest the numbers are.

    Attributes
    ----------
    handling : str
        Its name.
    false_positives, true_positives : Share
        Real and generated images called generated.
    missed : Share
        Generated images called real.
    inconclusive : Share
        Of all images.
    real : Share
        Photographs called real.
    named : Share
        Of the named generators right or wrong: images of the four called by their own name among
        those that were given a generator's name.
    misnamed : Share
        Images of other generators given one of the four names.
    cllr, error : float
        Log-likelihood-ratio cost in bits; expected calibration error.
    coverage : float
        Share of images whose source set holds their source, the mean over the sources.
    set_size : float
        Mean number of sources in a set.
    """

    handling: str
    false_positives: Share
    true_positives: Share
    missed: Share
    inconclusive: Share
    real: Share
    named: Share
    misnamed: Share
    cllr: float
    error: float
    coverage: float
    set_size: float


def summarise(judged: Judged) -> Summary:
    """Count the answers under one handling."""
    target = judged.target
    generated = target != 0
    photographs = np.array([
        record.target == 0 and record.kind not in NOT_PHOTOGRAPHS for record in judged.records
    ])  # fmt: skip
    held = np.array([
        SOURCES[t] in v.source_set for t, v in zip(target, judged.verdicts, strict=True)
    ])  # fmt: skip
    names = [v.source for v in judged.verdicts]
    four = SOURCES[1:KNOWN]
    given = [n == SOURCES[t] for n, t in zip(names, target, strict=True)
             if n in four and 0 < t < KNOWN]  # fmt: skip
    other = [n in four for n, t in zip(names, target, strict=True) if t >= KNOWN]
    return Summary(
        handling=judged.handling,
        false_positives=judged.count(Answer.GENERATED, ~generated),
        true_positives=judged.count(Answer.GENERATED, generated),
        missed=judged.count(Answer.REAL, generated),
        inconclusive=judged.count(Answer.INCONCLUSIVE, np.ones(len(target), bool)),
        real=judged.count(Answer.REAL, photographs),
        named=Share(sum(given), len(given)),
        misnamed=Share(sum(other), len(other)),
        cllr=intervals.cllr(judged.log_lr, generated),
        error=reliability(judged).error,
        coverage=float(np.mean([held[target == c].mean() for c in np.unique(target)])),
        set_size=float(np.mean([len(v.source_set) for v in judged.verdicts])),
    )


def reliability(judged: Judged) -> Reliability:
    """Said and seen probabilities of "generated"."""
    return intervals.reliability(judged.p_generated, judged.target != 0)


def false_positives(judged: Judged) -> dict[str, Share]:
    """Real images called generated, by kind of source (the folder's name where there is none)."""
    kinds = sorted({record.kind for record in judged.records if record.target == 0})
    return {
        kind: judged.count(
            Answer.GENERATED, [r.target == 0 and r.kind == kind for r in judged.records]
        )
        for kind in kinds
    }


def confusion(judged: Judged) -> I64:
    """How many images of each source (rows) were likeliest of each (columns): (6, 6)."""
    out = np.zeros((len(SOURCES), len(SOURCES)), np.int64)
    np.add.at(out, (judged.target, judged.shares.argmax(axis=1)), 1)
    return out
