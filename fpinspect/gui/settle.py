"""Do at once what is asked for once, and the last of what is asked for in a quick row."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot


class Settle(QObject):
    """Tells when to act on requests: on the first, and on the last of those that come too fast.

    Parameters
    ----------
    ms : int
        A request that comes sooner than this after another waits until none has come for so long.
    parent : QObject, optional
        Owner.
    """

    due = Signal()
    """Act on the request."""

    def __init__(self, ms: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waits = False
        self._timer = QTimer(self, interval=ms, singleShot=True)
        self._timer.timeout.connect(self._on_timer_timeout)

    @property
    def waits(self) -> bool:
        """Whether the last request has not been acted on yet."""
        return self._waits

    def ask(self) -> None:
        """Something is asked for."""
        self._waits = self._timer.isActive()
        self._timer.start()
        if not self._waits:
            self.due.emit()

    def stop(self) -> None:
        """Nothing is asked for any more."""
        self._waits = False
        self._timer.stop()

    @Slot()
    def _on_timer_timeout(self) -> None:
        if self._waits:
            self._waits = False
            self.due.emit()
