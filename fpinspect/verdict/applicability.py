"""What weakens or blocks the opinion: rules with plain words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fpinspect.evidence.image import Flag, Severity
from fpinspect.verdict import condition
from fpinspect.wording import percent

MIN_SIDE = 64
"""Below this many pixels a side, there is no opinion."""
SMALL_SIDE = 256
"""Below this many pixels a side, the image is smaller than one full tile."""
TINY_SIDE = 80
"""Below this many pixels a side the calibration does not quite hold."""
FLAT_SHARE = 0.02
"""With less of the image textured than this, there is no opinion."""
LOW_QUALITY = 90
"""JPEG qualities below this are named, with the error rate measured there."""
HEAVY_QUALITY = 50
"""Below this JPEG quality nothing was trained or calibrated."""
EARLIER_QUALITY = 90
"""An earlier JPEG compression in a lossless file is named below this quality."""
CLIPPED_SHARE = 0.4
"""With more pixels at 0 or 255 than this, the image counts as saturated."""
GREY_CHROMA = 1.0
"""With less mean difference between channels than this (codes), the image counts as grey."""
EVEN_SHARE = 0.1
"""With more 16x16 blocks of one colour (not black or white) than this, the image counts as drawn,
not photographed."""
SOFT, LITTLE_DETAIL = -1.5, -0.3
"""`Condition.soft` or `Condition.detail` below these: blurred or enlarged."""
NO_DETAIL = -0.9
"""`Condition.detail` below this: strongly blurred, rounding is what the residual consists of."""
RESAMPLED = 3.2
"""`Condition.resampled` above this: resized."""

SHORT: Mapping[str, str] = {
    "small_image": "the small size",
    "tiny_image": "the small size",
    "jpeg_quality": "JPEG compression",
    "heavy_jpeg": "very strong JPEG compression",
    "earlier_jpeg": "an earlier JPEG compression",
    "double_jpeg": "a second JPEG compression",
    "resampled": "resizing",
    "soft": "blur or enlargement",
    "no_detail": "strong blur",
    "grey": "the missing colour",
    "saturated": "purely black or white areas",
    "drawing": "drawn areas that no camera takes",
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


RULES: Mapping[str, Rule] = {
    "tiny_image": Rule(scale=0.9),
    "heavy_jpeg": Rule(scale=0.75),
    "earlier_jpeg": Rule(),
    "double_jpeg": Rule(),
    "resampled": Rule(),
    "soft": Rule(scale=0.75),
    "no_detail": Rule(scale=0.2),
    "grey": Rule(scale=0.5, cap=0.2),
    "saturated": Rule(scale=0.5),
    "drawing": Rule(cap=0.9),
}
"""By flag. Scales are those that minimise the log-likelihood-ratio cost of images so handled
(``python -m fpinspect.lab.applicability_test``). ``no_detail``: of photographs blurred with 3 px
nine in ten are called generated without the rule, none with it. Of grey images the heads
call half of the generated ones real, hence the cap. After an earlier or second JPEG
compression or resizing fewer images are recognised, but the ratio holds. There are no drawings to
measure on, so their support is capped. Caps lie within all thresholds: no answer is given there.
Not among them: ``jpeg_quality`` and ``small_image``, for which the calibration itself is made
(bands of quality, slope and offset by effective tiles), and blocking flags."""


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
    by = tuple(dict.fromkeys(f.code for f in flags if RULES.get(f.code, Rule()) != Rule()))
    if not by:
        return None
    scale, cap = 1.0, float("inf")
    for code in by:
        scale, cap = scale * RULES[code].scale, min(cap, RULES[code].cap)
    return Weakening(min(max(log10_lr * scale, -cap), cap), log10_lr, by)


def image_flags(
    codes: npt.NDArray[np.uint8],
    *,
    quality: int | None,
    tiles_used: int,
    tiles_available: int,
    rates: tuple[float, float],
    earlier_quality: int | None = None,
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
    earlier_quality : int or None
        JPEG quality of an earlier compression whose trace the pixels show.
    """
    flags = _size_flags(codes.shape[1], codes.shape[2])
    found = condition.measure(codes)
    if found.textured < FLAT_SHARE:
        flags.append(
            Flag(
                "flat",
                Severity.BLOCKING,
                "Nearly the whole image is one flat colour: there is no noise residual to judge.",
            )
        )
        # The rest would only say the same again.
        return flags
    if quality is not None and quality < HEAVY_QUALITY:
        flags.append(_warn("heavy_jpeg", quality=quality))
    elif quality is not None and quality < LOW_QUALITY:
        flags.append(Flag("jpeg_quality", Severity.WARNING, _quality_words(quality, *rates)))
    if earlier_quality is not None and earlier_quality < EARLIER_QUALITY:
        code = "earlier_jpeg" if quality is None else "double_jpeg"
        flags.append(_warn(code, quality=earlier_quality))
    flags += [_warn(code) for code in _states(found)]
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


