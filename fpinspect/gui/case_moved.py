"""Files of the case that were moved: looked for in its lane, stored when that is confirmed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Slot

from fpinspect.gui.case_desk import CaseDesk
from fpinspect.gui.translation import translate
from fpinspect.gui.workers import JobProgress, JobResult

_SEARCH, _MOVE = "search_moved", "move"


class MovedDesk(CaseDesk):
    """Finds moved files by their hash; parameters as in `CaseDesk`."""

    KEYS = frozenset({_SEARCH, _MOVE})

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
        self.submit_whole(_SEARCH, {"path": folder})

    def progress_words(self, progress: JobProgress) -> str:
        """Say how many files were looked at."""
        return translate("Case", "%n file(s) looked at", "", progress.done)

    def arrived(self, result: JobResult) -> None:
        """Show what was found, or that it was stored."""
        found: Mapping[str, Any] = result.value or {}
        if result.error or not found:
            words = result.error or translate("Case", "The search was stopped.")
            self.end(words)
        elif result.key == _SEARCH and self._dialog is not None:
            moved = [(int(number), old, new) for number, old, new in found["moved"]]
            self._dialog.show_found(moved, found["missing"], stopped=self._token.cancelled())
        elif result.key == _MOVE:
            self._keeper.move(found["items"])
            self.end(translate("Case", "%n file(s) found again", "", found["count"]))

    def _may(self) -> bool:
        return self.may_write(
            translate("Case", "Open the case whose files were moved first"),
            translate("Case", "The case is read-only: where its files are cannot be stored"),
        )

    def _do_find(self, _on: bool) -> None:
        if self._may():
            self._window.ask_search_folder(self._settings.last_folder)

    @Slot(object)
    def _on_dialog_confirmed(self, moved: Sequence[tuple[int, str, str]]) -> None:
        self.submit(_MOVE, {"moved": [list(one) for one in moved]}, stops=False)
