"""Garbage is collected in the GUI thread alone.

Python collects cycles in whichever thread happens to allocate. A worker that did so destroyed
graphics items while the GUI thread drew or destroyed their scene: a crash in Qt.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot

_EVERY_MS = 200


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
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._timer.start()

    @Slot()
    def _on_timer_timeout(self) -> None:
        # The oldest generation that is due holds the younger ones.
        due = [
            n
            for n, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
            if count > most
        ]
        if due:
            gc.collect(due[-1])


def begin() -> None:
    """Do so for the application; harmless if it is done already."""
    app = QCoreApplication.instance()
    if app is not None and app.findChild(Tidy) is None:
        Tidy(app)
        settle()  # Modules and classes: to look among them held the GUI thread for 50 ms.


def settle() -> None:
    """Look for garbage only among what comes from now on: what is there stays to the end."""
    gc.freeze()
