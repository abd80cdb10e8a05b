"""Joins window, models and workers: the only one who knows all three."""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage, QUndoCommand, QUndoStack

from fpinspect.gui import options as opts
from fpinspect.gui import present, present_file
from fpinspect.gui.compare_requests import CompareRequests, Request
from fpinspect.gui.intake import Added, Intake, words_of
from fpinspect.gui.jobs import save_picture, save_results
from fpinspect.gui.main_window import MainWindow
from fpinspect.gui.models import QueueFilter, QueueModel, Sort
from fpinspect.gui.queue_item import Mark, QueueItem, State
from fpinspect.gui.queue_runner import QueueRunner, RunProgress
from fpinspect.gui.settings import Settings, data_folder
from fpinspect.gui.viewdata import Comparison, Outcome, Plots, Region, RegionData, ViewOptions
from fpinspect.gui.words import (
    drop_words,
    memory_words,
    pace_words,
    title_words,
    verdict_text,
)
from fpinspect.gui.workers import JobResult, Lane

_log = logging.getLogger(__name__)
_SETTLE_MS = 40
"""A selection that stays this long is asked for: holding J down asks for the last image only."""
_MEMORY_MS = 2000
_MOST_PINS = 4


class Lanes:
    """The engines by what they serve: the screen, the queue, files and thumbnails."""

    def __init__(self, view: Lane, batch: Lane, files: Lane) -> None:
        self.view, self.batch, self.files = view, batch, files

    def close(self) -> None:
        """End them all."""
        for lane in (self.view, self.batch, self.files):
            lane.close()


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
        self.options = opts.from_plain(settings.options)
        self.intake = Intake(model, lanes.files, self)
        self.runner = QueueRunner(model, lanes.batch, self)
        self.requests = CompareRequests(lanes.view, lanes.batch, self)
        self.undo = QUndoStack(self)
        self.closed = False
        self._references: tuple[str, ...] = ()
        self._pins: list[QueueItem] = []
        self._average = self._bank = ""
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._verdict = present.verdict(None)
        self._current: QueueItem | None = None
        self._denoisers: Sequence[str] = (settings.denoiser,)
        self._settle = _timer(self, _SETTLE_MS, self._on_settle_timeout, single=True)
        self._memory = _timer(self, _MEMORY_MS, self._on_memory_timeout)
        self._handlers = self._make_handlers()
        self._connect()
        self._show_options()

    def start(self, paths: Sequence[str]) -> None:
        """Load the engine and add what the command line named."""
        self.window.status.say("Loading the engine", lasting=True)
        self.requests.about(self._bank)
        self._memory.start()
        if paths:
            self.add(paths)

    def add(self, paths: Sequence[str]) -> None:
        """Add files and folders to the queue."""
        if paths:
            self.settings.remember(paths[0])
            self.window.set_recent(self.settings.recent)
            self.intake.add(paths)

    def close(self) -> None:
        """Stop all work; harmless if it is called twice."""
        if self.closed:
            return
        self.closed = True
        self._memory.stop()
        self._settle.stop()
        self.runner.cancel()
        self.lanes.close()
        if self._folder is not None:
            self._folder.cleanup()

    # -- joining

    def _connect(self) -> None:
        window, queue = self.window, self.window.queue
        window.action_triggered.connect(self._on_window_action_triggered)
        window.content_given.connect(self._on_window_content_given)
        window.hover_began.connect(self._on_window_hover_began)
        window.hover_ended.connect(self._on_window_hover_ended)
        window.denoiser_chosen.connect(self._on_window_denoiser_chosen)
        window.recent_chosen.connect(self._on_window_recent_chosen)
        window.files_chosen.connect(self._on_window_files_chosen)
        window.save_chosen.connect(self._on_window_save_chosen)
        window.close_requested.connect(self._on_window_close_requested)
        window.panes.options_changed.connect(self._on_panes_options_changed)
        window.panes.reference_chosen.connect(self._on_panes_reference_chosen)
        window.panes.region_changed.connect(self._on_panes_region_changed)
        queue.current_changed.connect(self._on_queue_current_changed)
        queue.selection_changed.connect(self._on_queue_selection_changed)
        queue.sort_requested.connect(self._on_queue_sort_requested)
        queue.columns_changed.connect(self._on_queue_columns_changed)
        self.intake.items_added.connect(self._on_intake_items_added)
        self.intake.finished.connect(self._on_intake_finished)
        self.intake.failed.connect(self._on_intake_failed)
        self.intake.counted.connect(self._on_intake_counted)
        self.intake.demo_ready.connect(self._on_intake_demo_ready)
        self.lanes.files.finished.connect(self._on_files_finished)
        self.runner.progressed.connect(self._on_runner_progressed)
        self.runner.item_finished.connect(self._on_runner_item_finished)
        self.requests.ready.connect(self._on_requests_ready)
        self.requests.failed.connect(self._on_requests_failed)
        self.requests.region_ready.connect(self._on_requests_region_ready)
        self.requests.average_progressed.connect(self._on_requests_average_progressed)
        self.requests.average_ready.connect(self._on_requests_average_ready)
        self.requests.about_ready.connect(self._on_requests_about_ready)

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
            "bookmark": self._do_bookmark,
            "copy_hash": lambda _on: self._copy("SHA-256", [i.sha256 for i in self._chosen()]),
            "copy_path": lambda _on: self._copy("path", [i.path for i in self._chosen()]),
            "reveal": self._do_reveal,
            "remove": self._do_remove,
            "pause": lambda on: self.runner.pause(on),
            "cancel": lambda _on: self.runner.cancel(),
            "pin": self._do_pin,
            "unpin": self._do_unpin,
            "average": self._do_average,
            "cancel_average": lambda _on: self.requests.cancel_average(),
            "add_reference": lambda _on: self._change_count(1),
            "drop_reference": lambda _on: self._change_count(-1),
            "default_references": lambda _on: self._set_references(()),
            "restart_engine": self._do_restart,
            "report": lambda _on: window.ask_save(self.settings.last_folder),
            "copy_verdict": self._do_copy_verdict,
            "copy_record": lambda _on: self._copy("JSON line", [self._record_text()]),
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
        changed = opts.changed_by(self.options, name, on)
        if changed is not None:
            self._set_options(changed)
        elif not self.window.invoke(name, on, self.settings):
            _log.error("nobody does %s", name)

    def _do_paste(self, _on: bool) -> None:
        mime = QGuiApplication.clipboard().mimeData()
        if mime is None or not self.window.give_mime(mime):
            self.window.status.say("The clipboard holds no image and no file")

    def _do_demo(self, _on: bool) -> None:
        self.window.first_run.say("Building the exhibits …")
        self.window.status.say("Building the exhibits of the demo", lasting=True)
        self.intake.build_demo(str(data_folder() / "demo"))

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
            self.undo.push(_Removal(self, items))
            count = "1 image" if len(items) == 1 else f"{len(items):,} images"
            self.window.status.say(f"{count} taken off the queue; Undo brings them back")

    def _do_pin(self, _on: bool) -> None:
        for item in self._chosen():
            if item.state is State.DONE and item not in self._pins:
                self._pins.append(item)
        self._pins = self._pins[-_MOST_PINS:]
        keys = [f"item:{item.sha256}" for item in self._pins]
        kept = [key for key in self._references if not key.startswith("item:")]
        self._set_references(tuple([*kept, *keys][-_MOST_PINS:]))

    def _do_unpin(self, _on: bool) -> None:
        self._pins.clear()
        self._set_references(tuple(k for k in self._references if not k.startswith("item:")))

    def _do_average(self, _on: bool) -> None:
        records = [item.record for item in self._chosen() if item.state is State.DONE]
        if len(records) < 2:
            self.window.status.say("Select two or more inspected images to average them")
            return
        self._folder = self._folder or tempfile.TemporaryDirectory(prefix="fpinspect-")
        self.requests.average(
            [record for record in records if record], self.settings.denoiser, self._folder.name
        )

    def _do_restart(self, _on: bool) -> None:
        self.requests.clear()
        self.lanes.view.restart()
        self.requests.about(self._bank)
        self._ask()

    def _do_copy_verdict(self, _on: bool) -> None:
        text = verdict_text(self._record(), self._verdict)
        self._copy("verdict", [text] if text else [])

    def _copy(self, what: str, lines: Sequence[str]) -> None:
        text = "\n".join(line for line in lines if line)
        if text:
            QGuiApplication.clipboard().setText(text)
            self.window.status.say(f"Copied: {what}")
        else:
            self.window.status.say(f"Nothing to copy: no {what} yet")

    # -- what is examined

    def _chosen(self) -> list[QueueItem]:
        return self.window.queue.selected

    def _original(self, item: QueueItem | None) -> QueueItem | None:
        """Return the item that was analysed for a duplicate."""
        if item is not None and item.state is State.DUPLICATE:
            owner = self.runner.claims.owner(item.sha256)
            return self.model.item(owner) if owner is not None else None
        return item

    def _record_text(self) -> str:
        item = self._original(self._current)
        return item.record_text if item is not None else ""

    def _record(self) -> dict[str, Any] | None:
        text = self._record_text()
        return json.loads(text) if text else None

    def _show_current(self) -> None:
        item = self._current
        self.window.status.identify("" if item is None else identity_words(item))
        record = self._record()
        if item is None:
            self._show_verdict(present.verdict(None))
            self.window.show_metadata(present_file.metadata(None))
        elif record is not None:
            self._show_verdict(present.verdict(record))
            self.window.show_metadata(present_file.metadata(record))
        elif item.state is State.FAILED:
            failed = {"status": "error", "error": item.error, "path": item.path}
            self._show_verdict(present.verdict(failed))
            self.window.show_metadata(present_file.metadata(failed))
        else:
            words = "Stopped" if item.state is State.STOPPED else item.verdict_text
            self._show_verdict(present.working(words, self._verdict, item.progress))
        self._show_title()

    def _show_verdict(self, shown: Any) -> None:
        if shown.outcome is not Outcome.WORKING:
            self._verdict = shown
        self.window.show_verdict(shown)

    def _show_title(self) -> None:
        self.window.set_title(title_words(self.model.items))

    def _ask(self) -> None:
        item, record = self._current, self._record()
        if item is None or record is None or record["status"] != "ok":
            self.requests.clear()
            failed = item is not None and item.state is State.FAILED
            self.window.show_nothing(item.error if item is not None and failed else "")
            return
        pins = tuple(
            (pin.record or {}, pin.name) for pin in self._pins if pin is not item and pin.record
        )
        self.requests.show(
            Request(
                record=record,
                title=item.name,
                options=self.options,
                denoiser=self.settings.denoiser,
                references=self._references,
                pins=pins,
                average=self._average,
                bank=self._bank,
            )
        )

    def _set_references(self, keys: tuple[str, ...]) -> None:
        self._references = keys
        self._ask()

    def _change_count(self, by: int) -> None:
        shown = self.window.panes.comparison
        if shown is None:
            return
        keys = [column.key for column in shown.references]
        if by < 0 and len(keys) > 1:
            keys.pop()
        elif by > 0 and len(keys) < _MOST_PINS:
            keys += [choice.key for choice in shown.choices if choice.key not in keys][:1]
        self._set_references(tuple(keys))

    # -- options

    def _set_options(self, changed: ViewOptions) -> None:
        before, self.options = self.options, changed
        self.settings.options = opts.to_plain(changed)
        self._show_options()
        pictures = before.denoised_picture != changed.denoised_picture
        if before.arrays_key != changed.arrays_key or pictures:
            self._ask()

    def _show_options(self) -> None:
        self.window.show_options(self.options, self.settings.denoiser)
        self.window.set_denoisers(self._denoisers, self.settings.denoiser)
        for name, on in opts.checked(self.options).items():
            self.window.actions_.set_on(name, on)

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
    def _on_window_denoiser_chosen(self, name: str) -> None:
        self.settings.denoiser = name
        self._show_options()
        self._ask()

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

    @Slot(object)
    def _on_queue_current_changed(self, item: QueueItem | None) -> None:
        self._current = item
        self._show_current()
        self._settle.start()

    @Slot(int)
    def _on_queue_selection_changed(self, count: int) -> None:
        self.window.set_selection(count)

    @Slot(object, bool)
    def _on_queue_sort_requested(self, key: Sort, backwards: bool) -> None:
        self.model.sort_by(key, backwards=backwards)

    @Slot(object)
    def _on_queue_columns_changed(self, names: list[str]) -> None:
        self.settings.queue_columns = list(names)

    @Slot(object)
    def _on_panes_options_changed(self, options: ViewOptions) -> None:
        self._set_options(options)

    @Slot(int, str)
    def _on_panes_reference_chosen(self, column: int, key: str) -> None:
        shown = self.window.panes.comparison
        if shown is not None:
            keys = [reference.key for reference in shown.references]
            keys[column : column + 1] = [key]
            self._set_references(tuple(keys))

    @Slot(object)
    def _on_panes_region_changed(self, region: Region | None) -> None:
        if region is not None:
            self.requests.measure_region(region)

    @Slot(object, str)
    def _on_bookmark_chosen(self, mark: Mark, note: str) -> None:
        for item in self._chosen():
            item.mark, item.note = mark, note
            item.refresh_haystack()
            self.model.changed(item)

    @Slot()
    def _on_settle_timeout(self) -> None:
        self._ask()

    # -- slots: workers

    @Slot(object)
    def _on_intake_items_added(self, items: list[QueueItem]) -> None:
        self.window.show_start(False)
        self.runner.enqueue(items)
        if self._current is None:
            self.window.queue.select_row(0)

    @Slot(object)
    def _on_intake_finished(self, added: Added) -> None:
        self.window.status.say(words_of(added))
        self._show_title()

    @Slot(str)
    def _on_intake_failed(self, words: str) -> None:
        self.window.status.say(words, lasting=True)
        self.window.first_run.say(words)

    @Slot(int, int)
    def _on_intake_counted(self, count: int, _generation: int) -> None:
        self.window.show_drop(f"Add {count:,} image{'' if count == 1 else 's'}")

    @Slot(object, str)
    def _on_intake_demo_ready(self, paths: list[str], bank: str) -> None:
        self.use_bank(bank)
        self.intake.add(paths)

    def use_bank(self, folder: str) -> None:
        """Compare with the bank in a folder from now on; empty: the shipped one."""
        if folder != self._bank:
            self._bank = self.runner.bank = folder
            self.requests.about(folder)

    @Slot(object)
    def _on_files_finished(self, result: JobResult) -> None:
        if result.key == "pasted" and result.value:
            self.add([result.value])
        elif result.key == "saved" and result.value:
            self.window.status.say(f"Saved: {result.value}")
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
        current = self._current
        if current is not None and current.state is State.STOPPED:
            self._show_current()

    @Slot(object)
    def _on_runner_item_finished(self, item: QueueItem) -> None:
        shown = self._original(self._current)
        if item is self._current or item is shown:
            self._show_current()
            self._settle.start()

    @Slot(object, object)
    def _on_requests_ready(self, comparison: Comparison, plots: Plots) -> None:
        self.window.show_comparison(comparison, plots)

    @Slot(str)
    def _on_requests_failed(self, words: str) -> None:
        self.window.show_nothing(words)
        self.window.status.say(words, lasting=True)

    @Slot(object)
    def _on_requests_region_ready(self, data: RegionData) -> None:
        self.window.panes.show_region(data)

    @Slot(int, int)
    def _on_requests_average_progressed(self, done: int, total: int) -> None:
        self.window.status.say(f"Averaging, {done:,} of {total:,}", lasting=True)

    @Slot(object)
    def _on_requests_average_ready(self, found: Mapping[str, Any]) -> None:
        if found.get("problem"):
            self.window.status.say(str(found["problem"]), lasting=True)
            return
        self._average = str(found["file"])
        left_out = f", {found['left_out']:,} left out" if found["left_out"] else ""
        self.window.status.say(f"Average of {found['images']:,} images{left_out}")
        kept = [key for key in self._references if key != "average"]
        self._set_references(tuple(["average", *kept][:_MOST_PINS]))

    @Slot(object)
    def _on_requests_about_ready(self, about: Mapping[str, Any]) -> None:
        self.window.show_engine(about)
        self._denoisers = about.get("denoisers") or self._denoisers
        self._show_options()
        if about.get("problem"):
            self.window.status.say(str(about["problem"]), lasting=True)
        else:
            self.window.status.hush()

    @Slot()
    def _on_memory_timeout(self) -> None:
        lanes = (self.lanes.view, self.lanes.batch, self.lanes.files)
        pids = [getattr(engine, "pid", None) for lane in lanes for engine in lane.engines]
        self.window.status.set_fact("memory", memory_words(pids), "Memory of window and engines")


