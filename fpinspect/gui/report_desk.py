"""The report: asked for in a dialog, written by an engine, noted in the case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Slot

from fpinspect.gui.case_keeper import CaseKeeper
from fpinspect.gui.job_desk import JobDesk
from fpinspect.gui.main_window import MainWindow
from fpinspect.gui.models import QueueModel
from fpinspect.gui.queue_item import Mark, QueueItem
from fpinspect.gui.queue_runner import QueueRunner
from fpinspect.gui.settings import Settings
from fpinspect.gui.translation import translate
from fpinspect.gui.views.report_dialog import ReportChoice
from fpinspect.gui.workers import JobResult, Lane

_KEY = "report"


class ReportDesk(JobDesk):
    """Opens the dialog and has the report written where inspections are made.

    Parameters
    ----------
    window : MainWindow
        Opens the dialog, says what happened.
    model, runner : QueueModel, QueueRunner
        The images, their parameters and bank.
    keeper : CaseKeeper
        The case, if one is open.
    lane : Lane
        Engines with the operation ``report``.
    settings : Settings
        Folder and examiner.
    """

    KEYS = frozenset({_KEY})

    def __init__(
        self,
        window: MainWindow,
        model: QueueModel,
        runner: QueueRunner,
        keeper: CaseKeeper,
        lane: Lane,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(window, lane, parent)
        self._model, self._runner = model, runner
        self._keeper, self._settings = keeper, settings
        self._chosen: list[QueueItem] = []

    def handlers(self) -> dict[str, Callable[[bool], None]]:
        """Return what does the action."""
        return {"report": self._do_report}

    def _do_report(self, _on: bool) -> None:
        if self._dialog is not None:
            self._dialog.raise_()
            return
        self._chosen = list(self._window.queue.selected)
        counts = {name: len(self._items(name)) for name in ("all", "chosen", "bookmarked")}
        if not counts["all"]:
            self._window.status.say(
                translate("Report", "Nothing to report: no image has been inspected yet")
            )
            return
        kept = self._settings
        facts = self._keeper.facts or {"examiner": kept.examiner, "laboratory": kept.laboratory}
        dialog = self._window.ask_report(
            counts, facts, kept.last_folder, fixed_facts=self._keeper.is_open
        )
        dialog.requested.connect(self._on_dialog_requested)
        self.follow(dialog)

    def _items(self, selection: str) -> list[QueueItem]:
        items = self._chosen if selection == "chosen" else self._model.items
        return [
            item
            for item in items
            if item.record_text and (selection != "bookmarked" or item.mark is not Mark.NONE)
        ]

    @Slot(object)
    def _on_dialog_requested(self, choice: ReportChoice) -> None:
        if not self._keeper.is_open:
            self._settings.examiner = choice.facts["examiner"]
            self._settings.laboratory = choice.facts["laboratory"]
        self._settings.last_folder = str(Path(choice.path).parent)
        items = self._items(choice.selection)
        payload = {
            "path": choice.path,
            "format": choice.format,
            "form": "full" if choice.full else "short",
            "figures": choice.figures,
            "selection": choice.selection,
            "language": self._settings.language,
            "facts": dict(choice.facts),
            "case": self._keeper.path,
            "ids": [item.case_id for item in items],
            "records": [item.record_text for item in items],
            "params": dict(self._runner.params),
            "bank": self._runner.bank,
        }
        self.submit(_KEY, payload, priority=10)

    def stop(self) -> None:
        """Stop writing; what was begun is thrown away."""
        super().stop()
        self.end(translate("Report", "Stopped: nothing was written."))

    def arrived(self, result: JobResult) -> None:
        """Say what became of it, and note it in the case."""
        if result.error or result.value is None:
            words = result.error or translate("Report", "Stopped: nothing was written.")
        else:
            words = translate("Report", "Written: {name}").format(
                name=Path(result.value["path"]).name
            )
            self._note(result.value)
        self.end(words)

    def _note(self, written: Mapping[str, Any]) -> None:
        if written.get("log"):
            self._keeper.log("report", written["log"])
