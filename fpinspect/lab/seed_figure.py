"""The study's figure: the spectrum of the mean residual, source by source (eqs. 1 to 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fpinspect.evidence.image import read_evidence
from fpinspect.lab import pool
from fpinspect.lab.dataset import SOURCES, Record
from fpinspect.lab.seed_tables import SIDE, aligned, sample
from fpinspect.signal.residual import separate

F16 = npt.NDArray[np.float16]
F32 = npt.NDArray[np.float32]

SHOWN = ("sd1", "biggan", "flux", "real")
LIMIT = 150
"""Images averaged of each source."""
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_WINDOW = np.outer(*[np.hanning(SIDE + 1)[:-1].astype(np.float32)] * 2)


@dataclass(frozen=True)
class MeanSpectrum:
    """Spectra of one source; zero frequency at [64, 64], dB over one code.

    Attributes
    ----------
    of_mean : numpy.ndarray
        (128, 128) float32, 20 log10 |F(R_avg)| (eqs. 2 and 3): what adds up on the lattice.
    mean_of : numpy.ndarray
        (128, 128) float32, mean over the images of 20 log10 |F(R)|: how strong each frequency is.
    images : int
        How many were averaged.
    """

    of_mean: F32
    mean_of: F32
    images: int


def residual_job(record: Record) -> F16:
    """Residual of the lattice-aligned luma, (128, 128) float16 in codes; NaN without one."""
    codes = np.ascontiguousarray(np.moveaxis(read_evidence(record.path).codes(), 0, -1))
    crop = aligned(codes, record.origin)
    if crop is None:
        return np.full((SIDE, SIDE), np.nan, np.float16)
    luma = crop.astype(np.float32) @ _LUMA
    return np.asarray(separate(luma[None], denoiser="wavelet")[0][0], np.float16)


def average(residuals: npt.NDArray[np.floating]) -> MeanSpectrum:
    """Average (N, 128, 128) residuals and their spectra."""
    x = np.asarray(residuals, np.float32)
    scale = np.float32(np.sqrt(np.sum(_WINDOW**2)))
    each = np.abs(np.fft.fft2(x * _WINDOW)) / scale
    of_mean = np.abs(np.fft.fft2(x.mean(axis=0) * _WINDOW)) / scale
    return MeanSpectrum(
        of_mean=_decibels(of_mean),
        mean_of=np.asarray(_decibels(each).mean(axis=0), np.float32),
        images=len(x),
    )


def _decibels(magnitude: npt.NDArray[np.floating]) -> F32:
    shifted = np.fft.fftshift(magnitude, axes=(-2, -1))
    return np.asarray(20 * np.log10(shifted + 1e-4), np.float32)


def spectra(records: Sequence[Record], cache: Path, *, workers: int) -> Mapping[str, MeanSpectrum]:
    """Mean spectra of the sources shown, as far as the images hold them."""
    out = {}
    for name in SHOWN:
        own = [r for r in records if r.target == SOURCES.index(name)]
        chosen = sample(own, LIMIT, len(SOURCES))
        if not chosen:
            continue
        target = cache / f"residual_{name}_{pool.digest(chosen, SIDE)}.npy"
        found = pool.measured(residual_job, chosen, target, workers=workers)
        usable = found[~np.isnan(found[:, 0, 0])]
        if len(usable):
            out[name] = average(usable)
    return out
