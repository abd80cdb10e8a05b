"""Panels of inspected images made before they are selected, nearest to the selected one first.

Of those too far away, what takes longest is measured and stored: they are drawn soon enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot

from fpinspect.gui.compare_requests import CompareRequests, Request
from fpinspect.gui.queue_item import QueueItem, State
from fpinspect.gui.workers import JobResult, Lane

_PAUSE_MS = 100
"""After the last change of what is shown or known."""
MOST = 200
"""So many rows before and after the selected one are looked at."""
_ALL, _MOST_MEASURED = 100_000, 4000
"""Rows that are measured, and how many at most: 400 kB each on disk."""
_SHARE = 0.8
"""Of the room for panels; the rest is for those that were asked for in another way."""
_FIXED_BYTES, _BYTES_A_PIXEL = 1_800_000, 4.0

RequestOf = Callable[[QueueItem], Request | None]


class Ahead(QObject):
    """Keeps an engine of its own busy with what will be asked for next.

    What it makes goes to `CompareRequests`, so that a selection finds it there. Its engine runs
    below all others in priority, and one image at a time: what is asked for never waits for it.

    Parameters
    ----------
    lane : Lane
        One engine.
    requests : CompareRequests
        Keeps the panels.
    nearby : callable
        Given a number, returns so many items of the queue on either side, nearest first.
    request_of : callable
        What would be asked for if an item were selected; None if nothing.
    parent : QObject, optional
        Owner.
    """

    def __init__(
        self,
        lane: Lane,
        requests: CompareRequests,
        nearby: Callable[[int], Iterable[QueueItem]],
        request_of: RequestOf,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._lane, self._requests = lane, requests
        self._nearby, self._request_of = nearby, request_of
        self._request: Request | None = None
        self._failed: set[tuple[Any, ...]] = set()
        self._keys: dict[int, tuple[str, tuple[Any, ...]]] = {}
        self._measured: dict[int, str] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._closed = False
        lane.finished.connect(self._on_lane_finished)
        lane.settled.connect(self._on_lane_settled)

    @property
    def is_idle(self) -> bool:
        """Whether all that fits has been made."""
        return not self._timer.isActive() and not self._lane.busy

    def look_again(self) -> None:
        """Something was shown, or an image has been inspected: see what to make next."""
        if not self._timer.isActive():  # Images that are inspected fast do not put it off.
            self._timer.start(_PAUSE_MS)

    def forget(self) -> None:
        """Give up what was made for other options than those chosen now."""
        self._keys.clear()
        self._failed.clear()
        self._measured.clear()
        self._lane.cancel("ahead")

    def close(self) -> None:
        """Make nothing more."""
        self._closed = True
        self._timer.stop()
        self._lane.cancel("ahead")

    def _next(self) -> Request | None:
        """Return what is missing nearest to the selected image, and keep what is there longest."""
        room = _SHARE * self._requests.room
        there = []
        missing = None
        for item in self._nearby(MOST):
            if item.state is not State.DONE:
                continue
            room -= _FIXED_BYTES + _BYTES_A_PIXEL * item.width * item.height
            if room < 0:
                break
            kept, key = self._keys.get(item.number, ("", ()))
            if kept is not item.record_text:
                request = self._request_of(item)
                if request is None:
                    continue
                key = request.key
                self._keys[item.number] = item.record_text, key
            if self._requests.has(key):
                there.append(key)
            elif key not in self._failed:
                missing = item
                break
        self._requests.prefer(there)
        return None if missing is None else self._request_of(missing)

    def _next_to_measure(self) -> Request | None:
        """Return the nearest image that has not been measured."""
        if len(self._measured) >= _MOST_MEASURED:
            return None
        for item in self._nearby(_ALL):
            known = self._measured.get(item.number)
            if item.state is State.DONE and known is not item.record_text:
                self._measured[item.number] = item.record_text
                request = self._request_of(item)
                if request is not None and not self._requests.has(request.key):
                    return request
        return None

    @Slot()
    def _on_timer_timeout(self) -> None:
        if self._closed or self._lane.busy:
            return  # Its end starts the timer again.
        self._request = self._next()
        if self._request is not None:
            self._lane.submit("ahead", self._requests.work_of(self._request))
            return
        far = self._next_to_measure()
        if far is not None:
            self._lane.submit("ahead", self._requests.measuring_of(far))

    @Slot(object)
    def _on_lane_finished(self, result: JobResult) -> None:
        request, self._request = self._request, None
        if request is not None and result.value is not None:
            self._requests.keep(request, result.value)
        elif request is not None and result.error:
            self._failed.add(request.key)  # It is said when the image is selected.

    @Slot()
    def _on_lane_settled(self) -> None:
        if not self._closed:
            self._timer.start(0)
