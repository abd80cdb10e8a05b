"""The baselines under their authors' conditions, as far as the images allow.

The papers take one kind of file, as generated and with nothing handled, and part it at random into
what they learn from and what they judge: the same generators with the same settings, the same real
collection on both sides. Here that is the split ``train`` as stored, parted at random; where a
paper compares lossless files with lossless ones, so do we. The same detectors are then shown the
split ``test``, whose photographs and installations of a generator are others: the difference is
what a random part does not tell.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fpinspect.lab.baselines import descriptors, dif, protocol
from fpinspect.lab.baselines.material import Material
from fpinspect.lab.baselines.protocol import (
    FINGERPRINT,
    HARMONICS,
    POWER_LAW,
    RADIAL,
    Outcome,
)
from fpinspect.verdict.classifier import SOURCES

I64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

PARTS = 6
"""A random one of so many parts is judged, one more tells when training ends."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One comparison under a paper's conditions.

    Attributes
    ----------
    detector : str
        Its name in `fpinspect.lab.baselines.protocol.BASELINES`.
    paper : str
        The paper's images.
    here : str
        Ours.
    sources : tuple of str
        Which sources are told apart.
    published : float
        The paper's accuracy; NaN where it gives none that compares.
    without_phase : bool
        Of the radial descriptor the amplitudes alone.
    """

    detector: str
    paper: str
    here: str
    sources: tuple[str, ...]
    published: float
    without_phase: bool = False


_THREE = ("sd1", "biggan", "flux")
_THREE_HERE = "SD 1.x, BigGAN, FLUX; lossless files"
TRIALS = (
    Trial(
        POWER_LAW, "generated and real faces", "BigGAN, photographs; lossless files",
        ("real", "biggan"), 0.992,
    ),
    Trial(RADIAL, "six text-to-image models", _THREE_HERE, _THREE, 0.920),
    Trial(
        RADIAL, "six text-to-image models", f"{_THREE_HERE}; amplitudes alone", _THREE, 0.920,
        without_phase=True,
    ),
    Trial(
        HARMONICS, "–", "SD 1.x, BigGAN, FLUX, photographs; lossless files",
        ("real", *_THREE), math.nan,
    ),
    Trial(
        FINGERPRINT, "SD 1.4 and photographs", "SD 1.x, lossless files; photographs",
        ("real", "sd1"), 0.993,
    ),
    Trial(
        FINGERPRINT, "SD 2.1 and photographs", "SD 2.x, nearly all JPEG 75; photographs",
        ("real", "sd2"), 0.895,
    ),
    Trial(
        FINGERPRINT, "BigGAN and photographs", "BigGAN, lossless files; photographs",
        ("real", "biggan"), 0.918,
    ),
)  # fmt: skip
_MOSTLY_JPEG = ("sd2",)


@dataclass(frozen=True, slots=True)
class Result:
    """What a trial gave.

    Attributes
    ----------
    trial : Trial
        Which.
    accuracy, elsewhere : float
        Mean over the sources of the share judged rightly, so that all weigh alike: of the random
        parts of the training images, and of the test images.
    images, others : int
        Images judged for either.
    """

    trial: Trial
    accuracy: float
    images: int
    elsewhere: float
    others: int


def measure(found: Outcome) -> list[Result]:
    """Run all trials for which there are images of every source."""
    out = []
    for trial in TRIALS:
        drawn = trial.detector == FINGERPRINT
        learned = found.training if drawn else found.stored
        train, test = (_of(trial, material) for material in (learned, found.test))
        if _complete(trial, learned, train, PARTS) and _complete(trial, found.test, test, 1):
            goal, elsewhere = learned.target[train], found.test.target[test]
            part = parts(goal)
            method = _by_fingerprint if drawn else _by_descriptor
            named, judged, there = method(trial, found, train, test, part)
            out.append(
                Result(
                    trial, _balanced(named[judged], goal[judged]), int(judged.sum()),
                    _balanced(there, elsewhere), len(elsewhere),
                )
            )  # fmt: skip
    return out


def parts(target: I64) -> I64:
    """Deal the images of each class at random: (N,) in [0, `PARTS`)."""
    rng = np.random.default_rng(protocol.SEED)
    out = np.empty(len(target), np.int64)
    for c in np.unique(target):
        rows = rng.permutation(np.flatnonzero(target == c))
        out[rows] = np.arange(len(rows)) % PARTS
    return out


def _balanced(named: I64, goal: I64) -> float:
    return float(np.mean([np.mean(named[goal == c] == c) for c in np.unique(goal)]))


def _of(trial: Trial, material: Material) -> Mask:
    """Which images of a material belong to a trial.

    Generated images are the lossless ones where the source has enough of them; photographs are of
    both kinds where a fingerprint is learned, as in its paper.
    """
    chosen = np.zeros(len(material.target), bool)
    for name in trial.sources:
        own = material.target == SOURCES.index(name)
        if (name != "real" or trial.detector != FINGERPRINT) and name not in _MOSTLY_JPEG:
            own &= material.lossless
        chosen |= own
    return chosen


def _complete(trial: Trial, material: Material, rows: Mask, least: int) -> bool:
    counts = np.bincount(material.target[rows], minlength=len(SOURCES))
    return all(counts[SOURCES.index(name)] >= least for name in trial.sources)


def _by_descriptor(
    trial: Trial, found: Outcome, train: Mask, test: Mask, part: I64
) -> tuple[I64, Mask, I64]:
    """Likeliest source of the training images, learned from the other parts, and of the test's.

    The first version of every image is as stored. Trees, slow to grow, judge the first part only.
    """
    columns = np.arange(found.stored.numbers.shape[-1])[protocol.spans()[trial.detector]]
    if trial.without_phase:
        columns = columns[descriptors.AMPLITUDES]
    x, y = found.stored.numbers[train, 0][:, columns].astype(np.float32), found.stored.target[train]
    fit = protocol.FITS[trial.detector]
    named = np.empty(len(y), np.int64)
    judged = 1 if trial.detector == HARMONICS else PARTS
    for k in range(judged):
        away = part != k
        model = fit(x[away], y[away], part[away] == (k + 1) % PARTS)
        named[~away] = model.probabilities(x[~away]).argmax(axis=1)
    there = found.test.numbers[test, 0][:, columns].astype(np.float32)
    share = fit(x, y, part == 0).probabilities(there)
    return named, part < judged, np.asarray(share.argmax(axis=1), np.int64)


def _by_fingerprint(
    trial: Trial, found: Outcome, train: Mask, test: Mask, part: I64
) -> tuple[I64, Mask, I64]:
    """Two-mean rule on the first part, which no step has seen, and on the test images."""
    source = SOURCES.index(trial.sources[1])
    learned, setting = found.training, found.setting
    residuals = learned.residuals[train, 0]
    away = part != 0
    learning = dif.Learning(
        residuals[away],
        learned.target[train][away] == source,
        part[away] == 1,
        seed=protocol.SEED,
    )
    name = f"own_{trial.sources[1]}"
    print_ = dif.learn(
        learning,
        setting.folder / f"fingerprint_{name}.safetensors",
        identity=f"{setting.identity}:{name}:{PARTS}",
        say=setting.say,
    )

    def names(rows: npt.NDArray[np.float16]) -> I64:
        return np.asarray(np.where(print_.ratio(rows) > 0, source, 0), np.int64)

    return names(residuals), ~away, names(found.test.residuals[test, 0])
