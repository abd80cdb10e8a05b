"""Calibration, thresholds and error rates of the heads, for every range of JPEG quality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
import numpy.typing as npt

from fpinspect.lab import copies, dataset, fusion
from fpinspect.lab.dataset import Record
from fpinspect.verdict import calibration as calibration_of
from fpinspect.verdict import conformal
from fpinspect.verdict.calibration import Band, Ratio
from fpinspect.verdict.classifier import SOURCES, Fusion

F64 = npt.NDArray[np.float64]

BANDS: tuple[tuple[str, tuple[str, ...], int, int], ...] = (
    ("raw", ("raw", "c128"), 98, 100),
    ("q95", ("q95",), 91, 97),
    ("q85", ("q85",), 80, 90),
    ("q75", ("q75", "h75"), 1, 79),
)
"""Name, handlings it is calibrated on, and the JPEG qualities it serves (the first: lossless)."""

SMALL: Mapping[str, tuple[str, ...]] = {
    name: tuple(
        found
        for side in copies.SMALL_SIDES
        if (found := copies.small_name(side, quality)) not in handlings
    )
    for (name, handlings, _, _), quality in zip(BANDS, copies.SMALL_QUALITIES, strict=True)
}
"""By band, the small images that its slope and offset are fitted on besides. Thresholds, source
sets and temperature rest on `BANDS` alone: what is small is weakened by rule where need be."""

RESIZED: Mapping[str, tuple[str, ...]] = {"q85": ("x075", "x125")}
"""By band, resized images that its slope and offset are fitted on besides: many files of that
quality were resized before, and look less generated than they are."""


@dataclass(frozen=True)
class Judged:
    """Whole images under one handling.

    Attributes
    ----------
    records : sequence of Record
        The images.
    opinions : numpy.ndarray
        (N, opinions, 6).
    tiles : numpy.ndarray
        (N,) effective tiles.
    unseen : numpy.ndarray
        (N,) bool, the repository took no part in the training of the model that judged.
    """

    records: Sequence[Record]
    opinions: F64
    tiles: F64
    unseen: npt.NDArray[np.bool_]


def calibrate(
    calibration: Mapping[str, Judged], held_out: Mapping[str, Judged], fused: Fusion
) -> list[Band]:
    """Fit every band on `calibration`; thresholds and rates with out-of-fold images added.

    What is shipped, the mean of the folds' models, is calibrated on `calibration`. A single fold's
    model errs more and is surer of itself, so its opinions are calibrated by themselves: a ratio
    then means the same in both, and so does a threshold on it. The source sets take the larger of
    those that keep their promise on `calibration` and on the folds.

    Parameters
    ----------
    calibration, held_out : mapping of str to Judged
        Per handling: whole images of ``calibrate``, out-of-fold images of ``train``.
    fused : Fusion
        The fusion of the opinions.
    """
    bands = []
    for name, handlings, low, high in BANDS:
        parts = [calibration[h] for h in handlings]
        resized = RESIZED.get(name, ())
        fit = _fit(
            parts,
            fused,
            small=[calibration[h] for h in SMALL[name] if h in calibration],
            resized=[calibration[h] for h in resized if h in calibration],
        )
        others = [held_out[h] for h in handlings if h in held_out]
        pool = [*parts, *others]
        people = [record for part in pool for record in part.records]
        is_real = np.array([record.target == 0 for record in people])
        own = fit
        if others:
            again = [held_out[h] for h in resized if h in held_out]
            own = _fit(others, fused, resized=again, offset_small=fit.offset_small)
        fits = [fit] * len(parts) + [own] * len(others)
        log_lr = np.concatenate([
            f.unbounded(fused.score(part.opinions), part.tiles)
            for part, f in zip(pool, fits, strict=True)
        ])  # fmt: skip
        groups = [
            len({r.group for r in people if (r.target == 0) == real}) for real in (True, False)
        ]
        unseen = np.concatenate([part.unseen for part in pool])
        band = fusion.choose_thresholds(
            log_lr, is_real, unseen, name=name, low=low, high=high, fit=fit,
            temperature=_temperature(parts, fused), n_real=groups[0], n_generated=groups[1],
        )  # fmt: skip
        band = fusion.add_rates(band, log_lr, is_real, unseen)
        found = [_quantiles(band, parts, fused)]
        if others:
            folds = replace(band, **asdict(own), temperature=_temperature(others, fused))
            found.append(_quantiles(folds, others, fused))
        quantiles, count = min(found)
        bands.append(replace(band, conformal=tuple(quantiles), conformal_n=tuple(count)))
    return bands


def _fit(
    parts: Sequence[Judged],
    fused: Fusion,
    *,
    small: Sequence[Judged] = (),
    resized: Sequence[Judged] = (),
    offset_small: float | None = None,
) -> Ratio:
    """Logistic calibration of what one way of judging said, see `fusion.fit_ratio`.

    `small` and `resized` weigh as much as `parts` each. Without `small` the offset of small images
    must be given: those of `parts` that are small by themselves come from few sources.
    """
    kinds = [kind for kind in (parts, small, resized) if kind]
    every = [part for kind in kinds for part in kind]
    target = [dataset.targets(part.records) for part in every]
    share = [1 / len(kind) for kind in kinds for _ in kind]
    weight = np.concatenate(
        [w * fusion.balanced(t != 0) for w, t in zip(share, target, strict=True)]
    )
    return fusion.fit_ratio(
        np.concatenate([fused.score(part.opinions) for part in every]),
        np.concatenate([part.tiles for part in every]),
        np.concatenate(target),
        weight / weight.sum(),
        offset_small=offset_small,
    )


def _temperature(parts: Sequence[Judged], fused: Fusion) -> float:
    scores = np.concatenate([fused.sources(part.opinions) for part in parts])
    target = np.concatenate([dataset.targets(part.records) for part in parts])
    return fusion.fit_temperature(scores, target)


def _quantiles(band: Band, parts: Sequence[Judged], fused: Fusion) -> tuple[list[float], list[int]]:
    """Quantiles of the source sets on some images, and how many of each source there are."""
    opinions = np.concatenate([part.opinions for part in parts])
    tiles = np.concatenate([part.tiles for part in parts])
    target = np.concatenate([dataset.targets(part.records) for part in parts])
    shares = shares_of(band, fused, opinions, tiles)
    return conformal.fit(shares, target), conformal.counts(target)


def shares_of(band: Band, fused: Fusion, opinions: F64, tiles: F64) -> F64:
    """Shares of the sources as in the verdict: (N, 6) float64."""
    rows = []
    for odds, sources, n in zip(fused.score(opinions), fused.sources(opinions), tiles, strict=True):
        given = calibration_of.shares(sources, band.temperature)
        found = calibration_of.source_probabilities(band.log_lr(float(odds), float(n)), given)
        rows.append([found[name] for name in SOURCES])
    return np.array(rows)
