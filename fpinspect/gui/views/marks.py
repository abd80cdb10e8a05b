"""Marks over a picture: crosshair, rings, frames, tiles. White on a dark halo, for every map."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QTransform

from fpinspect.gui.viewdata import Peak, Region, TileMap
from fpinspect.gui.views.look import GENERATED, REAL, number_font

_HALO = QColor(0, 0, 0, 102)
_WHITE = QColor("#ffffff")
_LABEL, _EDGE, _PLATE = 16.0, 4.0, 28.0
"""Height of a label, its distance from an edge, and what names a picture at its lower edge, px."""
TILE_FULL = 2.0
"""log10 LR at which a tile of the heat map has its full colour."""
TILE_ALPHA = 0.45


@dataclass(frozen=True)
class Marks:
    """What is drawn over a picture, in stored coordinates.

    Attributes
    ----------
    cross : tuple of float or None
        Crosshair.
    gap : float
        Half the gap of the crosshair at its point, px.
    peaks : tuple of Peak
        Rings.
    radius : float
        Of the rings, px.
    labels : bool
        Name the rings.
    strong : str
        Contribution whose rings are drawn bold.
    frame, region : rectangles (x, y, width, height) or Region, or None
        What the residual row shows; the region whose spectrum is live.
    tiles : TileMap or None
        Heat map of log-odds.
    brackets : bool
        Corners that say: a chosen contribution lives here.
    """

    cross: tuple[float, float] | None = None
    gap: float = 5.0
    peaks: tuple[Peak, ...] = ()
    radius: float = 4.0
    labels: bool = False
    strong: str = ""
    frame: tuple[float, float, float, float] | None = None
    region: Region | None = None
    tiles: TileMap | None = None
    brackets: bool = False


def paint_marks(painter: QPainter, marks: Marks, transform: QTransform, area: QRectF) -> None:
    """Draw marks over a panel."""
    painter.save()
    painter.setClipRect(area)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if marks.tiles is not None:
        _tiles(painter, marks.tiles, transform)
    if marks.frame is not None:
        _rectangle(painter, transform.mapRect(QRectF(*marks.frame)), dashed=False)
    if marks.region is not None:
        r = marks.region
        _rectangle(painter, transform.mapRect(QRectF(r.x, r.y, r.width, r.height)), dashed=True)
    if marks.cross is not None:
        _cross(painter, transform.map(QPointF(*marks.cross)), area, marks.gap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for peak in marks.peaks:
        at = transform.map(QPointF(peak.fx, peak.fy))
        bold = bool(marks.strong) and peak.carries == marks.strong
        _ring(painter, at, marks, area, bold=bold, carries=peak.share is not None)
    if marks.labels:
        painter.setFont(number_font())
        for peak in marks.peaks:
            at = transform.map(QPointF(peak.fx, peak.fy))
            width = painter.fontMetrics().horizontalAdvance(peak.label)
            _label(painter, label_place(at, marks.radius, width, area), peak.label)
    if marks.brackets:
        _brackets(painter, area)
    painter.restore()


def _pens(width: float = 1.0) -> tuple[QPen, QPen]:
    return QPen(_HALO, width + 2), QPen(_WHITE, width)


def _cross(painter: QPainter, at: QPointF, area: QRectF, gap: float) -> None:
    x, y = int(at.x()) + 0.5, int(at.y()) + 0.5
    lines = [
        QLineF(area.left(), y, x - gap, y),
        QLineF(x + gap, y, area.right(), y),
        QLineF(x, area.top(), x, y - gap),
        QLineF(x, y + gap, x, area.bottom()),
    ]
    for pen in _pens():
        painter.setPen(pen)
        painter.drawLines(lines)


def _ring(
    painter: QPainter, at: QPointF, marks: Marks, area: QRectF, *, bold: bool, carries: bool
) -> None:
    """Draw a ring; two for a frequency that was measured to carry the verdict."""
    radii = (marks.radius,) if not carries else (marks.radius, marks.radius + 3.5)
    outlines = [ring_outline(at, radius, area) for radius in radii]
    for pen in _pens(2.0 if bold else 1.0):
        painter.setPen(pen)
        for outline in outlines:
            painter.drawPath(outline)


def ring_outline(at: QPointF, radius: float, area: QRectF) -> QPainterPath:
    """Return a ring that an edge of the panel closes: half of it shows at the highest frequency."""
    ring = QPainterPath()
    ring.addEllipse(at, radius, radius)
    inner = area.adjusted(1.5, 1.5, -1.5, -1.5)
    if inner.contains(ring.boundingRect()):
        return ring
    room = QPainterPath()
    room.addRect(inner)
    return ring.intersected(room)


def label_place(at: QPointF, radius: float, width: float, area: QRectF) -> QRectF:
    """Return where the label of a ring stands: below it, above where there is no room, inside."""
    middle = at.y() + radius + _LABEL
    if middle + _LABEL / 2 > area.bottom() - _PLATE:
        middle = at.y() - radius - _LABEL
    left = max(min(at.x() - width / 2, area.right() - width - _EDGE), area.left() + _EDGE)
    return QRectF(left, middle - _LABEL / 2, width, _LABEL)


def _label(painter: QPainter, place: QRectF, text: str) -> None:
    painter.setPen(QColor(0, 0, 0, 160))
    for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        painter.drawText(place.translated(dx, dy), Qt.AlignmentFlag.AlignCenter, text)
    painter.setPen(_WHITE)
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)


def _rectangle(painter: QPainter, place: QRectF, *, dashed: bool) -> None:
    snapped = QRectF(
        round(place.x()) + 0.5, round(place.y()) + 0.5, round(place.width()), round(place.height())
    )
    for pen in _pens():
        if dashed and pen.color() == _WHITE:
            pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.drawRect(snapped)


def _tiles(painter: QPainter, tiles: TileMap, transform: QTransform) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for (y, x, height, width), value in zip(tiles.boxes, tiles.values, strict=True):
        colour = QColor(GENERATED if value > 0 else REAL)
        colour.setAlphaF(TILE_ALPHA * min(abs(value) / TILE_FULL, 1.0))
        painter.fillRect(transform.mapRect(QRectF(x, y, width, height)), colour)


def _brackets(painter: QPainter, area: QRectF) -> None:
    inner = area.adjusted(3.5, 3.5, -3.5, -3.5)
    for pen in _pens(2.0):
        painter.setPen(pen)
        for x, sx in ((inner.left(), 1), (inner.right(), -1)):
            for y, sy in ((inner.top(), 1), (inner.bottom(), -1)):
                painter.drawLine(QPointF(x, y), QPointF(x + sx * 12, y))
                painter.drawLine(QPointF(x, y), QPointF(x, y + sy * 12))


def paint_split(painter: QPainter, x: float, area: QRectF) -> None:
    """Draw the movable line between two halves, with its handle."""
    at = round(x) + 0.5
    for pen in _pens():
        painter.setPen(pen)
        painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()))
    handle = QRectF(at - 7, area.center().y() - 10, 14, 20)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(0, 0, 0, 120), 1))
    painter.setBrush(_WHITE)
    painter.drawRoundedRect(handle, 2, 2)
    painter.setPen(QPen(QColor("#16181b"), 1.5))
    middle = handle.center()
    for side in (-1, 1):
        tip = middle + QPointF(5 * side, 0)
        painter.drawLine(tip, tip + QPointF(-3 * side, -3))
        painter.drawLine(tip, tip + QPointF(-3 * side, 3))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_plate(
    painter: QPainter,
    text: str,
    area: QRectF,
    colours: tuple[str, str],
    *,
    right: bool,
    share: float = 0.5,
) -> None:
    """Name a half of a picture in its lower corner: (background, text) colours, at most so wide."""
    painter.setFont(number_font())
    text = painter.fontMetrics().elidedText(
        text, Qt.TextElideMode.ElideMiddle, max(int(area.width() * share) - 32, 40)
    )
    width = painter.fontMetrics().horizontalAdvance(text) + 16
    x = area.right() - 8 - width if right else area.left() + 8
    place = QRectF(x, area.bottom() - 8 - 20, width, 20)
    painter.fillRect(place, QColor(colours[0]))
    painter.setPen(QColor(colours[1]))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
