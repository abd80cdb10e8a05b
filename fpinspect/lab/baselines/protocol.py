"""The baselines by the product's protocol: same training images, same copies, same test.

Every baseline learns all six classes from images as stored, cropped, compressed on and off the
grid and resized (`fpinspect.lab.baselines.material`; the learned fingerprint, which is bound to the
pixel lattice, only from the copies that keep it), and judges images under every handling of the
product's table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from fpinspect.lab import copies, dataset, pool
from fpinspect.lab.baselines import camnet, descriptors, dif, loop, material
from fpinspect.lab.baselines.material import Material
from fpinspect.lab.dataset import Record
from fpinspect.lab.lda import Lda
from fpinspect.lab.metrics import KNOWN, Figures, figures
from fpinspect.lab.seed_tables import sample
from fpinspect.verdict.classifier import SOURCES

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

HANDLINGS = tuple(handling.name for handling in copies.HANDLINGS)
FOLDS = 8
"""One fold in so many of the training images, by group, tells when the loss stops falling."""
SEED = 20261125
TREES = 300
"""Rounds of boosting at most."""


class Classifier(Protocol):
    """What the descriptors' last step can do."""

    def probabilities(self, vectors: F32) -> F64:
        """Probabilities of the six classes: (N, D) to (N, 6)."""
        ...


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a baseline comes from.

    Attributes
    ----------
    after : str
        Whose idea it is.
    published : str
        The figure its authors report, on their data.
    """

    after: str
    published: str


POWER_LAW = "power law of the radial spectrum, 5 nearest neighbours"
RADIAL = "radial amplitude and phase, linear discriminant"
HARMONICS = "harmonics of the cross-difference, gradient boosting"
FINGERPRINT = "Deep Image Fingerprint, two-mean rule"
WHOLE_IMAGE = "whole-image network with activation map"
BASELINES: Mapping[str, Origin] = {
    POWER_LAW: Origin("Dzanic et al. 2020 (ref. 7)", "up to 99.2 % on faces"),
    RADIAL: Origin("PRISM 2025", "92.0 % six-way attribution"),
    HARMONICS: Origin("Synthbuster 2024", "none comparable"),
    FINGERPRINT: Origin(
        "Sinitsa & Fried 2024 (ref. 6)", "SD 1.4 99.3 %, SD 2.1 89.5 %, BigGAN 91.8 %"
    ),
    WHOLE_IMAGE: Origin("the study's previous work", "no figure"),
}
"""All of them, by name."""


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


def _scale(x: F32) -> tuple[F32, F32]:
    return x.mean(axis=0), x.std(axis=0) + np.float32(1e-6)


def neighbours(x: F32, y: I64, held: Mask) -> Classifier:
    """Five nearest neighbours among as many examples of each class, since they vote.

    Nothing is trained, so nothing is held out.
    """
    from sklearn.neighbors import KNeighborsClassifier

    rng = np.random.default_rng(SEED)
    classes, counts = np.unique(y, return_counts=True)
    drawn = [rng.choice(np.flatnonzero(y == c), counts.min(), replace=False) for c in classes]
    rows = np.sort(np.concatenate(drawn))
    mean, scale = _scale(x[rows])
    model = KNeighborsClassifier(5).fit((x[rows] - mean) / scale, y[rows])
    return _Sklearn(model, mean, scale, classes)


def boosting(x: F32, y: I64, held: Mask) -> Classifier:
    """Boosted trees, as many as lower the loss on the held-out groups."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    mean, scale = _scale(x)
    z = (x - mean) / scale
    model = HistGradientBoostingClassifier(
        max_iter=TREES, learning_rate=0.2, max_leaf_nodes=15, l2_regularization=1.0,
        max_features=0.3, max_bins=48, early_stopping=True, n_iter_no_change=12,
        class_weight="balanced", random_state=SEED,
    )  # fmt: skip
    model.fit(z[~held], y[~held], X_val=z[held], y_val=y[held])
    return _Sklearn(model, mean, scale, model.classes_)


def discriminant(x: F32, y: I64, held: Mask) -> Classifier:
    """Linear discriminant, shrunk analytically."""
    return Lda.fit(x, y, len(SOURCES))


FITS: Mapping[str, Callable[[F32, I64, Mask], Classifier]] = {
    POWER_LAW: neighbours,
    RADIAL: discriminant,
    HARMONICS: boosting,
}
"""The last step of the descriptors, in the order of `fpinspect.lab.baselines.descriptors`."""


def spans() -> Mapping[str, slice]:
    """Where each descriptor's numbers lie."""
    ends = np.cumsum([0, *descriptors.LENGTHS])
    return {name: slice(*map(int, ends[i : i + 2])) for i, name in enumerate(FITS)}


@dataclass(frozen=True)
class Setting:
    """What the networks need beside the material.

    Attributes
    ----------
    held : numpy.ndarray
        (N,) bool: training images that only tell when to stop.
    folder : pathlib.Path
        For weights and records.
    identity : str
        Of the training images.
    say : callable
        Told each look in a line.
    """

    held: Mask
    folder: Path
    identity: str
    say: Callable[[str], None] = print


