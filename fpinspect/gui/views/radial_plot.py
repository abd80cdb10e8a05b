"""Radial profile of the image over its references, with a legend that doubles as readout."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRect, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget
from shiboken6 import delete

from fpinspect.gui.translation import translate
from fpinspect.gui.viewdata import Curve, Role
from fpinspect.gui.views.heads import elided
from fpinspect.gui.views.look import DARK, Theme, font, number_font, role_colour
from fpinspect.wording import number, with_unit

ROW = 20
LEGEND = 256
RANGE_CPP = (0.08, 0.5)
_FLOOR_DB, _TOP_DB = -8.0, 8.0
_OTHERS = ([6.0, 3.0], [2.0, 3.0], [8.0, 3.0, 2.0, 3.0], [1.0, 2.0])
_FIT = [4.0, 3.0]


def pen_of(curve: Curve, number_of_kind: int, theme: Theme) -> QPen:
    """Return the stroke of a curve: the same in plot and legend."""
    width = {Role.IMAGE: 2.0, Role.MATCH: 1.5, Role.REAL: 1.5}.get(curve.role, 1.0)
    pen = QPen(role_colour(curve.role, theme), width)
    pen.setCosmetic(True)
    if curve.role is Role.FIT:
        pen.setDashPattern(_FIT)
    elif curve.role is Role.OTHER:
        pen.setDashPattern(_OTHERS[number_of_kind % len(_OTHERS)])
    return pen


class Axis(pg.AxisItem):
    """An axis whose numbers are written as everywhere: true minus, signed levels."""

    def __init__(self, orientation: str, step: float, digits: int, *, sign: bool) -> None:
        super().__init__(orientation)
        self._digits, self._sign = digits, sign
        self.enableAutoSIPrefix(False)
        self._step = step

    def tickValues(
        self, minVal: float, maxVal: float, size: float
    ) -> list[tuple[float, list[float]]]:
        """Place ticks at multiples of the step, or of twice, half, a quarter of it."""
        span = maxVal - minVal
        step = self._step
        while span / step > max(size / 20, 2):
            step *= 2
        while span / step < 2:
            step /= 2
        first = int(np.ceil(minVal / step - 1e-9))
        last = int(np.floor(maxVal / step + 1e-9))
        return [(step, [k * step for k in range(first, last + 1)])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Write the numbers."""
        digits = self._digits
        while spacing < 10.0**-digits * 0.999 and digits < 5:
            digits += 1
        return [number(v, digits, sign=self._sign) for v in values]


