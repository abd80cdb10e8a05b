"""What the engine says beyond the verdict, read tolerantly: tiles, explanation, robustness.

These keys are newer than the schema's first version and absent from older results. What has a
form that is not known here is left out: the JSON beside the report has it whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fpinspect.report.document.drawings import Tile
from fpinspect.wording import number

if TYPE_CHECKING:
    from fpinspect.report.i18n import Words

_SIDES = {"width": ("w", "width", "side"), "height": ("h", "height", "side")}
MOST_CARRIERS = 3


def tiles(record: Mapping[str, Any]) -> tuple[Tile, ...]:
    """Return the tiles of an inspection with their own log10 likelihood ratios."""
    made = (_tile(one) for one in _list(record, "tiles"))
    return tuple(tile for tile in made if tile is not None)


def _explanation(record: Mapping[str, Any]) -> Mapping[str, Any]:
    found = record.get("explanation")
    return found if isinstance(found, Mapping) else {}


def _list(record: Mapping[str, Any], key: str) -> Sequence[Any]:
    found = _explanation(record).get(key)
    return found if isinstance(found, list | tuple) else ()


def _tile(one: Any) -> Tile | None:
    if not isinstance(one, Mapping):
        return None
    width, height = (
        next((one[k] for k in names if _is_number(one.get(k))), None) for names in _SIDES.values()
    )
    x, y, value = one.get("x"), one.get("y"), one.get("log10_lr")
    found = [float(v) for v in (x, y, width, height, value) if v is not None and _is_number(v)]
    if len(found) < 5:
        return None
    left, top, across, down, log10_lr = found
    return Tile(int(left), int(top), int(across), int(down), log10_lr)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def disagree(record: Mapping[str, Any], found: Sequence[Tile]) -> bool:
    """Tell whether tiles contradict each other: the engine's word, else tiles on both sides."""
    said = _explanation(record).get("tiles_disagree")
    if isinstance(said, bool):
        return said and len(found) > 1
    return any(t.log10_lr > 0 for t in found) and any(t.log10_lr < 0 for t in found)


def carriers(record: Mapping[str, Any], _: Words) -> tuple[str, ...]:
    """Say which frequencies and lags carry the verdict, where that was measured."""
    lines = []
    for one in _list(record, "frequencies")[:MOST_CARRIERS]:
        if isinstance(one, Mapping) and all(_is_number(one.get(k)) for k in ("fx", "fy")):
            text = _("Frequency fx {x}, fy {y} cycles/px: {share}")
            lines.append(
                text.format(
                    x=number(one["fx"], 3),
                    y=number(-one["fy"], 3),  # written upwards, as along the axis of the pictures
                    share=number(float(one.get("log10_lr") or 0), 2, sign=True),
                )
            )
    for one in _list(record, "lags")[:MOST_CARRIERS]:
        if isinstance(one, Mapping) and all(_is_number(one.get(k)) for k in ("dx", "dy")):
            text = _("Lag dy {y}, dx {x} px: {share}")
            lines.append(
                text.format(
                    x=number(one["dx"]),
                    y=number(one["dy"]),
                    share=number(float(one.get("log10_lr") or 0), 2, sign=True),
                )
            )
    return tuple(lines)


def members(record: Mapping[str, Any]) -> tuple[tuple[str, float, str], ...]:
    """Return handling, log10 LR and answer of each repetition of the robustness ensemble."""
    robust = record.get("robust")
    found = robust.get("members") if isinstance(robust, Mapping) else None
    rows = []
    for one in found if isinstance(found, list | tuple) else ():
        if isinstance(one, Mapping) and _is_number(one.get("log10_lr")):
            rows.append(
                (str(one.get("handling", "")), float(one["log10_lr"]), str(one.get("answer", "")))
            )
    return tuple(rows)


def handling_words(handling: str, _: Words) -> str:
    """Return the words for a handling such as ``crop 3,5 + JPEG 90``."""
    cut, _plus, coded = handling.partition(" + ")
    words = [_("as it is")] if cut == "whole" else []
    found = re.fullmatch(r"crop (\d+),(\d+)", cut)
    if found:
        part = _("{rows} rows, {columns} columns cut")
        words = [part.format(rows=found[1], columns=found[2])]
    quality = re.fullmatch(r"JPEG (\d+)", coded)
    if not words or (coded and not quality):
        return handling
    if quality:
        words.append(_("JPEG {quality}").format(quality=quality[1]))
    return ", ".join(words)


def sentence(value: Any) -> str:
    """Return the sentence of an explanation, whatever holds it; empty if there is none."""
    if isinstance(value, Mapping):
        value = value.get("sentence")
    return value if isinstance(value, str) else ""
