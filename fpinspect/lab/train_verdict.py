"""Train, fuse and calibrate the shipped heads with one command.

``python -m fpinspect.lab.train_verdict --data ../shared/data --cache DIR --out resources/weights``

Heads and fusion use the split ``train`` only (fusion: out-of-fold scores, folds by group and, where
a repository is small, by repository); the calibration uses whole images of ``calibrate``;
thresholds and error rates use out-of-fold real images of ``train`` and those of ``calibrate``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from fpinspect.lab import dataset, extract, fusion
from fpinspect.lab.copies import H75_COPY, RAW_COPY, RECIPE
from fpinspect.lab.dataset import Record
from fpinspect.lab.heads import HeadsModule, Recipe, score, train
from fpinspect.verdict import features
from fpinspect.verdict.calibration import Band
from fpinspect.verdict.classifier import SCHEMA, SOURCES

F64 = npt.NDArray[np.float64]

FOLDS = 3
COPIES = len(RECIPE)
# Handlings each band is calibrated on, and the JPEG qualities it serves (the first: lossless too).
BANDS: tuple[tuple[str, tuple[str, ...], int, int], ...] = (
    ("raw", ("raw",), 98, 100),
    ("q95", ("q95",), 91, 97),
    ("q85", ("q85",), 80, 90),
    ("q75", ("q75", "h75"), 1, 79),
)


def fold_units(records: Sequence[Record], largest: int = 60) -> list[Record]:
    """Widen groups to repositories where a repository has at most `largest` images."""
    size = Counter(record.repository for record in records)
    return [
        Record(
            **{
                **{f: getattr(record, f) for f in Record.__dataclass_fields__},
                "group": record.repository if size[record.repository] <= largest else record.group,
            }
        )
        for record in records
    ]


def image_weights(records: Sequence[Record], real_weight: float) -> npt.NDArray[np.float32]:
    """Loss weights: classes balanced, real counted `real_weight` times, large repositories damped.

    An image weighs the inverse square root of its repository's size, so that one repository with
    hundreds of images does not stand for its generator.
    """
    size = Counter((record.target, record.repository) for record in records)
    weight = np.array([size[r.target, r.repository] ** -0.5 for r in records])
    goal = dataset.targets(records)
    for c in range(len(SOURCES)):
        weight[goal == c] /= weight[goal == c].sum()
    weight[goal == 0] *= real_weight
    return np.asarray(weight / weight.mean(), np.float32)


def out_of_fold(
    records: Sequence[Record],
    table: npt.NDArray[np.float16],
    handled: dict[str, extract.FeatureTable],
    recipe: Recipe,
    device: torch.device,
) -> tuple[F64, dict[str, F64]]:
    """Opinions of every training image by a model that did not see its group.

    Returns
    -------
    copies : numpy.ndarray
        (N, copies, 7, 6) opinions of the training copies.
    handled : dict
        Per handling (N, 7, 6).
    """
    fold = dataset.folds(fold_units(records), FOLDS, recipe.seed)
    goal, weight = dataset.targets(records), image_weights(records, recipe.real_weight)
    opinions = len(features.FAMILIES) + 1
    copies = np.zeros((len(records), table.shape[1], opinions, len(SOURCES)))
    out = {name: np.zeros((len(records), opinions, len(SOURCES))) for name in handled}
    for k in range(FOLDS):
        rows, held = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        model = train(table, goal, weight, rows, recipe, device=device, note=f"fold {k}")
        for i in held:
            copies[i] = score(model, table[i], device)
        for name, tiles in handled.items():
            mean = mean_opinions(model, tiles, len(records), device, only=held)
            out[name][held] = mean[held]
    return copies, {**out, "raw": copies[:, RAW_COPY], "h75": copies[:, H75_COPY]}


def mean_opinions(
    model: HeadsModule,
    table: extract.FeatureTable,
    count: int,
    device: torch.device,
    only: npt.NDArray[np.int64] | None = None,
) -> F64:
    """Opinions of whole images: mean over the tiles, (N, 7, 6)."""
    rows = np.arange(len(table.owner))
    if only is not None:
        rows = np.flatnonzero(np.isin(table.owner, only))
    tiles = score(model, table.vectors[rows], device)
    out = np.zeros((count, *tiles.shape[1:]))
    np.add.at(out, table.owner[rows], tiles)
    number = np.bincount(table.owner[rows], minlength=count)
    return np.asarray(out / np.maximum(number, 1)[:, None, None], np.float64)


def calibrate(
    fused: dict[str, F64],
    tiles: dict[str, npt.NDArray[np.int64]],
    calibration: Sequence[Record],
    train_fused: dict[str, F64],
    training: Sequence[Record],
) -> list[Band]:
    """Fit every band on `calibrate`; thresholds and rates with out-of-fold images added."""
    bands = []
    goal, train_goal = dataset.targets(calibration), dataset.targets(training)
    for name, handlings, low, high in BANDS:
        stack = np.concatenate([fused[h] for h in handlings])
        number = np.concatenate([tiles[h] for h in handlings])
        target = np.tile(goal, len(handlings))
        slope, slope_tiles, offset = fusion.fit_ratio(stack, number, target)
        temperature = fusion.fit_temperature(stack, target)

        def ratio(
            scores: F64, count: npt.NDArray[np.int64], fit: tuple[float, float, float]
        ) -> F64:
            g = np.logaddexp.reduce(scores[:, 1:], axis=1) - scores[:, 0]
            return np.asarray((fit[0] + fit[1] * np.log(count)) * g + fit[2], np.float64)

        fit = (slope, slope_tiles, offset)
        pooled = np.concatenate(
            [
                ratio(stack, number, fit),
                *[ratio(train_fused[h], np.ones(len(training), np.int64), fit) for h in handlings],
            ]
        )
        is_real = np.concatenate([target == 0, np.tile(train_goal == 0, len(handlings))])
        groups = {
            real: len({r.group for r in (*calibration, *training) if (r.target == 0) == real})
            for real in (True, False)
        }
        bands.append(
            fusion.choose_thresholds(
                pooled, is_real, name=name, low=low, high=high, fit=fit,
                temperature=temperature, n_real=groups[True], n_generated=groups[False],
            )
        )  # fmt: skip
    return bands


def save(model: HeadsModule, settings: dict[str, Any], out: Path) -> None:
    """Write ``verdict.safetensors`` and ``verdict.json``."""
    from safetensors.numpy import save_file

    state = {k: v.detach().cpu().numpy() for k, v in model.state_dict().items()}
    names = range(len(features.FAMILIES))
    arrays = {
        "mean": state["mean"],
        "scale": state["scale"],
        "linear": np.concatenate([state[f"linear.{i}.weight"] for i in names], axis=1),
        "linear_bias": np.stack([state[f"linear.{i}.bias"] for i in names]),
        "w1": state["w1.weight"].astype(np.float16),
        "b1": state["w1.bias"], "g1": state["n1.weight"], "c1": state["n1.bias"],
        "w2": state["w2.weight"], "b2": state["w2.bias"],
        "g2": state["n2.weight"], "c2": state["n2.bias"],
        "w3": state["w3.weight"], "b3": state["w3.bias"],
    }  # fmt: skip
    out.mkdir(parents=True, exist_ok=True)
    save_file({k: np.ascontiguousarray(v) for k, v in arrays.items()}, out / "verdict.safetensors")
    text = json.dumps(settings, indent=1, sort_keys=True) + "\n"
    (out / "verdict.json").write_text(text, encoding="utf-8")


def data_digest(records: Sequence[Record]) -> str:
    """SHA-256 over the sorted names of the images used."""
    names = "\n".join(sorted(record.path.name for record in records))
    return hashlib.sha256(names.encode()).hexdigest()


def run(data: Path, cache: Path, out: Path, recipe: Recipe, jobs: int) -> None:
    """Extract, train, fuse, calibrate, save."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    training = dataset.load(data, ["train"])
    calibration = dataset.load(data, ["calibrate"])
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
    copies, handled = out_of_fold(training, table, train_tables, recipe, device)
    for name, opinions in {"copies": copies, **handled}.items():
        np.save(cache / f"oof_{name}.npy", opinions.astype(np.float32), allow_pickle=False)
    weights, bias = fusion.fit(copies, dataset.targets(training), image_weights(training, 1.0))
    rows = np.arange(len(training))
    weight = image_weights(training, recipe.real_weight)
    model = train(table, dataset.targets(training), weight, rows, recipe, device=device, note="all")

    def fused(opinions: F64) -> F64:
        from fpinspect.verdict.classifier import fuse

        return fuse(opinions, weights, bias)

    bands = calibrate(
        {h: fused(mean_opinions(model, t, len(calibration), device)) for h, t in tables.items()},
        {h: np.bincount(t.owner, minlength=len(calibration)) for h, t in tables.items()},
        calibration,
        {h: fused(o) for h, o in handled.items()},
        training,
    )
    save(
        model,
        {
            "schema": SCHEMA,
            "sources": list(SOURCES),
            "lengths": dict(features.LENGTHS),
            "denoiser": "wavelet",
            "fusion": {"weights": weights, "bias": bias},
            "bands": [asdict(band) for band in bands],
            "training": {
                "command": "python -m fpinspect.lab.train_verdict "
                "--data ../shared/data --cache DIR --out resources/weights",
                "recipe": asdict(recipe),
                "copies": COPIES,
                "folds": FOLDS,
                "device": device.type,
                "train_sha256": data_digest(training),
                "calibrate_sha256": data_digest(calibration),
            },
        },
        out,
    )
    for band in bands:
        print(
            f"{band.name}: threshold {band.threshold / math.log(10):+.2f}, false positives "
            f"{band.measured_fpr:.3f}, missed {band.measured_miss:.3f}"
        )


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=Recipe().epochs)
    parser.add_argument("--hidden", type=int, default=512)
    args = parser.parse_args()
    recipe = Recipe(epochs=args.epochs, hidden=args.hidden)
    run(args.data, args.cache, args.out, recipe, args.jobs)


if __name__ == "__main__":
    main()
