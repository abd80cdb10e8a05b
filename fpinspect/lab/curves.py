"""Curves of an evaluation: ROC, DET and reliability, as points and as pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.stats import norm
from sklearn.metrics import roc_curve

from fpinspect.lab.measures import Judged, reliability
from fpinspect.lab.style import COLOURS, INK, MUTED, new_figure, tidy

if TYPE_CHECKING:
    from matplotlib.figure import Figure

F64 = npt.NDArray[np.float64]
_RATES = (0.001, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99)


@dataclass(frozen=True, slots=True)
class Roc:
    """Points of a curve: false and true positives as the threshold falls, both rising."""

    false: F64
    true: F64


def roc(judged: Judged) -> Roc | None:
    """ROC of the probability "generated"; None without both sides."""
    generated = judged.target != 0
    if generated.all() or not generated.any():
        return None
    false, true, _ = roc_curve(generated, judged.log_lr)
    return Roc(np.asarray(false, np.float64), np.asarray(true, np.float64))


def draw_roc(judged: Sequence[Judged]) -> Figure:
    """ROC curves of all handlings, on linear axes and near the corner that matters."""
    figure = new_figure(10.4, 4.8)
    whole, corner = figure.subplots(1, 2)
    for part, colour in zip(judged, COLOURS, strict=False):
        found = roc(part)
        if found is None:
            continue
        for axes in (whole, corner):
            axes.step(found.false, found.true, where="post", color=colour, lw=1.4,
                      label=part.handling)  # fmt: skip
    whole.plot([0, 1], [0, 1], color=MUTED, lw=0.8, ls=":")
    corner.axvline(0.01, color=MUTED, lw=0.8, ls=":")
    corner.axvline(0.05, color=MUTED, lw=0.8, ls=":")
    whole.set(xlim=(0, 1), ylim=(0, 1.005), title="ROC")
    corner.set(xlim=(0, 0.1), ylim=(0, 1.005), title="The same up to 10 % false positives")
    for axes in (whole, corner):
        axes.set(xlabel="false positives (real called generated)", ylabel="true positives")
        tidy(axes)
    whole.legend(frameon=False, loc="lower right", fontsize=9)
    return figure


def draw_det(judged: Sequence[Judged]) -> Figure:
    """Draw the detection error trade-off on normal-deviate axes."""
    figure = new_figure(6.0, 5.6)
    axes = figure.subplots()
    for part, colour in zip(judged, COLOURS, strict=False):
        found = roc(part)
        if found is None:
            continue
        real, made = (max(int(np.sum((part.target == 0) == side)), 1) for side in (True, False))
        # Half an image: a rate of nothing has no place on these axes.
        false = np.clip(found.false, 0.5 / real, 1 - 0.5 / real)
        missed = np.clip(1 - found.true, 0.5 / made, 1 - 0.5 / made)
        axes.step(norm.ppf(false), norm.ppf(missed), where="post", color=colour, lw=1.4,
                  label=part.handling)  # fmt: skip
    ticks, labels = norm.ppf(_RATES), [f"{100 * rate:g} %" for rate in _RATES]
    axes.set_xticks(ticks, labels)
    axes.set_yticks(ticks, labels)
    ends = (float(norm.ppf(0.0012)), float(norm.ppf(0.99)))
    axes.plot(ends, ends, color=MUTED, lw=0.8, ls=":")
    axes.set(xlim=ends, ylim=ends, title="Detection error trade-off",
             xlabel="false positives (real called generated)",
             ylabel="missed (generated called real)")  # fmt: skip
    tidy(axes)
    axes.legend(frameon=False, loc="upper right", fontsize=9)
    return figure


def draw_reliability(judged: Sequence[Judged]) -> Figure:
    """Said against seen probabilities, and how many images fell where."""
    figure = new_figure(6.0, 6.4)
    axes, below = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    axes.plot([0, 1], [0, 1], color=MUTED, lw=0.8, ls=":")
    for part, colour in zip(judged, COLOURS, strict=False):
        found = reliability(part)
        if not len(found.said):
            continue
        label = f"{part.handling}: error {found.error:.3f}"
        axes.plot(found.said, found.seen, "o-", color=colour, lw=1.2, ms=4, label=label)
        below.plot(found.said, found.mass, "o-", color=colour, lw=1.0, ms=3)
    axes.set(xlim=(0, 1), ylim=(-0.01, 1.01), title="Reliability", ylabel="share generated")
    below.set(xlabel="probability “generated” as said, at even odds", ylabel="share of images",
              ylim=(0, None))  # fmt: skip
    for part_axes in (axes, below):
        tidy(part_axes)
    axes.legend(frameon=False, loc="upper left", fontsize=9, labelcolor=INK)
    return figure
