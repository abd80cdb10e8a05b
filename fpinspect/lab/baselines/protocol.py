"""The baselines by the product's protocol: same training images, same copies, same test.

Every baseline learns all six classes from images as stored, cropped, compressed on and off the
grid and resized (`fpinspect.lab.copies`), and judges one tile of at
most 256 px at the image's stored corner.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from fpinspect.evidence.image import read_evidence
from fpinspect.lab import copies, dataset, pool
from fpinspect.lab.baselines import descriptors
from fpinspect.lab.dataset import Record
from fpinspect.lab.lda import Lda
from fpinspect.lab.metrics import Figures, figures
from fpinspect.lab.seed_tables import sample
from fpinspect.verdict.classifier import SOURCES
from fpinspect.verdict.tiles import SIDE, origins

F16 = npt.NDArray[np.float16]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]

HANDLINGS = ("raw", "q85", "q75", "h75", "x075", "c128")
COPIES = (0, 1, 2, 4, 7)
"""Training copies: as stored, cropped, JPEG 75 on the grid, JPEG off it, resized and JPEG."""
TILES = 1
SEED = 20261125


class Classifier(Protocol):
    """What the baselines' last step can do."""

    def probabilities(self, vectors: F32) -> F64:
        """Probabilities of the six classes: (N, D) to (N, 6)."""
        ...


@dataclass(frozen=True, slots=True)
class Baseline:
    """One published detector.

    Attributes
    ----------
    name, after : str
        What it does; whose idea it is.
    published : str
        The figure its authors report, on their data.
    describe : callable
        (3, H, W) uint8 tile to its numbers.
    length : int
        How many they are.
    fit : callable
        ``fit(vectors (N, D), target (N,)) -> Classifier``.
    """

    name: str
    after: str
    published: str
    describe: Callable[[U8], F32]
    length: int
    fit: Callable[[F32, I64], Classifier]


@dataclass(frozen=True)
class _Sklearn:
    """A classifier of scikit-learn with standardised input."""

    model: object
    mean: F32
    scale: F32
    classes: I64

    def probabilities(self, vectors: F32) -> F64:
        out = np.zeros((len(vectors), len(SOURCES)))
        found = self.model.predict_proba((vectors - self.mean) / self.scale)  # type: ignore[attr-defined]
        out[:, self.classes] = found
        return out


def _fit_sklearn(model: object, x: F32, y: I64) -> _Sklearn:
    mean, scale = x.mean(axis=0), x.std(axis=0) + np.float32(1e-6)
    model.fit((x - mean) / scale, y)  # type: ignore[attr-defined]
    return _Sklearn(model, mean, scale, np.unique(y))


def _neighbours(x: F32, y: I64) -> Classifier:
    from sklearn.neighbors import KNeighborsClassifier

    return _fit_sklearn(KNeighborsClassifier(5), x, y)


def _boosting(x: F32, y: I64) -> Classifier:
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_iter=200, learning_rate=0.1, max_leaf_nodes=15, early_stopping=True,
        class_weight="balanced", random_state=SEED,
    )  # fmt: skip
    return _fit_sklearn(model, x, y)


def _discriminant(x: F32, y: I64) -> Classifier:
    return Lda.fit(x, y, len(SOURCES))


BASELINES: Sequence[Baseline] = (
    Baseline(
        "power law of the radial spectrum, 5 nearest neighbours",
        "Dzanic et al. 2020 (ref. 7)",
        "up to 99.2 % on faces",
        descriptors.power_law,
        3,
        _neighbours,
    ),
    Baseline(
        "radial amplitude and phase, linear discriminant",
        "PRISM 2025",
        "92.0 % six-way attribution",
        descriptors.radial_amplitude_phase,
        9 * descriptors.RINGS,
        _discriminant,
    ),
    Baseline(
        "harmonics of the cross-difference, gradient boosting",
        "Synthbuster 2024",
        "none comparable",
        descriptors.cross_difference_harmonics,
        3 * 144,
        _boosting,
    ),
)
LENGTH = sum(baseline.length for baseline in BASELINES)


def describe(codes: U8) -> F16:
    """Numbers of all baselines of one (H, W, 3) image, averaged over its tiles: (LENGTH,)."""
    grow = [(0, max(0, descriptors.HARMONICS - side)) for side in codes.shape[:2]]
    planes = np.moveaxis(np.pad(codes, (*grow, (0, 0)), mode="symmetric"), -1, 0)
    starts, _ = origins(*planes.shape[1:], max_tiles=TILES)
    found = []
    for y, x in starts:
        tile = np.ascontiguousarray(planes[:, y : y + SIDE, x : x + SIDE])
        found.append(np.concatenate([baseline.describe(tile) for baseline in BASELINES]))
    return np.asarray(np.mean(found, axis=0), np.float16)


def _codes(record: Record) -> U8:
    return np.ascontiguousarray(np.moveaxis(read_evidence(record.path).codes(), 0, -1))


def _train_job(record: Record) -> F16:
    codes, key = _codes(record), zlib.crc32(record.path.name.encode())
    made = (copies.training_copy(codes, n, key=key, stored=record.quality) for n in COPIES)
    return np.stack([describe(copy) for copy in made])


def _test_job(record: Record) -> F16:
    codes = _codes(record)
    chosen = [h for h in copies.HANDLINGS if h.name in HANDLINGS]
    return np.stack([describe(h.apply(codes, record.quality)) for h in chosen])


def measure(
    training: Sequence[Record], test: Sequence[Record], cache: Path, *, limit: int, workers: int
) -> dict[str, dict[str, Figures]]:
    """Train every baseline and measure it under every handling.

    Parameters
    ----------
    training, test : sequence of Record
        All six classes.
    cache : pathlib.Path
        Folder for the numbers.
    limit : int
        At most so many training images of each class.
    workers : int
        Processes.

    Returns
    -------
    dict
        Baseline's name to handling to figures.
    """
    chosen = sample(training, limit, len(SOURCES))
    train_name = f"baseline_train_{pool.digest(chosen, COPIES, TILES, LENGTH)}.npy"
    x = pool.measured(_train_job, chosen, cache / train_name, workers=workers)
    test_name = f"baseline_test_{pool.digest(test, HANDLINGS, TILES, LENGTH)}.npy"
    x_test = pool.measured(_test_job, test, cache / test_name, workers=workers)
    goal = np.repeat(dataset.targets(chosen), x.shape[1])
    return evaluate(x.reshape(-1, LENGTH), goal, x_test, dataset.targets(test))


def evaluate(x: F16, goal: I64, x_test: F16, goal_test: I64) -> dict[str, dict[str, Figures]]:
    """Fit on (N, LENGTH) numbers, measure on (M, handlings, LENGTH) ones."""
    out: dict[str, dict[str, Figures]] = {}
    names = [h.name for h in copies.HANDLINGS if h.name in HANDLINGS]
    start = 0
    for baseline in BASELINES:
        span = slice(start, start + baseline.length)
        start += baseline.length
        model = baseline.fit(x[:, span].astype(np.float32), goal)
        shares = [
            model.probabilities(x_test[:, i, span].astype(np.float32)) for i in range(len(names))
        ]
        out[baseline.name] = {
            name: figures(part, goal_test) for name, part in zip(names, shares, strict=True)
        }
    return out


def published() -> Mapping[str, tuple[str, str]]:
    """Whose idea each baseline is and what they report."""
    return {baseline.name: (baseline.after, baseline.published) for baseline in BASELINES}
