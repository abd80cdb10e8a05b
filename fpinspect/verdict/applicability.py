"""What weakens or blocks the opinion: rules with plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fpinspect.evidence.image import Flag, Severity

MIN_SIDE = 64
"""Below this many pixels a side, there is no opinion."""
SMALL_SIDE = 256
"""Below this many pixels a side, the image is smaller than one full tile."""
FLAT_SHARE = 0.02
"""With less of the image textured than this, there is no opinion."""
LOW_QUALITY = 90
"""JPEG qualities below this are named, with the error rate measured there."""
_BLOCK = 16

SHORT: Mapping[str, str] = {
    "small_image": "the small size",
    "jpeg_quality": "JPEG compression",
    "grey": "the missing colour",
}
"""Circumstances in a few words, by flag."""

DISAGREE = (
    "Parts of the image speak for different sides: one tile by itself looks generated, another "
    "real. So do composites, and about 2 % of ordinary images; look at the tiles, the verdict is "
    "their mean."
)
"""What is said when tiles disagree."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a flag does to the likelihood ratio: log10 LR times `scale`, then at most `cap`.

    Attributes
    ----------
    scale : float
        In (0, 1]; 1 leaves the ratio as it is.
    cap : float
        Largest absolute log10 likelihood ratio left.
    """

    scale: float = 1.0
    cap: float = float("inf")


RULES: Mapping[str, Rule] = {}
"""By flag. Not among them: ``jpeg_quality`` and ``small_image``, for which the calibration itself
is made (bands of quality, slope by effective tiles), and blocking flags."""


@dataclass(frozen=True, slots=True)
class Weakening:
    """What circumstances did to a likelihood ratio.

    Attributes
    ----------
    log10_lr, before : float
        After and before.
    by : tuple of str
        Codes of the flags that weaken.
    """

    log10_lr: float
    before: float
    by: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as in the JSON line."""
        return {"log10_lr_before": self.before, "by": list(self.by)}


def weaken(log10_lr: float, flags: Sequence[Flag]) -> Weakening | None:
    """Apply the rules of all flags: the product of their scales, then the lowest cap.

    Parameters
    ----------
    log10_lr : float
        Calibrated and bounded log10 likelihood ratio.
    flags : sequence of Flag
        Circumstances; those without a rule do nothing.

    Returns
    -------
    Weakening or None
        None where no rule applies.
    """
    by = tuple(dict.fromkeys(flag.code for flag in flags if flag.code in RULES))
    if not by:
        return None
    scale, cap = 1.0, float("inf")
    for code in by:
        scale, cap = scale * RULES[code].scale, min(cap, RULES[code].cap)
    return Weakening(min(max(log10_lr * scale, -cap), cap), log10_lr, by)


def textured_share(codes: npt.NDArray[np.uint8]) -> float:
    """Share of 16x16 blocks of (3, H, W) codes whose green varies by more than one code.

    Examples
    --------
    >>> textured_share(np.zeros((3, 64, 64), np.uint8))
    0.0
    """
    green = codes[1]
    h, w = (n // _BLOCK * _BLOCK for n in green.shape)
    if not h or not w:
        return float(green.std() > 1.0)
    blocks = green[:h, :w].reshape(h // _BLOCK, _BLOCK, w // _BLOCK, _BLOCK)
    spread = blocks.max(axis=(1, 3)).astype(np.int16) - blocks.min(axis=(1, 3))
    return float(np.mean(spread > 1))


def image_flags(
    codes: npt.NDArray[np.uint8],
    *,
    quality: int | None,
    tiles_used: int,
    tiles_available: int,
    rates: tuple[float, float],
) -> list[Flag]:
    """Judge what the pixels and their coding allow.

    Parameters
    ----------
    codes : numpy.ndarray
        (3, H, W) uint8.
    quality : int or None
        JPEG quality of the file.
    tiles_used, tiles_available : int
        How much of the image the heads saw.
    rates : tuple of float
        Measured share of generated images recognised, as stored and at this quality.
    """
    h, w = codes.shape[1:]
    flags: list[Flag] = []
    if min(h, w) < MIN_SIDE:
        flags.append(
            Flag(
                "too_small",
                Severity.BLOCKING,
                f"{w} × {h} px: under {MIN_SIDE} px a side there are too few pixels for an "
                "opinion.",
            )
        )
    elif min(h, w) < SMALL_SIDE:
        flags.append(
            Flag(
                "small_image",
                Severity.WARNING,
                f"{w} × {h} px: fewer pixels than one full {SMALL_SIDE}-px tile, so the opinion "
                "rests on less.",
            )
        )
    if textured_share(codes) < FLAT_SHARE:
        flags.append(
            Flag(
                "flat",
                Severity.BLOCKING,
                "Nearly the whole image is one flat colour: there is no noise residual to judge.",
            )
        )
    if quality is not None and quality < LOW_QUALITY:
        flags.append(Flag("jpeg_quality", Severity.WARNING, _quality_words(quality, *rates)))
    if np.array_equal(codes[0], codes[1]) and np.array_equal(codes[1], codes[2]):
        flags.append(
            Flag(
                "grey",
                Severity.WARNING,
                "Greyscale image: the colour families have nothing to go on, and the heads were "
                "trained on colour images.",
            )
        )
    if tiles_used < tiles_available:
        flags.append(
            Flag(
                "sampled",
                Severity.INFO,
                f"Large image: {tiles_used} of {tiles_available} tiles, spread evenly, were "
                "judged.",
            )
        )
    return flags


def _quality_words(quality: int, stored: float, here: float) -> str:
    return (
        f"JPEG quality {quality}: compression removes part of the residual. At about this quality "
        f"{here:.0%} of the generated images of the calibration are recognised at the threshold, "
        f"as stored {stored:.0%}."
    )


def blocked(flags: Sequence[Flag]) -> bool:
    """Whether any flag forbids an opinion."""
    return any(flag.severity is Severity.BLOCKING for flag in flags)
