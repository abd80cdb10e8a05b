"""The baselines' part of an evaluation: tables and the picture of the activation maps.

What the baselines gave is kept beside their networks: with other heads of the product only its own
rows are made anew. ``python -m fpinspect.lab.baselines.comparison --data ../shared/data --cache DIR
--out DIR`` does just that and prints the tables; with ``--rows evaluation.json`` it takes the
product's rows from what an evaluation wrote.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from fpinspect.lab import copies, folders, lda, metrics, pool
from fpinspect.lab.baselines import campicture, material, own, protocol
from fpinspect.lab.baselines.loop import History
from fpinspect.lab.baselines.protocol import Outcome
from fpinspect.lab.dataset import SOURCES, Record
from fpinspect.lab.metrics import KNOWN, Figures
from fpinspect.lab.tables import NAMES, Rows, Table
from fpinspect.verdict.classifier import Heads

PICTURE = "attention.png"
LIMIT = 300
"""Training images of each source."""


@dataclass(frozen=True)
class Comparison:
    """What the baselines gave, without the product.

    Attributes
    ----------
    rows : mapping
        Baseline's name to handling to figures.
    distance : mapping
        Baseline's name to how far it is from its published figure, in words.
    tables : sequence of Table
        The other tables.
    """

    rows: Mapping[str, Mapping[str, Figures]]
    distance: Mapping[str, str]
    tables: Sequence[Table]


def compare(
    training: Sequence[Record],
    test: Sequence[Record],
    cache: Path,
    out: Path,
    *,
    workers: int,
    limit: int = LIMIT,
    say: Callable[[str], None] = print,
) -> Comparison:
    """Measure the baselines, or read what an earlier run of the same images and code gave.

    Parameters
    ----------
    training, test : sequence of Record
        All six classes.
    cache : pathlib.Path
        Folder for the numbers and crops.
    out : pathlib.Path
        Folder of the evaluation; the picture goes there, networks and results into ``baselines``
        below it.
    workers : int
        Processes.
    limit : int
        At most so many training images of each class.
    say : callable
        Told the progress.
    """
    folder = out / "baselines"
    record = folder / "results.json"
    key = _key(training, test, limit)
    if record.exists() and (out / PICTURE).exists():
        facts = json.loads(record.read_text(encoding="utf-8"))
        if facts["key"] == key:
            return _read(facts)
    found = protocol.measure(
        training, test, cache, folder, limit=limit, workers=workers, say=say
    )  # fmt: skip
    made = present(found, test, out)
    record.write_text(json.dumps({"key": key, **asdict(made)}, indent=1) + "\n", encoding="utf-8")
    return made


def present(found: Outcome, records: Sequence[Record], out: Path) -> Comparison:
    """Make the tables and draw the picture.

    Parameters
    ----------
    found : Outcome
        What the baselines gave.
    records : sequence of Record
        The test images.
    out : pathlib.Path
        Folder for the picture.
    """
    attention = campicture.attention(found.net, records)
    results = own.measure(found)
    campicture.draw(attention, NAMES, out / PICTURE)
    others = [
        own_protocol(results), lineage(found), attended(attention), trainings(found.histories)
    ]  # fmt: skip
    return Comparison(found.rows, distances(results), others)


def _key(training: Sequence[Record], test: Sequence[Record], limit: int) -> str:
    """Digest of the images, of the baselines' code and of what copies and handlings do."""
    state = hashlib.sha256()
    for path in (Path(str(lda.__file__)), *sorted(Path(__file__).parent.glob("*.py"))):
        state.update(path.read_bytes())
    probe = np.random.default_rng(0).integers(0, 256, (160, 144, 3), dtype=np.uint8)
    for number in material.COPIES:
        state.update(copies.training_copy(probe, number, key=0, stored=None).tobytes())
    for handling in copies.HANDLINGS:
        state.update(f"{handling.name}:".encode() + handling.apply(probe, None).tobytes())
    return pool.digest([*training, *test], limit, state.hexdigest())


def _read(facts: Mapping[str, Any]) -> Comparison:
    rows = {
        name: {handling: Figures(**figures) for handling, figures in found.items()}
        for name, found in facts["rows"].items()
    }
    return Comparison(rows, facts["distance"], [Table(**table) for table in facts["tables"]])


def one_table(product: Mapping[str, Figures], found: Comparison) -> Table:
    """Attribution / AUC / true positives at 5 % of the product and the baselines."""
    handlings = [h for h in protocol.HANDLINGS if h in product]
    rows: Rows = [["fpinspect", "–", "–", "–", *(_three(product[h]) for h in handlings)]]
    for name, figures in found.rows.items():
        origin = protocol.BASELINES[name]
        cells = (_three(figures[h]) for h in handlings)
        rows.append([name, origin.after, origin.published, found.distance[name], *cells])
    note = (
        "Attribution / AUC / true positives at 5 % false positives. The baselines are our own "
        "implementations, trained on the same images and handled copies and measured on the same "
        "test images; the published figures come from other data and are no target here. “Ours "
        "there”: accuracy under the paper's conditions and how far it is from the paper's."
    )
    columns = ["detector", "after", "published", "ours there", *handlings]
    return Table("baselines", "The product beside other detectors", columns, rows, note)


