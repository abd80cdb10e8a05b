"""The settings dialog: what it shows, what it changes, the laboratory's key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Slot

from fpinspect.batch.progress import CancelToken
from fpinspect.gui.engine import Engine, OnProgress
from fpinspect.gui.main_window import MainWindow
from fpinspect.gui.settings import Settings
from fpinspect.gui.translation import languages, translate
from fpinspect.gui.views.settings_dialog import SettingsDialog
from fpinspect.gui.workers import JobResult, Lane

_NAMES = ("theme", "language", "jobs", "examiner", "laboratory")
_KEYS = ("key", "make_key")


class SettingsDesk(QObject):
    """Opens the dialog and does what was chosen.

    Parameters
    ----------
    window : MainWindow
        Opens the dialog, takes the theme.
    lane : Lane
        An engine with the operations ``key`` and ``make_key`` (`engine_case`).
    settings : Settings
        Changed here.
    """

    def __init__(
        self, window: MainWindow, lane: Lane, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._window, self._lane, self._settings = window, lane, settings
        self._dialog: SettingsDialog | None = None
        lane.finished.connect(self._on_lane_finished)

    def handlers(self) -> dict[str, Callable[[bool], None]]:
        """Return what does the action."""
        return {"settings": self._do_settings}

    def _do_settings(self, _on: bool) -> None:
        if self._dialog is not None:
            self._dialog.raise_()
            return
        values = {name: getattr(self._settings, name) for name in _NAMES}
        self._dialog = self._window.ask_settings(values, languages())
        self._dialog.chosen.connect(self._on_dialog_chosen)
        self._dialog.key.make_requested.connect(self._on_dialog_make_requested)
        self._dialog.finished.connect(self._on_dialog_finished)
        self._lane.submit("key", _Ask("key", {}))

    @Slot(object)
    def _on_dialog_chosen(self, values: Mapping[str, Any]) -> None:
        before = self._settings.language, self._settings.jobs
        for name in _NAMES:
            setattr(self._settings, name, values[name])
        self._window.actions_[f"theme_{values['theme']}"].trigger()
        if before != (self._settings.language, self._settings.jobs):
            self._window.status.say(
                translate("Settings", "Language and images at a time: from the next start on")
            )

    @Slot(str)
    def _on_dialog_make_requested(self, name: str) -> None:
        self._lane.submit("make_key", _Ask("make_key", {"name": name}))

    @Slot(int)
    def _on_dialog_finished(self, _result: int) -> None:
        self._dialog = None

    @Slot(object)
    def _on_lane_finished(self, result: JobResult) -> None:
        if result.key not in _KEYS or self._dialog is None:
            return
        if result.error:
            self._dialog.key.show_problem(result.error)
        else:
            self._dialog.key.show_key(result.value or {})


class _Ask:
    def __init__(self, op: str, payload: Mapping[str, Any]) -> None:
        self._op, self._payload = op, payload

    def __call__(self, engine: Engine, _token: CancelToken, _on_progress: OnProgress) -> Any:
        return engine.call(self._op, self._payload)
