"""The words of a verdict: names of sources and families, sentences about the evidence.

A verdict is a sentence in the third person about the traces, never about the truth.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fpinspect.wording import NBSP, percent, probability, ratio, times

if TYPE_CHECKING:
    from fpinspect.report.i18n import Words
    from fpinspect.report.model import EngineFacts, ReportItem

_LN10 = math.log(10)
_SAME = 1e-6
_AT_BOUND = 0.9
"""From this share of the bound on, a ratio is said to be at least what is printed."""


def source_name(label: str, _: Words, titles: Mapping[str, str] | None = None) -> str:
    """Return the words for a source."""
    own = {
        "real": _("Photograph"),
        "sd1": "Stable Diffusion 1.x",
        "sd2": "Stable Diffusion 2.1",
        "biggan": "BigGAN",
        "flux": "FLUX.1",
        "other": _("Another generator"),
        "unknown": _("unknown generator"),
    }
    return own.get(label) or (titles or {}).get(label) or label


def family_name(name: str, _: Words) -> str:
    """Return the words for a family of features."""
    own = {
        "log_psd": _("Spectrum, N/8 peaks"),
        "autocorrelation": _("Autocorrelation"),
        "cooccurrence_luma": _("Co-occurrence, Y"),
        "cooccurrence_chroma": _("Co-occurrence, R − G"),
        "colour_joint": _("Colour residuals"),
        "contrast_luma": _("Contrast, Y"),
        "contrast_colour": _("Contrast, colour"),
        "contrast_patterns": _("Local patterns, Y"),
        "net": _("Net on all families"),
        "fingerprint": _("Fingerprint matches"),
        "calibration": _("Calibration"),
    }
    return own.get(name) or name.replace("_", " ").capitalize()


def answer_word(answer: str, _: Words) -> str:
    """Return the one word of an answer."""
    own = {
        "generated": _("Generated"),
        "real": _("Real"),
        "inconclusive": _("Inconclusive"),
        "blocked": _("No opinion"),
        "failed": _("Not read"),
    }
    return own.get(answer, answer)


def status_word(status: str, _: Words) -> str:
    """Return the words of a bookmark's status."""
    own = {
        "relevant": _("relevant"),
        "to be checked": _("to be checked"),
        "cleared": _("cleared"),
    }
    return own.get(status, status)


def strength_word(log10_lr: float, _: Words) -> str:
    """Return the word of the ENFSI scale."""
    steps = (_("limited"), _("moderate"), _("moderately strong"), _("strong"), _("very strong"))
    return steps[min(max(math.ceil(abs(log10_lr)) - 1, 0), len(steps) - 1)]


def support(item: ReportItem, _: Words) -> str:
    """Say how strongly the traces support which side."""
    if item.failed:
        return _("The file could not be inspected")
    if item.blocked:
        return _("A rule forbids an opinion on this image")
    log10_lr = float(item.record["verdict"]["log10_lr"])
    strength = strength_word(log10_lr, _)
    if log10_lr < 0:
        words = _("{strength} support for photograph over generated").format(strength=strength)
    else:
        words = _("{strength} support for generated over photograph").format(strength=strength)
    if item.answer == "inconclusive":
        return _("Too weak to decide: {support}").format(support=words)
    return words[:1].upper() + words[1:]


def bound(item: ReportItem, engine: EngineFacts) -> float:
    """log10 of the largest ratio that the calibration data carry on the side of an item's."""
    verdict = item.record["verdict"]
    given = verdict.get("bound")
    if isinstance(given, int | float) and not isinstance(given, bool) and given:
        return abs(float(given))
    quality = (item.record.get("image") or {}).get("jpeg_quality")
    band = engine.band(quality)
    n = float((verdict.get("threshold") or {}).get("n") or 0)
    if band is not None and verdict["log10_lr"] < 0:
        n = float(band.get("n_generated") or 0)
    return math.log10(n) if n > 1 else 0.0


def is_bounded(log10_lr: float, limit: float) -> bool:
    """Whether a ratio lies so near the bound that it is printed as a lower limit."""
    return bool(limit) and abs(log10_lr) >= _AT_BOUND * limit


def sentence(item: ReportItem, engine: EngineFacts, _: Words) -> str:
    """Say what the traces say."""
    if item.failed:
        return _.said(str(item.record.get("error") or "It failed without saying why."))
    verdict = item.record["verdict"]
    if item.blocked:
        flags = [f for f in item.record["applicability"] if f["severity"] == "blocking"]
        return " ".join(_.said(str(flag["message"])) for flag in flags)
    log10_lr = float(verdict["log10_lr"])
    core = _core(log10_lr, is_bounded(log10_lr, bound(item, engine)), _)
    if item.answer == "inconclusive":
        rest = _("on either side of this, photographs and generated images are confused.")
        return f"{core}: {rest}"
    if item.answer == "real":
        return f"{core}."
    source = str(verdict.get("source", "unknown"))
    if source in {"unknown", "other"}:
        rest = _("none of the known generators fits clearly better than an unknown one.")
        return f"{core}; {rest}"
    rest = _("among the known generators they fit {source} best.").format(
        source=source_name(source, _, engine.titles)
    )
    return f"{core}; {rest}"


