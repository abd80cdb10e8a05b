"""A row of the queue: picture, name, facts, verdict with its shape, strength, marks."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from fpinspect.gui.icons import pixmap
from fpinspect.gui.models import ITEM_ROLE, THUMBNAIL_ROLE
from fpinspect.gui.queue_item import Mark, QueueItem, State
from fpinspect.gui.theme import theme
from fpinspect.gui.views.look import (
    ACCENT,
    FAILED,
    GENERATED,
    INCONCLUSIVE,
    REAL,
    font,
    number_font,
    shortened,
)

ROW = 64
_THUMB = 48
_LEFT = 12
_TEXT = 72
_SHAPE = 10
_NARROW = 272
_COLOURS = {"generated": GENERATED, "real": REAL, "inconclusive": INCONCLUSIVE}
Index = QModelIndex | QPersistentModelIndex


def draw_shape(painter: QPainter, answer: str, box: QRectF) -> None:
    """Draw the shape of an answer in its colour: triangle, disc, diamond, or cross for errors."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(_COLOURS.get(answer, FAILED)))
    middle = box.center()
    match answer:
        case "generated":
            corners = [QPointF(middle.x(), box.top()), box.bottomRight(), box.bottomLeft()]
            painter.drawPolygon(QPolygonF(corners))
        case "real":
            painter.drawEllipse(box.adjusted(0.5, 0.5, -0.5, -0.5))
        case "inconclusive":
            corners = [
                QPointF(middle.x(), box.top()),
                QPointF(box.right(), middle.y()),
                QPointF(middle.x(), box.bottom()),
                QPointF(box.left(), middle.y()),
            ]
            painter.drawPolygon(QPolygonF(corners))
        case _:
            painter.setPen(QColor(FAILED))
            pen = painter.pen()
            pen.setWidthF(1.75)
            painter.setPen(pen)
            inner = box.adjusted(1, 1, -1, -1)
            painter.drawLine(inner.topLeft(), inner.bottomRight())
            painter.drawLine(inner.topRight(), inner.bottomLeft())
    painter.restore()


class QueueDelegate(QStyledItemDelegate):
    """Paints the first column of the queue with everything an analyst scans for."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Every row is 64 px high."""
        return QSize(200, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        item = index.data(ITEM_ROLE)
        if not isinstance(item, QueueItem):
            return
        painter.save()
        row = option.rect
        self._draw_ground(painter, option, row)
        picture = index.data(THUMBNAIL_ROLE)
        faded = item.state in {State.DUPLICATE, State.STOPPED}
        self._draw_picture(painter, item, picture, row, faded=faded)
        self._draw_words(painter, item, row)
        painter.restore()

    def _draw_ground(self, painter: QPainter, option: QStyleOptionViewItem, row: QRect) -> None:
        colours = theme()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(row, QColor(colours.selected))
            painter.fillRect(QRect(row.left(), row.top(), 3, row.height()), QColor(ACCENT))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(row, QColor(colours.hover))
        line = QColor(colours.line)
        painter.fillRect(QRect(row.left(), row.bottom(), row.width(), 1), line)

    def _draw_picture(
        self, painter: QPainter, item: QueueItem, picture: QImage | None, row: QRect, *, faded: bool
    ) -> None:
        box = QRect(row.left() + _LEFT, row.top() + 8, _THUMB, _THUMB)
        if picture is not None and not picture.isNull():
            painter.setOpacity(0.45 if faded else 1.0)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(box, picture)
            painter.setOpacity(1.0)
            return
        painter.fillRect(box, QColor(theme().track))
        if item.state is State.FAILED:
            draw_shape(
                painter, "failed", QRectF(box.center().x() - 4, box.center().y() - 4, 10, 10)
            )

    def _draw_words(self, painter: QPainter, item: QueueItem, row: QRect) -> None:
        colours = theme()
        left, right = row.left() + _TEXT, row.right() - 3
        edge = self._draw_marks(painter, item, right, row.top() + 7)
        painter.setFont(font())
        painter.setPen(QColor(colours.text))
        _elided(painter, item.name, QRect(left, row.top() + 5, edge - left, 18), middle=True)
        painter.setFont(number_font())
        painter.setPen(QColor(colours.muted))
        facts = QRect(left, row.top() + 24, right - left, 16)
        verdict = QRect(left, row.top() + 41, right - left, 18)
        # A narrow queue has no room for source and strength on one line.
        if row.width() < _NARROW:
            facts = self._draw_strength(painter, item, facts)
        else:
            verdict = self._draw_strength(painter, item, verdict)
        painter.setPen(QColor(colours.muted))
        _elided(painter, item.facts_text or item.format, facts)
        self._draw_verdict(painter, item, verdict)

    def _draw_strength(self, painter: QPainter, item: QueueItem, line: QRect) -> QRect:
        """Draw log10 LR at the right of a line; return what is left of it."""
        if not item.lr_text:
            return line
        painter.setFont(number_font())
        painter.setPen(QColor(theme().text))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(line, flags, item.lr_text)
        return line.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(item.lr_text) - 6, 0)

    def _draw_marks(self, painter: QPainter, item: QueueItem, right: int, top: int) -> int:
        """Draw bookmark and warning from the right; return where the name must end."""
        muted = theme().muted
        ratio = painter.device().devicePixelRatioF() if painter.device() else 1.0
        for name, shown in (("warning", item.warnings > 0), ("bookmark", item.mark != Mark.NONE)):
            if shown:
                right -= 16
                painter.drawPixmap(right, top, pixmap(name, muted, 16, ratio))
                right -= 4
        return right

    def _draw_verdict(self, painter: QPainter, item: QueueItem, line: QRect) -> None:
        colours = theme()
        if item.state in {State.DONE, State.FAILED}:
            answer = item.answer if item.state is State.DONE else "failed"
            top = line.top() + (line.height() - _SHAPE) / 2
            draw_shape(painter, answer, QRectF(line.left(), top, _SHAPE, _SHAPE))
            line = line.adjusted(_SHAPE + 6, 0, 0, 0)
            painter.setPen(QColor(colours.text))
        else:
            painter.setPen(QColor(colours.muted))
        painter.setFont(font())
        _elided(painter, item.verdict_text, line)
        if item.state is State.WORKING and item.progress is not None:
            used = QFontMetrics(font()).horizontalAdvance(item.verdict_text) + 12
            bar = QRect(line.left() + used, line.center().y() - 1, line.width() - used, 4)
            painter.fillRect(bar, QColor(colours.track))
            bar.setWidth(round(bar.width() * min(max(item.progress, 0.0), 1.0)))
            painter.fillRect(bar, QColor(colours.muted))


def _elided(painter: QPainter, text: str, box: QRect, *, middle: bool = False) -> None:
    mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
    shown = shortened(painter, text, box.width(), mode)
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
