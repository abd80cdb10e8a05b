"""Every action of the window: its words, keys, icon and place in the menus, in one table."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from fpinspect.gui.action_table import SPECS, ActionSpec
from fpinspect.gui.icons import icon
from fpinspect.gui.translation import marked, translated

_BUTTONS = {"open_folder": marked("Action", "Folder"), "report": marked("Action", "Report")}
"""Words of the tool bar where they are shorter than in the menu."""
__all__ = ["MENUS", "SPECS", "ActionSpec", "Actions", "shortcut_rows"]

MENUS = tuple(dict.fromkeys(spec.menu.partition("/")[0] for spec in SPECS))


class Actions(QObject):
    """The window's actions, made from `SPECS`.

    Parameters
    ----------
    window : QWidget
        Gets the actions, so that their keys work everywhere in it.
    """

    triggered = Signal(str, bool)
    """Name of an action, and whether it is on."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        self._icons: dict[str, str] = {}
        self._groups: dict[str, QActionGroup] = {}
        self.menus: dict[str, QMenu] = {}
        for spec in SPECS:
            if spec.name:
                self._make(spec, window)

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __contains__(self, name: str) -> bool:
        return name in self._actions

    def __iter__(self) -> Iterator[str]:
        return iter(self._actions)

    def fill(self, bar: QMenuBar) -> None:
        """Put all actions into the menus of a bar."""
        for title in MENUS:
            self._menu(bar, title)
        for spec in SPECS:
            menu = self._menu(bar, spec.menu)
            if spec.name:
                menu.addAction(self._actions[spec.name])
            else:
                menu.addSeparator()

    def set_on(self, name: str, on: bool = True) -> None:
        """Turn an action on or off without telling of it."""
        action = self._actions[name]
        blocked = action.blockSignals(True)
        action.setChecked(on)
        action.blockSignals(blocked)
        # Buttons listen to `changed`, which was held back as well.
        action.changed.emit()

    def enable(self, on: bool, *names: str) -> None:
        """Say which actions can be used now."""
        for name in names:
            self._actions[name].setEnabled(on)

    def refresh_icons(self) -> None:
        """Draw the icons in the colours of the theme in use."""
        for name, file in self._icons.items():
            self._actions[name].setIcon(icon(file))

    def _make(self, spec: ActionSpec, window: QWidget) -> None:
        action = QAction(translated("Action", spec.text), window)
        action.setObjectName(spec.name)
        # The space widens the gap between icon and words to 8 px.
        words = translated("Action", _BUTTONS.get(spec.name, spec.text)).removesuffix("…")
        action.setIconText(f" {words}")
        action.setCheckable(spec.checkable)
        keys = [QKeySequence(part) for part in spec.keys.split()]
        action.setShortcuts(keys)
        shown = ", ".join(k.toString(QKeySequence.SequenceFormat.NativeText) for k in keys)
        tip = translated("Action", spec.tip)
        action.setToolTip(f"{tip} ({shown})")
        action.setStatusTip(tip)
        if spec.icon:
            self._icons[spec.name] = spec.icon
            action.setIcon(icon(spec.icon))
        if spec.group:
            self._group(spec.group).addAction(action)
        action.triggered.connect(self._on_action_triggered)
        window.addAction(action)
        self._actions[spec.name] = action

    def _group(self, name: str) -> QActionGroup:
        if name not in self._groups:
            group = QActionGroup(self)
            if name.endswith("?"):
                group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
            self._groups[name] = group
        return self._groups[name]

    def _menu(self, bar: QMenuBar, path: str) -> QMenu:
        if path not in self.menus:
            above, _, title = path.rpartition("/")
            parent = self._menu(bar, above) if above else bar
            words = translated("Action", title)
            made = parent.addMenu(words if above else f"&{words}")
            made.setToolTipsVisible(False)
            self.menus[path] = made
        return self.menus[path]

    @Slot(bool)
    def _on_action_triggered(self, on: bool) -> None:
        sender = self.sender()
        if sender is not None:
            self.triggered.emit(sender.objectName(), on)


def shortcut_rows() -> list[tuple[str, str, str, str]]:
    """Return menu, words, keys and meaning of every action, for the sheet (F1)."""
    rows = []
    for spec in SPECS:
        if spec.name:
            keys = ", ".join(
                QKeySequence(part).toString(QKeySequence.SequenceFormat.NativeText)
                for part in spec.keys.split()
            )
            menu = translated("Action", spec.menu.split("/")[0])
            words = translated("Action", spec.text).removesuffix("…")
            rows.append((menu, words, keys, translated("Action", spec.tip)))
    return rows
