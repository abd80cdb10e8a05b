"""Ask the engine for panels, the last request wins, and keep what was shown lately."""

from __future__ import annotations

import dataclasses
import os
import tempfile
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from fpinspect.batch.progress import CancelToken
from fpinspect.gui.arrays import np
from fpinspect.gui.engine import Engine, OnProgress
from fpinspect.gui.translation import translate
from fpinspect.gui.viewdata import Comparison, Plots, Region, RegionData, ViewOptions
from fpinspect.gui.workers import JobProgress, JobResult, Lane, Work

Record = Mapping[str, Any]
_LEAST_ROOM, _MOST_ROOM = 300_000_000, 2_000_000_000
_SHARE_OF_MEMORY = 1 / 12


@dataclass(frozen=True, eq=False)
class Request:
    """What is to be shown.

    Attributes
    ----------
    record : mapping
        JSON line of the image.
    title : str
        Its name.
    options : ViewOptions
        What the analyst chose to see.
    denoiser : str
        Whose residual.
    references : tuple of str
        Keys of the columns; empty: the best matches and real.
    count : int
        How many columns those are, if none are named.
    pins : tuple of (mapping, str)
        JSON lines and names of the images pinned as references.
    average : str
        File that holds the last average, empty for none.
    bank : str
        Folder of a bank other than the shipped one.
    """

    record: Record
    title: str
    options: ViewOptions = field(default_factory=ViewOptions)
    denoiser: str = "wavelet"
    references: tuple[str, ...] = ()
    count: int = 2
    pins: tuple[tuple[Record, str], ...] = ()
    average: str = ""
    bank: str = ""

    @property
    def key(self) -> tuple[Any, ...]:
        """What the arrays depend on."""
        pinned = tuple(record["sha256"] for record, _ in self.pins)
        return (
            self.record["path"],
            self.record["sha256"],
            self.record.get("inspected_at"),
            self.options.arrays_key,
            self.options.denoised_picture,
            self.denoiser,
            self.references,
            0 if self.references else self.count,
            pinned,
            self.average,
            self.bank,
        )

    def payload(self, generation: int) -> dict[str, Any]:
        """Return what the engine is given."""
        return {
            "record": self.record,
            "title": self.title,
            "options": self.options,
            "denoiser": self.denoiser,
            "references": list(self.references),
            "count": self.count,
            "pins": [[record, title] for record, title in self.pins],
            "average": self.average,
            "bank": self.bank,
            "generation": generation,
        }


class _Ask:
    def __init__(self, op: str, payload: dict[str, Any]) -> None:
        self._op = op
        self._payload = payload

    def __call__(self, engine: Engine, token: CancelToken, on_progress: OnProgress) -> Any:
        return engine.call(self._op, self._payload, token=token, on_progress=on_progress)


