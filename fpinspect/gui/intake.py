"""Files and folders to items of the queue, and small pictures of them, all in a worker."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from fpinspect.batch.progress import CancelToken
from fpinspect.gui.arrays import np
from fpinspect.gui.engine import Engine, OnProgress
from fpinspect.gui.models import QueueModel
from fpinspect.gui.queue_item import QueueItem
from fpinspect.gui.translation import translate
from fpinspect.gui.workers import JobResult, Lane

THUMBNAIL_SIDE = 96
"""48 px at 200 %."""
_CHUNK = 250
"""Items added at a time, so that the window answers in between."""
_WAITING_PICTURES = 128


@dataclass(frozen=True, slots=True)
class Added:
    """What became of files and folders.

    Attributes
    ----------
    items : int
        New in the queue.
    known : int
        In it already.
    not_images : int
        Files that are no images.
    """

    items: int
    known: int
    not_images: int


class _Ask:
    """One operation of the engine, as the work of a job."""

    def __init__(self, op: str, payload: dict[str, Any]) -> None:
        self._op = op
        self._payload = payload

    def __call__(self, engine: Engine, token: CancelToken, on_progress: OnProgress) -> Any:
        return engine.call(self._op, self._payload, token=token, on_progress=on_progress)


class Intake(QObject):
    """Walks folders and draws thumbnails in the lane of files, which never loads torch.

    Parameters
    ----------
    model : QueueModel
        Gets the items and their pictures.
    lane : Lane
        A light engine.
    parent : QObject, optional
        Owner.
    """

    items_added = Signal(object)
    """A list of `QueueItem`, now in the model."""
    finished = Signal(object)
    """`Added`, when everything that was given is in the model."""
    failed = Signal(str)
    """Why files could not be added, in plain words."""
    counted = Signal(int, int)
    """How many images hover over the window, and the generation of the question."""
    demo_ready = Signal(object, str)
    """Paths of the exhibits, and the folder of the demo's bank."""

    def __init__(self, model: QueueModel, lane: Lane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._lane = lane
        self._jobs = 0
        self._paths: set[str] = set()
        self._arriving: deque[tuple[str, bool]] = deque()
        self._tallies: deque[tuple[int, int]] = deque()  # items left of a walk, not images
        self._new = self._known = self._not_images = 0
        self._pictures: dict[int, str] = {}
        self._lane.finished.connect(self._on_lane_finished)
        self._lane.settled.connect(self._draw_next)
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._on_timer_timeout)
        model.thumbnail_wanted.connect(self._on_model_thumbnail_wanted)
        model.rowsRemoved.connect(self._on_model_rows_removed)

    def add(self, paths: Iterable[str]) -> None:
        """Walk files and folders and add what they hold."""
        self._jobs += 1
        payload = {"paths": [os.path.abspath(path) for path in paths]}  # noqa: PTH100 (text)
        self._lane.submit(("walk", self._jobs), _Ask("walk", payload), priority=2)

    def know(self, paths: Iterable[str]) -> None:
        """Take note of paths that came into the queue by another way."""
        self._paths.update(paths)

    def count(self, paths: Iterable[str]) -> int:
        """Count what paths hold, while they hover; `counted` follows with this generation."""
        payload = {"paths": list(paths)}
        return self._lane.submit("count", _Ask("walk", payload), priority=3)

    def stop_counting(self) -> None:
        """Forget what hovered."""
        self._lane.cancel("count")

    def build_demo(self, folder: str) -> None:
        """Build the exhibits of the demo; `demo_ready` or `failed` follows."""
        self._lane.submit("demo", _Ask("demo", {"folder": folder}), priority=2)

    @Slot(object)
    def _on_model_thumbnail_wanted(self, item: QueueItem) -> None:
        # Asked again at every paint: the ones asked for last are on the screen now.
        self._pictures.pop(item.number, None)
        self._pictures[item.number] = item.path
        while len(self._pictures) > _WAITING_PICTURES:
            del self._pictures[next(iter(self._pictures))]
        self._draw_next()

    @Slot()
    def _on_model_rows_removed(self) -> None:
        self._paths = {item.path for item in self._model.items}

    @Slot()
    def _draw_next(self) -> None:
        if self._pictures and not self._lane.busy:
            number, path = self._pictures.popitem()
            payload = {"path": path, "side": THUMBNAIL_SIDE}
            self._lane.submit(("picture", number), _Ask("thumbnail", payload))

    @Slot(object)
    def _on_lane_finished(self, result: JobResult) -> None:
        key = result.key
        if key == "count":
            if result.value is not None:
                self.counted.emit(len(result.value["items"]), result.generation)
        elif key == "demo":
            self._end_demo(result)
        elif isinstance(key, tuple) and key[0] == "walk":
            self._begin(result)
        elif isinstance(key, tuple):
            self._show_picture(int(key[1]), result.value)

    def _end_demo(self, result: JobResult) -> None:
        if result.error:
            self.failed.emit(
                translate("Queue", "The demo could not be built: {error}").format(
                    error=result.error
                )
            )
        elif result.value is not None:
            self._lane.restart()  # It has loaded torch, which files do not need.
            self.demo_ready.emit(result.value["paths"], result.value.get("bank", ""))

    def _begin(self, result: JobResult) -> None:
        if result.error:
            self.failed.emit(result.error)
        if result.value is None:
            return
        self._arriving.extend((str(path), bool(named)) for path, named in result.value["items"])
        self._not_images += result.value["not_images"]
        self._timer.start()

    @Slot()
    def _on_timer_timeout(self) -> None:
        items = []
        for _ in range(min(_CHUNK, len(self._arriving))):
            path, named = self._arriving.popleft()
            if path in self._paths:
                self._known += 1
                continue
            self._paths.add(path)
            items.append(QueueItem(self._model.new_number(), path, named))
        self._model.append(items)
        self._new += len(items)
        if items:
            self.items_added.emit(items)
        if not self._arriving:
            self._timer.stop()
            added = Added(self._new, self._known, self._not_images)
            self._new = self._known = self._not_images = 0
            self.finished.emit(added)

    def _show_picture(self, number: int, value: dict[str, Any] | None) -> None:
        item = self._model.item(number)
        if item is None:
            return
        if value is not None and not item.record_text:
            item.width, item.height = value["width"], value["height"]
            item.format = value["format"]
            item.refresh_haystack()
        picture = None if value is None else value["picture"]
        self._model.set_thumbnail(number, QImage() if picture is None else to_image(picture))


def to_image(pixels: np.ndarray) -> QImage:
    """Copy (H, W, 3) uint8 pixels to a picture."""
    rows, columns = pixels.shape[:2]
    return QImage(pixels.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()


def words_of(added: Added) -> str:
    """Say what was added, in plain words."""
    parts = [translate("Queue", "%n image(s) added", "", added.items)]
    if added.known:
        parts.append(translate("Queue", "%n already in the queue", "", added.known))
    if added.not_images:
        words = translate("Queue", "%n file(s) (is no image|are no images)", "", added.not_images)
        parts.append(words)
    return ", ".join(parts)


def to_paths(urls: Sequence[Any]) -> list[str]:
    """Local files among URLs."""
    return [url.toLocalFile() for url in urls if url.isLocalFile()]
