"""The queue on the left: filter, order, rows, progress of the whole."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from fpinspect.gui.icons import icon, pixmap
from fpinspect.gui.models import (
    HEADINGS,
    ITEM_ROLE,
    Column,
    Sort,
)
from fpinspect.gui.queue_filter import QueueFilter
from fpinspect.gui.queue_item import QueueItem
from fpinspect.gui.theme import notifier
from fpinspect.gui.translation import translate, translated
from fpinspect.gui.views.look import fill
from fpinspect.gui.views.nothing_shown import NothingShown
from fpinspect.gui.views.queue_choices import order_choices, source_choices, verdict_choices
from fpinspect.gui.views.queue_footer import QueueFooter
from fpinspect.gui.views.queue_table import QueueTable
from fpinspect.gui.views.tool_buttons import ValueButton
from fpinspect.wording import NBSP

_WIDE = 270
"""From this width on there is room for ``All verdicts`` instead of ``Verdicts``."""


class QueuePanel(QWidget):
    """Shows the filtered queue; says what is selected and what is wanted of it.

    Parameters
    ----------
    shown : QueueFilter
        The rows.
    parent : QWidget, optional
        Owner.
    """

    current_changed = Signal(object)
    """The `QueueItem` under examination, or None."""
    selection_changed = Signal(int)
    """How many are selected."""
    pause_toggled = Signal(bool)
    cancel_requested = Signal()
    sort_requested = Signal(object, bool)
    """A `Sort`, and whether backwards."""
    columns_changed = Signal(object)
    """Names of the columns shown beside the first."""

    def __init__(self, shown: QueueFilter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = shown
        self._context_actions: list[QAction | None] = []
        self._sort, self._backwards = Sort.ADDED, False
        self._verdict = self._source = ""
        self._examined: QueueItem | None = None
        self._recount = QTimer(self, interval=50, singleShot=True)
        self._recount.timeout.connect(self._on_recount_timeout)
        for changed in (shown.rowsInserted, shown.rowsRemoved, shown.modelReset):
            changed.connect(self._recount.start)
        self.filter_edit = QLineEdit()
        self.filter_edit.setPlaceholderText(translate("Queue", "Filter by name"))
        self.filter_edit.setAccessibleName(translate("Queue", "Filter the queue"))
        self.filter_edit.setToolTip(
            translate("Queue", "Every word must occur in path, format, verdict or note")
        )
        self.filter_edit.setClearButtonEnabled(True)
        self.filter_edit.textChanged.connect(self._on_filter_edit_text_changed)
        self.filter_edit.setTextMargins(24, 0, 0, 0)
        self.filter_edit.setAcceptDrops(False)  # The window takes what is dropped anywhere.
        self._search = QLabel(self.filter_edit)
        self._search.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._search.setGeometry(8, 6, 16, 16)
        self.verdict_button = ValueButton(padding=4)
        self.source_button = ValueButton(padding=4)
        self.sort_button = ValueButton(padding=4)
        self.table = QueueTable()
        self.table.setModel(shown)
        self.footer = QueueFooter()
        self.footer.pause_toggled.connect(self.pause_toggled)
        self.footer.cancel_requested.connect(self.cancel_requested)
        self.nothing = NothingShown(self.table)
        self.nothing.all_requested.connect(self.show_all)
        self._make_menus()
        self._lay_out()
        selection = self.table.selectionModel()
        selection.currentRowChanged.connect(self._on_selection_current_changed)
        selection.selectionChanged.connect(self._on_selection_changed)
        self.table.customContextMenuRequested.connect(self._on_table_menu_requested)
        heads = self.table.horizontalHeader()
        heads.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        heads.customContextMenuRequested.connect(self._on_heads_menu_requested)
        heads.setHighlightSections(False)
        self.show_columns(())
        notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def tab_stops(self) -> tuple[QWidget, ...]:
        """What the Tab key walks through."""
        choices = (self.verdict_button, self.source_button, self.sort_button)
        ends = (self.footer.pause_button, self.footer.cancel_button)
        return (self.filter_edit, *choices, self.table, *ends)

    # -- what is selected

    @property
    def current(self) -> QueueItem | None:
        """The image under examination."""
        index = self.table.currentIndex()
        item = index.data(ITEM_ROLE) if index.isValid() else None
        return item if isinstance(item, QueueItem) else None

    @property
    def selected(self) -> list[QueueItem]:
        """The selected images, top to bottom."""
        selection = self.table.selectionModel().selection()
        rows = sorted((part.top(), part.bottom()) for part in selection)
        return [item for first, last in rows for item in self._shown.items_in(first, last)]

    def select_row(self, row: int) -> None:
        """Examine the image in a row (clipped to the rows there are)."""
        count = self._shown.rowCount()
        if count:
            index = self._shown.index(min(max(row, 0), count - 1), 0)
            flags = QItemSelectionModel.SelectionFlag
            self.table.selectionModel().setCurrentIndex(
                index, flags.ClearAndSelect | flags.Rows | flags.Current
            )
            self.table.scrollTo(index)

    def nearby(self, most: int) -> list[QueueItem]:
        """Return the current item and so many on either side of it, nearest first."""
        row = max(self.table.currentIndex().row(), 0)
        last = self._shown.rowCount() - 1
        first = max(row - most, 0)
        items = self._shown.items_in(first, min(row + most, last)) if last >= 0 else []
        at = row - first
        return [item for _, item in sorted(enumerate(items), key=lambda n: abs(n[0] - at - 0.25))]

    def step(self, by: int) -> None:
        """Examine the next or previous image."""
        index = self.table.currentIndex()
        self.select_row(index.row() + by if index.isValid() else 0)

    def select_all(self) -> None:
        """Select every image that is shown."""
        self.table.selectAll()

    @Slot()
    def show_all(self) -> None:
        """Take all filters back."""
        self.filter_edit.clear()
        for button in (self.verdict_button, self.source_button):
            button.menu().actions()[0].trigger()
        self.table.setFocus()

    def _keep_current(self) -> None:
        """Go on examining the image that was, if the filters show it, else the first they show."""
        if not self.selected and self._examined is not None:
            self.select_row(max(self._shown.row_of(self._examined), 0))

    def set_context_actions(self, actions: Sequence[QAction | None]) -> None:
        """Set what the context menu offers; None separates."""
        self._context_actions = list(actions)

    # -- columns and order

    def show_columns(self, names: Sequence[str]) -> None:
        """Show these columns beside the first."""
        for column in list(Column)[1:]:
            self.table.setColumnHidden(column, column.name.lower() not in names)
        heads = self.table.horizontalHeader()
        heads.setVisible(bool(names))
        heads.setStretchLastSection(False)
        heads.setSectionResizeMode(Column.ITEM, QHeaderView.ResizeMode.Stretch)
        for column in list(Column)[1:]:
            heads.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            heads.resizeSection(column, 88)

    @property
    def columns(self) -> list[str]:
        """Names of the columns shown beside the first."""
        return [
            column.name.lower()
            for column in list(Column)[1:]
            if not self.table.isColumnHidden(column)
        ]

    def fill_columns_menu(self, menu: QMenu) -> None:
        """Offer the columns that can be shown."""
        menu.clear()
        for column in list(Column)[1:]:
            action = menu.addAction(translated("Queue", HEADINGS[column]))
            action.setData(column.name.lower())
            action.setCheckable(True)
            action.setChecked(not self.table.isColumnHidden(column))
            action.triggered.connect(self._on_column_toggled)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten the words of the filters where there is little room."""
        super().resizeEvent(event)
        self._show_filters()

    def _show_filters(self) -> None:
        wide = self.width() >= _WIDE
        self.verdict_button.set_value(
            self._verdict
            or (translate("Queue", "All verdicts") if wide else translate("Queue", "Verdicts"))
        )
        self.source_button.set_value(
            self._source
            or (translate("Queue", "All sources") if wide else translate("Queue", "Sources"))
        )

    def set_progress(
        self, counts: str, pace: str, failed: str, share: float, *, running: bool, paused: bool
    ) -> None:
        """Show how far the queue is."""
        self.footer.set_progress(counts, pace, failed, share, running=running, paused=paused)

    # -- making

    def _make_menus(self) -> None:
        self._menu_of(self.verdict_button, verdict_choices(), self._on_verdict_chosen)
        self._menu_of(self.source_button, source_choices(), self._on_source_chosen)
        self._menu_of(self.sort_button, order_choices(), self._on_sort_chosen)
        self.sort_button.setToolTip(
            translate("Queue", "Order of the rows; choosing it again turns it round")
        )
        self.verdict_button.setToolTip(translate("Queue", "Show images with one verdict"))
        self.source_button.setToolTip(translate("Queue", "Show images of one source"))

    def _menu_of(self, button: ValueButton, choices: Sequence, slot: object) -> None:
        menu = QMenu(button)
        group = QActionGroup(menu)
        for data, words in choices:
            action = group.addAction(words)
            action.setData(data)
            action.setCheckable(True)
            action.triggered.connect(slot)
        menu.addActions(group.actions())
        group.actions()[0].setChecked(True)
        button.setMenu(menu)
        button.set_value(choices[0][1])

    def _lay_out(self) -> None:
        filters = QHBoxLayout()
        filters.setContentsMargins(8, 0, 4, 0)
        filters.setSpacing(0)
        filters.addWidget(self.verdict_button)
        filters.addStretch(1)
        filters.addWidget(self.source_button)
        filters.addStretch(1)
        filters.addWidget(self.sort_button)
        top = QHBoxLayout()
        top.setContentsMargins(8, 8, 8, 4)
        top.addWidget(self.filter_edit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addLayout(filters)
        layout.addSpacing(4)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.footer)

    # -- slots

    @Slot(str)
    def _on_filter_edit_text_changed(self, text: str) -> None:
        self._shown.set_text(text)
        self._keep_current()

    @Slot()
    def _on_verdict_chosen(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self._shown.set_verdict(action.data())
            self._verdict = action.text() if action.data() else ""
            self._show_filters()
            self._keep_current()

    @Slot()
    def _on_source_chosen(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self._shown.set_source(action.data())
            self._source = action.text() if action.data() else ""
            self._show_filters()
            self._keep_current()

    @Slot()
    def _on_recount_timeout(self) -> None:
        rows = self._shown.rowCount()
        self.footer.show_filtered(rows if self._shown.is_filtering else None)
        self.nothing.setVisible(not rows and self._shown.is_filtering)

    @Slot()
    def _on_sort_chosen(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            key = Sort(action.data())
            self._backwards = key is self._sort and not self._backwards
            self._sort = key
            arrow = f"{NBSP}↑" if self._backwards else ""
            self.sort_button.set_value(action.text() + arrow)
            self.sort_requested.emit(key, self._backwards)

    @Slot()
    def _on_column_toggled(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            names = set(self.columns) ^ {action.data()}
            self.show_columns(sorted(names))
            self.columns_changed.emit(self.columns)

    @Slot(QModelIndex, QModelIndex)
    def _on_selection_current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        item = current.data(ITEM_ROLE) if current.isValid() else None
        if self.table.selectionModel().hasSelection():  # Else its row has just been hidden.
            self._examined = item or self._examined
        self.current_changed.emit(item)

    @Slot(QItemSelection, QItemSelection)
    def _on_selection_changed(self, _on: QItemSelection, _off: QItemSelection) -> None:
        ranges = self.table.selectionModel().selection()
        self.selection_changed.emit(sum(part.height() for part in ranges))

    @Slot(QPoint)
    def _on_table_menu_requested(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in self._context_actions:
            if action is None:
                menu.addSeparator()
            else:
                menu.addAction(action)
        menu.popup(self.table.viewport().mapToGlobal(at))

    @Slot(QPoint)
    def _on_heads_menu_requested(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill_columns_menu(menu)
        menu.popup(self.table.horizontalHeader().mapToGlobal(at))

    @Slot()
    def _on_theme_changed(self) -> None:
        colours = notifier().theme
        fill(self, colours.panel)
        self.footer.set_theme(colours)
        self.nothing.set_theme(colours)
        self._search.setPixmap(pixmap("search", colours.muted, 16, self.devicePixelRatioF()))
        clear = self.filter_edit.findChild(QToolButton)
        if clear is not None:
            clear.setIcon(icon("cancel"))
        self.table.viewport().update()
