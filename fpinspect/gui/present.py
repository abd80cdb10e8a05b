"""The engine's JSON line to words: the classification pane and the metadata pane.

Pure functions, without Qt and without torch. What they do not know they leave out: readers of the
JSON line ignore keys that they do not know, and keys that are absent give no row.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from fpinspect.gui import present_why
from fpinspect.gui.engine_words import said
from fpinspect.gui.translation import marked, translate, translated
from fpinspect.gui.viewdata import (
    Contribution,
    FlagNote,
    MatchRow,
    Outcome,
    Role,
    Rows,
    Severity,
    SourceShare,
    VerdictView,
)
from fpinspect.wording import NBSP, fraction, number, ratio

STEPS = (
    marked("Verdict", "limited"),
    marked("Verdict", "moderate"),
    marked("Verdict", "moderately strong"),
    marked("Verdict", "strong"),
    marked("Verdict", "very strong"),
)
"""ENFSI words; each step but the last is one decade of the likelihood ratio."""
TITLES: Mapping[str, str] = {
    "real": marked("Verdict", "Real"),
    "sd1": "SD 1.x",
    "sd2": "SD 2.1",
    "biggan": "BigGAN",
    "flux": "FLUX",
    "other": marked("Verdict", "Unknown generator"),
    "unknown": marked("Verdict", "unknown generator"),
    "ldm": marked("Verdict", "Latent diffusion"),
    "stylegan2": "StyleGAN2",
    "cyclegan": "CycleGAN",
    "sdxl": "SDXL",
}
LONG_TITLES: Mapping[str, str] = {
    "sd1": "Stable Diffusion 1.x",
    "sd2": "Stable Diffusion 2.1",
    "flux": "FLUX.1",
    "sdxl": "Stable Diffusion XL",
}
FAMILIES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "log_psd": (marked("Verdict", "Spectrum, N/8 peaks"), ("peaks", "radial")),
    "autocorrelation": (marked("Verdict", "Autocorrelation"), ("lags", "cells")),
    "cooccurrence_luma": (marked("Verdict", "Co-occurrence, Y"), ("pixels",)),
    "cooccurrence_chroma": (marked("Verdict", "Co-occurrence, R − G"), ("pixels",)),
    "colour_joint": (marked("Verdict", "Colour residuals"), ("pixels",)),
    "contrast_luma": (marked("Verdict", "Contrast, Y"), ("pixels",)),
    "contrast_colour": (marked("Verdict", "Contrast, colour"), ("pixels",)),
    "contrast_patterns": (marked("Verdict", "Local patterns, Y"), ("pixels",)),
    "net": (marked("Verdict", "Net on all families"), ()),
    "fingerprint": (marked("Verdict", "Fingerprint matches"), ("cells",)),
    "calibration": (marked("Verdict", "Calibration"), ()),
}
NOT_SAID = (
    marked(
        "Verdict",
        "Who made the image, whether what it shows took place, or whether part of a photograph was "
        "altered.",
    ),
)
_AT_BOUND = 0.9
_ORDER = (Severity.BLOCKING, Severity.WARNING, Severity.INFO)
_OPINIONS = {
    Outcome.GENERATED: marked("Verdict", "Generated"),
    Outcome.REAL: marked("Verdict", "Real"),
    Outcome.INCONCLUSIVE: marked("Verdict", "Inconclusive"),
}


def title(label: str, titles: Mapping[str, str] | None = None) -> str:
    """Return the words for a source's label."""
    return (titles or {}).get(label) or translated("Verdict", TITLES.get(label, label))


def opinion(answer: str) -> str:
    """Return the word for an answer; empty for none."""
    return translated("Verdict", _OPINIONS[Outcome(answer)]) if answer else ""


def working(
    message: str, previous: VerdictView | None = None, progress: float | None = None
) -> VerdictView:
    """Return the state while an item is inspected; the old verdict stays, greyed."""
    base = previous or VerdictView()
    return replace(base, outcome=Outcome.WORKING, message=message, progress=progress)


