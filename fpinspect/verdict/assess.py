"""From tiles to a calibrated opinion: the one door out of the room."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from fpinspect.evidence.image import Flag
from fpinspect.verdict import applicability, calibration, features
from fpinspect.verdict.calibration import Band
from fpinspect.verdict.classifier import SOURCES, Fusion, Heads, log_odds, opinion_names
from fpinspect.verdict.tiles import TileSet

NAMING_ODDS = 10.0
"""A source is named only when its odds against ``other`` are at least this."""
SET_COVERAGE = 0.95
"""The source set holds the likeliest sources up to this total share."""


class Answer(StrEnum):
    """What the pixels speak for."""

    REAL = "real"
    GENERATED = "generated"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class Threshold:
    """The decision threshold and its error rate.

    Attributes
    ----------
    value : float
        log10 likelihood ratio from which the answer is "generated".
    nominal_fpr, measured_fpr : float
        Rate of false positives asked for and measured.
    n : int
        Independent groups of real images behind the measurement.
    """

    value: float
    nominal_fpr: float
    measured_fpr: float
    n: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """A calibrated opinion on one image.

    Attributes
    ----------
    answer : Answer
        Real, generated or inconclusive (always so when a flag blocks).
    p_generated : float
        Probability of "generated" at even prior odds, ``1 - sources["real"]``.
    log10_lr : float
        Bounded log10 likelihood ratio, generated to real.
    strength : str
        Word of the verbal scale for `log10_lr`.
    threshold : Threshold
        What the answer was held against.
    source : str
        The source named: ``real``, a generator, or ``unknown``.
    sources : mapping of str to float
        Shares of all sources, sum 1.
    source_set : tuple of str
        The likeliest sources up to `SET_COVERAGE`.
    families : mapping of str to float
        Share of each opinion in the calibrated log10 likelihood ratio, before its bound; what the
        calibration itself adds is ``calibration``.
    """

    answer: Answer
    p_generated: float
    log10_lr: float
    strength: str
    threshold: Threshold
    source: str
    sources: Mapping[str, float]
    source_set: tuple[str, ...]
    families: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as in the JSON line."""
        return {
            "answer": self.answer.value,
            "p_generated": self.p_generated,
            "log10_lr": self.log10_lr,
            "strength": self.strength,
            "threshold": {
                "value": self.threshold.value,
                "nominal_fpr": self.threshold.nominal_fpr,
                "measured_fpr": self.threshold.measured_fpr,
                "n": self.threshold.n,
            },
            "source": self.source,
            "sources": dict(self.sources),
            "source_set": list(self.source_set),
            "families": dict(self.families),
        }


def assess(
    tileset: TileSet, heads: Heads, *, quality: int | None, flags: Sequence[Flag]
) -> Verdict:
    """Form the opinion on one image.

    Parameters
    ----------
    tileset : TileSet
        The tiles and their residuals.
    heads : Heads
        Trained weights.
    quality : int or None
        JPEG quality of the file: chooses the calibration, never a score.
    flags : sequence of Flag
        A blocking one makes the answer inconclusive.
    """
    vectors = np.stack([features.extract(tile) for tile in tileset.tiles])
    return opinion(heads.opinions(vectors), heads, tileset.effective, quality=quality, flags=flags)


def opinion(
    opinions: npt.NDArray[np.float64],
    heads: Heads,
    tiles: float,
    *,
    quality: int | None,
    flags: Sequence[Flag] = (),
) -> Verdict:
    """Fuse and calibrate the opinions of one image.

    Parameters
    ----------
    opinions : numpy.ndarray
        (7, 6) float64 logits, see `Heads.opinions`.
    heads : Heads
        Trained weights.
    tiles : float
        Effective tiles: judged pixels over 256².
    quality, flags
        As in `assess`.
    """
    fusion = Fusion.from_settings(heads.settings)
    band = calibration.choose_band(calibration.bands_from(heads.settings), quality)
    log_lr = band.log_lr(float(fusion.score(opinions)), tiles)
    given_generated = calibration.shares(fusion.sources(opinions), band.temperature)
    sources = calibration.source_probabilities(log_lr, given_generated)
    answer = _answer(log_lr, band)
    if applicability.blocked(flags):
        answer = Answer.INCONCLUSIVE
    log10_lr = log_lr / math.log(10)
    return Verdict(
        answer=answer,
        p_generated=1.0 - sources["real"],
        log10_lr=log10_lr,
        strength=calibration.strength(log10_lr),
        threshold=Threshold(
            band.threshold / math.log(10), band.nominal_fpr, band.measured_fpr, band.n_real
        ),
        source=_name_source(answer, sources, blocked=applicability.blocked(flags)),
        sources=sources,
        source_set=_source_set(sources),
        families=_family_shares(opinions, fusion, band, tiles),
    )


def _answer(log_lr: float, band: Band) -> Answer:
    if log_lr >= band.threshold:
        return Answer.GENERATED
    return Answer.REAL if log_lr <= band.real_threshold else Answer.INCONCLUSIVE


def _name_source(answer: Answer, sources: Mapping[str, float], *, blocked: bool) -> str:
    if answer is Answer.REAL:
        return "real"
    if blocked:
        return "unknown"
    best = max(SOURCES[1:-1], key=lambda name: sources[name])
    return best if sources[best] >= NAMING_ODDS * sources["other"] else "unknown"


def _source_set(sources: Mapping[str, float]) -> tuple[str, ...]:
    ranked = sorted(sources, key=lambda name: -sources[name])
    total, chosen = 0.0, []
    for name in ranked:
        chosen.append(name)
        total += sources[name]
        if total >= SET_COVERAGE:
            break
    return tuple(chosen)


def _family_shares(
    opinions: npt.NDArray[np.float64], fusion: Fusion, band: Band, tiles: float
) -> dict[str, float]:
    """Split the unbounded log10 likelihood ratio into the opinions' shares; they sum to it."""
    scale = band.slope_at(tiles) / math.log(10)
    parts = scale * np.array(fusion.generated) * log_odds(opinions)
    out = {name: float(part) for name, part in zip(opinion_names(), parts, strict=True)}
    out["calibration"] = scale * fusion.generated_bias + band.offset / math.log(10)
    return out
