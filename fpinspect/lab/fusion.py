"""Few-parameter fits on scores: fusion weights, likelihood ratios, thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np
import numpy.typing as npt
import torch
from scipy.optimize import minimize
from torch.nn import functional as nnf

from fpinspect.verdict.calibration import Band, Ratio, bounded
from fpinspect.verdict.classifier import SOURCES, Fusion, log_odds, log_shares
from fpinspect.verdict.matched import Matched, describe

F64 = npt.NDArray[np.float64]

NOMINAL_FPR = 0.01
"""False-positive rate that the threshold "generated" asks for."""
NOMINAL_MISS = 0.05
"""Share of generated images that the threshold "real" may let pass."""
BIAS_PULL, SOURCE_PULL = 1e-3, 0.1
"""Pull of the fusion's biases towards 0. Those of the sources are held strongly: a generator that
the training knows from one repository is so easy in the folds that its bias would run away."""


def fit(copies: F64, target: npt.NDArray[np.int64], weight: npt.NDArray[np.float32]) -> Fusion:
    """Fit non-negative weights of the opinions in both heads, by cross-entropy.

    Parameters
    ----------
    copies : numpy.ndarray
        (N, copies, opinions, 6) out-of-fold opinions.
    target : numpy.ndarray
        (N,) class index.
    weight : numpy.ndarray
        (N,) weight of each image; real and generated ones are balanced for the first head.
    """
    number = copies.shape[1]
    flat = copies.reshape(-1, *copies.shape[2:])
    goal = np.repeat(target, number)
    mass = np.repeat(weight.astype(np.float64), number)
    generated = goal != 0
    sides = np.where(generated, mass / mass[generated].sum(), mass / mass[~generated].sum()) / 2
    odds = torch.from_numpy(log_odds(flat))[:, :, None]
    first, first_bias = _weigh(odds, torch.from_numpy(generated * 1.0)[:, None], sides, BIAS_PULL)
    shares = torch.from_numpy(log_shares(flat[generated]))
    second, second_bias = _weigh(
        shares,
        torch.from_numpy(np.eye(shares.shape[2])[goal[generated] - 1]),
        mass[generated] / mass[generated].sum(),
        SOURCE_PULL,
    )
    return Fusion(tuple(first), first_bias[0], tuple(second), tuple(second_bias))


def _weigh(
    x: torch.Tensor, goal: torch.Tensor, weight: F64, pull: float
) -> tuple[list[float], list[float]]:
    """Weights (opinions,) and biases (K,) of (N, opinions, K) scores for (N, K) goals."""
    mass = torch.from_numpy(weight)
    raw = torch.full((x.shape[1],), -2.0, dtype=torch.float64, requires_grad=True)
    bias = torch.zeros(x.shape[2], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([raw, bias], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        fused = torch.einsum("noc,o->nc", x, nnf.softplus(raw)) + bias
        if x.shape[2] == 1:
            each = nnf.binary_cross_entropy_with_logits(fused, goal, reduction="none")[:, 0]
        else:
            each = nnf.cross_entropy(fused, goal, reduction="none")
        value = (each * mass).sum() + pull * bias.square().sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value.detach()

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    return nnf.softplus(raw).tolist(), bias.tolist()


PULL = 1e-3
"""Pull of the fingerprints' opinion towards saying nothing."""


def fit_matched(bands: Sequence[tuple[F64, npt.NDArray[np.int64], F64]]) -> Matched:
    """Fit what a match says, a multinomial logistic regression for every calibration band.

    Parameters
    ----------
    bands : sequence of tuple
        Per band (n, 8) excesses of images matched with fingerprints that they took no part in,
        (n,) class index and (n,) weights. Where real images weigh as much as all others and the
        generators alike, a match that says nothing leaves the odds even.
    """
    found = [_regression(describe(excess), target, weight) for excess, target, weight in bands]
    return Matched(np.stack([w for w, _ in found]), np.stack([b for _, b in found]))


def _regression(x: F64, target: npt.NDArray[np.int64], weight: F64) -> tuple[F64, F64]:
    mean, scale = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-6)
    z, goal = torch.from_numpy((x - mean) / scale), torch.from_numpy(target)
    mass = torch.from_numpy(weight / weight.sum())
    weights = torch.zeros((x.shape[1], len(SOURCES)), dtype=torch.float64, requires_grad=True)
    bias = torch.zeros(len(SOURCES), dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights, bias], max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        each = nnf.cross_entropy(z @ weights + bias, goal, reduction="none")
        value = (each * mass).sum() + PULL * weights.square().sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value.detach()

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    plain = weights.detach().numpy().T / scale
    return plain, np.asarray(bias.detach().numpy() - plain @ mean, np.float64)