class Legend(QWidget):
    """Stroke, name and level at the crosshair of every curve."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._curves: tuple[tuple[Curve, QPen], ...] = ()
        self._at = 0.25
        self.setFixedWidth(LEGEND)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_curves(self, curves: Sequence[tuple[Curve, QPen]], at: float) -> None:
        """Show other curves, or another frequency."""
        self._curves, self._at = tuple(curves), at
        words = (f"{c.label} {level_text(c, at)}" for c, _ in curves)
        self.setAccessibleName("; ".join(words))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw one row per curve."""
        painter = QPainter(self)
        painter.setFont(number_font())
        painter.setPen(QColor(self._theme.muted))
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        width = self.width() - 16
        row = max(min(ROW, (self.height() - 8) // (len(self._curves) + 1)), 14)
        head = with_unit(
            translate("Plots", "at {frequency}").format(frequency=number(self._at, 3)), "cycles/px"
        )
        painter.drawText(QRect(0, 4, width, row), middle, head)
        painter.drawText(QRect(0, 4, width, row), right, "dB")
        for i, (curve, pen) in enumerate(self._curves, start=1):
            y = 8 - (ROW - row) // 2 + i * row
            if curve.low_db is not None:
                band = QColor(pen.color())
                band.setAlphaF(0.25)
                painter.fillRect(QRect(0, y + (row - 12) // 2, 26, 12), band)
            painter.setPen(pen)
            painter.drawLine(0, y + row // 2, 26, y + row // 2)
            painter.setPen(QColor(self._theme.text))
            painter.setFont(font())
            name = (
                translate("Plots", "{label}, quartiles").format(label=curve.label)
                if curve.low_db is not None
                else curve.label
            )
            fitted = curve.role is Role.FIT
            elided(painter, QRect(34, y, width - 34 - (0 if fitted else 48), row), name)
            if not fitted:
                painter.setFont(number_font())
                painter.drawText(QRect(0, y, width, row), right, level_text(curve, self._at))
        painter.end()


def level_text(curve: Curve, at: float) -> str:
    """Level of a curve at a frequency."""
    if not curve.freq_cpp.size or not curve.freq_cpp[0] - 1e-6 <= at <= curve.freq_cpp[-1] + 1e-6:
        return "–"
    return number(float(np.interp(at, curve.freq_cpp, curve.db)), 2, sign=True)


class RadialPlot(QWidget):
    """Curves over their bands, and the legend."""

    frequency_hovered = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._curves: tuple[Curve, ...] = ()
        self._at = 0.25
        self._strong = False
        axes = {
            "bottom": Axis("bottom", 0.1, 1, sign=False),
            "left": Axis("left", 2.0, 0, sign=True),
        }
        self.plot = pg.PlotWidget(self, background=None, axisItems=axes, enableMenu=False)
        self.plot.setAccessibleName(translate("Plots", "Radial profile"))
        for part in (self.plot, self.plot.viewport()):  # No key does anything there.
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.setToolTip(
            translate(
                "Plots",
                "Mean level by distance from zero frequency. Bands: quartiles of the same profile "
                "over single images of the reference. Double-click restores the range.",
            )
        )
        item = self.plot.getPlotItem()
        item.hideButtons()
        item.setLabel("bottom", translate("Plots", "radial frequency, cycles/px"))
        item.setLabel("left", translate("Plots", "dB re. median"))
        item.layout.setContentsMargins(0, 12, 16, 2)
        item.getAxis("left").setWidth(48)
        item.getAxis("bottom").setHeight(40)
        self._line = pg.InfiniteLine(pos=self._at, angle=90, movable=False)
        item.addItem(self._line)
        self.legend = Legend()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 0, 0)
        layout.setSpacing(16)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.legend)
        self.plot.setMaximumWidth(1040)
        self.plot.scene().sigMouseMoved.connect(self._on_scene_mouse_moved)
        self.plot.scene().sigMouseClicked.connect(self._on_scene_mouse_clicked)

    @property
    def curves(self) -> tuple[Curve, ...]:
        """What is shown."""
        return self._curves

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.plot.setBackground(theme.panel)
        item = self.plot.getPlotItem()
        for name in ("left", "bottom"):
            axis = item.getAxis(name)
            axis.setPen(pg.mkPen(theme.line))
            axis.setTextPen(pg.mkPen(theme.muted))
            axis.setStyle(tickFont=number_font(), tickLength=-4, hideOverlappingLabels=False)
            axis.label.setFont(number_font())
        item.getAxis("left").setGrid(60)
        self._line.setPen(pg.mkPen(theme.text, width=1))
        self.legend.set_theme(theme)
        self._draw()

    def show_curves(self, curves: Sequence[Curve]) -> None:
        """Show other curves."""
        self._curves = tuple(curves)
        self._draw()
        self.reset_range()

    def take_apart(self) -> None:
        """Free the scene in pyqtgraph's own order; nothing can be shown afterwards."""
        self._curves = ()
        self._draw()
        self.plot.close()  # Parted from this widget, it has to be destroyed here.
        delete(self.plot)

    def set_strong(self, strong: bool) -> None:
        """Draw the image's curve bold: a chosen contribution lives here."""
        self._strong = strong
        self._draw()

    @Slot(float)
    def set_frequency(self, radius: float) -> None:
        """Move the line to a radius, cycles per pixel."""
        self._at = min(max(radius, 0.0), 0.71)
        self._line.setPos(self._at)
        self._show_legend()

    def reset_range(self) -> None:
        """Show all of the image's curve, and of the others what lies in the usual range."""
        spans = [(c.role, _span(c)) for c in self._curves if c.role is not Role.FIT]
        found = [(role, span) for role, span in spans if span is not None]
        low = max(min((span[0] for _, span in found), default=-4.0), _FLOOR_DB)
        high = min(max((span[1] for _, span in found), default=2.0), _TOP_DB)
        for role, span in found:
            if role is Role.IMAGE:
                low, high = min(low, span[0]), max(high, span[1])
        item = self.plot.getPlotItem()
        item.setXRange(*RANGE_CPP, padding=0)
        item.setYRange(low - 0.4, high + 0.4, padding=0)

    def _pens(self) -> list[tuple[Curve, QPen]]:
        others = 0
        made = []
        for curve in self._curves:
            made.append((curve, pen_of(curve, others, self._theme)))
            others += curve.role is Role.OTHER
        return made

    def _draw(self) -> None:
        item = self.plot.getPlotItem()
        for old in [i for i in item.items if i is not self._line]:
            item.removeItem(old)
        order = {Role.OTHER: 0, Role.REAL: 1, Role.MATCH: 2, Role.FIT: 3, Role.IMAGE: 4}
        for curve, pen in sorted(self._pens(), key=lambda pair: order[pair[0].role]):
            if curve.low_db is not None and curve.high_db is not None:
                self._draw_band(curve, pen)
            if curve.role is Role.IMAGE and self._strong:
                pen.setWidthF(3.0)
            # Bounds are ours (`reset_range`): pyqtgraph would look for them at every curve.
            item.addItem(_curve(curve.freq_cpp, curve.db, pen), ignoreBounds=True)
        self._show_legend()

    def _draw_band(self, curve: Curve, pen: QPen) -> None:
        item = self.plot.getPlotItem()
        edge, inside = QColor(pen.color()), QColor(pen.color())
        edge.setAlphaF(0.5)
        inside.setAlphaF(0.1)
        line = QPen(edge, 1)
        line.setCosmetic(True)
        low, high = (_curve(curve.freq_cpp, db, line) for db in (curve.low_db, curve.high_db))
        for part in (pg.FillBetweenItem(low, high, brush=inside), low, high):
            item.addItem(part, ignoreBounds=True)

    def _show_legend(self) -> None:
        self.legend.show_curves(self._pens(), self._at)

    @Slot(object)
    def _on_scene_mouse_moved(self, at: QPointF) -> None:
        box = self.plot.getPlotItem().getViewBox()
        if box.sceneBoundingRect().contains(at):
            self.set_frequency(box.mapSceneToView(at).x())
            self.frequency_hovered.emit(self._at)

    @Slot(object)
    def _on_scene_mouse_clicked(self, event: object) -> None:
        if event.double():
            self.reset_range()


def _span(curve: Curve) -> tuple[float, float] | None:
    """Lowest and highest level of a curve over the frequencies shown."""
    shown = (curve.freq_cpp >= RANGE_CPP[0]) & (curve.freq_cpp <= RANGE_CPP[1])
    levels = curve.db[shown & np.isfinite(curve.db)]
    return (float(levels.min()), float(levels.max())) if levels.size else None


def _curve(x: np.ndarray, y: np.ndarray, pen: QPen) -> pg.PlotCurveItem:
    kept = np.isfinite(y)
    return pg.PlotCurveItem(x[kept].astype(float), y[kept].astype(float), pen=pen, antialias=True)
