"""Panels and plots to files: PNG with scale, unit and caption, SVG, npz and CSV."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QPoint, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from fpinspect.gui.arrays import Array, np
from fpinspect.gui.translation import marked, translate, translated
from fpinspect.gui.viewdata import Column, Component, Raster, Row, Scale, ViewOptions
from fpinspect.gui.views.captions import scale_words
from fpinspect.gui.views.colour_bar import GAP, LABELS, WIDTH, paint_bar
from fpinspect.gui.views.image_panel import Colouring, to_image
from fpinspect.gui.views.levels import Bar
from fpinspect.gui.views.look import LIGHT, font, number_font
from fpinspect.gui.views.spectrum_panel import Tick, axis_names, ticks_of
from fpinspect.gui.views.viewport import Viewport

_SMALLEST, _LARGEST = 512, 2048
_MARGIN, _LEFT, _TOP, _AXIS = 24, 72, 56, 44
_OF = {
    Component.RESIDUAL: marked("Comparison", "noise residual"),
    Component.DENOISED: marked("Comparison", "denoised image"),
    Component.IMAGE: marked("Comparison", "image itself"),
}


@dataclass(frozen=True, eq=False)
class Figure:
    """A panel as a picture for a report: always on white, whatever the theme."""

    raster: Raster
    colouring: Colouring
    bar: Bar | None
    title: str
    caption: str
    orientation: int = 1


def caption(row: Row, column: Column, raster: Raster, options: ViewOptions) -> str:
    """Say what a panel shows: of what, in which unit, made how."""
    rows, columns = raster.data.shape[:2]
    made = (
        translate("Comparison", " Mean of %n image(s).", "", column.images)
        if column.images > 1
        else ""
    )
    if row is Row.IMAGE:
        what = (
            translate("Comparison", "Denoised image")
            if options.denoised_picture
            else translate("Comparison", "Image")
        )
        return translate(
            "Comparison", "{what}, {columns} × {rows} px, stored lattice.{made}"
        ).format(what=what, columns=f"{columns:,}", rows=f"{rows:,}", made=made)
    of = translated("Comparison", _OF[options.of])
    if row is Row.RESIDUAL:
        return translate(
            "Comparison", "Spatial {of}, mean of R, G and B, {note}; σ = {sigma} grey levels.{made}"
        ).format(of=of, note=raster.note, sigma=f"{raster.sigma:.3g}", made=made)
    tiles = (
        translate("Comparison", "whole image")
        if options.estimate.value == "whole"
        else translate("Comparison", "mean over 128-px tiles")
    )
    grid = translate("Comparison", "{columns} × {rows} bins, {window} window, {tiles}").format(
        columns=f"{columns:,}", rows=f"{rows:,}", window=options.window.value, tiles=tiles
    )
    if row is Row.PHASE:
        return translate("Comparison", "Phase of the {of}, {grid}.{made}").format(
            of=of, grid=grid, made=made
        )
    unit = (
        "dB"
        if options.scale is Scale.LOG
        else translate("Comparison", "{scale} scale, multiples").format(
            scale=scale_words(options.scale)
        )
    )
    less = translate("Comparison", " Real photographs subtracted.") if options.against_real else ""
    axes = (
        translate("Comparison", " Zero frequency and axes left out.") if options.remove_axes else ""
    )
    return translate(
        "Comparison",
        "Magnitude spectrum of the {of} in {unit} over the median at "
        "0.08–0.5 cycles/px, {grid}.{less}{axes}{made}",
    ).format(of=of, unit=unit, grid=grid, less=less, axes=axes, made=made)


def file_name(title: str) -> str:
    """Turn a title into a name for a file on any system."""
    name = re.sub(r"[^\w-]+", "-", title, flags=re.ASCII).strip("-").lower()
    return name[:80] or "panel"


def draw(figure: Figure) -> QImage:
    """Draw a panel with title, axes, scale and caption; one value is k × k whole pixels."""
    raster = figure.raster
    level = next(
        (k for k, d in enumerate(raster.levels) if max(d.shape[:2]) <= _LARGEST),
        len(raster.levels) - 1,
    )
    data = raster.levels[level]
    zoom = max(1, _SMALLEST // max(data.shape[:2]))
    picture = to_image(data, figure.colouring)
    viewport = Viewport()
    viewport.set_content(raster.extent, raster.step[0], figure.orientation)
    swapped = figure.orientation >= 5
    rows, columns = data.shape[:2]
    width, height = (rows, columns) if swapped else (columns, rows)
    place = QRect(_LEFT, _TOP, width * zoom, height * zoom)
    note = (
        translate("Comparison", "{value} × {value} values averaged in a pixel.").format(
            value=2**level
        )
        if level
        else f"{zoom}:1."
    )
    text = f"{figure.caption} {note}"
    room = place.width() + 12 + WIDTH + GAP + LABELS
    sheet = _sheet(place, room, text)
    viewport.set_size(place.width(), place.height())
    viewport.fit()
    painter = QPainter(sheet)
    painter.save()
    painter.setClipRect(place)
    painter.translate(place.topLeft())
    transform = viewport.transform(QSizeF(place.size()), raster.origin)
    painter.setTransform(transform, combine=True)
    step = raster.step[0] * 2**level, raster.step[1] * 2**level
    painter.drawImage(QRectF(*raster.origin, columns * step[0], rows * step[1]), picture)
    painter.restore()
    _axes(painter, figure, place, viewport)
    _words(painter, figure.title, text, place, room)
    if figure.bar is not None:
        at = QRect(place.right() + 13, place.top(), WIDTH, place.height())
        paint_bar(painter, figure.bar, at, LIGHT)
    painter.end()
    return sheet


def _sheet(place: QRect, room: int, text: str) -> QImage:
    width = _LEFT + room + _MARGIN
    probe = QImage(8, 8, QImage.Format.Format_RGB32)
    painter = QPainter(probe)
    painter.setFont(font())
    flags = int(Qt.TextFlag.TextWordWrap)
    lines = painter.boundingRect(QRect(0, 0, room, 2000), flags, text).height()
    painter.end()
    sheet = QImage(
        width, place.bottom() + 1 + _AXIS + 12 + lines + _MARGIN, QImage.Format.Format_RGB32
    )
    sheet.fill(QColor("#ffffff"))
    return sheet


def _words(painter: QPainter, title: str, text: str, place: QRect, room: int) -> None:
    painter.setPen(QColor(LIGHT.text))
    painter.setFont(font(15, semibold=True))
    painter.drawText(QRect(place.left(), 16, room, 28), int(Qt.AlignmentFlag.AlignVCenter), title)
    painter.setFont(font())
    painter.setPen(QColor(LIGHT.muted))
    top = place.bottom() + 1 + _AXIS + 12
    painter.drawText(QRect(place.left(), top, room, 2000), int(Qt.TextFlag.TextWordWrap), text)


def _axes(painter: QPainter, figure: Figure, place: QRect, viewport: Viewport) -> None:
    seen = viewport.transform(QSizeF(place.size()), figure.raster.origin).inverted()[0]
    a = seen.map(0.0, 0.0)
    b = seen.map(float(place.width()), float(place.height()))
    swapped = figure.orientation >= 5
    unit = figure.raster.axis_unit
    x_axis, y_axis = (1, 0) if swapped else (0, 1)
    names = axis_names(unit)
    painter.setFont(number_font())
    painter.setPen(QColor(LIGHT.muted))
    across = ticks_of(x_axis, a[x_axis], b[x_axis], unit, place.width())
    down = ticks_of(y_axis, a[y_axis], b[y_axis], unit, place.height())
    _paint_ticks(painter, place, across, down)
    centre = int(Qt.AlignmentFlag.AlignCenter)
    at = QRect(place.left(), place.bottom() + 26, place.width(), 16)
    painter.drawText(at, centre, f"{names[x_axis]}, {unit}")
    painter.save()
    painter.translate(14, place.center().y())
    painter.rotate(-90)
    painter.drawText(QRect(-100, -8, 200, 16), centre, f"{names[y_axis]}, {unit}")
    painter.restore()


def _paint_ticks(
    painter: QPainter, place: QRect, across: Sequence[Tick], down: Sequence[Tick]
) -> None:
    centre = int(Qt.AlignmentFlag.AlignHCenter)
    right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    for tick in across:
        x = place.left() + min(round(tick.at), place.width() - 1)
        painter.drawLine(x, place.bottom() + 1, x, place.bottom() + 5)
        painter.drawText(QRect(x - 30, place.bottom() + 7, 60, 16), centre, tick.label)
    for tick in down:
        y = place.top() + min(round(tick.at), place.height() - 1)
        painter.drawLine(place.left() - 5, y, place.left() - 1, y)
        painter.drawText(QRect(place.left() - 60, y - 8, 50, 16), right, tick.label)


def save_figure(figure: Figure, path: Path) -> str:
    """Save a panel: ``.png`` with scale and caption, ``.npz`` or ``.csv`` with the numbers.

    Returns
    -------
    str
        What happened, in plain words.
    """
    suffix = path.suffix.lower()
    raster = figure.raster
    numbers = {"values": raster.data, "x": _axis(raster, 0), "y": _axis(raster, 1)}
    notes = {"title": figure.title, "caption": figure.caption, "unit": raster.unit}
    notes["axes"] = raster.axis_unit
    try:
        if suffix == ".npz":
            save_npz(path, numbers, notes)
        elif suffix == ".csv":
            _save_matrix(path, raster, notes)
        elif not draw(figure).save(str(path), "PNG"):
            return translate("Comparison", "{name} could not be written.").format(name=path.name)
    except OSError as error:
        return translate("Comparison", "{name} could not be written: {strerror}.").format(
            name=path.name, strerror=error.strerror or error
        )
    return translate("Comparison", "Saved {name}.").format(name=path.name)


def _axis(raster: Raster, axis: int) -> Array:
    n = raster.data.shape[1 - axis]
    at = raster.origin[axis] + (np.arange(n) + 0.5) * raster.step[axis]
    return 0.0 - at if axis == 1 and raster.axis_unit == "cycles/px" else at  # As written: upwards.


def save_npz(path: Path, arrays: Mapping[str, Array], notes: Mapping[str, str]) -> None:
    """Write arrays and notes (as text arrays) to an npz file that loads without pickle."""
    texts = {name: np.array(text) for name, text in notes.items()}
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays, **texts)


def save_table(
    path: Path, header: Sequence[str], rows: Sequence[Sequence[object]], note: str
) -> None:
    """Write a table as CSV with a comment line."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"# {' '.join(note.split())}\n")
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def _save_matrix(path: Path, raster: Raster, notes: Mapping[str, str]) -> None:
    data = raster.data if raster.data.ndim == 2 else raster.data.mean(axis=-1)
    header = [f"y \\ x, {raster.axis_unit}", *(f"{x:.6g}" for x in _axis(raster, 0))]
    rows = [
        [f"{y:.6g}", *(f"{v:.6g}" for v in row)]
        for y, row in zip(_axis(raster, 1), data, strict=True)
    ]
    save_table(
        path,
        header,
        rows,
        translate("Comparison", "{title}. {caption} Unit: {unit}.").format(
            title=notes["title"], caption=notes["caption"], unit=notes["unit"]
        ),
    )


