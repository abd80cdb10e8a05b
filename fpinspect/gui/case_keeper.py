"""The case: opened, made, filled as results arrive; bookmarks go into it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from fpinspect.batch.progress import CancelToken
from fpinspect.gui.engine import Engine, OnProgress
from fpinspect.gui.main_window import MainWindow
from fpinspect.gui.models import QueueModel
from fpinspect.gui.queue_item import Mark, QueueItem, State
from fpinspect.gui.queue_runner import QueueRunner
from fpinspect.gui.settings import Settings
from fpinspect.gui.translation import translate
from fpinspect.gui.workers import JobResult, Lane

_log = logging.getLogger(__name__)

SUFFIX = ".fpcase"
_NEEDS_CASE = ("close_case", "merge_case", "find_moved")
_STATUS = {
    Mark.NONE: "",
    Mark.TO_CHECK: "to be checked",
    Mark.RELEVANT: "relevant",
    Mark.CLEARED: "cleared",
}
_MARKS = {status: mark for mark, status in _STATUS.items()}


class CaseKeeper(QObject):
    """Keeps queue and case in step: what is inspected is stored, what is marked is marked there.

    Parameters
    ----------
    window : MainWindow
        Asks for paths and facts, shows the title.
    model, runner : QueueModel, QueueRunner
        The queue.
    lane : Lane
        One engine with the operations of `engine_case`.
    settings : Settings
        Folder where dialogs begin, recent files.
    """

    opened = Signal()
    """Another case is open, or none: `facts` says which."""
    items_opened = Signal(object)
    """The `QueueItem` list of a case that was opened, already in the model."""
    items_moved = Signal(object)
    """The `QueueItem` list of those whose files are in another place now."""

    def __init__(
        self,
        window: MainWindow,
        model: QueueModel,
        runner: QueueRunner,
        lane: Lane,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window, self._model, self._runner = window, model, runner
        self._lane, self._settings = lane, settings
        self._case: Mapping[str, Any] | None = None
        self.made: Mapping[str, Any] = {}
        self._jobs = 0
        self._stored = 0
        self._saving: dict[tuple[str, int], int] = {}
        lane.finished.connect(self._on_lane_finished)
        runner.result_arrived.connect(self._on_runner_result_arrived)
        window.case_chosen.connect(self.open)
        window.case_wanted.connect(self._on_window_case_wanted)
        window.actions_.enable(False, *_NEEDS_CASE)

    def handlers(self) -> dict[str, Callable[[bool], None]]:
        """Return what does the actions that concern the case."""
        kept = self._settings
        return {
            "new_case": lambda _on: self._window.ask_new_case(
                kept.last_folder, kept.examiner, kept.laboratory
            ),
            "open_case": lambda _on: self._window.ask_case(kept.last_folder),
            "close_case": lambda _on: self.close_case(),
        }

    @property
    def is_open(self) -> bool:
        """Whether there is a case."""
        return self._case is not None

    @property
    def read_only(self) -> bool:
        """Whether the case cannot be changed."""
        return bool(self._case and self._case["read_only"])

    @property
    def path(self) -> str:
        """File of the case; empty without one."""
        return str(self._case["path"]) if self._case else ""

    @property
    def facts(self) -> Mapping[str, str]:
        """Number, title, examiner, laboratory and notes of the case."""
        return self._case["facts"] if self._case else {}

    def open(self, path: str) -> None:
        """Open a case in place of what is in the queue."""
        self._window.status.say(
            translate("Case", "Opening {name}").format(name=Path(path).name), lasting=True
        )
        self._submit("open", {"path": path})

    def close_case(self) -> None:
        """Close the case and empty the queue."""
        if self.is_open:
            self._case = None
            self._submit("close", {})
            self._runner.keep = False
            self._replace_queue(())
            self._show()

    def mark(self, items: Sequence[QueueItem]) -> None:
        """Store the marks of items; without a case they last as long as the window."""
        if not self.is_open:
            self._window.status.say(
                translate("Case", "Bookmarked until the window closes: File, New case keeps it")
            )
            return
        if self.read_only:
            self._window.status.say(
                translate("Case", "Not stored: the case is read-only"), lasting=True
            )
            return
        for item in items:
            payload = {"id": item.case_id, "path": item.path, "status": _STATUS[item.mark]}
            self._submit("mark", {**payload, "note": item.note}, item.number)

    def log(self, action: str, detail: Mapping[str, Any]) -> None:
        """Append to the audit chain, if there is a case to be changed."""
        if self.is_open and not self.read_only:
            self._submit("log", {"action": action, "detail": dict(detail)})

    def close(self) -> None:
        """Let what waits be written, then close the case; harmless if none is open."""
        if self.is_open:
            self._case = None
            self._submit("close", {})
        self._lane.drain()

    def _submit(self, op: str, payload: Mapping[str, Any], number: int = 0) -> None:
        # Each job has a key of its own: none of them may be replaced by a later one.
        self._jobs += 1
        self._saving[op, self._jobs] = number
        self._lane.submit((op, self._jobs), _Ask(op, payload), priority=-self._jobs)

    @Slot(object)
    def _on_window_case_wanted(self, given: Mapping[str, str]) -> None:
        facts = {name: text for name, text in given.items() if name != "path"}
        path = given["path"]
        if not path.casefold().endswith(SUFFIX):
            path += SUFFIX
        self._settings.last_folder = str(Path(path).parent)
        self._settings.examiner = facts.get("examiner", "")
        self._settings.laboratory = facts.get("laboratory", "")
        self._submit("create", {"path": path, "facts": facts})

    @Slot(object, object)
    def _on_runner_result_arrived(self, item: QueueItem, pack: Any) -> None:
        if self.is_open and not self.read_only:
            self._store(item, pack)

    def _store(self, item: QueueItem, pack: Any = None) -> None:
        payload = {"record": item.record_text, "pack": pack, "made": self.made}
        self._submit("record", payload, item.number)

    @Slot(object)
    def _on_lane_finished(self, result: JobResult) -> None:
        if not isinstance(result.key, tuple):
            return
        op = result.key[0]
        number = self._saving.pop(result.key, 0)
        if result.error:
            self._window.status.say(result.error, lasting=True)
        elif op in {"open", "create"}:
            self._begin(result.value, made=op == "create")
        elif op in {"record", "mark"}:
            item = self._model.item(number)
            if item is not None:
                item.case_id = result.value
            self._stored += op == "record"
            self._show_fact()

    def _begin(self, case: Mapping[str, Any], *, made: bool) -> None:
        self._case = case
        self._runner.keep = not case["read_only"]
        self._stored = sum(bool(item["record"]) for item in case["items"])
        self._settings.remember(str(case["path"]))
        self._window.set_recent(self._settings.recent)
        if made:
            for item in self._model.items:
                if item.record_text:
                    self._store(item)
                if item.mark is not Mark.NONE:
                    self.mark([item])
        else:
            self._replace_queue(case["items"])
        self._show()

    def take_over(self, stored: Sequence[Mapping[str, Any]]) -> None:
        """Show what a merge brought: new images at the end, marks and results of known ones."""
        known = {item.case_id: item for item in self._model.items if item.case_id is not None}
        new = []
        for one in stored:
            item = known.get(one["id"])
            if item is None:
                new.append(self._item(one))
                continue
            item.mark, item.note = _MARKS.get(one["status"], Mark.NONE), one["note"]
            if one["record"] and not item.record_text:
                item.take(json.loads(one["record"]), one["record"])
            item.refresh_haystack()
            self._model.changed(item)
        self._stored = sum(bool(one["record"]) for one in stored)
        self._model.append(new)
        self._runner.adopt(new)
        self._runner.enqueue([item for item in new if item.state is State.WAITING])
        self._show_fact()

    def move(self, stored: Sequence[Mapping[str, Any]]) -> None:
        """Show images where their files are now."""
        known = {item.case_id: item for item in self._model.items if item.case_id is not None}
        moved = []
        for one in stored:
            item = known.get(one["id"])
            if item is None or item.path == one["path"]:
                continue
            item.move(one["path"])
            if one["record"]:
                item.take(json.loads(one["record"]), one["record"])
            item.refresh_haystack()
            self._model.changed(item)
            moved.append(item)
        self.items_moved.emit(moved)

    def _replace_queue(self, stored: Sequence[Mapping[str, Any]]) -> None:
        self._runner.forget(list(self._model.items))
        self._model.remove(list(self._model.items))
        items = [self._item(one) for one in stored]
        self._model.append(items)
        self._runner.adopt(items)
        self._runner.enqueue([item for item in items if item.state is State.WAITING])
        self.items_opened.emit(items)

    def _item(self, stored: Mapping[str, Any]) -> QueueItem:
        item = QueueItem(self._model.new_number(), stored["path"], named=False)
        item.case_id = stored["id"]
        item.mark, item.note = _MARKS.get(stored["status"], Mark.NONE), stored["note"]
        if stored["record"]:
            item.take(json.loads(stored["record"]), stored["record"])
        item.refresh_haystack()
        return item

    def _show(self) -> None:
        words = ""
        if self._case is not None:
            facts = self.facts
            words = facts.get("title") or facts.get("number") or Path(self.path).stem
            if self.read_only:
                words = translate("Case", "{words} (read-only)").format(words=words)
        self._model.case_title = words
        self._window.actions_.enable(self.is_open, *_NEEDS_CASE)
        self._show_fact()
        why = self._case["why"] if self._case is not None else ""
        if why:
            self._window.status.say(
                translate("Case", "Read-only: {why}").format(why=why), lasting=True
            )
        elif self._case is not None:
            count = len(self._model.items)
            said = translate("Case", "{words}: %n image(s)", "", count).format(words=words)
            self._window.status.say(said)
        self.opened.emit()

    def _show_fact(self) -> None:
        words = ""
        if self._case is not None:
            words = (
                translate("Case", "Case read-only")
                if self.read_only
                else translate("Case", "Case: {stored} stored").format(stored=f"{self._stored:,}")
            )
        self._window.status.set_fact("case", words, self.path)


class _Ask:
    """One operation, as the work of a job."""

    def __init__(self, op: str, payload: Mapping[str, Any]) -> None:
        self._op, self._payload = op, payload

    def __call__(self, engine: Engine, _token: CancelToken, _on_progress: OnProgress) -> Any:
        # No token: what has begun to be written is written.
        return engine.call(self._op, self._payload)
