"""The study's question, measured anew: how well each of six feature sets tells images apart.

Denoised image D(I) or residual R = I - D(I), each in the spatial domain, as log-magnitude and as
phase of the Fourier transform: six sets, one classifier (`fpinspect.lab.lda`), trained on the
split ``train`` and measured on ``test``. Every image gives luma of 128x128 pixels whose origin is
a multiple of 64 in the image it was cut from; its four blocks of 64x64 are averaged (eq. 2 within
one image), so that whatever is bound to the lattice adds up and phases mean the same everywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from fpinspect.evidence.image import read_evidence
from fpinspect.lab import copies, dataset, pool
from fpinspect.lab.dataset import Record
from fpinspect.lab.lda import Lda
from fpinspect.signal.residual import separate
from fpinspect.verdict.classifier import SOURCES

F16 = npt.NDArray[np.float16]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
U8 = npt.NDArray[np.uint8]

SIDE, LATTICE = 128, 64
"""Side of the crop and of the blocks averaged, in pixels."""
KNOWN = 5
"""Real images and the study's four generators."""
HANDLINGS = ("raw", "h75")
"""As stored, and everything at the same JPEG quality: the container gives nothing away."""
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_HALF = LATTICE * (LATTICE // 2 + 1)
LENGTHS: Mapping[str, int] = {
    "denoised, spatial": LATTICE**2,
    "denoised, magnitude": _HALF,
    "denoised, phase": 2 * _HALF,
    "residual, spatial": LATTICE**2,
    "residual, magnitude": _HALF,
    "residual, phase": 2 * _HALF,
}
"""The six feature sets and how many numbers each has."""
PUBLISHED: Mapping[str, tuple[float, float, float, float]] = {
    "denoised, spatial": (0.52, 0.88, 0.04, 0.07),
    "residual, spatial": (0.85, 0.97, 0.72, 0.83),
    "denoised, magnitude": (0.76, 0.79, 0.71, 0.74),
    "denoised, phase": (0.56, 0.56, 0.48, 0.52),
    "residual, magnitude": (0.83, 0.82, 0.84, 0.83),
    "residual, phase": (0.49, 0.43, 0.10, 0.16),
}
"""The study's accuracy, precision, recall and F1 score."""
_WINDOW = np.outer(*[np.hanning(LATTICE + 1)[:-1].astype(np.float32)] * 2)


@dataclass(frozen=True, slots=True)
class Row:
    """One feature set under one handling.

    Attributes
    ----------
    features, handling : str
        Which.
    accuracy, precision, recall, f1 : float
        Generated is positive; real and generated images weigh alike.
    auc : float
        Generated against real.
    attribution : float
        Balanced accuracy over real and the four generators.
    n : int
        Test images.
    """

    features: str
    handling: str
    accuracy: float
    precision: float
    recall: float
    f1: float
    auc: float
    attribution: float
    n: int


def aligned(codes: U8, origin: tuple[int, int]) -> U8 | None:
    """Cut the central 128x128 whose origin is a multiple of 64 in the original image.

    Parameters
    ----------
    codes : numpy.ndarray
        (H, W, 3) uint8.
    origin : tuple of int
        Row and column of the first pixel in the original.

    Returns
    -------
    numpy.ndarray or None
        (128, 128, 3) uint8; None if the image has no such part.
    """
    starts = []
    for length, offset in zip(codes.shape[:2], origin, strict=True):
        first = -offset % LATTICE
        room = length - first - SIDE
        if room < 0:
            return None
        starts.append(first + room // 2 // LATTICE * LATTICE)
    y, x = starts
    return codes[y : y + SIDE, x : x + SIDE]


def blocks(plane: F32) -> F32:
    """Cut (128, 128) into four blocks: (4, 64, 64)."""
    n = SIDE // LATTICE
    return plane.reshape(n, LATTICE, n, LATTICE).swapaxes(1, 2).reshape(-1, LATTICE, LATTICE)


def describe(plane: F32) -> F32:
    """Spatial, log-magnitude and phase features of one (128, 128) plane, concatenated.

    The phase, as cosines and sines, is that of the averaged block and seen where it has power; the
    magnitudes of the blocks are averaged as logarithms.
    """
    parts = blocks(plane)
    mean = parts.mean(axis=0)
    magnitude = np.log(np.abs(np.fft.rfft2(parts * _WINDOW)) + 1e-2).mean(axis=0)
    phase = np.angle(np.fft.rfft2(mean))
    flat = [mean.ravel(), magnitude.ravel(), np.cos(phase).ravel(), np.sin(phase).ravel()]
    return np.concatenate(flat).astype(np.float32)


def features(codes: U8) -> F32:
    """All six feature sets of a (128, 128, 3) crop, in the order of `LENGTHS`."""
    luma = codes.astype(np.float32) @ _LUMA
    residual = separate(luma[None], denoiser="wavelet")[0][0]
    return np.concatenate([describe(luma - residual), describe(residual)])


def _job(job: tuple[Record, str]) -> F16:
    record, name = job
    codes = np.ascontiguousarray(np.moveaxis(read_evidence(record.path).codes(), 0, -1))
    handling = copies.handling_named(name)
    crop = aligned(handling.apply(codes, record.quality), record.origin)
    if crop is None:
        return np.full(sum(LENGTHS.values()), np.nan, np.float16)
    return features(crop).astype(np.float16)


def sample(records: Sequence[Record], limit: int, classes: int = KNOWN) -> list[Record]:
    """At most `limit` images of each of the first classes, chosen by a hash of their names."""

    def rank(record: Record) -> str:
        return hashlib.sha256(record.path.name.encode()).hexdigest()

    out: list[Record] = []
    for c in range(classes):
        out += sorted((r for r in records if r.target == c), key=rank)[:limit]
    return out


def tables(
    training: Sequence[Record], test: Sequence[Record], cache: Path, *, limit: int, workers: int
) -> list[Row]:
    """Train and measure the six feature sets.

    Parameters
    ----------
    training, test : sequence of Record
        Images of other generators are left out.
    cache : pathlib.Path
        Folder for the vectors.
    limit : int
        At most so many training images of each source.
    workers : int
        Processes.
    """
    chosen, known = sample(training, limit), [r for r in test if r.target < KNOWN]
    rows = []
    for handling in HANDLINGS:
        found = [
            pool.measured(
                _job,
                [(record, handling) for record in part],
                cache / f"seed_{handling}_{pool.digest(part, SIDE, LATTICE)}.npy",
                workers=workers,
            )
            for part in (chosen, known)
        ]
        rows += compare(found[0], dataset.targets(chosen), found[1], dataset.targets(known),
                        handling)  # fmt: skip
    return rows


def compare(
    x: F16,
    goal: npt.NDArray[np.int64],
    x_test: F16,
    goal_test: npt.NDArray[np.int64],
    handling: str,
) -> list[Row]:
    """Fit the classifier to each feature set and measure it; images without a crop are left out."""
    keep, keep_test = ~np.isnan(x[:, 0]), ~np.isnan(x_test[:, 0])
    rows, start = [], 0
    for name, length in LENGTHS.items():
        span = slice(start, start + length)
        start += length
        lda = Lda.fit(x[keep, span].astype(np.float32), goal[keep], KNOWN)
        ask = partial(lda.probabilities, x_test[keep_test, span].astype(np.float32))
        rows.append(_row(name, handling, ask(), ask(prior=_EVEN), goal_test[keep_test]))
    return rows


_EVEN = np.array([0.5, *[0.5 / (KNOWN - 1)] * (KNOWN - 1)])
"""Real and generated equally likely."""


def _row(name: str, handling: str, shares: F64, even: F64, goal: npt.NDArray[np.int64]) -> Row:
    """Figures of one feature set; `even` are the probabilities at even odds of "generated"."""
    generated, said = goal != 0, even[:, 0] < 0.5
    recall = float(np.mean(said[generated]))
    false = float(np.mean(said[~generated]))
    precision = recall / (recall + false) if recall + false else 0.0
    f1 = 2 * precision * recall / (precision + recall) if recall else 0.0
    likeliest = shares.argmax(axis=1)
    each = [np.mean(likeliest[goal == c] == c) for c in range(len(SOURCES)) if np.any(goal == c)]
    return Row(
        features=name,
        handling=handling,
        accuracy=(recall + 1 - false) / 2,
        precision=precision,
        recall=recall,
        f1=f1,
        auc=float(roc_auc_score(generated, 1 - even[:, 0])),
        attribution=float(np.mean(each)),
        n=len(goal),
    )
