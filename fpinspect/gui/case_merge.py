"""Merging another case into the one that is open: asked for, told of, done in the case's lane."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot

from fpinspect.gui.case_desk import CaseDesk
from fpinspect.gui.translation import translate
from fpinspect.gui.workers import JobProgress, JobResult

_KEY = "merge"


class MergeDesk(CaseDesk):
    """Takes another case over; parameters as in `CaseDesk`."""

    KEYS = frozenset({_KEY})

    _other = ""

    def handlers(self) -> dict[str, Callable[[bool], None]]:
        """Return what does the action."""
        return {"merge_case": self._do_merge}

    def ask(self, other: str) -> None:
        """Say what merging a case does, and do it if that is wanted."""
        if self._dialog is not None or not self._may():
            return
        self._other = other
        self._settings.last_folder = str(Path(other).parent)
        dialog = self._window.ask_merge(self._keeper.path, other)
        dialog.confirmed.connect(self._on_dialog_confirmed)
        self.follow(dialog)

    def _may(self) -> bool:
        return self.may_write(
            translate("Case", "Open or make the case that is to hold both first"),
            translate("Case", "Not merged: the case is read-only"),
        )

    def _do_merge(self, _on: bool) -> None:
        if self._may():
            self._window.ask_other_case(self._settings.last_folder)

    @Slot()
    def _on_dialog_confirmed(self) -> None:
        self.submit_whole(_KEY, {"path": self._other})

    def progress_words(self, _progress: JobProgress) -> str:
        """Leave what the dialog says of the merge."""
        return ""

    def arrived(self, result: JobResult) -> None:
        """Show what was taken over, and say so."""
        found: Mapping[str, Any] = result.value or {}
        words = result.error or translate("Case", "The merge was stopped: nothing was changed.")
        if found:
            words = _words(found, Path(self._other).name)
            self._keeper.take_over(found["items"])
        self.end(words, found.get("conflicts", ()))


def _words(found: Mapping[str, Any], other: str) -> str:
    counts = ", ".join(
        (
            translate("Case", "%n image(s) added", "", found["added"]),
            translate("Case", "%n known already", "", found["known"]),
            translate("Case", "%n result(s) taken over", "", found["inspections"]),
        )
    )
    said = translate("Case", "Merged {other}: {counts}.").format(other=other, counts=counts)
    chain = translate(
        "Case", "Its audit chain of {records} records was appended; the chain’s head is now {head}."
    ).format(records=f"{found['records']:,}", head=found["head"][:16])
    return f"{said}\n{chain}"
