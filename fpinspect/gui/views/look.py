"""How views look: the colours of the two themes, and type."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from fpinspect.gui.viewdata import Outcome, Role

GENERATED, REAL, INCONCLUSIVE, FAILED = "#e8833a", "#2aa198", "#8b87b3", "#d1495b"
ACCENT = "#4c9be8"
TEXT_PX, NUMBER_PX, HEADING_PX = 13, 12, 20


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one theme, as ``#rrggbb``.

    Attributes
    ----------
    background, panel, line : str
        Window, panes, hairlines.
    text, muted : str
        Contrast at least 4.5 : 1 on `panel`.
    hover, track, selected : str
        Hovered or checked controls, the empty part of a bar, the selected row.
    dark : bool
        Which of the two it is.
    """

    background: str
    panel: str
    line: str
    text: str
    muted: str
    hover: str
    track: str
    selected: str
    dark: bool


DARK = Theme(
    background="#16181b",
    panel="#1d2024",
    line="#2c3036",
    text="#e6e8ea",
    muted="#9aa2ab",
    hover="#262a2f",
    track="#2c3036",
    selected="#253647",
    dark=True,
)
LIGHT = Theme(
    background="#f7f8f9",
    panel="#ffffff",
    line="#dfe3e7",
    text="#16181b",
    muted="#5c6670",
    hover="#eef1f3",
    track="#e6e9ec",
    selected="#dfedfb",
    dark=False,
)

_OUTCOME_COLOURS = {
    Outcome.GENERATED: GENERATED,
    Outcome.REAL: REAL,
    Outcome.INCONCLUSIVE: INCONCLUSIVE,
    Outcome.BLOCKED: INCONCLUSIVE,
    Outcome.ERROR: FAILED,
}


def outcome_colour(outcome: Outcome, theme: Theme) -> QColor:
    """Colour of the shape and the bars of a verdict."""
    return QColor(_OUTCOME_COLOURS.get(outcome, theme.muted))


def role_colour(role: Role, theme: Theme) -> QColor:
    """Colour of a curve or bar, the same in every plot."""
    colours = {Role.MATCH: GENERATED, Role.REAL: REAL, Role.OTHER: theme.muted}
    return QColor(colours.get(role, theme.text))


def font(px: int = TEXT_PX, *, semibold: bool = False, tabular: bool = False) -> QFont:
    """Return the application's font at a size of the type scale.

    Parameters
    ----------
    px : int
        Size in device-independent pixels.
    semibold : bool
        Weight 600.
    tabular : bool
        Digits of equal width, so that columns of numbers line up.
    """
    made = QFont(QApplication.font())
    made.setPixelSize(px)
    if semibold:
        made.setWeight(QFont.Weight.DemiBold)
    if tabular:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


def number_font(*, semibold: bool = False) -> QFont:
    """Font of numbers, units, ticks and small print."""
    return font(NUMBER_PX, semibold=semibold, tabular=True)


_MOST_SHORTENED = 4096
_shortened: dict[tuple[str, str, int, Qt.TextElideMode], str] = {}
"""Texts as shortened before: measuring one takes as long as drawing it, at every paint."""


def shortened(painter: QPainter, text: str, width: int, mode: Qt.TextElideMode) -> str:
    """Shorten a text to so many pixels in the painter's font."""
    key = painter.font().key(), text, width, mode
    if key not in _shortened:
        if len(_shortened) >= _MOST_SHORTENED:
            _shortened.clear()
        _shortened[key] = painter.fontMetrics().elidedText(text, mode, width)
    return _shortened[key]


def colour_text(widget: QWidget, colour: str) -> None:
    """Give a label its text colour without a style sheet."""
    if isinstance(widget, PlainLabel):
        widget.set_colour(colour)
        return
    palette = widget.palette()
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text):
        palette.setColor(role, QColor(colour))
    widget.setPalette(palette)


def fill(widget: QWidget, colour: str) -> None:
    """Give a widget its background colour."""
    palette = widget.palette()
    palette.setColor(QPalette.ColorRole.Window, QColor(colour))
    palette.setColor(QPalette.ColorRole.Base, QColor(colour))
    widget.setPalette(palette)
    widget.setAutoFillBackground(True)


def focus_ring(painter: QPainter, place: QRect) -> None:
    """Draw the 2-px ring of what has the keys, inside a rectangle."""
    painter.setPen(QColor(ACCENT))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for inset in (0, 1):
        painter.drawRect(place.adjusted(inset, inset, -1 - inset, -1 - inset))


class PlainLabel(QLabel):
    """A label that shows any text as it is: never as markup."""

    def __init__(self) -> None:
        super().__init__()
        self._colour = ""
        self.setTextFormat(Qt.TextFormat.PlainText)

    def set_colour(self, colour: str) -> None:
        """Write in a colour."""
        self._colour = colour
        self._apply_colour()

    def changeEvent(self, event: QEvent) -> None:
        """Keep the colour when a new parent brings its style, and tell selectable text of it."""
        super().changeEvent(event)
        if self._colour and event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._apply_colour()

    def _apply_colour(self) -> None:
        palette, colour = self.palette(), QColor(self._colour)
        if palette.color(QPalette.ColorRole.WindowText) != colour:
            palette.setColor(QPalette.ColorRole.WindowText, colour)
            palette.setColor(QPalette.ColorRole.Text, colour)
            self.setPalette(palette)
        flags = self.textInteractionFlags()
        if flags != Qt.TextInteractionFlag.NoTextInteraction:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
            self.setTextInteractionFlags(flags)


def plain_label(text: str = "", *, face: QFont | None = None, wrap: bool = False) -> PlainLabel:
    """Return a label that shows any text as it is: never as markup."""
    label = PlainLabel()
    label.setText(text)
    label.setWordWrap(wrap)
    label.setFont(face or font())
    return label
