"""The queue on the left: filter, order, rows, progress of the whole."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QAction, QResizeEvent
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
from fpinspect.gui.views.look import colour_text, fill, font, number_font, plain_label
from fpinspect.gui.views.progress import show_share, thin_bar
from fpinspect.gui.views.queue_choices import order_choices, source_choices, verdict_choices
from fpinspect.gui.views.queue_table import QueueTable
from fpinspect.gui.views.tool_buttons import ValueButton
from fpinspect.wording import NBSP

_WIDE = 270
"""From this width on there is room for ``All verdicts`` instead of ``Verdicts``."""
_FOOTER = 88


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
        self.filter_edit = QLineEdit()
        self.filter_edit.setPlaceholderText(translate("Queue", "Filter by name"))
        self.filter_edit.setAccessibleName(translate("Queue", "Filter the queue"))
        self.filter_edit.setToolTip(
            translate("Queue", "Every word must occur in path, format, verdict or note")
        )
        self.filter_edit.setClearButtonEnabled(True)
        self.filter_edit.textChanged.connect(shown.set_text)
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

    # -- progress

    def set_progress(
        self, counts: str, pace: str, failed: str, share: float, *, running: bool, paused: bool
    ) -> None:
        """Show how far the queue is."""
        self._counts.setText(counts)
        self._pace.setText(pace)
        self._failed.setText(failed)
        show_share(self._bar, share)
        self._bar.setVisible(running)
        self._bar.setAccessibleDescription(f"{counts}, {pace}")
        for button in (self.pause_button, self.cancel_button):
            button.setEnabled(running)
        self.pause_button.setChecked(paused)
        if paused != self._paused:
            self._show_pause(paused)

    def _show_pause(self, paused: bool) -> None:
        self._paused = paused
        words = translate("Queue", "Resume") if paused else translate("Queue", "Pause")
        self.pause_button.setText(f" {words}")
        self.pause_button.setIcon(icon("resume" if paused else "pause"))

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
        for data, words in choices:
            action = menu.addAction(words)
            action.setData(data)
            action.triggered.connect(slot)
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
        layout.addWidget(self._make_footer())

    def _make_footer(self) -> QWidget:
        self._counts = plain_label(face=font())
        self._pace = plain_label(face=number_font())
        self._failed = plain_label(face=number_font())
        self._bar = thin_bar(translate("Queue", "Progress of the queue"))
        self.pause_button = self._flat(
            translate("Queue", "Pause"), "pause", translate("Queue", "Begin no further image")
        )
        self.pause_button.setCheckable(True)
        self._paused = False
        self.pause_button.clicked.connect(self.pause_toggled)
        self.cancel_button = self._flat(
            translate("Queue", "Cancel"),
            "cancel",
            translate("Queue", "Stop the queue; what is done is kept"),
        )
        self.cancel_button.clicked.connect(self.cancel_requested)
        footer = QWidget()
        footer.setFixedHeight(_FOOTER)
        upper, lower = QHBoxLayout(), QHBoxLayout()
        upper.addWidget(self._counts)
        upper.addStretch(1)
        upper.addWidget(self._pace)
        lower.setContentsMargins(0, 0, 0, 0)
        lower.setSpacing(4)
        lower.addWidget(self.pause_button)
        lower.addWidget(self.cancel_button)
        lower.addStretch(1)
        lower.addWidget(self._failed)
        layout = QVBoxLayout(footer)
        layout.setContentsMargins(12, 10, 12, 8)
        layout.setSpacing(6)
        layout.addLayout(upper)
        layout.addWidget(self._bar)
        layout.addLayout(lower)
        return footer

    def _flat(self, words: str, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(f" {words}")
        button.setIcon(icon(name))
        button.setToolTip(tip)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setProperty("flush", True)
        button.setEnabled(False)
        return button

    # -- slots

    @Slot()
    def _on_verdict_chosen(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self._shown.set_verdict(action.data())
            self._verdict = action.text() if action.data() else ""
            self._show_filters()

    @Slot()
    def _on_source_chosen(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self._shown.set_source(action.data())
            self._source = action.text() if action.data() else ""
            self._show_filters()

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
        self.current_changed.emit(current.data(ITEM_ROLE) if current.isValid() else None)

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
        for label in (self._pace, self._failed):
            colour_text(label, colours.muted)
        colour_text(self._counts, colours.text)
        self._search.setPixmap(pixmap("search", colours.muted, 16, self.devicePixelRatioF()))
        self._show_pause(self._paused)
        self.cancel_button.setIcon(icon("cancel"))
        self.table.viewport().update()
