"""From tiles to a calibrated opinion: the one door out of the room."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from fpinspect.evidence.image import Flag
from fpinspect.fingerprint.match import Match
from fpinspect.verdict import applicability, calibration, conformal, features, matched
from fpinspect.verdict.calibration import Band
from fpinspect.verdict.classifier import SOURCES, Fusion, Heads, log_odds, opinion_names
from fpinspect.verdict.explain import TileOdds
from fpinspect.verdict.tiles import SIDE, TileSet

NAMING_ODDS = 10.0
"""A source is named only when its odds against ``other`` are at least this."""
SET_COVERAGE = 0.95
"""Without conformal quantiles, the set holds the likeliest sources up to this total share."""
DISAGREEMENT = 0.9
"""Tiles disagree when one alone speaks for "generated" and another for "real" by at least this
much (log10). Chosen on whole images of the split ``calibrate``: at most 2 % of them do (measured
with ``python -m fpinspect.lab.explain_test composites``)."""


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
        Rate of false positives asked for and measured; of two measured ways the poorer.
    n : int
        Independent groups of real images behind the measurement.
    measured_miss : float
        Share of generated images that the answer "real" lets pass, the poorer of two.
    basis : str
        In plain words, what the rates were measured on.
    """

    value: float
    nominal_fpr: float
    measured_fpr: float
    n: int
    measured_miss: float = 0.0
    basis: str = ""


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
        Bounded log10 likelihood ratio, generated to real, weakened where a flag says so.
    strength : str
        Word of the verbal scale for `log10_lr`.
    threshold : Threshold
        What the answer was held against.
    source : str
        The source named: ``real``, a generator, or ``unknown``.
    sources : mapping of str to float
        Shares of all sources, sum 1.
    source_set : tuple of str
        The sources that cannot be excluded, likeliest first; never at odds with the answer.
    families : mapping of str to float
        Share of each opinion in the calibrated log10 likelihood ratio, before its bound and any
        weakening; what the calibration itself adds is ``calibration``.
    bound : float
        Largest absolute log10 likelihood ratio that the calibration carries on this side.
    conformal : mapping or None
        ``coverage`` promised and ``n``, images behind it by source (or None); None where
        the set is only the likeliest sources up to `SET_COVERAGE`.
    weakening : applicability.Weakening or None
        What circumstances did to the ratio; None where nothing weakens it.
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
    bound: float = 0.0
    conformal: Mapping[str, Any] | None = None
    weakening: applicability.Weakening | None = None

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
                "measured_miss": self.threshold.measured_miss,
                "basis": self.threshold.basis,
            },
            "source": self.source,
            "sources": dict(self.sources),
            "source_set": list(self.source_set),
            "families": dict(self.families),
            "bound": self.bound,
            "conformal": None if self.conformal is None else dict(self.conformal),
            "weakening": None if self.weakening is None else self.weakening.to_dict(),
        }


@dataclass(frozen=True)
class Judgement:
    """What the heads say about the tiles of one image.

    Attributes
    ----------
    vectors : numpy.ndarray
        (T, D) float32, see `features.extract_all`.
    tile_opinions : numpy.ndarray
        (T, opinions, 6) float64 logits.
    """

    vectors: npt.NDArray[np.float32]
    tile_opinions: npt.NDArray[np.float64]

    @property
    def opinions(self) -> npt.NDArray[np.float64]:
        """Opinions on the image: the mean over its tiles, (opinions, 6)."""
        return np.asarray(self.tile_opinions.mean(axis=0), np.float64)


@lru_cache(maxsize=1)
def shipped_heads() -> Heads:
    """Load the shipped heads, once per process."""
    return Heads.load()


def judge(tileset: TileSet, heads: Heads) -> Judgement:
    """Let the heads see every tile of one image."""
    vectors = features.extract_all(tileset.tiles)
    return Judgement(vectors, heads.tile_opinions(vectors))


def with_matches(
    opinions: npt.NDArray[np.float64],
    heads: Heads,
    matches: Mapping[str, Match],
    quality: int | None,
) -> npt.NDArray[np.float64]:
    """Join the fingerprints' opinion to those of the tiles.

    Parameters
    ----------
    opinions : numpy.ndarray
        (9, 6) logits of one image, see `Judgement.opinions`.
    heads : Heads
        Trained weights.
    matches : mapping of str to Match
        The image's matches by label.
    quality : int or None
        JPEG quality of the file: chooses what a match counts, as it chooses the calibration.

    Returns
    -------
    numpy.ndarray
        (9, 6) float64 logits.
    """
    if heads.matched is None:
        return opinions
    band = calibration.band_index(calibration.bands_from(heads.settings), quality)
    return matched.joined(opinions, heads.matched.opinion(matches, band))