def widget_image(widget: QWidget, title: str, text: str) -> QImage:
    """Draw a plot with title and caption, at twice the size of the screen."""
    size = widget.size()
    image = QImage(
        2 * (size.width() + 2 * _MARGIN), 2 * (size.height() + 96), QImage.Format.Format_RGB32
    )
    image.setDevicePixelRatio(2)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    _paint_widget(painter, widget, title, text)
    painter.end()
    return image


def save_svg(widget: QWidget, title: str, text: str, path: Path) -> str:
    """Save a plot as SVG with title and caption; say what happened."""
    data = QByteArray(widget_svg(widget, title, text))
    try:
        path.write_bytes(bytes(data.data()))
    except OSError as error:
        return translate("Comparison", "{name} could not be written: {strerror}.").format(
            name=path.name, strerror=error.strerror or error
        )
    return translate("Comparison", "Saved {name}.").format(name=path.name)


def widget_svg(widget: QWidget, title: str, text: str) -> bytes:
    """Draw a plot as SVG."""
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    size = widget.size() + QSize(2 * _MARGIN, 96)
    generator.setSize(size)
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    generator.setTitle(title)
    generator.setDescription(text)
    painter = QPainter(generator)
    painter.fillRect(QRect(0, 0, size.width(), size.height()), QColor("#ffffff"))
    _paint_widget(painter, widget, title, text)
    painter.end()
    buffer.close()
    return bytes(buffer.data().data())


def _paint_widget(painter: QPainter, widget: QWidget, title: str, text: str) -> None:
    width = widget.width()
    painter.setPen(QColor(LIGHT.text))
    painter.setFont(font(15, semibold=True))
    painter.drawText(QRect(_MARGIN, 8, width, 28), int(Qt.AlignmentFlag.AlignVCenter), title)
    painter.save()
    painter.translate(_MARGIN, 40)
    # Its own background stays behind: the sheet is white in both themes.
    widget.render(painter, QPoint(0, 0), renderFlags=QWidget.RenderFlag.DrawChildren)
    painter.restore()
    painter.setFont(font())
    painter.setPen(QColor(LIGHT.muted))
    place = QRect(_MARGIN, 44 + widget.height(), width, 48)
    painter.drawText(place, int(Qt.TextFlag.TextWordWrap), text)
