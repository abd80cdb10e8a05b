"""The tool bar: opening, what is seen, how image and reference are compared."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QToolBar, QToolButton

from fpinspect.gui.actions import Actions
from fpinspect.gui.icons import icon
from fpinspect.gui.translation import marked, translate, translated
from fpinspect.gui.viewdata import ViewOptions
from fpinspect.gui.views.tool_buttons import ValueButton

MODES = ("blink", "split", "difference", "region")
_HEIGHT = 41
_WIDE = 1180
"""From this width on all buttons have their words."""
_SHORT = {
    "log": marked("Window", "log"),
    "linear": marked("Window", "linear"),
    "power": marked("Window", "power"),
    "none": marked("Window", "no window"),
    "linked": marked("Window", "linked"),
    "free": marked("Window", "free"),
}


class ToolBar(QToolBar):
    """Buttons of some actions, and three that say what is chosen and offer more.

    Parameters
    ----------
    actions : Actions
        Those of the window, already in its menus.
    """

    def __init__(self, actions: Actions) -> None:
        super().__init__(translate("Window", "Tools"))
        self._actions = actions
        self.setMovable(False)
        self.setFloatable(False)
        self.setIconSize(QSize(16, 16))
        self.setFixedHeight(_HEIGHT)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._denoiser = ValueButton(translate("Window", "Denoiser"))
        self.denoiser_menu = QMenu(self._denoiser)
        self._denoiser.setMenu(self.denoiser_menu)
        self._denoiser.setToolTip(
            translate("Window", "Whose residual is shown; the verdict keeps its own")
        )
        self._spectrum = ValueButton(translate("Window", "Spectrum"))
        self._spectrum.setToolTip(translate("Window", "Scale, window and estimate of the spectra"))
        self._spectrum.setMenu(self._spectrum_menu(actions))
        self._levels = ValueButton(translate("Window", "Levels"))
        self._levels.setToolTip(
            translate("Window", "One colour range for a row, or one for each panel")
        )
        self._levels.setMenu(actions.menus["Lab/Levels"])
        for name in ("open", "open_folder"):
            self.addAction(actions[name])
        self.addSeparator()
        for button in (self._denoiser, self._spectrum, self._levels):
            self.addWidget(button)
        self.addSeparator()
        for name in MODES:
            self.addAction(actions[name])
        self.addSeparator()
        self.addAction(actions["report"])

    @property
    def tab_stops(self) -> tuple[QToolButton, ...]:
        """What the Tab key walks through; the others are actions with keys of their own."""
        return (self._denoiser, self._spectrum, self._levels)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the words of the modes out where there is little room."""
        super().resizeEvent(event)
        more = self.findChild(QToolButton, "qt_toolbar_ext_button")
        if more is not None:
            more.setIcon(icon("chevron-down"))
            more.setToolTip(translate("Window", "More tools"))
            more.setAccessibleName(translate("Window", "More tools"))
        style = Qt.ToolButtonStyle
        wanted = (
            style.ToolButtonTextBesideIcon if self.width() >= _WIDE else style.ToolButtonIconOnly
        )
        for name in MODES:
            button = self.widgetForAction(self._actions[name])
            if isinstance(button, QToolButton) and button.toolButtonStyle() != wanted:
                button.setToolButtonStyle(wanted)

    def show_options(self, options: ViewOptions, denoiser: str) -> None:
        """Show what is chosen."""
        self._denoiser.set_value(denoiser)
        scale, window, levels = (
            translated("Window", _SHORT.get(str(chosen), str(chosen)))
            for chosen in (options.scale, options.window, options.levels)
        )
        self._spectrum.set_value(f"{scale}, {window}")
        self._levels.set_value(levels)

    def _spectrum_menu(self, actions: Actions) -> QMenu:
        menu = QMenu(self._spectrum)
        for part in ("Lab/Scale", "Lab/Window", "Lab/Estimate"):
            menu.addMenu(actions.menus[part])
        menu.addSeparator()
        for name in ("of_residual", "of_denoised", "of_image"):
            menu.addAction(actions[name])
        menu.addSeparator()
        for name in ("against_real", "remove_axes"):
            menu.addAction(actions[name])
        return menu
