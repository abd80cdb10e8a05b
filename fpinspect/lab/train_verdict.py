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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from fpinspect.fingerprint.bank import Bank
from fpinspect.lab import dataset, extract, fusion, matches, nets, partition, probe, train_net
from fpinspect.lab.bands import BANDS, SMALL, Judged, calibrate
from fpinspect.lab.copies import H75_COPY, RAW_COPY, RESIZED_COPY
from fpinspect.lab.dataset import Record
from fpinspect.lab.heads import Trained, discriminants, merge, score
from fpinspect.lab.nets import Recipe
from fpinspect.lab.partition import FOLDS, fold_units, image_weights
from fpinspect.lab.train_net import COPIES
from fpinspect.verdict import features
from fpinspect.verdict.calibration import Band
from fpinspect.verdict.classifier import SCHEMA, SOURCES, VIEWS, Fusion
from fpinspect.verdict.matched import Matched, joined

F64 = npt.NDArray[np.float64]

MATCHED: tuple[tuple[str, ...], ...] = (
    ("raw", "c128", matches.RESIZED),
    ("q95",),
    ("q85", "x075", "x125"),
    ("q75", "h75"),
)
"""Handlings that each band's weighing of matches is fitted on, in the order of `BANDS`. Resized
ones are among them: resizing takes a fingerprint away, so that its absence means little."""

NAMED: Mapping[str, int] = {"raw": RAW_COPY, "h75": H75_COPY, matches.RESIZED: RESIZED_COPY}
"""Handlings that are among the training copies."""


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
        (N, copies, 9, 6) opinions of the training copies.
    handled : dict
        Per handling (N, 9, 6).
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
    return copies, {**found, **{name: copies[:, copy] for name, copy in NAMED.items()}}


def mean_opinions(
    model: Trained,
    table: extract.FeatureTable,
    count: int,
    only: npt.NDArray[np.int64] | None = None,
) -> F64:
    """Opinions of whole images: mean over the tiles, (N, 9, 6)."""
    rows = np.arange(len(table.owner))
    if only is not None:
        rows = np.flatnonzero(np.isin(table.owner, only))
    tiles = score(model, table.vectors[rows])
    out = np.zeros((count, *tiles.shape[1:]))
    np.add.at(out, table.owner[rows], tiles)
    number = np.bincount(table.owner[rows], minlength=count)
    return np.asarray(out / np.maximum(number, 1)[:, None, None], np.float64)


OUT_OF_FOLD = "out_of_fold.npz"
"""In the cache: what the folds said of the images they did not see."""


