"""The fingerprints' own opinion on an image: what its matches say of its source.

The other opinions are means over tiles, and none of them knows where a pixel lies on a generator's
lattice. A fingerprint does: its correlation adds up over the whole image in phase, so that it
speaks where the tiles are silent, and it names its source. Resizing takes it away, so that its
absence means little; how little, the training has measured on handled copies.

The opinion sees how far every match lies above what photographs of the same size and JPEG band
give (`Match.excess`), never size or quality themselves.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fpinspect.fingerprint.match import Match

F64 = npt.NDArray[np.float64]

NAME = "fingerprint"
"""Name of this opinion beside those of the families and of the net."""
ENTRIES = ("sd1", "sd2", "biggan", "flux", "ldm", "stylegan2", "cyclegan", "sdxl")
"""Entries of the shipped bank whose matches are looked at."""
LEAST, MOST, BEND = -2.0, 30.0, 2.0
"""The excess counts within these limits; above `BEND` its logarithm does."""
NEUTRAL: F64 = np.array([math.log(5.0), 0.0, 0.0, 0.0, 0.0, 0.0])
"""Logits of no opinion: even odds of generated to real, no generator before another."""


def excesses(matches: Mapping[str, Match]) -> F64 | None:
    """Excess of every entry of `ENTRIES`, (8,) float64; None if the bank lacks one of them."""
    if any(label not in matches for label in ENTRIES):
        return None
    return np.array([matches[label].excess for label in ENTRIES], np.float64)


def describe(excess: F64) -> F64:
    """Turn excesses into what the opinion is linear in.

    Parameters
    ----------
    excess : numpy.ndarray
        (..., 8) float64, see `Match.excess`.

    Returns
    -------
    numpy.ndarray
        (..., 16) float64: each excess up to `BEND`, then the logarithm of 1 + excess where it is
        positive.
    """
    x = np.clip(excess, LEAST, MOST)
    return np.concatenate([np.minimum(x, BEND), np.log1p(np.maximum(x, 0.0))], axis=-1)


@dataclass(frozen=True)
class Matched:
    """Multinomial logistic regressions on `describe`, one for every calibration band.

    What a match is worth depends on what JPEG has left of the fingerprints, so they are chosen by
    the file's quality, as the calibrations are; each was fitted on images of all sources coded
    alike.

    Attributes
    ----------
    weights : numpy.ndarray
        (bands, 6, 16) float64.
    bias : numpy.ndarray
        (bands, 6) float64.
    """

    weights: F64
    bias: F64

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Matched:
        """Read it from the weights' settings.

        Raises
        ------
        ValueError
            If it belongs to other entries.
        """
        found = settings["matched"]
        if tuple(found["entries"]) != ENTRIES:
            raise ValueError("the verdict weights belong to other fingerprints")
        return cls(np.array(found["weights"], np.float64), np.array(found["bias"], np.float64))

    def to_settings(self) -> dict[str, Any]:
        """Plain data for the weights' settings."""
        return {
            "entries": list(ENTRIES),
            "weights": self.weights.tolist(),
            "bias": self.bias.tolist(),
        }

    def logits(self, excess: F64, band: int) -> F64:
        """Score (..., 8) excesses by the regression of a band: (..., 6) logits."""
        return np.asarray(describe(excess) @ self.weights[band].T + self.bias[band], np.float64)

    def opinion(self, matches: Mapping[str, Match], band: int) -> F64:
        """Opinion on one image, (6,) logits; `NEUTRAL` if the bank lacks an entry."""
        excess = excesses(matches)
        return NEUTRAL if excess is None else self.logits(excess, band)


def joined(opinions: F64, match: F64) -> F64:
    """Put this opinion behind those of the families and the net.

    Parameters
    ----------
    opinions : numpy.ndarray
        (..., 9, 6) float64 logits.
    match : numpy.ndarray
        (..., 6) float64 logits.

    Returns
    -------
    numpy.ndarray
        (..., 10, 6) float64.
    """
    return np.concatenate([opinions, match[..., None, :]], axis=-2)
