"""Taking images off the queue, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

from fpinspect.gui.queue_item import QueueItem, State
from fpinspect.gui.translation import translate

if TYPE_CHECKING:
    from fpinspect.gui.controller import Controller


class Removal(QUndoCommand):
    """Items that are taken off; undone, they stand where they stood."""

    def __init__(self, controller: Controller, items: Sequence[QueueItem]) -> None:
        super().__init__(translate("Window", "Remove"))
        self._controller = controller
        self._items = list(items)
        self._removed: list[tuple[int, QueueItem]] = []

    def redo(self) -> None:
        """Take them off."""
        control = self._controller
        row = control.window.queue.table.currentIndex().row()
        self._removed = control.model.remove(self._items)
        control.runner.forget(self._items)
        if control.model.items:
            control.window.queue.select_row(row)
        else:
            control.window.show_start(True)
            control.examination.use_bank("")

    def undo(self) -> None:
        """Put them back."""
        control = self._controller
        control.model.insert(self._removed)
        control.window.show_start(False)
        open_ = {State.WAITING, State.WORKING, State.STOPPED}
        control.runner.enqueue([item for _, item in self._removed if item.state in open_])
        control.window.queue.select_row(self._removed[0][0] if self._removed else 0)
