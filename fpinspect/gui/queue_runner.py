"""Inspect the queue: what is next, how fast it goes, pause, cancel, one analysis per file."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from fpinspect.batch.progress import CancelToken
from fpinspect.gui.engine import CancelledError, Engine, EngineError, EngineLostError, OnProgress
from fpinspect.gui.models import QueueModel
from fpinspect.gui.queue_item import QueueItem, State
from fpinspect.gui.translation import translate
from fpinspect.gui.workers import JobProgress, JobResult, Lane

_log = logging.getLogger(__name__)

_TELL_MS = 250
_RATE_OVER = 60
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far the queue is.

    Attributes
    ----------
    done, total, failed, stopped : int
        Items finished (failed and duplicate ones included), items there are, not read, and those
        that were cancelled before they were inspected.
    rate : float
        Items a second over the last sixty; 0 if unknown.
    left_s : float or None
        Seconds left at that rate.
    running, paused : bool
        Whether something is at work or waiting; whether nothing more is begun.
    """

    done: int = 0
    total: int = 0
    failed: int = 0
    rate: float = 0.0
    left_s: float | None = None
    running: bool = False
    paused: bool = False
    stopped: int = 0


class Claims:
    """Which item has which bytes: the first to claim a hash is analysed, others refer to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owners: dict[str, int] = {}

    def claim(self, sha256: str, number: int) -> int:
        """Return the item that owns a hash: this one, if nobody did."""
        with self._lock:
            return self._owners.setdefault(sha256, number)

    def owner(self, sha256: str) -> int | None:
        """Return the item that owns a hash."""
        return self._owners.get(sha256)

    def release(self, numbers: Collection[int]) -> None:
        """Give up what items own."""
        with self._lock:
            for sha256 in [s for s, owner in self._owners.items() if owner in numbers]:
                del self._owners[sha256]


@dataclass(frozen=True, slots=True)
class _Found:
    sha256: str
    owner: int
    record: str = ""
    warnings: tuple[str, ...] = field(default=())
    detail: str = ""
    pack: tuple[bytes, ...] | None = None


class QueueRunner(QObject):
    """Feeds the items of the model to the engines, as many at a time as there are engines.

    Parameters
    ----------
    model : QueueModel
        Holds the items; this object alone changes their state.
    lane : Lane
        The engines.
    parent : QObject, optional
        Owner.
    """

    progressed = Signal(object)
    """A `RunProgress`, four times a second while it runs, and at every change of state."""
    item_finished = Signal(object)
    """A `QueueItem` that has its verdict, its error or its twin."""

    result_arrived = Signal(object, object)
    """A `QueueItem` with a new line of the engine, and the bytes to store with it or None."""

    def __init__(self, model: QueueModel, lane: Lane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.claims = Claims()
        self.params: dict[str, Any] = {}
        self.bank = ""
        self.keep = False
        self._model = model
        self._lane = lane
        self._pending: deque[int] = deque()
        self._running: set[int] = set()
        self._paused = False
        self._times: deque[float] = deque(maxlen=_RATE_OVER)
        self._lane.finished.connect(self._on_lane_finished)
        self._lane.progressed.connect(self._on_lane_progressed)
        self._ticker = QTimer(self)
        self._ticker.setInterval(_TELL_MS)
        self._ticker.timeout.connect(self._on_ticker_timeout)

    @property
    def progress(self) -> RunProgress:
        """How far it is."""
        items = self._model.items
        left = len(self._pending) + len(self._running)
        rate, states = self._rate(), Counter(item.state for item in items)
        return RunProgress(
            done=len(items) - left - states[State.STOPPED],
            total=len(items),
            failed=states[State.FAILED],
            stopped=states[State.STOPPED],
            rate=rate,
            left_s=left / rate if rate and left else None,
            running=left > 0,
            paused=self._paused,
        )

    def enqueue(self, items: Iterable[QueueItem]) -> None:
        """Inspect items of the model, after those that wait already."""
        if not self._pending and not self._running:
            self._times.clear()
        for item in items:
            item.state, item.stage, item.progress, item.error = State.WAITING, "", None, ""
            self._pending.append(item.number)
        self._feed()
        self._tell()

    def adopt(self, items: Iterable[QueueItem]) -> None:
        """Take note of items that have been inspected before: their bytes are known."""
        for item in items:
            if item.sha256 and item.state is State.DONE:
                self.claims.claim(item.sha256, item.number)

    def reinspect(self, items: Iterable[QueueItem]) -> None:
        """Inspect items again, before those that wait."""
        chosen = [item for item in items if item.number not in self._running]
        known = {item.number for item in chosen}
        self._pending = deque(number for number in self._pending if number not in known)
        for item in reversed(chosen):
            item.state, item.error, item.same_as = State.WAITING, "", ""
            self._pending.appendleft(item.number)
            self._model.changed(item)
        self._feed()
        self._tell()

    def retry(self) -> None:
        """Inspect those again that the engine failed, not those whose files are at fault."""
        self.reinspect(
            item
            for item in self._model.items
            if item.state is State.FAILED and not item.record_text
        )

    def forget(self, items: Iterable[QueueItem]) -> None:
        """Stop work on items that are being removed; their twins are analysed instead."""
        gone = {item.number for item in items}
        hashes = {item.sha256 for item in items if item.sha256}
        for number in gone & self._running:
            self._lane.cancel(number)
        self._running -= gone
        self._pending = deque(number for number in self._pending if number not in gone)
        self.claims.release(gone)
        twins = [
            item
            for item in self._model.items
            if item.state is State.DUPLICATE and item.sha256 in hashes and item.number not in gone
        ]
        self.enqueue(twins)

    def pause(self, paused: bool) -> None:
        """Begin nothing more, or go on."""
        self._paused = paused
        self._times.clear()
        self._feed()
        self._tell()

    def cancel(self) -> None:
        """Stop everything now; what is done is kept."""
        stopped = [*self._pending, *self._running]
        self.claims.release(self._running)
        for number in self._running:
            self._lane.cancel(number)
        self._pending.clear()
        self._running.clear()
        self._paused = False
        for number in stopped:
            item = self._model.item(number)
            if item is not None:
                item.state, item.stage, item.progress = State.STOPPED, "", None
        self._model.all_changed()
        self._tell()

    def _feed(self) -> None:
        while self._pending and not self._paused and len(self._running) < self._lane.width:
            item = self._model.item(self._pending.popleft())
            if item is None:
                continue
            item.state, item.stage = State.WORKING, translate("Queue", "Inspecting")
            self._running.add(item.number)
            self._lane.submit(item.number, _Inspect(item, self))
            self._model.changed(item)
        if self._running and not self._ticker.isActive():
            self._ticker.start()

    def _tell(self) -> None:
        if not self._running:
            self._ticker.stop()
        self.progressed.emit(self.progress)

    def _rate(self) -> float:
        if len(self._times) < 2:
            return 0.0
        span = time.monotonic() - self._times[0]
        return (len(self._times) - 1) / span if span > 0 else 0.0

    @Slot(object)
    def _on_lane_finished(self, result: JobResult) -> None:
        number = result.key
        if not isinstance(number, int):
            return  # Other work shares the engines.
        self._running.discard(number)
        item = self._model.item(number)
        if item is not None:
            self._take(item, result)
            self._times.append(time.monotonic())
            self._model.changed(item)
            self.item_finished.emit(item)
        self._feed()
        if not self._running:
            self._tell()

    def _take(self, item: QueueItem, result: JobResult) -> None:
        item.stage, item.progress = "", None
        found = result.value
        if not isinstance(found, _Found):
            item.state = State.STOPPED if result.cancelled else State.FAILED
            item.error = result.error
            item.clear_verdict()
            item.refresh_haystack()
            return
        item.sha256 = found.sha256
        if found.owner != item.number:
            twin = self._model.item(found.owner)
            item.state, item.same_as = State.DUPLICATE, twin.name if twin else "another"
            item.clear_verdict()
            item.refresh_haystack()
            return
        for text in found.warnings:
            _log.warning("%s: %s", item.path, text)
        if found.detail:
            _log.error("%s: %s", item.path, found.detail)
        item.take(json.loads(found.record), found.record)
        self.result_arrived.emit(item, found.pack)

    @Slot(object)
    def _on_lane_progressed(self, progress: JobProgress) -> None:
        item = self._model.item(progress.key) if isinstance(progress.key, int) else None
        if item is not None and item.state is State.WORKING:
            item.stage = progress.message or item.stage
            item.progress = progress.done / progress.total if progress.total else None
            self._model.changed(item)

    @Slot()
    def _on_ticker_timeout(self) -> None:
        self._tell()


class _Inspect:
    """Hash a file, claim it, and have it inspected if nobody has: runs in a worker."""

    def __init__(self, item: QueueItem, runner: QueueRunner) -> None:
        self._number = item.number
        self._path = item.path
        self._claims = runner.claims
        self._payload = {
            "path": item.path,
            "named": item.named,
            "params": {**runner.params, **({"explain": True} if item.explain else {})},
            "bank": runner.bank,
            "keep": runner.keep,
        }

    def __call__(self, engine: Engine, token: CancelToken, on_progress: OnProgress) -> _Found:
        sha256 = hash_file(self._path, token)
        owner = self._claims.claim(sha256, self._number) if sha256 else self._number
        if owner != self._number:
            return _Found(sha256, owner)
        try:
            answer = engine.call("inspect", self._payload, token=token, on_progress=on_progress)
        except CancelledError:
            self._claims.release({self._number})
            raise
        except EngineLostError:
            raise
        except EngineError:
            self._claims.release({self._number})
            raise
        pack = tuple(bytes(part) for part in answer.get("pack") or ()) or None
        return _Found(
            sha256, owner, answer["record"], tuple(answer["warnings"]), answer["detail"], pack
        )


def hash_file(path: str, token: CancelToken) -> str:
    """Return the SHA-256 of a file; empty if it cannot be read (the engine says why)."""
    digest = hashlib.sha256()
    try:
        if not Path(path).is_file():
            return ""
        with Path(path).open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                if token.cancelled():
                    raise CancelledError
                digest.update(chunk)
    except (OSError, ValueError):
        return ""
    return digest.hexdigest()
