"""What the verdict rests on: tiles, nearest reference, frequencies and lags, and one sentence.

In the JSON line, key ``explanation`` (null in error records)::

    {"sentence": str,                 one sentence to quote, never stronger than the ratio
     "tiles": [{"y", "x", "h", "w": int px, "log10_lr": float}, ...],   reading order
     "tiles_disagree": bool,          parts of the image speak for different sides
     "nearest": null | {"label": str, "distance": float, "folded": float, "p_value": float,
                        "shift": [dy, dx]},
     "frequencies": null | [{"fy", "fx", "half_width": float cycles/px, "log10_lr": float}, ...],
     "lags": null | [{"dy", "dx": int px, "log10_lr": float}, ...]}

``fy`` and ``dy`` grow downwards, as the rows do; reports and the window write ``fy`` upwards.
``frequencies`` and ``lags`` hold the few strongest, strongest first, and are null unless asked for
(``InspectionParams.explain``): they are measured by taking frequencies out of the pixels, see
`fpinspect.verdict.occlusion`. The families' shares are in ``verdict.families``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from fpinspect.evidence.image import Flag, Severity
from fpinspect.verdict import applicability
from fpinspect.wording import times

if TYPE_CHECKING:
    from fpinspect.fingerprint.match import Match
    from fpinspect.verdict.assess import Verdict
    from fpinspect.verdict.occlusion import Carrier, LagShare

NAMES: Mapping[str, str] = {
    "sd1": "Stable Diffusion 1.x",
    "sd2": "Stable Diffusion 2.x",
    "biggan": "BigGAN",
    "flux": "FLUX",
}
"""Sources as the sentence names them; any other label is named as it is."""


@dataclass(frozen=True, slots=True)
class TileOdds:
    """The opinion on one tile alone.

    Attributes
    ----------
    y, x, h, w : int
        First row and column and size in pixels, stored lattice.
    log10_lr : float
        Bounded log10 likelihood ratio, generated to real, that this tile gives by itself.
    """

    y: int
    x: int
    h: int
    w: int
    log10_lr: float


@dataclass(frozen=True, slots=True)
class Nearest:
    """The stored fingerprint that the residual is nearest to.

    Attributes
    ----------
    label : str
        Of the bank's entry.
    distance : float
        Correlation distance on the lattice, 1 - aligned correlation: 0 equal, 1 unrelated.
    folded : float
        Shift-free match in standard deviations of noise.
    p_value : float
        Share of real photographs that match at least as well.
    shift : tuple of int
        (dy, dx) of the match.
    """

    label: str
    distance: float
    folded: float
    p_value: float
    shift: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the verdict rests on; see the module's text for the JSON.

    Attributes
    ----------
    sentence : str
        One sentence that can be quoted.
    tiles : tuple of TileOdds
        In reading order.
    tiles_disagree : bool
        Whether parts of the image speak for different sides.
    nearest : Nearest or None
        None with an empty bank.
    frequencies : tuple of Carrier or None
        The strongest frequencies; None where they were not asked for.
    lags : tuple of LagShare or None
        The strongest lags; None where they were not asked for.
    """

    sentence: str
    tiles: tuple[TileOdds, ...]
    tiles_disagree: bool
    nearest: Nearest | None
    frequencies: tuple[Carrier, ...] | None = None
    lags: tuple[LagShare, ...] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as in the JSON line."""
        return {
            "sentence": self.sentence,
            "tiles": [asdict(tile) for tile in self.tiles],
            "tiles_disagree": self.tiles_disagree,
            "nearest": _plain(self.nearest),
            "frequencies": _plain_list(self.frequencies),
            "lags": _plain_list(self.lags),
        }


def _plain(found: Nearest | None) -> dict[str, Any] | None:
    return None if found is None else {**asdict(found), "shift": list(found.shift)}


def _plain_list(found: Sequence[Any] | None) -> list[dict[str, Any]] | None:
    return None if found is None else [asdict(item) for item in found]


def nearest(matches: Mapping[str, Match]) -> Nearest | None:
    """Pick the entry with the least p-value, then the greatest folded match."""
    if not matches:
        return None
    label = min(matches, key=lambda name: (matches[name].p_value, -matches[name].folded))
    best = matches[label]
    return Nearest(label, 1.0 - best.aligned, best.folded, best.p_value, best.shift)


def sentence(verdict: Verdict, flags: Sequence[Flag]) -> str:
    """One honest sentence on the verdict.

    Parameters
    ----------
    verdict : Verdict
        The opinion.
    flags : sequence of Flag
        What weakens it; a blocking one forbids the sentence to lean to either side.
    """
    blocking = [flag for flag in flags if flag.severity is Severity.BLOCKING]
    if blocking:
        return f"No opinion is given on this image: {_reason(blocking[0])}"
    side, other = ("a generated image", "a photograph")
    if verdict.log10_lr < 0:
        side, other = other, side
    core = f"about {times(verdict.log10_lr)} times as likely in {side} as in {other}"
    codes = {flag.code for flag in flags}
    tail = _reservations(flags)
    if "tiles_disagree" in codes:
        tail += ", and parts of the image disagree"
    if "not_robust" in codes:
        return (
            "The pixels do not decide whether a generator made this image: small crops and "
            f"recompressions turn the answer round{tail}."
        )
    if verdict.answer == "inconclusive":
        return (
            "The pixels do not decide whether a generator made this image: their traces are "
            f"{core}, and at that level the two are still confused{tail}."
        )
    rate = verdict.threshold.measured_fpr
    if verdict.answer == "real":
        return (
            f"The pixels give {verdict.strength} support for a real photograph: their traces are "
            f"{core}, which does not rule out a generator unlike those known here{tail}."
        )
    return (
        f"The pixels give {verdict.strength} support for an image made by a generator"
        f"{_by(verdict.source)}: their traces are {core}, and {_one_in(rate)} real images "
        f"reached that answer in tests{tail}."
    )


def _by(source: str) -> str:
    if source in ("unknown", "other", "real"):
        return " that cannot be named"
    return f", most like {NAMES.get(source, source)}"


def _one_in(rate: float) -> str:
    if rate <= 0:
        return "none of the"
    return f"about 1 in {max(round(1 / rate), 1):,}"


def _reservations(flags: Sequence[Flag]) -> str:
    words = [
        applicability.SHORT[flag.code]
        for flag in flags
        if flag.severity is Severity.WARNING and flag.code in applicability.SHORT
    ]
    return f", weakened by {_and(words)}" if words else ""


def _and(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _reason(flag: Flag) -> str:
    text = flag.message.rstrip(".")
    # A size stays as it is, a sentence goes on in lower case.
    return f"{text[0].lower()}{text[1:]}."
