"""The product's figures on labelled images, under every handling, with one command.

``fpinspect lab evaluate DIR --out DIR`` writes everything; ``python -m fpinspect.lab.evaluate
--data ../shared/data --cache DIR --json FILE`` prints the product's table and writes its rows.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.tree import DecisionTreeClassifier

from fpinspect.evidence.image import read_evidence
from fpinspect.lab import dataset, extract, folders, matches, pool, tables
from fpinspect.lab.copies import HANDLINGS, file_quality
from fpinspect.lab.dataset import Record
from fpinspect.lab.folders import Subjects
from fpinspect.lab.intervals import Bootstrap, bootstrap
from fpinspect.lab.measures import Judged
from fpinspect.lab.metrics import Figures, figures
from fpinspect.verdict import calibration, features, matched
from fpinspect.verdict.assess import Verdict, opinion
from fpinspect.verdict.classifier import SOURCES, Heads

F64 = npt.NDArray[np.float64]
CONTAINER = "container only"


def verdicts(
    heads: Heads,
    table: extract.FeatureTable,
    excess: F64 | None,
    records: Sequence[Record],
    handling: str,
) -> list[Verdict]:
    """Verdict of every record under one handling, through the product's own code.

    Parameters
    ----------
    heads : Heads
        Trained weights.
    table : FeatureTable
        Vectors of the tiles.
    excess : numpy.ndarray or None
        (N, 8) of the matches; None for heads that do not look at them.
    records : sequence of Record
        N images.
    handling : str
        Name of the handling.
    """
    out = []
    tiles = extract.effective_tiles(records, table.owner, handling)
    bands = calibration.bands_from(heads.settings)
    for i, record in enumerate(records):
        quality = file_quality(handling, record.quality)
        found = heads.opinions(table.vectors[table.owner == i].astype(np.float32))
        if heads.matched is not None and excess is not None:
            band = calibration.band_index(bands, quality)
            found = matched.joined(found, heads.matched.logits(excess[i], band))
        out.append(opinion(found, heads, tiles[i], quality=quality))
    return out


def container_features(records: Sequence[Record]) -> F64:
    """Quality, subsampling, format and size: (N, 5)."""
    rows = []
    for record in records:
        facts = read_evidence(record.path).facts
        sampling = ("4:2:0", "4:2:2", "4:4:4")
        formats = ("JPEG", "PNG", "WEBP")
        rows.append([
            -1.0 if facts.jpeg_quality is None else float(facts.jpeg_quality),
            float(sampling.index(facts.subsampling)) if facts.subsampling in sampling else -1.0,
            float(formats.index(facts.format)) if facts.format in formats else -1.0,
            float(facts.width),
            float(facts.height),
        ])  # fmt: skip
    return np.array(rows)


def container_only(training: Sequence[Record], test: Sequence[Record]) -> Figures:
    """Measure a decision tree that sees the container and no pixel."""
    x, y = container_features(training), dataset.targets(training)
    tree = DecisionTreeClassifier(min_samples_leaf=5, random_state=0).fit(x, y)
    shares = np.zeros((len(test), len(SOURCES)))
    shares[:, tree.classes_] = tree.predict_proba(container_features(test))
    return figures(shares, dataset.targets(test))


def cache_name(subjects: Subjects) -> str:
    """Name of the images in the cache: the split, or folder and state of its files."""
    if subjects.training:
        return subjects.name
    return f"{subjects.name}_{pool.digest(subjects.records)}"


def judge(
    subjects: Subjects, heads: Heads, cache: Path, handlings: Iterable[str], *, jobs: int
) -> list[Judged]:
    """Judge all images under each handling.

    Raises
    ------
    ValueError
        If the cache holds other images or was made with other feature families.
    """
    out = []
    for handling in handlings:
        table = extract.handling_table(
            subjects.records, cache, name=cache_name(subjects), handling=handling, jobs=jobs
        )
        images = int(table.owner.max()) + 1
        length = sum(features.LENGTHS.values())
        if table.vectors.shape[1] != length or images != len(subjects.records):
            raise ValueError(
                f"the cache {cache} was made with other images or other feature families: "
                "name another folder with --cache, or empty it"
            )
        excess = None
        if heads.matched is not None:
            excess = matches.excess_table(
                subjects.records, cache, name=cache_name(subjects), handling=handling, jobs=jobs
            )
        found = verdicts(heads, table, excess, subjects.records, handling)
        out.append(Judged(handling, subjects.records, found))
    return out


def product(
    subjects: Subjects, judged: Sequence[Judged]
) -> tuple[dict[str, Figures], dict[str, Bootstrap]]:
    """Rows of the product's table and their intervals."""
    unseen = np.array(subjects.unseen)
    rows: dict[str, Figures] = {}
    ranges: dict[str, Bootstrap] = {}
    for part in judged:
        parts = {part.handling: np.ones(len(unseen), bool)}
        if subjects.training and unseen.any():
            parts[f"{part.handling}, unseen"] = unseen
        for name, chosen in parts.items():
            shares, target = part.shares[chosen], part.target[chosen]
            groups = [r.group for r, wanted in zip(part.records, chosen, strict=True) if wanted]
            rows[name] = figures(shares, target)
            ranges[name] = bootstrap(shares, target, groups)
    if subjects.training:
        rows[CONTAINER] = container_only(subjects.training, subjects.records)
    return rows, ranges


def as_json(rows: Mapping[str, Figures], ranges: Mapping[str, Bootstrap]) -> dict[str, Any]:
    """Rows by name: their figures and, where there are any, their intervals."""
    plain: dict[str, Any] = {name: asdict(found) for name, found in rows.items()}
    for name, ends in ranges.items():
        plain[name]["attribution_95"] = list(ends.attribution)
        plain[name]["auc_95"] = list(ends.auc)
    return plain


def write_json(path: Path, rows: Mapping[str, Figures], ranges: Mapping[str, Bootstrap]) -> None:
    """Write the rows; the report shows those of ``resources/report/evaluation.json``."""
    text = json.dumps(as_json(rows, ranges), indent=1) + "\n"
    path.write_text(text, encoding="utf-8")


def main() -> None:
    """Parse the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--split", default="test", choices=("test", "calibrate"))
    parser.add_argument("--json", type=Path, help="write the figures as JSON, too")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    subjects = folders.load(args.data, args.split)
    heads = Heads.load(args.weights)
    handlings = [handling.name for handling in HANDLINGS]
    judged = judge(subjects, heads, args.cache, handlings, jobs=args.jobs)
    rows, ranges = product(subjects, judged)
    print(tables.product(rows, ranges).markdown())
    if args.json:
        write_json(args.json, rows, ranges)


if __name__ == "__main__":
    main()
