"""What a verdict rests on, from the JSON line: tiles, carrying frequencies, words.

Pure functions, without Qt and without torch; keys that are absent give nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fpinspect.gui.engine_words import said
from fpinspect.gui.translation import translate
from fpinspect.gui.viewdata import Peak, TileMap, upward
from fpinspect.wording import number, probability, with_unit

_MOST_NAMED = 4


def tile_map(record: Mapping[str, Any]) -> TileMap | None:
    """Return the log-odds per tile (``explanation.tiles``), None where there are none."""
    tiles = _explanation(record).get("tiles") or ()
    if not tiles:
        return None
    return TileMap(
        tuple((int(t["y"]), int(t["x"]), int(t["h"]), int(t["w"])) for t in tiles),
        tuple(float(t["log10_lr"]) for t in tiles),
    )


def carriers(record: Mapping[str, Any], carries: str) -> tuple[Peak, ...]:
    """Return the frequencies that carry the verdict (``explanation.frequencies``), both halves.

    Parameters
    ----------
    record : mapping
        The JSON line.
    carries : str
        Contribution that they belong to.
    """
    found = []
    for one in _explanation(record).get("frequencies") or ():
        fx, fy, share = (float(one[key]) for key in ("fx", "fy", "log10_lr"))
        for sign in (1.0, -1.0):
            x, y = sign * fx + 0.0, sign * fy + 0.0
            label = f"{frequency(x)}, {frequency(upward(y))}"
            found.append(Peak(x, y, label, carries, share))
    return tuple(found)


def joined(lattice: Sequence[Peak], carrying: Sequence[Peak], reach: float) -> tuple[Peak, ...]:
    """Join peaks of the lattice and those that carry; of two closer than `reach` the latter.

    Only measured frequencies are said to carry the verdict, if any were measured.
    """
    if not carrying:
        return tuple(lattice)
    far = [
        Peak(peak.fx, peak.fy, peak.label)
        for peak in lattice
        if all(max(abs(peak.fx - c.fx), abs(peak.fy - c.fy)) > reach for c in carrying)
    ]
    return (*carrying, *far)


def half_width(record: Mapping[str, Any]) -> float:
    """Return how far a carrying frequency reaches, cycles/px; a bin of 128 at least."""
    found = _explanation(record).get("frequencies") or ()
    return max([1 / 128, *(float(one.get("half_width", 0.0)) for one in found)])


def paragraphs(record: Mapping[str, Any], titles: Mapping[str, str]) -> tuple[str, ...]:
    """Put the explanation into paragraphs.

    Parameters
    ----------
    record : mapping
        The JSON line; ``explanation`` may also be a text, or a list of them.
    titles : mapping of str to str
        Words for labels.
    """
    given = record.get("explanation")
    if isinstance(given, str):
        return (said(given),)
    if isinstance(given, list | tuple):
        return tuple(said(str(part)) for part in given)
    robust = record.get("robust") or {}
    told = [said(str(robust["sentence"]))] if robust.get("sentence") else []
    return (*_sentences(_explanation(record), titles), *told)


def _explanation(record: Mapping[str, Any]) -> Mapping[str, Any]:
    given = record.get("explanation")
    return given if isinstance(given, Mapping) else {}


def _sentences(given: Mapping[str, Any], titles: Mapping[str, str]) -> Iterator[str]:
    if given.get("sentence"):
        yield said(str(given["sentence"]))
    near = given.get("nearest")
    if near:
        name = titles.get(near["label"], near["label"])
        p = probability(float(near["p_value"]))
        if p.startswith("<"):
            p = translate("Verdict", "below\u00a0.001")
        folded = with_unit(number(float(near["folded"]), 1), "σ")
        yield translate(
            "Verdict", "Nearest stored fingerprint: {name}, match {folded}, p\u00a0{p}."
        ).format(name=name, folded=folded, p=p)
    carrying = [f for f in given.get("frequencies") or () if abs(float(f["log10_lr"])) >= 0.05]
    if carrying:
        named = "; ".join(
            f"{frequency(float(f['fx']))}, {frequency(upward(float(f['fy'])))} "
            f"({number(float(f['log10_lr']), 1, sign=True)})"
            for f in carrying[:_MOST_NAMED]
        )
        yield (
            translate(
                "Verdict",
                "Without these frequencies, in cycles/px, log₁₀ LR would lose: "
                "{named}. They have double rings in the log-magnitude.",
            ).format(named=named)
        )
    lags = [f for f in given.get("lags") or () if abs(float(f["log10_lr"])) >= 0.05]
    if lags:
        named = "; ".join(
            f"{number(int(f['dx']))}, {number(int(f['dy']))} "
            f"({number(float(f['log10_lr']), 1, sign=True)})"
            for f in lags[:_MOST_NAMED]
        )
        yield translate("Verdict", "Lags (dx, dy in px) that carry most: {named}.").format(
            named=named
        )
    tiles = given.get("tiles") or ()
    if len(tiles) > 1:
        values = [float(t["log10_lr"]) for t in tiles]
        low, high = (number(v, 1, sign=True) for v in (min(values), max(values)))
        yield (
            translate(
                "Verdict",
                "Its %n tile(s), each by itself, give log₁₀ LR from {low} to "
                "{high}: the heat map (H) lays them over the image.",
                "",
                len(tiles),
            ).format(low=low, high=high)
        )


def frequency(value: float) -> str:
    """Write a frequency in eighths where it is one, else with three digits.

    Examples
    --------
    >>> frequency(0.125), frequency(-0.375), frequency(0.5), frequency(0.2), frequency(0.0)
    ('1/8', '−3/8', '1/2', '0.200', '0')
    """
    eighths = value * 8
    if abs(eighths - round(eighths)) > 1e-6:
        return number(value, 3)
    n = abs(round(eighths))
    text = {0: "0", 2: "1/4", 4: "1/2"}.get(n, f"{n}/8")
    return f"−{text}" if round(eighths) < 0 else text