class CompareRequests(QObject):
    """Panels, regions and averages from the lane that serves what is on the screen.

    Parameters
    ----------
    lane : Lane
        One engine, which keeps the arrays of the images shown last.
    batch_lane : Lane
        Where averages are made, so that they hold nothing up on the screen.
    parent : QObject, optional
        Owner.
    """

    ready = Signal(object, object)
    """`Comparison` and `Plots` of the last request."""
    failed = Signal(str)
    """Why the last request failed."""
    region_ready = Signal(object)
    """`RegionData` of the last rectangle."""
    average_progressed = Signal(int, int)
    """Done, total."""
    average_ready = Signal(object)
    """``images``, ``left_out`` and ``file``, or ``problem``."""
    entries_ready = Signal(object)
    """Columns of the bank's entries."""
    about_ready = Signal(object)
    """What the engine is made of."""

    def __init__(self, lane: Lane, batch_lane: Lane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = lane
        self._batch_lane = batch_lane
        self._generation = 0
        self._asked: Request | None = None
        self._kept: OrderedDict[tuple[Any, ...], tuple[Comparison, Plots]] = OrderedDict()
        self._sizes: dict[tuple[Any, ...], int] = {}
        self.room = room_for_panels()
        self._store = tempfile.TemporaryDirectory(
            prefix="fpinspect-measured-", ignore_cleanup_errors=True
        )
        # What is there already is shown in a turn of its own, after queue and verdict are drawn.
        self._there = QTimer(self, interval=0, singleShot=True)
        self._there.timeout.connect(self._on_there_timeout)
        lane.finished.connect(self._on_lane_finished)
        batch_lane.finished.connect(self._on_batch_lane_finished)
        batch_lane.progressed.connect(self._on_batch_lane_progressed)

    def about(self, bank: str = "") -> None:
        """Load the engine with a bank; `about_ready` follows."""
        self._lane.submit("about", _Ask("about", {"bank": bank}), priority=1)

    def entries(self, bank: str = "") -> None:
        """Ask for the bank's own pictures; `entries_ready` follows if there are any."""
        self._lane.submit("entries", _Ask("entries", {"bank": bank}))

    def show(self, request: Request) -> None:
        """Make panels; `ready` or `failed` follows for the last request only."""
        self._generation += 1
        self._lane.cancel("region")
        self._asked = request
        if request.key in self._kept:
            self._kept.move_to_end(request.key)
            self._lane.cancel("compare")
            self._there.start()
        else:
            self._there.stop()
            self._lane.submit("compare", self.work_of(request), priority=3)

    def work_of(self, request: Request) -> Work:
        """Return the work of making the panels of a request."""
        return self._ask("compare", request)

    def measuring_of(self, request: Request) -> Work:
        """Return the work of measuring what those panels need, which is stored."""
        return self._ask("measure", request)

    def _ask(self, op: str, request: Request) -> Work:
        return _Ask(op, {**request.payload(self._generation), "store": self._store.name})

    def close(self) -> None:
        """Ask for nothing more, leave nothing behind."""
        self.clear()
        self._store.cleanup()

    def has(self, key: tuple[Any, ...]) -> bool:
        """Tell whether the panels of a request (its key) are there."""
        return key in self._kept

    def keep(self, request: Request, made: tuple[Comparison, Plots]) -> None:
        """Keep panels as the last used; those not used for longest go when the room is full."""
        self._kept[request.key] = made
        self._kept.move_to_end(request.key)
        self._sizes[request.key] = _bytes(made)
        while len(self._kept) > 1 and sum(self._sizes.values()) > self.room:
            gone, _ = self._kept.popitem(last=False)
            del self._sizes[gone]

    def drop(self) -> None:
        """Keep nothing of what was made."""
        self._kept.clear()
        self._sizes.clear()

    def prefer(self, keys: Sequence[tuple[Any, ...]]) -> None:
        """Let panels be kept longest, the first of them longer than the others."""
        for key in reversed(keys):
            self._kept.move_to_end(key)

    def clear(self) -> None:
        """Nothing is selected: no answer is wanted."""
        self._generation += 1
        self._asked = None
        self._there.stop()
        self._lane.cancel("compare")
        self._lane.cancel("region")

    def measure_region(self, region: Region) -> None:
        """Ask for residual and spectrum of a rectangle of the image shown."""
        if self._asked is not None:
            payload = {**self._asked.payload(self._generation), "region": region}
            self._lane.submit("region", _Ask("region", payload), priority=2)

    def average(self, records: Sequence[Record], denoiser: str, folder: str) -> None:
        """Average images (seed eq. 2 and 3) into a file in a folder, with progress."""
        payload = {
            "records": [dict(record) for record in records],
            "denoiser": denoiser,
            "folder": folder,
        }
        self._batch_lane.submit("average", _Ask("average", payload), priority=5)

    def cancel_average(self) -> bool:
        """Give an average up; tell whether there was one."""
        return self._batch_lane.cancel("average")

    @Slot()
    def _on_there_timeout(self) -> None:
        if self._asked is None:
            return
        kept = self._kept.get(self._asked.key)
        if kept is None:  # It had to make room meanwhile.
            self.show(self._asked)
        else:
            self.ready.emit(replace(kept[0], generation=self._generation), kept[1])

    @Slot(object)
    def _on_lane_finished(self, result: JobResult) -> None:
        match result.key:
            case "compare":
                self._end_compare(result)
            case "region":
                if isinstance(result.value, RegionData):
                    self.region_ready.emit(result.value)
            case "entries":
                self.entries_ready.emit(result.value or ())
            case "about":
                about = result.value or {
                    "problem": result.error or translate("Engine", "The engine was stopped.")
                }
                self.about_ready.emit(about)

    @Slot(object)
    def _on_batch_lane_finished(self, result: JobResult) -> None:
        if result.key == "average":
            self.average_ready.emit(
                result.value or {"problem": result.error or translate("Engine", "Stopped.")}
            )

    @Slot(object)
    def _on_batch_lane_progressed(self, progress: JobProgress) -> None:
        if progress.key == "average":
            self.average_progressed.emit(progress.done, progress.total)

    def _end_compare(self, result: JobResult) -> None:
        if result.value is None or self._asked is None:
            if result.error:
                self.failed.emit(result.error)
            return
        comparison, plots = result.value
        self.keep(self._asked, (comparison, plots))
        self.ready.emit(comparison, plots)


def room_for_panels() -> int:
    """Bytes of panels that are kept: a share of the machine's memory."""
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # Windows has no sysconf.
        return _LEAST_ROOM
    return int(min(max(_SHARE_OF_MEMORY * memory, _LEAST_ROOM), _MOST_ROOM))


def _bytes(value: Any) -> int:
    """Bytes of all arrays in nested plain data."""
    if isinstance(value, np.ndarray):
        return int(value.nbytes)
    if dataclasses.is_dataclass(value):
        return sum(_bytes(getattr(value, f.name)) for f in dataclasses.fields(value))
    if isinstance(value, tuple | list):
        return sum(_bytes(part) for part in value)
    return 0
