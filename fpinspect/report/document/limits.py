"""What the results cannot say, and how often they err where that was measured."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fpinspect.report.document import phrases
from fpinspect.report.document.blocks import Block, Bullets, Column, Heading, Section, Table, Text
from fpinspect.wording import fraction, number, percent, ratio

if TYPE_CHECKING:
    from fpinspect.report.i18n import Words
    from fpinspect.report.model import Report

_Z = 1.959964  # two-sided 95 %


def limits(report: Report, _: Words) -> Section:
    """Return limits and error rates."""
    blocks: list[Block] = [
        Heading(_("Limits"), 1, "limits", outline=True, new_page=True),
        Bullets(_statements(_)),
        Heading(_("Known error rates"), 1, "error-rates", outline=True),
        *_bands(report, _),
        *_evaluation(report, _),
    ]
    return Section("limits", _("Limits and error rates"), tuple(blocks))


def _statements(_: Words) -> tuple[str, ...]:
    return (
        phrases.whole_image(_),
        phrases.not_said(_),
        _(
            "A likelihood ratio is no probability that the image was generated: that also depends "
            "on what else is known about it, which is for others to weigh."
        ),
        _(
            "Generators that nobody has shown to the method may pass as photographs or look like "
            "the nearest known one. A photograph is not proven by the absence of traces."
        ),
        _(
            "Stable Diffusion 1.4 and 1.5 share a decoder and cannot be told apart; 2.1 has one of "
            "the same design and is sometimes confused with them."
        ),
        _(
            "JPEG compression, resizing, cropping and editing weaken the traces. The error rates "
            "at lower qualities below show by how much."
        ),
        _(
            "Night-mode, strongly retouched, denoised or upscaled photographs can look generated: "
            "their cameras and editors use networks, too."
        ),
        _(
            "Whoever knows the method can weaken the traces or imitate others. The error rates "
            "are those of images that were not made to deceive."
        ),
        _(
            "Metadata and content credentials are reported as found. They are no part of the "
            "verdict and prove nothing by themselves."
        ),
    )


def wilson(rate: float, n: float) -> tuple[float, float]:
    """95 % interval of a measured rate (E. B. Wilson, 1927).

    Examples
    --------
    >>> [round(v, 4) for v in wilson(0.01, 600)]
    [0.0046, 0.0216]
    """
    if n <= 0:
        return 0.0, 1.0
    centre = (rate + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z * math.sqrt(rate * (1 - rate) / n + _Z**2 / (4 * n**2)) / (1 + _Z**2 / n)
    return max(centre - half, 0.0), min(centre + half, 1.0)


def _bands(report: Report, _: Words) -> list[Block]:
    engine = report.engine
    if not engine.bands:
        return [Text(_("The shipped weights hold no calibration."), "warning")]
    columns = (
        Column(_("JPEG quality"), share=1.5),
        Column(_("generated from LR"), "right", 1.2),
        Column(_("real up to LR"), "right", 1.1),
        Column(_("photographs wrongly flagged"), "right", 1.5),
        Column(_("95 % interval"), "right", 1.4),
        Column(_("generated, recognised"), "right", 1.2),
        Column(_("generated, called real"), "right", 1.2),
        Column(_("groups"), "right", 1.2),
    )
    rows = tuple(_band_row(band, k, _) for k, band in enumerate(engine.bands))
    blocks: list[Block] = [
        Text(
            _(
                "Measured on the calibration images, at the thresholds that the verdicts of this "
                "report are held against. The threshold is set for the nominal rate of {nominal} "
                "wrongly flagged photographs."
            ).format(nominal=percent(float(engine.bands[0].get("nominal_fpr") or 0)))
        ),
        Table(columns, rows),
        Text(
            _(
                "groups: independent groups of photographs / of generated images (one source or "
                "sequence counts once). 95 % interval: Wilson, for the rate of wrongly flagged "
                "photographs. Where a rate was measured in several ways, the poorest is printed. "
                "On material unlike that of the calibration the rates may be others."
            ),
            "small",
        ),
    ]
    expected = _expected(report, _)
    return [*blocks, Text(expected)] if expected else blocks


def stated(band: Mapping[str, Any], what: str) -> float:
    """Return the poorest of the rates that were measured in several ways, ``fpr`` or ``miss``."""
    found = (band.get(f"{way}_{what}") for way in ("measured", "group", "repository"))
    return max(float(rate) for rate in found if isinstance(rate, int | float))


def _band_row(band: Mapping[str, Any], index: int, _: Words) -> tuple[str, ...]:
    log10 = math.log(10)
    fpr, miss = stated(band, "fpr"), stated(band, "miss")
    low, high = (percent(end) for end in wilson(fpr, band["n_real"]))
    quality = f"{band['low']}–{band['high']}"
    return (
        _("{quality}, or no JPEG").format(quality=quality) if index == 0 else quality,
        ratio(band["threshold"] / log10),
        ratio(band["real_threshold"] / log10),
        percent(fpr),
        f"{low} – {high}",
        percent(band["measured_tpr"], 0),
        percent(miss, 0),
        f"{band['n_real']:,} / {band['n_generated']:,}",
    )


def _expected(report: Report, _: Words) -> str:
    """Say how many false alarms a report of so many images holds on average."""
    rates = [
        float(i.record["verdict"]["threshold"]["measured_fpr"])
        for i in report.items
        if not i.failed and not i.blocked
    ]
    if len(rates) < 2:
        return ""
    return _(
        "If all {n} images with an opinion in this report were photographs, about {expected} of "
        "them would be expected to be wrongly called generated at these thresholds."
    ).format(n=f"{len(rates):,}", expected=number(sum(rates), 1))


def handling_name(name: str, _: Words) -> str:
    """Return the words for a row of the evaluation."""
    head, comma, rest = name.partition(", ")
    own = {
        "raw": _("as stored"),
        "q95": _("saved as JPEG 95"),
        "q85": _("saved as JPEG 85"),
        "q75": _("saved as JPEG 75"),
        "h75": _("all alike at JPEG 75"),
        "x075": _("resized × 0.75, JPEG 90"),
        "x125": _("resized × 1.25, JPEG 90"),
        "c128": _("cropped to 128 px"),
        "container only": _("format and size only, no pixel"),
    }
    words = own.get(head, head)
    if comma:
        rest = _("unseen repositories") if rest == "unseen" else rest
        return f"{words}, {rest}"
    return words


def _evaluation(report: Report, _: Words) -> list[Block]:
    heading = Heading(_("Evaluation on test images"), 2)
    rows = report.engine.evaluation
    if not rows:
        words = _(
            "No evaluation on a test set ships with this version; the rates above are those of the "
            "calibration images alone."
        )
        return [heading, Text(words, "note")]
    columns = (
        Column(_("Handling"), share=3.6),
        Column(_("AUC (95 % interval)"), "right", 1.8),
        Column(_("recognised at 5 % false alarms"), "right", 1.4),
        Column(_("at 1 %"), "right", 0.6),
        Column(_("source attributed (95 % interval)"), "right", 1.9),
        Column(_("images"), "right", 0.7),
    )
    table = Table(columns, tuple(_evaluation_row(name, row, _) for name, row in rows.items()))
    note = _(
        "No test image took part in training or calibration; rows of unseen repositories count "
        "only images from repositories that the training holds nothing of. AUC: probability "
        "that a generated image scores above a photograph. Recognised: share of generated "
        "images above the score that 5 % (1 %) of the photographs exceed. Source attributed: "
        "balanced accuracy over photograph and the four known generators. The last row shows "
        "what the containers alone would give away: they are not used."
    )
    return [heading, table, Text(note, "small")]


def _evaluation_row(name: str, row: Mapping[str, Any], _: Words) -> tuple[str, ...]:
    def cell(key: str, digits: int = 3) -> str:
        value = row.get(key)
        return fraction(float(value), digits) if isinstance(value, int | float) else "–"

    n = row.get("n")
    return (
        handling_name(name, _),
        f"{cell('auc')}{_interval(row.get('auc_95'))}",
        cell("tpr5", 2),
        cell("tpr1", 2),
        f"{cell('attribution')}{_interval(row.get('attribution_95'))}",
        f"{n:,}" if isinstance(n, int) else "–",
    )


def _interval(ends: Any) -> str:
    """Write a 95 % interval in brackets; nothing if there is none."""
    if not isinstance(ends, list) or not all(isinstance(end, int | float) for end in ends):
        return ""
    return f" ({'–'.join(fraction(float(end), 3) for end in ends)})" if len(ends) == 2 else ""
