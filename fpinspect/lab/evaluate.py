"""The product's table on the split ``test``, under every handling, with one command.

``python -m fpinspect.lab.evaluate --data ../shared/data --cache DIR``

Prints Markdown. ``attribution`` is the balanced accuracy over the five known sources, ``AUC`` is
real against generated; ``unseen`` are the images whose repository ``train`` does not hold.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.tree import DecisionTreeClassifier

from fpinspect.evidence.image import read_evidence
from fpinspect.lab import dataset, extract
from fpinspect.lab.copies import HANDLINGS
from fpinspect.lab.dataset import Record
from fpinspect.lab.metrics import Figures, figures
from fpinspect.verdict.assess import Verdict, opinion
from fpinspect.verdict.classifier import SOURCES, Heads

F64 = npt.NDArray[np.float64]
_QUALITY = {"q95": 95, "q85": 85, "q75": 75, "h75": 75, "x075": 90, "x125": 90, "c128": None}


def verdicts(
    heads: Heads, table: extract.FeatureTable, records: Sequence[Record], handling: str
) -> list[Verdict]:
    """Verdict of every record under one handling, through the product's own code."""
    out = []
    tiles = extract.effective_tiles(records, table.owner, handling)
    for i, record in enumerate(records):
        vectors = table.vectors[table.owner == i].astype(np.float32)
        stored = None if record.quality is None else round(record.quality)
        quality = _QUALITY.get(handling, stored)
        out.append(opinion(heads.opinions(vectors), heads, tiles[i], quality=quality))
    return out


def share_matrix(found: Sequence[Verdict]) -> F64:
    """Shares of the sources, (N, 6)."""
    return np.array([[verdict.sources[name] for name in SOURCES] for verdict in found])


def container_features(records: Sequence[Record]) -> F64:
    """Quality, subsampling, format and size: (N, 5)."""
    rows = []
    for record in records:
        facts = read_evidence(record.path).facts
        sampling = ("4:2:0", "4:2:2", "4:4:4")
        rows.append([
            -1.0 if facts.jpeg_quality is None else float(facts.jpeg_quality),
            float(sampling.index(facts.subsampling)) if facts.subsampling in sampling else -1.0,
            float(("JPEG", "PNG", "WEBP").index(facts.format)),
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


def row(name: str, found: Figures) -> str:
    """One Markdown row."""
    recalls = " ".join(f"{value:.2f}" for value in found.recall.values())
    return (
        f"| {name} | {found.attribution:.3f} | {found.auc:.3f} | {found.tpr5:.2f} | "
        f"{found.tpr1:.2f} | {recalls} | {found.n} |"
    )


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
    training = dataset.load(args.data, ["train"])
    test = dataset.load(args.data, [args.split])
    goal = dataset.targets(test)
    seen = {record.repository for record in training}
    unseen = np.array([record.repository not in seen for record in test])
    heads = Heads.load(args.weights)
    print("| handling | attribution | AUC | TPR at 5 % | at 1 % | recall "
          f"{' '.join(SOURCES[:5])} | images |\n|---|---|---|---|---|---|---|")  # fmt: skip
    rows: dict[str, Figures] = {}
    for handling in HANDLINGS:
        table = extract.handling_table(
            test, args.cache, name=args.split, handling=handling.name, jobs=args.jobs
        )
        shares = share_matrix(verdicts(heads, table, test, handling.name))
        rows[handling.name] = figures(shares, goal)
        rows[f"{handling.name}, unseen"] = figures(shares[unseen], goal[unseen])
    rows["container only"] = container_only(training, test)
    for name, found in rows.items():
        print(row(name, found))
    if args.json:
        plain = {k: {f: getattr(v, f) for f in v.__slots__} for k, v in rows.items()}
        args.json.write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
