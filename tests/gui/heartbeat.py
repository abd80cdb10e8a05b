"""How long the GUI thread does not answer: a timer that notes the gaps between its beats."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Slot

_BEAT_MS = 5


class Heartbeat(QObject):
    """Notes the longest time between two beats, without what other processes took.

    The time that the thread was ready but had no core (``schedstat``) is the machine's, not ours.

    Parameters
    ----------
    parent : QObject, optional
        Owner.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stat = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self.gaps_ms: list[float] = []
        self._last = (0.0, 0.0)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_BEAT_MS)
        self._timer.timeout.connect(self._on_timer_timeout)

    @property
    def worst_ms(self) -> float:
        """The longest gap."""
        return max(self.gaps_ms, default=0.0)

    def start(self) -> None:
        """Begin to measure."""
        self._last = self._now()
        self._timer.start()

    def stop(self) -> None:
        """End the measurement, the gap that is open included."""
        self._on_timer_timeout()
        self._timer.stop()

    @Slot()
    def _on_timer_timeout(self) -> None:
        now = self._now()
        wall, waited = (b - a for a, b in zip(self._last, now, strict=True))
        self.gaps_ms.append(max(0.0, 1e3 * (wall - waited) - _BEAT_MS))
        self._last = now

    def _now(self) -> tuple[float, float]:
        try:
            waited = int(self._stat.read_text().split()[1]) / 1e9
        except (OSError, IndexError, ValueError):
            waited = 0.0
        return time.monotonic(), waited
