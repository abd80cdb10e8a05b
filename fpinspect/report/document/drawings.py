"""The report's own graphics: verbal scale, shares, contributions, radial profile, tile map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from fpinspect.report.document.vector import (
    LABEL_SIZE,
    Colour,
    Drawing,
    Label,
    Rect,
    Stroke,
    diamond,
    line,
)
from fpinspect.wording import number, probability

if TYPE_CHECKING:
    from fpinspect.report.i18n import Words

F32 = npt.NDArray[np.float32]
Role = Literal["image", "match", "real"]
STEPS = 5
"""Steps of the verbal scale; each but the last is one decade of the likelihood ratio."""
_CURVES: dict[Role, tuple[Colour, float]] = {
    "image": ("text", 1.2),
    "match": ("generated", 1.0),
    "real": ("real", 1.0),
}


def strength_scale(
    log10_lr: float, bound: float, *, answer: str, _: Words, width: float = 300.0
) -> Drawing:
    """Draw a likelihood ratio on the verbal scale of its side.

    Parameters
    ----------
    log10_lr : float
        Generated to photograph.
    bound : float
        log10 of what the calibration data can carry on this side; beyond it is hatched.
    answer : str
        Decides the colour; no fill unless generated or real.
    width : float
        Points.
    """
    steps = (_("limited"), _("moderate"), _("moderately strong"), _("strong"), _("very strong"))
    drawn = Drawing(width, 44, _("Verbal scale of the likelihood ratio"))
    step, top, bar = width / STEPS, 12.0, 7.0
    at = min(abs(log10_lr), float(STEPS)) * step
    drawn.add(Rect(0, top, width, bar, fill="track"))
    if 0 < bound < STEPS:
        drawn.add(*_hatched(bound * step, top, width, bar))
    if answer in {"generated", "real"}:
        drawn.add(Rect(0, top, at, bar, fill="generated" if answer == "generated" else "real"))
    for k in range(1, STEPS):
        drawn.add(line(k * step, top, k * step, top + bar, "paper", 1.2))
    drawn.add(Stroke(((at - 3.5, 4), (at + 3.5, 4), (at, top - 1.5)), None, fill="text"))
    for k, name in enumerate(steps):
        drawn.add(Label((k + 0.5) * step, top + 16.5, name, 7, "middle", bold=_holds(k, log10_lr)))
    for k, name in enumerate(("1", "10", "100", "1,000", "10,000")):
        anchor: Literal["start", "middle"] = "start" if k == 0 else "middle"
        drawn.add(Label(k * step, top + 26.5, name, 6.5, anchor, "muted"))
    return drawn


def _holds(step: int, log10_lr: float) -> bool:
    """Tell whether a ratio lies on a step: each holds its upper end, the last all above."""
    size = abs(log10_lr)
    return step < size <= step + 1 or (step == 0 and size == 0) or (size > STEPS == step + 1)


def _hatched(x: float, y: float, end: float, height: float) -> list[Stroke]:
    """Hatch the part of the scale that the calibration data cannot carry."""
    strokes, step = [], 3.0
    start = x
    while start < end:
        stop = min(start + height, end)
        strokes.append(line(start, y + height, stop, y + height - (stop - start), "frame", 0.4))
        start += step
    return strokes


def share_bars(
    rows: Sequence[tuple[str, float, bool, Role | Literal["other"]]],
    *,
    title: str,
    width: float = 236.0,
) -> Drawing:
    """Draw the sources' shares: name, bar, number, a diamond for those of the 95 % set."""
    pitch, left = 12.0, 96.0
    room = width - left - 46
    drawn = Drawing(width, pitch * len(rows) + 2, title)
    for k, (name, share, inside, role) in enumerate(rows):
        y = pitch * k + 9
        colour: Colour = {"match": "generated", "real": "real"}.get(role, "frame")  # type: ignore[assignment]
        drawn.add(
            Label(0, y, shortened(name, 21), bold=k == 0),
            Rect(left, y - 6, room, 6, fill="track"),
            Rect(left, y - 6, max(room * min(max(share, 0.0), 1.0), 0.5), 6, fill=colour),
            Label(left + room + 28, y, probability(share), anchor="end", bold=k == 0),
        )
        if inside:
            drawn.add(diamond(left + room + 37, y - 2.6, 3.0, "text"))
    return drawn


def contribution_bars(
    rows: Sequence[tuple[str, float]], *, title: str, width: float = 236.0
) -> Drawing:
    """Draw what each family adds to log10 LR: to the right for generated, left for photograph."""
    pitch, left, right = 12.0, 96.0, 36.0
    room = width - left - right
    reach = max((abs(v) for _, v in rows), default=1.0) or 1.0
    low = min(0.0, min((v for _, v in rows), default=0.0))
    high = max(0.0, max((v for _, v in rows), default=0.0))
    per = room / max(high - low, 0.1 * reach)
    zero = left - low * per
    drawn = Drawing(width, pitch * len(rows) + 2, title)
    for k, (name, value) in enumerate(rows):
        y = pitch * k + 9
        x = zero if value >= 0 else zero + value * per
        drawn.add(
            Label(0, y, shortened(name, 21)),
            Rect(
                x, y - 6, max(abs(value) * per, 0.4), 6, fill="generated" if value > 0 else "real"
            ),
            Label(width, y, number(value, 2, sign=True), anchor="end"),
        )
    drawn.add(line(zero, 0, zero, pitch * len(rows) + 2, "muted", 0.5))
    return drawn