class _Removal(QUndoCommand):
    def __init__(self, controller: Controller, items: Sequence[QueueItem]) -> None:
        super().__init__("Remove")
        self._controller = controller
        self._items = list(items)
        self._removed: list[tuple[int, QueueItem]] = []

    def redo(self) -> None:
        control = self._controller
        row = control.window.queue.table.currentIndex().row()
        self._removed = control.model.remove(self._items)
        control.runner.forget(self._items)
        if control.model.items:
            control.window.queue.select_row(row)
        else:
            control.window.show_start(True)
            control.use_bank("")

    def undo(self) -> None:
        control = self._controller
        control.model.insert(self._removed)
        control.window.show_start(False)
        open_ = {State.WAITING, State.WORKING, State.STOPPED}
        control.runner.enqueue([item for _, item in self._removed if item.state in open_])
        control.window.queue.select_row(self._removed[0][0] if self._removed else 0)


def identity_words(item: QueueItem) -> str:
    """Name and shortened hash of an image."""
    digest = item.sha256
    if not digest:
        return item.name
    return f"{item.name}, SHA-256 {digest[:4]} {digest[4:8]} … {digest[-8:-4]} {digest[-4:]}"


def _timer(
    parent: QObject, interval: int, slot: Callable[[], None], *, single: bool = False
) -> QTimer:
    timer = QTimer(parent)
    timer.setInterval(interval)
    timer.setSingleShot(single)
    timer.timeout.connect(slot)
    return timer
