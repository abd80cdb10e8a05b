"""Train, fuse and calibrate the shipped heads with one command.

``fpinspect lab train ../shared/data --cache DIR --out resources/weights``

Heads and fusion use the split ``train`` only (fusion: out-of-fold scores, folds by group and, where
a repository is small, by repository); the calibration uses whole images of ``calibrate``;
thresholds and error rates use out-of-fold real images of ``train`` and those of ``calibrate``.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from fpinspect.lab import dataset, extract, fusion, partition, train_net
from fpinspect.lab.copies import H75_COPY, RAW_COPY
from fpinspect.lab.dataset import Record
from fpinspect.lab.heads import Trained, discriminants, merge, score
from fpinspect.lab.nets import Recipe, quantise_first
from fpinspect.lab.partition import FOLDS, fold_units, image_weights
from fpinspect.lab.train_net import COPIES
from fpinspect.verdict import calibration as calibration_of
from fpinspect.verdict import conformal, features
from fpinspect.verdict.calibration import Band
from fpinspect.verdict.classifier import SCHEMA, SOURCES, Fusion

F64 = npt.NDArray[np.float64]

# Handlings each band is calibrated on, and the JPEG qualities it serves (the first: lossless too).
BANDS: tuple[tuple[str, tuple[str, ...], int, int], ...] = (
    ("raw", ("raw", "c128"), 98, 100),
    ("q95", ("q95",), 91, 97),
    ("q85", ("q85",), 80, 90),
    ("q75", ("q75", "h75"), 1, 79),
)


def out_of_fold(
    table: npt.NDArray[np.float16],
    handled: Mapping[str, extract.FeatureTable],
    models: Sequence[Trained],
    fold: npt.NDArray[np.int64],
) -> tuple[F64, dict[str, F64]]:
    """Opinions of training images by the models that did not see their group.

    Parameters
    ----------
    table, handled
        Vectors of the N training images' copies, and of them under the handlings.
    models : sequence of Trained
        One for every fold.
    fold : numpy.ndarray
        (N,) the fold of every image.

    Returns
    -------
    copies : numpy.ndarray
        (N, copies, 8, 6) opinions of the training copies.
    handled : dict
        Per handling (N, 8, 6).
    """
    shape = (len(features.FAMILIES) + 1, len(SOURCES))
    copies = np.zeros((*table.shape[:2], *shape))
    found = {name: np.zeros((len(table), *shape)) for name in handled}
    for k, model in enumerate(models):
        held = np.flatnonzero(fold == k)
        for i in held:
            copies[i] = score(model, table[i])
        for name, tiles in handled.items():
            found[name][held] = mean_opinions(model, tiles, len(table), only=held)[held]
    return copies, {**found, "raw": copies[:, RAW_COPY], "h75": copies[:, H75_COPY]}


def mean_opinions(
    model: Trained,
    table: extract.FeatureTable,
    count: int,
    only: npt.NDArray[np.int64] | None = None,
) -> F64:
    """Opinions of whole images: mean over the tiles, (N, 8, 6)."""
    rows = np.arange(len(table.owner))
    if only is not None:
        rows = np.flatnonzero(np.isin(table.owner, only))
    tiles = score(model, table.vectors[rows])
    out = np.zeros((count, *tiles.shape[1:]))
    np.add.at(out, table.owner[rows], tiles)
    number = np.bincount(table.owner[rows], minlength=count)
    return np.asarray(out / np.maximum(number, 1)[:, None, None], np.float64)


@dataclass(frozen=True)
class Judged:
    """Whole images under one handling.

    Attributes
    ----------
    records : sequence of Record
        The images.
    opinions : numpy.ndarray
        (N, 8, 6).
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
    then means the same in both, and so does a threshold on it.

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
        target = np.concatenate([dataset.targets(p.records) for p in parts])
        opinions = np.concatenate([p.opinions for p in parts])
        tiles = np.concatenate([p.tiles for p in parts])
        fit = _fit(parts, fused)
        others = [held_out[h] for h in handlings if h in held_out]
        pool = [*parts, *others]
        people = [record for part in pool for record in part.records]
        is_real = np.array([record.target == 0 for record in people])
        own = _fit(others, fused) if others else fit
        fits = [fit] * len(parts) + [own] * len(others)
        log_lr = np.concatenate([_log_lr(p, f, fused) for p, f in zip(pool, fits, strict=True)])
        groups = [
            len({r.group for r in people if (r.target == 0) == real}) for real in (True, False)
        ]
        band = fusion.choose_thresholds(
            log_lr, is_real, name=name, low=low, high=high, fit=fit,
            temperature=fusion.fit_temperature(fused.sources(opinions), target),
            n_real=groups[0], n_generated=groups[1],
        )  # fmt: skip
        unseen = np.concatenate([part.unseen for part in pool])
        band = fusion.add_rates(band, log_lr, is_real, unseen)
        shares = shares_of(band, fused, opinions, tiles)
        bands.append(
            replace(
                band,
                conformal=tuple(conformal.fit(shares, target)),
                conformal_n=tuple(conformal.counts(target)),
            )
        )
    return bands


