"""Joins window, models and workers: the only one who knows all three."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage, QUndoStack

from fpinspect.gui.case_keeper import SUFFIX, CaseKeeper
from fpinspect.gui.case_merge import MergeDesk
from fpinspect.gui.case_moved import MovedDesk
from fpinspect.gui.examination import Examination
from fpinspect.gui.intake import Added, Intake, words_of
from fpinspect.gui.jobs import save_picture, save_results
from fpinspect.gui.lanes import Lanes
from fpinspect.gui.main_window import MainWindow
from fpinspect.gui.models import QueueModel, Sort
from fpinspect.gui.queue_filter import QueueFilter
from fpinspect.gui.queue_item import Mark, QueueItem, State
from fpinspect.gui.queue_runner import QueueRunner, RunProgress
from fpinspect.gui.removal import Removal
from fpinspect.gui.report_desk import ReportDesk
from fpinspect.gui.settings import Settings, data_folder
from fpinspect.gui.settings_desk import SettingsDesk
from fpinspect.gui.translation import translate
from fpinspect.gui.words import (
    drop_words,
    memory_words,
    pace_words,
    title_words,
)
from fpinspect.gui.workers import JobResult

_log = logging.getLogger(__name__)
_MEMORY_FIRST_MS, _MEMORY_MS = 2000, 10_000


class Controller(QObject):
    """Turns what the user wants into work, and its outcomes into what the window shows.

    Parameters
    ----------
    window : MainWindow
        The view.
    model, shown : QueueModel, QueueFilter
        The queue.
    lanes : Lanes
        The engines.
    settings : Settings
        Changed as the user changes things; whoever made it saves it.
    """

    def __init__(
        self,
        window: MainWindow,
        model: QueueModel,
        shown: QueueFilter,
        lanes: Lanes,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.window, self.model, self.shown = window, model, shown
        self.lanes, self.settings = lanes, settings
        self.intake = Intake(model, lanes.files, self)
        runner = self.runner = QueueRunner(model, lanes.batch, self)
        self.examination = Examination(window, model, runner, lanes, settings, self)
        self.case = CaseKeeper(window, model, runner, lanes.case, settings, self)
        self.reports = ReportDesk(window, model, runner, self.case, lanes.batch, settings, self)
        self.merging = MergeDesk(window, self.case, lanes.case, settings, self)
        self.moving = MovedDesk(window, self.case, lanes.case, settings, self)
        window.merge_chosen.connect(self.merging.ask)
        window.search_chosen.connect(self.moving.ask)
        self.choices = SettingsDesk(window, lanes.case, settings, self)
        self.undo = QUndoStack(self)
        self.closed = False
        self._memory = _timer(self, _MEMORY_FIRST_MS, self._on_memory_timeout)
        self._handlers = self._make_handlers()
        self._connect()

    def start(self, paths: Sequence[str]) -> None:
        """Load the engine and add what the command line named."""
        self.window.status.say(translate("Window", "Loading the engine"), lasting=True)
        self.lanes.prepare()
        self.examination.begin()
        self._memory.start()
        if paths:
            self.add(paths)

    def add(self, paths: Sequence[str]) -> None:
        """Add files and folders to the queue."""
        cases = [path for path in paths if path.casefold().endswith(SUFFIX)]
        if cases:
            self.case.open(cases[0])
        elif paths:
            self.settings.remember(paths[0])
            self.window.set_recent(self.settings.recent)
            self.intake.add(paths)

    def close(self) -> None:
        """Stop all work; harmless if it is called twice."""
        if self.closed:
            return
        self.closed = True
        self._memory.stop()
        self.runner.cancel()
        self.examination.close()
        self.case.close()
        self.lanes.close()

    # -- joining

    def _connect(self) -> None:
        window, queue = self.window, self.window.queue
        window.action_triggered.connect(self._on_window_action_triggered)
        window.content_given.connect(self._on_window_content_given)
        window.hover_began.connect(self._on_window_hover_began)
        window.hover_ended.connect(self._on_window_hover_ended)
        window.recent_chosen.connect(self._on_window_recent_chosen)
        window.files_chosen.connect(self._on_window_files_chosen)
        window.save_chosen.connect(self._on_window_save_chosen)
        window.close_requested.connect(self._on_window_close_requested)
        queue.selection_changed.connect(self._on_queue_selection_changed)
        queue.sort_requested.connect(self._on_queue_sort_requested)
        queue.columns_changed.connect(self._on_queue_columns_changed)
        self.intake.items_added.connect(self._on_intake_items_added)
        self.intake.finished.connect(self._on_intake_finished)
        self.intake.failed.connect(self._on_intake_failed)
        self.intake.counted.connect(self._on_intake_counted)
        self.intake.demo_ready.connect(self._on_intake_demo_ready)
        self.lanes.files.finished.connect(self._on_files_finished)
        self.lanes.case.finished.connect(self._on_case_lane_finished)
        self.runner.progressed.connect(self._on_runner_progressed)
        self.case.items_opened.connect(self._on_case_items_opened)
        self.case.items_moved.connect(self._on_case_items_moved)
        self.case.opened.connect(self._on_case_opened)
        self.examination.requests.about_ready.connect(self._on_about_ready)
        self.runner.item_finished.connect(self._on_runner_item_finished)

    def _make_handlers(self) -> Mapping[str, Callable[[bool], None]]:
        window = self.window
        return {
            "open": lambda _on: window.ask_files(self.settings.last_folder),
            "open_folder": lambda _on: window.ask_folder(self.settings.last_folder),
            "paste": self._do_paste,
            "demo": self._do_demo,
            "quit": lambda _on: window.close(),
            "undo": lambda _on: self.undo.undo(),
            "redo": lambda _on: self.undo.redo(),
            "find": lambda _on: window.queue.filter_edit.setFocus(),
            "select_all": lambda _on: window.queue.select_all(),
            "next": lambda _on: window.queue.step(1),
            "previous": lambda _on: window.queue.step(-1),
            "reinspect": lambda _on: self.runner.reinspect(window.queue.selected),
            "explain": self._do_explain,
            "bookmark": self._do_bookmark,
            "copy_hash": lambda _on: self.examination.copy(
                "SHA-256", [i.sha256 for i in self._chosen()]
            ),
            "copy_path": lambda _on: self.examination.copy(
                "path", [i.path for i in self._chosen()]
            ),
            "reveal": self._do_reveal,
            "remove": self._do_remove,
            "pause": lambda on: self.runner.pause(on),
            "cancel": lambda _on: self.runner.cancel(),
            "save_results": lambda _on: window.ask_save(self.settings.last_folder),
            **self.examination.handlers(),
            **self.case.handlers(),
            **self.merging.handlers(),
            **self.moving.handlers(),
            **self.choices.handlers(),
            **self.reports.handlers(),
        }

    @property
    def handled(self) -> frozenset[str]:
        """Names of the actions that are this object's."""
        return frozenset(self._handlers)

    # -- actions

    @Slot(str, bool)
    def _on_window_action_triggered(self, name: str, on: bool) -> None:
        handler = self._handlers.get(name)
        if handler is not None:
            handler(on)
            return
        known = self.examination.change_options(name, on)
        if not known and not self.window.invoke(name, on, self.settings):
            _log.error("nobody does %s", name)

    def _do_paste(self, _on: bool) -> None:
        mime = QGuiApplication.clipboard().mimeData()
        if mime is None or not self.window.give_mime(mime):
            self.window.status.say(translate("Window", "The clipboard holds no image and no file"))

    def _do_demo(self, _on: bool) -> None:
        self.window.first_run.say(translate("Window", "Building the exhibits …"))
        self.window.status.say(
            translate("Window", "Building the exhibits of the demo"), lasting=True
        )
        self.intake.build_demo(str(data_folder() / "demo"))

    def _do_explain(self, _on: bool) -> None:
        for item in self._chosen():
            item.explain = True
        self.runner.reinspect(self._chosen())

    def _do_bookmark(self, _on: bool) -> None:
        items = self._chosen()
        if items:
            dialog = self.window.ask_bookmark(items[0].mark, items[0].note, len(items))
            dialog.chosen.connect(self._on_bookmark_chosen)

    def _do_reveal(self, _on: bool) -> None:
        for item in self._chosen()[:1]:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(item.path).parent)))

    def _do_remove(self, _on: bool) -> None:
        items = self._chosen()
        if items:
            self.undo.push(Removal(self, items))
            words = translate(
                "Window", "%n image(s) taken off the queue; Undo brings them back", "", len(items)
            )
            self.window.status.say(words)

    # -- helpers

    def _chosen(self) -> list[QueueItem]:
        return self.window.queue.selected

    # -- slots: window

    @Slot(object, object)
    def _on_window_content_given(self, paths: list[str], picture: QImage | None) -> None:
        if paths:
            self.add(paths)
        elif isinstance(picture, QImage):
            stamp = datetime.now().astimezone().strftime("%Y-%m-%d %H%M%S")
            target = data_folder() / "pasted" / f"Pasted {stamp}.png"
            self.lanes.files.submit("pasted", save_picture(picture, target))

    @Slot(object)
    def _on_window_hover_began(self, paths: list[str]) -> None:
        self.window.show_drop(drop_words(paths))
        if any(Path(path).is_dir() for path in paths[:64]):
            self.intake.count(paths)

    @Slot()
    def _on_window_hover_ended(self) -> None:
        self.intake.stop_counting()
        self.window.show_drop("")

    @Slot(str)
    def _on_window_recent_chosen(self, path: str) -> None:
        self.add([path])

    @Slot(object)
    def _on_window_files_chosen(self, paths: list[str]) -> None:
        if paths:
            self.settings.last_folder = str(Path(paths[0]).parent)
            self.add(paths)

    @Slot(str)
    def _on_window_save_chosen(self, path: str) -> None:
        self.settings.last_folder = str(Path(path).parent)
        texts = [item.record_text for item in self.model.items if item.record_text]
        self.lanes.files.submit("saved", save_results(texts, path))

    @Slot()
    def _on_window_close_requested(self) -> None:
        self.settings.geometry = self.window.geometry_text
        self.settings.splitters = self.window.body.sizes
        self.settings.hidden_panes = self.window.body.hidden_panes
        self.close()

    # -- slots: queue and panes

    @Slot(int)
    def _on_queue_selection_changed(self, count: int) -> None:
        self.window.set_selection(count)

    @Slot(object, bool)
    def _on_queue_sort_requested(self, key: Sort, backwards: bool) -> None:
        self.model.sort_by(key, backwards=backwards)

    @Slot(object)
    def _on_queue_columns_changed(self, names: list[str]) -> None:
        self.settings.queue_columns = list(names)

    @Slot(object, str)
    def _on_bookmark_chosen(self, mark: Mark, note: str) -> None:
        for item in self._chosen():
            item.mark, item.note = mark, note
            item.refresh_haystack()
            self.model.changed(item)
        self.case.mark(self._chosen())

    # -- slots: workers

    @Slot(object)
    def _on_case_items_opened(self, items: list[QueueItem]) -> None:
        self.undo.clear()
        self.intake.know(item.path for item in items)
        self.window.queue.select_row(0)
        self.window.show_start(not items and not self.case.is_open)

    @Slot(object)
    def _on_case_items_moved(self, items: list[QueueItem]) -> None:
        self.intake.know(item.path for item in items)
        for item in items:
            self.examination.item_finished(item)

    @Slot()
    def _on_case_opened(self) -> None:
        self.window.set_title(title_words(self.model.items, self.model.case_title))

    @Slot(object)
    def _on_intake_items_added(self, items: list[QueueItem]) -> None:
        # First, as a table that gets the keys makes its first row current, but selects nothing.
        if self.examination.current is None:
            self.window.queue.select_row(0)
        self.window.show_start(False)
        self.runner.enqueue(items)

    @Slot(object)
    def _on_intake_finished(self, added: Added) -> None:
        self.window.status.say(words_of(added))
        self._on_case_opened()

    @Slot(str)
    def _on_intake_failed(self, words: str) -> None:
        self.window.status.say(words, lasting=True)
        self.window.first_run.say(words)

    @Slot(int, int)
    def _on_intake_counted(self, count: int, _generation: int) -> None:
        self.window.show_drop(translate("Window", "Add %n image(s)", "", count))

    @Slot(object, str)
    def _on_intake_demo_ready(self, paths: list[str], bank: str) -> None:
        self.examination.use_bank(bank)
        self.intake.add(paths)

    @Slot(object)
    def _on_files_finished(self, result: JobResult) -> None:
        if result.key == "pasted" and result.value:
            self.add([result.value])
        elif result.key == "saved" and result.value:
            self.window.status.say(translate("Window", "Saved: {value}").format(value=result.value))
        if result.key in {"pasted", "saved"} and result.error:
            self.window.status.say(result.error, lasting=True)

    @Slot(object)
    def _on_runner_progressed(self, progress: RunProgress) -> None:
        counts, pace, failed = pace_words(progress)
        share = progress.done / progress.total if progress.total else 0.0
        self.window.queue.set_progress(
            counts, pace, failed, share, running=progress.running, paused=progress.paused
        )
        self.window.actions_.enable(progress.running, "pause", "cancel")
        self.window.actions_.set_on("pause", progress.paused)
        current = self.examination.current
        if current is not None and current.state is State.STOPPED:
            self.examination.refresh()

    @Slot(object)
    def _on_runner_item_finished(self, item: QueueItem) -> None:
        self.examination.item_finished(item)

    @Slot(object)
    def _on_about_ready(self, about: Mapping[str, Any]) -> None:
        self.case.made = about.get("made") or {}

    @Slot()
    def _on_memory_timeout(self) -> None:
        lanes = (self.lanes.view, self.lanes.ahead, self.lanes.batch, self.lanes.files)
        pids = [getattr(engine, "pid", None) for lane in lanes for engine in lane.engines]
        self.lanes.case.submit("memory", lambda *_: memory_words(pids))
        self._memory.setInterval(_MEMORY_MS)

    @Slot(object)
    def _on_case_lane_finished(self, result: JobResult) -> None:
        if result.key == "memory":
            tip = translate("Window", "Memory of window and engines")
            self.window.status.set_fact("memory", str(result.value or ""), tip)


def _timer(parent: QObject, interval: int, slot: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setInterval(interval)
    timer.timeout.connect(slot)
    return timer