def assess(
    tileset: TileSet,
    heads: Heads,
    *,
    quality: int | None,
    flags: Sequence[Flag],
    matches: Mapping[str, Match] | None = None,
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
    matches : mapping of str to Match, optional
        How the image matches the fingerprints of the shipped bank; without them the tiles speak
        alone.
    """
    found = judge(tileset, heads).opinions
    if matches is not None:
        found = with_matches(found, heads, matches, quality)
    return opinion(found, heads, tileset.effective, quality=quality, flags=flags)


def tile_odds(
    tileset: TileSet, judged: Judgement, heads: Heads, *, quality: int | None
) -> tuple[TileOdds, ...]:
    """Log-odds of every tile by itself, calibrated for its own number of pixels."""
    fusion = Fusion.from_settings(heads.settings)
    band = calibration.choose_band(calibration.bands_from(heads.settings), quality)
    out = []
    for tile, (y, x), opinions in zip(
        tileset.tiles, tileset.origins, judged.tile_opinions, strict=True
    ):
        h, w = tile.codes.shape[1:]
        log_lr = band.log_lr(float(fusion.score(opinions)), h * w / SIDE**2)
        out.append(TileOdds(y, x, h, w, log_lr / math.log(10)))
    return tuple(out)


def tiles_disagree(odds: Sequence[TileOdds], limit: float = DISAGREEMENT) -> bool:
    """Whether one part of the image speaks for "generated" and another for "real", both clearly.

    Parameters
    ----------
    odds : sequence of TileOdds
        Of all tiles; one tile cannot disagree with itself.
    limit : float
        Least absolute log10 likelihood ratio on both sides.
    """
    values = [tile.log10_lr for tile in odds]
    return max(values) >= limit and min(values) <= -limit


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
        (9, 6) float64 logits, see `with_matches`.
    heads : Heads
        Trained weights.
    tiles : float
        Effective tiles: judged pixels over 256².
    quality, flags
        As in `assess`.
    """
    fusion = Fusion.from_settings(heads.settings)
    band = calibration.choose_band(calibration.bands_from(heads.settings), quality)
    unweakened = band.log_lr(float(fusion.score(opinions)), tiles)
    weakening = applicability.weaken(unweakened / math.log(10), flags)
    log_lr = weakening.log10_lr * math.log(10) if weakening else unweakened
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
            band.threshold / math.log(10),
            band.nominal_fpr,
            band.stated_fpr,
            band.n_real,
            band.stated_miss,
            band.basis,
        ),
        source=_name_source(answer, sources, blocked=applicability.blocked(flags)),
        sources=sources,
        source_set=_source_set(sources, band, answer),
        families=_family_shares(opinions, fusion, band, tiles),
        bound=band.bound(log_lr) / math.log(10),
        conformal=_promise(band),
        weakening=weakening,
    )


def _promise(band: Band) -> dict[str, Any] | None:
    """Coverage of the source sets and the images by source that it rests on."""
    if not band.conformal:
        return None
    n = dict(zip(SOURCES, band.conformal_n, strict=True)) if band.conformal_n else None
    return {"coverage": conformal.COVERAGE, "n": n}


def withhold(verdict: Verdict, heads: Heads, *, quality: int | None) -> Verdict:
    """Take back an answer that does not hold: inconclusive, no source named, numbers kept."""
    band = calibration.choose_band(calibration.bands_from(heads.settings), quality)
    answer = Answer.INCONCLUSIVE
    chosen = _source_set(verdict.sources, band, answer)
    return replace(verdict, answer=answer, source="unknown", source_set=chosen)


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


def _source_set(sources: Mapping[str, float], band: Band, answer: Answer) -> tuple[str, ...]:
    if band.conformal:
        return conformal.source_set(sources, band.conformal, answer=answer)
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
    scale = float(band.slope_at(tiles)) / math.log(10)
    found = log_odds(opinions)
    parts = scale * np.array(fusion.generated)[: len(found)] * found
    out = {name: float(part) for name, part in zip(opinion_names(), parts, strict=False)}
    out["calibration"] = scale * fusion.generated_bias + float(band.offset_at(tiles)) / math.log(10)
    return out
