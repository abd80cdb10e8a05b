"""The image under examination: its verdict, its panels, its references, the options of both."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Slot
from PySide6.QtGui import QGuiApplication

from fpinspect.gui import examined, present, references
from fpinspect.gui import options as opts
from fpinspect.gui.ahead import Ahead
from fpinspect.gui.compare_requests import CompareRequests, Request
from fpinspect.gui.engine_words import said
from fpinspect.gui.lanes import Lanes
from fpinspect.gui.main_window import MainWindow
from fpinspect.gui.models import QueueModel
from fpinspect.gui.queue_item import QueueItem, State
from fpinspect.gui.queue_runner import QueueRunner
from fpinspect.gui.settings import Settings
from fpinspect.gui.settle import Settle
from fpinspect.gui.translation import translate
from fpinspect.gui.viewdata import (
    Column,
    Comparison,
    Outcome,
    Plots,
    Region,
    RegionData,
    VerdictView,
    ViewOptions,
)
from fpinspect.gui.words import (
    average_words,
    identity_words,
    missing_words,
    problem_words,
    title_words,
    verdict_text,
)

_SETTLE_MS = 40
"""A selection is asked for at once, those that follow sooner than this when the last has stayed so
long: holding J down asks for the first and the last image only."""


class Examination(QObject):
    """Shows the image that is selected, and asks the engine for what it looks like.

    Parameters
    ----------
    window : MainWindow
        The view.
    model : QueueModel
        The queue.
    runner : QueueRunner
        Knows which item was analysed for a duplicate; gets the bank.
    lanes : Lanes
        The engines for the screen, for what comes next on it, and for averages.
    settings : Settings
        Options and denoiser.
    """

    def __init__(
        self,
        window: MainWindow,
        model: QueueModel,
        runner: QueueRunner,
        lanes: Lanes,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.window, self.model, self.runner, self.settings = window, model, runner, settings
        self._lane = lanes.view
        self.requests = CompareRequests(lanes.view, lanes.batch, self)
        self.ahead = Ahead(lanes.ahead, self.requests, window.queue.nearby, self._request_of, self)
        self.options = opts.from_plain(settings.options)
        self.current: QueueItem | None = None
        self._references: tuple[str, ...] = ()
        self._count = 2
        self._pins: list[QueueItem] = []
        self._average = self._bank = ""
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._verdict = present.verdict(None)
        self._denoisers: Sequence[str] = (settings.denoiser,)
        self._settle = Settle(_SETTLE_MS, self)
        self._settle.due.connect(self._ask)
        self._connect()
        self._show_options()

    def handlers(self) -> dict[str, Callable[[bool], None]]:
        """Return what does the actions that concern the image examined."""
        return {
            "pin": self._do_pin,
            "unpin": self._do_unpin,
            "average": self._do_average,
            "cancel_average": lambda _on: self.requests.cancel_average(),
            "add_reference": lambda _on: self._change_count(1),
            "drop_reference": lambda _on: self._change_count(-1),
            "default_references": lambda _on: self._default_references(),
            "restart_engine": self._do_restart,
            "copy_verdict": self._do_copy_verdict,
            "copy_record": lambda _on: self.copy(
                translate("Comparison", "JSON line"), [self._record_text()]
            ),
        }

    def begin(self) -> None:
        """Load the engine."""
        self.requests.about(self._bank)

    def close(self) -> None:
        """Ask for nothing more, leave nothing behind."""
        self._settle.stop()
        self.ahead.close()
        self.requests.close()
        if self._folder is not None:
            self._folder.cleanup()

    def change_options(self, action: str, on: bool) -> bool:
        """Do an action that changes what is seen; tell whether it is one."""
        changed = opts.changed_by(self.options, action, on)
        if changed is not None:
            self._set_options(changed)
        return changed is not None

    def item_finished(self, item: QueueItem) -> None:
        """Show the outcome of an item if it is the one examined."""
        if item is self.current or item is self._original(self.current):
            self.refresh()
            self._settle.ask()
        self.ahead.look_again()

    def copy(self, what: str, lines: Sequence[str]) -> None:
        """Copy lines of text and say so."""
        text = "\n".join(line for line in lines if line)
        if text:
            QGuiApplication.clipboard().setText(text)
            self.window.status.say(translate("Comparison", "Copied: {what}").format(what=what))
        else:
            self.window.status.say(
                translate("Comparison", "Nothing to copy: no {what} yet").format(what=what)
            )

    def use_bank(self, folder: str) -> None:
        """Compare with the bank in a folder from now on; empty: the shipped one."""
        if folder != self._bank:
            self._bank = self.runner.bank = folder
            self.ahead.forget()
            self.requests.about(folder)

    def refresh(self) -> None:
        """Show verdict and metadata of the image examined."""
        item = self.current
        self.window.status.identify("" if item is None else identity_words(item))
        record = self._record()
        self._show_verdict(examined.verdict_of(item, self._original(item), record))
        self.window.show_metadata(examined.metadata_of(item, record))
        self.window.set_title(title_words(self.model.items, self.model.case_title))

    def _connect(self) -> None:
        window, requests = self.window, self.requests
        self.model.dataChanged.connect(self._on_model_data_changed)
        window.denoiser_chosen.connect(self._on_window_denoiser_chosen)
        window.panes.options_changed.connect(self._set_options)
        window.panes.reference_chosen.connect(self._on_panes_reference_chosen)
        window.panes.reference_added.connect(self._on_panes_reference_added)
        window.panes.region_changed.connect(self._on_panes_region_changed)
        window.queue.current_changed.connect(self._on_queue_current_changed)
        requests.ready.connect(self._on_requests_ready)
        requests.failed.connect(self._on_requests_failed)
        requests.region_ready.connect(self._on_requests_region_ready)
        requests.average_progressed.connect(self._on_requests_average_progressed)
        requests.average_ready.connect(self._on_requests_average_ready)
        requests.entries_ready.connect(self._on_requests_entries_ready)
        requests.about_ready.connect(self._on_requests_about_ready)

    def _do_pin(self, _on: bool) -> None:
        for item in self.window.queue.selected:
            if item.state is State.DONE and item not in self._pins:
                self._pins.append(item)
        self._pins = self._pins[-references.MOST :]
        keys = [f"item:{item.sha256}" for item in self._pins]
        self._set_references(references.in_front(references.unpinned(self._held()), keys))

    def _do_unpin(self, _on: bool) -> None:
        self._pins.clear()
        self._set_references(references.unpinned(self._references))

    def _do_average(self, _on: bool) -> None:
        records = [item.record for item in self.window.queue.selected if item.state is State.DONE]
        if len(records) < 2:
            self.window.status.say(
                translate("Comparison", "Select two or more inspected images to average them")
            )
            return
        self._folder = self._folder or tempfile.TemporaryDirectory(prefix="fpinspect-")
        self.requests.average(
            [record for record in records if record], self.settings.denoiser, self._folder.name
        )

    def _do_restart(self, _on: bool) -> None:
        self.requests.clear()
        self._lane.restart()
        self.begin()
        self.runner.retry()
        self._ask()

    def _do_copy_verdict(self, _on: bool) -> None:
        text = verdict_text(self._record(), self._verdict)
        self.copy("verdict", [text] if text else [])

    def _original(self, item: QueueItem | None) -> QueueItem | None:
        """Return the item that was analysed for a duplicate."""
        if item is not None and item.state is State.DUPLICATE:
            owner = self.runner.claims.owner(item.sha256)
            return self.model.item(owner) if owner is not None else None
        return item

    def _record_text(self) -> str:
        item = self._original(self.current)
        return item.record_text if item is not None else ""

    def _record(self) -> dict[str, Any] | None:
        text = self._record_text()
        return json.loads(text) if text else None

    def _show_verdict(self, shown: VerdictView) -> None:
        if shown.outcome is not Outcome.WORKING:
            self._verdict = shown
        self.window.show_verdict(shown)

    @Slot()
    def _ask(self) -> None:
        item = self.current
        request = None if item is None else self._request_of(item)
        if request is None:
            self.requests.clear()
            self.window.show_nothing("" if item is None else missing_words(item))
        else:
            self.requests.show(request)

    def _request_of(self, item: QueueItem) -> Request | None:
        """Return what is shown of an item when it is selected; None if there is nothing."""
        original = self._original(item)
        record = None if original is None else original.record
        if record is None or record["status"] != "ok":
            return None
        pins = [(pin.record, pin.name) for pin in self._pins if pin is not item]
        return Request(
            record=record,
            title=item.name,
            options=self.options,
            denoiser=self.settings.denoiser,
            references=tuple(k for k in self._references if k != f"item:{item.sha256}"),
            count=self._count,
            pins=tuple((pinned, name) for pinned, name in pins if pinned),
            average=self._average,
            bank=self._bank,
        )

    def _ask_anew(self) -> None:
        self.ahead.forget()  # It made what nobody wants to see any more.
        self._ask()

    def _set_references(self, keys: tuple[str, ...]) -> None:
        self._references = keys
        self._ask_anew()

    def _default_references(self) -> None:
        self._count = 2
        self._set_references(())

    def _held(self) -> tuple[str, ...]:
        return references.held(self._references, self._count, self.window.panes.comparison)

    def _change_count(self, by: int) -> None:
        shown = self.window.panes.comparison
        if not self._references:  # The best of each image, whichever they are.
            self._count = min(max(self._count + by, 1), references.MOST)
            self._ask_anew()
            return
        if shown is None:
            return
        keys = [column.key for column in shown.references]
        best = [f"bank:{match.label}" for match in self._verdict.matches]
        offered = [choice.key for choice in shown.choices]
        self._set_references(references.changed(keys, by, offered, best))

    @Slot(object)
    def _set_options(self, changed: ViewOptions) -> None:
        before, self.options = self.options, changed
        self.settings.options = opts.to_plain(changed)
        self._show_options()
        pictures = before.denoised_picture != changed.denoised_picture
        if before.arrays_key != changed.arrays_key or pictures:
            self._ask_anew()

    def _show_options(self) -> None:
        self.window.show_options(self.options, self.settings.denoiser)
        self.window.set_denoisers(self._denoisers, self.settings.denoiser)
        for name, on in opts.checked(self.options).items():
            self.window.actions_.set_on(name, on)

    @Slot(str)
    def _on_window_denoiser_chosen(self, name: str) -> None:
        self.settings.denoiser = name
        self._show_options()
        self._ask_anew()

    @Slot(QModelIndex, QModelIndex)
    def _on_model_data_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        original = self._original(self.current)
        if examined.is_waited_for(original) and (
            first.row() <= self.model.row_of(original) <= last.row()
        ):
            self._show_verdict(examined.verdict_of(self.current, original, self._record()))

    @Slot(object)
    def _on_queue_current_changed(self, item: QueueItem | None) -> None:
        self.current = item
        self.refresh()
        self._settle.ask()
        if self._settle.waits:  # Panels of the image left must not appear beside this verdict.
            self.requests.clear()

    @Slot(int, str)
    def _on_panes_reference_chosen(self, column: int, key: str) -> None:
        shown = self.window.panes.comparison
        if shown is not None:
            keys = [reference.key for reference in shown.references]
            keys[column : column + 1] = [key]
            self._set_references(tuple(keys))

    @Slot(str)
    def _on_panes_reference_added(self, key: str) -> None:
        shown = self.window.panes.comparison
        if shown is not None:
            self._set_references(references.with_one(shown, key))

    @Slot(object)
    def _on_panes_region_changed(self, region: Region | None) -> None:
        if region is not None:
            self.requests.measure_region(region)

    @Slot(object, object)
    def _on_requests_ready(self, comparison: Comparison, plots: Plots) -> None:
        self.window.show_comparison(comparison, plots)
        self.ahead.look_again()

    @Slot(str)
    def _on_requests_failed(self, words: str) -> None:
        self.window.show_nothing(said(words))
        self.window.status.say(said(words), lasting=True)

    @Slot(object)
    def _on_requests_region_ready(self, data: RegionData) -> None:
        self.window.panes.show_region(data)

    @Slot(int, int)
    def _on_requests_average_progressed(self, done: int, total: int) -> None:
        self.window.status.say(
            translate("Comparison", "Averaging, {done} of {total}").format(
                done=f"{done:,}", total=f"{total:,}"
            ),
            lasting=True,
        )

    @Slot(object)
    def _on_requests_average_ready(self, found: Mapping[str, Any]) -> None:
        if found.get("problem"):
            self.window.status.say(str(found["problem"]), lasting=True)
            return
        self._average = str(found["file"])
        self.window.status.say(average_words(found))
        self._set_references(references.in_front(self._held(), ["average"]))

    @Slot(object)
    def _on_requests_about_ready(self, about: Mapping[str, Any]) -> None:
        self.window.show_engine(about)
        self._denoisers = about.get("denoisers") or self._denoisers
        self._show_options()
        self.window.show_problem(problem_words(about))
        self.window.status.hush()
        if not about.get("problem"):
            self.requests.entries(self._bank)

    @Slot(object)
    def _on_requests_entries_ready(self, columns: Sequence[Column]) -> None:
        self.window.first_run.show_bank(columns)
        self.window.panes.show_entries(columns)
