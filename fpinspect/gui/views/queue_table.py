"""The rows of the queue."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from fpinspect.gui.models import Column
from fpinspect.gui.translation import translate
from fpinspect.gui.views.queue_delegate import ROW, QueueDelegate


class QueueTable(QTableView):
    """Rows of 64 px with one painted column; the others come from the menu of the headings."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(translate("Queue", "Queue"))
        self.setItemDelegateForColumn(Column.ITEM, QueueDelegate(self))
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setDragEnabled(True)
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW)
        rows.setMinimumSectionSize(ROW)
        rows.hide()
        bar = self.verticalScrollBar()
        bar.setSingleStep(ROW // 2)
        bar.rangeChanged.connect(lambda low, high: bar.setEnabled(high > low))