@dataclass(frozen=True, slots=True)
class Profile:
    """A radial profile with the quartiles over the images of a reference, if it is one."""

    label: str
    role: Role
    freq_cpp: F32
    db: F32
    half: F32 | None = None


def radial_plot(profiles: Sequence[Profile], *, _: Words, width: float = 490.0) -> Drawing:
    """Draw radial profiles of the log-magnitude over the quartile bands of references.

    Parameters
    ----------
    profiles : sequence of Profile
        dB re. the median over 0.08-0.5 cycles/px; references first.
    """
    height, left, top, bottom, legend = 132.0, 34.0, 6.0, 26.0, 150.0
    right, base = width - legend, height - bottom
    drawn = Drawing(width, height, _("Radial profile of the log-magnitude"))
    low, high, step = _range(profiles)

    def x(freq: float) -> float:
        return left + (right - left) * freq / 0.5

    def y(db: float) -> float:
        return base - (base - top) * (min(max(db, low), high) - low) / (high - low)

    for db in np.arange(low, high + step / 2, step):
        drawn.add(
            line(left, y(float(db)), right, y(float(db)), "line"),
            Label(left - 4, y(float(db)) + 2.4, number(float(db), sign=db != 0), anchor="end"),
        )
    for freq in (0.0, 0.125, 0.25, 0.375, 0.5):
        drawn.add(
            line(x(freq), base, x(freq), base + 3),
            Label(x(freq), base + 10.5, f"{freq:.3f}" if freq else "0", anchor="middle"),
        )
    drawn.add(line(left, base, right, base), line(left, top, left, base))
    drawn.add(
        Label(
            (left + right) / 2, height - 2, _("frequency, cycles/px"), LABEL_SIZE, "middle", "muted"
        ),
        Label(8, (top + base) / 2, _("level, dB"), LABEL_SIZE, "middle", "muted", upright=True),
    )
    for profile in profiles:
        colour, thick = _CURVES[profile.role]
        pairs = list(zip(profile.freq_cpp.tolist(), profile.db.tolist(), strict=True))
        if profile.half is not None:
            half = profile.half.tolist()
            upper = [(x(f), y(v + h)) for (f, v), h in zip(pairs, half, strict=True)]
            lower = [(x(f), y(v - h)) for (f, v), h in zip(pairs, half, strict=True)]
            drawn.add(Stroke((*upper, *lower[::-1]), None, fill=colour, opacity=0.16))
        drawn.add(Stroke(tuple((x(f), y(v)) for f, v in pairs), colour, thick))
    for k, profile in enumerate(reversed(profiles)):
        colour, thick = _CURVES[profile.role]
        at = top + 8 + 22 * k
        drawn.add(
            line(right + 14, at - 2.5, right + 30, at - 2.5, colour, thick),
            Label(right + 35, at, shortened(profile.label, 30), bold=profile.role == "image"),
        )
        if profile.half is not None:
            drawn.add(
                Label(right + 35, at + 8.5, _("band: quartiles of its images"), 6.5, colour="muted")
            )
    return drawn


def _range(profiles: Sequence[Profile]) -> tuple[float, float, float]:
    """Return round ends that hold every curve with its band, and the step of the ticks."""
    ends = [p.db for p in profiles]
    ends += [p.db + sign * p.half for p in profiles if p.half is not None for sign in (-1, 1)]
    levels = np.concatenate([level[np.isfinite(level)] for level in ends])
    low, high = float(levels.min()), float(levels.max())
    step = next(s for s in (1.0, 2.0, 5.0, 10.0, 20.0, 1e9) if (high - low) / s <= 7)
    return float(np.floor(low / step) * step), float((np.floor(high / step) + 1) * step), step


@dataclass(frozen=True, slots=True)
class Tile:
    """A judged part of the image: position and size in stored px, its own log10 LR."""

    x: int
    y: int
    width: int
    height: int
    log10_lr: float


def tile_map(
    tiles: Sequence[Tile], size: tuple[int, int], *, _: Words, width: float = 236.0
) -> Drawing:
    """Draw the image's tiles, each with its own log10 likelihood ratio, on the stored lattice.

    Parameters
    ----------
    tiles : sequence of Tile
        At least one.
    size : tuple of int
        Width and height of the image, px.
    """
    per = min(width / size[0], 190.0 / size[1])
    drawn = Drawing(width, size[1] * per + 1, _("Map of the tiles"))
    drawn.add(Rect(0.5, 0.5, size[0] * per - 1, size[1] * per - 1, fill="track", colour="frame"))
    reach = max(abs(t.log10_lr) for t in tiles) or 1.0
    for tile in tiles:
        x, y, w, h = tile.x * per, tile.y * per, tile.width * per, tile.height * per
        colour: Colour = "generated" if tile.log10_lr > 0 else "real"
        share = 0.12 + 0.68 * abs(tile.log10_lr) / reach
        drawn.add(
            Rect(x + 0.5, y + 0.5, w - 1, h - 1, fill=colour, opacity=share),
            Rect(x + 0.5, y + 0.5, w - 1, h - 1, colour="frame"),
        )
    for tile in tiles:
        x, y = (tile.x + tile.width / 2) * per, (tile.y + tile.height / 2) * per
        text = number(tile.log10_lr, 1, sign=True)
        drawn.add(Label(x, y + 2.5, text, 7 if tile.width * per > 22 else 5.5, "middle"))
    return drawn


def shortened(text: str, most: int) -> str:
    """Cut a label in the middle: both ends of a name tell it apart."""
    if len(text) <= most:
        return text
    head = (most - 1) // 2
    return f"{text[:head]}…{text[len(text) - (most - 1 - head) :]}"
