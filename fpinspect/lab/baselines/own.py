"""The baselines under their authors' conditions, as far as the images allow.

The papers train and test on one kind of file: as generated, nothing handled. Here that is the
images as stored, of the split ``train`` and of ``test``; where a paper compares lossless files with
lossless ones, so do we. What cannot be had again is said beside each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fpinspect.lab.baselines import dif, protocol
from fpinspect.lab.baselines.material import Material
from fpinspect.lab.baselines.protocol import FINGERPRINT, HARMONICS, POWER_LAW, RADIAL, Setting
from fpinspect.verdict.classifier import SOURCES

Mask = npt.NDArray[np.bool_]


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
    lossless : bool
        Whether the real images, too, are lossless files only; the generated ones always are where
        the source has enough of them.
    published : float
        The paper's accuracy; NaN where it gives none that compares.
    """

    detector: str
    paper: str
    here: str
    sources: tuple[str, ...]
    lossless: bool
    published: float


TRIALS = (
    Trial(
        POWER_LAW, "generated and real faces", "BigGAN, photographs; lossless files",
        ("real", "biggan"), True, 0.992,
    ),
    Trial(
        RADIAL, "six text-to-image models", "SD 1.x, BigGAN, FLUX, photographs; lossless files",
        ("real", "sd1", "biggan", "flux"), True, 0.920,
    ),
    Trial(
        HARMONICS, "–", "SD 1.x, BigGAN, FLUX, photographs; lossless files",
        ("real", "sd1", "biggan", "flux"), True, float("nan"),
    ),
    Trial(
        FINGERPRINT, "SD 1.4 and photographs", "SD 1.x, lossless files; photographs",
        ("real", "sd1"), False, 0.993,
    ),
    Trial(
        FINGERPRINT, "SD 2.1 and photographs", "SD 2.x, nearly all JPEG 75; photographs",
        ("real", "sd2"), False, 0.895,
    ),
    Trial(
        FINGERPRINT, "BigGAN and photographs", "BigGAN, lossless files; photographs",
        ("real", "biggan"), False, 0.918,
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
    accuracy : float
        Mean over the sources of the share judged rightly; as many images of each would have it.
    images : int
        Test images.
    """

    trial: Trial
    accuracy: float
    images: int


def measure(learned: Material, judged: Material, setting: Setting) -> list[Result]:
    """Run all trials for which there are images of every source."""
    out = []
    for trial in TRIALS:
        train, test = (_of(trial, material) for material in (learned, judged))
        if all(_complete(trial, m, rows) for m, rows in ((learned, train), (judged, test))):
            if trial.detector == FINGERPRINT:
                named = _by_fingerprint(trial, learned, judged, train, test, setting)
            else:
                named = _by_descriptor(trial, learned, judged, train, test, setting)
            goal = judged.target[test]
            each = [np.mean(named[goal == c] == c) for c in np.unique(goal)]
            out.append(Result(trial, float(np.mean(each)), len(goal)))
    return out


def _of(trial: Trial, material: Material) -> Mask:
    """Which images of a material belong to a trial."""
    chosen = np.zeros(len(material.target), bool)
    for name in trial.sources:
        own = material.target == SOURCES.index(name)
        if (name != "real" or trial.lossless) and name not in _MOSTLY_JPEG:
            own &= material.lossless
        chosen |= own
    return chosen


def _complete(trial: Trial, material: Material, rows: Mask) -> bool:
    return len(np.unique(material.target[rows])) == len(trial.sources)


def _by_descriptor(
    trial: Trial, learned: Material, judged: Material, train: Mask, test: Mask, setting: Setting
) -> npt.NDArray[np.int64]:
    """Likeliest source of the test images; the first version of every image is as stored."""
    span = protocol.spans()[trial.detector]
    x = learned.numbers[train, 0, span].astype(np.float32)
    model = protocol.FITS[trial.detector](x, learned.target[train], setting.held[train])
    share = model.probabilities(judged.numbers[test, 0, span].astype(np.float32))
    return np.asarray(share.argmax(axis=1), np.int64)


def _by_fingerprint(
    trial: Trial, learned: Material, judged: Material, train: Mask, test: Mask, setting: Setting
) -> npt.NDArray[np.int64]:
    source = SOURCES.index(trial.sources[1])
    learning = dif.Learning(
        learned.residuals[train, 0],
        learned.target[train] == source,
        setting.held[train],
        seed=protocol.SEED,
    )
    name = f"own_{trial.sources[1]}"
    found = dif.learn(
        learning,
        setting.folder / f"fingerprint_{name}.safetensors",
        identity=f"{setting.identity}:{name}",
        say=setting.say,
    )
    ratio = found.ratio(judged.residuals[test, 0])
    return np.asarray(np.where(ratio > 0, source, 0), np.int64)
