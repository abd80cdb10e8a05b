"""Actions of the menus to the analyst's options, and back; options to plain data, and back."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from fpinspect.gui.viewoptions import (
    Component,
    Estimate,
    Levels,
    Row,
    Scale,
    ViewOptions,
    Window,
)

_log = logging.getLogger(__name__)

_CHOICES: Mapping[str, tuple[str, type]] = {
    "of": ("of", Component),
    "scale": ("scale", Scale),
    "estimate": ("estimate", Estimate),
    "window": ("window", Window),
    "levels": ("levels", Levels),
    "map": ("magnitude_map", str),
}
_TOGGLES: Mapping[str, str] = {
    "folded": "folded",
    "against_real": "against_real",
    "remove_axes": "remove_axes",
    "denoised_picture": "denoised_picture",
    "peaks": "show_peaks",
    "peak_labels": "peak_labels",
    "tiles": "tiles",
}
_ROWS = {f"row_{row.value}": row for row in Row}
_PERCENTILE = 1.0


def changed_by(options: ViewOptions, action: str, on: bool) -> ViewOptions | None:
    """Return the options after an action, None if it is none of theirs.

    The last row that is shown cannot be hidden.
    """
    if action in _TOGGLES:
        return replace(options, **{_TOGGLES[action]: on})
    if action == "percentile":
        return replace(options, percentile=_PERCENTILE if on else None)
    if action in _ROWS:
        shown = set(options.rows) | {_ROWS[action]} if on else set(options.rows) - {_ROWS[action]}
        rows = tuple(row for row in Row if row in shown)
        return replace(options, rows=rows or options.rows)
    group, _, value = action.partition("_")
    if group in _CHOICES and value:
        name, kind = _CHOICES[group]
        return replace(options, **{name: kind(value)})
    return None


def checked(options: ViewOptions) -> dict[str, bool]:
    """Which actions are on."""
    found = {action: bool(getattr(options, name)) for action, name in _TOGGLES.items()}
    found["percentile"] = options.percentile is not None
    found |= {action: row in options.rows for action, row in _ROWS.items()}
    for group, (name, kind) in _CHOICES.items():
        values = ("magma", "viridis") if kind is str else tuple(kind)
        found |= {f"{group}_{value}": getattr(options, name) == value for value in values}
    return found


def to_plain(options: ViewOptions) -> dict[str, Any]:
    """Return plain data for the settings."""
    plain = {
        name: list(map(str, value)) if isinstance(value, tuple) else value
        for name, value in asdict(options).items()
    }
    return {name: str(v) if isinstance(v, str) else v for name, v in plain.items()}


def from_plain(plain: Mapping[str, Any]) -> ViewOptions:
    """Read what `to_plain` wrote; what does not fit keeps its default."""
    made = ViewOptions()
    kinds = dict(_CHOICES.values())
    for entry in fields(ViewOptions):
        if entry.name not in plain:
            continue
        value = plain[entry.name]
        try:
            if entry.name in kinds:
                value = kinds[entry.name](value)
            elif entry.name == "rows":
                value = tuple(Row(row) for row in value) or made.rows
            elif entry.name == "percentile":
                value = None if value is None else float(value)
            elif not isinstance(value, bool):
                raise TypeError(f"{value!r} is neither true nor false")
            made = replace(made, **{entry.name: value})
        except (ValueError, TypeError) as error:
            _log.warning("option %s not taken: %s", entry.name, error)
    return made