def _size_flags(h: int, w: int) -> list[Flag]:
    if min(h, w) < MIN_SIDE:
        words = f"{w} × {h} px: under {MIN_SIDE} px a side there are too few pixels for an opinion."
        return [Flag("too_small", Severity.BLOCKING, words)]
    if min(h, w) < TINY_SIDE:
        return [_warn("tiny_image", w=w, h=h)]
    if min(h, w) < SMALL_SIDE:
        words = (
            f"{w} × {h} px: fewer pixels than one full {SMALL_SIDE}-px tile, so the opinion rests "
            "on less."
        )
        return [Flag("small_image", Severity.WARNING, words)]
    return []


def _states(found: condition.Condition) -> list[str]:
    """Codes of the flags that the state of the pixels asks for."""
    fired = {
        "grey": found.chroma < GREY_CHROMA,
        "drawing": found.even > EVEN_SHARE,
        "saturated": found.clipped > CLIPPED_SHARE,
        "resampled": found.resampled > RESAMPLED,
        "no_detail": found.detail < NO_DETAIL,
        "soft": found.detail < LITTLE_DETAIL or found.soft < SOFT,
    }
    # Both would say the same in other words.
    fired["soft"] &= not fired["no_detail"]
    return [code for code, yes in fired.items() if yes]


_WORDS: Mapping[str, str] = {
    "tiny_image": "{w} × {h} px: photographs this small look generated more often than the "
    "calibration takes into account.",
    "heavy_jpeg": "JPEG quality {quality}: so little is left of the residual that nothing was "
    "calibrated here.",
    "earlier_jpeg": "The lossless file holds pixels that were a JPEG of about quality {quality} "
    "before: compression has removed part of the residual, which the file does not show.",
    "double_jpeg": "The pixels were a JPEG of about quality {quality} before they were saved as "
    "this one: the earlier compression has removed part of the residual, which the file's own "
    "quality does not show.",
    "resampled": "The image was resized: interpolation leaves a period of its own in the residual "
    "and moves the generator's.",
    "soft": "Fine detail is missing, as after blur or enlargement: the frequencies that tell "
    "generators apart are weak.",
    "no_detail": "There is no fine detail at all, as after strong blur: what is left where traces "
    "would be is the rounding of the pixels, which photographs and generated images share.",
    "grey": "Greyscale image: the colour families have nothing to go on, and the heads were "
    "trained on colour images.",
    "saturated": "Much of the image is pure black or white, as in overexposed photographs and "
    "documents: there is no residual to judge in those areas.",
    "drawing": "Much of the image is of exactly even colour, as in screenshots, drawings and "
    "graphics: the heads were trained on photographs and images that look like them.",
}


def _warn(code: str, **values: int) -> Flag:
    """Make a warning of what weakens the opinion, and how far by rule."""
    rule = RULES[code]
    if rule == Rule():
        effect = "The ratio holds there as it is, but fewer generated images are recognised."
    elif math.isfinite(rule.cap):
        effect = f"Support on either side is limited to {10**rule.cap:.0f} to 1."
    else:
        effect = f"The evidence (log₁₀ LR) counts {percent(rule.scale, 0)} of what it would."
    return Flag(code, Severity.WARNING, f"{_WORDS[code].format(**values)} {effect}")


def _quality_words(quality: int, stored: float, here: float) -> str:
    return (
        f"JPEG quality {quality}: compression removes part of the residual. At about this quality "
        f"{percent(here, 0)} of the generated images of the calibration reach the threshold, "
        f"against {percent(stored, 0)} of those coded finely or without loss."
    )


def blocked(flags: Sequence[Flag]) -> bool:
    """Whether any flag forbids an opinion."""
    return any(flag.severity is Severity.BLOCKING for flag in flags)