def verdict(
    record: Mapping[str, Any] | None, *, titles: Mapping[str, str] | None = None
) -> VerdictView:
    """Put a JSON line into words.

    Parameters
    ----------
    record : mapping or None
        ``Inspection.to_dict()`` or an error record; None when nothing is selected.
    titles : mapping of str to str, optional
        Titles of the bank's entries, by label.
    """
    if record is None:
        return VerdictView()
    if record.get("status") != "ok" or not record.get("verdict"):
        message = record.get("error") or translate("Verdict", "The item could not be inspected.")
        return VerdictView(
            outcome=Outcome.ERROR, word=translate("Verdict", "Not read"), message=said(str(message))
        )
    found = record["verdict"]
    flags = flag_notes(record.get("applicability") or ())
    if any(flag.severity is Severity.BLOCKING for flag in flags):
        return VerdictView(
            outcome=Outcome.BLOCKED,
            word=translate("Verdict", "No opinion"),
            support=translate("Verdict", "A rule forbids an opinion on this image"),
            flags=flags,
        )
    outcome = Outcome(found["answer"])
    log10_lr, bound = float(found["log10_lr"]), _bound(found)
    return VerdictView(
        outcome=outcome,
        word=translated("Verdict", _OPINIONS[outcome]),
        support=_support(outcome, log10_lr),
        log10_lr=log10_lr,
        bound=bound,
        numbers=_numbers(found, log10_lr, bound),
        rates_basis=said(str((found.get("threshold") or {}).get("basis") or "")),
        sentence=_sentence(outcome, found, log10_lr, bound, titles),
        odds_note=_odds_note(found),
        sources=sources(found, titles),
        contributions=contributions(found.get("families") or {}),
        matches=matches(record.get("matches") or {}, titles),
        flags=flags,
        explanation=present_why.paragraphs(
            record, {**{label: title(label) for label in TITLES}, **(titles or {})}
        ),
        set_words=_set_words(found),
        not_said=tuple(translated("Verdict", words) for words in NOT_SAID),
    )


def strength(log10_lr: float) -> str:
    """Return the ENFSI word for a likelihood ratio.

    Examples
    --------
    >>> strength(0.4), strength(-1.0), strength(3.2), strength(9.0)
    ('limited', 'limited', 'strong', 'very strong')
    """
    return STEPS[min(max(math.ceil(abs(log10_lr)) - 1, 0), len(STEPS) - 1)]


def _bound(found: Mapping[str, Any]) -> float:
    """log10 of the largest ratio that the calibration carries on the side of the answer."""
    given = found.get("bound")
    if isinstance(given, int | float):
        return abs(float(given))
    # Photographs bound what can be said for "generated", generated images the other side.
    threshold = found.get("threshold") or {}
    n = threshold.get("n" if float(found["log10_lr"]) >= 0 else "n_generated") or 0
    return math.log10(n) if n > 1 else 0.0


def _support(outcome: Outcome, log10_lr: float) -> str:
    sides = (
        translate("Verdict", "generated over photograph"),
        translate("Verdict", "photograph over generated"),
    )
    word = translate("Verdict", "{strength} support for {sides}").format(
        strength=translated("Verdict", strength(log10_lr)), sides=sides[log10_lr < 0]
    )
    if outcome is Outcome.INCONCLUSIVE:
        return translate("Verdict", "Too weak to decide: {word}").format(word=word)
    return word[0].upper() + word[1:]


def _about(log10_lr: float, bound: float) -> str:
    return (
        translate("Verdict", "at least")
        if bound and abs(log10_lr) >= _AT_BOUND * bound
        else translate("Verdict", "about")
    )


def _times(log10_lr: float, bound: float) -> str:
    return translate("Verdict", "{about} {number} times").format(
        about=_about(log10_lr, bound), number=ratio(abs(log10_lr)).removesuffix(" : 1")
    )


def _sentence(
    outcome: Outcome,
    found: Mapping[str, Any],
    log10_lr: float,
    bound: float,
    titles: Mapping[str, str] | None,
) -> str:
    times = _times(log10_lr, bound)
    if log10_lr < 0:
        core = translate(
            "Verdict",
            "These traces are {times} more probable if the image is a "
            "photograph than if it was generated",
        ).format(times=times)
    else:
        core = translate(
            "Verdict",
            "These traces are {times} more probable if the image was generated "
            "than if it is a photograph",
        ).format(times=times)
    if outcome is Outcome.INCONCLUSIVE:
        return translate(
            "Verdict",
            "{core}: on either side of this, photographs and generated images are confused.",
        ).format(core=core)
    if outcome is Outcome.REAL:
        return f"{core}."
    source = str(found.get("source", "unknown"))
    if source in {"unknown", "other"}:
        return translate(
            "Verdict",
            "{core}; none of the known generators fits clearly better than an unknown one.",
        ).format(core=core)
    name = LONG_TITLES.get(source) or title(source, titles)
    return translate("Verdict", "{core}; among the known generators they fit {name} best.").format(
        core=core, name=name
    )


