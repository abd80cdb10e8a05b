"""Words round the panels: notes of the row heads, values at the crosshair."""

from __future__ import annotations

from collections.abc import Sequence

from fpinspect.gui.translation import marked, translate, translated
from fpinspect.gui.viewdata import (
    Column,
    Component,
    Estimate,
    Kind,
    Row,
    Scale,
    TileMap,
    ViewOptions,
)
from fpinspect.gui.views import readout
from fpinspect.gui.views.cursor import Cursor
from fpinspect.gui.views.grid_view import row_name
from fpinspect.gui.views.image_panel import Panel
from fpinspect.wording import number, with_unit

SPECTRAL = (Row.MAGNITUDE, Row.PHASE)
_OF = {
    Component.DENOISED: marked("Comparison", "denoised image"),
    Component.IMAGE: marked("Comparison", "image itself"),
}


_SCALES = {
    Scale.LOG: marked("Comparison", "logarithmic"),
    Scale.LINEAR: marked("Comparison", "linear"),
    Scale.POWER: marked("Comparison", "power"),
}


def scale_words(scale: Scale) -> str:
    """Name a scale."""
    return translated("Comparison", _SCALES[scale])


def missing(column: Column) -> str:
    """Say why a cell is empty."""
    if column.busy:
        return column.busy
    return (
        translate("Comparison", "no picture")
        if column.kind is Kind.ENTRY
        else translate("Comparison", "being computed")
    )


def row_words(row: Row, first: Column, options: ViewOptions, zoom: str) -> tuple[str, ...]:
    """Return the name of a row by what it shows, and the muted lines under it."""
    of = translated("Comparison", _OF.get(options.of, ""))
    if row is Row.RESIDUAL and of:
        return (f"{of[:1].upper()}{of[1:]}", *_notes(row, first, options, "", zoom))
    return (row_name(row), *_notes(row, first, options, of, zoom))


def _notes(row: Row, first: Column, options: ViewOptions, of: str, zoom: str) -> tuple[str, ...]:
    if row is Row.IMAGE:
        return (translate("Comparison", "denoised") if options.denoised_picture else "", zoom)
    if row is Row.RESIDUAL:
        return (
            of,
            translate("Comparison", "in own σ"),
            first.residual.note if first.residual is not None else "",
            zoom,
        )
    if row is Row.PHASE:
        how = (
            translate("Comparison", "mean of tiles")
            if options.estimate is Estimate.TILES
            else translate("Comparison", "one transform")
        )
        return (of, how, first.phase.note if first.phase is not None else "")
    scale = (
        translate("Comparison", "dB re. median")
        if options.scale is Scale.LOG
        else translate("Comparison", "{scale}, × median").format(scale=scale_words(options.scale))
    )
    real = translate("Comparison", "less real") if options.against_real else ""
    bins = first.magnitude.note if first.magnitude is not None else ""
    return (of, scale, real, bins, zoom)


def zoom_note(panel: Panel | None, row: Row) -> str:
    """Say how many values share a pixel, or how many pixels a value has."""
    if panel is None or panel.raster is None:
        return ""
    ratio = panel.averaging()
    if ratio > 1.005:
        return translate("Comparison", "averaged {ratio}:1").format(ratio=number(ratio, 1))
    if row in SPECTRAL and panel.viewport.at_home:
        return ""
    zoom = 1 / ratio
    return (
        f"{number(zoom, 0 if abs(zoom - round(zoom)) < 0.05 else 1)}:1" if zoom > 1.005 else "1:1"
    )


def column_values(
    columns: Sequence[Column], places: Sequence[tuple[int, int]], cursor: Cursor
) -> list[tuple[int, int, str, str]]:
    """Return level and phase at the crosshair for every column, with the column's place."""
    at = cursor.frequency
    return [
        (x, width, readout.magnitude_text(column, at), readout.phase_text(column, at))
        for column, (x, width) in zip(columns, places, strict=True)
    ]


def named_values(
    columns: Sequence[Column], shown: Sequence[int], row: Row, cursor: Cursor
) -> list[str]:
    """Return the values of the columns that are enlarged, and their difference in dB."""
    at = cursor.point(row)
    text = {
        Row.IMAGE: readout.pixel_text,
        Row.MAGNITUDE: readout.magnitude_text,
        Row.PHASE: readout.phase_text,
    }.get(row, readout.residual_text)
    parts = [f"{columns[index].title} {text(columns[index], at)}" for index in shown]
    if row is Row.MAGNITUDE and len(shown) == 2 and at is not None:
        rasters = [columns[index].magnitude for index in shown]
        values = [raster.at(*at) if raster is not None else None for raster in rasters]
        if None not in values:
            gap = number(float(values[0]) - float(values[1]), 1, sign=True)
            parts.append(
                translate("Comparison", "difference {gap}").format(gap=with_unit(gap, "dB"))
            )
    return parts


def position_parts(
    first: Column, cursor: Cursor, tiles: TileMap | None = None
) -> list[tuple[str, bool]]:
    """Return where the crosshair is; True marks the coordinates under the pointer."""
    spectral = cursor.live in SPECTRAL
    parts = [(text, not spectral) for text in readout.pixel_parts(first, cursor.pixel)]
    value = tiles.at(*cursor.pixel) if tiles is not None and cursor.pixel is not None else None
    if value is not None:
        parts.append(
            (
                translate("Comparison", "tile {value}").format(value=number(value, 1, sign=True)),
                not spectral,
            )
        )
    parts += [(text, not spectral) for text in readout.lattice_parts(first, cursor.lattice)]
    parts += [(text, spectral) for text in readout.frequency_parts(cursor.frequency)]
    return [(text, active and cursor.live is not None) for text, active in parts]