def _fit(parts: Sequence[Judged], fused: Fusion) -> tuple[float, float, float]:
    """Logistic calibration of what one way of judging said, see `fusion.fit_ratio`."""
    score = np.concatenate([fused.score(part.opinions) for part in parts])
    tiles = np.concatenate([part.tiles for part in parts])
    target = np.concatenate([dataset.targets(part.records) for part in parts])
    return fusion.fit_ratio(score, tiles, target)


def _log_lr(part: Judged, fit: tuple[float, float, float], fused: Fusion) -> F64:
    """Natural-log likelihood ratios of one part before their bound: (N,)."""
    slope = np.maximum(fit[0] + fit[1] * np.log(np.clip(part.tiles, 1 / 16, 16)), 0.05)
    return np.asarray(slope * fused.score(part.opinions) + fit[2], np.float64)


def shares_of(band: Band, fused: Fusion, opinions: F64, tiles: F64) -> F64:
    """Shares of the sources as in the verdict: (N, 6) float64."""
    rows = []
    for odds, sources, n in zip(fused.score(opinions), fused.sources(opinions), tiles, strict=True):
        given = calibration_of.shares(sources, band.temperature)
        found = calibration_of.source_probabilities(band.log_lr(float(odds), float(n)), given)
        rows.append([found[name] for name in SOURCES])
    return np.array(rows)


OUT_OF_FOLD = "out_of_fold.npz"
"""In the cache: what the folds said of the images they did not see."""


def save(model: Trained, settings: dict[str, Any], out: Path) -> None:
    """Write ``verdict.safetensors`` and ``verdict.json``."""
    from safetensors.numpy import save_file

    state = {k: v.detach().numpy() for k, v in model.net.state_dict().items()}
    first, steps = quantise_first(state.pop("w1"))
    arrays = {
        **state,
        "linear": model.linear.numpy(),
        "linear_bias": model.bias.numpy(),
        "w1": first,
        "w1_steps": steps,
    }
    out.mkdir(parents=True, exist_ok=True)
    save_file({k: np.ascontiguousarray(v) for k, v in arrays.items()}, out / "verdict.safetensors")
    text = json.dumps(settings, indent=1, sort_keys=True) + "\n"
    (out / "verdict.json").write_text(text, encoding="utf-8")