def _numbers(found: Mapping[str, Any], log10_lr: float, bound: float) -> Rows:
    rows = [(translate("Verdict", "log₁₀ LR"), number(log10_lr, 1, sign=True))]
    rows.append(
        (translate("Verdict", "Likelihood ratio"), f"{_about(log10_lr, bound)} {ratio(log10_lr)}")
    )
    if bound:
        rows.append((translate("Verdict", "Bound of the calibration (hatched)"), ratio(bound)))
    threshold = found.get("threshold") or {}
    sides = ("measured_miss", translate("Verdict", "Generated images passed as real"))
    if found.get("answer") != "real" or not threshold.get(sides[0]):
        sides = ("measured_fpr", translate("Verdict", "Photographs wrongly flagged"))
    rate = threshold.get(sides[0])
    if isinstance(rate, int | float):
        rows.append((sides[1], f"{number(100 * rate, 1)}{NBSP}%"))
    return tuple(rows)


def _set_words(found: Mapping[str, Any]) -> str:
    """Say what the diamond beside a source means."""
    coverage = (found.get("conformal") or {}).get("coverage", 0.95)
    return translate("Verdict", "in the {percent}\u00a0% set").format(
        percent=number(100 * float(coverage))
    )


def _odds_note(found: Mapping[str, Any]) -> str:
    p = float(found.get("p_generated", 0.5))
    text = fraction(p, 3)
    if 0.9995 <= p < 1:
        text = translate("Verdict", "above .999")
    elif 0 < p < 0.0005:
        text = translate("Verdict", "below\u00a0.001")
    return translate(
        "Verdict",
        "The ratio is generated against photograph. At even prior odds it "
        "makes the probability of generated {text}; other prior odds "
        "change that probability, not the ratio.",
    ).format(text=text)


def sources(
    found: Mapping[str, Any], titles: Mapping[str, str] | None = None
) -> tuple[SourceShare, ...]:
    """Return the bars of the source list, largest first, an unknown generator last of equals."""
    shares = found.get("sources") or {}
    inside = set(found.get("source_set") or ())
    ranked = sorted(shares, key=lambda label: (-shares[label], label == "other"))
    best = next((label for label in ranked if label != "real"), None)
    roles = {"real": Role.REAL, best: Role.MATCH}
    return tuple(
        SourceShare(
            label,
            title(label, titles),
            float(shares[label]),
            label in inside,
            roles.get(label, Role.OTHER),
        )
        for label in ranked
    )


def contributions(families: Mapping[str, float]) -> tuple[Contribution, ...]:
    """Return the families' shares of log10 LR, largest first, the calibration's own last."""
    made = []
    for name, value in families.items():
        words, where = FAMILIES.get(name, (name.replace("_", " ").capitalize(), ()))
        made.append(Contribution(name, translated("Verdict", words), float(value), where))
    return tuple(sorted(made, key=lambda c: (c.name == "calibration", -abs(c.log10_lr))))


def matches(
    found: Mapping[str, Mapping[str, Any]], titles: Mapping[str, str] | None = None
) -> tuple[MatchRow, ...]:
    """Return the rows of the match table: smallest p first, then the largest correlation."""
    rows = [
        MatchRow(
            label=label,
            title=title(label, titles),
            aligned=float(one["aligned"]),
            folded=float(one["folded"]),
            shift=(int(one["shift"][0]), int(one["shift"][1])),
            p_value=float(one["p_value"]),
            null_images=int(one.get("null_images", 0)),
        )
        for label, one in found.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.p_value, -row.folded)))


def flag_notes(flags: Sequence[Mapping[str, Any]]) -> tuple[FlagNote, ...]:
    """Return the flags, worst first."""
    notes = [
        FlagNote(Severity(f["severity"]), said(str(f["message"])), str(f["code"])) for f in flags
    ]
    return tuple(sorted(notes, key=lambda note: _ORDER.index(note.severity)))
