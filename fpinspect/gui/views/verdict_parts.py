"""Painted parts of the classification pane: scale, bars, rows and tables of numbers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from fpinspect.gui.translation import marked, translate, translated
from fpinspect.gui.viewdata import (
    Contribution,
    MatchRow,
    Outcome,
    Role,
    Rows,
    SourceShare,
    VerdictView,
)
from fpinspect.gui.views.cards import card_for
from fpinspect.gui.views.heads import elided
from fpinspect.gui.views.look import (
    ACCENT,
    GENERATED,
    REAL,
    focus_ring,
    font,
    number_font,
    outcome_colour,
)
from fpinspect.gui.views.section_head import Part
from fpinspect.gui.views.shapes import paint_diamond
from fpinspect.wording import NBSP, fraction, number, probability, with_unit

STEPS = (
    marked("Verdict", "limited"),
    marked("Verdict", "moderate"),
    marked("Verdict", "moderately\nstrong"),
    marked("Verdict", "strong"),
    marked("Verdict", "very\nstrong"),
)
ROW = 20
BAR = 8
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class ScaleBar(Part):
    """Five steps of strength, filled up to log10 LR, hatched beyond what the data carry."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = VerdictView()
        self.setFixedHeight(56)
        card = card_for("lr")
        if card is not None:
            self.setToolTip(
                translate(
                    "Verdict", "{shows}\n\nHatched: more than the calibration data can carry."
                ).format(shows=card.shows)
            )

    def show_verdict(self, view: VerdictView) -> None:
        """Show another ratio."""
        self._view = view
        words = (
            translate("Verdict", "{support}; bound {bound}").format(
                support=view.support, bound=number(view.bound, 1)
            )
            if view.bound
            else view.support
        )
        self.setAccessibleName(
            translate("Verdict", "Strength of the evidence: {words}").format(words=words)
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar, the marker and the words."""
        painter = self.painter()
        step = self.width() / len(STEPS)
        value = min(abs(self._view.log10_lr), float(len(STEPS)))
        bound = min(self._view.bound, float(len(STEPS))) if self._view.bound else len(STEPS)
        top = 12
        decided = self._view.outcome in (Outcome.GENERATED, Outcome.REAL)
        for i in range(len(STEPS)):
            left, right = round(i * step), round((i + 1) * step) - (i < len(STEPS) - 1)
            painter.fillRect(QRect(left, top, right - left, BAR), QColor(self.theme.track))
            if decided:
                end = min(right, round(value * step))
                fill = QRect(left, top, max(end - left, 0), BAR)
                painter.fillRect(fill, outcome_colour(self._view.outcome, self.theme))
        self._hatch(painter, QRect(round(bound * step), top, self.width(), BAR))
        self._marker(painter, min(max(value * step, 5.0), self.width() - 5.0), top - 2)
        self._words(painter, step, value)
        painter.end()

    def _hatch(self, painter: QPainter, place: QRect) -> None:
        area = place.intersected(QRect(0, place.top(), self.width(), BAR))
        if area.isEmpty():
            return
        painter.save()
        painter.setClipRect(area)
        painter.fillRect(area, QColor(self.theme.panel))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.theme.muted), 0.8))
        for x in range(area.left() - BAR, area.right() + BAR, 4):
            painter.drawLine(x, area.bottom() + 1, x + BAR, area.top())
        painter.restore()

    def _marker(self, painter: QPainter, x: float, bottom: float) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.text))
        tip = QRectF(x - 4, bottom - 7, 8, 7)
        corners = (tip.topLeft(), tip.topRight(), (tip.bottomLeft() + tip.bottomRight()) / 2)
        painter.drawPolygon(QPolygonF(corners))
        painter.restore()

    def _words(self, painter: QPainter, step: float, value: float) -> None:
        painter.setFont(font(11 if step >= 62 else 10))
        here = min(max(int(-(-value // 1)) - 1, 0), len(STEPS) - 1)
        for i, word in enumerate(STEPS):
            painter.setPen(QColor(self.theme.text if i == here else self.theme.muted))
            place = QRectF(i * step - 6, 24, step + 12, 32)
            centre = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
            painter.drawText(place, centre, translated("Verdict", word))


class KeyValues(Part):
    """Names at the left, values at the right; the first value is bold."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: Rows = ()

    def show_rows(self, rows: Rows) -> None:
        """Show names and values."""
        self._rows = rows
        self.setAccessibleName("; ".join(f"{name}: {value}" for name, value in rows))
        self.take_height(ROW * len(rows))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows."""
        painter = self.painter()
        for i, (name, value) in enumerate(self._rows):
            line = QRect(0, i * ROW, self.width(), ROW)
            painter.setFont(number_font(semibold=i == 0))
            painter.setPen(QColor(self.theme.text))
            painter.drawText(line, _RIGHT, value)
            taken = painter.fontMetrics().horizontalAdvance(value)
            painter.setFont(font())
            painter.setPen(QColor(self.theme.muted))
            elided(painter, line.adjusted(0, 0, -taken - 8, 0), name)
        painter.end()


class SourceBars(Part):
    """A bar per source; a diamond marks those in the 95 % set."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sources: tuple[SourceShare, ...] = ()

    def show_sources(self, sources: Sequence[SourceShare]) -> None:
        """Show other shares."""
        self._sources = tuple(sources)
        words = [f"{s.title} {fraction(s.share)}" for s in sources]
        inside = translate("Verdict", "{source}, in the set")
        words = [
            inside.format(source=text) if s.in_set else text
            for s, text in zip(sources, words, strict=True)
        ]
        self.setAccessibleName("; ".join(words))
        self.take_height(ROW * len(sources))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw title, bar, share and diamond of each."""
        painter = self.painter()
        painter.setFont(font())
        width = self.width()
        longest = max(
            (painter.fontMetrics().horizontalAdvance(s.title) for s in self._sources), default=0
        )
        left, right = min(max(round(width * 0.44), longest + 12), width // 2 + 16), width - 56
        for i, source in enumerate(self._sources):
            y = i * ROW
            painter.setFont(font())
            painter.setPen(QColor(self.theme.text))
            elided(painter, QRect(0, y, left - 8, ROW), source.title)
            track = QRect(left, y + (ROW - BAR) // 2, right - left, BAR)
            painter.fillRect(track, QColor(self.theme.track))
            filled = round(track.width() * min(max(source.share, 0.0), 1.0))
            if filled == 0 and source.share >= 0.001:
                filled = 1
            colour = REAL if source.role is Role.REAL else GENERATED
            painter.fillRect(QRect(left, track.top(), filled, BAR), QColor(colour))
            painter.setFont(number_font())
            painter.drawText(QRect(right, y, 38, ROW), _RIGHT, share_text(source.share))
            if source.in_set:
                spot = QRectF(width - 10, y + (ROW - 8) / 2, 8, 8)
                paint_diamond(painter, spot, QColor(self.theme.text))
        painter.end()


class ContributionBars(Part):
    """Shares of log10 LR, to either side of zero; a click or Enter chooses one."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Contribution, ...] = ()
        self._chosen = ""
        self._hovered = -1
        self._margin = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_margin(self, margin: int) -> None:
        """Let the chosen row reach so far beyond the text, to the edge of the pane."""
        self._margin = margin

    def show_contributions(self, rows: Sequence[Contribution]) -> None:
        """Show other shares; the chosen one stays if it is still there."""
        self._rows = tuple(rows)
        if self._chosen not in {row.name for row in rows}:
            self._chosen = ""
        words = (f"{r.title} {number(r.log10_lr, 1, sign=True)}" for r in rows)
        self.setAccessibleName("; ".join(words))
        self.take_height(ROW * len(rows))

    @property
    def chosen_name(self) -> str:
        """The marked row; empty if none is."""
        return self._chosen

    def choose(self, name: str) -> None:
        """Mark a row, without saying so."""
        self._chosen = name
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw title, bar and number of each."""
        painter = self.painter()
        m, width = self._margin, self.width()
        low = min([0.0, *(r.log10_lr for r in self._rows)])
        high = max([0.1, *(r.log10_lr for r in self._rows)])
        left, right = round(width * 0.53), width - 48
        scale = (right - left) / max(high - low, 1e-9)
        zero = round(left - low * scale)
        for i, row in enumerate(self._rows):
            y = i * ROW
            if row.name == self._chosen:
                painter.fillRect(QRect(0, y, width, ROW), QColor(self.theme.selected))
                painter.fillRect(QRect(0, y, 3, ROW), QColor(ACCENT))
            elif i == self._hovered:
                painter.fillRect(QRect(0, y, width, ROW), QColor(self.theme.hover))
            painter.setFont(font())
            painter.setPen(QColor(self.theme.text))
            elided(painter, QRect(m, y, left - m - 8, ROW), row.title)
            reach = round(abs(row.log10_lr) * scale)
            x = zero if row.log10_lr >= 0 else zero - reach
            colour = QColor(GENERATED if row.log10_lr >= 0 else REAL)
            painter.fillRect(QRect(x, y + (ROW - BAR) // 2, reach, BAR), colour)
            painter.fillRect(QRect(zero, y, 1, ROW), QColor(self.theme.muted))
            painter.setFont(number_font())
            text = number(row.log10_lr, 1, sign=True)
            painter.drawText(QRect(right, y, 48 - m, ROW), _RIGHT, text)
        if self.hasFocus() and not self._chosen:
            focus_ring(painter, self.rect())
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the row under the pointer."""
        hovered = int(event.position().y()) // ROW
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def leaveEvent(self, event: object) -> None:
        """Light no row."""
        self._hovered = -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a row, or none by a second click."""
        index = int(event.position().y()) // ROW
        if 0 <= index < len(self._rows):
            name = self._rows[index].name
            self._choose("" if name == self._chosen else name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose with the arrows."""
        names = [row.name for row in self._rows]
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() in steps and names:
            now = names.index(self._chosen) if self._chosen in names else -1
            step = steps[Qt.Key(event.key())]
            self._choose(names[min(max(now + step, 0), len(names) - 1)])
        else:
            super().keyPressEvent(event)

    def _choose(self, name: str) -> None:
        self._chosen = name
        self.update()
        self.chosen.emit(name)


class MatchTable(Part):
    """Aligned and folded correlation, shift and p-value of every entry."""

    HEADS = (
        marked("Verdict", "aligned"),
        marked("Verdict", "folded"),
        marked("Verdict", "shift"),
        "p",
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[MatchRow, ...] = ()

    def show_matches(self, rows: Sequence[MatchRow]) -> None:
        """Show other matches."""
        self._rows = tuple(rows)
        self.setAccessibleName("; ".join(" ".join((r.title, *cells(r))) for r in rows))
        self.setToolTip(
            "\n".join((*(translated("Verdict", t) for t in _TABLE_TIP), *map(_null_words, rows)))
        )
        self.take_height(ROW * (len(rows) + 1) if rows else 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw heads and rows, numbers flush right."""
        painter = self.painter()
        width = self.width()
        ends = [round(width * part) for part in (0.51, 0.67, 0.83, 1.0)]
        room = round(width * 0.18)
        painter.setFont(number_font())
        painter.setPen(QColor(self.theme.muted))
        for end, head in zip(ends, self.HEADS, strict=True):
            painter.drawText(QRect(end - room, 0, room, ROW), _RIGHT, translated("Verdict", head))
        painter.setPen(QColor(self.theme.text))
        for i, row in enumerate(self._rows, start=1):
            painter.setFont(font())
            elided(painter, QRect(0, i * ROW, ends[0] - room + 8, ROW), row.title)
            painter.setFont(number_font())
            for end, text in zip(ends, cells(row), strict=True):
                painter.drawText(QRect(end - room, i * ROW, room, ROW), _RIGHT, text)
        painter.end()

    def sizeHint(self) -> QSize:
        """Heads and rows."""
        return QSize(320, ROW * (len(self._rows) + 1))


def share_text(value: float) -> str:
    """Write a share; one that is nearly all never reads as certainty."""
    return f">{NBSP}.99" if 0.995 <= value < 1 else fraction(value)


_TABLE_TIP = (
    marked("Verdict", "aligned: correlation with the stored fingerprint on its lattice."),
    marked(
        "Verdict",
        "folded: best over all shifts, in standard deviations of noise; "
        "noise alone gives 2 to 4 σ.",
    ),
    marked("Verdict", "shift: how far right and down the image shows the pattern, px."),
    marked("Verdict", "p: share of photographs that match at least as well."),
)


def _null_words(row: MatchRow) -> str:
    """Say what a p-value rests on (plain text: titles of enrolled entries are not ours)."""
    title = row.title.replace("<", "‹").replace(">", "›")
    if row.null_images:
        return translate(
            "Verdict",
            "{title}: p from %n photograph(s) of this size and compression.",
            "",
            row.null_images,
        ).format(title=title)
    return translate(
        "Verdict", "{title}: p calculated for noise, no photographs to compare with."
    ).format(title=title)


def cells(row: MatchRow) -> tuple[str, str, str, str]:
    """Return the numbers of a match as text: aligned, folded, shift (x, y), p."""
    dy, dx = row.shift
    shift = f"{number(dx)}, {number(dy)}"
    folded = with_unit(number(row.folded, 1), "σ")
    return fraction(row.aligned, 3), folded, shift, probability(row.p_value)