def fit_ratio(
    score: F64,
    tiles: F64,
    target: npt.NDArray[np.int64],
    weight: F64 | None = None,
    *,
    offset_small: float | None = None,
) -> Ratio:
    """Logistic calibration of log-odds at even prior.

    A weak pull towards slope 1 and no offset keeps separable data finite.

    Parameters
    ----------
    score : numpy.ndarray
        (N,) uncalibrated log-odds, generated to real.
    tiles : numpy.ndarray
        (N,) effective tiles.
    target : numpy.ndarray
        (N,) class index.
    weight : numpy.ndarray, optional
        (N,) weights; real and generated images balanced by default.
    offset_small : float, optional
        Not fitted but given: for images whose size tells their source.
    """
    generated = target != 0
    if weight is None:
        weight = balanced(generated)

    def ratio(p: F64) -> Ratio:
        small = float(p[3]) if offset_small is None else offset_small
        return Ratio(
            slope=float(p[0]), slope_tiles=float(p[1]), offset=float(p[2]), offset_small=small
        )

    def loss(p: F64) -> float:
        z = ratio(p).unbounded(score, tiles)
        each = np.logaddexp(0, np.where(generated, -z, z))
        pull = 1e-3 * ((p[0] - 1) ** 2 + 4 * p[1] ** 2 + p[2] ** 2 + p[3] ** 2)
        return float((weight * each).sum() + pull)

    bounds = [(0.05, 5), (-0.3, 0.5), (-8, 8), (-4, 4)]
    return ratio(minimize(loss, np.array([1.0, 0.0, 0.0, 0.0]), bounds=bounds).x)


def balanced(generated: npt.NDArray[np.bool_]) -> F64:
    """Weights that give real and generated images half each: (N,) float64."""
    sides = 0.5 / max(generated.sum(), 1), 0.5 / max((~generated).sum(), 1)
    return np.asarray(np.where(generated, *sides), np.float64)


def fit_temperature(scores: F64, target: npt.NDArray[np.int64]) -> float:
    """Temperature of the generators' (N, 5) scores, classes balanced; real images are left out."""
    rows = target != 0
    x, y = torch.from_numpy(scores[rows]), torch.from_numpy(target[rows] - 1)
    count = torch.bincount(y, minlength=x.shape[1]).double()
    w = (1 / count.clamp(min=1))[y]

    def loss(p: F64) -> float:
        each = nnf.cross_entropy(x / float(np.exp(p[0])), y, reduction="none")
        return float((each * w).sum() / w.sum())

    best = minimize(loss, np.zeros(1), method="Nelder-Mead")
    return float(np.exp(np.clip(best.x[0], -1.0, 2.0)))


def choose_thresholds(
    log_lr: F64,
    is_real: npt.NDArray[np.bool_],
    unseen: npt.NDArray[np.bool_],
    *,
    name: str,
    low: int,
    high: int,
    fit: Ratio,
    temperature: float,
    n_real: int,
    n_generated: int,
) -> Band:
    """Set both thresholds from the scores of real and of generated images.

    Parameters
    ----------
    log_lr : numpy.ndarray
        (N,) unbounded natural-log likelihood ratios.
    is_real, unseen : numpy.ndarray
        (N,) bool; unseen: see `add_rates`. The rate of false positives asked for is kept among
        these and among the others: the verdict states the poorer of both.
    """
    log_lr = bounded(log_lr, n_real=n_real, n_generated=n_generated)
    real, generated = np.sort(log_lr[is_real]), np.sort(log_lr[~is_real])
    parts = [log_lr[is_real & unseen], log_lr[is_real & ~unseen]]
    threshold = max(_exceeded(part) for part in parts if len(part))
    missed = int(np.floor(NOMINAL_MISS * (len(generated) + 1)))
    real_threshold = min(float(generated[missed]) - 1e-6, 0.0)
    return Band(
        name=name,
        low=low,
        high=high,
        **asdict(fit),
        temperature=temperature,
        threshold=threshold,
        real_threshold=float(real_threshold),
        nominal_fpr=NOMINAL_FPR,
        measured_fpr=float(np.mean(real >= threshold)),
        measured_tpr=float(np.mean(generated >= threshold)),
        measured_miss=float(np.mean(generated <= real_threshold)),
        n_real=n_real,
        n_generated=n_generated,
    )


def _exceeded(real: F64) -> float:
    """Return the score, at least 0, that at most (n + 1) `NOMINAL_FPR` real images exceed."""
    allowed = int(np.floor(NOMINAL_FPR * (len(real) + 1)))
    return max(float(np.sort(real)[len(real) - 1 - allowed]) + 1e-6, 0.0)


def add_rates(
    band: Band, log_lr: F64, is_real: npt.NDArray[np.bool_], unseen: npt.NDArray[np.bool_]
) -> Band:
    """Measure the thresholds' error rates in two ways; the verdict states the poorer.

    Parameters
    ----------
    band : Band
        With its thresholds.
    log_lr : numpy.ndarray
        (N,) unbounded natural-log likelihood ratios.
    is_real, unseen : numpy.ndarray
        (N,) bool; unseen: the image's repository took no part in the training that judged it.
        The others were judged without their group only.
    """
    log_lr = bounded(log_lr, n_real=band.n_real, n_generated=band.n_generated)
    wrong, missed = log_lr >= band.threshold, log_lr <= band.real_threshold

    def share(what: npt.NDArray[np.bool_], rows: npt.NDArray[np.bool_]) -> float | None:
        return float(np.mean(what[rows])) if rows.any() else None

    return replace(
        band,
        group_fpr=share(wrong, is_real & ~unseen),
        repository_fpr=share(wrong, is_real & unseen),
        group_miss=share(missed, ~is_real & ~unseen),
        repository_miss=share(missed, ~is_real & unseen),
    )
