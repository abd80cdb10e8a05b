"""Colours, type and the style sheet of the window, dark and light.

Fusion with an own palette: ``styleHints().setColorScheme`` does nothing on bare xcb and offscreen.
The colours themselves are in `views.look`; the window hands the chosen ones to its views.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from fpinspect.gui.views.look import ACCENT, DARK, LIGHT, TEXT_PX, Theme
from fpinspect.resources import resource

__all__ = ["DARK", "LIGHT", "Choice", "Theme", "ThemeNotifier", "apply", "notifier", "theme"]

Choice = Literal["system", "dark", "light"]

_DISABLED = {True: "#5d646c", False: "#a3abb3"}


class ThemeNotifier(QObject):
    """Says when the colours have changed, and follows the system if that is what was chosen."""

    changed = Signal(object)
    """The new `Theme`."""

    def __init__(self) -> None:
        super().__init__()
        self._choice: Choice = "system"
        self._theme = DARK
        self._applied = False
        hints = QGuiApplication.styleHints()
        if hints is not None:
            hints.colorSchemeChanged.connect(self._on_system_changed)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.screenAdded.connect(self._on_screen_added)

    @property
    def theme(self) -> Theme:
        """The colours in use."""
        return self._theme

    @property
    def choice(self) -> Choice:
        """What the user asked for."""
        return self._choice

    def choose(self, choice: Choice) -> None:
        """Use dark, light or what the system says, from now on."""
        self._choice = choice
        chosen = _resolve(choice)
        if self._applied and chosen is self._theme:
            return
        self._theme = chosen
        self._applied = True
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply(app, chosen)
        self.changed.emit(chosen)

    @Slot()
    def _on_system_changed(self) -> None:
        if self._choice == "system":
            self.choose("system")

    @Slot()
    def _on_screen_added(self) -> None:
        self.changed.emit(self._theme)  # Its icons may need more pixels.


_notifier: ThemeNotifier | None = None


def notifier() -> ThemeNotifier:
    """Return the one notifier of the process; needs a `QGuiApplication`."""
    global _notifier
    if _notifier is None:
        _notifier = ThemeNotifier()
    return _notifier


def theme() -> Theme:
    """Return the colours in use."""
    return notifier().theme


def apply(app: QApplication, colours: Theme) -> None:
    """Give the application style, palette, type and style sheet."""
    app.setStyle("Fusion")
    app.setPalette(palette(colours))
    app.setFont(system_font())
    app.setStyleSheet(style_sheet(colours))


def palette(colours: Theme) -> QPalette:
    """Make the palette of a theme."""
    role = QPalette.ColorRole
    made = QPalette()
    for colour, targets in (
        (colours.panel, (role.Window, role.Base, role.Button)),
        (colours.hover, (role.AlternateBase, role.ToolTipBase, role.Light)),
        (colours.line, (role.Midlight, role.Mid, role.Dark)),
        (colours.text, (role.WindowText, role.Text, role.ButtonText, role.ToolTipText)),
        (colours.text, (role.BrightText, role.HighlightedText, role.Link)),
        (colours.muted, (role.PlaceholderText, role.LinkVisited)),
        (colours.selected, (role.Highlight,)),
        (colours.background, (role.Shadow,)),
        (ACCENT, (role.Accent,)),
    ):
        for target in targets:
            made.setColor(target, QColor(colour))
    for target in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, target, QColor(disabled_colour(colours)))
    return made


def disabled_colour(colours: Theme) -> str:
    """Colour of text and icons that cannot be used now."""
    return _DISABLED[colours.dark]


def style_sheet(colours: Theme) -> str:
    """Fill the colours into the placeholders (``@name``) of ``resources/style.qss``."""
    values = {name: value for name, value in asdict(colours).items() if isinstance(value, str)}
    values |= {"accent": ACCENT, "disabled": disabled_colour(colours)}
    icons = resource("icons").as_posix()
    values["icons"] = icons
    values["check"] = f"{icons}/control-check-{'dark' if colours.dark else 'light'}.svg"
    text = resource("style.qss").read_text(encoding="utf-8")
    for name in sorted(values, key=len, reverse=True):
        text = text.replace(f"@{name}", values[name])
    return text


def _resolve(choice: Choice) -> Theme:
    if choice == "system":
        hints = QGuiApplication.styleHints()
        light = hints is not None and hints.colorScheme() == Qt.ColorScheme.Light
        return LIGHT if light else DARK
    return DARK if choice == "dark" else LIGHT


def system_font() -> QFont:
    """Return the system's type at 13 px; better families where there is no desktop."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    if QFontInfo(font).family() in {"", "Sans Serif", "DejaVu Sans", "DejaVu Serif", "Helvetica"}:
        font.setFamilies(["Inter", "Noto Sans", "Cantarell", "Ubuntu", "DejaVu Sans"])
    font.setPixelSize(TEXT_PX)
    return font