def in_full(product: Mapping[str, Figures], found: Comparison) -> Table:
    """Every figure, one row for each detector and handling."""
    known = SOURCES[:KNOWN]
    columns = ["detector", "handling", "attribution", "AUC", "TPR at 5 %", "at 1 %",
               *(NAMES[name] for name in known), "images"]  # fmt: skip
    rows: Rows = [
        [name, h, figures[h].attribution, figures[h].auc, figures[h].tpr5, figures[h].tpr1,
         *(figures[h].recall.get(source, math.nan) for source in known), figures[h].n]
        for name, figures in {"fpinspect": product, **found.rows}.items()
        for h in protocol.HANDLINGS
        if h in product
    ]  # fmt: skip
    title = "The product beside other detectors, in full"
    return Table("baselines_full", title, columns, rows)


def _three(found: Figures) -> str:
    return f"{found.attribution:.3f} / {found.auc:.3f} / {found.tpr5:.2f}"


def distances(results: Sequence[own.Result]) -> dict[str, str]:
    """Say of each baseline how far it is from its published figure."""
    out = {}
    for name in protocol.BASELINES:
        cells = [
            f"{r.accuracy:.3f} ({r.accuracy - r.trial.published:+.3f})"
            for r in results
            if r.trial.detector == name
            and not r.trial.without_phase
            and not math.isnan(r.trial.published)
        ]
        out[name] = ", ".join(cells) or "–"
    return out


def own_protocol(results: Sequence[own.Result]) -> Table:
    """Accuracy under each paper's conditions beside the paper's."""
    columns = ["detector", "paper's images", "images here", "published", "here", "difference",
               "images", "test", "test images"]  # fmt: skip
    rows: Rows = [
        [r.trial.detector, r.trial.paper, r.trial.here, r.trial.published, r.accuracy,
         r.accuracy - r.trial.published, r.images, r.elsewhere, r.others]
        for r in results
    ]  # fmt: skip
    note = (
        "Each baseline trained and judged on images as stored, one kind of file, parted at random "
        "as in its paper; accuracy, all sources weighing alike. “test”: the same on the test "
        "images, which come from other collections. The images are others than the papers'."
    )
    return Table("baselines_own", "The baselines under their own conditions", columns, rows, note)


def lineage(found: Outcome) -> Table:
    """Mean correlation of each source's images with each learned fingerprint."""
    columns = ["fingerprint of", *(NAMES[name] for name in SOURCES)]
    rows: Rows = [
        [NAMES[name], *(f"{value:.1f}" for value in row)]
        for name, row in zip(SOURCES[1:], found.lineage, strict=True)
    ]
    note = (
        "Mean correlation, in thousandths, of the residuals of each source's test images (columns, "
        "as stored) with each Deep Image Fingerprint. Generators of one family share a high value."
    )
    return Table("lineage", "Lineage by Deep Image Fingerprint", columns, rows, note)


def attended(attention: Mapping[str, campicture.Attention]) -> Table:
    """Say what the activation maps follow."""
    columns = ["source", "border over centre", "local contrast", "brightness", "images"]
    rows: Rows = [
        [NAMES[name], part.border, part.contrast, part.brightness, part.images]
        for name, part in attention.items()
    ]
    note = (
        "Class activation map of the image's own source. Border over centre: mean of the outermost "
        "sixth less that of the rest, in standard deviations of a map. Local contrast, brightness: "
        "mean rank correlation of the map with the deviation and the mean of luma in 8x8 cells."
    )
    return Table("attention", "What the whole-image network looks at", columns, rows, note)


def trainings(histories: Mapping[str, History]) -> Table:
    """How each network's training went."""
    columns = ["network", "steps", "best held-out loss", "at step", "first", "ended", "CPU s"]
    rows: Rows = []
    for name, history in histories.items():
        looks = history.losses
        each = history.step // len(looks) if looks else 0
        best = looks[history.best] if looks else math.nan
        first = looks[0] if looks else math.nan
        at = each * (history.best + 1)
        rows.append(
            [name, history.step, best, at, first, history.ended, round(history.seconds)]
        )  # fmt: skip
    note = (
        "Each is trained until the loss on a held-out fold of the training images stops falling "
        "and its best state is kept; “most steps”: training was cut off before that."
    )
    return Table("trainings", "Training of the baselines' networks", columns, rows, note)


def product_rows(path: Path) -> dict[str, Figures]:
    """Read the product's rows from ``evaluation.json``."""
    found: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    names = [field.name for field in fields(Figures)]
    return {
        h: Figures(**{name: found[h][name] for name in names if name in found[h]})
        for h in protocol.HANDLINGS
    }


def _judged(subjects: folders.Subjects, args: argparse.Namespace) -> dict[str, Figures]:
    # Here: that module leads back to this one.
    from fpinspect.lab import evaluate

    heads = Heads.load(args.weights)
    judged = evaluate.judge(subjects, heads, args.cache, protocol.HANDLINGS, jobs=args.jobs)
    return {part.handling: metrics.figures(part.shares, part.target) for part in judged}


def main() -> None:
    """Parse the command line and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder of an evaluation")
    parser.add_argument("--weights", type=Path, help="folder of the heads")
    parser.add_argument("--rows", type=Path, help="evaluation.json with the product's rows")
    parser.add_argument("--jobs", type=int, default=1)
    args = parser.parse_args()
    subjects = folders.load(args.data, "test")
    product = product_rows(args.rows) if args.rows else _judged(subjects, args)
    args.out.mkdir(parents=True, exist_ok=True)
    found = compare(subjects.training, subjects.records, args.cache, args.out, workers=args.jobs)
    for table in (one_table(product, found), in_full(product, found), *found.tables):
        table.write_csv(args.out)
        if table.name != "baselines_full":
            print(table.markdown())


if __name__ == "__main__":
    main()