@dataclass(frozen=True)
class Outcome:
    """What the baselines gave.

    Attributes
    ----------
    rows : mapping
        Baseline's name to handling to figures.
    fingerprints : sequence of Fingerprint
        Of the generators, in the order of the sources.
    lineage : numpy.ndarray
        See `fpinspect.lab.baselines.dif.lineage`, on the test images as stored.
    net : CamNet
        The whole-image network.
    histories : mapping
        How each network's training went.
    training, test : Material
        What they learned from and were judged on.
    stored : Material
        Lossless training images as stored, for the baselines' own conditions.
    setting : Setting
        As trained.
    """

    rows: Mapping[str, Mapping[str, Figures]]
    fingerprints: Sequence[dif.Fingerprint]
    lineage: F64
    net: camnet.CamNet
    histories: Mapping[str, loop.History]
    training: Material
    test: Material
    stored: Material
    setting: Setting


def measure(
    training: Sequence[Record],
    test: Sequence[Record],
    cache: Path,
    folder: Path,
    *,
    limit: int,
    workers: int,
    say: Callable[[str], None] = print,
) -> Outcome:
    """Train every baseline and measure it under every handling.

    Parameters
    ----------
    training, test : sequence of Record
        All six classes.
    cache : pathlib.Path
        Folder for the numbers and crops.
    folder : pathlib.Path
        Folder for the networks; finished ones are read, unfinished ones go on.
    limit : int
        At most so many training images of each class.
    workers : int
        Processes.
    say : callable
        Told the progress.
    """
    chosen = sample(training, limit, len(SOURCES))
    learned = material.training(chosen, cache, workers=workers)
    judged = material.test(test, cache, workers=workers)
    held = dataset.folds(chosen, FOLDS, SEED) == 0
    lossless = [r for r in training if r.quality is None and r.target < KNOWN]
    stored = material.stored(lossless, cache, workers=workers)
    setting = Setting(held, folder, pool.digest(chosen, material.COPIES), say)
    return evaluate(learned, judged, stored, setting)


def evaluate(learned: Material, judged: Material, stored: Material, setting: Setting) -> Outcome:
    """Train on one material and measure on the other."""
    shares = descriptor_shares(learned, judged, setting.held)
    fingerprints = learn_fingerprints(learned, setting)
    shares[FINGERPRINT] = [
        dif.shares(fingerprints, judged.residuals[:, i]) for i in range(len(HANDLINGS))
    ]
    net, history = learn_whole_image(learned, setting)
    whole = camnet.probabilities(net, judged.crops)
    shares[WHOLE_IMAGE] = [whole[:, i] for i in range(len(HANDLINGS))]
    histories = {
        f"fingerprint of {name}": found.history
        for name, found in zip(SOURCES[1:], fingerprints, strict=True)
    }
    rows = {
        name: {
            handling: figures(part, judged.target)
            for handling, part in zip(HANDLINGS, parts, strict=True)
        }
        for name, parts in shares.items()
    }
    return Outcome(
        rows=rows,
        fingerprints=fingerprints,
        lineage=dif.lineage(fingerprints, judged.residuals[:, 0], judged.target),
        net=net,
        histories={**histories, "whole-image network": history},
        training=learned,
        test=judged,
        stored=stored,
        setting=setting,
    )


def descriptor_shares(learned: Material, judged: Material, held: Mask) -> dict[str, list[F64]]:
    """Probabilities of the descriptors' classifiers under every handling."""
    versions = learned.numbers.shape[1]
    goal, kept = np.repeat(learned.target, versions), np.repeat(held, versions)
    out = {}
    for name, span in spans().items():
        x = learned.numbers[:, :, span].astype(np.float32).reshape(len(goal), -1)
        model = FITS[name](x, goal, kept)
        test = judged.numbers[:, :, span].astype(np.float32)
        out[name] = [model.probabilities(test[:, i]) for i in range(test.shape[1])]
    return out


def learn_fingerprints(learned: Material, setting: Setting) -> list[dif.Fingerprint]:
    """One fingerprint for each generator, "other" among them, against the real images."""
    versions = learned.residuals.shape[1]
    out = []
    for c, name in enumerate(SOURCES[1:], start=1):
        rows = np.flatnonzero((learned.target == 0) | (learned.target == c))
        residuals = learned.residuals[rows].reshape(-1, *learned.residuals.shape[2:])
        generated = np.repeat(learned.target[rows] == c, versions)
        kept = np.repeat(setting.held[rows], versions)
        out.append(
            dif.learn(
                dif.Learning(residuals, generated, kept, seed=SEED),
                setting.folder / f"fingerprint_{name}.safetensors",
                identity=f"{setting.identity}:{name}",
                say=setting.say,
            )
        )
    return out


def learn_whole_image(learned: Material, setting: Setting) -> tuple[camnet.CamNet, loop.History]:
    """Train the whole-image network on all classes."""
    learning = camnet.Learning(
        learned.crops, learned.target, setting.held, classes=len(SOURCES), seed=SEED
    )
    path = setting.folder / "whole_image.safetensors"
    history = loop.fit(learning, path, camnet.PLAN, setting.identity, setting.say)
    return learning.net.mean, history
