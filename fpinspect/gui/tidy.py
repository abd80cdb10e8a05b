"""Garbage is collected in the GUI thread alone.

Python collects cycles in whichever thread happens to allocate. A worker that did so destroyed
graphics items while the GUI thread drew or destroyed their scene: a crash in Qt.
"""

from __future__ import annotations

import gc
import weakref
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot

_EVERY_MS = 200
_OLDEST = 2


class _Works(Protocol):
    @property
    def busy(self) -> int: ...


class Tidy(QObject):
    """Collects when Python would have; automatic collection is off from now on.

    Parameters
    ----------
    parent : QObject
        The application.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._spared: weakref.ref[_Works] | None = None
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._timer.start()

    def spare(self, lane: _Works) -> None:
        """Leave the oldest generation alone while a lane is busy; the last one told counts."""
        self._spared = weakref.ref(lane)

    @Slot()
    def _on_timer_timeout(self) -> None:
        # The oldest generation that is due holds the younger ones.
        due = [
            n
            for n, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
            if count > most
        ]
        lane = self._spared() if self._spared else None
        if due and due[-1] == _OLDEST and lane is not None and lane.busy:
            # All that 1,000 images have left behind is looked through: 90 ms in the GUI thread.
            due.pop()
        if due:
            gc.collect(due[-1])


def begin() -> None:
    """Do so for the application; harmless if it is done already."""
    app = QCoreApplication.instance()
    if app is not None and app.findChild(Tidy) is None:
        Tidy(app)
        settle()  # Modules and classes: to look among them held the GUI thread for 50 ms.


def spare(lane: _Works) -> None:
    """Put off what takes long while a lane of the window is busy."""
    app = QCoreApplication.instance()
    found = app.findChild(Tidy) if app is not None else None
    if found is not None:
        found.spare(lane)


def settle() -> None:
    """Look for garbage only among what comes from now on: what is there stays to the end."""
    gc.freeze()
