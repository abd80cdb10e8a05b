"""What else the image may be compared with, beside the grid where there is room for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from fpinspect.gui import colormaps
from fpinspect.gui.icons import pixmap
from fpinspect.gui.plain import tip
from fpinspect.gui.translation import translate
from fpinspect.gui.viewdata import Choice, Column
from fpinspect.gui.views.heads import elided
from fpinspect.gui.views.image_panel import Colouring, to_image
from fpinspect.gui.views.look import DARK, Theme, focus_ring, font, number_font

LEAST_WIDTH, MOST_WIDTH = 144, 232
_HEAD, _THUMB, _PAD = 28, 48, 8
_ROW = _THUMB + 2 * _PAD


def thumbnail(column: Column, side: int) -> QPixmap | None:
    """Draw the log-magnitude of an entry, `side` pixels of the screen wide."""
    if column.magnitude is None:
        return None
    low, high = colormaps.MAGNITUDE_RANGE
    picture = to_image(column.magnitude.data, Colouring("magma", low, high))
    smooth = Qt.TransformationMode.SmoothTransformation
    return QPixmap.fromImage(
        picture.scaled(side, side, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    )


class Offer(QAbstractButton):
    """One more reference: its spectrum, its name, how many images it is made of."""

    def __init__(self, choice: Choice, entry: Column | None, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.key, self.choice = choice.key, choice
        self._title, self._entry, self._theme = choice.title, entry, theme
        self._picture: QPixmap | None = None
        self._note = choice.group
        if entry is not None:
            self._note = translate("Window", "%n image(s)", "", entry.images)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        words = translate("Comparison", "Add {title} as a reference").format(title=choice.title)
        self.setAccessibleName(words)
        self.setToolTip(tip(words))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """One row."""
        return QSize(LEAST_WIDTH, _ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw thumbnail, name, count, and a plus under the pointer."""
        painter, colours = QPainter(self), self._theme
        lit = self.underMouse() or self.isDown()
        painter.fillRect(self.rect(), QColor(colours.hover if lit else colours.background))
        box = QRect(0, _PAD, _THUMB, _THUMB)
        if self._picture is None and self._entry is not None:
            self._picture = thumbnail(self._entry, round(_THUMB * self.devicePixelRatioF()))
        if self._picture is not None:
            painter.drawPixmap(box, self._picture)
        else:
            painter.fillRect(box, QColor(colours.track))
        left, right = _THUMB + 12, self.width() - 8
        if lit or self.hasFocus():
            right -= 20
            plus = pixmap("plus", colours.text, 16, self.devicePixelRatioF())
            painter.drawPixmap(right + 4, (self.height() - 16) // 2, plus)
        painter.setFont(font())
        painter.setPen(QColor(colours.text))
        elided(painter, QRect(left, 14, right - left, 18), self._title)
        painter.setFont(number_font())
        painter.setPen(QColor(colours.muted))
        elided(painter, QRect(left, 33, right - left, 16), self._note)
        if self.hasFocus():
            focus_ring(painter, self.rect())
        painter.end()


class MoreReferences(QWidget):
    """A column of references that can be added; it shows as many as fit."""

    chosen = Signal(str)
    """Key of a `Choice`."""
    refilled = Signal()
    """The offers were made anew."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(translate("Comparison", "More references"))
        self._theme = DARK
        self._entries: dict[str, Column] = {}
        self._offered: tuple[Choice, ...] = ()
        self.offers: list[Offer] = []

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to add."""
        return not self._offered

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for offer in self.offers:
            offer.set_theme(theme)
        self.update()

    def set_entries(self, columns: Iterable[Column]) -> None:
        """Take the bank's own pictures."""
        self._entries = {column.key: column for column in columns}
        self._fill(anew=True)

    def show_offers(self, choices: Sequence[Choice], shown: Iterable[str]) -> None:
        """Offer all that is not shown already."""
        there = set(shown)
        offered = tuple(choice for choice in choices if choice.key not in there)
        if offered != self._offered:
            self._offered = offered
            self._fill()

    def _fill(self, *, anew: bool = False) -> None:
        # Those offered before stay as they are: a picture costs more than all else of an offer.
        kept = {} if anew else {offer.choice: offer for offer in self.offers}
        for offer in self.offers:
            if kept.get(offer.choice) is not offer or offer.choice not in self._offered:
                offer.setParent(None)
                offer.deleteLater()
        self.offers = [kept.get(choice) or self._make(choice) for choice in self._offered]
        self._place()
        self.update()
        self.refilled.emit()

    def _make(self, choice: Choice) -> Offer:
        offer = Offer(choice, self._entries.get(choice.key), self._theme, self)
        offer.clicked.connect(lambda: self.chosen.emit(choice.key))
        return offer

    def _place(self) -> None:
        for at, offer in enumerate(self.offers):
            top = _HEAD + at * _ROW
            offer.setGeometry(0, top, self.width(), _ROW)
            offer.setVisible(top + _ROW <= self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many as fit."""
        self._place()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Name the column, over a hairline at its left."""
        painter = QPainter(self)
        painter.setFont(font())
        painter.setPen(QColor(self._theme.muted))
        name = translate("Comparison", "Add a reference")
        elided(painter, QRect(0, 0, self.width(), 24), name)
        painter.end()
