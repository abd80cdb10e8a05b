"""The panes of the window: queue, comparison over plots, verdict; sizes, folding, closing."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSplitter, QVBoxLayout, QWidget

from fpinspect.gui.icons import pixmap
from fpinspect.gui.theme import notifier, theme
from fpinspect.gui.translation import translate
from fpinspect.gui.viewdata import Outcome, VerdictView
from fpinspect.gui.views.look import HEADING_PX, focus_ring, font, number_font
from fpinspect.gui.views.queue_delegate import draw_shape

NARROW = 1280
"""Under this width the verdict folds under the comparison."""
_FOLD = 56
_SIDES = ((1280, 240, 320), (1600, 288, 352), (2560, 400, 480))
"""Window width, then width of queue and verdict."""
_GRID_EXTRA = 107
"""Height of the comparison beside its four rows of panels."""
_GRID_SHARE = 0.76
_PANES = ("queue", "plots", "verdict")
_SHAPES = {
    Outcome.GENERATED: "generated",
    Outcome.REAL: "real",
    Outcome.INCONCLUSIVE: "inconclusive",
    Outcome.BLOCKED: "inconclusive",
    Outcome.ERROR: "failed",
}


def grid_height(body: int) -> int:
    """Return the height of the comparison: four rows of panels, a multiple of 8 px a side."""
    side = max(64, int(_GRID_SHARE * body - _GRID_EXTRA) // 4 // 8 * 8)
    return 4 * side + _GRID_EXTRA


def side_widths(width: int) -> tuple[int, int]:
    """Return the widths of queue and verdict for a width of the window."""
    for (low, *before), (high, *after) in itertools.pairwise(_SIDES):
        if width <= high:
            share = min(max((width - low) / (high - low), 0.0), 1.0)
            queue, verdict = (
                round(b + share * (a - b)) for b, a in zip(before, after, strict=True)
            )
            return queue, verdict
    return _SIDES[-1][1], _SIDES[-1][2]


class VerdictFold(QAbstractButton):
    """The verdict in one line of 56 px: shape, word, ratio, source. A click opens the pane."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(_FOLD)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip(translate("Window", "Show or hide the verdict"))
        self._shown = VerdictView()
        self.show_verdict(self._shown)

    def show_verdict(self, shown: VerdictView) -> None:
        """Show another verdict."""
        self._shown = shown
        self.setAccessibleName(
            translate("Window", "Verdict: {word}").format(
                word=shown.word or translate("Window", "none")
            )
        )
        self.setAccessibleDescription(shown.support or shown.message)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line."""
        colours = theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours.hover if self.underMouse() else colours.panel))
        painter.fillRect(0, 0, self.width(), 1, QColor(colours.line))
        if self.hasFocus():
            focus_ring(painter, self.rect().adjusted(0, 1, 0, 0))
        at = 16.0
        shape = _SHAPES.get(self._shown.outcome)
        if shape:
            draw_shape(painter, shape, QRectF(at, (_FOLD - 14) / 2, 14, 14))
            at += 24
        painter.setPen(QColor(colours.text))
        painter.setFont(font(HEADING_PX, semibold=True))
        word = self._shown.word or translate("Window", "No image selected")
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(at, 0, self.width(), _FOLD), flags, word)
        at += painter.fontMetrics().horizontalAdvance(word) + 24
        painter.setFont(number_font())
        painter.setPen(QColor(colours.muted))
        rest = painter.fontMetrics().elidedText(
            self._details(), Qt.TextElideMode.ElideRight, int(self.width() - at - 40)
        )
        painter.drawText(QRectF(at, 0, self.width(), _FOLD), flags, rest)
        name = "chevron-down" if self.isChecked() else "chevron-up"
        shown = pixmap(name, colours.muted, 16, self.devicePixelRatioF())
        painter.drawPixmap(self.width() - 32, (_FOLD - 16) // 2, shown)

    def _details(self) -> str:
        parts = [value for name, value in self._shown.numbers[:2] if name]
        best = next((s for s in self._shown.sources if s.in_set), None)
        if best is not None:
            parts.append(best.title)
        return "    ".join(parts) or self._shown.message


class Body(QWidget):
    """Arranges the panes and keeps what the user made of them.

    Parameters
    ----------
    queue, compare, plots, verdict : QWidget
        The panes; they become this widget's.
    """

    pane_toggled = Signal(str, bool)
    """A pane was shown or hidden by other means than `show_pane`."""

    def __init__(self, queue: QWidget, compare: QWidget, plots: QWidget, verdict: QWidget) -> None:
        super().__init__()
        self._panes = {"queue": queue, "plots": plots, "verdict": verdict}
        self._hidden: set[str] = set()
        self._kept: dict[str, list[int]] = {}
        self.fold = VerdictFold()
        self.fold.toggled.connect(self._on_fold_toggled)
        self.centre = _splitter(Qt.Orientation.Vertical, compare, plots)
        column = QWidget()
        column.setObjectName("centre")
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.centre, 1)
        layout.addWidget(self.fold)
        self.across = _splitter(Qt.Orientation.Horizontal, queue, column, verdict)
        queue.setMinimumWidth(200)
        verdict.setMinimumWidth(280)
        plots.setMinimumHeight(120)
        self.across.setStretchFactor(1, 1)
        self.centre.setStretchFactor(0, 1)
        for name, splitter in (("across", self.across), ("centre", self.centre)):
            splitter.setObjectName(name)
            splitter.splitterMoved.connect(self._on_splitter_moved)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.across)
        self._narrow = False
        self.fold.hide()
        notifier().changed.connect(self._on_theme_changed)

    @property
    def narrow(self) -> bool:
        """Whether the verdict is folded under."""
        return self._narrow

    @property
    def sizes(self) -> dict[str, list[int]]:
        """Sizes that the user gave to the panes, by splitter."""
        return dict(self._kept)

    @property
    def hidden_panes(self) -> list[str]:
        """Panes that are closed."""
        return sorted(self._hidden)

    def restore(self, sizes: Mapping[str, list[int]], hidden: list[str]) -> None:
        """Bring back what an earlier window was made of."""
        self._kept = {
            name: list(found)
            for name, found in sizes.items()
            if name in {"across", "centre"} and len(found) == (3 if name == "across" else 2)
        }
        for name in _PANES:
            self.show_pane(name, name not in hidden)
        self._arrange()

    def reset(self) -> None:
        """Show all panes at their first sizes."""
        self._kept = {}
        for name in _PANES:
            self.show_pane(name, True)
        self._arrange()

    def show_pane(self, name: str, on: bool) -> None:
        """Show or close a pane."""
        self._hidden.discard(name) if on else self._hidden.add(name)
        self._place()
        self._arrange()

    def show_verdict(self, shown: VerdictView) -> None:
        """Show a verdict in the folded line."""
        self.fold.show_verdict(shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold or unfold the verdict; give every pane its share."""
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        if narrow != self._narrow:
            self._narrow = narrow
            self._place()
        self._arrange()

    def _place(self) -> None:
        verdict = self._panes["verdict"]
        target = self.centre if self._narrow else self.across
        if verdict.parentWidget() is not target:
            target.addWidget(verdict)
            target.setCollapsible(target.indexOf(verdict), False)
        wanted = "verdict" not in self._hidden
        self.fold.setVisible(self._narrow and wanted)
        verdict.setVisible(wanted and (not self._narrow or self.fold.isChecked()))
        for name in ("queue", "plots"):
            folded_out = name == "plots" and self._narrow and self.fold.isChecked() and wanted
            self._panes[name].setVisible(name not in self._hidden and not folded_out)

    def _arrange(self) -> None:
        queue, verdict = side_widths(self.width())
        across = self._kept.get("across", [queue, 0, verdict])
        queue = 0 if "queue" in self._hidden else across[0]
        right = 0 if self._narrow or "verdict" in self._hidden else across[-1]
        self.across.setSizes([queue, max(self.width() - queue - right, 1), right])
        height = self.height() - (_FOLD if self.fold.isVisibleTo(self) else 0)
        plots = self._kept.get("centre", [0, height - grid_height(height)])[1]
        if self._narrow and self.fold.isChecked():
            self.centre.setSizes([height // 2, 0, height // 2])
        elif "plots" in self._hidden:
            self.centre.setSizes([height, 0, 0])
        else:
            self.centre.setSizes([max(height - plots, 1), plots, 0])

    @Slot(bool)
    def _on_fold_toggled(self, on: bool) -> None:
        self._place()
        self._arrange()
        if on:
            self._panes["verdict"].setFocus()

    @Slot(int, int)
    def _on_splitter_moved(self, _position: int, _index: int) -> None:
        splitter = self.sender()
        if splitter is self.across and not self._narrow:
            self._kept["across"] = self.across.sizes()
        elif splitter is self.centre and not self.fold.isChecked():
            self._kept["centre"] = self.centre.sizes()[:2]

    @Slot()
    def _on_theme_changed(self) -> None:
        self.fold.update()


def _splitter(orientation: Qt.Orientation, *panes: QWidget) -> QSplitter:
    made = QSplitter(orientation)
    made.setHandleWidth(1)
    made.setChildrenCollapsible(False)
    for pane in panes:
        made.addWidget(pane)
    return made