def _core(log10_lr: float, bounded: bool, _: Words) -> str:
    if log10_lr < 0 and bounded:
        text = _(
            "These traces are at least {times} times more probable if the image is a photograph "
            "than if it was generated"
        )
    elif log10_lr < 0:
        text = _(
            "These traces are about {times} times more probable if the image is a photograph "
            "than if it was generated"
        )
    elif bounded:
        text = _(
            "These traces are at least {times} times more probable if the image was generated "
            "than if it is a photograph"
        )
    else:
        text = _(
            "These traces are about {times} times more probable if the image was generated than "
            "if it is a photograph"
        )
    return text.format(times=times(log10_lr))


def ratio_words(log10_lr: float, limit: float, _: Words) -> str:
    """Write the ratio with ``about`` or ``at least``."""
    if is_bounded(log10_lr, limit):
        return _("at least {ratio}").format(ratio=ratio(log10_lr))
    return _("about {ratio}").format(ratio=ratio(log10_lr))


def odds_note(verdict: Mapping[str, Any], _: Words) -> str:
    """Say what the ratio compares and what it makes of even odds."""
    return _(
        "The ratio compares two statements, generated against photograph. At even prior odds it "
        "makes the probability of generated {p}; other prior odds change that probability, not "
        "the ratio."
    ).format(p=probability(float(verdict.get("p_generated", 0.5))))


def threshold_note(
    verdict: Mapping[str, Any], _: Words, *, real_up_to: float | None = None, basis: bool = True
) -> str:
    """Say what the answer was held against, and how often that errs.

    Parameters
    ----------
    verdict : mapping
        Of the JSON line.
    _ : Words
        The language.
    real_up_to : float, optional
        log10 of the largest ratio that is answered with real, where it is known.
    basis : bool
        Also say the nominal rate, and what the rates were measured on.
    """
    held = verdict.get("threshold") or {}
    rate, n = held.get("measured_fpr"), held.get("n")
    if not isinstance(rate, int | float) or not n:
        return ""
    limit = ratio(float(held["value"]))
    if real_up_to is None:
        words = _("The answer is “generated” at a ratio of {limit} or more.").format(limit=limit)
    else:
        words = _(
            "The answer is “generated” at a ratio of {limit} or more, “real” at {real} or less, "
            "“inconclusive” between."
        ).format(limit=limit, real=ratio(real_up_to))
    n = _("n = {n} independent groups").format(n=f"{n:,}")
    if basis:
        n = _("nominal {share}; {n}").format(share=percent(held.get("nominal_fpr") or 0.0), n=n)
    miss = held.get("measured_miss")
    if isinstance(miss, int | float):
        erred = _(
            "At these thresholds {rate} of the photographs of the calibration were wrongly flagged "
            "({n}) and {miss} of its generated images called real."
        ).format(rate=percent(float(rate)), n=n, miss=percent(float(miss)))
    else:
        erred = _(
            "At this threshold {rate} of the photographs of the calibration were wrongly flagged "
            "({n})."
        ).format(rate=percent(float(rate)), n=n)
    rests_on = _.said(str(held.get("basis") or "")) if basis else ""
    ended = _("Basis: {basis}.").format(basis=rests_on) if rests_on else ""
    return f"{words} {erred} {ended}".rstrip()


def real_limit(item: ReportItem, engine: EngineFacts) -> float | None:
    """log10 of the largest ratio answered with real; None if other weights gave the verdict."""
    band = engine.band((item.record.get("image") or {}).get("jpeg_quality"))
    held = (item.record["verdict"].get("threshold") or {}).get("value")
    if band is None or not isinstance(held, int | float):
        return None
    if abs(float(band["threshold"]) / _LN10 - held) > _SAME:
        return None
    return float(band["real_threshold"]) / _LN10


def whole_image(_: Words) -> str:
    """Say what a verdict is about."""
    return _(
        "The verdict is about the whole image as one. It says neither that every part has the same "
        "origin nor that no part was altered."
    )


def not_said(_: Words) -> str:
    """Say what no verdict says."""
    return _(
        "Not said here: who made the image, whether what it shows took place, or whether part of "
        "a photograph was altered."
    )


def pixels(image: Mapping[str, Any], _: Words) -> str:
    """Write size and format of an image."""
    if not image:
        return "–"
    words = f"{image.get('width', 0):,} × {image.get('height', 0):,}{NBSP}px {image.get('format')}"
    quality = image.get("jpeg_quality")
    if quality is None:
        return words
    return _("{image}, quality {quality}").format(image=words, quality=quality)