def save(model: Trained, settings: dict[str, Any], out: Path) -> None:
    """Write ``verdict.safetensors`` and ``verdict.json``."""
    from safetensors.numpy import save_file

    state = {k: v.detach().numpy() for k, v in model.net.state_dict().items()}
    arrays = {
        **state,
        "linear": model.linear.numpy(),
        "linear_bias": model.bias.numpy(),
        **{f"w1_{view}": nets.packed(model.net, view) for view in range(len(VIEWS))},
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
    handlings = sorted({h for names in MATCHED for h in names} - {matches.RESIZED})
    small = sorted({h for names in SMALL.values() for h in names})
    train_tables = {
        h: extract.handling_table(training, cache, name="train", handling=h, jobs=jobs)
        for h in handlings
        if h not in ("raw", "h75")  # those are among the copies
    }
    tables = {
        h: extract.handling_table(calibration, cache, name="calibrate", handling=h, jobs=jobs)
        for h in (*handlings, *small)
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
    every = [h for names in MATCHED for h in names]
    excess = matches.fold_tables(training, fold, data, cache, every, jobs=jobs)
    weighed = weigh_matches(training, excess)
    for h in handled:
        handled[h] = joined(handled[h], weighed.logits(excess[h], band_of(h)))
    for h in whole:
        found = matches.excess_table(calibration, cache, name="calibrate", handling=h, jobs=jobs)
        whole[h] = joined(whole[h], weighed.logits(found, band_of(h)))
    fused, bands = fit_and_calibrate(
        training, handled, calibration, whole, tiles_of(training, train_tables, handled),
        tiles_of(calibration, tables, whole),
    )  # fmt: skip
    save(model, settings(fused, weighed, bands, recipe, facts, calibration), out)
    for band in bands:
        print(
            f"{band.name}: threshold {band.threshold / math.log(10):+.2f}, false positives "
            f"{band.measured_fpr:.3f}, missed {band.measured_miss:.3f}"
        )


def band_of(handling: str) -> int:
    """Index of the band that images under a handling belong to."""
    return next(
        i
        for i, ((name, *_), names) in enumerate(zip(BANDS, MATCHED, strict=True))
        if handling in (*names, *SMALL[name])
    )


def weigh_matches(training: Sequence[Record], excess: Mapping[str, F64]) -> Matched:
    """Fit what a match says on the training images, see `fusion.fit_matched`.

    Parameters
    ----------
    training : sequence of Record
        N images.
    excess : mapping of str to numpy.ndarray
        Per handling (N, 8), matched with banks that hold none of an image's fold.
    """
    goal = dataset.targets(training)
    # Real images weigh as much as the five classes of generated ones together.
    weight = image_weights(training, float(len(SOURCES) - 1)).astype(np.float64)
    return fusion.fit_matched([
        (
            np.concatenate([excess[h] for h in names]),
            np.tile(goal, len(names)),
            np.tile(weight, len(names)),
        )
        for names in MATCHED
    ])  # fmt: skip


def tiles_of(
    records: Sequence[Record], tables: Mapping[str, extract.FeatureTable], handlings: Iterable[str]
) -> dict[str, F64]:
    """Effective tiles of every image under every handling; the training copies are one image each.

    Parameters
    ----------
    records : sequence of Record
        N images.
    tables : mapping of str to FeatureTable
        Their tiles under the handlings that were measured as whole images.
    handlings : iterable of str
        Those wanted.
    """
    alone = np.array([np.prod(np.minimum(r.size, 256)) / 256**2 for r in records])
    return {
        h: extract.effective_tiles(records, tables[h].owner, h) if h in tables else alone
        for h in handlings
    }


def fit_and_calibrate(
    training: Sequence[Record],
    handled: Mapping[str, F64],
    calibration: Sequence[Record],
    whole: Mapping[str, F64],
    training_tiles: Mapping[str, F64],
    calibration_tiles: Mapping[str, F64],
) -> tuple[Fusion, list[Band]]:
    """Fuse on the out-of-fold opinions, calibrate on whole images of `calibration`.

    Parameters
    ----------
    training, calibration : sequence of Record
        The images.
    handled, whole : mapping of str to numpy.ndarray
        Per handling the opinions on them: out of fold, and of what ships.
    training_tiles, calibration_tiles : mapping of str to numpy.ndarray
        See `tiles_of`.
    """
    opinions = np.stack(list(handled.values()), axis=1)
    fused = fusion.fit(opinions, dataset.targets(training), image_weights(training, 1.0))
    apart = np.array([unit.group == unit.repository for unit in fold_units(training)])
    known = {record.repository for record in training}
    new = np.array([record.repository not in known for record in calibration])
    bands = calibrate(
        {h: Judged(calibration, o, calibration_tiles[h], new) for h, o in whole.items()},
        {h: Judged(training, o, training_tiles[h], apart) for h, o in handled.items()},
        fused,
    )
    return fused, bands


def settings(
    fused: Fusion,
    weighed: Matched,
    bands: Sequence[Band],
    recipe: Recipe,
    facts: Mapping[str, Any],
    calibration: Sequence[Record],
) -> dict[str, Any]:
    """Describe the weights: fusion, calibration and how they came about.

    Parameters
    ----------
    fused, weighed, bands
        What was fitted on the opinions and on the matches.
    recipe : Recipe
        Hyperparameters.
    facts : mapping
        What is said of the nets.
    calibration : sequence of Record
        The images that the calibration was fitted on.
    """
    return {
        "schema": SCHEMA,
        "sources": list(SOURCES),
        "lengths": dict(features.LENGTHS),
        "probe": probe.found(),
        "denoiser": "wavelet",
        "fusion": asdict(fused),
        "matched": weighed.to_settings(),
        "bands": [asdict(band) for band in bands],
        "training": {
            "command": "fpinspect lab train ../shared/data --cache DIR --out resources/weights",
            "recipe": asdict(recipe),
            "copies": COPIES,
            "folds": FOLDS,
            "device": facts["device"],
            "bank": Bank.load().digest,
            "train_sha256": facts["train_sha256"],
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
