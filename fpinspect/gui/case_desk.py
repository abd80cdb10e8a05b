"""What the desks share that change the case which is open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject

from fpinspect.batch.progress import CancelToken
from fpinspect.gui.case_keeper import CaseKeeper
from fpinspect.gui.job_desk import JobDesk
from fpinspect.gui.main_window import MainWindow
from fpinspect.gui.settings import Settings
from fpinspect.gui.workers import Lane


class CaseDesk(JobDesk):
    """Does something to the case that is open, if there is one and it may be written.

    Parameters
    ----------
    window : MainWindow
        Asks for a path, shows the dialog.
    keeper : CaseKeeper
        The case that is open; told what has changed.
    lane : Lane
        One engine with the operations of `engine_case`.
    settings : Settings
        Folder where the dialog begins.
    """

    def __init__(
        self,
        window: MainWindow,
        keeper: CaseKeeper,
        lane: Lane,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(window, lane, parent)
        self._keeper, self._settings = keeper, settings
        self._token = CancelToken()

    def may_write(self, closed: str, read_only: str) -> bool:
        """Tell whether the case can be changed; else say why not, in the words given for it."""
        if self._keeper.is_open and not self._keeper.read_only:
            return True
        words = read_only if self._keeper.is_open else closed
        self._window.status.say(words, lasting=True)
        return False

    def submit_whole(self, key: str, payload: Mapping[str, Any]) -> None:
        """Have an operation done that is told to stop by a token of its own, and answers then too.

        The lane's token would take the answer away, and with it what was done before it came.
        """
        self._token = CancelToken()
        self.submit(key, {**payload, "stop": self._token}, stops=False)

    def stop(self) -> None:
        """Ask for the end; the answer says what was done until then."""
        self._token.cancel()
