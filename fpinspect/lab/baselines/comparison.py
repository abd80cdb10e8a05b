"""The baselines' part of an evaluation: tables and the picture of the activation maps."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from fpinspect.lab import tables
from fpinspect.lab.baselines import campicture, own
from fpinspect.lab.baselines.loop import History
from fpinspect.lab.baselines.protocol import Outcome
from fpinspect.lab.dataset import SOURCES, Record
from fpinspect.lab.metrics import Figures
from fpinspect.lab.tables import NAMES, Rows, Table


def present(
    product: Mapping[str, Figures], found: Outcome, records: Sequence[Record], out: Path
) -> tuple[list[Table], list[Path]]:
    """Make the tables and draw the picture.

    Parameters
    ----------
    product : mapping
        The product's rows, by handling.
    found : Outcome
        What the baselines gave.
    records : sequence of Record
        The test images.
    out : pathlib.Path
        Folder for the picture.
    """
    attention = campicture.attention(found.net, records)
    made = [
        tables.baselines(product, found.rows),
        tables.baseline_figures(product, found.rows),
        own_protocol(own.measure(found.training, found.test, found.setting)),
        lineage(found),
        attended(attention),
        trainings(found.histories),
    ]
    return made, [campicture.draw(attention, NAMES, out / "attention.png")]


def own_protocol(results: Sequence[own.Result]) -> Table:
    """Accuracy under each paper's conditions beside the paper's."""
    columns = ["detector", "paper's images", "images here", "published", "here", "difference",
               "test images"]  # fmt: skip
    rows: Rows = [
        [r.trial.detector, r.trial.paper, r.trial.here, r.trial.published, r.accuracy,
         r.accuracy - r.trial.published, r.images]
        for r in results
    ]  # fmt: skip
    note = (
        "Each baseline trained and tested on images as stored, one kind of file, as in its paper; "
        "accuracy, all sources weighing alike. The images are others than the papers'."
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
