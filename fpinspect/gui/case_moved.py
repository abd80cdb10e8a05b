"""Files of the case that were moved: looked for in its lane, stored when that is confirmed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Slot

from fpinspect.batch.progress import CancelToken
from fpinspect.gui.case_keeper import CaseKeeper
from fpinspect.gui.job_desk import JobDesk
from fpinspect.gui.main_window import MainWindow
from fpinspect.gui.settings import Settings
from fpinspect.gui.translation import translate
from fpinspect.gui.workers import JobProgress, JobResult, Lane

_SEARCH, _MOVE = "search_moved", "move"


class MovedDesk(JobDesk):
    """Finds moved files by their hash.

    Parameters
    ----------
    window : MainWindow
        Asks for the folder, shows the dialog.
    keeper : CaseKeeper
        The case that is open; told where its files are now.
    lane : Lane
        One engine with the operations of `engine_case`.
    settings : Settings
        Folder where the dialog begins.
    """

    KEYS = frozenset({_SEARCH, _MOVE})

    def __init__(
        self,
        window: MainWindow,
        keeper: CaseKeeper,
        lane: Lane,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(lane, parent)
        self._window, self._keeper, self._settings = window, keeper, settings
        self._stop = CancelToken()
        window.search_chosen.connect(self.ask)

    def handlers(self) -> dict[str, Callable[[bool], None]]:
        """Return what does the action."""
        return {"find_moved": self._do_find}

    def ask(self, folder: str) -> None:
        """Look in a folder, and show what is found."""
        if self._dialog is not None or not self._may():
            return
        self._settings.last_folder = folder
        dialog = self._window.ask_moved(folder)
        dialog.confirmed.connect(self._on_dialog_confirmed)
        self.follow(dialog)
        self._stop = CancelToken()
        # A token of its own: what was found before it is shown.
        self.submit(_SEARCH, {"path": folder, "stop": self._stop}, stops=False)

    def stop(self) -> None:
        """End the search with what it has found."""
        self._stop.cancel()

    def progress_words(self, progress: JobProgress) -> str:
        """Say how many files were looked at."""
        return translate("Case", "%n file(s) looked at", "", progress.done)

    def arrived(self, result: JobResult) -> None:
        """Show what was found, or that it was stored."""
        found: Mapping[str, Any] = result.value or {}
        if result.error or not found:
            words = result.error or translate("Case", "The search was stopped.")
            self._end(words)
        elif result.key == _SEARCH and self._dialog is not None:
            moved = [(int(number), old, new) for number, old, new in found["moved"]]
            self._dialog.show_found(moved, found["missing"], stopped=self._stop.cancelled())
        elif result.key == _MOVE:
            self._keeper.move(found["items"])
            self._end(translate("Case", "%n file(s) found again", "", found["count"]))

    def _end(self, words: str) -> None:
        self._window.status.say(words)
        if self._dialog is not None:
            self._dialog.show_end(words)

    def _may(self) -> bool:
        words = ""
        if not self._keeper.is_open:
            words = translate("Case", "Open the case whose files were moved first")
        elif self._keeper.read_only:
            words = translate("Case", "The case is read-only: where its files are cannot be stored")
        if words:
            self._window.status.say(words, lasting=True)
        return not words

    def _do_find(self, _on: bool) -> None:
        if self._may():
            self._window.ask_search_folder(self._settings.last_folder)

    @Slot(object)
    def _on_dialog_confirmed(self, moved: Sequence[tuple[int, str, str]]) -> None:
        self.submit(_MOVE, {"moved": [list(one) for one in moved]}, stops=False)