def run(
    data: Path, cache: Path, out: Path, recipe: Recipe, jobs: int, given: Path | None = None
) -> None:
    """Extract, train, fuse, calibrate, save.

    Parameters
    ----------
    data, cache, out : pathlib.Path
        Folder of the manifest; of measured features; for the weights.
    recipe : Recipe
        Hyperparameters; of the net's only `given` ones count where nets are given.
    jobs : int
        Processes that measure.
    given : pathlib.Path, optional
        Folder of nets (`fpinspect.lab.train_net`); without one they are trained first.

    Raises
    ------
    ValueError
        If the given nets belong to other images or features.
    """
    training = dataset.load(data, ["train"])
    calibration = dataset.load(data, ["calibrate"])
    if given is None:
        given = cache / "nets"
        train_net.run(data, cache, given, recipe, jobs)
    trained, facts = train_net.read(given, training)
    recipe = Recipe(**facts["recipe"])
    table = extract.training_table(training, cache, copies_each=COPIES, jobs=jobs)
    handlings = sorted({h for _, names, _, _ in BANDS for h in names})
    train_tables = {
        h: extract.handling_table(training, cache, name="train", handling=h, jobs=jobs)
        for h in handlings
        if h not in ("raw", "h75")  # those are among the copies
    }
    tables = {
        h: extract.handling_table(calibration, cache, name="calibrate", handling=h, jobs=jobs)
        for h in handlings
    }
    fold = partition.fold_of(training, recipe.seed)
    goal, weight = dataset.targets(training), image_weights(training, recipe.real_weight)
    models = [
        discriminants(net, table, goal, weight, np.flatnonzero(fold != k), recipe)
        for k, net in enumerate(trained)
    ]
    model = merge(models)
    copies, handled = out_of_fold(table, train_tables, models, fold)
    np.savez(cache / OUT_OF_FOLD, copies=copies)
    whole = {h: mean_opinions(model, t, len(calibration)) for h, t in tables.items()}
    fused, bands = fit_and_calibrate(training, copies, handled, calibration, whole, tables)
    save(model, settings(fused, bands, recipe, facts, calibration), out)
    for band in bands:
        print(
            f"{band.name}: threshold {band.threshold / math.log(10):+.2f}, false positives "
            f"{band.measured_fpr:.3f}, missed {band.measured_miss:.3f}"
        )


def fit_and_calibrate(
    training: Sequence[Record],
    copies: F64,
    handled: Mapping[str, F64],
    calibration: Sequence[Record],
    whole: Mapping[str, F64],
    tables: Mapping[str, extract.FeatureTable],
) -> tuple[Fusion, list[Band]]:
    """Fuse on the out-of-fold opinions, calibrate on whole images of `calibration`."""
    fused = fusion.fit(copies, dataset.targets(training), image_weights(training, 1.0))
    one_tile = np.array([np.prod(np.minimum(r.size, 256)) / 256**2 for r in training])
    apart = np.array([unit.group == unit.repository for unit in fold_units(training)])
    known = {record.repository for record in training}
    new = np.array([record.repository not in known for record in calibration])
    bands = calibrate(
        {
            h: Judged(calibration, o, extract.effective_tiles(calibration, tables[h].owner, h), new)
            for h, o in whole.items()
        },
        {h: Judged(training, o, one_tile, apart) for h, o in handled.items()},
        fused,
    )
    return fused, bands


def settings(
    fused: Fusion,
    bands: Sequence[Band],
    recipe: Recipe,
    nets: Mapping[str, Any],
    calibration: Sequence[Record],
) -> dict[str, Any]:
    """Describe the weights: fusion, calibration and how they came about.

    Parameters
    ----------
    fused, bands
        What was fitted on the opinions.
    recipe : Recipe
        Hyperparameters.
    nets : mapping
        What is said of the nets.
    calibration : sequence of Record
        The images that the calibration was fitted on.
    """
    return {
        "schema": SCHEMA,
        "sources": list(SOURCES),
        "lengths": dict(features.LENGTHS),
        "denoiser": "wavelet",
        "fusion": asdict(fused),
        "bands": [asdict(band) for band in bands],
        "training": {
            "command": "fpinspect lab train ../shared/data --cache DIR --out resources/weights",
            "recipe": asdict(recipe),
            "copies": COPIES,
            "folds": FOLDS,
            "device": nets["device"],
            "train_sha256": nets["train_sha256"],
            "calibrate_sha256": train_net.data_digest(calibration),
        },
    }


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=Recipe().epochs)
    parser.add_argument("--net", type=Path, help="folder of nets; trained first without one")
    args = parser.parse_args()
    recipe = Recipe(epochs=args.epochs)
    run(args.data, args.cache, args.out, recipe, args.jobs, args.net)


if __name__ == "__main__":
    main()
