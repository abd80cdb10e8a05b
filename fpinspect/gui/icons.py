"""Own SVG icons in the colours of the theme."""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from fpinspect.gui.theme import disabled_colour, theme
from fpinspect.resources import resource


@lru_cache(maxsize=256)
def _svg(name: str) -> str:
    return resource(f"icons/{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=512)
def pixmap(name: str, colour: str, side: int = 16, ratio: float = 1.0) -> QPixmap:
    """Draw an icon.

    Parameters
    ----------
    name : str
        File in ``resources/icons`` without its suffix.
    colour : str
        ``#rrggbb``, put where the file says ``currentColor``.
    side : int
        Size in device-independent pixels.
    ratio : float
        Device pixels a pixel.
    """
    drawn = QPixmap(round(side * ratio), round(side * ratio))
    drawn.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(QByteArray(_svg(name).replace("currentColor", colour).encode()))
    painter = QPainter(drawn)
    renderer.render(painter, QRectF(0, 0, side * ratio, side * ratio))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn


def icon(name: str, colour: str = "text", *, side: int = 16) -> QIcon:
    """Make an icon in a colour of the theme in use (ask again when the theme changes).

    Parameters
    ----------
    name : str
        File in ``resources/icons`` without its suffix.
    colour : str
        Name of a colour of `Theme`.
    side : int
        Size in device-independent pixels.
    """
    colours = theme()
    made = QIcon()
    for ratio in _ratios():
        shown = pixmap(name, getattr(colours, colour), side, ratio)
        made.addPixmap(shown, QIcon.Mode.Normal)
        made.addPixmap(shown, QIcon.Mode.Selected)
        made.addPixmap(shown, QIcon.Mode.Active)
        made.addPixmap(pixmap(name, disabled_colour(colours), side, ratio), QIcon.Mode.Disabled)
    return made


def _ratios() -> list[int]:
    """Device pixels a pixel of the screens there are; the theme tells when there is another."""
    return sorted({1, *(math.ceil(s.devicePixelRatio()) for s in QGuiApplication.screens())})
