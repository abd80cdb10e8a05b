"""The shapes of a verdict: triangle, circle, diamond, cross. Never colour alone."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from fpinspect.gui.viewdata import Outcome


def paint_shape(painter: QPainter, outcome: Outcome, place: QRectF, colour: QColor) -> None:
    """Draw the shape of a verdict into a square.

    Parameters
    ----------
    painter : QPainter
        Where to draw.
    outcome : Outcome
        Generated a triangle, real a circle, inconclusive a diamond, an error a cross.
    place : QRectF
        The square.
    colour : QColor
        Fill.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    if outcome is Outcome.GENERATED:
        corners = (
            place.bottomLeft(),
            place.bottomRight(),
            QPointF(place.center().x(), place.top()),
        )
        painter.drawPolygon(QPolygonF(corners))
    elif outcome is Outcome.REAL:
        painter.drawEllipse(place.adjusted(0.5, 0.5, -0.5, -0.5))
    elif outcome is Outcome.ERROR:
        painter.setPen(QPen(colour, 2.0, c=Qt.PenCapStyle.RoundCap))
        inner = place.adjusted(1.5, 1.5, -1.5, -1.5)
        painter.drawLine(inner.topLeft(), inner.bottomRight())
        painter.drawLine(inner.topRight(), inner.bottomLeft())
    elif outcome is not Outcome.EMPTY:
        paint_diamond(painter, place, colour)
    painter.restore()


def paint_diamond(painter: QPainter, place: QRectF, colour: QColor) -> None:
    """Draw a diamond: inconclusive, or in the 95 % set."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    x, y = place.center().x(), place.center().y()
    painter.drawPolygon(
        QPolygonF(
            (
                QPointF(x, place.top()),
                QPointF(place.right(), y),
                QPointF(x, place.bottom()),
                QPointF(place.left(), y),
            )
        )
    )
    painter.restore()
