"""Who is trained on what: folds that hold out whole repositories, and the weight of an image."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from fpinspect.lab import dataset
from fpinspect.lab.dataset import Record
from fpinspect.verdict.classifier import SOURCES

FOLDS = 3


def fold_of(records: Sequence[Record], seed: int) -> npt.NDArray[np.int64]:
    """Fold of every training image: (N,) int64 in [0, `FOLDS`)."""
    return dataset.folds(fold_units(records), FOLDS, seed)


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
