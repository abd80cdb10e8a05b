"""What every desk shares that asks in a dialog and has the work done by a lane."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from PySide6.QtCore import QObject, Slot

from fpinspect.batch.progress import CancelToken
from fpinspect.gui.engine import Engine, OnProgress
from fpinspect.gui.main_window import MainWindow
from fpinspect.gui.views.job_dialog import JobDialog
from fpinspect.gui.workers import JobProgress, JobResult, Lane


class JobDesk(QObject):
    """Joins one dialog at a time to the jobs of one lane.

    Parameters
    ----------
    window : MainWindow
        Shows the dialog, says what happened.
    lane : Lane
        Where the work is done.
    parent : QObject, optional
        Owner.
    """

    KEYS: ClassVar[frozenset[str]]
    """Keys of this desk's jobs: each is the name of the operation, too."""

    def __init__(self, window: MainWindow, lane: Lane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window, self._lane = window, lane
        self._dialog: Any = None
        lane.finished.connect(self._on_lane_finished)
        lane.progressed.connect(self._on_lane_progressed)

    def follow(self, dialog: JobDialog) -> None:
        """Listen to a dialog until it is closed."""
        self._dialog = dialog
        dialog.cancel_requested.connect(self._on_dialog_cancel_requested)
        dialog.finished.connect(self._on_dialog_finished)

    def submit(
        self, key: str, payload: Mapping[str, Any], *, stops: bool = True, priority: int = 0
    ) -> None:
        """Have an operation done; `stops`: the lane's own token may interrupt it."""
        self._lane.submit(key, _Ask(key, payload, stops=stops), priority=priority)

    def stop(self) -> None:
        """Stop what is being done."""
        for key in self.KEYS:
            self._lane.cancel(key)

    def arrived(self, result: JobResult) -> None:
        """Take what came of it."""
        self.end(result.error)

    def end(self, words: str, *more: Any) -> None:
        """Say how it ended, the first line in the status bar, all of it in the dialog."""
        self._window.status.say(words.partition("\n")[0])
        if self._dialog is not None:
            self._dialog.show_end(words, *more)

    def progress_words(self, progress: JobProgress) -> str:
        """Return what the dialog says of how far it is; empty leaves its words."""
        return progress.message

    @Slot()
    def _on_dialog_cancel_requested(self) -> None:
        self.stop()

    @Slot(int)
    def _on_dialog_finished(self, _result: int) -> None:
        self._dialog = None

    @Slot(object)
    def _on_lane_progressed(self, progress: JobProgress) -> None:
        if progress.key in self.KEYS and self._dialog is not None:
            words = self.progress_words(progress)
            self._dialog.show_progress(progress.done, progress.total, words)

    @Slot(object)
    def _on_lane_finished(self, result: JobResult) -> None:
        if result.key in self.KEYS:
            self.arrived(result)


class _Ask:
    """One operation, as the work of a job."""

    def __init__(self, op: str, payload: Mapping[str, Any], *, stops: bool) -> None:
        self._op, self._payload, self._stops = op, payload, stops

    def __call__(self, engine: Engine, token: CancelToken, on_progress: OnProgress) -> Any:
        given = token if self._stops else None
        return engine.call(self._op, self._payload, token=given, on_progress=on_progress)
